# SPDX-License-Identifier: GPL-2.0
"""What a fault costs that is watched, or could be, in instructions: one that maps
a new anonymous page, from the access on."""
import contextlib
import os
import subprocess

import setup
from watch import Watch
from workload import wait_until

HERE = os.path.dirname(os.path.abspath(__file__))
NAMES = {
    "absent": "without mmlens",
    "unwatched": "loaded, nobody watches",
    "other": "another process is watched",
    "counted": "counted",
    "counted, twice": "counted by two watches",
    "streamed": "sent to a socket",
}


class Toucher:
    """tests/bench/touch."""

    def __init__(self):
        # pylint: disable=consider-using-with
        self.process = subprocess.Popen(
            [os.path.join(HERE, "touch")], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, text=True)
        self.pid = self.process.pid

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()

    def cost(self):
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        return float(self.process.stdout.readline())


def measure():
    """Instructions a fault, by how it is watched."""
    costs = {}
    with Toucher() as one, Toucher() as other:
        # What a first time costs is not the matter.
        one.cost()
        wait_until(setup.try_unload, "mmlens to be unloaded")
        costs["absent"] = one.cost()
        setup.load()
        costs["unwatched"] = one.cost()
        with Watch(pid=other.pid):
            costs["other"] = one.cost()
        with contextlib.ExitStack() as watches:
            watches.enter_context(Watch(pid=one.pid))
            costs["counted"] = one.cost()
            watches.enter_context(Watch(pid=one.pid))
            costs["counted, twice"] = one.cost()
        # It has room for all of them: nobody reads meanwhile.
        with Watch(pid=one.pid, kinds=["fault"], room=128 << 20):
            costs["streamed"] = one.cost()
    return costs


def table(costs):
    print(f"{'instructions a fault':36}{'all':>8}{'more':>8}{'ratio':>9}")
    for way, name in NAMES.items():
        print(f"{name:36}{costs[way]:8.0f}{costs[way] - costs['absent']:8.0f}"
              f"{costs[way] / costs['absent']:9.4f}")


def promises(costs):
    """Pairs of whether a promise holds, and the promise."""
    # Ticks of the clock fall into one loop or the other.
    yield (abs(costs["unwatched"] / costs["absent"] - 1) < 0.005,
           "a fault costs what it costs without mmlens, while nobody watches")
    yield (costs["other"] / costs["absent"] < 1.06,
           "a fault costs 6 percent more at most, while another is watched")
    yield (costs["absent"] < costs["other"] < costs["counted"] <
           costs["counted, twice"] < costs["streamed"],
           "what is told more costs more")
