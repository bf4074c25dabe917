# SPDX-License-Identifier: GPL-2.0
"""Faults that sleep for as long as a user likes take no room from the watches of
others."""
import collections
import contextlib
import errno
import multiprocessing
import os
import signal
import sys
import time
import traceback

sys.path.insert(0, __file__.rpartition("/")[0] + "/../lib")
# pylint: disable=wrong-import-position
import child
import faulter
import netlink
import oracle
import privilege
import setup
import watch
from faulter import Target
from ktap import equal, figure, main, note, test
from watch import Watch
from workload import STUDENT, Workload, wait_until

# More than the probe has places for, on as many processors as a guest has; and more
# than there are for one user.
MANY, SOME = 1100, 400
KERNEL = tuple(map(int, oracle.release().split(".")[:2]))


def live(pipe, user, apart):
    """Answers what it is asked, until it is told None."""
    if apart:
        # Who made the user namespace says who is who in it.
        privilege.unshare(privilege.CLONE_NEWUSER)
        pipe.send("apart")
        pipe.recv()
    child.become(user)
    with contextlib.ExitStack() as all_of_them:
        process = own = None
        while (asked := pipe.recv()) is not None:
            told = True
            if asked == "start":
                process = all_of_them.enter_context(Workload("park"))
                told = process.pid
            elif asked == "watch":
                fd = netlink.open_pagemap(process.pid)
                # What the threads need to come so far is told to others.
                area = process.area("parked")
                own = Watch(pagemap_fd=fd, kinds=["fault"], room=None,
                            start=area.start, end=area.end)
                os.close(fd)
            elif asked == "unwatch":
                own.close()
            elif asked == "longest":
                told = max((row.longest / 1e9 for row in
                            own.ask().classes.values()), default=0)
            elif asked == "missed":
                told = own.ask().faults.missed
            elif asked == "kill":
                process.close()
            else:
                process.command(asked)
            pipe.send(told)


class Student:
    """A user with a process and a watch of it, in a process of their own; in a user
    namespace that root made, if it is said how this maps users."""

    def __init__(self, user=STUDENT, maps=None):
        self.pipe, theirs = multiprocessing.Pipe()
        self.pid = os.fork()
        if not self.pid:
            self.pipe.close()
            try:
                live(theirs, user, maps)
            except BaseException:  # pylint: disable=broad-except
                traceback.print_exc()
            finally:
                os._exit(0)
        theirs.close()
        if maps:
            equal(self.pipe.recv(), "apart", "the container's first word")
            for name in ("uid_map", "gid_map"):
                with open(f"/proc/{self.pid}/{name}", "w",
                          encoding="ascii") as file:
                    file.write(maps)
            self.pipe.send("mapped")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        # If it waits for what never comes, that must not wait, too.
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        self.pipe.close()

    def ask(self, what):
        self.pipe.send(what)
        if not self.pipe.poll(120 * setup.PATIENCE):
            raise AssertionError(f"the student does not answer to {what}")
        return self.pipe.recv()

    def park(self, count):
        """Faults that the student's own watch missed of so many that sleep."""
        before = self.ask("missed")
        self.ask(f"park {count}")
        return self.ask("missed") - before


def run_other(one, other, count=300):
    """Faults of somebody else's process: all are told."""
    start, end = other.prepare("zero", count)
    other.command("run")
    told = one.ask()
    equal((told.classes["zero"].count >= count, told.faults.missed),
          (True, 0), "the other's faults, and those missed")
    other.command("drop")
    return start, end


def gone(pid):
    try:
        os.kill(pid, 0)
    except OSError as error:
        return error.errno == errno.ESRCH
    return False


@test("more faults asleep than there is room for: others miss nothing")
def others():
    faulter.prepare()
    with Target() as other, Student() as student, \
            Watch(pid=other.pid, kinds=["fault"]) as ours, \
            Watch(everything=True) as all_of_it:
        student.ask("start")
        student.ask("watch")
        run_other(ours, other)
        missed = student.park(MANY)
        note(f"{MANY - missed} of {MANY} faults that sleep are seen")
        # The user is told, and so is who watches all.
        assert 0 < missed < MANY, missed
        assert all_of_it.ask().faults.missed >= missed, missed
        run_other(ours, other)
        student.ask("release")
        run_other(ours, other)
        # One by one, the user's are seen again.
        equal(student.park(1), 0, "missed, of one")
        student.ask("release")
        figure("faults put to sleep while watched", MANY + 1)
    wait_until(lambda: not watch.probes(), "probes to go")


@test("every place comes back, however its fault ends")
def places():
    faulter.prepare()
    with Target() as other, Watch(pid=other.pid, kinds=["fault"]) as ours:
        run_other(ours, other)

        def missed_then(*after):
            with Student() as student:
                pid = student.ask("start")
                student.ask("watch")
                missed = student.park(SOME)
                for what in after:
                    student.ask(what)
            wait_until(lambda: gone(pid), "the process to go")
            return missed

        # Our watch keeps the probe: what one fault kept, others would lack.
        first = missed_then("release")
        assert 0 < first < SOME, first
        for after in (("kill",), ("unwatch", "release"), ("unwatch", "kill"),
                      ()):
            equal(missed_then(*after), first, f"missed, before {after}")
        run_other(ours, other)
        figure("faults put to sleep while watched", 5 * SOME)
    wait_until(lambda: not watch.probes(), "probes to go")


def share_each(ours, other, *users):
    """Each misses as many, and of root's own nothing is missed, whatever they have
    taken."""
    missed = []
    for user in users:
        user.ask("start")
        user.ask("watch")
        missed.append(user.park(SOME))
        run_other(ours, other)
    assert 0 < missed[0] < SOME, missed
    equal(missed, missed[:1] * len(users), "missed by each")
    figure("faults put to sleep while watched", SOME * len(users))


def release(*users):
    for user in users:
        user.ask("release")


@test("each container that root makes has a share of its own, and root keeps root's")
def containers():
    faulter.prepare()
    with Target() as other, Student() as student, \
            Student(0, "0 200000 1000") as one, \
            Student(0, "0 300000 1000") as two, \
            Watch(pid=other.pid, kinds=["fault"]) as ours:
        share_each(ours, other, student, one, two)
        # Another of the same container is the same, and gets nothing more.
        with Student(7, "0 200000 1000") as again:
            again.ask("start")
            again.ask("watch")
            equal(again.park(1), 1, "missed, of one in a container that has all")
        release(student, one, two)
    wait_until(lambda: not watch.probes(), "probes to go")


@test("a namespace in which root is root: its users have their own shares")
def services():
    faulter.prepare()
    with Target() as other, Student() as student, \
            Student(1001, "0 0 1\n1001 1001 1") as one, \
            Student(1002, "1002 1002 1") as two, \
            Watch(pid=other.pid, kinds=["fault"]) as ours:
        share_each(ours, other, student, one, two)
        release(student, one, two)
    wait_until(lambda: not watch.probes(), "probes to go")


@test("users whose numbers have one hash: each has a share, and root has root's")
def one_hash():
    faulter.prepare()
    # Of eight bits of hash_32(), those of root and of the first student's.
    with Target() as other, Student(user=1131) as one, Student() as two, \
            Student(user=1377) as three, \
            Watch(pid=other.pid, kinds=["fault"]) as ours:
        share_each(ours, other, one, two, three)
        release(one, two, three)
    wait_until(lambda: not watch.probes(), "probes to go")


# As many users of one set of accounts have places at once, by module/share.c.
A_SET = 8


def of_one_set(count):
    """Users whose numbers have the seven bits of hash_32() in common."""
    sets = collections.defaultdict(list)
    for user in range(2000, 60000):
        found = sets[(user * 0x61c88647 & 0xffffffff) >> 25]
        found.append(user)
        if len(found) == count:
            return found
    raise AssertionError("no set is large enough")


@test("accounts go from user to user; of one set, the ninth at once has none")
def one_set():
    faulter.prepare()
    with contextlib.ExitStack() as stack:
        *users, last = [stack.enter_context(Student(user=number))
                        for number in of_one_set(A_SET + 1)]
        for user in (*users, last):
            user.ask("start")
            user.ask("watch")
        for user in users:
            equal(user.park(1), 0, "missed, of one")
        equal(last.park(1), 1, "missed, of one of the ninth user")
        users[3].ask("release")
        equal(last.park(1), 0, "missed, of one in an account that is free")
        # Whoever comes back finds another, or none.
        equal(users[3].park(1), 1, "missed, of one when all are taken again")
        users[0].ask("release")
        first = users[3].park(SOME)
        assert 0 < first < SOME, first
        for user in (*users, last):
            user.ask("release")
        figure("faults put to sleep while watched", A_SET + SOME + 3)
    wait_until(lambda: not watch.probes(), "probes to go")


def pools():
    """What the kernel keeps for calls under way of kretprobes, an area for each
    processor. Up to 6.6 it is freed one by one, and no such area."""
    with open("/proc/vmallocinfo", encoding="ascii") as file:
        return sorted(line.split()[1] for line in file if "objpool_init" in line or "rethook_alloc" in line)


@test("watches that end while their faults sleep leave one pool, and not one each")
def one_pool():
    faulter.prepare()

    def ended():
        wait_until(lambda: watch.info()[:2] == (0, 0), "the watch to go")
        return pools()

    def none_kept():
        """A watch that ends while nobody faults takes what was kept with it."""
        with Watch(pid=os.getpid(), kinds=["fault"]):
            pass
        return not ended()

    # An earlier test's watch may have ended while its target was in a fault.
    wait_until(none_kept, "what was kept to go")

    with Student() as student:
        student.ask("start")
        seen = []
        for _ in range(8):
            student.ask("watch")
            equal(student.park(1), 0, "missed, of one")
            student.ask("unwatch")
            seen.append(ended())
        equal(seen[1:], seen[:1] * 7, "pools after each watch")
        note(f"asleep: {seen[-1]}")
        equal(bool(seen[-1]), KERNEL >= (6, 7), "a pool is kept")
        # Who wakes is given its place back, and is nobody's any more.
        began = time.monotonic()
        student.ask("watch")
        student.ask("release")
        equal(student.park(1), 0, "missed, of one")
        student.ask("release")
        # What they have slept was before this watch, and is none of its faults.
        longest, lasted = student.ask("longest"), time.monotonic() - began
        assert 0 < longest < lasted, (longest, lasted)
        student.ask("unwatch")
        equal(ended(), [], "pools when all are awake")
        figure("faults put to sleep while watched", 9)


main()
