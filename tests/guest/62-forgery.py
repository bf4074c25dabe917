# SPDX-License-Identifier: GPL-2.0
"""Descriptors that pass for a process, and those that must not: every kind of
file, numbers that change hands meanwhile, targets that become others."""
import collections
import contextlib
import errno
import mmap
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, __file__.rpartition("/")[0] + "/../lib")
# pylint: disable=wrong-import-position
import child
import forgery
import netlink
import oracle
import privilege
import questions
import setup
import vmas
from ktap import Skip, equal, figure, main, none_left, note, test
from workload import PAGE, PROGRAMS, STUDENT, Workload, wait_until

LONG = bool(os.environ.get("MMLENS_LONG"))
MS_BIND = 4096


def refusal(sock, command, **values):
    """The errno and the sentence; 0 and the answer if there is none."""
    how, _, takes = SPEC.operations[command]
    if "address" in takes:
        values["address"] = 0
    try:
        told = getattr(sock, how)(command, netlink.query(**values))
    except netlink.Refused as refused:
        return refused.errno, refused.text
    return 0, told


def cookie(message):
    return message.number("cookie")


def told_of(fd):
    """Identity of what a descriptor stands for, or the errno."""
    with netlink.Socket() as sock:
        number, told = refusal(sock, "mm", pagemap_fd=fd)
    return -number if number else cookie(told)


def told_of_path(path):
    fd = os.open(path, os.O_RDONLY)
    try:
        return told_of(fd)
    finally:
        os.close(fd)


SPEC = questions.Spec()
# All that take a descriptor of a process, but for watch.
COMMANDS = [name for name, (_, group, takes) in SPEC.operations.items()
            if "pagemap-fd" in takes and group == "query"]


def must_refuse(files, number=errno.EINVAL):
    """Of each, what is wrong with its refusal."""
    bad, count = [], 0
    with netlink.Socket() as sock:
        for name, fd in files:
            # Each operation in turn, and all of them in the end.
            command = COMMANDS[count % len(COMMANDS)]
            count += 1
            said = refusal(sock, command, pagemap_fd=fd)
            if said[0] != number or not said[1].startswith("pagemap-fd: "):
                bad.append((name, command, said))
            os.close(fd)
    none_left(bad, "what must be refused")
    return count


@test("of all files in /proc a pagemap alone is a process")
def of_proc():
    own = told_of_path("/proc/self/pagemap")
    assert own > 0, errno.errorcode[-own]
    closed, genuine = [], []

    def others():
        for path in forgery.of_proc():
            fd = forgery.open_any(path)
            if fd is None:
                closed.append(path)
            elif path.endswith("/pagemap"):
                genuine.append(path)
                equal(told_of(fd), own, path)
                os.close(fd)
            else:
                yield path, fd

    count = must_refuse(others())
    note(f"{count} files refused, {len(closed)} could not be opened")
    equal(sorted(genuine), sorted(
        ["/proc/self/pagemap", f"/proc/self/task/{os.getpid()}/pagemap"]),
        "those that are one")
    assert count > 100 and len(closed) < count // 4, closed
    figure("descriptors that are no process refused", count)


@test("no other kind of descriptor is one, and no number without a file")
def of_kinds():
    count = must_refuse(forgery.kinds())
    with netlink.Socket() as sock:
        said = refusal(sock, "mm", pagemap_fd=sock.sock.fileno())
    equal(said[0], errno.EINVAL, "the socket that asks")
    path = os.open("/proc/self/pagemap", os.O_PATH)
    for number in (path, 1 << 20, 0x7fffffff, 0x80000000, 0xffffffff,
                   0xffffff9c):
        with netlink.Socket() as sock:
            for command in COMMANDS:
                said = refusal(sock, command, pagemap_fd=number)
                equal((said[0], said[1].startswith("pagemap-fd: ")),
                      (errno.EBADF, True), f"{number:#x} to {command}")
    os.close(path)
    figure("descriptors that are no process refused", count + 7)


@test("a file called pagemap on another filesystem is none")
def of_filesystems():
    def plain(folder):
        path = f"{folder}/pagemap"
        with open(path, "wb") as file:
            file.write(bytes(8192))
        fd = os.open(path, os.O_RDONLY)
        os.unlink(path)
        return fd

    def files(stack):
        yield "ext4", plain("/var/tmp")
        for kind in "tmpfs", "hugetlbfs", "ramfs":
            folder = stack.enter_context(forgery.mounted(kind))
            path = f"{folder}/pagemap"
            yield kind, os.open(path, os.O_RDWR | os.O_CREAT)
        for path in ("/sys/kernel/mm/ksm/run", "/dev/zero", "/dev/null",
                     "/dev/mem", "/sys/kernel/debug/kprobes/list",
                     "/sys/kernel/debug/mmlens/info",
                     "/sys/kernel/debug/mmlens/pid/pages",
                     "/sys/fs/cgroup/cgroup.procs"):
            if os.path.exists(path):
                yield path, os.open(path, os.O_RDONLY)

    with contextlib.ExitStack() as stack:
        count = must_refuse(files(stack))
    figure("descriptors that are no process refused", count)


@test("a pagemap seen through an overlay of /proc is none")
def of_overlay():
    with contextlib.ExitStack() as stack:
        lower = stack.enter_context(forgery.mounted("tmpfs"))
        try:
            folder = stack.enter_context(forgery.mounted(
                "overlay", f"lowerdir={lower}:/proc/self"))
        except OSError as error:
            raise Skip(f"no overlay of /proc: {error.strerror}") from None
        count = must_refuse([("overlay", os.open(f"{folder}/pagemap",
                                                 os.O_RDONLY))])
    figure("descriptors that are no process refused", count)


@test("a file called pagemap that a process answers for, by FUSE, is none")
def of_fuse():
    if not os.path.exists("/dev/fuse"):
        raise Skip("this kernel has no FUSE")
    with forgery.Fuse() as path:
        fd = os.open(path, os.O_RDONLY)
        equal(os.read(fd, 8), bytes(8), "what the filesystem tells")
        count = must_refuse([("fuse", fd)])
    figure("descriptors that are no process refused", count)


@test("a pagemap of another procfs, or by another name, is one")
def of_other_procfs():
    with Workload("state", "anon", user=STUDENT) as target:
        want = told_of_path(f"/proc/{target.pid}/pagemap")
        with forgery.mounted("proc") as folder:
            equal(told_of_path(f"{folder}/{target.pid}/pagemap"), want,
                  "another instance")
        with forgery.mounted("proc", "hidepid=2") as folder:
            path = f"{folder}/{target.pid}/pagemap"
            equal(child.as_user(told_of_path, path), want, "hidepid")
        with forgery.mounted("tmpfs") as folder:
            path = f"{folder}/mem"
            os.close(os.open(path, os.O_CREAT))
            privilege.mount(f"/proc/{target.pid}/pagemap", path, None, MS_BIND)
            equal(told_of_path(path), want, "bound to another name")
            privilege.unmount(path)

        def covered():
            """Where something else lies over it."""
            privilege.mount_namespace()
            with tempfile.NamedTemporaryFile() as fake:
                privilege.mount(fake.name, f"/proc/{target.pid}/pagemap", None,
                                MS_BIND)
                return told_of_path(f"/proc/{target.pid}/pagemap")

        equal(child.call(covered), -errno.EINVAL, "a file bound over it")


@test("opened by root and sent by a user, and the other way round")
def passed():
    with Workload("state", "anon", user=STUDENT) as target:
        address = target.area("anon").start
        ours, theirs = socket.socketpair()

        def facts(fd):
            with netlink.Socket() as sock:
                first, *rest = sock.dump("page", netlink.query(
                    pagemap_fd=fd, start=address, end=address + 4096,
                    detail=netlink.ALL_DETAILS))
            run, = netlink.runs_of(rest)
            return cookie(first), bool(run.pfn)

        def take_and_ask():
            _, fds, _, _ = socket.recv_fds(theirs, 1, 1)
            return facts(fds[0])

        def open_and_give():
            privilege.send_fds(theirs, [netlink.open_pagemap(target.pid)])

        fd = netlink.open_pagemap(target.pid)
        want = facts(fd)
        equal(want[1], True, "root is told the frame")
        privilege.send_fds(ours, [fd])
        os.close(fd)
        equal(child.as_user(take_and_ask), (want[0], False), "root's, by a user")
        child.as_user(open_and_give)
        _, fds, _, _ = socket.recv_fds(ours, 1, 1)
        equal(facts(fds[0]), want, "a user's, by root")
        os.close(fds[0])


def swap_for_ever(number, files, turns):
    """Put one file after another in the place of a number."""
    while True:
        for fd in files:
            if fd is None:
                with contextlib.suppress(OSError):
                    os.close(number)
            else:
                os.dup2(fd, number, inheritable=False)
            turns[:8] = (int.from_bytes(turns[:8], "little") + 1).to_bytes(
                8, "little")


@contextlib.contextmanager
def swapped(number, files):
    """A process that shares our descriptors, and no lock with us as a thread of
    ours would, puts the files there in turn. How often, is told at the end."""
    turns = mmap.mmap(-1, PAGE)
    pid = privilege.fork_sharing_files()
    if not pid:
        try:
            swap_for_ever(number, files, turns)
        finally:
            os._exit(1)
    try:
        yield turns
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        with contextlib.suppress(OSError):
            os.close(number)


@test("a number that changes hands: each answer is of one of its files")
def raced():
    with Workload("vmas", 10) as one, Workload("vmas", 30) as two:
        one.stop()
        two.stop()
        known = {told_of_path(f"/proc/{t.pid}/pagemap"):
                 [(v.start, v.end) for v in oracle.maps(t.pid)
                  if not oracle.is_gate(v)] for t in (one, two)}
        files = [netlink.open_pagemap(one.pid),
                 os.open("/proc/self/maps", os.O_RDONLY),
                 netlink.open_pagemap(two.pid), None]
        seen = collections.Counter()
        answers = {"mm", "vma", "EINVAL", "EBADF"}
        end = time.monotonic() + (30 if LONG else 3)
        latest = end + 30 * setup.PATIENCE
        # Where nobody else's descriptor will come to lie.
        with netlink.Socket() as sock, swapped(400, files) as turns:
            while time.monotonic() < (end if answers <= set(seen) else
                                      latest):
                for command in "mm", "vma":
                    number, told = refusal(sock, command, pagemap_fd=400)
                    if number:
                        seen[errno.errorcode[number]] += 1
                        continue
                    if command == "mm":
                        assert cookie(told) in known, hex(cookie(told))
                        seen["mm"] += 1
                        continue
                    # To its end, it is of that which it began with.
                    whose = {cookie(message) for message in told}
                    equal(len(whose), 1, "address spaces in an answer")
                    equal([(v.vma.start, v.vma.end)
                           for v in vmas.Dump(told).vmas],
                          known[whose.pop()], "its VMAs")
                    seen["vma"] += 1
        for fd in files:
            if fd is not None:
                os.close(fd)
    note(f"{int.from_bytes(turns[:8], 'little')} turns: {dict(seen)}")
    equal(set(seen), answers, "answers")
    figure("requests on a descriptor that changes hands", sum(seen.values()))


def exec_of(path):
    """A student's process becomes another program, while its pagemap is open:
    what is told before, and after; and if it can be opened again."""
    # pylint: disable=consider-using-with
    process = subprocess.Popen(["sh", "-c", 'read x; exec "$0"', path],
                               stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    wait_until(lambda: b"read x" in oracle.slurp(
        f"/proc/{process.pid}/cmdline"), "the shell")
    fd = netlink.open_pagemap(process.pid)
    before = told_of(fd)
    process.stdin.write(b"\n")
    process.stdin.flush()
    # Asked all the while: it is never of the new one.
    while True:
        now = told_of(fd)
        if now != before:
            break
    while process.stdout.readline() != b"ready\n":
        pass
    after = {}
    with netlink.Socket() as sock:
        for command in COMMANDS:
            if command != "mapper":
                after[command] = refusal(sock, command, pagemap_fd=fd)[0]
    try:
        again = told_of_path(f"/proc/{process.pid}/pagemap")
    except OSError as error:
        again = -error.errno
    process.stdin.close()
    process.wait()
    return before, now, after, again


@test("a pagemap that was open before exec never shows the new program")
def execs():
    folder = tempfile.mkdtemp(prefix="mmlens-", dir="/var/tmp")
    os.chmod(folder, 0o755)
    try:
        for name, mode in (("plain", 0o755), ("root", 0o4755),
                           ("secret", 0o711)):
            shutil.copy(f"{PROGRAMS}/threads", f"{folder}/{name}")
            os.chmod(f"{folder}/{name}", mode)
            before, now, after, again = child.as_user(exec_of,
                                                      f"{folder}/{name}")
            assert before > 0, errno.errorcode[-before]
            equal(now, -errno.ESRCH, f"{name}: after exec")
            equal(set(after.values()), {errno.ESRCH}, f"{name}: {after}")
            if name == "plain":
                assert again > before, (before, again)
            else:
                equal(again, -errno.EACCES, f"{name}: opened again")
    finally:
        shutil.rmtree(folder)


@test("who has said that nobody may look is seen by what was open before")
def undumpable():
    def look():
        """As the kernel has it for a pagemap that is read."""
        privilege.prctl(privilege.PR_SET_DUMPABLE, 1)
        fd = netlink.open_pagemap(os.getpid())
        privilege.prctl(privilege.PR_SET_DUMPABLE, 0)
        told = told_of(fd)
        try:
            told_of_path("/proc/self/pagemap")
        except OSError as error:
            return told, error.errno
        return told, 0

    told, again = child.as_user(look)
    assert told > 0, errno.errorcode[-told]
    equal(again, errno.EACCES, "opened again")


main()
