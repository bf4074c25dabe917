# SPDX-License-Identifier: GPL-2.0
"""States that pass by as a rule, held still by a module of the test: pages in
migration, and pages that a device has for itself."""
import contextlib
import errno
import mmap
import os
import subprocess
import sys
import time

sys.path.insert(0, __file__.rpartition("/")[0] + "/../lib")
# pylint: disable=wrong-import-position
import lens
import oracle
import setup
import spec
import toucher
import watch
from ktap import Skip, equal, main, none_left, note, test
from toucher import PAGE

MODULE = os.path.dirname(os.path.abspath(__file__)) + "/kmod/holdpage.ko"
FILE = "/sys/kernel/debug/holdpage"
COUNT = 64


class Target(toucher.Toucher):
    def __init__(self):
        super().__init__({"held": (COUNT, mmap.MADV_NOHUGEPAGE)})
        self.at = self.areas["held"]

    def waits(self):
        """It sleeps in the kernel, and not in a read."""
        with open(f"/proc/{self.pid}/stat", encoding="ascii") as file:
            return file.read().rpartition(")")[2].split()[0] == "D"

    def page(self, i=0):
        return self.runs("held", i, 1)[0]


@contextlib.contextmanager
def holder():
    subprocess.run(["insmod", MODULE], check=True)
    target = Target()
    try:
        yield target
    finally:
        setup.put(FILE, "release")
        target.close()
        subprocess.run(["rmmod", "holdpage"], check=True)


def told(run):
    return {name: spec.word(enum, getattr(run, name)) for name, enum in (
        ("state", "state"), ("verdict", "verdict"), ("verdict_why", "why"),
        ("read", "forecast"), ("read_else", "forecast"), ("read_why", "why"),
        ("write", "forecast"), ("write_else", "forecast"))}


def migrate(target, first=0, count=COUNT):
    start = target.at + first * PAGE
    setup.put(FILE, f"migrate {target.pid} {start:x} {start + count * PAGE:x}")
    equal(int(oracle.slurp(FILE)), count, "pages in migration")


@test("in migration: state, verdict, forecast")
def migration():
    with holder() as target:
        frames = target.frames("held", 0, COUNT)
        migrate(target)
        for i, run in enumerate(target.runs("held", 0, COUNT)):
            equal(told(run), {
                "state": "migration", "verdict": "exclusive",
                "verdict_why": "marked", "read": "wait", "read_else": "wait",
                "read_why": "migrating", "write": "wait",
                "write_else": "wait"}, f"page {i} in migration")
            equal(run.pfn, frames[i], "the frame it is moved from")
        word = target.words("held", 0, 1)[0]
        assert word & oracle.PM_SWAP and not word & oracle.PM_PRESENT, hex(word)
        equal(lens.ask("walk", target.pid, f"{target.at:x}")["walk"]["page"]
              ["state"], "migration", "walk")
        setup.put(FILE, "release")
        equal({told(run)["state"] for run in target.runs("held", 0, COUNT)},
              {"anon"}, "after it")


@test("in migration: who touches it waits, and the event says for how long")
def waiting():
    with holder() as target, watch.Watch(
            pid=target.pid, kinds=["fault"], start=target.at,
            end=target.at + COUNT * PAGE) as watcher:
        waited = []
        for i in range(COUNT):
            kind = "rw"[i % 2]
            migrate(target, i, 1)
            equal(told(target.page(i))["write" if i % 2 else "read"], "wait",
                  f"page {i}")
            print("held", kind, i, 1, file=target.orders, flush=True)
            deadline = time.monotonic() + 30 * setup.PATIENCE
            while not target.waits() and time.monotonic() < deadline:
                time.sleep(0.01)
            assert target.waits(), f"a touch of page {i} did not wait"
            waited.append((target.at + i * PAGE, time.monotonic_ns()))
            setup.put(FILE, "release")
            equal(target.listen()[0], [1], f"faults of page {i}, {kind}")
        counts = watcher.finish()
        equal({name: row.count for name, row in counts.classes.items()},
              {"wait": COUNT}, "classes of the faults")
        equal(len(watcher.faults), COUNT, "events")
        none_left([(event, at, seen) for event, (at, seen) in
                   zip(sorted(watcher.faults), waited)
                   if event.address & -PAGE != at or
                   not event.time < seen < event.time + event.latency],
                  "events of another page, or another time")
        note(f"{COUNT} accesses that waited, as foretold")


@test("in migration, shared by a fork: the entry lacks the mark")
def shared_migration():
    with holder() as target:
        target.order("fork")
        equal(told(target.page())["verdict"], "shared", "after the fork")
        migrate(target)
        run = told(target.page())
        equal((run["state"], run["verdict"], run["verdict_why"]),
              ("migration", "shared", "migrating"), "a page in migration")


@test("a device has the page for itself: state, forecast, and what a touch does")
def exclusive():
    with holder() as target:
        frame = target.frames("held", 0, 1)[0]
        try:
            setup.put(FILE, f"exclusive {target.pid} {target.at:x}")
        except OSError as error:
            equal(error.errno, errno.EOPNOTSUPP, "errno")
            raise Skip("the kernel is built without memory of devices") \
                from error
        run = told(target.page())
        equal((run["state"], run["read"], run["read_why"], run["write"]),
              ("device-exclusive", "wait", "device", "wait"),
              "a page that a device has")
        target.order("held", "w", 0, 1)
        after = target.page()
        equal((told(after)["state"], after.pfn), ("anon", frame), "after it")


main()
