# SPDX-License-Identifier: GPL-2.0
"""Pages in the memory of a device, which the processor cannot reach: told,
foreseen, and brought back by a touch."""
import contextlib
import mmap
import os
import subprocess
import sys

sys.path.insert(0, __file__.rpartition("/")[0] + "/../lib")
# pylint: disable=wrong-import-position
import lens
import oracle
import setup
import spec
import toucher
from ktap import Skip, equal, main, test
from toucher import HUGE, PAGE

MODULE = os.path.dirname(os.path.abspath(__file__)) + "/kmod/holddevice.ko"
FILE = "/sys/kernel/debug/holddevice"
SMALL, PAGES = 64, HUGE // PAGE
KERNEL = tuple(map(int, oracle.release().split(".")[:2]))


class Held(toucher.Toucher):
    """A process of which a device has pages."""

    def __init__(self):
        super().__init__({"small": (SMALL, mmap.MADV_NOHUGEPAGE),
                          "huge": (PAGES, mmap.MADV_HUGEPAGE)})

    def give(self, name, first, count):
        """To the device."""
        start = self.areas[name] + first * PAGE
        had = device()[0]
        setup.put(FILE, f"{self.pid} {start:x} {start + count * PAGE:x}")
        equal(device()[0] - had, count, "pages that the device took")

    def smaps(self, name):
        at = self.areas[name]
        return next(books for vma, books in oracle.smaps(self.pid)
                    if vma.start <= at < vma.end)


def device():
    """Pages that it has, and how often it was asked for one."""
    return tuple(map(int, oracle.slurp(FILE).split()))


@contextlib.contextmanager
def held():
    setup.quiet()
    able = (lens.ask("info")["info"]["features"]["device_private"] and
            KERNEL >= (6, 19))
    equal(os.path.exists(MODULE), able, "is there a module?")
    if not able:
        raise Skip("the kernel has no memory of devices, or (up to 6.18) none "
                   "for large folios")
    subprocess.run(["insmod", MODULE], check=True)
    try:
        process = Held()
        try:
            yield process
        finally:
            process.close()
        equal(device()[0], 0, "pages that are left in the device")
    finally:
        subprocess.run(["rmmod", "holddevice"], check=True)


def told(run):
    return {name: spec.word(enum, getattr(run, name)) for name, enum in (
        ("state", "state"), ("level", "level"), ("verdict", "verdict"),
        ("read", "forecast"), ("read_else", "forecast"), ("read_why", "why"),
        ("write", "forecast"), ("write_else", "forecast"),
        ("write_why", "why"))}


def away(level="pte"):
    return {"state": "device-private", "level": level, "verdict": "n/a",
            "read": "wait", "read_else": "wait", "read_why": "device",
            "write": "wait", "write_else": "wait", "write_why": "device"}


def hold(process, name, first, count, level="pte"):
    """mmlens tells what pagemap has of them: no page, but a frame, in the form
    of a swap entry."""
    words = process.words(name, first, count)
    for run, word in zip(process.runs(name, first, count), words, strict=True):
        equal(told(run), away(level), f"a page of {name}")
        equal(run.flags & spec.ENUM["page_flag"]["present"], 0, "present")
        equal(word & (oracle.PM_PRESENT | oracle.PM_SWAP | oracle.PM_FILE),
              oracle.PM_SWAP, "pagemap")
        equal(run.pfn, (word & oracle.PM_PFN) >> oracle.SWAP_TYPE_BITS, "frame")


def back(process, name, first, count, **want):
    for run in process.runs(name, first, count):
        for key, value in dict(want, state="anon", read="none").items():
            equal(told(run)[key], value, f"{key} of a page of {name}")


@test("a device has pages: told, foreseen, and each touch brings one back")
def small():
    with held() as process:
        rss = process.smaps("small")["Rss"]
        process.give("small", 0, SMALL)
        hold(process, "small", 0, SMALL)
        books = process.smaps("small")
        equal((books["Rss"], books["Swap"]), (rss, 0), "Rss and Swap")
        half = SMALL // 2
        for kind, first in ("r", 0), ("w", half):
            had, asked = device()
            faults, _ = process.order("small", kind, first, half)
            equal(set(faults), {1}, "faults of each access")
            equal(device(), (had - half, asked + half), "what the device counts")
            back(process, "small", first, half, verdict="exclusive",
                 write="none")
            if first + half < SMALL:
                hold(process, "small", first + half, half)


@test("shared by a fork: one touch brings it back for both, a write copies it")
def shared():
    with held() as process:
        process.give("small", 0, SMALL)
        child = process.order("fork")
        hold(process, "small", 0, SMALL)
        frames = [word & oracle.PM_PFN for word in
                  process.words("small", 0, SMALL, child)]
        equal(frames, process.frames("small", 0, SMALL), "the child's frames")
        half, asked = SMALL // 2, device()[1]
        faults, _ = process.order("small", "r", 0, half)
        equal((set(faults), device()[1] - asked), ({1}, half), "reads")
        back(process, "small", 0, half, verdict="shared", write="cow-copy")
        equal([word & oracle.PM_PFN for word in
               process.words("small", 0, half, child)],
              process.frames("small", 0, half), "the child has them, too")
        # The first fault is for the device, the second copies.
        faults, _ = process.order("small", "w", half, half)
        equal((set(faults), device()[1] - asked), ({2}, SMALL), "writes")
        equal(set(process.frames("small", half, half)) &
              {word & oracle.PM_PFN for word in
               process.words("small", half, half, child)}, set(),
              "frames that were not copied")


@test("a huge page: one entry, one touch")
def huge():
    with held() as process:
        back(process, "huge", 0, PAGES, level="pmd")
        process.give("huge", 0, PAGES)
        hold(process, "huge", 0, PAGES, "pmd")
        asked = device()[1]
        faults, _ = process.order("huge", "r", 7, 50)
        equal((faults, device()), ([1] + [0] * 49, (0, asked + 1)), "reads")
        back(process, "huge", 0, PAGES, level="pmd", verdict="exclusive",
             write="none")


@test("the command line: pages, walk, cow")
def commands():
    with held() as process:
        process.give("small", 0, SMALL)
        start = process.areas["small"]
        rows = lens.ask("pages", process.pid, f"{start:x}+{SMALL * PAGE}",
                        "--forecast", "--state=device-private")["pages"]
        equal(sum(row["pages"] for row in rows), SMALL, "pages")
        equal({(row["state"], row["read"], row["write"]) for row in rows},
              {("device-private", "wait", "wait")}, "rows")
        walk = lens.ask("walk", process.pid, f"{start:x}")["walk"]
        equal((walk["page"]["state"], walk["page"]["read"]),
              ("device-private", "wait"), "walk")
        cow = lens.ask("cow", process.pid)["summary"]
        equal((cow["pages"]["device-private"], cow["writes"]["wait"]),
              (SMALL, SMALL), "cow")


main()
