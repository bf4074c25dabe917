#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Lists and generations of cgroups and nodes: against lru_gen of debugfs,
memory.stat, and the counters of the nodes."""
# boot: named numa
import collections
import contextlib
import os
import sys
import time

sys.path.insert(0, __file__.rpartition("/")[0] + "/../lib")
# pylint: disable=wrong-import-position
import oracle
import reclaim
import setup
import system
import workload
from ktap import equal, main, note, test
from reclaim import in_both

PAGES = 512
# Ours, and what memory.stat calls it.
IN_STAT = {name: name.replace("-", "_") for name in system.LISTS}


@contextlib.contextmanager
def scene(which):
    """A cgroup with something on each list, on all nodes; nothing moves."""
    setup.quiet()
    with reclaim.Cgroup() as cgroup, reclaim.Heat(cgroup) as heat:
        for node in sorted(system.nodes()):
            # A node is near to the processor of its number.
            os.sched_setaffinity(heat.pid, {node})
            heat.do(*(f"{kind} {kind}{node} {PAGES}"
                      for kind in ("anon", "shmem", "file")),
                    f"look file{node}", f"anon lock{node} {PAGES}",
                    f"lock lock{node}", f"read file{node}")
        if which == "generations":
            reclaim.age(cgroup.path)
            heat.do("look anon0")
            reclaim.age(cgroup.path)
        reclaim.drain()
        yield cgroup, heat


def sizes(vecs):
    return {vec.key: vec.by_list() for vec in vecs.values()}


def ask(**where):
    """By path and node. Two that bear one name are not told apart."""
    vecs = system.lru(**where)
    out = {vec.key: vec for vec in vecs}
    equal(len(out), len(vecs), "cgroups and nodes, each told once")
    return out


def books():
    """What lru_gen says, but for the ages: those never stand still."""
    return {key: (gens.youngest, gens.oldest, gens.sizes, gens.averages,
                  gens.history)
            for key, gens in reclaim.lru_gen(full=True).items()}


@in_both("numbers and sizes of generations as lru_gen has them")
def generations_alike(which):
    with scene(which) as (cgroup, _):
        kernel, told = workload.steady(books, ask)
        equal(sorted(told), sorted(kernel), "cgroups and nodes")
        pages = 0
        for key, (youngest, oldest, book, _, _) in kernel.items():
            vec = told[key]
            equal((vec.head.youngest, vec.head.oldest_anon,
                   vec.head.oldest_file),
                  (youngest, oldest["anon"], oldest["file"]),
                  f"numbers of {key}")
            equal(system.spec.word("regime", vec.head.regime), which, "regime")
            got = {place: n for place, n in vec.by_list().items()
                   if isinstance(place, tuple) and n}
            equal(got, {place: n for place, n in book.items() if n},
                  f"sizes of {key}")
            pages += sum(got.values())
        ours = told[cgroup.path, 0]
        equal(ours.head.cgroup, cgroup.inode, "inode of the cgroup")
        if which == "generations":
            equal(ours.regimes(), {"generations"}, "regimes with pages")
            # Three: that of the start, the one looked at again, and the last.
            assert len(ours.by_list()) >= 3, ours.by_list()
        else:
            equal(pages, 0, "pages in generations")
        note(f"{pages} pages in {len(kernel)} pairs of cgroup and node")


@in_both("ages and births of generations as lru_gen has them")
def ages_alike(which):
    with scene(which) as (cgroup, _):
        before = time.monotonic()
        first, told, last = reclaim.lru_gen(), ask(), reclaim.lru_gen()
        between = (time.monotonic() - before) * 1000
        worst = 0
        for key, vec in told.items():
            equal([g.number for g in vec.generations],
                  sorted((g.number for g in vec.generations), reverse=True),
                  "youngest first")
            oldest = min(vec.head.oldest_anon, vec.head.oldest_file)
            equal({g.number for g in vec.generations},
                  set(range(oldest, vec.head.youngest + 1)), "generations")
            for generation in vec.generations:
                young, old = (gens[key].ages.get(generation.number)
                              for gens in (first, last))
                if young is None:
                    # lru_gen begins with the oldest that can be evicted.
                    continue
                assert young - reclaim.TICK_MS <= generation.age <= (
                    old + reclaim.TICK_MS), (key, young, generation, old)
                now = generation.birth + generation.age
                worst = max(worst, abs(now - time.monotonic() * 1000))
        assert worst <= between + 1000, worst
        births = [g.birth for g in told[cgroup.path, 0].generations]
        equal(births, sorted(births, reverse=True), "births")
        note(f"within a tick of {reclaim.TICK_MS} ms, and the "
             f"{between:.0f} ms that three looks took")


@test("tiers as lru_gen has them, after refaults")
def tiers_alike():
    setup.quiet()
    with reclaim.under("generations"), \
            reclaim.Cgroup(max=5 << 20) as cgroup, \
            reclaim.Heat(cgroup) as heat:
        heat.do("file f 1600", "random f")
        for _ in range(3):
            # More than fits, some of it often.
            heat.do("read f", *["read f 0 250"] * 3)
        kernel, told = workload.steady(books, ask)
        seen = 0
        for key, (_, _, _, averages, history) in kernel.items():
            mine = {(system.spec.word("lru_type", t.type), t.tier): t
                    for t in told[key].tiers}
            for place in sorted(averages.keys() | history.keys()):
                want = (*history.get(place, [0, 0, 0]),
                        *averages.get(place, [0, 0]))
                tier = mine.get(place)
                got = (tier.refaulted, tier.evicted, tier.protected,
                       tier.average_refaulted, tier.average_total
                       ) if tier else (0,) * 5
                equal(got, want, f"{key} {place}")
                seen += bool(any(want))
        assert seen, "nothing was evicted and came back"
        note(f"{seen} tiers with something to tell, " + ", ".join(
            f"{place}: {numbers}" for place, numbers in
            kernel[cgroup.path, 0][4].items() if any(numbers)))


def numa_stat(cgroup):
    """Bytes by node and list, those that are not zero."""
    out = {}
    for line in cgroup.get("memory.numa_stat").splitlines():
        name, *nodes = line.split()
        if name.replace("_", "-") in IN_STAT:
            for word in nodes:
                node, size = word[1:].split("=")
                if int(size):
                    out[int(node), name.replace("_", "-")] = int(size)
    return out


@in_both("a cgroup's sizes as its memory.stat has them, and memory.numa_stat "
         "of each node")
def stat_alike(which):
    with scene(which) as (cgroup, _):
        def told():
            return {(vec.head.node, name): pages * oracle.PAGE
                    for vec in system.lru(cgroup=cgroup.inode)
                    for name, pages in vec.as_kernel().items() if pages}

        # The kernel sums up when enough has changed, else each two seconds.
        began, first = time.monotonic(), None
        while True:
            before, sums, stat, after = (
                told(), numa_stat(cgroup), cgroup.stat(), told())
            off = {key: before.get(key, 0) - sums.get(key, 0)
                   for key in before.keys() | sums.keys()}
            off.update({name: sum(pages for (_, n), pages in before.items()
                                  if n == name) - stat[IN_STAT[name]]
                        for name in IN_STAT})
            first = first or off
            if before == after and not any(off.values()):
                break
            assert time.monotonic() - began < 10, (off, before, after)
            time.sleep(0.2)
        slack = max(map(abs, first.values())) // oracle.PAGE
        batches = 64 * os.cpu_count()
        note(f"memory.stat was up to {slack} pages behind at first (its slack "
             f"is {batches} and what waits), equal after "
             f"{time.monotonic() - began:.1f} s: " + ", ".join(
                 f"node {node} {name} {size // oracle.PAGE}"
                 for (node, name), size in sorted(before.items())))
        for node in system.nodes():
            equal(before[node, "unevictable"], PAGES * oracle.PAGE,
                  f"locked by the processor of node {node}")
            if which == "classic":
                assert (before[node, "inactive-anon"] >=
                        2 * PAGES * oracle.PAGE), before


@in_both("over all cgroups the sizes are the node's counters, and what is "
         "pending")
def sums_alike(which):
    with scene(which):
        system.exact_sums(which)


@in_both("a cgroup, and those below it; a node")
def filters(which):
    with scene(which), reclaim.Cgroup() as outer, \
            reclaim.Cgroup(above=outer) as inner:
        everything = ask()
        equal(everything[inner.path, 0].head.regime,
              system.spec.ENUM["regime"][which], "regime")
        nodes = sorted(system.nodes())
        equal(sorted(ask(cgroup=outer.inode)),
              sorted((cgroup.path, node) for node in nodes
                     for cgroup in (outer, inner)), "subtree")
        equal([vec.head.cgroup for vec in system.lru(cgroup=inner.inode)],
              [inner.inode] * len(nodes), "a leaf")
        for node in nodes:
            equal(sorted(ask(node=node)), sorted(
                key for key in everything if key[1] == node), "a node")
        equal(sorted(ask(cgroup=outer.inode, node=nodes[-1])),
              [(outer.path, nodes[-1]), (inner.path, nodes[-1])], "both")


@in_both("a cgroup that was removed, with pages left, is told; its pages stay "
         "in the sums")
def removed(which):
    setup.quiet()
    # Not held by the program, but by the file that outlives it.
    path = "/dev/shm/mmlens-left"
    cgroup = reclaim.Cgroup()
    try:
        with workload.program("dd", "if=/dev/zero", f"of={path}", "bs=1M",
                              "count=4", "status=none",
                              preexec_fn=cgroup.enter) as process:
            process.wait()
        reclaim.drain()
        before = sum(vec.total() for vec in system.lru(cgroup=cgroup.inode))
        assert before >= 1024, before
        cgroup.remove()
        told = [vec for vec in system.lru() if vec.head.cgroup == cgroup.inode]
        left = sum(vec.total() for vec in told)
        note(f"{before} pages before, {left} of it after it was removed")
        # From 7.x on, pages move to the parent when their cgroup goes.
        if oracle.version() < (7, 0):
            assert left >= 1024, left
        system.exact_sums(which)
    finally:
        os.unlink(path)
        cgroup.remove()


main()
