#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""What the kernel does about its memory: begin and end pair up, and the sums are
those of vmstat and memory.stat."""
import collections
import contextlib
import errno
import mmap
import os
import re
import sys
import time

sys.path.insert(0, __file__.rpartition("/")[0] + "/../lib")
# pylint: disable=wrong-import-position
import oracle
import prey
import reclaim
import setup
import spec
import system
import watch
import workload
from ktap import equal, main, none_left, note, test
from reclaim import in_both

PAGE = oracle.PAGE
PAGES = 2048
HUGE = 512
RING = 4 << 20
# A watch that asks for faults only attaches nothing of all this.
KINDS = ["reclaim", "compaction", "huge", "oom", "tlb"]


def events(seen, *kinds):
    return [event for name, event in seen.others if name == "memory" and
            (not kinds or spec.word("memory_kind", event.kind) in kinds)]


def tell(seen):
    rows = collections.Counter(spec.word("memory_kind", event.kind)
                               for event in events(seen))
    note(", ".join(f"{n} {kind}" for kind, n in sorted(rows.items())))
    return rows


def everything(*kinds):
    return watch.Watch(everything=True, kinds=list(kinds), ring_bytes=RING)


class Books:
    """By how much the kernel's own counters grew. Those of nodes are added up
    for it: each processor keeps some back."""

    def __init__(self, cgroup=None):
        self.cgroup = cgroup
        reclaim.refresh()
        self.vmstat = reclaim.vmstat()
        self.stat = cgroup.stat() if cgroup else {}

    def close(self):
        reclaim.refresh()
        now = reclaim.vmstat()
        self.vmstat = {name: now[name] - was
                       for name, was in self.vmstat.items()}
        now = self.cgroup.stat() if self.cgroup else {}
        self.stat = {name: now[name] - was for name, was in self.stat.items()}
        return self

    def stolen(self):
        """Whoever took it."""
        return self.vmstat["pgsteal_anon"] + self.vmstat["pgsteal_file"]


def check_pairs(seen, kind):
    """Each has a length, and no task does it twice at once."""
    spans = collections.defaultdict(list)
    for event in events(seen, kind):
        assert event.duration, f"{kind} has no begin: {event}"
        spans[event.tid].append((event.time, event.time + event.duration))
    wrong = []
    for tid, pairs in spans.items():
        pairs.sort()
        wrong += [(tid, a, b) for a, b in zip(pairs, pairs[1:]) if a[1] > b[0]]
    none_left(wrong, f"{kind}, one in the other")
    return spans


def listed(seen):
    """Pages that were taken from lists."""
    return sum(event.pages for event in events(seen, "shrink-list"))


def lists_are_told(which):
    """On 6.1 the trace of a list is not made for generations."""
    return which == "classic" or oracle.version() >= (6, 12)


def check_sum(seen, kind, booked):
    """Pages of slabs that the task frees meanwhile count as reclaimed, and are on
    no list: as those of caches that were asked, at most one for each object, and
    those that just became empty. For a cgroup only 6.1 counts them."""
    told = sum(event.pages for event in events(seen, kind))
    more = 0
    if kind == "direct-reclaim" or oracle.version() < (6, 12):
        more = 32 * len(events(seen, kind)) + sum(
            event.pages for event in events(seen, "shrink-slab"))
    assert booked <= told <= booked + more, (kind, told, booked, more)
    return told


@in_both("a limit: begin and end, and as many pages as the cgroup counts")
def limit(which):
    setup.quiet()
    setup.swap_on()
    with reclaim.Cgroup() as cgroup, reclaim.Heat(cgroup) as heat:
        heat.do(f"anon a {PAGES}")
        books = Books(cgroup)
        with everything("reclaim") as seen:
            cgroup.set("memory.max", PAGES * PAGE)
            heat.do(f"anon b {PAGES}")
            try:
                cgroup.set("memory.reclaim", PAGES // 2 * PAGE)
            except OSError as error:
                equal(error.errno, errno.EAGAIN, "memory.reclaim")
            seen.finish()
        books.close()
    rows = tell(seen)
    spans = check_pairs(seen, "memcg-reclaim")
    assert {heat.pid, os.getpid()} <= set(spans), spans.keys()
    booked = books.stat["pgsteal"]
    told = check_sum(seen, "memcg-reclaim", booked)
    note(f"{which}: {told} pages told, {booked} in memory.stat, "
         f"{books.stolen()} in vmstat, {listed(seen)} from lists")
    assert booked >= PAGES // 2, booked
    if lists_are_told(which):
        equal(listed(seen), books.stolen(), "pages from lists")
    written = sum(e.pages for e in events(seen, "write-out"))
    equal(written, books.vmstat["nr_vmscan_write"], "pages written")
    assert rows["write-out"] and written >= PAGES // 2, written


@in_both("short of memory: kswapd wakes, and others reclaim for themselves")
def pressure(which):
    setup.quiet()
    setup.swap_on()
    with reclaim.Heat() as heat:
        heat.do(f"anon a {2 * PAGES}")
        books = Books()
        with prey.Prey() as hog, everything("reclaim") as seen:
            reclaim.press(hog, lambda: both(seen, hog.pid))
            # When memory is free again it goes to sleep; with generations,
            # that of 6.1 may take its time.
            seen.read_until(lambda: asleep(seen) or is_awake(),
                            "kswapd to sleep")
            still = not asleep(seen)
            seen.finish()
            books.close()
    rows = tell(seen)
    assert rows["kswapd-wake"] and (rows["kswapd-sleep"] or still), rows
    if still:
        note("kswapd was still awake in the end")
    spans = check_pairs(seen, "direct-reclaim")
    assert hog.pid in spans, spans.keys()
    direct = check_sum(seen, "direct-reclaim", books.vmstat["pgsteal_direct"])
    threads = set(reclaim.kswapds().values())
    equal({e.tid for e in events(seen, "kswapd-wake", "kswapd-sleep")},
          threads, "who wakes and sleeps")
    by = sum(e.pages for e in events(seen, "shrink-list") if e.tid in threads)
    note(f"{which}: direct {direct} told, "
         f"{books.vmstat['pgsteal_direct']} in vmstat; from lists {by} by "
         f"kswapd, {books.vmstat['pgsteal_kswapd']} in vmstat")
    if lists_are_told(which):
        equal(by, books.vmstat["pgsteal_kswapd"], "kswapd's pages")
        equal(listed(seen), books.stolen(), "pages from lists")


def read_up(seen):
    while seen.sock.ready(0):
        seen.sock.receive()


def both(seen, pid):
    """Have kswapd and a process taken some?"""
    read_up(seen)
    threads = set(reclaim.kswapds().values())
    return (any(e.tid == pid for e in events(seen, "direct-reclaim")) and
            any(e.tid in threads and (e.pages or e.kind ==
                spec.ENUM["memory_kind"]["write-out"])
                for e in events(seen, "shrink-list", "write-out")))


def is_awake():
    """By what mmlens says of the nodes; asked after a while."""
    time.sleep(2)
    return any(spec.word("kswapd", node.state.kswapd) != "asleep"
               for node in system.nodes().values())


def asleep(seen):
    """By its last event; they come by processor, not by time."""
    read_up(seen)
    last = max(events(seen, "kswapd-wake", "kswapd-sleep"),
               key=lambda event: event.time, default=None)
    return last and spec.word("memory_kind", last.kind) == "kswapd-sleep"


@test("caches of the kernel are asked for memory")
def slab():
    with everything("reclaim") as seen:
        books = Books()
        os.stat("/usr")
        for root, _, _ in os.walk("/mmlens"):
            os.listdir(root)
        setup.put("/proc/sys/vm/drop_caches", "2")
        seen.finish()
        books.close()
    told = events(seen, "shrink-slab")
    tell(seen)
    assert told, "no cache was asked"
    equal({event.tid for event in told}, {os.getpid()}, "by whom")
    assert all(event.duration for event in told), "no begin"
    equal(sum(event.scanned for event in told),
          books.vmstat["slabs_scanned"], "objects looked at")


@test("compaction and migration")
def compaction():
    setup.quiet()
    with everything("compaction") as seen:
        books = Books()
        setup.put("/proc/sys/vm/compact_memory", "1")
        with reclaim.Heat() as heat:
            heat.do(f"anon a {PAGES}")
            workload.drain(heat.pid)
        seen.finish()
        books.close()
    tell(seen)
    mine = [e for e in events(seen, "compaction") if e.tid == os.getpid()]
    assert mine and all(event.duration for event in mine), mine
    check_pairs(seen, "compaction")
    moved = sum(e.pages for e in events(seen, "migration"))
    # Compaction counts as it goes, the trace comes at the end of each call.
    equal(moved, books.vmstat["pgmigrate_success"], "pages moved")


@test("huge pages are made and split")
def huge():
    setup.quiet()
    with prey.Prey() as target:
        # With no advice it is not made a huge page before it is asked for.
        at = target.lay(HUGE, None)
        with everything("huge") as seen:
            cookie = watch_cookie(target.pid)
            equal(target.order("advise", at, HUGE, "collapse"), 0, "collapse")
            frame = target.words(at, 1)[0] & oracle.PM_PFN
            setup.put("/sys/kernel/debug/split_huge_pages",
                      f"{target.pid},{at:#x},{at + HUGE * PAGE:#x}")
            seen.finish()
    tell(seen)
    made = [e for e in events(seen, "collapse") if e.cookie == cookie]
    equal([(e.pages, e.order, e.tid) for e in made],
          [(HUGE, 9, target.pid)], "collapse")
    gone = [e for e in events(seen, "split") if e.tid == os.getpid()]
    equal([(e.pages, e.order, e.address) for e in gone], [(HUGE, 9, frame)],
          "split")
    assert gone[0].duration, "no length"


def watch_cookie(pid):
    with watch.Watch(pid=pid, kinds=["eviction"]) as seen:
        return seen.cookie


class Log:
    """What the kernel says from now on. The OOM killer shows where it was called,
    which on the console looks like a complaint: it is kept from there, and real
    ones are looked for here."""

    KNOB = "/proc/sys/kernel/printk"

    def __init__(self):
        self.fd = os.open("/dev/kmsg", os.O_RDONLY | os.O_NONBLOCK)
        os.lseek(self.fd, 0, os.SEEK_END)
        self.level = reclaim.text(self.KNOB).split()[0]
        setup.put(self.KNOB, "1")

    def close(self):
        setup.put(self.KNOB, self.level)
        out = []
        with contextlib.suppress(BlockingIOError):
            while True:
                out.append(os.read(self.fd, 8192).decode(errors="replace"))
        os.close(self.fd)
        none_left([line for line in out if re.search(
            r"WARNING: |BUG|Oops|refcount_t|Bad page", line)], "the log")
        return out


@test("who is killed for memory, with the points that the kernel gave")
def oom():
    setup.quiet()
    limit_pages, adjust = 4096, 250
    log, said = Log(), []
    with contextlib.ExitStack() as stack:
        stack.callback(lambda: said.extend(log.close()))
        cgroup = stack.enter_context(reclaim.Cgroup(max=limit_pages * PAGE))
        cgroup.set("memory.swap.max", "0")
        with everything("oom") as seen:
            victim = os.fork()
            if not victim:
                cgroup.enter()
                setup.put("/proc/self/oom_score_adj", str(adjust))
                area = mmap.mmap(-1, 2 * limit_pages * PAGE,
                                 mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
                for i in range(0, len(area), PAGE):
                    area[i] = 1
                os._exit(0)
            equal(os.waitpid(victim, 0)[1], 9, "end of the victim")
            seen.finish()
        event, = [e for e in events(seen) if e.pid == victim]
    # [pid] uid tgid total_vm rss ... pgtables_bytes swapents adj name
    rows = [re.search(rf"\[ *{victim}\] +(.*)", line) for line in said]
    row, = [match[1].split() for match in rows if match]
    rss, tables, swapped = int(row[3]), int(row[-4]), int(row[-3])
    points = rss + swapped + tables // PAGE + adjust * (limit_pages // 1000)
    note(f"RSS {event.pages}, points {event.points}; by the kernel's table "
         f"{rss}, {points}")
    # Before 7.x the kernel reads counters that are exact to a batch for each
    # processor; between its table and the kill none of them changes.
    slack = 0 if oracle.version() >= (7, 0) else 64 * os.cpu_count()
    assert abs(event.pages - rss) <= slack, (event.pages, rss)
    assert abs(event.points - points) <= slack, (event.points, points)


@test("flushes of the TLB, of what is watched alone")
def flushes():
    with watch.Watch(pid=os.getpid(), kinds=["tlb"], ring_bytes=RING) as seen:
        for _ in range(8):
            area = mmap.mmap(-1, 4 * PAGE,
                             mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
            for i in range(4):
                area[i * PAGE] = 1
            area.close()
        seen.finish()
    told = events(seen)
    equal({spec.word("memory_kind", e.kind) for e in told}, {"tlb-flush"},
          "kinds")
    equal({e.pid for e in told}, {os.getpid()}, "whose")
    reasons = collections.Counter((e.reason, e.pages) for e in told)
    note(f"(reason, pages): {dict(reasons.most_common(8))}")
    # TLB_LOCAL_SHOOTDOWN and TLB_LOCAL_MM_SHOOTDOWN.
    assert sum(n for (reason, pages), n in reasons.items()
               if reason in (2, 3) and pages) >= 8, reasons


@test("what is not asked for is not attached, and what can be is said")
def attached():
    kinds = spec.ENUM["watch_kind"]
    workload.wait_until(lambda: watch.info()[:2] == (0, 0),
                        "the watches of the tests before to go")
    watchable = watch.info()[2]
    equal(spec.words("watch_kind", watchable), list(kinds), "watchable")
    for kind in KINDS + ["eviction"]:
        with everything(kind) as seen:
            equal(watch.info(), (1, kinds[kind], watchable), kind)
            seen.stop()
            equal(watch.info()[1], 0, f"{kind}, stopped")
        workload.wait_until(lambda: watch.info()[0] == 0, "the watch to go")
    with everything("reclaim"), everything("eviction", "oom") as second:
        equal(watch.info()[1], kinds["reclaim"] | kinds["eviction"] |
              kinds["oom"], "of two watches")
        second.stop()
        equal(watch.info()[1], kinds["reclaim"], "of the one that is left")
    lines = dict(line.split(" ", 1) for line in reclaim.text(
        "/sys/kernel/debug/mmlens/info").splitlines())
    equal(lines["unprobed"], "-", "what this kernel does not let be probed")
    equal(lines["watchable"], ",".join(kinds), "watchable, as text")


@test("two watches are told the same, each what it asked for")
def two():
    setup.quiet()
    setup.swap_on()
    with reclaim.Cgroup() as cgroup, reclaim.Heat(cgroup) as heat, \
            everything("reclaim") as one, everything("reclaim", "huge",
                                                     "compaction") as more:
        heat.do(f"anon a {PAGES // 2}")
        try:
            cgroup.set("memory.reclaim", PAGES // 4 * PAGE)
        except OSError as error:
            equal(error.errno, errno.EAGAIN, "memory.reclaim")
        time.sleep(0.2)
        one.finish()
        more.finish()
    tell(one)
    assert events(one), "nothing"

    def facts(seen):
        return collections.Counter(
            e._replace(serial=0) for e in events(seen)
            if e.tid == os.getpid())
    equal(facts(more) - facts(one), collections.Counter(), "told to one alone")
    equal(facts(one) - facts(more), collections.Counter(), "told to the other")


main()
