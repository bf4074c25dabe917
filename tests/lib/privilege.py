# SPDX-License-Identifier: GPL-2.0
"""Becoming somebody else: with other capabilities, in other namespaces, with
sockets that others have opened."""
import array
import ctypes
import os
import signal
import socket
import struct

import child
import netlink
from workload import STUDENT

LIBC = ctypes.CDLL(None, use_errno=True)
NOBODY = 65534
PR_SET_DUMPABLE, PR_SET_KEEPCAPS = 4, 8
SYS_CLONE = 56
CAPABILITY_VERSION = 0x20080522
CLONE_FILES, CLONE_NEWNS, CLONE_NEWUSER = 0x400, 0x20000, 0x10000000
CLONE_NEWPID, CLONE_NEWNET = 0x20000000, 0x40000000
MS_REC, MS_PRIVATE, MNT_DETACH = 0x4000, 1 << 18, 2
# As linux/capability.h numbers them.
NAMES = """chown dac_override dac_read_search fowner fsetid kill setgid setuid
setpcap linux_immutable net_bind_service net_broadcast net_admin net_raw
ipc_lock ipc_owner sys_module sys_rawio sys_chroot sys_ptrace sys_pacct
sys_admin sys_boot sys_nice sys_resource sys_time sys_tty_config mknod lease
audit_write audit_control setfcap mac_override mac_admin syslog wake_alarm
block_suspend audit_read perfmon bpf checkpoint_restore""".split()


def capabilities():
    """Those of this kernel, by name. One that is newer than this file has its
    number for a name."""
    with open("/proc/sys/kernel/cap_last_cap", encoding="ascii") as file:
        last = int(file.read())
    return {NAMES[number] if number < len(NAMES) else f"cap_{number}": number
            for number in range(last + 1)}


def must(result, what):
    if result:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")


def prctl(option, value):
    must(LIBC.prctl(option, ctypes.c_ulong(value), 0, 0, 0), "prctl")


def set_capabilities(mask):
    """Those, and no others, effective and permitted."""
    data = struct.pack("<II", CAPABILITY_VERSION, 0)
    low, high = mask & 0xffffffff, mask >> 32
    must(LIBC.capset(data, struct.pack("<6I", low, low, 0, high, high, 0)),
         "capset")


def mask_of(names):
    known = capabilities()
    return sum(1 << known[name] for name in names)


def without(*names):
    """Root, but for these."""
    set_capabilities(mask_of(set(capabilities()) - set(names)))


def only(*names):
    """Nobody, but with these."""
    prctl(PR_SET_KEEPCAPS, 1)
    child.become(NOBODY)
    set_capabilities(mask_of(names))


def unshare(flags):
    must(LIBC.unshare(flags), "unshare")


def user_namespace():
    """Root, with all capabilities, of a namespace that a student has made."""
    child.become(STUDENT)
    # Else /proc/self is root's.
    prctl(PR_SET_DUMPABLE, 1)
    unshare(CLONE_NEWUSER)
    for name, text in (("setgroups", "deny"), ("uid_map", f"0 {STUDENT} 1"),
                       ("gid_map", f"0 {STUDENT} 1")):
        with open(f"/proc/self/{name}", "w", encoding="ascii") as file:
            file.write(text)
    os.setresgid(0, 0, 0)
    os.setresuid(0, 0, 0)


def pid_namespace():
    """The first process of a new one; the one before waits for it."""
    unshare(CLONE_NEWPID)
    pid = os.fork()
    if pid:
        os.waitpid(pid, 0)
        os._exit(0)


def fork_sharing_files():
    """As os.fork(), and a descriptor that one of them opens or closes the other
    has opened or closed."""
    pid = LIBC.syscall(SYS_CLONE, CLONE_FILES | signal.SIGCHLD, 0, 0, 0, 0)
    must(pid < 0, "clone")
    return pid


def mount(source, target, kind, flags=0, options=None):
    must(LIBC.mount(source.encode(), target.encode(), kind and kind.encode(),
                    ctypes.c_ulong(flags), options and options.encode()),
         f"mount {target}")


def unmount(target):
    must(LIBC.umount2(target.encode(), MNT_DETACH), f"umount {target}")


def mount_namespace():
    """One where what is mounted is ours to change."""
    unshare(CLONE_NEWNS)
    mount("none", "/", None, MS_REC | MS_PRIVATE)


def without_proc():
    mount_namespace()
    unmount("/proc")
    unmount("/sys/kernel/debug")


def netlink_socket():
    return socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 16)


def send_fds(sock, fds):
    """socket.send_fds() wants to say something, too."""
    sock.sendmsg([b"x"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS,
                           array.array("i", fds))])


def use_sockets(opened):
    """From now on this process asks through sockets that were opened before."""
    left = iter(opened)
    netlink.Socket.opened = staticmethod(lambda: next(left))


def opened_by_student(count):
    """Sockets that a student opened and passed on."""
    ours, theirs = socket.socketpair()

    def give():
        own = [netlink_socket() for _ in range(count)]
        send_fds(theirs, [sock.fileno() for sock in own])

    child.as_user(give)
    fds = array.array("i")
    _, parts, _, _ = ours.recvmsg(1, socket.CMSG_SPACE(count * fds.itemsize))
    for level, kind, data in parts:
        if (level, kind) == (socket.SOL_SOCKET, socket.SCM_RIGHTS):
            fds.frombytes(data)
    ours.close()
    theirs.close()
    if len(fds) != count:
        raise AssertionError(f"{len(fds)} sockets were passed, not {count}")
    return [socket.socket(fileno=fd) for fd in fds]


def by_students_sockets(count):
    use_sockets(opened_by_student(count))


def student_by_roots_sockets(count):
    use_sockets([netlink_socket() for _ in range(count)])
    child.become(STUDENT)
