# SPDX-License-Identifier: GPL-2.0
"""A process whose memory is taken away: it lays out memory, writes to it and
gives advice about it, when it is told to."""
import ctypes
import json
import mmap
import os
import traceback

import oracle

PAGE, HUGE = oracle.PAGE, 2 << 20
MADV = {"free": 8, "hugepage": 14, "nohugepage": 15, "cold": 20, "pageout": 21,
        "collapse": 25, "dontneed": 4}
LIBC = ctypes.CDLL(None, use_errno=True)


class Prey:
    """With a cgroup, it lives there. "with" ends it."""

    def __init__(self, cgroup=None):
        answers, self.answer = os.pipe()
        commands, self.command = os.pipe()
        self.kept = []
        self.pid = os.fork()
        if not self.pid:
            # Its end is to be seen.
            os.close(self.command)
            os.close(answers)
            try:
                if cgroup:
                    cgroup.enter()
                self.obey(os.fdopen(commands))
            except BaseException:  # pylint: disable=broad-except
                traceback.print_exc()
            os._exit(1)
        os.close(self.answer)
        os.close(commands)
        self.answers = os.fdopen(answers)
        self.orders = os.fdopen(self.command, "w")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.orders.close()
        os.waitpid(self.pid, 0)
        self.answers.close()

    # The child.

    def obey(self, commands):
        for line in commands:
            name, *args = json.loads(line)
            said = getattr(self, "do_" + name)(*args)
            os.write(self.answer, (json.dumps(said) + "\n").encode())
        os._exit(0)

    def do_lay(self, pages, advice):
        """Where memory begins that begins where a huge page would."""
        area = mmap.mmap(-1, pages * PAGE + HUGE,
                         mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
        self.kept.append(area)
        at = ctypes.addressof(ctypes.c_char.from_buffer(area))
        at += -at % HUGE
        self.do_advise(at, pages, advice)
        return at

    @staticmethod
    def do_write(at, pages):
        for i in range(pages):
            ctypes.memset(at + i * PAGE, i % 255 + 1, 1)

    @staticmethod
    def do_advise(at, pages, advice):
        """0, or what went wrong."""
        if advice and LIBC.madvise(ctypes.c_void_p(at), ctypes.c_size_t(pages * PAGE),
                        MADV[advice]):
            return ctypes.get_errno()
        return 0

    # The parent.

    def start(self, name, *args):
        print(json.dumps([name, *args]), file=self.orders, flush=True)

    def end(self):
        line = self.answers.readline()
        if not line:
            raise AssertionError("the process is gone")
        return json.loads(line)

    def order(self, name, *args):
        self.start(name, *args)
        return self.end()

    def lay(self, pages, advice="nohugepage"):
        """Memory that was written to."""
        at = self.order("lay", pages, advice)
        self.order("write", at, pages)
        return at

    def words(self, at, pages):
        """What pagemap says of them."""
        return list(oracle.pagemap(self.pid, at, at + pages * PAGE))
