#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Write the names of the protocol's values, as tables in C.

The command line must call a state, a flag or a feature what the spec calls it,
and explain it in the spec's words. Both come from the spec this way, so that
there is no second list to keep.

usage: cli_names.py SPEC OUTPUT_STEM      (writes OUTPUT_STEM.c and .h)
"""
import sys
from pathlib import Path

import yaml


def c_name(name):
    return name.replace("-", "_")


def c_string(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def entries(definition):
    for entry in definition["entries"]:
        if isinstance(entry, str):
            entry = {"name": entry}
        yield entry["name"], " ".join(entry.get("doc", "").split())


def banner(spec, comment):
    lines = ["SPDX-License-Identifier: GPL-2.0",
             f"Made from {spec} by scripts/generate. Do not edit."]
    if comment == "//":
        return [f"// {lines[0]}", f"/* {lines[1]} */"]
    return [f"/* {line} */" for line in lines]


def header(spec, sets):
    out = banner(spec, "/*")
    out += ["#ifndef MMLENS_NAMES_GEN_H", "#define MMLENS_NAMES_GEN_H", "",
            '#include "names.h"', ""]
    out += [f"extern const struct name_set names_{c_name(s['name'])};"
            for s in sets]
    return out + ["", "#endif"]


def source(spec, sets, stem):
    out = banner(spec, "//")
    out += [f'#include "{stem}.h"']
    for s in sets:
        ident = c_name(s["name"])
        out += ["", f"static const struct name_entry {ident}_entries[] = {{"]
        for name, doc in entries(s):
            out.append(f"\t{{ {c_string(name)}, {c_string(c_name(name))},")
            out.append(f"\t  {c_string(doc)} }},")
        out += ["};", "",
                f"const struct name_set names_{ident} = {{",
                f"\t{c_string(s['name'])},",
                f"\tsizeof({ident}_entries) / sizeof({ident}_entries[0]),",
                f"\t{ident}_entries,", "};"]
    return out


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    spec_path, stem = Path(sys.argv[1]), Path(sys.argv[2])
    spec = yaml.safe_load(spec_path.read_text())
    sets = [d for d in spec["definitions"] if d["type"] in ("enum", "flags")]
    label = "module/uapi/mmlens.yaml"
    for suffix, lines in ((".h", header(label, sets)),
                          (".c", source(label, sets, stem.name))):
        stem.with_suffix(suffix).write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
