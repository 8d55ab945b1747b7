# SPDX-License-Identifier: GPL-2.0-or-later
"""What the demo writes: a calm text of at most 80 columns, with colour on a terminal only.

Output of programs is shown as it came; only lines that are too long are folded.
"""
import os
import sys
import textwrap

WIDTH = 80
COLOUR = sys.stdout.isatty() and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"


def _painted(code, text):
    return f"\033[{code}m{text}\033[0m" if COLOUR else text


def _fold(text, indent):
    for line in text.splitlines():
        line = line.rstrip()
        if len(line) + len(indent) <= WIDTH:
            yield indent + line
        else:
            yield from textwrap.wrap(
                line, WIDTH, initial_indent=indent, subsequent_indent=indent + "      ",
                break_long_words=False, break_on_hyphens=False,
            )  # fmt: skip


def write(text=""):
    print(text, flush=True)


def title(text):
    write()
    write(_painted("1", text))
    write(_painted("1", "-" * len(text)))


def say(text):
    for line in textwrap.wrap(text, WIDTH - 2, break_on_hyphens=False):
        write(line)


def seen(text):
    """Something that was claimed and that happened."""
    mark, rest = _painted("32", "ok"), textwrap.wrap(text, WIDTH - 6, break_on_hyphens=False)
    write(f"  {mark}  {rest[0]}")
    for line in rest[1:]:
        write(f"      {line}")


def failed(text):
    write()
    write(_painted("1;31", "This did not happen: ") + text)


def output(command, text, host=None):
    """A command and what it said."""
    prompt = f"{host}# " if host else "# "
    for line in _fold(prompt + command, "    "):
        write(_painted("36", line))
    for line in _fold(text, "    "):
        write(line)


def table(head, rows):
    widths = [max(len(row[i]) for row in [head, *rows]) for i in range(len(head))]
    for number, row in enumerate([head, *rows]):
        line = "  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip()
        write("  " + (_painted("1", line) if number == 0 else line))
        if number == 0:
            write("  " + "  ".join("-" * width for width in widths))
