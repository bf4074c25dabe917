# SPDX-License-Identifier: GPL-2.0
"""Readers of every kind at once, each a process of its own: every operation of
the spec, every file of debugfs, every command, watches of every kind; beside
workloads that map, fork, become other programs and are short of memory. Each
answer is checked as far as it can be; who hangs is named. Half an hour in the
long form, seconds else."""
# boot: named 4cpu
import contextlib
import ctypes
import errno
import json
import mmap
import os
import random
import re
import signal
import subprocess
import sys
import time
import traceback

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
from ktap import equal, figure, main, note, test
from netlink import query
from readers import operations
from workload import Workload

PAGE = oracle.PAGE
SECONDS = 900 if scale.LONG else 20 if setup.slow() else 6
# Nobody takes so long for one answer, however many there are.
HANGS = 300 if setup.slow() or scale.LONG else 100
# A workload is there until all readers have been answered, and ended.
LIVES = 4 * SECONDS + 3 * HANGS + 600
CHILDREN = 40
# So much of what a watch has sent waits to be read: a storm makes more.
ROOM = 1 << 18
# Between two watches, so that not all there is to do is to begin them.
PAUSE = 0.5
REST = 0.05
# What the readers are told: not yet, go on, end when you were answered, end.
WAIT, GO, LAST, END = range(4)
# With what is answered whose lock is contended, who leaves, and whose cgroup or
# page goes meanwhile.
BUSY, LEFT = {errno.EBUSY}, {errno.ESRCH, errno.ENODATA}
GONE = {errno.ENOENT, errno.ERANGE}
# There may be 64 watches, with those that are just ending.
MANY = {errno.EUSERS}
TOLD = BUSY | LEFT | MANY


class Scene:
    """The targets: some that stand still and are told the same each time, some
    that do not."""

    def __init__(self, stack):
        self.cgroup = stack.enter_context(reclaim.Cgroup())
        self.crowd = stack.enter_context(scale.crowd(CHILDREN))
        self.steady = stack.enter_context(Workload("vmas", 600))
        self.storm = stack.enter_context(Workload("storm", LIVES))
        self.execs = stack.enter_context(Workload("execs"))
        self.heat = stack.enter_context(reclaim.Heat(self.cgroup))
        self.heat.do("anon count 1", "anon a 4096", "file f 512")
        self.cgroup.set("memory.max", 3072 * PAGE)
        self.everybody = self.crowd.everybody()
        self.maps = [(v.start, v.end) for v in oracle.maps(self.steady.pid)]
        self.shared = self.crowd.area("inherited").start
        self.frame = sharing.frame_at(self.crowd.pid, self.shared)
        self.wild = [self.storm.pid, self.execs.pid, self.heat.pid]

    def start(self):
        """Memory that is short, for as long as all goes on."""
        self.heat.process.stdin.write(
            f"churn a {LIVES * 1000} count\n".encode())
        self.heat.process.stdin.flush()

    def some(self):
        """A target, and if it stands still."""
        pid = random.choice([self.steady.pid, *self.wild])
        return pid, pid == self.steady.pid


class Reader:
    """A kind of reader: what it is called, what it asks, and what may go wrong,
    by errno. ask(scene, sock) returns the longest hold, in ns, or None."""

    def __init__(self, name, ask, documented=()):
        self.name, self.ask, self.documented = name, ask, set(documented)
        self.pid = None


# Operations. Each is a function of its own name in the spec.

OPS = {}


def op(documented=(), name=None):
    def register(function):
        key = name or function.__name__.removeprefix("op_")
        OPS[key] = Reader("op " + key, function, documented)
        return function
    return register


def longest(messages):
    stalls = [spec.unpack("stall", m.one("stall")).longest_ns
              for m in messages if m.one("stall")]
    return max(stalls, default=None)


@op()
def op_info(_, sock):
    attrs = dict(sock.do("info").attrs)
    told = attrs[spec.CONST["MMLENS_A_INFO_KERNEL"]]
    equal(told.rstrip(b"\0").decode(), oracle.release(), "kernel")


@op(BUSY | LEFT)
def op_mm(scene, sock):
    pid, steady = scene.some()
    answer = sock.do("mm", query(pid=pid))
    counters = spec.unpack("counters", answer.one("counters"))
    layout = spec.unpack("layout", answer.one("layout"))
    if steady:
        equal(counters.map_count, len(scene.maps), "map-count")
        assert layout.start_code < layout.end_code, layout
    assert counters.rss_anon < 1 << 20, counters
    return longest([answer])


@op(LEFT)
def op_sharer(scene, sock):
    pid, steady = scene.some()
    people = [spec.unpack("sharer", data)
              for m in sock.dump("sharer", query(pid=pid))
              for data in m.all("sharer")]
    if steady:
        equal([(p.pid, p.tid) for p in people], [(pid, pid)], "who shares")
    tids = [p.tid for p in people]
    equal(len(tids), len(set(tids)), "tasks, each once")


@op(LEFT)
def op_vma(scene, sock):
    pid, steady = scene.some()
    messages = sock.dump("vma", query(pid=pid))
    dump = vmas.Dump(messages)
    told = [(t.vma.start, t.vma.end) for t in dump.vmas]
    if steady:
        equal((told, dump.interrupted), (scene.maps, False), "VMAs")
    at = 0
    for start, end in told:
        assert at <= start < end, (hex(at), hex(start), hex(end))
        at = end
    return longest(messages)


@op(LEFT)
def op_page(scene, sock):
    pid, steady = scene.some()
    messages = sock.dump("page", query(pid=pid, detail=netlink.ALL_DETAILS))
    at = 0
    for run in netlink.runs_of(messages):
        assert run.pages > 0 and run.start >= at, run
        assert not run.facts & spec.ENUM["detail"]["counts"] or (
            run.refcount >= 1 and run.mapcount < 10000), run
        at = run.start + run.pages * PAGE
    if steady:
        equal(sum(r.pages for r in netlink.runs_of(messages)) * PAGE,
              sum(end - start for start, end in scene.maps), "pages")
    return longest(messages)


@op(BUSY | LEFT)
def op_walk(scene, sock):
    pid, steady = scene.some()
    start, end = random.choice(scene.maps)
    answer = sock.do("walk", query(pid=pid, address=end - PAGE))
    if steady:
        vma = spec.unpack("vma", answer.one("vma"))
        equal((vma.start, vma.end), (start, end), "VMA")
    assert 1 <= len(answer.all("step")) <= 5, answer.attrs
    return longest([answer])


@op(BUSY | LEFT)
def op_mapper(scene, sock):
    where = random.choice([{"frame": scene.frame},
                           {"pid": scene.crowd.pid, "address": scene.shared}])
    messages = sock.dump("mapper", query(**where))
    found = [spec.unpack("mapper", data) for m in messages
             for data in m.all("mapper")]
    equal(sorted((m.pid, m.address) for m in found),
          sorted((pid, scene.shared) for pid in scene.everybody), "mappers")
    return longest(messages)


@op()
def op_lru(scene, sock):
    vecs = system.lru(sock)
    keys = [(vec.head.cgroup, vec.head.node) for vec in vecs]
    # One that lost its memory controller and has it back is there twice.
    assert len(vecs) >= len(set(keys)) > 1, keys
    assert scene.cgroup.inode in {cgroup for cgroup, _ in keys}, keys


@op()
def op_node(_, sock):
    nodes = system.nodes(sock)
    for node in nodes.values():
        for zone in node.zones.values():
            assert zone.free <= zone.present + zone.spanned, zone


@op(GONE)
def op_peek(scene, sock):
    lru = random.choice(["inactive-anon", "inactive-file", "active-anon"])
    peek = system.Peek(sock.do("peek", system.request(
        cgroup=scene.cgroup.inode, lru=lru, end=random.choice(
            ["tail", "head"]))))
    frames = [folio.pfn for folio in peek.folios]
    assert len(frames) <= 64 and len(frames) == len(set(frames)), frames


@op(LEFT | MANY)
def op_watch(scene, _):
    """Begun and ended, nothing read."""
    with watch.Watch(pid=random.choice(scene.wild), kinds=["fault"],
                     follow=True, room=None) as one:
        assert one.id, "no number"
    time.sleep(PAUSE)


@op(LEFT | MANY)
def op_unwatch(scene, _):
    with watch.Watch(pid=scene.storm.pid, kinds=["count"]) as one:
        one.stop()
        equal(one.ask().faults.processes, 0, "processes after it was stopped")
    time.sleep(PAUSE)


@op(LEFT | MANY)
def op_event(scene, _):
    """Events of one that keeps still and is made to fault: all of its own."""
    with watch.Watch(pid=scene.storm.pid, kinds=["fault"],
                     ring_bytes=1 << 16, room=ROOM) as one:
        one.read_until(lambda: one.faults, "an event", HANGS)
        # Its children are others.
        equal({e.pid for e in one.faults} - {scene.storm.pid}, set(), "whose")
        one.finish(HANGS)
    time.sleep(PAUSE)


@op(LEFT | MANY)
def op_counts(scene, _):
    with watch.Watch(pid=scene.storm.pid, kinds=["count"]) as one:
        first = one.ask().faults
        time.sleep(0.05)
        second = one.ask().faults
        assert second.minor >= first.minor, (first, second)
        one.finish()
    time.sleep(PAUSE)


@op()
def op_watcher(_, sock):
    ids = [dict(m.attrs)[watch.key("id")] for m in sock.dump("watcher")]
    equal(len(ids), len(set(ids)), "watches, each once")


# Files.

def mappers_words(scene):
    return f"{scene.crowd.pid} {scene.shared:#x}"


def file_reader(path):
    """A reader of one file, by how it is used."""
    name = os.path.relpath(path, debugfs.ROOT)

    def plain(*_):
        text = oracle.slurp(path)
        assert name == "watches" or text, "empty"

    def of_pid(scene, _):
        pid, steady = scene.some()
        words = mappers_words(scene) if name == "pid/mappers" else str(pid)
        fd = os.open(path, os.O_RDWR)
        try:
            os.write(fd, words.encode())
            lines = debugfs.rest(fd).splitlines()
        finally:
            os.close(fd)
        assert lines, "empty"
        if name == "pid/vmas" and steady:
            equal(len(lines), len(scene.maps), "lines")
        if name == "pid/mappers":
            equal(len(lines), len(scene.everybody) + 1, "lines")

    return Reader("file " + name, of_pid if name.startswith("pid/") else plain,
                  BUSY | LEFT if name.startswith("pid/") else ())


def files():
    return [file_reader(os.path.join(folder, name))
            for folder, _, names in os.walk(debugfs.ROOT) for name in names]


# Commands. What they are is what there is a schema for.

COMMANDS = {
    "age": lambda s: [s.some()[0]],
    "cow": lambda s: [s.some()[0]],
    "demo": lambda s: ["zero"],
    "faults": lambda s: [random.choice(s.wild), "--for", "0.3"],
    "info": lambda s: [],
    "lru": lambda s: random.choice([[], [s.some()[0]], ["--peek=tail"]]),
    "mm": lambda s: [s.some()[0]],
    "pages": lambda s: [s.some()[0]],
    "pfn": lambda s: [f"{s.frame:x}"],
    "sharers": lambda s: [s.crowd.pid, f"{s.shared:x}"],
    "vmas": lambda s: [s.some()[0], "--stats"],
    "walk": lambda s: [s.some()[0], f"{random.choice(s.maps)[0]:x}"],
    "watch": lambda s: [random.choice(s.wild), "--for", "0.3"],
    "zero": lambda s: [s.some()[0]],
    "zones": lambda s: [],
}


def command_reader(name):
    def ask(scene, _):
        args = COMMANDS[name](scene)
        answer = lens.run("-j", name, *args, timeout=HANGS)
        lines = answer.out.splitlines()
        told = [json.loads(line) for line in lines] if name == "watch" else [
            json.loads(answer.out)]
        error = told[-1].get("error", {}).get("errno") if told else None
        if answer.status == 4:
            raise OSError(errno.ESRCH, "left")
        if error in TOLD:
            raise OSError(error, "refused")
        equal((answer.status, error), (0, None),
              f"{name} {args}: {answer.out[-300:]} {answer.err[-300:]}")
        if name in ("pfn", "sharers"):
            equal(told[0]["summary"]["found"], len(scene.everybody), "found")
    return Reader("command " + name, ask, TOLD)


# Watches.

def watch_reader(kind):
    """Watches of a kind, of whom it can be about by turns."""
    def ask(scene, _):
        whom = random.choice([
            {"pid": scene.storm.pid, "follow": True}, {"pid": scene.heat.pid},
            {"cgroup": scene.cgroup.inode}, {"everything": True}])
        with watch.Watch(kinds=[kind], ring_bytes=1 << 16, room=ROOM,
                         **whom) as one:
            end = time.monotonic() + 0.3
            while time.monotonic() < end:
                if one.sock.ready(0.1):
                    one.sock.receive()
            # All that happened has come, or is counted as lost.
            one.finish(HANGS)
        time.sleep(PAUSE)
    return Reader("watch " + kind, ask, LEFT | MANY)


class Board(ctypes.Structure):
    """What a reader tells all others: in memory that all share."""
    _fields_ = [("answers", ctypes.c_uint64), ("refused", ctypes.c_uint64),
                ("since", ctypes.c_double), ("longest_ns", ctypes.c_uint64),
                ("slowest", ctypes.c_double), ("failed", ctypes.c_uint32)]


class Everybody:
    """All readers, each a process; looked after from here."""

    def __init__(self, scene, readers):
        self.scene, self.readers = scene, readers
        size = ctypes.sizeof(Board) * len(readers) + 8
        self.room = mmap.mmap(-1, size)
        self.over = ctypes.c_uint64.from_buffer(self.room)
        self.boards = (Board * len(readers)).from_buffer(self.room, 8)
        self.over.value = WAIT
        for reader, board in zip(readers, self.boards):
            reader.pid = os.fork()
            if not reader.pid:
                self.read(reader, board)
        self.over.value = GO

    def read(self, reader, board):
        """In the child, to its end."""
        status = 1
        try:
            random.seed(reader.name)
            with netlink.Socket() as sock:
                while self.over.value == WAIT:
                    time.sleep(0.02)
                while self.over.value < (LAST if board.answers else END):
                    self.once(reader, board, sock)
            status = 0
        except BaseException:  # pylint: disable=broad-except
            board.failed = 1
            note(f"{reader.name}:\n{traceback.format_exc()}")
        finally:
            os._exit(status)

    def once(self, reader, board, sock):
        board.since = time.monotonic()
        try:
            held = reader.ask(self.scene, sock)
            board.answers += 1
            board.longest_ns = max(board.longest_ns, held or 0)
        except (netlink.Refused, OSError) as error:
            if error.errno not in reader.documented:
                raise
            board.refused += 1
        board.slowest = max(board.slowest, time.monotonic() - board.since)
        board.since = 0
        # Where there is little time, who is quick is not to take it all.
        if not scale.LONG:
            time.sleep(REST)

    def hung(self):
        """Those who have waited for one answer for too long."""
        now = time.monotonic()
        # Each read once: its reader may be answered meanwhile.
        since = [board.since for board in self.boards]
        return [reader for reader, began in zip(self.readers, since)
                if began and now - began > HANGS]

    def failed(self):
        return [reader.name for reader, board in zip(self.readers, self.boards)
                if board.failed]

    def idle(self):
        return [reader.name for reader, board in zip(self.readers, self.boards)
                if not board.answers]

    def look_after(self, seconds):
        """So long."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            time.sleep(0.2)
            self.check()

    def check(self):
        hung = self.hung()
        for reader in hung:
            tell_stack(reader)
        if hung:
            tell_watches(self.scene)
        # Does it go on, or wait for a processor?
        for reader in hung:
            tell_stack(reader)
        equal([reader.name for reader in hung], [], "readers that hang")
        equal(self.failed(), [], "readers that failed")

    def finish(self):
        """All end after the answer they wait for. Who has had one makes room for
        those who have not."""
        if self.idle():
            note(f"not answered yet: {', '.join(self.idle())}")
        end = time.monotonic() + 2 * HANGS
        self.over.value = LAST
        left = list(self.readers)
        while left:
            for reader in left:
                pid, status = os.waitpid(reader.pid, os.WNOHANG)
                if pid:
                    reader.pid = None
                    equal(os.waitstatus_to_exitcode(status), 0,
                          f"exit of {reader.name}")
            left = [reader for reader in left if reader.pid]
            self.check()
            if time.monotonic() > end:
                self.over.value = END
            time.sleep(0.05)

    def kill(self):
        for reader in self.readers:
            if reader.pid:
                os.kill(reader.pid, signal.SIGKILL)
                os.waitpid(reader.pid, 0)


def family(pid):
    """A process and those below it, as a command that it has started."""
    yield pid
    with contextlib.suppress(OSError):
        for child in oracle.slurp(f"/proc/{pid}/task/{pid}/children").split():
            yield from family(int(child))


def tell_stack(reader):
    """Where who hangs is in the kernel, and how long it has run: in ticks, and as
    the scheduler has it."""
    for pid in family(reader.pid):
        with contextlib.suppress(OSError):
            name = oracle.slurp(f"/proc/{pid}/comm").decode().strip()
            stack = oracle.slurp(f"/proc/{pid}/stack").decode()
            stat = oracle.stat(pid)
            note(f"{reader.name} hangs: {name} ({pid}), state {stat[0]}, "
                 f"user {stat[11]}, system {stat[12]}:\n{stack}")
            note(oracle.slurp(f"/proc/{pid}/schedstat").decode())
            note(oracle.slurp(f"/proc/{pid}/sched").decode())


def tell_watches(scene):
    """Whether faults come, are seen, and are told; now, and a while later."""
    for _ in range(2):
        for target in scene.storm, scene.execs, scene.heat:
            with contextlib.suppress(OSError):
                note(f"PID {target.pid}: {watch.booked(target.pid)}, state "
                     f"{oracle.stat(target.pid)[0]}")
        # The last may hang, too.
        for path in ("/proc/net/netlink", "/sys/kernel/debug/kprobes/list",
                     "/sys/kernel/debug/mmlens/watches"):
            # pylint: disable=consider-using-with
            process = subprocess.Popen(["cat", path], stdout=subprocess.PIPE,
                                       text=True)
            with contextlib.suppress(subprocess.TimeoutExpired):
                note(f"{path}:\n{process.communicate(timeout=5)[0]}")
        time.sleep(5)


# What holds lru_lock, with what is done around it.

TRACING = "/sys/kernel/tracing"
HOLDERS = "mmlens_lists_read", "mmlens_peek"


@contextlib.contextmanager
def lru_holds():
    """How long those functions take that hold lru_lock, by the kernel's own
    tracer: an upper bound of what they hold it. In microseconds."""
    holds = []
    if not os.path.exists(TRACING + "/trace"):
        os.system(f"mount -t tracefs tracefs {TRACING}")
    try:
        setup.put(TRACING + "/set_ftrace_filter", " ".join(HOLDERS))
        setup.put(TRACING + "/buffer_size_kb", "64")
        setup.put(TRACING + "/current_tracer", "function_graph")
    except OSError as error:
        note(f"how long lru_lock is held cannot be traced: {error}")
        yield holds
        return
    try:
        yield holds
        text = oracle.slurp(TRACING + "/trace").decode(errors="replace")
        holds += [float(us) for us in re.findall(r"([\d.]+) us", text)]
    finally:
        setup.put(TRACING + "/current_tracer", "nop")
        setup.put(TRACING + "/set_ftrace_filter", "")


def everybody_there_is():
    """Every operation, file, command and kind of watch has a reader."""
    equal(set(OPS), set(operations("do|dump|event")),
          "operations with a reader")
    commands = {name.removesuffix(".json") for name in os.listdir(lens.SCHEMAS)}
    equal(set(COMMANDS), commands, "commands with a reader")
    return (list(OPS.values()) + files() +
            [command_reader(name) for name in COMMANDS] +
            [watch_reader(kind) for kind in spec.ENUM["watch_kind"]])


def tell(readers, boards, holds):
    answers = sum(board.answers for board in boards)
    figure("answers at once", answers)
    note(f"{len(readers)} kinds of readers on {os.cpu_count()} processors: "
         f"{answers} answers, {sum(b.refused for b in boards)} refusals")
    for reader, board in zip(readers, boards):
        note(f"{reader.name}: {board.answers}, refused {board.refused}, the "
             f"slowest {board.slowest:.2f} s" +
             (f", the longest hold {board.longest_ns / 1e6:.2f} ms"
              if board.longest_ns else ""))
    note("the longest hold of mmap_lock, or of a reverse map: "
         f"{max(b.longest_ns for b in boards) / 1e6:.2f} ms")
    if holds:
        note(f"lru_lock, of the last {len(holds)} answers the longest: "
             f"{max(holds):.0f} us")


@test("readers of every kind at once: all are answered, rightly, and none "
      "hangs")
def at_once():
    setup.quiet()
    setup.swap_on()
    # A page that is looked for by its frame stays there.
    setup.put("/proc/sys/vm/compact_unevictable_allowed", "0")
    readers = everybody_there_is()
    books = scale.Books()
    with contextlib.ExitStack() as stack:
        scene = Scene(stack)
        holds = stack.enter_context(lru_holds())
        scene.start()
        others = stack.enter_context(watch.keeper())
        readers_at_work = Everybody(scene, readers)
        stack.callback(readers_at_work.kill)
        readers_at_work.look_after(SECONDS)
        if scale.LONG:
            others.close()
            readers_at_work.look_after(SECONDS)
        readers_at_work.finish()
        equal(readers_at_work.idle(), [], "readers that were never answered")
        for target in scene.storm, scene.execs, scene.heat:
            equal(target.process.poll(), None, "a workload that ended")
    tell(readers, readers_at_work.boards, holds)
    books.settled("readers at once")


main()
