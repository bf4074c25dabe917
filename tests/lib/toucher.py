# SPDX-License-Identifier: GPL-2.0
"""A process that touches single pages when it is told to, and counts what that
cost it."""
import ctypes
import json
import mmap
import os
import resource
import signal
import traceback

import netlink
import oracle

PAGE, HUGE = oracle.PAGE, 2 << 20
WARM = 128


def vmstat(prefix="numa_"):
    with open("/proc/vmstat", encoding="ascii") as file:
        return {name: int(value) for name, value in map(str.split, file)
                if name.startswith(prefix)}


class Toucher:
    """Areas are names with pairs of pages and advice. Each begins where a huge
    page would."""

    def __init__(self, areas):
        answers, self.answer = os.pipe()
        commands, self.command = os.pipe()
        self.pid = os.fork()
        if not self.pid:
            # Its end is to be seen.
            os.close(self.command)
            os.close(answers)
            try:
                self.obey(areas, os.fdopen(commands))
            except BaseException:  # pylint: disable=broad-except
                traceback.print_exc()
            os._exit(1)
        os.close(self.answer)
        os.close(commands)
        self.answers = os.fdopen(answers)
        self.orders = os.fdopen(self.command, "w")
        self.areas = self.listen()

    # The child.

    @staticmethod
    def lay(pages, advice):
        area = mmap.mmap(-1, pages * PAGE + HUGE,
                         mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
        area.madvise(advice)
        at = ctypes.addressof(ctypes.c_char.from_buffer(area))
        first = -at % HUGE
        for i in range(pages):
            area[first + i * PAGE] = i % 256
        return area, first, at + first

    def prepare(self, laid):
        """For others to say more."""

    def obey(self, areas, commands):
        laid = {name: self.lay(*how) for name, how in areas.items()}
        laid["warm"] = self.lay(WARM, mmap.MADV_NOHUGEPAGE)
        self.say({name: at for name, (_, _, at) in laid.items()})
        self.prepare(laid)
        self.warm(laid)
        children = []
        for line in commands:
            name, *how = line.split()
            if name == "fork":
                children.append(os.fork())
                if not children[-1]:
                    while True:
                        signal.pause()
                # Its own code and heap are shared and copied for it.
                self.warm(laid)
                self.say(children[-1])
            elif name == "warm":
                self.warm(laid)
                self.say("warm")
            else:
                self.say(self.touch(laid[name], how[0], *map(int, how[1:])))
        for child in children:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
        os._exit(0)

    def warm(self, laid):
        """What this code itself needs has faulted after one round as long as
        those to come."""
        for kind in "rw":
            self.touch(laid["warm"], kind, 0, WARM)

    @staticmethod
    def touch(area, kind, first, count):
        """What was read, the minor faults of each access, and what vmstat
        counted for all."""
        memory, offset, _ = area
        values, faults, before = [], [], vmstat()
        for i in range(first, first + count):
            was = resource.getrusage(resource.RUSAGE_SELF)
            if kind == "w":
                memory[offset + i * PAGE + 1] = 7
            else:
                values.append(memory[offset + i * PAGE])
            now = resource.getrusage(resource.RUSAGE_SELF)
            assert now.ru_majflt == was.ru_majflt
            faults.append(now.ru_minflt - was.ru_minflt)
        after = vmstat()
        assert values == [i % 256 for i in range(first, first + len(values))]
        return faults, {name: after[name] - before[name] for name in after}

    def say(self, what):
        os.write(self.answer, (json.dumps(what) + "\n").encode())

    # The parent.

    def listen(self):
        line = self.answers.readline()
        if not line:
            raise AssertionError("the process is gone")
        return json.loads(line)

    def order(self, *words):
        """fork, warm, or an area, r or w, the first page, and how many."""
        print(*words, file=self.orders, flush=True)
        return self.listen()

    def runs(self, name, first, count):
        """What mmlens says of pages, one by one."""
        start = self.areas[name] + first * PAGE
        return netlink.pages(pid=self.pid, start=start,
                             end=start + count * PAGE, each=True,
                             detail=netlink.ALL_DETAILS)

    def words(self, name, first, count, pid=None):
        """What pagemap says of them."""
        start = self.areas[name] + first * PAGE
        return list(oracle.pagemap(pid or self.pid, start,
                                   start + count * PAGE))

    def frames(self, name, first, count):
        return [word & oracle.PM_PFN for word in self.words(name, first, count)]

    def close(self):
        self.orders.close()
        os.waitpid(self.pid, 0)
        self.answers.close()
