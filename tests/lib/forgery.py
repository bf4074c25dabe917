# SPDX-License-Identifier: GPL-2.0
"""Descriptors that might pass for a pagemap: of every kind the kernel makes, and
of a filesystem that answers what we like."""
import contextlib
import ctypes
import errno
import os
import select
import signal
import socket
import stat
import struct
import tempfile

import privilege

SYSCALLS = {"eventfd": (290, 0, 0), "timerfd": (283, 1, 0),
            "inotify": (294, 0), "userfaultfd": (323, 1),
            "fanotify": (300, 0, 0)}


def by_syscall(number, *args):
    fd = privilege.LIBC.syscall(number, *args)
    if fd < 0:
        raise OSError(ctypes.get_errno(), f"system call {number}")
    return fd


def signalfd():
    mask = ctypes.create_string_buffer(8)
    return by_syscall(289, -1, mask, 8, 0)


def kinds():
    """Descriptors that are no file of a filesystem, by name."""
    for name, call in SYSCALLS.items():
        try:
            yield name, by_syscall(*call)
        except OSError as error:
            if error.errno != errno.ENOSYS:
                raise
    yield "signalfd", signalfd()
    poll = select.epoll()
    yield "epoll", os.dup(poll.fileno())
    poll.close()
    yield "memfd", os.memfd_create("pagemap")
    yield "pidfd", os.pidfd_open(os.getpid())
    read, write = os.pipe()
    yield "pipe", read
    os.close(write)
    for family, kind in ((socket.AF_UNIX, socket.SOCK_STREAM),
                         (socket.AF_INET, socket.SOCK_DGRAM)):
        yield f"socket {family}", socket.socket(family, kind).detach()


def of_proc():
    """All files that a process has in /proc, and those of the system: the path.
    One file of /proc/sys stands for all."""
    for folder, _, names in os.walk("/proc/self"):
        if not folder.startswith(("/proc/self/fd", "/proc/self/map_files")):
            yield from (os.path.join(folder, name) for name in names)
    for name in os.listdir("/proc"):
        if os.path.isfile(f"/proc/{name}"):
            yield f"/proc/{name}"
    yield "/proc/self"
    yield "/proc/sys/vm/swappiness"


def open_any(path):
    """For reading, or if it is not to be read, for writing; None if for
    neither. Nothing is read or written."""
    for flags in os.O_RDONLY, os.O_WRONLY:
        try:
            return os.open(path, flags | os.O_NONBLOCK)
        except OSError:
            pass
    return None


class Fuse:
    """A filesystem in a process of its own, with one file, called pagemap."""

    LOOKUP, FORGET, GETATTR, OPEN, READ, RELEASE = 1, 2, 3, 14, 15, 18
    FLUSH, INIT, OPENDIR, RELEASEDIR = 25, 26, 27, 29
    FILE = 2

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="mmlens-fuse-")
        fd = os.open("/dev/fuse", os.O_RDWR)
        privilege.mount("mmlens-fuse", self.folder, "fuse", 0,
                        f"fd={fd},rootmode=40000,user_id=0,group_id=0")
        self.pid = os.fork()
        if not self.pid:
            try:
                self.serve(fd)
            finally:
                os._exit(0)
        os.close(fd)

    def __enter__(self):
        return f"{self.folder}/pagemap"

    def __exit__(self, *_):
        # Without its process, nobody waits for an answer.
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        privilege.unmount(self.folder)
        os.rmdir(self.folder)

    def serve(self, fd):
        while True:
            request = os.read(fd, 1 << 17)
            _, code, unique, node = struct.unpack_from("<IIQQ", request)
            if code == self.FORGET:
                continue
            answer = self.answer(code, node, request[40:])
            error = -errno.ENOSYS if answer is None else 0
            answer = answer or b""
            os.write(fd, struct.pack("<IiQ", 16 + len(answer), error, unique) +
                     answer)

    def answer(self, code, node, body):
        if code == self.INIT:
            major, _, ahead = struct.unpack_from("<III", body)
            return struct.pack("<IIIIHHIIHHI28x", major, 31, ahead, 0, 1, 1,
                               1 << 16, 1, 1, 0, 0)
        if code == self.GETATTR:
            return struct.pack("<QII", 1, 0, 0) + self.attributes(node)
        if code == self.LOOKUP and body.rstrip(b"\0") == b"pagemap":
            return (struct.pack("<QQQQII", self.FILE, 1, 1, 1, 0, 0) +
                    self.attributes(self.FILE))
        if code in (self.OPEN, self.OPENDIR):
            return bytes(16)
        if code == self.READ:
            return bytes(4096)
        if code in (self.RELEASE, self.RELEASEDIR, self.FLUSH):
            return b""
        return None

    def attributes(self, node):
        mode = (stat.S_IFREG | 0o444 if node == self.FILE else
                stat.S_IFDIR | 0o555)
        return struct.pack("<6Q10I", node, 1 << 20, 8, 0, 0, 0, 0, 0, 0, mode,
                           1, 0, 0, 0, 4096, 0)


@contextlib.contextmanager
def mounted(kind, options=None):
    """A new instance of a filesystem."""
    folder = tempfile.mkdtemp(prefix="mmlens-mount-")
    try:
        privilege.mount("none", folder, kind, 0, options)
        try:
            yield folder
        finally:
            privilege.unmount(folder)
    finally:
        os.rmdir(folder)
