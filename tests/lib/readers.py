# SPDX-License-Identifier: GPL-2.0
"""Every way to ask there is, by name; and what is told must be possible, whatever
becomes of the target meanwhile. A way that has no case here is an error."""
import errno
import os
import random
import re
import threading
import time

import debugfs
import netlink
import spec
import system
import vmas
import watch
from netlink import ALL_DETAILS, query, u32
from oracle import PAGE

SPEC = "/mmlens/module/uapi/mmlens.yaml"
STATES = set(spec.ENUM["state"].values())
LEVELS = set(spec.ENUM["level"].values())
COUNTS = spec.ENUM["detail"]["counts"]
TOP = 1 << 56
# What may be answered of a target that is leaving, that keeps changing, or has
# no page there; and of a list that moved on.
LEGAL = {errno.ESRCH, errno.ENODATA, errno.EBUSY, errno.EAGAIN, errno.ENOENT,
         errno.ERANGE}
READERS = {}


class Target:
    """A process that is read, and its pagemap: what was opened stays that of the
    address space there was, whatever the process becomes."""

    def __init__(self, pid, start=0, end=TOP):
        self.pid, self.start, self.end = pid, start, end
        self.fd = netlink.open_pagemap(pid)
        self.answers, self.gone = 0, 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        os.close(self.fd)

    def by_some_name(self, draw):
        if draw.random() < 0.5:
            return {"pid": self.pid}
        return {"pagemap_fd": self.fd}

    def somewhere(self, draw):
        return draw.randrange(self.start, self.end, PAGE)


def reader(name):
    def register(function):
        READERS[name] = function
        return function
    return register


def operations(how="do|dump"):
    """What the spec says can be asked; an event is none."""
    with open(SPEC, encoding="utf-8") as file:
        text = file.read().partition("\noperations:")[2]
    parts = re.split(r"^      name: ", text, flags=re.M)[1:]
    return [part.partition("\n")[0] for part in parts
            if re.search(rf"^      ({how}):", part, re.M)]


def files():
    """The files there are in debugfs, below the root of ours."""
    return [os.path.relpath(os.path.join(where, name), debugfs.ROOT)
            for where, _, names in os.walk(debugfs.ROOT) for name in names]


def ways():
    """Names of all that can be asked."""
    return operations() + ["debugfs " + name for name in files()]


def sane_run(run, at=0):
    assert run.start >= at, (hex(at), run)
    assert run.pages > 0 and run.start % PAGE == 0, run
    assert run.start + run.pages * PAGE <= TOP, run
    assert run.state in STATES and run.level in LEVELS, run
    if run.facts & COUNTS:
        assert run.refcount >= 1 and run.mapcount < 100000, run


def sane_runs(runs):
    at = 0
    for run in runs:
        sane_run(run, at)
        at = run.start + run.pages * PAGE


def check_vmas(told):
    at = 0
    for one in told:
        assert at <= one.vma.start < one.vma.end <= TOP, (hex(at), one)
        assert one.vma.start % PAGE == one.vma.end % PAGE == 0, one
        at = one.vma.end


@reader("info")
def info(_target, _draw):
    watches, attached, watchable = watch.info()
    assert watches <= 64 and attached & ~watchable == 0, (watches, attached)


@reader("mm")
def mm(target, draw):
    with netlink.Socket() as sock:
        told = sock.do("mm", query(**target.by_some_name(draw)))
    counters = spec.unpack("counters", told.one("counters"))
    layout = spec.unpack("layout", told.one("layout"))
    # Ours is one of them, while it is read.
    assert counters.mm_users >= 1 and counters.total_vm < 1 << 40, counters
    assert layout.start_code <= layout.end_code < TOP, layout


@reader("sharer")
def sharer(target, draw):
    with netlink.Socket() as sock:
        messages = sock.dump("sharer", query(**target.by_some_name(draw)))
    for message in messages:
        for value in message.all("sharer"):
            told = spec.unpack("sharer", value)
            assert told.pid > 0 and told.tid > 0, told


@reader("vma")
def vma(target, draw):
    check_vmas(vmas.dump(**target.by_some_name(draw)).vmas)


@reader("page")
def page(target, draw):
    where = target.by_some_name(draw)
    if draw.random() < 0.3:
        where.update(each=True, start=target.start,
                     end=min(target.end, target.start + (64 << 20)))
    with netlink.Socket() as sock:
        sane_runs(netlink.runs_of(sock.dump("page", query(
            detail=ALL_DETAILS, **where))))


@reader("walk")
def walk(target, draw):
    address = target.somewhere(draw)
    with netlink.Socket() as sock:
        told = sock.do("walk", query(address=address,
                                     **target.by_some_name(draw)))
    run, = netlink.runs_of([told])
    sane_run(run)
    assert run.start <= address < run.start + run.pages * PAGE, (address, run)


def where_a_page_is(target, draw, ask):
    """At most places of a target is no page, of which there is less to tell: some
    are tried."""
    for _ in range(15):
        try:
            return ask(target.somewhere(draw))
        except (netlink.Refused, OSError) as error:
            if error.errno != errno.ENOENT:
                raise
    return ask(target.somewhere(draw))


@reader("mapper")
def mapper(target, draw):
    name = target.by_some_name(draw)
    told = where_a_page_is(target, draw, lambda address: netlink.mappers(
        address=address, **name))
    sane_run(told.page)
    for one in told.mappers:
        assert one.state in STATES and one.address < TOP, one


@reader("lru")
def lru(_target, _draw):
    for lruvec in system.lru():
        assert all(size.pages < 1 << 40 for size in lruvec.sizes), lruvec.sizes


@reader("node")
def node(_target, _draw):
    assert system.nodes(), "no node"


@reader("peek")
def peek(_target, draw):
    lruvec = draw.choice(system.lru())
    where = {"cgroup": lruvec.head.cgroup, "node": lruvec.head.node}
    if lruvec.generations and draw.random() < 0.7:
        where.update(lru="generation", type=draw.choice(["anon", "file"]),
                     zone=draw.choice(["normal", "dma32"]))
    else:
        where.update(lru=draw.choice(system.LISTS[:4]))
    told = system.peek(end=draw.choice(["head", "tail"]), **where)
    for folio in told.folios:
        assert folio.state in STATES and folio.pfn > 0, folio


@reader("watch")
def watched(target, draw):
    """Begun, read for a moment, and left in some way."""
    kinds = draw.choice([["count"], ["fault"], ["fault", "eviction"]])
    where = target.by_some_name(draw)
    if draw.random() < 0.3:
        where["follow"] = True
    with watch.Watch(kinds=kinds, room=None, **where) as one:
        told = one.ask().faults
        assert told.processes <= 10000 and told.missed == 0, told
        if draw.random() < 0.5 and one.sock.ready(0.02):
            one.sock.receive()
        for event in one.faults:
            assert event.address < TOP and event.fault_class in watch.CLASS, \
                event
        target.answers += 1


@reader("unwatch")
def unwatch(target, draw):
    with watch.Watch(kinds=["fault"], **target.by_some_name(draw)) as one:
        one.finish(seconds=20)


@reader("counts")
def counts(target, draw):
    with watch.Watch(**target.by_some_name(draw)) as one:
        before = one.ask().faults
        after = one.ask().faults
        assert after.time >= before.time, (before, after)
        assert after.minor >= before.minor, (before, after)


@reader("watcher")
def watcher(_target, _draw):
    with netlink.Socket() as sock:
        for message in sock.dump("watcher"):
            assert dict(message.attrs)[watch.key("id")], message.attrs


def read_file(name, write=None):
    fd = os.open(f"{debugfs.ROOT}/{name}", os.O_RDWR if write else os.O_RDONLY)
    try:
        if write:
            os.write(fd, write.encode())
        return debugfs.rest(fd)
    finally:
        os.close(fd)


def of_file(name):
    """A case for a file; mappers ask for an address, too."""
    def read(target, draw):
        if name == "pid/mappers":
            where_a_page_is(target, draw, lambda address: read_file(
                name, f"{target.pid} {address:x}"))
        else:
            read_file(name,
                      str(target.pid) if name.startswith("pid/") else None)
    return read


for _name in ("info", "lru", "zones", "tails", "watches", "pid/mm", "pid/vmas",
              "pid/pages", "pid/mappers", "pid/faults"):
    READERS["debugfs " + _name] = of_file(_name)


class Reader(threading.Thread):
    """Reads whatever target there is at the moment, in ways drawn from a seed,
    until it is told to stop."""

    def __init__(self, seed, current, names=None, legal=()):
        super().__init__(daemon=True)
        self.legal = LEGAL.union(legal)
        self.lock = threading.Lock()
        self.draw, self.current = random.Random(seed), current
        self.names = names or sorted(READERS)
        self.answers = {name: 0 for name in self.names}
        self.refused, self.failure, self.over = {}, None, False

    def run(self):
        try:
            while not self.over:
                # Each in its turn, in an order of its own.
                for name in self.draw.sample(self.names, len(self.names)):
                    with self.lock:
                        target = None if self.over else self.current()
                        if target:
                            self.ask(name, target)
                    if not target:
                        time.sleep(0.001)
        except Exception as error:  # pylint: disable=broad-except
            self.failure = error

    def ask(self, name, target):
        try:
            READERS[name](target, self.draw)
        except (netlink.Refused, netlink.Absent, OSError) as error:
            # That there is no family is an error of its own.
            number = getattr(error, "errno", errno.EPROTONOSUPPORT)
            if number not in self.legal:
                raise AssertionError(f"{name} of {target.pid}") from error
            self.refused[number] = self.refused.get(number, 0) + 1
            target.gone += number == errno.ESRCH
        except AssertionError as error:
            raise AssertionError(f"{name} of {target.pid}") from error
        else:
            self.answers[name] += 1
            target.answers += 1


class Readers:
    """So many readers at once, of what .target is: "with" has them read."""

    def __init__(self, count=2, seed=1, names=None, legal=()):
        self.target = None
        self.all = [Reader(seed * 1000 + i, lambda: self.target, names, legal)
                    for i in range(count)]

    def __enter__(self):
        for one in self.all:
            one.start()
        return self

    def __exit__(self, kind, *_):
        for one in self.all:
            one.over = True
        for one in self.all:
            one.join()
        if not kind:
            self.check()

    def leave(self):
        """Nobody is in the target when this returns: it may be closed."""
        self.target = None
        for one in self.all:
            with one.lock:
                pass

    def check(self):
        """Has one of them failed so far?"""
        for one in self.all:
            if one.failure:
                raise AssertionError("a reader failed") from one.failure

    def answers(self):
        out = {}
        for one in self.all:
            for name, count in one.answers.items():
                out[name] = out.get(name, 0) + count
        return out

    def refused(self):
        out = {}
        for one in self.all:
            for number, count in one.refused.items():
                name = errno.errorcode[number]
                out[name] = out.get(name, 0) + count
        return out


def begin_dump(command, pid, address, received=0):
    """A dump that is open, of any kind: its socket. So many messages of it were
    read; a short one may have ended by then."""
    sock = watch.Socket()
    payload = b""
    if command == "counts":
        one = dict(sock.do("watch", watch.wish(pid=pid)).attrs)
        payload = u32(watch.key("id"), int.from_bytes(
            one[watch.key("id")], "little"))
    elif command == "mapper":
        payload = query(pid=pid, address=address)
    elif command in ("page", "vma", "sharer"):
        payload = query(pid=pid)
    sock.start_dump(command, payload)
    for _ in range(received):
        sock.receive()
    return sock
