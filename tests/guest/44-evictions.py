#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Pages that a process loses: each that pagemap misses afterwards has its event,
with its slot, and says who took it."""
import collections
import contextlib
import errno
import os
import sys
import time

sys.path.insert(0, __file__.rpartition("/")[0] + "/../lib")
# pylint: disable=wrong-import-position
import oracle
import prey
import reclaim
import setup
import spec
import watch
import workload
from ktap import Skip, equal, main, none_left, note, test
from reclaim import in_both

PAGE = oracle.PAGE
PAGES = 1024
HUGE = 512
# Room for all that comes before it is read.
RING = 4 << 20


def word(enum, number):
    return spec.word(enum, number)


def evictions(seen):
    return [event for name, event in seen.others if name == "eviction"]


def by_page(events):
    """The events by the address of each page, several if it came back."""
    out = collections.defaultdict(list)
    for event in events:
        for i in range(event.pages):
            slot = ((event.swap_type, event.swap_offset + i)
                    if event.swapped else None)
            out[event.address + i * PAGE].append((event, slot))
    return out


def look(pid):
    """What pagemap says of each page that it says anything of."""
    out = {}
    for vma in oracle.maps(pid):
        for i, entry in enumerate(oracle.pagemap(pid, vma.start, vma.end)):
            if entry & (oracle.PM_PRESENT | oracle.PM_SWAP):
                out[vma.start + i * PAGE] = entry
    return out


def slot_of(entry):
    """Of a page that pagemap calls swapped."""
    number = entry & oracle.PM_PFN
    return number & 31, number >> 5


def is_swapped(entry):
    return bool(entry & oracle.PM_SWAP) and not entry & oracle.PM_PRESENT


class Change:
    """What pagemap says has gone from a process that is stopped: nothing of it
    comes back meanwhile."""

    def __init__(self, pid):
        self.pid = pid
        self.before = look(pid)
        self.began = time.monotonic_ns()
        self.ended = None
        self.swapped, self.gone = {}, set()

    def look(self):
        self.ended = time.monotonic_ns()
        after = look(self.pid)
        for at, entry in self.before.items():
            if not entry & oracle.PM_PRESENT:
                continue
            now = after.get(at, 0)
            if is_swapped(now):
                self.swapped[at] = slot_of(now)
            elif not now & oracle.PM_PRESENT:
                self.gone.add(at)
        return self

    def compare(self, seen, lost=0):
        """Each page has its event, and each event its page. How many."""
        told = by_page(evictions(seen))
        wrong = [f"{at:#x}: two evictions, and it was stopped"
                 for at, events in told.items() if len(events) > 1]
        # The watch began earlier: what had gone before the first look.
        for at in by_page(e for e in evictions(seen) if e.time < self.began):
            if not self.before.get(at, 0) & oracle.PM_PRESENT:
                del told[at]
        # And it went on, as kswapd does: what went after the second look.
        for at in by_page(e for e in evictions(seen) if e.time > self.ended):
            if at not in self.swapped and at not in self.gone:
                told.pop(at, None)
        missing = (set(self.swapped) | self.gone) - set(told)
        if len(missing) > lost:
            wrong += [f"{at:#x}: gone, and no event" for at in missing]
        for at, events in told.items():
            if events[-1][1] != self.swapped.get(at):
                wrong.append(f"{at:#x}: slot {events[-1][1]}, pagemap has "
                             f"{self.swapped.get(at)}, and had "
                             f"{self.before.get(at, 0):#x}")
            elif at not in self.swapped and at not in self.gone:
                wrong.append(f"{at:#x}: told, and still there")
        none_left(wrong, "evictions")
        return len(self.swapped), len(self.gone)


def tell(events):
    rows = collections.Counter()
    for e in events:
        rows[word("evictor", e.evictor), word("state", e.state),
             "swapped" if e.swapped else "dropped"] += e.pages
    note(", ".join(f"{n} pages {' '.join(key)}" for key, n in rows.items()))
    return rows


def ask_for(cgroup, pages):
    """To reclaim it; the kernel may find less."""
    try:
        cgroup.set("memory.reclaim", pages * PAGE)
    except OSError as error:
        equal(error.errno, errno.EAGAIN, "memory.reclaim")


@contextlib.contextmanager
def scene(**limits):
    """Private memory, a file and shared memory, all mapped; of a process that
    is stopped."""
    setup.quiet()
    setup.swap_on()
    with reclaim.Cgroup(**limits) as cgroup, reclaim.Heat(cgroup) as heat:
        heat.do(f"anon a {PAGES}", f"file f {PAGES // 4}", "random f", "look f",
                f"shmem s {PAGES // 4}")
        heat.stop()
        yield cgroup, heat


@in_both("each page that left, left with an event, and its slot")
def all_told(which):
    with scene() as (cgroup, heat), \
            watch.Watch(pid=heat.pid, kinds=["eviction"],
                        ring_bytes=RING) as seen, \
            watch.Watch(cgroup=cgroup.inode, kinds=["eviction"],
                        ring_bytes=RING) as beside, \
            watch.Watch(everything=True, kinds=["eviction"],
                        ring_bytes=RING) as wide:
        change = Change(heat.pid)
        for part in 3, 2, 2, 2:
            ask_for(cgroup, PAGES // part)
        # What was used of late goes when it is asked for twice.
        change.look()
        seen.finish()
        swapped, gone = change.compare(seen)
        rows = tell(evictions(seen))
        note(f"{which}: {swapped} pages swapped, {gone} gone otherwise")
        assert swapped > PAGES // 4, swapped
        equal({event.pid for event in evictions(seen)}, {heat.pid}, "whose")
        equal({event.by_pid for event in evictions(seen)}, {os.getpid()},
              "by whom")
        equal({key[0] for key in rows}, {"memcg"}, "evictor")
        states = {"anon", "file", "shmem"}
        assert {key[1] for key in rows} <= states, rows
        equal({key for key in rows if key[1] != "anon" and
               key[2] == "swapped"}, set(), "shared, and a slot")
        names(seen, heat)
        for other in beside, wide:
            other.finish()
            none_left(facts(other, heat.pid) ^ facts(seen, heat.pid),
                      "what a cgroup's watch, or that of all, was told")


def facts(seen, pid):
    """All of the events that does not depend on the watch."""
    return {event._replace(serial=0, time=0, vma=0)
            for event in evictions(seen) if event.pid == pid}


def names(seen, heat):
    """Each event's VMA, by its row."""
    rows = {index: (row.vma.start, row.vma.end, row.name)
            for index, row in seen.vmas.items()}
    wrong = []
    for event in evictions(seen):
        start, end, name = rows.get(event.vma, (0, 0, ""))
        if not start <= event.address < end:
            wrong.append((event, start, end, name))
    none_left(wrong, "VMAs of events")
    file = heat.area("f")
    told = {row[2] for row in rows.values() if row[0] == file.start}
    if told:
        equal(told, {os.path.join(heat.files, "f")}, "name of the file's VMA")


@test("a file's pages are dropped, and have no slot")
def files():
    with scene() as (cgroup, heat), watch.Watch(
            pid=heat.pid, kinds=["eviction"], ring_bytes=RING) as seen:
        # Only files are taken.
        cgroup.set("memory.swap.max", "0")
        change = Change(heat.pid)
        for _ in range(4):
            ask_for(cgroup, PAGES)
        change.look()
        seen.finish()
        swapped, gone = change.compare(seen)
        equal(swapped, 0, "pages swapped")
        assert gone >= PAGES // 8, gone
        rows = tell(evictions(seen))
        equal({key[1:] for key in rows}, {("file", "dropped")}, "events")


@test("a process that meets its limit loses its pages by its own hand")
def limit():
    setup.quiet()
    setup.swap_on()
    with reclaim.Cgroup(max=PAGES * PAGE) as cgroup, \
            reclaim.Heat(cgroup) as heat, watch.Watch(
                pid=heat.pid, kinds=["eviction"], ring_bytes=RING) as seen:
        heat.do(f"anon a {2 * PAGES}")
        heat.stop()
        seen.finish()
        rows = tell(evictions(seen))
        equal({key[0] for key in rows}, {"memcg"}, "evictor")
        equal({event.by_pid for event in evictions(seen)}, {heat.pid}, "by")
        told = by_page(evictions(seen))
        # A page may have come back and have gone again: the last event counts.
        entries = look(heat.pid)
        wrong = []
        for at, entry in entries.items():
            if is_swapped(entry) and told[at][-1][1:] != (slot_of(entry),):
                wrong.append((hex(at), slot_of(entry), told[at]))
        none_left(wrong, "swapped pages")
        count = sum(is_swapped(entry) for entry in entries.values())
        assert count >= PAGES // 2, count


def advised(target, at, pages, advice="pageout"):
    """The events of memory that its owner gives up, after pagemap agreed."""
    # What waits in another processor's batch cannot be paged out.
    reclaim.drain()
    with watch.Watch(pid=target.pid, kinds=["eviction"],
                     ring_bytes=RING) as seen:
        before = target.words(at, pages)
        equal(target.order("advise", at, pages, advice), 0, "madvise")
        after = target.words(at, pages)
        seen.finish()
    told, wrong = by_page(evictions(seen)), []
    for i, (was, now) in enumerate(zip(before, after)):
        events = told.pop(at + i * PAGE, [])
        left = bool(was & oracle.PM_PRESENT and not now & oracle.PM_PRESENT)
        slot = slot_of(now) if is_swapped(now) else None
        if len(events) != left or left and events[0][1] != slot:
            wrong.append((i, hex(was), hex(now), events))
    none_left(wrong, "pages of the area")
    for event in evictions(seen):
        equal(word("evictor", event.evictor), "advice", "evictor")
        equal((event.pid, event.by_pid), (target.pid, target.pid), "whose, by")
    return [event for event in evictions(seen)
            if at <= event.address < at + pages * PAGE], after


@test("advice is advice: paged out, and freed lazily")
def advice():
    setup.quiet()
    setup.swap_on()
    with prey.Prey() as target:
        at = target.lay(PAGES // 2)
        events, after = advised(target, at, PAGES // 2)
        tell(events)
        equal(sum(map(is_swapped, after)), PAGES // 2, "swapped")
        # MADV_FREE gives up what is in them: neither file nor swap.
        at = target.lay(PAGES // 4)
        # It concerns those alone that are on a list, and has its effect when
        # they have left a batch once more.
        reclaim.drain()
        equal(target.order("advise", at, PAGES // 4, "free"), 0, "MADV_FREE")
        reclaim.drain()
        events, after = advised(target, at, PAGES // 4)
        equal(tell(events), {("advice", "anon", "dropped"): PAGES // 4},
              "freed lazily")
        assert not any(word & (oracle.PM_PRESENT | oracle.PM_SWAP)
                       for word in after), "not empty afterwards"


@test("a huge page goes in one event, or in as many as it was split into")
def huge():
    setup.quiet()
    setup.swap_on()
    with prey.Prey() as target:
        at = target.lay(2 * HUGE, "hugepage")
        events, after = advised(target, at, 2 * HUGE)
        shapes = collections.Counter(
            (word("level", event.level), event.pages) for event in events)
        note(f"shapes (level, pages): {dict(shapes)}")
        equal(sum(map(is_swapped, after)), 2 * HUGE, "swapped")
        # Where swap has a free stretch for it.
        assert ("pmd", HUGE) in shapes, shapes
        # A part of one: it is split first, on 6.1; the rest stays.
        at = target.lay(HUGE, "hugepage")
        events, after = advised(target, at, 16)
        shapes = collections.Counter(
            (word("level", event.level), event.pages) for event in events)
        note(f"a part: {dict(shapes)}, {sum(map(is_swapped, after))} swapped")


@test("without swap a huge page is split, and nothing is lost")
def split():
    setup.quiet()
    setup.swap_on()
    with prey.Prey() as target:
        at = target.lay(HUGE, "hugepage")
        setup.swap_off()
        try:
            events, after = advised(target, at, HUGE)
        finally:
            setup.swap_on()
        equal(events, [], "events")
        equal(sum(bool(word & oracle.PM_PRESENT) for word in after), HUGE,
              "pages left")


@test("folios of 64 KiB, whole and in part")
def large():
    setup.quiet()
    setup.swap_on()
    knob = setup.THP + "hugepages-64kB/enabled"
    if not os.path.exists(knob):
        raise Skip("this kernel has no folios of 64 KiB for private memory")
    setup.put(knob, "madvise")
    try:
        with prey.Prey() as target:
            at = target.lay(16 * 8, "hugepage")
            # Holes: what is left of a folio goes, in pieces.
            for first in 2, 16 + 7, 32:
                target.order("advise", at + first * PAGE, 3, "dontneed")
            events, after = advised(target, at, 16 * 8)
    finally:
        setup.huge_by_default("madvise")
    shapes = collections.Counter(event.pages for event in events)
    note(f"pages of an event: {dict(shapes)}")
    equal(sum(map(is_swapped, after)), 16 * 8 - 9, "swapped")


def by_both(seen):
    while seen.sock.ready(0):
        seen.sock.receive()
    return {"kswapd", "direct"} <= {word("evictor", event.evictor)
                                    for event in evictions(seen)}


@test("short of memory, a process loses pages to kswapd and to others")
def pressure():
    setup.quiet()
    setup.swap_on()
    with reclaim.Heat() as heat, prey.Prey() as hog, watch.Watch(
            pid=heat.pid, kinds=["eviction"], ring_bytes=RING) as seen:
        heat.do(f"anon a {4 * PAGES}")
        heat.stop()
        change = Change(heat.pid)
        reclaim.press(hog, lambda: by_both(seen))
        change.look()
        seen.finish()
        # What is left has come back to nobody: it is stopped.
        change.compare(seen, seen.lost)
        rows = tell(evictions(seen))
        by = collections.Counter(
            (word("evictor", e.evictor), bytes(e.by_comm).rstrip(b"\0").decode(),
             e.by_pid) for e in evictions(seen))
        note(dict(by))
        kinds = {key[0] for key in rows}
        assert "kswapd" in kinds, rows
        assert "direct" in kinds, rows
        assert not kinds - {"kswapd", "direct"}, rows
        for evictor, comm, pid in by:
            if evictor == "kswapd":
                assert comm.startswith("kswapd"), comm
        assert ("direct", "python3", hog.pid) in by, by


@test("what there was no room for is counted, and explains what is missing")
def losses():
    with scene() as (cgroup, heat), watch.Watch(
            pid=heat.pid, kinds=["eviction"], ring_bytes=4096,
            room=watch.ROOM_LEAST) as seen:
        change = Change(heat.pid)
        for part in 3, 2, 2:
            ask_for(cgroup, PAGES // part)
        change.look()
        # What is on its way comes as there is room for it.
        while seen.sock.ready(1):
            seen.sock.receive()
        counts = seen.finish()
        lost = sum(counts.lost.values())
        note(f"{counts.faults.events} events, {lost} lost")
        assert lost, "nothing was lost"
        change.compare(seen, lost)


main()
