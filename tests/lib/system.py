# SPDX-License-Identifier: GPL-2.0
"""What mmlens says of the system: lists and generations, zones, what stands at
the end of a list; through raw netlink."""
import collections
import os

import netlink
import spec
import workload
from ktap import none_left, note

LRU, TYPE, END = (spec.ENUM[name] for name in ("lru", "lru_type", "lru_end"))
WIDE = {"cgroup", "generation"}
LISTS = ["inactive-anon", "active-anon", "inactive-file", "active-file",
         "unevictable"]


def request(**values):
    """Attributes by name; enums by the spec's names, None is left out."""
    out = b""
    for name, value in values.items():
        if value is None:
            continue
        if isinstance(value, str):
            value = spec.ENUM[{"type": "lru_type", "end": "lru_end",
                               "zone": "zone_kind"}.get(name, name)][value]
        kind = spec.CONST["MMLENS_A_SYSTEM_" + name.upper()]
        out += (netlink.u64 if name in WIDE else netlink.u32)(kind, value)
    return out


def structs(message, attribute, struct):
    kind = spec.CONST["MMLENS_A_SYSTEM_" + attribute.upper()]
    return [spec.unpack(struct, value) for key, value in message.attrs
            if key == kind]


def text(message, attribute):
    kind = spec.CONST["MMLENS_A_SYSTEM_" + attribute.upper()]
    found = [value for key, value in message.attrs if key == kind]
    return found[0].rstrip(b"\0").decode() if found else None


class Lruvec:
    """One cgroup on one node: .head, .path, .sizes, .generations, .tiers."""

    def __init__(self, message):
        self.head, = structs(message, "lruvec", "lruvec")
        self.path = text(message, "path")
        self.sizes = structs(message, "size", "lru_size")
        self.generations = structs(message, "generations", "generation")
        self.tiers = structs(message, "tier", "tier")
        self.key = self.path, self.head.node

    def by_list(self):
        """Pages of each place: a list's name, or (number, type)."""
        out = collections.Counter()
        for size in self.sizes:
            place = spec.word("lru", size.lru)
            if place == "generation":
                place = size.generation, spec.word("lru_type", size.type)
            out[place] += size.pages
        return out

    def as_kernel(self):
        """As the kernel counts: the two youngest generations are active."""
        out = collections.Counter()
        for place, pages in self.by_list().items():
            if isinstance(place, tuple):
                number, kind = place
                active = self.head.youngest - number < 2
                place = f"{'active' if active else 'inactive'}-{kind}"
            out[place] += pages
        return out

    def regimes(self):
        """Which families of lists hold pages that can be evicted."""
        return {"generations" if isinstance(place, tuple) else "classic"
                for place, pages in self.by_list().items()
                if pages and place != "unevictable"}

    def total(self):
        return sum(size.pages for size in self.sizes)


def lru(sock=None, **where):
    """All lruvecs that are asked for."""
    if sock is None:
        with netlink.Socket() as own:
            return lru(own, **where)
    return [Lruvec(message) for message in sock.dump("lru", request(**where))
            if structs(message, "lruvec", "lruvec")]


class Node:
    """One node: .state, .counts, .zones, .reserves, .blocks."""

    def __init__(self, message):
        self.state, = structs(message, "node_state", "node_state")
        self.counts = {}
        for count in structs(message, "lru_count", "lru_count"):
            name = spec.word("lru", count.lru)
            if name == "isolated":
                name += "-" + spec.word("lru_type", count.type)
            self.counts[name] = count

        def kind(number):
            return spec.word("zone_kind", number)
        self.zones = {kind(zone.zone): zone
                      for zone in structs(message, "zones", "zone")}
        self.reserves = {(kind(r.zone), kind(r.against)): r.pages for r in
                         structs(message, "reserve", "zone_reserve")}
        self.blocks = {(kind(b.zone), b.order): b.blocks for b in structs(
            message, "free_blocks", "free_blocks")}


def nodes(sock=None):
    if sock is None:
        with netlink.Socket() as own:
            return nodes(own)
    return {node.state.node: node for node in (
        Node(message) for message in sock.dump("node")
        if structs(message, "node_state", "node_state"))}


class Peek:
    """.head, .generation, .folios in order, .files by (device, inode)."""

    def __init__(self, message):
        self.head, = structs(message, "lruvec", "lruvec")
        self.generations = structs(message, "generations", "generation")
        self.folios = structs(message, "folio", "lru_folio")
        self.files = {}
        kind = spec.CONST["MMLENS_A_SYSTEM_FILE"]
        for key, value in message.attrs:
            if key == kind:
                self.file(dict(netlink.attrs_of(value)))

    def file(self, nested):
        inode, major, minor = (
            int.from_bytes(nested[spec.CONST["MMLENS_A_FILE_" + name]],
                           "little")
            for name in ("INODE", "DEV_MAJOR", "DEV_MINOR"))
        self.files[major, minor, inode] = (
            nested[spec.CONST["MMLENS_A_FILE_PATH"]].rstrip(b"\0").decode())

    def path(self, folio):
        return self.files.get((folio.dev_major, folio.dev_minor, folio.inode))


def peek(**where):
    with netlink.Socket() as sock:
        return Peek(sock.do("peek", request(**where)))


def node_sums():
    """Of each node: the sums over cgroups, the counters, and what they lack."""
    sums, vecs = collections.defaultdict(collections.Counter), lru()
    for vec in vecs:
        sums[vec.head.node] += vec.as_kernel()
    return sums, {node: {name: (told.counts[name].counted,
                                told.counts[name].pending)
                         for name in LISTS}
                  for node, told in nodes().items()}


def exact_sums(which):
    """Over all cgroups the sizes are the node's counters and what is pending,
    once nothing moves. How often it looked, and how much was pending."""
    for attempt in range(1, 30):
        workload.drain(os.getpid())
        sums, counters = node_sums()
        wrong = [f"node {node} {name}: {sums[node][name]} in lists, "
                 f"{counted} counted, {pending} pending"
                 for node, names in counters.items()
                 for name, (counted, pending) in names.items()
                 if sums[node][name] != counted + pending]
        if not wrong:
            break
    none_left(wrong, f"sums, {which}")
    slack = sum(abs(pending) for names in counters.values()
                for _, pending in names.values())
    note(f"exact at look {attempt}; without what was pending the counters "
         f"were {slack} pages off")
