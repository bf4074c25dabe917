# SPDX-License-Identifier: GPL-2.0
# boot: only numa
"""Pages that NUMA balancing makes fault: told apart from PROT_NONE, foreseen,
and then touched, one by one."""
import collections
import contextlib
import ctypes
import mmap
import os
import signal
import sys
import threading

sys.path.insert(0, __file__.rpartition("/")[0] + "/../lib")
# pylint: disable=wrong-import-position
import lens
import oracle
import setup
import spec
import toucher
import watch
import workload
from ktap import Skip, equal, main, note, test
from toucher import HUGE, PAGE, vmstat

SWITCH = "/proc/sys/kernel/numa_balancing"
SCAN = "/sys/kernel/debug/sched/numa_balancing/"
PACE = {"scan_delay_ms": 10, "scan_period_min_ms": 10, "scan_period_max_ms": 20}
FLAG = spec.ENUM["page_flag"]
COUNT, HUGES = 128, 2 * HUGE // PAGE
LIBC = ctypes.CDLL(None, use_errno=True)
SYS_MOVE_PAGES, MPOL_MF_MOVE = 279, 2


class Target(toucher.Toucher):
    """Has two threads: of a process of one, the kernel marks no page that is on
    the node it runs on. It is busy until it is told to rest."""

    def __init__(self):
        small = (COUNT, mmap.MADV_NOHUGEPAGE)
        everywhere = os.sched_getaffinity(0)
        os.sched_setaffinity(0, {0})
        super().__init__({
            "base": small, "forked": small, "far": small, "none": small,
            "huge": (HUGES, mmap.MADV_HUGEPAGE)})
        os.sched_setaffinity(0, everywhere)

    def prepare(self, laid):
        at = {name: area[2] for name, area in laid.items()}
        assert not LIBC.mprotect(ctypes.c_void_p(at["none"]), COUNT * PAGE, 0)
        # Moved, without a policy: that would end balancing.
        for name, start, node in (
                ("base", 0, 0), ("forked", 0, 0), ("far", 0, 1),
                ("huge", 0, 0), ("huge", HUGE, 0)):
            equal(set(where(0, at[name] + start, node)), {node}, "node")
        threading.Thread(target=threading.Event().wait, daemon=True).start()
        busy = True

        def rest(*_):
            nonlocal busy
            busy = False
        signal.signal(signal.SIGUSR1, rest)
        self.say("busy")
        while busy:
            pass

    def rest(self):
        """Only its own code may have faulted since it was busy."""
        os.kill(self.pid, signal.SIGUSR1)
        self.order("warm")

    def close(self):
        # It listens only at rest.
        os.kill(self.pid, signal.SIGUSR1)
        super().close()

    def all(self, name):
        return self.runs(name, 0, COUNT)

    def nodes(self, name):
        return where(self.pid, self.areas[name])

    def marked(self, name, count=COUNT):
        return all(run.flags & FLAG["numa-hint"] for run in
                   self.runs(name, 0, count))


def where(pid, at, to=None):
    """The node of each page of an area, as move_pages(2) tells it; moved there
    before, if so said."""
    pages = (ctypes.c_void_p * COUNT)(*(at + i * PAGE for i in range(COUNT)))
    status = (ctypes.c_int * COUNT)()
    nodes = None if to is None else (ctypes.c_int * COUNT)(*[to] * COUNT)
    assert not LIBC.syscall(SYS_MOVE_PAGES, pid, COUNT, pages, nodes, status,
                            MPOL_MF_MOVE)
    return list(status)


@contextlib.contextmanager
def balancing(nodes=2):
    """The kernel is quick with its marks, once it is switched on."""
    if not os.path.exists(SWITCH):
        raise Skip("the kernel is built without NUMA balancing")
    equal(sum(name.startswith("node") and name[4:].isdigit() for name in
              os.listdir("/sys/devices/system/node")), nodes, "nodes")
    old = {SCAN + name: oracle.slurp(SCAN + name).decode() for name in PACE}
    old[SWITCH] = oracle.slurp(SWITCH).decode()
    try:
        for name, value in PACE.items():
            setup.put(SCAN + name, str(value))
        setup.put(SWITCH, "0")
        yield
    finally:
        for path, value in old.items():
            setup.put(path, value)


@contextlib.contextmanager
def target():
    """All its areas marked, and nothing marked any more."""
    setup.quiet()
    process = None
    with balancing():
        before = vmstat()
        try:
            process = Target()
            equal(process.listen(), "busy", "its answer")
            setup.put(SWITCH, "1")
            for name in "base", "forked", "far":
                workload.wait_until(lambda n=name: process.marked(n),
                                    f"marks on {name}")
            workload.wait_until(lambda: process.marked("huge", HUGES),
                                "marks on huge pages")
            setup.put(SWITCH, "0")
            process.rest()
            process.updates = (vmstat()["numa_pte_updates"] -
                               before["numa_pte_updates"])
            yield process
        finally:
            if process:
                process.close()


def told(run):
    return {name: spec.word(enum, getattr(run, name)) for name, enum in (
        ("state", "state"), ("level", "level"), ("verdict", "verdict"),
        ("read", "forecast"), ("read_else", "forecast"), ("read_why", "why"),
        ("write", "forecast"), ("write_else", "forecast"),
        ("write_why", "why"))}


def of_hint(state="anon", level="pte", verdict="exclusive"):
    return {"state": state, "level": level, "verdict": verdict,
            "read": "numa-hint", "read_else": "numa-hint", "read_why": "numa",
            "write": "numa-hint", "write_else": "numa-hint",
            "write_why": "numa"}


def hold(process, name, want, count=COUNT):
    """All pages of an area are told so."""
    for run in process.runs(name, 0, count):
        equal(told(run), want, f"a page of {name}")
        both = FLAG["protnone"] | FLAG["numa-hint"] | FLAG["present"]
        equal(run.flags & both, both, "its flags")


def mapped(process, name, first, count, **want):
    """No mark is left, nothing to foresee."""
    for run in process.runs(name, first, count):
        assert run.flags & FLAG["present"], "the page is gone"
        assert not run.flags & (FLAG["protnone"] | FLAG["numa-hint"]), (
            spec.words("page_flag", run.flags))
        equal(told(run)["read"], "none", "the next read")
        for key, value in want.items():
            equal(told(run)[key], value, key)


def hints(said, each, faults=None):
    """Each access faulted so often, and this many of the faults, if not all,
    were for the mark. vmstat counts for all processes: a few have marks left."""
    minor, counted = said
    note(f"{len(minor)} accesses: {sum(minor)} minor faults, " + ", ".join(
        f"{name} {value}" for name, value in counted.items() if value and
        name.startswith(("numa_hint", "numa_pages", "numa_pte"))))
    equal(set(minor), {each}, "faults of each access")
    faults = sum(minor) if faults is None else faults
    assert faults <= counted["numa_hint_faults"] <= faults + 16, counted


@test("pages that are marked: told, foreseen, and each touch is one hint fault")
def base_pages():
    with target() as process:
        hold(process, "base", of_hint())
        assert process.updates >= 3 * COUNT, process.updates
        frames = process.frames("base", 0, COUNT)
        half = COUNT // 2
        hints(process.order("base", "r", 0, half), 1)
        mapped(process, "base", 0, half, verdict="exclusive")
        for run in process.runs("base", half, half):
            equal(told(run), of_hint(), "a page that was not touched")
        hints(process.order("base", "w", half, half), 1)
        mapped(process, "base", half, half, verdict="exclusive", write="none")
        equal(process.frames("base", 0, COUNT), frames,
              "frames: nothing was copied")


@contextlib.contextmanager
def watched(process, name, count, **classes):
    """The faults of an area meanwhile, by class. Events are as many."""
    start = process.areas[name]
    with watch.Watch(pid=process.pid, kinds=["fault"], start=start,
                     end=start + count * PAGE) as watcher:
        yield watcher
        counts = watcher.finish()
    want = {key.replace("_", "-"): number for key, number in classes.items()}
    equal(collections.Counter(watch.CLASS[event.fault_class]
                              for event in watcher.faults), want, "events")
    equal({key: row.count for key, row in counts.classes.items()}, want,
          "counts")


@test("watched: a touch of a marked page is an event of that class")
def events():
    with target() as process:
        half = COUNT // 2
        with watched(process, "base", COUNT, numa_hint=COUNT) as watcher:
            process.order("base", "r", 0, half)
            process.order("base", "w", half, half)
        at = process.areas["base"]
        equal([event.address & -PAGE for event in sorted(watcher.faults)],
              [at + i * PAGE for i in range(COUNT)], "addresses")
        with watched(process, "huge", HUGES, numa_hint=2):
            process.order("huge", "r", 5, 1)
            process.order("huge", "w", HUGES // 2 + 5, 1)
        process.order("fork")
        with watched(process, "forked", COUNT, numa_hint=half, cow_copy=half):
            process.order("forked", "w", half, half)


@test("huge pages that are marked: one hint fault for 2 MiB, read or written")
def huge_pages():
    with target() as process:
        hold(process, "huge", of_hint(level="pmd"), HUGES)
        frames = process.frames("huge", 0, HUGES)
        hints(process.order("huge", "r", 5, 1), 1)
        hints(process.order("huge", "r", 6, 50), 0, 0)
        hints(process.order("huge", "w", HUGES // 2 + 5, 1), 1)
        mapped(process, "huge", 0, HUGES, level="pmd")
        equal(process.frames("huge", 0, HUGES), frames, "frames")


@test("PROT_NONE by right is no mark: SIGSEGV is foreseen")
def protection():
    with target() as process:
        for run in process.all("none"):
            both = FLAG["protnone"] | FLAG["numa-hint"]
            equal(run.flags & both, FLAG["protnone"], "flags")
            said = told(run)
            equal((said["read"], said["read_why"], said["write"]),
                  ("sigsegv", "rights", "sigsegv"), "forecast")


@test("the command line: pages, walk")
def commands():
    with target() as process:
        start = process.areas["base"]
        rows = lens.ask("pages", process.pid, f"{start:x}+{COUNT * PAGE}",
                        "--forecast", "--flag=numa-hint")["pages"]
        equal([(row["pages"], row["state"], row["read"], row["write"],
                row["numa_hint"]) for row in rows],
              [(COUNT, "anon", "numa-hint", "numa-hint", True)], "rows")
        walk = lens.ask("walk", process.pid, f"{start:x}")["walk"]
        equal((walk["page"]["state"], walk["page"]["numa_hint"]),
              ("anon", True), "walk")


@test("on the far node: the hint fault moves the page, mmlens tells both nodes")
def far_pages():
    with target() as process:
        hold(process, "far", of_hint())
        equal({run.node for run in process.all("far")}, {1}, "nodes before")
        frames = process.frames("far", 0, COUNT)
        said = process.order("far", "r", 0, COUNT)
        hints(said, 1)
        now = process.frames("far", 0, COUNT)
        moved = sum(a != b for a, b in zip(frames, now))
        assert 50 <= moved <= said[1]["numa_pages_migrated"], (moved, said)
        nodes = process.nodes("far")
        equal(nodes.count(0), moved, "pages on the near node")
        equal([run.node for run in process.all("far")], nodes, "nodes after")
        mapped(process, "far", 0, COUNT, verdict="exclusive")


@test("marked, then shared by a fork: the hint first, then a write's copy")
def forked():
    with target() as process:
        process.order("fork")
        hold(process, "forked", of_hint(verdict="shared"))
        frames, half = process.frames("forked", 0, COUNT), COUNT // 2
        hints(process.order("forked", "r", 0, half), 1)
        equal(process.frames("forked", 0, half), frames[:half], "frames")
        mapped(process, "forked", 0, half, write="cow-copy")
        hints(process.order("forked", "w", half, half), 2, half)
        both = set(process.frames("forked", half, half)) & set(frames)
        equal(both, set(), "frames that were not copied")


main()
