# SPDX-License-Identifier: GPL-2.0
# boot: named 4level
"""Copy-on-write, by the cases of the field: what was foretold of each page is
held against what a write then does to it, by pagemap and rusage."""
import collections
import errno
import sys

sys.path.insert(0, __file__.rpartition("/")[0] + "/../lib")
# pylint: disable=wrong-import-position
import netlink
import oracle
import setup
import spec
from compare import STATE
from ktap import Skip, equal, main, none_left, note, test
from workload import PAGE, Workload, drain

SCORE = collections.Counter()
OPEN = collections.Counter()
SEEN = collections.Counter()
KERNEL = oracle.version()
# The rules differ: who takes over a page of a large folio mapped by PTEs.
TAKES_NONE = (6, 7) <= KERNEL < (6, 15)
TAKES_WHOLE = KERNEL >= (6, 15)
FILES = ["memfd", "tmpfile"]


def word(enum, number):
    return spec.word(enum, number)


class Page:
    """A page as foretold, and as the books have it."""

    def __init__(self, pid, address):
        self.run = netlink.pages(pid=pid, start=address, end=address + PAGE,
                                 detail=netlink.ALL_DETAILS)[0]
        self.state = STATE[self.run.state]
        self.verdict = word("verdict", self.run.verdict)
        self.why = word("why", self.run.verdict_why)
        self.write = [word("forecast", self.run.write),
                      word("forecast", self.run.write_else)]
        self.write_why = word("why", self.run.write_why)
        self.entry = oracle.pagemap(pid, address, address + PAGE)[0]
        self.of_file = any(vma.inode for vma in oracle.maps(pid)
                           if vma.start <= address < vma.end)

    @property
    def frame(self):
        return self.entry & oracle.PM_PFN \
            if self.entry & oracle.PM_PRESENT else None

    def __str__(self):
        return (f"{self.state} {self.verdict}:{self.why} write "
                f"{'|'.join(self.write)}:{self.write_why} map "
                f"{self.run.mapcount} ref {self.run.refcount}")


def happened(before, after, minor, major):
    """What a write did, by the books alone: pagemap and rusage."""
    kept = before.frame == after.frame
    if not minor + major:
        return "none" if kept else "?"
    if before.entry & oracle.PM_SWAP:
        return "swap-in"
    if before.frame is None:
        return "file-copy" if before.of_file else "anon"
    with oracle.Frames([before.frame, after.frame]) as frames:
        huge = frames.has(after.frame, "thp")
        if frames.has(before.frame, "zero"):
            return "?" if kept else "huge-anon" if huge else "zero-copy"
        if before.entry & oracle.PM_FILE:
            return "write-notify" if kept else "file-copy"
    return "cow-reuse" if kept else "cow-copy"


class Family:
    """A parent, and perhaps a child, that share the pages of a case."""

    def __init__(self, case):
        self.work = Workload("cow", case)
        self.case = case
        if case in self.work.skipped:
            self.work.close()
            raise Skip(self.work.skipped[case])
        self.start = self.work.areas[0].start
        self.pages = int(self.work.areas[0].expect[1:])
        self.wrong = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.work.close()

    def pid(self, who):
        return self.work.pid if who == "parent" else \
            self.work.numbers["child"]

    def do(self, *words):
        """An order. What the kernel cannot do is a reason to skip."""
        self.work.command(" ".join(map(str, words)))
        if self.work.numbers["error"]:
            number = self.work.numbers["error"]
            raise OSError(number, errno.errorcode.get(number, ""))

    def look(self, who, index):
        # Its reference may be in the hand of a processor yet.
        drain(self.pid(who))
        return self.see(who, index)

    def see(self, who, index):
        return Page(self.pid(who), self.start + index * PAGE)

    def maps(self, who, index):
        """Is the page in a VMA of his?"""
        address = self.start + index * PAGE
        return bool(netlink.pages(pid=self.pid(who), start=address,
                                  end=address + PAGE))

    def write(self, who, index, when):
        """Write a page, and compare what happened with what was foretold."""
        before = self.look(who, index)
        self.do("write", who, index)
        numbers = self.work.numbers
        after = self.see(who, index)
        did = happened(before, after, numbers["minor"], numbers["major"])
        decided = before.write[0] == before.write[1]
        SEEN[before.state, before.verdict, before.why] += 1
        (SCORE if decided else OPEN)[did] += 1
        where = f"{self.case}, {when}, page {index} of the {who}: {before}"
        if did not in before.write:
            self.wrong.append(f"{where}; and then {did}")
        self.judge(before, did, where)
        # What was written is its own.
        if (after.verdict, after.why) != ("exclusive", "marked"):
            self.wrong.append(f"{where}; and then it is {after}")
        return before, did

    def judge(self, before, did, where):
        """The verdict is about the frame: kept or not."""
        if before.state == "none":
            right = before.verdict == "n/a"
        elif did in ("swap-in", "none"):
            right = before.verdict != "n/a"
        elif before.write[0] != before.write[1]:
            right = before.verdict == "shared"
        elif did == "cow-reuse":
            right = before.verdict in ("exclusive", "reusable")
        else:
            right = before.verdict == "shared"
        if not right:
            self.wrong.append(f"{where}; but {did}")

    def done(self):
        none_left(self.wrong, self.case)


def samples(family):
    """Some pages: at the ends, and where the parts of a case meet."""
    if family.pages <= 4:
        return list(range(family.pages))
    return [0, 1, family.pages // 2 - 1, family.pages - 1]


def written(case):
    """Both write while both are there; then the child leaves."""
    with Family(case) as family:
        first, second, third, last = samples(family)
        if case == "hugetlb":
            first, second, third, last = (n * 512 for n in range(4))
        family.do("fork")
        if family.maps("child", last):
            family.write("child", last, "forked")
        family.write("child", first, "forked")
        if family.maps("parent", last):
            family.write("parent", last, "copied by the child")
        family.write("parent", second, "forked")
        family.write("parent", first, "copied by the child")
        family.do("leave")
        for index in (third, third + 1, last):
            if family.maps("parent", index) and index < family.pages:
                family.write("parent", index, "left")
        family.done()


# Of each case, what a page is once the child has come and gone.
def left_behind(case):
    if case in ("zero", "huge-zero", "swapped", *FILES):
        # Of a swapped page, who shares the slot is not to be seen.
        return {"shared"}
    if case in ("base", "hugetlb", "thp"):
        return {"reusable"}
    if case.endswith("single"):
        return {"shared"} if TAKES_NONE or TAKES_WHOLE else {"reusable"}
    return {"reusable"} if TAKES_WHOLE else {"shared"}


def left(case):
    """Nobody writes until the child has left."""
    with Family(case) as family:
        last = samples(family)[-1]
        built = family.look("parent", last if family.maps("parent", last)
                            else 0)
        if case not in ("zero", "huge-zero", *FILES) and \
                built.state != "none":
            equal(built.verdict, "exclusive", f"{case}, built: {built}")
        family.do("fork")
        for who in "parent", "child":
            seen = family.look(who, 0)
            # fork leaves out what can be found in a file again.
            equal(seen.verdict, "n/a" if who == "child" and case in FILES
                  else "shared", f"{case}, forked, {who}: {seen}")
        family.do("leave")
        seen = family.look("parent", 0)
        if seen.verdict not in left_behind(case):
            family.wrong.append(f"{case}, left: {seen}, not "
                                f"{left_behind(case)}")
        for index in samples(family):
            if family.maps("parent", index):
                family.write("parent", index, "left")
        family.done()


@test("ready")
def ready():
    setup.quiet()
    setup.swap_on()
    setup.huge_pages(10)


CASES = ["base", "swapped", "zero", "huge-zero", *FILES, "hugetlb", "thp",
         "thp-split", "thp-single", "thp-remapped", "thp-kept", "thp-partial",
         "mthp-16", "mthp-64", "mthp-1024", "mthp-single", "mthp-remapped",
         "mthp-kept", "mthp-partial"]


def add(case):
    @test(case)
    def one():
        written(case)
        left(case)


for name in CASES:
    add(name)


def spliced_by_child(case, kept):
    """The child leaves, and a pipe holds a reference to one page of it."""
    with Family(case) as family:
        family.do("fork")
        family.do("splice", "child", 0)
        family.do("unmap", "child")
        family.do("leave")
        before, did = family.write("parent", 0, "in a pipe")
        equal((before.why, did), kept, f"{case} in a pipe: {before}")
        family.do("release", "parent")
        family.write("parent", family.pages - 1, "out of the pipe")
        family.done()


@test("a reference that a pipe holds")
def spliced():
    spliced_by_child("base", ("referenced", "cow-copy"))
    # A hugetlb page is taken over whoever else refers to it.
    spliced_by_child("hugetlb", ("last-mapping", "cow-reuse"))
    with Family("base") as family:
        family.do("splice", "parent", 0)
        family.do("fork")
        family.do("unmap", "parent")
        before, did = family.write("child", 0, "in a pipe")
        equal((before.why, did), ("referenced", "cow-copy"), str(before))
        family.write("child", 1, "given up by the parent")
        family.done()


@test("a reference that a pipe holds to a huge page")
def spliced_huge():
    spliced_by_child("thp", ("referenced", "cow-copy"))


@test("a pin of io_uring keeps a page at home")
def pinned():
    for case in "base", "thp-split":
        with Family(case) as family:
            try:
                family.do("pin", "parent", 0)
            except OSError as error:
                if error.errno not in (errno.ENOSYS, errno.EPERM):
                    raise
                raise Skip("the kernel has no io_uring") from error
            family.do("fork")
            # fork has copied it for the child at once.
            for who in "parent", "child":
                seen = family.look(who, 0)
                equal((seen.verdict, seen.write[0]), ("exclusive", "none"),
                      f"{case}, pinned, {who}: {seen}")
                family.write(who, 0, "pinned")
            family.write("child", 2, "beside a pin")
            family.write("parent", 2, "beside a pin")
            family.do("leave")
            family.write("parent", 3, "beside a pin")
            family.done()


@test("in the swap cache")
def swap_cache():
    with Family("swapped") as family:
        family.do("fork")
        for who, index in ("child", 0), ("parent", 1):
            family.do("read", who, index)
        # The slot of the first is the parent's, too: its page is copied.
        before, did = family.write("child", 0, "read")
        equal((before.write_why, did), ("swap-cache", "cow-copy"), str(before))
        family.do("leave")
        # That of the second is nobody's any more.
        before, did = family.write("parent", 1, "read, left")
        equal(did, "cow-reuse", str(before))
        family.done()


def collapse(family, who):
    """khugepaged's work at once; it may find a page busy."""
    for _ in range(10):
        try:
            return family.do("collapse", who)
        except OSError as error:
            if error.errno != errno.EAGAIN:
                raise
    raise AssertionError("a huge page is not collapsed")


@test("collapsed before the fork")
def collapsed_before():
    with Family("thp-split") as family:
        collapse(family, "parent")
        equal(spec.word("level", family.look("parent", 0).run.level), "pmd",
              "level")
        family.do("fork")
        family.write("child", 0, "collapsed")
        family.do("leave")
        seen = family.look("parent", 7)
        equal((seen.verdict, seen.why), ("reusable", "last-mapping"),
              f"left: {seen}")
        family.write("parent", 7, "collapsed, left")
        family.done()


@test("collapsed after the fork")
def collapsed_after():
    with Family("thp-split") as family:
        family.do("fork")
        # Of pages that may not be written, none is collapsed.
        family.write("parent", 0, "forked")
        collapse(family, "parent")
        # The parent has a copy, and the child has the old one for itself.
        before, did = family.write("parent", 0, "collapsed")
        equal((before.verdict, did), ("exclusive", "none"), str(before))
        seen = family.look("child", 0)
        equal(seen.verdict, "reusable" if TAKES_WHOLE else "shared",
              f"the child: {seen}")
        family.write("child", 0, "collapsed")
        family.do("leave")
        family.write("parent", 511, "collapsed, left")
        family.done()


def with_setting(word):
    setup.put("/sys/kernel/mm/transparent_hugepage/enabled", word)
    skipped = []
    try:
        for case in CASES:
            try:
                left(case)
            except Skip as skip:
                skipped.append(case)
                note(f"{case}: {skip}")
    finally:
        setup.quiet()
    return skipped


@test("huge pages always")
def always():
    equal([case for case in with_setting("always")
           if not case.startswith("mthp")], [], "cases without a page")


@test("huge pages never")
def never():
    equal([case for case in with_setting("never")
           if not case.startswith("mthp")],
          ["huge-zero"] + [case for case in CASES if case.startswith("thp")],
          "cases without a page")


@test("score")
def score():
    for what, count in sorted(SCORE.items()):
        note(f"{count} times {what}, as foretold")
    for what, count in sorted(OPEN.items()):
        note(f"{count} times {what}, one of the two that were foretold")
    for key, count in sorted(SEEN.items()):
        note(f"{count} {' '.join(key)}")


main()
