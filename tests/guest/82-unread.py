# SPDX-License-Identifier: GPL-2.0
"""Events that nobody reads: what waits, what is lost and told as lost, and that all
else goes on; and rings that there is no memory for."""
import collections
import contextlib
import errno
import mmap
import os
import re
import socket
import subprocess
import sys
import time

sys.path.insert(0, __file__.rpartition("/")[0] + "/../lib")
# pylint: disable=wrong-import-position
import netlink
import oracle
import reclaim
import setup
import spec
import watch
from faulter import alone
from ktap import equal, main, note, test
from watch import Watch


def kernel_memory():
    """What a reader that does not read could fill, in bytes."""
    info = oracle.keyed("/proc/meminfo")
    # KASAN keeps in the slabs what others have freed.
    names = ("Percpu", "VmallocUsed") + (() if setup.slow() else ("Slab",))
    return {name: info[name] for name in names}


class Sent:
    """How often the work item that sends has run, by the kernel's own tracer."""
    EVENT = "/sys/kernel/tracing/events/workqueue/workqueue_execute_start/enable"
    TRACE = "/sys/kernel/tracing/trace"

    def __enter__(self):
        if not os.path.exists(self.TRACE):
            subprocess.run(["mount", "-t", "tracefs", "tracefs",
                            os.path.dirname(self.TRACE)], check=True)
        setup.put(self.TRACE, "")
        setup.put(self.EVENT, "1")
        return self

    def __exit__(self, *_):
        setup.put(self.EVENT, "0")

    def times(self):
        text = oracle.slurp(self.TRACE)
        kept, written = re.search(rb"written: (\d+)/(\d+)", text).groups()
        equal(kept, written, "entries of the trace")
        return text.count(b"function send [mmlens]")


@test("a reader that never reads: the target goes on, losses are counted")
def never_reads():
    count = 4000
    with alone() as process:
        with Watch(pid=process.pid, kinds=["fault"], room=None) as idle, \
                Watch(pid=process.pid) as other:
            before = watch.booked(process.pid)
            memory = []

            def flood():
                process.prepare("zero", count)
                process.command("run")
                process.command("drop")
                memory.append(sum(kernel_memory().values()))

            # Its rings and its socket are full after the first round.
            flood()
            with Sent() as sent:
                began = time.monotonic()
                while (took := time.monotonic() - began) < 2 or len(memory) < 5:
                    flood()
                tried = sent.times()
            # Five times a second, and a few times before it is known as slow.
            note(f"the socket was tried {tried} times in {took:.1f} s")
            assert 0 < tried < 15 + 10 * took, (tried, took)
            booked = watch.less(watch.booked(process.pid), before)
            events = watch.everybody()[idle.id].events
            equal(events, booked.minor + booked.major, "events there were")
            equal(other.finish().faults.minor, booked.minor, "the other watch")
            note(f"kernel memory by round, MiB: "
                 f"{[round(m / (1 << 20), 2) for m in memory]}")
            assert memory[-1] - memory[1] < 1 << 20, memory
            counts = idle.finish()
            lost = sum(counts.lost.values())
            note(f"{idle.delivered} delivered, {lost} lost, of {events}")
            equal((idle.delivered + lost, idle.lost), (events, lost), "sum")
            assert lost > count, "nothing was lost: this proves nothing"
            assert idle.delivered > 100, "nothing came"


def netlink_books(sock):
    """What waits in a socket of generic netlink (16), in bytes, and how much was
    dropped for want of room."""
    port = str(sock.sock.getsockname()[0])
    with open("/proc/net/netlink", encoding="ascii") as file:
        head, *rows = (line.split() for line in file)
    row, = (row for row in rows if (row[head.index("Eth")],
                                    row[head.index("Pid")]) == ("16", port))
    return int(row[head.index("Rmem")]), int(row[head.index("Drops")])


@test("a socket full of events that nobody reads: requests are answered")
def answers_beside():
    # What is dropped for want of room, nobody tells who waits for it.
    for room in watch.ROOM_LEAST, None:
        with alone() as process, Watch(pid=process.pid, kinds=["fault"],
                                        ring_bytes=4096, room=room) as idle:
            sock, command = idle.sock, spec.CONST["MMLENS_CMD_INFO"]
            half = sock.sock.getsockopt(socket.SOL_SOCKET,
                                        socket.SO_RCVBUF) // 2

            def fill(most=half, sock=sock):
                """Until there is no room for one more message of events."""
                for _ in range(50):
                    process.prepare("zero", 4000)
                    process.command("run")
                    process.command("drop")
                    waits = netlink_books(sock)[0]
                    assert waits <= most, "events in all of it"
                    if waits + (9 << 10) > most:
                        return
                raise AssertionError("the socket was never full")

            fill()
            # Five answers wait beside the events.
            for _ in range(5):
                sock.send(sock.family, command, flags=netlink.NLM_F_ACK)
            first = sock.sequence - 4
            told = collections.Counter()
            while sum(told.values()) < 10:
                assert sock.ready(30), f"no answer any more: {told}"
                told.update(sequence - first
                            for _, _, sequence, _ in sock.receive())
            equal(told, {n: 2 for n in range(5)}, "answers, acknowledged")
            fill()
            idle.ask()
            fill()
            counts = idle.finish()
            assert sum(counts.lost.values()) > 4000, "nothing was lost"
            equal(netlink_books(sock)[1], 0, "dropped")


@test("of what is lost the reader is told on the way")
def told_of_losses():
    with alone() as process:
        with Watch(pid=process.pid, kinds=["fault"], ring_bytes=4096,
                   room=watch.ROOM_LEAST) as slow:
            process.prepare("zero", 3000)
            process.command("run")
            slow.read_until(lambda: slow.lost, "word of losses")
            counts = slow.finish()
            equal(slow.lost, sum(counts.lost.values()), "lost")
            # What came is in order, processor by processor.
            for cpu in {e.cpu for e in slow.faults}:
                times = [e.time for e in slow.faults if e.cpu == cpu]
                equal(times, sorted(times), f"events of processor {cpu}")


def available():
    return oracle.keyed("/proc/meminfo")["MemAvailable"]


@test("little memory: a ring that wants more than half of it is refused")
def little_memory():
    ring = watch.RING_MOST * os.cpu_count()
    with alone() as process, contextlib.ExitStack() as stack:
        stack.enter_context(mmap.mmap(
            -1, available() - 11 * ring // 2, flags=mmap.MAP_PRIVATE |
            mmap.MAP_ANONYMOUS | mmap.MAP_POPULATE))
        killed = reclaim.vmstat()["oom_kill"]
        left = []
        with contextlib.suppress(netlink.Refused):
            while len(left) < 60:
                left.append(available())
                stack.enter_context(Watch(pid=process.pid, kinds=["fault"],
                                          ring_bytes=watch.RING_MOST))
        note(f"MiB available before each watch of {ring >> 20}: "
             f"{[size >> 20 for size in left]}")
        number, _ = watch.refused(pid=process.pid, kinds=["fault"],
                                  ring_bytes=watch.RING_MOST)
        equal(number, errno.ENOMEM, "refused with")
        assert len(left) > 1, "each was refused"
        # It may have changed a little since it was looked at.
        slack = ring // 2
        assert min(left[:-1]) > 2 * ring - slack, left
        assert left[-1] < 2 * ring + slack, left
        equal(reclaim.vmstat()["oom_kill"], killed, "killed for want of memory")
        # What is little is there still.
        stack.enter_context(Watch(pid=process.pid, kinds=["fault"], room=None))


main()
