# SPDX-License-Identifier: GPL-2.0
"""Forecasts against fact: random accesses, and what the books say of each."""
import os
import sys
import time

sys.path.insert(0, __file__.rpartition("/")[0] + "/../lib")
# pylint: disable=wrong-import-position
import family
import score
from ktap import main, none_left, note, test

LONG = bool(os.environ.get("MMLENS_LONG"))
ACCESSES = int(os.environ.get("MMLENS_ACCESSES", 20000 if LONG else 700))
SEED = int(os.environ.get("MMLENS_SEED", 1001))
# A family is built, and then only accessed.
BUILD, USE = 60, 90


@test("what was foreseen is what came")
def forecasts():
    family.prepare()
    table, seed, wrong = score.Score(), SEED, []
    orders = [f"do {n}" for n in range(BUILD)] + [
        f"access {n}" for n in range(BUILD, BUILD + USE)]
    began = time.monotonic()
    while table.accesses < ACCESSES and len(wrong) < 200:
        with family.Family(seed) as members:
            members.run(orders)
            wrong += [f"seed {seed}, {order}: {text}"
                      for order, text in score.all_of(table, members)]
        seed += 1
    note(f"{table.accesses} accesses of {seed - SEED} families in "
         f"{time.monotonic() - began:.0f} s")
    for line in table.table():
        note(line)
    none_left(wrong, "forecasts")


main()
