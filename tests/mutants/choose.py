# SPDX-License-Identifier: GPL-2.0-or-later
"""Which mutants are tried: of all that could be made a share that a seed draws, spread over the
files by their length.
"""
import glob
import hashlib
import os

from operators import mutants_of

CORES = ["src/vrrp/", "src/node/", "src/announce/", "src/reconcile/", "src/wire/advert.c",
         "src/wire/ip.c", "src/wire/arp.c", "src/wire/nd.c", "src/wire/checksum.c",
         "src/wire/keep.c", "src/base/heap.c"]  # fmt: skip
# Headers with code or with numbers in them, and files of which the simulation uses a part.
HEADERS = ["src/base/list.h", "src/base/mono.h", "src/vrrp/vrrp.h", "src/announce/announce.h",
           "src/reconcile/reconcile.h", "src/node/node_private.h", "src/wire/advert.h",
           "src/wire/ip.h"]  # fmt: skip


def files(root):
    found = set(HEADERS)
    for core in CORES:
        if core.endswith("/"):
            names = glob.glob(os.path.join(root, core, "*.c"))
            found.update(os.path.relpath(name, root) for name in names)
        else:
            found.add(core)
    return sorted(found)


def of_file(root, path):
    with open(os.path.join(root, path), encoding="utf-8") as file:
        return mutants_of(path, file.read())


def candidates(root):
    return [m for path in files(root) for m in of_file(root, path)]


def drawn(seed, mutant):
    """Its place in the draw: by what it is; so a change of the code draws others only there."""
    return hashlib.sha256(f"{seed} {mutant.id}".encode()).digest()


def shares(root, count, seed):
    """For each file its mutants in the order of the draw, and how many are wanted of it."""
    all_of = {path: of_file(root, path) for path in files(root)}
    total = sum(len(m) for m in all_of.values())
    owed = 0.0
    for path, mutants in all_of.items():
        owed += count * len(mutants) / total
        wanted = round(owed)
        owed -= wanted
        yield sorted(mutants, key=lambda mutant: drawn(seed, mutant)), wanted
