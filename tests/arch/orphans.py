# SPDX-License-Identifier: GPL-2.0-or-later
"""Nothing lies in the tree without being run: every unit test, scenario, configuration and story
is named by a build file. A test that nobody runs is worse than none: it looks like proof.

A file counts as named when a meson.build has its name, with or without its ending, as a quoted
word, or when it lies in a folder whose runner takes everything there (BY_FOLDER).
"""
import os
import re

from source import lines, problem, walk

# Folders of which a runner takes every file: a build file has to name the folder, and what
# becomes of a file in it stands beside.
BY_FOLDER = {
    "examples": "the golden tests parse, print and parse again every file",
    "tests/sim/found": "tests/sim/replay runs every folder in it",
}

QUOTED = re.compile(r"'([^']*)'")


def wanted(path):
    """Does this file have to be named?"""
    name = os.path.basename(path)
    if path.startswith("tests/netns/"):
        return path.endswith(".py") and path.count("/") == 2
    if path.startswith("tests/arch/"):
        return False
    if name.startswith("test_") and name.endswith((".c", ".py")):
        return True
    return name.endswith((".scn", ".conf"))


def quoted_words(root):
    words = set()
    for path in walk(root, ["src", "sim", "tests", "examples"], ["meson.build"]) + ["meson.build"]:
        if not os.path.exists(os.path.join(root, path)):
            continue
        for line in lines(root, path):
            for word in QUOTED.findall(line.split("#")[0]):
                words.add(word)
                words.add(os.path.basename(word))
    return words


def check(root):
    problems = []
    words = quoted_words(root)
    for path in walk(root, ["tests", "examples"], [".c", ".py", ".scn", ".conf"]):
        if not wanted(path):
            continue
        name = os.path.basename(path)
        if name in words or os.path.splitext(name)[0] in words:
            continue
        if any(path.startswith(folder + "/") and os.path.basename(folder) in words
               for folder in BY_FOLDER):
            continue
        problems.append(problem(path, 1, "no build file names it: nothing runs it"))
    return problems
