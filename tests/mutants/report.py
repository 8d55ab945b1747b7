# SPDX-License-Identifier: GPL-2.0-or-later
"""What came of a run, for people: docs/evidence/mutants.md and .tsv."""
import os
import subprocess
import time
from collections import Counter

from results import COLUMNS, row

HERE = os.path.dirname(os.path.abspath(__file__))
LIMITS = [1, 10, 60, 300]

HEAD = """# Mutants

Made by `tests/mutants/run --record`. One mistake at a time is made on purpose in the pure cores
(`src/vrrp`, `src/node`, `src/announce`, `src/reconcile`, and what they use of `src/wire` and
`src/base`); the only finder is the simulator, `schedules` with seeds that no run had before. No
unit test, scenario or golden file takes part. A mutant is found when the oracle objects, a
`check()` fails, it crashes, or it does not come to an end, and the same seed is good without the
mistake. What was not found within 15 s was also tried for 20 s under the address and the
undefined-behaviour sanitizers. Not counted: what does not compile, and what is the same code to the
compiler at -O2. mutants.tsv has each of them with the seed that found it.
"""


def read_explained():
    """id: (kind, why) from survivors.tsv; the kind is `equivalent` or `unseen`."""
    explained = {}
    with open(os.path.join(HERE, "survivors.tsv"), encoding="utf-8") as file:
        next(file)
        for line in file:
            name, kind, why = line.rstrip("\n").split("\t")
            explained[name] = (kind, why)
    return explained


def counts(results, explained):
    """tried, found, equivalent."""
    found = sum(r.verdict == "found" for r in results)
    same = sum(r.verdict != "found" and explained.get(r.id, "?")[0] == "equivalent"
               for r in results)  # fmt: skip
    return len(results), found, same


def percent(found, tried):
    return f"{100 * found / tried:.1f} %" if tried else "–"


def share(results, explained):
    tried, found, same = counts(results, explained)
    missed = tried - found - same
    return f"| {tried} | {found} | {same} | {missed} | {percent(found, tried - same)} |"


def summary(results):
    explained = read_explained()
    tried, found, same = counts(results, explained)
    return (f"{found} of {tried} found, {percent(found, tried)}; {percent(found, tried - same)} "
            f"without the {same} that are known to be equivalent")  # fmt: skip


def table(first, groups, explained):
    lines = [f"| {first} | tried | found | equivalent | not found | share |",
             "| --- | ---: | ---: | ---: | ---: | ---: |"]  # fmt: skip
    lines += [f"| {name} {share(results, explained)}" for name, results in groups]
    return "\n".join(lines) + "\n"


def grouped(results, key):
    groups = {}
    for r in results:
        groups.setdefault(key(r), []).append(r)
    return sorted(groups.items())


def cell(text):
    return text.replace("|", "\\|")


def code(text):
    """As code in a table: a bar needs its backslash there, too."""
    return f"`{cell(text)}`" if text else ""


def survivors(results, explained):
    lines = ["| mutant | where | change | |", "| --- | --- | --- | --- |"]
    for r in sorted(results, key=lambda r: explained.get(r.id, ("zz",))[0]):
        if r.verdict == "found":
            continue
        kind, why = explained.get(r.id, ("**not explained**", ""))
        change = f"{code(r.before)} → {code(r.after)}" if r.before else cell(r.after)
        lines.append(f"| {r.id} | {r.path}:{r.line} | {change} | {kind}: {cell(why)} |")
    return "\n".join(lines) + "\n"


def by_hand(results):
    lines = ["| mutant | what is wrong | found by | seconds |", "| --- | --- | --- | ---: |"]
    for r in results:
        said = f"seed {r.seed}: {r.text}" if r.verdict == "found" else "**not found**"
        lines.append(f"| {r.id} | {cell(r.after)} | {cell(said)} | {r.seconds:.1f} |")
    return "\n".join(lines) + "\n"


def how_found(results):
    found = [r for r in results if r.verdict == "found"]
    ways = ", ".join(f"{n} by {way}" for way, n in Counter(r.how for r in found).most_common())
    times = ", ".join(f"{sum(r.seconds <= s for r in found)} within {s} s" for s in LIMITS)
    return f"Found: {ways}; {times}.\n"


def commit_of(root):
    done = subprocess.run(["git", "describe", "--always", "--dirty=+", "--abbrev=10"], cwd=root,
                          capture_output=True, text=True, check=False)  # fmt: skip
    return done.stdout.strip() or "?"


def record(root, results, options, base, commit):
    explained = read_explained()
    hand = [r for r in results if r.operator == "hand"]
    automatic = [r for r in results if r.operator != "hand"]
    command = (f"tests/mutants/run --count {options.count} --seed {options.seed} "
               f"--seconds {options.seconds:.0f} --base {base}")  # fmt: skip
    text = HEAD + f"""
{time.strftime("%Y-%m-%d")}, commit {commit}, {options.jobs} finders at a time:

    {command}

{table("", [("automatic", automatic), ("by hand", hand), ("all", results)], explained)}
The share is that of the ones that are not equivalent. {how_found(results)}
## Not found

`equivalent`: no run of vipd as it is can tell it from the right code. `unseen`: it could matter,
and the simulator does not see it. Both were tried for 15 s and not for all of the time.

{survivors(results, explained)}
## By file, automatic ones

{table("file", grouped(automatic, lambda r: r.path), explained)}
## By operator

{table("operator", grouped(automatic, lambda r: r.operator), explained)}
## By hand

{by_hand(hand)}"""
    folder = os.path.join(root, "docs", "evidence")
    with open(os.path.join(folder, "mutants.md"), "w", encoding="utf-8") as file:
        file.write(text)
    with open(os.path.join(folder, "mutants.tsv"), "w", encoding="utf-8") as file:
        file.write("\t".join(COLUMNS) + "\n" + "".join(row(r) for r in results))
