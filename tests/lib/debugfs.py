# SPDX-License-Identifier: GPL-2.0
"""The other face: files of debugfs that are asked by writing a PID."""
import os

ROOT = "/sys/kernel/debug/mmlens"


def rest(fd):
    """All that is left to read, as text."""
    parts = []
    while True:
        part = os.read(fd, 1 << 16)
        if not part:
            return b"".join(parts).decode(errors="surrogateescape")
        parts.append(part)


def ask(name, pid):
    """Write a PID and read back through the same open file."""
    fd = os.open(f"{ROOT}/pid/{name}", os.O_RDWR)
    try:
        os.write(fd, str(pid).encode())
        return rest(fd)
    finally:
        os.close(fd)
