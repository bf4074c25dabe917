# SPDX-License-Identifier: GPL-2.0
"""A program that does nothing but write to new pages, as many as it is told."""
import subprocess
import sys

PROGRAM = """
import ctypes, mmap, sys
area = mmap.mmap(-1, 1000 << 12, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
for line in sys.stdin:
    for i in range(int(line)):
        area[i << 12] = 1
    print("done", flush=True)
"""


class Writer:
    """A program that writes so many pages when it is told to."""

    def __init__(self):
        self.process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE)
        self.pid = self.process.pid
        self.write(1)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.communicate()

    def write(self, pages):
        self.process.stdin.write(b"%d\n" % pages)
        self.process.stdin.flush()
        self.process.stdout.readline()
