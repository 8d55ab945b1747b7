# SPDX-License-Identifier: GPL-2.0-or-later
"""Who may include whom (docs/architecture.md, "Rooms").

The table is the architecture. Siblings never include each other; a core shows the others one
header, ROOM/ROOM.h; quotes are for our own headers, always written from src/ on; and a core has
no conditional compilation, because what is switched off is not tested.
"""
import re

from source import PURE_ROOMS, lines, problem, walk

CORES = ["vrrp", "announce", "reconcile", "bfd", "balance"]

MAY_INCLUDE = {
    "base": [],
    "wire": ["base"],
    **{core: ["base", "wire"] for core in CORES},
    "node": ["base", "wire", *CORES],
    "conf": ["base", "wire", *CORES],
    "kern": ["base", "wire"],
    "loop": ["base", "wire"],
    "ctl": ["base", "wire"],
    "host": ["base", "conf"],
    "probe": ["base", "wire", "kern", "conf"],
    "cli": ["base", "ctl", "conf", "host", "probe", "sim"],
    "daemon": ["base", "wire", *CORES, "node", "conf", "host", "kern", "loop",
               "ctl"],
    "sim": ["base", "wire", *CORES, "node", "conf"],
}

INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"')
CONDITION = re.compile(r"^\s*#\s*(if|ifdef|ifndef|elif)\b")


def room_of(path):
    parts = path.split("/")
    return "sim" if parts[0] == "sim" else parts[1]


def judge_include(room, target):
    """What is wrong with `#include "target"` in a file of this room, or None."""
    if target.startswith(".") or target.count("/") < 1:
        return f'"{target}": write it from src/ on, as "room/file.h"'
    other = target.split("/")[0]
    if other == room:
        return None
    if other not in MAY_INCLUDE:
        return f'"{target}": there is no room {other}'
    if other not in MAY_INCLUDE[room]:
        return f'{room} must not include "{target}"'
    if other in CORES and target != f"{other}/{other}.h":
        return f'"{target}": of a core only "{other}/{other}.h" is for others'
    return None


def check(root):
    problems = []
    for path in walk(root, ["src", "sim"], [".c", ".h"]):
        if path.startswith("src/") and path.count("/") < 2:
            problems.append(problem(path, 1, "a source file outside the rooms"))
            continue
        room = room_of(path)
        if room not in MAY_INCLUDE:
            problems.append(problem(path, 1, f"{room} is not a room: add it to the table"))
            continue
        for number, line in enumerate(lines(root, path), 1):
            match = INCLUDE.match(line)
            wrong = judge_include(room, match.group(1)) if match else None
            if wrong:
                problems.append(problem(path, number, wrong))
            if room in PURE_ROOMS and CONDITION.match(line):
                problems.append(problem(path, number, "conditional compilation in a core"))
    return problems
