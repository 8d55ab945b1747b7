# SPDX-License-Identifier: GPL-2.0-or-later
"""What each executable is linked to: the link line is the proof of what a role can do, and a role
that links everything takes ten milliseconds to start.
"""
import os
import re
import subprocess

from source import problem

MAY_NEED = {
    "vipd": {"libsystemd.so.0", "libmnl.so.0", "libcap-ng.so.0", "libseccomp.so.2"},
    "vipd-vrrp": {"libmnl.so.0", "libcap-ng.so.0", "libseccomp.so.2", "libnettle.so.8"},
    "vipd-ctl": {"libjansson.so.4", "libcap-ng.so.0", "libseccomp.so.2"},
    "vipctl": {"libjansson.so.4", "libmnl.so.0", "libnettle.so.8"},
}

# Of the C library and the loader; all have them.
ALWAYS = re.compile(r"^(libc\.so\.6|ld-linux.*)$")

NEEDED = re.compile(r"\(NEEDED\).*\[(.+)\]")


def needed(path):
    output = subprocess.run(
        ["readelf", "-dW", path], check=True, capture_output=True, text=True
    ).stdout
    return [match.group(1) for match in map(NEEDED.search, output.splitlines()) if match]


def check(root, build, may_need=None):
    problems = []
    for name, allowed in (may_need or MAY_NEED).items():
        path = os.path.join(build, name)
        if not os.path.exists(path):
            problems.append(problem(name, 1, "is not built"))
            continue
        for library in needed(path):
            if not ALWAYS.match(library) and library not in allowed:
                problems.append(problem(name, 1, f"is linked to {library}: it must not be"))
    return problems
