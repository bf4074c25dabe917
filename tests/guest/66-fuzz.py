# SPDX-License-Identifier: GPL-2.0
"""Messages that no sane client would send, over netlink: each is answered as it
must be, whoever sends it, and nothing is left behind.

MMLENS_SEED names the seed; a run prints it. tests/abuse/netfuzz.c tells how one
message is sent again. MMLENS_FUZZ_MESSAGES is how many there shall be, such as
for a run that measures.
"""
import json
import os
import random
import re
import subprocess
import sys
import time

sys.path.insert(0, __file__.rpartition("/")[0] + "/../lib")
# pylint: disable=wrong-import-position
import oracle
import scale
import setup
import spec
import watch
from ktap import equal, figure, main, note, test
from workload import STUDENT, wait_until

HERE = os.path.dirname(os.path.abspath(__file__))
NETFUZZ = os.path.join(HERE, "../abuse/netfuzz")
LONG = bool(os.environ.get("MMLENS_LONG"))
SEED = int(os.environ.get("MMLENS_SEED") or random.SystemRandom().getrandbits(32))
# What a leak of anything in one of a hundred messages would exceed; a kernel that
# checks itself takes memory for each object there is.
BYTES_A_MESSAGE, NOISE = 16, (12 if setup.slow() else 3) << 20
LEAST = 512 << 10 if setup.slow() else 0
RUNS = 6
# Nobody but root is answered. By the spec, as netfuzz reads it, and by hand.
ROOT_ONLY = {"mapper", "lru", "node", "peek", "watcher"}


def messages():
    """How many in all."""
    if os.environ.get("MMLENS_FUZZ_MESSAGES"):
        return int(os.environ["MMLENS_FUZZ_MESSAGES"])
    if setup.slow():
        return 100_000 if LONG else 12_000
    return 1_000_000 if LONG else 40_000


def operations():
    return {name.removeprefix("MMLENS_CMD_").lower()
            for name in spec.CONST if name.startswith("MMLENS_CMD_")}


class Run:
    """A netfuzz that is at it."""

    def __init__(self, count, *options, seed=SEED):
        self.count, self.options = count, options
        patience = 300 if setup.slow() else 60
        # pylint: disable=consider-using-with
        self.process = subprocess.Popen(
            [NETFUZZ, "--seed", str(seed), "--count", str(count),
             "--patience", str(patience), *options],
            stdout=subprocess.PIPE, text=True)

    def finish(self):
        """What it counted."""
        out = self.process.communicate()[0]
        lines = out.splitlines()
        said = [line for line in lines if line.startswith(("failure", "at "))]
        shown = said if len(said) < 12 else said[:6] + said[-6:]
        for line in shown:
            note(line)
        if self.process.returncode:
            raise AssertionError(
                f"netfuzz {' '.join(self.options)} ended with "
                f"{self.process.returncode}; seed {SEED}")
        told = json.loads(lines[-1])
        note(f"{' '.join(self.options)}: {told['sent']} messages in "
             f"{told['ms']} ms, {told['answers']} answers, errors "
             f"{told['errors']}, the slowest took {told['slowest_us']} us, "
             f"{told['overruns']} times no room")
        note("taken: " + ", ".join(f"{n} {told['accepted'][n]}/"
                                   f"{told['accepted'][n] + told['refused'][n]}"
                                   for n in told["accepted"]))
        assert told["sent"] >= self.count, told
        equal(told["failures"], 0, "failures")
        figure("netlink messages fuzzed", told["sent"])
        return told


def check_depth(runs, left_out=()):
    """Every operation was taken at times, and every one refused."""
    def number(what, name):
        return sum(told[what].get(name, 0) for told in runs)

    for told in runs:
        equal(set(told["accepted"]), operations(), "operations")
        # Of few datagrams it may be unknown what came of them.
        assert told["overruns"] * 5 < told["datagrams"], told
        assert told["sentences"] * 3 > sum(told["errors"].values()), told
    for name in operations():
        if name in left_out:
            equal(number("accepted", name), 0, f"taken by {name}")
        else:
            assert number("accepted", name), f"{name} was never taken"
        assert number("refused", name), f"{name} was never refused"
    for name in "EINVAL", "EBADF", "EBUSY", "EOPNOTSUPP", "ENOENT":
        assert number("errors", name), f"nothing was refused with {name}"


def both(count, *options):
    """Requests, and bytes, at the same time."""
    runs = Run(count // 2, *options), Run(count // 2, "--bytes", *options)
    return [run.finish() for run in runs]


@test("requests and bytes from root: each is answered, each operation is reached")
def root():
    note(f"seed {SEED}")
    check_depth(both(messages() * 6 // 10))


@test("requests and bytes from a user: likewise, and nothing withheld is told")
def student():
    runs = both(messages() * 2 // 10, "--user", str(STUDENT))
    check_depth(runs, ROOT_ONLY)
    for told in runs:
        assert told["errors"].get("EPERM"), told["errors"]


@test("a seed and an index make the same messages again")
def again():
    def shown(*options):
        # Where there is kcov, what was found before would count, too.
        return subprocess.run(
            [NETFUZZ, "--seed", "11", "--print", "--unguided", *options],
            check=True, stdout=subprocess.PIPE, text=True).stdout

    def shapes(text):
        return re.findall(r"^shape .*", text, re.M)

    out = shown("--count", "300")
    first = shapes(out)
    assert len(set(first)) > 250, "they are all alike"
    equal(shapes(shown("--count", "300")), first, "the same again")
    # From where a datagram begins, as the kernel's log names it.
    starts = [int(n) for n in re.findall(r"^datagram (\d+):", out, re.M)]
    at = next(n for n in starts if n > 150)
    equal(shapes(shown("--count", str(300 - at), "--from", str(at))),
          first[at:], f"the same from {at}")


def memory():
    """Bytes of the kernel's own, when all that goes later has gone."""
    setup.put("/proc/sys/vm/drop_caches", "3")
    scale.give_back()
    told = {}
    with open("/proc/meminfo", encoding="ascii") as file:
        for line in file:
            name, value = line.split(":")
            told[name] = int(value.split()[0]) * 1024
    return {name: told[name] for name in ("SUnreclaim", "Percpu",
                                          "VmallocUsed", "PageTables")}


def ours():
    """What of vmalloc's areas is the module's, but for its own text."""
    with open("/proc/vmallocinfo", encoding="ascii") as file:
        return [line.strip() for line in file if "[mmlens]" in line]


def at_rest():
    wait_until(lambda: watch.info()[:2] == (0, 0), "watches to go", 60)
    wait_until(lambda: oracle.slurp("/sys/module/mmlens/refcnt") == b"0\n",
               "the module to be free", 60)


@test("nothing is attached, no watch is left, and no memory is lost")
def nothing_left():
    at_rest()
    equal(watch.probes(), [], "the kernel's list of probes")
    equal(ours(), [], "areas of vmalloc")
    # Nothing of the first run is looked at: it fills caches.
    part = messages() // 15
    sizes = []
    for i in range(RUNS):
        Run(part, seed=SEED + i).finish()
        at_rest()
        time.sleep(1)
        sizes.append(memory())
        note(f"bytes after the run: {sizes[-1]}")
        # By chance three may ascend. Of a leak all do.
        grown = growing(sizes[-3:], max(BYTES_A_MESSAGE * part, LEAST))
        if i >= 2 and not grown:
            break
    equal(grown, {}, f"what grows with each {part} messages")
    equal(ours(), [], "areas of vmalloc")


def growing(sizes, limit):
    """What has become more, by name, and by how much each time."""
    grown = {name: [b[name] - a[name] for a, b in zip(sizes, sizes[1:])]
             for name in sizes[0]}
    return {name: steps for name, steps in grown.items()
            if all(step > limit for step in steps) or
            sum(steps) > 2 * limit + NOISE}


main()
