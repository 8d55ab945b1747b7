# SPDX-License-Identifier: GPL-2.0-or-later
"""The measurable part of the style, so that reviews are about meaning: length of files and
functions, width of lines, the licence line, no blank at a line's end.

A function is what stands between a brace in column 0 and the next closing one in column 0; that is
how every function of ours is written.
"""
from source import lines, problem, walk

FILE_LINES = 800
FUNCTION_LINES = 70
WIDTH = 100
TAB = 8

# Tables of keywords: a row for each, whatever their number.
LONG_FILES = ["src/conf/keywords.c", "src/conf/keyword_table.c"]

SPDX = "SPDX-License-Identifier: GPL-2.0-or-later"
C_SPDX = f"/* {SPDX} */"

SCRIPTS = ["test", "demo", ".ci/run", "tests/bench/run", "tests/bench/check",
           "tests/bench/simulated", "tests/bench/simulator", "tests/long/run",
           "tests/mutants/run", "tests/system/run", "tests/guest/run", "tests/guest/init",
           "tests/pages/completions", "data/units"]


def check_functions(path, text):
    problems = []
    start = None
    for number, line in enumerate(text, 1):
        if line == "{":
            start = number
        elif line.startswith("}") and start is not None:
            length = number - start + 1
            if length > FUNCTION_LINES:
                problems.append(
                    problem(path, start, f"a function of {length} lines (at most {FUNCTION_LINES})")
                )
            start = None
    return problems


def check_text(path, text):
    problems = []
    if len(text) > FILE_LINES and path not in LONG_FILES:
        problems.append(problem(path, 1, f"{len(text)} lines (at most {FILE_LINES})"))
    for number, line in enumerate(text, 1):
        width = len(line.expandtabs(TAB))
        if width > WIDTH:
            problems.append(problem(path, number, f"{width} columns (at most {WIDTH})"))
        if line != line.rstrip():
            problems.append(problem(path, number, "blanks at the end of the line"))
    return problems


def check_licence(path, text):
    if path.endswith((".c", ".h")):
        good = bool(text) and text[0] == C_SPDX
    else:
        good = any(line == f"# {SPDX}" for line in text[:2])
    return [] if good else [problem(path, 1, f"the licence line is missing ({SPDX})")]


def check(root):
    problems = []
    for path in walk(root, ["src", "sim", "tests"], [".c", ".h", ".py", ".sh"]):
        text = lines(root, path)
        problems += check_text(path, text) + check_licence(path, text)
        if path.endswith(".c"):
            problems += check_functions(path, text)
    for path in walk(root, ["."], SCRIPTS):
        path = path.removeprefix("./")
        if path in SCRIPTS:
            text = lines(root, path)
            problems += check_text(path, text) + check_licence(path, text)
    return problems
