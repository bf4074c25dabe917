# SPDX-License-Identifier: GPL-2.0
"""The VMAs of a process as mmlens tells them, through raw netlink."""
import collections

import netlink
import spec

FLAG = spec.ENUM["vma_flag"]
Told = collections.namedtuple("Told", "vma name ops")


class Dump:
    """A dump of VMAs: .vmas, .stall, .cookies, .interrupted."""

    def __init__(self, messages):
        self.vmas, self.stalls, self.cookies = [], [], set()
        self.interrupted = any(m.flags & netlink.NLM_F_DUMP_INTR
                               for m in messages)
        for message in messages:
            self.cookies.add(message.number("cookie"))
            data = message.one("vma")
            if data:
                self.vmas.append(Told(spec.unpack("vma", data),
                                      text(message.one("name")),
                                      text(message.one("ops"))))
            data = message.one("stall")
            if data:
                self.stalls.append(spec.unpack("stall", data))


def text(data):
    """A string attribute without the zero byte that ends it."""
    return None if data is None else data.rstrip(b"\0")


def dump(**target):
    with netlink.Socket() as sock:
        return Dump(sock.dump("vma", netlink.query(**target)))


def perms(flags):
    """The rights as maps writes them: s is for what may be shared."""
    return ("r" if flags & FLAG["read"] else "-") + \
        ("w" if flags & FLAG["write"] else "-") + \
        ("x" if flags & FLAG["exec"] else "-") + \
        ("s" if flags & FLAG["may-share"] else "p")


def maps_name(told):
    """The name as maps writes it: a newline escaped, nothing else."""
    return (told.name or b"").replace(b"\n", b"\\012")
