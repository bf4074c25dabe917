# SPDX-License-Identifier: GPL-2.0
"""Every reader, again and again, while what it reads ends in each way there is, and
while everything that can be done to an address space is done to it."""
import contextlib
import os
import random
import signal
import sys
import time

sys.path.insert(0, __file__.rpartition("/")[0] + "/../lib")
# pylint: disable=wrong-import-position
import oracle
import readers
import reclaim
import setup
import watch
from ktap import equal, figure, main, none_left, note, test
from readers import Readers
from workload import Workload, wait_until

LONG = bool(os.environ.get("MMLENS_LONG"))
SEED = int(os.environ.get("MMLENS_SEED", "1"))
ENDS = 200 if LONG else 5
GALE_SECONDS = 120 if LONG else 4
KHUGEPAGED = "/sys/kernel/mm/transparent_hugepage/khugepaged/"
# Not on every kernel: since 6.8, since 6.13.
NEWER = {"move": (6, 8), "guard": (6, 13)}
# What the kernel counts, and has to do while there is a gale; what it may do.
MEANWHILE = ("thp_split_pmd", "pswpin", "pswpout")
ALSO = ("thp_split_page", "thp_collapse_alloc", "pgmigrate_success")


def keeper():
    """Where all is slow, readers are not to spend their time on attaching probes:
    elsewhere that is part of what is tried."""
    return watch.keeper() if setup.slow() else contextlib.nullcontext()


def prepare():
    setup.quiet()
    setup.swap_on()
    setup.huge_pages(3)
    setup.put(KHUGEPAGED + "scan_sleep_millisecs", "10")
    setup.put(KHUGEPAGED + "alloc_sleep_millisecs", "10")


def folder():
    """Where a gale has its file. 7.x makes huge pages of files that are written to:
    khugepaged waits for the invalidate_lock of ext4's truncation with folios locked
    that it waits for, which was met here. Files of tmpfs are not read ahead."""
    release = tuple(map(int, oracle.release().split(".")[:2]))
    return "/dev/shm" if release >= (7, 0) else "/var/tmp"


class Gale(Workload):
    """tests/workload/gale, in a cgroup of its own."""

    def __init__(self, seed, threads=2, **limits):
        self.cgroup = reclaim.Cgroup(**limits)
        super().__init__("gale", seed, threads, folder(),
                         before=self.cgroup.enter)

    def close(self):
        super().close()
        self.cgroup.remove()

    def target(self):
        room = self.area("room")
        return readers.Target(self.pid, room.start, room.end)

    def say(self, line):
        """A command after which there may be nobody to answer."""
        self.process.stdin.write(line.encode() + b"\n")
        self.process.stdin.flush()


@test("every way to ask has a case here, and no case is of none")
def complete():
    setup.load()
    equal(sorted(readers.READERS), sorted(readers.ways()), "ways to ask")


def by_kill(gale):
    gale.process.send_signal(signal.SIGKILL)


def by_thread(gale):
    gale.say("exit-thread")


def by_exec(gale):
    gale.command("exec")


def by_exec_of_thread(gale):
    gale.command("exec-thread")


def by_oom(gale):
    """Killed for its cgroup's limit, and not by us."""
    before = reclaim.text(gale.cgroup.directory + "/memory.events")
    gale.cgroup.set("memory.swap.max", 0)
    gale.cgroup.set("memory.max", 48 << 20)
    gale.say("eat")
    equal(gale.process.wait(60 * setup.PATIENCE), -signal.SIGKILL,
          f"end, {before}")
    killed = dict(line.split() for line in reclaim.text(
        gale.cgroup.directory + "/memory.events").splitlines())
    assert int(killed["oom_kill"]), killed


WAYS = [by_kill, by_thread, by_exec, by_exec_of_thread, by_oom]


@test("targets that end in every way, while every reader reads them")
def ends():
    prepare()
    draw = random.Random(SEED)
    read, both = 0, 0
    with keeper(), Readers(2, SEED) as all_of_them:
        for i in range(ENDS):
            way = WAYS[i % len(WAYS)]
            with Gale(draw.randrange(1 << 20)) as gale, gale.target() as target:
                gale.command("go")
                all_of_them.target = target
                wait_until(lambda t=target: t.answers >= 2 or
                           all_of_them.check(), "an answer", 60)
                time.sleep(draw.random() / 5)
                way(gale)
                # The address space that was has gone, whatever the process is.
                wait_until(lambda t=target: t.gone or all_of_them.check(),
                           f"word of its end by {way.__name__}", 60)
                all_of_them.leave()
                read += target.answers
                both += 1
            all_of_them.check()
    note(f"{read} answers of {both} processes; refused: "
         f"{all_of_them.refused()}")
    figure("processes that ended while read", both)
    setup.quiet()


def vanished(counter):
    return reclaim.vmstat()[counter]


def log_of_reaper(pid):
    with open("/dev/kmsg", "rb", buffering=0,
              opener=lambda p, f: os.open(p, f | os.O_NONBLOCK)) as file:
        while True:
            try:
                line = os.read(file.fileno(), 8192)
            except BlockingIOError:
                return False
            except BrokenPipeError:
                continue
            if f"oom_reaper: reaped process {pid} ".encode() in line:
                return True


@test("an address space that the OOM reaper takes while readers are in it")
def reaped():
    prepare()
    for _ in range(5 if LONG else 1):
        with Gale(SEED, 1) as gale:
            gale.command(f"hold {16 if setup.slow() else 32}")
            held = gale.area("held")
            pages = (held.end - held.start) // oracle.PAGE
            target = readers.Target(gale.pid, held.start, held.end)
            with target, keeper(), Workload("grip", gale.pid, f"{held.start:x}"):
                with Readers(2, SEED) as all_of_them:
                    all_of_them.target = target
                    wait_until(lambda: target.answers > 2 or
                               all_of_them.check(), "answers", 60)
                    by_oom(gale)
                    before = target.answers
                    # Two seconds later it is nobody's, but kept: the reaper
                    # comes, and readers see it come.
                    wait_until(lambda: log_of_reaper(gale.pid) or
                               all_of_them.check(), "the OOM reaper", 30)
                    wait_until(lambda: target.answers > before + 2 or
                               all_of_them.check(), "answers after", 60)
                told = {}
                for run in readers.netlink.pages(
                        fd=target.fd, start=held.start, end=held.end):
                    told[run.state] = told.get(run.state, 0) + run.pages
            note(f"of {pages} pages there are left, by state: {told}")
            none = readers.spec.ENUM["state"]["none"]
            equal(told, {none: pages}, "pages after the reaper")
            figure("processes that ended while read", 1)
    setup.quiet()


@test("a gale of all that can be done, while every reader reads")
def gale_and_readers():
    prepare()
    vmstat = reclaim.vmstat()
    with Gale(SEED, 3, high=60 << 20) as gale, gale.target() as target, \
            keeper(), Readers(2, SEED) as all_of_them:
        gale.command("go")
        all_of_them.target = target
        end = time.monotonic() + GALE_SECONDS

        def happened():
            after = reclaim.vmstat()
            return {name: after[name] - vmstat[name]
                    for name in MEANWHILE + ALSO if name in after}

        def done():
            gale.command("counts")
            return {name: gale.numbers[name] for name in gale.numbers}

        def quiet_deeds():
            release = tuple(map(int, oracle.release().split(".")[:2]))
            return [name for name, count in done().items() if not count and
                    release >= NEWER.get(name, (0, 0))]

        def enough():
            all_of_them.check()
            # What was written to swap stays in memory, too, while there is room,
            # and is not read.
            if not happened()["pswpin"]:
                with contextlib.suppress(BlockingIOError):
                    gale.cgroup.set("memory.reclaim", 1 << 20)
            return (time.monotonic() > end and not quiet_deeds() and
                    min(all_of_them.answers().values()) and
                    not [name for name in MEANWHILE if not happened()[name]])

        # However slow the machine is, all of both sides is to happen.
        wait_until(lambda: enough() or time.sleep(0.5),
                   "every deed and every answer", GALE_SECONDS + 150)
        deeds, events = done(), happened()
    note(f"done: {deeds}")
    note(f"answers: {all_of_them.answers()}, refused: {all_of_them.refused()}")
    note(f"meanwhile: {events}")
    none_left([name for name in MEANWHILE if not events[name]],
              "what was to happen meanwhile")
    figure("answers in a gale", sum(all_of_them.answers().values()))
    figure("changes to an address space while read", sum(deeds.values()))
    setup.quiet()


main()
