# SPDX-License-Identifier: GPL-2.0
"""Targets that leave, readers that stop, modules that go: nothing is kept, and
nothing breaks."""
import errno
import os
import signal
import subprocess
import sys
import threading
import time

sys.path.insert(0, __file__.rpartition("/")[0] + "/../lib")
# pylint: disable=wrong-import-position
import debugfs
import lens
import netlink
import oracle
import setup
import spec
from ktap import equal, main, note, test
from netlink import query
from workload import Workload, wait_until

# Enough records for many messages: no two neighbours alike.
MANY = "mixed=60000"
# MMLENS_LONG is what scripts/test --long says.
UNLOADS = 100 if os.environ.get("MMLENS_LONG") else 8


def available():
    return oracle.keyed("/proc/meminfo")["MemAvailable"]


def half_read(target, command="page", **values):
    """A dump that is in the middle: the first answer holds the identity of
    the address space alone, the reading begins with the second."""
    sock = netlink.Socket()
    values = values or {"detail": netlink.ALL_DETAILS}
    if command != "page":
        values = {}
    sock.start_dump(command, query(pid=target.pid, **values))
    for _ in range(2):
        assert sock.receive()[0][0] == sock.family, "no answer of the family"
    return sock


def rest_of(sock):
    """The error that ends a dump, and how many messages came before."""
    count = 0
    try:
        for _ in sock.answers():
            count += 1
    except netlink.Refused as refused:
        return refused.errno, refused.text, count
    return 0, "", count


@test("the target exits during a dump: ESRCH at the end, and a sentence")
def exits():
    for command, program in (("page", ("state", MANY)),
                             ("vma", ("vmas", 20000))):
        with Workload(*program) as target:
            sock = half_read(target, command)
        number, text, _ = rest_of(sock)
        equal((number, text), (errno.ESRCH, "the target has exited"), command)
        sock.close()


@test("the command line tells what came before, and the error: exit 4")
def exits_command_line():
    with Workload("state", MANY) as target:
        read, write = os.pipe()
        process = subprocess.Popen(
            ["mmlens", "-j", "pages", str(target.pid)], stdout=write,
            stderr=subprocess.PIPE)
        os.close(write)
        # It has written some, and waits for us since the pipe is full.
        first = os.read(read, 4096)
        assert b'"pages":[' in first, first[:200]
        wait_until(lambda: oracle.stat(process.pid)[0] == "S", "a full pipe")
        target.close()
        with os.fdopen(read, "rb") as file:
            out = first + file.read()
        equal(process.wait(), 4, "exit status")
        process.stderr.close()
    told = lens.parse("pages", out)
    equal(told["error"]["errno"], errno.ESRCH, "errno")
    assert "exited" in told["error"]["message"], told["error"]
    note(f"{len(told['pages'])} runs came before")
    assert told["pages"], "nothing came before"


@test("an open dump keeps no memory of a target that exits")
def no_leak():
    before = available()
    sockets = []
    for _ in range(4):
        with Workload("state", "anon=16000", "mixed=9000") as target:
            sockets.append(half_read(target))
            users = debugfs.ask("mm", target.pid).splitlines()
            assert "mm-users 1" in users, users
    # Four times 64 MiB have been given back, though the dumps are open.
    wait_until(lambda: before - available() < 32 << 20,
               "the memory of what has exited")
    for sock in sockets:
        equal(rest_of(sock)[0], errno.ESRCH, "the end")
        sock.close()


@test("mm_users is not left raised, whatever is asked and abandoned")
def mm_users():
    with Workload("state", MANY, "thp") as target:
        target.stop()
        for _ in range(25):
            half_read(target).close()
        for _ in range(2):
            netlink.pages(pid=target.pid)
            with netlink.Socket() as sock:
                sock.do("walk", query(pid=target.pid, address=0x1000))
                sock.dump("sharer", query(pid=target.pid))
            fd = os.open(debugfs.ROOT + "/pid/pages", os.O_RDWR)
            os.write(fd, str(target.pid).encode())
            os.read(fd, 4096)
            os.close(fd)
        # The dumps have ended: only the process itself is left.
        with netlink.Socket() as sock:
            told = spec.unpack("counters", sock.do(
                "mm", query(pid=target.pid)).one("counters"))
        equal(told.mm_users, 1, "mm_users")


@test("a reader that stops reading hinders neither target nor others")
def stopped_reader():
    with Workload("grow") as target, Workload("state", MANY) as other:
        sockets = [half_read(other) for _ in range(20)]
        began = time.monotonic()
        for command in "map", "stack", "heap":
            target.command(command)
        assert netlink.pages(pid=other.pid), "nothing"
        note(f"{time.monotonic() - began:.2f} s with 20 idle readers")
        # The target of the idle readers can still change its VMAs.
        setup.put(f"/proc/{other.pid}/clear_refs", "4")
        for sock in sockets:
            sock.close()


@test("unload is refused while a dump or a file is open, and works afterwards")
def unload_busy():
    with Workload("state", MANY) as target:
        sock = half_read(target)
        got = subprocess.run(["rmmod", "mmlens"], check=False,
                             capture_output=True)
        assert got.returncode and b"in use" in got.stderr, got
        assert rest_of(sock)[0] == 0, "the dump was broken off"
        sock.close()
        fd = os.open(debugfs.ROOT + "/pid/pages", os.O_RDWR)
        os.write(fd, str(target.pid).encode())
        os.read(fd, 100)
        got = subprocess.run(["rmmod", "mmlens"], check=False,
                             capture_output=True)
        assert got.returncode and b"in use" in got.stderr, got
        os.close(fd)
        fd = half_read(target)
        fd.close()
        setup.unload()
        assert not os.path.exists(debugfs.ROOT)
        setup.load()


class Scanner(threading.Thread):
    """Asks without end; being refused or finding nobody is no failure."""

    def __init__(self, pid):
        super().__init__(daemon=True)
        self.pid = pid
        self.over = False
        self.answers, self.misses = 0, 0
        self.failure = None

    def run(self):
        while not self.over:
            try:
                self.ask()
                self.answers += 1
            except (netlink.Absent, netlink.Refused, OSError) as error:
                # The family left between two requests, or its module is
                # leaving: netlink then says EPROTONOSUPPORT, and debugfs,
                # whose files are there until the module's exit, ENXIO.
                number = getattr(error, "errno", errno.ENOENT)
                if number not in (errno.ENOENT, errno.EINTR, errno.EOPNOTSUPP,
                                  errno.EPROTONOSUPPORT, errno.ENXIO):
                    self.failure = error
                    return
                self.misses += 1

    def ask(self):
        """Alternately the two faces."""
        if self.answers % 4:
            netlink.pages(pid=self.pid, detail=netlink.ALL_DETAILS)
        else:
            debugfs.ask("vmas", self.pid)


@test(f"{UNLOADS} loads and unloads during scans")
def unloads():
    with Workload("state", "mixed=600", "thp") as target:
        target.stop()
        scanners = [Scanner(target.pid) for _ in range(2)]
        for scanner in scanners:
            scanner.start()
        busy, done = 0, 0

        def answered():
            return sum(s.answers for s in scanners)

        # On a busy machine the scans may come short: then it takes more.
        while (done < UNLOADS or answered() < UNLOADS // 2) and \
                not any(s.failure for s in scanners):
            if setup.try_unload():
                setup.load_again()
                done += 1
            else:
                busy += 1
        for scanner in scanners:
            scanner.over = True
        for scanner in scanners:
            scanner.join()
            equal(scanner.failure, None, "an answer that was none")
        note(f"{done} unloads, {busy} refused, {answered()} answers, "
             f"{sum(s.misses for s in scanners)} times not there")


@test("a caller that is killed in a dump")
def killed():
    with Workload("state", MANY) as target:
        for wait in (0.05, 0.1, 0.2, 0.4):
            with subprocess.Popen(["mmlens", "pages", str(target.pid)],
                                  stdout=subprocess.DEVNULL) as process:
                time.sleep(wait)
                process.send_signal(signal.SIGKILL)
                process.wait()
        assert netlink.pages(pid=target.pid)


main()
