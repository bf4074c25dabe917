# SPDX-License-Identifier: GPL-2.0
"""What is foreseen of an access, and the class of the fault that came: of random
pages, and against the kernel's books."""
import collections
import os
import sys
import time

sys.path.insert(0, __file__.rpartition("/")[0] + "/../lib")
# pylint: disable=wrong-import-position
import family
import score
import spec
import watch
from ktap import equal, main, none_left, note, test
from oracle import PAGE
from score import FORECAST
from watch import CLASS, Watch

LONG = bool(os.environ.get("MMLENS_LONG"))
ACCESSES = int(os.environ.get("MMLENS_ACCESSES", 20000 if LONG else 700))
SEED = int(os.environ.get("MMLENS_SEED", 2001))
BUILD, USE = 60, 60
# tests/random/family maps between these.
FIRST, LAST = 0x100000000000, 0x200000000000
# What we cannot see from an entry: a page that was there before and after.
BLANK = {"spurious"}


class Table:
    """By class of the forecast: how many, decided, what came."""

    def __init__(self):
        self.rows = collections.defaultdict(collections.Counter)
        self.came = collections.Counter()
        self.accesses = 0

    def add(self, access, told):
        what, or_else = FORECAST[access.what], FORECAST[access.or_else]
        row = self.rows[what]
        right = told in (what, or_else)
        row["undecided" if what != or_else and right else
            "right" if right else "wrong"] += 1
        self.came[told] += 1
        self.accesses += 1
        return right

    def lines(self):
        yield f"{'class':14}{'right':>8}{'undecided':>11}{'wrong':>7}{'came':>8}"
        for name in spec.ENUM["forecast"]:
            row = self.rows[name]
            if row or self.came[name]:
                yield (f"{name:14}{row['right']:8}{row['undecided']:11}"
                       f"{row['wrong']:7}{self.came[name]:8}")


def class_of(access, events):
    """The class of an access: of its first fault; where userfaultfd decides, of
    that which asked it."""
    classes = [CLASS[e.fault_class] for e in events]
    if "uffd" in classes:
        return "uffd"
    classes = [name for name in classes if name not in BLANK] or classes
    return classes[0] if classes else "none"


def watched(members):
    """Who was built is watched, and their children."""
    sock = watch.Socket(64 << 20)
    return sock, [Watch(sock, pid=pid, follow=True, kinds=["fault"],
                        ring_bytes=4 << 20, start=FIRST, end=LAST)
                  for pid in members]


def events_of(watches):
    """By process and page, in order of time."""
    out = collections.defaultdict(list)
    for each in watches:
        counts = each.finish()
        equal((sum(counts.lost.values()), counts.faults.missed,
               counts.faults.unfollowed), (0, 0, 0), "what was not seen")
        for event in each.faults:
            out[event.tid, event.address & -PAGE].append(event)
    for events in out.values():
        events.sort(key=lambda e: e.time)
    return out


def words(access, told, events):
    return (f"{score.Score.words(access, score.outcome(access))}: told {told} "
            f"by {[(CLASS[e.fault_class], hex(e.flags), hex(e.result), e.retries) for e in events]}")


def judge(access, events, table):
    """What is wrong with one access."""
    if not FIRST <= access.at < LAST:
        return []
    mine = [e for e in events[access.pid, access.at & -PAGE]
            if access.began <= e.time <= access.done]
    told = class_of(access, mine)
    wrong = []
    if not table.add(access, told):
        wrong.append("not foreseen: " + words(access, told, mine))
    # The kernel's books may leave two outcomes open, we may not.
    if told not in score.outcome(access):
        wrong.append("not by the books: " + words(access, told, mine))
    return wrong


def one_family(seed, table):
    wrong = []
    with family.Family(seed) as members:
        members.run(f"do {n}" for n in range(BUILD))
        members.seen = []
        sock, watches = watched(members.members())
        with sock:
            members.run(f"access {n}" for n in range(BUILD, BUILD + USE))
            events = events_of(watches)
        for order, line in members.seen:
            if line.startswith("lost"):
                wrong.append(f"seed {seed}, {order}: walk has no answer")
                continue
            wrong += [f"seed {seed}, {order}: {text}" for text in
                      judge(score.parse(line), events, table)]
    return wrong


@test("what was foreseen is the class of the event")
def events():
    family.prepare()
    table, seed, wrong = Table(), SEED, []
    began = time.monotonic()
    while table.accesses < ACCESSES and len(wrong) < 200:
        wrong += one_family(seed, table)
        seed += 1
    note(f"{table.accesses} accesses of {seed - SEED} families in "
         f"{time.monotonic() - began:.0f} s")
    for line in table.lines():
        note(line)
    none_left(wrong, "forecasts and events")


main()
