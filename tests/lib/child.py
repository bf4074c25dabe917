# SPDX-License-Identifier: GPL-2.0
"""Run a function in a child of our own, as somebody else."""
import os
import pickle
import traceback


def call(function, *args, before=None):
    """The function's result from a child; what it raises is raised here."""
    back, to = os.pipe()
    pid = os.fork()
    if not pid:
        os.close(back)
        try:
            if before:
                before()
            result = (True, function(*args))
        except BaseException:  # pylint: disable=broad-except
            result = (False, traceback.format_exc())
        with os.fdopen(to, "wb") as file:
            pickle.dump(result, file)
        os._exit(0)
    os.close(to)
    with os.fdopen(back, "rb") as file:
        data = file.read()
    os.waitpid(pid, 0)
    ok, result = pickle.loads(data)
    if not ok:
        raise AssertionError(f"in the child:\n{result}")
    return result


def become(user):
    """All of a user, and none of root."""
    os.setgroups([])
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)


def as_user(function, *args, user=1000):
    return call(function, *args, before=lambda: become(user))
