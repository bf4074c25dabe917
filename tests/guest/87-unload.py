# SPDX-License-Identifier: GPL-2.0
"""The module is unloaded against every face that is busy: it is refused, or it is
clean, and never does it hang."""
import contextlib
import errno
import mmap
import os
import signal
import struct
import sys
import threading
import time

sys.path.insert(0, __file__.rpartition("/")[0] + "/../lib")
# pylint: disable=wrong-import-position
import debugfs
import faulter
import netlink
import oracle
import readers
import reclaim
import setup
import watch
from faulter import Target
from held import held
from ktap import equal, figure, main, none_left, note, test
from netlink import query
from readers import Readers
from watch import Watch
from workload import Workload, wait_until

LONG = bool(os.environ.get("MMLENS_LONG"))
SEED = int(os.environ.get("MMLENS_SEED", "1"))
CYCLES = 1000 if LONG else 5
TOLD = 100
PATIENCE = 40 * setup.PATIENCE
# When somebody last began to unload it: told by a process of its own.
BEGAN = mmap.mmap(-1, 8)


def unload(seconds=PATIENCE):
    """By a process of its own, since one that hangs cannot be killed: was the
    module unloaded?"""
    pid = os.fork()
    if not pid:
        status = 2
        try:
            struct.pack_into("d", BEGAN, 0, time.monotonic())
            status = 0 if setup.try_unload() else 1
        finally:
            os._exit(status)
    end = time.monotonic() + seconds
    while True:
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            break
        if time.monotonic() > end:
            note(oracle.slurp(f"/proc/{pid}/stack").decode())
            raise AssertionError(f"rmmod hangs for {seconds} s")
        time.sleep(0.002)
    assert os.WIFEXITED(status) and os.WEXITSTATUS(status) < 2, status
    return not os.WEXITSTATUS(status)


def unload_and_load(what):
    """Now it must go, before long, and leave nothing."""
    refused = 0
    end = time.monotonic() + PATIENCE
    while not unload():
        refused += 1
        assert time.monotonic() < end, f"in use for ever, after {what}"
        time.sleep(0.005)
    equal((watch.probes(), os.path.exists(debugfs.ROOT)), ([], False),
          f"what is left, after {what}")
    setup.load_again()
    figure("loads and unloads", 1)
    return refused


def refused_while(what):
    equal(unload(), False, f"unload while there is {what}")


@test("a dump of any kind is open")
def dumps():
    setup.load()
    with Workload("vmas", 3000) as target:
        address = oracle.maps(target.pid)[0].start
        for command in readers.operations("dump"):
            # There is to be something to tell.
            with Watch(pid=target.pid):
                sock = readers.begin_dump(command, target.pid, address)
            if command != "counts":
                wait_until(lambda: not watch.info()[0], "the watch to end")
            refused_while(f"a dump of {command}")
            sock.close()
            if LONG:
                unload_and_load(command)
        # What one of them has kept shows in the end, too.
        unload_and_load("all dumps")


@test("a file of debugfs is open, and half read")
def files():
    setup.load()
    with Workload("vmas", 3000) as target:
        address = oracle.maps(target.pid)[0].start
        for name in readers.files():
            of_pid = name.startswith("pid/")
            fd = os.open(f"{debugfs.ROOT}/{name}",
                         os.O_RDWR if of_pid else os.O_RDONLY)
            refused_while(f"{name}, unread")
            if of_pid:
                more = f" {address:x}" if name == "pid/mappers" else ""
                os.write(fd, f"{target.pid}{more}".encode())
            if name != "watches":
                assert os.read(fd, 7), name
            refused_while(f"{name}, half read")
            os.close(fd)
            if LONG:
                equal(unload_and_load(name), 0, f"refused after {name}")
        equal(unload_and_load("all files"), 0, "refused after all files")


def busy(process):
    """Watches with events that nobody reads, of every breadth and kind."""
    inode = process.cgroup.inode
    kinds = [kind for kind in watch.KIND if kind != "count" and
             watch.info()[2] & watch.KIND[kind]]
    return {
        "a watch of faults": {"pid": process.pid, "kinds": ["fault"]},
        "stacks": {"pid": process.pid, "kinds": ["fault"], "stacks": True},
        "a small ring": {"pid": process.pid, "kinds": ["fault"],
                         "ring_bytes": 4096},
        "a watch of a cgroup": {"cgroup": inode, "kinds": ["fault"],
                                "stacks": True},
        "a watch of all": {"everything": True, "kinds": kinds},
        "a watch of all that counts": {"everything": True},
    }


# One of each breadth, stacks and every kind of event among them.
FEW = "stacks", "a watch of a cgroup", "a watch of all"


@test("watches with events pending, of a process, a cgroup and all")
def watches():
    setup.load()
    faulter.prepare()
    with Target() as process:
        for name, values in busy(process).items():
            if not LONG and name not in FEW:
                continue
            # What the socket has no room for is tried again and again.
            one = Watch(room=watch.ROOM_LEAST, **values)
            process.prepare("zero", 2000)
            process.command("run")
            process.command("drop")
            refused_while(name)
            pending = sum(c.events for c in watch.everybody().values())
            assert pending >= 2000 or "counts" in name, (name, pending)
            one.close()
            unload_and_load(name)


@test("a thread sleeps in a page of a watched process while the module goes")
def asleep():
    setup.load()
    faulter.prepare()
    for count, last in ((1, "release"), (300, "release"), (1, "kill"),
                        (300, "kill"))[::1 if LONG else 3]:
        with Workload("park") as process:
            one = Watch(pid=process.pid, kinds=["fault"], stacks=True)
            process.command(f"park {count}")
            refused_while("a fault under way")
            one.close()
            # The function returns to where our probe has sent it.
            unload_and_load(f"{count} sleep")
            area, began = process.area("parked"), time.monotonic_ns()
            with Watch(pid=process.pid, kinds=["fault"], start=area.start,
                       end=area.end) as next_one:
                # Those that began before are no longer anybody's.
                if last == "release":
                    process.command("release")
                    # Each is tried again, which is seen.
                    next_one.finish()
                    assert len(next_one.faults) >= count, next_one.faults
                    none_left([e for e in next_one.faults if e.time < began],
                              "faults that an earlier probe saw begin")
                    process.command("park 3")
                    process.command("release")
                else:
                    process.close()
            unload_and_load("that they woke up")
    # Nobody is told, nobody wakes up: the module is gone.
    with Workload("park") as process:
        with Watch(pid=process.pid, kinds=["fault"]):
            process.command("park 50")
        wait_until(unload, "the module to go")
        process.command("release")
        process.command("park 50")
        setup.load_again()
        process.command("release")


class Asker(threading.Thread):
    """One request, and how it ended."""

    def __init__(self, ask):
        super().__init__(daemon=True)
        self.ask, self.result, self.ended = ask, "unanswered", 0

    def run(self):
        try:
            self.ask()
            self.result = 0
        except (netlink.Refused, OSError) as error:
            self.result = error.errno
        self.ended = time.monotonic()


@test("a request is being answered: unload waits for it, and no longer")
def served():
    setup.load()
    for command, values in (("mm", {}), ("walk", {"address": 4096}))[
            0 if LONG else 1:]:
        # The request waits for the lock for a second, in which a slow machine
        # may not come to unload.
        for _ in range(10):
            if unload_while_served(command, values):
                break
        else:
            raise AssertionError(f"{command} was always answered before")


def unload_while_served(command, values):
    """Was the request still being answered when unloading began?"""
    with held() as target, netlink.Socket() as sock:
        asker = Asker(lambda: sock.do(command, query(pid=target.pid, **values)))
        asker.start()
        wait_until(lambda: b"mmlens" in stacks() or asker.ended, "the request")
        gone = unload()
        asker.join(PATIENCE)
        began, = struct.unpack("d", BEGAN)
        assert target.is_held(), "the lock was free meanwhile"
        equal(asker.result, errno.EBUSY, command)
        equal(gone, True, f"unloaded in {command}")
        note(f"{command}: answered {asker.ended - began:.2f} s after unloading "
             f"began, unloaded {time.monotonic() - began:.2f} s after")
    setup.load()
    figure("loads and unloads", 1)
    return asker.ended > began


def stacks():
    """Of all our threads."""
    return b"".join(oracle.slurp(f"/proc/self/task/{tid}/stack")
                    for tid in os.listdir("/proc/self/task"))


@test("who reads a dump or a file sleeps in our code: refused")
def sleeping_readers():
    setup.load()
    with held() as target:
        fd = os.open(f"{debugfs.ROOT}/pid/vmas", os.O_RDWR)
        os.write(fd, str(target.pid).encode())
        sockets = [netlink.Socket() for _ in range(2)]
        for sock, command in zip(sockets, ("page", "vma")):
            sock.start_dump(command, query(pid=target.pid))
        askers = [Asker(lambda s=sock: list(s.answers())) for sock in sockets]
        askers.append(Asker(lambda: debugfs.rest(fd)))
        for asker in askers:
            asker.start()
        wait_until(lambda: stacks().count(b"mmlens_hold") >= len(askers),
                   "all to sleep", 20)
        refused_while("who sleeps in our code")
        assert target.is_held(), "the lock was free meanwhile"
        target.release()
        for asker in askers:
            asker.join(PATIENCE)
            assert asker.result in (0, errno.ESRCH), asker.result
        os.close(fd)
        for sock in sockets:
            sock.close()
    unload_and_load("all of them")


class Watchdog:
    """A guest that hangs tells where, and does not wait for ever."""

    def __init__(self, seconds):
        self.seconds, self.last = seconds, time.monotonic()
        self.over = False
        threading.Thread(target=self.run, daemon=True).start()

    def alive(self):
        self.last = time.monotonic()

    def run(self):
        while not self.over:
            time.sleep(1)
            if time.monotonic() - self.last > self.seconds:
                note(stacks().decode())
                note(f"no load or unload for {self.seconds} s")
                os.kill(os.getpid(), signal.SIGKILL)


@contextlib.contextmanager
def load_on_the_machine():
    """A storm short of memory, and all that reads and watches it. While there is
    no module, they are told so."""
    none = (errno.ENOENT, errno.EOPNOTSUPP, errno.EPROTONOSUPPORT, errno.ENXIO,
            errno.ENODEV, errno.EIO)
    with reclaim.Cgroup(high=40 << 20) as cgroup, \
            Workload("gale", SEED, 2, "/var/tmp",
                     before=cgroup.enter) as gale:
        gale.command("go")
        room = gale.area("room")
        with readers.Target(gale.pid, room.start, room.end) as target, \
                Readers(2, SEED, legal=none) as all_of_them:
            all_of_them.target = target
            yield all_of_them


@test(f"{CYCLES} loads and unloads under full load")
def cycles():
    setup.quiet()
    setup.swap_on()
    setup.load()
    watchdog = Watchdog(2 * PATIENCE)
    before = reclaim.vmstat()
    done, refused = 0, 0
    with load_on_the_machine() as all_of_them:

        def reclaimed():
            now = reclaim.vmstat()
            return {name: now[name] - before[name]
                    for name in ("pswpout", "pswpin")}

        def enough():
            return (done >= CYCLES and reclaimed()["pswpout"] and
                    sum(all_of_them.answers().values()) >= CYCLES // 2)

        while not enough():
            all_of_them.check()
            if setup.try_unload():
                setup.load_again()
                done += 1
                watchdog.alive()
                # Who is ended before the last of them has told of these.
                if done % TOLD == 0:
                    figure("loads and unloads", TOLD)
                # What was begun meanwhile comes to something.
                time.sleep(0.01)
            else:
                refused += 1
                time.sleep(0.001)
    watchdog.over = True
    answers = all_of_them.answers()
    note(f"{done} unloads, {refused} refused; answers {answers}; "
         f"not there: {all_of_them.refused()}; {reclaimed()}")
    figure("loads and unloads", done % TOLD)
    figure("answers between loads and unloads", sum(answers.values()))
    wait_until(lambda: watch.info()[:2] == (0, 0) and not watch.probes(),
               "watches and probes to go", 20)
    unload_and_load("all that")


main()
