#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Write the names of the protocol's values, as tables in C.

Module and command line must call a state, a flag or a feature what the spec
calls it, and the command line explains it in the spec's words. All of that comes
from the spec this way, so that there is no second list to keep.

usage: names.py SPEC cli STEM              (writes STEM.c and STEM.h)
       names.py SPEC module STEM NAME...   of these enums and sets of flags only
"""
import re
import sys
from pathlib import Path

import yaml


# Names that the protocol's generators could not make an identifier of.
SPELLED = {"n-a": "n/a"}


def c_name(name):
    return name.replace("-", "_").replace("/", "_")


def c_string(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def split_note(doc):
    """What a value means, and what to know of it before one meets it: from
    which kernel on it is told, and to whom. Who reads it in an answer has such
    a kernel, and the rights."""
    first, *rest = re.split(r"(?<=\.) (?=[A-Z])", " ".join(doc.split()))
    notes = [s for s in rest if "CAP_SYS_ADMIN" in s or s.startswith("Since ")]
    return " ".join([first] + [s for s in rest if s not in notes]), \
        " ".join(notes)


def entries(definition):
    for entry in definition["entries"]:
        if isinstance(entry, str):
            entry = {"name": entry}
        yield SPELLED.get(entry["name"], entry["name"]), \
            *split_note(entry.get("doc", ""))


def banner(comment):
    spdx = "SPDX-License-Identifier: GPL-2.0"
    return [f"// {spdx}" if comment == "//" else f"/* {spdx} */",
            "/* Made from module/uapi/mmlens.yaml by scripts/generate. "
            "Do not edit. */"]


def guarded(lines):
    return banner("/*") + ["#ifndef MMLENS_NAMES_GEN_H",
                           "#define MMLENS_NAMES_GEN_H", "",
                           *lines, "", "#endif"]


def cli_header(sets):
    return guarded(['#include "names.h"', ""] +
                   [f"extern const struct name_set names_{c_name(s['name'])};"
                    for s in sets])


def cli_source(sets, stem):
    out = banner("//") + [f'#include "{stem}.h"']
    for s in sets:
        ident = c_name(s["name"])
        out += ["", f"static const struct name_entry {ident}_entries[] = {{"]
        for name, doc, note in entries(s):
            out.append(f"\t{{ {c_string(name)}, {c_string(c_name(name))},")
            out.append(f"\t  {c_string(doc)}, {c_string(note)} }},")
        out += ["};", "",
                f"const struct name_set names_{ident} = {{",
                f"\t{c_string(s['name'])},",
                f"\tsizeof({ident}_entries) / sizeof({ident}_entries[0]),",
                f"\t{ident}_entries,", "};"]
    return out


def module_array(definition):
    ident = "mmlens_" + c_name(definition["name"]) + "_names"
    return ident, f"extern const char *const {ident}[{ident.upper()}];"


def module_header(sets):
    lines = []
    for s in sets:
        ident, declaration = module_array(s)
        lines += [f"#define {ident.upper()}\t{len(s['entries'])}", declaration]
    return guarded(lines)


def module_source(sets, stem):
    out = banner("//") + [f'#include "{stem}.h"']
    for s in sets:
        declaration = module_array(s)[1].removeprefix("extern ").rstrip(";")
        out += ["", declaration + " = {"]
        out += [f"\t{c_string(name)}," for name, *_ in entries(s)]
        out += ["};"]
    return out


def main():
    if len(sys.argv) < 4 or sys.argv[2] not in ("cli", "module"):
        sys.exit(__doc__)
    spec_path, side, stem = Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3])
    wanted = sys.argv[4:]
    spec = yaml.safe_load(spec_path.read_text())
    sets = [d for d in spec["definitions"] if d["type"] in ("enum", "flags")
            and (not wanted or d["name"] in wanted)]
    missing = set(wanted) - {s["name"] for s in sets}
    if missing:
        sys.exit(f"{spec_path}: there is no {', '.join(sorted(missing))}")
    header, source = {"cli": (cli_header, cli_source),
                      "module": (module_header, module_source)}[side]
    for suffix, lines in ((".h", header(sets)), (".c", source(sets, stem.name))):
        stem.with_suffix(suffix).write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
