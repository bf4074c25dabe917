# SPDX-License-Identifier: GPL-2.0
"""A watch that goes on for long, of a busy process whose cgroup is short of
memory: what happened is told or counted as lost, and neither the kernel nor the
command grows. Ten minutes in the long run, seconds else."""
import json
import os
import subprocess
import sys
import time

sys.path.insert(0, __file__.rpartition("/")[0] + "/../lib")
# pylint: disable=wrong-import-position
import oracle
import reclaim
import setup
from ktap import equal, main, note, test
from workload import wait_until

# MMLENS_LONG is what scripts/test --long says.
SECONDS = 600 if os.environ.get("MMLENS_LONG") else 8
PAGES = 4096
# What the watch has and keeps comes within the first part of its time: rings,
# counts, the socket's room.
WARM = max(SECONDS / 6, 4)
# A batch of each processor's slab caches, and the noise of what else runs: 600 s
# of a leak of one record per 100 events would be ten times as much.
SLACK_KIB = 2048
# KASAN keeps so much of what others have freed.
KEPT_KIB = 48 << 10 if setup.slow() else 0


def kernel_memory():
    """KiB that the kernel itself has, but for what can be reclaimed: caches of
    inodes and the like grow with any file."""
    info = dict(line.replace(":", "").split()[:2]
                for line in oracle.slurp("/proc/meminfo").decode().splitlines())
    return sum(int(info[name]) for name in
               ("SUnreclaim", "Percpu", "VmallocUsed", "KernelStack"))


def watched():
    return oracle.slurp("/sys/kernel/debug/mmlens/watches")


def resident(pid):
    """KiB."""
    return int(oracle.slurp(f"/proc/{pid}/statm").split()[1]) * 4


@test("a watch for long, under pressure: nothing grows")
def endure():
    setup.quiet()
    setup.swap_on()
    with reclaim.Cgroup() as cgroup, reclaim.Heat(cgroup) as heat:
        heat.do("anon count 1", f"anon a {PAGES}")
        cgroup.set("memory.max", PAGES * 3 // 4 * oracle.PAGE)
        with subprocess.Popen(
                ["mmlens", "-j", "watch", str(heat.pid), "--faults",
                 "--evictions", "--reclaim", "--for", str(SECONDS)],
                stdout=subprocess.PIPE) as command:
            # Lines are counted, and not kept.
            with subprocess.Popen(["sh", "-c", "sed -n '/\"event\"/d; p' | tail -n 2"],
                                  stdin=command.stdout,
                                  stdout=subprocess.PIPE) as rest:
                command.stdout.close()
                wait_until(watched, "the watch")
                heat.process.stdin.write(
                    f"churn a {SECONDS * 1000} count\n".encode())
                heat.process.stdin.flush()
                began, samples = time.monotonic(), []
                while command.poll() is None:
                    time.sleep(min(5, SECONDS / 12))
                    # See 35-beside: this has the counters added up.
                    cgroup.stat()
                    if time.monotonic() - began > WARM:
                        samples.append((kernel_memory(),
                                        resident(command.pid)))
                out = rest.stdout.read()
            equal(command.returncode, 0, "exit status")
        heat.listen()
    # The last sample may be of a command that is leaving.
    samples = samples[:-1]
    (first, own), (last, own_last) = samples[0], samples[-1]
    summary = json.loads(out.splitlines()[-1])
    note(f"{SECONDS} s: {out.splitlines()[-1].decode()[:300]}")
    note(f"kernel memory {first} KiB, then {last} KiB, at most "
         f"{max(kernel for kernel, _ in samples)}; the command {own} KiB, then "
         f"{own_last} KiB")
    assert summary, out
    assert last - first < SLACK_KIB + KEPT_KIB, "the kernel's memory grows"
    assert own_last - own < SLACK_KIB, "the command grows"


main()
