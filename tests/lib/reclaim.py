# SPDX-License-Identifier: GPL-2.0
"""The kernel's own books of reclaim, and the handles it has.

Nothing here asks mmlens. The formats are those of mm/vmstat.c, mm/vmscan.c and
mm/memcontrol.c of 6.1, 6.12 and 7.3.
"""
import array
import collections
import contextlib
import ctypes
import itertools
import os
import re
import shutil
import signal
import tempfile

import oracle
import setup
import workload
from ktap import Skip, test

ENABLED = "/sys/kernel/mm/lru_gen/enabled"
LRU_GEN = "/sys/kernel/debug/lru_gen"
REGIMES = "classic", "generations"
TICK_MS = 4


def text(path):
    return oracle.slurp(path).decode()


# The regime.

def regime():
    return REGIMES[int(text(ENABLED), 16) & 1]


def switch(name):
    """The walk of page tables and the bits of higher levels come with it."""
    setup.put(ENABLED, "y" if name == "generations" else "n")


@contextlib.contextmanager
def under(name):
    """Under this regime, and then under that which was before."""
    before = regime()
    try:
        switch(name)
        yield name
    finally:
        switch(before)


@contextlib.contextmanager
def switching():
    """Another process switches the regime, as fast as it can."""
    before, pid = regime(), os.fork()
    if not pid:
        while True:
            for name in REGIMES:
                switch(name)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        switch(before)


def in_both(name):
    """Register a function as two tests, one under each regime."""
    def register(function):
        for which in REGIMES:
            @test(f"{name}, {which}")
            def run(which=which):
                with under(which):
                    function(which)
        return function
    return register


# The books.

Zone = collections.namedtuple("Zone", "node name facts protection stats")


def zoneinfo():
    """Zones by (node, name), and the per-node stats by node. Names of zones in
    small letters."""
    zones, stats, zone = {}, {}, None
    for line in text("/proc/zoneinfo").splitlines():
        match = re.match(r"Node (\d+), zone +(\w+)", line)
        if match:
            node, name = int(match[1]), match[2].lower()
            zone = zones[node, name] = Zone(node, name, {}, [], {})
            to = zone.stats
        elif line == "  per-node stats":
            to = stats[node] = {}
        elif "protection:" in line:
            zone.protection.extend(map(int, re.findall(r"\d+", line)))
            to = zone.stats
        elif line.startswith("  pages free "):
            to = zone.facts
            to["free"] = int(line.split()[2])
        elif line.startswith("  pagesets"):
            to = None
        elif to is not None and len(line.split()) == 2:
            key, value = line.split()
            to[key] = int(value)
        elif line.startswith(("  node_unreclaimable", "  start_pfn")):
            key, value = line.split()
            zone.facts[key.rstrip(":")] = int(value)
    return zones, stats


def buddyinfo():
    """Free blocks by (node, zone, order)."""
    out = {}
    for line in text("/proc/buddyinfo").splitlines():
        node, name, counts = re.match(
            r"Node (\d+), zone +(\w+) +(.*)", line).groups()
        for order, count in enumerate(map(int, counts.split())):
            out[int(node), name.lower(), order] = count
    return out


def vmstat():
    return {name: int(value) for name, value in
            map(str.split, text("/proc/vmstat").splitlines())}


def vmstat_lists():
    """What vmstat says of the lists, and of what is isolated from them."""
    return {name: value for name, value in vmstat().items() if re.fullmatch(
        r"nr_(in)?active_(anon|file)|nr_unevictable|nr_isolated_(anon|file)",
        name)}


class Gens:
    """What lru_gen says of one cgroup on one node."""

    def __init__(self, number, node):
        self.number, self.node = number, node
        # Seq: age in ms; (seq, type): pages; type: the oldest that is one.
        self.ages, self.sizes, self.oldest = {}, {}, {}
        # (type, tier): R, T of the youngest; r, e, p of the oldest.
        self.averages, self.history = {}, {}

    @property
    def youngest(self):
        return max(self.ages)


def lru_gen(full=False):
    """By (path of the cgroup, node). With full, tiers, too, and what is beyond
    the oldest generation is left out."""
    out, number, path, gens, seq = {}, 0, "/", None, None
    for line in text(LRU_GEN + ("_full" if full else "")).splitlines():
        words = line.split()
        if words[0] == "memcg":
            number, path = int(words[1]), words[2] if words[2:] else None
        elif words[0] == "node":
            gens = out[path, int(words[1])] = Gens(number, int(words[1]))
        elif re.match(r" {1,11}\d+ +\d+ +\d+[x ] +\d+[x ]?$", line) and (
                len(words) == 4 and not re.search(r"[a-wyzA-Z]", line)):
            seq = int(words[0])
            gens.ages[seq] = int(words[1])
            for kind, word in zip(("anon", "file"), words[2:]):
                if not word.endswith("x"):
                    gens.sizes[seq, kind] = int(word)
                    gens.oldest.setdefault(kind, seq)
        elif full and len(words) == 7:
            tier = int(words[0])
            for kind, three in (("anon", words[1:4]), ("file", words[4:7])):
                numbers = [int(word.rstrip("RTrepx")) for word in three]
                if three[0].endswith("R"):
                    gens.averages[kind, tier] = numbers[:2]
                elif three[0].endswith("r"):
                    gens.history[kind, tier] = numbers
    return out


def age(path, node=0, times=1):
    """Make a new generation, as the kernel itself does it."""
    for _ in range(times):
        drain()
        gens = lru_gen()[path, node]
        setup.put(LRU_GEN, f"+ {gens.number} {node} {gens.youngest} 1 1\n")
        now = lru_gen()[path, node].youngest
        if now != gens.youngest + 1:
            raise AssertionError(f"{path}: no new generation after {now}")


def memory_stat(directory):
    return {name: int(value) for name, value in
            map(str.split, text(directory + "/memory.stat").splitlines())}


# The handles.

def drain():
    """Pages that wait in batches go to their lists."""
    workload.drain(os.getpid())


def refresh():
    """What processors have counted is added to the counters of the nodes."""
    text("/proc/sys/vm/stat_refresh")


class Cgroup:
    """A cgroup below the root, or one of ours; "with" removes it. What it leaves
    behind may bear its name for a while: no name comes twice."""

    ROOT = "/sys/fs/cgroup"
    NUMBER = itertools.count()

    def __init__(self, above=None, **settings):
        over = above.path if above else ""
        self.path = f"{over}/mmlens-{os.getpid()}-{next(self.NUMBER)}"
        self.directory = self.ROOT + self.path
        if "memory" not in text(self.ROOT + "/cgroup.controllers").split():
            raise Skip("the memory controller is disabled")
        setup.put(f"{self.ROOT}{over}/cgroup.subtree_control", "+memory")
        os.mkdir(self.directory)
        self.inode = os.stat(self.directory).st_ino
        for key, value in settings.items():
            self.set("memory." + key, value)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.remove()

    def remove(self):
        """Its processes may take a while to leave."""
        if os.path.isdir(self.directory):
            workload.wait_until(
                lambda: not text(self.directory + "/cgroup.procs"),
                f"{self.path} to be empty")
            os.rmdir(self.directory)

    def set(self, name, value):
        setup.put(f"{self.directory}/{name}", str(value))

    def get(self, name):
        return text(f"{self.directory}/{name}")

    def stat(self):
        return memory_stat(self.directory)

    def enter(self):
        """For a child, before it becomes a program."""
        setup.put(self.directory + "/cgroup.procs", "0")


def free_pages():
    return sum(int(zone.facts["free"]) for zone in zoneinfo()[0].values())


def kswapds():
    """The kernel's threads, by node."""
    out = {}
    for pid in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError):
            name = text(f"/proc/{pid}/comm").strip()
            if re.fullmatch(r"kswapd\d+", name):
                out[int(name[6:])] = int(pid)
    return out


@contextlib.contextmanager
def lazy_kswapd(cpu):
    """It runs on one processor, and only if nobody else wants to run there."""
    pids = kswapds().values()
    try:
        for pid in pids:
            os.sched_setaffinity(pid, {cpu})
            os.sched_setscheduler(pid, os.SCHED_IDLE, os.sched_param(0))
        yield
    finally:
        for pid in pids:
            os.sched_setscheduler(pid, os.SCHED_OTHER, os.sched_param(0))
            os.sched_setaffinity(pid, range(os.cpu_count()))


def press(hog, enough=None, leave=50000, chunk=2048):
    """Make memory short, by a process that takes it, until it is enough: else
    until kswapd and it have both taken some from others. Most of it is put
    away as huge pages first, so that little has to be found, and the marks are
    raised to where free memory is. Anonymous memory is taken rather than files."""
    knobs = {name: text("/proc/sys/vm/" + name) for name in
             ("min_free_kbytes", "swappiness")}
    pool = "/proc/sys/vm/nr_hugepages"
    before, huge = vmstat(), text(pool)

    def by_both():
        now = vmstat()
        return all(now[name] > before[name] for name in
                   ("pgsteal_kswapd", "pgsteal_direct"))

    os.sched_setaffinity(hog.pid, {0})
    try:
        setup.put("/proc/sys/vm/swappiness", "200")
        setup.put(pool, str(max(free_pages() - leave, 0) // 512))
        for _ in range(24):
            with lazy_kswapd(0):
                setup.put("/proc/sys/vm/min_free_kbytes",
                          str(free_pages() * 49 // 50 * oracle.PAGE >> 10))
                hog.lay(chunk)
            if (enough or by_both)():
                return
        raise AssertionError("nobody reclaims enough memory")
    finally:
        setup.put(pool, huge)
        for name, value in knobs.items():
            setup.put("/proc/sys/vm/" + name, value)


class Heat(workload.Workload):
    """tests/workload/heat in a cgroup. A second one shares the files of the
    first."""

    def __init__(self, cgroup=None, beside=None):
        self.cgroup = cgroup
        self.files = beside.files if beside else tempfile.mkdtemp(
            prefix="mmlens-", dir="/var/tmp")
        self.own = not beside
        super().__init__("heat", self.files,
                         before=cgroup.enter if cgroup else None)

    def close(self):
        super().close()
        if self.own:
            shutil.rmtree(self.files)

    def do(self, *lines):
        for line in lines:
            self.command(line)
        return self

    def pages(self, name):
        area = self.area(name)
        return (area.end - area.start) // oracle.PAGE


# Frames.

class Memory:
    """kpageflags, kpagecount and kpagecgroup of all frames, as arrays. Made
    before the memory that is looked at is: reading takes none."""

    def __init__(self):
        frames = max(zone.facts["start_pfn"] + zone.facts["spanned"]
                     for zone in zoneinfo()[0].values()
                     if "start_pfn" in zone.facts)
        # Written, or the zero page would be there until it is read into.
        self.flags, self.count, self.cgroup = (
            array.array("Q", [1]) * frames for _ in range(3))

    def read(self):
        for name in "flags", "count", "cgroup":
            fd = os.open("/proc/kpage" + name, os.O_RDONLY)
            try:
                room = memoryview(getattr(self, name)).cast("B")
                done = 0
                while done < len(room):
                    got = os.preadv(fd, [room[done:]], done)
                    if not got:
                        raise AssertionError(f"kpage{name} ends at {done}")
                    done += got
            finally:
                os.close(fd)
        self.tails()
        return self

    def tails(self):
        """Before 6.10 the flags of a tail are its own, and it has no cgroup:
        give it those of the head, as later kernels do."""
        lru, tail, head = (oracle.KPF[name] for name in ("lru", "tail", "head"))
        for word in {word for word in set(self.flags)
                     if word & head and word & lru}:
            pfn = -1
            for _ in range(self.flags.count(word)):
                pfn = at = self.flags.index(word, pfn + 1)
                while at + 1 < len(self.flags) and self.flags[at + 1] & tail:
                    at += 1
                    self.flags[at] = word & ~head | tail
                    self.cgroup[at] = self.cgroup[pfn]

    def listed(self, mark, inode=None):
        """How many frames are on a list, of one cgroup if so said: by their
        flags and by what a mark of them says, which is one byte each."""
        rows = zip(self.flags, mark) if inode is None else (
            (flags, byte) for flags, byte, cgroup in
            zip(self.flags, mark, self.cgroup) if cgroup == inode)
        return {key: n for key, n in collections.Counter(rows).items()
                if key[0] & oracle.KPF["lru"]}


def list_of(flags):
    """Which classic list a folio is on, by its flags."""
    if flags & oracle.KPF["unevictable"]:
        return "unevictable"
    return ("active" if flags & oracle.KPF["active"] else "inactive") + (
        "-anon" if flags & oracle.KPF["swapbacked"] else "-file")


def mincore(process, name):
    """Which pages of a file are in memory, mapped or not; asked by way of the
    file, so that nothing of the process is touched."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.mmap.restype = ctypes.c_void_p
    pages = process.pages(name)
    path = f"/proc/{process.pid}/map_files"
    area = process.area(name)
    link, = (entry for entry in os.listdir(path)
             if int(entry.split("-")[0], 16) == area.start)
    fd = os.open(f"{path}/{link}", os.O_RDONLY)
    try:
        at = libc.mmap(None, ctypes.c_size_t(pages * oracle.PAGE), 1, 1, fd, 0)
        out = (ctypes.c_ubyte * pages)()
        if libc.mincore(ctypes.c_void_p(at),
                        ctypes.c_size_t(pages * oracle.PAGE), out):
            raise OSError(ctypes.get_errno(), "mincore")
        libc.munmap(ctypes.c_void_p(at), ctypes.c_size_t(pages * oracle.PAGE))
    finally:
        os.close(fd)
    return [bool(word & 1) for word in out]
