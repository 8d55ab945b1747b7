# SPDX-License-Identifier: GPL-2.0-or-later
"""The rooms that decide stay pure: their libraries need nothing but each other and a few functions
of libc that neither allocate nor enter the kernel, and they keep no state of their own.

Read from the objects with nm, so no include trick and no macro gets past it. Only for a build
without sanitizers: those add calls of their own.
"""
import os
import subprocess

from source import PURE_ROOMS, problem

ALLOWED = {
    # memory and strings
    "memcpy", "memmove", "memset", "memcmp", "memchr", "strlen", "strnlen", "strcmp", "strncmp",
    "strchr", "strrchr", "strspn", "strcspn", "strstr", "bcmp",
    # text into the caller's buffer
    "snprintf", "vsnprintf",
    # what the compiler puts in for those with -D_FORTIFY_SOURCE, and its stack guard
    "__memcpy_chk", "__memmove_chk", "__memset_chk", "__snprintf_chk", "__vsnprintf_chk",
    "__stack_chk_fail", "_GLOBAL_OFFSET_TABLE_",
    # text of addresses, both ways: the C library only looks at its arguments
    "inet_ntop", "inet_pton",
    # SHA-256 over the caller's octets, in the caller's context
    "nettle_hmac_sha256_set_key", "nettle_hmac_sha256_update", "nettle_hmac_sha256_digest",
    "nettle_hmac_md5_set_key", "nettle_hmac_md5_update", "nettle_hmac_md5_digest",
    # a failed check() ends the process
    "abort",
}  # fmt: skip

# The one word of state: who is told before a failed check() ends the process.
STATE = {"check_reporter"}


def archive(build, room):
    return os.path.join(build, "src", room, f"lib{room}.a")


def symbols(path):
    """(undefined names, defined names, [(name, section) of everything writable])."""
    output = subprocess.run(
        ["nm", "--format=sysv", path], check=True, capture_output=True, text=True
    ).stdout
    undefined, defined, writable = set(), set(), []
    for line in output.splitlines():
        fields = [field.strip() for field in line.split("|")]
        if len(fields) != 7:
            continue
        name, kind, section = fields[0], fields[2], fields[6]
        if kind == "U":
            undefined.add(name)
        elif name:
            defined.add(name)
            if kind in "bBdDC" and not section.startswith(".data.rel.ro"):
                writable.append((name, section))
    return undefined, defined, writable


def check(root, build):
    problems, all_undefined, all_defined = [], {}, set()
    for room in PURE_ROOMS:
        path = archive(build, room)
        if not os.path.isdir(os.path.join(root, "src", room)):
            continue
        if not os.path.exists(path):
            problems.append(problem(f"src/{room}", 1, f"{path} is not built"))
            continue
        undefined, defined, writable = symbols(path)
        all_undefined[room] = undefined
        all_defined |= defined
        for name, section in writable:
            if name.split(".")[0] not in STATE:
                problems.append(problem(f"src/{room}", 1, f"{name} is state ({section})"))
    for room, undefined in all_undefined.items():
        for name in sorted(undefined - all_defined - ALLOWED):
            problems.append(problem(f"src/{room}", 1, f"needs {name}: a pure room must not"))
    return problems
