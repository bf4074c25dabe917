# SPDX-License-Identifier: GPL-2.0
"""Who maps a page, found the hard way: by the pagemap of every process."""
import ctypes
import os

import oracle
from oracle import PAGE

LIBC = ctypes.CDLL(None, use_errno=True)
SYS_KCMP, KCMP_VM = 312, 1
# VMAs beyond that are reserved space, of which little is touched.
LONG = 1 << 32


def processes():
    return sorted(int(name) for name in os.listdir("/proc") if name.isdigit())


def same_mm(one, other):
    return LIBC.syscall(SYS_KCMP, one, other, KCMP_VM, 0, 0) == 0


def groups(pids):
    """The first of those that share an address space, for each of them."""
    first = {}
    for pid in sorted(pids):
        first[pid] = next((f for f in set(first.values())
                           if same_mm(f, pid)), pid)
    return first


def entries(pid):
    """Address and frame of each present page."""
    for vma in oracle.maps(pid):
        if vma.end - vma.start > LONG:
            continue
        words = oracle.pagemap(pid, vma.start, vma.end)
        for i, word in enumerate(words):
            if word & oracle.PM_PRESENT:
                yield vma.start + i * PAGE, word & oracle.PM_PFN


def scan(frames):
    """Of each frame, the set of (pid, address) that map it."""
    found = {frame: set() for frame in frames}
    for pid in processes():
        try:
            for address, frame in entries(pid):
                if frame in found:
                    found[frame].add((pid, address))
        except (FileNotFoundError, ProcessLookupError):
            # It has left since it was listed.
            continue
    return found


def once(pairs):
    """Each address space told by one PID only, the same for all."""
    first = groups({pid for pid, _ in pairs})
    return {(first[pid], address) for pid, address in pairs}


def frame_at(pid, address):
    word = oracle.pagemap(pid, address, address + PAGE)[0]
    if not word & oracle.PM_PRESENT:
        raise AssertionError(f"no page at {address:#x}")
    return word & oracle.PM_PFN


def count(frame):
    """How many entries map it, by the kernel's own count."""
    with oracle.Frames([frame]) as frames:
        return frames.count[frame]
