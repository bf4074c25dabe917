# SPDX-License-Identifier: GPL-2.0
"""Scans of an address space that never rests, and of many at once. What is
told must make sense even so; that the kernel stays well is what its log says,
which the runner reads after each file."""
import errno
import os
import random
import sys
import threading
import time

sys.path.insert(0, __file__.rpartition("/")[0] + "/../lib")
# pylint: disable=wrong-import-position
import netlink
import oracle
import setup
import spec
import vmas
from compare import STATE
from ktap import equal, main, note, test
from netlink import query
from workload import Workload

PAGE = oracle.PAGE
# MMLENS_LONG is what scripts/test --long says.
SCAN = 60 if os.environ.get("MMLENS_LONG") else 3 * setup.PATIENCE
# The storm outlasts the scans, which may take long to come to an end.
SECONDS = 2 * SCAN + (120 if setup.slow() else 3)


def sane(runs):
    """Runs of any moment: they ascend, and nothing is impossible."""
    at = 0
    for run in runs:
        assert run.start >= at, (hex(at), run)
        assert run.pages > 0 and run.start % PAGE == 0, run
        assert run.state in STATE, run
        if run.facts & spec.ENUM["detail"]["counts"]:
            assert run.refcount >= 1 and run.mapcount < 10000, run
        at = run.start + run.pages * PAGE
    return len(runs)


class Scan(threading.Thread):
    """Dumps of one kind until told to stop."""

    def __init__(self, ask):
        super().__init__(daemon=True)
        self.ask, self.over, self.count, self.failure = ask, False, 0, None

    def run(self):
        try:
            while not self.over:
                try:
                    self.ask()
                    self.count += 1
                except netlink.Refused as refused:
                    # Writers may keep a lock from us for a second.
                    if refused.errno != errno.EBUSY:
                        raise
        except Exception as error:  # pylint: disable=broad-except
            self.failure = error


def finish(scans):
    """How many each has made. All end at the same time, while there is still a
    storm."""
    for scan in scans:
        scan.over = True
    for scan in scans:
        scan.join()
        if scan.failure:
            raise AssertionError("a scan failed") from scan.failure
    return [scan.count for scan in scans]


@test("scans of a storm")
def storm():
    setup.put("/sys/kernel/mm/transparent_hugepage/khugepaged/"
              "scan_sleep_millisecs", "10")
    interrupted = [0, 0]

    with Workload("storm", SECONDS) as target:
        def pages():
            with netlink.Socket() as sock:
                messages = sock.dump("page", query(
                    pid=target.pid, detail=netlink.ALL_DETAILS))
            sane(netlink.runs_of(messages))
            interrupted[any(m.flags & netlink.NLM_F_DUMP_INTR
                            for m in messages)] += 1

        def walks():
            vma = random.choice(vmas.dump(pid=target.pid).vmas).vma
            with netlink.Socket() as sock:
                sock.do("walk", query(pid=target.pid, address=random.randrange(
                    vma.start, vma.end)))

        def address_space():
            with netlink.Socket() as sock:
                sock.do("mm", query(pid=target.pid))
                sock.dump("sharer", query(pid=target.pid))

        scans = [Scan(pages), Scan(pages), Scan(walks), Scan(address_space)]
        for scan in scans:
            scan.start()
        time.sleep(SCAN)
        counts = finish(scans)
        equal(target.process.wait(), 0, "the storm's own verdict")
    note(f"scans {counts}, unmarked and marked as changed {interrupted}")
    assert min(counts) > 0, counts
    # The storm maps and unmaps without end: that must be noticed.
    assert interrupted[1], interrupted
    setup.quiet()


@test("a change between two messages is marked, and only then")
def marked():
    with Workload("vmas", 20000) as target:
        for step in False, True:
            with netlink.Socket() as sock:
                sock.start_dump("vma", query(pid=target.pid))
                # The identity alone, then what was read first.
                first = sock.receive() + sock.receive()
                if step:
                    target.command("step")
                messages = list(sock.answers())
            flags = [m.flags & netlink.NLM_F_DUMP_INTR for m in messages]
            equal([f for _, f, _, _ in first if f & 0x10], [], "the first")
            equal(bool(any(flags)), step, f"marked, changed: {step}")


@test("everybody at once")
def crowd():
    """A scan of each process that there is, from several threads."""
    with Workload("storm", SECONDS), Workload("execs"), \
            Workload("vmas", 3000):
        end = time.monotonic() + SCAN
        seen = [0, 0]

        def everyone():
            for pid in filter(str.isdigit, os.listdir("/proc")):
                try:
                    sane(netlink.pages(pid=int(pid),
                                       detail=netlink.ALL_DETAILS))
                    seen[0] += 1
                except netlink.Refused:
                    seen[1] += 1

        scans = [Scan(everyone) for _ in range(3)]
        for scan in scans:
            scan.start()
        while time.monotonic() < end:
            time.sleep(0.1)
        finish(scans)
    note(f"{seen[0]} processes told, {seen[1]} without memory or gone")
    assert seen[0] > 10, seen


main()
