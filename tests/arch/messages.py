# SPDX-License-Identifier: GPL-2.0-or-later
"""What a user looks up is what was said: each message that docs/troubleshooting.md quotes, in a
heading between quotation marks or in the first column of its table, stands in the sources.

`…` leaves something out, and what stands before a colon may come from elsewhere than what stands
behind it. Numbers, addresses and names of roles stand for what printf() puts there.
"""
import re

from source import lines, problem, walk

PAGE = "docs/troubleshooting.md"
# systemd's and firewalld's own words.
THEIRS = ("status=", "activating", "Found left-over process")

LITERALS = re.compile(r'"(?:[^"\\]|\\.)*"(?:\s*"(?:[^"\\]|\\.)*")*')
VALUE = re.compile(r"\d[\d./]*\d|\d|vipd-vrrp")
SHORTEST = 4


def spoken(root):
    """All string literals, those that follow one another as one."""
    texts = []
    for path in walk(root, ["src"], [".c", ".h"]):
        text = "\n".join(lines(root, path))
        for found in LITERALS.findall(text):
            texts.append("".join(re.findall(r'"((?:[^"\\]|\\.)*)"', found)))
    return "\n".join(texts)


def pattern(piece):
    """The piece as it stands in a format."""
    parts = [re.escape(part) for part in VALUE.split(piece)]
    values = [rf"(?:{re.escape(value)}|%[-+ #0-9.]*[hlzj]*[a-z])" for value in VALUE.findall(piece)]
    return "".join(part + value for part, value in zip(parts, values + [""]))


def quoted(line):
    if line.startswith("## "):
        return re.findall(r'"([^"]+)"', line)
    if line.startswith("| "):
        return re.findall(r"`([^`]+)`", line.split("|")[1])
    return []


def check(root):
    problems = []
    said = spoken(root)
    for number, line in enumerate(lines(root, PAGE), 1):
        for message in quoted(line):
            for piece in (p.strip(" ():") for p in re.split("…|: ", message)):
                if len(piece) < SHORTEST or piece.startswith(THEIRS):
                    continue
                if not re.search(pattern(piece), said):
                    problems.append(problem(PAGE, number, f"nobody says {piece!r}"))
    return problems
