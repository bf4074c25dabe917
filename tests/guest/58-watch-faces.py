# SPDX-License-Identifier: GPL-2.0
"""What debugfs says of watches is what netlink says of them."""
import collections
import os
import sys

sys.path.insert(0, __file__.rpartition("/")[0] + "/../lib")
# pylint: disable=wrong-import-position
import debugfs
import netlink
import oracle
import setup
import spec
from child import as_user
from ktap import equal, main, test
from netlink import attr, u32
from workload import wait_until
from writer import Writer

KEY = {name: spec.CONST["MMLENS_A_WATCH_" + name.upper()] for name in (
    "id", "pid", "everything", "follow", "kinds", "port", "fault_counts",
    "class_counts", "thread_counts", "watched_vma")}
VMA = {name: spec.CONST["MMLENS_A_WATCHED_VMA_" + name.upper()]
       for name in ("counts", "vma", "name")}
COST = "count", "major", "total", "longest"


def begin(sock, *attrs):
    answer = dict(sock.do("watch", b"".join(attrs)).attrs)
    return int.from_bytes(answer[KEY["id"]], "little")


def counts(sock, number):
    """All of a dump: the sum, and lists by attribute."""
    lists = collections.defaultdict(list)
    for message in sock.dump("counts", u32(KEY["id"], number)):
        for key, value in message.attrs:
            lists[key].append(value)
    told = {name: [spec.unpack(name, data) for data in lists[KEY[name]]]
            for name in ("fault_counts", "class_counts", "thread_counts")}
    told["vmas"] = [dict(netlink.attrs_of(data))
                    for data in lists[KEY["watched_vma"]]]
    return told


def head_line(sock, told, number, kinds="count", target="process"):
    faults, = told["fault_counts"]
    port = sock.sock.getsockname()[0]
    line = (f"watch {number} port={port} kinds={kinds} target={target} "
            f"processes={faults.processes}")
    for name in ("minor", "major", "failed", "remote", "elsewhere_minor",
                 "elsewhere_major", "unnamed", "unfollowed",
                 "withdrawn", "missed", "events"):
        line += f" {name.replace('_', '-')}={getattr(faults, name)}"
    line += " lost=0"
    for row in told["class_counts"]:
        line += f" {spec.word('forecast', row.fault_class)}={row.count}"
    return line


def cost(row):
    return (f"count={row.count} major={row.major} total-ns={row.total} "
            f"longest-ns={row.longest}")


def lines(told, pid):
    for row in told["class_counts"]:
        yield (f"class {spec.word('forecast', row.fault_class)} {cost(row)} "
               f"pages={row.pages}")
    for row in told["thread_counts"]:
        if row.pid == pid:
            yield (f"thread {row.pid}/{row.tid} {cost(row)} "
                   + row.comm.rstrip(b"\0").decode())
    for parts in told["vmas"]:
        vma = spec.unpack("vma", parts[VMA["vma"]])
        line = (f"vma {vma.start:#x} {vma.end:#x} "
                f"{spec.word('vma_kind', vma.kind)} "
                f"{cost(spec.unpack('vma_counts', parts[VMA['counts']]))}")
        if VMA["name"] in parts:
            name = parts[VMA["name"]].rstrip(b"\0").decode()
            line += f" name={name}"
        yield line


def watches():
    return oracle.slurp(debugfs.ROOT + "/watches").decode().splitlines()


@test("debugfs: watches, and the faults of a process")
def faces():
    setup.quiet()
    with Writer() as target, netlink.Socket() as sock:
        equal(debugfs.ask("faults", target.pid), "not watched\n", "before")
        equal(watches(), [], "before")
        first = begin(sock, u32(KEY["pid"], target.pid))
        target.write(700)
        told = counts(sock, first)
        head = head_line(sock, told, first)
        equal(watches(), [head], "one watch")
        equal(debugfs.ask("faults", target.pid).splitlines(),
              [head, *lines(told, target.pid)], "its faults")
        assert "anon=699" in head, head
        equal(debugfs.ask("faults", os.getpid()), "not watched\n",
              "somebody else")
        # A second one, also of the children: the counts of a family are not
        # those of one process.
        second = begin(sock, u32(KEY["pid"], target.pid), attr(KEY["follow"]),
                       u32(KEY["kinds"], spec.ENUM["watch_kind"]["fault"]))
        target.write(1000)
        told = {number: counts(sock, number) for number in (first, second)}
        family = head_line(sock, told[second], second, "fault", "family")
        equal(watches(), [head_line(sock, told[first], first), family],
              "two watches")
        both = debugfs.ask("faults", target.pid).splitlines()
        at = both.index(family)
        equal(both[:at], [head_line(sock, told[first], first),
                          *lines(told[first], target.pid)], "the first")
        equal(both[at + 1:], [line for line in lines(told[second], target.pid)
                              if not line.startswith("class ")], "the second")


@test("debugfs: a watch of everything is one of each process")
def everything():
    setup.quiet()
    with Writer() as target, netlink.Socket() as sock:
        begin(sock, attr(KEY["everything"]))
        target.write(500)
        text = debugfs.ask("faults", target.pid).splitlines()
        assert " target=all " in text[0], text
        thread, = (line for line in text if line.startswith("thread "))
        assert thread.startswith(f"thread {target.pid}/{target.pid} "), thread
        assert any(line.startswith("vma ") and " count=499 " in line
                   for line in text), text
        assert not any(line.startswith("class ") for line in text), text


def refused(name, flags):
    try:
        os.close(os.open(f"{debugfs.ROOT}/{name}", flags))
    except PermissionError:
        return True
    return False


@test("debugfs: for root only, and nothing is left")
def root_only():
    for name, flags in ("watches", os.O_RDONLY), ("pid/faults", os.O_RDWR):
        equal(as_user(refused, name, flags), True, name)
    wait_until(lambda: not watches(), "the last watch to end")


main()
