# SPDX-License-Identifier: GPL-2.0
"""Faults as they happen: exactly as many as were provoked, of their class, and
as many as the kernel itself counts."""
import bisect
import collections
import contextlib
import os
import sys

sys.path.insert(0, __file__.rpartition("/")[0] + "/../lib")
# pylint: disable=wrong-import-position
import oracle
import reclaim
import setup
import spec
import watch
from faulter import AROUND, Target, prepare
from ktap import equal, main, note, test
from watch import ACCESS, CLASS, FLAG, ORIGIN, Watch
from workload import PAGE

LONG = bool(os.environ.get("MMLENS_LONG"))
# In all, at least COUNTED faults of each of the frequent kinds.
FEW, MANY, COUNTED = 192, 15000 if LONG else 1500, 15000 if LONG else 3000
HUGES = 24

Kind = collections.namedtuple(
    "Kind", "cls access origin books count level", defaults=[
        "write", "user", "minor", FEW, "pte"])

# What is provoked, and what is to be told of each fault of it. Books: how the
# kernel counts it for who made it. Userfaultfd's are major where the second try
# is told that there was a first, which depends on the lock of the first.
KINDS = {
    "anon": Kind("anon", count=MANY),
    "zero": Kind("zero", "read", count=MANY),
    "zero-copy": Kind("zero-copy", count=MANY),
    "cow-copy": Kind("cow-copy", count=MANY),
    "cow-reuse": Kind("cow-reuse", count=MANY),
    "file-minor": Kind("file-minor", "read", count=MANY),
    "file-copy": Kind("file-copy", count=MANY),
    "shmem-new": Kind("shmem-minor", count=MANY),
    "huge-anon": Kind("huge-anon", count=HUGES, level="pmd"),
    "huge-zero": Kind("huge-zero", "read", count=HUGES, level="pmd"),
    "swap-in-cold": Kind("swap-in", "read", books="major"),
    "swap-in-cached": Kind("swap-in", "read"),
    "file-major": Kind("file-major", "read", books="major"),
    "file-copy-mapped": Kind("file-copy"),
    "write-notify": Kind("write-notify"),
    "file-write": Kind("file-minor"),
    "exec": Kind("file-minor", "exec"),
    "shmem-minor": Kind("shmem-minor", "read"),
    "shmem-major": Kind("shmem-major", "read", books="major"),
    "sigsegv-hole": Kind("sigsegv", origin="signal", books="failed"),
    "sigsegv-rights": Kind("sigsegv", origin="signal", books="failed"),
    "sigbus": Kind("sigbus", books="failed"),
    "uffd": Kind("uffd", "read", books="either"),
    "hugetlb": Kind("hugetlb", count=HUGES, level="pmd"),
    "kernel": Kind("anon", origin="kernel"),
    "gup": Kind("anon", origin="gup"),
    "gup-read": Kind("zero", "read", "gup"),
    "remote": Kind("anon", origin="remote"),
    "elsewhere": Kind("anon", origin="remote"),
}


@contextlib.contextmanager
def fault_around(size):
    before = oracle.slurp(AROUND).decode()
    setup.put(AROUND, str(size))
    try:
        yield
    finally:
        setup.put(AROUND, before)


Provoked = collections.namedtuple(
    "Provoked", "events counts total booked ours numbers start end vmas")


def provoke(target, name, count, **values):
    """Faults of a kind: their events and counts by a watch of where they are,
    the counts by one of the whole process, what the kernel has counted for the
    process, and for us."""
    start, end = target.prepare(name, count)
    # Those made by our child are in its memory.
    pid = target.numbers["child"] if name == "elsewhere" else target.pid
    with Watch(pid=pid, kinds=["fault"], start=start, end=end,
               ring_bytes=watch.RING_MOST, **values) as near, \
            Watch(pid=target.pid) as whole:
        before = watch.booked(target.pid), watch.booked(os.getpid())
        if name == "remote":
            target.write_from_here()
            ours = watch.booked(os.getpid())
        else:
            target.command("run")
            ours = before[1]
        after = watch.booked(target.pid)
        total = whole.finish().faults
        counts = near.finish()
    numbers = dict(target.numbers)
    target.command("drop")
    return Provoked(near.faults, counts, total, watch.less(after, before[0]),
                    watch.less(ours, before[1]), numbers, start, end,
                    near.vmas)


def check_events(name, kind, said, count):
    """Each fault once, and everything about it."""
    step = (said.end - said.start) // count
    equal(sorted(e.address & -step for e in said.events),
          list(range(said.start, said.end, step)), "addresses")
    told = collections.Counter(
        (CLASS[e.fault_class], ACCESS[e.access], ORIGIN[e.origin])
        for e in said.events)
    equal(told, {(kind.cls, kind.access, kind.origin): count}, "events")
    if kind.books != "failed":
        mapped = count * step // PAGE
        equal((sum(e.pages for e in said.events), {e.level for e in said.events}),
              (0 if name in NOTHING_NEW else mapped,
               {spec.ENUM["level"][kind.level]}), "pages and level")
    for flag, books in (("major", "major"), ("failed", "failed")):
        if kind.books != "either":
            equal(sum(bool(e.flags & FLAG[flag]) for e in said.events),
                  count * (kind.books == books), flag)


# They change an entry, and map no page that was not.
NOTHING_NEW = {"zero-copy", "cow-copy", "cow-reuse", "file-copy-mapped",
               "write-notify"}


def check_counts(kind, said, count):
    """Of the watch of the range, against its own events."""
    row = said.counts.classes.pop(kind.cls)
    equal(said.counts.classes, {}, "other classes")
    equal((row.count, row.total, row.longest),
          (count, sum(e.latency for e in said.events),
           max(e.latency for e in said.events)), "counts of the class")
    equal(sum(b.count for b in said.counts.latencies[kind.cls]), count,
          "latencies")
    equal(sum(said.counts.lost.values()), 0, "lost")
    told = sorted(e.latency for e in said.events)
    for bucket in said.counts.latencies[kind.cls]:
        equal(bisect.bisect_left(told, bucket.end or 1 << 64) -
              bisect.bisect_left(told, bucket.latency), bucket.count,
              f"latencies from {bucket.latency}")
    rows = said.counts.threads.values()
    equal((sum(t.count for t in rows), sum(t.total for t in rows)),
          (row.count, row.total), "sums of threads")
    if kind.origin == "signal":
        equal((said.counts.vmas, said.counts.faults.unnamed), ({}, 0),
              "VMAs of what has none")
        return
    vma, = said.counts.vmas.values()
    equal((vma.counts.count, vma.counts.total), (row.count, row.total),
          "counts of the VMA")
    equal((vma.vma.start, vma.vma.end), (said.start, said.end), "the VMA")
    equal({e.vma for e in said.events}, {vma.counts.index}, "VMA of events")
    equal(said.vmas[vma.counts.index].name, vma.name, "its name")


def check_books(name, kind, said, count):
    """Of the whole process, against the kernel."""
    total, booked = said.total, said.booked
    equal((total.missed, total.abandoned), (0, 0), "missed and abandoned")
    remote = total.remote
    equal((remote, total.elsewhere_minor, total.elsewhere_major),
          (count * (name == "remote"), count * (name == "elsewhere"), 0),
          "remote and elsewhere")
    equal((total.minor - remote + total.elsewhere_minor, total.major),
          (booked.minor, booked.major), "as rusage has it")
    assert total.failed >= count if kind.books == "failed" else (
        not total.failed), total
    if kind.books in ("minor", "major") and not remote:
        assert getattr(booked, kind.books) >= count, booked
    if remote:
        assert said.ours.minor >= count, said.ours


def one_kind(target, name, count=None):
    kind = KINDS[name]
    count = count or kind.count
    if name == "hugetlb":
        setup.huge_pages(count)
    said = provoke(target, name, count)
    try:
        check_events(name, kind, said, count)
        check_counts(kind, said, count)
        check_books(name, kind, said, count)
    except AssertionError as wrong:
        raise AssertionError(
            f"{name}: {wrong}\n{watch.by_class(said.events)}\n"
            f"{said.total}\n{said.booked}\n{said.events[:3]}") from wrong
    took = said.counts.faults
    note(f"{name:18}{count:7} {kind.cls:13}"
         f"{sum(e.latency for e in said.events) / count / 1000:9.1f} us"
         f"{sum(e.retries for e in said.events):6} retries"
         f"{took.time / 1e9:8.2f} s")
    return count


def kinds_of(*names):
    prepare()
    with Target() as target:
        note(f"{sum(one_kind(target, name) for name in names)} faults")


@test("anonymous memory: exactly so many of each class")
def anonymous():
    kinds_of("anon", "zero", "zero-copy", "huge-anon", "huge-zero", "cow-copy",
             "cow-reuse")


@test("swapped memory")
def swapped():
    kinds_of("swap-in-cold", "swap-in-cached", "shmem-major")


@test("files and shared memory")
def files():
    kinds_of("file-minor", "file-major", "file-copy", "file-copy-mapped",
             "write-notify", "exec", "shmem-new", "shmem-minor")


@test("signals, userfaultfd, hugetlb")
def others():
    kinds_of("sigsegv-hole", "sigsegv-rights", "sigbus", "uffd", "hugetlb")


@test("the kernel's own accesses, and those of other processes")
def origins():
    kinds_of("kernel", "gup", "gup-read", "remote", "elsewhere")


FREQUENT = [name for name, kind in KINDS.items() if kind.count == MANY]


def filled(target, name, count, **values):
    """Faults of a kind, counted and not sent: the counts."""
    start, end = target.prepare(name, count)
    with Watch(pid=target.pid, start=start, end=end, **values) as near, \
            Watch(pid=target.pid) as whole:
        before = watch.booked(target.pid)
        target.command("run")
        booked = watch.less(watch.booked(target.pid), before)
        counts, total = near.finish(), whole.finish().faults
    equal((total.minor, total.major, total.missed), (*booked[:2], 0),
          f"as rusage has it, {name}")
    took = target.numbers["nanoseconds"]
    target.command("drop")
    return counts, took


@test(f"{COUNTED} faults of a class, counted: none too many, none too few")
def counted():
    prepare()
    done = 0
    with Target() as target:
        for name in FREQUENT:
            counts, _ = filled(target, name, COUNTED)
            equal({cls: row.count for cls, row in counts.classes.items()},
                  {KINDS[name].cls: COUNTED}, name)
            done += COUNTED
    note(f"{done} faults")
    assert done >= (100000 if LONG else 20000), done


@test("faults that map what lies around: fewer, and all their pages")
def around():
    prepare()
    with Target() as target, fault_around(16 * PAGE):
        said = provoke(target, "file-minor", 1024)
    # As many as the window is from its start, which is aligned.
    row = said.counts.classes["file-minor"]
    note(f"{row.count} faults, {row.pages} pages")
    equal(row.pages, 1024, "pages")
    equal(row.count, said.booked.minor - (said.total.minor - row.count),
          "faults")
    assert 1024 // 16 <= row.count <= 1024 // 16 + 1, row.count
    equal(max(e.pages for e in said.events), 16, "most pages of an event")


@test("range, classes, least latency, one of so many")
def filters():
    prepare()
    count = 600
    with Target() as target:
        start, end = target.prepare("zero", count)
        third = count // 3 * PAGE
        with Watch(pid=target.pid, kinds=["fault"], start=start + third,
                   end=end - third) as middle, \
                Watch(pid=target.pid, kinds=["fault"], start=start, end=end,
                      classes=["anon", "zero-copy"]) as others, \
                Watch(pid=target.pid, kinds=["fault"], start=start, end=end,
                      classes=["zero"], sample=7) as sample, \
                Watch(pid=target.pid, kinds=["fault"], start=start,
                      end=end) as every:
            target.command("run")
            told = [w.finish() for w in (middle, others, sample, every)]
        equal([c.classes["zero"].count if c.classes else 0 for c in told],
              [count // 3, 0, count, count], "counted")
        equal([c.faults.events for c in told],
              [count // 3, 0, count // 7, count], "events")
        equal({e.address for e in middle.faults},
              set(range(start + third, end - third, PAGE)), "of the range")
        chosen = sorted(e.address for e in every.faults)[6::7]
        equal(sorted(e.address for e in sample.faults), chosen,
              "every seventh")
        # From the latencies that were, those above the middle.
        middle = sorted(e.latency for e in every.faults)[count // 2]
        target.command("drop")
        start, end = target.prepare("zero", count)
        with Watch(pid=target.pid, kinds=["fault"], start=start, end=end,
                   min_latency=middle) as slow, \
                Watch(pid=target.pid, kinds=["fault"], start=start,
                      end=end) as every:
            target.command("run")
            counts, _ = slow.finish(), every.finish()
        equal(counts.classes["zero"].count, count, "all are counted")
        equal({e.address for e in slow.faults},
              {e.address for e in every.faults if e.latency >= middle},
              "the slow ones")
        assert slow.faults, "none is slow"


@test("latencies add up to no more than a clock around the loop, and to most")
def latency():
    prepare()
    with Target() as target:
        # What a page costs at least to be cleared or copied is in the fault.
        for name, least in (("anon", 0.5), ("cow-copy", 0.5), ("zero", 0.1),
                            ("file-major", 0.5), ("huge-anon", 0.5)):
            counts, took = filled(target, name, 24 if name == "huge-anon"
                                  else 2000)
            row = counts.classes[KINDS[name].cls]
            note(f"{name:12} {row.total / took:6.1%} of {took / 1e6:.1f} ms")
            assert least * took <= row.total <= took, (name, row, took)


def slow_disk(cgroup, per_second):
    """So many reads in a second, of the disk that /var/tmp is on."""
    device = os.stat("/var/tmp").st_dev
    # Of a partition, the limit is that of its disk.
    disk = os.path.realpath(
        f"/sys/dev/block/{os.major(device)}:{os.minor(device)}")
    if os.path.exists(disk + "/partition"):
        disk = os.path.dirname(disk)
    setup.put(reclaim.Cgroup.ROOT + "/cgroup.subtree_control", "+io")
    number = oracle.slurp(disk + "/dev").decode().strip()
    cgroup.set("io.max", f"{number} riops={per_second}")


@test("a throttled device is seen in the class of its faults alone")
def throttled():
    prepare()
    count, per_second = 60, 50
    with Target() as target:
        quick = {}
        for name in "file-major", "file-minor", "anon":
            quick[name], _ = filled(target, name, count)
        slow_disk(target.cgroup, per_second)
        for name in "file-major", "file-minor", "anon":
            counts, took = filled(target, name, count)
            before, now = (sorted_mean(c, KINDS[name].cls)
                           for c in (quick[name], counts))
            note(f"{name:12} {before / 1000:9.1f} us before, "
                 f"{now / 1000:9.1f} us after")
            if name == "file-major":
                # The first reads of a slice are free.
                assert now > 0.5e9 / per_second, now
                assert took >= counts.classes["file-major"].total
            else:
                # One of them may meet a moment in which this machine rests.
                row = counts.classes[KINDS[name].cls]
                usual = (row.total - row.longest) / (row.count - 1)
                assert usual < 0.1e9 / per_second, (name, usual)


def sorted_mean(counts, cls):
    row = counts.classes[cls]
    return row.total / row.count


@test("64 threads at once: each fault is counted, or counted as missed")
def threads():
    prepare()
    count = 64 * (150 if LONG else 60)
    with Target() as target:
        start, end = target.prepare("threads", count)
        with Watch(pid=target.pid, kinds=["fault"], start=start, end=end,
                   ring_bytes=watch.RING_MOST) as near, \
                Watch(pid=target.pid) as whole:
            before = watch.threads_of(target.pid)
            target.command("run")
            after = watch.threads_of(target.pid)
            counts, total = near.finish(), whole.finish()
        missed = total.faults.missed
        note(f"{count} faults of 64 threads, {missed} missed by the probe")
        assert counts.classes["anon"].count + missed >= count
        assert counts.classes["anon"].count <= count
        booked = {tid: watch.less(after[tid], before[tid]) for tid in after}
        told = {tid: total.threads[tid].count if tid in total.threads else 0
                for tid in after}
        equal(len(after), 65, "threads")
        if not missed:
            equal(told, {tid: b.minor + b.major for tid, b in booked.items()},
                  "faults by thread")
            equal(sorted(e.address for e in near.faults),
                  list(range(start, end, PAGE)), "addresses")
        equal(sum(told.values()) + missed,
              sum(b.minor + b.major for b in booked.values()), "sum")
        target.command("drop")


@test("64 threads at the same pages: what they made of it adds up")
def race():
    prepare()
    count = 64 * 16
    with Target() as target:
        said = provoke(target, "race", count)
        total, booked = said.total, said.booked
        note(", ".join(f"{number} {name}" for name, number in
                       watch.by_class(said.events).items()) +
             f", {sum(e.retries for e in said.events)} retries")
        equal(total.minor + total.major + total.missed,
              booked.minor + booked.major, "as rusage has it")
        equal(set(said.counts.classes) - {"anon", "spurious"}, set(),
              "classes of a race")
        # Each page was mapped by one of them, whoever also waited for it.
        assert sum(e.pages > 0 for e in said.events) >= count
        equal({e.address & -PAGE for e in said.events},
              set(range(said.start, said.end, PAGE)), "addresses")


main()
