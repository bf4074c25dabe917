# SPDX-License-Identifier: GPL-2.0
"""Allocations that fail, each of each request in turn: the answer is an error or
whole, the next one is as if nothing had been, and nothing stays behind.

What is asked of a target that stands still is compared whole. Of lists, zones
and watches, whose figures move, it is which there are."""
import collections
import errno
import os
import re
import subprocess
import sys
import time

sys.path.insert(0, __file__.rpartition("/")[0] + "/../lib")
# pylint: disable=wrong-import-position
import debugfs
import failing
import netlink
import oracle
import setup
import spec
import system
import watch
from ktap import Skip, equal, figure, main, note, test
from netlink import query, u32
from watch import KIND, Watch
from workload import Workload, wait_until
from writer import Writer

KMOD = os.path.dirname(os.path.abspath(__file__)) + "/kmod/"
WATCHER = {watch.key(name) for name in ("id", "port", "kinds")}
PERCPU = "/sys/module/failpercpu/parameters/nth"
# What a request may be answered whose memory is not to be had.
REFUSALS = {errno.ENOMEM, errno.ENOBUFS}
# More than any request asks for; one that goes on is caught in a circle.
MOST = 3000
# An answer may change by itself, as when kswapd passes: not so often in a row.
TRIES = 3
FAILED = collections.Counter()
SITES = set()
# What stays the same in files that tell more than that.
STANDING = {
    "info": r"^(?!watches ).*",
    "lru": r"^lruvec \d+ node=\d+|path=.*|^born \d+|^tier \d+ \S+",
    "tails": r"^lruvec \d+ node=\d+|^tail .*",
    "zones": r"^node \d+|^zone \d+ \S+|^count \S+|^reserve .*|^free-blocks",
    "watches": r"^watch \d+ port=\d+ kinds=\S+ target=\S+",
    "pid/faults": r"^watch \d+|^thread .*|^vma .*",
}


def told(messages, moving):
    """The attributes of an answer, but the one that is another each time."""
    moving = spec.CONST["MMLENS_A_" + moving]
    return [pair for message in messages for pair in message.attrs
            if pair[0] != moving]


def dump(command, payload=b""):
    with netlink.Socket() as sock:
        return told(sock.dump(command, payload), "QUERY_STALL")


def do(command, payload=b"", moving="QUERY_STALL"):
    with netlink.Socket() as sock:
        return told([sock.do(command, payload)], moving)


def lruvecs():
    return [(vec.path, vec.head.cgroup, vec.head.node, vec.head.removed,
             [generation.number for generation in vec.generations],
             [(tier.type, tier.tier) for tier in vec.tiers])
            for vec in system.lru()]


def nodes():
    return {number: (list(node.counts), list(node.zones), node.reserves,
                     list(node.blocks))
            for number, node in system.nodes().items()}


def peek(**where):
    """Which folios, and the names of their files."""
    seen = system.peek(**where)
    return [folio.pfn for folio in seen.folios], seen.files


def watchers():
    with netlink.Socket() as sock:
        return [pair for message in sock.dump("watcher")
                for pair in message.attrs if pair[0] in WATCHER]


def watching(**values):
    """A watch that begins and ends, with the smallest ring: what a larger one asks
    for more is more of the same."""
    with Watch(room=None, ring_bytes=4096, **values) as mine:
        return mine.cookie


def through_file(name, text=None):
    """Read a file of debugfs, after writing to it."""
    fd = os.open(f"{debugfs.ROOT}/{name}", os.O_RDWR if text else os.O_RDONLY)
    try:
        if text:
            os.write(fd, text.encode())
        out = debugfs.rest(fd)
    finally:
        os.close(fd)
    return re.findall(STANDING[name], out, re.M) if name in STANDING else out


def files():
    """All of debugfs, by their names below the root."""
    for folder, _, names in os.walk(debugfs.ROOT):
        for name in names:
            yield os.path.relpath(os.path.join(folder, name), debugfs.ROOT)


def kinds():
    """What can be watched here."""
    return [kind for kind in KIND if watch.info()[2] & KIND[kind]]


def requests(target, mine):
    """Each operation of the spec, and each file: a name, and what asks. Of a
    target, and of a watch."""
    pid, area = target.pid, target.area("anon")
    where, where_to_peek = query(pid=pid, address=area.start), peeked()
    fd = netlink.open_pagemap(pid)
    root = os.stat("/sys/fs/cgroup").st_ino
    out = {
        "info": lambda: do("info", moving="INFO_WATCHES"),
        "mm": lambda: do("mm", query(pagemap_fd=fd)),
        "sharer": lambda: dump("sharer", query(pid=pid)),
        "vma": lambda: dump("vma", query(pid=pid)),
        "page": lambda: dump("page", query(pid=pid,
                                           detail=netlink.ALL_DETAILS)),
        "walk": lambda: do("walk", where),
        "mapper": lambda: dump("mapper", where),
        "lru": lruvecs,
        "node": nodes,
        "peek": lambda: peek(node=0, count=64, end="tail", **where_to_peek),
        "watch": lambda: watching(pid=pid, kinds=["fault"], stacks=True,
                                  follow=True),
        "watch a cgroup": lambda: watching(kinds=["count"], cgroup=root),
        "unwatch": mine.stop,
        "counts": mine.ask,
        "watcher": watchers,
    }
    for name in files():
        text = None
        if name.startswith("pid/"):
            text = f"{pid} {area.start:x}" if name == "pid/mappers" else str(pid)
        out["file " + name] = lambda name=name, text=text: through_file(
            name, text)
    return out


def peeked():
    """A list of the root cgroup that is there; the oldest generation."""
    if oracle.slurp("/sys/kernel/mm/lru_gen/enabled").strip() == b"0x0000":
        return {"lru": "inactive-file"}
    return {"lru": "generation", "type": "file", "zone": "dma32"}


def failing_at(number, name, ask, nth):
    """What is answered when an allocation fails, with what errno it is refused,
    and whether there was such an allocation."""
    answer = refused = None
    with nth.fail(number) as happened:
        try:
            answer = ask()
        except (netlink.Refused, OSError) as error:
            refused = error.errno
    if refused is not None and refused not in REFUSALS:
        raise AssertionError(
            f"{name}: {errno.errorcode.get(refused, refused)} when "
            f"allocation {number} fails")
    return answer, refused, happened[0]


def in_turn(name, ask, nth, first=1):
    """Let the first, the second, ... allocation of a request fail, until there is
    none left to fail. How many there were."""
    whole = ask()
    for number in range(first, first + MOST):
        for _ in range(TRIES):
            answer, refused, happened = failing_at(number, name, ask, nth)
            last, whole = whole, ask()
            if refused is None and answer not in (last, whole):
                raise AssertionError(
                    f"{name}: not whole when allocation {number} fails: "
                    f"{difference(answer, whole)}")
            # As if nothing had been.
            if whole == last:
                break
            note(f"{name} changes at allocation {number}: "
                 f"{difference(last, whole)}")
        else:
            raise AssertionError(
                f"{name} changes when allocation {number} fails")
        if not happened:
            equal(refused, None, f"{name}, with nothing left to fail")
            return number - first
    raise AssertionError(f"{name} asks for memory without end")


def difference(one, other):
    """Where two answers part, and what each goes on with."""
    one, other = str(one), str(other)
    at = len(os.path.commonprefix([one, other]))
    return (f"at {at} of {len(one)} and {len(other)}: "
            f"{one[max(0, at - 80):at + 80]!r}, "
            f"{other[max(0, at - 80):at + 80]!r}")


def nothing_attached():
    wait_until(lambda: watch.info()[:2] == (0, 0), "the end of all watches")


def collect(record):
    for frames in record.read():
        SITES.add(frames[0])
        FAILED[frames[0][0]] += 1


def needs_failures():
    if not failing.can():
        raise Skip("no fault injection in this kernel; "
                   "--kernel 6.12-debug has it")


def all_of(asked, nth, record, first=None):
    """Each request in turn; a line that says how many allocations each has."""
    counts = {}
    for name, ask in asked.items():
        counts[name] = in_turn(name, ask, nth, first[name] if first else 1)
        collect(record)
    figure("allocations made to fail", sum(counts.values()))
    return counts, ", ".join(f"{name} {count}"
                             for name, count in counts.items() if count)


@test("each allocation of each request fails once: an error, or a whole answer")
def each_in_turn():
    needs_failures()
    failing.prepare()
    known = {name.removeprefix("MMLENS_CMD_").lower()
             for name in spec.CONST if name.startswith("MMLENS_CMD_")}
    nth = failing.Nth()
    # The kernel's ring buffer tells of memory that it does not get by a warning,
    # and its kprobes do not survive it when they are disarmed (module/hook.c):
    # what they ask for there is theirs, and left out.
    ring = failing.function_text("trace_rb_cpu_prepare")
    disarm = failing.function_text("disable_kprobe")
    setup.quiet()
    with Workload("state", "anon", "thp", "forked") as target, \
            failing.Record() as record:
        target.stop()
        # Somebody watches all: nothing is put into the kernel, or taken out.
        with Watch(room=None, everything=True, kinds=kinds()), \
                Watch(room=None, pid=target.pid, kinds=["count"]) as mine:
            asked = requests(target, mine)
            equal(known - set(asked) - {"max", "event"}, set(),
                  "operations that nobody asks for here")
            failing.aim(failing.module_text(), ring)
            counts, told = all_of(asked, nth, record)
            note("for the module: " + told)
            assert sum(counts.values()) > 100, counts
            failing.aim(failing.netlink_text(), ring)
            note("for netlink: " + all_of(asked, nth, record)[1])
            failing.aim(failing.module_text(), disarm)
            watches = {f"watch {kind}": lambda kind=kind: watching(
                everything=True, kinds=[kind]) for kind in kinds()}
            # What comes last comes after the probes when nobody else watches.
            first = {name: max(1, nth.count(ask) - 2)
                     for name, ask in watches.items()}
        nothing_attached()
        note("for probes: " + all_of(watches, nth, record, first)[1])
    failing.aim(failing.ALL_TEXT)
    nth.close()
    nothing_attached()


@test("each allocation of loading fails once: not loaded, or whole")
def loading():
    needs_failures()
    failing.prepare()
    setup.unload()
    failing.aim(failing.module_text())
    nth, count = failing.Nth(), 0
    with failing.Record() as record:
        while True:
            count += 1
            assert count < MOST, "loading asks for memory without end"
            refused = None
            with nth.fail(count) as happened:
                try:
                    setup.load_again()
                except OSError as error:
                    refused = error.errno
            equal(setup.loaded(), refused is None, "loaded, if not refused")
            if refused is None:
                do("info")
                # Without a file of debugfs it is of use, too.
                setup.unload()
            else:
                equal(refused, errno.ENOMEM, f"loading, allocation {count}")
            collect(record)
            if not happened[0]:
                break
    nth.close()
    setup.load()
    note(f"{count - 1} allocations")
    figure("allocations made to fail", count - 1)
    assert count > 3, count


@test("memory for a ring, which a worker asks for: refused, or a whole ring")
def rings():
    needs_failures()
    failing.prepare()
    refused = 0
    with failing.Record() as record:
        for interval in range(1, 17):
            # What the kernel warns of is left out here, too.
            failing.aim(failing.function_text("make_ring", "mmlens"),
                        failing.function_text("trace_rb_cpu_prepare"))
            with failing.everywhere(100, interval):
                try:
                    watching(everything=True, kinds=["fault"])
                except netlink.Refused as error:
                    equal(error.errno, errno.ENOMEM, f"one of {interval}")
                    refused += 1
            failing.aim(failing.ALL_TEXT)
            watching(everything=True, kinds=["fault"])
            collect(record)
    note(f"{refused} of 16 refused")
    assert refused >= 4, refused
    nothing_attached()
    figure("allocations made to fail", refused)


@test("messages of events that find no memory: later, or counted as lost")
def sending():
    needs_failures()
    failing.prepare()
    with failing.Record() as record:
        for interval in 1, 2, 3:
            with Writer() as target, \
                    Watch(pid=target.pid, kinds=["fault"], stacks=True) as mine:
                failing.aim(failing.module_text())
                with failing.everywhere(100, interval):
                    target.write(64)
                    time.sleep(0.5)
                failing.aim(failing.ALL_TEXT)
                counts = mine.finish()
                assert counts.faults.events >= 60, counts.faults
                note(f"one of {interval} fails: {mine.delivered} delivered, "
                     f"{sum(counts.lost.values())} lost")
            collect(record)
    nothing_attached()
    assert FAILED["send"] > 0, FAILED


@test("a child that is followed finds no memory: told, and nothing breaks")
def following():
    needs_failures()
    failing.prepare()
    failing.aim(failing.module_text())
    with failing.Record() as record, \
            Watch(pid=os.getpid(), kinds=["count"], follow=True) as mine:
        with failing.everywhere(100):
            for _ in range(8):
                subprocess.run(["true"], check=True)
        counts = mine.ask()
        collect(record)
        # No loss is silent.
        assert counts.faults.unfollowed >= 8, counts.faults
    failing.aim(failing.ALL_TEXT)
    nothing_attached()


@test("each allocation of per-CPU memory fails once")
def per_cpu():
    subprocess.run(["insmod", KMOD + "failpercpu.ko"], check=True)
    try:
        failed = 0
        for kind in "fault", "count", "eviction", "reclaim":
            for number in range(1, 20):
                setup.put(PERCPU, str(number))
                refused = None
                try:
                    watching(everything=True, kinds=[kind])
                except netlink.Refused as error:
                    refused = error.errno
                with open(PERCPU, encoding="ascii") as file:
                    happened = int(file.read()) <= 0
                setup.put(PERCPU, "0")
                equal(refused, errno.ENOMEM if happened else None,
                      f"{kind}, allocation {number}")
                watching(everything=True, kinds=[kind])
                if not happened:
                    break
                failed += 1
        note(f"{failed} failed")
        # A ring's losses, and the paths of faults and of evictions.
        assert failed >= 4, failed
        figure("allocations made to fail", failed)
    finally:
        subprocess.run(["rmmod", "failpercpu"], check=True)
    nothing_attached()


@test("every place of the module that allocates has failed")
def all_sites():
    needs_failures()
    # Per-CPU memory: the test above.
    want = {site: allocator for site, allocator in failing.sites().items()
            if "pcpu" not in allocator and "percpu" not in allocator}
    missing = {site: want[site] for site in want if site not in SITES}
    note(f"{len(want) - len(missing)} of {len(want)} places; "
         f"{len(SITES - set(want))} more by way of the kernel's functions")
    equal(missing, {}, "places that never failed")
    figure("places that allocate, each made to fail", len(want))


main()
