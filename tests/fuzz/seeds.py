# SPDX-License-Identifier: GPL-2.0
"""seeds.py FOLDER TARGET: what fuzzing begins with, the same every time.

Inputs are read by the targets as choices, and most choices of most bytes make
messages like the module's own. So a seed is a line of the target's table and
bytes behind it, of which few are large: large ones ask for damage.
"""
import os
import random
import sys

# At least as many first bytes as the table of a target has lines.
LINES = {"decode": 16, "answer": 64, "option": 12, "file": 16, "order": 16,
         "text": 16}
EACH = 6
# What the kernel's files look like: first what a parser is told beside them.
FILES = [
    b"\0\1" + b"""22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
24 22 254:1 /a\\040b /mnt/my\\040home rw - ext4 /dev/sda2 rw
25 22 0:1 /a /mnt rw master:1 - tmpfs none rw
""",
    b"\1" + b"\x10\0\0\x81\xff\xff\xff\xff" * 4 + b"""ffffffff81000000 T _stext
ffffffff81000000 t again\t[mmlens]
ffffffff81200000 W kretprobe_trampoline
0000000000000000 A zero
""",
    b"\2" + b"\0\0\x40\0\0\0\0\0" + b"\x10" + b"""00400000-00411000 rw-p 00000000 00:00 0
Size:                 68 kB
Rss:                  64 kB
Pss:                  32 kB
""",
    b"\3" + b"123 (a) b) S 1 1 1 0 -1 4194560 100 200 3 4 5 6 7 8 20 0 1 0 99",
    b"\3" + b"123 (a) Z 1 1 1 0 -1 4194564 18446744073709551615 2 3 4 5 6 7 8 20 0 1",
    b"\3" + b"""MemTotal:        2014616 kB
SwapTotal:       1048572 kB
Max stack size            8388608              unlimited            bytes
Max locked memory         67108864             67108864             bytes
Max address space         unlimited            unlimited            bytes
VmSize:     1000 kB
VmLck:         0 kB
CapEff:\t000001ffffffffff
stack_guard_gap=512 always [madvise] never
""",
    b"\3-1000\n", b"\3always madvise [never]\n", b"\3always [inherit]\n",
    b"\4\1" + b"""Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority
/dev/sda2                               partition\t1048572\t\t256\t\t-2
/swap\\040file                          file\t\t524284\t\t0\t\t-3
""",
    b"\4\0" + b"nr_free_pages 1\nnr_dirty 5\nnr_writeback 18446744073709551616\n",
    b"\4\0" + b"#subsys_name\thierarchy\tnum_cgroups\tenabled\nmemory\t0\t50\t0\n",
]


def some_bytes(chance, length, most):
    return bytes(chance.randrange(256) if chance.random() < 0.05 else
                 chance.randrange(most) for _ in range(length))


def main():
    folder, target = sys.argv[1:3]
    chance = random.Random(1)
    os.makedirs(folder, exist_ok=True)
    if target == "file":
        for number, text in enumerate(FILES):
            with open(f"{folder}/like-{number}", "wb") as file:
                file.write(text)
    for line in range(LINES[target]):
        for number in range(EACH):
            with open(f"{folder}/{line:02}-{number}", "wb") as file:
                length = 24 * (number + 1) ** 2
                file.write(bytes([line, chance.randrange(256),
                                  chance.randrange(256)]) +
                           some_bytes(chance, length, 240 if number % 2 else 160))


main()
