# SPDX-License-Identifier: GPL-2.0
"""A process that sits on its own mmap_lock, for as long as it is wanted."""
import contextlib
import os
import subprocess

import oracle
import setup
from workload import wait_until

MODULE = os.path.dirname(os.path.abspath(__file__)) + "/../guest/kmod/holdlock.ko"
PARAMETERS = "/sys/module/holdlock/parameters/"


class Held:
    """The process that holds its own lock, and the state of that."""

    def __init__(self):
        # pylint: disable=consider-using-with
        self.process = subprocess.Popen(["insmod", MODULE],
                                        stderr=subprocess.DEVNULL)
        self.pid = self.process.pid
        wait_until(self.is_held, "the lock to be held")

    @staticmethod
    def is_held():
        try:
            return oracle.slurp(PARAMETERS + "held") == b"Y\n"
        except FileNotFoundError:
            return False

    def release(self):
        if self.process.poll() is None and self.is_held():
            setup.put(PARAMETERS + "release", "1")
        self.process.wait()


@contextlib.contextmanager
def held():
    target = Held()
    try:
        yield target
    finally:
        target.release()
