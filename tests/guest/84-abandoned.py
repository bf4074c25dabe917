# SPDX-License-Identifier: GPL-2.0
"""Dumps that are left half read, by hundreds; sockets that are passed on, to other
users and namespaces, and read there when who opened them has gone. What holds the
module is the kernel's own count of its references."""
import collections
import contextlib
import ctypes
import errno
import os
import random
import resource
import signal
import socket
import sys
import time
import traceback

sys.path.insert(0, __file__.rpartition("/")[0] + "/../lib")
# pylint: disable=wrong-import-position
import child
import faulter
import netlink
import oracle
import readers
import setup
import spec
import watch
from faulter import Target
from ktap import equal, figure, main, none_left, note, test
from netlink import query
from watch import Watch
from workload import STUDENT, Workload, wait_until

LONG = bool(os.environ.get("MMLENS_LONG"))
SEED = int(os.environ.get("MMLENS_SEED", "1"))
DUMPS = 3000 if LONG else 120 if setup.slow() else 250
ROUNDS = 5 if LONG else 1
# Each with a watch of its own.
COUNTS = 40
CLONE_NEWUSER, CLONE_NEWNET, CLONE_NEWPID = 0x10000000, 0x40000000, 0x20000000
LIBC = ctypes.CDLL(None, use_errno=True)


def references():
    return int(oracle.slurp("/sys/module/mmlens/refcnt"))


def nothing_held():
    wait_until(lambda: references() == 0, "the module to be free", 20)


def mm_users(pid):
    with netlink.Socket() as sock:
        return spec.unpack("counters", sock.do(
            "mm", query(pid=pid)).one("counters")).mm_users


def begin_some(draw, pid, address):
    """Dumps of every kind, none read to its end. Each with the references that it
    has: one of its own, and that of its watch."""
    out, watches = [], 0
    kinds = readers.operations("dump")
    for i in range(DUMPS):
        command = kinds[i % len(kinds)]
        watches += command == "counts"
        if command == "counts" and watches > COUNTS:
            command = "page"
        # Of the short ones what is there is all there is.
        received = draw.randrange(3) if command in ("page", "vma") else 0
        out.append((readers.begin_dump(command, pid, address, received),
                    1 + (command == "counts")))
    return out


@test("hundreds of dumps of every kind, closed unread in any order")
def abandoned():
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE,
                       (min(hard, 2 * DUMPS + 200), hard))
    draw = random.Random(SEED)
    nothing_held()
    for _ in range(ROUNDS):
        with Workload("vmas", 3000) as target:
            target.stop()
            # Where there is a page: that of the program.
            address = oracle.maps(target.pid)[0].start
            dumps = begin_some(draw, target.pid, address)
            held = sum(count for _, count in dumps)
            equal(references(), held, "references of open dumps")
            draw.shuffle(dumps)
            for sock, count in dumps[:DUMPS // 2]:
                sock.close()
                held -= count
            wait_until(lambda h=held: references() == h,
                       f"{held} references, at {references()}", 20)
            equal(mm_users(target.pid), 1, "mm_users")
        # The others are of a process that is no more.
        for sock, _ in dumps[DUMPS // 2:]:
            sock.close()
        nothing_held()
        figure("dumps abandoned", DUMPS)
    assert setup.try_unload(), "in use, though nobody has it"
    setup.load()
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@test("dumps of targets that end one after the other, in any order")
def of_many():
    draw = random.Random(SEED)
    with contextlib.ExitStack() as all_of_them:
        targets = [all_of_them.enter_context(Workload("vmas", 2000))
                   for _ in range(6)]
        dumps = []
        for target in targets:
            address = oracle.maps(target.pid)[0].start
            dumps += [readers.begin_dump(command, target.pid, address, 0)
                      for command in ("page", "vma", "sharer", "mapper")
                      for _ in range(3)]
        draw.shuffle(dumps)
        draw.shuffle(targets)
        results, left = collections.Counter(), 0
        while dumps:
            if targets and draw.random() < 0.2:
                targets.pop().close()
            sock = dumps.pop()
            if draw.random() < 0.5:
                try:
                    list(sock.answers())
                    results["whole"] += 1
                except netlink.Refused as refused:
                    results[errno.errorcode[refused.errno]] += 1
            else:
                left += 1
            sock.close()
    note(dict(results))
    figure("dumps abandoned", left)
    none_left(set(results) - {"whole", "ESRCH", "ENOENT"}, "results")
    nothing_held()


# Passing on.

def adopt(cls, fd, family):
    """A socket of ours around a descriptor that somebody sent."""
    sock = cls.__new__(cls)
    sock.watches, sock.early = {}, []
    sock.sock = socket.socket(fileno=fd)
    sock.buffer, sock.family = netlink.BUFFER, family
    sock.sequence = 0
    return sock


def send(way, sock):
    """What is to be known of it, and itself."""
    socket.send_fds(way, [f"{sock.family} {sock.sequence}".encode()],
                    [sock.sock.fileno()])


def receive(way, cls=netlink.Socket):
    data, fds, _, _ = socket.recv_fds(way, 100, 1)
    family, sequence = map(int, data.split())
    sock = adopt(cls, fds[0], family)
    sock.sequence = sequence
    return sock


def unshare(flags):
    if LIBC.unshare(flags):
        raise OSError(ctypes.get_errno(), "unshare")


class Opener:
    """Opens something in a process of its own, passes it on, and ends when it is
    told: what it opened is then of who has received it alone."""

    def __init__(self, function):
        self.way, theirs = socket.socketpair()
        self.pid = os.fork()
        if not self.pid:
            try:
                send(theirs, function())
                signal.pause()
            except BaseException:  # pylint: disable=broad-except
                traceback.print_exc()
            finally:
                os._exit(1)
        theirs.close()

    def end(self):
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)


def rest_of(sock):
    """The runs that are left of a dump of pages."""
    return [tuple(run) for run in netlink.runs_of(sock.answers())]


def refusal(ask):
    try:
        ask()
    except netlink.Refused as refused:
        return errno.errorcode[refused.errno]
    return None


def read_as(before, sock, pid):
    """The rest of a dump as somebody else, and what they are told who ask for
    more by the same socket."""
    def read():
        rest = rest_of(sock)
        return rest, refusal(lambda: sock.do("mm", query(pid=pid)))

    return child.call(read, before=before)


OTHERS = {
    "a user": lambda: child.become(STUDENT),
    "a user namespace": lambda: unshare(CLONE_NEWUSER),
    "a network namespace": lambda: unshare(CLONE_NEWNET),
    "a user in namespaces of their own": lambda: (
        child.become(STUDENT), unshare(CLONE_NEWUSER | CLONE_NEWNET)),
}


@test("a dump whose opener ends in the middle is read on by who has the socket")
def passed_on():
    setup.put("/proc/sys/user/max_user_namespaces", "1000")
    with Workload("state", "mixed=6000") as target:
        target.stop()

        def begin():
            sock = netlink.Socket()
            sock.start_dump("page", query(pid=target.pid))
            # Who it is alone: what follows is read by who has it then.
            equal(netlink.runs_of([netlink.Message(0, sock.receive()[0][3])]),
                  [], "runs of the first message")
            return sock

        want = [tuple(run) for run in netlink.pages(pid=target.pid)]
        for name, before in OTHERS.items():
            opener = Opener(begin)
            sock = receive(opener.way)
            opener.end()
            got, more = read_as(before, sock, target.pid)
            equal(got, want, f"runs, as read by {name}")
            # As root without any capability less they may ask for more.
            equal(more, None if name == "a network namespace" else "EPERM",
                  f"asked by {name}")
            sock.close()
            figure("sockets passed on", 1)
        note(f"{len(want)} runs")
        # Left half read by who received it, too.
        opener = Opener(begin)
        sock = receive(opener.way)
        opener.end()
        sock.receive()
        equal(references(), 1, "references")
        sock.close()
        figure("dumps abandoned", 1)
        equal(mm_users(target.pid), 1, "mm_users")
    nothing_held()


@test("a watch whose owner has gone is that of who has the socket")
def watch_passed_on():
    faulter.prepare()
    with Target() as process:
        numbers = os.pipe()

        def begin():
            one = Watch(pid=process.pid, kinds=["fault"])
            os.write(numbers[1], str(one.id).encode())
            return one.sock

        opener = Opener(begin)
        sock = receive(opener.way, watch.Socket)
        one = Watch.__new__(Watch)
        one.own, one.sock = True, sock
        one.faults, one.others, one.vmas, one.stacks = [], [], {}, {}
        one.lost, one.ended = 0, False
        one.id = int(os.read(numbers[0], 20))
        sock.watches[one.id] = one
        start, end = process.prepare("zero", 300)
        process.command("run")
        opener.end()
        # Nothing ends it but the last who has it.
        time.sleep(0.1)
        equal(watch.info()[0], 1, "watches")
        process.command("drop")
        process.prepare("anon", 300)
        process.command("run")
        told = one.finish()
        equal((told.classes["zero"].count >= 300,
               told.classes["anon"].count >= 300, told.faults.missed),
              (True, True, 0), f"of {start:#x} to {end:#x}")
        one.close()
        for fd in numbers:
            os.close(fd)
        figure("sockets passed on", 1)
    wait_until(lambda: watch.info()[:2] == (0, 0) and not watch.probes(),
               "the watch to end", 20)
    nothing_held()


@test("sockets of other network namespaces find nobody, and end with these")
def namespaces():
    with netlink.Socket() as ours:
        family = ours.family

    def inside():
        unshare(CLONE_NEWNET)
        sockets = [netlink.Socket(family=None) for _ in range(40)]
        said = set()
        try:
            sockets[0].resolve("mmlens")
        except netlink.Absent:
            said.add("absent")
        for number, sock in enumerate(sockets):
            # The number is no secret.
            sock.family = family
            command = ("page", "watch", "info")[number % 3]
            payload = {"page": query(pid=1), "info": b"",
                       "watch": watch.wish(pid=1)}[command]
            said.add(refusal(lambda s=sock, c=command, p=payload: s.dump(c, p)
                             if c == "page" else s.do(c, p)))
        return said

    for _ in range(20 if LONG else 3):
        equal(child.call(inside), {"absent", "ENOENT"}, "what is said inside")
        figure("network namespaces ended with sockets open", 1)
    # Those of ours that are in a process which moves are read on there.
    with Workload("state", "mixed=6000") as target:
        target.stop()

        def moved():
            sock = netlink.Socket()
            sock.start_dump("page", query(pid=target.pid))
            sock.receive()
            unshare(CLONE_NEWNET)
            left = netlink.Socket(family=None)
            other = adopt(netlink.Socket, os.dup(sock.sock.fileno()), family)
            other.sequence = sock.sequence
            sock.close()
            got = len(rest_of(other))
            # Half read, when both it and the namespace go.
            other.start_dump("page", query(pid=target.pid))
            other.receive()
            return got, bool(left)

        equal(child.call(moved), (len(netlink.pages(pid=target.pid)), True),
              "runs read in another namespace")
    nothing_held()


main()
