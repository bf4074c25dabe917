# SPDX-License-Identifier: GPL-2.0
"""The kernel's own books: what /proc says of a process and of its pages.

Nothing here asks mmlens. Bit numbers are those of the kernel's
Documentation/admin-guide/mm/pagemap.rst and include/linux/kernel-page-flags.h.
"""
import array
import collections
import ctypes
import errno
import fcntl
import functools
import os
import re

PAGE = 4096

# /proc/PID/pagemap
PM_PFN = (1 << 55) - 1
PM_SOFT_DIRTY, PM_EXCLUSIVE, PM_UFFD_WP, PM_GUARD = (
    1 << bit for bit in (55, 56, 57, 58))
PM_FILE, PM_SWAP, PM_PRESENT = 1 << 61, 1 << 62, 1 << 63
# The frame field of a swapped page: five bits of type, then the offset.
SWAP_TYPE_BITS = 5

KPF = {name: 1 << bit for bit, name in enumerate(
    "locked error referenced uptodate dirty lru active slab writeback reclaim "
    "buddy mmap anon swapcache swapbacked head tail huge unevictable hwpoison "
    "nopage ksm thp offline zero idle pgtable".split())}
KPF.update(reserved=1 << 32, mlocked=1 << 33)
# PG_mappedtodisk, later PG_owner_2. On anonymous pages the same bit of the
# kernel means exclusive, as tools/mm/page-types.c reads it too.
KPF["anon_exclusive"] = 1 << 34

Vma = collections.namedtuple("Vma", "start end perms offset dev inode name")


def slurp(path):
    """A file of /proc, whole, with as few reads as it takes."""
    fd = os.open(path, os.O_RDONLY)
    try:
        parts = []
        while True:
            part = os.read(fd, 1 << 20)
            if not part:
                return b"".join(parts)
            parts.append(part)
    finally:
        os.close(fd)


MAPS_LINE = re.compile(
    rb"([0-9a-f]+)-([0-9a-f]+) (....) ([0-9a-f]+) ([0-9a-f]+):([0-9a-f]+) "
    rb"(\d+) *(.*)$")


def maps_line(line):
    start, end, perms, offset, major, minor, inode, name = (
        MAPS_LINE.match(line).groups())
    return Vma(int(start, 16), int(end, 16), perms.decode(), int(offset, 16),
               (int(major, 16), int(minor, 16)), int(inode), name)


def is_gate(vma):
    """[vsyscall] is the same page of the kernel's half in every process: it
    is in the books of none of them, /proc/PID/maps alone shows it."""
    return vma.name == b"[vsyscall]"


def maps(pid):
    """The VMAs of /proc/PID/maps, without the gate page. Names are bytes in
    which a newline is written as \\012, as the kernel does."""
    lines = slurp(f"/proc/{pid}/maps").splitlines()
    return [v for v in map(maps_line, lines) if not is_gate(v)]


# The two letters of VmFlags in smaps, by our names.
VMFLAGS = dict(
    rd="read", wr="write", ex="exec", sh="shared", mr="may-read",
    mw="may-write", me="may-exec", ms="may-share", gd="grows-down",
    pf="pfnmap", lo="locked", io="io", sr="seq-read", rr="rand-read",
    dc="dont-copy", de="dont-expand", lf="lock-on-fault", ac="account",
    nr="no-reserve", ht="hugetlb", sf="sync", ar="arch-1", wf="wipe-on-fork",
    dd="dont-dump", sd="soft-dirty", mm="mixed-map", hg="huge-page",
    nh="no-huge-page", mg="mergeable", um="uffd-missing", uw="uffd-wp",
    ui="uffd-minor", ss="shadow-stack", dp="droppable", sl="sealed",
    gu="maybe-guard")


def smaps(pid):
    """Pairs of a VMA and a dictionary: sizes in bytes, "flags" as a list of
    our names."""
    out = []
    for line in slurp(f"/proc/{pid}/smaps").splitlines():
        # Keys begin with a capital letter.
        if not 65 <= line[0] <= 90:
            out.append((maps_line(line), {}))
            continue
        key, _, value = line.decode().partition(":")
        if key == "VmFlags":
            # Letters that we do not know stay letters, and differ.
            out[-1][1]["flags"] = [VMFLAGS.get(w, w) for w in value.split()]
        elif value.endswith(" kB"):
            out[-1][1][key] = int(value[:-3]) * 1024
        else:
            out[-1][1][key] = value.strip()
    return [pair for pair in out if not is_gate(pair[0])]


def keyed(path):
    """A file of "Key: value" lines; kB become bytes, numbers are numbers."""
    out = {}
    for line in slurp(path).decode(errors="replace").splitlines():
        key, _, value = line.partition(":")
        words = value.split()
        if len(words) == 2 and words[1] == "kB":
            out[key] = int(words[0]) * 1024
        elif len(words) == 1 and words[0].isdigit():
            out[key] = int(words[0])
        else:
            out[key] = value.strip()
    return out


def status(pid):
    return keyed(f"/proc/{pid}/status")


def statm(pid):
    """In pages."""
    names = "size resident shared text lib data dirty".split()
    return dict(zip(names, map(int, slurp(f"/proc/{pid}/statm").split())))


def stat(pid):
    """The fields after the name; [0] is the state, field 3 of proc(5)."""
    return slurp(f"/proc/{pid}/stat").decode(errors="replace") \
        .rpartition(")")[2].split()


def stat_field(pid, number):
    """A field by its number in proc(5)."""
    return int(stat(pid)[number - 3])


def table(fd, first, count):
    """Words of a file that has one of 64 bits for each page."""
    data = b""
    while len(data) < count * 8:
        part = os.pread(fd, count * 8 - len(data), first * 8 + len(data))
        if not part:
            break
        data += part
    words = array.array("Q")
    words.frombytes(data)
    return words


def pagemap(pid, start, end):
    """The words of /proc/PID/pagemap for a range."""
    fd = os.open(f"/proc/{pid}/pagemap", os.O_RDONLY)
    try:
        words = table(fd, start // PAGE, (end - start) // PAGE)
    finally:
        os.close(fd)
    if len(words) != (end - start) // PAGE:
        raise ValueError(f"pagemap of {start:#x}-{end:#x} is short")
    return words


class Frames:
    """/proc/kpageflags, kpagecount and kpagecgroup of many frames."""

    def __init__(self, pfns):
        self.flags, self.count, self.cgroup = {}, {}, {}
        self.files, self.orders, self.heads = {}, {}, {}
        for name in "flags", "count", "cgroup":
            self.files[name] = os.open(f"/proc/kpage{name}", os.O_RDONLY)
        for first, count in self.stretches(sorted(set(pfns))):
            self.read(first, count)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for fd in self.files.values():
            os.close(fd)

    @staticmethod
    def stretches(pfns):
        """Frames close to each other are read together."""
        first = last = None
        for pfn in pfns:
            if first is None:
                first = last = pfn
            elif pfn - last > 64:
                yield first, last - first + 1
                first = last = pfn
            else:
                last = pfn
        if first is not None:
            yield first, last - first + 1

    def read(self, first, count):
        for name, fd in self.files.items():
            to = getattr(self, name)
            # Beyond the last frame of memory the files end.
            to.update(enumerate(table(fd, first, count), first))

    def has(self, pfn, name):
        return bool(self.flags[pfn] & KPF[name])

    def head(self, pfn):
        """The first frame of the compound page that a frame is part of."""
        if not self.has(pfn, "tail"):
            return pfn
        head = self.heads.get(pfn)
        if head is None:
            head = pfn
            while self.has(head, "tail"):
                head -= 1
                if head not in self.flags:
                    self.read(max(head - 511, 0), min(head + 1, 512))
            # The next of them finds it at once.
            for frame in range(head + 1, head + self.length(head)):
                self.heads[frame] = head
        return head

    def order(self, pfn):
        """The order of the compound page at this frame, from its length."""
        head = self.head(pfn)
        if head not in self.orders:
            self.orders[head] = self.length(head).bit_length() - 1
        return self.orders[head]

    def length(self, head):
        count = 1
        while self.has(head, "head"):
            if head + count not in self.flags:
                self.read(head + count, 512)
            if not self.flags.get(head + count, 0) & KPF["tail"]:
                break
            count += 1
        return count


def ksm_is_told():
    """Does KPF_KSM mean KSM? 6.12 tests PAGE_MAPPING_KSM, which is two bits,
    with "&": there every anonymous page has it. This buffer is none."""
    here = ctypes.create_string_buffer(b"x", PAGE)
    word = pagemap("self", ctypes.addressof(here) & -PAGE,
                   (ctypes.addressof(here) & -PAGE) + PAGE)[0]
    with Frames([word & PM_PFN]) as frames:
        return not frames.has(word & PM_PFN, "ksm")


def swaps():
    """Names of the swap devices in use, in the kernel's order."""
    return [line.split()[0].decode()
            for line in slurp("/proc/swaps").splitlines()[1:]]


@functools.cache
def tmpfs():
    """The devices of what is mounted and is memory."""
    mounts = [line.split(b" - ") for line in
              slurp("/proc/self/mountinfo").splitlines()]
    return {tuple(map(int, mount.split()[2].split(b":")))
            for mount, kind in mounts if kind.startswith(b"tmpfs ")}


def release():
    return os.uname().release


def version():
    """(6, 12), of the running kernel."""
    return tuple(int(n) for n in re.match(r"(\d+)\.(\d+)", release()).groups())


PAGEMAP_SCAN = 0xc0606610
SCAN = {name: 1 << bit for bit, name in enumerate(
    "wpallowed written file present swapped pfnzero huge soft-dirty guard"
    .split())}


def scan(pid, end):
    """What ioctl(PAGEMAP_SCAN) says of all that is mapped up to an address:
    (start, end, categories). None before 6.7, which has none.

    Where to go on, walk_end, is stale if the kernel's own buffer of 512 was
    full before and the rest was not (do_pagemap_scan() sets it only if it is
    0): then it lies before what was told already."""
    # Guards are told since 6.15.
    wanted = sum(SCAN.values()) & ~(SCAN["wpallowed"] | SCAN["written"])
    if version() < (6, 15):
        wanted &= ~SCAN["guard"]
    room = 4096
    regions = array.array("Q", bytes(24 * room))
    out, start = [], 0
    fd = os.open(f"/proc/{pid}/pagemap", os.O_RDONLY)
    try:
        while start < end:
            arg = array.array("Q", [
                96, 0, start, end, 0, regions.buffer_info()[0], room, 0, 0, 0,
                SCAN["present"] | SCAN["swapped"], wanted])
            try:
                count = fcntl.ioctl(fd, PAGEMAP_SCAN, arg)
            except OSError as error:
                if error.errno == errno.ENOTTY:
                    return None
                raise
            out += zip(*(regions[i:3 * count:3] for i in range(3)))
            if count < room:
                break
            start = max(arg[4], out[-1][1])
    finally:
        os.close(fd)
    return out
