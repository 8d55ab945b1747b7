# SPDX-License-Identifier: GPL-2.0-or-later
"""What a row of the comparison is, and how records of the dump become blocks through such rows.

A row says: this line of keepalived's dump is this keyword, read so. Every line has to match a row
or one of the patterns of things that are no configuration (a state, a time, a counter): a line
that nobody knows is an error, so nothing that keepalived says can be forgotten.
"""
import re
from dataclasses import dataclass, field

from records import Record


@dataclass
class Row:
    """One field. `default` is what it means when a side does not say it; a function gets the
    context. `keywords` are ours, if it is not the first word of the name. `only_ours`: keepalived
    fills it in by itself, it is compared where our document has it."""

    name: str
    pattern: str
    kind: object
    default: object = None
    keywords: tuple = ()
    only_ours: bool = False

    def __post_init__(self):
        self.regex = re.compile(self.pattern + r"$") if self.pattern else None
        self.keywords = self.keywords or (self.name.split()[0],)


@dataclass
class Table:
    """The rows of one kind of block, and lines that say nothing about the configuration."""

    rows: list
    ignored: str
    # Keywords of ours that keepalived's dump does not show, and why.
    unseen: dict = field(default_factory=dict)

    def __post_init__(self):
        self.ignored_regex = re.compile(f"({self.ignored})$" if self.ignored else r"(?!)")


@dataclass
class Block:
    """A block of either side: `fields` of theirs, `values` of ours."""

    kind: str
    words: list
    fields: dict = field(default_factory=dict)
    values: list = field(default_factory=list)
    blocks: list = field(default_factory=list)
    broken: str = ""

    def title(self):
        return " ".join([self.kind, *self.words])


class UnknownLine(Exception):
    pass


def read_line(table, line, fields):
    known = False
    for row in table.rows:
        match = row.regex.match(line.text) if row.regex else None
        if match:
            value = row.kind.theirs(match, line)
            if getattr(row.kind, "is_repeated", False):
                value = fields.get(row.name, []) + [value]
            fields[row.name] = value
            known = True
    return known or table.ignored_regex.match(line.text)


def read_record(table, record: Record):
    """{row's name: value} of what the record says."""
    fields = {}
    for line in record.lines:
        if not read_line(table, line, fields):
            raise UnknownLine(f"{record.section}: {record.name}: {line.text!r}")
    return fields
