# SPDX-License-Identifier: GPL-2.0
"""What both faces say of the system: lists, zones, ends of lists."""
import re
import sys

sys.path.insert(0, __file__.rpartition("/")[0] + "/../lib")
# pylint: disable=wrong-import-position
import debugfs
import oracle
import reclaim
import setup
import spec
import system
from ktap import equal, main, none_left, note, test
from reclaim import in_both
from workload import steady

PAGES = 256
# What goes on, and what may count at any moment.
MOVING = re.compile(r"age-ms=\d+|free=\d+ pending=-?\d+|pending=-?\d+|"
                    r"refcount=\d+")


def read(name):
    return oracle.slurp(f"{debugfs.ROOT}/{name}").decode()


def still(lines):
    return [MOVING.sub("", line) for line in lines]


def lists_lines(vec):
    head = vec.head
    yield (f"lruvec {head.cgroup} node={head.node} "
           f"{spec.word('regime', head.regime)} youngest={head.youngest} "
           f"oldest-anon={head.oldest_anon} oldest-file={head.oldest_file}"
           f"{' removed' * head.removed} path={vec.path or ''}")
    for size in vec.sizes:
        place = spec.word("lru", size.lru)
        if place == "generation":
            place += f":{size.generation} {spec.word('lru_type', size.type)}"
        yield (f"{place} {spec.word('zone_kind', size.zone)} {size.pages}"
               f"{' counted' * size.counted}")
    for born in vec.generations:
        yield f"born {born.number} age-ms={born.age} birth-ms={born.birth}"
    for tier in vec.tiers:
        yield (f"tier {tier.tier} {spec.word('lru_type', tier.type)} "
               f"refaulted={tier.refaulted} evicted={tier.evicted} "
               f"protected={tier.protected} "
               f"average-refaulted={tier.average_refaulted} "
               f"average-total={tier.average_total}")


def blocks_of(text, word):
    """Its lines, in stretches that begin with a word."""
    out = []
    for line in text.splitlines():
        if line.startswith(word + " "):
            out.append([])
        out[-1].append(line)
    return out


@in_both("debugfs: lists and generations")
def lru_text(_):
    setup.quiet()
    with reclaim.Cgroup() as cgroup, reclaim.Heat(cgroup) as heat:
        heat.do(f"anon a {PAGES}", f"file f {PAGES}", "look f")
        heat.stop()
        reclaim.drain()

        def ask():
            told, = system.lru(cgroup=cgroup.inode, node=0)
            return list(lists_lines(told))
        want, text = steady(ask, lambda: read("lru"), still)
        ours, = (block for block in blocks_of(text, "lruvec")
                 if block[0].endswith("path=" + cgroup.path))
        equal(still(ours), still(want), "the lines of a cgroup")
        heads = {line.split()[1] for line in text.splitlines()
                 if line.startswith("lruvec ")}
        equal(heads >= {str(vec.head.cgroup) for vec in system.lru()}, True,
              "all cgroups are there")


def node_lines(node):
    state = node.state
    zone = spec.word("zone_kind", state.kswapd_zone) \
        if state.kswapd_asked else "-"
    yield (f"node {state.node} kswapd={spec.word('kswapd', state.kswapd)} "
           f"asked={state.kswapd_asked} order={state.kswapd_order} "
           f"zone={zone} failures={state.kswapd_failures}")
    for name, count in node.counts.items():
        name = re.sub("isolated-", "isolated ", name)
        yield f"count {name} {count.counted} pending={count.pending}"
    for name, z in node.zones.items():
        yield (f"zone {z.node} {name} free={z.free} pending={z.pending} "
               f"min={z.min} low={z.low} high={z.high} promo={z.promo} "
               f"boost={z.boost} spanned={z.spanned} present={z.present} "
               f"managed={z.managed} cma={z.cma}")
        yield "reserve" + "".join(
            f" {against}={pages}" for (zone, against), pages
            in node.reserves.items() if zone == name)
        yield "free-blocks" + "".join(
            f" {count}" for (zone, _), count in node.blocks.items()
            if zone == name)


@test("debugfs: zones")
def zones_text():
    """Counters and free blocks change at any time: they are compared where
    they stand still, all else always."""
    fixed = "zone ", "reserve "

    def ask():
        return [line for node in system.nodes().values()
                for line in node_lines(node)]
    for _ in range(50):
        before, text, after = ask(), read("zones").splitlines(), ask()
        equal(len(text), len(before), "lines")
        pairs = list(zip(before, text, after))
        none_left([p for p in pairs if p[0].startswith(fixed) and
                   len(set(still(p))) > 1], "lines of zones")
        if before == after:
            equal(text, before, "all lines")
            return note("the counters stood still, too")
    moved = sum(p[0] != p[2] for p in pairs)
    none_left([p for p in pairs if p[0] == p[2] != p[1]], "lines")
    return note(f"{moved} lines of counters never stood still")


def folio_line(folio):
    out = (f"folio pfn={folio.pfn:#x} {spec.word('state', folio.state)} "
           f"order={folio.order} younger={folio.younger} tier={folio.tier} "
           f"mapcount={folio.mapcount} refcount={folio.refcount}")
    if folio.inode or folio.dev_major:
        out += (f" dev={folio.dev_major:02x}:{folio.dev_minor:02x} "
                f"inode={folio.inode} index={folio.index:#x}")
    names = [name for name, bit in spec.ENUM["page_flag"].items()
             if folio.flags & bit]
    return f"{out} flags={','.join(names) or '-'}"


def tail_lines(cgroup):
    """The inactive lists, or of each type the oldest generation that has
    folios."""
    lists = [("inactive-anon", {}), ("inactive-file", {})] + [
        ("generation", {"type": kind, "zone": zone})
        for kind in ("anon", "file")
        for zone in system.nodes()[0].zones]
    for name, where in lists:
        end = system.peek(cgroup=cgroup.inode, node=0, lru=name, count=16,
                          **where)
        if not end.folios:
            continue
        yield " ".join(["tail", name, *where.values()])
        for (major, minor, inode), path in end.files.items():
            yield f"file dev={major:02x}:{minor:02x} inode={inode} path={path}"
        for born in end.generations:
            yield f"born {born.number} age-ms={born.age} birth-ms={born.birth}"
        yield from map(folio_line, end.folios)


@in_both("debugfs: what reclaim takes from next")
def tails_text(_):
    setup.quiet()
    with reclaim.Cgroup() as cgroup, reclaim.Heat(cgroup) as heat:
        heat.do(f"anon a {PAGES}", f"file f {PAGES}", "look f")
        heat.stop()
        reclaim.drain()

        def ask():
            return list(tail_lines(cgroup))
        want, text = steady(ask, lambda: read("tails"), still)
        ours, = (block for block in blocks_of(text, "lruvec")
                 if block[0].endswith("path=" + cgroup.path))
        equal(still(ours[1:]), still(want), "the ends of a cgroup's lists")
        assert sum(line.startswith("folio ") for line in want) > 16, want


main()
