#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
# boot: only nomemcg
"""Without the memory controller: one LRU for each node."""
import collections
import errno
import os
import signal
import sys
import time

sys.path.insert(0, __file__.rpartition("/")[0] + "/../lib")
# pylint: disable=wrong-import-position
import netlink
import oracle
import places
import reclaim
import setup
import spec
import system
import workload
from ktap import equal, main, none_left, note, test
from reclaim import in_both

# What the zones count of lists.
ZONE = {name: "nr_zone_" + name.replace("-", "_") for name in system.LISTS}


@test("the controller is disabled")
def disabled():
    assert b"cgroup_disable=memory" in oracle.slurp("/proc/cmdline")
    controllers = reclaim.text(reclaim.Cgroup.ROOT + "/cgroup.controllers")
    assert "memory" not in controllers.split(), controllers


def zone_lists():
    """Pages by list and zone, as /proc/zoneinfo counts them."""
    return {(node, name, ours): zone.stats[theirs]
            for (node, name), zone in reclaim.zoneinfo()[0].items()
            for ours, theirs in ZONE.items() if zone.stats.get(theirs)}


def books():
    reclaim.refresh()
    return zone_lists(), {key: (gens.youngest, gens.oldest, gens.sizes)
                          for key, gens in reclaim.lru_gen(True).items()}


@in_both("one LRU a node: as lru_gen and the zones count")
def one(which):
    setup.quiet()
    with reclaim.Heat() as heat:
        heat.do("anon a 1024", "file f 1024", "look f", "anon l 256", "lock l")
        reclaim.drain()
        (zones, gens), vecs = workload.steady(books, system.lru)
        equal(len(vecs), len(system.nodes()), "lruvecs")
        for vec in vecs:
            equal(vec.head.cgroup, 0, "cgroup")
            equal(spec.word("regime", vec.head.regime), which, "regime")
            lists = collections.Counter()
            for size in vec.sizes:
                name = spec.word("lru", size.lru)
                zone = spec.word("zone_kind", size.zone)
                if name == "generation":
                    active = vec.head.youngest - size.generation < 2
                    name = ("active-" if active else "inactive-") + spec.word(
                        "lru_type", size.type)
                    equal(size.counted, 0, "generations are counted")
                lists[vec.head.node, zone, name] += size.pages
            equal({key: n for key, n in lists.items() if n},
                  {key: n for key, n in zones.items()
                   if key[0] == vec.head.node}, "sizes by zone")
            (_, (youngest, oldest, sizes)), = (
                pair for pair in gens.items() if pair[0][1] == vec.head.node)
            equal((vec.head.youngest, vec.head.oldest_anon,
                   vec.head.oldest_file),
                  (youngest, oldest["anon"], oldest["file"]), "numbers")
            equal({place: n for place, n in vec.by_list().items()
                   if isinstance(place, tuple) and n},
                  {place: n for place, n in sizes.items() if n}, "generations")
        note(", ".join(f"{name} {n}" for (_, _, name), n in zones.items()))


@in_both("places of pages, and both ends of lists")
def pages(which):
    setup.quiet()
    with reclaim.Heat() as heat:
        os.sched_setaffinity(heat.pid, {0})
        heat.do("anon a 1024", "anon l 256", "lock l")
        heat.stop()
        told = places.of_area(heat, "a")
        equal({place.cgroup for place in told}, {0}, "cgroup")
        kinds = {place.lru for place in told}
        equal(kinds, {"generation" if which == "generations" else
                      "inactive-anon"}, "places")
        equal(places.tally(places.of_area(heat, "l")), {"unevictable": 256},
              "locked")
        where = {"lru": "inactive-anon"}
        if which == "generations":
            where = {"lru": "generation", "type": "anon", "zone": "dma32",
                     "generation": told[0].generation}
        os.kill(heat.pid, signal.SIGCONT)
        heat.do("anon last 256")
        reclaim.drain()
        head = system.peek(end="head", **where)
        told = places.of_area(heat, "last")
        equal(len(head.folios), 64, "folios")
        ours = {place.pfn for place in told} & {f.pfn for f in head.folios}
        assert ours, "none of what was written last"
        with oracle.Frames(f.pfn for f in head.folios) as frames:
            none_left([folio for folio in head.folios
                       if not frames.has(folio.pfn, "lru") or
                       not frames.has(folio.pfn, "swapbacked")], "folios")


@test("the regime is switched again and again while everything is read")
def switched():
    setup.quiet()
    with reclaim.Heat() as heat:
        heat.do("anon a 4096", "file f 4096", "look f")
        heat.stop()
        seen = collections.Counter()
        with reclaim.switching():
            began = time.monotonic()
            # Of the pages nothing is said here but how many there are.
            while time.monotonic() < began + 2 or len(seen) < 3 and (
                    time.monotonic() < began + 60 * setup.PATIENCE):
                for vec in system.lru():
                    seen["mixed" if len(vec.regimes()) > 1 else
                         spec.word("regime", vec.head.regime)] += 1
                system.nodes()
                system.peek(lru="active-file")
                seen["pages"] += sum(n for n, _ in places.runs(heat.pid))
        note(dict(seen))
        assert len(set(seen) - {"pages"}) > 1, seen
        for which in reclaim.REGIMES:
            with reclaim.under(which):
                reclaim.drain()
                for vec in system.lru():
                    equal(vec.regimes(), {which}, "regimes with pages")
                told = places.tally(places.of(heat.pid), "lru")
                assert sum(told.values()) >= 8192, told


@test("a cgroup that is asked for is not there")
def no_cgroup():
    for command, more in (("lru", {}), ("peek", {"lru": "active-anon"})):
        payload = system.request(cgroup=1, **more)
        with netlink.Socket() as sock:
            try:
                (sock.do if command == "peek" else sock.dump)(command, payload)
            except netlink.Refused as refused:
                equal(refused.errno, errno.ENOENT, command)
                assert refused.text, command
            else:
                raise AssertionError(f"{command} was answered")


main()
