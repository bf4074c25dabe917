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
LINES = {"decode": 16, "answer": 64, "option": 32, "file": 16, "order": 16,
         "text": 16}
EACH = 6


def some_bytes(chance, length, most):
    return bytes(chance.randrange(256) if chance.random() < 0.05 else
                 chance.randrange(most) for _ in range(length))


def main():
    folder, target = sys.argv[1:3]
    chance = random.Random(1)
    os.makedirs(folder, exist_ok=True)
    for line in range(LINES[target]):
        for number in range(EACH):
            with open(f"{folder}/{line:02}-{number}", "wb") as file:
                length = 60 * (number + 1) ** 2
                file.write(bytes([line, chance.randrange(256),
                                  chance.randrange(256)]) +
                           some_bytes(chance, length, 240 if number % 2 else 160))


main()
