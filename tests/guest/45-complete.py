# SPDX-License-Identifier: GPL-2.0
# kernel: 7.3
"""What the command line decides by settings, limits and pools, against what an
access then does; and the filters of pages against the whole answer."""
import collections
import ctypes
import mmap
import os
import resource
import signal
import struct
import sys
from random import Random

sys.path.insert(0, __file__.rpartition("/")[0] + "/../lib")
# pylint: disable=wrong-import-position
import lens
import oracle
import setup
from ktap import equal, main, note, test
from workload import Workload

PAGE = oracle.PAGE
HUGE = 2 << 20
THP = "/sys/kernel/mm/transparent_hugepage/"
POOL = "/sys/kernel/mm/hugepages/hugepages-2048kB/"
LIBC = ctypes.CDLL(None, use_errno=True)
LIBC.mmap.restype = ctypes.c_void_p
LIBC.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int,
                      ctypes.c_int, ctypes.c_int, ctypes.c_long]
MAP_FIXED_NOREPLACE, MAP_HUGETLB, MAP_NORESERVE = 0x100000, 0x40000, 0x4000
MFD_HUGETLB = 4
PRIVATE = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS


def touch(address, write):
    if write:
        ctypes.memset(address, 1, 1)
    else:
        ctypes.c_char.from_address(address).value


class Victim:
    """A child that prepares an address, waits, and accesses it."""

    def __init__(self, prepare, write):
        told, tell = os.pipe()
        wait, go = os.pipe()
        # Its faults, in a page that both have.
        self.faults = mmap.mmap(-1, PAGE)
        self.faults[0] = 0
        self.pid = os.fork()
        if not self.pid:
            os.close(told)
            os.close(go)
            try:
                address = prepare()
                os.write(tell, b"%x" % address)
                os.close(tell)
                os.read(wait, 1)
                # What is on the way is touched before.
                here = ctypes.create_string_buffer(1)
                for at in ctypes.addressof(here), address:
                    before = resource.getrusage(resource.RUSAGE_SELF)
                    touch(at, write)
                    after = resource.getrusage(resource.RUSAGE_SELF)
                self.faults[0] = min(255, sum(
                    getattr(after, name) - getattr(before, name)
                    for name in ("ru_minflt", "ru_majflt")))
                os.kill(os.getpid(), signal.SIGSTOP)
            finally:
                os._exit(1)
        os.close(tell)
        os.close(wait)
        self.go = go
        with os.fdopen(told, "rb") as file:
            self.address = int(file.read(), 16)

    def access(self, after=None):
        """How it ended: the name of a forecast, by the kernel's books. Then
        another look may be taken before it goes."""
        os.write(self.go, b"x")
        os.close(self.go)
        _, status = os.waitpid(self.pid, os.WUNTRACED)
        if os.WIFSIGNALED(status):
            return signal.Signals(os.WTERMSIG(status)).name.lower()
        assert os.WIFSTOPPED(status), status
        assert self.faults[0], "an access without a fault"
        got = came(self.pid, self.address)
        if after:
            after()
        self.leave()
        return got

    def leave(self):
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)


def came(pid, address):
    """What an access to an empty entry put there."""
    start = address & -PAGE
    word = oracle.pagemap(pid, start, start + PAGE)[0]
    if not word & oracle.PM_PRESENT:
        return "nothing"
    with oracle.Frames([word & oracle.PM_PFN]) as frames:
        return outcome(frames, word & oracle.PM_PFN)


def outcome(frames, pfn):
    if frames.has(pfn, "huge"):
        return "hugetlb"
    huge = "huge-" if frames.has(pfn, "thp") else ""
    return huge + ("zero" if frames.has(pfn, "zero") else "anon")


def forecast(victim, write):
    access = "write" if write else "read"
    walk = lens.ask("walk", victim.pid, hex(victim.address))["walk"]
    page = walk["page"]
    assert walk[access + "_reasons"], walk
    return {page[access], page.get(access + "_or", page[access])}, walk


def compare(prepare, write, want=None, undecided=False):
    victim = Victim(prepare, write)
    told, walk = forecast(victim, write)
    out = lens.run("walk", victim.pid, hex(victim.address),
                   env={"COLUMNS": "80"}).out.decode()
    got = victim.access()
    assert got in told, (told, got, walk)
    assert all(name in out for name in told), (told, out)
    equal(len(told), 2 if undecided else 1, f"outcomes of {walk}")
    if want:
        equal(got, want, "what happened")
    return got, walk


def map_memory(length, flags, fd=-1):
    start = LIBC.mmap(None, length, mmap.PROT_READ | mmap.PROT_WRITE, flags,
                      fd, 0)
    if start == ctypes.c_void_p(-1).value:
        raise OSError(ctypes.get_errno(), "mmap")
    return start


def unmap(start, end):
    if LIBC.munmap(ctypes.c_void_p(start), ctypes.c_size_t(end - start)):
        raise OSError(ctypes.get_errno(), "munmap")


def mapping(length, flags=PRIVATE, advice=None):
    def prepare():
        start = map_memory(length, flags)
        if advice:
            LIBC.madvise(ctypes.c_void_p(start), ctypes.c_size_t(length),
                         advice)
        return (start + HUGE - 1) // HUGE * HUGE + 5 * PAGE
    return prepare


@test("huge pages: always, madvise, never; with and without advice")
def thp():
    setup.quiet()
    sized = THP + "hugepages-2048kB/enabled"
    modes = [(mode, None) for mode in ("always", "madvise", "never")]
    if os.path.exists(sized):
        modes += [("always", "never"), ("never", "madvise"),
                  ("never", "always")]
    seen = set()
    try:
        for mode, of_size in modes:
            setup.put(THP + "enabled", mode)
            if os.path.exists(sized):
                setup.put(sized, of_size or "inherit")
            for advice in None, mmap.MADV_HUGEPAGE:
                now = of_size or mode
                on = now == "always" or (now == "madvise" and advice)
                for write in False, True:
                    got, _ = compare(mapping(3 * HUGE, advice=advice), write,
                                     undecided=bool(on))
                    seen.add(got)
        setup.put(THP + "use_zero_page", "0")
        setup.put(THP + "enabled", "always")
        if os.path.exists(sized):
            setup.put(sized, "inherit")
        compare(mapping(3 * HUGE), False, "huge-anon", undecided=True)
    finally:
        setup.put(THP + "use_zero_page", "1")
        setup.quiet()
    equal(seen, {"zero", "anon", "huge-zero", "huge-anon"}, "outcomes")


class Worker:
    """A child that has a mapping, and accesses it where it is told to. Of the
    first and the last huge page, only a part is mapped."""

    def __init__(self, huge_pages):
        length = (huge_pages + 1) * HUGE
        start = map_memory(length, PRIVATE | MAP_NORESERVE)
        self.start = (start + HUGE - 1) // HUGE * HUGE + HUGE // 2
        self.end = self.start + (huge_pages - 1) * HUGE
        unmap(start, self.start)
        unmap(self.end, start + length)
        orders, self.to = os.pipe()
        self.done, done = os.pipe()
        self.pid = os.fork()
        if not self.pid:
            os.close(self.to)
            try:
                while len(order := os.read(orders, 16)) == 16:
                    address, write = struct.unpack("<QQ", order)
                    touch(address, write)
                    os.write(done, b"x")
            finally:
                os._exit(1)
        os.close(orders)
        os.close(done)

    def access(self, address, write):
        os.write(self.to, struct.pack("<QQ", address, write))
        equal(os.read(self.done, 1), b"x", "the child's answer")
        return came(self.pid, address)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        os.close(self.to)
        os.close(self.done)
        os.waitpid(self.pid, 0)
        unmap(self.start, self.end)


def foretold(worker):
    """By page of the mapping: what the command line says of both accesses."""
    out = {}
    rows = lens.ask("pages", worker.pid, f"{worker.start:x}-{worker.end:x}",
                    "-o", "forecast")["pages"]
    for row in rows:
        accesses = [(row[key], row.get(key + "_or", row[key]))
                    for key in ("read", "write")]
        out.update(dict.fromkeys(range(lens.number(row["start"]),
                                       lens.number(row["end"]), PAGE),
                                 accesses))
    return out


def fallbacks():
    """How often there was no huge page to be had."""
    return sum(int(line.split()[1])
               for line in oracle.slurp("/proc/vmstat").splitlines()
               if line.split()[0] in (b"thp_fault_fallback",
                                      b"thp_zero_page_alloc_failed"))


def accesses_to(worker, random):
    """One page of each huge page, and the ends, where none has room."""
    first = (worker.start + HUGE - 1) // HUGE * HUGE
    last = worker.end // HUGE * HUGE
    for number, base in enumerate(range(first, last, HUGE)):
        yield base + random.randrange(HUGE), number % 2
    for start, end in (worker.start, first), (last, worker.end):
        pages = range(start, end, PAGE)
        for number, page in enumerate(random.sample(pages, 10)):
            yield page, number % 2


def score_of(mode, random, score):
    """All accesses of a mode. Only while there is no huge page to be had may
    the second of two outcomes come."""
    setup.put(THP + "enabled", mode)
    setup.put("/proc/sys/vm/compact_memory", "1")
    with Worker(122) as worker:
        told = foretold(worker)
        equal(len(told), (worker.end - worker.start) // PAGE, "pages told")
        for address, write in accesses_to(worker, random):
            what, or_else = told[address & -PAGE][write]
            before = fallbacks()
            got = worker.access(address, write)
            want = what if fallbacks() == before else or_else
            equal(got, want, f"{mode}: {'write' if write else 'read'} of "
                  f"{address:#x}, foretold {what} or {or_else}")
            score[mode, what, or_else, got] += 1


@test("huge pages: accesses against what was told of them before")
def scored():
    setup.quiet()
    score = collections.Counter()
    random = Random(3)
    try:
        for mode in "always", "never":
            score_of(mode, random, score)
    finally:
        setup.quiet()
    for (mode, what, or_else, got), count in sorted(score.items()):
        foreseen = what if what == or_else else f"{what} or {or_else}"
        note(f"{mode}: {count} times {foreseen}, came {got}")
    for key in (("always", "huge-zero", "zero", "huge-zero"),
                ("always", "huge-anon", "anon", "huge-anon"),
                ("never", "zero", "zero", "zero"),
                ("never", "anon", "anon", "anon")):
        assert score[key] >= 50, (key, score[key])


def stack_of():
    return next(v for v in oracle.maps(os.getpid()) if v.name == b"[stack]")


def below_stack(distance, limit=None, mapped=None, space=None):
    """An address below the stack of the child; what stands in its way."""
    def prepare():
        stack = stack_of()
        if limit:
            resource.setrlimit(resource.RLIMIT_STACK,
                               (limit, resource.RLIM_INFINITY))
        if mapped:
            LIBC.mmap(ctypes.c_void_p(stack.start - mapped), PAGE,
                      mmap.PROT_READ, PRIVATE | MAP_FIXED_NOREPLACE, -1, 0)
        if space:
            used = oracle.status(os.getpid())["VmSize"]
            resource.setrlimit(resource.RLIMIT_AS,
                               (used + space, resource.RLIM_INFINITY))
        return stack.start - distance
    return prepare


GAP = 256 * PAGE


@test("pages that the kernel shows: each read ends as told")
def kernel_pages():
    seen = collections.Counter()
    for vma in oracle.maps(os.getpid()):
        if vma.name not in (b"[vdso]", b"[vvar]", b"[vvar_vclock]"):
            continue
        for address in range(vma.start, vma.end, PAGE):
            victim = Victim(lambda at=address: at, False)
            told, walk = forecast(victim, False)
            if told == {"none"}:
                seen["mapped"] += 1
                victim.leave()
                continue
            # What is no page of the system's memory has no books but life.
            ended = "sigbus" if victim.access() == "sigbus" else "file-minor"
            assert ended in told, (vma, told, ended, walk)
            # Which clocks are in use cannot be seen, the code is always there.
            equal(len(told), 2 if "pfnmap" in walk["vma"]["flags"] else 1,
                  f"{walk}")
            seen[ended] += 1
    note(", ".join(f"{n} {what}" for what, n in sorted(seen.items())))
    assert seen["sigbus"], f"no page that is not there: {seen}"


@test("a stack grows as far as limits and its guard gap permit")
def growth():
    setup.quiet()
    length = stack_of().end - stack_of().start
    for write in False, True:
        name = "anon" if write else "zero"
        for prepare, want in [
                (below_stack(PAGE), name),
                (below_stack(5), name),
                (below_stack(4 << 20), name),
                (below_stack(64 << 20), "sigsegv"),
                (below_stack(64 << 20, limit=80 << 20), name),
                (below_stack(8 * PAGE, limit=length + 8 * PAGE), name),
                (below_stack(9 * PAGE, limit=length + 8 * PAGE), "sigsegv"),
                (below_stack(PAGE, mapped=GAP + 2 * PAGE), name),
                (below_stack(2 * PAGE, mapped=GAP + 2 * PAGE), "sigsegv"),
                (below_stack(PAGE, mapped=GAP + 8 * PAGE, limit=length),
                 "sigsegv"),
                (below_stack(4 * PAGE, space=4 * PAGE), name),
                (below_stack(5 * PAGE, space=4 * PAGE), "sigsegv")]:
            _, walk = compare(prepare, write, want)
            assert "hole" in walk, walk


def in_pool(name):
    return int(oracle.slurp(POOL + name + "_hugepages"))


@test("the hugetlb pool: free, reserved, empty, growing")
def pool():
    setup.quiet()
    flags = PRIVATE | MAP_HUGETLB
    try:
        setup.huge_pages(2)
        for write in False, True:
            compare(mapping(HUGE, flags | MAP_NORESERVE), write, "hugetlb")
            compare(mapping(2 * HUGE, flags), write, "hugetlb",
                    undecided=True)
        setup.put(POOL + "nr_hugepages", "0")
        equal(in_pool("free"), 0, "free")
        compare(mapping(HUGE, flags | MAP_NORESERVE), True, "sigbus")
        setup.put(POOL + "nr_overcommit_hugepages", "2")
        compare(mapping(HUGE, flags | MAP_NORESERVE), True, undecided=True)
    finally:
        setup.put(POOL + "nr_overcommit_hugepages", "0")
        setup.put(POOL + "nr_hugepages", "0")


def hugetlb_file(page, flags):
    """A page of a mapping of six huge pages of a file that has four: its
    first is in the page cache, behind it are holes."""
    def prepare():
        fd = os.memfd_create("mmlens", MFD_HUGETLB)
        start = map_memory(6 * HUGE, flags, fd)
        # The file grows with what is mapped of it.
        os.ftruncate(fd, 4 * HUGE)
        with mmap.mmap(fd, HUGE) as first:
            first[0] = 1
        return start + page * HUGE + 5 * PAGE
    return prepare


def whys(pid, start):
    """Of each huge page of such a mapping, why a read does what it does."""
    rows = lens.ask("pages", pid, f"{start:x}-{start + 6 * HUGE:x}",
                    "-o", "forecast")["pages"]
    return [row["read_why"] for row in rows
            for _ in range(row["pages"] * PAGE // HUGE)]


def hugetlb_access(page, flags, write, want):
    """Of a hole, the access takes a page from the pool; a copy does, too."""
    name, why, taken = want
    victim = Victim(hugetlb_file(page, flags), write)
    told, walk = forecast(victim, write)
    what = f"page {page}, flags {flags:#x}, write {write}: {walk}"
    equal((told, walk["page"][("write" if write else "read") + "_why"]),
          ({name}, why), what)
    if not page:
        equal(whys(victim.pid, victim.address // HUGE * HUGE),
              ["cached"] + 3 * ["huge-pool"] + 2 * ["end-of-file"], what)
    free = in_pool("free")
    equal(victim.access(after=lambda: equal(free - in_pool("free"), taken,
                                            f"taken: {what}")), name, what)


@test("a file of huge pages: in the cache, a hole, behind its end")
def huge_file():
    setup.quiet()
    setup.huge_pages(8)
    cached, hole = ("hugetlb", "cached", 0), ("hugetlb", "huge-pool", 1)
    behind = ("sigbus", "end-of-file", 0)
    try:
        for flags in (mmap.MAP_SHARED, mmap.MAP_SHARED | MAP_NORESERVE,
                      mmap.MAP_PRIVATE | MAP_NORESERVE):
            for write in False, True:
                copies = write and not flags & mmap.MAP_SHARED
                for page, want in ((0, hole if copies else cached), (3, hole),
                                   (5, behind)):
                    hugetlb_access(page, flags, write, want)
    finally:
        setup.put(POOL + "nr_hugepages", "0")


STATES = ["anon", "zero", "mixed=64", "untouched", "forked", "left-alone",
          "file-private", "memfd", "swapped", "read-only", "protnone"]
FILTERS = [
    (["--state=anon"], lambda r: r["state"] == "anon"),
    (["--state=zero,swap"], lambda r: r["state"] in ("zero", "swap")),
    (["--state=zero", "--state", "swap"],
     lambda r: r["state"] in ("zero", "swap")),
    (["--verdict=exclusive"], lambda r: r["verdict"] == "exclusive"),
    (["--verdict=shared,reusable", "--state=anon"], lambda r:
     r["verdict"] in ("shared", "reusable") and r["state"] == "anon"),
    (["--forecast=cow-copy"], lambda r: "cow-copy" in accesses(r)),
    (["--forecast=write:none,read:sigsegv"], lambda r:
     "none" in (r["write"], r.get("write_or")) or
     "sigsegv" in (r["read"], r.get("read_or"))),
    (["--flag=dirty"], lambda r: r.get("dirty", False)),
    (["--flag=dirty,swapbacked", "--state=anon,shmem",
      "--forecast=write:none"], lambda r:
     (r.get("dirty") or "swapbacked" in r.get("folio", [])) and
     r["state"] in ("anon", "shmem") and r["write"] == "none"),
    (["--mapped"], lambda r: r["state"] != "none"),
    (["--state=device-private"], lambda r: False),
]


def accesses(row):
    return {row.get(key) for key in ("read", "read_or", "write", "write_or")}


def page_by_page(rows):
    return {start: row["state"] for row in rows
            for start in range(lens.number(row["start"]),
                               lens.number(row["end"]), PAGE)}


def of_own(rows):
    """mmlens maps the same libraries: their counts change as it runs."""
    return [row for row in rows if row["state"] not in ("file", "kernel")]


@test("pages: filters show just what fits them")
def filters():
    setup.quiet()
    setup.swap_on()
    with Workload("state", *STATES) as target:
        target.stop()
        whole = lens.ask("pages", target.pid, "-o", "all")
        for words, fits in FILTERS:
            told = lens.ask("pages", target.pid, *words)
            summary = told["summary"]
            equal(page_by_page(of_own(told["pages"])),
                  page_by_page(filter(fits, of_own(whole["pages"]))),
                  " ".join(words))
            equal(summary["shown_pages"],
                  sum(row["pages"] for row in told["pages"]), "shown")
            equal(summary["shown_runs"], len(told["pages"]), "shown runs")
            equal(summary["pages"], whole["summary"]["pages"], "all")
            equal(sum(summary["states"].values()), summary["shown_pages"],
                  "states")
            out = lens.run("pages", target.pid, *words).out.decode()
            assert f"of {summary['pages']:,} pages" in out, out[-1000:]


@test("pages: a filter that makes no sense is one sentence")
def refused():
    for words, name in [(["--state=anonymous"], "huge-zero"),
                        (["--verdict=own"], "reusable"),
                        (["--forecast=exec:none"], "cow-reuse"),
                        (["--flag="], "soft-dirty")]:
        answer = lens.run("pages", "self", *words)
        equal(answer.status, 1, words)
        assert name in answer.err.decode(), answer.err
    answer = lens.run("vmas", "self", "--state=anon")
    equal(answer.status, 1, "vmas takes none")


@test("walk: undecided is told in both faces; a swap device has its name")
def swap_name():
    setup.quiet()
    setup.swap_on()
    with Workload("state", "swapped") as target:
        target.stop()
        address = hex(target.area("swapped").start)
        walk = lens.ask("walk", target.pid, address)["walk"]
        equal(walk["page"]["state"], "swap", "state")
        if len(oracle.swaps()) == 1:
            device = next(iter(oracle.swaps()))
            equal(walk["swap_device"], device, "device")
            out = lens.run("walk", target.pid, address).out.decode()
            assert device in out, out
            told = lens.ask("pages", target.pid, address, "-o", "pfn")
            equal([d["device"] for d in told["summary"]["swap_devices"]],
                  [device], "of pages")
        note(walk.get("swap_device", "not certain"))


main()
