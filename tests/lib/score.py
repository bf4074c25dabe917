# SPDX-License-Identifier: GPL-2.0
"""Forecasts against what happened, as the kernel's books tell it."""
import collections

import oracle
import spec
from oracle import KPF

FORECAST = {number: name for name, number in spec.ENUM["forecast"].items()}
STATE = {number: name for name, number in spec.ENUM["state"].items()}
LEVEL = {number: name for name, number in spec.ENUM["level"].items()}
WHY = {number: name for name, number in spec.ENUM["why"].items()}
SIGBUS, SIGSEGV = 7, 11

Access = collections.namedtuple(
    "Access", "at kind state level verdict verdict_why what or_else why flags "
    "order was now was_flags now_flags minor major signal events event_flags "
    "file huge pid began done")


def parse(line):
    """A line of tests/random/family."""
    words = line.split()
    hexadecimal = {0, 9, 11, 12, 13, 14, 19}
    return Access(*(word if i == 1 else int(word, 16 if i in hexadecimal else 10)
                    for i, word in enumerate(words)))


def outcome(access):
    """The class of what happened. Where two leave the same traces, both."""
    if access.signal:
        return {"sigsegv" if access.signal == SIGSEGV else "sigbus"}
    if access.events:
        return {"uffd"}
    if not access.minor + access.major:
        return {"none"}
    if access.was & oracle.PM_PRESENT:
        return again(access)
    # Of swapped shared memory pagemap says that it is swapped, too: the entry
    # itself is empty.
    if access.was & oracle.PM_SWAP and STATE[access.state] == "swap":
        return {"swap-in"}
    return filled(access)


def again(access):
    """A fault on a page that was there."""
    if access.kind == "r":
        return {"numa-hint"}
    if (access.was ^ access.now) & oracle.PM_PFN == 0:
        if not access.was & oracle.PM_FILE:
            return {"cow-reuse"}
        # A huge page of a file is unmapped, and then mapped by parts.
        if LEVEL[access.level] == "pmd" and STATE[access.state] != "hugetlb":
            return {STATE[access.state] + "-minor"}
        return {"write-notify"}
    if access.was_flags & KPF["zero"]:
        return {"huge-anon"} if access.huge else {"zero-copy"}
    return {"file-copy"} if access.was & oracle.PM_FILE else {"cow-copy"}


def filled(access):
    """A fault on an empty entry."""
    flags = access.now_flags
    if not access.now & oracle.PM_PRESENT:
        return {"nothing"}
    if flags & KPF["zero"]:
        return {"huge-zero"} if access.huge else {"zero"}
    if flags & KPF["huge"]:
        return {"hugetlb"}
    if not access.now & oracle.PM_FILE:
        if access.file:
            return {"file-copy"}
        return {"huge-anon"} if access.huge else {"anon"}
    name = "shmem" if flags & KPF["swapbacked"] else "file"
    return {name + ("-major" if access.major else "-minor")}


class Score:
    """Hits, right, wrong and undecided of each class."""

    def __init__(self):
        self.right = collections.Counter()
        self.wrong = collections.Counter()
        self.open = collections.Counter()
        self.happened = collections.Counter()
        self.accesses = 0

    def add(self, access):
        """What is wrong with a forecast, or None."""
        came = outcome(access)
        what, or_else = FORECAST[access.what], FORECAST[access.or_else]
        self.accesses += 1
        for name in came:
            self.happened[name] += 1
        if what != or_else:
            self.open[what] += 1
            if came & {what, or_else}:
                return None
        elif what in came:
            self.right[what] += 1
            return None
        self.wrong[what] += 1
        return self.words(access, came)

    @staticmethod
    def words(access, came):
        """One line for a person."""
        what, or_else = FORECAST[access.what], FORECAST[access.or_else]
        return (f"{access.at:#x} {'write' if access.kind == 'w' else 'read'} of "
                f"{STATE[access.state]} ({LEVEL[access.level]}, order "
                f"{access.order}, {spec.words('page_flag', access.flags)}): "
                f"foreseen {what}{'' if what == or_else else '|' + or_else} "
                f"({WHY[access.why]}), came {'|'.join(sorted(came))} (pagemap "
                f"{access.was:x} {access.now:x}, kpageflags "
                f"{access.was_flags:x} {access.now_flags:x}, {access.minor} "
                f"minor, {access.major} major)")

    def table(self):
        """Lines for a person."""
        out = [f"{'class':14}{'foreseen':>9}{'right':>8}{'wrong':>7}"
               f"{'undecided':>11}{'happened':>10}"]
        for name in spec.ENUM["forecast"]:
            counts = [c[name] for c in (self.right, self.wrong, self.open)]
            if sum(counts) or self.happened[name]:
                total = self.right[name] + self.wrong[name] + self.open[name]
                out.append(f"{name:14}{total:9}{counts[0]:8}{counts[1]:7}"
                           f"{counts[2]:11}{self.happened[name]:10}")
        return out


def all_of(score, family):
    """Scores what a family has seen: pairs of an order and what is wrong."""
    out = []
    for order, line in family.seen:
        if line.startswith("lost"):
            out.append((order, f"walk has no answer: {line}"))
            continue
        wrong = score.add(parse(line))
        if wrong:
            out.append((order, wrong))
    family.seen = []
    return out
