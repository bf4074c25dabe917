# SPDX-License-Identifier: GPL-2.0
"""A target that sits on its mmap_lock. Whoever asks about it waits, can be
killed or is refused, and nobody else waits with them: a request holds a lock of
all generic netlink."""
import errno
import os
import signal
import subprocess
import sys
import threading
import time

sys.path.insert(0, __file__.rpartition("/")[0] + "/../lib")
# pylint: disable=wrong-import-position
import lens
import netlink
import oracle
import setup
import sharing
from held import held
from ktap import equal, main, note, test
from workload import Workload, wait_until

class Reader(threading.Thread):
    """Reads a dump that was begun to its end."""

    def __init__(self, sock):
        super().__init__(daemon=True)
        self.sock, self.result = sock, None
        self.text, self.seconds = "", None

    def run(self):
        began = time.monotonic()
        try:
            self.result = len(list(self.sock.answers()))
        except netlink.Refused as refused:
            self.result, self.text = -refused.errno, refused.text
        self.seconds = time.monotonic() - began


@test("mm and walk are refused after a while")
def refused():
    with held() as target:
        for command, values in (("mm", {}), ("walk", {"address": 4096})):
            try:
                with netlink.Socket() as sock:
                    sock.do(command, netlink.query(pid=target.pid, **values))
            except netlink.Refused as error:
                equal(error.errno, errno.EBUSY, command)
                assert "lock of the target" in error.text, error.text
            else:
                raise AssertionError(f"{command} was answered")
        for args in (["mm", target.pid], ["walk", target.pid, "1000"]):
            told = lens.run(*args)
            equal(told.status, 2, f"exit of {args}")
            assert b"lock of the target" in told.err, told
            equal(told.err.count(b"\n"), 1, f"lines of {told}")
        assert target.is_held(), "the lock was free meanwhile"


@test("a dump begins at once, and waits alone")
def dump():
    with held() as target, Workload("state", "anon") as other:
        readers = []
        for command in "page", "vma":
            sock = netlink.Socket()
            # Without this, the request itself would wait.
            sock.start_dump(command, netlink.query(pid=target.pid))
            assert target.is_held(), "the request waited for the lock"
            readers.append(Reader(sock))
            readers[-1].start()
        equal(lens.run("info").status, 0, "info")
        equal(lens.run("pages", other.pid).status, 0, "pages of another")
        equal(lens.run("mm", other.pid).status, 0, "mm of another")
        assert target.is_held(), "the others waited for the lock"
        equal([r.result for r in readers], [None, None], "the waiting")
        target.release()
        for reader in readers:
            reader.join(30 * setup.PATIENCE)
            # It exits as soon as its lock is free.
            assert reader.result == -errno.ESRCH or reader.result > 1, \
                reader.result
            reader.sock.close()


@test("who maps a page is refused after a while, and waits alone")
def mapper():
    with held() as target, Workload("state", "anon") as other:
        page = {"pid": other.pid, "address": other.area("anon").start}
        sock = netlink.Socket()
        began = time.monotonic()
        sock.start_dump("mapper", netlink.query(pid=target.pid, address=4096))
        equal(time.monotonic() - began < 0.5, True, "begins at once")
        reader = Reader(sock)
        reader.start()
        answers = 0
        end = began + 10 * setup.PATIENCE
        while reader.is_alive() and time.monotonic() < end:
            told = netlink.mappers(**page)
            equal([(m.pid, m.address) for m in told.mappers],
                  [tuple(page.values())], "mappers of another")
            netlink.pages(pid=other.pid)
            answers += 1
        assert target.is_held(), "the lock was free meanwhile"
        reader.sock.close()
        equal(reader.result, -errno.EBUSY, "result")
        assert "lock of the target" in reader.text, reader.text
        assert 0.5 < reader.seconds < 5 * setup.PATIENCE, reader.seconds
        note(f"{answers} answers of another in {reader.seconds:.2f} s, and "
             f"then \"{reader.text}\"")
        assert answers > 10 // setup.PATIENCE, answers
        told = lens.run("sharers", target.pid, "1000")
        equal(told.status, 2, "exit")
        assert b"lock of the target" in told.err, told
        equal(told.err.count(b"\n"), 1, f"lines of {told}")
        # The frame is found without the target.
        frame = sharing.frame_at(other.pid, page["address"])
        equal(len(netlink.mappers(frame=frame).mappers), 1, "by the frame")
        assert target.is_held(), "the lock was free meanwhile"


@test("who waits can be killed")
def killed():
    with held() as target:
        for command in "pages", "vmas":
            with subprocess.Popen(["mmlens", command, str(target.pid)],
                                  stdout=subprocess.DEVNULL) as process:
                wait_until(lambda p=process: b"mmlens_hold" in
                           oracle.slurp(f"/proc/{p.pid}/stack"),
                           f"{command} to wait")
                process.send_signal(signal.SIGKILL)
                equal(process.wait(), -signal.SIGKILL, command)
        assert target.is_held(), "they waited for the lock"


main()
