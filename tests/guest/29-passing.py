# SPDX-License-Identifier: GPL-2.0
"""States that pass by as a rule, held still by a module of the test: pages in
migration, and pages that a device has for itself."""
import contextlib
import ctypes
import errno
import mmap
import os
import signal
import subprocess
import sys
import time

sys.path.insert(0, __file__.rpartition("/")[0] + "/../lib")
# pylint: disable=wrong-import-position
import lens
import netlink
import oracle
import setup
import spec
from ktap import Skip, equal, main, test

MODULE = os.path.dirname(os.path.abspath(__file__)) + "/kmod/holdpage.ko"
FILE = "/sys/kernel/debug/holdpage"
PAGE = oracle.PAGE
COUNT = 16


class Toucher:
    """A process of some pages, which touches one when it is told to."""

    def __init__(self):
        self.to, inner_to = os.pipe()[::-1]
        inner_from, self.back = os.pipe()[::-1]
        self.pid = os.fork()
        if not self.pid:
            os.close(self.to)
            os.close(self.back)
            self.obey(inner_to, inner_from)
        os.close(inner_to)
        os.close(inner_from)
        self.at = int(self.line())

    @staticmethod
    def obey(commands, answers):
        area = mmap.mmap(-1, COUNT * PAGE, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
        area.madvise(mmap.MADV_NOHUGEPAGE)
        for i in range(COUNT):
            area[i * PAGE] = i + 1
        at = ctypes.addressof(ctypes.c_char.from_buffer(area))
        os.write(answers, f"{at}\n".encode())
        child = 0
        while True:
            command = os.read(commands, 1)
            if not command:
                if child:
                    os.kill(child, signal.SIGKILL)
                os._exit(0)
            if command == b"w":
                area[0] = 99
            elif command == b"f":
                child = os.fork()
                if not child:
                    while True:
                        signal.pause()
            os.write(answers, f"{area[0]}\n".encode())

    def line(self):
        return os.read(self.back, 100)

    def order(self, command):
        os.write(self.to, command)

    def waits(self):
        """It sleeps in the kernel, and not in a read."""
        with open(f"/proc/{self.pid}/stat", encoding="ascii") as file:
            return file.read().rpartition(")")[2].split()[0] == "D"

    def close(self):
        os.close(self.to)
        os.waitpid(self.pid, 0)
        os.close(self.back)

    def page(self, i=0):
        at = self.at + i * PAGE
        return netlink.pages(pid=self.pid, start=at, end=at + PAGE,
                             detail=netlink.ALL_DETAILS)[0]

    def pagemap(self, i=0):
        at = self.at + i * PAGE
        return oracle.pagemap(self.pid, at, at + PAGE)[0]


@contextlib.contextmanager
def holder():
    subprocess.run(["insmod", MODULE], check=True)
    target = Toucher()
    try:
        yield target
    finally:
        setup.put(FILE, "release")
        target.close()
        subprocess.run(["rmmod", "holdpage"], check=True)


def told(run):
    return {name: spec.word(enum, getattr(run, name)) for name, enum in (
        ("state", "state"), ("verdict", "verdict"), ("verdict_why", "why"),
        ("read", "forecast"), ("read_else", "forecast"), ("read_why", "why"),
        ("write", "forecast"), ("write_else", "forecast"))}


def migrate(target):
    end = target.at + COUNT * PAGE
    setup.put(FILE, f"migrate {target.pid} {target.at:x} {end:x}")
    equal(int(oracle.slurp(FILE)), COUNT, "pages in migration")


@test("in migration: state, verdict, forecast; who touches it waits")
def migration():
    with holder() as target:
        before = target.page()
        frame = target.pagemap() & oracle.PM_PFN
        migrate(target)
        run = target.page()
        equal(told(run), {
            "state": "migration", "verdict": "exclusive",
            "verdict_why": "marked", "read": "wait", "read_else": "wait",
            "read_why": "migrating", "write": "wait", "write_else": "wait"},
            "a page in migration")
        equal(run.pfn, frame, "the frame it is moved from")
        word = target.pagemap()
        assert word & oracle.PM_SWAP and not word & oracle.PM_PRESENT, hex(word)
        equal(lens.ask("walk", target.pid, f"{target.at:x}")["walk"]["page"]
              ["state"], "migration", "walk")
        target.order(b"w")
        deadline = time.monotonic() + 30
        while not target.waits() and time.monotonic() < deadline:
            time.sleep(0.05)
        assert target.waits(), "a write to a page in migration did not wait"
        setup.put(FILE, "release")
        equal(target.line(), b"99\n", "what was written after the wait")
        equal(told(target.page())["state"], told(before)["state"], "after it")


@test("in migration, shared by a fork: the entry lacks the mark")
def shared_migration():
    with holder() as target:
        target.order(b"f")
        target.line()
        equal(told(target.page())["verdict"], "shared", "after the fork")
        migrate(target)
        run = told(target.page())
        equal((run["state"], run["verdict"], run["verdict_why"]),
              ("migration", "shared", "migrating"), "a page in migration")


@test("a device has the page for itself: state, forecast, and what a touch does")
def exclusive():
    with holder() as target:
        frame = target.pagemap() & oracle.PM_PFN
        try:
            setup.put(FILE, f"exclusive {target.pid} {target.at:x}")
        except OSError as error:
            equal(error.errno, errno.EOPNOTSUPP, "errno")
            raise Skip("the kernel is built without memory of devices") \
                from error
        run = told(target.page())
        equal((run["state"], run["read"], run["read_why"], run["write"]),
              ("device-exclusive", "wait", "device", "wait"),
              "a page that a device has")
        target.order(b"w")
        equal(target.line(), b"99\n", "what was written")
        after = target.page()
        equal((told(after)["state"], after.pfn), ("anon", frame), "after it")


main()
