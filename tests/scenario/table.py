#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""docs/vrrp-states.md and the scenarios are the same set, and the table has every cell: each event
of enum vrrp_event_kind stands in the section of each state."""
import os
import re
import sys

root = sys.argv[1]
SECTIONS = ["INIT", "BACKUP", "MASTER (", "MASTER during its farewell", "FAULT"]


def read(path):
    with open(os.path.join(root, path), encoding="utf-8") as file:
        return file.read()


def main():
    problems = []
    document = read("docs/vrrp-states.md")
    folder = os.path.join(root, "tests/scenario")
    files = {name[:-4] for name in os.listdir(folder) if name.endswith(".scn")}
    rows = re.findall(r"^\|.*\| ([a-z0-9-]+) \|$", document, re.M)
    named = {row for row in rows if "-" in row and set(row) != {"-"}}
    problems += [f"docs/vrrp-states.md names {name}: no such file" for name in named - files]
    problems += [f"{name}.scn stands in no row of docs/vrrp-states.md" for name in files - named]

    events = re.findall(r"^\tVRRP_EVENT_([A-Z_]+),", read("src/vrrp/vrrp.h"), re.M)
    if len(events) < 8:
        problems.append("the events of src/vrrp/vrrp.h could not be read")
    for section in SECTIONS:
        match = re.search(r"^## " + re.escape(section) + r".*?(?=^## |\Z)", document, re.M | re.S)
        text = match.group(0) if match else ""
        for event in events:
            if not re.search(rf"^\| {event} \|", text, re.M):
                problems.append(f"docs/vrrp-states.md: {section}: {event} is missing")
    print("\n".join(problems) or f"{len(files)} scenarios, {len(events)} events, all there")
    return 1 if problems else 0


sys.exit(main())
