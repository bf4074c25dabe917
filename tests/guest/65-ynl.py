# SPDX-License-Identifier: GPL-2.0
# kernel: 6.12
"""A second client: the kernel's own Python YNL client with our spec. Nothing of
it was written for mmlens."""
import collections
import json
import mmap
import os
import subprocess
import sys
import time

sys.path.insert(0, __file__.rpartition("/")[0] + "/../lib")
# pylint: disable=wrong-import-position
import netlink
import oracle
import spec
import vmas
from ktap import equal, main, note, test
from workload import Workload

YNL = "/mmlens/ynl"
SPEC = f"{YNL}/Documentation/netlink/specs/mmlens.yaml"


sys.path.insert(0, f"{YNL}/tools/net/ynl")
FAMILIES = []


def command(*args):
    """What the client's own command prints, decoded."""
    done = subprocess.run(
        [sys.executable, "-B", f"{YNL}/tools/net/ynl/cli.py", "--spec", SPEC,
         "--output-json", *args], check=False, capture_output=True, text=True)
    if done.returncode:
        raise AssertionError(done.stderr[-2000:])
    return json.loads(done.stdout)


def family():
    """The client's library. It reads the spec once; the command above has
    held it to the schema."""
    if not FAMILIES:
        from lib import YnlFamily  # pylint: disable=import-error
        FAMILIES.append(YnlFamily(SPEC, ""))
    return FAMILIES[0]


@test("there is a client to ask with")
def there():
    assert os.path.exists(f"{YNL}/tools/net/ynl/cli.py"), \
        "the client of linux-source is not in the guest"


@test("info")
def info():
    told = family().do("info", {})
    equal(told["kernel"], oracle.release(), "kernel")
    assert "pagemap-fd" in told["features"], told


@test("the VMAs of a PID")
def vma_dump():
    with Workload("state", "anon", "memfd", "thp") as target:
        target.stop()
        told = command("--dump", "vma", "--json", json.dumps(
            {"pid": target.pid}))
        got = [message for message in told if "vma" in message]
        want = vmas.dump(pid=target.pid).vmas
        equal(len(got), len(want), "number of VMAs")

        def as_number(value):
            return int(value, 0) if isinstance(value, str) else value

        for message, known in zip(got, want):
            vma = message["vma"]
            equal((as_number(vma["start"]), as_number(vma["end"]),
                   vma["inode"], vma["kind"], set(vma["flags"])),
                  (known.vma.start, known.vma.end, known.vma.inode,
                   spec.word("vma_kind", known.vma.kind),
                   set(spec.words("vma_flag", known.vma.flags))),
                  hex(known.vma.start))
            equal(message.get("name", "").encode(), known.name or b"", "name")
        equal([m for m in told if "stall" in m], told[-1:], "the last message")
        note(f"{len(got)} VMAs equal")


@test("the pages of a PID, every record of a message")
def page_dump():
    with Workload("state", "anon=64", "mixed=96") as target:
        target.stop()
        told = family().dump("page", {
            "pid": target.pid, "detail": ["entry", "pfn"]})
        got = [run for message in told for run in message.get("run", ())]
        bits = spec.ENUM["detail"]["entry"] | spec.ENUM["detail"]["pfn"]
        want = netlink.pages(pid=target.pid, detail=bits)
        equal([(r["state"], r["pages"], r["pfn"]) for r in got],
              [(spec.word("state", r.state), r.pages, r.pfn) for r in want],
              "runs")


@test("mm and walk")
def single():
    told = family().do("mm", {"pid": 1})
    equal(told["counters"]["map-count"], len(oracle.maps(1)), "map-count")
    with Workload("state", "anon") as target:
        told = family().do("walk", {"pid": target.pid,
                                    "address": target.area("anon").start})
        equal(told["step"][-1]["kind"], "leaf", "the end")


def toucher(pages):
    """A child that waits for a line, and then writes to so many new pages."""
    read, write = os.pipe()
    pid = os.fork()
    if pid:
        os.close(read)
        return pid, write
    area = mmap.mmap(-1, pages * mmap.PAGESIZE,
                     mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    area.madvise(mmap.MADV_NOHUGEPAGE)
    os.read(read, 1)
    for i in range(pages):
        area[i * mmap.PAGESIZE] = 1
    os._exit(0)


@test("a watch: its events and its counts")
def watch():
    pid, go = toucher(200)
    told = family().do("watch", {"pid": pid, "kinds": ["fault"]})
    os.write(go, b"\n")
    os.waitpid(pid, 0)
    messages = []
    while not any("ended" in message for message in messages):
        time.sleep(.1)
        family().check_ntf()
        while family().async_msg_queue:
            messages.append(family().async_msg_queue.pop(0)["msg"])
    faults = [fault for message in messages
              for fault in message.get("fault", ())]
    counts = family().dump("counts", {"id": told["id"]})
    classes = {row["fault-class"]: row["count"] for message in counts
               for row in message.get("class-counts", ())}
    equal(collections.Counter(fault["fault-class"] for fault in faults),
          classes, "events and counts, by class")
    equal(sorted(fault["serial"] for fault in faults),
          list(range(counts[0]["fault-counts"]["events"])), "serial numbers")
    assert classes["anon"] >= 200, classes
    assert {fault["pid"] for fault in faults} == {pid}, faults[:3]
    names = [message["watched-vma"] for message in messages
             if "watched-vma" in message]
    assert names, "no VMA has a name"
    note(f"{len(faults)} faults equal")


main()
