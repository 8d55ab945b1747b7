# SPDX-License-Identifier: GPL-2.0-or-later
"""The records of long runs: docs/evidence/fuzz.tsv, a line for each run, to which lines are only
added; and docs/evidence/fuzz.md, the same for a reader, made anew from it each time."""
import csv
import os
import subprocess
import time

COLUMNS = ["date", "commit", "item", "seconds", "total_seconds", "executions", "edges",
           "features", "inputs", "peak_rss_mb", "findings"]  # fmt: skip
CODE = ["src", "tests/fuzz", "meson.build"]


def _path(root, ending):
    return os.path.join(root, "docs/evidence/fuzz." + ending)


def read(root):
    try:
        with open(_path(root, "tsv"), encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file, delimiter="\t"))
    except FileNotFoundError:
        return []


def total_seconds(records, item):
    return sum(int(r["seconds"]) for r in records if r["item"] == item)


def commit(root, code):
    """The commit that was run; with a + when the code is not what was committed."""
    git = ["git", "-C", root]
    try:
        name = subprocess.run([*git, "rev-parse", "--short=10", "HEAD"], check=True,
                              capture_output=True, text=True).stdout.strip()  # fmt: skip
        changed = subprocess.run([*git, "status", "--porcelain", "--", *code], check=True,
                                 capture_output=True, text=True).stdout.strip()  # fmt: skip
    except (FileNotFoundError, subprocess.CalledProcessError):
        return "-"
    return name + ("+" if changed else "")


def _hours(seconds):
    return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def _sums(records):
    yield "| item | runs | time in all | executions | edges | features | inputs | findings |"
    yield "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"
    for item in sorted({r["item"] for r in records}):
        runs = [r for r in records if r["item"] == item]
        executions = sum(int(r["executions"]) for r in runs)
        found = sum(int(r["findings"]) for r in runs)
        last = runs[-1]
        yield (f"| {item} | {len(runs)} | {_hours(total_seconds(records, item))} | "
               f"{executions:,} | {last['edges']} | {last['features']} | {last['inputs']} | "
               f"{found} |")  # fmt: skip


def _runs(records):
    yield ("| date | commit | item | seconds | in all | executions | edges | features | inputs | "
           "peak RSS MB | findings |")  # fmt: skip
    yield "| --- | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"
    for r in records:
        yield ("| " + " | ".join(f"{int(r[c]):,}" if c == "executions" else r[c]
                                 for c in COLUMNS) + " |")  # fmt: skip


def document(records):
    yield "# Fuzzing"
    yield ""
    yield "Made by `tests/long/run ITEM` from fuzz.tsv. libFuzzer of clang with the address and"
    yield "undefined-behaviour sanitizers; the entries, and what each of them asks of every input,"
    yield "are in tests/fuzz. Edges and features are libFuzzer's measures of what was reached; a"
    yield "commit with a + had changes that were not committed. A finding ends its run, becomes an"
    yield "input of the corpus, and is mended."
    yield ""
    yield from _sums(records)
    yield ""
    yield "Each run:"
    yield ""
    yield from _runs(records)


def record(root, item, seconds, result):
    records = read(root)
    row = {
        "date": time.strftime("%Y-%m-%d %H:%M", time.gmtime()), "commit": commit(root, CODE),
        "item": item, "seconds": seconds,
        "total_seconds": total_seconds(records, item) + seconds,
        "executions": result.executions, "edges": result.edges, "features": result.features,
        "inputs": result.inputs, "peak_rss_mb": result.peak_rss_mb,
        "findings": len(result.findings),
    }  # fmt: skip
    is_new = not records
    with open(_path(root, "tsv"), "a", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, delimiter="\t", lineterminator="\n")
        if is_new:
            writer.writeheader()
        writer.writerow(row)
    with open(_path(root, "md"), "w", encoding="utf-8") as file:
        file.write("\n".join(document(read(root))) + "\n")
