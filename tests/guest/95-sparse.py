# SPDX-License-Identifier: GPL-2.0
"""What is reserved and never touched costs nothing. How fast is for the
benchmark to say; here the count of what was told does."""
import sys

sys.path.insert(0, __file__.rpartition("/")[0] + "/../lib")
# pylint: disable=wrong-import-position
import lens
import netlink
import oracle
import spec
from compare import STATE
from ktap import equal, main, note, test
from netlink import query
from workload import Workload

TIB = 1 << 40


@test("1 TiB reserved: a few records, every page of it told")
def reserved():
    with Workload("sparse", 16) as target:
        target.stop()
        area = target.areas[0]
        with netlink.Socket() as sock:
            messages = sock.dump("page", query(
                pid=target.pid, start=area.start, end=area.end))
        runs = netlink.runs_of(messages)
        equal(sum(r.pages for r in runs), TIB // oracle.PAGE, "pages")
        touched = sum(r.pages for r in runs if STATE[r.state] == "anon")
        equal(touched, target.numbers["touched"], "touched")
        assert len(runs) < 100, len(runs)
        stall = [spec.unpack("stall", m.one("stall")) for m in messages
                 if m.one("stall")][0]
        # Each hold ends after a few thousand entries: the 4096 of what was
        # touched, and less than as many of all the emptiness.
        note(f"{len(runs)} runs, {stall.holds} holds, "
             f"the longest {stall.longest_ns / 1e6:.1f} ms")
        assert stall.holds < 20, stall


@test("1 TiB reserved: the commands answer")
def commands():
    with Workload("sparse", 1) as target:
        target.stop()
        area = target.areas[0]
        told = lens.ask("vmas", target.pid, "--stats")["vmas"]
        row = [v for v in told if lens.number(v["start"]) == area.start][0]
        equal(row["pages"]["anon"], target.numbers["touched"], "anon")
        equal(sum(row["pages"].values()), TIB // oracle.PAGE, "pages")
        lens.ask("pages", target.pid)


main()
