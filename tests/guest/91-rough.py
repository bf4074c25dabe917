# SPDX-License-Identifier: GPL-2.0
# kernel: 6.12
"""The command line in a rough world: it ends with one of its exit codes and a
sentence, and leaves nothing behind. Each command that there is has its turn, and
those are found from its own list; in the long form each goes through all."""
import collections
import contextlib
import errno
import fcntl
import itertools
import json
import os
import pty
import re
import resource
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import time
import unicodedata

sys.path.insert(0, __file__.rpartition("/")[0] + "/../lib")
# pylint: disable=wrong-import-position
import setup
from ktap import equal, figure, main, none_left, note, test
from workload import Workload, wait_until

HERE = os.path.dirname(os.path.abspath(__file__))
PRELOAD = os.path.join(HERE, "../rough/rough.so")
LONG = bool(os.environ.get("MMLENS_LONG"))
SLOW = 8 if setup.slow() else 1
# The first name is also that of the process.
NAMES = [b"esc\033[31m\007", b"caf\xc3\xa9", b"\xff\xfe\xc3", b"a\nb\tc",
         b"c1\xc2\x9b31m", b"%s%n"]
TARGET = f"""
import ctypes, mmap, os, sys, time
names = {NAMES!r}
ctypes.CDLL(None).prctl(15, names[0], 0, 0, 0)
maps = []
for name in names:
    with open(os.path.join(os.fsencode(sys.argv[1]), name), "wb+") as file:
        file.write(b"x" * 8192)
        file.flush()
        maps.append(mmap.mmap(file.fileno(), 8192))
own = mmap.mmap(-1, 64 << 12, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
own[0] = 1
print(hex(ctypes.addressof(ctypes.c_char.from_buffer(own))), flush=True)
while True:
    for i in range(64):
        own[i << 12] = 1
    own.madvise(mmap.MADV_DONTNEED)
    own[0] = 1
    time.sleep(0.005)
"""
Target = collections.namedtuple("Target", "pid address")
Done = collections.namedtuple("Done", "status out err")
# For each command, how it is run; PID and ADDRESS are those of the target.
CASES = {
    "info": ["info"], "mm": ["mm", "PID"], "vmas": ["vmas", "PID", "--stats"],
    "pages": ["pages", "PID", "-o", "all"], "walk": ["walk", "PID", "ADDRESS"],
    "cow": ["cow", "PID"], "zero": ["zero", "PID"], "age": ["age", "PID"],
    "sharers": ["sharers", "PID", "ADDRESS"], "pfn": ["pfn", "1"],
    "lru": ["lru"], "zones": ["zones"],
    "faults": ["faults", "PID", "--for", "20ms"],
    "watch": ["watch", "PID", "--for", "20ms"], "demo": ["demo", "zero"],
}
# Without what else a command takes: these are about a process.
OF_PROCESS = ("mm", "vmas", "pages", "walk", "cow", "zero", "age", "sharers",
              "faults", "watch")
RUNS = collections.Counter()
TURNS = itertools.cycle(CASES)


def some(count):
    """So many commands, those whose turn it is; in the long form all."""
    return list(CASES) if LONG else list(itertools.islice(TURNS, count))


def ways(*all_ways):
    """How to run a command: in turn, in the long form each in all ways."""
    turn = itertools.cycle(all_ways)
    return lambda: all_ways if LONG else (next(turn),)


@contextlib.contextmanager
def target():
    with tempfile.TemporaryDirectory(dir="/var/tmp") as folder, \
            subprocess.Popen([sys.executable, "-c", TARGET, folder],
                             stdout=subprocess.PIPE) as process:
        address = process.stdout.readline().decode().strip()
        try:
            yield Target(process.pid, address)
        finally:
            process.kill()


def words(name, of):
    return [{"PID": str(of.pid), "ADDRESS": of.address}.get(word, word)
            for word in CASES[name]]


def start(args, **options):
    RUNS["rough"] += 1
    options.setdefault("stdin", subprocess.DEVNULL)
    options.setdefault("stdout", subprocess.PIPE)
    options.setdefault("stderr", subprocess.PIPE)
    return subprocess.Popen(["mmlens", *args], **options)


def run(args, **options):
    with start(args, **options) as process:
        try:
            out, err = process.communicate(timeout=30 * SLOW)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
    return Done(process.returncode, out or b"", err or b"")


def controls(text):
    """Characters that a terminal would obey, or that are none."""
    return [c for c in text.decode("utf-8", "surrogateescape")
            if c != "\n" and unicodedata.category(c) in ("Cc", "Cs")]


def check(done, args, *allowed):
    """One of these exit codes, and with each but 0 a sentence, not more."""
    text = f"{args}: exit {done.status}, {done.err[:400]}"
    assert done.status in allowed, f"{text}, not {allowed}"
    assert not controls(done.err), text
    lines = done.err.decode("utf-8", "replace").splitlines()
    if done.status and "-j" not in args:
        assert 1 <= len(lines) <= 2, text
    assert all(line.startswith("mmlens: ") for line in lines), text


def sentence(done, part):
    assert part.encode() in done.err + done.out, (part, done)


def nothing_left():
    def idle():
        done = subprocess.run(["mmlens", "-j", "info"], check=True,
                              stdout=subprocess.PIPE)
        info = json.loads(done.stdout)["info"]
        return not info["watches"] and not any(info["attached"].values())
    wait_until(idle, "nothing to be attached")


def children():
    """Of anybody: processes of the program's name."""
    out = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError):
            with open(f"/proc/{pid}/comm", encoding="utf-8",
                      errors="replace") as file:
                if file.read().startswith("mmlens"):
                    out.append(pid)
    return out


@contextlib.contextmanager
def full_disk():
    folder = tempfile.mkdtemp(dir="/var/tmp")
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16k", "rough", folder],
                   check=True)
    try:
        # As large as it gets; files without a page can still be made.
        with open(folder + "/filler", "wb", buffering=0) as file:
            with contextlib.suppress(OSError):
                while file.write(b"x" * 4096):
                    pass
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=True)
        os.rmdir(folder)


@test("each command that there is has a case here")
def all_commands():
    text = run(["--help"]).out.decode()
    part = text.partition("Commands:\n")[2].partition("\n\n")[0]
    listed = re.findall(r"^  ([a-z]+) ", part, re.M)
    assert len(listed) >= 15, text
    equal(sorted(CASES), sorted(listed), "commands")


@test("a full disk: exit 5 and why, in text and in JSON")
def disk_full():
    way_of = ways([], ["-j"], ["-p"])
    with target() as of, full_disk() as folder:
        for name in CASES:
            for way in way_of():
                with open(f"{folder}/out", "wb", buffering=0) as out:
                    args = [*way, *words(name, of)]
                    done = run(args, stdout=out)
                check(done, args, 5)
                sentence(done, "No space left on device")
        for args in (["faults", "PID", "--for", "20ms", "--output", "OUT"],
                     ["watch", "PID", "--for", "20ms", "--output", "OUT"],
                     ["watch", "PID", "--for", "20ms", "--trace", "OUT"],
                     ["-j", "watch", "PID", "--for", "20ms", "--trace", "OUT"],
                     ["watch", "PID", "--trace", folder + "/none/out"]):
            args = [{"PID": str(of.pid), "OUT": folder + "/out2"}.get(w, w)
                    for w in args]
            done = run(args)
            check(done, args, 5)
            sentence(done, "No such file" if "none" in args[-1] else
                     "No space left")
    nothing_left()


@test("what is closed from the beginning: nothing is written elsewhere")
def closed():
    way_of = ways(((0,), 0), ((1,), 5), ((2,), 0), ((0, 2), 0), ((1, 2), 5),
                  ((0, 1, 2), 5), ((1,), 5))
    with target() as of:
        for name in CASES:
            args = words(name, of)
            for fds, wanted in way_of():
                def close(fds=fds):
                    for fd in fds:
                        os.close(fd)
                done = run(args, preexec_fn=close)
                check(done._replace(err=done.err or b"mmlens: -"), args, wanted)
                if 2 not in fds and wanted:
                    sentence(done, "cannot write the answer")
                assert wanted or done.out, (args, fds)
    nothing_left()


@test("a pipe that nobody reads: quiet, and exit 5")
def closed_pipe():
    way_of = ways([], ["-j"])
    with target() as of:
        for name in CASES:
            for way in way_of():
                back, to = os.pipe()
                os.close(back)
                done = run([*way, *words(name, of)], stdout=to)
                os.close(to)
                equal((done.status, done.err), (5, b""), f"{way} {name}")
    nothing_left()


@test("a terminal that is gone: exit 5, an error of input and output")
def gone_terminal():
    with target() as of:
        for name in some(5):
            leader, follower = pty.openpty()
            os.close(leader)
            args = words(name, of)
            done = run(args, stdin=follower, stdout=follower)
            os.close(follower)
            check(done, args, 5)
            sentence(done, os.strerror(errno.EIO))
    nothing_left()


def on_terminal(args, size, env=None, during=None):
    """What a terminal of a size receives; @during is called meanwhile."""
    leader, follower = pty.openpty()
    fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", *size, 0, 0))
    out = b""
    with start(args, stdin=follower, stdout=follower, stderr=follower,
               env=env) as process:
        os.close(follower)
        if during:
            during(process, leader)
        with contextlib.suppress(OSError):
            while part := os.read(leader, 65536):
                out += part
    os.close(leader)
    return Done(process.returncode, out.replace(b"\r\n", b"\n"), b"")


ESCAPE = re.compile(rb"\033\[[0-9;]*m")


@test("terminals of no width, and of any kind")
def terminals():
    way_of = ways((1, 1), (0, 0), (24, 5), (24, 65535))
    with target() as of:
        for name in CASES:
            args = words(name, of)
            for size in way_of():
                done = on_terminal(args, size)
                equal(done.status, 0, f"{args} on {size}: {done.out[-300:]}")
                equal(controls(ESCAPE.sub(b"", done.out)), [], f"{args} {size}")
        for columns in "1", "5", "10", "20", "0", "-7", "99999999999", "x", "":
            for name in some(1):
                done = run(words(name, of), env=dict(os.environ, COLUMNS=columns))
                check(done, [name, columns], 0)
                assert done.out, name
        for term in "dumb", "", "no-such-terminal", "\033[5n", None:
            env = {k: v for k, v in os.environ.items() if k != "TERM"}
            if term is not None:
                env["TERM"] = term
            done = on_terminal(words("vmas", of), (24, 80), env=env)
            equal(done.status, 0, f"TERM={term!r}")
            equal(bool(ESCAPE.search(done.out)), term not in ("dumb", None),
                  f"colour with TERM={term!r}")


@test("a terminal whose size changes while it is watched")
def resized():
    def resize(process, leader):
        for columns in 10, 1, 200, 0, 80:
            time.sleep(0.05)
            fcntl.ioctl(leader, termios.TIOCSWINSZ,
                        struct.pack("HHHH", 24, columns, 0, 0))
            os.kill(process.pid, signal.SIGWINCH)
    with target() as of:
        done = on_terminal(["watch", str(of.pid), "--for", "500ms"], (24, 80),
                           during=resize)
        equal(done.status, 0, f"{done.out[-300:]}")
        assert done.out.count(b"\n") > 5, done.out
    nothing_left()


@test("names in any bytes, in any language: no terminal is told what to do")
def languages():
    plain = {k: v for k, v in os.environ.items()
             if k not in ("LANG", "LC_ALL", "LC_CTYPE")}
    way_of = ways({"LC_ALL": "C"}, {"LC_ALL": "C.UTF-8"}, {"LANG": "C"}, {},
                  {"LC_ALL": "no_SUCH.lang"})
    with target() as of:
        for name in CASES:
            for env in way_of():
                args = words(name, of)
                done = run(args, env=dict(plain, **env))
                check(done, args, 0)
                equal(controls(done.out), [], f"{args} {env}")
                if "UTF-8" not in env.get("LC_ALL", ""):
                    equal([b for b in done.out if b > 126], [], f"{args} {env}")
            if name not in some(1) + ["vmas", "watch", "lru"]:
                continue
            done = run(["-j", *words(name, of)], env=dict(plain, LC_ALL="C"))
            for line in done.out.decode("utf-8", "strict").splitlines() \
                    if name == "watch" else [done.out.decode("utf-8", "strict")]:
                json.loads(line)
        text = run(words("vmas", of), env=dict(plain, LC_ALL="C.UTF-8")).out
        assert "café".encode() in text, "the name in UTF-8 is not shown"
        # The words behind -- are any bytes, too.
        done = run(["-j", "faults", "--", "true", b"\xff\033"])
        check(done, ["-j"], 0)
        json.loads(done.out.decode("utf-8", "strict"))


@test("an empty environment, and a folder that is gone")
def nowhere():
    with target() as of:
        mmlens = shutil.which("mmlens")
        for name in some(5):
            args = words(name, of)
            done = run(args, executable=mmlens, env={})
            check(done, args, 0)
        folder = tempfile.mkdtemp()
        done = run(words("vmas", of), cwd=folder,
                   preexec_fn=lambda: os.rmdir(folder))
        check(done, ["vmas"], 0)


def without(mount, args):
    RUNS["rough"] += 1
    done = subprocess.run(
        ["unshare", "--mount", "sh", "-c",
         f"mount -t tmpfs none {mount} && exec mmlens \"$@\"", "sh", *args],
        check=False, capture_output=True, stdin=subprocess.DEVNULL)
    return Done(done.returncode, done.stdout, done.stderr)


@test("no /proc, no /sys, no debugfs: what is missing is told, the rest works")
def no_mounts():
    with target() as of:
        for name in some(5):
            args = words(name, of)
            done = without("/proc", args)
            check(done, args, 0, 2)
            if name in OF_PROCESS:
                equal(done.status, 2, f"{args} without /proc")
                sentence(done, "/proc is not mounted")
            check(without("/sys", args), args, 0)
        check(without("/sys/kernel/debug", words("info", of)), ["info"], 0)
    nothing_left()


def limit(kind, most, hard=None):
    def lower():
        resource.setrlimit(kind, (most, most if hard is None else hard))
    return lower


@test("no more open files: exit 2 and why, or it does without")
def few_files():
    with target() as of:
        for name in some(4):
            args, seen = words(name, of), set()
            # The loader needs one for the libraries.
            for most in range(4, 14) if LONG else (4, 5, 6, 13):
                done = run(args, preexec_fn=limit(resource.RLIMIT_NOFILE, most))
                if done.status == 127:
                    continue
                check(done, args, 0, 2)
                if done.status:
                    sentence(done, "Too many open files")
                seen.add(done.status)
            assert 0 in seen, f"{args}: {seen}"
        note(f"the last one: {sorted(seen)}")
    nothing_left()


@test("little memory: exit 2 and out of memory, or an answer; no crash")
def little_memory():
    with target() as of:
        def fit(args, kilobytes):
            return run(args, preexec_fn=limit(resource.RLIMIT_AS,
                                              kilobytes << 10))
        # The loader's own complaint is not ours.
        least = next(k for k in range(2048, 65536, 256)
                     if fit(["--version"], k).status == 0)
        step, refused = 32 if LONG else 512, 0
        for name in ["pages", "watch"] + some(1):
            for kilobytes in range(least, least + 32768, step):
                args = ["-j"] * (name == "cow") + words(name, of)
                done = fit(args, kilobytes)
                check(done, args, 0, 2)
                if not done.status:
                    break
                refused += 1
                sentence(done, "emory")
            else:
                raise AssertionError(f"{name}: never enough")
        note(f"from {least} KiB on; {refused} times too little")
        assert refused, "there was always enough memory"
    nothing_left()


def preload(**env):
    return dict(os.environ, LD_PRELOAD=PRELOAD,
                **{k: str(v) for k, v in env.items()})


def some_of(count, most):
    """So many of the numbers up to most, more of the first ones."""
    if most <= count:
        return range(1, most + 1)
    return sorted({round(most ** (i / (count - 1))) for i in range(count)} |
                  {most * i // count + 1 for i in range(count)})


@test("each piece of memory in turn is not there: exit 2, or done without")
def memory_fails():
    failed, answered = 0, 0
    way_of = ways([], ["-j"])
    # On standard output, or beside it: an error may be both.
    with target() as of, tempfile.TemporaryDirectory() as folder:
        for name in some(5):
            for way in way_of():
                args = [*way, *words(name, of)]
                check(run(args, env=preload(ROUGH_COUNT=folder + "/count")),
                      args, 0)
                with open(folder + "/count", encoding="ascii") as file:
                    most = int(file.read())
                assert most > 10, f"{args}: {most} pieces of memory"
                for number in (range(1, most + 1) if LONG and most < 5000 else
                               some_of(200 if LONG else 5, most)):
                    done = run(args, env=preload(ROUGH_FAIL=number))
                    check(done, [*args, f"ROUGH_FAIL={number}"], 0, 2)
                    failed += done.status == 2
                    answered += not done.status
                    if done.status:
                        sentence(done, "emory")
    note(f"{failed} times told, {answered} times done without")
    assert failed, "no failure had a consequence"
    figure("allocations of the command line failed", failed + answered)
    nothing_left()


@test("a file that may not grow: exit 5 and why")
def file_limit():
    with target() as of, tempfile.TemporaryDirectory() as folder:
        for name in some(5):
            args = words(name, of)
            with open(folder + "/out", "wb") as out:
                done = run(args, stdout=out,
                           preexec_fn=limit(resource.RLIMIT_FSIZE, 10))
            check(done, args, 5)
            sentence(done, os.strerror(errno.EFBIG))
        args = ["watch", str(of.pid), "--for", "20ms", "--trace", folder + "/t"]
        done = run(args, preexec_fn=limit(resource.RLIMIT_FSIZE, 10))
        check(done, args, 5)
        # The command that it starts has the signal as it was.
        script = f"exec head -c 100000 /dev/zero >{folder}/x"
        done = run(["faults", "--", "sh", "-c", script],
                   preexec_fn=limit(resource.RLIMIT_FSIZE, 10))
        sentence(done, "killed by SIGXFSZ")
    nothing_left()


@test("no more time on the processor: killed, and nothing left")
def processor_limit():
    with target() as of:
        done = run(["watch", "--all", "--faults", "--", "true"])
        check(done, ["watch"], 1)
    # Who tells of a storm has a second's work before long, and would go on.
    with Workload("storm", 600 * SLOW) as storm:
        for soft, hard, kind in ((1, resource.RLIM_INFINITY, signal.SIGXCPU),
                                 (1, 1, signal.SIGKILL)):
            begin = time.monotonic()
            done = run(["watch", "--faults", str(storm.pid)],
                       preexec_fn=limit(resource.RLIMIT_CPU, soft, hard),
                       stdout=subprocess.DEVNULL)
            equal((done.status, done.err), (-kind, b""), kind.name)
            note(f"{kind.name} after {time.monotonic() - begin:.1f} s")
    nothing_left()


def as_usual():
    """A shell has what it starts in the background ignore Ctrl-C."""
    for kind in signal.SIGINT, signal.SIGQUIT, signal.SIGTERM, signal.SIGHUP:
        signal.signal(kind, signal.SIG_DFL)


@test("signals at any moment: ended by them, or with an answer")
def signals_any():
    moments = [0, 0.002, 0.005, 0.01, 0.02, 0.05]
    kinds = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT,
             signal.SIGUSR1)
    way_of = ways(*zip(itertools.cycle(kinds), moments + moments[::-1]))
    with target() as of:
        for name in CASES:
            args = words(name, of)
            for kind, moment in way_of():
                with start(args, preexec_fn=as_usual) as process:
                    time.sleep(moment * SLOW)
                    with contextlib.suppress(ProcessLookupError):
                        process.send_signal(kind)
                    process.communicate(timeout=30 * SLOW)
                assert process.returncode in (0, -kind), \
                    f"{args}: exit {process.returncode} after {kind.name}"
    wait_until(lambda: not children(), "the actors of demo to be gone")
    nothing_left()


def ready(process):
    """The watch is there: its first line is."""
    line = process.stdout.readline()
    assert line, process.communicate()
    return line


@test("watch: each signal that ends it, and those that stop it for a while")
def watch_signals():
    with target() as of:
        for kind in signal.SIGINT, signal.SIGTERM, signal.SIGHUP:
            with start(["-j", "watch", str(of.pid)]) as process:
                ready(process)
                process.send_signal(kind)
                out, err = process.communicate(timeout=30 * SLOW)
            equal((process.returncode, err), (0, b""), kind.name)
            assert b'"summary"' in out.splitlines()[-1], out[-300:]
        with start(["-j", "watch", str(of.pid)]) as process:
            ready(process)
            for _ in range(3):
                process.send_signal(signal.SIGTSTP)
                time.sleep(0.05)
                process.send_signal(signal.SIGPIPE)
                process.send_signal(signal.SIGCONT)
                ready(process)
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=30 * SLOW)
        equal((process.returncode, err), (0, b""), "stopped and continued")
        json.loads(out.splitlines()[-1])
    nothing_left()


@test("faults -- COMMAND: a signal ends it by way of the command")
def command_signals():
    command = ["--", "sh", "-c", "echo here; exec sleep 76543"]
    for kind in signal.SIGINT, signal.SIGTERM, signal.SIGHUP:
        with start(["faults", *command], preexec_fn=as_usual) as process:
            ready(process)
            process.send_signal(signal.SIGTSTP)
            time.sleep(0.02)
            process.send_signal(signal.SIGCONT)
            process.send_signal(signal.SIGPIPE)
            process.send_signal(kind)
            try:
                out, err = process.communicate(timeout=30 * SLOW)
            except subprocess.TimeoutExpired:
                process.kill()
                raise
        equal((process.returncode, err), (0, b""), kind.name)
        assert f"killed by {kind.name}".encode() in out, out
    with start(["watch", *command]) as process:
        while b"here" not in ready(process):
            pass
        process.kill()
    nothing_left()
    # The command lives on; it is ours to end, by what it was started with.
    ended = 0
    for pid in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError):
            with open(f"/proc/{pid}/cmdline", "rb") as file:
                if b"76543" in file.read():
                    os.kill(int(pid), signal.SIGKILL)
                    ended += 1
    equal(ended, 1, "commands that live on")


@test("interrupted all the time: the same answers")
def interrupted():
    # Into a file: a write to a pipe would be interrupted, too, and that is an
    # error for C's own output, which takes a handler that the program has not.
    way_of = ways([], ["-j"])
    with target() as of, tempfile.TemporaryFile(dir="/var/tmp") as out:
        for name in some(6):
            for way in way_of():
                args = [*way, *words(name, of)]
                out.seek(0)
                out.truncate()
                done = run(args, stdout=out,
                           env=preload(ROUGH_TICK=1000 * SLOW))
                check(done, args, 0)
                equal(done.err, b"", f"{args}")
                assert out.seek(0, os.SEEK_END) > 60, args
    nothing_left()


@test("nothing is left of all that")
def all_gone():
    nothing_left()
    none_left(children(), "processes")
    figure("rough runs of the command line", RUNS["rough"])


setup.load()
main()
