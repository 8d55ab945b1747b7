# SPDX-License-Identifier: GPL-2.0-or-later
"""What the arch tests share: walking the tree and naming a place in it.

A check is a function of the tree's root (and, where it looks at what was built, of the build
directory) that returns a list of problems, each a line of text that begins with FILE:LINE. An
empty list is a pass. The checks know nothing of each other; arch.py runs them, and selftest.py
shows that each of them fails on a planted violation.
"""
import os

# Rooms of src/ that decide: no allocation, no system calls, no clock, no I/O.
PURE_ROOMS = ["base", "wire", "vrrp", "announce", "reconcile", "bfd", "balance", "node"]


def walk(root, folders, suffixes):
    """Files below root/FOLDER with one of these endings, as paths relative to root, sorted."""
    found = []
    for folder in folders:
        for directory, subdirs, names in os.walk(os.path.join(root, folder)):
            subdirs[:] = sorted(d for d in subdirs if d not in ("__pycache__", ".git"))
            for name in sorted(names):
                if name.endswith(tuple(suffixes)):
                    found.append(os.path.relpath(os.path.join(directory, name), root))
    return found


def lines(root, path):
    with open(os.path.join(root, path), encoding="utf-8", errors="replace") as file:
        return file.read().splitlines()


def problem(path, line, text):
    return f"{path}:{line}: {text}"
