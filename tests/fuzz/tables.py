# SPDX-License-Identifier: GPL-2.0
"""What the fuzz targets know of the protocol and of the command line.

tables.py SPEC CLI-FOLDER: prints a C header. Made from the spec and from the
command line itself, so that what is added there is fuzzed, too.
"""
import re
import sys

import yaml

SIZES = {"u8": 1, "u16": 2, "u32": 4, "u64": 8, "s64": 8}


def c_name(*words):
    return "_".join(words).replace("-", "_")


def constant(*words):
    return re.sub(r"[^A-Z0-9]", "_", "_".join(words).upper())


class Spec:
    def __init__(self, path):
        with open(path, encoding="utf-8") as file:
            spec = yaml.safe_load(file)
        self.kinds = {d["name"]: d for d in spec["definitions"]}
        self.sets = {s["name"]: s for s in spec["attribute-sets"]}
        self.ops = spec["operations"]["list"]

    def values(self, name):
        """How many values an enum has, or the mask of its flags."""
        kind = self.kinds[name]
        if kind["type"] == "flags":
            return "FIELD_FLAGS", (1 << len(kind["entries"])) - 1
        return "FIELD_ENUM", len(kind["entries"])


def print_structs(spec):
    for name, kind in spec.kinds.items():
        if kind["type"] != "struct":
            continue
        rows, offset = [], 0
        for member in kind["members"]:
            size = SIZES.get(member["type"], member.get("len", 0))
            role, known = "FIELD_NUMBER", 0
            if member["type"] not in SIZES:
                role = "FIELD_TEXT"
            elif "enum" in member:
                role, known = spec.values(member["enum"])
            elif member["name"] in ("start", "end", "address"):
                role = "FIELD_" + member["name"].upper()
            rows.append(f"\t{{ {offset}, {size}, {role}, {known:#x} }},")
            offset += size
        print(f"static const struct field fields_{c_name(name)}[] = {{")
        print("\n".join(rows))
        print("};\n")
        print(f"_Static_assert(sizeof(struct mmlens_{c_name(name)}) == {offset},"
              f"\n\t       \"the spec and the header tell the same\");\n")
        print(f"static const struct layout layout_{c_name(name)} = {{")
        print(f"\t{offset}, fields_{c_name(name)}, {len(rows)}\n}};\n")


def attribute(attr_set, attr):
    number = constant("mmlens_a", attr_set["name"], attr["name"])
    if "struct" in attr:
        return f"{{ {number}, ATTR_STRUCT, 0, &layout_{c_name(attr['struct'])}, NULL }}"
    if attr["type"] == "nest":
        return f"{{ {number}, ATTR_NEST, 0, NULL, &set_{c_name(attr['nested-attributes'])} }}"
    kind = {"string": "ATTR_STRING", "flag": "ATTR_FLAG"}.get(attr["type"],
                                                             "ATTR_NUMBER")
    size = SIZES.get(attr["type"], 0)
    return f"{{ {number}, {kind}, {size}, NULL, NULL }}"


def print_set(name, attr_set, attrs):
    print(f"static const struct attribute attributes_{name}[] = {{")
    for attr in attrs:
        print(f"\t{attribute(attr_set, attr)},")
    print("};\n")
    print(f"static const struct attribute_set set_{name} = {{")
    print(f"\tattributes_{name}, {len(attrs)}\n}};\n")


def print_sets(spec):
    nested = {attr["nested-attributes"] for attr_set in spec.sets.values()
              for attr in attr_set["attributes"] if attr["type"] == "nest"}
    for name in sorted(nested):
        attr_set = spec.sets[name]
        attrs = [a for a in attr_set["attributes"] if a["type"] != "pad"]
        print_set(c_name(name), attr_set, attrs)
    told = []
    for op in spec.ops:
        attr_set = spec.sets[op["attribute-set"]]
        names = op.get("event", {}).get("attributes") or []
        for way in "do", "dump":
            names = names or op.get(way, {}).get("reply", {}).get("attributes")
        attrs = [a for a in attr_set["attributes"] if a["name"] in (names or [])]
        if attrs:
            print_set(c_name("op", op["name"]), attr_set, attrs)
            told.append(op["name"])
    print("static const struct operation operations[] = {")
    for name in told:
        print(f"\t{{ {constant('mmlens_cmd', name)}, &set_op_{c_name(name)} }},")
    print("};\n")


def find(path, pattern):
    with open(path, encoding="utf-8") as file:
        return re.findall(pattern, file.read(), re.M)


def print_words(cli, spec):
    """What may stand on a command line: the program's own words."""
    table = find(f"{cli}/main.c", r'^\t\{ "([a-z-]+)", (?:cmd_|(no|req|opt)\w+)')
    words = [name for name, way in table if not way]
    words += ["--" + name for name, way in table if way]
    for name, kind in spec.kinds.items():
        if kind["type"] != "struct" and name in ("state", "forecast", "verdict",
                                                 "lru", "page-flag", "detail"):
            words += [e if isinstance(e, str) else e["name"]
                      for e in kind["entries"]]
    print("static const char *const program_words[] = {")
    for word in dict.fromkeys(words):
        print(f'\t"{word}",')
    print("};")


def main():
    spec = Spec(sys.argv[1])
    print("/* SPDX-License-Identifier: GPL-2.0 */")
    print_structs(spec)
    print_sets(spec)
    print_words(sys.argv[2], spec)


main()
