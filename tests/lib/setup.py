# SPDX-License-Identifier: GPL-2.0
"""Brings the guest into the state that the workloads need. Each may be called
any number of times."""
import ctypes
import errno
import os
import subprocess

import oracle

MODULE = "/mmlens/mmlens.ko"
THP = "/sys/kernel/mm/transparent_hugepage/"
LIBC = ctypes.CDLL(None, use_errno=True)
DAMON_STAT = "/sys/module/damon_stat/parameters/enabled"
SYS_DELETE_MODULE, SYS_FINIT_MODULE = 176, 313


def slow():
    """Is this a kernel that checks itself, ten times slower and more?"""
    return (os.path.exists("/sys/kernel/debug/kmemleak") or
            os.path.exists("/sys/kernel/debug/kcsan"))


# So much longer is waited there for what has to come. Found out at the start: a
# user may not look into debugfs.
PATIENCE = 10 if slow() else 1


def put(path, text):
    with open(path, "w", encoding="ascii") as file:
        file.write(text)


def huge_by_default(word):
    """The setting of huge pages; that of each size as after boot."""
    put(THP + "enabled", word)
    for name in os.listdir(THP):
        for file in "enabled", "shmem_enabled":
            path = f"{THP}{name}/{file}"
            if name.startswith("hugepages-") and os.path.exists(path):
                put(path, "inherit" if name == "hugepages-2048kB" else "never")


def quiet():
    """Nobody may move pages while a test compares two looks at them."""
    put(THP + "khugepaged/scan_sleep_millisecs", "600000")
    huge_by_default("madvise")
    put(THP + "shmem_enabled", "never")
    # Nor may the flusher clean them.
    put("/proc/sys/vm/dirty_writeback_centisecs", "0")
    # Nor may DAMON clear accessed bits to see who sets them again, as it does
    # on 7.x from boot on.
    if os.path.exists(DAMON_STAT):
        put(DAMON_STAT, "N")


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
    put(THP + "shmem_enabled", "advise")


def swap_on():
    if oracle.swaps():
        return
    disk = os.path.realpath("/dev/mmlens-swap")
    subprocess.run(["mkswap", disk], check=True, stdout=subprocess.DEVNULL)
    subprocess.run(["swapon", disk], check=True)


def swap_off():
    for name in oracle.swaps():
        subprocess.run(["swapoff", name], check=True)


def zram_on():
    """A second swap device, of compressed memory, as willing as the first."""
    if any("zram" in name for name in oracle.swaps()):
        return
    subprocess.run(["modprobe", "zram", "num_devices=1"], check=True)
    try:
        put("/sys/block/zram0/disksize", str(128 << 20))
    except OSError:
        # Debian's 6.1 has its default compressor in a module of its own.
        put("/sys/block/zram0/comp_algorithm", "deflate")
        put("/sys/block/zram0/disksize", str(128 << 20))
    subprocess.run(["mkswap", "/dev/zram0"], check=True,
                   stdout=subprocess.DEVNULL)
    disk = os.path.realpath("/dev/mmlens-swap")
    # Equal priorities: the kernel takes from both in turn.
    subprocess.run(["swapoff", disk], check=True)
    for device in disk, "/dev/zram0":
        subprocess.run(["swapon", "-p", "5", device], check=True)


def loaded():
    return os.path.isdir("/sys/module/mmlens")


def load():
    if not loaded():
        subprocess.run(["insmod", MODULE], check=True)


def unload():
    subprocess.run(["rmmod", "mmlens"], check=True)


def try_unload():
    """Without a process for it: False if the module is in use."""
    if not LIBC.syscall(SYS_DELETE_MODULE, b"mmlens", os.O_NONBLOCK):
        return True
    if ctypes.get_errno() not in (errno.EAGAIN, errno.EBUSY):
        raise OSError(ctypes.get_errno(), "delete_module")
    return False


def load_from(fd):
    """Without a process for it, from an open file."""
    if LIBC.syscall(SYS_FINIT_MODULE, fd, b"", 0):
        raise OSError(ctypes.get_errno(), "finit_module")


def load_again():
    fd = os.open(MODULE, os.O_RDONLY)
    try:
        load_from(fd)
    finally:
        os.close(fd)
