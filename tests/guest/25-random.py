# SPDX-License-Identifier: GPL-2.0
"""Random process families: every page against the kernel's books."""
# boot: 4level
import collections
import os
import sys
import time

sys.path.insert(0, __file__.rpartition("/")[0] + "/../lib")
# pylint: disable=wrong-import-position
import family
import oracle
import score
from ktap import main, none_left, note, test

# MMLENS_LONG is what scripts/test --long says.
LONG = bool(os.environ.get("MMLENS_LONG"))
# A shorter run is enough to see that levels make no difference.
FIVE_LEVELS = b" la57" in oracle.slurp("/proc/cpuinfo")
PAGES = int(os.environ.get("MMLENS_PAGES", (1000000 if LONG else 12000)
                           if FIVE_LEVELS else 100000 if LONG else 4000))
SEED = int(os.environ.get("MMLENS_SEED", 1))
# Operations by number, as a failure names them; else the first 120.
ONLY = [int(n) for n in os.environ.get("MMLENS_ONLY", "").split(",") if n]
SCORE = score.Score()
BUILDING = [0]


def regime():
    return bool(int(oracle.slurp("/sys/kernel/mm/lru_gen/enabled"), 16) & 1)


def differences(seed, orders):
    began = time.monotonic()
    with family.Family(seed) as members:
        members.run(orders)
        BUILDING[0] += time.monotonic() - began
        wrong = [f"{order}: {text}"
                 for order, text in score.all_of(SCORE, members)]
        found, states, known = family.look(members, regime())
        return wrong + found, states, known, members


def report(seed, orders, wrong):
    """The shortest list of operations that shows a difference, in words."""
    def fails(fewer):
        try:
            return bool(differences(seed, fewer)[0])
        except AssertionError:
            return False

    shortest = family.shrink(orders, fails)
    again, _, _, members = differences(seed, shortest)
    note(f"seed {seed}, {len(shortest)} of {len(orders)} operations suffice:")
    for order in shortest:
        note("  " + members.said[order])
    for text in (again or wrong)[:10]:
        note("  " + text)
    note(f"to run it again: MMLENS_SEED={seed} MMLENS_ONLY="
         f"{','.join(order.split()[1] for order in shortest)} python3 "
         "/mmlens/tests/guest/25-random.py")


@test("every page of random families, against the books")
def compare_families():
    family.prepare()
    states, known = collections.Counter(), collections.Counter()
    seed, pages, families, wrong = SEED, 0, 0, []
    orders = [f"do {n}" for n in ONLY or range(120)]
    began = time.monotonic()
    while not wrong and (not families if ONLY else pages < PAGES):
        wrong, seen, told, members = differences(seed, orders)
        if wrong:
            for text in wrong[:10]:
                note(f"seed {seed}: {text}")
            report(seed, orders, wrong)
        states += seen
        known += told
        pages = sum(states.values()) - states["none"]
        families += 1
        if LONG and not families % 10:
            note(f"{pages} pages of {families} families so far")
        seed += 1
    note(f"{pages} pages of {families} families and {states['none']} holes in "
         f"{time.monotonic() - began:.0f} s, of which {BUILDING[0]:.0f} s building")
    note(", ".join(f"{n} {s}" for s, n in sorted(states.items())))
    for what, number in sorted(known.items()):
        note(f"{number} pages with a known difference: {what}")
    for line in SCORE.table():
        note(line)
    none_left(wrong, "pages")


main()
