# SPDX-License-Identifier: GPL-2.0
"""Every way to ask mmlens something, as the spec and debugfs have them, and how
it went: told, told in part, or refused."""
import contextlib
import ctypes
import errno
import os
import shutil
import signal
import struct

import yaml

import child
import debugfs
import netlink
import oracle
import privilege
import reclaim
import setup
import spec
import watch
from compare import STATE
from workload import PAGE, PROGRAMS, STUDENT, Workload

HERE = os.path.dirname(os.path.abspath(__file__))
TOLD, WITHHELD, ABSENT = "+", "~", "-"
LETTERS = {errno.EPERM: "P", errno.EACCES: "A", errno.ENOENT: "E",
           errno.ESRCH: "S", errno.EBADF: "B", errno.EINVAL: "I",
           errno.EOPNOTSUPP: "O"}
# What an operation may be about.
TARGETS = "pagemap-fd", "pid", "frame", "cgroup", "everything"
DETAIL, WHY = spec.ENUM["detail"], spec.ENUM["why"]
# The numbers of a run that belong to a detail.
NUMBERS = {"pfn": ("pfn", "swap_type"), "counts": ("mapcount", "refcount"),
           "lru": ("lru", "generation", "tier", "birth", "younger",
                   "mlock_count"),
           "cgroup": ("cgroup",), "folio": ("order",), "node": ("node",)}


class Spec:
    """Operations and attributes, read from the spec itself: what is added there
    is asked without another word here."""

    def __init__(self):
        with open(os.path.join(HERE, "../../module/uapi/mmlens.yaml"),
                  encoding="utf-8") as file:
            text = yaml.load(file, getattr(yaml, "CSafeLoader",
                                           yaml.SafeLoader))
        self.types = {
            (group["name"], attr["name"]): attr["type"]
            for group in text["attribute-sets"] for attr in group["attributes"]}
        self.operations = {}
        for operation in text["operations"]["list"]:
            for how in "do", "dump":
                if how in operation:
                    self.operations[operation["name"]] = (
                        how, operation["attribute-set"],
                        operation[how].get("request", {}).get(
                            "attributes", []))

    def attribute(self, group, name, value):
        number = spec.CONST["MMLENS_A_" +
                            f"{group}_{name}".upper().replace("-", "_")]
        kind = self.types[group, name]
        if kind == "flag":
            return netlink.attr(number)
        return {"u32": netlink.u32, "u64": netlink.u64}[kind](number, value)

    def ask(self, name, **values):
        """A request of an operation: its attributes by their names, with _ for -.
        The answer is a list of messages."""
        how, group, _ = self.operations[name]
        payload = b"".join(
            self.attribute(group, key.replace("_", "-"), value)
            for key, value in values.items())
        with netlink.Socket() as sock:
            answer = getattr(sock, how)(name, payload)
        return answer if how == "dump" else [answer]


def letter(number):
    return LETTERS.get(number, errno.errorcode.get(number, str(number)))


def outcome(function, *args, **values):
    """How it went, in a letter; and the sentence of a refusal."""
    try:
        told = function(*args, **values)
    except netlink.Refused as refused:
        return letter(refused.errno), refused.text
    except netlink.Absent:
        return ABSENT, None
    except OSError as error:
        return letter(error.errno), None
    return told or TOLD, None


def setuid_program():
    """A program of root's that a student has started."""
    folder = "/var/tmp/mmlens-setuid"
    os.makedirs(folder, exist_ok=True)
    os.chmod(folder, 0o755)
    path = f"{folder}/program"
    shutil.copy(f"{PROGRAMS}/threads", path)
    os.chmod(path, 0o4755)
    return folder, path


@contextlib.contextmanager
def undumpable():
    """A process of a student's that has said that nobody may look."""
    read, write = os.pipe()
    pid = os.fork()
    if not pid:
        try:
            child.become(STUDENT)
            privilege.prctl(privilege.PR_SET_DUMPABLE, 0)
            os.write(write, b"r")
            while True:
                signal.pause()
        finally:
            os._exit(1)
    try:
        os.close(write)
        with os.fdopen(read, "rb") as file:
            if file.read(1) != b"r":
                raise AssertionError("the child has not become undumpable")
        yield pid
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


class World:
    """What there is to ask about. Root sets it up; who asks inherits it."""

    def __init__(self):
        self.spec = Spec()
        self.stack = contextlib.ExitStack()
        self.turn = 0
        self.own = None

    def __enter__(self):
        try:
            self.build()
        except BaseException:
            # Processes that are stopped would be left.
            self.stack.close()
            raise
        return self

    def build(self):
        setup.quiet()
        setup.swap_on()
        enter = self.stack.enter_context
        self.cgroup = enter(reclaim.Cgroup())
        self.target = enter(Workload("state", "anon", "untouched", "swapped",
                                     "left-alone", user=STUDENT))
        self.roots = enter(Workload("state", "ksm"))
        folder, path = setuid_program()
        self.stack.callback(shutil.rmtree, folder)
        self.setuid = enter(Workload(path, user=STUDENT))
        self.hidden = enter(undumpable())
        self.target.stop()
        self.roots.stop()
        self.fd = self.keep(f"/proc/{self.target.pid}/pagemap", os.O_RDONLY)
        self.ksm_fd = self.keep(f"/proc/{self.roots.pid}/pagemap", os.O_RDONLY)
        self.memory = self.keep(f"/proc/{self.target.pid}/mem", os.O_RDWR)
        self.anon = self.target.area("anon").start
        run, = netlink.pages(fd=self.fd, start=self.anon, end=self.anon + PAGE,
                             detail=DETAIL["pfn"])
        self.frame = run.pfn
        self.hole = self.find_hole()
        self.files = debugfs_files()
        self.watchable = spec.words("watch_kind", watch.info()[2])
        # Probes are attached once, and not by each who asks.
        self.keeper = enter(watch.Watch(pid=self.target.pid, ring_bytes=4096,
                                        kinds=self.watchable))

    def __exit__(self, *what):
        self.stack.close()

    def keep(self, path, flags):
        fd = os.open(path, flags)
        self.stack.callback(os.close, fd)
        return fd

    def find_hole(self):
        """A page of a file that the page cache holds and the target does not
        map."""
        files = [v for v in oracle.maps(self.target.pid) if v.inode]
        for run in netlink.pages(fd=self.fd, detail=DETAIL["forecast"]):
            if (STATE[run.state] == "none" and run.read_why == WHY["cached"] and
                    any(v.start <= run.start < v.end for v in files)):
                return run.start
        raise AssertionError("no page of a file is cached and not mapped")

    def openings(self):
        return {"student's": self.target.pid, "root's": self.roots.pid,
                "setuid": self.setuid.pid, "undumpable": self.hidden}

    def by_descriptor(self):
        """Who may not open it has it from root."""
        if self.own is None:
            try:
                self.own = netlink.open_pagemap(self.target.pid)
            except OSError:
                self.own = self.fd
        return self.own

    def value(self, name):
        return {"pagemap-fd": self.by_descriptor, "pid": lambda: self.target.pid,
                "frame": lambda: self.frame, "everything": lambda: True,
                "cgroup": lambda: os.stat(self.cgroup.directory).st_ino,
                }[name]()


def debugfs_files():
    """Names, and how they are to be opened."""
    out = {}
    for folder, _, names in os.walk(debugfs.ROOT):
        for name in names:
            path = os.path.join(folder, name)
            writable = os.stat(path).st_mode & 0o222
            out[os.path.relpath(path, debugfs.ROOT)] = (
                os.O_RDWR if writable else os.O_RDONLY)
    return out


def read_file(world, name, flags):
    fd = os.open(os.path.join(debugfs.ROOT, name), flags)
    try:
        if flags == os.O_RDWR:
            address = f" {world.anon:x}" if name == "pid/mappers" else ""
            os.write(fd, f"{world.target.pid}{address}".encode())
        os.read(fd, 4096)
    finally:
        os.close(fd)


def watched(world, target, **values):
    """Begun, and ended with its socket."""
    world.spec.ask("watch", **{target.replace("-", "_"): world.value(target)},
                   ring_bytes=4096, **values)


def of_a_watch(world, name, own):
    with watch.Socket() as sock:
        if own:
            with watch.Watch(sock, pagemap_fd=world.by_descriptor()) as mine:
                number = mine.id
        else:
            number = world.keeper.id
        how, _, _ = world.spec.operations[name]
        getattr(sock, how)(name, netlink.u32(watch.key("id"), number))


def watch_questions(world):
    how = world.spec.operations["watch"][2]
    for target in (t for t in TARGETS if t in how):
        for kind, bit in watch.KIND.items():
            if kind in world.watchable:
                yield (f"watch/{target}:{kind}", watched, world, target,
                       {"kinds": bit})
    fault = {"kinds": watch.KIND["fault"]}
    yield ("watch/pagemap-fd:stacks", watched, world, "pagemap-fd",
           dict(fault, stacks=True))
    yield ("watch/pagemap-fd:follow", watched, world, "pagemap-fd",
           dict(fault, follow=True))
    yield "watch/pagemap-fd:large-ring", large_ring, world, {}


def large_ring(world):
    world.spec.ask("watch", pagemap_fd=world.by_descriptor(),
                   ring_bytes=512 << 10)


def questions(world):
    """A name, a function, its arguments; the last of them by name."""
    for who, pid in world.openings().items():
        yield f"open/{who}", close_again, pid, {}
    for name, (_, group, takes) in world.spec.operations.items():
        targets = [t for t in TARGETS if t in takes and group != "system"]
        if name == "watch":
            yield from watch_questions(world)
        elif group == "watch" and "id" in takes:
            yield f"{name}/own", of_a_watch, world, name, True, {}
            yield f"{name}/another's", of_a_watch, world, name, False, {}
        elif not targets:
            yield name, plain, world, name, (
                {"lru": spec.ENUM["lru"]["inactive-file"]}
                if name == "peek" else {})
        for target in targets if name != "watch" else ():
            values = {}
            if "address" in takes and target != "frame":
                values["address"] = world.anon
            if "end" in takes:
                values.update(start=world.anon, end=world.anon + PAGE)
            yield f"{name}/{target}", about, world, name, target, values
    for name, flags in world.files.items():
        yield f"debugfs/{name}", read_file, world, name, flags, {}


def close_again(pid):
    os.close(netlink.open_pagemap(pid))


def plain(world, name, **values):
    world.spec.ask(name, **values)


def about(world, name, target, **values):
    world.spec.ask(name, **{target.replace("-", "_"): world.value(target)},
                   **values)


# Facts: what is told of one page.

def look(world, address, fd=None):
    """The run of a page, with all details; and what is withheld."""
    with netlink.Socket() as sock:
        messages = sock.dump("page", netlink.query(
            pagemap_fd=fd if fd is not None else world.by_descriptor(),
            start=address, end=address + PAGE, detail=netlink.ALL_DETAILS))
    withheld = 0
    for message in messages:
        withheld |= message.number("withheld") or 0
    run, = netlink.runs_of(messages)
    return run, withheld


def detail(world, name):
    """A detail is told with a value, or withheld with none."""
    run, withheld = look(world, world.anon)
    told = [getattr(run, field) for field in NUMBERS.get(name, ())]
    # Flags of the folio come after those of the entry.
    if name == "folio":
        told.append(run.flags >= spec.ENUM["page_flag"]["locked"])
    hidden = bool(withheld & DETAIL[name])
    if hidden == bool(run.facts & DETAIL[name]) or hidden and any(told):
        return f"withheld {withheld:#x} of {run}"
    if not hidden and told and not any(told) and name != "node":
        return f"all zero: {run}"
    return WITHHELD if hidden else TOLD


def decide(told, withheld, shown):
    """One of two ways to tell it, and no third."""
    if told == withheld:
        return f"neither told nor withheld: {shown}"
    return TOLD if told else WITHHELD


def swap_slot(world):
    run, withheld = look(world, world.target.area("swapped").start)
    if STATE[run.state] != "swap":
        return f"not in swap: {run}"
    return decide(run.facts & DETAIL["pfn"] and run.pfn,
                  withheld & DETAIL["pfn"] and not run.pfn and
                  not run.swap_type, run)


def ksm(world):
    run, _ = look(world, world.roots.area("ksm").start, world.ksm_fd)
    return decide(STATE[run.state] == "ksm", STATE[run.state] == "anon", run)


def reusable(world):
    """That the last sharer left is known from counts."""
    run, _ = look(world, world.target.area("left-alone").start)
    word = spec.word("verdict", run.verdict)
    return decide(word == "reusable" and run.verdict_why != WHY["withheld"],
                  word == "shared" and run.verdict_why == WHY["withheld"], run)


def cached(world):
    """What the page cache holds decides what a read will do."""
    run, _ = look(world, world.hole)
    return decide(run.read == run.read_else and run.read_why == WHY["cached"],
                  run.read != run.read_else and
                  run.read_why == WHY["withheld"], run)


def raw_entries(world):
    message, = world.spec.ask("walk", pagemap_fd=world.by_descriptor(),
                              address=world.anon)
    steps = [spec.unpack("step", data) for data in message.all("step")]
    entries = [step.entry for step in steps]
    return decide(all(entries), not any(entries) and
                  (message.number("withheld") or 0) & DETAIL["pfn"], entries)


def physical(world):
    """The frame that walk tells of the page."""
    message, = world.spec.ask("walk", pagemap_fd=world.by_descriptor(),
                              address=world.anon)
    run = spec.unpack("page_run", message.one("run"))
    return decide(run.facts & DETAIL["pfn"] and run.pfn,
                  not run.facts & DETAIL["pfn"] and not run.pfn, run)


def culprit(world):
    """Who reads memory of the target: we do, by root's open file."""
    area = world.target.area("untouched")
    address = area.start + world.turn * PAGE
    byte = ctypes.create_string_buffer(1)
    with watch.Watch(pagemap_fd=world.by_descriptor(), kinds=["fault"],
                     ring_bytes=4096, room=None, start=address,
                     end=address + PAGE) as one:
        os.preadv(world.memory, [byte], address)
        one.read_until(lambda: one.faults, "the event")
        event, = one.faults
        threads = one.finish().threads.values()
    if watch.ORIGIN[event.origin] != "remote":
        return f"not remote: {event}"
    names = [event.comm.strip(b"\0"), *(t.comm.strip(b"\0") for t in threads)]
    numbers = [event.pid, event.tid, *(t.pid for t in threads)]
    return decide(event.pid == os.getpid() and all(names + numbers),
                  not any(names + numbers) and not event.ip, (event, names))


FACTS = {"swap-slot": swap_slot, "ksm": ksm, "reusable": reusable,
         "cached": cached, "raw-entries": raw_entries, "physical": physical,
         "culprit": culprit}


def facts(world):
    for name in DETAIL:
        yield f"detail/{name}", detail, world, name, {}
    for name, function in FACTS.items():
        yield f"fact/{name}", function, world, {}


def all_names(world):
    return [row[0] for row in (*questions(world), *facts(world))]


def answers(world, wanted=None):
    """How all went, by name; and refusals that had no sentence."""
    out, mute = {}, []
    for name, function, *args, values in (*questions(world), *facts(world)):
        if wanted and not wanted(name):
            continue
        out[name], text = outcome(function, *args, **values)
        if text is not None and len(text) < 12:
            mute.append((name, out[name], text))
    return out, mute


def words_of(data):
    """All u64s in attributes, at whatever depth. In a struct they are aligned."""
    at = 0
    while at + 4 <= len(data):
        length, kind = struct.unpack_from("<HH", data, at)
        value = data[at + 4:at + length]
        if kind & netlink.NLA_F_NESTED:
            yield from words_of(value)
        else:
            for word in range(0, len(value) - 7, 8):
                yield int.from_bytes(value[word:word + 8], "little")
        at += max(4, (length + 3) & ~3)


def scanned(function, *args):
    """All words of what came while a function ran that are addresses of the
    kernel's half; and how many there were in all."""
    found, count = [], 0
    receive = netlink.Socket.receive

    def listen(self):
        nonlocal count
        messages = receive(self)
        for kind, _, _, payload in messages:
            if kind in (netlink.NLMSG_ERROR, netlink.NLMSG_DONE):
                continue
            for value in words_of(payload[4:]):
                count += 1
                if 0xffff800000000000 <= value < 0xffffffffff000000:
                    found.append(hex(value))
        return messages

    netlink.Socket.receive = listen
    try:
        function(*args)
    finally:
        netlink.Socket.receive = receive
    return found, count


def stacks(world):
    """Faults of the target are told with their stacks."""
    address = world.target.area("untouched").start + world.turn * PAGE
    with watch.Watch(pagemap_fd=world.by_descriptor(), kinds=["fault"],
                     stacks=True, start=address, end=address + PAGE) as one:
        os.preadv(world.memory, [ctypes.create_string_buffer(1)], address)
        one.read_until(lambda: one.faults, "a fault")
        one.finish()
