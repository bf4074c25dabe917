#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Write the names that the module's debugfs files print, as tables in C.

usage: module_names.py SPEC OUTPUT_STEM      (writes OUTPUT_STEM.c and .h)
"""
import sys
from pathlib import Path

import yaml

from cli_names import banner, c_name, c_string, entries

# What debugfs shows; a table that nobody reads is not made.
SETS = ("state", "level", "lru", "page-flag", "vma-flag", "vma-kind",
        "regime", "feature", "relation")


def header(spec, sets):
    out = banner(spec, "/*")
    out += ["#ifndef MMLENS_NAMES_GEN_H", "#define MMLENS_NAMES_GEN_H", ""]
    for s in sets:
        ident = c_name(s["name"])
        count = f"MMLENS_{ident.upper()}_NAMES"
        out += [f"#define {count}\t{len(s['entries'])}",
                f"extern const char *const mmlens_{ident}_names[{count}];"]
    return out + ["", "#endif"]


def source(spec, sets, stem):
    out = banner(spec, "//") + [f'#include "{stem}.h"']
    for s in sets:
        ident = c_name(s["name"])
        out += ["", f"const char *const mmlens_{ident}_names"
                    f"[MMLENS_{ident.upper()}_NAMES] = {{"]
        out += [f"\t{c_string(name)}," for name, _ in entries(s)]
        out += ["};"]
    return out


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    spec_path, stem = Path(sys.argv[1]), Path(sys.argv[2])
    spec = yaml.safe_load(spec_path.read_text())
    sets = [d for d in spec["definitions"] if d["name"] in SETS]
    label = "module/uapi/mmlens.yaml"
    for suffix, lines in ((".h", header(label, sets)),
                          (".c", source(label, sets, stem.name))):
        stem.with_suffix(suffix).write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
