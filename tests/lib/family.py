# SPDX-License-Identifier: GPL-2.0
"""Random process families: built, looked at, and made smaller when they show a
difference."""
import collections
import os
import shutil
import signal
import subprocess
import tempfile
import time

import compare
import netlink
import oracle
import setup
import spec
from workload import drain, wait_until

HERE = os.path.dirname(os.path.abspath(__file__))
PROGRAM = os.path.join(HERE, "../random/family")
# What an operation may take; one that waits for ksmd takes longest.
PATIENCE = 60


def prepare():
    """The guest as all families find it."""
    setup.quiet()
    setup.swap_on()
    setup.zram_on()
    # One page read is one page that came: no guess about its neighbours.
    setup.put("/proc/sys/vm/page-cluster", "0")
    setup.huge_pages(16)
    setup.put("/proc/sys/vm/drop_caches", "1")


def settle(seed):
    """The system's settings of huge pages, by the seed."""
    word = ("always", "madvise", "never")[seed % 3]
    setup.huge_by_default(word)
    setup.put(setup.THP + "shmem_enabled",
              ("advise", "never", "always")[seed // 3 % 3])
    return word


class Family:
    """A running family; "with" ends it."""

    def __init__(self, seed):
        self.seed = seed
        self.said, self.seen = {}, []
        self.folders = [tempfile.mkdtemp(prefix="mmlens-", dir=at)
                        for at in ("/var/tmp", "/dev/shm")]
        settle(seed)
        # pylint: disable=consider-using-with
        self.process = subprocess.Popen(
            [PROGRAM, str(seed), *self.folders], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, start_new_session=True, bufsize=0)
        self.left = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()
        for folder in self.folders:
            shutil.rmtree(folder, ignore_errors=True)

    def line(self):
        while b"\n" not in self.left:
            part = os.read(self.process.stdout.fileno(), 1 << 16)
            if not part:
                raise AssertionError("the family ended")
            self.left += part
        line, _, self.left = self.left.partition(b"\n")
        return line.decode(errors="replace")

    def ask(self, text):
        def expired(*_):
            raise AssertionError(f"no answer to '{text}'")

        signal.signal(signal.SIGALRM, expired)
        signal.alarm(PATIENCE)
        os.write(self.process.stdin.fileno(), f"{text}\n".encode())
        line = self.line()
        while not line.startswith("done") and text != "members":
            self.seen.append((text, line))
            line = self.line()
        signal.alarm(0)
        return line

    def run(self, orders):
        for order in orders:
            self.said[order] = self.ask(order)
        return self

    def members(self):
        return [int(pid) for pid in self.ask("members").split()]

    def stop(self):
        """All members stand still, all their threads. Their PIDs."""
        pids = self.members()
        for pid in pids:
            os.kill(pid, signal.SIGSTOP)

        def still():
            # A thread that waits for a child of vfork() takes no signal.
            return all(oracle.stat(f"{pid}/task/{tid}")[0] in "TD"
                       for pid in pids
                       for tid in os.listdir(f"/proc/{pid}/task"))

        wait_until(still, "the family to stop")
        drain(pids[0])
        return pids

    def go_on(self, pids):
        for pid in pids:
            os.kill(pid, signal.SIGCONT)


class Album:
    """What mmlens and the books tell of a family that stands still."""

    def __init__(self, pids):
        detail = netlink.ALL_DETAILS
        for _ in range(8):
            before = [netlink.page_bytes(pid, detail) for pid in pids]
            self.read_books(pids)
            if [netlink.page_bytes(pid, detail)
                    for pid in pids] == before:
                break
            # kswapd may pass and clear accessed bits, or write pages back.
            self.frames.__exit__()
            drain(pids[0])
            time.sleep(0.3)
        else:
            raise AssertionError("pages of a stopped family keep changing")
        self.runs = [netlink.unpack_runs(data) for data in before]

    def read_books(self, pids):
        self.books = [compare.Books(pid, frames=False) for pid in pids]
        self.frames = oracle.Frames(set().union(
            *(books.pfns() for books in self.books)))
        for books in self.books:
            books.frames = self.frames


def look(family, regime):
    """Compare all pages of all members. (differences, states, known)"""
    pids = family.stop()
    album = Album(pids)
    wrong = []
    states, known = collections.Counter(), collections.Counter()
    alike = {}
    try:
        for pid, books, runs in zip(pids, album.books, album.runs):
            result = compare.Comparison(books, runs, regime, alike)
            wrong += [f"{pid}: {text}" for text in result.wrong]
            wrong += [f"{pid}: {text}" for text in compare.sums(books, runs)]
            wrong += [f"{pid}: {text}"
                      for text in compare.scans(books, runs)]
            states += result.states
            known += result.known
        wrong += compare.relatives(album.books, album.runs)
    finally:
        album.frames.__exit__()
    family.go_on(pids)
    return wrong, states, known


def shrink(orders, fails, seconds=120):
    """The fewest orders that still fail, by leaving out more and more."""
    end = time.monotonic() + seconds
    parts = 2
    while len(orders) > 1 and time.monotonic() < end:
        size = -(-len(orders) // parts)
        for at in range(0, len(orders), size):
            fewer = orders[:at] + orders[at + size:]
            if fewer and fails(fewer):
                orders, parts = fewer, max(parts - 1, 2)
                break
        else:
            if size == 1:
                break
            parts = min(parts * 2, len(orders))
    return orders
