#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Compare the words that JSON schemas allow with those of the netlink spec.

Wherever a schema has a property that is named as an enum or a set of flags of
the spec, and lists its values, the list must be the spec's.

usage: words.py SPEC SCHEMA...
"""
import json
import os
import sys

import yaml


# What cannot be spelled in C, and how it is spelled for people.
SPELLED = {"n-a": "n/a"}


def snake(name):
    return name.replace("-", "_")


def words(definition):
    names = [e if isinstance(e, str) else e["name"]
             for e in definition["entries"]]
    return {SPELLED.get(name, name) for name in names}


def lists(node, path=""):
    """Every list of allowed values, with the property that it belongs to."""
    if isinstance(node, list):
        for item in node:
            yield from lists(item, path)
    if not isinstance(node, dict):
        return
    if isinstance(node.get("enum"), list):
        yield path, node["enum"]
    for key, value in node.items():
        if key in ("properties", "$defs", "definitions"):
            for name, item in value.items():
                yield from lists(item, name)
        elif key != "enum":
            yield from lists(value, path)


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        spec = yaml.safe_load(file)
    known = {snake(d["name"]): words(d) for d in spec["definitions"]
             if d["type"] in ("enum", "flags")}
    for name in sys.argv[2:]:
        if not os.path.exists(name):
            continue
        with open(name, encoding="utf-8") as file:
            schema = json.load(file)
        for prop, allowed in lists(schema):
            want = known.get(prop)
            if want is None:
                continue
            got = set(allowed)
            if not any(got == {f(w) for w in want} for f in (str, snake)):
                off = got ^ want
                print(f"{os.path.basename(name)}: {prop}: "
                      f"differs in {', '.join(sorted(off))}")


main()
