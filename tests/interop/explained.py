# SPDX-License-Identifier: GPL-2.0-or-later
"""Disagreements that are known and right: explained.tsv, a row for each, with its reason.

check<TAB>file<TAB>block<TAB>field<TAB>reason; `check` is model, text or verdict, the next three are
shell patterns. A row that explains nothing of a run, though one of its files was in it, is stale
and fails the test: a reason that no longer holds must not wait there for the next mistake.
"""
import fnmatch
import os
from dataclasses import dataclass

PATH = os.path.join(os.path.dirname(os.path.abspath(__file__)), "explained.tsv")


@dataclass
class Row:
    check: str
    file: str
    block: str
    field: str
    reason: str
    seen: bool = False
    used: bool = False


class Explained:
    def __init__(self, check, path=PATH):
        self.rows = []
        with open(path, encoding="utf-8") as file:
            for text in file:
                if text.strip() and not text.startswith("#"):
                    row = Row(*text.rstrip("\n").split("\t"))
                    if row.check == check:
                        self.rows.append(row)

    def saw(self, file):
        for row in self.rows:
            row.seen |= fnmatch.fnmatchcase(file, row.file)

    def reasons(self, file, block, field):
        """Of all rows that say why; they are used then."""
        found = [row for row in self.rows if fnmatch.fnmatchcase(file, row.file)
                 and fnmatch.fnmatchcase(block, row.block)
                 and fnmatch.fnmatchcase(field, row.field)]  # fmt: skip
        for row in found:
            row.used = True
        return [row.reason for row in found]

    def explains(self, file, block, field):
        return bool(self.reasons(file, block, field))

    def stale(self):
        return [row for row in self.rows if row.seen and not row.used]
