# SPDX-License-Identifier: GPL-2.0
"""The sums of vmas, pages, cow and zero against the kernel's books: smaps, and
pagemap with kpageflags and kpagecount, VMA by VMA."""
import collections
import functools
import os
import sys

sys.path.insert(0, __file__.rpartition("/")[0] + "/../lib")
# pylint: disable=wrong-import-position
import lens
import oracle
import setup
from compare import Books, is_shmem
from ktap import equal, main, none_left, note, test
from workload import Workload, steady

PAGE = oracle.PAGE
# What is built before something forks, the child shares.
STATES = ["file-private", "forked", "forked-thp", "left-alone",
          "swapped-forked", "ksm", "swapped", "swapped-back", "anon",
          "untouched", "zero", "huge-zero", "file-shared", "memfd",
          "shmem-anon", "tmpfs-private", "mixed=64", "read-only", "protnone",
          "locked", "lazyfree", "thp", "hugetlb"]
RSS = {"anon", "ksm", "file", "shmem", "kernel"}
KEYS = ("Rss", "Anonymous", "AnonHugePages", "Swap", "Private_Hugetlb",
        "Shared_Hugetlb", "Private_Clean", "Private_Dirty", "Shared_Clean",
        "Shared_Dirty")
# What a write does that is permitted, as far as the books can tell: whether an
# entry may be written already, they do not say.
CLASSES = {"none": "kept", "cow-reuse": "kept", "zero-copy": "zeroed",
           "huge-anon": "zeroed"}


class Told:
    """What the command line says of a process that stands still, with the
    books of the same time."""

    def __init__(self, pid):
        self.pid = pid
        self.smaps, _ = steady(self.look, self.ask)

    def look(self):
        return [(vma, {key: facts.get(key, 0) for key in KEYS})
                for vma, facts in oracle.smaps(self.pid)]

    def ask(self):
        self.vmas = lens.ask("vmas", self.pid, "--stats")
        self.pages = lens.ask("pages", self.pid, "-o", "all")
        self.cow = lens.ask("cow", self.pid)
        self.zero = lens.ask("zero", self.pid)
        self.rollup = oracle.keyed(f"/proc/{self.pid}/smaps_rollup")
        with Books(self.pid) as books:
            self.books = books
            known = books.pfns() & set(books.frames.flags)
            self.marked = set(filter(self.is_marked, known))

    def is_marked(self, pfn):
        """Huge pages have one entry here: their mark is the first page's."""
        frames = self.books.frames
        return frames.has(frames.head(pfn), "anon_exclusive")

    def by_vma(self, command):
        """The rows of a command by the start of their VMA."""
        answer = getattr(self, command)
        return {lens.number(row["start"]): row for row in answer[command]}

    def words(self):
        """Each VMA with its words of pagemap."""
        return [(vma, words) for (vma, _), words in
                zip(self.books.vmas, self.books.maps)]


@functools.cache
def built():
    """The same for all tests: it takes longer than they do, and all that they
    look at is read here."""
    setup.quiet()
    setup.swap_on()
    setup.huge_pages(6)
    with Workload("state", *STATES) as target:
        equal(target.skipped, {}, "what was not built")
        return Told(target.stop().pid)


def differ(out, vma, what, got, want):
    if got != want:
        out.append(f"{vma.start:#x} {vma.name.decode()} {what}: mmlens {got}, "
                   f"the kernel {want}")


def resident(states):
    return sum(states.get(state, 0) for state in RSS)


def against_smaps(told):
    """The states of vmas and of pages."""
    wrong, rows = [], told.by_vma("vmas")
    of_pages = [collections.Counter() for _ in told.smaps]
    for row in told.pages["pages"]:
        index = told.books.index(lens.number(row["start"]))
        of_pages[index][row["state"]] += row["pages"]
    for (vma, facts), counted in zip(told.smaps, of_pages):
        states = rows[vma.start]["pages"]
        differ(wrong, vma, "states of pages", dict(counted), states)
        for what, got, want in (
                ("Rss", resident(states), facts["Rss"]),
                ("Anonymous", states.get("anon", 0) + states.get("ksm", 0),
                 facts["Anonymous"]),
                ("Hugetlb", states.get("hugetlb", 0),
                 facts["Private_Hugetlb"] + facts["Shared_Hugetlb"]),
                ("Swap", states.get("swap", 0), facts["Swap"])):
            # Of shared memory smaps adds what the file has in swap, whoever
            # maps it.
            if what == "Swap" and is_shmem(vma):
                assert got * PAGE <= want, (vma, got, want)
                continue
            differ(wrong, vma, what, got * PAGE, want)
    return wrong


def sharing(told):
    """Private and shared, clean and dirty, by the counts of pages."""
    sums = [collections.Counter() for _ in told.smaps]
    for row in told.pages["pages"]:
        if row["state"] in RSS:
            dirty = row["dirty"] or "folio-dirty" in row["folio"]
            key = (("Private_" if row["mapcount"] < 2 else "Shared_") +
                   ("Dirty" if dirty else "Clean"))
            sums[told.books.index(lens.number(row["start"]))][key] += \
                row["pages"] * PAGE
    # Every program that runs meanwhile, mmlens too, maps these and changes
    # their counts: libraries, and the kernel's own pages.
    ours = {vma.name for vma in oracle.maps(os.getpid())
            if vma.name.startswith((b"/", b"[v"))}
    wrong, compared = [], collections.Counter()
    for (vma, facts), counted in zip(told.smaps, sums):
        if vma.name in ours:
            continue
        for key in ("Private_Clean", "Private_Dirty", "Shared_Clean",
                    "Shared_Dirty"):
            differ(wrong, vma, key, counted[key], facts[key])
            compared[key] += counted[key] // PAGE
    note(", ".join(f"{n} pages {key}" for key, n in sorted(compared.items())))
    return wrong, compared


@test("vmas and pages: Rss, Anonymous, Swap, private and shared, as smaps")
def states():
    told = built()
    none_left(against_smaps(told), "smaps against vmas and pages")
    wrong, compared = sharing(told)
    none_left(wrong, "smaps against the counts of pages")
    equal([key for key, count in compared.items() if not count], [],
          "kinds that there are none of")
    everything = told.vmas["summary"]["pages"]
    equal(told.pages["summary"]["states"], everything, "states in all")
    equal(resident(everything) * PAGE, told.rollup["Rss"], "Rss in all")


def is_zero(told, word):
    return (word & oracle.PM_PRESENT and
            told.books.frames.has(word & oracle.PM_PFN, "zero"))


@test("zero: zero pages by their frames, and what nobody touched")
def zero():
    told = built()
    rows, wrong, sums = told.by_vma("zero"), [], collections.Counter()
    for vma, words in told.words():
        want = collections.Counter()
        anonymous = (not vma.inode and "r" in vma.perms and
                     not vma.name.startswith(b"[v"))
        for word in words:
            if is_zero(told, word):
                huge = told.books.frames.has(word & oracle.PM_PFN, "thp")
                want["huge_zero_pages" if huge else "zero_pages"] += 1
            elif anonymous and not word & (oracle.PM_PRESENT |
                                           oracle.PM_SWAP):
                want["untouched_pages"] += 1
        row = rows.pop(vma.start, {})
        for key in "zero_pages", "huge_zero_pages", "untouched_pages":
            differ(wrong, vma, key, row.get(key, 0), want[key])
        sums += want
    none_left(wrong, "zero pages")
    equal(rows, {}, "VMAs that the kernel has not")
    for key, count in sums.items():
        equal(told.zero["summary"][key], count, f"{key} in all")
    equal(len(sums), 3, f"kinds in {sums}")
    note(", ".join(f"{n} {key}" for key, n in sorted(sums.items())))


def write_to(told, vma, word):
    """What a write would do to a page that is there. Without a write
    permission, it is refused before the page is looked at."""
    if vma.perms[1] != "w":
        return "sigsegv"
    if not word & oracle.PM_PRESENT:
        return "swap-in"
    frames, pfn = told.books.frames, word & oracle.PM_PFN
    if frames.has(pfn, "zero"):
        return "zeroed"
    if word & oracle.PM_FILE:
        return "file-copy"
    if pfn in told.marked:
        return "kept"
    # Not marked: of base pages, the last who maps one keeps it.
    return "cow-copy" if frames.count[pfn] > 1 else "kept"


def foretold(row):
    """What cow says of a VMA, in the same words."""
    out = collections.Counter()
    for name, count in row["writes"].items():
        out[CLASSES.get(name, name)] += count
    for doubt in row.get("writes_undecided", []):
        both = {CLASSES.get(doubt[key], doubt[key])
                for key in ("write", "write_or")}
        out["|".join(sorted(both))] += doubt["pages"]
    return out


@test("cow: what writes would copy, by the mark, the counts and permissions")
def cow():
    told = built()
    rows, wrong, sums = told.by_vma("cow"), [], collections.Counter()
    flags = {vma.start: facts["flags"] for vma, facts in told.books.vmas}
    for vma, words in told.words():
        # Shared is what the flags say: a mapping for reading only of a
        # file that is open for reading only is shown as shared, too.
        if "shared" in flags[vma.start] or \
                "may-write" not in flags[vma.start]:
            continue
        want = collections.Counter(
            write_to(told, vma, word) for word in words
            if word & (oracle.PM_PRESENT | oracle.PM_SWAP))
        row = rows.pop(vma.start, None)
        got = foretold(row) if row else collections.Counter()
        differ(wrong, vma, "writes", dict(got), dict(want))
        copies = want["file-copy"] + want["cow-copy"]
        if row:
            differ(wrong, vma, "would copy", (row["write_copies_pages"],
                   row["write_may_copy_pages"]), (copies, 0))
        sums += want
    none_left(wrong, "writes")
    equal(rows, {}, "VMAs that the kernel has not")
    copies = sums["file-copy"] + sums["cow-copy"]
    equal(told.cow["summary"]["write_copies_bytes"], copies * PAGE,
          "would copy, in all")
    equal(set(sums), {"sigsegv", "swap-in", "zeroed", "file-copy", "kept",
                      "cow-copy"}, "kinds")
    note(", ".join(f"{n} {key}" for key, n in sorted(sums.items())))


main()
