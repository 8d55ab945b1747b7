# SPDX-License-Identifier: GPL-2.0-or-later
"""Is vipd's model of a keepalived.conf keepalived's own?

model --vipctl VIPCTL [FILE…]      the files, else the public ones and those beside this script
      --sample N                   of the public ones each Nth
      --documents DIRECTORY        NAME.json there in place of what vipctl says
      --check model|text|both

model  keepalived 2.2.7's dump of each file, line by line against `vipctl config show FILE --json`
       (theirs.py, ours.py, match.py).
text   its dump of the file against its dump of the text that `vipctl config show FILE` prints: a
       check that needs no mapping, for files of which we leave nothing out.

Files that keepalived does not run have no dump; they are counted. Exit status 1: a difference that
explained.tsv does not name, or a row there that no longer holds; 77: this cannot be run here.
"""
import argparse
import concurrent.futures
import csv
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import keepalived_dump
import sandbox
from explained import Explained
from match import Comparison
from ours import Ours
from plain import differing

HERE = pathlib.Path(__file__).resolve().parent
SKIP = 77
VERSION = "v2.2.7"
LEFT_OUT = re.compile(r"^\s*# left out", re.MULTILINE)


def corpus_folder():
    shared = os.environ.get("VIPD_SHARED") or HERE.parents[1].parent / "shared"
    return pathlib.Path(shared) / "corpus"


def corpus_rows():
    """What INDEX.tsv has of each public file; None: there is none."""
    index = corpus_folder() / "INDEX.tsv"
    if not index.exists():
        return None
    with index.open(newline="", encoding="utf-8") as text:
        return list(csv.DictReader(text, delimiter="\t", quoting=csv.QUOTE_NONE))


def corpus_files(every):
    rows = corpus_rows()
    return None if rows is None else [corpus_folder() / row["file"] for row in rows][::every]


def reason_to_skip(options):
    if os.geteuid() != 0:
        return "needs root"
    for tool in ["gcc", "unshare", "ip"]:
        if not shutil.which(tool):
            return f"{tool} is not installed"
    if not sandbox.KEEPALIVED:
        return "keepalived is not installed"
    said = subprocess.run([sandbox.KEEPALIVED, "-v"], capture_output=True, text=True, check=False)
    if VERSION not in said.stderr + said.stdout:
        return f"keepalived is not {VERSION}"
    if not options.files and corpus_files(1) is None:
        return f"no public configurations in {corpus_folder()}"
    return None


class Vipctl:
    """Our side of a file: its document and its text."""

    def __init__(self, program, documents):
        self.program, self.documents = program, documents

    def ask(self, path, *options):
        done = subprocess.run([self.program, "config", "show", str(path), "--secrets", *options],
                              capture_output=True, text=True, errors="backslashreplace",
                              check=False, timeout=60)
        return done.stdout if done.returncode in (0, 1) else None

    def document(self, path):
        if self.documents:
            file = pathlib.Path(self.documents) / f"{path.stem}.json"
            return json.loads(file.read_text(encoding="utf-8"))
        text = self.ask(path, "--json")
        return json.loads(text) if text else None

    def text(self, path):
        return self.ask(path)


class Checked:
    """What came of one file."""

    def __init__(self, path):
        self.path, self.name = path, path.name
        self.refused, self.nothing, self.left_out = [], [], False
        self.compared, self.model, self.text = 0, [], []
        self.failed = None


def run_file(base, vipctl, path, options):
    checked = Checked(path)
    text = vipctl.text(path) if options.check != "model" else None
    with tempfile.NamedTemporaryFile("w", suffix=".conf") as printed:
        printed.write(text or "")
        printed.flush()
        jobs = [(side, str(path)) for side in keepalived_dump.sides_of(path)]
        use_text = bool(text) and not LEFT_OUT.search(text)
        checked.left_out = options.check != "model" and not use_text
        both = jobs + [(side, printed.name) for side, _ in jobs] if use_text else jobs
        try:
            results = base.run(str(path), both)
        except RuntimeError as error:
            checked.failed = str(error)
            return checked
    first, second = results[:len(jobs)], results[len(jobs):]
    for (side, _), result in zip(jobs, first):
        if result["nothing"]:
            checked.nothing.append(side)
        elif result["dump"] is None:
            checked.refused.append(side)
    if options.check != "text":
        compare_model(checked, vipctl, first)
    for (side, _), one, two in zip(jobs, first, second):
        checked.text += differing(side, one, two)
    return checked


def compare_model(checked, vipctl, results):
    theirs = keepalived_dump.read(results)
    if not theirs:
        return
    document = vipctl.document(checked.path)
    if document is None:
        checked.failed = "vipctl says nothing"
        return
    done = Comparison(theirs, Ours(document), results[-1], checked.refused).run()
    checked.compared, checked.model = done.compared, done.differences


def report(checked, explained):
    """Prints one file; True when everything that differs is explained."""
    open_ones = {}
    for check, found in [("model", checked.model), ("text", checked.text)]:
        explained[check].saw(checked.name)
        open_ones[check] = [d for d in found
                            if not explained[check].explains(checked.name, d.block, d.field)]
    count = sum(map(len, open_ones.values()))
    known = len(checked.model) + len(checked.text) - count
    parts = [f"{checked.compared} fields compared", f"{count} differ"]
    parts += [f"{known} explained"] if known else []
    parts += [f"keepalived does not run: {' '.join(checked.refused)}"] if checked.refused else []
    parts += ["text not compared"] if checked.left_out else []
    parts += [f"FAILED: {checked.failed}"] if checked.failed else []
    print(f"{checked.name}: {', '.join(parts)}")
    for check, found in open_ones.items():
        for d in found:
            print(f"  {check}: {d.block}: {d.field}")
            print(f"    keepalived {d.theirs}\n    vipd       {d.ours}")
    return not count and not checked.failed


def read_options():
    parser = argparse.ArgumentParser(description="vipd's model beside keepalived's dump")
    parser.add_argument("files", nargs="*", type=pathlib.Path)
    parser.add_argument("--vipctl", default="vipctl")
    parser.add_argument("--documents")
    parser.add_argument("--check", choices=["model", "text", "both"], default="both")
    parser.add_argument("--sample", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    if options.documents:
        options.check = "model"
    return options


def main():
    options = read_options()
    reason = reason_to_skip(options)
    if reason:
        print(f"SKIP: {reason}")
        return SKIP
    files = [path.resolve() for path in options.files] or \
        sorted((HERE / "files").glob("*.conf")) + corpus_files(options.sample)
    vipctl = Vipctl(options.vipctl, options.documents)
    if not options.documents and vipctl.document(files[0]) is None:
        print("SKIP: vipctl has no `config show`")
        return SKIP
    explained = {check: Explained(check) for check in ("model", "text")}
    good, compared, refused, differences = True, 0, 0, []
    with sandbox.Base() as base, concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for checked in pool.map(lambda path: run_file(base, vipctl, path, options), files):
            good &= report(checked, explained)
            compared += checked.compared
            refused += bool(checked.refused)
            differences += checked.model + checked.text
    checks = [c for c in ("model", "text") if options.check in (c, "both")]
    for row in [row for check in checks for row in explained[check].stale()]:
        print(f"STALE: {row.check} {row.file} {row.block} {row.field}: {row.reason}")
        good = False
    silent = sum(d.ours in (None, []) for d in differences)
    print(f"{len(files)} files, {compared} fields compared, {len(differences)} differences "
          f"({silent} where vipd says nothing), "
          f"{refused} files that keepalived does not run in part or at all")
    return 0 if good else 1
