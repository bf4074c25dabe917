#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Nodes and zones: field by field against /proc/zoneinfo, /proc/buddyinfo and
/proc/vmstat."""
# boot: numa
import mmap
import os
import sys

sys.path.insert(0, __file__.rpartition("/")[0] + "/../lib")
# pylint: disable=wrong-import-position
import oracle
import reclaim
import setup
import system
import workload
from ktap import equal, main, none_left, note, test

# Our counter of a list, and the kernel's name for it.
COUNTERS = {name: "nr_" + name.replace("-", "_") for name in (
    *system.LISTS, "isolated-anon", "isolated-file")}
SAME = "free boost min low high promo spanned present managed cma".split()


def books():
    """Without the counters that each allocation moves."""
    zones, stats = reclaim.zoneinfo()
    for zone in zones.values():
        zone.stats.clear()
    stats = {node: {name: counters[name] for name in COUNTERS.values()}
             for node, counters in stats.items()}
    return zones, stats, reclaim.buddyinfo()


def still():
    """The books, and what mmlens says while they stand still."""
    setup.quiet()
    reclaim.drain()
    return workload.steady(books, system.nodes)


@test("each field of each zone as /proc/zoneinfo has it")
def zones_alike():
    (zones, _, _), nodes = still()
    equal(sorted(nodes), sorted({node for node, _ in zones}), "nodes")
    wrong, fields = [], 0
    for (node, name), book in zones.items():
        told = nodes[node].zones.get(name)
        # zoneinfo shows zones without memory, too.
        if not book.facts["present"]:
            equal(told, None, f"zone {name}, which is empty")
            continue
        facts = dict(book.facts)
        # 6.1 has the mark, and does not show it; all lie equally far apart.
        facts.setdefault("promo", 2 * facts["high"] - facts["low"])
        for field in SAME:
            fields += 1
            if getattr(told, field) != facts[field]:
                wrong.append(f"node {node} {name} {field}: "
                             f"{getattr(told, field)}, not {facts[field]}")
        equal(told.node, node, "node of the zone")
    none_left(wrong, "zones")
    assert fields >= 2 * len(SAME), fields
    note(f"{fields} fields of {sum(len(n.zones) for n in nodes.values())} "
         "zones are equal")


@test("reserves as \"protection\" has them")
def reserves_alike():
    (zones, _, _), nodes = still()
    order = list(dict.fromkeys(name for _, name in zones))
    for node, told in nodes.items():
        want = {(name, order[i]): pages
                for name in told.zones
                for i, pages in enumerate(zones[node, name].protection)
                if pages}
        got = {key: pages for key, pages in told.reserves.items() if pages}
        equal(got, want, f"reserves of node {node}")
    assert any(told.reserves for told in nodes.values()), "no reserve at all"


@test("free blocks of each order as /proc/buddyinfo has them")
def blocks_alike():
    (zones, _, buddy), nodes = still()
    equal({(node, zone, order): blocks for node, told in nodes.items()
           for (zone, order), blocks in told.blocks.items() if blocks},
          {key: blocks for key, blocks in buddy.items() if blocks}, "blocks")
    # The rest of the free pages is in lists of single processors.
    for (node, zone), book in zones.items():
        listed = sum(blocks << order for (n, z, order), blocks in
                     buddy.items() if (n, z) == (node, zone))
        if zone in nodes[node].zones:
            assert listed <= book.facts["free"] + abs(
                nodes[node].zones[zone].pending), (zone, listed)


@test("counters of lists as zoneinfo's per-node stats and vmstat have them")
def counters_alike():
    (_, stats, _), nodes = still()
    for node, told in nodes.items():
        equal({name: max(count.counted, 0)
               for name, count in told.counts.items()},
              {name: stats[node][theirs] for name, theirs in COUNTERS.items()},
              f"counters of node {node}")
    vmstat, nodes = workload.steady(reclaim.vmstat_lists, system.nodes)
    sums = {theirs: max(0, sum(told.counts[name].counted
                               for told in nodes.values()))
            for name, theirs in COUNTERS.items()}
    equal(sums, vmstat, "vmstat")


def totals(nodes):
    return {name: sum(told.counts[name].counted + told.counts[name].pending
                      for told in nodes.values()) for name in COUNTERS}


@test("what processors have not added yet: refreshed, it is in the counters")
def pending_is_added():
    setup.quiet()
    seen = 0
    for attempt in range(20):
        reclaim.drain()
        # More than a batch, again and again: what overflows is counted at
        # once, on a processor that does not rest (and add up) before we look.
        with mmap.mmap(-1, (200 + attempt) * oracle.PAGE) as room:
            room.write(b"1" * len(room))
            before = system.nodes()
            seen += sum(abs(count.pending) for told in before.values()
                        for count in told.counts.values())
            reclaim.refresh()
            after = system.nodes()
        if totals(before) == totals(after) and seen:
            break
    else:
        note(f"{totals(before)} became {totals(after)}")
        raise AssertionError("counters and what is pending do not stay equal")
    left = sum(abs(count.pending) for told in after.values()
               for count in told.counts.values())
    note(f"{seen} pages were pending, {left} after vmstat was refreshed")
    assert left <= seen, "refreshing has added nothing"


def kswapds():
    """Of each node: the PID of the thread."""
    out = {}
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            name = oracle.slurp(f"/proc/{pid}/comm").decode().strip()
        except OSError:
            continue
        if name.startswith("kswapd"):
            out[int(name[6:])] = int(pid)
    return out


def given_up(nodes):
    for (node, _), zone in reclaim.zoneinfo()[0].items():
        if "node_unreclaimable" in zone.facts:
            equal(zone.facts["node_unreclaimable"],
                  int(nodes[node].state.kswapd_failures >= 16), "given up")


@test("kswapd sleeps while enough is free")
def kswapd_sleeps():
    setup.quiet()
    nodes = system.nodes()
    for node, pid in kswapds().items():
        equal(oracle.stat(pid)[0], "S", "state of the thread")
        equal(system.spec.word("kswapd", nodes[node].state.kswapd), "asleep",
              f"kswapd of node {node}")
        equal(nodes[node].state.kswapd_asked, 0, "nobody has asked for it")
    given_up(nodes)


def told_awake(pids):
    """Nodes whose thread is told to be awake, and those that it is not told of
    though they ran before and after."""
    def running():
        return {node for node, pid in pids.items()
                if oracle.stat(pid)[0] in "RD"}
    before = running()
    nodes = system.nodes()
    after = running()
    awake = {node for node, told in nodes.items()
             if system.spec.word("kswapd", told.state.kswapd) == "awake"}
    return nodes, awake, before & after - awake


@test("below the low mark it is awake")
def kswapd_wakes():
    setup.quiet()
    knob = "/proc/sys/vm/min_free_kbytes"
    old = reclaim.text(knob)
    pids, seen, missed, below, rounds = kswapds(), 0, 0, 0, 0
    try:
        with reclaim.Heat() as heat:
            heat.do("file f 8192")
            while seen < 5 and rounds < 400:
                # It gives up where it finds nothing, until somebody else
                # finds something: here is some, and somebody else.
                setup.put(knob, old)
                heat.do("drop f", "read f")
                setup.put(reclaim.Cgroup.ROOT + "/memory.reclaim", "1M")
                # The marks are raised to where free memory is: low lies above
                # it, min below. The next allocation wakes it.
                free = sum(zone.free for told in system.nodes().values()
                           for zone in told.zones.values())
                setup.put(knob, str(free * 9 // 10 * oracle.PAGE >> 10))
                for _ in range(20):
                    nodes, awake, lost = told_awake(pids)
                    rounds += 1
                    missed += bool(lost)
                    if awake:
                        seen += 1
                        below += any(zone.free < zone.high for node in awake
                                     for zone in nodes[node].zones.values())
                    if seen >= 5:
                        break
        given_up(system.nodes())
    finally:
        setup.put(knob, old)
    note(f"{rounds} looks: awake in {seen}, in {below} of them with a zone "
         f"below its high mark; {missed} times it ran and was not told so")
    assert seen, "never awake"
    equal(below, seen, "awake with a zone below its mark")
    # It may go to sleep, and wake again, between two looks at its state.
    assert missed <= 1 + rounds // 10, "it runs, and is told to be asleep"
    workload.wait_until(lambda: all(
        system.spec.word("kswapd", told.state.kswapd) == "asleep"
        for told in system.nodes().values()), "kswapd to sleep again")


main()
