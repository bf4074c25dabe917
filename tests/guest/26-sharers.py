# SPDX-License-Identifier: GPL-2.0
# boot: named 4level
"""Who maps a page, against the pagemap of every process and kpagecount."""
import contextlib
import errno
import sys
import time

sys.path.insert(0, __file__.rpartition("/")[0] + "/../lib")
# pylint: disable=wrong-import-position
import child
import lens
import netlink
import oracle
import setup
import sharing
import spec
from compare import STATE
from ktap import equal, main, none_left, note, test
from oracle import PAGE
from workload import Workload, program, wait_until

KINDS = {"anon": "anon", "shmem": "shmem", "file-private": "file",
         "file-shared": "file", "thp": "anon", "hugetlb": "hugetlb"}


def told_set(told, what):
    """Who was told; nobody twice. A child that is being born has no PID."""
    pairs = [(m.pid, m.address) for m in told.mappers if m.pid]
    if len(pairs) != len(set(pairs)):
        none_left(sorted({p for p in pairs if pairs.count(p) > 1}),
                  f"{what}: told twice")
    return set(pairs)


def check(pid, address, what, found=None, exact=True):
    """One page, by its address and by its frame, raw and by the command
    line: all must tell what the scan found."""
    frame = sharing.frame_at(pid, address)
    found = (found or sharing.scan([frame]))[frame]
    want = sharing.once(found)
    for where in {"pid": pid, "address": address}, {"frame": frame}:
        told = netlink.mappers(**where)
        pairs = told_set(told, what)
        equal(told.unknown, False, f"{what}: unknown")
        equal(told.page.pfn, frame, f"{what}: frame")
        # Whoever is told of an address space shares it.
        equal(pairs - found, set(), f"{what}, by {list(where)}: not found")
        got = sharing.once(pairs)
        equal(want - got, set(), f"{what}, by {list(where)}: missing")
        equal(len(pairs), len(got), f"{what}: address spaces told once")
        if exact:
            equal(len(pairs), sharing.count(frame), f"{what}: kpagecount")
            equal(told.page.mapcount, len(pairs), f"{what}: mapcount")
    for words in ("sharers", pid, hex(address)), ("pfn", hex(frame)):
        answer = lens.ask(*words)
        # The command itself maps the C library, too.
        equal({(m["pid"], lens.number(m["address"]))
               for m in answer[words[0]] if m["comm"] != "mmlens"}, pairs,
              f"{what}, mmlens {words}")
        equal((answer["summary"]["found"], answer["summary"]["complete"]),
              (len(answer[words[0]]), True), f"{what}, mmlens {words}: summary")
    return told


@test("a page of the C library, in many programs")
def library():
    setup.quiet()
    setup.huge_pages(4)
    with contextlib.ExitStack() as stack:
        pids = [stack.enter_context(program("sleep", "1000")).pid
                for _ in range(14)]
        texts = [vma for vma in oracle.maps(pids[0])
                 if b"libc.so" in vma.name and "x" in vma.perms]
        words = oracle.pagemap(pids[0], texts[0].start, texts[0].end)
        pages = [texts[0].start + i * PAGE for i, word in enumerate(words)
                 if word & oracle.PM_PRESENT]
        found = sharing.scan({sharing.frame_at(pids[0], a) for a in pages})
        most = sorted(pages, key=lambda a: -len(
            found[sharing.frame_at(pids[0], a)]))
        told = check(pids[0], most[0], "libc", found)
        assert len(told.mappers) >= 14, len(told.mappers)
        note(f"{len(told.mappers)} processes map {most[0]:#x} of libc")
        for address in most[1:20:8]:
            check(pids[0], address, "libc", found)


@test("a family of ten, and of one that moved, one that left, one that wrote")
def family():
    with Workload("family", 10) as target:
        frames = {}
        for name in KINDS:
            area = target.area(name)
            frames[name] = sharing.frame_at(target.pid, area.start + 2 * PAGE)
        found = sharing.scan(frames.values())
        for name, state in KINDS.items():
            address = target.area(name).start + 2 * PAGE
            told = check(target.pid, address, name, found)
            equal({STATE[m.state] for m in told.mappers}, {state}, name)
            count = len(told.mappers)
            # One wrote, so that it has a copy of what is private.
            want = 9 - (name in ("anon", "file-private", "thp"))
            if name.startswith("file"):
                # One file, mapped twice by each, at other pages of it.
                note(f"{name}: {count} mappings")
            else:
                equal(count, want, f"{name}: how many")
            addresses = {m.address for m in told.mappers}
            if name != "hugetlb":
                assert len(addresses) > 1, f"{name}: nobody moved"
            verdicts = {spec.word("verdict", m.verdict) for m in told.mappers}
            note(f"{name}: {count}, {' and '.join(sorted(verdicts))}")


@test("twelve map one file, in private and in common")
def file():
    with Workload("family", 12) as target:
        area = target.area("file-shared")
        told = check(target.pid, area.start + PAGE, "file")
        assert len(told.mappers) >= 12, len(told.mappers)
        kinds = {spec.word("verdict", m.verdict) for m in told.mappers}
        equal(kinds, {"n/a", "shared"}, "verdicts")


@test("processes that share an address space are told once")
def one_mm():
    with Workload("threads", "-t", 3, "-c", "-v") as target:
        # It is the vfork child that talks, of an address space of three.
        numbers = target.numbers
        everybody = {numbers["parent"], numbers["clone_pid"],
                     numbers["vfork_pid"]}
        stack = next(vma for vma in oracle.maps(numbers["parent"])
                     if vma.name == b"[stack]")
        # Its last page holds the arguments, so that it is there however
        # the kernel has placed the rest.
        address = stack.end - PAGE
        told = check(numbers["parent"], address, "stack")
        equal(len(told.mappers), 1, "address spaces")
        equal(told.mappers[0].pid, numbers["parent"], "who owns it")
        assert told.mappers[0].mm_users >= 6, told.mappers[0]
        for pid in everybody:
            equal(told_set(netlink.mappers(pid=pid, address=address), "stack"),
                  told_set(told, "stack"), f"asked by {pid}")


@test("KSM is unknown")
def ksm():
    with Workload("state", "ksm") as target:
        address = target.area("ksm").start + PAGE
        frame = sharing.frame_at(target.pid, address)
        for where in {"pid": target.pid, "address": address}, {"frame": frame}:
            told = netlink.mappers(**where)
            equal((told.unknown, told.mappers), (True, []), f"{list(where)}")
        answer = lens.ask("sharers", target.pid, hex(address))
        equal((answer["summary"].get("unknown"),
               answer["summary"]["complete"]), (True, False), "command line")


KSM = "/sys/kernel/mm/ksm/"


def merge(target):
    """Run ksmd until the two pages of each area are one."""
    def merged():
        return all(sharing.frame_at(target.pid, area.start) ==
                   sharing.frame_at(target.pid, area.start + PAGE)
                   for area in target.areas)

    assert not merged(), "they are one already"
    for name, value in ("sleep_millisecs", 10), ("pages_to_scan", 5000), \
            ("run", 1):
        setup.put(KSM + name, str(value))
    try:
        wait_until(merged, "ksmd to merge the pages")
    finally:
        # What is merged stays so.
        setup.put(KSM + "run", "0")


class HalfRead:
    """A dump of who maps a page, of which the first part is on its way."""

    def __init__(self, what, **where):
        self.what = what
        # pylint: disable=consider-using-with
        self.sock = netlink.Socket()
        self.sock.start_dump("mapper", netlink.query(**where))
        # Who takes a message has the next made: this one, of the page, lies
        # in the socket now, and what comes behind it is not looked up yet.
        first = self.sock.receive()
        equal([netlink.Message(flags, payload).all("mapper")
               for _, flags, _, payload in first], [[]], f"{what}: begun")

    def rest(self):
        """Who was told, and whether the page was said to have changed."""
        with self.sock:
            messages = list(self.sock.answers())
        pairs = [(m.pid, m.address) for m in (
            spec.unpack("mapper", value) for message in messages
            for value in message.all("mapper"))]
        equal(len(pairs), len(set(pairs)), f"{self.what}: told once")
        assert len(messages) > 1, f"{self.what}: one message"
        return set(pairs), [bool(m.flags & netlink.NLM_F_DUMP_INTR)
                            for m in messages]


@test("a page that KSM merges while its mappers are told")
def merged_meanwhile():
    setup.quiet()
    with Workload("merge", 900) as target:
        pids = list(map(int, oracle.slurp(
            f"/proc/{target.pid}/task/{target.pid}/children").split()))
        equal(len(pids), 900, "children")
        # Of two pages, that of the lower address is the first that ksmd sees:
        # the other stays, is one of KSM now, and all the children map it.
        kept, left = (target.areas[0].start + PAGE, target.areas[1].start)
        frames = {a: sharing.frame_at(target.pid, a) for a in (kept, left)}
        dumps = {(what, address): HalfRead(f"{what}, {address:#x}", **where)
                 for address, frame in frames.items() for what, where in (
                     ("parent", {"pid": target.pid, "address": address}),
                     ("child", {"pid": pids[-1], "address": address}),
                     ("frame", {"frame": frame}))}
        merge(target)
        equal([sharing.frame_at(target.pid, a) == frames[a]
               for a in (kept, left)], [True, False], "which frames stay")
        equal([sharing.frame_at(pids[-1], a) for a in (kept, left)],
              [frames[kept], frames[left]], "frames of the children")
        for (what, address), dump in dumps.items():
            pairs, changed = dump.rest()
            all_of_them = {(pid, address) for pid in [target.pid, *pids]}
            name = "kept" if address == kept else "left"
            equal(pairs - all_of_them, set(), f"{name}, {what}: strangers")
            note(f"{name}, by {what}: {len(pairs)} of 901 told, "
                 f"changed: {changed}")
            if address == left and what != "parent":
                # Theirs it still is, whatever became of the parent's.
                equal({(pid, address) for pid in pids} - pairs, set(),
                      f"{name}, {what}: missing")
                equal(any(changed), False, f"{name}, {what}: changed")
            else:
                equal((len(pairs) < 900, changed[0], changed[-1]),
                      (True, False, True), f"{name}, {what}: changed")
        told = netlink.mappers(pid=target.pid, address=kept)
        equal((STATE[told.page.state], told.unknown, told.mappers),
              ("ksm", True, []), "asked anew")


@test("many mappings, in several messages")
def many():
    with Workload("family", "-m", 300, 6) as target:
        told = check(target.pid, target.areas[0].start, "many")
        equal(len(told.mappers), 1800, "mappings")


@test("mappers that come and go meanwhile")
def storm():
    seconds = 5
    with Workload("family", "-s", seconds, 10) as target:
        area = target.area("anon")
        shmem = target.area("shmem")
        frames = {a.start: sharing.frame_at(target.pid, a.start)
                  for a in (area, shmem)}
        # The ten are there from first to last; so long, nobody else counts.
        steady = {}
        end = time.monotonic() + seconds - 1
        rounds = most = 0
        while time.monotonic() < end:
            for address, frame in frames.items():
                for where in {"pid": target.pid, "address": address}, \
                        {"frame": frame}:
                    told = netlink.mappers(**where)
                    pairs = told_set(told, "storm")
                    equal(told.page.pfn, frame, "frame")
                    steady[address] = steady.get(address, pairs) & pairs
                    rounds += 1
                    most = max(most, len(pairs))
        note(f"{rounds} answers, the longest of {most} mappers")
        time.sleep(2)
        for address, frame in frames.items():
            equal(steady[address], sharing.scan([frame])[frame],
                  "told in every answer")
        assert most > 9, "nobody came and went"


def refusal(**where):
    try:
        netlink.mappers(**where)
    except netlink.Refused as refused:
        return refused.errno, refused.text
    raise AssertionError(f"{where} was answered")


def frames_with(*flags):
    """Of each flag of kpageflags, a frame whose page has it."""
    with open("/proc/kpageflags", "rb", buffering=0) as file:
        words = oracle.table(file.fileno(), 0, 1 << 18)
    shown = oracle.KPF["mmap"] | oracle.KPF["zero"]
    found = {}
    for frame, word in enumerate(words):
        for flag in flags:
            # The last: what was freed last is taken first. Not what the
            # kernel shows to processes, as the zero page and the vdso.
            if word & oracle.KPF[flag] and not word & shown:
                found[flag] = frame
    return found


@test("frames that no process maps")
def no_frames():
    where = frames_with("slab", "buddy", "reserved", "pgtable")
    equal(len(where), 4, "kinds of frames")
    where.update({"beyond the memory": 1 << 35,
                  "the last there may be": (1 << 52) - 1,
                  "too wide": (1 << 64) - 1})
    for what, frame in where.items():
        number, text = refusal(frame=frame)
        equal(number in (errno.ENOENT, errno.EINVAL), True,
              f"{what}, {frame:#x}: {errno.errorcode[number]} {text}")
        assert text, what
    with Workload("state", "untouched") as target:
        number, text = refusal(pid=target.pid,
                               address=target.area("untouched").start)
        equal(number, errno.ENOENT, text)


@test("who is not privileged is told nothing")
def unprivileged():
    with Workload("state", "anon", user=1000) as target:
        address = target.area("anon").start
        frame = sharing.frame_at(target.pid, address)

        def by_descriptor():
            return refusal(pagemap_fd=netlink.open_pagemap(target.pid),
                           address=address)

        for ask in by_descriptor, lambda: refusal(frame=frame), \
                lambda: refusal(pid=target.pid, address=address):
            equal(child.as_user(ask)[0], errno.EPERM, "refused")
        for words in ("sharers", target.pid, hex(address)), \
                ("pfn", hex(frame)):
            answer = lens.run(*words, user=1000)
            equal(answer.status, 2, answer.err)


main()
