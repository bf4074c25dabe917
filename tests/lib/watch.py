# SPDX-License-Identifier: GPL-2.0
"""Watches: begun, read, counted; and the kernel's own counts of faults."""
import collections
import errno
import os
import select
import socket
import time

import netlink
import oracle
import setup
import spec
from netlink import attr, u32, u64

CONST, ENUM = spec.CONST, spec.ENUM
CLASS = {number: name for name, number in ENUM["forecast"].items()}
ORIGIN = {number: name for name, number in ENUM["origin"].items()}
ACCESS = {number: name for name, number in ENUM["access"].items()}
KIND, FLAG = ENUM["watch_kind"], ENUM["fault_flag"]
RING_MOST = 16 << 20
# The least in which answers of any kind find room beside the events: half of what
# the kernel makes of it, twice as much.
ROOM_LEAST = 34 << 10
# The events as they come: by attribute, the name and the struct.
EVENTS = {CONST["MMLENS_A_WATCH_" + name.upper()]: (name, name + "_event")
          for name in ("fault", "eviction", "memory")}
FAULT_LAYOUT, FAULT = spec.STRUCT["fault_event"]
WIDE = {"cgroup", "start", "end", "min_latency"}
FLAGS = {"everything", "follow", "stacks"}

Vma = collections.namedtuple("Vma", "counts vma name")
Counts = collections.namedtuple(
    "Counts", "faults classes latencies threads vmas lost")


def key(name):
    return CONST["MMLENS_A_WATCH_" + name.upper()]


def wish(kinds=(), classes=None, **values):
    """Attributes of a request: wish(kinds=["fault"], pid=1, follow=True)."""
    out = b""
    if kinds:
        out += u32(key("kinds"), sum(KIND[kind] for kind in kinds))
    if classes is not None:
        out += u32(key("classes"), sum(1 << ENUM["forecast"][name]
                                       for name in classes))
    for name, value in values.items():
        if name in FLAGS:
            out += attr(key(name)) if value else b""
        elif value is not None:
            out += (u64 if name in WIDE else u32)(key(name), value)
    return out


def read_vma(data):
    parts = dict(netlink.attrs_of(data))
    name = parts.get(CONST["MMLENS_A_WATCHED_VMA_NAME"], b"")
    return Vma(
        spec.unpack("vma_counts", parts[CONST["MMLENS_A_WATCHED_VMA_COUNTS"]]),
        spec.unpack("vma", parts[CONST["MMLENS_A_WATCHED_VMA_VMA"]]),
        name.rstrip(b"\0").decode(errors="backslashreplace"))


class Socket(netlink.Socket):
    """Events may come at any time: they are kept, each with its watch."""

    def __init__(self, room=None):
        self.watches = {}
        self.early = []
        super().__init__()
        if room:
            # As much as is asked for, whatever the system's limit is.
            force = getattr(socket, "SO_RCVBUFFORCE", 33)
            self.sock.setsockopt(socket.SOL_SOCKET, force, room)

    def receive(self):
        rest = []
        for message in super().receive():
            kind, _, sequence, payload = message
            if (self.family and kind == self.family and not sequence and
                    payload[0] == CONST["MMLENS_CMD_EVENT"]):
                self.keep(netlink.attrs_of(payload, 4))
            else:
                rest.append(message)
        return rest

    def keep(self, attrs):
        number = int.from_bytes(dict(attrs)[key("id")], "little")
        if number in self.watches:
            self.watches[number].take(attrs)
        else:
            # It may be faster than the answer to who asked for it.
            self.early.append((number, attrs))

    def ready(self, seconds):
        return bool(select.select([self.sock], [], [], seconds)[0])


class Watch:
    """A watch of its own socket, or of one that is given. "with" closes it."""

    def __init__(self, sock=None, room=64 << 20, **values):
        self.own = not sock
        self.sock = sock or Socket(room)
        self.faults, self.others, self.vmas, self.stacks = [], [], {}, {}
        self.lost, self.ended, self.order = 0, False, []
        try:
            answer = dict(self.sock.do("watch", wish(**values)).attrs)
        except netlink.Refused:
            if self.own:
                self.sock.close()
            raise
        self.id = int.from_bytes(answer[key("id")], "little")
        self.cookie = int.from_bytes(answer.get(key("cookie"), b""), "little")
        self.sock.watches[self.id] = self
        for number, attrs in self.sock.early:
            if number == self.id:
                self.take(attrs)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        if self.own:
            self.sock.close()

    def take(self, attrs):
        """The attributes of one message."""
        for kind, value in attrs:
            if kind == key("fault"):
                self.faults.append(FAULT._make(
                    FAULT_LAYOUT.unpack_from(value)))
            elif kind in EVENTS:
                name, layout = EVENTS[kind]
                self.others.append((name, spec.unpack(layout, value)))
            elif kind == key("watched_vma"):
                vma = read_vma(value)
                self.vmas[vma.counts.index] = vma
            elif kind == key("lost"):
                self.lost = int.from_bytes(value, "little")
            elif kind == key("stack"):
                self.take_stack(value)
            elif kind == key("ended"):
                self.ended = True

    def take_stack(self, data):
        serial, frames = None, []
        for kind, value in netlink.attrs_of(data):
            number = int.from_bytes(value, "little")
            if kind == CONST["MMLENS_A_STACK_SERIAL"]:
                serial = number
            elif kind == CONST["MMLENS_A_STACK_ADDRESS"]:
                frames.append(number)
        self.stacks[serial] = frames

    @property
    def delivered(self):
        return len(self.faults) + len(self.others)

    def ask(self):
        """The counts, by name."""
        messages = self.sock.dump("counts", u32(key("id"), self.id))
        classes, latencies, threads, vmas, lost = {}, {}, {}, {}, {}
        faults = None
        for kind, value in (pair for m in messages for pair in m.attrs):
            if kind == key("fault_counts"):
                faults = spec.unpack("fault_counts", value)
            elif kind == key("class_counts"):
                row = spec.unpack("class_counts", value)
                classes[CLASS[row.fault_class]] = row
            elif kind == key("latency_count"):
                row = spec.unpack("latency_count", value)
                latencies.setdefault(CLASS[row.fault_class], []).append(row)
            elif kind == key("thread_counts"):
                row = spec.unpack("thread_counts", value)
                threads[row.tid] = row
            elif kind == key("watched_vma"):
                vma = read_vma(value)
                vmas[vma.counts.index] = vma
            elif kind == key("loss"):
                row = spec.unpack("loss", value)
                lost[row.cpu] = row.lost
        return Counts(faults, classes, latencies, threads, vmas, lost)

    def stop(self):
        self.sock.do("unwatch", u32(key("id"), self.id))

    def finish(self, seconds=60):
        """Stop, and read until every event has come or is known to be lost.
        The counts."""
        self.stop()
        counts = self.ask()
        end = time.monotonic() + seconds * setup.PATIENCE
        while self.delivered + self.lost < counts.faults.events:
            if time.monotonic() > end:
                break
            if self.sock.ready(0.5):
                self.sock.receive()
        check_books(self, counts)
        return counts

    def read_until(self, condition, what, seconds=30):
        seconds *= setup.PATIENCE
        end = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > end:
                raise AssertionError(f"waited {seconds} s for {what}")
            if self.sock.ready(0.2):
                self.sock.receive()


def check_books(watch, counts):
    """What was delivered and what was lost is all there was, and no event came
    twice."""
    lost = sum(counts.lost.values())
    if (watch.delivered + lost != counts.faults.events or
            watch.lost not in (0, lost)):
        raise AssertionError(
            f"{watch.delivered} delivered and {lost} lost (told {watch.lost}) "
            f"of {counts.faults.events}")
    serials = {event.serial for event in watch.faults}
    serials.update(event.serial for _, event in watch.others)
    if len(serials) != watch.delivered or serials and (
            max(serials) >= counts.faults.events):
        raise AssertionError("serial numbers come twice, or are too large")


def by_class(events):
    return collections.Counter(CLASS[e.fault_class] for e in events)


def info():
    """What the module says of watches: count, kinds attached, watchable."""
    with netlink.Socket() as sock:
        attrs = dict(sock.do("info").attrs)
    return tuple(int.from_bytes(attrs.get(
        CONST["MMLENS_A_INFO_" + name], b""), "little")
        for name in ("WATCHES", "ATTACHED", "WATCHABLE"))


def everybody():
    """Counts of all watches, asked by somebody else: by number."""
    with netlink.Socket() as sock:
        out = {}
        for message in sock.dump("watcher"):
            attrs = dict(message.attrs)
            out[int.from_bytes(attrs[key("id")], "little")] = spec.unpack(
                "fault_counts", attrs[key("fault_counts")])
        return out


def refused(sock=None, payload=None, command="watch", **values):
    """The errno and the sentence of a request that must be refused."""
    own = sock or Socket()
    try:
        own.do(command, payload if payload is not None else wish(**values))
    except netlink.Refused as reason:
        return reason.errno, reason.text
    finally:
        if not sock:
            own.close()
    raise AssertionError(f"not refused: {values}")


def keeper():
    """To attach the first watch of a kind and to detach the last takes many grace
    periods of RCU, one after the other for all that come and go: of that there is
    less while this watch of everything is there."""
    return Watch(kinds=list(KIND), everything=True, room=None, ring_bytes=4096)


# The kernel's own counts.

Booked = collections.namedtuple("Booked", "minor major child_minor child_major")


def booked(pid):
    """Faults that the kernel has counted for a process, or a thread
    (PID/task/TID), in whosever memory they were."""
    return Booked(*(int(oracle.stat(pid)[i]) for i in (7, 9, 8, 10)))


def less(after, before):
    return Booked(*(a - b for a, b in zip(after, before)))


def probes():
    """The kernel's list of kprobes on the function of faults; as long as the
    module is there, without one that is kept, disarmed, for who still sleeps."""
    loaded = os.path.exists("/sys/module/mmlens")
    with open("/sys/kernel/debug/kprobes/list", encoding="ascii") as file:
        return [line for line in file
                if ("handle_mm_fault" in line or "mmlens" in line) and
                not (loaded and "[DISABLED]" in line)]


def threads_of(pid):
    """Faults by thread."""
    return {int(tid): booked(f"{pid}/task/{tid}")
            for tid in os.listdir(f"/proc/{pid}/task")}
