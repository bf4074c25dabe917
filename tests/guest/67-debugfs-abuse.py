# SPDX-License-Identifier: GPL-2.0
"""Reads and writes of every size, offset and kind on every file of debugfs: what
is refused changes nothing, and what is read in pieces is what is read at once."""
import contextlib
import ctypes
import errno
import fcntl
import mmap
import os
import random
import re
import select
import signal
import sys
import time

sys.path.insert(0, __file__.rpartition("/")[0] + "/../lib")
# pylint: disable=wrong-import-position
import child
import debugfs
import oracle
import setup
from ktap import equal, figure, main, note, test
from workload import Workload, wait_until

LONG = bool(os.environ.get("MMLENS_LONG"))
SEED = int(os.environ.get("MMLENS_SEED") or random.SystemRandom().getrandbits(32))
RANDOM = random.Random(SEED)
LIBC = ctypes.CDLL(None, use_errno=True)
# What is written to be taken must be shorter.
LONGEST = 63
WRONG = {errno.EINVAL, errno.ERANGE, errno.ESRCH, errno.ENODATA}
BIG = 1 << 20
NOWHERE = 16
TRIED = 0
USERS = re.compile(rb"(\busers[ =])\d*")


def tried(number=1):
    global TRIED  # pylint: disable=global-statement
    TRIED += number


def files():
    """Those that there are, with whether they can be written to."""
    found = []
    for folder, _, names in os.walk(debugfs.ROOT):
        for name in names:
            path = os.path.join(folder, name)
            found.append((path, bool(os.stat(path).st_mode & 0o200)))
    assert len(found) > 5, found
    return sorted(found)


@contextlib.contextmanager
def opened(path, flags=os.O_RDWR):
    fd = os.open(path, flags | os.O_CLOEXEC)
    try:
        yield fd
    finally:
        os.close(fd)


def attempt(function, *args):
    """What comes of it: a result, or the errno as a negative number."""
    tried()
    try:
        return function(*args)
    except OSError as error:
        return -error.errno


class Question:
    """A file, and what is to be written to have an answer about a target."""

    def __init__(self, path, writable, target):
        self.path = path
        self.text = None
        if writable:
            area = target.area("anon")
            for text in f"{target.pid}", f"{target.pid} {area.start:x}":
                with opened(path) as fd:
                    if attempt(os.write, fd, text.encode()) == len(text):
                        self.text = text.encode()
                        break
            assert self.text, f"{path} takes no target"

    @contextlib.contextmanager
    def asked(self):
        with opened(self.path, os.O_RDWR if self.text else os.O_RDONLY) as fd:
            if self.text:
                equal(attempt(os.write, fd, self.text), len(self.text),
                      self.path)
            yield fd

    def whole(self):
        with self.asked() as fd:
            return pieces(fd, lambda: BIG)


def pieces(fd, size):
    """All that there is, in pieces of such sizes."""
    out = []
    while True:
        part = os.read(fd, size())
        tried()
        if not part:
            return b"".join(out)
        out.append(part)


def questions(target):
    return [Question(path, writable, target) for path, writable in files()]


def first_words(text):
    return {re.split(rb"[ =]", line)[0] for line in text.splitlines()}


def same(got, want, what):
    """The same text; where it changes by itself, of the same kind."""
    if got == want:
        return True
    assert not got or got.endswith(b"\n"), f"{what}: {got[-100:]!r}"
    strange = {word for word in first_words(got) - first_words(want)
               if not re.fullmatch(rb"(0x)?[0-9a-f-]+", word)}
    if strange and b"/pid/" in what.encode():
        raise AssertionError(f"{what}: {strange}")
    return False


@contextlib.contextmanager
def stopped():
    setup.quiet()
    with Workload("state", "anon", "zero", "thp") as target:
        target.stop()
        yield target


def odd_texts(pid):
    """What nobody should write."""
    number = str(pid).encode()
    yield from (b"", b"\n", b" ", b"\0", b"0", b"-1", b"+", b"-", b"0x1",
                b"1.0", b"1e3", b"pid", b"2147483647", b"2147483648",
                b"4294967295", b"4294967296", b"18446744073709551616",
                b"-9223372036854775809", b"9" * 40, b"9" * 63, b"0" * 62 + b"1",
                b"\xff" * 8, "１".encode(), b"%d%s%n", b"../1", b"1/2")
    for form in (b"%b", b"%b\n", b"%b\n\n", b" %b", b"\t%b\t", b"\n%b", b"+%b",
                 b"-%b", b"00%b", b"%b\0", b"%b\0junk", b"\0%b", b"%b x", b"%b ",
                 b"%b 0", b"%b -1", b"%b 0x10", b"%b ffffffffffffffff", b"%b  0",
                 b"%b 1ffffffffffffffff", b"%b 7fff00000000", b"%b 1 2",
                 b"%b\t0", b"%b,0", b"%b\n0", b"%b 0\0 0", b"%b\xa0", b"%b;"):
        yield form.replace(b"%b", number)


def names_only(text, pid):
    """Could this be taken for the target, or another process that there is, with
    all that the kernel forgives?"""
    match = re.match(rb"[\s\xa0]*\+?0*(\d+)(?!\d)", text.split(b"\0")[0])
    return match and (int(match[1]) in (pid, 1) or
                      os.path.exists(f"/proc/{int(match[1])}"))


@test("odd texts and sizes: what names no target is refused, and changes nothing")
def writes():
    note(f"seed {SEED}")
    with stopped() as target:
        sizes = list(range(1, 8194)) if LONG else (
            list(range(1, 70)) + [127, 128, 255, 256, 1023, 1024, 4095, 4096,
                                  4097, 8191, 8192, 8193])
        for one in questions(target):
            if not one.text:
                check_unwritable(one)
                continue
            before = one.whole()
            taken = 0
            with one.asked() as fd:
                for text in odd_texts(target.pid):
                    taken += check_write(fd, text, target.pid)
                for size in sizes:
                    for byte in b"0", b"9", b" ", b"a", b"\0":
                        check_write(fd, byte * size, target.pid)
                    text = one.text.rjust(size)
                    got = attempt(os.write, fd, text)
                    if size <= LONGEST:
                        equal(got, len(text), f"{text!r} to {one.path}")
                    elif size > LONGEST:
                        equal(got, -errno.EINVAL, f"{size} bytes")
                for _ in range(2000 if LONG else 200):
                    text = RANDOM.randbytes(RANDOM.randrange(1, 80))
                    check_write(fd, text, target.pid)
                # The last that was taken is what is told.
                equal(attempt(os.write, fd, one.text), len(one.text), one.path)
                for text in b"", b"-1", b"x", b"9" * 200, b"999999999":
                    got = attempt(os.write, fd, text)
                    assert -got in WRONG, (text, got)
                os.lseek(fd, 0, os.SEEK_SET)
                same(pieces(fd, lambda: BIG), before, one.path)
            assert taken, f"{one.path} took nothing"
    figure("debugfs reads and writes tried", TRIED)


def check_write(fd, text, pid):
    """True if it was taken."""
    got = attempt(os.write, fd, text)
    if got >= 0:
        equal(got, len(text), "all of it")
        assert names_only(text, pid), f"{text!r} was taken"
        return True
    assert -got in WRONG, f"{text!r}: {errno.errorcode.get(-got)}"
    return False


def check_unwritable(one):
    before = one.whole()
    with opened(one.path) as fd:
        for text in b"1", b"", b"x" * 5000:
            got = attempt(os.write, fd, text)
            assert got == -errno.EINVAL or not text and not got, (one.path, got)
            # A seq_file has no writes at an offset, on purpose.
            equal(attempt(os.pwrite, fd, text, 4096), -errno.ESPIPE, one.path)
    same(one.whole(), before, one.path)


@test("pieces of every size, and at every offset, are those of one whole read")
def reads():
    start = TRIED
    exact = set()
    with stopped() as target:
        for one in questions(target):
            # What tells of the whole system changes by itself.
            for _ in range(5 if one.text else 1):
                before = one.whole()
                if check_reads(one, before) and one.whole() == before:
                    exact.add(one.path)
                    break
    note(f"the same to the byte: {sorted(exact)}")
    # Of a stopped target, what stands still must be found to.
    missing = {path for path, writable in files() if writable} - exact
    assert not missing, f"never the same: {missing}"
    figure("debugfs reads and writes tried", TRIED - start)


def check_reads(one, whole):
    """True if all were the same to the byte."""
    most = 20000 if LONG else 500
    ways = [lambda n=n: n for n in (1, 2, 3, 7, 63, 64, 65, 511, 4095, 4096,
                                    4097, 65536, BIG)
            if n == 64 or len(whole) // n < most]
    ways.append(lambda: RANDOM.randrange(1, 300))
    exact = True
    for way in ways:
        with one.asked() as fd:
            equal(attempt(os.read, fd, 0), b"", "nothing of nothing")
            exact &= same(pieces(fd, way), whole, one.path)
            equal(attempt(os.read, fd, 100), b"", "beyond the end")
    return exact & check_offsets(one, whole)


def check_offsets(one, whole):
    exact = True
    with one.asked() as fd:
        edges = [0, 1, len(whole) // 2, max(len(whole) - 1, 0), len(whole)]
        edges += [RANDOM.randrange(len(whole) + 1)
                  for _ in range(100 if LONG else 10)]
        for offset in edges:
            size = RANDOM.choice([1, 2, 100, 4096, BIG])
            got = attempt(os.pread, fd, size, offset)
            assert isinstance(got, bytes), (one.path, offset, got)
            assert len(got) <= size, (len(got), size)
            want = whole[offset:offset + size]
            exact &= want.startswith(got) and bool(got) == bool(want)
        for offset in (2 * len(whole) + 4096, 1 << 31, 1 << 32, 1 << 62,
                       (1 << 63) - 4097, (1 << 63) - 1):
            got = attempt(os.pread, fd, 4096, offset)
            assert got in (b"", -errno.EINVAL, -errno.EOVERFLOW), (offset, got)
            got = attempt(os.lseek, fd, offset, os.SEEK_SET)
            assert got in (offset, -errno.EINVAL, 0) or -got in (
                errno.EINVAL, errno.EOVERFLOW), (offset, got)
        equal(attempt(os.lseek, fd, -1, os.SEEK_SET), -errno.EINVAL, "seek")
        equal(attempt(os.lseek, fd, 0, os.SEEK_END), -errno.EINVAL, "seek")
        equal(attempt(os.pread, fd, 10, -1), -errno.EINVAL, "before the start")
        middle = len(whole) // 2
        equal(attempt(os.lseek, fd, middle, os.SEEK_SET), middle, "seek")
        exact &= pieces(fd, lambda: BIG) == whole[middle:]
    return exact


def libc(name, *args):
    tried()
    got = getattr(LIBC, name)(*args)
    return got if got >= 0 else -ctypes.get_errno()


@test("calls that files like these do not have are refused, and hurt nothing")
def others():
    start = TRIED
    with stopped() as target:
        for one in questions(target):
            whole = one.whole()
            check_calls(one)
            check_vectors(one, whole)
            check_bad_memory(one, whole)
            same(one.whole(), whole, one.path)
    figure("debugfs reads and writes tried", TRIED - start)


def check_calls(one):
    back, to = os.pipe()
    with one.asked() as fd, opened("/dev/null") as null:
        for protection in mmap.PROT_READ, mmap.PROT_WRITE:
            # -1 is no address, and no result but an error.
            got = libc("mmap", None, ctypes.c_size_t(4096), protection,
                       mmap.MAP_SHARED, fd, ctypes.c_long(0))
            assert -got in (errno.ENODEV, errno.EACCES), (one.path, got)
        for request in 0, 0x5401, 0x80086601, 0xffffffff:
            equal(libc("ioctl", fd, ctypes.c_ulong(request), None),
                  -errno.ENOTTY, f"ioctl {request:#x}")
        poller = select.poll()
        poller.register(fd, select.POLLIN | select.POLLOUT)
        tried()
        assert poller.poll(0), f"{one.path}: poll"
        # Those that read are right, or refused.
        for got in (attempt(os.splice, fd, to, 1000),
                    attempt(os.sendfile, null, fd, 0, 1000)):
            assert got in (-errno.EINVAL, -errno.ESPIPE) or got > 0, got
        assert attempt(os.splice, fd, to, 100, 1 << 40) <= 0
        os.write(to, b"1\n")
        assert attempt(os.splice, back, fd, 2) in (
            -errno.EINVAL, -errno.ESPIPE, -errno.EBADF), one.path
        for got in (attempt(os.ftruncate, fd, 0), attempt(os.ftruncate, fd, 99)):
            assert got in (-errno.EINVAL, -errno.EPERM, None), got
        assert attempt(os.fsync, fd) in (-errno.EINVAL, None)
        assert attempt(os.posix_fallocate, fd, 0, 100) < 0
        assert attempt(os.fchdir, fd) == -errno.ENOTDIR
        attempt(fcntl.fcntl, fd, fcntl.F_SETFL, os.O_NONBLOCK | os.O_APPEND)
        assert isinstance(attempt(os.read, fd, 10), bytes)
    os.close(back)
    os.close(to)


def check_vectors(one, whole):
    """Several buffers at once."""
    for flags in 0, os.RWF_NOWAIT, os.RWF_HIPRI:
        with one.asked() as fd:
            buffers = [bytearray(n) for n in (1, 0, 7, 100, 3)]
            got = attempt(os.preadv, fd, buffers, 0, flags)
            if got < 0:
                assert -got in (errno.EOPNOTSUPP, errno.EAGAIN), got
                continue
            text = b"".join(buffers)[:got]
            assert text[:8] == whole[:8] or one.text is None, text
    if one.text:
        with one.asked() as fd:
            # Each buffer is a write of its own.
            got = attempt(os.writev, fd, [b"1", b"x"])
            assert got in (1, -errno.EINVAL), got
            equal(attempt(os.pwrite, fd, b"1", 12345), -errno.ESPIPE, one.path)
            equal(attempt(os.write, fd, one.text), len(one.text), one.path)
            same(pieces(fd, lambda: BIG), whole, one.path)


def check_bad_memory(one, whole):
    # Of nothing, nothing is copied.
    bad = -errno.EFAULT if whole else 0
    with one.asked() as fd:
        equal(libc("read", fd, ctypes.c_void_p(NOWHERE), 100), bad,
              f"{one.path}: to nowhere")
        equal(libc("read", fd, ctypes.c_void_p(1 << 63), 100), -errno.EFAULT,
              f"{one.path}: into the kernel")
        if one.text:
            for where in NOWHERE, 1 << 63:
                equal(libc("write", fd, ctypes.c_void_p(where), 4),
                      -errno.EFAULT, f"{one.path}: from nowhere")


def use_at_random(fd, texts, number, seconds):
    """What one of several does to an open file. What it did, and saw."""
    rng = random.Random(SEED + number)
    count, seen = 0, set()
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        count += 1
        choice = rng.randrange(6)
        try:
            if choice == 0:
                os.write(fd, rng.choice(texts))
            elif choice == 1:
                os.write(fd, rng.choice([b"-1", b"x" * 100, b""]))
            elif choice == 2:
                os.read(fd, rng.choice([1, 100, 5000]))
            elif choice == 3:
                os.lseek(fd, rng.randrange(10000), os.SEEK_SET)
            else:
                seen.add(os.pread(fd, BIG, 0))
        except OSError as error:
            if error.errno not in WRONG | {errno.ESPIPE}:
                raise
    return count, seen


@test("four at once on one open file: nobody sees two targets in one answer")
def at_once():
    start = TRIED
    seconds = 10 if LONG else 0.5 * setup.PATIENCE
    with stopped() as one_target, stopped() as other_target:
        pairs = zip(questions(one_target), questions(other_target))
        for one, other in (pair for pair in pairs if pair[0].text):
            check_at_once(one, other, seconds)
    figure("debugfs reads and writes tried", TRIED - start)


def check_at_once(one, other, seconds):
    before = one.whole(), other.whole()
    assert before[0] != before[1] or b"not watched" in before[0], one.path
    seen = set()
    # On a busy machine nobody may come to read for once.
    for _ in range(20):
        with one.asked() as fd:
            results = in_children(
                [lambda n=n: use_at_random(fd, [one.text, other.text], n,
                                           seconds) for n in range(4)])
        assert all(count for count, _ in results), "not all were there"
        tried(sum(count for count, _ in results))
        seen = seen.union(*(s for _, s in results))
        if seen:
            break
    after = one.whole(), other.whole()
    assert seen, f"{one.path}: nothing was read"
    if after != before:
        note(f"{one.path}: changes by itself")
        return
    # Each reader that looks just then holds the address space, and is counted.
    before = [USERS.sub(rb"\g<1>1", text) for text in before]
    for text in seen:
        text = USERS.sub(rb"\g<1>1", text)
        assert any(w.startswith(text) for w in before), (
            f"{one.path}: of neither: {text[:2000]!r}")


def in_children(functions):
    """What each returns, all at the same time: they begin when the last has come
    and closed its end of a pipe."""
    pids = []
    begin, coming = os.pipe()
    for function in functions:
        back, to = os.pipe()
        pid = os.fork()
        if not pid:
            os.close(back)
            os.close(coming)
            os.read(begin, 1)
            with os.fdopen(to, "w") as file:
                try:
                    file.write(repr(function()))
                except BaseException as error:  # pylint: disable=broad-except
                    file.write(repr(f"{error!r}"))
            os._exit(0)
        os.close(to)
        pids.append((pid, back))
    os.close(coming)
    os.close(begin)
    results = []
    for pid, back in pids:
        with os.fdopen(back) as file:
            text = file.read()
        os.waitpid(pid, 0)
        result = eval(text, {})  # pylint: disable=eval-used
        assert isinstance(result, tuple), result
        results.append(result)
    return results


@test("an open file is shared with a child: one writes, the other reads")
def forked():
    start = TRIED
    with stopped() as target:
        for one in questions(target):
            if not one.text:
                continue
            whole = one.whole()
            with opened(one.path) as fd:
                child.call(os.write, fd, one.text)
                half = os.read(fd, 10)
                rest = child.call(pieces, fd, lambda: 999)
                same(half + rest, whole, one.path)
                copy = os.dup(fd)
            # The last of several descriptors closes it.
            equal(os.lseek(copy, 0, os.SEEK_SET), 0, "seek")
            same(pieces(copy, lambda: BIG), whole, one.path)
            os.close(copy)
    figure("debugfs reads and writes tried", TRIED - start)


@test("a target that leaves between two reads ends the answer, and no more")
def left():
    start = TRIED
    for path, writable in files():
        if not writable:
            continue
        with stopped() as target:
            one = Question(path, writable, target)
            with one.asked() as fd:
                os.read(fd, 3)
                os.kill(target.pid, signal.SIGKILL)
                target.process.wait()
                for _ in range(5):
                    got = attempt(os.read, fd, 4096)
                    assert isinstance(got, bytes) or -got == errno.ESRCH, got
                got = attempt(os.write, fd, one.text)
                equal(got, -errno.ESRCH, f"{path}: of one that left")
                os.lseek(fd, 0, os.SEEK_SET)
                got = attempt(os.read, fd, 4096)
                assert isinstance(got, bytes) or -got == errno.ESRCH, got
    figure("debugfs reads and writes tried", TRIED - start)


@test("no open file is left, and the module is free")
def free():
    wait_until(lambda: oracle.slurp("/sys/module/mmlens/refcnt") == b"0\n",
               "the module to be free", 10)
    setup.unload()
    setup.load()


main()
