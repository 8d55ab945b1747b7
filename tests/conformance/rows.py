#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""docs/conformance.md and the tests say the same about version 2: each id that a conformance test
carries has a row, each row's test exists and carries the id, a row without a test says why, and the
obligation is worded as in obligations.tsv."""
import os
import re
import sys

root = sys.argv[1]
ID = re.compile(r"R(?:3768|2338)-[0-9a-z.]+(?:-[0-9]+)?")


def read(path):
    with open(os.path.join(root, path), encoding="utf-8") as file:
        return file.read()


def wordings():
    lines = [line.split("\t") for line in read("tests/conformance/obligations.tsv").splitlines()]
    return {name: f"{level}: {text}" if level != "–" else text for name, level, text in lines}


def judge_row(row, where, deviation):
    paths = re.findall(r"`(tests/[^`]*)`", where)
    if not paths and not deviation.strip():
        yield f"{row}: neither a test nor a reason"
    for path in paths:
        if not os.path.exists(os.path.join(root, path)):
            yield f"{row}: {path} does not exist"
        elif path.startswith("tests/conformance/") and f"{row}" not in ID.findall(read(path)):
            yield f"{row}: {path} does not carry it"


def main():
    problems, rows, wording = [], set(), wordings()
    for line in read("docs/conformance.md").splitlines():
        fields = [field.strip() for field in line.strip("|").split("|")]
        if len(fields) != 4 or not ID.fullmatch(fields[0]):
            continue
        if fields[0] in rows:
            problems.append(f"{fields[0]} has two rows")
        rows.add(fields[0])
        if fields[1] != wording.get(fields[0]):
            problems.append(f"{fields[0]}: obligations.tsv words it otherwise")
        problems += judge_row(fields[0], fields[2], fields[3])
    for name in ("packets.c", "states.c", "strangers.c"):
        for carried in sorted(set(ID.findall(read("tests/conformance/" + name))) - rows):
            problems.append(f"tests/conformance/{name}: {carried} has no row")
    if len(rows) < 50:
        problems.append(f"only {len(rows)} rows could be read")
    print("\n".join(problems) or f"{len(rows)} rows")
    return 1 if problems else 0


sys.exit(main())
