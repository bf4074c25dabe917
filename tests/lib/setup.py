# SPDX-License-Identifier: GPL-2.0
"""Brings the guest into the state that the workloads need. Each may be called
any number of times."""
import ctypes
import os
import subprocess

import oracle
from ktap import Skip

MODULE = "/mmlens/mmlens.ko"
CGROUPS = "/sys/fs/cgroup"


def put(path, text):
    with open(path, "w", encoding="ascii") as file:
        file.write(text)


def quiet():
    """Nobody may move pages while a test compares two looks at them."""
    put("/sys/kernel/mm/transparent_hugepage/khugepaged/scan_sleep_millisecs",
        "600000")
    put("/sys/kernel/mm/transparent_hugepage/enabled", "madvise")
    # Nor may the flusher clean them.
    put("/proc/sys/vm/dirty_writeback_centisecs", "0")


def huge_pages(count):
    """At least this many free ones of 2 MiB in the hugetlb pool."""
    base = "/sys/kernel/mm/hugepages/hugepages-2048kB/"
    used = (int(oracle.slurp(base + "nr_hugepages")) -
            int(oracle.slurp(base + "free_hugepages")))
    put("/proc/sys/vm/compact_memory", "1")
    put(base + "nr_hugepages", str(used + count))
    if int(oracle.slurp(base + "free_hugepages")) < count:
        raise AssertionError(f"no {count} huge pages for the pool")


def shmem_huge():
    put("/sys/kernel/mm/transparent_hugepage/shmem_enabled", "advise")


def swap_on():
    if oracle.swaps():
        return
    disk = os.path.realpath("/dev/mmlens-swap")
    subprocess.run(["mkswap", disk], check=True, stdout=subprocess.DEVNULL)
    subprocess.run(["swapon", disk], check=True)


def cgroup(name):
    """A cgroup with the memory controller; its path."""
    put(f"{CGROUPS}/cgroup.subtree_control", "+memory")
    path = f"{CGROUPS}/{name}"
    os.makedirs(path, exist_ok=True)
    return path


def loaded():
    return os.path.isdir("/sys/module/mmlens")


def load():
    if not loaded():
        subprocess.run(["insmod", MODULE], check=True)


def unload():
    subprocess.run(["rmmod", "mmlens"], check=True)


def need(version, what):
    """Skip on kernels that are too old for it."""
    if oracle.version() < version:
        raise Skip(f"{what} came with Linux {version[0]}.{version[1]}")


def hold_still():
    """Keep our own memory from being swapped while we measure others'."""
    ctypes.CDLL(None).mlockall(1)
