# SPDX-License-Identifier: GPL-2.0
# kernel: 7.3
"""lru, zones and lru --peek on the command line: the JSON keeps to its schema,
adds up, and the text has the same numbers. What is right is tested elsewhere."""
import contextlib
import errno
import os
import re
import subprocess
import sys

sys.path.insert(0, __file__.rpartition("/")[0] + "/../lib")
# pylint: disable=wrong-import-position
import lens
import oracle
from ktap import equal, main, none_left, test
from workload import STUDENT, steady

PAGE = oracle.PAGE
REGIME = "/sys/kernel/mm/lru_gen/enabled"
CLASSIC = "inactive-anon", "active-anon", "inactive-file", "active-file"


def text(*args, status=0, user=None, columns=80):
    answer = lens.run("--color=never", *args, user=user,
                      env={"COLUMNS": str(columns)})
    equal(answer.status, status, f"exit of {args}")
    return (answer.out + answer.err).decode()


@contextlib.contextmanager
def regime(wanted):
    """The LRU as wanted, "n" or "y", and then again as it was."""
    before = "y" if int(oracle.slurp(REGIME), 16) & 1 else "n"
    try:
        with open(REGIME, "w", encoding="ascii") as file:
            file.write(wanted)
        yield
    finally:
        with open(REGIME, "w", encoding="ascii") as file:
            file.write(before)


def both_regimes(check):
    for wanted in "ny":
        with regime(wanted):
            check("classic" if wanted == "n" else "generations")


@contextlib.contextmanager
def own_cgroup():
    """A cgroup of the hierarchy of version 2, and its path below the root."""
    root = "/sys/fs/cgroup"
    mounted = os.path.exists(root + "/cgroup.controllers")
    if not mounted:
        subprocess.run(["mount", "-t", "cgroup2", "none", root], check=True)
    with open(root + "/cgroup.subtree_control", "w", encoding="ascii") as file:
        file.write("+memory")
    name = f"/test-{os.getpid()}"
    os.mkdir(root + name)
    try:
        yield name
    finally:
        os.rmdir(root + name)
        if not mounted:
            subprocess.run(["umount", "-l", root], check=True)


def write_in(cgroup, path, pages):
    """Have a process of the cgroup write a file, and exit."""
    pid = os.fork()
    if not pid:
        with open(f"/sys/fs/cgroup{cgroup}/cgroup.procs", "w",
                  encoding="ascii") as file:
            file.write(str(os.getpid()))
        with open(path, "wb") as file:
            file.write(b"x" * (pages * PAGE))
        os._exit(0)
    equal(os.waitpid(pid, 0)[1], 0, "the writer's exit")


@test("zones: the text has the numbers of the JSON")
def zones():
    told = lens.ask("zones")
    out = text("--bytes", "zones", columns=200)
    for zone in told["zones"]:
        row = re.search(rf"^ +{zone['zone']} +(\d+) +(\S.*)$", out, re.M)
        assert row, (zone, out)
        words = row.group(2).split()
        for n, key in enumerate(("min", "low", "high", "promo", "boost")):
            got = 0 if words[n] == "-" else int(words[n])
            equal(got, zone[key + "_pages"] * PAGE, f"{key} of {zone}")
        equal(int(words[6]), zone["managed_pages"] * PAGE, "managed")
        free = sum(b["blocks"] << b["order"] for b in zone["free_blocks"])
        assert abs(free - zone["free_pages"]) < 2048, zone
        assert zone["min_pages"] <= zone["low_pages"] <= zone["high_pages"]
        assert list(zone["reserve"]) == [
            "dma", "dma32", "normal", "movable", "device"], zone["reserve"]
    for name, value in told["settings"].items():
        value = " ".join(map(str, value)) if isinstance(value, list) else value
        assert re.search(rf"^  {name} +{value} ", out, re.M), (name, value)
    equal(len(told["nodes"]), len({z["node"] for z in told["zones"]}), "nodes")
    one = lens.ask("zones", "--node", told["nodes"][-1]["node"])
    equal([n["node"] for n in one["nodes"]], [told["nodes"][-1]["node"]],
          "--node")


@test("zones: bars show the marks, on any terminal")
def bars():
    for columns in 40, 80, 132, 250:
        out = text("zones", columns=columns)
        bar = re.search(r"^  dma32 +([█│░#|.]+)", out, re.M)
        assert bar and len(re.findall("[│|]", bar.group(1))) in (3, 4), out
        if columns >= 80:
            assert re.search(r"^ +min +low +high( +promo)?$", out, re.M), out
            none_left([line for line in out.split("\n")
                       if len(line) > columns], "long lines")


def check_lru(told, name):
    lru, summary = told["lru"], told["summary"]
    equal(lru["regime"], name, "regime")
    pages = {key: 0 for key in ("pages", "anon_pages", "file_pages",
                                "unevictable_pages")}
    for vec in lru["lruvecs"]:
        found = sum(s["pages"] for s in vec["sizes"])
        equal(vec["pages"], found, f"pages of {vec['node']}")
        for key in pages:
            pages[key] += vec[key]
        equal(sum(g["anon_pages"] + g["file_pages"]
                  for g in vec["generations"]),
              sum(s["pages"] for s in vec["sizes"]
                  if s["lru"] == "generation"), "in generations")
        equal([g["younger"] for g in vec["generations"]],
              list(range(len(vec["generations"]))), "youngest first")
    equal({key: summary[key] for key in pages}, pages, "summary")


@test("lru: adds up, in both regimes, and the text has the same numbers")
def lru():
    def check(name):
        told = lens.ask("lru", "--stats")
        check_lru(told, name)
        for node in told["nodes"]:
            equal([c["lru"] for c in node["counters"]],
                  ["inactive-anon", "active-anon", "inactive-file",
                   "active-file", "unevictable", "isolated", "isolated"],
                  "counters")
        equal(sum(c.get("found_pages", 0) for n in told["nodes"]
                  for c in n["counters"]) in (0, told["summary"]["pages"]),
              True, "found in all")
        out = text("--bytes", "lru", "--stats", columns=160)
        assert out.startswith(f"LRU, {name}: "), out
        total = int(re.search(r"^  all +(\d+) ", out, re.M).group(1))
        parts = {m[0]: int(m[1]) for m in re.findall(
            r"^  (active|inactive|unevictable) +(\d+)", out, re.M)}
        if name == "classic":
            equal(sum(parts.values()), total, "parts")
        assert abs(total - told["summary"]["pages"] * PAGE) < 4 << 20, out
        assert " 0 \n" not in out, out
    both_regimes(check)


def off(told):
    """Pages found beyond what was counted and is pending."""
    return [c["found_pages"] - c["counted_pages"] - c["pending_pages"]
            for node in told["nodes"] for c in node["counters"]
            if "found_pages" in c]


@test("lru: the kernel's counters agree, in a line, and each with --stats")
def counters():
    def check(name):
        rows = re.findall(
            r"^  (\S+) +(\d+) +(-?\d+) +([+-]\d+) +([+-]\d+)$",
            text("lru", "--stats"), re.M)
        equal({row[0] for row in rows}, {*CLASSIC, "unevictable"}, name)
        for _, found, counted, pending, difference in rows:
            equal(int(difference), int(found) - int(counted) - int(pending),
                  f"{name}: difference")
        # Pages come and go between list and counter, but not each time.
        for _ in range(30):
            before, out = lens.ask("lru"), text("lru", columns=200)
            if not any(off(before) + off(lens.ask("lru"))):
                assert off(before), before
                if "own counters agree, with " in out:
                    return
        raise AssertionError(f"{name}: they never agree: {out}")
    both_regimes(check)


def listed(told):
    return [(x["path"], x["node"], x["lru"], x["type"])
            for x in told["lru"]["lists"]]


@test("lru --peek: the lists that are asked for, and what is on them")
def peek():
    def check(name):
        for end in "tail", "head":
            # Between two answers, a list may come or go.
            told, out = steady(
                lambda e=end: lens.ask("lru", "--peek", e, "-n", 7),
                lambda e=end: text("lru", "--peek", e, "-n", 7), listed)
            equal(told["lru"]["end"], end, "end")
            assert told["lru"]["lists"], told
            for found in told["lru"]["lists"]:
                equal(found["lru"] == "generation", name == "generations",
                      f"list {found['lru']}")
                assert len(found["folios"]) <= 7, found
                assert end == "head" or not found["lru"].startswith("active-")
                for folio in found["folios"]:
                    equal(folio["state"] == "file" or
                          "swapbacked" not in folio["flags"],
                          found["type"] == "file", f"{folio} in {found}")
            # Whether what is mapped was used, the list does not tell.
            none_left([row for row in re.findall(
                r"^ +[0-9a-f]+ +\d+ +[\d.]+[KMG] +(-|\d+) "
                r"(?:drop|swap|write)(.*)$", out, re.M)
                if (row[0] == "-") == row[1].startswith(" if idle")],
                "idle or not")
            heads = re.findall(r"^(/.*), node \d+: ", out, re.M)
            equal(len(heads), len(told["lru"]["lists"]), "lists in the text")
        if name == "classic":
            for word in CLASSIC:
                told = lens.ask("lru", "--peek", "tail", "--list", word,
                                "--count", 64)
                equal({x["lru"] for x in told["lru"]["lists"]} - {word},
                      set(), word)
    both_regimes(check)


@test("lru --peek: file, offset and path of what a cgroup wrote, in order")
def paths():
    def check(name):
        path = f"/tmp/written by {os.getpid()} {name}"
        write_in(cgroup, path, 200)
        try:
            lists = lens.ask("lru", "--peek", "tail", "-n", 64, "--cgroup",
                             cgroup)["lru"]["lists"]
            assert {x["path"] for x in lists} == {cgroup}, lists
            found = [f["offset_bytes"] for x in lists for f in x["folios"]
                     if f.get("path") == path]
            assert len(found) > 32, (len(found), lists)
            equal(found, sorted(found), "offsets from the tail")
            head = [f["offset_bytes"] for x in lens.ask(
                "lru", "--peek", "head", "-n", 64, "--cgroup",
                "/sys/fs/cgroup" + cgroup)["lru"]["lists"]
                    for f in x["folios"] if f.get("path") == path]
            equal(head, sorted(head, reverse=True), "offsets from the head")
            assert head[0] > found[-1], (head, found)
            whole = lens.ask("lru", "--cgroup", cgroup)
            check_lru(whole, name)
            equal({v["path"] for v in whole["lru"]["lruvecs"]}, {cgroup},
                  "--cgroup")
            assert "nodes" not in whole, whole
            out = text("lru", "--peek", "tail", "-n", 64, "--cgroup", cgroup,
                       columns=160)
            assert f"{path} at {found[0] // 1024}K" in out, out
        finally:
            os.unlink(path)
    with own_cgroup() as cgroup:
        both_regimes(check)


@test("lru: of a cgroup, a node, a generation that is not there: exit 2")
def absent():
    for args, number in ((("lru", "--cgroup", "/no/such"), errno.ENOENT),
                         (("lru", "--cgroup", "/etc"), errno.ENOENT),
                         (("lru", "--cgroup", ""), errno.ENOENT),
                         (("lru", "--node", "77"), errno.ENODEV),
                         (("zones", "--node", "77"), errno.ENODEV),
                         (("lru", "--peek", "tail", "--list",
                           "generation:123456789"), errno.ERANGE),
                         (("lru", "--peek", "tail", "--list", "unevictable"),
                          errno.EOPNOTSUPP)):
        error = lens.ask(*args, status=2)["error"]
        equal(error["errno"], number, f"errno of {args}")
        assert text(*args, status=2).startswith("mmlens: "), args


@test("lru and zones are for CAP_SYS_ADMIN: exit 2, and a sentence")
def permission():
    for args in ("lru",), ("zones",), ("lru", "--peek", "tail"):
        error = lens.ask(*args, status=2, user=STUDENT)["error"]
        equal(error["errno"], errno.EPERM, f"errno of {args}")
        said = text(*args, status=2, user=STUDENT)
        assert "CAP_SYS_ADMIN" in said and "sudo" in said, said
        equal(len(said.strip().split("\n")), 2, f"lines of {args}")


@test("what makes no sense: exit 1, a sentence, and no answer")
def usage():
    me = os.getpid()
    peek_at = "lru", "--peek", "tail"
    for args in (("zones", "1"), ("zones", "--node"), ("zones", "--node", "x"),
                 ("zones", "--node", "-1"), ("zones", "--cgroup", "/"),
                 ("zones", "--node", "4294967296"), ("zones", "--stats"),
                 ("lru", "--list", "active-anon"), ("lru", "--count", "3"),
                 ("lru", "--node", "0", me), ("lru", "--peek", "tail", me),
                 ("lru", "--cgroup", "/", me), ("lru", "--peek", "middle"),
                 ("lru", "--peek"), (*peek_at, "-n"), (*peek_at, "-n", "0"),
                 (*peek_at, "-n", "65"), (*peek_at, "-n", "x"),
                 (*peek_at, "-n", "1x"), (*peek_at, "-n", "-1"),
                 (*peek_at, "--list", "nothing"), (*peek_at, "--stats"),
                 (*peek_at, "--list", "batch"), (*peek_at, "--list", ""),
                 (*peek_at, "--list", "generation:"),
                 (*peek_at, "--list", "generation:x"),
                 ("info", "--node", "0"), ("info", "--peek", "tail"),
                 ("vmas", "--cgroup", "/", me)):
        answer = lens.run(*args)
        equal((answer.status, answer.out), (1, b""), f"{args}")
        assert answer.err.startswith(b"mmlens: "), (args, answer)
    # Without --peek, -n has no value.
    equal(lens.run("lru", "-n").status, 0, "lru -n")
    for command in "lru", "zones":
        out = text(command, "--help")
        assert out.startswith(f"mmlens {command} "), out
        none_left([line for line in out.split("\n") if len(line) > 80],
                  f"long lines in {command} --help")


main()
