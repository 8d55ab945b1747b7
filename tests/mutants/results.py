# SPDX-License-Identifier: GPL-2.0-or-later
"""What is known of each mutant, in a file to which lines are added: a run that was ended goes on
where it was. One file for each state of what is tested and of what tests (cores, simulator,
schedules): its name is their digest.
"""
import hashlib
import os
import threading
from dataclasses import asdict, dataclass, fields

CORES = ["src/base", "src/wire", "src/vrrp", "src/announce", "src/reconcile", "src/node"]
TESTED = [*CORES, "sim", "tests/sim"]


@dataclass
class Result:
    id: str
    path: str
    line: int
    function: str
    operator: str
    before: str
    after: str
    verdict: str = "open"  # open, found, survived, same, broken
    how: str = ""
    seed: int = 0
    next_seed: int = 0
    seconds: float = 0.0
    seeds: int = 0
    text: str = ""


COLUMNS = [f.name for f in fields(Result)]
NUMBERS = {"line": int, "seed": int, "next_seed": int, "seconds": float, "seeds": int}


def digest_of(root, tested=TESTED):
    digest = hashlib.sha256()
    names = []
    for item in tested:
        path = os.path.join(root, item)
        if os.path.isfile(path):
            names.append(path)
        for folder, _, files in os.walk(path):
            names += [os.path.join(folder, f) for f in files if f.endswith((".c", ".h"))]
    for name in sorted(names):
        with open(name, "rb") as file:
            digest.update(os.path.relpath(name, root).encode() + b"\0" + file.read())
    return digest.hexdigest()[:12]


def plain(value):
    if isinstance(value, float):
        return f"{value:.1f}"
    return " ".join(str(value).split())


def row(result):
    return "\t".join(plain(v) for v in asdict(result).values()) + "\n"


def read(path):
    """The last word on each."""
    results = {}
    if not os.path.exists(path):
        return results
    with open(path, encoding="utf-8") as file:
        names = file.readline().rstrip("\n").split("\t")
        for line in file:
            values = dict(zip(names, line.rstrip("\n").split("\t")))
            for name, number in NUMBERS.items():
                values[name] = number(values[name])
            results[values["id"]] = Result(**values)
    return results


class Store:
    def __init__(self, path):
        self.path = path
        self.results = read(path)
        self.lock = threading.Lock()
        if not os.path.exists(path):
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w", encoding="utf-8") as file:
                file.write("\t".join(COLUMNS) + "\n")

    def put(self, result):
        with self.lock:
            self.results[result.id] = result
            with open(self.path, "a", encoding="utf-8") as file:
                file.write(row(result))
