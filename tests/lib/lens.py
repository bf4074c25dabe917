# SPDX-License-Identifier: GPL-2.0
"""Runs the command line, and holds its JSON to the schema of the command."""
import collections
import json
import os
import re
import subprocess

import jsonschema

HERE = os.path.dirname(os.path.abspath(__file__))
SCHEMAS = os.path.join(HERE, "../../cli/schema")
Answer = collections.namedtuple("Answer", "status out err")
VALIDATORS = {}


def run(*args, user=None, env=None, timeout=120, **options):
    """mmlens with arguments: exit status, output, error output."""
    identity = {} if user is None else {
        "user": user, "group": user, "extra_groups": []}
    done = subprocess.run(["mmlens", *map(str, args)], check=False,
                          capture_output=True, timeout=timeout,
                          stdin=subprocess.DEVNULL,
                          env=dict(os.environ, **(env or {})), **identity,
                          **options)
    return Answer(done.returncode, done.stdout, done.stderr)


def sample(answer):
    """The answer with only some of the rows of long arrays: rows are made by
    one piece of code, and jsonschema takes a millisecond for each."""
    if isinstance(answer, dict):
        return {key: sample(value) for key, value in answer.items()}
    if isinstance(answer, list) and len(answer) > 200:
        return answer[::len(answer) // 150] + answer[-10:]
    return answer


def validate(command, answer):
    if command not in VALIDATORS:
        path = os.path.join(SCHEMAS, command + ".json")
        with open(path, encoding="utf-8") as file:
            schema = json.load(file)
        kind = jsonschema.validators.validator_for(schema)
        kind.check_schema(schema)
        VALIDATORS[command] = kind(schema)
    errors = sorted(VALIDATORS[command].iter_errors(sample(answer)), key=str)
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
