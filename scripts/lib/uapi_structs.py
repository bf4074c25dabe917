#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Add the C structs of a netlink spec to the UAPI header made from it.

The kernel's generator writes enums and attributes, and leaves structs to
hand-written headers. Ours come from the spec, too, so that it stays the only
description of the protocol.

usage: uapi_structs.py SPEC HEADER
"""
import sys
import textwrap

import yaml

WIDTHS = {"u8": 1, "u16": 2, "u32": 4, "u64": 8, "s64": 8}


def c_name(name):
    return name.replace("-", "_")


def comment(struct, family):
    lines = [f"struct {family}_{c_name(struct['name'])}"]
    doc = " ".join(struct.get("doc", "").split())
    if doc:
        lines[0] += f" - {doc}"
    for member in struct["members"]:
        text = " ".join(member.get("doc", "").split())
        if "enum" in member:
            kind = f"enum {family}_{c_name(member['enum'])}"
            text = f"{text} See {kind}." if text else f"See {kind}."
        lines.append(f"@{c_name(member['name'])}: {text}".rstrip(": "))
    out = ["/**"]
    for line in lines:
        out += textwrap.wrap(line, 76, initial_indent=" * ",
                             subsequent_indent=" *   ")
    return out + [" */"]


def render(struct, family):
    out = comment(struct, family)
    out.append(f"struct {family}_{c_name(struct['name'])} {{")
    offset = 0
    for member in struct["members"]:
        name = c_name(member["name"])
        if member["type"] == "binary":
            out.append(f"\t__u8 {name}[{member['len']}];")
            offset += member["len"]
            continue
        width = WIDTHS[member["type"]]
        # A hole in a struct would leak what was on the kernel's stack.
        if offset % width:
            sys.exit(f"{struct['name']}: a hole before {member['name']}")
        offset += width
        out.append(f"\t__{member['type']} {name};")
    largest = max(WIDTHS.get(m["type"], 1) for m in struct["members"])
    if offset % largest:
        sys.exit(f"{struct['name']}: a hole at the end")
    return out + ["};", ""]


def main():
    spec_path, header_path = sys.argv[1:]
    with open(spec_path, encoding="utf-8") as file:
        spec = yaml.safe_load(file)
    with open(header_path, encoding="utf-8") as file:
        header = file.read()
    body = []
    for definition in spec["definitions"]:
        if definition["type"] == "struct":
            body += render(definition, spec["name"])
    head, end = header.rsplit("#endif", 1)
    guard = head.index("#define", head.index("#ifndef"))
    eol = head.index("\n", guard) + 1
    head = head[:eol] + "\n#include <linux/types.h>\n" + head[eol:]
    with open(header_path, "w", encoding="utf-8") as file:
        file.write(head + "\n".join(body) + "\n#endif" + end)


main()
