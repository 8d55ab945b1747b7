# SPDX-License-Identifier: GPL-2.0-or-later
"""Mistakes in configurations: `vipd -t` says where and what, all of it in one run, with the exit
code that keepalived's users know; at start the broken instance is left out and the rest runs.
"""
import os
import re
import subprocess

from lib.config import instance
from lib.story import run

GOOD = instance()
PLACE = r"^{file}:{line}:\d+: {severity}: "

# name: (text, line, severity, word in the message, exit code)
CASES = {
    "unknown word": (GOOD.replace("advert_int 1", "advert_itn 1"), 6, "error", "advert_itn", 5),
    "missing brace": (GOOD[: GOOD.rindex("}")], None, "error", "not closed", 5),
    "missing argument": (GOOD.replace("priority 200", "priority"), 5, "error", "priority", 2),
    "out of range": (GOOD.replace("priority 200", "priority 256"), 5, "error", "256", 5),
    "VRID of none": (GOOD.replace("_id 51", "_id 0"), 4, "error", "0", None),
    "VRID twice": (GOOD + instance("vrrp_2", vips=["192.0.2.2/24"]), None, "error", "51", 5),
    "no address": (GOOD.replace("192.0.2.1/", "192.0.2.300/"), 12, "error", "192.0.2.300", None),
    "no interface": (GOOD.replace("eth0", "eth7"), 3, "warning", "eth7", 5),
    "long password": (GOOD.replace("SECUREUN", "SECUREUNSEEN"), 9, "warning", "8", 5),
}  # fmt: skip


def vipd(lab, server, *words):
    return subprocess.run(
        server.namespace.command([os.path.join(lab.build, "vipd"), *words]),
        capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=20,
    )  # fmt: skip


def check_case(lab, server, name, text, line, severity, word, code):
    path = os.path.join(lab.folder, "case.conf")
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    done = vipd(lab, server, "-t", "-f", path)
    said = done.stdout + done.stderr
    place = PLACE.format(file=re.escape(path), line=line or r"\d+", severity=severity)
    where = [row for row in said.splitlines() if re.match(place, row)]
    lab.check(any(word in row for row in where), f"{name}: {(where or [said])[0].split('/')[-1]}")
    lab.check("^" in said, "with a caret under the place")
    right = done.returncode == code if code is not None else done.returncode in (2, 4, 5)
    lab.check(right, f"exit code {done.returncode}")


def check_unreadable(lab, server):
    for path in (os.path.join(lab.folder, "absent.conf"), lab.folder):
        done = vipd(lab, server, "-t", "-f", path)
        lab.check(done.returncode != 0 and path in done.stdout + done.stderr,
                  f"{path}: refused with {done.returncode}")  # fmt: skip
        begun = vipd(lab, server, "-n", "-l", "-f", path, "--run-dir", lab.folder + "/none")
        lab.check(begun.returncode == 6 if "absent" in path else begun.returncode != 0,
                  f"and at start with {begun.returncode}")  # fmt: skip


def check_all_at_once(lab, server):
    path = os.path.join(lab.folder, "case.conf")
    text = GOOD.replace("priority 200", "priority 256").replace("192.0.2.1/24", "192.0.2.300")
    with open(path, "w", encoding="utf-8") as file:
        file.write(text.replace("advert_int", "advert_itn"))
    done = vipd(lab, server, "-t", "-f", path)
    found = re.findall(r":(\d+):\d+: error: ", done.stdout + done.stderr)
    lab.check({"5", "6", "12"} <= set(found), f"three mistakes in one run, lines {found}")


def story(lab):
    server = lab.servers[0]
    good = os.path.join(lab.folder, "good.conf")
    with open(good, "w", encoding="utf-8") as file:
        file.write(GOOD)
    done = vipd(lab, server, "-t", "-f", good)
    lab.check(done.returncode == 0, f"a good file: exit code 0 {done.stdout}{done.stderr}")
    for name, (text, *wanted) in CASES.items():
        check_case(lab, server, name, text, *wanted)
    check_all_at_once(lab, server)
    check_unreadable(lab, server)

    broken = instance("vrrp_2", vrid=300, vips=["192.0.2.2/24"])
    server.install("vipd", GOOD + broken).start()
    server.daemon.wait("vrrp_1=MASTER")
    shown = server.daemon.instance("vrrp_2")
    lab.check(shown["conditions"] and shown["conditions"][0]["name"] == "configuration",
              f"a broken instance is left out: {shown['conditions'][0]['detail']}")  # fmt: skip
    lab.check("daemon.conf:18:" in server.daemon.log(), "its place is in the log")
    lab.check(not server.holds("192.0.2.2"), "the healthy one runs beside it")


run(story, servers=1)
