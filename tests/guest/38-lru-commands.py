#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""The commands lru and zones against the protocol."""
# boot: named nomemcg
import collections
import os
import re
import sys

sys.path.insert(0, __file__.rpartition("/")[0] + "/../lib")
# pylint: disable=wrong-import-position
import lens
import reclaim
import setup
import system
import workload
from ktap import equal, main, note, test
from reclaim import in_both


def by_lists(**where):
    return {vec.key: {place: n for place, n in vec.by_list().items() if n}
            for vec in system.lru(**where)}


def zones():
    return {(node, name): zone for node, told in system.nodes().items()
            for name, zone in told.zones.items()}


def told(*args):
    """The answer, and its sizes as the protocol has them."""
    answer, out = lens.ask("lru", *args)["lru"], {}
    for vec in answer["lruvecs"]:
        sizes = collections.Counter()
        for size in vec["sizes"]:
            place = size["lru"]
            if place == "generation":
                place = size["generation"], size["type"]
            sizes[place] += size["pages"]
        equal(sum(sizes.values()), vec["pages"], "sum")
        out[vec.get("path"), vec["node"]] = {
            place: n for place, n in sizes.items() if n}
    return answer, out


@in_both("lru: each cgroup and node, list by list")
def lists(which):
    setup.quiet()
    reclaim.drain()
    want = by_lists()
    answer, got = told()
    equal(answer["regime"], which, "regime")
    equal(sorted(got, key=str), sorted(want, key=str), "cgroups and nodes")
    # The command itself takes memory, in the cgroup where we are.
    for key, sizes in got.items():
        assert abs(sum(sizes.values()) - sum(want[key].values())) < 1024, key


@in_both("lru: one cgroup, and one that is not there")
def one_cgroup(which):
    setup.quiet()
    with reclaim.Cgroup() as cgroup, reclaim.Heat(cgroup) as heat:
        os.sched_setaffinity(heat.pid, {0})
        heat.do("file f 256", "random f", "read f")
        reclaim.drain()
        for name in cgroup.path, cgroup.directory:
            want, (_, got) = workload.steady(
                lambda: by_lists(cgroup=cgroup.inode),
                lambda n=name: told("--cgroup", n))
            equal(got, want, f"sizes of {name}")
        equal(list(told("--cgroup", cgroup.path, "--node", 0)[1]),
              [(cgroup.path, 0)], "a cgroup on a node")
        answer = lens.run("lru", "--cgroup", cgroup.path)
        assert answer.status == 0 and cgroup.path.encode() in answer.out
        note(which + ": " + answer.out.decode().splitlines()[0])
        for words in ("--cgroup", "/no-such"), ("--node", 77):
            answer = lens.run("lru", *words)
            equal((answer.status, answer.out), (2, b""), f"{words}")
            note(answer.err.decode().splitlines()[0])


@test("zones: as the protocol has them")
def each_zone():
    setup.quiet()
    want, rows = workload.steady(zones, lambda: lens.ask("zones")["zones"])
    equal([(row["node"], row["zone"]) for row in rows], list(want), "rows")
    for row in rows:
        zone = want[row["node"], row["zone"]]
        for field in ("free", "min", "low", "high", "managed", "promo",
                      "boost", "present", "spanned", "cma"):
            equal(row[field + "_pages"], getattr(zone, field),
                  f"{row['zone']} {field}")


@test("zones: the settings in force")
def settings():
    text = repr(lens.ask("zones", checked=False))
    for name in "swappiness", "min_free_kbytes", "zone_reclaim_mode":
        value = reclaim.text("/proc/sys/vm/" + name).strip()
        assert re.search(rf"'{name}\w*': {value}\b", text) or (
            name == "min_free_kbytes" and str(int(value) * 1024) in text), (
                name, value)


main()
