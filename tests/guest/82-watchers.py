# SPDX-License-Identifier: GPL-2.0
"""Watchers: many at once, that are killed; targets that leave
and change; who may watch what, and what bad requests get."""
import contextlib
import errno
import os
import shutil
import signal
import subprocess
import sys
import time

sys.path.insert(0, __file__.rpartition("/")[0] + "/../lib")
# pylint: disable=wrong-import-position
import child
import faulter
import netlink
import oracle
import setup
import watch
from faulter import Target, alone, none_watch
from ktap import equal, main, none_left, note, test
from netlink import attr, u32, u64
from watch import KIND, Watch, key
from workload import PROGRAMS, STUDENT, Workload, wait_until

LONG = bool(os.environ.get("MMLENS_LONG"))
WATCHES, OF_USER = 64, 4
NO_PID, NO_WATCH = 4194303, 0x7fffffff


def run_both(process, name, count):
    """Faults of a kind: what the kernel has counted."""
    before = watch.booked(process.pid)
    process.command("run")
    booked = watch.less(watch.booked(process.pid), before)
    assert booked.minor >= count, (name, booked)
    return booked


@test("two watchers at once: both are told everything, and the same")
def two():
    with alone() as process:
        start, end = process.prepare("anon", 500)
        with Watch(pid=process.pid, kinds=["fault"], start=start,
                   end=end) as one, \
                Watch(pid=process.pid, kinds=["fault"], start=start,
                      end=end) as other:
            equal(watch.info()[0], 2, "watches")
            assert watch.info()[1] & KIND["fault"], "info: not attached"
            assert watch.probes(), "no probe is on the kernel's own list"
            run_both(process, "anon", 500)
            counts = one.finish(), other.finish()

        def same(events):
            # Each has numbers of its own for VMAs, and an order of its own for
            # what two processors did.
            return sorted((e._replace(vma=0) for e in events),
                          key=lambda e: e.serial)

        equal(same(one.faults), same(other.faults), "events")
        equal(len(one.faults), 500, "events")
        equal(*(c.classes for c in counts), "counts")


@test("50 watchers, half of which only count; the 65th is refused")
def many():
    with alone() as process, contextlib.ExitStack() as open_ones:
        start, end = process.prepare("zero", 400)

        def begin(i):
            return open_ones.enter_context(Watch(
                pid=process.pid, start=start, end=end,
                kinds=["fault" if i % 2 else "count"]))

        watches = [begin(i) for i in range(50)]
        run_both(process, "zero", 400)
        for i, one in enumerate(watches):
            counts = one.finish()
            equal({name: row.count for name, row in counts.classes.items()},
                  {"zero": 400}, f"counts of watch {i}")
            equal(len(one.faults), 400 if i % 2 else 0, f"events of watch {i}")
        watches += [begin(i) for i in range(50, WATCHES)]
        equal(watch.info()[0], WATCHES, "watches")
        number, text = watch.refused(pid=process.pid)
        equal((number, bool(text)), (errno.EUSERS, True), text)
        # Those that were stopped are still there, until their socket goes.
        watches[0].close()
        wait_until(lambda: watch.info()[0] == WATCHES - 1, "one to end")
        begin(0)


@contextlib.contextmanager
def in_child(function):
    """A child that keeps what the function returns, until it is killed."""
    read, write = os.pipe()
    pid = os.fork()
    if not pid:
        try:
            kept = function()
            os.write(write, b"r" if kept else b"n")
            while True:
                signal.pause()
        finally:
            os._exit(1)
    try:
        os.close(write)
        with os.fdopen(read, "rb") as file:
            equal(file.read(1), b"r", "the child's word")
        yield
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


@test("a watcher that is killed: watch and probes are gone")
def killed():
    with alone() as process:
        with in_child(lambda: Watch(pid=process.pid, kinds=["fault"])):
            equal(watch.info()[0], 1, "watches")
            assert watch.probes(), "no probe"
            process.prepare("anon", 100)
            process.command("run")
        none_watch()
        # The target has not noticed.
        process.command("drop")


def warned():
    """What the kernel says of a buffer that a processor did not get."""
    log = subprocess.run(["dmesg"], check=True, text=True, errors="replace",
                         capture_output=True).stdout
    return log.count("failed to allocate ring buffer on CPU")


@test("killed while a watch begins: that is no defect of the kernel's")
def killed_early():
    with alone() as process:
        def begin(told):
            os.write(told, b"b")
            kept = Watch(pid=process.pid, kinds=["fault"], ring_bytes=4 << 20)
            os.write(told, b"e")
            while kept:
                signal.pause()

        def begun(after):
            """How long it took to begin a watch; None if it was killed first."""
            read, write = os.pipe()
            pid = os.fork()
            if not pid:
                try:
                    os.close(read)
                    begin(write)
                finally:
                    os._exit(1)
            os.close(write)
            with os.fdopen(read, "rb", 0) as file:
                equal(file.read(1), b"b", "the child's word")
                since = time.monotonic()
                if after is None:
                    equal(file.read(1), b"e", "the child's next")
                else:
                    time.sleep(after)
                took = time.monotonic() - since
                os.kill(pid, signal.SIGKILL)
                assert os.WIFSIGNALED(os.waitpid(pid, 0)[1]), "it had an error"
                return took if after is None or file.read(1) else None

        before = warned()
        usual = min(begun(None) for _ in range(5))
        count = 15 if setup.slow() else 60
        early = sum(begun(usual * n / count) is None for n in range(count))
        note(f"{early} of {count} were killed before they had it, "
             f"which takes {usual * 1000:.1f} ms")
        assert early >= count // 3, "nobody was killed early"
        equal(warned() - before, 0, "warnings of a buffer")
    none_watch()


@test("the target exits: all its events, then word of it")
def exits():
    faulter.prepare()
    with Target() as process:
        process.prepare("anon", 300)
        with Watch(pid=process.pid, kinds=["fault"]) as one, \
                Watch(pid=process.pid) as counting:
            process.command("run")
            process.close()
            for each in one, counting:
                each.read_until(lambda w=each: w.ended, "the end")
            counts = one.finish()
            equal(counts.faults.processes, 0, "processes")
            equal(watch.by_class(one.faults)["anon"] >= 300, True, "events")
            equal(counting.finish().classes["anon"].count,
                  counts.classes["anon"].count, "counts")
    none_watch()


@test("the target becomes another program: the watch goes on")
def execs():
    with alone() as process:
        with Watch(pid=process.pid, kinds=["fault"]) as one:
            before = watch.booked(process.pid)
            process.command("exec")
            process.prepare("zero", 100)
            process.command("run")
            booked = watch.less(watch.booked(process.pid), before)
            processes, ended = one.ask().faults.processes, one.ended
            counts = one.finish()
            faults = counts.faults
            cookies = {e.cookie for e in one.faults}
            equal(len(cookies - {one.cookie}), 1, "new address spaces")
            note(f"{faults.minor + faults.major} told, "
                 f"{faults.elsewhere_minor + faults.elsewhere_major} before "
                 "the new program was one")
            equal((faults.minor + faults.elsewhere_minor,
                   faults.major + faults.elsewhere_major, faults.remote),
                  (booked.minor, booked.major, 0), "as rusage has it")
            equal(counts.classes["zero"].count >= 100, True, "zero")
            equal((ended, processes), (False, 1), "still watched")


def exec_as_student(path):
    """A student watches a process of theirs that becomes another program: did
    the watch end, and events of the new one."""
    with subprocess.Popen(["sh", "-c", 'read x; exec "$0" .', path],
                          stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE) as process:
        wait_until(lambda: b"read x" in oracle.slurp(
            f"/proc/{process.pid}/cmdline"), "the shell")
        fd = netlink.open_pagemap(process.pid)
        with Watch(pagemap_fd=fd, kinds=["fault"], room=None) as own:
            process.stdin.write(b"\n")
            process.stdin.flush()
            # It has started, and waits.
            while process.stdout.readline() != b"ready\n":
                pass
            faults = own.ask().faults
            if not faults.processes:
                own.read_until(lambda: own.ended, "the end")
            ended = own.ended
            own.finish()
            process.stdin.close()
            process.wait()
            new = [e for e in own.faults if e.cookie != own.cookie]
        return ended, faults.processes, len(new), len(own.faults)


@test("who gains privileges is not watched any more by who has none")
def gains():
    faulter.prepare()
    folder = "/var/tmp/mmlens-programs"
    os.makedirs(folder, exist_ok=True)
    os.chmod(folder, 0o755)
    try:
        # It says "ready" when it begins.
        for name, mode in (("plain", 0o755), ("root", 0o4755),
                           ("secret", 0o711)):
            shutil.copy(f"{PROGRAMS}/threads", f"{folder}/{name}")
            os.chmod(f"{folder}/{name}", mode)
        told = {name: child.as_user(exec_as_student, f"{folder}/{name}")
                for name in ("plain", "root", "secret")}
    finally:
        shutil.rmtree(folder)
    note(told)
    ended, processes, new, _ = told["plain"]
    equal((ended, processes, new > 0), (False, 1, True), "a plain program")
    for name in "root", "secret":
        ended, processes, new, before = told[name]
        equal((ended, processes, new), (True, 0, 0), name)
        assert before, f"{name}: nothing was seen before"
    none_watch()


@test("a storm of forks is followed: all children, against their rusage")
def forks():
    with alone() as process:
        process.prepare("forks", 300 if LONG else 30)
        with Watch(pid=process.pid, follow=True, kinds=["fault"],
                   ring_bytes=watch.RING_MOST) as family, \
                Watch(pid=process.pid) as by_itself:
            before = watch.booked(process.pid)
            process.command("run")
            booked = watch.less(watch.booked(process.pid), before)
            wait_until(lambda: family.ask().faults.processes == 1,
                       "children to leave")
            counts, own = family.finish(), by_itself.finish()
        note(f"{booked.minor} faults of its own, {booked.child_minor} of "
             f"{len({e.pid for e in family.faults}) - 1} others")
        faults = counts.faults
        equal((faults.unfollowed, faults.missed), (0, 0), "not followed")
        equal((faults.minor - faults.remote + faults.elsewhere_minor,
               faults.major), (booked.minor + booked.child_minor,
                               booked.major + booked.child_major),
              "as rusage has it")
        equal(own.faults.minor, booked.minor, "of its own")
        assert booked.child_minor > 1000, booked


@test("a child in its parent's memory is watched when the parent has gone")
def orphans():
    faulter.prepare()
    for how in "exit", "exec":
        with Workload("orphan", how, 100) as process:
            area = process.area("area")
            with Watch(pid=process.pid, follow=True, kinds=["fault"],
                       start=area.start, end=area.end) as one:
                process.command("go")
                child_pid = process.numbers["child"]
                equal(one.ask().faults.processes, 1 + (how == "exec"),
                      f"processes watched after {how}")
                counts = one.finish()
        equal({name: row.count for name, row in counts.classes.items()},
              {"anon": 100}, f"classes after {how}")
        equal({event.pid for event in one.faults}, {child_pid}, "who")
        # Those of an exec are: arguments go to an address space to come.
        assert counts.faults.elsewhere_minor < 10 * (how == "exec") + 1, counts
    none_watch()


@test("written to by another process: a shared file's pages, mapped and not")
def written():
    for name, told, pages in (("write-notify", "write-notify", 0),
                              ("file-write", "file-minor", 1)):
        with alone() as process:
            start, end = process.prepare(name, 64)
            with Watch(pid=process.pid, kinds=["fault"], start=start,
                       end=end) as one:
                process.write_from_here()
                counts = one.finish()
        equal({name: row.count for name, row in counts.classes.items()},
              {told: 64}, "classes")
        equal({(event.pages, event.pid, watch.ORIGIN[event.origin])
               for event in one.faults}, {(pages, os.getpid(), "remote")},
              "pages that each mapped, and who")


@test("unload is refused while somebody watches, and works afterwards")
def unload():
    with alone() as process:
        with Watch(pid=process.pid):
            equal(setup.try_unload(), False, "unload while watched")
            process.prepare("anon", 100)
            process.command("run")
        wait_until(setup.try_unload, "the module to go", 10)
        equal(watch.probes(), [], "probes")
        setup.load()


@test("unload at once after the socket is closed, while the target faults")
def unload_at_once():
    rounds = 100 if LONG else 5
    # It leaves a processor to who takes the watch down.
    with alone(), Workload("storm", 600 * setup.PATIENCE,
                            before=lambda: os.sched_setaffinity(
                                0, {0})) as busy:
        refused = 0
        for i in range(rounds):
            sock = watch.Socket()
            Watch(sock, pid=busy.pid, kinds=["fault"] if i % 2 else [])
            if i % 4:
                time.sleep(0.02)
            sock.close()
            end = time.monotonic() + 20 * setup.PATIENCE
            while not setup.try_unload():
                refused += 1
                assert time.monotonic() < end, "the module is still in use"
                time.sleep(0.005)
            equal(watch.probes(), [], "probes")
            setup.load_again()
        note(f"{rounds} unloads, {refused} refused")


@test("a socket that is shared by fork: the last who has it ends the watch")
def shared():
    with alone() as process:
        one = Watch(pid=process.pid, kinds=["fault"])
        with in_child(lambda: one):
            one.close()
            time.sleep(0.1)
            equal(watch.info()[0], 1, "watches: a child has the socket")
            process.prepare("zero", 50)
            process.command("run")
            equal([c.events >= 50 for c in watch.everybody().values()], [True],
                  "events for the child")


def by_descriptor(pid, **values):
    fd = netlink.open_pagemap(pid)
    try:
        return Watch(pagemap_fd=fd, room=None, **values)
    finally:
        os.close(fd)


def refused_by_descriptor(pid, **values):
    fd = netlink.open_pagemap(pid)
    try:
        return watch.refused(pagemap_fd=fd, **values)
    finally:
        os.close(fd)


def refusals(pid):
    """What a user is told who asks for more than is theirs."""
    out = {"pid": watch.refused(pid=pid),
           "everything": watch.refused(everything=True),
           "cgroup": watch.refused(cgroup=1)}
    for kind in set(KIND) - {"count", "fault"}:
        out[kind] = refused_by_descriptor(pid, kinds=[kind])
        out["fault and " + kind] = refused_by_descriptor(
            pid, kinds=["fault", kind])
    out["stacks"] = refused_by_descriptor(pid, kinds=["fault"], stacks=True)
    out["ring"] = refused_by_descriptor(pid, kinds=["fault"],
                                        ring_bytes=512 << 10)
    with netlink.Socket() as sock:
        try:
            sock.dump("watcher")
            out["watcher"] = None, "not refused"
        except netlink.Refused as reason:
            out["watcher"] = reason.errno, reason.text
    return out


def as_student():
    """What a student may: their own process, by descriptor, faults alone."""
    with Workload("faults", ".") as process:
        out = refusals(process.pid)
        process.command("prepare zero 500")
        own = [by_descriptor(process.pid, kinds=["fault"])
               for _ in range(OF_USER)]
        too_many = refused_by_descriptor(process.pid)
        before = watch.booked(process.pid)
        process.command("run")
        booked = watch.less(watch.booked(process.pid), before)
        told = [each.finish().faults.minor for each in own]
        for each in own:
            each.close()
    return out, too_many, told, booked.minor


@test("a user: own processes by descriptor, faults alone, four watches")
def user():
    faulter.prepare()
    out, too_many, told, booked = child.as_user(as_student)
    none_left([(name, said) for name, said in out.items()
               if said[0] != errno.EPERM or len(said[1]) < 12],
              "what a user must be refused")
    equal((too_many[0], bool(too_many[1])), (errno.EUSERS, True), too_many)
    assert booked >= 500, booked
    equal(told, [booked] * OF_USER, "what each is told")
    none_watch()
    # The limit is not that of others who watch the same.
    with Workload("faults", ".", user=STUDENT) as process, \
            contextlib.ExitStack() as kept:
        for _ in range(OF_USER + 1):
            kept.enter_context(Watch(pid=process.pid))


@test("a user is not told who else touches their memory")
def culprits():
    with alone() as process:
        process.prepare("remote", 64)
        fd = netlink.open_pagemap(process.pid)

        def begin():
            return Watch(pagemap_fd=fd, kinds=["fault"], room=None)

        read, write = os.pipe()
        pid = os.fork()
        if not pid:
            try:
                child.become(STUDENT)
                with begin() as own:
                    os.write(write, b"r")
                    own.read_until(lambda: len(own.faults) >= 64, "events")
                    counts = own.finish()
                    remote = [e for e in own.faults if
                              watch.ORIGIN[e.origin] == "remote"]
                    bad = [e for e in remote if e.pid or e.tid or e.ip or
                           e.comm.strip(b"\0")]
                    bad += [t for t in counts.threads.values()
                            if t.pid != process.pid]
                    os.write(write, b"g" if len(remote) == 64 and not bad
                             else b"b")
                    if bad:
                        note(bad[:2])
            finally:
                os._exit(0)
        os.close(write)
        with os.fdopen(read, "rb") as file:
            equal(file.read(1), b"r", "the student's word")
            with Watch(pid=process.pid, kinds=["fault"]) as ours:
                process.write_from_here()
                ours.finish()
            equal({e.pid for e in ours.faults}, {os.getpid()}, "we are told")
            equal(file.read(1), b"g", "the student was told who it was")
        os.waitpid(pid, 0)
        os.close(fd)


@test("bad requests get an error and a sentence")
def bad():
    with alone() as process:
        pid = u32(key("pid"), process.pid)
        mine = netlink.open_pagemap(process.pid)
        wrong = os.open("/proc/self/maps", os.O_RDONLY)

        def end(start, to):
            return u64(key("start"), start) + u64(key("end"), to)

        asked = {
            "no target": (b"", errno.EINVAL),
            "two targets": (pid + attr(key("everything")), errno.EINVAL),
            "a process and a cgroup": (pid + u64(key("cgroup"), 1),
                                       errno.EINVAL),
            "a cgroup and everything": (
                u64(key("cgroup"), 1) + attr(key("everything")), errno.EINVAL),
            "an unknown kind": (pid + u32(key("kinds"), 1 << 31),
                                errno.EINVAL),
            "no kind": (pid + u32(key("kinds"), 0), errno.EINVAL),
            "an unknown class": (pid + u32(key("classes"), 1 << 31),
                                 errno.EINVAL),
            "no class": (pid + u32(key("classes"), 0), errno.EINVAL),
            "end at start": (pid + end(0x1000, 0x1000), errno.EINVAL),
            "end before start": (pid + end(0x2000, 0x1000), errno.EINVAL),
            "start behind all": (pid + u64(key("start"), (1 << 64) - 1),
                                 errno.EINVAL),
            "one of none": (pid + u32(key("sample"), 0), errno.ERANGE),
            "a small ring": (pid + u32(key("ring_bytes"), 4095), errno.ERANGE),
            "a large ring": (pid + u32(key("ring_bytes"), (16 << 20) + 1),
                             errno.ERANGE),
            "no such process": (u32(key("pid"), NO_PID), errno.ESRCH),
            "process 0": (u32(key("pid"), 0), errno.ERANGE),
            "a kernel thread": (u32(key("pid"), 2), errno.ENODATA),
            "no such cgroup": (u64(key("cgroup"), 1 << 40), errno.ENOENT),
            "no such file": (u32(key("pagemap_fd"), 9999), errno.EBADF),
            "another file": (u32(key("pagemap_fd"), wrong), errno.EINVAL),
            "an unknown attribute": (pid + u32(200, 1), errno.EINVAL),
            "an answer's attribute": (pid + u32(key("id"), 1), errno.EINVAL),
            "half a number": (pid + attr(key("start"), b"123"), errno.EINVAL),
        }
        said = {}
        for name, (payload, number) in asked.items():
            try:
                said[name] = watch.refused(payload=payload)
            except AssertionError:
                said[name] = None, "not refused"
            note(f"{name}: {errno.errorcode.get(said[name][0])}: "
                 f"{said[name][1]}")
        none_left([(name, told, errno.errorcode[asked[name][1]])
                   for name, told in said.items()
                   if told[0] != asked[name][1] or len(told[1]) < 12],
                  "bad requests")
        # A watch is that of one socket.
        with Watch(pagemap_fd=mine) as one, watch.Socket() as other:
            for command in "unwatch", "counts":
                for sock, number in ((one.sock, NO_WATCH), (other, one.id)):
                    equal(refusal(sock, command, u32(key("id"), number)),
                          (errno.ENOENT, True), command)
                assert refusal(one.sock, command, b"")[0], command
            one.finish()
        os.close(mine)
        os.close(wrong)
    none_watch()


def refusal(sock, command, payload):
    """Its errno, and whether it has a sentence."""
    try:
        if command == "counts":
            sock.dump(command, payload)
        else:
            sock.do(command, payload)
    except netlink.Refused as reason:
        return reason.errno, len(reason.text) > 12
    return None, False


main()
