# SPDX-License-Identifier: GPL-2.0-or-later
"""Each header stands alone: included first and included twice, it compiles."""
import os
import subprocess

from source import problem, walk

FLAGS = ["-std=gnu17", "-D_GNU_SOURCE", '-DVIPD_VERSION=""', "-Wall", "-Wextra", "-Werror"]


def check(root):
    problems = []
    for path in walk(root, ["src", "sim"], [".h"]):
        name = path.removeprefix("src/")
        source = f'#include "{name}"\n#include "{name}"\n'
        result = subprocess.run(
            ["cc", *FLAGS, "-I", os.path.join(root, "src"), "-I", root, "-fsyntax-only", "-x",
             "c", "-"], input=source, capture_output=True, text=True,
        )  # fmt: skip
        if result.returncode:
            first = next((line for line in result.stderr.splitlines() if "error" in line), "")
            problems.append(problem(path, 1, f"does not compile alone: {first}"))
    return problems
