#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Would `model` notice? files/NAME.shown is the effective configuration of files/NAME.conf, written
by hand as vipctl has to show it. Three things must hold of each:

- read as a document it agrees with keepalived's dump in every field;
- keepalived's dump of it as a text is that of the original;
- when any single word of it is changed, or a flag turned off, the comparison says so: every row of
  the tables that the files reach can fail.
"""
import copy
import pathlib
import re
import sys
import tempfile
from decimal import Decimal

import compare
import keepalived_dump
import sandbox
from explained import Explained
from fields_vrrp import TOP
from match import LATER, TABLES, Comparison
from ours import Ours
from plain import differing
from shown import document

HERE = pathlib.Path(__file__).resolve().parent

# Words whose change means nothing to keepalived, or nothing that its dump shows.
INVISIBLE = {
    ("UDP_CHECK", "payload"): "only the number of octets is printed",
    ("UDP_CHECK", "require_reply"): "only the number of octets is printed",
    ("global_defs", "default_interface"): "printed when an address needed it",
}


def wrong(word):
    """The word as it would be with a mistake in it."""
    return str(Decimal(word) + 1) if re.fullmatch(r"-?\d+(\.\d+)?", word) else "x" + word


def places(node, path=()):
    """(path to a VALUE, kind of its block) of a document."""
    for i, _ in enumerate(node.get("values") or []):
        yield (*path, "values", i), node.get("block", "")
    for i, block in enumerate(node["blocks"]):
        yield from places(block, (*path, "blocks", i))


def at(node, path):
    for step in path:
        node = node[step]
    return node


def is_said_or_missing(kind, keyword):
    """Does it make a difference when the keyword is not there at all?"""
    rows = [row for row in TABLES.get(kind, TOP).rows if keyword in row.keywords]
    return any(row.default in (None, []) and not row.only_ours for row in rows)


def mutants(original):
    """(what was done, document): one change each."""
    for path, kind in places(original):
        value = at(original, path)
        keyword = value["keyword"]
        if keyword in TABLES.get(kind, TOP).unseen or keyword in LATER:
            continue
        if (kind, keyword) in INVISIBLE:
            continue
        if not value["words"]:
            changed = copy.deepcopy(original)
            at(changed, path)["words"] = ["no"]
            yield f"{kind}: {keyword} no", changed
        for i, word in enumerate(value["words"]):
            changed = copy.deepcopy(original)
            at(changed, path)["words"][i] = wrong(word)
            yield f"{kind}: {keyword} {' '.join(value['words'])}: {word} → {wrong(word)}", changed
        if is_said_or_missing(kind, keyword):
            changed = copy.deepcopy(original)
            del at(changed, path[:-1])[path[-1]]
            yield f"{kind}: without {keyword} {' '.join(value['words'])}", changed


def check_file(base, shown):
    original = shown.with_suffix(".conf")
    sides = keepalived_dump.sides_of(original)
    results = base.run(str(original), [(s, str(original)) for s in sides] +
                       [(s, str(shown)) for s in sides])
    first, second = results[:len(sides)], results[len(sides):]
    theirs = keepalived_dump.read(first)
    wanted = document(shown.read_text(encoding="utf-8"))
    done = Comparison(theirs, Ours(wanted), first[0]).run()
    found = [f"model: {d}" for d in done.differences]
    for side, one, two in zip(sides, first, second):
        found += [f"text: {d}" for d in differing(side, one, two)]
    count = 0
    for what, changed in mutants(wanted):
        count += 1
        if not Comparison(theirs, Ours(changed), first[0]).run().differences:
            found.append(f"not noticed: {what}")
    return done.compared, count, found


def check_text(base):
    """A printed text that says something else is noticed, too."""
    original = HERE / "files" / "vrrp-instance.conf"
    with tempfile.NamedTemporaryFile("w", suffix=".conf") as other:
        other.write(original.read_text(encoding="utf-8").replace("priority 150", "priority 151"))
        other.flush()
        one, two = base.run(str(original), [("vrrp", str(original)), ("vrrp", other.name)])
    said = {(d.theirs, d.ours) for d in differing("vrrp", one, two)}
    return said == {("Priority = 150", None), (None, "Priority = 151")}


HOSTILE = """
global_defs {{
	script_user root
	reload_file /etc/passwd
}}
track_file itself {{
	file {folder}/hostile.conf
	init_file 7 overwrite
}}
track_file beside {{
	file {folder}/beside
	init_file 7 overwrite
}}
vrrp_instance ONE {{
	interface lan0;reboot
	virtual_router_id 1
	virtual_ipaddress {{
		192.0.2.1
	}}
	track_file {{
		itself weight 0
		beside weight 0
	}}
	notify "/keepalived --config-test={folder}/tested -f /dev/null"
}}
"""


def check_contained(base):
    """A configuration that wants to write here has its dump taken, and has written nothing."""
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder, "hostile.conf")
        path.write_text(HOSTILE.format(folder=folder), encoding="utf-8")
        users = pathlib.Path("/etc/passwd").read_bytes()
        result = base.run(str(path), [("vrrp", str(path))])[0]
        kept = path.read_text(encoding="utf-8") == HOSTILE.format(folder=folder)
        alone = [entry.name for entry in pathlib.Path(folder).iterdir()] == ["hostile.conf"]
    return bool(result["dump"]) and kept and alone and \
        pathlib.Path("/etc/passwd").read_bytes() == users


def check_explained():
    """A reason counts for what it names, and is stale when it explains nothing."""
    with tempfile.NamedTemporaryFile("w", suffix=".tsv") as table:
        table.write("# a comment\nmodel\ta*.conf\tvrrp_instance *\tpriority\twhy\n"
                    "text\ta.conf\tx\ty\tother check\nmodel\tb.conf\tx\ty\tother file\n"
                    "model\ta.conf\tvrrp_instance X\tstate\tno longer\n")
        table.flush()
        explained = Explained("model", table.name)
    explained.saw("a.conf")
    return (explained.explains("a.conf", "vrrp_instance ONE", "priority")
            and not explained.explains("c.conf", "vrrp_instance ONE", "priority")
            and not explained.explains("a.conf", "vrrp_instance ONE", "state")
            and [row.reason for row in explained.stale()] == ["no longer"])


def main():
    options = compare.read_options()
    options.files = sorted((HERE / "files").glob("*.shown"))
    reason = compare.reason_to_skip(options)
    if reason:
        print(f"SKIP: {reason}")
        return compare.SKIP
    failed = int(not check_explained())
    with sandbox.Base() as base:
        for check in [check_text, check_contained]:
            good = check(base)
            print(f"{check.__name__}: {'good' if good else 'FAILED'}")
            failed += not good
        for shown in options.files:
            compared, count, found = check_file(base, shown)
            print(f"{shown.name}: {compared} fields agree, {count} changes noticed"
                  if not found else f"{shown.name}: FAILED")
            for text in found:
                print(f"  {text}")
            failed += bool(found) or not compared or not count
    print(f"{len(options.files)} files, {int(failed)} failures")
    return 1 if failed or not options.files else 0


if __name__ == "__main__":
    sys.exit(main())
