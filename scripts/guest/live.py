#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""The process that the demo looks at: does with its memory what it is told.

One word a line on stdin, one line of answer on stdout: "reserve" answers with
the address of 16 MiB that it asked for, "read" reads the first 1 MiB of it,
"write" writes the first 256 KiB, "fork" leaves a child behind that does nothing, "exit" ends
both.
"""
import ctypes
import mmap
import os
import signal
import sys

PAGE = mmap.PAGESIZE
SIZE = 16 << 20


def reserve():
    area = mmap.mmap(-1, SIZE, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    # One page at a time is easier to follow than 512.
    area.madvise(mmap.MADV_NOHUGEPAGE)
    return area


def main():
    area, child = None, 0
    for word in map(str.strip, sys.stdin):
        if word == "exit":
            break
        answer = "done"
        if word == "reserve":
            area = reserve()
            answer = hex(ctypes.addressof(ctypes.c_char.from_buffer(area)))
        elif word == "read":
            for offset in range(0, 1 << 20, PAGE):
                area[offset]  # pylint: disable=pointless-statement
        elif word == "write":
            for offset in range(0, 256 << 10, PAGE):
                area[offset] = 1
        elif word == "fork":
            child = os.fork()
            if not child:
                signal.pause()
        print(answer, flush=True)
    if child:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


main()
