# SPDX-License-Identifier: GPL-2.0
"""tests/workload/faults: so many faults of a kind, when they are wanted."""
import contextlib
import ctypes

import reclaim
import setup
import watch
from ktap import equal
from workload import PAGE, Workload, wait_until

AROUND = "/sys/kernel/debug/fault_around_bytes"
LIBC = ctypes.CDLL(None, use_errno=True)


class Iovec(ctypes.Structure):
    _fields_ = [("base", ctypes.c_void_p), ("length", ctypes.c_size_t)]


class Target(Workload):
    """tests/workload/faults, in a cgroup of its own."""

    def __init__(self):
        self.cgroup = reclaim.Cgroup()
        super().__init__("faults", self.cgroup.directory,
                         before=self.cgroup.enter)

    def close(self):
        super().close()
        self.cgroup.remove()

    def prepare(self, name, count):
        self.command(f"prepare {name} {count}")
        return self.numbers["start"], self.numbers["end"]

    def write_from_here(self):
        """To each page, by us; half of it as a debugger would."""
        start, end = self.numbers["start"], self.numbers["end"]
        half = (end - start) // 2
        data = ctypes.create_string_buffer(b"x" * half, half)
        ours = Iovec(ctypes.addressof(data), half)
        theirs = Iovec(start, half)
        equal(LIBC.process_vm_writev(
            self.pid, ctypes.byref(ours), 1, ctypes.byref(theirs), 1, 0),
            half, "process_vm_writev")
        with open(f"/proc/{self.pid}/mem", "r+b", buffering=0) as file:
            file.seek(start + half)
            equal(file.write(data.raw), half, "write to mem")


def prepare():
    setup.quiet()
    setup.swap_on()
    # One page read is one page that came, one page mapped is one page mapped.
    setup.put("/proc/sys/vm/page-cluster", "0")
    setup.put(AROUND, str(PAGE))
    setup.put("/proc/sys/vm/compact_memory", "1")


def none_watch():
    """No watch, and nothing attached to the kernel: by mmlens, and by the
    kernel's own list of probes."""
    wait_until(lambda: watch.info()[:2] == (0, 0) and not watch.probes(),
               "watches and probes to go", 10)


@contextlib.contextmanager
def alone():
    """A target. Nobody watches before it comes and after it has gone."""
    prepare()
    none_watch()
    with Target() as process:
        yield process
    none_watch()
