# SPDX-License-Identifier: GPL-2.0
"""Very much of everything: address space, VMAs, processes, cgroups, watchers;
and readers who take their time. What is told is all there, as the kernel's own
books have it; what it costs follows what is there; and the kernel's memory is
what it was when it is over."""
import collections
import contextlib
import errno
import os
import socket
import subprocess
import sys
import time

sys.path.insert(0, __file__.rpartition("/")[0] + "/../lib")
# pylint: disable=wrong-import-position
import debugfs
import lens
import netlink
import oracle
import reclaim
import scale
import setup
import sharing
import spec
import system
import vmas
import watch
from compare import STATE
from faulter import Target
from ktap import equal, figure, main, none_left, note, test
from netlink import query
from scale import Books, Timer
from workload import Workload, wait_until

PAGE = oracle.PAGE
VMAS = scale.size(200000, 4000)
# A command has to do for so many what can be told from its start.
FEW_VMAS = scale.size(20000, 1000)
PROCESSES = scale.size(10000, 600)
# With fewer, a dump of them is over before some can be removed.
CGROUPS = max(100, scale.size(1000, 100))
# How long somebody who reads a byte a second reads, and how long a second is.
SECOND = 1 if scale.LONG else 0.1
BYTES = 20 if scale.LONG else 8
# How long a target is looked at, and how long its lock may keep it waiting: most
# of that. A slow kernel lets it wait so long with nobody else there.
RUN = (3 if scale.LONG else 1) * setup.PATIENCE
WAITS = 0.75 * setup.PATIENCE


def stall_of(messages):
    """What the whole answer cost: the last that was told."""
    return [spec.unpack("stall", m.one("stall")) for m in messages
            if m.one("stall")][-1]


def told(stall):
    return (f"{stall.holds} holds, the longest "
            f"{stall.longest_ns / 1e6:.2f} ms")


# Address space.

def scattered(count, gib):
    """Seconds, the best of some, and the stall of a dump of so many pages at
    equal distances in so much address space; all of it told, and right."""
    with Workload("sparse", 0, count, gib) as target:
        target.stop()
        area, = target.areas
        best = None
        for _ in range(3 if scale.LONG else 2):
            with netlink.Socket() as sock, Timer() as timer:
                messages = sock.dump("page", query(
                    pid=target.pid, start=area.start, end=area.end))
            if not best or timer.seconds < best[0]:
                best = timer.seconds, stall_of(messages)
        runs = netlink.runs_of(messages)
        step = (gib << 30) // count
        equal([r.start for r in runs if STATE[r.state] == "anon"],
              [area.start + (step * i & -PAGE) + i % 512 * PAGE
               for i in range(count)], "where pages are")
        equal({r.pages for r in runs if STATE[r.state] == "anon"}, {1},
              "lengths")
        equal(sum(r.pages for r in runs), (gib << 30) // PAGE, "pages")
        equal({STATE[r.state] for r in runs}, {"anon", "none"}, "states")
        vma = lens.ask("vmas", target.pid, "--stats", checked=False)["vmas"]
        row, = (v for v in vma if lens.number(v["start"]) == area.start)
        equal((row["pages"]["anon"], sum(row["pages"].values())),
              (count, (gib << 30) // PAGE), "vmas --stats")
        return best


@test("1 TiB, pages far apart: each told, and the cost is that of what is "
      "mapped")
def address_space():
    count = scale.size(1024, 256)
    # As many tables in both.
    near, near_stall = scattered(count, count)
    far, far_stall = scattered(count, 1024)
    note(f"{count} pages in {count} GiB: {near * 1000:.1f} ms, "
         f"{told(near_stall)}")
    note(f"in 1 TiB: {far * 1000:.1f} ms, {told(far_stall)}")
    # A table of entries, one of the level above, for each; and the one at the
    # top, twice: the budget of a hold is 2048 entries, the emptiness is few.
    most = 2 * (2 * count * 512 // 2048) + 8
    assert 0 < near_stall.holds < most, near_stall
    assert 0 < far_stall.holds < most, far_stall
    assert far_stall.total_ns < far * 1e9, far_stall
    assert far < 4 * near + 0.05, (near, far)


# VMAs.

def commands_scale(target_of, sizes, commands):
    """Commands whose time grows faster than what they tell of: four times as
    much may take nine times as long, and not sixteen."""
    costs = collections.defaultdict(list)
    for size in sizes:
        with target_of(size) as target:
            for words in commands:
                args = [str(word(target) if callable(word) else word)
                        for word in words]
                cost = min(scale.cost_of(*args)
                           for _ in range(2 if scale.LONG else 1))
                equal(cost.status, 0, f"exit of {args}")
                costs[" ".join(w for w in words if isinstance(w, str))].append(
                    cost.seconds)
    for name, (small, large) in costs.items():
        note(f"{name}: {small:.2f} s, of four times as much {large:.2f} s")
    # Below that is what it takes to start a program.
    return [f"{name}: {small:.2f} s, then {large:.2f} s"
            for name, (small, large) in costs.items()
            if large > 9 * max(small, 0.1)]


def pid_of(target):
    return target.pid


COMMANDS = (("vmas",), ("-j", "vmas", "--stats"), ("pages",), ("-j", "pages"),
            ("cow",), ("-j", "zero"), ("lru",), ("age",)) if scale.LONG else (
                ("-j", "vmas", "--stats"), ("pages",))


@test("many VMAs: all told, in order, by both faces and the command line")
def many_vmas():
    books = Books()
    with scale.limits({"vm/max_map_count": VMAS + 1000}), \
            Workload("vmas", VMAS) as target:
        target.stop()
        maps = oracle.maps(target.pid)
        assert len(maps) >= VMAS, len(maps)
        figure("VMAs of one process", len(maps))
        with Timer() as timer:
            rows, stall = scale.vma_rows(target.pid)
        note(f"{len(maps)} VMAs: {timer.seconds:.2f} s, {told(stall)}")
        perms = {flags: vmas.perms(flags) for _, _, flags, _ in rows}
        equal([(start, end, perms[flags], name)
               for start, end, flags, name in rows],
              [(v.start, v.end, v.perms, v.name) for v in maps],
              "VMAs as maps has them")
        with Timer() as timer:
            lines = debugfs.ask("vmas", target.pid).splitlines()
        note(f"debugfs vmas: {timer.seconds:.2f} s")
        equal([tuple(int(w, 0) for w in line.split()[:2]) for line in lines],
              [(v.start, v.end) for v in maps], "debugfs")
        with netlink.Socket() as sock:
            messages = sock.dump("page", query(pid=target.pid))
            mm = sock.do("mm", query(pid=target.pid))
            equal(spec.unpack("counters", mm.one("counters")).map_count,
                  len(maps), "map-count")
            for vma in maps[0], maps[len(maps) // 2], maps[-1]:
                answer = sock.do("walk", query(pid=target.pid,
                                               address=vma.end - PAGE))
                found = spec.unpack("vma", answer.one("vma"))
                equal((found.start, found.end), (vma.start, vma.end), "walk")
        pages(maps, messages)
        lines = lens.run("vmas", target.pid)
        equal(lines.status, 0, "exit of vmas")
        ends = sum(f"{v.start:x}".encode() in lines.out for v in maps[::997])
        equal(ends, len(maps[::997]), "VMAs in the text")
        equal(len(lens.ask("vmas", target.pid, checked=False)["vmas"]),
              len(maps), "JSON")
        json_takes(target, len(maps))
        stack, = (v for v in maps if v.name == b"[stack]")
        frame = sharing.frame_at(target.pid, stack.end - PAGE)
        found = netlink.mappers(pid=target.pid, address=stack.end - PAGE)
        equal([(m.pid, m.address) for m in found.mappers],
              [(target.pid, stack.end - PAGE)], "mappers")
        equal(found.page.pfn, frame, "frame")
    books.settled("many VMAs")


def json_takes(target, count):
    """As objects, 200,000 VMAs had taken 800 MiB, which a small machine has
    not."""
    least = scale.cost_of("mmlens", "-j", "mm", str(target.pid))
    cost = scale.cost_of("mmlens", "-j", "vmas", "--stats", str(target.pid))
    equal((least.status, cost.status), (0, 0), "exit status")
    each = (cost.resident_kib - least.resident_kib) * 1024 / count
    note(f"vmas --stats as JSON takes {cost.seconds:.2f} s, and {each:.0f} "
         "bytes for each VMA")
    assert each < 2500, each


def pages(maps, messages):
    """Every VMA is covered by its runs, and nothing else is."""
    stall = stall_of(messages)
    note(f"pages: {told(stall)}")
    i, at = 0, maps[0].start
    for run in netlink.runs_of(messages):
        if at == maps[i].end:
            i += 1
            at = maps[i].start
        equal(run.start, at, f"start of a run, VMA {i}")
        at += run.pages * PAGE
        assert at <= maps[i].end, (run, maps[i])
    equal((i, at), (len(maps) - 1, maps[-1].end), "the end")
    # Each counts as 16 entries of 2048 at least: the budget is kept.
    assert stall.holds >= len(maps) * 16 // 2048, stall


@test("four times as many VMAs: no command takes sixteen times as long")
def vmas_scale():
    with scale.limits({"vm/max_map_count": 4 * FEW_VMAS + 1000}):
        slow = commands_scale(
            lambda size: Workload("vmas", size), (FEW_VMAS, 4 * FEW_VMAS),
            [("mmlens", *words, pid_of) for words in COMMANDS])
    none_left(slow, "commands by size")


# Processes.

def all_mappers(crowd, area):
    """The mappers of a page that everybody maps, each once."""
    everybody = crowd.everybody()
    address = crowd.area(area).start
    with netlink.Socket() as sock, Timer() as timer:
        messages = sock.dump("mapper", query(pid=crowd.pid, address=address))
    found = [spec.unpack("mapper", value) for m in messages
             for value in m.all("mapper")]
    equal(collections.Counter((m.pid, m.address) for m in found),
          collections.Counter((pid, address) for pid in everybody),
          f"mappers of {area}")
    run, = netlink.runs_of(messages)
    equal((run.mapcount, sharing.count(run.pfn)), (len(found),) * 2,
          "the kernel's count")
    stall = stall_of(messages)
    note(f"{len(found)} mappers of {area}: {timer.seconds:.2f} s, "
         f"{told(stall)}")
    # 256 are looked at in a hold, or less if somebody waits.
    assert stall.holds >= len(found) // 256, stall
    return run, found, timer.seconds


@test("many processes map one page: each is found, by address and by frame")
def mappers():
    books = Books()
    with scale.crowd(PROCESSES) as crowd:
        crowd.enough(PROCESSES)
        figure("processes at once", crowd.children)
        for area in "shared", "inherited":
            run, found, _ = all_mappers(crowd, area)
            by_frame = netlink.mappers(frame=run.pfn)
            equal({m.pid for m in by_frame.mappers},
                  {m.pid for m in found}, "by the frame")
        figure("mappers of one page", len(found))
        address = crowd.area("shared").start
        lines = debugfs_mappers(crowd.pid, address)
        equal(len(lines), crowd.children + 2, "debugfs, the page and each")
        answer = lens.ask("sharers", crowd.pid, f"{address:x}", checked=False)
        equal(answer["summary"]["found"], crowd.children + 1, "found")
        text = lens.run("sharers", crowd.pid, f"{address:x}").out.decode()
        both = crowd.children + 1
        assert f"Found {both} of {both} mappings" in text or (
            f"Found {both:,} of {both:,} mappings" in text), text[:500]
        kill_readers(crowd, address)
        while_they_leave(crowd, address)
        who_shares(crowd)
    books.settled("many processes")


def debugfs_mappers(pid, address):
    fd = os.open(f"{debugfs.ROOT}/pid/mappers", os.O_RDWR)
    try:
        os.write(fd, f"{pid} {address:#x}".encode())
        return debugfs.rest(fd).splitlines()
    finally:
        os.close(fd)


def kill_readers(crowd, address):
    """Whoever reads can be killed at any moment, and is gone at once."""
    worst = 0
    for wait in (0.005, 0.02, 0.05, 0.1, 0.2):
        with subprocess.Popen(["mmlens", "sharers", str(crowd.pid),
                               f"{address:x}"], stdout=subprocess.DEVNULL
                              ) as process:
            time.sleep(wait)
            process.kill()
            with Timer() as timer:
                process.wait()
            worst = max(worst, timer.seconds)
    note(f"a reader that is killed is gone after {worst * 1000:.0f} ms")
    assert worst < 5 * setup.PATIENCE, worst


def while_they_leave(crowd, address):
    """Those who stay are told, but for one or another; nobody else is."""
    before = crowd.everybody()
    with netlink.Socket() as sock:
        sock.start_dump("mapper", query(pid=crowd.pid, address=address))
        messages = sock.receive() + sock.receive()
        crowd.command(f"leave {crowd.children // 4}")
        rest = list(sock.answers())
    found = [spec.unpack("mapper", value) for m in rest
             for value in m.all("mapper")]
    first = [spec.unpack("mapper", value)
             for _, _, _, payload in messages
             for kind, value in netlink.attrs_of(payload, 4)
             if kind == spec.CONST["MMLENS_A_QUERY_MAPPER"]]
    stayed = crowd.everybody()
    pids = {m.pid for m in first + found}
    note(f"{len(before) - len(stayed)} left meanwhile: {len(pids & stayed)} "
         f"of {len(stayed)} who stayed were told")
    assert pids - {0} <= before, pids - before
    assert len(pids & stayed) >= len(stayed) // 2, (len(pids), len(stayed))


def who_shares(crowd):
    """All tasks of the machine are looked at."""
    with netlink.Socket() as sock, Timer() as timer:
        messages = sock.dump("sharer", query(pid=crowd.pid))
    told_of = [spec.unpack("sharer", data).pid for m in messages
               for data in m.all("sharer")]
    equal(told_of, [crowd.pid], "who shares the address space")
    note(f"who shares, of all tasks: {timer.seconds * 1000:.0f} ms")
    for words in (("mm", crowd.pid), ("lru",), ("lru", crowd.pid),
                  ("age", crowd.pid)):
        equal(lens.run(*words).status, 0, f"exit of {words}")


@test("many processes are watched: each of their faults is told, once")
def watched_crowd():
    books = Books()
    count = PROCESSES // 2
    with reclaim.Cgroup() as cgroup, \
            scale.crowd(0, before=cgroup.enter) as crowd, \
            contextlib.ExitStack() as watches:
        own = crowd.area("own")
        where = {"start": own.start, "end": own.end}

        def begin(**values):
            return watches.enter_context(watch.Watch(
                ring_bytes=watch.RING_MOST // 4, **where, **values))

        family = begin(pid=crowd.pid, follow=True, kinds=["fault"])
        group = begin(cgroup=cgroup.inode, kinds=["fault"])
        counting = begin(pid=crowd.pid, follow=True, kinds=["count"])
        crowd.command(f"fork {count}")
        crowd.enough(count)
        for one in family, counting:
            equal(one.ask().faults.processes, crowd.children + 1,
                  "processes watched")
        children = crowd.everybody() - {crowd.pid}
        for _ in range(2):
            crowd.command("touch")
        with Timer() as timer:
            counts = {one: one.finish() for one in (family, group, counting)}
        for one, count_of in counts.items():
            equal(count_of.classes["anon"].count, 2 * len(children), "anon")
            equal(count_of.faults.unfollowed, 0, "not followed")
            if one is not counting:
                got = collections.Counter(e.pid for e in one.faults)
                lost = sum(count_of.lost.values())
                equal(sum(got.values()) + lost, 2 * len(children), "events")
                equal(set(got) <= children and max(got.values()) <= 2, True,
                      "who, and how often")
                note(f"{sum(got.values())} events, {lost} lost")
        note(f"{len(children)} processes, three watches: ended and read in "
             f"{timer.seconds:.1f} s")
        told_end = lens.run("faults", crowd.pid, "--follow", "--for", "0.2")
        equal(told_end.status, 0, "exit of faults --follow")
    books.settled("many watched")


@test("a watch of many that ends while they fork: nobody is watched any more")
def watch_ends():
    count = scale.size(40, 5)
    with scale.crowd(0) as crowd, contextlib.ExitStack() as watches:
        first = [watches.enter_context(watch.Watch(
            pid=crowd.pid, follow=True, kinds=["count"])) for _ in range(count)]
        crowd.command(f"fork {PROCESSES // 4}")
        many = crowd.children
        longest = 0
        for one in first:
            # Children come while all are passed: none is added behind.
            crowd.process.stdin.write(b"fork 8\n")
            crowd.process.stdin.flush()
            with Timer() as timer:
                one.stop()
            crowd.listen()
            longest = max(longest, timer.seconds)
            equal(one.ask().faults.processes, 0, "processes still watched")
        note(f"{count} watches of {many} processes: at most "
             f"{longest * 1000:.0f} ms to stop")


# Cgroups.

@test("many cgroups: each told once, its sizes as memory.stat has them, and "
      "the sums those of the node")
def cgroups():
    books, before = Books(), scale.dying()
    with scale.Cgroups(CGROUPS) as groups:
        figure("cgroups at once", CGROUPS)
        with Timer() as timer:
            vecs = system.lru()
        note(f"{len(vecs)} lruvecs in {timer.seconds:.2f} s")
        by_inode = collections.Counter(v.head.cgroup for v in vecs)
        equal({inode: by_inode[inode] for _, inode in groups.all},
              {inode: 1 for _, inode in groups.all}, "each once")
        as_stat(groups)
        system.exact_sums("many")
        for name in "lru", "tails":
            with Timer() as timer:
                lines = oracle.slurp(f"{debugfs.ROOT}/{name}").splitlines()
            told_of = {int(line.split()[1]) for line in lines
                       if line.startswith(b"lruvec ")}
            note(f"debugfs {name}: {len(lines)} lines in "
                 f"{timer.seconds:.2f} s")
            equal({inode for _, inode in groups.all} - told_of, set(), name)
        cgroups_told = {row["cgroup"] for row in
                        lens.ask("lru", checked=False)["lru"]["lruvecs"]}
        equal({inode for _, inode in groups.all} - cgroups_told, set(),
              "cgroups that the command does not tell")
        equal(lens.run("lru").status, 0, "exit of lru")
        with Timer() as timer:
            system.peek(cgroup=groups.all[-1][1], lru="inactive-anon")
        note(f"a look at the last of them: {timer.seconds * 1000:.0f} ms")
        removed_between(groups)
    wait_until(lambda: scale.dying() <= before, "removed cgroups to go", 60)
    books.settled("many cgroups")


def as_stat(groups):
    """The kernel sums up when enough has changed, else each two seconds."""
    end = time.monotonic() + 10 * setup.PATIENCE
    while True:
        lists = {v.head.cgroup: v.total() for v in system.lru()}
        wrong = []
        for i, (directory, inode) in enumerate(groups.all):
            stat = reclaim.memory_stat(directory)
            book = sum(stat[name.replace("-", "_")]
                       for name in system.LISTS) // PAGE
            if not lists[inode] == book == groups.pages(i):
                wrong.append((directory, lists[inode], book, groups.pages(i)))
        if not wrong or time.monotonic() > end:
            break
        time.sleep(0.5)
    none_left(wrong, "sizes of cgroups: told, memory.stat, written")


def removed_between(groups):
    """A dump is half read when a third of them goes, with what is in it or
    without: those that stay are told, each once."""
    with netlink.Socket() as sock:
        sock.start_dump("lru", system.request())
        raw = sock.receive()
        assert all(kind == sock.family for kind, _, _, _ in raw), raw
        for i in range(0, len(groups.all), 3):
            if i % 2:
                groups.forget(i)
            groups.remove(i)
        messages = [netlink.Message(flags, payload)
                    for _, flags, _, payload in raw] + list(sock.answers())
    heads = collections.Counter(
        head.cgroup for m in messages
        for head in system.structs(m, "lruvec", "lruvec"))
    stay = [inode for i, (_, inode) in enumerate(groups.all) if i % 3]
    equal({heads[inode] for inode in stay}, {1}, "those that stay")
    equal(max(heads.values()), 1, "nobody twice")
    system.exact_sums("with some that were removed")


# Watchers.

@test("64 watchers at once: each is told all, or what it lost")
def watchers():
    books = Books()
    # With fewer, what waits in the smallest ring and socket is all there is.
    count = max(400, scale.size(20000, 400))
    kinds = [{"kinds": ["fault"]}, {"kinds": ["count"]},
             {"kinds": ["fault"], "follow": True},
             {"kinds": ["fault"], "everything": True},
             # One that loses.
             {"kinds": ["fault"], "ring_bytes": 4096,
              "room": watch.ROOM_LEAST},
             {"kinds": ["fault", "eviction"]}, {"kinds": ["fault"]}]
    with Target() as process, contextlib.ExitStack() as open_ones:
        start, end = process.prepare("zero", count)

        def begin(i):
            wish = dict({"room": 4 << 20}, **kinds[i % len(kinds)])
            wish.update({"cgroup": process.cgroup.inode} if i % 8 == 7 and
                        not {"follow", "everything"} & set(wish) else
                        {} if "everything" in wish else {"pid": process.pid})
            return open_ones.enter_context(
                watch.Watch(start=start, end=end, **wish))

        all_of_them = [begin(i) for i in range(64)]
        equal(watch.info()[0], 64, "watches")
        equal(watch.refused(pid=process.pid)[0], errno.EUSERS, "the 65th")
        figure("watchers at once", 64)
        before = watch.booked(process.pid)
        with Timer() as timer:
            process.command("run")
        booked = watch.less(watch.booked(process.pid), before)
        note(f"{booked.minor} faults under 64 watches: "
             f"{timer.seconds / booked.minor * 1e6:.0f} us each")
        events = lost = 0
        for i, one in enumerate(all_of_them):
            counts = one.finish()
            got = {name: row.count for name, row in counts.classes.items()}
            if "everything" in kinds[i % len(kinds)]:
                assert got["zero"] >= count, (i, got)
            else:
                equal(got, {"zero": count}, f"faults of watch {i}")
            events += one.delivered
            lost += sum(counts.lost.values())
            if "ring_bytes" in kinds[i % len(kinds)]:
                assert sum(counts.lost.values()), f"watch {i} lost nothing"
        note(f"{events} events delivered, {lost} lost")
    wait_until(lambda: watch.info()[:2] == (0, 0), "watches to go")
    books.settled("64 watchers")


# Slow readers.

def hindered(target, others=()):
    """While somebody reads slowly: the target's pace and that of others. Who
    held its lock from byte to byte would hold it all the time, so that one
    undisturbed run is proof enough, and three are tried: the host is busy,
    too."""
    for _ in range(3):
        for other in others:
            other()
        with contextlib.ExitStack() as beside:
            quick = [beside.enter_context(scale.Beside(ask)) for ask in others]
            target.command(f"run {RUN * 1000}")
        numbers = dict(target.numbers)
        waited = numbers["longest_ns"] / 1e9
        if waited < WAITS and all(o.count for o in quick):
            break
    note(f"beside it: {numbers['ops']} times mapped and unmapped, the longest "
         f"{waited * 1000:.1f} ms; others read "
         f"{[o.count for o in quick]} times")
    assert waited < WAITS, f"kept waiting for {waited:.1f} s"
    assert numbers["ops"] > 3, numbers
    assert all(o.count for o in quick), [o.count for o in quick]


@test("a reader of a dump who takes a message a second hinders nobody")
def slow_dump():
    with Workload("pace", 8000) as target:
        def quick():
            netlink.pages(pid=target.pid)

        for command in "page", "vma":
            detail = {"detail": netlink.ALL_DETAILS}
            if command != "page":
                detail = {}
            with netlink.Socket() as sock:
                # As little as the kernel permits.
                sock.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
                sock.start_dump(command, query(pid=target.pid, **detail))
                sock.sock.settimeout(60 * setup.PATIENCE)
                # The rest is for later, however long it takes here.
                slow = scale.Beside(sock.receive, SECOND, 20)
                with slow:
                    wait_until(lambda s=slow: s.count >= 2, "the reading")
                    hindered(target, [quick])
                # What is left is there, and has an end.
                rest = list(sock.answers())
            note(f"{command}: {slow.count} times slowly, then {len(rest)} "
                 "messages more")
            assert rest, "the dump was over before it was slow"


@test("a reader of debugfs who takes a byte a second hinders nobody")
def slow_debugfs():
    with Workload("pace", 8000) as target:
        def quick():
            debugfs.ask("vmas", target.pid)

        for name in "vmas", "pages":
            whole = debugfs.ask(name, target.pid).encode()
            fd = os.open(f"{debugfs.ROOT}/pid/{name}", os.O_RDWR)
            try:
                os.write(fd, str(target.pid).encode())
                read = []
                slow = scale.Beside(lambda f=fd: read.append(os.read(f, 1)),
                                    SECOND)
                with slow:
                    wait_until(lambda s=slow: s.count >= 2, "the reading")
                    hindered(target, [quick])
                    wait_until(lambda s=slow: s.count >= BYTES, "some bytes",
                               60)
                rest = debugfs.rest(fd).encode()
            finally:
                os.close(fd)
            equal({len(byte) for byte in read}, {1}, "bytes at a time")
            together = b"".join(read) + rest
            # What was mapped meanwhile comes and goes; what stands is there.
            after = set(debugfs.ask(name, target.pid).encode().splitlines())
            stands = [line for line in whole.splitlines() if line in after]
            got = set(together.splitlines())
            equal([line for line in stands if line not in got], [],
                  f"lines of {name} that stand, and were not told")


@test("a reader of events who takes a message a second: its losses are "
      "counted, and nobody waits for it")
def slow_events():
    books = Books()
    with Workload("pace", 2000) as target, \
            watch.Watch(pid=target.pid, kinds=["fault"], ring_bytes=8192,
                        room=watch.ROOM_LEAST) as slow, \
            watch.Watch(pid=target.pid, kinds=["count"]) as quick:
        before = watch.booked(target.pid)

        def take():
            if slow.sock.ready(0):
                slow.sock.receive()

        # Where faults take ten times as long, there is less to be lost.
        reader = scale.Beside(take, SECOND * (30 if setup.slow() else 1))
        with reader:
            for _ in range(10 if scale.LONG else 1):
                hindered(target)
                quick.ask()
        booked = watch.less(watch.booked(target.pid), before)
        at_first = slow.delivered
        counts = slow.finish()
        lost = sum(counts.lost.values())
        note(f"{counts.faults.events} events, {lost} lost, {at_first} came "
             "while it was slow")
        assert lost > 100, "nothing was lost: this proves nothing"
        assert slow.delivered > 0, "nothing came"
        equal(counts.faults.minor, booked.minor, "as the kernel has it")
        equal(slow.delivered + lost, counts.faults.events, "each event")
        equal(quick.finish().faults.minor, booked.minor, "the other watch")
    books.settled("slow readers")


setup.quiet()
main()
