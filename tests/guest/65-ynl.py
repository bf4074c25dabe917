# SPDX-License-Identifier: GPL-2.0
"""A second client: the kernel's own Python YNL client with our spec. Nothing of
it was written for mmlens."""
import json
import os
import subprocess
import sys

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


main()
