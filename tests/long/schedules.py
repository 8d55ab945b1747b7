# SPDX-License-Identifier: GPL-2.0-or-later
"""Random schedules of the simulator (tests/sim/schedules.c) by the hundred thousand. Each run goes
on behind the last seed of the one before; what was met is added up in docs/evidence."""
import collections
import csv
import os
import shutil
import subprocess
import time

import evidence

BUILD = "build-long"
CHUNK = 5000  # seeds of one process
COLUMNS = ["date", "commit", "first", "last", "seconds", "schedules", "struck", "transitions",
           "violations"]  # fmt: skip
RUNS = "docs/evidence/schedules.tsv"
MET = "docs/evidence/schedules-met.tsv"
PAGE = "docs/evidence/schedules.md"
CODE = ["src", "sim", "tests/sim", "meson.build"]


def _read(path):
    try:
        with open(path, encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file, delimiter="\t"))
    except FileNotFoundError:
        return []


def _write(path, columns, rows):
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, delimiter="\t", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def _met(path):
    with open(path, encoding="utf-8") as file:
        pairs = (line.rstrip("\n").split("\t") for line in file)
        return collections.Counter({name: int(count) for name, count in pairs})


def _table(head, rows):
    yield "| " + " | ".join(head) + " |"
    yield "| --- |" + " ---: |" * (len(head) - 1)
    for row in rows:
        yield "| " + " | ".join(f"{v:,}" if isinstance(v, int) else v for v in row) + " |"


def _of(met, kind):
    return [(name[len(kind) + 1 :], count) for name, count in met.items()
            if name.startswith(kind + " ")]  # fmt: skip


def _page(runs, met):
    total = sum(int(r["schedules"]) for r in runs)
    yield "# Random schedules"
    yield ""
    yield "Made by `tests/long/run schedules`. A schedule is 60 simulated seconds of two to four"
    yield "hosts under the oracle; *struck* are those with a fault after which something was"
    yield "another. A commit with a + had changes that were not committed."
    yield ""
    yield f"In all {total:,} schedules."
    yield ""
    yield from _table(COLUMNS, ([r["date"], r["commit"], *(int(r[c]) for c in COLUMNS[2:])]
                                for r in runs))  # fmt: skip
    for kind, title in (("cell", "Events in states"), ("drop", "Causes of rejection"),
                        ("fault", "Faults that had an effect")):  # fmt: skip
        yield ""
        yield f"## {title}"
        yield ""
        yield from _table([kind, "times"], _of(met, kind))
    pairs = _of(met, "pair")
    yield ""
    yield "## Pairs of faults"
    yield ""
    yield (f"{sum(count > 0 for _, count in pairs)} of {len(pairs)} pairs came up in one schedule. "
           "The rarest:")  # fmt: skip
    yield ""
    yield from _table(["pair", "schedules"], sorted(pairs, key=lambda p: p[1])[:12])


class Schedules:
    """The item of tests/long/run."""

    @staticmethod
    def _binary():
        return f"{BUILD}/tests/sim/schedules"

    def build(self):
        if not os.path.exists(f"{BUILD}/build.ninja"):
            subprocess.run(["meson", "setup", BUILD], check=True, stdout=subprocess.DEVNULL)
        subprocess.run(["ninja", "-C", BUILD, "--quiet", "tests/sim/schedules"], check=True)

    def _start(self, first):
        folder = f"{BUILD}/schedules-{first}"
        shutil.rmtree(folder, ignore_errors=True)
        process = subprocess.Popen([self._binary(), str(first), str(CHUNK), folder],
                                   stdout=subprocess.PIPE, text=True)  # fmt: skip
        return process, first, folder

    def _search(self, first, seconds):
        """→ seeds done, what was met, what the first violation said."""
        met, violation, done = collections.Counter(), "", first
        end, running = time.monotonic() + seconds, []
        while running or (time.monotonic() < end and not violation):
            while len(running) < os.cpu_count() and time.monotonic() < end and not violation:
                running.append(self._start(done))
                done += CHUNK
            process, at, folder = running.pop(0)
            said = process.communicate()[0]
            if process.returncode:
                violation = violation or f"{said}\nin the chunk from seed {at}: {folder}"
                continue
            met.update(_met(f"{folder}/coverage.tsv"))
            shutil.rmtree(folder)
            print(f"{met['schedules']:,} schedules", flush=True)
        return done - first, met, violation

    def run(self, root, options):
        self.build()
        runs = _read(RUNS)
        first = max((int(r["last"]) for r in runs), default=0) + 1
        begin = time.time()
        count, met, violation = self._search(first, options.seconds)
        seconds = round(time.time() - begin)
        print(violation or f"seeds {first} to {first + count - 1}: 0 violations, {seconds} s")
        if not options.no_record:
            row = {"date": time.strftime("%Y-%m-%d %H:%M", time.gmtime()),
                   "commit": evidence.commit(root, CODE), "first": first,
                   "last": first + count - 1, "seconds": seconds, "schedules": met["schedules"],
                   "struck": met["struck"], "transitions": met["transitions"],
                   "violations": int(bool(violation))}  # fmt: skip
            self._record([*runs, row], met)
        return 1 if violation else 0

    @staticmethod
    def _record(runs, met):
        before = {r["what"]: int(r["times"]) for r in _read(MET)}
        total = {name: before.get(name, 0) + met[name] for name in [*before, *met]}
        _write(RUNS, COLUMNS, runs)
        _write(MET, ["what", "times"], ({"what": k, "times": v} for k, v in total.items()))
        with open(PAGE, "w", encoding="utf-8") as file:
            file.write("\n".join(_page(_read(RUNS), total)) + "\n")
