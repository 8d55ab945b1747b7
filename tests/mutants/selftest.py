# SPDX-License-Identifier: GPL-2.0-or-later
"""The tool itself: which mistakes it makes of a piece of code; whether each patch in hand/ still
applies and compiles; and whether the simulator finds an obvious one.

selftest.py ROOT BUILD FINDER
"""
import os
import subprocess
import sys
import tempfile

import hand
from build import Builder
from choose import CORES, candidates
from operators import mutants_of

CODE = """/* SPDX: a comment < with > marks */
#define GAP 5
static int twice(int *a, bool b)
{
	static const int table[] = { 1, 2 };

	check(*a > 0);
	if (*a < GAP && !b)
		*a = *a + 1;
	return table[0];
}
"""
WANTED = """2 constant #define GAP 4
2 constant #define GAP 6
8 condition if (!(*a < GAP && !b))
8 relation if (*a <= GAP && !b)
8 relation if (*a > GAP && !b)
8 logic if (*a < GAP || !b)
8 negation if (*a < GAP && b)
9 statement ;
9 arithmetic *a = *a - 1;
9 constant *a = *a + 0;
9 constant *a = *a + 2;
10 constant return table[1];"""
OBVIOUS = "02-no-rearm"
SEEDS = ["1", "500"]


def operators():
    found = mutants_of("code.c", CODE)
    said = sorted(f"{m.line} {m.operator} {m.after}" for m in found)
    differences = set(said) ^ set(WANTED.split("\n"))
    for line in sorted(differences):
        print(("not wanted: " if line in said else "missing: ") + line)
    if len({m.id for m in found}) != len(found):
        print("two mutants have one name")
        return False
    return not differences


def obvious(root, builder, finder):
    """Good as it is, and found with the mistake."""
    good = subprocess.run([finder, *SEEDS], capture_output=True, text=True, check=False)
    (mutant,) = [m for m in hand.mutants(root) if m.id == OBVIOUS]
    with tempfile.TemporaryDirectory(dir=builder.folder) as place:
        objects, _ = builder.objects(mutant.texts, os.path.join(place, "made"), CORES)
        bad = os.path.join(place, "schedules")
        builder.link_finder(objects, bad)
        said = subprocess.run([bad, *SEEDS], capture_output=True, text=True, check=False)
    print(f"{OBVIOUS}: {said.stdout.strip().splitlines()[-2:]}")
    return good.returncode == 0 and said.returncode != 0 and "VIOLATION" in said.stdout


def main():
    root, folder, finder = sys.argv[1:4]
    builder = Builder(root, folder, is_made=True)
    results = [operators(), bool(candidates(root)),  # every file that is named is there
               hand.check(root, builder, CORES) == 0, obvious(root, builder, finder)]  # fmt: skip
    return 0 if all(results) else 1


sys.exit(main())
