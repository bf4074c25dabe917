#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""The regime is switched, and cgroups are removed, while everything is read."""
import collections
import os
import random
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
from ktap import equal, main, none_left, note, test

SECONDS = 3
# Enough that a switch takes a while.
PAGES = 8192


def totals(vecs):
    """Pages by type; the same under both regimes."""
    out = collections.Counter()
    for vec in vecs:
        for place, n in vec.as_kernel().items():
            out[place.rpartition("-")[2]] += n
    return {kind: n for kind, n in out.items() if n}


def read_all(cgroup, heat, seen):
    """Each reader once; nothing may fail, no page may be lost."""
    for vec in system.lru(cgroup=cgroup.inode):
        seen["mixed" if len(vec.regimes()) > 1 else
             spec.word("regime", vec.head.regime)] += 1
    system.nodes()
    for lru in "inactive-file", "active-anon", "generation":
        where = {"type": "anon", "zone": "dma32"} if lru == "generation" else {}
        for side in "tail", "head":
            peek = system.peek(cgroup=cgroup.inode, lru=lru, end=side, **where)
            assert len(peek.folios) <= 64, "more than 64"
            seen["folios"] += len(peek.folios)
    told = collections.Counter()
    for pages, place in places.runs(heat.pid):
        told[place.lru] += pages
    for lru in told:
        seen["page " + lru] += told[lru]
    equal(told["none"], 0, "pages with no place")
    return sum(told.values())


def met(seen):
    return seen["classic"] and seen["generations"] or seen["mixed"]


@test("the regime is switched again and again while everything is read")
def switched():
    setup.quiet()
    before = reclaim.regime()
    with reclaim.Cgroup() as cgroup, reclaim.Heat(cgroup) as heat:
        heat.do(f"anon anon {PAGES}", f"file file {PAGES}", "look file",
                f"anon lock {PAGES // 8}", "lock lock")
        heat.stop()
        want, seen, rounds = totals(system.lru(cgroup=cgroup.inode)), (
            collections.Counter()), 0
        resident = sum(pages for pages, _ in places.runs(heat.pid))
        with reclaim.switching():
            began = time.monotonic()
            while time.monotonic() < began + SECONDS or not met(seen) and (
                    time.monotonic() < began + 60 * setup.PATIENCE):
                equal(read_all(cgroup, heat, seen), resident,
                      "resident pages")
                rounds += 1
        note(f"{rounds} rounds: {dict(seen)}")
        assert met(seen), seen
        if not seen["mixed"]:
            note("the mixed state was not met")
        # Now quiet: right figures under both.
        for which in reclaim.REGIMES:
            with reclaim.under(which):
                reclaim.drain()
                vecs = system.lru(cgroup=cgroup.inode)
                equal(totals(vecs), want, f"pages by type, {which}")
                equal({which}, vecs[0].regimes(), "regime with pages")
                told = collections.Counter()
                for pages, place in places.runs(heat.pid):
                    told[place.lru] += pages
                assert not told["batch"] and not told["isolated"], told
                equal(told["unevictable"], PAGES // 8, "locked")
                equal(told["generation"] if which == "classic" else
                      told["inactive-anon"] + told["active-anon"], 0,
                      "places of the other regime")
        equal(reclaim.regime(), before, "regime")


def charge(cgroup, path):
    """A page of a file, paid by the cgroup: it is there when that is gone."""
    setup.put(cgroup.directory + "/cgroup.procs", str(os.getpid()))
    try:
        with open(path, "wb") as file:
            file.write(b"x" * oracle.PAGE)
    finally:
        setup.put(cgroup.ROOT + "/cgroup.procs", str(os.getpid()))


@test("cgroups are removed, with pages left, while all are walked")
def removed():
    setup.quiet()
    count, told, started = 100, [], 0
    folder = "/dev/shm/mmlens-cgroups"
    os.mkdir(folder)
    cgroups = []
    try:
        for i in range(count):
            cgroups.append(reclaim.Cgroup())
            charge(cgroups[-1], f"{folder}/{i}")
        inodes = {cgroup.inode for cgroup in cgroups}
        equal(len(inodes & {vec.head.cgroup for vec in system.lru()}), count,
              "told before")
        random.seed(1)
        random.shuffle(cgroups)
        with netlink.Socket() as sock:
            while cgroups:
                sock.start_dump("lru", system.request())
                started += 1
                for message in sock.answers():
                    told.append(system.structs(message, "lruvec", "lruvec"))
                    # One goes with each message, until the dump ends.
                    if cgroups and len(told) % 5 == 0:
                        cgroups.pop().remove()
        reclaim.drain()
        left = [vec for vec in system.lru() if vec.head.cgroup in inodes]
        note(f"{started} walks, {len(told)} told; after all were removed "
             f"{len(left)} are told, with {sum(v.total() for v in left)} pages")
        # From 7.x on, pages move to the parent when their cgroup goes.
        if oracle.version() < (7, 0):
            assert sum(vec.total() for vec in left) >= count, len(left)
        assert {vec.path for vec in system.lru()} >= {"/"}
    finally:
        for cgroup in cgroups:
            cgroup.remove()
        for name in os.listdir(folder):
            os.unlink(os.path.join(folder, name))
        os.rmdir(folder)


main()
