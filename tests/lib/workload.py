# SPDX-License-Identifier: GPL-2.0
"""Starts the programs of tests/workload, and holds them still."""
import collections
import contextlib
import ctypes
import json
import os
import shutil
import signal
import subprocess
import tempfile
import time

import oracle
import setup
from ktap import note

HERE = os.path.dirname(os.path.abspath(__file__))
PROGRAMS = os.path.join(HERE, "../workload")
STUDENT = 1000
PAGE = oracle.PAGE

Area = collections.namedtuple("Area", "name start end expect")
LIBC = ctypes.CDLL(None, use_errno=True)
SYS_MIGRATE_PAGES = 256


def wait_until(condition, what, seconds=30):
    """Poll: there is no event for what we wait for. On a slow kernel seconds are
    longer."""
    seconds *= setup.PATIENCE
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(f"waited {seconds} s for {what}")
        time.sleep(0.01)


def expected(area):
    """The state of each page of an area, where the workload counts them."""
    out = []
    for word in area.expect.split():
        state, star, count = word.partition("*")
        if not star:
            raise ValueError(f"{area.name} counts no pages")
        out += [state] * int(count)
    return out


def drain(pid):
    """Put pages that wait in the per-CPU LRU batches onto their lists.

    migrate_pages(2) from node 0 to node 0 moves nothing, but begins by
    draining the batches of all processors.
    """
    node = ctypes.c_ulong(1)
    if LIBC.syscall(SYS_MIGRATE_PAGES, pid, 2, ctypes.byref(node),
                    ctypes.byref(node)) < 0:
        raise OSError(ctypes.get_errno(), "migrate_pages")


class Workload:
    """A running program; "with" ends it."""

    def __init__(self, program, *args, user=None, before=None):
        self.dir = None
        command = [os.path.join(PROGRAMS, program)]
        if program == "state":
            self.dir = tempfile.mkdtemp(prefix="mmlens-", dir="/var/tmp")
            if user is not None:
                os.chown(self.dir, user, user)
            command += ["-d", self.dir]
        identity = {} if user is None else {
            "user": user, "group": user, "extra_groups": []}
        self.process = subprocess.Popen(
            command + [str(a) for a in args], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, preexec_fn=before, **identity)
        self.pid = self.process.pid
        self.areas, self.skipped, self.numbers = [], {}, {}
        self.listen()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()
        if self.dir:
            shutil.rmtree(self.dir)
            self.dir = None

    def listen(self):
        """What the program has built, until it says ready."""
        said = None
        for line in self.process.stdout:
            if line == b"ready\n":
                break
            said = json.loads(line)
        else:
            raise AssertionError(
                f"{self.process.args} ended with {self.process.wait()}")
        self.areas = [Area(a["name"], int(a["start"], 16), int(a["end"], 16),
                           a["expect"]) for a in said["areas"]]
        self.skipped = {s["name"]: s["why"] for s in said["skipped"]}
        self.numbers = said["numbers"]
        for name, why in self.skipped.items():
            note(f"{name} was not built: {why}")

    def command(self, line):
        self.process.stdin.write(line.encode() + b"\n")
        self.process.stdin.flush()
        self.listen()

    def area(self, name):
        for area in self.areas:
            if area.name == name:
                return area
        raise KeyError(name)

    def stop(self):
        """Stop it, all its threads, and drain the LRU batches."""
        os.kill(self.pid, signal.SIGSTOP)

        def still():
            # The parent of a vfork child sleeps, and takes no signal.
            return all(oracle.stat(f"{self.pid}/task/{tid}")[0] in "TD"
                       for tid in os.listdir(f"/proc/{self.pid}/task"))

        wait_until(still, "the workload to stop")
        drain(self.pid)
        return self


@contextlib.contextmanager
def program(*args, **options):
    """Any program, killed at the end however we come there: a test that fails
    must not wait for one that is stopped."""
    line = b"".join(arg.encode() + b"\0" for arg in args)
    with subprocess.Popen(args, **options) as process:
        try:
            # Popen waits for the end of exec by a file that exec closes, and
            # 6.1 closes it while the child still is in our address space.
            wait_until(lambda: oracle.slurp(f"/proc/{process.pid}/cmdline") ==
                       line, f"{args[0]} to be executed")
            yield process
        finally:
            process.kill()


def steady(look, ask, part=None):
    """What look() tells, and what ask() tells while look() tells the same
    before and after. A stopped target stands still, but kswapd may pass and
    clear accessed bits: then both are asked anew. part() makes of what was
    told that which is to stand still; without it, all."""
    for _ in range(10):
        before = look()
        told = ask()
        after = look()
        if after == before or part and part(after) == part(before):
            return before, told
        time.sleep(0.5)
    changed = [pair for pair in zip(before, after) if pair[0] != pair[1]]
    raise AssertionError("the pages of a stopped target keep changing, as "
                         f"{changed[:3]}")
