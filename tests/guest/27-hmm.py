# SPDX-License-Identifier: GPL-2.0
# boot: 4level
"""Pages against a second walker, the one that the kernel keeps for device
drivers: hmm_range_fault(), by a module of the tests' own."""
import array
import collections
import os
import subprocess
import sys

sys.path.insert(0, __file__.rpartition("/")[0] + "/../lib")
# pylint: disable=wrong-import-position
import netlink
import setup
import sharing
import spec
import vmas
from compare import STATE
from ktap import main, none_left, note, test
from oracle import PAGE
from workload import Workload

MODULE = "/mmlens/tests/guest/kmod/hmmsnap.ko"
FILE = "/sys/kernel/debug/hmmsnap"
# What the module tells of a page, beside its frame.
VALID, WRITE, ERROR = 1 << 63, 1 << 62, 1 << 61
ORDER_SHIFT = 56
FRAME = (1 << 52) - 1
PMD_ORDER = 9
# The most it takes at a time.
CHUNK = 1 << 30

FLAG = spec.ENUM["page_flag"]
VMA_FLAG = spec.ENUM["vma_flag"]
TOTAL = collections.Counter()


def snapshot(pid, start, end):
    """A word for each page of a range."""
    words = array.array("Q")
    fd = os.open(FILE, os.O_RDWR)
    try:
        for at in range(start, end, CHUNK):
            to = min(at + CHUNK, end)
            os.write(fd, f"{pid} {at:#x} {to:#x}".encode())
            data = b""
            while len(data) < (to - at) // PAGE * 8:
                data += os.pread(fd, 1 << 20, len(data))
            words.frombytes(data)
    finally:
        os.close(fd)
    return words


def closed(vma):
    """VMAs that hmm does not look into, but says so."""
    return vma.flags & (VMA_FLAG["io"] | VMA_FLAG["pfnmap"]) or \
        not vma.flags & VMA_FLAG["read"]


def expected(run, i):
    """The word of a page, as what we tell has it."""
    flags = run.flags
    if not flags & FLAG["present"] or flags & FLAG["protnone"]:
        return 0
    if flags & FLAG["special"] and not STATE[run.state].endswith("zero"):
        return ERROR
    word = VALID | run.pfn + i
    if flags & FLAG["write"]:
        word |= WRITE
    if spec.word("level", run.level) == "pmd":
        word |= PMD_ORDER << ORDER_SHIFT
    return word


def compare(pid):
    """All pages of a process, by both."""
    detail = spec.ENUM["detail"]
    wrong = []
    for told in vmas.dump(pid=pid).vmas:
        vma = told.vma
        if vma.end - vma.start > sharing.LONG:
            continue
        words = snapshot(pid, vma.start, vma.end)
        if closed(vma):
            TOTAL["closed to hmm"] += len(words)
            if set(words) != {ERROR}:
                wrong.append(f"{vma.start:#x}: hmm looked into it")
            continue
        at = vma.start
        for run in netlink.pages(pid=pid, start=vma.start, end=vma.end,
                                 detail=detail["entry"] | detail["pfn"]):
            for i in range(run.pages):
                got, want = words[(at - vma.start) // PAGE], expected(run, i)
                # Of an entry that it takes for none it may keep the frame.
                if not got & (VALID | ERROR):
                    got = 0
                if got != want:
                    wrong.append(f"{at:#x} {STATE[run.state]}: mmlens "
                                 f"{want:#x}, hmm {got:#x}")
                TOTAL["mapped" if want & VALID else "not mapped"] += 1
                TOTAL["writable"] += bool(want & WRITE)
                TOTAL["huge"] += bool(want >> ORDER_SHIFT & 31)
                at += PAGE
    none_left(wrong, "pages")


@test("the module is loaded")
def load():
    setup.quiet()
    setup.swap_on()
    setup.huge_pages(10)
    setup.shmem_huge()
    subprocess.run(["insmod", MODULE], check=True)


STATES = {
    "anonymous": ["untouched", "anon", "zero", "mixed", "zero-then-written",
                  "protnone", "read-only", "locked", "lazyfree", "dropped"],
    "huge": ["thp", "huge-zero", "thp-split", "huge-zero-split", "thp-holed",
             "thp-sizes", "hugetlb", "hugetlb-shared", "thp-shmem"],
    "files": ["file-private", "file-shared", "file-short", "tmpfs-shared",
              "tmpfs-private", "memfd", "shmem-anon", "sysv", "pfnmap"],
    "shared and merged": ["ksm", "left-alone", "forked-thp", "forked"],
    "swap": ["swapped", "swapped-back", "swapped-forked"],
    "markers": ["uffd-marker", "uffd-protected", "poison-marker", "guard",
                "hwpoison"],
}


def add(what, names):
    @test(f"states: {what}")
    def one():
        with Workload("state", *names) as target:
            compare(target.stop().pid)


for group, states in STATES.items():
    add(group, states)


@test("a family")
def family():
    with Workload("family", 10) as target:
        pids = {m.pid for name in ("anon", "shmem")
                for m in netlink.mappers(pid=target.pid, address=target.area(
                    name).start).mappers}
        for pid in pids:
            compare(pid)
        note(f"{len(pids)} processes")


@test("score")
def score():
    for what, count in sorted(TOTAL.items()):
        note(f"{count} pages {what}")
    assert TOTAL["mapped"] > 20000, TOTAL
    subprocess.run(["rmmod", "hmmsnap"], check=True)


main()
