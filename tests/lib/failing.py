# SPDX-License-Identifier: GPL-2.0
"""Allocations that fail on demand, by number, and which of the module's they were.

Only a kernel that checks itself can do it (scripts/vm --kernel 6.12-debug).
"""
import contextlib
import os
import re
import struct
import threading

import setup
from setup import put

DEBUG = "/sys/kernel/debug"
ATTRIBUTES = "failslab", "fail_page_alloc"
TRACE = DEBUG + "/tracing"
ALL_TEXT = 0, 0xffffffffffffffff
NO_TEXT = 0, 0
# More than any request asks for.
MANY = 1 << 20
# Functions of the kernel that allocate for who calls them.
ALLOCATORS = re.compile(
    r"__?k[vmz]*alloc\w*|kmalloc_\w+|kv?m?alloc\w*|__kvmalloc\w*|__vmalloc\w*|"
    r"vmalloc\w*|(__alloc|pcpu_alloc|__alloc_percpu)\w*|alloc_workqueue\w*|"
    r"__ring_buffer_alloc\w*|kmem_cache_alloc\w*|kmemdup\w*|single_open|"
    r"seq_open\w*|alloc_pages\w*|get_free_pages\w*")


def can():
    return all(os.path.isdir(f"{DEBUG}/{name}") for name in ATTRIBUTES)


def symbols(*module):
    """Names of the kernel's text, or of a module's, by address."""
    with open("/proc/kallsyms", encoding="ascii") as file:
        rows = [line.split() for line in file]
    return [(int(row[0], 16), row[2]) for row in rows
            if row[1] in "tT" and row[3:] == [f"[{name}]" for name in module]]


def module_text():
    """Where modules lie: behind the kernel, which is all that is sure before
    ours is loaded. No other is."""
    with open("/proc/kallsyms", encoding="ascii") as file:
        end = [int(line.split()[0], 16) for line in file
               if line.split()[2] == "_end"]
    return end[0], 0xffffffffff000000


def netlink_text():
    """The core of (generic) netlink, which allocates for our answers."""
    inside = [address for address, name in symbols()
              if name in ("netlink_sendmsg", "netlink_dump", "genl_rcv",
                          "genl_rcv_msg", "__netlink_dump_start",
                          "netlink_ack", "genl_family_rcv_msg_dumpit")]
    return min(inside), max(inside) + 0x1000


def function_text(name, *module):
    """Where a function of the kernel, or of a module, lies."""
    rows = sorted(symbols(*module))
    begin = next(address for address, symbol in rows if symbol == name)
    return begin, next(address for address, _ in rows if address > begin)


def aim(text, spared=NO_TEXT):
    """Only allocations with a function within these bounds on the stack, and
    none within those."""
    for name in ATTRIBUTES:
        for file, value in (("require-start", text[0]), ("require-end", text[1]),
                            ("reject-start", spared[0]),
                            ("reject-end", spared[1])):
            put(f"{DEBUG}/{name}/{file}", hex(value))


class Record:
    """Where in the module what failed was asked for: (function, offset of the
    return address), read from probes on what decides. The kernel's
    own message does not come for who asks with __GFP_NOWARN."""

    # What was decided, by the function that decides for slabs and for pages.
    PROBES = {"slab": "should_failslab", "page": "should_fail_alloc_page"}

    def __enter__(self):
        for name, function in self.PROBES.items():
            self.kprobe(f"r:kprobes/mmlens_{name} {function} failed=$retval:u8")
            self.event(name, "filter", "failed!=0")
            self.event(name, "trigger", "stacktrace if failed!=0")
            self.event(name, "enable", "1")
        put(TRACE + "/options/sym-offset", "1")
        put(TRACE + "/buffer_size_kb", "4096")
        put(TRACE + "/trace", "")
        return self

    def __exit__(self, *_):
        for name in self.PROBES:
            self.event(name, "enable", "0")
            self.event(name, "trigger", "!stacktrace if failed!=0")
            self.kprobe(f"-:kprobes/mmlens_{name}")

    @staticmethod
    def kprobe(line):
        # Python's own way of appending seeks, which this file refuses.
        fd = os.open(TRACE + "/kprobe_events", os.O_WRONLY | os.O_APPEND)
        try:
            os.write(fd, line.encode() + b"\n")
        finally:
            os.close(fd)

    @staticmethod
    def event(name, file, text):
        put(f"{TRACE}/events/kprobes/mmlens_{name}/{file}", text)

    @staticmethod
    def read():
        """Failures so far, each as its frames within the module, the innermost
        first; and forgets them."""
        with open(TRACE + "/trace", encoding="ascii", errors="replace") as file:
            text = file.read()
        put(TRACE + "/trace", "")
        out = []
        for stack in text.split("<stack trace>")[1:]:
            frames = re.findall(r"=> (\S+)\+0x([0-9a-f]+)/0x[0-9a-f]+ \[mmlens\]",
                                stack)
            if frames:
                out.append([(name, int(offset, 16))
                            for name, offset in frames])
        return out


class Nth:
    """The calling thread's own counter: "with" one, the allocation with that
    number fails."""

    def __init__(self):
        self.fd = os.open(
            f"/proc/self/task/{threading.get_native_id()}/fail-nth",
            os.O_RDWR)

    def close(self):
        os.close(self.fd)

    def count(self, function):
        """How many a function asks for."""
        os.pwrite(self.fd, str(MANY).encode(), 0)
        try:
            function()
        finally:
            left = int(os.pread(self.fd, 20, 0))
            os.pwrite(self.fd, b"0", 0)
        return MANY - left

    @contextlib.contextmanager
    def fail(self, number):
        """Gives a list that holds, afterwards, whether it came to that."""
        happened = []
        os.pwrite(self.fd, str(number).encode(), 0)
        try:
            yield happened
        finally:
            left = int(os.pread(self.fd, 20, 0))
            os.pwrite(self.fd, b"0", 0)
            happened.append(left == 0)


@contextlib.contextmanager
def everywhere(percent, interval=1):
    """Of those aimed at, in whichever task, such a share fails."""
    for name in ATTRIBUTES:
        put(f"{DEBUG}/{name}/interval", str(interval))
        put(f"{DEBUG}/{name}/times", "-1")
        put(f"{DEBUG}/{name}/probability", str(percent))
    try:
        yield
    finally:
        for name in ATTRIBUTES:
            put(f"{DEBUG}/{name}/probability", "0")


def prepare():
    """All may fail, also what could wait for memory; nothing is said of it."""
    for name in ATTRIBUTES:
        put(f"{DEBUG}/{name}/ignore-gfp-wait", "N")
        put(f"{DEBUG}/{name}/task-filter", "N")
        put(f"{DEBUG}/{name}/verbose", "0")
        put(f"{DEBUG}/{name}/probability", "0")
        put(f"{DEBUG}/{name}/stacktrace-depth", "32")
    put(f"{DEBUG}/fail_page_alloc/ignore-gfp-highmem", "N")
    put(f"{DEBUG}/fail_page_alloc/min-order", "0")


def sites(path=setup.MODULE):
    """Where the module calls an allocator: {(function, offset of the return
    address): allocator}, from the relocations of the ELF file. Not while it is
    loaded: the names of those functions are gone when they can be asked for."""
    with open(path, "rb") as file:
        data = file.read()
    at, = struct.unpack_from("<Q", data, 0x28)
    size, count, strings = struct.unpack_from("<HHH", data, 0x3a)
    heads = [struct.unpack_from("<IIQQQQIIQQ", data, at + i * size)
             for i in range(count)]

    def text(section, offset):
        begin = heads[section][4] + offset
        return data[begin:data.index(b"\0", begin)].decode()

    def rows(head, layout):
        return struct.iter_unpack(layout, data[head[4]:head[4] + head[5]])

    table = next(h for h in heads if h[1] == 2)
    names = [(text(table[6], s[0]), s[1] & 15, s[3], s[4], s[5])
             for s in rows(table, "<IBBHQQ")]
    functions = {}
    for name, kind, section, value, length in names:
        if kind == 2 and section:
            functions.setdefault(section, []).append((value, length, name))
    found = {}
    for head in heads:
        where = text(strings, heads[head[7]][0]) if head[1] == 4 else ""
        if not where.startswith(".text"):
            continue
        for offset, info, _ in rows(head, "<QQq"):
            target = names[info >> 32][0]
            if target == "kmalloc_caches" or not ALLOCATORS.fullmatch(target):
                continue
            for begin, length, name in functions.get(head[7], []):
                if begin <= offset < begin + length:
                    found[name, offset + 4 - begin] = target
    return found
