# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs of vipctl simulate, for the tests of it: over the article's files, or others. A check that
fails says so, and the test goes on to the next."""
import json
import os
import subprocess
import sys
import tempfile

MASTER_DOWN_MS = 3000 + 1000 * 156 / 256  # of server 2, priority 100 (RFC 3768 6.1)

failed = 0


def check(condition, what, seen=""):
    global failed
    if not condition:
        print(f"FAILED: {what}: {str(seen)[:2000]}")
        failed += 1


class Runs:
    def __init__(self, vipctl, examples, folder):
        self.vipctl = os.path.abspath(vipctl)
        self.folder = folder
        self.files = [os.path.abspath(f"{examples}/article/server{n}.conf") for n in (1, 2)]

    def run(self, *words, files=None, code=0):
        done = subprocess.run([self.vipctl, "simulate", *(files or self.files), *words],
                              capture_output=True, text=True, check=False, timeout=120,
                              cwd=self.folder)  # fmt: skip
        check(done.returncode == code, f"exit code of {words}", (done.returncode, done.stderr))
        return done

    def json(self, *words, files=None):
        return json.loads(self.run(*words, "--json", files=files).stdout)

    def faults(self, *faults, more=()):
        return self.json(*fault_words(faults), *more)

    def write(self, name, text):
        path = f"{self.folder}/{name}"
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path


def fault_words(faults):
    return [word for fault in faults for word in ("--fault", fault)]


def run_stories(stories):
    """Each story is a function of Runs, whose folder is gone afterwards. The arguments of the
    program are VIPCTL and EXAMPLES."""
    with tempfile.TemporaryDirectory() as folder:
        runs = Runs(*sys.argv[1:3], folder)
        for story in stories:
            story(runs)
    print(f"{failed} failed")
    sys.exit(1 if failed else 0)
