#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""What is used and what is not: generations and lists tell them apart. Ageing,
second access, read-ahead, one big scan, mlock."""
import sys
import time

sys.path.insert(0, __file__.rpartition("/")[0] + "/../lib")
# pylint: disable=wrong-import-position
import lens
import places
import reclaim
import setup
import system
from ktap import equal, main, note, test
from reclaim import in_both

PAGES, SMALL = 2048, 512
# As old as this apart, in seconds, that they can be told by age; MOST of it, in ms.
PAUSE = 0.3 * setup.PATIENCE
MOST = 1000 * PAUSE - 50
MiB = 1 << 8


@test("generations: a hot and a cold half, after three times ageing")
def halves():
    setup.quiet()
    with reclaim.under("generations"), reclaim.Cgroup() as cgroup, \
            reclaim.Heat(cgroup) as heat:
        heat.do(f"anon hot {PAGES}", f"anon cold {PAGES}")
        reclaim.drain()
        heat.do("look hot", "look cold")
        reclaim.age(cgroup.path)
        for _ in range(2):
            time.sleep(PAUSE)
            heat.do("look hot")
            reclaim.age(cgroup.path)
        between = time.monotonic() * 1000
        heat.stop()
        hot, cold = (places.of_area(heat, name) for name in ("hot", "cold"))
        note(f"hot: {places.tally(hot)}; cold: {places.tally(cold)}")
        equal({p.lru for p in hot + cold}, {"generation"}, "places")
        # What was used goes to the youngest, and then there is a younger one.
        equal(places.tally(hot), {"generation, 1 younger": PAGES}, "hot half")
        assert min(p.younger for p in cold) >= 2, places.tally(cold)
        births = {kind: {p.birth for p in half} for kind, half in
                  (("hot", hot), ("cold", cold))}
        # One pause at least lies between; a birth is told by ticks.
        assert max(births["cold"]) + MOST <= min(births["hot"]) <= between, (
            births, between)
        # The generations of op lru are born when the pages say.
        vec, = system.lru(cgroup=cgroup.inode)
        told = {g.number: g.birth for g in vec.generations}
        for page in hot + cold:
            equal(page.birth, told[page.generation], "birth")
            equal(page.younger, vec.head.youngest - page.generation, "younger")
        now = time.monotonic() * 1000
        told = lens.ask("age", heat.pid)["age"]
        equal(told["regime"], "generations", "regime of age")
        old = sum(bucket["bytes"] for bucket in told["buckets"]
                  if now - bucket["age_ms"] < min(births["hot"]) - MOST and
                  bucket["cgroup"] == cgroup.inode)
        young = sum(bucket["bytes"] for bucket in told["buckets"]
                    if now - bucket["age_ms"] >= min(births["hot"]) - MOST and
                    bucket["cgroup"] == cgroup.inode)
        note(f"age: {old} bytes as old as the cold half, {young} as the hot")
        # The code and stack of the program itself are a few pages.
        for half in old, young:
            assert PAGES * 4096 <= half <= (PAGES + 64) * 4096, (old, young)


@test("classic lists: read(2) twice promotes, once does not")
def second_access():
    setup.quiet()
    with reclaim.under("classic"), reclaim.Cgroup() as cgroup, \
            reclaim.Heat(cgroup) as heat:
        heat.do(f"file once {SMALL}", f"file twice {SMALL}", "random once",
                "random twice", "read once", "read twice")
        reclaim.drain()
        before = in_cgroup(cgroup)
        # By another descriptor than the mapping: nothing of it is mapped.
        heat.do("read twice")
        reclaim.drain()
        after = in_cgroup(cgroup)
        note(f"after the first read {before}, after the second {after}")
        moved = after["active-file"] - before["active-file"]
        equal(moved, SMALL, "pages promoted")
        equal(before["inactive-file"] - after["inactive-file"], SMALL,
              "pages that left the inactive list")
        heat.do("look once", "look twice")
        reclaim.drain()
        equal(places.tally(places.of_area(heat, "twice")),
              {"active-file": SMALL}, "read twice")
        equal(places.tally(places.of_area(heat, "once")),
              {"inactive-file": SMALL}, "read once")


def in_cgroup(cgroup):
    vec, = system.lru(cgroup=cgroup.inode)
    return vec.by_list()


@in_both("read ahead, and not used: inactive, or in the oldest generations")
def read_ahead(which):
    setup.quiet()
    with reclaim.Cgroup() as cgroup, reclaim.Heat(cgroup) as heat:
        heat.do("file f 4096")
        before = in_cgroup(cgroup)
        # In order, and stopped: the kernel has read more than was asked for.
        heat.do("read f 0 64")
        reclaim.drain()
        inside = reclaim.mincore(heat, "f")
        ahead = sum(inside) - 64
        assert ahead > 0, "nothing was read ahead"
        equal(inside[:64], [True] * 64, "what was read")
        after = in_cgroup(cgroup)
        came = {place: after[place] - before[place] for place in after
                if after[place] != before[place]}
        note(f"64 pages read, {ahead} read ahead: {came}")
        active = [place for place in came if place == "active-file" or
                  isinstance(place, tuple) and place[1] == "file" and
                  system.lru(cgroup=cgroup.inode)[0].head.youngest -
                  place[0] < 2]
        # The directory's and the file's own blocks are used more than once.
        assert sum(came[place] for place in active) <= 8, came
        if which == "generations":
            # Used through mappings, they are seen to be so when aged.
            heat.do("look f 0 64")
            reclaim.age(cgroup.path)
            told = places.of_area(heat, "f")
            equal({p.younger for p in told[:64]}, {1}, "used pages")
        else:
            # Twice, and the folio of another page meanwhile: a second read of
            # one folio at a stretch does not count.
            heat.do(*["read f 64 1", "read f 0 1"] * 2)
            reclaim.drain()
            inside = sum(reclaim.mincore(heat, "f"))
            heat.do("random f", f"look f 0 {inside}")
            told = places.of_area(heat, "f")
            note(f"two of them read again: {places.tally(told)}")
            equal(told[64].lru, "active-file", "the page that was read twice")
            equal(told[32].lru, "inactive-file", "one that was read once")
            equal(told[inside - 1].lru, "inactive-file", "the last one ahead")


@in_both("one pass over a file larger than the cgroup: the hot set stays")
def one_scan(which):
    setup.quiet()
    small, large = 2 * MiB, 20 * MiB
    with reclaim.Cgroup(max=10 << 20) as cgroup, \
            reclaim.Heat(cgroup) as heat:
        heat.do(f"file hot {small}", f"file cold {small}",
                f"file scan {large}")
        # Both were used, as often and in the same way; then one is used on.
        heat.do(*["look cold", "look hot"] * 2, "scan scan hot")
        hot, cold, scan = (sum(reclaim.mincore(heat, name))
                           for name in ("hot", "cold", "scan"))
        heat.stop()
        told = places.of_area(heat, "hot")
        refaults = cgroup.stat()["workingset_refault_file"]
        note(f"in memory of {small} hot pages {hot}, of {small} cold ones "
             f"{cold}, of {large} scanned ones {scan}; hot: "
             f"{places.tally(told)}; refaults {refaults}")
        assert scan < 10 * MiB, "the file fits"
        assert hot >= small * 95 // 100, "the hot set was pushed out"
        assert refaults <= small // 20, "it was pushed out, and came back"
        if which == "classic":
            lists = places.tally(told)
            assert lists.get("active-file", 0) >= small * 9 // 10, lists
            assert cold <= small // 2, "nothing was pushed out"
        # Generations spare what was mapped as long as there is a scan to
        # evict: then the cold set may well be there, too.


def mlocks(process, name):
    told = places.of_area(process, name)
    return (places.tally(told), {p.mlock for p in told})


@in_both("mlock: unevictable, counted; munlock: back on a list")
def locked(which):
    setup.quiet()
    with reclaim.Cgroup() as cgroup, reclaim.Heat(cgroup) as one, \
            reclaim.Heat(cgroup, beside=one) as two:
        # Of single pages: a large folio is locked only where all of it is.
        for process in one, two:
            process.do("file f 256", "random f", "look f")
        one.do("anon a 256")
        reclaim.drain()
        on_list, counts = mlocks(one, "f")
        assert "unevictable" not in on_list, on_list
        equal(counts, {0}, "mlock count of what is not locked")
        all_on_it = {"unevictable": 256}
        for process, order, want in (
                (one, "lock f", 1), (two, "lock f", 2), (one, "unlock f", 1)):
            process.do(order)
            reclaim.drain()
            for looker in one, two:
                equal(mlocks(looker, "f"), (all_on_it, {want}),
                      f"after {order}")
        equal(in_cgroup(cgroup)["unevictable"], 256, "of the cgroup")
        two.do("unlock f")
        one.do("lock a")
        reclaim.drain()
        for looker in one, two:
            lists, counts = mlocks(looker, "f")
            assert "unevictable" not in lists, lists
            equal(sum(lists.values()), 256, "pages")
            equal(counts, {0}, "count after all unlocked")
        equal(mlocks(one, "a"), (all_on_it, {1}), "anonymous memory")
        one.do("unlock a")
        reclaim.drain()
        equal({p.lru for p in places.of_area(one, "a")},
              {"generation"} if which == "generations" else {"inactive-anon"},
              "anonymous memory, unlocked")
        equal(in_cgroup(cgroup)["unevictable"], 0, "of the cgroup")


main()
