# SPDX-License-Identifier: GPL-2.0
"""What a kernel that checks itself has to say of the module: data races, leaks,
and which lines were reached. On Debian's own kernels there is nothing of it."""
import os
import re
import time

KMEMLEAK = "/sys/kernel/debug/kmemleak"
GCOV = "/sys/kernel/debug/gcov"
# As a stack trace names a function of the module, and its objects.
OURS = re.compile(r"\[mmlens\]|\bmmlens_")
# Text of a module that is no longer there, or that a module needed to begin.
NAMELESS = re.compile(r"^ +0xffffffff[0-9a-f]{8}$", re.M)
FENCE = "=" * 40


def finds_leaks():
    return os.path.exists(KMEMLEAK)


def races(lines):
    """Numbers of the titles of reports of data races in which the module has no
    part, since the kernel has many that it knows to be harmless; and whether
    the last report has no end yet. Between the lines of a report may stand what
    others say."""
    out, begin, ours = set(), None, False
    for number, line in enumerate(lines):
        if "BUG: KCSAN" in line:
            begin, ours = number, False
        if begin is None:
            continue
        ours |= bool(OURS.search(line))
        if FENCE in line:
            if not ours:
                out.add(begin)
            begin = None
    return out, begin is not None


def allocated_by_us(entry):
    """Frames have the names of now: from before the module was loaded anew, at
    another address, they have none. No other module comes and goes, but those
    of the tests."""
    trace = entry.partition("backtrace")[2]
    return OURS.search(trace) or NAMELESS.search(trace)


def leaks():
    """What kmemleak holds for lost and was allocated by the module. It scans
    twice: what was on its way from one place to the other is found then."""
    for _ in range(2):
        # Younger objects are not told.
        time.sleep(6)
        with open(KMEMLEAK, "w", encoding="ascii") as file:
            file.write("scan")
    with open(KMEMLEAK, encoding="ascii", errors="replace") as file:
        text = file.read()
    return [entry for entry in re.split(r"(?m)^(?=unreferenced object)", text)
            if allocated_by_us(entry)]


def keep_coverage(directory):
    """Copy the counters of lines, of the module as loaded now and before."""
    for folder, _, files in os.walk(GCOV):
        for name in files:
            if not name.endswith(".gcda"):
                continue
            # They have no size, and are of use below the folder of the build.
            with open(os.path.join(folder, name), "rb") as file:
                data = file.read()
            to = directory + folder.removeprefix(GCOV)
            os.makedirs(to, exist_ok=True)
            with open(os.path.join(to, name), "wb") as file:
                file.write(data)
