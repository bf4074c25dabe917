# SPDX-License-Identifier: GPL-2.0
"""The protocol's numbers and structs, read from the generated C header.

The header and not the spec, since C programs see the header, and a slip of the
generator must show somewhere.
"""
import collections
import os
import re
import struct

HERE = os.path.dirname(os.path.abspath(__file__))
HEADER = os.path.join(HERE, "../../module/uapi/linux/mmlens.h")
# The one name that no C identifier can hold.
SPELLED = {"n-a": "n/a"}
CODES = {"__u8": "B", "__u16": "H", "__u32": "I", "__u64": "Q",
         "__s64": "q"}


def read_enums(text):
    """Every constant of every enum, and the values of each named enum."""
    constants, enums = {}, {}
    for name, body in re.findall(r"enum (\w*)\s*\{(.*?)\};", text, re.S):
        value = -1
        members = {}
        body = re.sub(r"/\*.*?\*/", "", body, flags=re.S)
        for entry in filter(None, (e.strip() for e in body.split(","))):
            key, _, given = (part.strip() for part in entry.partition("="))
            value = int(given, 0) if given else value + 1
            constants[key] = members[key] = value
        if name:
            prefix = name.upper() + "_"
            enums[name.removeprefix("mmlens_")] = {
                spelled(key.removeprefix(prefix)): number
                for key, number in members.items()}
    return constants, enums


def spelled(constant):
    name = constant.lower().replace("_", "-")
    return SPELLED.get(name, name)


def read_structs(text):
    structs = {}
    for name, body in re.findall(r"struct mmlens_(\w+) \{\n(.*?)\n\};", text,
                                 re.S):
        names, code = [], "<"
        for kind, field, count in re.findall(r"(__[us]\d+) (\w+)(?:\[(\d+)\])?;",
                                             body):
            names.append(field)
            code += f"{count}s" if count else CODES[kind]
        structs[name] = (struct.Struct(code),
                         collections.namedtuple(name, names))
    return structs


with open(HEADER, encoding="utf-8") as file:
    HEADER_TEXT = file.read()
CONST, ENUM = read_enums(HEADER_TEXT)
STRUCT = read_structs(HEADER_TEXT)


def unpack(name, data):
    """One struct of the answer; a longer one has grown, and that is fine."""
    layout, make = STRUCT[name]
    return make._make(layout.unpack_from(data.ljust(layout.size, b"\0")))


def word(enum, number):
    """The spec's name of a value."""
    for name, value in ENUM[enum].items():
        if value == number:
            return name
    return f"?{number}"


def words(enum, mask):
    """The spec's names of the bits of a mask."""
    names = [name for name, bit in ENUM[enum].items() if mask & bit]
    known = sum(ENUM[enum].values())
    if mask & ~known:
        names.append(f"?{mask & ~known:#x}")
    return names
