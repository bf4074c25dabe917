# SPDX-License-Identifier: GPL-2.0
# boot: named 4level
"""What a fork costs: the figures of "mmlens cow" of a large parent and its
child, to the page, against pagemap and kpagecount of both."""
import collections
import os
import sys

sys.path.insert(0, __file__.rpartition("/")[0] + "/../lib")
# pylint: disable=wrong-import-position
import lens
import oracle
import setup
from ktap import equal, main, note, test
from oracle import PAGE
from workload import Workload, drain

LONG = bool(os.environ.get("MMLENS_LONG"))
MIB = 1024 if LONG else 64
HUGE = 512


class Area:
    """The pages of the area, as the books of both have them."""

    def __init__(self, pid, other, start, end):
        self.words = oracle.pagemap(pid, start, end)
        self.others = oracle.pagemap(other, start, end) if other else None
        self.mine = [word & oracle.PM_PFN for word in self.words]
        self.count = self.book("count")

    def book(self, name):
        """/proc/kpagecount or /proc/kpageflags, of each page."""
        first, last = min(self.mine), max(self.mine)
        with open(f"/proc/kpage{name}", "rb", buffering=0) as file:
            words = oracle.table(file.fileno(), first, last - first + 1)
        return [words[frame - first] for frame in self.mine]

    def marked(self, step):
        """Pages marked as this process's own, of which one in @step counts
        for all."""
        mark = oracle.KPF["anon_exclusive"]
        return step * sum(bool(word & mark)
                          for word in self.book("flags")[::step])

    def __len__(self):
        return len(self.words)

    def relations(self):
        """Page by page: the same frame, or not."""
        return collections.Counter(
            "same" if word & oracle.PM_PFN == other & oracle.PM_PFN else
            "diverged" for word, other in zip(self.words, self.others))

    def copied(self, whole):
        """Pages that a write would copy: those that another maps, too. Of a
        huge page mapped as a whole it is all of it, if another maps a part."""
        step = HUGE if whole else 1
        return sum(step for i in range(0, len(self), step)
                   if max(self.count[i:i + step]) > 1)


def of_area(answer, start, end):
    """The rows of VMAs inside the area, added up."""
    rows = [row for row in answer["cow"]
            if lens.number(row["start"]) >= start
            and lens.number(row["end"]) <= end]
    equal(sum(lens.number(row["end"]) - lens.number(row["start"])
              for row in rows), end - start, "VMAs of the area")
    out = collections.Counter()
    for row in rows:
        for key, value in row.items():
            if isinstance(value, int):
                out[key] += value
        out.update(row["verdicts"])
    return out


class Fork:
    """A parent of many pages, and its child."""

    def __init__(self, case):
        self.work = Workload("cow", case, MIB << 8)
        self.start, self.end = self.work.areas[0].start, self.work.areas[0].end
        self.pages = (self.end - self.start) // PAGE
        self.whole = case == "huge"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.work.close()

    @property
    def child(self):
        return self.work.numbers.get("child", 0)

    def do(self, command):
        self.work.command(command)

    def figures(self, pid, other, whole, when):
        """Of one of them: what is told, held against the books."""
        drain(pid)
        told = of_area(lens.ask("cow", pid, checked=False), self.start,
                       self.end)
        area = Area(pid, other, self.start, self.end)
        copied = area.copied(whole)
        equal(told["write_copies_bytes"], copied * PAGE, f"{when}: copies")
        equal(told["write_may_copy_bytes"], 0, f"{when}: may copy")
        equal(told["shared"], copied, f"{when}: shared")
        equal(told["exclusive"] + told["reusable"], self.pages - copied,
              f"{when}: kept by a write")
        if whole:
            equal(told["exclusive"], area.marked(HUGE), f"{when}: exclusive")
        elif not self.whole:
            # Of a split huge page, kpageflags has the first page's mark only.
            equal(told["exclusive"], area.marked(1), f"{when}: exclusive")
        equal(told["fork_shares_pages"], self.pages, f"{when}: fork shares")
        equal(told["fork_exclusive_pages"], told["exclusive"],
              f"{when}: newly shared")
        note(f"{when}: a write to all copies {copied} of {self.pages} pages")
        return told, area

    def pair(self, area, when):
        """Both, page by page."""
        answer = lens.ask("cow", self.work.pid, self.child, checked=False)
        got = collections.Counter()
        for row in answer["cow"]:
            at = lens.number(row["start"])
            if self.start <= at < self.end:
                got[row["sharing"]] += row["pages"]
        equal(+got, +area.relations(), f"{when}: both")


def play(case):
    with Fork(case) as fork:
        pid = fork.work.pid
        told, _ = fork.figures(pid, 0, fork.whole, "before the fork")
        equal(told["exclusive"], fork.pages, "before the fork: exclusive")

        fork.do("fork")
        for who in pid, fork.child:
            told, area = fork.figures(who, fork.child, fork.whole, "forked")
            equal(told["shared"], fork.pages, "forked: shared")
        fork.pair(area, "forked")

        fork.do("tenth child")
        tenth = (fork.pages + 9) // 10
        _, area = fork.figures(pid, fork.child, fork.whole,
                               "a tenth written, the parent")
        equal(area.relations()["diverged"], tenth, "pages written")
        fork.pair(area, "a tenth written")
        told, _ = fork.figures(fork.child, 0, False,
                               "a tenth written, the child")
        equal(told["exclusive"], tenth, "a tenth written, the child: its own")

        fork.do("leave")
        told, _ = fork.figures(pid, 0, fork.whole, "the child left")
        equal(told["write_copies_bytes"], 0, "the child left: copies")
        # It took none of them over yet.
        equal(told["reusable"] > fork.pages * 8 // 10, True, "reusable")


@test(f"{MIB} MiB of base pages")
def base():
    setup.quiet()
    play("base")


@test(f"{MIB} MiB of huge pages")
def huge():
    play("huge")


main()
