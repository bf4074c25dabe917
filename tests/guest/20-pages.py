# SPDX-License-Identifier: GPL-2.0
"""Pages against pagemap, kpageflags, kpagecount and kpagecgroup."""
import sys

sys.path.insert(0, __file__.rpartition("/")[0] + "/../lib")
# pylint: disable=wrong-import-position
import netlink
import oracle
import setup
import spec
from compare import STATE, Books, Comparison
from ktap import Skip, equal, main, none_left, note, test
from workload import Workload, expected, steady

PAGE = oracle.PAGE
TOTAL = {"pages": 0}
# A state that a kernel cannot have is skipped by the workload, which says why.
SKIPPED = {
    "guard": (6, 13), "poison-marker": (6, 6), "hwpoison": (6, 2),
}


def generations():
    with netlink.Socket() as sock:
        answer = dict(sock.do("info").attrs)
    regime = int.from_bytes(answer[spec.CONST["MMLENS_A_INFO_REGIME"]],
                            "little")
    return spec.word("regime", regime) == "generations"


def regime_in_books():
    return bool(int(oracle.slurp("/sys/kernel/mm/lru_gen/enabled"), 16) & 1)


def state_of(runs, area):
    """The states of an area's pages, one a page."""
    out = []
    for run in runs:
        if area.start <= run.start < area.end:
            out += [STATE[run.state]] * run.pages
    return out


def in_books(runs):
    """Pages without what no book knows, and reclaim changes as it passes."""
    kept = ~spec.ENUM["page_flag"]["accessed"]
    return [(run.start + i * PAGE, run.pfn + i, run.flags & kept, run.mapcount,
             run.state, run.level, run.order, run.lru, run.cgroup)
            for run in runs for i in range(run.pages)]


def compare(target, check_areas=True):
    """All pages of a workload, against the books and against its own word."""
    target.stop()

    def look():
        return netlink.pages(pid=target.pid, detail=netlink.ALL_DETAILS)

    runs, books = steady(look, lambda: Books(target.pid), in_books)
    with books:
        result = Comparison(books, runs, regime_in_books())
    mapped = sum(result.states.values()) - result.states["none"]
    TOTAL["pages"] += mapped
    note(f"{sum(result.states.values())} pages, {mapped} of them not none, "
         f"{sum(result.checks.values())} facts compared")
    note(", ".join(f"{n} {s}" for s, n in sorted(result.states.items())))
    for what, count in sorted(result.known.items()):
        note(f"{count} pages with a known difference: {what}")
    none_left(result.wrong, "page facts")
    for area in target.areas if check_areas else ():
        got, want = state_of(runs, area), expected(area)
        if got != want:
            at = next((i for i, pair in enumerate(zip(got, want))
                       if pair[0] != pair[1]), min(len(got), len(want)))
            raise AssertionError(
                f"{area.name}, page {at}: {got[at:at + 1]}, built "
                f"{want[at:at + 1]} ({len(got)} pages, built {len(want)})")
    return runs, result


@test("the regime is the kernel's")
def regime():
    equal(generations(), regime_in_books(), "generations")


@test("anonymous pages")
def anonymous():
    setup.quiet()
    with Workload("state", "soft-dirty", "untouched", "anon=16000",
                  "zero=6000", "zero-then-written", "protnone", "read-only",
                  "locked", "lazyfree", "dropped") as target:
        compare(target)


@test("three states in turn")
def mixed():
    with Workload("state", "mixed") as target:
        runs, _ = compare(target, check_areas=False)
        area = target.area("mixed")
        words = ["none", "zero", "anon"]
        equal(state_of(runs, area),
              [words[i % 3] for i in range((area.end - area.start) // PAGE)],
              "states")


@test("huge pages")
def huge():
    setup.quiet()
    setup.huge_pages(6)
    setup.shmem_huge()
    with Workload("state", "thp=8192", "huge-zero", "thp-split",
                  "huge-zero-split", "thp-holed", "hugetlb", "hugetlb-shared",
                  "thp-shmem=2048") as target:
        equal(target.skipped, {}, "what was not built")
        runs, _ = compare(target)
        level = {name: {spec.word("level", run.level) for run in runs
                        if target.area(name).start <= run.start
                        < target.area(name).end and STATE[run.state] != "none"}
                 for name in ("thp", "thp-split", "huge-zero", "hugetlb",
                              "thp-holed")}
        equal(level, {"thp": {"pmd"}, "thp-split": {"pte"},
                      "huge-zero": {"pmd"}, "hugetlb": {"pmd"},
                      "thp-holed": {"pte"}}, "levels")


@test("huge pages of two sizes, side by side")
def sizes():
    setup.quiet()
    with Workload("state", "thp-sizes") as target:
        if target.skipped:
            equal(oracle.version() < (6, 8), True, "may be skipped")
            raise Skip(target.skipped["thp-sizes"])
        runs, _ = compare(target)
        area = target.area("thp-sizes")

        def orders(runs):
            return [run.order for run in runs for _ in range(run.pages)
                    if area.start <= run.start < area.end]

        told = orders(runs)
        # Without counts, a page that is like the one before is not read.
        alone = orders(netlink.pages(pid=target.pid,
                                     detail=spec.ENUM["detail"]["folio"]))
        equal(len(alone), len(told), "pages without counts")
        none_left([(i, *pair) for i, pair in enumerate(zip(alone, told))
                   if pair[0] != pair[1]], "orders without counts")
        # Where memory is short, a folio may have become smaller.
        pairs = sum(pair == (4, 2) for pair in zip(told, told[1:]))
        assert pairs > 8, f"{pairs} pairs"


@test("files and shared memory")
def files():
    setup.quiet()
    with Workload("state", "file-private=4000", "file-shared=2000",
                  "file-short", "tmpfs-shared=4000", "tmpfs-private", "memfd",
                  "shmem-anon", "sysv", "odd-names", "pfnmap") as target:
        equal(target.skipped, {}, "what was not built")
        runs, _ = compare(target)
        # The BIOS, of which the workload mapped four pages.
        start = target.area("pfnmap").start
        equal([(r.pfn, r.pages) for r in runs if r.start == start],
              [(0xf0, 4)], "frames of /dev/mem")


@test("shared with other processes, KSM")
def shared():
    setup.quiet()
    # The last fork shares all that was built before.
    with Workload("state", "ksm", "left-alone", "forked-thp=1024",
                  "forked=3000") as target:
        equal(target.skipped, {}, "what was not built")
        runs, _ = compare(target)
        area = target.area("forked")
        half = area.start + (area.end - area.start) // 2
        for run in runs:
            if area.start <= run.start < area.end:
                # The first half was written again after the fork.
                equal(run.mapcount, 1 if run.start < half else 2,
                      f"mapcount at {run.start:#x}")
                equal(run.refcount, run.mapcount,
                      f"refcount at {run.start:#x}")


@test("swapped pages")
def swapped():
    setup.quiet()
    setup.swap_on()
    exclusive = spec.ENUM["page_flag"]["exclusive"]
    for names, want in (("swapped=3000", "swapped-back"), True), \
            (("swapped-forked",), False):
        with Workload("state", *names) as target:
            runs, _ = compare(target)
            for run in runs:
                if STATE[run.state] == "swap":
                    equal(bool(run.flags & exclusive), want,
                          f"{names}: exclusive at {run.start:#x}")


@test("markers")
def markers():
    setup.quiet()
    with Workload("state", "uffd-marker", "uffd-protected", "poison-marker",
                  "guard", "hwpoison") as target:
        for name in target.skipped:
            if name not in SKIPPED or oracle.version() >= SKIPPED[name]:
                raise AssertionError(f"{name} was not built, but should be")
        compare(target)


@test("one record a page says the same as runs")
def each():
    setup.quiet()
    with Workload("state", "anon", "mixed", "thp=1024", "file-private",
                  "forked-thp") as target:
        target.stop()
        for detail in (0, netlink.ALL_DETAILS):
            def look(each=False, d=detail):
                return netlink.pages(pid=target.pid, detail=d, each=each)

            merged, single = steady(look, lambda f=look: f(each=True))
            equal([r for r in single if r.pages != 1
                   and STATE[r.state] != "none"], [], "records of many pages")

            def unfold(runs):
                pfn = spec.ENUM["detail"]["pfn"] & detail
                return [r._replace(start=r.start + i * PAGE, pages=1,
                                   pfn=r.pfn + i if pfn and
                                   r.facts & pfn else r.pfn)
                        for r in runs for i in range(r.pages)]

            none_left([pair for pair in zip(unfold(merged), unfold(single))
                       if pair[0] != pair[1]], "records")


@test("ranges cut runs, and say the same")
def ranges():
    with Workload("state", "anon", "mixed", "thp") as target:
        target.stop()
        whole = netlink.pages(pid=target.pid, detail=0)
        pages = {r.start + i * PAGE: (r.state, r.level)
                 for r in whole for i in range(r.pages)}
        for name in "anon", "mixed", "thp":
            area = target.area(name)
            for first, last in ((0, 1), (7, 9), (100, 511), (300, 301)):
                start, end = area.start + first * PAGE, area.start + last * PAGE
                got = netlink.pages(pid=target.pid, start=start, end=end)
                equal({r.start + i * PAGE: (r.state, r.level)
                       for r in got for i in range(r.pages)},
                      {a: pages[a] for a in range(start, end, PAGE)},
                      f"{name} pages {first} to {last}")


@test("at least 50,000 pages were compared")
def enough():
    if len(sys.argv) > 1:
        raise Skip("only some of the tests were run")
    note(f"{TOTAL['pages']} pages")
    assert TOTAL["pages"] >= 50000, TOTAL


main()
