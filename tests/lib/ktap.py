# SPDX-License-Identifier: GPL-2.0
"""Test results in the kernel's format (KTAP version 1).

A test is a function. It passes when it returns, fails when it raises, and is
skipped when it raises Skip with a cause in the kernel: never because it could
not be bothered.
"""
import os
import sys
import time
import traceback

TESTS = []


class Skip(Exception):
    """This kernel cannot do it; the text says why."""


def test(name):
    """Register a function as a test, in the order of the file."""
    def register(function):
        TESTS.append((name, function))
        return function
    return register


def note(text):
    """A line for the reader; KTAP calls it a diagnostic."""
    for line in str(text).splitlines():
        print(f"# {line}", flush=True)


def figure(name, value):
    """A count for the table at the end of scripts/test: the same name is summed."""
    print(f"# figure {name}: {value}", flush=True)


def one_line(text):
    return " ".join(str(text).split()).replace("#", "No.")


def run_one(number, name, function):
    began = time.monotonic()
    try:
        function()
        verdict, ok = f"ok {number} {name}", True
    except Skip as skip:
        verdict, ok = f"ok {number} {name} # SKIP {one_line(skip)}", True
    except Exception:  # pylint: disable=broad-except
        note(traceback.format_exc())
        verdict, ok = f"not ok {number} {name}", False
    print(verdict, flush=True)
    # Slow tests are found by reading, not by guessing.
    if time.monotonic() - began > 5:
        note(f"{name}: {time.monotonic() - began:.1f} s")
    return ok


def main():
    """Run what was registered. Names on the command line choose."""
    chosen = [t for t in TESTS if len(sys.argv) < 2 or t[0] in sys.argv[1:]]
    print("KTAP version 1", flush=True)
    print(f"1..{len(chosen)}", flush=True)
    results = [run_one(number, *item)
               for number, item in enumerate(chosen, 1)]
    sys.stdout.flush()
    # Not sys.exit: a stuck thread of a failed test must not keep us here.
    os._exit(0 if all(results) and results else 1)


def equal(got, want, what=""):
    """Say both values when they differ."""
    if got != want:
        raise AssertionError(f"{what}: got {got!r}, want {want!r}")


def none_left(differences, what):
    """No difference may be left; show the first of them."""
    if differences:
        shown = "\n".join(str(d) for d in differences[:10])
        raise AssertionError(
            f"{len(differences)} differences in {what}:\n{shown}")
