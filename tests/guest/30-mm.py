# SPDX-License-Identifier: GPL-2.0
"""The address space as a whole: layout against stat, counters against status,
statm and smaps, page tables against VmPTE, OOM points against oom_score,
sharers against what was started."""
import os
import subprocess
import sys

sys.path.insert(0, __file__.rpartition("/")[0] + "/../lib")
# pylint: disable=wrong-import-position
import lens
import netlink
import oracle
import setup
import spec
from ktap import equal, main, note, test
from workload import Workload, program

PAGE = oracle.PAGE
# 6.1 lets each thread keep back this many pages of each kind.
KEPT_BACK = 64


def features():
    with netlink.Socket() as sock:
        attrs = dict(sock.do("info").attrs)
    return spec.words("feature", int.from_bytes(
        attrs[spec.CONST["MMLENS_A_INFO_FEATURES"]], "little"))


def ask(pid):
    with netlink.Socket() as sock:
        answer = sock.do("mm", netlink.query(pid=pid))
    return tuple(spec.unpack(name, answer.one(name))
                 for name in ("layout", "counters", "tables"))


def sharers(pid):
    with netlink.Socket() as sock:
        messages = sock.dump("sharer", netlink.query(pid=pid))
    hidden = [m.number("hidden") for m in messages if m.one("hidden")]
    found = [spec.unpack("sharer", data)
             for m in messages for data in m.all("sharer")]
    return found, hidden


STATES = ["anon=5000", "zero", "thp=2048", "file-private=1000",
          "tmpfs-shared=500", "locked=300", "swapped", "hugetlb",
          "forked-thp", "memfd"]


def built():
    setup.quiet()
    setup.swap_on()
    setup.huge_pages(6)
    return Workload("state", *STATES)


@test("layout against /proc/PID/stat")
def layout():
    with built() as target:
        target.stop()
        told, _, tables = ask(target.pid)
        # Numbers of the fields in proc(5).
        fields = dict(start_code=26, end_code=27, start_stack=28,
                      start_data=45, end_data=46, start_brk=47, arg_start=48,
                      arg_end=49, env_start=50, env_end=51)
        equal({n: getattr(told, n) for n in fields},
              {n: oracle.stat_field(target.pid, f) for n, f in fields.items()},
              "layout")
        maps = oracle.maps(target.pid)
        heap = [v for v in maps if v.name == b"[heap]"]
        # The kernel maps whole pages.
        equal((told.brk + PAGE - 1) & -PAGE, heap[-1].end, "brk")
        loader = [v for v in maps if b"/ld-linux" in v.name][-1]
        assert loader.end <= told.mmap_base < told.start_stack, told
        five = "la57" in oracle.slurp("/proc/cpuinfo").decode().split() and \
            "no5lvl" not in oracle.slurp("/proc/cmdline").decode().split()
        equal(tables.levels, 5 if five else 4, "levels")
        equal(told.task_size, (1 << (56 if five else 47)) - PAGE, "task_size")


def close(got, want, slack, what):
    note(f"{what}: mmlens {got}, the kernel {want}")
    if abs(got - want) > slack:
        raise AssertionError(f"{what}: {got}, {want}, slack {slack}")


@test("counters against status and statm")
def status():
    with built() as target:
        target.stop()
        _, told, _ = ask(target.pid)
        status = oracle.status(target.pid)
        statm = oracle.statm(target.pid)
        equal({"VmSize": told.total_vm * PAGE, "VmLck": told.locked_vm * PAGE,
               "VmPin": told.pinned_vm * PAGE, "VmData": told.data_vm * PAGE,
               "VmStk": told.stack_vm * PAGE,
               "VmExe + VmLib": told.exec_vm * PAGE,
               "VmPTE": told.pgtables_bytes, "VmPeak": told.hiwater_vm * PAGE},
              {**{k: status[k] for k in ("VmSize", "VmLck", "VmPin", "VmData",
                                         "VmStk", "VmPTE", "VmPeak")},
               "VmExe + VmLib": status["VmExe"] + status["VmLib"]}, "counters")
        assert told.locked_vm >= 300, told
        equal(told.total_vm, statm["size"], "statm size")
        equal(told.map_count, len(oracle.maps(target.pid)), "map_count")
        # Where RSS is summed up exactly, status may still show what the CPUs
        # have not handed in: a batch of 32 pages each.
        slack = 0 if "exact-counters" not in features() else \
            32 * os.cpu_count()
        close(told.rss_anon, status["RssAnon"] // PAGE, slack, "RssAnon")
        close(told.rss_file, status["RssFile"] // PAGE, slack, "RssFile")
        close(told.rss_shmem, status["RssShmem"] // PAGE, slack, "RssShmem")
        close(told.swap, status["VmSwap"] // PAGE, slack, "VmSwap")
        close(told.hiwater_rss, status["VmHWM"] // PAGE, 3 * slack, "VmHWM")


@test("RSS and swap against the sum of smaps")
def rss():
    with built() as target:
        target.stop()
        _, told, _ = ask(target.pid)
        sums = {key: sum(facts[key] for _, facts in oracle.smaps(target.pid))
                // PAGE for key in ("Rss", "Anonymous", "Swap")}
        exact = "exact-counters" in features()
        equal(exact, oracle.version() >= (6, 2), "exact counters")
        slack = 0 if exact else KEPT_BACK
        close(told.rss_anon, sums["Anonymous"], slack, "anonymous")
        close(told.rss_file + told.rss_shmem, sums["Rss"] - sums["Anonymous"],
              2 * slack, "file and shmem")
        close(told.swap, sums["Swap"], slack, "swap")
        assert told.rss_anon > 7000 and told.swap >= 500, told


@test("page tables against VmPTE")
def tables():
    with built() as target:
        target.stop()
        _, told, tables = ask(target.pid)
        note(tables)
        counted = (tables.pud + tables.pmd + tables.pte + tables.deposited)
        equal(counted * PAGE, oracle.status(target.pid)["VmPTE"], "tables")
        equal(counted * PAGE, told.pgtables_bytes, "pgtables_bytes")
        equal(tables.pgd, 1, "top tables")
        # The program low, the libraries high: at most two ways from the top.
        equal(tables.p4d > 0, tables.levels == 5, "p4d")
        # A table is deposited with each of the huge pages: 4 of thp. Those
        # of hugetlb need none, and a fork leaves the parent's in place.
        assert tables.deposited >= 4, tables
    with Workload("sparse", 0) as target:
        target.stop()
        _, _, tables = ask(target.pid)
        counted = (tables.pud + tables.pmd + tables.pte + tables.deposited)
        equal(counted * PAGE, oracle.status(target.pid)["VmPTE"],
              "tables of 1 TiB")


@test("OOM points against oom_score")
def oom():
    setup.swap_on()
    info = oracle.keyed("/proc/meminfo")
    total = (info["MemTotal"] + info["SwapTotal"]) // PAGE
    with Workload("state", "anon=8000", "swapped") as target:
        target.stop()
        for adjust in 0, 500, -500, 1000, -1000:
            setup.put(f"/proc/{target.pid}/oom_score_adj", str(adjust))
            told = lens.ask("mm", target.pid)["mm"]["oom"]
            equal(told["total_pages"], total, "total pages")
            equal(told["score_adj"], adjust, "oom_score_adj")
            score = int(oracle.slurp(f"/proc/{target.pid}/oom_score"))
            if adjust == -1000:
                assert told.get("immune") and "points" not in told, told
                equal(score, 0, "oom_score")
                continue
            points = (told["rss_pages"] + told["swap_pages"] +
                      told["pgtables_pages"] + adjust * total // 1000
                      if adjust >= 0 else
                      told["rss_pages"] + told["swap_pages"] +
                      told["pgtables_pages"] - -adjust * (total // 1000))
            # The kernel divides first: at most 1000 pages of difference.
            close(told["points"], points, 1000, f"points at {adjust}")
            # fs/proc/base.c: from 0, that of an immune process, to 2000/1.5.
            from_points = (1000 + int(told["points"] * 1000 / total)) * 2 // 3
            close(from_points, score, 1, f"oom_score at {adjust}")


@test("threads, CLONE_VM, vfork: who shares, and how")
def relations():
    with Workload("threads", "-t", 5, "-c", "-v") as target:
        parent = target.numbers["parent"]
        tids = {int(t) for t in os.listdir(f"/proc/{parent}/task")}
        want = {tid: (parent, "thread") for tid in tids}
        want[parent] = (parent, "owner")
        for name, relation in (("clone_pid", "clone-vm"),
                               ("vfork_pid", "vfork")):
            want[target.numbers[name]] = (target.numbers[name], relation)
        for pid in parent, target.numbers["vfork_pid"]:
            found, hidden = sharers(pid)
            equal({s.tid: (s.pid, spec.word("relation", s.relation))
                   for s in found}, want, f"sharers of {pid}")
            equal(len(found), len(want), "each is told once")
            equal([n for n in hidden if n], [], "hidden")
            comms = {s.tid: s.comm.rstrip(b"\0") for s in found}
            equal(comms, {tid: oracle.slurp(
                f"/proc/{tid}/comm").rstrip(b"\n") for tid in want}, "names")
            equal(ask(pid)[1].mm_users, len(want), "mm_users")


@test("a process by itself shares with nobody")
def alone():
    with program("sleep", "1000") as process:
        found, _ = sharers(process.pid)
        equal([(s.pid, spec.word("relation", s.relation)) for s in found],
              [(process.pid, "owner")], "sharers")


@test("in a PID namespace, PIDs are those of the namespace")
def namespace():
    script = ("import sys; sys.path.insert(0, sys.argv[1]); import os\n"
              "import netlink, spec\n"
              "with netlink.Socket() as s:\n"
              "    m = s.dump('sharer', netlink.query(pid=os.getpid()))\n"
              "print([spec.unpack('sharer', d)[:2]"
              " for x in m for d in x.all('sharer')] == [(1, 1)])\n"
              "try:\n"
              "    with netlink.Socket() as s:\n"
              "        s.do('mm', netlink.query(pid=int(sys.argv[2])))\n"
              "except netlink.Refused as r: print(r.errno)\n")
    with program("sleep", "1000") as outside:
        out = subprocess.run(
            ["unshare", "--pid", "--fork", sys.executable, "-B", "-c", script,
             os.path.dirname(os.path.abspath(netlink.__file__)),
             str(outside.pid)], check=True, capture_output=True)
    # It is number 1 there, and the outside has no number there: ESRCH.
    equal(out.stdout.split(), [b"True", b"3"], "what it saw")


@test("the terminal's answer holds the same numbers")
def command_line():
    with Workload("state", "anon", "locked", "file-private") as target:
        target.stop()
        layout, counters, tables = ask(target.pid)
        told = lens.ask("mm", target.pid)["mm"]
        equal({k: lens.number(v) for k, v in told["layout"].items()},
              layout._asdict(), "layout")
        want = counters._asdict()
        users, flags = want.pop("mm_users"), want.pop("flags")
        equal(told["mm_users"], users, "mm_users")
        equal(flags, 0, "flags")
        equal(told["counters"], {
            (k if k in ("pgtables_bytes", "map_count") else k + "_bytes"):
            (v if k in ("pgtables_bytes", "map_count") else v * PAGE)
            for k, v in want.items()}, "counters")
        equal({k: told["page_tables"][k] for k in tables._asdict()},
              tables._asdict(), "tables")
        equal([(s["pid"], s["tid"], s["relation"]) for s in told["sharers"]],
              [(target.pid, target.pid, "owner")], "sharers")


main()
