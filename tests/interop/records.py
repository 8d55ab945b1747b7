# SPDX-License-Identifier: GPL-2.0-or-later
"""keepalived's dump as records: the first step from its text to something that can be compared.

The dump is made for people. Sections are headed `------< NAME >------`, what belongs together is
indented, but not reliably: a real server's scripts stand deeper than the line before them without
belonging to it. So only lines that are known to have others below them (PARENT) get children; every
other line is a fact of its record. What a line means is not decided here (fields_*.py).
"""
import re
from dataclasses import dataclass, field

SECTION = re.compile(r"( *)-+< (.*) >-+$")

# The line that begins a record, where a section has several.
HEADS = {
    "VRRP Topology": re.compile(r" VRRP Instance = (.*)$"),
    "VRRP Sync groups": re.compile(r" VRRP Sync Group = (.*), \w+$"),
    "VRRP Scripts": re.compile(r" VRRP Script = (.*)$"),
    "VRRP Track files": re.compile(r" Track file = (.*)$"),
    "Checker track files": re.compile(r" Track file = (.*)$"),
    "VRRP Track processes": re.compile(r" VRRP Track process = (.*)$"),
    "VRRP Track BFDs": re.compile(r" VRRP Track BFD = (.*)$"),
    "Checker track BFDs": re.compile(r" Checker Track BFD = (.*)$"),
    "BFD Topology": re.compile(r" BFD Instance = (.*)$"),
    "Static Track groups": re.compile(r" Static Track Group = (.*)$"),
    "Interfaces": re.compile(r" Name = (.*)$"),
    "Health checkers": re.compile(r" (\[.*\].* -> \[.*\].*|FWM \d+ -> .*)$"),
    "Virtual server": re.compile(r" VS (.*)$"),
    "Virtual server group": re.compile(r" Virtual Server Group = (.*), IPv4 = \w+, IPv6 = \w+$"),
    "Real server": re.compile(r"   (RIP = .*)$"),
}

PARENT = re.compile(
    r" *(.*:|Connection|HTTP Status Code\(s\)|sorry server +=.*|Checked url = .*|Interfaces"
    r"|Require reply = .*|Use VMAC, .*|Tracked Files|Tracked BFDs|VRRP instances)$"
)


@dataclass
class Line:
    """One line without its indentation, and those that belong to it."""

    text: str
    indent: int
    children: list = field(default_factory=list)

    def texts(self):
        return [child.text for child in self.children]


@dataclass
class Record:
    section: str
    name: str
    lines: list = field(default_factory=list)


def put_line(record, parents, line):
    while parents and parents[-1].indent >= line.indent:
        parents.pop()
    (parents[-1].children if parents else record.lines).append(line)
    if PARENT.match(line.text):
        parents.append(line)


def records(text):
    """All records in the order of the dump. A section without heads is one record."""
    found, parents = [], []
    section = record = None
    for raw in text.splitlines():
        heading = SECTION.match(raw)
        if heading:
            section, record, parents = heading[2], None, []
            continue
        head = HEADS.get(section)
        match = head.match(raw) if head else None
        if match or record is None:
            record, parents = Record(section, match[1] if match else ""), []
            found.append(record)
        if not match and raw.strip():
            put_line(record, parents, Line(raw.strip(" "), len(raw) - len(raw.lstrip(" "))))
    return found
