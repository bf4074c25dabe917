# SPDX-License-Identifier: GPL-2.0
"""What bad input gets: exit codes and sentences of the command line, errno and
extended acknowledge of netlink."""
import errno
import os
import random
import struct
import subprocess
import sys

sys.path.insert(0, __file__.rpartition("/")[0] + "/../lib")
# pylint: disable=wrong-import-position
import lens
import netlink
import setup
import spec
from ktap import equal, main, test
from netlink import attr, query, u32

CONST = spec.CONST
COMMANDS = [("mm",), ("vmas",), ("pages",), ("walk", "1000"), ("cow",),
            ("zero",), ("sharers", "1000")]
NO_PID = 4194303


def both(status, *args, **options):
    """A failing command as text and as JSON; what both say."""
    text = lens.run(*args, **options)
    equal(text.status, status, f"exit of {args}")
    told = lens.run("-j", *args, **options)
    equal(told.status, status, f"exit of -j {args}")
    sentence = text.err.decode()
    assert sentence.startswith("mmlens: "), sentence
    assert "Traceback" not in sentence and len(sentence) > 12, sentence
    return sentence, told


def error_of(command, answer):
    return lens.parse(command, answer.out)["error"]


@test("no such process: exit 4")
def no_process():
    for command, *rest in COMMANDS:
        sentence, told = both(4, command, NO_PID, *rest)
        assert str(NO_PID) in sentence, sentence
        error = error_of(command, told)
        equal(error["errno"], errno.ESRCH, "errno")
        assert str(NO_PID) in error["message"], error


@test("a kernel thread has no mm: the plain fact, exit 0")
def kernel_thread():
    pid = 2
    for command, *rest in COMMANDS:
        told = lens.ask(command, pid, *rest)
        equal(told[command].get("kernel_thread") if command in ("mm", "walk")
              else told["summary"].get("kernel_thread"), True, command)
        text = lens.run(command, pid, *rest)
        equal(text.status, 0, command)
        assert b"kernel thread" in text.out, text


@test("a zombie: exit 4")
def zombie():
    pid = os.fork()
    if not pid:
        os._exit(0)
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
    for command, *rest in COMMANDS:
        sentence, told = both(4, command, pid, *rest)
        assert "zombie" in sentence, sentence
        assert "zombie" in error_of(command, told)["message"]
    os.waitpid(pid, 0)


@test("malformed addresses, ranges, PIDs, options: exit 1")
def usage():
    bad = [
        ("walk", "1", "xyz"), ("walk", "1", "12345678901234567"),
        ("walk", "1"), ("walk", "1", "0", "0"), ("walk", "1", ""),
        ("pages", "1", "2000-1000"), ("pages", "1", "1000+0"),
        ("pages", "1", "1000-"), ("pages", "1", "-o", "nonsense"),
        ("pages", "1", "--nonsense"), ("pages",), ("vmas", "x"),
        ("mm", "0"), ("mm", "-1"), ("mm", "1", "2"), ("mm", ""),
        ("nonsense",), (), ("info", "1"), ("--nonsense",),
        ("mm", "99999999999"), ("--color=nonsense", "info"),
    ]
    for args in bad:
        text = lens.run(*args)
        equal((text.status, text.out), (1, b""), f"{args}")
        assert text.err.startswith(b"mmlens: ") or not args, (args, text.err)
        assert len(text.err) > 12, (args, text)


@test("what is wrong is told, and which help to read")
def hints():
    for args, says in (
            (("pages", "1", "--state=x"), "'x' is no state"),
            (("pages", "1", "--state=anon,"), "'' is no state"),
            (("pages", "1", "-o", "nonsense"), "'nonsense' is not a detail"),
            (("pages", "1", "-o", "pfn,"), "'' is not a detail"),
            (("pages", "1", "-o", "+"), "'' is not a detail"),
            (("pages", "1", "-o", "all,none"), "'none' stands alone"),
            (("pages", "1", "--mapped=1"), "'--mapped' takes no value"),
            (("pages", "1", "--nonsense=1"), "no option '--nonsense=1'"),
            (("pages", "1", "-o"), "'-o' needs a value"),
            (("pages", "x"), "'x' is not a PID"),
            (("pages", "1", "1000+0"), "is empty"),
            (("pages", "1", "1000+99999999T"), "behind the last address"),
            (("pages", "1", "--verdict", "shared", "0"), "fewer arguments")):
        sentence, told = both(1, *args)
        assert says in sentence, (args, sentence)
        assert "'mmlens pages --help'" in sentence, (args, sentence)
        assert "'mmlens pages --help'" in error_of("pages", told)["hint"], told
    for args in ("nonsense",), ("--nonsense",), ("help", "nonsense"), ():
        assert b"'mmlens --help'" in lens.run(*args).err, args
    for args in (), ("cow",):
        equal(lens.run("help", *args), lens.run(*args, "--help"), "help")


@test("an address behind user space: a sentence, exit 1 or 2")
def kernel_address():
    for address in "ffffffff81000000", "ffffffffffffffff":
        text = lens.run("walk", os.getpid(), address)
        assert text.status in (1, 2) and text.err, text
        assert b"user space" in text.err, text


@test("a range in which nothing lies: an empty answer")
def empty_range():
    told = lens.ask("pages", os.getpid(), "0-1000")
    equal(told["pages"], [], "pages")
    told = lens.ask("vmas", os.getpid(), "0-1000")
    equal(told["vmas"], [], "vmas")


@test("the answer cannot be written: exit 5")
def output():
    for command, *rest in [("info",)] + [
            (c, os.getpid(), *r) for c, *r in COMMANDS]:
        for options in (), ("-j",):
            with open("/dev/full", "wb") as full:
                done = subprocess.run(
                    ["mmlens", *options, command, *map(str, rest)],
                    check=False, stdout=full, stderr=subprocess.PIPE)
            equal(done.returncode, 5, f"{options} {command} to a full disk")
            assert done.stderr.startswith(b"mmlens: "), done
    done = subprocess.run(["sh", "-c", f"mmlens pages {os.getpid()} >&-"],
                          check=False, capture_output=True)
    equal(done.returncode, 5, "a closed stdout")


@test("module not loaded: exit 3, and how to load it")
def not_loaded():
    setup.unload()
    try:
        for command, *rest in [("info",)] + [
                (c, os.getpid(), *r) for c, *r in COMMANDS]:
            sentence, told = both(3, command, *rest)
            assert "make load" in sentence and "modprobe" in sentence, sentence
            error = error_of(command, told)
            assert "mod" in error["message"] + error.get("hint", ""), error
    finally:
        setup.load()


def refused(command, payload, dump=False, family=None):
    """The refusal of a raw request."""
    with netlink.Socket() as sock:
        sock.send(sock.family if family is None else family,
                  CONST.get(f"MMLENS_CMD_{command.upper()}", 0)
                  if isinstance(command, str) else command, payload,
                  netlink.NLM_F_DUMP if dump else netlink.NLM_F_ACK)
        try:
            list(sock.answers())
        except netlink.Refused as refusal:
            return refusal
    raise AssertionError(f"{command} {payload.hex()} was answered")


def attribute(name):
    return CONST["MMLENS_A_QUERY_" + name]


ME = os.getpid()


@test("netlink: a target is missing, or there are two")
def targets():
    fd = netlink.open_pagemap(ME)
    for command, dump in (("mm", False), ("walk", False), ("vma", True),
                          ("page", True), ("sharer", True)):
        where = query(address=0) if command == "walk" else b""
        got = refused(command, where, dump)
        equal(got.errno, errno.EINVAL, command)
        assert "pagemap-fd" in got.text and "pid" in got.text, got
        got = refused(command, query(pid=ME, pagemap_fd=fd) + where, dump)
        equal(got.errno, errno.EINVAL, command)
        assert "pid" in got.text, got
        got = refused(command, query(pid=NO_PID) + where, dump)
        equal((got.errno, got.text), (errno.ESRCH, "pid: no such process"),
              command)
        got = refused(command, query(pid=2) + where, dump)
        equal(got.errno, errno.ENODATA, command)
        assert "kernel thread" in got.text, got
    os.close(fd)


@test("netlink: values out of their bounds are refused, the attribute named")
def bounds():
    # What is checked by policy points at the attribute by its offset.
    header = 20
    for name, payload in (
            ("PID", u32(attribute("PID"), 0)),
            ("PID", attr(attribute("PID"), b"\1\0")),
            ("PID", attr(attribute("PID"), b"")),
            ("PID", attr(attribute("PID"), bytes(8)))):
        for command, dump in ("mm", False), ("vma", True):
            got = refused(command, payload, dump)
            assert got.errno in (errno.ERANGE, errno.EINVAL), \
                (command, payload.hex(), got)
            equal(got.offset, header, f"{name}: offset of the attribute")
            assert got.text, name
    # Numbers that no process and no descriptor can have.
    for command, dump in ("mm", False), ("vma", True):
        for number in (1 << 31, (1 << 32) - 1):
            got = refused(command, query(pid=number), dump)
            equal((got.errno, got.text[:4]), (errno.ESRCH, "pid:"), "PID")
            got = refused(command, query(pagemap_fd=number), dump)
            equal((got.errno, got.text[:11]), (errno.EBADF, "pagemap-fd:"),
                  "descriptor")
    first = query(pid=ME)
    for name, payload in (
            ("START", attr(attribute("START"), bytes(4))),
            ("DETAIL", attr(attribute("DETAIL"), bytes(8))),
            ("DETAIL", u32(attribute("DETAIL"), 1 << 20)),
            ("EACH", attr(attribute("EACH"), bytes(4)))):
        got = refused("page", first + payload, True)
        assert got.errno in (errno.ERANGE, errno.EINVAL), (name, got)
        equal(got.offset, header + len(first), f"{name}: offset")
        assert got.text, name
    got = refused("page", first + query(start=0x2000, end=0x2000), True)
    equal(got.errno, errno.EINVAL, "an empty range")
    assert "end" in got.text, got
    got = refused("walk", first)
    equal(got.errno, errno.EINVAL, "no address")
    assert "address" in got.text, got


@test("netlink: attributes that are unknown or of another operation")
def unknown():
    first = query(pid=ME)
    for payload in (u32(2000, 1), u32(attribute("STALL"), 1),
                    u32(attribute("COOKIE"), 1), attr(attribute("RUN"), b"x"),
                    query(each=True), query(start=0x1000)):
        got = refused("mm", first + payload)
        equal(got.errno, errno.EINVAL, payload.hex())
        assert got.text, payload.hex()
        equal(got.offset, 20 + len(first), f"offset of {payload.hex()}")
    # An attribute that runs behind the message's end, one of no length, and
    # what is too short to be one.
    for tail in (struct.pack("<HH", 200, attribute("START")),
                 struct.pack("<HH", 0, attribute("START")),
                 struct.pack("<HH", 3, attribute("START")), b"\0\0\0"):
        got = refused("vma", first + tail, True)
        equal(got.errno, errno.EINVAL, tail.hex())
        assert got.text, tail.hex()


@test("netlink: a nested flag where nothing is nested")
def nested():
    got = refused("mm", u32(attribute("PID") | netlink.NLA_F_NESTED, ME))
    equal(got.errno, errno.EINVAL, "errno")
    assert got.text, "no sentence"


@test("netlink: no such command, do instead of dump, dump instead of do")
def commands():
    for command in 0, 7, 99, 255:
        equal(refused(command, query(pid=ME)).errno, errno.EOPNOTSUPP,
              f"command {command}")
    for command in "vma", "page", "sharer":
        equal(refused(command, query(pid=ME)).errno, errno.EOPNOTSUPP,
              f"do of {command}")
    for command in "mm", "walk", "info":
        equal(refused(command, query(pid=ME), True).errno, errno.EOPNOTSUPP,
              f"dump of {command}")


@test("netlink: addresses at the edges")
def edges():
    top = (1 << 64) - 1
    for start, end in ((0, top), (top - 1, top), (0, 1), (1 << 63, top),
                       (4095, 4097), (top - 4096, top)):
        for command in "vma", "page":
            with netlink.Socket() as sock:
                messages = sock.dump(command, query(pid=ME, start=start,
                                                    end=end))
            stalls = [m for m in messages if m.one("stall")]
            equal(len(stalls), 1, f"{command} {start:#x}-{end:#x}")
            for message in messages:
                for run in netlink.runs_of([message]):
                    assert run.start + run.pages * 4096 > start and \
                        run.start < end, (hex(start), hex(end), run)


@test("netlink: another network namespace sees no family")
def namespace():
    script = ("import sys; sys.path.insert(0, sys.argv[1])\n"
              "import netlink\n"
              "try: netlink.Socket()\n"
              "except netlink.Absent: print('absent')\n")
    done = subprocess.run(
        ["unshare", "--net", sys.executable, "-B", "-c", script,
         os.path.dirname(os.path.abspath(netlink.__file__))],
        check=True, capture_output=True)
    equal(done.stdout, b"absent\n", "in a new namespace")


@test("netlink: noise is refused, and nothing breaks")
def noise():
    dice = random.Random(1)
    with netlink.Socket() as sock:
        sock.sock.settimeout(10 * setup.PATIENCE)
        for _ in range(1500):
            payload = bytearray(query(pid=ME, start=0x1000, end=0x2000,
                                      detail=1))
            for _ in range(dice.randrange(1, 6)):
                payload[dice.randrange(len(payload))] = dice.randrange(256)
            payload = bytes(payload[:dice.randrange(1, len(payload) + 1)])
            sock.send(sock.family, dice.randrange(0, 8), payload,
                      dice.choice([netlink.NLM_F_ACK, netlink.NLM_F_DUMP]))
            try:
                list(sock.answers())
            except netlink.Refused as refusal:
                assert refusal.errno in (
                    errno.EINVAL, errno.ERANGE, errno.ESRCH, errno.EBADF,
                    errno.ENODATA, errno.EOPNOTSUPP, errno.EPERM), refusal
        # It still answers.
        assert sock.do("mm", query(pid=ME))


main()
