#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Every page has a place: the places of single pages against the sizes of lists
and generations, of a cgroup and of the system."""
import collections
import os
import signal
import sys
import time

sys.path.insert(0, __file__.rpartition("/")[0] + "/../lib")
# pylint: disable=wrong-import-position
import lens
import oracle
import places
import reclaim
import setup
import system
import workload
from ktap import equal, main, none_left, note, test
from reclaim import in_both

# 256 MiB, of four kinds; a quarter of it where time is short.
MIB = 256 if os.environ.get("MMLENS_LONG") else 32
PAGES = MIB // 4 << 8


def sizes(cgroup):
    return {place: n for vec in system.lru(cgroup=cgroup.inode)
            for place, n in vec.by_list().items() if n}


def by_place(told, memory, which):
    """Of the runs of a cgroup: pages by list, as op lru counts them. Each page
    has the flags of its place, and none comes twice."""
    out, wrong = collections.Counter(), []
    for pages, place in told:
        words = collections.Counter(
            memory.flags[place.pfn:place.pfn + pages])
        for flags, n in words.items():
            want = reclaim.list_of(flags)
            if which == "generations" and want != "unevictable":
                want = "generation"
            if not flags & oracle.KPF["lru"] or place.lru != want:
                wrong.append((place, n, hex(flags)))
            out[places.list_in(place, flags & oracle.KPF["swapbacked"])] += n
    none_left(wrong, "lists")
    return out


def not_mapped(told, memory, cgroup, which):
    """Pages of the cgroup that the process does not map: by list, or by type
    where flags do not tell which generation."""
    mapped = bytearray(len(memory.flags))
    for pages, place in told:
        assert not any(mapped[place.pfn:place.pfn + pages]), "a page twice"
        mapped[place.pfn:place.pfn + pages] = b"\1" * pages
    out = collections.Counter()
    for (flags, known), n in memory.listed(mapped, cgroup.inode).items():
        kind = reclaim.list_of(flags)
        if which == "generations" and kind != "unevictable":
            kind = kind.rpartition("-")[2]
        if not known:
            out[kind] += n
    return out


def compare(which, want, mapped, bare):
    """Flags tell the list, and of a generation only the type: what op lru says
    beyond the pages that are mapped must be those that are not."""
    if which == "classic":
        equal(dict(mapped + bare), want, "pages by list")
        return
    rest = collections.Counter()
    for place, n in want.items():
        kind = place if isinstance(place, str) else place[1]
        assert n >= mapped[place], (place, n, mapped[place])
        rest[kind] += n - mapped[place]
    equal({k: n for k, n in rest.items() if n}, dict(bare), "not mapped")
    assert not set(mapped) - set(want), (mapped, want)


def command_line(pid):
    """pages and lru of the command line agree to the page, and with us; while
    others do not make the pages of a library active that we share."""
    def by_us():
        out = collections.Counter()
        for pages, place in places.runs(pid):
            generation = place.generation if place.lru == "generation" else None
            out[place.lru, generation] += pages
        return dict(out)

    def by_pages():
        out = collections.Counter()
        for row in lens.ask("pages", pid, "--detail=lru")["pages"]:
            if row["state"] in ("anon", "ksm", "file", "shmem"):
                out[row["lru"], row.get("generation")] += row["pages"]
        return dict(out)

    def by_lru():
        out = collections.Counter()
        for row in lens.ask("lru", pid)["lru"]["places"]:
            if row["list"] != "none":
                out[row["list"], row.get("generation")] += row["pages"]
        return dict(out)

    ours, (rows, stand) = workload.steady(
        by_us, lambda: (by_pages(), by_lru()))
    equal(rows, ours, "mmlens pages")
    equal(stand, ours, "mmlens lru")


def same_places(which, heat, cgroup, memory):
    """All that can be told of the places of a process, in all ways."""
    for attempt in range(1, 6):
        before = sizes(cgroup)
        told = list(places.runs(heat.pid))
        memory.read()
        if before == sizes(cgroup):
            break
    none_left([place for _, place in told if place.lru in
               ("none", "batch", "isolated")], "places")
    ours = [run for run in told if run[1].cgroup == cgroup.inode]
    mapped = by_place(ours, memory, which)
    assert sum(mapped.values()) >= 4 * PAGES, mapped
    bare = not_mapped(ours, memory, cgroup, which)
    note(f"{sum(n for n, _ in told)} pages, {sum(mapped.values())} of them in "
         f"the cgroup, and {sum(bare.values())} of its pages not mapped; look "
         f"{attempt}: " + ", ".join(
             f"{place} {n}" for place, n in before.items()))
    compare(which, before, mapped, bare)
    for area in heat.areas:
        lists = collections.Counter()
        for pages, place in told:
            if area.start <= place.address < area.end:
                lists[place.lru] += pages
        equal(sum(lists.values()), PAGES, f"pages of {area.name}")
        if area.name == "lock":
            equal(dict(lists), {"unevictable": PAGES}, "locked pages")
    command_line(heat.pid)
    return before


@test(f"{MIB} MiB: every page has a place, as flags, lru_gen and op lru tell; "
      "under both regimes")
def every_page():
    setup.quiet()
    memory = reclaim.Memory()
    with reclaim.under("classic"), reclaim.Cgroup() as cgroup, \
            reclaim.Heat(cgroup) as heat:
        heat.do(f"anon anon {PAGES}", f"shmem shmem {PAGES}",
                f"file file {PAGES}", "look file",
                f"anon lock {PAGES}", "lock lock")
        heat.stop()
        same_places("classic", heat, cgroup, memory)
        reclaim.switch("generations")
        os.kill(heat.pid, signal.SIGCONT)
        # Half of it in another generation.
        reclaim.age(cgroup.path)
        heat.do(f"look anon 0 {PAGES // 2}")
        reclaim.age(cgroup.path)
        heat.stop()
        before = same_places("generations", heat, cgroup, memory)
        gens = reclaim.lru_gen()[cgroup.path, 0]
        listed = {place: n for place, n in before.items()
                  if place != "unevictable"}
        equal(listed, {place: n for place, n in gens.sizes.items() if n},
              "lru_gen")
        assert len(listed) >= 3, listed


def everybody(to):
    """The places of all pages of all processes, a byte each by frame."""
    for pid in map(int, filter(str.isdigit, os.listdir("/proc"))):
        try:
            if not oracle.statm(pid)["resident"]:
                continue
        except (OSError, ValueError):
            continue
        for pages, place in places.runs(pid):
            to[place.pfn:place.pfn + pages] = bytes(
                [1 + system.LRU[place.lru]]) * pages


PLACE_NAMES = {1 + number: name for name, number in system.LRU.items()}


def by_type(flags):
    if flags & oracle.KPF["unevictable"]:
        return "unevictable"
    return "anon" if flags & oracle.KPF["swapbacked"] else "file"


def system_wide(which, mapped, memory):
    """Pages of each type: of all processes and of the page cache that nobody
    maps; in lists; and by the counters. Nothing grows while it looks: what it
    writes into has been there before."""
    for i in range(0, len(mapped), 4096):
        mapped[i:i + 4096] = bytes(len(mapped[i:i + 4096]))
    reclaim.drain()
    everybody(mapped)
    memory.read()
    single, rest = collections.Counter(), collections.Counter()
    waiting, wrong = 0, collections.Counter()
    for (flags, place), n in memory.listed(mapped).items():
        kind = by_type(flags)
        listed = reclaim.list_of(flags)
        if which == "generations" and kind != "unevictable":
            listed = "generation"
        if not place:
            rest[kind] += n
        # From a batch it goes to its list while we look; those are counted.
        elif place in (1 + system.LRU[listed], 1 + system.LRU["batch"]):
            single[kind] += n
        else:
            wrong[f"told {PLACE_NAMES[place]}, by flags {listed}"] += n
    for lru in "batch", "isolated", "none":
        waiting += mapped.count(1 + system.LRU[lru])
    sums = collections.Counter()
    for vec in system.lru():
        for place, n in vec.as_kernel().items():
            sums[place.rpartition("-")[2]] += n
    counters, pending = collections.Counter(), 0
    for told in system.nodes().values():
        for name in system.LISTS:
            counters[name.rpartition("-")[2]] += told.counts[name].counted
            pending += abs(told.counts[name].pending)
    return single, rest, waiting, wrong, sums, counters, pending


@in_both("the system: pages of all processes, and of the page cache, are those "
         "of all lists and of the counters")
def everything(which):
    setup.quiet()
    memory = reclaim.Memory()
    mapped = bytearray(b"\1") * len(memory.flags)
    with reclaim.Cgroup() as cgroup, reclaim.Heat(cgroup) as heat:
        heat.do("anon anon 2048", "file file 4096", "look file 0 2048",
                "read file 2048 2048", "anon lock 512", "lock lock")
        heat.stop()
        # What still goes on, as a kswapd that was woken before, comes to an end.
        for attempt in range(1, 21):
            single, rest, waiting, wrong, sums, counters, pending = (
                system_wide(which, mapped, memory))
            off = {kind: single[kind] + rest[kind] - sums[kind]
                   for kind in ("anon", "file", "unevictable")}
            lag = {kind: sums[kind] - counters[kind] for kind in off}
            if not wrong and (not any(off.values()) or attempt > 2 and sum(
                    map(abs, off.values())) <= 8):
                break
            time.sleep(0.2)
        equal(wrong, {}, "pages whose flags tell another place")
        note(f"of processes {dict(single)}, page cache {dict(rest)}, in lists "
             f"{dict(sums)}")
        # The slack of the counters is what processors have not added, which
        # we know; ours is what we ourselves take or give while we look.
        note(f"look {attempt}: off by {off}, {waiting} pages in batches; the "
             f"counters by {lag}, {pending} pending")
        assert waiting <= 64, waiting
        for kind, pages in off.items():
            assert abs(pages) <= 8 + waiting, (kind, pages, waiting)
            assert abs(lag[kind]) <= pending, (kind, lag, pending)


main()
