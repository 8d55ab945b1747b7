#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What keepalived made of a configuration: its own dump, as blocks and fields.

keepalived_dump.py [--raw] FILE    prints it as JSON, or the dumps as they are with the log

The dump is taken by sandbox.py, cut into records by records.py and read through the rows of
fields_*.py (theirs.py). The VRRP and the checker process are asked apart, so that one that will not
run does not take the other one's answer away; the BFD process runs beside both, for files that have
a bfd_instance.
"""
import json
import pathlib
import sys

import sandbox
from theirs import Theirs


def sides_of(path):
    has_bfd = "bfd_instance" in pathlib.Path(path).read_text(encoding="utf-8", errors="replace")
    return ["vrrp", "check", "bfd"] if has_bfd else ["vrrp", "check"]


def read(results):
    """Theirs of the results of one file; None when there is no dump."""
    theirs = Theirs()
    for result in results:
        if result["dump"]:
            theirs.add(result["dump"])
            theirs.add(result["parent"] or "")
    return theirs if any(result["dump"] for result in results) else None


def as_json(block):
    return {"block": block.kind, "words": block.words, "fields": block.fields,
            "blocks": [as_json(inner) for inner in block.blocks]}  # fmt: skip


def main():
    raw, path = sys.argv[1:-1] == ["--raw"], sys.argv[-1]
    sides = sides_of(path)
    with sandbox.Base() as base:
        results = base.run(path, [(side, path) for side in sides])
    if raw:
        for side, result in zip(sides, results):
            print(f"== {side}\n{result['log']}\n{result['dump'] or ''}")
        return 0
    theirs = read(results)
    if not theirs:
        print(results[0]["log"], file=sys.stderr)
        return 1
    print(json.dumps({"top": theirs.top.fields, "problems": theirs.problems,
                      "blocks": [as_json(block) for block in theirs.blocks]}, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
