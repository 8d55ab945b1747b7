# SPDX-License-Identifier: GPL-2.0-or-later
"""Mutants made by hand: patches in hand/, each with a sentence on what is wrong above it."""
import glob
import os
import re
import shutil
import subprocess
import tempfile

from build import Broken, Same
from operators import Mutant

HERE = os.path.dirname(os.path.abspath(__file__))


class Stale(Exception):
    """A patch that does not apply any more."""


def patched(root, text):
    """((path, text), …) after the patch, which is tried on a copy."""
    paths = re.findall(r"^\+\+\+ b/(\S+)", text, re.MULTILINE)
    with tempfile.TemporaryDirectory() as folder:
        for path in paths:
            os.makedirs(os.path.dirname(os.path.join(folder, path)), exist_ok=True)
            shutil.copy(os.path.join(root, path), os.path.join(folder, path))
        done = subprocess.run(["patch", "-p1", "--no-backup-if-mismatch", "-s"], cwd=folder,
                              input=text, capture_output=True, text=True, check=False)  # fmt: skip
        if done.returncode:
            raise Stale(done.stdout.strip())
        texts = []
        for path in paths:
            with open(os.path.join(folder, path), encoding="utf-8") as file:
                texts.append((path, file.read()))
    return tuple(texts)


def read(root, name):
    with open(name, encoding="utf-8") as file:
        text = file.read()
    sentence = " ".join(text[: text.index("---")].split())
    line = int(re.search(r"^@@ -(\d+)", text, re.MULTILINE).group(1))
    path = re.search(r"^\+\+\+ b/(\S+)", text, re.MULTILINE).group(1)
    function = re.search(r"^@@ .*@@ ?(.*)$", text, re.MULTILINE).group(1)
    return Mutant(os.path.basename(name).removesuffix(".patch"), path, line + 3,
                  function.split("(")[0].split(" ")[-1].lstrip("*"), "hand", "", sentence,
                  patched(root, text))  # fmt: skip


def mutants(root):
    return [read(root, name) for name in sorted(glob.glob(os.path.join(HERE, "hand", "*.patch")))]


def check(root, builder, cores):
    """Does each still apply, compile and change the code?"""
    failed = 0
    names = sorted(glob.glob(os.path.join(HERE, "hand", "*.patch")))
    for name in names:
        try:
            with tempfile.TemporaryDirectory(dir=builder.folder) as place:
                builder.objects(read(root, name).texts, os.path.join(place, "made"), cores)
        except (Stale, Broken, Same) as why:
            print(f"{os.path.basename(name)}: {type(why).__name__}: {why}")
            failed += 1
    print(f"{len(names)} patches, {failed} that cannot be used")
    return 1 if failed or not names else 0
