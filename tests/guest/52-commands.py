# SPDX-License-Identifier: GPL-2.0
# kernel: 6.1
"""cow, zero, lru, age, sharers and pfn: the JSON keeps to its schema, the text has the
same numbers, and names and sums are those of vmas and pages. What is right is
tested elsewhere."""
import contextlib
import errno
import os
import re
import sys

sys.path.insert(0, __file__.rpartition("/")[0] + "/../lib")
# pylint: disable=wrong-import-position
import lens
import oracle
import setup
from ktap import equal, main, none_left, test
from workload import STUDENT, Workload

PAGE = oracle.PAGE
STATES = ["forked", "forked-thp", "left-alone", "ksm", "swapped-forked",
          "swapped", "anon", "zero", "huge-zero", "file-private", "memfd",
          "mixed=64", "read-only"]
WRITES = "verdicts", "writes", "writes_undecided", "holes", "holes_undecided"


@contextlib.contextmanager
def built(*states, user=None):
    setup.quiet()
    setup.swap_on()
    with Workload("state", *(states or STATES), user=user) as target:
        yield target.stop()


def children(pid):
    return sorted(map(int, oracle.slurp(
        f"/proc/{pid}/task/{pid}/children").split()))


def text(*args, status=0, user=None):
    answer = lens.run("--color=never", *args, user=user,
                      env={"COLUMNS": "80"})
    equal(answer.status, status, f"exit of {args}")
    return (answer.out + answer.err).decode()


def rows(out, pattern):
    """The lines that match, as tuples of what the pattern groups."""
    return [m.groups() for m in map(re.compile(pattern).fullmatch,
                                    out.split("\n")) if m]


def is_private(vma):
    return "shared" not in vma["flags"] and "may-write" in vma["flags"]


def holds(vma):
    return set(vma["pages"]) - {"none"}


@test("vmas, pages, cow and zero agree in names and sums")
def sums():
    with built() as target:
        vmas = lens.ask("vmas", target.pid, "--stats")
        pages = lens.ask("pages", target.pid)
        cow = lens.ask("cow", target.pid)
        zero = lens.ask("zero", target.pid)
        equal(pages["summary"]["states"], vmas["summary"]["pages"],
              "states in pages and vmas")

        private = {v["start"]: v for v in vmas["vmas"]
                   if is_private(v) and holds(v)}
        told = {v["start"]: v for v in cow["cow"]}
        equal(list(told), list(private), "VMAs in cow")
        for start, vma in private.items():
            for key in ("pages", "write_copies_bytes", "write_may_copy_bytes",
                        *WRITES):
                equal(told[start].get(key), vma.get(key), f"{key} of {start}")
        summary = cow["summary"]
        for key in ("write_copies_bytes", "write_may_copy_bytes"):
            equal(summary[key], vmas["summary"][key], f"{key} in all")
        for name in ("cow-copy", "file-copy", "cow-reuse", "zero-copy"):
            equal(summary["writes"].get(name), vmas["summary"]["writes"].get(
                name), f"{name} in all")
        # Where nothing is yet in all of a mapping, cow does not list it.
        for key in ("fork_shares_pages", "fork_exclusive_pages", "huge_splits"):
            equal(summary[key], sum(v[key] for v in cow["cow"]), key)

        states = vmas["summary"]["pages"]
        equal((zero["summary"]["zero_pages"],
               zero["summary"]["huge_zero_pages"]),
              (states["zero"], states["huge-zero"]), "zero pages in all")
        for vma in zero["zero"]:
            stats = next(v for v in vmas["vmas"]
                         if v["start"] == vma["start"])
            equal((vma["zero_pages"], vma["huge_zero_pages"]),
                  (stats["pages"].get("zero", 0),
                   stats["pages"].get("huge-zero", 0)), vma["start"])
            assert vma["untouched_pages"] <= stats["pages"].get("none", 0)


@test("cow: the text has the numbers of the JSON")
def cow_text():
    with built() as target:
        told = lens.ask("cow", target.pid)
        out = text("--bytes", "cow", target.pid)
        heading = next(line.split() for line in out.split("\n")
                       if line.split()[:2] == ["START", "PERM"])
        lines = {words[0]: dict(zip(heading, words)) for words in (
            row[0].split() for row in rows(
                out, r" *([0-9a-f]+ [r-][w-][x-]p .*)"))}
        unlisted = 0
        for vma in told["cow"]:
            line = lines.pop(vma["start"][2:], None)
            if line is None:
                unlisted += 1
                equal((vma["write_copies_bytes"], vma["fork_shares_pages"]),
                      (0, 0), f"{vma['start']} is not listed")
                continue
            line = {k: "0" if v == "-" else v for k, v in line.items()}
            equal(line["PERM"], vma["perms"], "PERM")
            equal(int(line["COPY"]), vma["write_copies_bytes"], "COPY")
            equal(int(line.get("MAYBE", 0)), vma["write_may_copy_bytes"],
                  "MAYBE")
            equal(int(line.get("REUSE", 0)),
                  vma["writes"].get("cow-reuse", 0) * PAGE, "REUSE")
            equal(int(line.get("PLAIN", 0)),
                  vma["writes"].get("none", 0) * PAGE, "PLAIN")
            equal(int(line["FORK"]), vma["fork_shares_pages"] * PAGE, "FORK")
        equal(lines, {}, "lines of no VMA in the JSON")
        assert f"and {unlisted} mappings with" in out, out
        summary = told["summary"]
        assert f"copy {summary['write_copies_bytes']}" in out, out
        assert f"share {summary['fork_shares_pages'] * PAGE}" in out, out
        for name, count in summary["verdicts"].items():
            assert rows(out, rf"  {name} +{count:,} +{count * PAGE} .*"), name
        assert "would be split" in out, out


@test("cow: of a range, and of VMAs by their name")
def cow_range():
    with built() as target:
        area = target.area("forked")
        span = f"{area.start:x}-{area.end:x}"
        told = lens.ask("cow", target.pid, span)
        equal([v["pages"] for v in told["cow"]],
              [{"anon": (area.end - area.start) // PAGE}], "pages")
        equal(told["summary"]["fork_shares_pages"],
              (area.end - area.start) // PAGE, "shared by a fork")
        told = lens.ask("cow", target.pid, "[stack]")
        equal([v["name"] for v in told["cow"]], ["[stack]"], "by name")
        told = lens.ask("cow", target.pid, "0-1000")
        equal((told["cow"], told["summary"]["pages"]), ([], {}), "nothing")
        assert "No private mapping" in text("cow", target.pid, "0-1000")


@test("cow of two: rows, sums, and the text has the same")
def pair():
    with built() as target:
        child = children(target.pid)[0]
        told = lens.ask("cow", target.pid, child)
        summary = told["summary"]
        equal((summary["pid"], summary["other"]["pid"],
               summary["one_address_space"]), (target.pid, child, False),
              "who")
        found = {}
        for row in told["cow"]:
            equal(lens.number(row["end"]) - lens.number(row["start"]),
                  row["pages"] * PAGE, row["start"])
            found[row["sharing"]] = (found.get(row["sharing"], 0) +
                                      row["pages"])
            equal(("state" in row, "other_state" in row),
                  (row["sharing"] != "only-second",
                   row["sharing"] != "only-first"), "states")
        for sharing in ("same", "diverged", "only-first", "only-second",
                         "undecided"):
            equal(summary[sharing.replace("-", "_") + "_pages"],
                  found.get(sharing, 0), sharing)

        # After the fork, its first half was written again.
        area = target.area("forked")
        half = (area.end - area.start) // 2
        rows_there = lens.ask("cow", target.pid, child,
                              f"{area.start:x}-{area.end:x}")["cow"]
        equal([(lens.number(r["start"]), r["pages"] * PAGE, r["sharing"],
                r["state"], r["other_state"]) for r in rows_there],
              [(area.start, half, "diverged", "anon", "anon"),
               (area.start + half, half, "same", "anon", "anon")],
              "an area of which half was written after the fork")

        words = {"only-first": f"only {target.pid}",
                 "only-second": f"only {child}"}
        want = [(row["start"][2:], str(row["pages"]), str(row["pages"] * PAGE),
                 words.get(row["sharing"], row["sharing"]))
                for row in told["cow"]]
        out = text("--bytes", "cow", target.pid, child)
        got = rows(out, r" +([0-9a-f]+) +(\d+) +(\d+) "
                   r"(same|diverged|undecided|only \d+) .*")
        none_left([p for p in zip(got, want) if p[0] != p[1]], "rows")
        equal(len(got), len(want), "number of rows")
        # The other way round, it is the same seen from the other side.
        back = lens.ask("cow", child, target.pid)["summary"]
        for key in ("same_pages", "diverged_pages", "undecided_pages",
                    "same_elsewhere_pages"):
            equal(back[key], summary[key], f"{key} from the other side")
        equal(back["only_first_pages"], summary["only_second_pages"], "only")


@test("cow of two that are one address space says so")
def one_mm():
    with Workload("threads", "-t", 3) as target:
        tid = next(int(t) for t in os.listdir(f"/proc/{target.pid}/task")
                   if int(t) != target.pid)
        for other in (tid, target.pid):
            told = lens.ask("cow", target.pid, other)
            equal((told["cow"], told["summary"]["one_address_space"]),
                  ([], True), "JSON")
            assert "share one address space" in text("cow", target.pid, other)


@test("zero: the text has the numbers of the JSON, and RSS")
def zero_text():
    with built() as target:
        told = lens.ask("zero", target.pid)
        out = text("--bytes", "zero", target.pid)
        summary = told["summary"]
        for name, pages in (("zero", summary["zero_pages"]),
                            ("huge-zero", summary["huge_zero_pages"]),
                            ("untouched", summary["untouched_pages"]),
                            ("beside it: RSS",
                             summary["rss_bytes"] // PAGE)):
            assert rows(out, rf"  {name} +{pages:,} +{pages * PAGE} .*"), name
        got = rows(out, r" *([0-9a-f]+) +\d+ [r-][w-][x-]p +(\S+) +(\S+) +(\S+)"
                   r" .*")
        want = [(vma["start"][2:], *(
            str(vma[k] * PAGE) if vma[k] else "-" for k in (
                "zero_pages", "huge_zero_pages", "untouched_pages")))
            for vma in told["zero"]]
        none_left([p for p in zip(got, want) if p[0] != p[1]], "rows")
        equal(len(got), len(want), "rows")
        area = target.area("huge-zero")
        told = lens.ask("zero", target.pid, hex(area.start) + "+2M")
        equal(told["summary"]["huge_zero_pages"], 512, "of a range")
        assert "rss_bytes" not in told["summary"], told["summary"]
        out = text("zero", target.pid, hex(area.start) + "+2M")
        assert "RSS" not in out and "touched would" not in out, out
        told = lens.ask("zero", target.pid, "0-1000")
        equal((told["zero"], told["summary"]["reads_zero_bytes"]), ([], 0),
              "where no VMA is")
        out = text("zero", target.pid, "0-1000")
        assert "No VMA lies there" in out and "zero pages" not in out, out


@test("cow: the huge zero page is split by a write")
def huge_zero_split():
    with Workload("state", "huge-zero") as target:
        area = target.area("huge-zero")
        span = hex(area.start) + "+2M"
        told = lens.ask("cow", target.pid, span)["summary"]
        assert told["pages"] == {"huge-zero": 512}, told
        perhaps = told.get("writes_undecided", []) != []
        equal((told["huge_splits"], told["huge_may_split"]),
              (0, 1) if perhaps else (1, 0), "splits")
        out = text("cow", target.pid, span)
        assert ("perhaps be split" if perhaps else "would be split") in out
        if not perhaps:
            assert ("would copy nothing, but put 2M of zeroes in the place of"
                    " the zero page") in " ".join(out.split()), out


@test("cow of two: with a kernel thread, and with nothing in both")
def pair_of_strangers():
    me = os.getpid()
    told = lens.ask("cow", me, 2)["summary"]
    equal((told["pid"], told.get("kernel_thread"), told["other"]["pid"],
           told["other"].get("kernel_thread")), (me, None, 2, True),
          "the other is one")
    told = lens.ask("cow", 2, me)["summary"]
    equal((told["pid"], told.get("kernel_thread"), told["other"]["pid"],
           told["other"].get("kernel_thread")), (2, True, me, None),
          "the first is one")
    assert "kernel thread" in text("cow", me, 2)
    with Workload("state", "anon") as a, Workload("state", "anon") as b:
        told = lens.ask("cow", a.pid, b.pid)["summary"]
        out = text("--bytes", "cow", a.pid, b.pid)
        if told["same_pages"] + told["diverged_pages"] == 0:
            got = rows(out, r" +[0-9a-f]+ +(\d+) +\d+ only (\d+) .*")
            for pid, key in ((a.pid, "first"), (b.pid, "second")):
                equal(sum(int(n) for n, p in got if int(p) == pid),
                      told[f"only_{key}_pages"], f"only {key}")
        out = text("cow", a.pid, b.pid, "1000+1")
        assert "\n\n\n" not in out and "SHARING" not in out, out


@test("sharers and pfn: the same of the same page, in text and JSON")
def mappers():
    with built() as target:
        area = target.area("forked")
        address = area.end - PAGE
        told = lens.ask("sharers", target.pid, hex(address))
        page = told["summary"]["page"]
        want = [pid for pid in [target.pid, *children(target.pid)] if
                oracle.pagemap(pid, address, address + PAGE)[0] &
                oracle.PM_PFN == lens.number(page["pfn"])]
        assert len(want) > 1, want
        equal((told["summary"]["found"], page["mapcount"],
               told["summary"]["complete"]), (len(want), len(want), True),
              "found")
        equal([(m["pid"], m["address"], m["verdict"], m["verdict_why"])
               for m in told["sharers"]],
              [(pid, hex(address), "shared", "mapped-elsewhere")
               for pid in sorted(want)], "mappers")
        of_frame = lens.ask("pfn", page["pfn"])
        equal(of_frame["pfn"], told["sharers"], "by the frame")
        equal(of_frame["summary"]["page"]["pfn"], page["pfn"], "PFN")

        out = text("sharers", target.pid, f"{address:x}")
        count = len(want)
        assert (f"Found {count} of {count} mappings, in {count} address "
                "spaces") in out, out
        got = rows(out, r" *(\d+) +\d+ (\S+) +([0-9a-f]+) (\S+) (\S+) .*")
        want = [(str(m["pid"]), m["comm"], m["address"][2:], m["level"],
                 m["verdict"]) for m in told["sharers"]]
        equal(got, want, "rows")
        equal(rows(text("pfn", page["pfn"][2:]),
                   r" *(\d+) +\d+ (\S+) +([0-9a-f]+) (\S+) (\S+) .*"), want,
              "rows by the frame")


@test("sharers: who cannot be found, and where no page is")
def nobody():
    with built() as target:
        told = lens.ask("sharers", target.pid,
                        hex(target.area("zero").start))["summary"]
        equal((told["mapped"], told.get("unknown"), told["found"],
               told["page"]["state"]), (True, True, 0, "zero"), "zero")
        assert "unknown" in text("sharers", target.pid,
                                 f"{target.area('zero').start:x}")
        told = lens.ask("sharers", target.pid,
                        hex(target.area("ksm").start))["summary"]
        equal((told.get("unknown"), told["page"]["state"]), (True, "ksm"),
              "ksm")
        assert told["page"]["mapcount"] > 1, told
        for where, state in ((target.area("swapped").start, "swap"),
                             (0, "none")):
            told = lens.ask("sharers", target.pid, hex(where))
            equal((told["sharers"], told["summary"]["mapped"],
                   told["summary"]["page"]["state"]), ([], False, state),
                  state)
            assert "no page is mapped" in text("sharers", target.pid,
                                               f"{where:x}")
        vdso = next(v for v in oracle.maps(target.pid) if v.name == b"[vdso]")
        for state, start, end in (
                ("zero", target.area("zero").start, target.area("zero").end),
                ("kernel", vdso.start, vdso.end)):
            word = next(word for word in oracle.pagemap(target.pid, start, end)
                        if word & oracle.PM_PRESENT)
            told = lens.ask("pfn", hex(word & oracle.PM_PFN))["summary"]
            equal((told["mapped"], told.get("unknown"), told["found"],
                   told["page"]["state"]), (True, True, 0, state), state)
        # The first frame is the firmware's; the other is beyond all memory.
        for frame in ("0", "ffffffffffff", "0xffffffffffffffff"):
            told = lens.ask("pfn", frame)
            equal((told["pfn"], told["summary"]["mapped"],
                   "page" in told["summary"]), ([], False, False), frame)
            assert "No process is known to map it" in text("pfn", frame)


@test("pages: what was not asked for has no sum in the JSON")
def asked_for():
    forecast = {"writes", "holes", "write_copies_pages",
                "write_copies_bytes", "write_may_copy_pages",
                "write_may_copy_bytes"}
    with built("forked", "anon") as target:
        for words, want in (((), set()), (("--verdict",), {"verdicts"}),
                            (("--verdict=shared",), {"verdicts"}),
                            (("--forecast",), forecast),
                            (("--forecast", "--verdict"),
                             forecast | {"verdicts"})):
            told = lens.ask("pages", target.pid, *words)["summary"]
            equal(set(told) & (forecast | {"verdicts"}), want, f"{words}")


RESIDENT = {"anon", "ksm", "file", "shmem", "hugetlb", "device", "pfnmap",
            "kernel"}


def by_place(rows_of_pages):
    """Pages by their place, from the rows of pages."""
    found = {}
    for row in rows_of_pages:
        if row["state"] in RESIDENT:
            key = (row.get("lru", "none"), row.get("generation"))
            found[key] = found.get(key, 0) + row["pages"]
    return found


def sum_of(rows_told):
    return sum(row["pages"] for row in rows_told)


@test("lru and age of a process: every resident page has a place")
def places():
    with built("anon", "locked", "memfd", "file-shared", "lazyfree",
               "swapped") as target:
        states = lens.ask("vmas", target.pid, "--stats")["summary"]["pages"]
        resident = sum(states.get(state, 0) for state in RESIDENT)
        lru = lens.ask("lru", target.pid)["lru"]
        age = lens.ask("age", target.pid, "--vmas")["age"]
        for told in lru, age:
            summary = told["summary"]
            equal(summary["resident_pages"], resident, "resident")
            equal(summary["beside"], {
                state: count for state, count in states.items()
                if state not in RESIDENT and state != "none"}, "beside")
            equal(sum(v["resident_pages"] for v in told["vmas"]), resident,
                  "resident in all VMAs")
        for told in (lru, *lru["vmas"]):
            equal(sum_of(told["places"]), told["resident_pages"], "places")
        for told in age["vmas"]:
            equal(sum_of(told["buckets"]) + sum_of(told["no_age"]),
                  told["resident_pages"], "buckets of a VMA")
        equal(sum_of(age["buckets"]) + sum_of(age["no_age"]), resident,
              "buckets")
        equal(sum(n for key, n in lru["reclaim"].items()
                  if key.endswith("_pages")), resident, "what reclaim could")
        area = target.area("locked")
        assert lru["summary"]["lists"]["unevictable"] >= (
            area.end - area.start) // PAGE, lru["summary"]["lists"]
        assert lru["reclaim"]["lazyfree_pages"], lru["reclaim"]
        # What nobody else maps stands still.
        for name in "anon", "locked", "memfd":
            area = target.area(name)
            span = f"{area.start:x}-{area.end:x}"
            told = {}
            for row in lens.ask("lru", target.pid, span)["lru"]["places"]:
                key = (row["list"], row.get("generation"))
                told[key] = told.get(key, 0) + row["pages"]
            pages = lens.ask("pages", target.pid, span, "-o", "lru")["pages"]
            equal(told, by_place(pages), f"places of {name}")
            for place in {row["lru"] for row in pages if "lru" in row}:
                only = lens.ask("pages", target.pid, span,
                                f"--list={place}")["pages"]
                equal(by_place(only), {key: n for key, n in told.items()
                                       if key[0] == place}, f"--list={place}")
            for key in told:
                if key[0] == "generation":
                    word = f"--list=generation:{key[1]}"
                    only = lens.ask("pages", target.pid, span, word)["pages"]
                    equal(by_place(only), {key: told[key]}, word)


@test("lru and age of a process: the text has the numbers of the JSON")
def places_text():
    with built("anon", "locked") as target:
        area = target.area("anon")
        span = f"{area.start:x}-{area.end:x}"
        for command in "lru", "age":
            out = text("--bytes", command, target.pid, span)
            told = lens.ask(command, target.pid, span)[command]["summary"]
            assert rows(out, rf" +resident +([\d,]+ +)?"
                        rf"{told['resident_bytes']}( .*)?"), out
            assert "reclaim" in out.lower(), out
            assert "No VMA lies there" in text(command, target.pid, "0-1000")
        age = lens.ask("age", target.pid, span)["age"]
        out = text("--bytes", "age", target.pid, span, "--vmas")
        for row in age["buckets"]:
            assert re.search(rf"\b{row['bytes']}\b", out), (row, out)
        assert "BY AGE" in out, out
        if age["regime"] == "generations":
            assert "true as of the last ageing" in out, out
        else:
            assert "The lists have no ages" in out, out


@test("pages: zero pages are one row, though all have one frame")
def zero_row():
    with built("zero") as target:
        area = target.area("zero")
        told = lens.ask("pages", target.pid, f"{area.start:x}-{area.end:x}",
                        "-o", "pfn")["pages"]
        frames = {word & oracle.PM_PFN for word in
                  oracle.pagemap(target.pid, area.start, area.end)}
        equal([(row["state"], row["pages"], lens.number(row["pfn"]))
               for row in told], [("zero", (area.end - area.start) // PAGE,
                                   frames.pop())], "rows")
        equal(frames, set(), "other frames")


@test("pages, without privilege: filters show what may fit, and say so")
def withheld_filters():
    def spans(rows, fits=None):
        return {start for row in rows if not fits or fits(row)
                for start in range(lens.number(row["start"]),
                                   lens.number(row["end"]), PAGE)}

    # What KSM may have merged: only who may not know is shown it.
    def may_be_ksm(row):
        return row["state"] == "anon" and not row["anon_exclusive"]

    with built("forked", "left-alone", "anon", user=STUDENT) as target:
        for words, fits, named in (
                (["--verdict=reusable"],
                 lambda r: r["verdict"] == "reusable", "verdict"),
                (["--state=ksm"], may_be_ksm, "state"),
                (["--forecast=cow-reuse"], lambda r: "cow-reuse" in
                 (r["write"], r.get("write_or")), "forecast")):
            root = lens.ask("pages", target.pid, "-o", "+verdict,forecast")
            told = lens.ask("pages", target.pid, *words, user=STUDENT)
            want = spans(root["pages"], fits)
            assert want, f"nothing to look for: {words}"
            equal(want - spans(told["pages"]), set(), f"left out by {words}")
            assert not spans(told["pages"]) & spans(
                root["pages"], lambda r: r.get("anon_exclusive")), words
            assert named in told["summary"]["withheld"], told["summary"]
            out = text("pages", target.pid, *words, user=STUDENT)
            assert "CAP_SYS_ADMIN" in out, out
            equal(lens.ask("pages", target.pid, *words)["summary"]
                  ["withheld"], [], "for root")
        out = text("pages", target.pid, "--flag=swapbacked", user=STUDENT)
        assert "is withheld" in out and "like that" not in out, out
        out = text("pages", target.pid, "--state=guard", user=STUDENT)
        assert "none of the pages is like that" in out, out
        assert "CAP_SYS_ADMIN" not in out, out


@test("without privilege: what is withheld is said, frames are refused")
def unprivileged():
    with built("forked", "anon", "zero", user=STUDENT) as target:
        child = children(target.pid)[0]
        area = target.area("forked")
        told = lens.ask("cow", target.pid, user=STUDENT)
        equal(told["summary"]["withheld"], ["verdict", "forecast"],
              "withheld")
        vma = next(v for v in told["cow"]
                   if lens.number(v["start"]) <= area.start
                   < lens.number(v["end"]))
        size = area.end - area.start
        # Half of it was written after the fork, and is exclusive.
        equal((vma["write_copies_bytes"], vma["write_may_copy_bytes"]),
              (0, size // 2), "what is shared may be reusable")
        equal([u["write_why"] for u in vma["writes_undecided"]], ["withheld"],
              "why")
        assert "CAP_SYS_ADMIN" in text("cow", target.pid, user=STUDENT)
        root = lens.ask("cow", target.pid)
        equal(root["summary"]["withheld"], [], "withheld from root")
        equal(told["summary"]["fork_shares_pages"],
              root["summary"]["fork_shares_pages"], "shared by a fork")
        equal(lens.ask("zero", target.pid, user=STUDENT)["summary"]
              ["zero_pages"], lens.ask("zero", target.pid)["summary"]
              ["zero_pages"], "zero pages")
        # Of one address space with itself, no frames need to be told.
        assert "share one address space" in text("cow", target.pid, target.pid,
                                                 user=STUDENT)
        for args in (("cow", target.pid, child),
                     ("sharers", target.pid, f"{area.start:x}"),
                     ("pfn", "1"), ("lru", target.pid),
                     ("age", target.pid)):
            said = text(*args, status=2, user=STUDENT)
            assert "CAP_SYS_ADMIN" in said and "sudo" in said, said
            equal(len(said.strip().split("\n")), 2, f"lines of {args}")
            error = lens.ask(*args, status=2, user=STUDENT)["error"]
            equal(error["errno"], errno.EPERM, f"errno of {args}")


@test("what makes no sense: exit 1, a sentence, and no answer")
def usage():
    me = os.getpid()
    for args in (("cow",), ("cow", "x"), ("cow", me, "5000-4000"),
                 ("cow", me, "no-such-name"), ("cow", me, "x", "1000"),
                 ("cow", me, me, "5000-4000"), ("cow", me, me, "1", "2"),
                 ("cow", me, "0"), ("cow", "99999999999"), ("zero",),
                 ("zero", "0"), ("zero", me, "1000+0"), ("sharers",),
                 ("sharers", me), ("sharers", me, "xyz"),
                 ("sharers", "x", "0"), ("sharers", me, "0", "0"), ("pfn",),
                 ("pfn", "x"), ("pfn", ""), ("pfn", "0x"), ("pfn", "1", "2"),
                 ("pfn", "12345678901234567"), ("pfn", "--each", "1"),
                 ("cow", "--stats", me), ("age",), ("age", "x"),
                 ("age", me, "5000-4000"), ("age", me, "x", "1"),
                 ("age", me, "--list=batch"), ("lru", me, "5000-4000"),
                 ("pages", me, "--list=sometimes"),
                 ("pages", me, "--list=generation:"),
                 ("pages", me, "--list=generation:old")):
        answer = lens.run(*args)
        equal((answer.status, answer.out), (1, b""), f"{args}")
        assert answer.err.startswith(b"mmlens: "), (args, answer)
    # More digits than a PID can have are an address.
    assert b"No private mapping" in lens.run("cow", me, "99999999999").out
    for args in (("cow", me, "4194303"), ("cow", "4194303", me)):
        answer = lens.run(*args)
        equal(answer.status, 4, f"{args}")
        assert b"4194303" in answer.err, answer
    for command in ("cow", "zero", "lru", "age", "sharers", "pfn"):
        out = text(command, "--help")
        assert out.startswith(f"mmlens {command} "), out
        none_left([line for line in out.split("\n") if len(line) > 80],
                  f"long lines in {command} --help")


main()
