# SPDX-License-Identifier: GPL-2.0
"""The scenes for a class: each step goes as predicted on this kernel, the
answer keeps to its schema, and no process is left behind."""
import os
import re
import signal
import subprocess
import sys
import time

sys.path.insert(0, __file__.rpartition("/")[0] + "/../lib")
# pylint: disable=wrong-import-position
import lens
import oracle
import setup
from ktap import equal, main, none_left, test
from workload import STUDENT

PAGE = oracle.PAGE
HUGE = "/sys/kernel/mm/transparent_hugepage/"


def release():
    return tuple(map(int, os.uname().release.split(".")[:2]))


def actors():
    """PIDs of the processes of a scene, by their names."""
    found = {}
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            comm = oracle.slurp(f"/proc/{pid}/comm").decode().strip()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if comm in ("demo", "demo-child"):
            found[comm] = int(pid)
    return found


def nobody_left():
    """They die by a signal, when the one that started them is gone."""
    deadline = time.monotonic() + 10 * setup.PATIENCE
    while actors() and time.monotonic() < deadline:
        time.sleep(0.05)
    equal(actors(), {}, "left behind")


def played(name, **kwargs):
    demo = lens.ask("demo", name, **kwargs)["demo"]
    none_left([s for s in demo["steps"] if not s["as_predicted"]],
              "steps that did not go as predicted")
    equal(demo["summary"]["as_predicted"], len(demo["steps"]), "summary")
    equal([s["step"] for s in demo["steps"]],
          list(range(1, len(demo["steps"]) + 1)), "numbers")
    nobody_left()
    return demo


def outcomes(demo):
    """Read or write, and what happened."""
    return [(s["access"], s["happened"]) for s in demo["steps"]
            if "access" in s]


SMALL = [("read", "zero"), ("read", "zero"), ("read", "zero"),
         ("write", "zero-copy"), ("write", "anon"), ("write", "none")]


def zero_scene(thp, huge_zero):
    setup.quiet()
    setup.put(HUGE + "enabled", thp)
    setup.put(HUGE + "use_zero_page", str(int(huge_zero)))
    try:
        return played("zero")
    finally:
        setup.put(HUGE + "use_zero_page", "1")
        setup.quiet()


def check_zero(demo):
    steps = [s for s in demo["steps"] if "access" in s]
    equal(outcomes(demo)[:6], SMALL, "outcomes")
    equal([s["rss_bytes"] // PAGE for s in steps[:6]], [0, 0, 0, 1, 2, 2],
          "RSS in pages")
    equal(len({s["pfn_after"] for s in steps[:3]}), 1, "frames of zeroes")
    none_left([s for s in steps if s["faults_major"]], "major faults")
    equal([s["faults_minor"] for s in steps], [1, 1, 1, 1, 1, 0, 1, 1],
          "faults")


@test("zero: reading maps the zero page, writing replaces it")
def zero():
    for thp in "always", "madvise":
        demo = zero_scene(thp, True)
        check_zero(demo)
        copies = "huge-anon" if release() >= (6, 13) else "zero-copy"
        equal(outcomes(demo)[6:], [("read", "huge-zero"), ("write", copies)],
              f"huge page, {thp}")
        summary = demo["summary"]
        huge = 0 if copies == "huge-anon" else 511
        equal((summary["zero_pages"], summary["own_pages"]),
              (2 + huge, 2 + 512 - huge), "ledger")


@test("zero: no huge page where the system's settings forbid it")
def zero_without_huge():
    demo = zero_scene("never", True)
    check_zero(demo)
    equal(outcomes(demo)[6:], [("read", "zero"), ("write", "zero-copy")],
          "never")
    demo = zero_scene("always", False)
    equal(outcomes(demo)[6:], [("read", "huge-anon"), ("write", "none")],
          "use_zero_page=0")


@test("fork: shared, copied, reusable, reused, frame by frame")
def fork():
    setup.quiet()
    for _ in range(5):
        demo = played("fork")
        equal(outcomes(demo),
              [("read", "none"), ("write", "cow-copy"), ("write", "cow-reuse"),
               ("write", "cow-reuse")], "outcomes")
        summary = demo["summary"]
        equal([summary[key] for key in
               ("undecided", "copied_pages", "reused_pages")], [0, 1, 2],
              "summary")
        equal([s["predicted_verdict"] for s in demo["steps"]
               if "predicted_verdict" in s],
              ["n/a", "exclusive", "shared", "reusable"], "verdicts")
        for step in demo["steps"]:
            if "access" not in step:
                continue
            same = step["pfn_before"] == step["pfn_after"]
            equal(same, step["happened"] != "cow-copy", f"{step['do']}")
            equal(step["rss_bytes"], 4 * PAGE, "RSS")
        pss = [sum(a["pss_bytes"] for a in s["actors"]) // PAGE
               for s in demo["steps"]]
        equal(pss, [0, 4, 4, 4, 5, 5, 4, 4], "pages in use by both")


@test("a user sees the scenes, but no frames")
def unprivileged():
    setup.quiet()
    for name in "zero", "fork":
        demo = played(name, user=STUDENT)
        for step in demo["steps"]:
            assert "pfn_after" not in step, step
        assert any("withheld" in s for s in demo["steps"]), name
    last = demo["steps"][-1]
    equal((last["predicted"], last["predicted_or"], last["why"]),
          ("cow-copy", "cow-reuse", "withheld"), "the last write")
    equal({last["happened"], last["happened_or"]}, {"cow-copy", "cow-reuse"},
          "what can be seen of it")


@test("the text fits 80 columns, with colour and without, and plain ASCII")
def text():
    for name in [], ["zero"], ["fork"]:
        for colour in "never", "always":
            out = lens.run("demo", *name, f"--color={colour}",
                           env={"COLUMNS": "80", "LC_ALL": "C.UTF-8"})
            equal((out.status, out.err), (0, b""), f"{name}")
            equal(b"\033" in out.out, colour == "always", f"{name} {colour}")
            plain = re.sub(r"\033\[[0-9;]*m", "", out.out.decode())
            none_left([line for line in plain.split("\n") if len(line) > 80],
                      f"lines of {name} wider than 80 columns")
            if name:
                assert "NOT as predicted" not in plain, plain
                assert "as predicted" in plain, plain
        out = lens.run("demo", *name, env={"LC_ALL": "C"})
        equal([b for b in out.out if b > 126], [], f"{name} in LANG=C")
    nobody_left()


class Stepped:
    """A scene that waits for Enter: twice a step."""

    def __init__(self, name, **kwargs):
        # pylint: disable=consider-using-with
        self.process = subprocess.Popen(
            ["mmlens", "demo", name, "--step"], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, **kwargs)
        self.seen = b""

    def until(self, text):
        """Press Enter until this was said."""
        while True:
            part = os.read(self.process.stdout.fileno(), 65536)
            assert part, f"{text} was not said:\n{self.seen.decode()}"
            self.seen += part
            if text in self.seen:
                return
            self.enter(self.seen.count(b"Enter"))

    def enter(self, count):
        self.seen = self.seen.replace(b"Enter", b"Pressed")
        for _ in range(count):
            self.process.stdin.write(b"\n")
        self.process.stdin.flush()

    def end(self):
        self.process.stdin.close()
        rest = self.process.stdout.read()
        errors = self.process.stderr.read()
        self.process.wait(60)
        nobody_left()
        return self.process.returncode, rest, errors


@test("nobody is left after SIGINT, SIGKILL, or a reader that went away")
def left_behind():
    # What started us may have ignored it, and that is inherited.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for number in signal.SIGINT, signal.SIGTERM, signal.SIGKILL:
        scene = Stepped("fork")
        scene.until(b"The child writes to page 1")
        equal(set(actors()), {"demo", "demo-child"}, "actors")
        scene.process.send_signal(number)
        equal(scene.end()[0], -number, "exit")
    scene = Stepped("fork")
    scene.until(b"The child writes to page 1")
    scene.process.stdout.close()
    scene.process.stdin.close()
    equal(scene.process.wait(60), 5, "exit of a closed pipe")
    nobody_left()


@test("an actor that is killed, or stopped, ends the scene")
def killed():
    for who, status in ("demo", 4), ("demo-child", 4):
        scene = Stepped("fork")
        scene.until(b"The child writes to page 1")
        os.kill(actors()[who], signal.SIGKILL)
        got, _, errors = scene.end()
        equal(got, status, f"exit after {who} was killed")
        assert re.search(rb"was killed|has exited", errors), errors
    scene = Stepped("fork")
    scene.until(b"The child writes to page 1")
    for pid in actors().values():
        os.kill(pid, signal.SIGSTOP)
    scene.process.send_signal(signal.SIGINT)
    equal(scene.end()[0], -signal.SIGINT, "exit")


@test("what goes otherwise is told, with exit 2")
def otherwise():
    scene = Stepped("zero")
    scene.until(b"It writes to page 1")
    scene.enter(1)
    scene.until(b"zero-copy: Puts")
    # Somebody else writes between the prediction and the deed.
    pid = actors()["demo"]
    area = [v for v in oracle.maps(pid) if v.end - v.start == 16 * PAGE and
            v.perms == "rw-p" and not v.name]
    equal(len(area), 1, "areas of 16 pages")
    with open(f"/proc/{pid}/mem", "r+b", buffering=0) as memory:
        memory.seek(area[0].start)
        memory.write(b"x")
    status, out, errors = scene.end()
    equal(status, 2, "exit")
    assert b"NOT as predicted" in out, out
    assert b"did not go as predicted" in errors, errors


@test("wrong arguments are refused, without the module it is said so")
def refused():
    equal(lens.run("demo", "nothing").status, 1, "no such scene")
    equal(lens.run("demo", "zero", "fork").status, 1, "two scenes")
    equal(lens.run("info", "--step").status, 1, "info --step")
    scenes = lens.ask("demo")["demo"]["scenes"]
    equal([s["scene"] for s in scenes], ["zero", "fork"], "scenes")
    setup.unload()
    try:
        equal(lens.run("demo", "zero").status, 3, "no module")
        equal(lens.run("demo").status, 0, "the list")
    finally:
        setup.load()
    nobody_left()


main()
