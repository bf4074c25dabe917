# SPDX-License-Identifier: GPL-2.0
# boot: 4level
"""The means of the tests themselves, without mmlens: the workloads build what
they say, and the kernel's books can be read. A later difference is then one of
mmlens."""
import sys

sys.path.insert(0, __file__.rpartition("/")[0] + "/../lib")
# pylint: disable=wrong-import-position
import oracle
import setup
from ktap import equal, main, none_left, test
from workload import Workload, expected

STATES = ["soft-dirty", "untouched", "anon", "zero", "zero-then-written",
          "protnone", "locked", "dropped", "thp", "huge-zero", "hugetlb",
          "file-private", "tmpfs-private", "memfd", "forked", "swapped"]


def state_in_books(word, frames):
    """The state of a page by pagemap and kpageflags alone."""
    if word & oracle.PM_SWAP:
        return "swap"
    if not word & oracle.PM_PRESENT:
        return "none"
    pfn = word & oracle.PM_PFN
    if frames.has(pfn, "zero"):
        return "huge-zero" if frames.has(pfn, "thp") else "zero"
    if frames.has(pfn, "huge"):
        return "hugetlb"
    if frames.has(pfn, "anon"):
        return "anon"
    if frames.has(frames.head(pfn), "swapbacked"):
        return "shmem"
    return "file" if word & oracle.PM_FILE else "?"


@test("workloads build what they say")
def workloads():
    setup.quiet()
    setup.swap_on()
    setup.huge_pages(3)
    with Workload("state", *STATES) as target:
        target.stop()
        equal(target.skipped, {}, "what was not built")
        wrong = []
        for area in target.areas:
            words = oracle.pagemap(target.pid, area.start, area.end)
            with oracle.Frames(word & oracle.PM_PFN for word in words
                               if word & oracle.PM_PRESENT) as frames:
                got = [state_in_books(word, frames) for word in words]
            wrong += [(area.name, hex(area.start + i * 4096), *pair)
                      for i, pair in enumerate(zip(got, expected(area)))
                      if pair[0] != pair[1]]
        none_left(wrong, "states")


@test("draining puts pages on their lists")
def drained():
    def listed(target):
        area = target.area("anon")
        words = oracle.pagemap(target.pid, area.start, area.end)
        with oracle.Frames(w & oracle.PM_PFN for w in words) as frames:
            return all(frames.has(w & oracle.PM_PFN, "lru") for w in words)

    # Fewer than a batch holds: they stay in it until it is full of others', or
    # somebody drains. Now and then that is just so.
    for _ in range(20):
        with Workload("state", "anon=9") as target:
            early = listed(target)
            target.stop()
            assert listed(target), "not all pages are listed"
        if not early:
            break
    assert not early, "the pages were listed already, each time"


@test("VMAs are read from maps and smaps alike")
def vmas():
    with Workload("state", "odd-names", "mapped") as target:
        target.stop()
        maps = oracle.maps(target.pid)
        equal([pair[0] for pair in oracle.smaps(target.pid)], maps, "smaps")
        names = {v.name for v in maps}
        for name in b"[stack]", b"[vdso]":
            assert name in names, name
        assert any(b"new\\012line" in name for name in names)
        outside = [a for a in target.areas
                   if not any(v.start <= a.start < v.end for v in maps)]
        equal(outside, [], "areas outside all VMAs")


main()
