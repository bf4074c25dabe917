# SPDX-License-Identifier: GPL-2.0
"""A generic netlink client in a few lines: also for requests no sane client
would make, and for dumps that are left half read."""
import collections
import errno
import os
import socket
import struct

import spec

NLM_F_REQUEST, NLM_F_ACK, NLM_F_DUMP_INTR, NLM_F_DUMP = 1, 4, 0x10, 0x300
NLM_F_CAPPED, NLM_F_ACK_TLVS = 0x100, 0x200
NLMSG_ERROR, NLMSG_DONE, GENL_ID_CTRL = 2, 3, 16
NLA_F_NESTED = 0x8000
SOL_NETLINK, NETLINK_CAP_ACK, NETLINK_EXT_ACK = 270, 10, 11
NETLINK_GET_STRICT_CHK = 12
BUFFER = 32768


class Refused(Exception):
    """An error from the kernel, with what its extended acknowledge says."""

    def __init__(self, number, text="", offset=None, missing=None):
        super().__init__(f"{errno.errorcode.get(number, number)}: {text}")
        self.errno = number
        self.text = text
        self.offset = offset
        self.missing = missing


class Absent(Exception):
    """The kernel knows no such family."""


def attr(kind, data=b""):
    if isinstance(data, str):
        data = data.encode() + b"\0"
    length = 4 + len(data)
    return struct.pack("<HH", length, kind) + data + b"\0" * (-length % 4)


def u32(kind, value):
    return attr(kind, struct.pack("<I", value & 0xffffffff))


def u64(kind, value):
    return attr(kind, struct.pack("<Q", value & 0xffffffffffffffff))


def attrs_of(data, offset=0):
    """Pairs of type and value."""
    out = []
    while offset + 4 <= len(data):
        length, kind = struct.unpack_from("<HH", data, offset)
        if length < 4:
            raise ValueError("an attribute shorter than its header")
        out.append((kind & 0x3fff, bytes(data[offset + 4:offset + length])))
        offset += (length + 3) & ~3
    return out


def query(**values):
    """Attributes by name: query(pid=1, start=0x1000, each=True)."""
    out = b""
    wide = {"start", "end", "address", "frame"}
    for name, value in values.items():
        kind = spec.CONST["MMLENS_A_QUERY_" + name.upper()]
        if name == "each":
            out += attr(kind) if value else b""
        elif name in wide:
            out += u64(kind, value)
        else:
            out += u32(kind, value)
    return out


class Message:
    """One message of an answer."""

    def __init__(self, flags, payload):
        self.flags = flags
        self.attrs = attrs_of(payload, 4)

    def all(self, name):
        kind = spec.CONST["MMLENS_A_QUERY_" + name.upper()]
        return [value for key, value in self.attrs if key == kind]

    def one(self, name):
        found = self.all(name)
        return found[0] if found else None

    def number(self, name):
        value = self.one(name)
        return None if value is None else int.from_bytes(value, "little")


class Socket:
    """A socket of its own, with nothing remembered but sequence numbers."""

    @staticmethod
    def opened():
        """Tests may put sockets here that somebody else has opened."""
        return socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 16)

    def __init__(self, buffer=BUFFER, family="mmlens"):
        self.sock = self.opened()
        self.sock.bind((0, 0))
        for option in NETLINK_CAP_ACK, NETLINK_EXT_ACK, NETLINK_GET_STRICT_CHK:
            self.sock.setsockopt(SOL_NETLINK, option, 1)
        self.buffer = buffer
        self.sequence = 0
        self.family = None
        if family:
            self.family = self.resolve(family)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.sock.close()

    def resolve(self, name):
        self.send(GENL_ID_CTRL, 3, attr(2, name), NLM_F_ACK)
        try:
            answers = list(self.answers())
        except Refused as refused:
            if refused.errno == errno.ENOENT:
                raise Absent(name) from refused
            raise
        return struct.unpack("<H", dict(answers[0].attrs)[1])[0]

    def send(self, family, command, payload=b"", flags=0):
        self.sequence += 1
        body = struct.pack("<BBH", command, 1, 0) + payload
        self.sock.send(struct.pack("<IHHII", 16 + len(body), family,
                                   NLM_F_REQUEST | flags, self.sequence, 0)
                       + body)

    def receive(self):
        """One buffer, as a list of (type, flags, sequence, payload)."""
        data, _, flags, _ = self.sock.recvmsg(self.buffer)
        if flags & socket.MSG_TRUNC:
            raise ValueError("a message longer than the buffer")
        out, offset = [], 0
        while offset < len(data):
            length, kind, flags, sequence, _ = struct.unpack_from(
                "<IHHII", data, offset)
            out.append((kind, flags, sequence,
                        data[offset + 16:offset + length]))
            offset += (length + 3) & ~3
        return out

    def answers(self):
        """The messages of the last request; the end, or what went wrong."""
        while True:
            for kind, flags, sequence, payload in self.receive():
                if sequence != self.sequence:
                    continue
                if kind in (NLMSG_ERROR, NLMSG_DONE):
                    self.finish(kind, flags, payload)
                    return
                yield Message(flags, payload)

    @staticmethod
    def finish(kind, flags, payload):
        code = -struct.unpack_from("<i", payload)[0] if len(payload) >= 4 else 0
        if not code:
            return
        text, offset, missing = "", None, None
        if flags & NLM_F_ACK_TLVS:
            start = 4
            if kind == NLMSG_ERROR:
                start = 20
                if not flags & NLM_F_CAPPED:
                    start += struct.unpack_from("<I", payload, 4)[0] - 16
            for key, value in attrs_of(payload, start):
                if key == 1:
                    text = value.rstrip(b"\0").decode()
                elif key == 2:
                    offset = int.from_bytes(value, "little")
                elif key == 5:
                    missing = int.from_bytes(value, "little")
        raise Refused(code, text, offset, missing)

    def do(self, command, payload=b""):
        """A request with one answer."""
        self.send(self.family, spec.CONST[f"MMLENS_CMD_{command.upper()}"],
                  payload, NLM_F_ACK)
        answers = list(self.answers())
        return answers[0] if answers else None

    def start_dump(self, command, payload=b""):
        self.send(self.family, spec.CONST[f"MMLENS_CMD_{command.upper()}"],
                  payload, NLM_F_DUMP)

    def dump(self, command, payload=b""):
        self.start_dump(command, payload)
        return list(self.answers())


def runs_of(messages):
    """The page runs of a dump, as tuples in the order of the struct."""
    layout, make = spec.STRUCT["page_run"]
    kind = spec.CONST["MMLENS_A_QUERY_RUN"]
    return [make._make(layout.unpack_from(value))
            for message in messages
            for key, value in message.attrs if key == kind]


def pages(pid=None, fd=None, detail=0, **values):
    """All runs of a process, by PID or by an open pagemap file."""
    target = {"pid": pid} if fd is None else {"pagemap_fd": fd}
    with Socket() as sock:
        return runs_of(sock.dump("page", query(detail=detail, **target,
                                               **values)))


RUN = spec.STRUCT["page_run"][0]
RUN_HEAD = struct.pack("<HH", 4 + RUN.size,
                       spec.CONST["MMLENS_A_QUERY_RUN"])
RUN_RECORD = struct.Struct(f"<4x{RUN.format[1:]}{-RUN.size % 4}x")


def only_runs(payload):
    """The bytes of a message's runs, which stand together."""
    at = 4
    while at < len(payload) and payload[at:at + 4] != RUN_HEAD:
        at += (int.from_bytes(payload[at:at + 2], "little") + 3) & ~3
    end = at
    while payload[end:end + 4] == RUN_HEAD:
        end += RUN_RECORD.size
    return payload[at:end]


def page_bytes(pid, detail):
    """All runs of a process as they come: cheap to compare with others."""
    out = []
    with Socket() as sock:
        sock.start_dump("page", query(pid=pid, detail=detail))
        while True:
            for kind, flags, _, payload in sock.receive():
                if kind in (NLMSG_ERROR, NLMSG_DONE):
                    sock.finish(kind, flags, payload)
                    return b"".join(out)
                if flags & NLM_F_DUMP_INTR:
                    raise ValueError("the address space changed")
                out.append(only_runs(payload))


def unpack_runs(data):
    """The runs of page_bytes()."""
    make = spec.STRUCT["page_run"][1]._make
    return list(map(make, RUN_RECORD.iter_unpack(data)))


Mappers = collections.namedtuple("Mappers", "page mappers unknown")


def mappers(**where):
    """Who maps a page: of pid or pagemap_fd, and address; or of frame."""
    with Socket() as sock:
        messages = sock.dump("mapper", query(**where))
    return Mappers(runs_of(messages)[0],
                   [spec.unpack("mapper", value) for message in messages
                    for value in message.all("mapper")],
                   any(message.all("unknown") for message in messages))


def open_pagemap(pid):
    return os.open(f"/proc/{pid}/pagemap", os.O_RDONLY | os.O_CLOEXEC)


ALL_DETAILS = sum(spec.ENUM["detail"].values())
