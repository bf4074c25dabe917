# SPDX-License-Identifier: GPL-2.0
# boot: 4level
"""The translation of one address against pagemap, against the address itself,
and against kpageflags, which knows the frames that hold page tables."""
import sys

sys.path.insert(0, __file__.rpartition("/")[0] + "/../lib")
# pylint: disable=wrong-import-position
import lens
import netlink
import oracle
import setup
import spec
from compare import STATE
from ktap import equal, main, note, test
from workload import Workload

PAGE = oracle.PAGE
SHIFT = {"pte": 12, "pmd": 21, "pud": 30, "p4d": 39, "pgd": 48}
# Intel's manual, volume 3, 4.5: the bits of an entry, by our names.
ENTRY_BITS = {"present": 0, "write": 1, "user": 2, "write-through": 3,
              "cache-disable": 4, "accessed": 5, "dirty": 6, "global": 8,
              "no-exec": 63}
FRAME = (1 << 52) - PAGE


class Walk:
    """One answer, in words."""

    def __init__(self, pid, address):
        with netlink.Socket() as sock:
            answer = sock.do("walk", netlink.query(pid=pid, address=address))
        self.address = address
        self.steps = [spec.unpack("step", d) for d in answer.all("step")]
        self.levels = [spec.word("level", s.level) for s in self.steps]
        self.kinds = [spec.word("entry_kind", s.kind) for s in self.steps]
        runs = netlink.runs_of([answer])
        self.page = runs[0] if runs else None
        data = answer.one("vma")
        self.vma = spec.unpack("vma", data) if data else None

    @property
    def last(self):
        return self.steps[-1]


def levels():
    five = "la57" in oracle.slurp("/proc/cpuinfo").decode().split() and \
        "no5lvl" not in oracle.slurp("/proc/cmdline").decode().split()
    return ["pgd", "p4d", "pud", "pmd", "pte"] if five else \
        ["pgd", "pud", "pmd", "pte"]


def shift(level):
    """With four levels the first one's entries span what a p4d's would."""
    return SHIFT["p4d"] if level == "pgd" and len(levels()) == 4 \
        else SHIFT[level]


def check_steps(walk, frames):
    """What must be true of any translation."""
    equal(walk.levels, levels()[:len(walk.levels)], "levels, highest first")
    for step, level, kind in zip(walk.steps, walk.levels, walk.kinds):
        equal(step.index, walk.address >> shift(level) & 511,
              f"index at {level} of {walk.address:#x}")
        if kind in ("table", "leaf"):
            check_flags(step, level, kind)
        elif kind == "empty":
            equal((step.entry, step.flags), (0, 0), "an empty entry")
        if kind == "table" and level in ("pmd", "pud"):
            # The frames that the entries point to are page tables: the
            # kernel marks those of the two lowest levels on all versions.
            pfn = (step.entry & FRAME) // PAGE
            if pfn not in frames.flags:
                frames.read(pfn, 1)
            assert frames.has(pfn, "pgtable"), (level, hex(step.entry))
    equal([k for k in walk.kinds[:-1] if k != "table"], [], "ways down")
    if len(walk.steps) == len(levels()):
        assert walk.kinds[-1] != "table", walk.kinds


def check_flags(step, level, kind):
    want = {name for name, bit in ENTRY_BITS.items() if step.entry >> bit & 1}
    if not step.entry & 1:
        # PROT_NONE: what is the global bit elsewhere says so.
        want -= {"global"}
        want |= {"protnone"}
    if kind == "table":
        # Of tables, the dirty and global bits mean nothing.
        want -= {"global", "dirty"}
    got = set(spec.words("entry_flag", step.flags))
    if kind == "leaf" and level != "pte":
        assert step.entry >> 7 & 1 and "page-size" in got, got
    # The kernel's own bits have no place in the manual.
    got -= {"page-size", "saved-dirty", "soft-dirty", "uffd", "special"}
    equal(got - {"present"}, want - {"present"},
          f"flags of {step.entry:#x} at {level}")


STATES = ["anon", "zero", "mixed", "protnone", "read-only", "thp",
          "huge-zero", "thp-split", "hugetlb", "file-private", "memfd",
          "swapped", "untouched", "forked"]
LEAF = {"thp": "pmd", "huge-zero": "pmd", "hugetlb": "pmd"}


def check_leaf(walk, word, name):
    pfn = word & oracle.PM_PFN
    last = walk.levels[-1]
    equal(walk.kinds[-1], "leaf", f"{name}: the end")
    equal(last, LEAF.get(name, "pte"), f"{name}: level of the leaf")
    equal(walk.page.pfn, pfn, f"{name}: frame by the page")
    if walk.last.entry & 1:
        size = 1 << shift(last)
        frame = walk.last.entry & FRAME & -size
        equal(frame + walk.address % size // PAGE * PAGE, pfn * PAGE,
              f"{name}: frame by the entry")


def check_end(walk, word, name):
    """The end of a translation against pagemap."""
    if word & oracle.PM_PRESENT:
        check_leaf(walk, word, name)
    elif word & oracle.PM_SWAP:
        equal(walk.kinds[-1], "non-present", f"{name}: the end")
        equal(STATE[walk.page.state], "swap", f"{name}: state")
        equal(walk.page.pfn, (word & oracle.PM_PFN) >> 5, f"{name}: offset")
    else:
        equal(walk.kinds[-1], "empty", f"{name}: the end")
        equal(STATE[walk.page.state], "none", f"{name}: state")


@test("against pagemap: 4 KiB, THP, hugetlb, holes, swap")
def pagemap():
    setup.quiet()
    setup.swap_on()
    setup.huge_pages(3)
    with Workload("state", *STATES) as target:
        equal(target.skipped, {}, "what was not built")
        target.stop()
        ends = {}
        with oracle.Frames([]) as frames:
            for area in target.areas:
                pages = (area.end - area.start) // PAGE
                words = oracle.pagemap(target.pid, area.start, area.end)
                for i in sorted({0, 1, 2, pages // 3, pages // 2,
                                 511 % pages, pages - 1}):
                    address = area.start + i * PAGE + 123
                    walk = Walk(target.pid, address)
                    check_steps(walk, frames)
                    assert walk.vma.start <= address < walk.vma.end
                    equal(walk.page.start, address - 123, "address of page")
                    equal(walk.page.pages, 1, "one page")
                    check_end(walk, words[i], area.name)
                    key = f"{walk.kinds[-1]} {walk.levels[-1]}"
                    ends[key] = ends.get(key, 0) + 1
        note(ends)
        for key in "leaf pte", "leaf pmd", "empty pte", "non-present pte":
            assert key in ends, f"no translation ends with {key}"


@test("the page is the one that the page dump tells")
def as_pages():
    with Workload("state", "anon", "thp", "zero", "file-private") as target:
        target.stop()
        for area in target.areas:
            for i in 0, 5, 200:
                address = area.start + i * PAGE
                run = netlink.pages(pid=target.pid, start=address,
                                    end=address + PAGE,
                                    detail=netlink.ALL_DETAILS)[0]
                equal(Walk(target.pid, address).page, run, area.name)


def check_outside(walk, grows):
    """Nothing is mapped here; below a stack something may come to be."""
    page = walk.page
    equal((STATE[page.state], spec.word("verdict", page.verdict)),
          ("none", "n/a"), f"page at {walk.address:#x}")
    ends = {spec.word("forecast", n) for n in (page.read_else,
                                               page.write_else)}
    equal(ends, {"sigsegv"}, f"what may happen at {walk.address:#x}")
    equal({spec.word("why", n) for n in (page.read_why, page.write_why)},
          {"stack-growth" if grows else "no-vma"}, "why")
    if grows:
        equal([spec.word("forecast", n).removeprefix("huge-")
               for n in (page.read, page.write)], ["zero", "anon"],
              f"what else may happen at {walk.address:#x}")
    else:
        equal((page.read, page.write), (page.read_else, page.write_else),
              f"what happens at {walk.address:#x}")


@test("holes, in a VMA and outside all of them")
def holes():
    with Workload("sparse", 0) as target, oracle.Frames([]) as frames:
        target.stop()
        area = target.areas[0]
        tib = area.end - area.start
        for address in (area.start + tib // 4, area.start + 3 * tib // 4):
            walk = Walk(target.pid, address)
            check_steps(walk, frames)
            equal(STATE[walk.page.state], "none", "state")
            equal(walk.kinds[-1], "empty", "the end")
            # A quarter of a TiB away from all that is touched.
            assert walk.levels[-1] in ("p4d", "pgd", "pud"), walk.levels
            assert walk.vma is not None
        maps = oracle.maps(target.pid)
        gaps = [a.end for a, b in zip(maps, maps[1:]) if a.end < b.start]
        assert gaps, maps
        stack = next(vma.start for vma in maps if vma.name == b"[stack]")
        for address in gaps + [0, PAGE, stack - PAGE, maps[-1].end]:
            walk = Walk(target.pid, address)
            check_steps(walk, frames)
            equal(walk.vma, None, f"VMA at {address:#x}")
            check_outside(walk, grows=next(
                (vma.start for vma in maps if vma.end > address), 0) == stack)
            # The way may stop early, where a table is not sure to stay; it
            # never finds a page where no VMA is.
            assert "leaf" not in walk.kinds, walk.kinds


@test("behind the end of user space")
def behind():
    with Workload("state", "anon") as target:
        top = 1 << (56 if len(levels()) == 5 else 47)
        for address in (top - PAGE, top, 0xffffffff81000000, (1 << 64) - 1):
            try:
                Walk(target.pid, address)
            except netlink.Refused as refused:
                assert "address" in refused.text, refused
            else:
                raise AssertionError(f"{address:#x} was translated")


@test("the command line tells the same")
def command_line():
    with Workload("state", "anon", "thp", "untouched", "file-private",
                  "protnone") as target:
        target.stop()
        for area in target.areas:
            address = area.start + 3 * PAGE + 8
            raw = Walk(target.pid, address)
            told = lens.ask("walk", target.pid, hex(address))["walk"]
            equal(lens.number(told["address"]), address, "address")
            equal([(s["level"], s["index"], lens.number(s["entry"]),
                    s["kind"], s["flags"]) for s in told["levels"]],
                  [(level, s.index, s.entry, kind,
                    spec.words("entry_flag", s.flags))
                   for s, level, kind in zip(raw.steps, raw.levels,
                                             raw.kinds)], area.name)
            equal(told["page"]["state"], STATE[raw.page.state], "state")
            if told["page"]["state"] != "none":
                equal(lens.number(told["page"]["pfn"]), raw.page.pfn, "pfn")


main()
