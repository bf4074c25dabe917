# SPDX-License-Identifier: GPL-2.0
"""What tests of size need: limits raised, many processes, the kernel's memory
before and after, and who reads slowly."""
import collections
import contextlib
import glob
import os
import re
import struct
import subprocess
import threading
import time

import child
import netlink
import oracle
import reclaim
import setup
import spec
from ktap import note
from workload import Workload, wait_until

LONG = bool(os.environ.get("MMLENS_LONG"))
SYSCTL = "/proc/sys/"


def size(full, quick):
    """How many, in the long form, in the quick one, and where all is slow."""
    many = full if LONG else quick
    return many // 5 if setup.slow() else many


@contextlib.contextmanager
def limits(values):
    """Limits of the kernel, by their path below /proc/sys, at least so high;
    then as before."""
    before = {}
    try:
        for name, value in values.items():
            path = SYSCTL + name
            old = int(oracle.slurp(path))
            if old < value:
                before[path] = old
                setup.put(path, str(value))
        yield
    finally:
        for path, old in before.items():
            setup.put(path, str(old))


class Crowd(Workload):
    """tests/workload/crowd: .children, as many as there was memory for."""

    def __init__(self, count, **options):
        super().__init__("crowd", count, **options)

    @property
    def children(self):
        return self.numbers["children"]

    def enough(self, count):
        """All that were asked for; only where memory is short, half of them may
        do, and never in the long form, which is given memory for all."""
        note(f"{self.children} children of {count}, with "
             f"{oracle.keyed('/proc/meminfo')['MemTotal'] >> 20} MiB of memory")
        least = count // 2 if self.numbers["short"] and not LONG else count
        if self.children < least:
            raise AssertionError(f"{self.children} children of {count}, short "
                                 f"of memory: {self.numbers['short']}")

    def everybody(self):
        """PIDs of the parent and of all children."""
        return {self.pid} | {int(pid) for pid in oracle.slurp(
            f"/proc/{self.pid}/task/{self.pid}/children").split()}

    def leave(self):
        """All of them end, and are waited for."""
        self.process.stdin.close()
        self.process.wait()

    def close(self):
        if not self.process.stdin.closed:
            self.leave()
        self.process.stdout.close()


@contextlib.contextmanager
def crowd(count, **options):
    with limits({"kernel/pid_max": count + 20000,
                 "kernel/threads-max": count + 20000}), \
            Crowd(count, **options) as processes:
        yield processes


class Cgroups:
    """Many cgroups, each with a file in memory of a size of its own."""

    def __init__(self, count):
        self.above = reclaim.Cgroup()
        setup.put(self.above.directory + "/cgroup.subtree_control", "+memory")
        self.all, self.files = [], []
        for i in range(count):
            directory = f"{self.above.directory}/{i}"
            os.mkdir(directory)
            path = f"/dev/shm/mmlens-{os.getpid()}-{i}"
            self.all.append((directory, os.stat(directory).st_ino))
            self.files.append(path)
        self.fill()

    def pages(self, i):
        return 1 + i % 7

    def fill(self):
        """One process goes from cgroup to cgroup and writes a file in each."""
        def write(i):
            with open(self.files[i], "wb") as file:
                file.write(b"x" * self.pages(i) * oracle.PAGE)

        def go():
            # Pages of the program itself that have to be read again are charged
            # to the cgroup it is in: to none of these.
            write(0)
            self.forget(0)
            for i, (directory, _) in enumerate(self.all):
                setup.put(directory + "/cgroup.procs", "0")
                write(i)
            setup.put("/sys/fs/cgroup/cgroup.procs", "0")

        child.call(go)
        reclaim.drain()

    def forget(self, i):
        with contextlib.suppress(FileNotFoundError):
            os.unlink(self.files[i])

    def remove(self, i):
        with contextlib.suppress(FileNotFoundError):
            os.rmdir(self.all[i][0])

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for i in range(len(self.all)):
            self.forget(i)
            self.remove(i)
        self.above.remove()


# The kernel's memory.

SLACK = 48
# A kernel that checks itself takes memory for each object there is.
MIB = (4 if setup.slow() else 1) << 10
KEPT = ("mm_struct", "pid", "task_struct", "vm_area_struct", "anon_vma")


def objects():
    """How many of each kind the kernel has, of those that we might keep. Pages
    of them that processors keep for themselves would count as full."""
    for name in KEPT:
        with contextlib.suppress(FileNotFoundError):
            setup.put(f"/sys/kernel/slab/{name}/shrink", "1")
    out = collections.Counter()
    for line in oracle.slurp("/proc/slabinfo").decode().splitlines()[2:]:
        words = line.split()
        if words[0] in KEPT:
            out[words[0]] = int(words[1])
    return out


def give_back():
    """KASAN keeps for a while what is freed, tens of MiB of it, to catch who still
    uses it: until its cache is shrunk."""
    if setup.slow():
        for path in glob.glob("/sys/kernel/slab/*/shrink"):
            with contextlib.suppress(FileNotFoundError):
                setup.put(path, "1")


def dying():
    """Cgroups that were removed, and that somebody keeps."""
    text = oracle.slurp("/sys/fs/cgroup/cgroup.stat").decode()
    return int(dict(line.split() for line in text.splitlines())[
        "nr_dying_descendants"])


def kernel_kib():
    """KiB that the kernel itself has, and cannot have back at once."""
    info = oracle.keyed("/proc/meminfo")
    return sum(info[name] for name in ("SUnreclaim", "Percpu", "KernelStack",
                                       "PageTables", "VmallocUsed")) >> 10


def available_kib():
    """Free pages that processors keep for themselves are none of MemAvailable,
    and may be tens of MiB since 6.7. What a test itself has grown by is not the
    kernel's."""
    kept = sum(map(int, re.findall(rb"\n +count: +(\d+)",
                                   oracle.slurp("/proc/zoneinfo"))))
    return (oracle.keyed("/proc/meminfo")["MemAvailable"] +
            oracle.keyed("/proc/self/status")["RssAnon"] +
            kept * oracle.PAGE) >> 10


class Books:
    """What there is of the kernel's memory now, to be held against later."""

    def __init__(self):
        give_back()
        self.objects, self.kib = objects(), kernel_kib()
        self.available = available_kib()

    def over(self):
        """What is more than it was, beyond what others may have begun since:
        {} if nothing is."""
        setup.put(SYSCTL + "vm/drop_caches", "3")
        give_back()
        now = objects()
        out = {name: f"{self.objects[name]}, then {now[name]}"
               for name in KEPT if now[name] > self.objects[name] + SLACK}
        if kernel_kib() > self.kib + 6 * MIB:
            out["kernel"] = f"{self.kib} KiB, then {kernel_kib()}"
        if available_kib() < self.available - 24 * MIB:
            out["available"] = f"{self.available} KiB, then {available_kib()}"
        return out

    def settled(self, what):
        """Wait until nothing is left, and say so."""
        last = {}

        def nothing():
            last.clear()
            last.update(self.over())
            return not last

        try:
            wait_until(nothing, f"the memory of {what}", 30)
        except AssertionError as error:
            raise AssertionError(f"{error}: {last}") from None
        note(f"after {what}: kernel {self.kib} KiB, then {kernel_kib()}; "
             f"available {self.available}, then {available_kib()}; mm_struct "
             f"{self.objects['mm_struct']}, then {objects()['mm_struct']}")


# Very long answers.

def vma_rows(pid):
    """The VMAs of a process as (start, end, flags, name), and the stall: a dump
    read with as little work as possible, which for tens of thousands counts."""
    layout = struct.Struct("<QQQ")
    room = spec.STRUCT["vma"][0].size
    head = struct.pack("<HH", 4 + room, spec.CONST["MMLENS_A_QUERY_VMA"])
    named = spec.CONST["MMLENS_A_QUERY_NAME"]
    rows, last = [], None
    with netlink.Socket() as sock:
        sock.start_dump("vma", netlink.query(pid=pid))
        while True:
            for kind, flags, _, payload in sock.receive():
                if kind in (netlink.NLMSG_ERROR, netlink.NLMSG_DONE):
                    sock.finish(kind, flags, payload)
                    return rows, spec.unpack("stall", last.one("stall"))
                if flags & netlink.NLM_F_DUMP_INTR:
                    raise AssertionError("marked as changed")
                # Behind the cookie.
                if payload[16:20] != head:
                    last = netlink.Message(flags, payload)
                    continue
                at = 20 + room
                length, what = struct.unpack_from("<HH", payload, at) if (
                    at < len(payload)) else (0, 0)
                name = payload[at + 4:at + length - 1] if what == named else b""
                rows.append((*layout.unpack_from(payload, 20), name))


# Time.

class Timer:
    """with Timer() as t: ...; t.seconds."""

    def __enter__(self):
        self.began = time.monotonic()
        return self

    def __exit__(self, *_):
        self.seconds = time.monotonic() - self.began


Cost = collections.namedtuple("Cost", "seconds status resident_kib")


def cost_of(*args, limit=300):
    """What a command takes whose output nobody looks at: processor time, and
    the most memory that it had."""
    with subprocess.Popen(args, stdout=subprocess.DEVNULL,
                          stderr=subprocess.DEVNULL) as process:
        guard = threading.Timer(limit * setup.PATIENCE, process.kill)
        guard.start()
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        guard.cancel()
    return Cost(used.ru_utime + used.ru_stime, process.returncode,
                used.ru_maxrss)


class Beside(threading.Thread):
    """Does something again and again, at most so often, while "with" lasts;
    what it raised is raised at the end of that."""

    def __init__(self, ask, pause=0.0, most=1 << 62):
        super().__init__(daemon=True)
        self.ask, self.pause, self.most = ask, pause, most
        self.count, self.failure, self.over = 0, None, threading.Event()

    def run(self):
        try:
            while not self.over.is_set() and self.count < self.most:
                self.ask()
                self.count += 1
                self.over.wait(self.pause)
        except Exception as error:  # pylint: disable=broad-except
            self.failure = error

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.join()
        if self.failure:
            raise AssertionError("beside it") from self.failure
