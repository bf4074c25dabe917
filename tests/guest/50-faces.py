# SPDX-License-Identifier: GPL-2.0
"""Netlink, debugfs and the command line tell the same of a stopped target."""
import json
import os
import re
import sys

sys.path.insert(0, __file__.rpartition("/")[0] + "/../lib")
# pylint: disable=wrong-import-position
import debugfs
import lens
import netlink
import oracle
import setup
import spec
import vmas
from ktap import equal, main, none_left, note, test
from workload import Workload, steady

PAGE = oracle.PAGE
DETAIL = spec.ENUM["detail"]
HERE = os.path.dirname(os.path.abspath(__file__))
SHARED = ["anon", "mixed", "zero", "thp", "file-private", "memfd", "forked",
          "swapped-back", "protnone", "odd-names", "locked"]


def built():
    setup.quiet()
    setup.swap_on()
    return Workload("state", *SHARED)


def flags_text(enum, mask):
    return ",".join(spec.words(enum, mask)) or "-"


@test("debugfs: info")
def info_text():
    lines = dict(line.split(" ", 1) for line in
                 oracle.slurp(debugfs.ROOT + "/info").decode().splitlines())
    with netlink.Socket() as sock:
        attrs = dict(sock.do("info").attrs)

    def attr(name):
        return attrs[spec.CONST["MMLENS_A_INFO_" + name]]

    equal(lines["version"].encode(), attr("VERSION").rstrip(b"\0"), "version")
    equal(lines["kernel"], os.uname().release, "kernel")
    equal(attr("KERNEL").rstrip(b"\0").decode(), os.uname().release, "kernel")
    number = {n: int.from_bytes(attr(n), "little")
              for n in ("REGIME", "LEVELS", "PAGE_SIZE", "FEATURES")}
    equal(lines["regime"], spec.word("regime", number["REGIME"]), "regime")
    equal(int(lines["levels"]), number["LEVELS"], "levels")
    equal(int(lines["page-size"]), PAGE, "page size")
    equal(lines["features"], flags_text("feature", number["FEATURES"]),
          "features")


@test("debugfs: mm, and the sharers")
def mm_text():
    with Workload("threads", "-t", 3) as target:
        target.stop()
        lines = debugfs.ask("mm", target.pid).splitlines()
        with netlink.Socket() as sock:
            answer = sock.do("mm", netlink.query(pid=target.pid))
            people = sock.dump("sharer", netlink.query(pid=target.pid))
        want = {}
        for name in "layout", "counters", "tables":
            for key, value in spec.unpack(name,
                                          answer.one(name))._asdict().items():
                want[key.replace("_", "-")] = value
        want["flags"] = flags_text("mm_flag", want["flags"])
        want["hidden"] = sum(m.number("hidden") or 0 for m in people)
        got = {k: v if k == "flags" else int(v, 0) for k, v in
               (line.split(" ", 1) for line in lines
                if not line.startswith("sharer"))}
        equal(got, want, "mm")
        shared = [spec.unpack("sharer", d) for m in people
                  for d in m.all("sharer")]
        equal([line for line in lines if line.startswith("sharer")],
              [f"sharer {s.pid}/{s.tid} {spec.word('relation', s.relation)} "
               + s.comm.rstrip(b'\0').decode() for s in shared], "sharers")


def vma_line(told):
    """A VMA as the text face writes it."""
    vma = told.vma
    name = ""
    if told.name is not None:
        escaped = told.name.replace(b"\\", b"\\134").replace(b"\n", b"\\012")
        name = " name=" + escaped.decode(errors="surrogateescape")
    return (f"{vma.start:#x} {vma.end:#x} {spec.word('vma_kind', vma.kind)} "
            f"offset={vma.offset:#x} dev={vma.dev_major:02x}:"
            f"{vma.dev_minor:02x} inode={vma.inode} "
            f"page-size={vma.page_size} pkey={vma.pkey} "
            f"flags={flags_text('vma_flag', vma.flags)} "
            f"ops={(told.ops or b'-').decode()}{name}")


@test("debugfs: VMAs")
def vmas_text():
    with built() as target:
        target.stop()
        got = debugfs.ask("vmas", target.pid).split("\n")[:-1]
        want = [vma_line(told) for told in vmas.dump(pid=target.pid).vmas]
        none_left([p for p in zip(got, want) if p[0] != p[1]], "VMAs")
        equal(len(got), len(want), "number of VMAs")


def run_line(run):
    """A run of pages as the text face writes it."""
    out = (f"{run.start:#x} {run.pages} {spec.word('state', run.state)} "
           f"{spec.word('level', run.level)} "
           f"flags={flags_text('page_flag', run.flags)}")
    if run.facts & DETAIL["pfn"]:
        out += f" swap={run.swap_type}:{run.pfn:#x}" \
            if spec.word("state", run.state) == "swap" else f" pfn={run.pfn:#x}"
    if run.facts & DETAIL["counts"]:
        out += f" mapcount={run.mapcount} refcount={run.refcount}"
    if run.facts & DETAIL["folio"]:
        out += f" order={run.order}"
    if run.facts & DETAIL["lru"]:
        out += f" lru={spec.word('lru', run.lru)}"
        if spec.word("lru", run.lru) == "generation":
            out += (f":{run.generation} younger={run.younger} "
                    f"birth-ms={run.birth} tier={run.tier}")
        if spec.word("lru", run.lru) == "unevictable":
            out += f" mlock-count={run.mlock_count}"
    if run.facts & DETAIL["node"]:
        out += f" node={run.node}"
    if run.facts & DETAIL["cgroup"]:
        out += f" cgroup={run.cgroup}"
    if run.facts & DETAIL["verdict"]:
        out += (f" verdict={spec.word('verdict', run.verdict)}:"
                f"{spec.word('why', run.verdict_why)}")
    if run.facts & DETAIL["forecast"]:
        out += forecast_text("read", run.read, run.read_else, run.read_why)
        out += forecast_text("write", run.write, run.write_else, run.write_why)
    return out


def forecast_text(access, what, or_else, why):
    """A forecast as the text face writes it: both ways, if it is open."""
    text = f" {access}={spec.word('forecast', what)}"
    if or_else != what:
        text += f"|{spec.word('forecast', or_else)}"
    return f"{text}:{spec.word('why', why)}"


def unfolded(runs):
    """One record a page: the faces may cut runs at different places."""
    return [run._replace(start=run.start + i * PAGE, pages=1,
                         pfn=run.pfn + i if run.facts & DETAIL["pfn"]
                         else run.pfn)
            for run in runs for i in range(run.pages)]


def unfold_line(line):
    start, pages, rest = line.split(" ", 2)
    for i in range(int(pages)):
        moved = re.sub(r"(pfn=|swap=\d+:)(0x[0-9a-f]+)",
                       lambda m, i=i: m[1] + hex(int(m[2], 16) + i), rest)
        yield f"{int(start, 16) + i * PAGE:#x} 1 {moved}"


def all_pages(target):
    return netlink.pages(pid=target.pid, detail=netlink.ALL_DETAILS)


@test("debugfs: pages")
def pages_text():
    with built() as target:
        target.stop()
        raw, text = steady(lambda: all_pages(target),
                           lambda: debugfs.ask("pages", target.pid))
        got = [line for run in text.splitlines() for line in unfold_line(run)]
        want = [run_line(run) for run in unfolded(raw)]
        none_left([p for p in zip(got, want) if p[0] != p[1]], "pages")
        equal(len(got), len(want), "number of pages")
        note(f"{len(got)} pages equal")


def mapper_line(mapper):
    comm = mapper.comm.rstrip(b"\0").decode()
    return (f"mapper {mapper.pid} {mapper.address:#x} "
            f"{spec.word('state', mapper.state)} "
            f"{spec.word('level', mapper.level)} "
            f"verdict={spec.word('verdict', mapper.verdict)}:"
            f"{spec.word('why', mapper.verdict_why)} "
            f"users={mapper.mm_users} "
            f"{flags_text('page_flag', mapper.flags)} {comm}")


@test("debugfs: mappers")
def mappers_text():
    with Workload("state", "forked", "file-shared", "ksm") as target:
        target.stop()
        for area in target.areas:
            where = {"pid": target.pid, "address": area.start}
            raw = netlink.mappers(**where)
            lines = debugfs.ask("mappers", f"{target.pid} {area.start:#x}") \
                .splitlines()
            equal(lines[0], run_line(raw.page), "the page")
            equal(lines[1:], ["unknown"] if raw.unknown else
                  [mapper_line(m) for m in raw.mappers], area.name)


@test("debugfs: mappers of nothing, and what is no address")
def no_mappers():
    fd = os.open(f"{debugfs.ROOT}/pid/mappers", os.O_RDWR)
    me = os.getpid()
    for text in (f"{me}", f"{me} x", f"{me} 1 2", "0 0", " ", "1" * 100):
        try:
            os.write(fd, text.encode())
        except OSError as error:
            equal(error.errno, 22, f"errno for {text}")
        else:
            raise AssertionError(f"{text!r} was taken")
    for address in (0, 1 << 46, (1 << 64) - 1):
        os.write(fd, f"{me} {address:x}".encode())
        try:
            os.read(fd, 100)
        except OSError as error:
            equal(error.errno, 2, f"errno at {address:#x}")
        else:
            raise AssertionError(f"somebody maps {address:#x}")
    os.close(fd)


@test("debugfs: two readers do not disturb each other, one may ask again")
def two_readers():
    with Workload("state", "anon") as one, Workload("vmas", 50) as two:
        one.stop()
        two.stop()
        path = debugfs.ROOT + "/pid/vmas"
        want = {p: debugfs.ask("vmas", p) for p in (one.pid, two.pid)}
        assert want[one.pid] != want[two.pid]
        fds = {p: os.open(path, os.O_RDWR) for p in want}
        for pid, fd in fds.items():
            os.write(fd, f"{pid}\n".encode())
        for pid, fd in fds.items():
            equal(debugfs.rest(fd), want[pid], "the answer to one of two")
        # The same file, asked for another.
        os.write(fds[one.pid], str(two.pid).encode())
        equal(debugfs.rest(fds[one.pid]), want[two.pid], "asked again")
        for fd in fds.values():
            os.close(fd)


@test("debugfs: asked from a shell, as its text says")
def from_shell():
    out = lens.subprocess.run(
        ["bash", "-c", '(echo $$ >&0; cat) <>"$1"', "bash",
         debugfs.ROOT + "/pid/mm"], check=True, capture_output=True).stdout
    assert out.startswith(b"start-code 0x"), out


@test("debugfs: what is no PID is refused, nothing is read unasked")
def refused():
    for name in "mm", "vmas", "pages":
        fd = os.open(f"{debugfs.ROOT}/pid/{name}", os.O_RDWR)
        equal(os.read(fd, 100), b"", "unasked")
        for text, number in (("x", 22), ("0", 22), ("-1", 22), ("1x", 22),
                             ("4194303", 3), ("2", 61),
                             ("99999999999999", 34)):
            try:
                os.write(fd, text.encode())
            except OSError as error:
                equal(error.errno, number, f"errno for {text}")
            else:
                raise AssertionError(f"{text!r} was taken")
        os.close(fd)


@test("command line: VMAs are the same")
def vmas_json():
    with built() as target:
        target.stop()
        told = lens.ask("vmas", target.pid)
        raw = vmas.dump(pid=target.pid).vmas
        equal(len(told["vmas"]), len(raw), "number")
        for got, want in zip(told["vmas"], raw):
            vma = want.vma
            equal((lens.number(got["start"]), lens.number(got["end"]),
                   got["perms"], got["kind"], got["flags"]),
                  (vma.start, vma.end, vmas.perms(vma.flags),
                   spec.word("vma_kind", vma.kind),
                   spec.words("vma_flag", vma.flags)), hex(vma.start))
            equal(got.get("inode", 0), vma.inode, "inode")
            # JSON is UTF-8; what is not becomes the replacement character.
            if want.name and got["name"].encode() != want.name:
                equal(want.name.decode("utf-8", "replace"), got["name"],
                      "a name that is not UTF-8")


def not_of_others(runs):
    """Pages that a starting mmlens does not map, too."""
    return [run for run in runs
            if spec.word("state", run.state) not in ("file", "kernel")]


def as_json_facts(run):
    """What the JSON of a page must say, as the spec's words."""
    out = {"state": spec.word("state", run.state),
           "level": spec.word("level", run.level)}
    if run.facts & DETAIL["pfn"]:
        if out["state"] == "swap":
            out["swap"] = {"type": run.swap_type, "offset": run.pfn}
        else:
            out["pfn"] = hex(run.pfn)
    if run.facts & DETAIL["counts"]:
        out["mapcount"], out["refcount"] = run.mapcount, run.refcount
    if run.facts & DETAIL["lru"]:
        out["lru"] = spec.word("lru", run.lru)
        if out["lru"] == "generation":
            out["generation"], out["tier"] = run.generation, run.tier
    if run.facts & DETAIL["node"]:
        out["node"] = run.node
    if run.facts & DETAIL["folio"]:
        out["order"] = run.order
    if run.facts & DETAIL["entry"]:
        for key in "present", "write", "dirty", "accessed", "soft-dirty":
            told = "writable" if key == "write" else key.replace("-", "_")
            out[told] = bool(run.flags & spec.ENUM["page_flag"][key])
    return out


@test("command line: pages are the same")
def pages_json():
    with built() as target:
        target.stop()
        raw, told = steady(lambda: all_pages(target), lambda: lens.ask(
            "pages", target.pid, "-o", "all"), not_of_others)
        pages = {run.start: run for run in unfolded(raw)}
        count = 0
        for row in told["pages"]:
            start = lens.number(row["start"])
            equal(lens.number(row["end"]) - start, row["pages"] * PAGE, "end")
            count += row["pages"]
            want = as_json_facts(pages[start])
            if row["state"] in ("file", "kernel"):
                # mmlens itself maps the same libraries, and the vdso.
                for key in "mapcount", "refcount", "lru", "generation", "tier":
                    want.pop(key, None)
            equal({k: row.get(k) for k in want}, want, row["start"])
        equal(count, len(pages), "pages")


@test("command line: --stats are the sums, and the summary is their sum")
def stats():
    with built() as target:
        target.stop()
        told = lens.ask("vmas", target.pid, "--stats")
        want = {}
        for run in netlink.pages(pid=target.pid):
            for vma in oracle.maps(target.pid) if not want else ():
                want[vma.start] = {}
            start = max(s for s in want if s <= run.start)
            state = spec.word("state", run.state)
            want[start][state] = want[start].get(state, 0) + run.pages
        for vma in told["vmas"]:
            got = {k.replace("_", "-"): n for k, n in vma["pages"].items()
                   if n}
            equal(got, want[lens.number(vma["start"])], vma["start"])


@test("every enum of the schemas is the spec's")
def schemas():
    names = {tuple(sorted(values)): name for name, values in spec.ENUM.items()}
    known = [set(key) for key in names]
    seen = 0

    def visit(node, path):
        nonlocal seen
        if isinstance(node, dict):
            values = node.get("enum")
            if isinstance(values, list) and len(values) > 2:
                seen += 1
                if not any(set(values) <= k for k in known):
                    raise AssertionError(f"{path}: {values}")
            for key, value in node.items():
                visit(value, f"{path}/{key}")
        elif isinstance(node, list):
            for value in node:
                visit(value, path)

    whole = set()
    for name in sorted(os.listdir(lens.SCHEMAS)):
        with open(os.path.join(lens.SCHEMAS, name), encoding="utf-8") as file:
            schema = json.load(file)
        type(lens.validator(name[:-5])).check_schema(schema)
        visit(schema, name)
        text = json.dumps(schema)
        whole |= {enum for enum in ("state", "lru", "vma_kind", "relation",
                                    "entry_kind", "vma_flag")
                  if all(f'"{w}"' in text or f'"{w.replace("-", "_")}"' in text
                         for w in spec.ENUM[enum])}
    equal(whole, {"state", "lru", "vma_kind", "relation", "entry_kind",
                  "vma_flag"}, "enums that are there whole")
    assert seen >= 8, seen


main()
