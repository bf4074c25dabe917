# SPDX-License-Identifier: GPL-2.0
# kernel: 6.12
"""watch: each line of the JSON keeps to its schema, all events add up, the text
and the trace say the same; how it is started, and the ways in which it ends.
Which class a fault is of is tested elsewhere."""
import collections
import contextlib
import json
import os
import pty
import re
import signal
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, __file__.rpartition("/")[0] + "/../lib")
# pylint: disable=wrong-import-position
import lens
import reclaim
import setup
from ktap import equal, main, none_left, note, test
from watch import everybody
from workload import STUDENT, wait_until

PAGES = 600
TOUCH = """
import ctypes, mmap, os, sys
area = mmap.mmap(-1, 600 << 12, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
area.madvise(mmap.MADV_NOHUGEPAGE)
for i in range(600):
    area[i << 12] = 1
with open(sys.argv[1], "w") as file:
    file.write(str(ctypes.addressof(ctypes.c_char.from_buffer(area))))
print("the command's own words")
sys.stdout.flush()
os._exit(3)
"""
BUSY = """
import mmap, time
print("ready", flush=True)
while True:
    area = mmap.mmap(-1, 64 << 12, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    for i in range(64):
        area[i << 12] = 1
    time.sleep(0.01)
"""
ENDLESS = BUSY.replace("    time.sleep(0.01)\n", "")
FORKS = """
import os
for _ in range(5):
    child = os.fork()
    if not child:
        os._exit(0)
    os.waitpid(child, 0)
os._exit(0)
"""
FLOOD = """
import mmap
for _ in range(24):
    area = mmap.mmap(-1, 1024 << 12, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    area.madvise(mmap.MADV_NOHUGEPAGE)
    for i in range(1024):
        area[i << 12] = 1
open("/var/tmp/mmlens-flood", "w").close()
"""


def python(program, *args):
    return ["--", sys.executable, "-c", program, *args]


def read(text):
    """The lines of an answer; of many, some are held to the schema."""
    lines = [json.loads(line) for line in text.splitlines()]
    step = len(lines) // 60 + 1
    kinds = set()
    for number, line in enumerate(lines):
        kind = tuple(sorted(line)), line.get("event"), line.get("class")
        if number % step == 0 or kind not in kinds:
            lens.validate("watch", line)
        kinds.add(kind)
    return lines


def watch(*args, status=0, **options):
    answer = lens.run("-j", "watch", *args, **options)
    equal(answer.status, status, f"exit status, with {answer.err[:300]}")
    return read(answer.out)


def adds_up(lines):
    """What happened is what was told, and what was lost."""
    summary, events = lines[-1]["summary"], lines[1:-1]
    equal(summary["received"] + summary["lost"], summary["events"], "events")
    equal(sum(row["lost"] for row in summary["losses"]), summary["lost"],
          "losses by processor")
    shown = [e for e in events if e["event"] != "loss"]
    equal(len(shown), summary["shown"], "lines")
    serials = [event["serial"] for event in shown]
    equal(len(set(serials)), len(serials), "numbers, each once")
    assert all(n < summary["events"] for n in serials)
    told = sum(e["lost"] for e in events if e["event"] == "loss")
    assert told <= summary["lost"], "losses told too often"
    return summary, shown


def in_order(events):
    ends = [event["time_ns"] + event.get("latency_ns", 0) +
            event.get("duration_ns", 0) for event in events]
    early = sum(a > b for a, b in zip(ends, ends[1:]))
    equal(early, 0, "events that ended before the one in front of them")


@contextlib.contextmanager
def running(*args, program="mmlens", **options):
    with subprocess.Popen([program, *map(str, args)], stdin=subprocess.DEVNULL,
                          **options) as process:
        try:
            yield process
        finally:
            process.kill()


@contextlib.contextmanager
def busy(program=BUSY, **options):
    with running("-c", program, program=sys.executable,
                 stdout=subprocess.PIPE, **options) as process:
        process.stdout.readline()
        yield process


def take(cgroup, size):
    """Have so much reclaimed, or what there is."""
    with contextlib.suppress(BlockingIOError):
        cgroup.set("memory.reclaim", size)


def first_bytes(path):
    wait_until(lambda: os.path.exists(path) and os.path.getsize(path),
               "a first line")


@test("a command: each page once, all events told, in order")
def command():
    with tempfile.TemporaryDirectory() as folder:
        answer = lens.run("-j", "watch", "--faults", "-o", folder + "/out",
                          *python(TOUCH, folder + "/at"))
        equal((answer.status, answer.out, answer.err),
              (0, b"the command's own words\n", b""), "the command's output")
        with open(folder + "/out", "rb") as file:
            lines = read(file.read())
        with open(folder + "/at", encoding="ascii") as file:
            at = int(file.read())
    summary, events = adds_up(lines)
    equal(summary["lost"], 0, "lost")
    equal(summary["command"]["outcome"], "exited with 3", "outcome")
    in_order(events)
    pages = collections.Counter(
        int(event["address"], 16) >> 12 for event in events
        if at <= int(event["address"], 16) < at + (PAGES << 12))
    none_left([(i, pages[(at >> 12) + i]) for i in range(PAGES)
               if pages[(at >> 12) + i] != 1], "pages that were not told once")
    classes = collections.Counter(event["class"] for event in events)
    counted = {row["class"]: row["count"] for row in summary["classes"]}
    for name, count in classes.items():
        assert count <= counted[name], name
    # Nothing of what mmlens was, before it became the program.
    equal({event["cookie"] for event in events} &
          {lines[0]["watch"]["cookie"]}, set(), "address spaces")
    note(f"{len(events)} events, {dict(classes)}")


@test("text: as many lines, the names of the classes, the same sums")
def text():
    with tempfile.TemporaryDirectory() as folder:
        answer = lens.run("watch", "--faults", "-o", folder + "/out",
                          *python(TOUCH, folder + "/at"))
        equal(answer.status, 0, "exit status")
        with open(folder + "/out", encoding="utf-8") as file:
            out = file.read()
    rows = re.findall(r"^ *\d+\.\d{6} +\d+ (\S+) +[rwx?] ", out, re.M)
    events = int(re.search(r": ([\d,]+) events, 0 lost", out)[1].replace(
        ",", ""))
    hidden = int(re.search(r"Not shown: (\d+) of mmlens", out)[1])
    equal(len(rows), events - hidden, "lines")
    assert rows.count("anon") >= PAGES, rows.count("anon")
    assert re.search(r"\(PID \d+\) exited with 3\.", out), out[-300:]


def on_terminal(*args, do=None, columns=80):
    """The lines on a terminal of so many columns, without their colours. What is
    to be done is done below the headings, and is given the PID."""
    pid, fd = pty.fork()
    if not pid:
        os.environ.update(TERM="xterm", LC_ALL="C.UTF-8", COLUMNS=str(columns))
        os.execvp("mmlens", ["mmlens", "watch", *map(str, args)])
    out = b""
    with contextlib.suppress(OSError):
        while chunk := os.read(fd, 65536):
            out += chunk
            if do and b"EVENT" in out:
                do(pid)
                do = None
    os.close(fd)
    equal(os.waitpid(pid, 0)[1], 0, "exit status")
    assert b"\x1b[" in out, "no colour"
    out = re.sub(r"\x1b\[[\d;]*m", "", out.decode()).replace("\r", "")
    none_left([line for line in out.splitlines() if len(line) > max(
        columns, 80)], f"lines of {args} that are too long")
    none_left([line for line in out.splitlines() if not line.isprintable()],
              f"lines of {args} with what is no text")
    return out


@test("a terminal of 80 columns: no line is longer, colours are taken off")
def terminal():
    assert "file-minor" in on_terminal("--", "ls", "-1", "/")
    assert "file-minor" in on_terminal("--follow", "--", "sh", "-c", "true; ls -1")
    assert "file-minor" in on_terminal("--follow", "--", "true", columns=40)
    assert "no VMA" in on_terminal(
        "--", sys.executable, "-c", "import ctypes; ctypes.string_at(0)")


@test("a terminal of 80 columns: who took a page, and where it went")
def terminal_evictions():
    setup.swap_on()
    with reclaim.Cgroup() as cgroup, reclaim.Heat(cgroup) as heat:
        heat.do("anon a 512")

        def lose(pid):
            reclaim.drain()
            take(cgroup, 1 << 20)
            heat.do("touch a")
            time.sleep(0.5)
            os.kill(pid, signal.SIGINT)

        for args in (["--evictions", heat.pid],
                     ["--evictions", "--reclaim", "--follow", heat.pid],
                     ["--evictions", "--faults", "--cgroup", cgroup.path],
                     ["--evictions", "--all"]):
            out = on_terminal(*args, do=lose)
            assert re.search(rf"evicted anon +memcg {os.getpid()} ", out), out
            assert re.search("swap-in +w .*back after", out, re.DOTALL), out
            assert re.search("\u2192[0-9]+:[0-9a-f]+", out), out


@test("a trace: what the lines say, loadable")
def trace():
    with tempfile.TemporaryDirectory() as folder:
        answer = lens.run("-j", "watch", "--faults", "-o", folder + "/out",
                          "--trace", folder + "/trace", "--", "true")
        equal(answer.status, 0, "exit status")
        with open(folder + "/out", "rb") as file:
            lines = read(file.read())
        with open(folder + "/trace", encoding="utf-8") as file:
            told = json.load(file)["traceEvents"]
    _, events = adds_up(lines)
    spans = [row for row in told if row["ph"] == "X"]
    equal([(round(row["ts"] * 1000), round(row["dur"] * 1000), row["name"],
            row["pid"], row["tid"], row["args"]["address"])
           for row in spans],
          [(event["time_ns"], event["latency_ns"], event["class"],
            event["pid"], event["tid"], event["address"])
           for event in events], "faults")
    names = [row["name"] for row in told if row["ph"] == "M"]
    assert set(names) == {"process_name", "thread_name"}, names
    equal({row["ph"] for row in told}, {"X", "M"}, "kinds of rows")


@test("--follow: children too; without it, not")
def follow():
    for options, want in ((["--follow"], 6), ([], 1)):
        lines = watch("--faults", *options, *python(FORKS))
        _, events = adds_up(lines)
        equal(len({event["pid"] for event in events}), want, "processes")


@test("--latency, --sample, --classes and --range send less, and count all")
def less():
    with tempfile.TemporaryDirectory() as folder:
        words = python(TOUCH, folder + "/at")

        def told(*options):
            equal(lens.run("-j", "watch", "--faults", "-o", folder + "/out",
                           *options, *words).status, 0, "exit status")
            with open(folder + "/out", "rb") as file:
                return adds_up(read(file.read()))

        _, events = told()
        took = sorted(event["latency_ns"] for event in events)
        least = took[len(took) // 2] // 1000
        summary, events = told("--latency", f"{least}us")
        assert all(event["latency_ns"] >= 1000 * least for event in events)
        assert summary["minflt"] > summary["events"] > 0, summary
        summary, _ = told("--sample", "10")
        faults = summary["minflt"] + summary["majflt"] + summary["failed"]
        equal(summary["events"], faults // 10, "one of ten")
        summary, events = told("--classes", "anon,file-copy")
        assert {event["class"] for event in events} <= {"anon", "file-copy"}
        equal(summary["minflt"] + summary["majflt"], summary["events"],
              "other classes are not counted")


@test("evictions, by whom, where the page stood; and the refaults")
def evictions():
    setup.swap_on()
    setup.quiet()
    with reclaim.Cgroup() as cgroup, reclaim.Heat(cgroup) as heat, \
            tempfile.TemporaryDirectory() as folder:
        heat.do("anon a 2048")
        out = folder + "/out"
        with running("-j", "watch", "-o", out, "--evictions",
                     heat.pid) as process:
            first_bytes(out)
            area = heat.area("a")
            reclaim.drain()
            take(cgroup, 4 << 20)
            heat.do("touch a")
            time.sleep(0.5)
            process.send_signal(signal.SIGINT)
            equal(process.wait(30 * setup.PATIENCE), 0, "exit status")
        with open(out, "rb") as file:
            lines = read(file.read())
    summary, events = adds_up(lines)
    gone = [event for event in events if event["event"] == "eviction" and
            area.start <= int(event["address"], 16) < area.end]
    back = [event for event in events if event["event"] == "fault"]
    assert sum(event["pages"] for event in gone) >= 512, len(gone)
    for event in gone:
        equal((event["evictor"], event["state"], event["by_pid"],
               "swap" in event), ("memcg", "anon", os.getpid(), True), "who")
    assert sum("seen" in event for event in gone) > len(gone) // 2
    assert back and all("away_ns" in event for event in back)
    equal(summary["refaults"], len(back), "refaults")
    in_order(events)
    note(f"{len(gone)} evictions, {len(back)} refaults, "
         f"{gone[0].get('seen')}")


@test("the machine: reclaim, while a cgroup is told to give memory back")
def machine():
    setup.swap_on()
    with reclaim.Cgroup() as cgroup, reclaim.Heat(cgroup) as heat, \
            tempfile.TemporaryDirectory() as folder:
        heat.do("anon a 1024")
        reclaim.drain()
        out = folder + "/out"
        with running("-j", "watch", "-o", out, "--reclaim") as process:
            first_bytes(out)
            take(cgroup, 2 << 20)
            time.sleep(0.5)
            process.send_signal(signal.SIGTERM)
            equal(process.wait(30 * setup.PATIENCE), 0, "exit status")
        with open(out, "rb") as file:
            lines = read(file.read())
    summary, events = adds_up(lines)
    ours = [event for event in events if event["pid"] == os.getpid()]
    whole = [event for event in ours if event["kind"] == "memcg-reclaim"]
    assert whole and sum(event["pages"] for event in whole) >= 256, whole
    assert all(event["duration_ns"] > 0 for event in whole)
    kinds = {row["kind"]: row for row in summary["memory"]}
    equal(kinds["memcg-reclaim"]["count"],
          sum(event["kind"] == "memcg-reclaim" for event in events), "count")
    note(sorted(kinds))


@test("stacks, with the names of the kernel's functions")
def stacks():
    lines = watch("--faults", "--stacks", "--", "true")
    _, events = adds_up(lines)
    frames = [frame for event in events for frame in event.get("stack", [])]
    assert len(frames) > len(events), "no stacks"
    assert any("fault" in frame["symbol"] for frame in frames), frames[:20]
    assert not any("mmlens" in frame["symbol"] for frame in frames)


@test("the machine, for a time: with events and without")
def machine_for_a_time():
    for kinds in ["--oom"], []:
        began = time.monotonic()
        answer = lens.run("-j", "watch", *kinds, "--for", "500ms", timeout=60)
        equal(answer.status, 0, "exit status")
        assert 0.5 <= time.monotonic() - began < 30 * setup.PATIENCE, kinds
        read(answer.out)


@contextlib.contextmanager
def little_room():
    """Who has no privileges has little for events: 7.3 gives sockets of anybody
    4 MiB."""
    with open("/proc/sys/net/core/rmem_max", encoding="ascii") as file:
        room = file.read()
    setup.put("/proc/sys/net/core/rmem_max", "212992")
    try:
        yield {"user": STUDENT, "group": STUDENT, "extra_groups": []}
    finally:
        setup.put("/proc/sys/net/core/rmem_max", room)


@test("a flood that nobody reads: what is lost is counted")
def flood():
    # Reading begins when all is over.
    with contextlib.suppress(FileNotFoundError):
        os.unlink("/var/tmp/mmlens-flood")
    with little_room() as student_s:
        answer = subprocess.run(
            f"mmlens -j watch --faults -- {sys.executable} -c '{FLOOD}' | "
            "(while ! [ -e /var/tmp/mmlens-flood ]; do sleep 0.2; done; cat)",
            shell=True, check=True, capture_output=True,
            timeout=120 * setup.PATIENCE, **student_s)
    summary, events = adds_up(read(answer.stdout))
    assert summary["lost"], "nothing was lost"
    note(f"{summary['events']} events, {summary['lost']} lost, "
         f"{len(events)} told")


@test("a signal amid a flood that nobody reads: it ends in order")
def flood_interrupted():
    # That the watch has ended is an answer, which finds room beside the events.
    with little_room() as student_s, busy(ENDLESS, **student_s) as target:
        with running("-j", "watch", "--faults", target.pid,
                     stdout=subprocess.PIPE, **student_s) as process:
            wait_until(lambda: sum(c.events for c in everybody().values()) >
                       10000, "a flood", 120)
            process.send_signal(signal.SIGINT)
            out, _ = process.communicate(timeout=120 * setup.PATIENCE)
    equal(process.returncode, 0, "exit status")
    summary, events = adds_up(read(out))
    equal(summary["ended_by"], "signal", "what ended it")
    assert len(events) > 1000, len(events)
    assert summary["lost"], "nothing was lost: its socket was not full"


@test("it ends: with the process, by --for, by a signal, by a closed pipe")
def ends():
    with busy() as target, tempfile.TemporaryDirectory() as folder:
        began = time.monotonic()
        answer = lens.run("watch", "--for", "500ms", "--summary", target.pid)
        equal(answer.status, 0, "exit status of --for")
        assert 0.4 < time.monotonic() - began < 30 * setup.PATIENCE
        assert b" ended." not in answer.out, answer.out
        for whom in [target.pid], ["--all"], []:
            summary = watch("--for=300ms", "--summary", *whom)[-1]["summary"]
            equal(summary["ended_by"], "time", f"what ended it, {whom}")
        for number in signal.SIGINT, signal.SIGTERM, signal.SIGHUP:
            out = f"{folder}/{number}"
            with running("-j", "watch", "-o", out, target.pid) as process:
                first_bytes(out)
                time.sleep(0.2)
                process.send_signal(number)
                equal(process.wait(30 * setup.PATIENCE), 0,
                      f"exit status of {number}")
            with open(out, "rb") as file:
                summary, _ = adds_up(read(file.read()))
            equal(summary["ended_by"], "signal", f"what ended it, {number}")
        done = subprocess.run(
            ["bash", "-c", f"mmlens watch {target.pid} | head -n 20 >/dev/null;"
             " exit ${PIPESTATUS[0]}"], check=False, capture_output=True,
            timeout=60 * setup.PATIENCE)
        equal((done.returncode, done.stderr), (5, b""), "a closed pipe")
        out = folder + "/last"
        with running("-j", "watch", "-o", out, target.pid) as process:
            first_bytes(out)
            target.kill()
            target.wait()
            equal(process.wait(30 * setup.PATIENCE), 0,
                  "exit status when it left")
        with open(out, "rb") as file:
            summary, _ = adds_up(read(file.read()))
        equal(summary["ended_by"], "exit", "what ended the watch")


@test("a command: killed, and a signal for both")
def commands():
    answer = lens.run("watch", "--summary", "--", "sh", "-c", "kill -SEGV $$")
    equal(answer.status, 0, "exit status")
    assert b"was killed by SIGSEGV." in answer.out, answer.out[-200:]
    with tempfile.TemporaryDirectory() as folder:
        out = folder + "/out"
        with running("-j", "watch", "-o", out, "--", "sleep", "77") as process:
            first_bytes(out)
            time.sleep(0.3)
            process.send_signal(signal.SIGTERM)
            equal(process.wait(30 * setup.PATIENCE), 0, "exit status")
        with open(out, "rb") as file:
            summary, _ = adds_up(read(file.read()))
    equal(summary["command"]["outcome"], "was killed by SIGTERM", "outcome")
    equal(summary["ended_by"], "signal", "what ended the watch")


@test("what makes no sense: exit status and a sentence")
def refused():
    for status, words in (
            (1, ["--"]), (1, ["1", "--", "true"]), (1, ["--latency", "5", "1"]),
            (1, ["--classes", "anon,no-such", "1"]), (1, ["--for", "0", "1"]),
            (1, ["--follow"]), (1, ["--sample", "0", "1"]), (1, ["ls"]),
            (1, ["--range", "[heap]", "--", "true"]), (1, ["--all", "1"]),
            (1, ["1", "2"]), (1, ["--each", "1"]), (4, ["4194304"]),
            (4, ["--", "/no/such/command"]), (4, ["--", "/etc"]),
            (5, ["-o", "/no/such/file", "--", "true"]),
            (5, ["--trace", "/no/such/file", "--", "true"]),
            (2, ["--cgroup", "/no-such"])):
        answer = lens.run("watch", *words)
        equal((answer.status, answer.out), (status, b""), f"{words}")
        assert answer.err.startswith(b"mmlens: "), answer
        line, = watch(*words, status=status)
        assert line["error"]["message"], line
    answer = lens.run("watch", "2")
    equal(answer.status, 0, "a kernel thread")
    assert b"kernel thread" in answer.out


@test("without privileges: own faults, nothing else")
def student():
    lines = watch("--", "true", user=STUDENT)
    summary, events = adds_up(lines)
    equal(lines[0]["watch"]["kinds"], ["fault"], "kinds")
    assert "CAP_SYS_ADMIN" in lines[0]["watch"]["remark"]
    assert events and summary["lost"] == 0
    for words in (["--evictions", "--", "true"], ["--reclaim"], ["--all"], [],
                  ["--stacks", "--", "true"], ["1"]):
        answer = lens.run("watch", *words, user=STUDENT)
        equal((answer.status, answer.out), (2, b""), f"{words}")
        note(answer.err.decode().splitlines()[0])
    # It becomes root, and goes on.
    program = ["--", "su", "--help"]
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o777)
        for options in (["-j"], []):
            answer = lens.run(*options, "watch", "-o", folder + "/out",
                              *program, user=STUDENT)
            equal(answer.status, 0, answer.err)
            with open(folder + "/out", "rb") as file:
                told = file.read()
            os.unlink(folder + "/out")
            if options:
                summary, _ = adds_up(read(told))
                equal(summary["ended_by"], "privileges", "what ended it")
            else:
                assert b"A program with other privileges, or" in told, told


@test("what is said of faults, asks for no evictions")
def of_faults():
    for words in ["--latency=1us"], ["--classes=anon"], ["--sample=2"]:
        lines = watch(*words, "--", "true")
        equal(lines[0]["watch"]["kinds"], ["fault"], words)
        adds_up(lines)
    equal(watch("--range=0-1000", "--", "true")[0]["watch"]["kinds"],
          ["fault", "eviction"], "kinds with a range")
    lines = watch("--classes=anon,zero", "--for=500ms")
    equal(lines[0]["watch"]["kinds"], ["fault"], "of all processes")
    none_left([e for e in lines[1:-1] if e.get("class") not in
               ("anon", "zero", None)], "other classes")
    watch("--classes=no-such", status=1)


if __name__ == "__main__":
    main()
