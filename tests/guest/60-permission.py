# SPDX-License-Identifier: GPL-2.0
"""Who may ask about whom, what is withheld, and which descriptors count."""
import contextlib
import errno
import os
import socket
import subprocess
import sys

sys.path.insert(0, __file__.rpartition("/")[0] + "/../lib")
# pylint: disable=wrong-import-position
import child
import debugfs
import lens
import netlink
import oracle
import setup
import spec
import vmas
from compare import STATE
from ktap import Skip, equal, main, test
from workload import STUDENT, Workload

DETAIL = spec.ENUM["detail"]
FLAG = spec.ENUM["page_flag"]
# What only CAP_SYS_ADMIN may see.
PRIVATE = {"folio", "pfn", "counts", "lru", "cgroup"}


def refusal(function, *args, **kwargs):
    """The errno and the sentence of what must be refused."""
    try:
        function(*args, **kwargs)
    except netlink.Refused as refused:
        return refused.errno, refused.text
    return None, "nothing was refused"


def pages_by_fd(pid):
    """What the caller is told of a process through its pagemap."""
    fd = netlink.open_pagemap(pid)
    with netlink.Socket() as sock:
        messages = sock.dump("page", netlink.query(
            pagemap_fd=fd, detail=netlink.ALL_DETAILS))
    os.close(fd)
    withheld = 0
    for message in messages:
        withheld |= message.number("withheld") or 0
    return [tuple(run) for run in netlink.runs_of(messages)], withheld


def as_runs(tuples):
    return [spec.STRUCT["page_run"][1](*run) for run in tuples]


STATES = ["anon", "zero", "thp", "file-private", "memfd", "swapped",
          "forked", "locked"]


def built(user=STUDENT):
    setup.quiet()
    setup.swap_on()
    return Workload("state", *STATES, user=user)


@test("a user sees the own process, and of it what pagemap shows")
def own_process():
    with built() as target:
        target.stop()
        runs, withheld = child.as_user(pages_by_fd, target.pid)
        runs = as_runs(runs)
        root = netlink.pages(pid=target.pid, detail=0, each=True)
        states = {}
        for run in root:
            states[run.start] = STATE[run.state]
        for run in runs:
            if STATE[run.state] != "none":
                equal(STATE[run.state], states[run.start], hex(run.start))
        equal(set(spec.words("detail", withheld)), PRIVATE,
              "withheld")
        for run in runs:
            facts = set(spec.words("detail", run.facts))
            equal(facts & PRIVATE, set(), f"told at {run.start:#x}")
            equal((run.pfn, run.mapcount, run.refcount, run.cgroup, run.order,
                   run.swap_type, run.lru, run.generation, run.tier),
                  (0,) * 9, f"numbers at {run.start:#x}")
            # Flags of the folio come after those of the entry.
            equal(run.flags >= FLAG["locked"], False, hex(run.start))


@test("KSM is told as anon without privilege")
def ksm():
    setup.quiet()
    with Workload("state", "ksm") as target:
        area = target.area("ksm")
        # Not as the student's: a user cannot start KSM. Look as one with
        # root's descriptor instead: the privilege is the sender's.
        target.stop()

        def look():
            fd = look.fd
            return [tuple(r) for r in netlink.pages(
                fd=fd, start=area.start, end=area.end,
                detail=netlink.ALL_DETAILS)]

        look.fd = netlink.open_pagemap(target.pid)
        for states, runs in (({"ksm"}, as_runs(look())),
                             ({"anon"}, as_runs(child.as_user(look)))):
            equal({STATE[r.state] for r in runs}, states, "states")
        os.close(look.fd)


@test("a socket of root's sends as whoever sends; a user's own stays one")
def sender_and_opener():
    with Workload("state", "anon") as target:
        opened = netlink.Socket()

        def ask():
            return refusal(opened.do, "mm", netlink.query(pid=target.pid))

        equal(ask()[0], None, "root by root's socket")
        equal(child.as_user(ask)[0], errno.EPERM,
              "a user by root's socket")

        # The other way round: opened by a user, sent by root.
        ours, theirs = socket.socketpair()

        def open_and_give():
            with contextlib.closing(netlink.Socket()) as sock:
                socket.send_fds(theirs, [b"x"],
                                [sock.sock.fileno()])

        child.as_user(open_and_give)
        _, fds, _, _ = socket.recv_fds(ours, 10, 1)
        opened.sock.close()
        opened.sock = socket.socket(fileno=fds[0])
        equal(ask()[0], errno.EPERM, "root by a user's socket")
        opened.close()


@test("a bare PID needs CAP_SYS_PTRACE, in do and in dump")
def bare_pid():
    with Workload("state", "anon", user=STUDENT) as target:
        def ask():
            out = []
            for command in "mm", "walk":
                with netlink.Socket() as sock:
                    out.append(refusal(sock.do, command, netlink.query(
                        pid=target.pid, address=0x1000)
                        if command == "walk" else
                        netlink.query(pid=target.pid)))
            for command in "vma", "page", "sharer":
                with netlink.Socket() as sock:
                    out.append(refusal(sock.dump, command,
                                       netlink.query(pid=target.pid)))
            return out

        for number, text in child.as_user(ask):
            equal(number, errno.EPERM, "errno")
            assert text.startswith("pid") and "CAP_SYS_PTRACE" in text, text


@test("a capability of a user namespace does not help")
def user_namespace():
    with Workload("state", "anon", user=STUDENT) as target:
        script = (
            "import sys; sys.path.insert(0, sys.argv[1])\n"
            "import os, netlink, spec\n"
            "def ask(**who):\n"
            "    try:\n"
            "        with netlink.Socket() as s:\n"
            "            m = s.dump('page', netlink.query("
            "detail=netlink.ALL_DETAILS, **who))\n"
            "            return hex(max(x.number('withheld') or 0"
            " for x in m))\n"
            "    except netlink.Refused as r: return r.errno\n"
            "pid = int(sys.argv[2])\n"
            "fd = netlink.open_pagemap(os.getpid())\n"
            "caps = open('/proc/self/status').read()\n"
            "print('CapEff:\\t000001ffffffffff' in caps, ask(pid=pid),"
            " ask(pagemap_fd=fd))\n")
        done = subprocess.run(
            ["unshare", "--user", "--map-root-user", sys.executable, "-B",
             "-c", script, os.path.dirname(os.path.abspath(child.__file__)),
             str(target.pid)], check=False, capture_output=True, text=True,
            user=STUDENT, group=STUDENT, extra_groups=[])
        if "Operation not permitted" in done.stderr:
            raise Skip("this kernel lets users make no user namespaces")
        want = sum(DETAIL[name] for name in PRIVATE)
        equal(done.stdout.split(), ["True", str(errno.EPERM), hex(want)],
              f"root of a user namespace: {done.stderr}")


@test("someone else's process is refused, by the kernel's own check")
def anothers():
    with Workload("state", "anon") as target:
        def ask():
            try:
                netlink.open_pagemap(target.pid)
            except OSError as error:
                return error.errno
            return 0

        assert child.as_user(ask) in (errno.EACCES, errno.EPERM)
        for command in ("mm",), ("vmas",), ("pages",), ("walk", "1000"):
            answer = lens.run("-j", command[0], target.pid, *command[1:],
                              user=STUDENT)
            equal(answer.status, 2, command[0])
            told = lens.parse(command[0], answer.out)
            assert "root" in told["error"]["message"], told
            assert "sudo" in told["error"]["hint"], told
            text = lens.run(command[0], target.pid, *command[1:],
                            user=STUDENT)
            equal((text.status, text.out), (2, b""), command[0])
            assert b"CAP_SYS_PTRACE" in text.err and b"sudo" in text.err, text


@test("the command line marks what is withheld")
def withheld_marks():
    with built() as target:
        target.stop()
        told = lens.ask("pages", target.pid, "-o", "all", user=STUDENT)
        # Verdict and forecast are told, where it is in doubt as two outcomes.
        equal(set(told["summary"]["withheld"]) - {"verdict", "forecast"},
              PRIVATE, "withheld")
        for row in told["pages"]:
            for key in ("pfn", "mapcount", "refcount", "cgroup", "order",
                        "lru", "generation"):
                assert key not in row, row
        area = target.area("anon")
        walk = lens.ask("walk", target.pid, hex(area.start),
                        user=STUDENT)["walk"]
        for step in walk["levels"]:
            equal((step.get("withheld"), "entry" in step), (["pfn"], False),
                  step["level"])
        assert "physical" not in walk, walk
        for command in (("pages", target.pid, "-o", "all"),
                        ("walk", target.pid, hex(area.start))):
            assert b"withheld" in lens.run(*command, user=STUDENT).out.lower()


@test("debugfs is root's alone")
def debugfs_private():
    def ask():
        out = []
        for name in "info", "pid/mm", "pid/vmas", "pid/pages":
            try:
                os.open(f"{debugfs.ROOT}/{name}", os.O_RDONLY)
            except OSError as error:
                out.append(error.errno)
        return out

    equal(child.as_user(ask), [errno.EACCES] * 4, "refusals")


def forged():
    """Descriptors that are no pagemap of a process, by a name for each."""
    yield "maps", os.open("/proc/self/maps", os.O_RDONLY)
    yield "mem", os.open("/proc/self/mem", os.O_RDONLY)
    yield "kpageflags", os.open("/proc/kpageflags", os.O_RDONLY)
    yield "smaps", os.open("/proc/self/smaps", os.O_RDONLY)
    yield "tmpfs", os.memfd_create("pagemap")
    path = "/tmp/pagemap"
    yield "file", os.open(path, os.O_RDWR | os.O_CREAT)
    os.unlink(path)
    yield "directory", os.open("/proc/self", os.O_RDONLY)
    yield "pipe", os.pipe()[0]
    yield "netlink", netlink.Socket().sock.detach()
    yield "pidfd", os.pidfd_open(os.getpid())


@test("forged descriptors are refused")
def forgeries():
    for name, fd in forged():
        for command in "mm", "walk":
            with netlink.Socket() as sock:
                values = {"address": 0} if command == "walk" else {}
                number, text = refusal(sock.do, command, netlink.query(
                    pagemap_fd=fd, **values))
            equal(number, errno.EINVAL, f"{name} to {command}")
            assert text.startswith("pagemap-fd"), text
        with netlink.Socket() as sock:
            equal(refusal(sock.dump, "page",
                          netlink.query(pagemap_fd=fd))[0], errno.EINVAL, name)
        os.close(fd)
    path_fd = os.open("/proc/self/pagemap", os.O_PATH)
    # High up, where no descriptor of ours will come to lie.
    closed = os.dup2(path_fd, 500)
    os.close(closed)
    for name, fd in ("O_PATH", path_fd), ("closed", closed), ("high", 1 << 20):
        with netlink.Socket() as sock:
            number, text = refusal(sock.do, "mm",
                                   netlink.query(pagemap_fd=fd))
        equal(number, errno.EBADF, name)
        assert text.startswith("pagemap-fd"), text
    os.close(path_fd)


@test("a descriptor of one process is that process, whoever sends it")
def right_process():
    with Workload("vmas", 10) as one, Workload("vmas", 30) as two:
        one.stop()
        two.stop()
        for target in one, two:
            fd = netlink.open_pagemap(target.pid)
            with netlink.Socket() as sock:
                told = vmas.Dump(sock.dump("vma",
                                           netlink.query(pagemap_fd=fd)))
            equal([(t.vma.start, t.vma.end) for t in told.vmas],
                  [(m.start, m.end) for m in oracle.maps(target.pid)],
                  "VMAs by descriptor")
            os.close(fd)
        thread = os.open(f"/proc/{one.pid}/task/{one.pid}/pagemap",
                         os.O_RDONLY)
        with netlink.Socket() as sock:
            assert sock.do("mm", netlink.query(pagemap_fd=thread))
        os.close(thread)


@test("an open pagemap of an exited process has no address space any more")
def exited():
    with Workload("state", "anon") as target:
        fd = netlink.open_pagemap(target.pid)
    with netlink.Socket() as sock:
        number, text = refusal(sock.do, "mm", netlink.query(pagemap_fd=fd))
    equal((number, text), (errno.ESRCH, "the target has exited"), "refusal")
    os.close(fd)


FAKE = "/tmp/fake-root"


def load_in_chroot():
    """Load the module where /proc/self/pagemap is a plain file."""
    os.makedirs(FAKE + "/proc/self", exist_ok=True)
    with open(FAKE + "/proc/self/pagemap", "wb") as file:
        file.write(bytes(8192))

    def load():
        fd = os.open(setup.MODULE, os.O_RDONLY)
        os.chroot(FAKE)
        os.chdir("/")
        setup.load_from(fd)

    child.call(load)


@test("loaded where /proc is a fake, descriptors are off, and PIDs work")
def fake_proc():
    setup.unload()
    try:
        load_in_chroot()
        told = lens.ask("info")["info"]
        equal(told["features"]["pagemap_fd"], False, "the path")
        with Workload("state", "anon") as target:
            # What the plain file's filesystem opens must not pass, nor what
            # the real one does.
            real = netlink.open_pagemap(target.pid)
            fake = os.open(FAKE + "/proc/self/pagemap", os.O_RDONLY)
            for fd in real, fake:
                with netlink.Socket() as sock:
                    number, text = refusal(sock.do, "mm",
                                           netlink.query(pagemap_fd=fd))
                equal(number, errno.EOPNOTSUPP, "errno")
                assert text.startswith("pagemap-fd"), text
                os.close(fd)
            with netlink.Socket() as sock:
                assert sock.do("mm", netlink.query(pid=target.pid))
            # The command line falls back to the PID by itself, for root.
            equal(lens.ask("mm", target.pid)["mm"]["pid"], target.pid, "pid")
    finally:
        if setup.loaded():
            setup.unload()
        setup.load()
    equal(lens.ask("info")["info"]["features"]["pagemap_fd"], True, "the path")


main()
