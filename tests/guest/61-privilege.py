# SPDX-License-Identifier: GPL-2.0
"""Who is told what: a table of callers and of all there is to ask, which is
walked cell by cell. 60-permission.py says more of single cells."""
import fnmatch
import os
import sys
import time

sys.path.insert(0, __file__.rpartition("/")[0] + "/../lib")
# pylint: disable=wrong-import-position
import child
import privilege
import questions
import setup
from ktap import equal, figure, main, none_left, note, test
from workload import STUDENT

LONG = bool(os.environ.get("MMLENS_LONG"))

# What is asked, by columns whose cells are alike. A name that is in none of them,
# or in two, fails the test: so does an operation, a kind of watch, a detail or a
# file of debugfs that is new and is not entered here.
COLUMNS = {
    # May /proc/PID/pagemap be opened? That is the kernel's own word.
    "own": "open/student's",
    "root's": "open/root's",
    "setuid": "open/setuid",
    "hidden": "open/undumpable",
    # Of a process by an open pagemap; who may not open it is passed one.
    "fd": "info mm/pagemap-fd sharer/pagemap-fd vma/pagemap-fd "
          "page/pagemap-fd walk/pagemap-fd watch/pagemap-fd:count "
          "watch/pagemap-fd:fault watch/pagemap-fd:follow counts/own "
          "unwatch/own",
    "another": "counts/another's unwatch/another's",
    "facts": "detail/entry detail/node detail/verdict detail/forecast",
    "private": "detail/folio detail/pfn detail/counts detail/lru "
               "detail/cgroup fact/*",
    "pid": "mm/pid sharer/pid vma/pid page/pid walk/pid",
    "admin": "lru node peek watcher mapper/pagemap-fd mapper/frame "
             "watch/pagemap-fd:eviction watch/pagemap-fd:reclaim "
             "watch/pagemap-fd:compaction watch/pagemap-fd:huge "
             "watch/pagemap-fd:oom watch/pagemap-fd:tlb "
             "watch/pagemap-fd:stacks watch/pagemap-fd:large-ring "
             "watch/cgroup:* watch/everything:*",
    "both": "mapper/pid watch/pid:*",
    "d:info": "debugfs/info",
    "d:lists": "debugfs/lru debugfs/zones debugfs/tails debugfs/watches",
    "d:pid": "debugfs/pid/mm debugfs/pid/vmas debugfs/pid/pages "
             "debugfs/pid/mappers debugfs/pid/faults",
}
# + told, ~ told without what is withheld, P EPERM, A EACCES, E ENOENT, S ESRCH,
# - there is no such family here, % A before Linux 6.13 and + since.
#
# /proc/PID/pagemap is opened by its owner, who has no fewer capabilities; or with
# CAP_SYS_PTRACE, since 6.13 with CAP_PERFMON and so with CAP_SYS_ADMIN, too, and
# one of CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH. "only" is nobody, with that
# capability alone; "each other" stands for all that have no row of that kind.
TABLE = """
                                    own root's setuid hidden fd another facts private pid admin both d:info d:lists d:pid
root                                +   +      +      +      +  E       +     +       +   +     +    +      +       +
root without sys_admin              +   +      +      +      +  E       +     ~       +   P     P    +      P       P
root without sys_ptrace             %   %      %      %      +  E       +     +       P   +     P    +      +       P
root without each other             +   +      +      +      +  E       +     +       +   +     +    +      +       +
root without any                    A   A      A      A      +  E       +     ~       P   P     P    +      P       P
only sys_admin                      A   A      A      A      +  E       +     +       P   +     P    A      A       A
only sys_ptrace                     A   A      A      A      +  E       +     ~       +   P     P    A      A       A
only dac_override                   A   A      A      A      +  E       +     ~       P   P     P    +      P       P
only dac_read_search                A   A      A      A      +  E       +     ~       P   P     P    +      P       A
only perfmon                        A   A      A      A      +  E       +     ~       P   P     P    A      A       A
only sys_ptrace and dac_read_search +   +      +      +      +  E       +     ~       +   P     P    +      P       A
only perfmon and dac_read_search    %   %      %      %      +  E       +     ~       P   P     P    +      P       A
only each other                     A   A      A      A      +  E       +     ~       P   P     P    A      A       A
student                             +   A      A      A      +  E       +     ~       P   P     P    A      A       A
student by sockets of root's        +   A      A      A      +  E       +     ~       P   P     P    A      A       A
root by sockets of a student's      +   +      +      +      +  E       +     ~       P   P     P    +      +       +
root of a user namespace            A   A      A      A      +  E       +     ~       P   P     P    A      A       A
root in a PID namespace             +   +      +      +      +  E       +     +       S   +     S    +      +       S
root in a network namespace         +   +      +      +      -  -       -     -       -   -     -    +      +       +
root without /proc and debugfs      E   E      E      E      +  E       +     +       +   +     +    E      E       E
"""
HEAD, *ROWS = (line for line in TABLE.splitlines() if line)
CALLER = len("only sys_ptrace and dac_read_search")
SINCE_6_13 = [int(n) for n in os.uname().release.split(".")[:2]] >= [6, 13]
SOCKETS = 120
BECOME = {
    "root": lambda: None,
    "root without any": lambda: privilege.set_capabilities(0),
    "student": lambda: child.become(STUDENT),
    "student by sockets of root's":
        lambda: privilege.student_by_roots_sockets(SOCKETS),
    "root by sockets of a student's":
        lambda: privilege.by_students_sockets(SOCKETS),
    "root of a user namespace": privilege.user_namespace,
    "root in a PID namespace": privilege.pid_namespace,
    "root in a network namespace":
        lambda: privilege.unshare(privilege.CLONE_NEWNET),
    "root without /proc and debugfs": privilege.without_proc,
}


def callers():
    """Each row of the table: name, cells, how to become it, and if it is one of
    many that are alike."""
    opens = "+" if SINCE_6_13 else "A"
    rows = {row[:CALLER].strip(): row[CALLER:].replace("%", opens).split()
            for row in ROWS}
    known = privilege.capabilities()
    for name, cells in rows.items():
        for start, become in (("root without ", privilege.without),
                              ("only ", privilege.only)):
            if not name.startswith(start) or name in BECOME:
                continue
            which = name.removeprefix(start)
            if which != "each other":
                yield (name, cells,
                       lambda b=become, w=which: b(*w.split(" and ")), False)
                continue
            for each in known:
                if start + each not in rows:
                    yield (start + each, cells,
                           lambda b=become, e=each: b(e), True)
        if name in BECOME:
            yield name, cells, BECOME[name], False


def place(names):
    """The column of each name, which must be one."""
    patterns = [(column, pattern) for column, words in COLUMNS.items()
                for pattern in words.split()]
    out = {}
    for name in names:
        found = [column for column, pattern in patterns
                 if fnmatch.fnmatchcase(name, pattern)]
        equal(len(found), 1, f"columns of {name}, which has {found}")
        out[name] = found[0]
    return out


def summary(cells):
    """One letter if all are the same."""
    letters = sorted(set(cells))
    return letters[0] if len(letters) == 1 else "/".join(letters)


def turns(names, name, turn, many):
    """Which of all are asked by one caller, in the quick form: some of them in
    turn, where many callers or many questions are alike."""
    if LONG and not setup.slow():
        return set(names)
    if many:
        return set(names[turn % 16::64 if setup.slow() else 16])
    if name in ("root", "student"):
        return set(names)
    watches = [each for each in names if each.startswith("watch/")]
    others = [each for each in names if each not in watches]
    return set(others[turn % 3::3] if setup.slow() else others) | set(
        watches[turn % 4::4])


def no_kernel_address(world):
    """In nothing that a user is told there is an address of the kernel's."""
    world.turn += 1
    found, count = child.as_user(questions.scanned, questions.answers, world)
    none_left(found, "what a user is told")
    note(f"{count} words that a user was told looked at")
    # Control: in stacks there are some.
    world.turn += 1
    found, _ = questions.scanned(questions.stacks, world)
    assert len(found) > 2, found


@test("every caller, every operation and every fact: as the table says")
def table():
    columns = HEAD.split()
    equal(columns, list(COLUMNS), "columns of the table")
    checked, wrong, mute, began = 0, [], [], time.monotonic()
    note(HEAD.rstrip())
    with questions.World() as world:
        placed = place(questions.all_names(world))
        for turn, (name, cells, become, many) in enumerate(callers()):
            want = dict(zip(columns, cells))
            equal(len(cells), len(columns), f"cells of {name}")
            world.turn = turn
            chosen = turns(list(placed), name, turn, many)
            got, silent = child.call(questions.answers, world,
                                     chosen.__contains__, before=become)
            checked += len(got)
            wrong += [f"{name}: {question}: {letter!r}, and not "
                      f"{want[placed[question]]!r}"
                      for question, letter in got.items()
                      if letter != want[placed[question]]]
            mute += [f"{name}: {row}" for row in silent]
            said = [summary([got[q] for q in got if placed[q] == column] or
                            [" "]) for column in columns]
            note(name.ljust(CALLER + 1) + " ".join(
                letter.ljust(len(column))
                for letter, column in zip(said, columns)))
        no_kernel_address(world)
    note(f"{checked} cells in {time.monotonic() - began:.1f} s")
    none_left(wrong, "the table")
    none_left(mute, "the sentences of refusals")
    figure("privilege table cells checked", checked)


main()
