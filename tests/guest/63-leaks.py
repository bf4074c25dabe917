# SPDX-License-Identifier: GPL-2.0
"""What is withheld is not told by another road: by which refusal comes, where
runs end, how long an answer is, or a file that root has opened."""
import ctypes
import errno
import mmap
import os
import signal
import struct
import sys

sys.path.insert(0, __file__.rpartition("/")[0] + "/../lib")
# pylint: disable=wrong-import-position
import child
import debugfs
import forgery
import netlink
import oracle
import privilege
import questions
import setup
import spec
import watch
from compare import STATE
from ktap import equal, figure, main, none_left, note, test
from workload import PAGE, STUDENT, Workload

SPEC = questions.Spec()
DETAIL = spec.ENUM["detail"]
PRIVATE = sum(DETAIL[name] for name in ("folio", "pfn", "counts", "lru",
                                        "cgroup"))
NO_PID = 4194303
LIBC = ctypes.CDLL(None, use_errno=True)
LIBC.mmap.restype = ctypes.c_void_p


def refusal(name, **values):
    """The errno, the sentence and the attribute at fault."""
    try:
        SPEC.ask(name, **values)
    except netlink.Refused as refused:
        return refused.errno, refused.text, refused.offset
    return 0, "", None


def zombie():
    """A process that has ended and is not waited for."""
    pid = os.fork()
    if not pid:
        os._exit(0)
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
    return pid


def told_by_refusals(cases, **besides):
    """For each operation that takes an attribute, the refusals for its values:
    those of an operation must be one."""
    out = {}
    for name, (_, group, takes) in SPEC.operations.items():
        for attribute, values in cases.items():
            if attribute not in takes:
                continue
            more = dict(besides) if group == "query" and "address" in takes and (
                attribute != "frame") else {}
            if name == "peek":
                more = {"lru": spec.ENUM["lru"]["inactive-file"]}
            if name == "watch" and attribute == "id":
                continue
            out[name, attribute] = [refusal(name, **{attribute: value}, **more)
                                    for value in values]
    return out


@test("a refusal does not tell if there is such a process, cgroup, node or frame")
def existence():
    dead = zombie()
    with Workload("state", "anon") as target, watch.Watch(
            pid=target.pid, ring_bytes=4096) as other:
        frame = netlink.pages(pid=target.pid, detail=DETAIL["pfn"],
                              start=target.area("anon").start,
                              end=target.area("anon").start + PAGE)[0].pfn
        cases = {"pid": (target.pid, os.getpid(), dead, 2, NO_PID),
                 "cgroup": (1, os.stat("/sys/fs/cgroup").st_ino, 1 << 40),
                 "node": (0, 1, 77), "frame": (frame, 0, 1 << 50),
                 "id": (other.id, other.id + 1, 0x7fffffff)}
        callers = {"student": lambda: child.become(STUDENT),
                   "nobody with sys_admin": lambda: privilege.only("sys_admin"),
                   "nobody with sys_ptrace":
                       lambda: privilege.only("sys_ptrace")}
        # Control: root is told.
        root = told_by_refusals(cases, address=0)
        for pair, told in root.items():
            assert len(set(told)) > 1 or pair[1] == "id", (pair, told)
        compared = 0
        for who, become in callers.items():
            said = child.call(lambda: told_by_refusals(cases, address=0),
                              before=become)
            for (name, attribute), told in said.items():
                # These are told it by right.
                if attribute == "pid" and "sys_ptrace" in who and name != "watch":
                    continue
                if attribute != "pid" and attribute != "id" and (
                        "sys_admin" in who):
                    continue
                equal(len(set(told)), 1, f"{name} of {attribute} to {who}")
                number = errno.ENOENT if attribute == "id" else errno.EPERM
                equal(told[0][0], number, f"{name} of {attribute} to {who}")
                compared += len(told)
    os.waitpid(dead, 0)
    figure("refusals compared", compared)


def raw(command, **values):
    """The messages of an answer as they come, but for the time it took."""
    out = []
    with netlink.Socket() as sock:
        if command == "page":
            messages = sock.dump(command, netlink.query(**values))
        else:
            messages = [sock.do(command, netlink.query(**values))]
    for message in messages:
        out.append([pair for pair in message.attrs
                    if pair[0] != spec.CONST["MMLENS_A_QUERY_STALL"]])
    return out


def map_quietly(path, flags):
    """Map a file, and touch nothing of it: the start and the length."""
    fd = os.open(path, os.O_RDONLY)
    length = os.fstat(fd).st_size
    start = LIBC.mmap(None, ctypes.c_size_t(length), mmap.PROT_READ, flags, fd,
                      ctypes.c_long(0))
    os.close(fd)
    if start == ctypes.c_void_p(-1).value:
        raise OSError(ctypes.get_errno(), path)
    return start, length


def asker(paths, requests, answers):
    """A student who has mapped files, and says what they are told of them
    whenever they are asked."""
    child.become(STUDENT)
    privilege.prctl(privilege.PR_SET_DUMPABLE, 1)
    areas = [map_quietly(path, flags) for path in paths
             for flags in (mmap.MAP_PRIVATE, mmap.MAP_SHARED)]
    fd = netlink.open_pagemap(os.getpid())
    os.write(answers, struct.pack("<Q", len(areas)) +
             b"".join(struct.pack("<QQ", *area) for area in areas))
    while os.read(requests, 1):
        data = repr([look(fd, *area) for area in areas]).encode()
        os.write(answers, struct.pack("<Q", len(data)))
        while data:
            data = data[os.write(answers, data):]


PAGES = 24
WALKED = 0, 1, PAGES - 1


def look(fd, start, length):
    """All that is told of a range, with and without what is withheld."""
    end = start + length
    out = [raw("page", pagemap_fd=fd, start=start, end=end, detail=detail,
               each=each)
           for detail in (DETAIL["forecast"], netlink.ALL_DETAILS)
           for each in (False, True)]
    return out + [raw("walk", pagemap_fd=fd, address=start + page * PAGE)
                  for page in WALKED]


def read_all(fd, count):
    out = b""
    while len(out) < count:
        part = os.read(fd, count - len(out))
        if not part:
            raise AssertionError("the asker has ended")
        out += part
    return out


def cached_pages(path):
    """How many pages of a file the page cache holds, by mincore()."""
    start, length = map_quietly(path, mmap.MAP_SHARED)
    seen = ctypes.create_string_buffer(length // PAGE)
    LIBC.mincore(ctypes.c_void_p(start), ctypes.c_size_t(length), seen)
    LIBC.munmap(ctypes.c_void_p(start), ctypes.c_size_t(length))
    return sum(byte & 1 for byte in seen.raw)



class Backing:
    """Files of root's that a student may read: one on a disk, and one of shared
    memory, whose pages are there or are not."""

    def __init__(self):
        self.disk = "/var/tmp/mmlens-residency"
        self.shared = "/dev/shm/mmlens-residency"
        with open(self.disk, "wb") as file:
            file.write(os.urandom(PAGES * PAGE))
            os.fsync(file.fileno())
        with open(self.shared, "wb") as file:
            file.truncate(PAGES * PAGE)
        self.paths = self.disk, self.shared
        for path in self.paths:
            os.chmod(path, 0o644)

    def __enter__(self):
        self.empty()
        return self

    def __exit__(self, *_):
        for path in self.paths:
            os.unlink(path)

    def empty(self):
        fd = os.open(self.disk, os.O_RDONLY)
        os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_DONTNEED)
        os.close(fd)
        equal(cached_pages(self.disk), 0, "pages in the cache")

    def fill(self, pages):
        fd = os.open(self.disk, os.O_RDONLY)
        os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_RANDOM)
        for page in pages:
            os.pread(fd, 1, page * PAGE)
        os.close(fd)
        fd = os.open(self.shared, os.O_WRONLY)
        for page in pages:
            os.pwrite(fd, b"x", page * PAGE)
        os.close(fd)


@test("what the page cache holds changes nothing that a user is told")
def residency():
    setup.quiet()
    with Backing() as backing:
        requests, ask = os.pipe()
        told, answers = os.pipe()
        pid = os.fork()
        if not pid:
            os.close(ask)
            os.close(told)
            try:
                asker(backing.paths, requests, answers)
            finally:
                os._exit(0)
        os.close(requests)
        os.close(answers)
        try:
            count, = struct.unpack("<Q", read_all(told, 8))
            areas = list(struct.iter_unpack("<QQ", read_all(told, count * 16)))
            fd = netlink.open_pagemap(pid)

            def theirs():
                os.write(ask, b"?")
                length, = struct.unpack("<Q", read_all(told, 8))
                return read_all(told, length)

            def ours():
                return [repr(look(fd, *area)) for area in areas]

            empty = theirs(), ours()
            kinds = set()
            for pages in ([0], range(0, PAGES, 2), range(PAGES)):
                backing.fill(pages)
                equal(cached_pages(backing.disk), len(pages), "in the cache")
                now = ours()
                # Control: root is told of each, and so something is hidden.
                for before, after in zip(empty[1], now):
                    assert before != after, "root is told nothing"
                kinds.add(tuple(now))
                equal(theirs() == empty[0], True,
                      f"a user is told the same with {len(pages)} pages cached")
            equal(len(kinds), 3, "answers to root")
            os.close(fd)
            figure("answers compared for the page cache",
                   3 * len(areas) * (4 + len(WALKED)))
        finally:
            os.close(ask)
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            os.close(told)


def merged(runs, boundaries):
    """Pages one by one, made runs where all that was told is equal."""
    out = []
    for run in runs:
        last = out[-1] if out else None
        if (last and run.start not in boundaries and
                last._replace(start=0, pages=0) ==
                run._replace(start=0, pages=0) and
                last.start + last.pages * PAGE == run.start):
            out[-1] = last._replace(pages=last.pages + run.pages)
        else:
            out.append(run)
    return out


def both_ways(fd):
    return [[tuple(run) for run in netlink.pages(fd=fd, **how)]
            for how in ({"detail": netlink.ALL_DETAILS},
                        {"detail": netlink.ALL_DETAILS, "each": True},
                        {"detail": netlink.ALL_DETAILS & ~PRIVATE})]


STATES = ["anon", "locked", "lazyfree", "file-private", "memfd", "thp-split",
          "left-alone", "ksm", "swapped", "swapped-back", "swapped-forked"]


@test("runs end for a user only where something that is told changes")
def runs():
    setup.quiet()
    setup.swap_on()
    make = spec.STRUCT["page_run"][1]._make
    with Workload("state", *STATES) as target:
        # The student's own pages could not be so various: by root's descriptor.
        target.stop()
        fd = netlink.open_pagemap(target.pid)
        told = child.as_user(both_ways, fd)
        runs_of_root, _, _ = both_ways(fd)
        os.close(fd)
        whole, each, modest = ([make(run) for run in part] for part in told)
        boundaries = {v.start for v in oracle.maps(target.pid)}
        equal(whole, merged(each, boundaries), "runs and pages")
        # To ask for what is withheld changes nothing but the word of it.
        equal(whole, modest, "runs with and without what is withheld")
        note(f"{len(whole)} runs for a user, {len(runs_of_root)} for root, of "
             f"{sum(run.pages for run in each)} pages")
        # Control: there is much to hide.
        assert len(runs_of_root) > len(whole) + 100, "nothing to hide"
        # Of an area of KSM there is one.
        area = target.area("ksm")
        inside = [run for run in whole if area.start <= run.start < area.end]
        equal([(STATE[run.state], run.start, run.pages) for run in inside],
              [("anon", area.start, (area.end - area.start) // PAGE)], "ksm")
        figure("runs compared for what is withheld", len(each))


@test("a file of debugfs that root has opened tells a user nothing")
def passed_files():
    with Workload("state", "anon") as target:
        opened, private = {}, set()
        watched = watch.Watch(pid=target.pid, ring_bytes=4096)
        for name, flags in questions.debugfs_files().items():
            fd = os.open(f"{debugfs.ROOT}/{name}", flags)
            if flags == os.O_RDWR:
                address = (f" {target.area('anon').start:x}"
                           if name == "pid/mappers" else "")
                os.write(fd, f"{target.pid}{address}".encode())
            # The rest of what there is to read is in a buffer now.
            assert len(os.read(fd, 1)) == 1, name
            opened[name] = fd
            if name != "info":
                private.add(name)

        def attempts(fd):
            rewound = (lambda: os.lseek(fd, 0, os.SEEK_SET),
                       lambda: os.read(fd, 4096))
            null = os.open("/dev/null", os.O_WRONLY)
            told = [questions.outcome(ask)[0] for ask in (
                lambda: os.read(fd, 4096), lambda: os.pread(fd, 4096, 0),
                lambda: os.sendfile(null, fd, 0, 4096), *rewound,
                # What lies before it is made to find it.
                lambda: os.lseek(fd, 100, os.SEEK_SET))]
            os.close(null)
            return [each if isinstance(each, str) else "+" for each in told]

        def try_all():
            out = {name: attempts(fd) for name, fd in opened.items()}
            for name, fd in opened.items():
                if name.startswith("pid/"):
                    out[name].append(questions.outcome(os.write, fd, b"1")[0])
            return out

        for who, become in (
                ("a student", lambda: child.become(STUDENT)),
                ("root without sys_admin",
                 lambda: privilege.without("sys_admin"))):
            told = child.call(try_all, before=become)
            for name in sorted(private):
                # No file of debugfs is one that sendfile() reads: EINVAL.
                equal(set(told[name]), {"P", "I"},
                      f"{name} to {who}: {told[name]}")
            # What module and kernel can do is no secret.
            assert "+" in told["info"], told
        # Root without ptrace is told of the system, and of no process.
        told = child.call(try_all,
                          before=lambda: privilege.without("sys_ptrace"))
        for name in sorted(private):
            equal("+" in told[name], not name.startswith("pid/"), name)
        for fd in opened.values():
            os.close(fd)
        watched.close()


def sharers(fd):
    with netlink.Socket() as sock:
        messages = sock.dump("sharer", netlink.query(pagemap_fd=fd))
    return ([tuple(spec.unpack("sharer", data)[:2]) for message in messages
             for data in message.all("sharer")],
            sum(message.number("hidden") or 0 for message in messages))


def mm_cookie(**target):
    with netlink.Socket() as sock:
        return sock.do("mm", netlink.query(**target)).number("cookie")


@test("in a PID namespace, PIDs are its own, and others' are not told")
def pid_namespace():
    with Workload("threads", "-t", 3) as target:
        fd = netlink.open_pagemap(target.pid)
        stat = f"{target.pid}/task"
        tids = {int(tid) for tid in os.listdir(f"/proc/{stat}")}
        told, hidden = sharers(fd)
        equal(({tid for _, tid in told}, hidden), (tids, 0), "outside")

        def inside():
            with forgery.mounted("proc") as folder:
                own = os.open(f"{folder}/self/pagemap", os.O_RDONLY)
            one = sharers(fd), sharers(own)
            # Process 1 is who asks, and not the machine's.
            same = mm_cookie(pid=1) == mm_cookie(pagemap_fd=own)
            return one, same, refusal("mm", pid=target.pid)[:2]

        (other, own), same, refused = child.call(
            inside, before=privilege.pid_namespace)
        equal((other[0], other[1]), ([], len(tids)), "of others, inside")
        equal((own[0], own[1]), ([(1, 1)], 0), "of its own, inside")
        equal(same, True, "process 1 is its own")
        equal(refused[0], errno.ESRCH, refused[1])
        os.close(fd)


@test("in a network namespace there is no family, whoever made the namespace")
def network_namespace():
    def ask():
        try:
            netlink.Socket().close()
        except netlink.Absent:
            return "absent"
        return "there"

    equal(ask(), "there", "here")
    equal(child.call(ask, before=lambda: privilege.unshare(
        privilege.CLONE_NEWNET)), "absent", "root's")

    def of_a_user():
        privilege.user_namespace()
        privilege.unshare(privilege.CLONE_NEWNET)

    equal(child.call(ask, before=of_a_user), "absent", "a user's")

    # By number it is no family there, either.
    with netlink.Socket() as sock:
        number = sock.family

    def by_number():
        privilege.unshare(privilege.CLONE_NEWNET)
        with netlink.Socket(family=None) as sock:
            sock.family = number
            try:
                sock.do("info")
            except netlink.Refused as refused:
                return refused.errno
        return 0

    equal(child.call(by_number), errno.ENOENT, "by its number")


main()
