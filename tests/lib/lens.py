# SPDX-License-Identifier: GPL-2.0
"""Runs the command line, and holds its JSON to the schema of the command."""
import collections
import json
import os
import re
import subprocess

import setup

HERE = os.path.dirname(os.path.abspath(__file__))
SCHEMAS = os.path.join(HERE, "../../cli/schema")
Answer = collections.namedtuple("Answer", "status out err")
VALIDATORS = {}
WORD = re.compile(r"([A-Za-z_][\w-]{0,31})?")


def run(*args, user=None, env=None, timeout=120, **options):
    """mmlens with arguments: exit status, output, error output."""
    identity = {} if user is None else {
        "user": user, "group": user, "extra_groups": []}
    done = subprocess.run(["mmlens", *map(str, args)], check=False,
                          capture_output=True,
                          timeout=timeout * setup.PATIENCE,
                          stdin=subprocess.DEVNULL,
                          env=dict(os.environ, **(env or {})), **identity,
                          **options)
    return Answer(done.returncode, done.stdout, done.stderr)


def shape(value):
    """What rows that a schema cannot tell apart have in common."""
    if isinstance(value, dict):
        return tuple((key, shape(below)) for key, below in value.items())
    if isinstance(value, list):
        return tuple(shape(below) for below in value[:8])
    if isinstance(value, str):
        return value if WORD.fullmatch(value) else value[:2] == "0x"
    return type(value)


def sample(answer):
    """The answer with, of an array, some rows of each shape: rows are made by
    one piece of code, and jsonschema takes ten milliseconds for one here."""
    if isinstance(answer, dict):
        return {key: sample(value) for key, value in answer.items()}
    if isinstance(answer, list):
        if len(answer) > 200:
            answer = answer[::len(answer) // 150] + answer[-10:]
        shapes = {}
        for row in answer:
            shapes.setdefault(shape(row), []).append(row)
        return [row for rows in shapes.values() for row in rows[:2]]
    return answer


def validator(command):
    # Takes a second to come here, and not every test needs it.
    import jsonschema  # pylint: disable=import-outside-toplevel
    if command not in VALIDATORS:
        path = os.path.join(SCHEMAS, command + ".json")
        with open(path, encoding="utf-8") as file:
            schema = json.load(file)
        VALIDATORS[command] = jsonschema.validators.validator_for(schema)(
            schema)
    return VALIDATORS[command]


def validate(command, answer):
    errors = sorted(validator(command).iter_errors(sample(answer)), key=str)
    if errors:
        first = errors[0]
        raise AssertionError(
            f"{command}: {len(errors)} breaches of the schema, the first at "
            f"{'/'.join(map(str, first.absolute_path))}: {first.message[:300]}")


def parse(command, out):
    answer = json.loads(out.decode("utf-8", "strict"))
    validate(command, answer)
    return answer


def ask(command, *args, status=0, user=None, checked=True):
    """The JSON answer of a command; its exit status must be as expected."""
    answer = run("-j", command, *args, user=user)
    if answer.status != status:
        raise AssertionError(
            f"mmlens {command} {' '.join(map(str, args))}: exit "
            f"{answer.status}, not {status}: "
            f"{(answer.err or answer.out).decode(errors='replace')[:500]}")
    if not checked:
        return json.loads(answer.out)
    return parse(command, answer.out)


def number(text):
    """An address or another number that JSON holds as a hex string."""
    if not re.fullmatch(r"0x[0-9a-f]+", text):
        raise AssertionError(f"{text!r} is no hex string")
    return int(text, 16)
