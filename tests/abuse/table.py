#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""The protocol as the C tables that table.h declares, made from the spec.

    table.py mmlens.yaml >table.inc
"""
import sys

import yaml

KINDS = {"u32": "U32", "u64": "U64", "flag": "FLAG", "string": "STRING",
         "binary": "BINARY", "nest": "NEST", "pad": "PAD"}
MOST = {"u32": 0xffffffff, "u64": 0xffffffffffffffff}
# How the spec says that something is for root.
ADMIN = "Needs CAP_SYS_ADMIN"


def constant(*parts):
    return "_".join(("MMLENS",) + parts).upper().replace("-", "_")


def identifier(name):
    return name.replace("-", "_")


def needs_admin(item):
    return ADMIN in " ".join(item.get("doc", "").split())


def entries(definition):
    return [e if isinstance(e, dict) else {"name": e}
            for e in definition["entries"]]


def mask_of(attr, enums):
    """The bits that flags may have; 0 for what are no flags."""
    if not attr.get("enum-as-flags"):
        return 0
    return (1 << len(entries(enums[attr["enum"]]))) - 1


def attribute(name, attr, enums):
    checks = attr.get("checks", {})
    kind = attr["type"]
    fields = {
        "name": f'"{attr["name"]}"',
        "type": constant("A", name, attr["name"]),
        "kind": "KIND_" + KINDS[kind],
        "min": checks.get("min", 0),
        "max": f"{checks.get('max', MOST.get(kind, 0)):#x}ULL",
        "mask": f"{mask_of(attr, enums):#x}ULL",
    }
    if needs_admin(attr):
        fields["admin"] = "true"
    if "struct" in attr:
        fields["size"] = f"sizeof(struct mmlens_{identifier(attr['struct'])})"
    if kind == "nest":
        fields["nested"] = f"&set_{identifier(attr['nested-attributes'])}"
    return "\t{ " + ", ".join(f".{k} = {v}" for k, v in fields.items()) + " },"


def write_set(one, enums):
    name = identifier(one["name"])
    print(f"static const struct spec_attr attrs_of_{name}[] = {{")
    for attr in one["attributes"]:
        print(attribute(one["name"], attr, enums))
    print("};\n")
    print(f"static const struct spec_set set_{name} = {{")
    print(f'\t.name = "{one["name"]}",\n\t.attrs = attrs_of_{name},')
    print(f"\t.count = {len(one['attributes'])},\n}};\n")


def numbers(op, attrs):
    return ", ".join(constant("A", op["attribute-set"], a) for a in attrs)


def operation(op):
    """Its entry, after the lists that it points to have been printed."""
    name = identifier(op["name"])
    way = next(w for w in ("do", "dump", "event") if w in op)
    parts = op[way] or {}
    asks = parts.get("request", {}).get("attributes", [])
    tells = (parts if way == "event" else parts.get("reply", {})).get(
        "attributes", [])
    for what, attrs in ("asks", asks), ("tells", tells):
        print(f"static const uint16_t {what}_of_{name}[] = {{ "
              f"{numbers(op, attrs + [])}{', ' if attrs else ''}0 }};")
    return "\n".join([
        "\t{",
        f'\t\t.name = "{op["name"]}",',
        f"\t\t.cmd = {constant('CMD', op['name'])},",
        f"\t\t.way = WAY_{way.upper()},",
        f"\t\t.admin = {'true' if needs_admin(op) else 'false'},",
        f"\t\t.set = &set_{identifier(op['attribute-set'])},",
        f"\t\t.asks = asks_of_{name}, .asks_count = {len(asks)},",
        f"\t\t.tells = tells_of_{name}, .tells_count = {len(tells)},",
        "\t},"])


def private_details(enums):
    return sum(1 << i for i, e in enumerate(entries(enums["detail"]))
               if needs_admin(e))


def in_order(sets):
    """Sets that are nested in others before these."""
    by_name = {s["name"]: s for s in sets}
    done = []

    def visit(one):
        for attr in one["attributes"]:
            if attr["type"] == "nest":
                visit(by_name[attr["nested-attributes"]])
        if one not in done:
            done.append(one)

    for one in sets:
        visit(one)
    return done


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        spec = yaml.safe_load(file)
    enums = {d["name"]: d for d in spec["definitions"] if "entries" in d}
    print("/* SPDX-License-Identifier: GPL-2.0 */")
    print("/* Made by table.py from the spec. */")
    print("#include <linux/mmlens.h>\n\n#include \"table.h\"\n")
    for one in in_order(spec["attribute-sets"]):
        write_set(one, enums)
    ops = [operation(op) for op in spec["operations"]["list"]]
    print("\nconst struct spec_op spec_ops[] = {")
    print("\n".join(ops))
    print(f"}};\n\nconst unsigned int spec_ops_count = {len(ops)};")
    print(f"const uint32_t spec_private_details = "
          f"{private_details(enums):#x};")


main()
