# SPDX-License-Identifier: GPL-2.0-or-later
"""A page of documentation as a test. What stands indented is a terminal: a line with a prompt is a
command that is run on that server (both#: on each), the lines below it are what it has to say,
until the next prompt. A line `...` stands for any lines. What differs from run to run (times,
process numbers, MACs, column widths) is the same to it.
"""
import os
import re

from lib.story import Failed, wait_until

PROMPT = re.compile(r"^    (server1|server2|both)# (.*)$")
VARIES = [
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z"), "DATE"),
    (re.compile(r"\b[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d\b"), "DATE"),
    (re.compile(r"\b(?!ff:ff)[0-9a-f]{2}(:[0-9a-f]{2}){5}\b"), "MAC"),
    (re.compile(r"@if\d+"), "@ifN"),
    (re.compile(r"^\d+: "), "N: "),
    (re.compile(r"\[\d+\]"), "[PID]"),
    (re.compile(r"\b\d+(\.\d+)? ?(ms|s)\b"), "TIME"),
    (re.compile(r"\s+"), " "),
]
# Only look: they are asked again until they say what they should.
LOOKS = ("ip ", "journalctl ", "vipctl status", "vipctl explain", "systemctl status")
PATIENCE_S = 20


class Command:
    def __init__(self, line, servers, text):
        self.line, self.servers, self.text, self.expected = line, servers, text, []


def read(path):
    """The commands of a page, in order."""
    commands, is_open = [], False
    with open(path, encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            line = line.rstrip("\n")
            found = PROMPT.match(line)
            if found:
                servers = [1, 2] if found.group(1) == "both" else [int(found.group(1)[-1])]
                commands.append(Command(number, servers, found.group(2)))
                is_open = True
            elif is_open and line.startswith("    "):
                commands[-1].expected.append(line[4:])
            elif is_open and line:
                is_open = False
    return commands


def same(line):
    for pattern, word in VARIES:
        line = pattern.sub(word, line.rstrip())
    return line


def matches(expected, found):
    """Both are lists of lines."""
    if not expected:
        return not found
    if expected[0] == "...":
        return any(matches(expected[1:], found[i:]) for i in range(len(found) + 1))
    return bool(found) and expected[0] == found[0] and matches(expected[1:], found[1:])


def _perform(system, command, path, show):
    expected = [same(line) for line in command.expected if line.strip()]
    output, code = "", None

    def says_so():
        nonlocal output, code
        done = system.call(command.text)
        output, code = done.stdout + done.stderr, done.returncode
        found = [same(line) for line in output.splitlines() if line.strip()]
        return matches(expected, found) if expected else code == 0

    patience = PATIENCE_S if command.text.startswith(LOOKS) else 0
    try:
        wait_until(says_so, patience, "what the page says", 0.1)
    except Failed as failure:
        raise Failed(f"{os.path.basename(path)}:{command.line}: {system.label}# {command.text}\n"
                     f"ends with {code} and says\n{output}") from failure
    if show:
        print(output, flush=True)


def perform(path, systems, say, show=False):
    """Runs the page."""
    for command in read(path):
        for system in systems:
            if system.number in command.servers:
                say(f"{system.label}# {command.text}")
                _perform(system, command, path, show)
