# SPDX-License-Identifier: GPL-2.0-or-later
"""The simulator, asked about one mutant: random schedules from a seed upwards until the first
finding, or until it had its time. A violation, a check() that fails, a crash and what does not come
to an end are findings.
"""
import os
import re
import subprocess
import time
from dataclasses import dataclass

FIRST_SEEDS = 200
# The slowest that a working finder may be, against the one without a change.
SLOW = 10
SPARE_SECONDS = 8
MEMORY = 2 << 30
CALLS_SECONDS = 12  # about this long is one call


@dataclass
class Outcome:
    kind: str = ""  # "": nothing found
    seed: int = 0
    text: str = ""
    seconds: float = 0.0
    seeds: int = 0


SANITIZERS = {"UBSAN_OPTIONS": "halt_on_error=1", "ASAN_OPTIONS": "detect_leaks=0"}


def limited(seconds, is_sanitized):
    limit = int(seconds) + 1
    # The address sanitizer maps terabytes.
    memory = [] if is_sanitized else [f"--as={MEMORY}"]
    return ["prlimit", *memory, "--core=0", f"--cpu={limit}:{limit + 1}", "nice", "-n", "15"]


def call(finder, first, count, seconds, is_sanitized=False):
    """One call: (exit code, what it said, how long it took)."""
    begun = time.monotonic()
    with subprocess.Popen([*limited(seconds, is_sanitized), finder, str(first), str(count)],
                          env={**os.environ, **SANITIZERS}, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT) as child:  # fmt: skip
        said = child.stdout.read().decode(errors="replace").replace("\0", "")
    return child.returncode, said, time.monotonic() - begun


def judge(code, said):
    violation = re.search(r"^VIOLATION (.*)$", said, re.MULTILINE)
    seed = re.search(r"^seed (\d+)", said, re.MULTILINE)
    if violation:
        return "violation", int(seed.group(1)) if seed else 0, violation.group(1)
    if code in (-24, -9):
        return "hang", 0, "does not come to an end"
    error = re.search(r"(runtime error|ERROR: AddressSanitizer): .*", said)
    if error:
        return "sanitizer", 0, error.group(0)[:200]
    last = said.strip().splitlines()[-1:] or [""]
    return "crash", 0, f"ended with {code} {last[0]}".strip()[:200]


class Finder:
    def __init__(self, plain, is_sanitized=False):
        self.plain, self.is_sanitized = plain, is_sanitized
        before = os.times()
        self.call(plain, 1, 1000, 600)
        after = os.times()
        used = after.children_user + after.children_system
        used -= before.children_user + before.children_system
        self.seconds_per_seed = used / 1000  # of a processor

    def call(self, finder, first, count, seconds):
        return call(finder, first, count, seconds, self.is_sanitized)

    def allowed(self, count, spare=SPARE_SECONDS):
        return spare + SLOW * count * self.seconds_per_seed

    def narrow(self, finder, first, count, outcome):
        """Which seed it was: halves, because a run that crashes does not say."""
        while count > 1:
            half = count // 2
            code, _, seconds = self.call(finder, first, half, self.allowed(half, 2))
            outcome.seconds += seconds
            if code == 0:
                first += half
                count -= half
            else:
                count = half
        return first

    def is_new(self, seed):
        """Not found without the change, too."""
        return self.call(self.plain, seed, 1, self.allowed(1))[0] == 0

    def search(self, finder, first, spent, seconds):
        """Seeds from `first` on, until `seconds` in all with the `spent` ones."""
        outcome = Outcome(seconds=spent)
        count = FIRST_SEEDS
        while outcome.seconds < seconds:
            left = (seconds - outcome.seconds) / self.seconds_per_seed
            count = max(10, min(count, int(left) + 1))
            code, said, used = self.call(finder, first, count, self.allowed(count))
            outcome.seconds += used
            if code == 0:
                first += count
                outcome.seeds += count
                count = min(2 * count, max(FIRST_SEEDS, int(CALLS_SECONDS / self.seconds_per_seed)))
                continue
            kind, seed, text = judge(code, said)
            if kind != "violation":
                seed = self.narrow(finder, first, count, outcome)
            outcome.kind, outcome.seed, outcome.text = kind, seed or first, text
            if self.is_new(outcome.seed):
                return outcome
            outcome.kind, outcome.seed, outcome.text = "", 0, ""
            first = outcome.seed + 1
        return outcome
