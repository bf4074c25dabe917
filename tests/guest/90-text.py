# SPDX-License-Identifier: GPL-2.0
# kernel: 6.1
"""The text that a person sees: widths, colours, character sets; and the JSON
of every command against its schema."""
import json
import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
import unicodedata
import fcntl

sys.path.insert(0, __file__.rpartition("/")[0] + "/../lib")
# pylint: disable=wrong-import-position
import lens
import oracle
import setup
from ktap import equal, main, none_left, test
from workload import STUDENT, Workload

ESCAPE = re.compile(r"\033\[[0-9;]*m")
STATES = ["anon", "mixed=64", "thp", "file-private", "odd-names", "memfd",
          "swapped", "protnone", "pfnmap"]


def built():
    setup.quiet()
    setup.swap_on()
    return Workload("state", *STATES)


def commands(target):
    area = target.area("mixed")
    return [["info"], ["mm", target.pid], ["vmas", target.pid],
            ["vmas", target.pid, "--stats"],
            ["vmas", target.pid, "[stack]"],
            ["pages", target.pid, hex(area.start) + "+64K"],
            ["pages", target.pid, hex(area.start) + "+64K", "-o", "all"],
            ["pages", target.pid, hex(area.start) + "+64K", "--each"],
            ["walk", target.pid, hex(area.start + 8192)],
            ["walk", target.pid, "1000"],
            ["cow", target.pid], ["cow", target.pid, os.getpid()],
            ["zero", target.pid], ["sharers", target.pid, hex(area.start)],
            ["pfn", "0"], ["zones", "--node", "0"], ["lru", "--stats"],
            ["lru", "--peek", "tail"]]


def on_terminal(args, columns=80, env=None):
    """What a terminal of so many columns receives."""
    leader, follower = pty.openpty()
    fcntl.ioctl(follower, termios.TIOCSWINSZ,
                struct.pack("HHHH", 24, columns, 0, 0))
    environment = {k: v for k, v in os.environ.items()
                   if k not in ("COLUMNS", "NO_COLOR")}
    environment.update(TERM="xterm-256color", **(env or {}))
    with subprocess.Popen(["mmlens", *map(str, args)], stdin=follower,
                          stdout=follower, stderr=follower,
                          env=environment) as process:
        os.close(follower)
        out = b""
        while True:
            select.select([leader], [], [], 60)
            try:
                part = os.read(leader, 65536)
            except OSError:
                break
            if not part:
                break
            out += part
        process.wait()
    os.close(leader)
    equal(process.returncode, 0, f"exit of {args}")
    return out.decode("utf-8", "strict").replace("\r\n", "\n")


def width(line):
    line = ESCAPE.sub("", line)
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else
               0 if unicodedata.combining(c) else 1 for c in line)


@test("nothing is wider than a terminal of 80 columns")
def eighty():
    with built() as target:
        target.stop()
        wide = [(args, width(line), line)
                for args in commands(target)
                for line in on_terminal(args).split("\n")
                if width(line) > 80]
        none_left(wide, "lines wider than 80 columns")


@test("into a pipe, a table fits 80 columns, or what COLUMNS says")
def piped():
    with built() as target:
        target.stop()
        wide = []
        for args in commands(target):
            out = lens.run(*args, env={"COLUMNS": "80"}).out.decode()
            wide += [(args, line) for line in out.split("\n")
                     if width(line) > 80]
            assert "\033" not in out, f"colour in a pipe: {args}"
        none_left(wide, "lines wider than 80 columns")


@test("colour where it is wanted, and never alone")
def colour():
    with built() as target:
        target.stop()
        for args in commands(target)[1:5]:
            coloured = on_terminal(args)
            plain = on_terminal(args, env={"NO_COLOR": "1"})
            assert ESCAPE.search(coloured), f"no colour: {args}"
            assert not ESCAPE.search(plain), f"colour with NO_COLOR: {args}"
            never = on_terminal(["--color=never", *args])
            assert not ESCAPE.search(never), f"colour with never: {args}"
            always = lens.run("--color=always", *args).out.decode()
            assert ESCAPE.search(always), f"no colour with always: {args}"

            def words(text):
                # How long it took differs each time.
                return [line.split() for line in
                        ESCAPE.sub("", text).split("\n")
                        if "mmap_lock" not in line]

            equal(words(coloured), words(plain), f"words of {args}")


@test("names in the target cannot write to the terminal")
def no_escapes():
    with built() as target:
        target.stop()
        assert any(b"\033[31m" in v.name for v in oracle.maps(target.pid))
        for args in ["vmas", target.pid], ["vmas", target.pid, "--stats"]:
            text = on_terminal(["--color=never", *args])
            bad = [c for c in text if c != "\n" and unicodedata.category(c)
                   in ("Cc", "Cf", "Cs")]
            equal(bad, [], "control characters")
            assert "esc" in text, "the file is not shown"


@test("LANG=C shows ASCII only, UTF-8 is shown where it is known")
def charset():
    with built() as target:
        target.stop()
        for args in commands(target):
            out = lens.run(*args, env={"LANG": "C", "LC_ALL": "C"}).out
            equal([b for b in out if b > 126], [], f"{args} in LANG=C")
            lens.run(*args, env={"LC_ALL": "C.UTF-8"}).out.decode("utf-8")


@test("the JSON of every command keeps to its schema, one object")
def schemas():
    with built() as target:
        target.stop()
        for args in commands(target):
            for user in None, STUDENT:
                if user and len(args) > 1:
                    continue
                out = lens.run("-j", *args, user=user)
                equal(out.status, 0, f"{args}")
                answer = lens.parse(args[0], out.out)
                pretty = lens.run("-j", "-p", *args, user=user)
                assert pretty.out.count(b"\n") > 3, args
                equal(set(json.loads(pretty.out)), set(answer), f"{args}")


@test("sizes by the byte are those of smaps")
def sizes():
    with built() as target:
        target.stop()
        told = lens.ask("mm", target.pid)["mm"]["counters"]
        status = oracle.status(target.pid)
        equal(told["total_vm_bytes"], status["VmSize"], "total_vm_bytes")
        text = lens.run("-b", "mm", target.pid).out.decode()
        for size in (status["VmSize"], status["VmData"], status["VmStk"]):
            assert re.search(rf"\b{size:,}\b|\b{size}\b", text), (size, text)


@test("help is there for all, and for each")
def helped():
    for args in ["--help"], ["-h"], *([c, "--help"] for c in (
            "info", "mm", "vmas", "pages", "walk", "cow", "zero", "sharers",
            "pfn", "demo", "lru", "zones")):
        out = lens.run(*args)
        equal((out.status, out.err), (0, b""), f"{args}")
        assert len(out.out) > 100, args
        for line in out.out.decode().split("\n"):
            assert width(line) <= 80, line
    out = lens.run("--version")
    assert re.match(rb"mmlens \d+\.\d+", out.out), out


main()
