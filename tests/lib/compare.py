# SPDX-License-Identifier: GPL-2.0
"""Page runs of mmlens against pagemap, kpageflags, kpagecount, kpagecgroup.

The target must be stopped, its LRU batches drained. Each page is compared by
itself. What the books cannot know, or say otherwise, is named where it is left
out; everything else must be equal.
"""
import bisect
import collections
import itertools

import oracle
import spec
from oracle import KPF, PAGE

FLAG = spec.ENUM["page_flag"]
DETAIL = spec.ENUM["detail"]
STATE = {number: name for name, number in spec.ENUM["state"].items()}
LRU = {number: name for name, number in spec.ENUM["lru"].items()}

# Our flag of a folio, and the bit of kpageflags. Workingset has none there.
FOLIO_BITS = {FLAG[ours]: KPF[theirs] for ours, theirs in {
    "locked": "locked", "referenced": "referenced", "uptodate": "uptodate",
    "folio-dirty": "dirty", "writeback": "writeback", "reclaim": "reclaim",
    "swapbacked": "swapbacked", "swapcache": "swapcache",
    "mlocked": "mlocked"}.items()}
FOLIO_MASK = sum(FOLIO_BITS)
# States of present entries that have no folio to tell of.
BARE = {"zero", "huge-zero", "pfnmap"}


class Books:
    """The books of a process, read at one time. Those of several that stand
    still together may share their frames."""

    def __init__(self, pid, frames=None):
        self.pid = pid
        self.vmas = oracle.smaps(pid)
        self.starts = [vma.start for vma, _ in self.vmas]
        self.maps = [oracle.pagemap(pid, vma.start, vma.end)
                     for vma, _ in self.vmas]
        if frames is None:
            frames = oracle.Frames(self.pfns())
        self.frames = frames
        self.swaps = len(oracle.swaps())
        self.ksm_is_told = oracle.ksm_is_told()

    def pfns(self):
        return {word & oracle.PM_PFN for words in self.maps for word in words
                if word & oracle.PM_PRESENT}

    def __enter__(self):
        return self

    def __exit__(self, *args):
        self.frames.__exit__(*args)

    def index(self, address):
        index = bisect.bisect_right(self.starts, address) - 1
        if index < 0 or address >= self.vmas[index][0].end:
            raise KeyError(hex(address))
        return index

    def words(self, start, pages):
        """The pagemap words of a stretch inside one VMA."""
        index = self.index(start)
        first = (start - self.vmas[index][0].start) // PAGE
        words = self.maps[index][first:first + pages]
        if len(words) != pages:
            raise AssertionError(f"a run at {start:#x} crosses a VMA's end")
        return words

    def state(self, word, flags):
        """The state of a page as the books have it. None if they have not."""
        if word & oracle.PM_PRESENT:
            return self.present(word, flags)
        if not word & oracle.PM_SWAP:
            return "guard" if word & oracle.PM_GUARD else "none"
        if word & oracle.PM_PFN & 31 < self.swaps:
            return "swap"
        if word & oracle.PM_GUARD:
            return "guard"
        return "uffd-marker" if word & oracle.PM_UFFD_WP else None

    def present(self, word, flags):
        pfn = word & oracle.PM_PFN
        # The books know a frame beyond the memory, but no page.
        if pfn not in self.frames.flags or self.frames.has(pfn, "nopage"):
            return "pfnmap"
        if self.frames.has(pfn, "zero"):
            return "huge-zero" if self.frames.has(pfn, "thp") else "zero"
        if self.frames.has(pfn, "huge"):
            return "hugetlb"
        if self.ksm_is_told and self.frames.has(pfn, "ksm"):
            return "ksm"
        head = self.frames.head(pfn)
        if self.frames.has(head, "anon"):
            return "anon"
        if self.frames.has(head, "swapbacked"):
            return "shmem"
        # pagemap counts every page that is not anonymous as a file's. Those
        # of the kernel's image are on no list and charged to no cgroup.
        if self.frames.has(pfn, "reserved"):
            return "kernel"
        return "file" if word & oracle.PM_FILE else None


def lru_in_books(flags, generations):
    """The name of the list by the bits of the folio."""
    if not flags & KPF["lru"]:
        return "batch"
    if flags & KPF["unevictable"]:
        return "unevictable"
    if generations:
        return "generation"
    active = "active" if flags & KPF["active"] else "inactive"
    return active + ("-anon" if flags & KPF["swapbacked"] else "-file")


class Comparison:
    """Compares all runs; what differs is in .wrong, what was seen in .states,
    known differences are counted in .known."""

    def __init__(self, books, runs, generations, alike=None):
        self.wrong = []
        self.states = collections.Counter()
        self.known = collections.Counter()
        self.checks = collections.Counter()
        self.generations = generations
        self.books = books
        # Pages that are alike but for their frames: the known differences of
        # those that were compared, by all that was compared.
        self.alike = {} if alike is None else alike
        self.notes = []
        self.cover(runs)
        for run in runs:
            self.run(run)
        self.ksm(runs)

    def differ(self, run, i, what, got, want):
        self.wrong.append(f"{run.start + i * PAGE:#x} {STATE[run.state]} "
                          f"{what}: mmlens {got}, the kernel {want}")

    def cover(self, runs):
        """The runs cover the VMAs, all of them, and nothing twice."""
        at = 0
        for vma, _ in self.books.vmas:
            address = vma.start
            while address < vma.end:
                if at == len(runs) or runs[at].start != address:
                    self.wrong.append(f"{address:#x}: no run begins here")
                    return
                address += runs[at].pages * PAGE
                at += 1
        if at != len(runs):
            self.wrong.append(f"{runs[at].start:#x}: a run outside all VMAs")

    def ksm(self, runs):
        """smaps counts KSM pages of each VMA, from 6.8 on."""
        told = collections.Counter()
        for run in runs:
            if STATE[run.state] == "ksm":
                told[self.books.index(run.start)] += run.pages * PAGE
        for index, (vma, facts) in enumerate(self.books.vmas):
            if facts.get("KSM", told[index]) != told[index]:
                self.wrong.append(f"{vma.start:#x}: {told[index]} bytes of KSM,"
                                  f" the kernel {facts['KSM']}")

    def run(self, run):
        flags = self.books.vmas[self.books.index(run.start)][1]["flags"]
        state = STATE[run.state]
        self.states[state] += run.pages
        like = (tuple(flags), run.cgroup) + run[4:]
        for i, word in enumerate(self.books.words(run.start, run.pages)):
            key = like, self.facts(run.pfn + i, word)
            if key in self.alike:
                for what in self.alike[key]:
                    self.known[what] += 1
                continue
            differ, self.notes = len(self.wrong), []
            self.one(run, i, word, flags)
            if len(self.wrong) == differ:
                self.alike[key] = self.notes

    def facts(self, frame, word):
        """All that the books say of a page; its frame only if it is another
        than ours."""
        pfn = word & oracle.PM_PFN
        rest = word - pfn, pfn == frame
        if word & oracle.PM_SWAP:
            return rest + (pfn & 31, self.books.swaps)
        if not word & oracle.PM_PRESENT:
            return rest + (pfn,)
        frames = self.books.frames
        flags = frames.flags.get(pfn, 0)
        rest += flags, frames.count.get(pfn), frames.cgroup.get(pfn)
        if flags & (KPF["head"] | KPF["tail"]):
            head = frames.head(pfn)
            rest += (pfn == head, frames.flags[head], frames.cgroup[head],
                     frames.order(head))
        return rest

    def know(self, what):
        self.known[what] += 1
        self.notes.append(what)

    def one(self, run, i, word, flags):
        state = STATE[run.state]
        want = self.books.state(word, flags)
        if "pfnmap" in flags and state == "pfnmap":
            # pagemap passes such VMAs by: to it they are empty.
            self.know("pfnmap")
            self.equal(run, i, "pagemap", word & oracle.PM_PRESENT, 0)
            return
        if want is None:
            # An entry that is neither a page nor in a swap device: the books
            # do not say what it is. The workload does.
            self.know(state)
            if state not in ("uffd-marker", "poison-marker", "hwpoison",
                             "migration", "guard"):
                self.differ(run, i, "state", state, "a special entry")
            return
        if want == "anon" and state == "ksm" and not self.books.ksm_is_told:
            self.know("KSM only by the sum of the VMA")
            want = "ksm"
        if state == "poison-marker" and "hugetlb" in flags and not word & (
                oracle.PM_PRESENT | oracle.PM_SWAP):
            # pagemap_hugetlb_range() tells of pages and of userfaultfd's marks.
            self.know("poison marker of hugetlb")
        elif state != want:
            self.differ(run, i, "state", state, want)
        elif word & oracle.PM_PRESENT:
            self.page(run, i, word, state)
        else:
            self.absent(run, i, word, flags)

    def absent(self, run, i, word, vma_flags):
        soft_dirty = bool(word & oracle.PM_SOFT_DIRTY)
        if STATE[run.state] == "none":
            # pagemap says of all of a VMA that is newer than clear_refs that
            # it is soft-dirty, also where nothing is. We tell of pages.
            if soft_dirty:
                self.know("soft-dirty hole")
                if "soft-dirty" not in vma_flags:
                    self.differ(run, i, "soft-dirty", "none", "none")
            if run.flags:
                self.differ(run, i, "flags", hex(run.flags), 0)
            return
        self.equal(run, i, "soft-dirty",
                   bool(run.flags & FLAG["soft-dirty"]), soft_dirty)
        self.equal(run, i, "uffd", bool(run.flags & FLAG["uffd"]),
                   bool(word & oracle.PM_UFFD_WP))
        if STATE[run.state] == "swap":
            frame = word & oracle.PM_PFN
            self.equal(run, i, "swap type", run.swap_type, frame & 31)
            self.equal(run, i, "swap offset", run.pfn + i,
                       frame >> oracle.SWAP_TYPE_BITS)

    def equal(self, run, i, what, got, want):
        self.checks[what] += 1
        if got != want:
            self.differ(run, i, what, got, want)

    def page(self, run, i, word, state):
        pfn = word & oracle.PM_PFN
        self.equal(run, i, "pfn", run.pfn + i, pfn)
        if not run.flags & FLAG["present"]:
            self.differ(run, i, "present", False, True)
        # Entries of hugetlb pages keep no soft-dirty bit that pagemap reads:
        # there it is the VMA's alone.
        if state != "hugetlb":
            self.equal(run, i, "soft-dirty",
                       bool(run.flags & FLAG["soft-dirty"]),
                       bool(word & oracle.PM_SOFT_DIRTY))
        self.equal(run, i, "uffd", bool(run.flags & FLAG["uffd"]),
                   bool(word & oracle.PM_UFFD_WP))
        if state in BARE:
            if run.facts & (DETAIL["folio"] | DETAIL["counts"]):
                self.differ(run, i, "facts", hex(run.facts), "no folio")
            return
        self.folio(run, i, pfn, state)

    def folio(self, run, i, pfn, state):
        frames = self.books.frames
        head = frames.head(pfn)
        flags = frames.flags[head]
        got = run.flags & FOLIO_MASK
        want = sum(ours for ours, bit in FOLIO_BITS.items() if flags & bit)
        self.equal(run, i, "folio flags", spec.words("page_flag", got),
                   spec.words("page_flag", want))
        self.equal(run, i, "order", run.order, frames.order(pfn))
        self.equal(run, i, "mapcount", run.mapcount, frames.count[pfn])
        # Tail pages have no cgroup in the books of 6.1; it is the folio's.
        self.equal(run, i, "cgroup", run.cgroup, frames.cgroup[head])
        if state in ("anon", "ksm"):
            self.exclusive(run, i, pfn, head)
        if state in ("anon", "ksm", "file", "shmem"):
            self.equal(run, i, "lru", LRU[run.lru],
                       lru_in_books(flags, self.generations))
        else:
            self.equal(run, i, "lru", LRU[run.lru], "none")

    def exclusive(self, run, i, pfn, head):
        frames = self.books.frames
        if run.level:
            # One entry maps the whole folio: the bit is the head's.
            pfn = head
        elif pfn != head and oracle.version() >= (6, 11):
            # Each page has its own bit, but kpageflags shows the head's.
            self.know("exclusive of a tail")
            return
        self.equal(run, i, "exclusive", bool(run.flags & FLAG["exclusive"]),
                   frames.has(pfn, "anon_exclusive"))


def sums(books, runs):
    """smaps counts pages of each VMA; the runs must give the same."""
    ours = [collections.Counter() for _ in books.vmas]
    for run in runs:
        count(ours[books.index(run.start)], STATE[run.state], run)
    out = []
    for (vma, facts), mine in zip(books.vmas, ours):
        facts = dict(facts, Hugetlb=facts.get("Private_Hugetlb", 0) +
                     facts.get("Shared_Hugetlb", 0))
        for name in ("Rss", "Anonymous", "LazyFree", "AnonHugePages",
                     "ShmemPmdMapped", "Swap", "Hugetlb"):
            got, want = mine[name] * PAGE, facts.get(name, 0)
            if name == "Swap" and want > got and is_shmem(vma):
                # smaps adds what the file has in swap and nobody maps.
                continue
            if got != want:
                out.append(f"{vma.start:#x}-{vma.end:#x} {vma.name.decode()} "
                           f"smaps {name}: mmlens {got}, the kernel {want}")
    return out


def is_shmem(vma):
    """Of the kernel's own files, or of a tmpfs: the tests' programs lie on one."""
    return (vma.name.startswith((b"/dev/zero", b"/memfd:", b"/SYSV")) or
            vma.dev in oracle.tmpfs())


def count(to, state, run):
    if state == "swap":
        to["Swap"] += run.pages
    elif state == "hugetlb":
        to["Hugetlb"] += run.pages
    elif state in ("anon", "ksm", "file", "shmem", "kernel"):
        to["Rss"] += run.pages
        if state in ("anon", "ksm"):
            to["Anonymous"] += run.pages
            if not run.flags & (FLAG["swapbacked"] | FLAG["dirty"] |
                                FLAG["folio-dirty"]):
                to["LazyFree"] += run.pages
        if run.level and state == "anon":
            to["AnonHugePages"] += run.pages
        if run.level and state == "shmem":
            to["ShmemPmdMapped"] += run.pages


VERDICT = {number: name for name, number in spec.ENUM["verdict"].items()}


def relatives(all_books, all_runs):
    """What must hold of the pages of a family, whoever tells of them."""
    out = []
    mapped, owned = collections.Counter(), {}
    swapped, kept = collections.Counter(), {}
    for books, runs in zip(all_books, all_runs):
        counts = books.frames.count
        for run in runs:
            state, verdict = STATE[run.state], VERDICT[run.verdict]
            if state not in ("anon", "ksm", "swap"):
                continue
            where = f"{books.pid}: {run.start:#x} {state} {verdict}"
            mine = owned if state != "swap" else kept
            total = mapped if state != "swap" else swapped
            for frame in range(run.pfn, run.pfn + run.pages):
                key = (frame if state != "swap" else (run.swap_type, frame))
                total[key] += 1
                if verdict == "exclusive":
                    mine[key] = where
                if state == "swap" or verdict not in ("exclusive", "reusable"):
                    continue
                if counts[frame] != 1:
                    out.append(f"{where}, but mapped {counts[frame]} times")
    for what, mine in ((mapped, owned), (swapped, kept)):
        out += [f"{where}, but {what[key]} of the family have it"
                for key, where in mine.items() if what[key] > 1]
    return out


SCAN_HUGE = {spec.ENUM["level"][name] for name in ("pmd", "pud")}


def scanned(run, private):
    """The categories of PAGEMAP_SCAN of the pages of a run."""
    state = STATE[run.state]
    if state in ("none", "pfnmap"):
        return 0
    names = ["present" if run.flags & FLAG["present"] else "swapped"]
    if run.flags & FLAG["soft-dirty"]:
        names.append("soft-dirty")
    if state in ("zero", "huge-zero"):
        names.append("pfnzero")
    if state in ("file", "shmem", "kernel") or (
            state == "hugetlb" and not private):
        names.append("file")
    if run.level in SCAN_HUGE:
        names.append("huge")
    if state == "guard" and oracle.version() >= (6, 15):
        names.append("guard")
    return sum(oracle.SCAN[name] for name in names)


def scans(books, runs):
    """PAGEMAP_SCAN says the same, stretch by stretch."""
    regions = oracle.scan(books.pid, books.vmas[-1][0].end)
    if regions is None:
        return []
    ours = []
    for run in runs:
        vma = books.vmas[books.index(run.start)][0]
        what = scanned(run, vma.perms[3] == "p")
        end = run.start + run.pages * PAGE
        if not what:
            continue
        if ours and ours[-1][1:] == (run.start, what):
            ours[-1] = (ours[-1][0], end, what)
        else:
            ours.append((run.start, end, what))
    return [f"PAGEMAP_SCAN: mmlens {mine}, the kernel {theirs}"
            for mine, theirs in itertools.zip_longest(ours, joined(regions))
            if mine != theirs][:1]


def joined(regions):
    """Neighbours of one kind as one, however the kernel cut them."""
    out = []
    for start, end, what in regions:
        if out and out[-1][1:] == (start, what):
            out[-1] = (out[-1][0], end, what)
        else:
            out.append((start, end, what))
    return out
