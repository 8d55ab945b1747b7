# SPDX-License-Identifier: GPL-2.0-or-later
"""The guest's program, and its only one: loads modules, runs stories one after the other, tells
qemu the verdict. A story is a program as in tests/netns, in namespaces of its own.

usage: inside.py BUILD [--keep-logs] STORY...
"""
import os
import subprocess
import sys
import termios
import time

from machine import leave

HERE = os.path.dirname(os.path.abspath(__file__))
SOURCE = os.path.dirname(os.path.dirname(HERE))
STORIES = os.path.join(HERE, "stories")
RESULTS = "/run/results"
# What the host's kernel may lack. Each loads, so no story has to wonder.
MODULES = ("veth", "bridge", "macvlan", "dummy", "vrf", "nf_tables", "sch_netem", "ip_vs")
# Some three times what they take when the machine has nothing else to do.
STORY_LIMIT_S = 480


def load_modules():
    done = subprocess.run(["modprobe", "--all", *MODULES], check=False)
    return done.returncode == 0


def run_story(name, build, keep_logs):
    words = [sys.executable, "-B", os.path.join(STORIES, f"{name}.py"), "--build", build]
    if keep_logs:
        words += ["--keep-logs", os.path.join(RESULTS, name)]
    path = os.pathsep.join([os.path.join(SOURCE, "tests", "netns"), HERE])
    try:
        done = subprocess.run(words, env={**os.environ, "PYTHONPATH": path}, check=False,
                              stdin=subprocess.DEVNULL, timeout=STORY_LIMIT_S)  # fmt: skip
    except subprocess.TimeoutExpired:
        print(f"FAILED: {name}: not within {STORY_LIMIT_S} s", flush=True)
        return False
    # One that was skipped has shown nothing.
    return done.returncode == 0


def main(build, *words):
    names = [word for word in words if word != "--keep-logs"]
    if not load_modules():
        return False
    failed = []
    for name in names:
        begun = time.monotonic()
        print(f"== {name}", flush=True)
        if not run_story(name, build, "--keep-logs" in words):
            failed.append(name)
        print(f"   {name}: {time.monotonic() - begun:.0f} s", flush=True)
    if failed:
        print(f"failed: {' '.join(failed)}", flush=True)
    return not failed


passed = False
try:
    passed = main(*sys.argv[1:])
finally:
    sys.stdout.flush()
    termios.tcdrain(1)
    leave(passed)
