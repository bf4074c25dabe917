# SPDX-License-Identifier: GPL-2.0
"""Adds up what gcov says of several boots and kernels.

    coverage.py PROJECT JSON...

Prints a line for each file of the module, the lines that no boot has reached,
with their text, and at the end how many of how many were.
"""
import collections
import json
import os
import re
import sys


def lines_of(path):
    """Pairs of file and line, with how often it was reached."""
    with open(path, encoding="utf-8") as file:
        for text in filter(str.strip, file):
            for source in json.loads(text)["files"]:
                # The stage has the paths of the project.
                match = re.search(r"(?:^|/)(module/[^.]\S*\.[ch])$",
                                  os.path.normpath(source["file"]))
                if match and "_gen." not in match[1]:
                    for line in source["lines"]:
                        yield (match[1], line["line_number"]), line["count"]


def main():
    project, *answers = sys.argv[1:]
    reached = collections.Counter()
    for path in answers:
        for where, count in lines_of(path):
            reached[where] += count
    files = collections.defaultdict(list)
    for (file, line), count in sorted(reached.items()):
        files[file].append((line, count))
    missed = []
    for file, lines in files.items():
        hit = sum(count > 0 for _, count in lines)
        print(f"{100 * hit / len(lines):5.1f} % {hit:4} of {len(lines):4}  {file}")
        missed += [(file, line) for line, count in lines if not count]
    print()
    texts = {}
    for file, line in missed:
        if file not in texts:
            with open(os.path.join(project, file), encoding="utf-8") as source:
                texts[file] = source.read().splitlines()
        print(f"{file}:{line}: {texts[file][line - 1].strip()}")
    hit = len(reached) - len(missed)
    print(f"\n{hit} of {len(reached)} lines of the module were reached "
          f"({100 * hit / max(len(reached), 1):.1f} %)")


main()
