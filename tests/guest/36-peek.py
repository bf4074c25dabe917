#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Both ends of lists: what stands there, in which order, and that reclaim takes
it from there; who may ask, and what is refused."""
# boot: named numa
import contextlib
import errno
import os
import sys

sys.path.insert(0, __file__.rpartition("/")[0] + "/../lib")
# pylint: disable=wrong-import-position
import child
import netlink
import oracle
import places
import reclaim
import setup
import spec
import system
from ktap import equal, main, none_left, note, test
from reclaim import in_both

PAGES = 256
STATE = places.STATE


@contextlib.contextmanager
def scene():
    """A file read once and in order, and memory written in order; by one
    processor, whose batches keep the order."""
    setup.quiet()
    with reclaim.Cgroup() as cgroup, reclaim.Heat(cgroup) as heat:
        os.sched_setaffinity(heat.pid, {0})
        heat.do(f"file f {PAGES}", "random f", "drop f")
        reclaim.drain()
        heat.do("read f", f"anon a {PAGES}")
        reclaim.drain()
        yield cgroup, heat


def lists(cgroup, kind):
    """The places of a type, with pages: what to ask peek for, oldest first."""
    out = []
    for vec in system.lru(cgroup=cgroup.inode):
        for size in vec.sizes:
            lru = spec.word("lru", size.lru)
            if lru == "unevictable" or spec.word(
                    "lru_type", size.type) != kind:
                continue
            where = {"node": vec.head.node, "lru": lru}
            if lru == "generation":
                where.update(type=kind, generation=size.generation,
                             zone=spec.word("zone_kind", size.zone))
            out.append((where, size.pages))
    return sorted(out, key=lambda pair: pair[0].get("generation", 0))


def holding(cgroup, kind):
    """The one with most pages. A classic list is one for all zones."""
    where, _ = max(lists(cgroup, kind), key=lambda pair: pair[1])
    return where


def inode_of(heat, name):
    return os.stat(os.path.join(heat.files, name))


def of_file(heat, peek, name):
    """The offsets of a file's pages among the folios, in their order."""
    inode = inode_of(heat, name).st_ino
    return [folio.index for folio in peek.folios if folio.inode == inode]


@in_both("a file read in order stands in order at the tail, with its name")
def file_in_order(which):
    with scene() as (cgroup, heat):
        where = holding(cgroup, "file")
        tail = system.peek(cgroup=cgroup.inode, **where)
        head = system.peek(cgroup=cgroup.inode, end="head", **where)
        for end in tail, head:
            equal(len(end.folios), 64, "folios")
            equal(end.head.cgroup, cgroup.inode, "cgroup")
            equal(end.head.node, where["node"], "node")
        indexes = of_file(heat, tail, "f")
        # Among them may be blocks of the directory.
        assert len(indexes) >= 56, indexes
        equal(indexes, sorted(indexes), f"{which}: offsets")
        # 7.x knows of the last one of each batch too late that it was used,
        # and puts it into another generation.
        others = {index for other, _ in lists(cgroup, "file")
                  if other != where for index in of_file(
                      heat, system.peek(cgroup=cgroup.inode, **other), "f")}
        equal(set(range(indexes[-1] + 1)) - set(indexes) - others, set(),
              "pages of the file that are missing")
        assert len(others) <= PAGES // 15, others
        indexes = of_file(heat, head, "f")
        assert len(indexes) >= 56, indexes
        equal(indexes, sorted(indexes, reverse=True), "offsets from the head")
        assert indexes[0] >= PAGES - 2, indexes[0]
        status = inode_of(heat, "f")
        for folio in tail.folios:
            if folio.inode != status.st_ino:
                continue
            equal((folio.dev_major, folio.dev_minor),
                  (os.major(status.st_dev), os.minor(status.st_dev)),
                  "device")
            equal(tail.path(folio), os.path.join(heat.files, "f"), "path")
            equal(STATE[folio.state], "file", "state")
            equal(folio.mapcount, 0, "mapcount")
        few = system.peek(cgroup=cgroup.inode, count=5, **where)
        equal([f.pfn for f in few.folios],
              [f.pfn for f in tail.folios[:5]], "the first five")


@in_both("anonymous memory stands as it was written, and flags agree")
def anon_in_order(which):
    with scene() as (cgroup, heat):
        pfns = [place.pfn for place in places.of_area(heat, "a")]
        where = holding(cgroup, "anon")
        tail = system.peek(cgroup=cgroup.inode, **where)
        head = system.peek(cgroup=cgroup.inode, end="head", **where)
        order = {pfn: i for i, pfn in enumerate(pfns)}
        told = [order[f.pfn] for f in tail.folios if f.pfn in order]
        equal(told, sorted(told), "from the tail")
        young = [order[f.pfn] for f in head.folios if f.pfn in order]
        assert len(young) >= 32, young
        equal(young, sorted(young, reverse=True), "from the head")
        known = {place.pfn: place for place in places.of(heat.pid)}
        with oracle.Frames(f.pfn for f in tail.folios + head.folios) as books:
            wrong = []
            for folio in tail.folios + head.folios:
                flags = books.flags[folio.pfn]
                place = known.get(folio.pfn)
                want = {"lru": True, "count": books.count[folio.pfn],
                        "list": where["lru"], "order": 0,
                        "swapbacked": True, "cgroup": cgroup.inode}
                listed = reclaim.list_of(flags)
                got = {"lru": bool(flags & oracle.KPF["lru"]),
                       "count": folio.mapcount,
                       "list": listed if which == "classic" else
                       place.lru if place else "generation",
                       "order": folio.order,
                       "swapbacked": bool(flags & oracle.KPF["swapbacked"]),
                       "cgroup": books.cgroup[folio.pfn]}
                if got != want or STATE[folio.state] not in ("anon", "shmem"):
                    wrong.append((folio, got, want))
                if place and which == "generations":
                    equal(place.generation, where["generation"], "generation")
            none_left(wrong, "folios")


@test("an ageing marks what was used, and leaves it on its list: both are told")
def marked():
    with reclaim.under("generations"), scene() as (cgroup, heat):
        for _ in range(2):
            heat.do("look a")
            reclaim.age(cgroup.path)
        told = {place.pfn: place for place in places.of_area(heat, "a")}
        generation, = {place.generation for place in told.values()}
        vec, = (vec for vec in system.lru(cgroup=cgroup.inode) if
                vec.by_list()[generation, "anon"] >= PAGES)
        equal(generation, vec.head.youngest - 1, "used before the last ageing")
        where = {**holding(cgroup, "anon"), "end": "head"}
        stand = {}
        for number in range(vec.head.oldest_anon, vec.head.youngest + 1):
            where["generation"] = number
            for folio in system.peek(cgroup=cgroup.inode, **where).folios:
                if folio.pfn in told:
                    stand[folio.pfn] = number
                    equal(folio.younger, 1, "generations younger than its own")
        older = [number for number in stand.values() if number < generation]
        note(f"{PAGES} pages belong to generation {generation}; of "
             f"{len(stand)} that were met, {len(older)} stand on the list of "
             f"{sorted(set(older))}")
        assert len(older) >= 32, stand


def gone(heat):
    return [i for i, inside in enumerate(reclaim.mincore(heat, "f"))
            if not inside]


@in_both("reclaim takes what peek has told at the tail")
def next_to_go(which):
    with scene() as (cgroup, heat):
        if which == "generations":
            # What is in the two youngest is not evicted.
            reclaim.age(cgroup.path)
            reclaim.age(cgroup.path)
        where = lists(cgroup, "file")[0][0] if which == "generations" else (
            holding(cgroup, "file"))
        # When a generation is given up, its pages come to the next one, and
        # their order is turned round.
        told = of_file(heat, system.peek(cgroup=cgroup.inode, **where), "f")
        assert len(told) >= 56, told
        for _ in range(10):
            try:
                cgroup.set("memory.reclaim", 32 * oracle.PAGE)
            except OSError as error:
                # Less than was asked for.
                equal(error.errno, errno.EAGAIN, "memory.reclaim")
            if gone(heat):
                break
        left = gone(heat)
        note(f"{len(left)} pages went, {min(left)} to {max(left)}; told were "
             f"{told[0]} to {told[-1]}")
        assert left, "nothing went"
        assert len(left) < PAGES, "all went"
        both = min(len(left), len(told))
        equal(set(told[:both]) - set(left), set(), "stays, against the order")
        if len(left) <= len(told):
            equal(sorted(told[:both]), left, "what went")
        after = of_file(heat, system.peek(cgroup=cgroup.inode, **where), "f")
        equal(set(after) & set(left), set(), "gone, and still told")


def refusal(command, **where):
    with netlink.Socket() as sock:
        try:
            if command == "peek":
                sock.do(command, system.request(**where))
            else:
                sock.dump(command, system.request(**where))
        except netlink.Refused as refused:
            return refused.errno, refused.text
    return 0, ""


@in_both("what there is not is refused, each with its error and a sentence")
def refused(which):
    with scene() as (cgroup, _):
        nowhere = 1 << 40
        generation = {"lru": "generation", "type": "file", "zone": "dma32"}
        youngest = system.lru(cgroup=cgroup.inode)[0].head.youngest
        for want, command, where in (
                ("ENOENT", "lru", {"cgroup": nowhere}),
                ("ENODEV", "lru", {"node": 77}),
                ("ENODEV", "lru", {"node": 0xffffffff}),
                ("ENOENT", "peek", {"cgroup": nowhere, "lru": "active-anon"}),
                ("ENODEV", "peek", {"node": 77, "lru": "active-anon"}),
                ("EOPNOTSUPP", "peek", {"lru": "unevictable"}),
                ("ERANGE", "peek", {**generation, "cgroup": cgroup.inode,
                                    "generation": youngest + 1}),
                ("ERANGE", "peek", {**generation, "cgroup": cgroup.inode,
                                    "generation": youngest + (1 << 40)}),
                ("ERANGE", "peek", {"lru": "active-anon", "count": 65}),
                ("ERANGE", "peek", {"lru": "active-anon", "count": 0}),
                ("ERANGE", "peek", {"lru": spec.ENUM["lru"]["batch"]}),
                ("EINVAL", "peek", {"lru": "active-anon", "type": "anon"}),
                ("EINVAL", "peek", {"lru": "active-anon", "generation": 1}),
                ("EINVAL", "peek", {}),
                ("EINVAL", "peek", {"lru": "none"})):
            number, text = refusal(command, **where)
            equal(number, getattr(errno, want),
                  f"{want} of {command} {where} ({text})")
            assert text, f"{command} {where}: no sentence"
        # What there is, but empty, is an answer.
        other = "inactive-anon" if which == "generations" else "generation"
        empty = system.peek(cgroup=cgroup.inode, lru=other, **(
            {} if which == "generations" else
            {"type": "anon", "zone": "dma32"}))
        equal(empty.folios, [], "the other regime's list")


@test("others than root are refused, by each of the three")
def not_root():
    for command in "lru", "node", "peek":
        where = {"lru": "active-anon"} if command == "peek" else {}
        number, text = child.as_user(lambda c=command, w=where: refusal(c, **w))
        equal((number, bool(text)), (errno.EPERM, True), command)
        note(f"{command}: {text}")


main()
