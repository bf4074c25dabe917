#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""All lists are read, again and again, beside a workload that needs more memory
than it may have: what that costs the workload.

In short slices by turns: in one, another processor reads all lists; in the
other it asks as busily for what touches no list. So the host's load, and what
two busy processors cost each other anyway, are in both. Instructions are not
counted instead: that takes a single processor, and nobody would wait for a
lock.
"""
import contextlib
import mmap
import os
import statistics
import subprocess
import sys
import time

sys.path.insert(0, __file__.rpartition("/")[0] + "/../lib")
# pylint: disable=wrong-import-position
import netlink
import reclaim
import setup
import system
from ktap import main, note
from reclaim import in_both

# MMLENS_LONG is what scripts/test --long says: five minutes.
LONG = bool(os.environ.get("MMLENS_LONG"))
SECONDS, SLICE = 150 if LONG else 2, 0.05
LIMIT, NEEDED = 24 << 20, 36 << 8
LOSS = 0.03


def readers(sock, cgroup, which):
    """Requests for each list of each cgroup, and for both ends of those that
    reclaim works on; one after the other, for ever."""
    while True:
        yield lambda: system.lru(sock)
        yield lambda: system.nodes(sock)
        for end in "tail", "head":
            for kind in "anon", "file":
                where = {"lru": "inactive-" + kind} if which == "classic" else {
                    "lru": "generation", "type": kind, "zone": "dma32"}
                payload = system.request(cgroup=cgroup.inode, end=end, **where)
                yield lambda payload=payload: sock.do("peek", payload)


@contextlib.contextmanager
def compressed_swap():
    """Swap in memory alone: a disk is emulated by another thread of the host,
    and what that gets to do decides about everything."""
    setup.swap_on()
    setup.zram_on()
    disk = os.path.realpath("/dev/mmlens-swap")
    subprocess.run(["swapoff", disk], check=True)
    try:
        yield
    finally:
        subprocess.run(["swapon", "-p", "5", disk], check=True)


class Turns:
    """Both kinds of slices: how long they took, and what was done meanwhile."""

    def __init__(self, count):
        self.count = count
        self.done, self.time, self.requests = [[], []], [[], []], [0, 0]

    def slice(self, kind, ask):
        began, done = time.monotonic(), self.count[0]
        while time.monotonic() < began + SLICE:
            ask()
            self.requests[kind] += 1
        self.done[kind].append(self.count[0] - done)
        self.time[kind].append(time.monotonic() - began)

    def loss(self, first=0, step=1):
        """The part of the workload's pace that is lost while lists are read."""
        idle, busy = (sum(self.done[kind][first::step]) /
                      sum(self.time[kind][first::step]) for kind in (0, 1))
        return 1 - busy / idle

    def error(self):
        """By ten groups of slices, each from the whole time."""
        losses = [self.loss(i, 10) for i in range(10)]
        return statistics.stdev(losses) / len(losses) ** .5


def judge(turns):
    loss, error = turns.loss(), turns.error()
    note(f"{100 * loss:+.2f} % of the pace are lost, with a standard error of "
         f"{100 * error:.2f} %")
    # A host that does other things, too, makes the figure uncertain, and says so.
    assert loss <= LOSS + 2 * error, "the workload suffers"


@in_both("lists read beside a workload under memory pressure")
def beside(which):
    setup.quiet()
    with compressed_swap(), reclaim.Cgroup(max=LIMIT) as cgroup, \
            reclaim.Heat(cgroup) as heat, netlink.Socket() as sock:
        os.sched_setaffinity(heat.pid, {0})
        os.sched_setaffinity(0, {1})
        heat.do("file count 1", "touch count", "lock count", f"anon a {NEEDED}")
        with open(os.path.join(heat.files, "count"), "rb") as file:
            turns = Turns(memoryview(mmap.mmap(
                file.fileno(), 0, prot=mmap.PROT_READ)).cast("Q"))
        before = reclaim.vmstat()
        requests = readers(sock, cgroup, which)
        both = (lambda: sock.do("info")), (lambda: next(requests)())
        heat.process.stdin.write(
            f"churn a {SECONDS * 1000 + 500} count\n".encode())
        heat.process.stdin.flush()
        until, first = time.monotonic() + SECONDS, 0
        while time.monotonic() < until:
            # A trend is in both: they take turns in being first, too.
            for kind in first, 1 - first:
                turns.slice(kind, both[kind])
            # Reclaim of 6.12 and 7.3 looks at counters of the cgroup that may
            # be two seconds old: where they hide that nothing is inactive
            # any more, it deactivates nothing, and calls for the OOM killer.
            # Who reads them has them added up.
            cgroup.stat()
            first = 1 - first
        heat.listen()
        after = reclaim.vmstat()
        os.sched_setaffinity(0, set(range(os.cpu_count())))
    swapped = after["pswpout"] - before["pswpout"]
    note(f"{SECONDS} s: {sum(turns.done[0])} pages written without, "
         f"{sum(turns.done[1])} with reading, {swapped} swapped out; "
         f"{turns.requests[1]} lists, nodes and ends were read, "
         f"{turns.requests[0]} other requests")
    assert swapped, "no pressure"
    assert turns.requests[1], "nothing was read"
    # In two seconds there is no pace to be judged.
    if LONG:
        judge(turns)


main()
