# SPDX-License-Identifier: GPL-2.0-or-later
"""auth_hmac between real daemons: keys in files, signatures as another program computes them,
unsigned and repeated adverts that change nothing, a key that is changed under traffic, a vipd-vrrp
that dies; and no key in anything that is shown.
"""
import hashlib
import hmac
import os
import signal
import socket
import time

from lib import frames
from lib.config import instance
from lib.story import run, wait_until

# Version 3, version 2, IPv6: family and VRID.
INSTANCES = {"vrrp_1": (4, 51), "vrrp_2": (4, 22), "vrrp_6": (6, 66)}
KEYS = {1: bytes(range(32)), 2: b"the-second-key-of-thirty-six-letters"}
TRAILER = 28


def written(key_id, folder):
    """A key as it stands in the configuration: the first in a file."""
    if key_id != 1:
        return f"key {key_id} {KEYS[key_id].decode()}"
    path = os.path.join(folder, "key1")
    with open(path, "w", encoding="utf-8") as file:
        os.fchmod(file.fileno(), 0o600)
        file.write(f"hex:{KEYS[1].hex()}\n")
    return f"key 1 file:{path}"


def config(lab, priority, keys, active):
    lines = "".join(f"        {written(k, lab.folder)}\n" for k in keys)
    more = f"    auth_hmac {{\n{lines}        active_key {active}\n    }}\n"
    more3 = "    version 3\n" + more
    return "".join((
        instance(priority=priority, password="", more=more3),
        instance("vrrp_2", priority, 22, ["192.0.2.22/24"], password="", more=more),
        instance("vrrp_6", priority, 66, ["fe80::66/64"], password="", more=more3),
    ))  # fmt: skip


def sent(server, name="vrrp_1"):
    family, vrid = INSTANCES[name]
    return [a for a in server.watch.sent(0.0, family=family) if a.vrid == vrid]


def is_signed(advert, key_id):
    """Computed from the draft's text."""
    body = frames.payload(advert)
    pdu, trailer = body[:-TRAILER], body[-TRAILER:]
    family = socket.AF_INET6 if ":" in advert.source else socket.AF_INET
    source = socket.inet_pton(family, advert.source).ljust(16, b"\0")
    version = pdu[0] >> 4
    head = bytes([6 if ":" in advert.source else 4, version, advert.vrid, 0]) + source
    text = head + pdu[:6] + bytes(2) + pdu[8:] + trailer[:12] + bytes(16)
    mac = hmac.new(KEYS[key_id], text, hashlib.sha256).digest()[:16]
    return trailer[:4] == bytes([1, key_id, 0, 0]) and trailer[12:] == mac


def counters(server):
    return server.daemon.instance("vrrp_1")["counters"]


def refuses(lab, one, two):
    """An advert of before again, and one of priority 255 without a signature."""
    before = {s: counters(s) for s in (one, two)}
    old = sent(one)[0].frame
    unsigned = frames.payload(sent(one)[0])[:-TRAILER]
    forged = unsigned[:2] + bytes([255]) + unsigned[3:6] + bytes(2) + unsigned[8:]
    forged = forged[:6] + frames.checksum(forged).to_bytes(2, "big") + forged[8:]
    made = frames.ethernet(lab.client.mac, frames.packet("192.0.2.77", forged))
    refused = ((one, "missing"), (two, "missing"), (two, "replay"))

    def more(server, cause):
        return counters(server)[f"drop_auth_{cause}"] - before[server][f"drop_auth_{cause}"]

    for number in range(1, 6):
        lab.lan.send_frame(lab.client, old)
        lab.lan.send_frame(lab.client, made)
        wait_until(lambda n=number: all(more(*r) >= n for r in refused), 5,
                   f"{number} of each are refused", 0.02)  # fmt: skip
    for server, cause in refused:
        count = more(server, cause)
        lab.check(count == 5, f"{server.label} counts drop_auth_{cause}: {count}")
    lab.quiet(3, one, "after forged and repeated adverts")
    lab.check("auth_hmac" in two.daemon.log(), "the log says why")


def changes_key(lab, one, two):
    since = time.time()
    for keys, active in (((1, 2), 1), ((1, 2), 2), ((2,), 2)):
        for server, priority in ((two, 100), (one, 200)):
            server.daemon.reload(config(lab, priority, keys, active))
            heard = counters(two)["adverts_received"]
            wait_until(lambda h=heard: counters(two)["adverts_received"] > h, 5,
                       "server 2 takes an advert of the new configuration", 0.02)  # fmt: skip
    for name in INSTANCES:
        lab.check(is_signed(sent(one, name)[-1], 2), f"{name}: signed with the second key")
    lab.check(not two.watch.sent(since), "server 2 never missed one")
    lab.check(counters(two)["drop_auth_unknown_key"] == 0, "nor refused one")


def shows_no_key(lab, server):
    shown = [server.daemon.log()]
    for words in (("status",), ("status", "--json"), ("explain", "vrrp_1"),
                  ("config", "show", server.daemon.config)):  # fmt: skip
        done = server.daemon.ctl(*words)
        shown.append(done.stdout + done.stderr)
    for text in shown:
        for key in (KEYS[1].hex(), KEYS[2].decode()):
            lab.check(text and key not in text, "no key in what is shown")


def image_flags(pid):
    """The kernel's flags of every mapping of a configuration image."""
    found, is_image = [], False
    with open(f"/proc/{pid}/smaps", encoding="utf-8") as file:
        for line in file:
            words = line.split()
            if "-" in words[0]:
                is_image = "memfd:vipd-image" in line
            elif words[0] == "VmFlags:" and is_image:
                found.append(words[1:])
    return found


def keeps_out_of_cores(lab, server):
    for program in ("vipd", "vipd-vrrp"):
        flags = image_flags(server.daemon.pid_of(program))
        lab.check(flags and all("dd" in f for f in flags), f"no image in a core file of {program}")


def leaves_no_core(lab, server):
    """The parent, whatever its limits are; the others' are 0."""
    with open("/proc/sys/kernel/core_pattern", encoding="utf-8") as file:
        if file.read().strip() != "core":
            lab.say("left out: core files go elsewhere")
            return
    pid = server.daemon.pid_of("vipd")
    before = cores(f"/proc/{pid}/cwd/")
    server.run(f"prlimit --pid {pid} --core=unlimited:unlimited")
    os.kill(pid, signal.SIGABRT)
    server.daemon.wait_end()
    lab.check(cores("/") == before, "vipd was aborted, and left no core file")


def cores(folder):
    return {(e.name, e.stat().st_mtime) for e in os.scandir(folder) if e.name.startswith("core")}


def story(lab):
    one, two = lab.servers
    for machine in lab.lan.machines:
        machine.enable_ipv6()
    one.install("vipd", config(lab, 200, (1,), 1)).start()
    two.install("vipd", config(lab, 100, (1,), 1)).start()
    one.daemon.wait("vrrp_1=MASTER")
    two.daemon.wait("vrrp_1=BACKUP")
    lab.settle(one)
    for server, state in ((one, "MASTER"), (two, "BACKUP")):
        server.daemon.wait(f"vrrp_2={state}", f"vrrp_6={state}")
    lab.wait(lambda: all(len(sent(one, name)) > 1 for name in INSTANCES), 5,
             "server 1 sent several of each instance")  # fmt: skip
    for name in INSTANCES:
        adverts = sent(one, name)
        lab.check(adverts and all(is_signed(a, 1) for a in adverts),
                  f"{len(adverts)} adverts of {name} are signed")  # fmt: skip
        numbers = [frames.payload(a)[-TRAILER + 4 : -16] for a in adverts]
        lab.check(numbers == sorted(set(numbers)), "their numbers grow")
    refuses(lab, one, two)
    changes_key(lab, one, two)

    os.kill(one.daemon.pid_of("vipd-vrrp"), signal.SIGKILL)
    lab.quiet(4, one, "the next vipd-vrrp is believed")
    shows_no_key(lab, two)
    keeps_out_of_cores(lab, one)
    one.daemon.terminate()
    lab.settle(two)
    lab.check(counters(two)["drop_auth_replay"] == 5, "no other was taken for a repetition")
    two.daemon.wait("vrrp_2=MASTER", "vrrp_6=MASTER")
    for name in ("vrrp_2", "vrrp_6"):
        told = two.daemon.instance(name)["counters"]
        lab.check(not any(v for k, v in told.items() if "auth" in k),
                  f"and none of {name} was refused at all")  # fmt: skip
    leaves_no_core(lab, two)


run(story)
