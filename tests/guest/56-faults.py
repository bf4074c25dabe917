# SPDX-License-Identifier: GPL-2.0
# kernel: 7.3
"""faults: exact counts of what a program did, beside what the kernel counted;
the JSON keeps to its schema and adds up, the text has the same numbers. Which
class a fault is of is tested elsewhere."""
import collections
import contextlib
import os
import re
import signal
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, __file__.rpartition("/")[0] + "/../lib")
# pylint: disable=wrong-import-position
import lens
import oracle
import reclaim
import setup
from ktap import equal, main, none_left, note, test
from workload import STUDENT, wait_until

PAGES = 2000
MAPPED = """
import ctypes, mmap, os, resource, sys
def area(pages):
    area = mmap.mmap(-1, pages << 12, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    return area, ctypes.addressof(ctypes.c_char.from_buffer(area))
def write(area, pages):
    for i in range(pages):
        area[i << 12] = 1
"""
# Three areas: written, read and then written, and written after a fork.
TOUCH = MAPPED + """
pages = int(sys.argv[1])
new, new_at = area(pages)
zero, zero_at = area(pages)
both, both_at = area(pages)
write(new, pages)
for i in range(pages):
    zero[i << 12]
write(zero, pages)
write(both, pages)
back, to = os.pipe()
child = os.fork()
if not child:
    os.close(to)
    os.read(back, 1)
    os._exit(0)
write(both, pages)
os.close(to)
os.waitpid(child, 0)
usage = resource.getrusage(resource.RUSAGE_SELF)
with open(sys.argv[2], "w") as file:
    file.write(repr((new_at, zero_at, both_at, usage.ru_minflt,
                     usage.ru_majflt)))
os._exit(0)
"""
# Writes pages for ever, a few at a time.
BUSY = MAPPED + """
import time
print("ready", flush=True)
while True:
    pages, _ = area(64)
    write(pages, 64)
    del pages
    time.sleep(0.001)
"""
WORDS = [sys.executable, "-c"]


def values(counts):
    return {row["class"]: row["count"] for row in counts["classes"]}


def adds_up(told):
    """What holds of any answer with all its tables."""
    rows = told["classes"]
    equal(sum(row["count"] for row in rows), told["count"], "all classes")
    equal(told["minor"] + told["major"] + told["failed"], told["count"],
          "what became of them")
    equal(sum(row["major"] for row in rows), told["major"], "major ones")
    for row in rows + [told]:
        cost = row["latency"]
        equal(sum(step["count"] for step in cost["steps"]), row["count"],
              "all steps")
        order = [cost[key] for key in ("p50_ns", "p90_ns", "p99_ns", "max_ns")]
        equal(sorted(order), order, "quantiles")
        for step in cost["steps"]:
            assert step["from_ns"] < step.get("to_ns", 1 << 64), step
        longest = cost["steps"][-1] if cost["steps"] else {"from_ns": 0}
        assert longest["from_ns"] <= cost["max_ns"], row
    equal(sum(row["latency"]["total_ns"] for row in rows),
          told["latency"]["total_ns"], "nanoseconds")
    if not told["unnamed"]:
        # What is outside all VMAs is in none.
        outside = sum(row["count"] for row in told["classes"]
                      if row["class"] == "sigsegv")
        for name, without in ("threads", 0), ("vmas", outside):
            sums = sum(row["count"] for row in told[name])
            assert told["count"] - without <= sums <= told["count"], (
                name, sums, told["count"])
            equal(sum(row["major"] for row in told[name]), told["major"], name)
    equal(told["lost"], 0, "lost")


def agrees(told):
    """The watch accounts for what the kernel has counted."""
    equal(told["accounts_for"], {"minflt": True, "majflt": True,
                                 "reasons": []}, "accounts")
    if "before_minflt" not in told or told["remote"]:
        return
    own = 0 if told["follow"] else 1
    for kind, name in ("minflt", "minor"), ("majflt", "major"):
        equal(told[kind], told[name] + told["elsewhere_" + name] +
              told["before_" + kind] + own * told["children_" + kind], kind)


def ask(*args, **options):
    return lens.ask("faults", *args, **options)["faults"]


@contextlib.contextmanager
def running(script, *args, user=None, before=None):
    """A Python program that says when it is ready."""
    identity = {} if user is None else {
        "user": user, "group": user, "extra_groups": []}
    with subprocess.Popen(WORDS + [script, *map(str, args)],
                          stdout=subprocess.PIPE, preexec_fn=before,
                          **identity) as process:
        try:
            process.stdout.readline()
            yield process
        finally:
            process.kill()


@contextlib.contextmanager
def scratch():
    with tempfile.TemporaryDirectory(dir="/var/tmp") as where:
        os.chmod(where, 0o777)
        yield where + "/out"


@test("exactly what a program did, and what its rusage says")
def exact():
    setup.quiet()
    with scratch() as file:
        told = ask("--", *WORDS, TOUCH, PAGES, file)
        new, zero, both, minor, major = eval(oracle.slurp(file))
    adds_up(told)
    agrees(told)
    equal(told["exit_code"], 0, "exit code")
    equal(told["left"], True, "left")
    equal(told["missed"], 0, "missed")
    areas = {}
    for row in told["vmas"]:
        areas.setdefault(lens.number(row["start"]), 0)
        areas[lens.number(row["start"])] += row["count"]
    # Neighbours are one VMA: it begins at the lowest of them.
    found = sum(count for start, count in areas.items()
                if min(new, zero, both) - (1 << 21) <= start <=
                max(new, zero, both))
    want = 5 * PAGES
    assert want <= found <= want + 200, f"{found} faults there, not {want}"
    counts = values(told)
    for name, pages in (("anon", 2 * PAGES), ("zero", PAGES),
                        ("zero-copy", PAGES), ("cow-copy", PAGES)):
        assert pages <= counts[name] <= pages + 600, (name, counts)
    # What it did after it had asked.
    assert 0 <= told["minflt"] - minor - told["children_minflt"] < 200, \
        (told["minflt"], minor, told["children_minflt"])
    assert 0 <= told["majflt"] - major - told["children_majflt"] < 20, \
        (told["majflt"], major, told["children_majflt"])
    note(f"{told['count']} faults, {counts}")


@test("a range, and some classes, and nothing else")
def filtered():
    setup.quiet()
    script = MAPPED + """
pages, at = area(1000)
print(hex(at), flush=True)
__import__('time').sleep(2)
for i in range(500, 1000):
    pages[i << 12]
write(pages, 1000)
"""
    for words, want in (([], {"zero": 500, "anon": 500, "zero-copy": 500}),
                        (["--classes=anon,zero"], {"zero": 500, "anon": 500}),
                        (["--classes", "cow-copy"], {})):
        with subprocess.Popen(WORDS + [script],
                              stdout=subprocess.PIPE) as it:
            at = int(it.stdout.readline(), 16)
            told = ask(it.pid, "--range", f"{at:x}+{1000 << 12}", *words)
        equal(values(told), want, f"{words}")
        adds_up(told)
        equal(told["left"], True, "it has left")
        assert "accounts_for" not in told, told


@test("children are counted with --follow")
def followed():
    setup.quiet()
    script = MAPPED + """
for _ in range(3):
    if not os.fork():
        pages, _ = area(700)
        write(pages, 700)
        os._exit(0)
for _ in range(3):
    os.wait()
"""
    alone = ask("--", *WORDS, script)
    family = ask("--follow", "--", *WORDS, script)
    for told in alone, family:
        adds_up(told)
        agrees(told)
        assert told["children_minflt"] >= 3 * 700, told
    equal(alone["minflt"] - alone["children_minflt"] < family["minor"] - 2000,
          True, "with the children there are more")
    equal(len({row["pid"] for row in alone["threads"]}), 1, "one process")
    equal(len({row["pid"] for row in family["threads"]}), 4, "the family")
    equal(len({row["cookie"] for row in family["vmas"]}) >= 5, True,
          "address spaces")


@test("threads by name, and those that run at once")
def threads():
    setup.quiet()
    told = ask("--by=thread", "--", *WORDS, MAPPED + """
import threading
def work():
    with open("/proc/thread-self/comm", "w") as file:
        file.write("worker")
    pages, _ = area(500)
    write(pages, 500)
all = [threading.Thread(target=work) for _ in range(8)]
[one.start() for one in all]
[one.join() for one in all]
""")
    agrees(told)
    equal(len(told["threads"]), 9, "threads")
    assert "classes" not in told and "vmas" not in told, told
    # As they were called at last.
    names = collections.Counter(row["comm"] for row in told["threads"])
    equal(names.pop("worker"), 8, "threads with their name")
    assert "mmlens" not in names, names
    least = sorted(row["count"] for row in told["threads"])[0]
    assert least >= 500, told["threads"]


@test("the answer stands behind the command's output, or in a file")
def output():
    answer = lens.run("-j", "faults", "--", "echo", "hello")
    equal(answer.status, 0, "exit")
    first, rest = answer.out.split(b"\n", 1)
    equal(first, b"hello", "the command's own")
    lens.parse("faults", rest)
    with scratch() as file:
        for words in ["-j"], []:
            answer = lens.run(*words, "faults", "-o", file, "--", "echo", "-j")
            equal(answer, (0, b"-j\n", b""), "the command's own")
            if words:
                lens.parse("faults", oracle.slurp(file))
            else:
                assert b"CLASS" in oracle.slurp(file), oracle.slurp(file)
        equal(lens.run("faults", "-o", "/proc/nowhere", "--", "touch",
                       file + "2").status, 5, "no such folder")
        equal(os.path.exists(file + "2"), False, "the command was not run")


@test("what became of the command")
def outcome():
    told = ask("--", "sh", "-c", "exit 7")
    equal((told["exit_code"], told["command"]), (7, ["sh", "-c", "exit 7"]),
          "exit code")
    told = ask("--", "sh", "-c", "kill -SEGV $$")
    equal((told["signal"], "exit_code" in told), (signal.SIGSEGV, False),
          "signal")
    for words in ["/nonexistent/program"], ["/etc/passwd", "x"]:
        failed = lens.ask("faults", "--", *words, status=4)
        assert words[0] in failed["error"]["message"], failed
        assert "faults" not in failed, failed
    told = ask("--", *WORDS, "import ctypes; ctypes.string_at(8)")
    adds_up(told)
    equal(told["signal"], signal.SIGSEGV, "signal")
    assert values(told).get("sigsegv"), told["classes"]


def start(*args, **options):
    return subprocess.Popen(["mmlens", "-j", "faults", *map(str, args)],
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                            stdin=subprocess.DEVNULL, **options)


def watched():
    return lens.ask("info")["info"]["watches"]


def finish(mmlens):
    out, err = mmlens.communicate(timeout=60 * setup.PATIENCE)
    equal(mmlens.returncode, 0, f"exit, {out[:300]} {err}")
    return lens.parse("faults", out)["faults"]


@test("a process: until Ctrl-C, for a time, until it leaves")
def process():
    setup.quiet()
    with running(BUSY) as busy:
        told = ask(busy.pid, "--for", "1.5")
        adds_up(told)
        agrees(told)
        assert 1.4e9 < told["duration_ns"] < 30e9, told["duration_ns"]
        assert told["minor"] > 64, told
        assert (told["minflt_least"] <=
                told["minor"] + told["elsewhere_minor"] <=
                told["minflt"]), told
        for number in signal.SIGINT, signal.SIGTERM:
            with start(busy.pid) as mmlens:
                wait_until(watched, "the watch to begin")
                time.sleep(1)
                mmlens.send_signal(number)
                told = finish(mmlens)
            adds_up(told)
            agrees(told)
            equal(told["left"], False, "it goes on")
        with start(busy.pid) as mmlens:
            wait_until(watched, "the watch to begin")
            time.sleep(1)
            busy.kill()
            told = finish(mmlens)
        adds_up(told)
        equal(told["left"], True, "it has left")


@test("a signal from elsewhere is passed on to the command")
def passed():
    with start("--", "sleep", "100") as mmlens:
        wait_until(watched, "the watch to begin")
        time.sleep(1)
        mmlens.send_signal(signal.SIGTERM)
        equal(finish(mmlens)["signal"], signal.SIGTERM, "the command's end")
    with start("--for", "0.3", "--", "sleep", "2") as mmlens:
        told = finish(mmlens)
        equal(told["left"], False, "it goes on")
        assert "exit_code" not in told and "signal" not in told, told


@test("everything")
def many():
    setup.quiet()
    with running(BUSY) as busy:
        told = ask("--all", "--for", "1")
        adds_up(told)
        equal(told["all"], True, "all")
        assert str(busy.pid) in {str(row["pid"]) for row in told["threads"]}, \
            told["threads"]
        assert "minflt" not in told, told


@test("the processes of a cgroup, and no others")
def cgroup():
    setup.quiet()
    with reclaim.Cgroup() as group:
        with running(BUSY) as outside, running(BUSY,
                                               before=group.enter) as inside:
            told = ask("--cgroup", group.path, "--for", "1")
            adds_up(told)
            equal(told["cgroup"], group.inode, "which")
            equal({row["pid"] for row in told["threads"]}, {inside.pid},
                  f"not {outside.pid}")


@test("what makes no sense is refused, and a kernel thread is an answer")
def refused():
    kernel = lens.ask("faults", 2)["faults"]
    equal((kernel["pid"], kernel["kernel_thread"]), (2, True), "kthreadd")
    for words, status in (([], 1), (["1", "--", "true"], 1), (["--"], 1),
                          (["1", "2"], 1), (["--all", "--follow"], 1),
                          (["--all", "1"], 1), (["1", "--by=page"], 1),
                          (["1", "--for", "-1"], 1), (["1", "--for", "x"], 1),
                          (["1", "--for", "nan"], 1),
                          (["1", "--classes=fast"], 1),
                          (["1", "--summary"], 1), (["1", "--stats"], 1),
                          (["1", "--range", "x-"], 1),
                          (["--cgroup", "/nowhere"], 2), (["4194304"], 4)):
        failed = lens.ask("faults", *words, status=status)
        assert failed["error"]["message"], words
    with running("import ctypes, time\n"
                 "print('ready', flush=True)\n"
                 "time.sleep(100)") as idle:
        told = ask(idle.pid, "--for=0.2")
        equal((told["count"], told["classes"], told["vmas"]), (0, [], []),
              "no fault")
        equal(told["latency"]["max_ns"], 0, "of no fault")


@test("without privileges: one's own processes, and nobody else's")
def unprivileged():
    setup.quiet()
    with running(BUSY, user=STUDENT) as busy:
        told = ask(busy.pid, "--for", "1", user=STUDENT)
        adds_up(told)
        agrees(told)
        assert told["minor"] > 64, told
        equal(ask("--for", "0.1", "--", "true", user=STUDENT)["comm"], "true",
              "a command of one's own")
    with scratch() as file:
        told = ask("--", *WORDS, TOUCH, 300, file, user=STUDENT)
        adds_up(told)
        agrees(told)
    for words in [os.getpid()], ["--all"], ["--cgroup", "/"]:
        failed = lens.ask("faults", *words, "--for=1", status=2, user=STUDENT)
        equal(failed["error"]["errno"], 1, f"{words}: EPERM")
    # A program with other privileges is not watched on.
    with scratch() as file:
        answer = lens.run("-j", "faults", "-o", file, "--", "su", "--version",
                          user=STUDENT)
        equal(answer.status, 0, f"exit of su, {answer.err}")
        told = lens.parse("faults", oracle.slurp(file))["faults"]
    note(f"su: {told['count']} faults watched, {told['minflt']} made")
    assert told["count"] < 20 < told["minflt"] - told["before_minflt"], told
    equal((told["withdrawn"], told["accounts_for"]["reasons"]),
          (1, ["withdrawn"]), "why no more was watched")
    equal([row.get("before_exec") for row in told["vmas"]
           if not row.get("before_exec")], [], "VMAs of su")


def text(*args, columns=80):
    answer = lens.run("--color=never", "faults", *args,
                      env={"COLUMNS": str(columns), "LC_ALL": "C.UTF-8"})
    equal(answer.status, 0, f"exit of {args}")
    return answer.out.decode()


@test("the text has the same numbers, and fits")
def words():
    setup.quiet()
    with scratch() as file:
        out = text("--", *WORDS, TOUCH, PAGES, file)
    assert ": the same." in out, out
    assert re.search(r"^cow-copy +2,\d\d\d +\d", out, re.M), out
    assert "it exited with 0" in out, out
    for columns in 80, 60, 120:
        with scratch() as file:
            out = text("--histogram", "--follow", "--", *WORDS, TOUCH, 100,
                       file, columns=columns)
        none_left([line for line in out.splitlines()
                   if len(line) > max(columns, 80)], f"{columns} columns")
    with running(BUSY) as busy:
        assert "and Ctrl-C" not in text(busy.pid, "--for=0.3"), "no terminal"
        out = text(busy.pid, "--for=0.5", "--by=vma")
        assert "CLASS" not in out and "START" in out, out


@test("nothing is left attached")
def left():
    wait_until(lambda: not watched(), "the last watch to end")
    told = lens.ask("info")["info"]
    equal(any(told["attached"].values()), False, f"attached, {told}")


main()
