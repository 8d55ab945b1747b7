# SPDX-License-Identifier: GPL-2.0-or-later
"""Notify scripts get keepalived's arguments at each change of state, and one that hangs holds up
nothing.
"""
import os
import time

from lib.config import instance
from lib.story import run

SCRIPT = """#!/bin/sh
[ "$1" = hang ] && exec sleep 300
echo "$@" >> {folder}/said
"""


def said(folder):
    try:
        with open(os.path.join(folder, "said"), encoding="utf-8") as file:
            return file.read().splitlines()
    except FileNotFoundError:
        return []


def story(lab):
    one, two = lab.servers
    folder = os.path.join(lab.folder, "notify")
    os.mkdir(folder)
    os.chmod(folder, 0o755)
    script = os.path.join(folder, "script")
    with open(script, "w", encoding="utf-8") as file:
        file.write(SCRIPT.format(folder=os.path.join(folder, "out")))
    os.chmod(script, 0o755)
    out = os.path.join(folder, "out")
    os.mkdir(out)
    os.chmod(out, 0o777)
    more = (
        f'    notify_master "{script} became-master"\n'
        f'    notify_backup "{script} became-backup"\n'
        f'    notify_fault "{script} became-fault"\n'
        f'    notify_stop "{script} stopped"\n'
        f"    notify {script}\n"
    )
    one.install("vipd", instance(more=more)).start()
    one.daemon.wait("vrrp_1=MASTER")
    lab.wait(lambda: "became-master" in said(out) and "INSTANCE vrrp_1 MASTER 200" in said(out), 3,
             "MASTER: notify_master, and notify with keepalived's four words")  # fmt: skip
    lab.check(said(out).index("INSTANCE vrrp_1 BACKUP 200")
              < said(out).index("INSTANCE vrrp_1 MASTER 200"),
              "BACKUP before it")  # fmt: skip
    one.cable("down")
    lab.wait(lambda: {"became-fault", "INSTANCE vrrp_1 FAULT 200"} <= set(said(out)), 3, "FAULT")
    one.cable("up")
    one.daemon.wait("vrrp_1=MASTER")
    lab.wait(lambda: said(out).count("became-master") == 2, 3, "MASTER again")
    one.daemon.terminate()
    one.daemon.wait_end()
    lab.wait(lambda: {"stopped", "INSTANCE vrrp_1 STOP 200"} <= set(said(out)), 3, "STOP")

    hanging = instance(more=f'    notify_master "{script} hang"\n    notify {script}\n')
    two.install("vipd", hanging).start()
    two.daemon.wait("vrrp_1=MASTER")
    since = time.time()
    lab.quiet(3, two, "its script hangs")
    lab.check_beat([a.time for a in two.watch.sent(since)], "adverts")
    asked = time.time()
    two.daemon.terminate()
    two.daemon.wait_end()
    lab.check(time.time() - asked < 2, "and it ends when asked to")


run(story)
