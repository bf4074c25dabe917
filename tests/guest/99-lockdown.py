# SPDX-License-Identifier: GPL-2.0
# last
"""A kernel that is locked down, and Yama's modes: what changes, and that nothing
else does. Both can only be raised until the next boot: this is the last file."""
import errno
import os
import subprocess
import sys

sys.path.insert(0, __file__.rpartition("/")[0] + "/../lib")
# pylint: disable=wrong-import-position
import child
import privilege
import questions
import setup
import watch
from ktap import Skip, equal, figure, main, note, test
from workload import STUDENT

YAMA = "/proc/sys/kernel/yama/ptrace_scope"
SECURITY = "/sys/kernel/security"
LOCKDOWN = SECURITY + "/lockdown"
CALLERS = {
    "root": lambda: None,
    "student": lambda: child.become(STUDENT),
    "nobody with sys_admin": lambda: privilege.only("sys_admin"),
}


def slurp(path):
    with open(path, encoding="ascii") as file:
        return file.read().strip()


def all_answers(world, wanted=None):
    """By caller, how all went."""
    out = {}
    for who, become in CALLERS.items():
        world.turn += 1
        told, mute = child.call(questions.answers, world, wanted,
                                before=become)
        equal(mute, [], "refusals without a sentence")
        out[who] = told
    return out


def changes(before, after):
    """Who is told something else, and what now."""
    return {(who, name): after[who][name]
            for who in before for name in before[who]
            if before[who][name] != after[who][name]}


def with_kptr_restrict(world):
    """Whether kernel addresses are told hangs on lockdown, and not on this."""
    path = "/proc/sys/kernel/kptr_restrict"
    was = slurp(path)
    try:
        for mode in "0", "1", "2":
            setup.put(path, mode)
            told = all_answers(world, lambda name: "stacks" in name)
            equal({who: list(each.values()) for who, each in told.items()},
                  {"root": ["+"], "student": ["P"],
                   "nobody with sys_admin": ["+"]}, f"stacks with {mode}")
    finally:
        setup.put(path, was)


def sentence_of_stacks(world):
    number, text = watch.refused(pagemap_fd=world.by_descriptor(),
                                 kinds=["fault"], stacks=True)
    equal(number, errno.EPERM, "stacks")
    return text


def not_alike(name):
    """All but watches of many, who are asked for alike."""
    return not name.startswith(("watch/pid", "watch/cgroup",
                                "watch/everything"))


@test("locked down: for integrity, for confidentiality")
def lockdown():
    if not os.path.exists(LOCKDOWN):
        subprocess.run(["mount", "-t", "securityfs", "none", SECURITY],
                       check=False)
    if not os.path.exists(LOCKDOWN):
        raise Skip("this kernel cannot be locked down")
    equal(slurp(LOCKDOWN), "[none] integrity confidentiality", "after boot")
    with questions.World() as world:
        # debugfs gives out files that can be written to no longer, which those
        # below pid/ are; those that are open can still be.
        no_pid_files = {("root", name): "P" for name in (
            "debugfs/pid/" + file for file in ("mm", "vmas", "pages",
                                               "mappers", "faults"))}
        no_stacks = {(who, "watch/pagemap-fd:stacks"): "P"
                     for who in ("root", "nobody with sys_admin")}
        with_kptr_restrict(world)
        before = all_answers(world, not_alike)
        cells = 0
        for level, other in (("integrity", no_pid_files),
                             ("confidentiality", no_pid_files | no_stacks)):
            setup.put(LOCKDOWN, level)
            assert f"[{level}]" in slurp(LOCKDOWN), slurp(LOCKDOWN)
            after = all_answers(world, not_alike)
            equal(changes(before, after), other, f"told otherwise: {level}")
            cells += sum(len(told) for told in after.values())
            note(f"{level}: {len(other)} of {cells} answers are others")
        text = sentence_of_stacks(world)
        assert "locked down" in text, text
        # A user is not told that it is.
        assert "CAP_SYS_ADMIN" in child.as_user(sentence_of_stacks, world)
    figure("privilege table cells checked", cells)


@test("Yama: who may be looked at is the same in each of its modes")
def yama():
    if not os.path.exists(YAMA):
        raise Skip("this kernel has no Yama")

    def of_processes(name):
        return name.startswith(("open/", "mm/", "page/", "detail/", "mapper/"))

    equal(slurp(YAMA), "0", "the mode after boot")
    with questions.World() as world:
        before = all_answers(world, of_processes)
        equal((before["student"]["open/student's"],
               before["student"]["open/root's"]), ("+", "A"), "after boot")
        for mode in "1", "2", "3":
            setup.put(YAMA, mode)
            equal(slurp(YAMA), mode, "the mode")
            equal(changes(before, all_answers(world, of_processes)), {},
                  f"what is told otherwise in mode {mode}")
        cells = 4 * sum(len(told) for told in before.values())
    figure("privilege table cells checked", cells)


main()
