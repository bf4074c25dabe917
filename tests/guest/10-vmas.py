# SPDX-License-Identifier: GPL-2.0
"""VMAs against /proc/PID/maps field by field, and against smaps' VmFlags."""
import os
import signal
import subprocess
import sys

sys.path.insert(0, __file__.rpartition("/")[0] + "/../lib")
# pylint: disable=wrong-import-position
import netlink
import oracle
import setup
import spec
import vmas
from ktap import equal, main, none_left, note, test
from workload import Workload, program, wait_until

# MMLENS_LONG is what scripts/test --long says.
MANY = 20000 if os.environ.get("MMLENS_LONG") else 5000

KIND = {number: name for name, number in spec.ENUM["vma_kind"].items()}


def as_maps(told):
    """What mmlens tells, as a line of maps."""
    vma = told.vma
    return oracle.Vma(vma.start, vma.end, vmas.perms(vma.flags), vma.offset,
                      (vma.dev_major, vma.dev_minor), vma.inode,
                      vmas.maps_name(told))


def against_maps(pid):
    """All VMAs, all fields. The target is stopped."""
    dump = vmas.dump(pid=pid)
    want = oracle.maps(pid)
    got = [as_maps(told) for told in dump.vmas]
    none_left([pair for pair in zip(got, want) if pair[0] != pair[1]],
              "VMAs against maps")
    equal(len(got), len(want), "number of VMAs")
    equal(len(dump.cookies), 1, "identities of one address space")
    equal(len(dump.stalls), 1, "stalls told")
    equal(dump.interrupted, False, "marked as changed")
    return dump


def against_smaps(dump, pid):
    """The flags in words, and the size of pages."""
    wrong = []
    for told, (vma, facts) in zip(dump.vmas, oracle.smaps(pid)):
        got = set(spec.words("vma_flag", told.vma.flags))
        # smaps has no letters for it.
        got.discard("has-anon-vma")
        want = set(facts["flags"])
        # smaps of 6.1 has no letters for VM_LOCKONFAULT.
        if "??" in want:
            want = want - {"??"} | {"lock-on-fault"}
        if got != want:
            wrong.append((hex(vma.start), sorted(got - want),
                          sorted(want - got)))
        if told.vma.page_size != facts["KernelPageSize"]:
            wrong.append((hex(vma.start), told.vma.page_size))
    none_left(wrong, "flags against smaps: only ours, only the kernel's")


def both(pid):
    dump = against_maps(pid)
    against_smaps(dump, pid)
    note(f"{len(dump.vmas)} VMAs equal")
    return dump


@test("a shell")
def shell():
    with program("bash", "-c", "echo; read line; exit",
                 stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        process.stdout.readline()
        os.kill(process.pid, signal.SIGSTOP)
        wait_until(lambda: oracle.stat(process.pid)[0] == "T", "the shell")
        dump = both(process.pid)
        named = {told.name: KIND[told.vma.kind] for told in dump.vmas}
        equal({n: named.get(n) for n in (b"[heap]", b"[stack]", b"[vdso]")},
              {b"[heap]": "heap", b"[stack]": "stack", b"[vdso]": "special"},
              "kinds")
        assert any(k == "file" and n.endswith(b"/bash")
                   for n, k in named.items() if n), named


@test("the first process, asleep")
def first():
    against_maps(1)


@test("threads, their stacks")
def threads():
    with Workload("threads", "-t", 20) as target:
        target.stop()
        both(target.pid)


@test("a vfork child in its window")
def vfork():
    with Workload("threads", "-v") as target:
        parent, child = (target.numbers["parent"], target.numbers["vfork_pid"])
        equal([as_maps(t) for t in both(child).vmas],
              [as_maps(t) for t in both(parent).vmas], "parent and child")


@test("thousands of VMAs")
def many():
    with Workload("vmas", MANY) as target:
        target.stop()
        dump = both(target.pid)
        assert len(dump.vmas) >= MANY, len(dump.vmas)


@test("memfd, deleted files, odd names, huge pages")
def named():
    setup.huge_pages(6)
    with Workload("state", "memfd", "sysv", "shmem-anon", "odd-names",
                  "file-short", "hugetlb", "hugetlb-shared",
                  "pfnmap", "tmpfs-private") as target:
        equal(target.skipped, {}, "what was not built")
        target.stop()
        dump = both(target.pid)
        kinds = {t.vma.start: KIND[t.vma.kind] for t in dump.vmas}
        want = {"memfd": "shmem", "sysv": "shmem", "shmem-anon": "shmem",
                "odd-names": "file", "file-short": "file",
                "hugetlb": "hugetlb", "hugetlb-shared": "hugetlb",
                "pfnmap": "device", "tmpfs-private": "shmem"}
        equal([(a.name, kinds[a.start]) for a in target.areas],
              [(a.name, want[a.name]) for a in target.areas], "kinds")
        names = {t.name for t in dump.vmas if t.name}
        for name in (b"new\nline", b"back\\slash", b"bad\xffutf8", b"[heap]",
                     b" (deleted)", b"/memfd:lens (deleted)"):
            assert any(name in n for n in names), name


@test("flags that programs set")
def flags():
    with Workload("state", "advised", "mapped", "called", "uffd-marker",
                  "guard", "soft-dirty") as target:
        target.stop()
        both(target.pid)


@test("ranges")
def ranges():
    with Workload("vmas", 200) as target:
        target.stop()
        maps = oracle.maps(target.pid)
        area = target.areas[0]
        for start, end in ((area.start + 4096, area.start + 5 * 4096),
                           (area.start + 4097, area.start + 4098),
                           (0, 1 << 64), (0, maps[0].start),
                           (maps[0].end - 1, maps[0].end)):
            got = vmas.dump(pid=target.pid, start=start,
                            end=min(end, (1 << 64) - 1)).vmas
            want = [m for m in maps if m.end > start and m.start < end]
            equal([as_maps(t) for t in got], want, f"{start:#x}-{end:#x}")


@test("an exec in progress")
def execs():
    """Under one PID one address space after the other. Whatever moment is
    seen, it is one of them, whole: its ranges ascend, and one cookie."""
    with Workload("execs") as target:
        seen, refused, cookies = 0, 0, set()
        for _ in range(150):
            try:
                dump = vmas.dump(pid=target.pid)
            except netlink.Refused:
                # The old address space left in the middle of the dump.
                refused += 1
                continue
            bounds = [b for t in dump.vmas for b in (t.vma.start, t.vma.end)]
            equal(bounds, sorted(bounds), "order")
            equal(len(dump.cookies), 1, "identities in one dump")
            cookies |= dump.cookies
            seen += 1
        note(f"{seen} dumps of {len(cookies)} address spaces, {refused} left")
        assert seen > 20 and len(cookies) > 3, (seen, cookies)


@test("the heap and the stack grow, and are told anew")
def grow():
    with Workload("grow") as target:
        for command in "stack", "heap", "stack", "map":
            target.command(command)
            against_maps(target.pid)


main()
