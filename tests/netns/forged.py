# SPDX-License-Identifier: GPL-2.0-or-later
"""Forged adverts: wrong TTL, wrong checksum, wrong password, of priority 255. First one every
400 ms, then a hundred thousand a second. No state changes, nobody is silenced, the log stays
short, and every one is counted. Debian's keepalived, under the slow stream, stops advertising.
"""
import subprocess
import time

from lib import frames
from lib.observe import FLOOD_SOURCE
from lib.story import Failed, run

SPACING_S = 0.4
FLOOD_RATE, FLOOD_S = 100_000, 5
# keepalived's adverts are 1 s apart; three seconds of silence are more than lateness.
SILENCED_S = 3.0


def forgeries(machine):
    """Each a frame that a receiver has to drop, by its cause."""
    made = {
        "ttl": frames.packet(FLOOD_SOURCE, frames.vrrp(255, vrid=1), ttl=1),
        "checksum": frames.packet(FLOOD_SOURCE, frames.vrrp(255, vrid=1, spoil=1)),
        "auth_failed": frames.packet(FLOOD_SOURCE, frames.vrrp(255, vrid=1, password=b"guessed")),
    }
    return {cause: frames.ethernet(machine.mac, body) for cause, body in made.items()}


def flood(lab, rate, seconds, *made):
    """Sends these frames from the client; returns how many went out."""
    program = f"{lab.build}/tests/netns/flood"
    words = [program, lab.client.interface, str(rate), str(seconds), *(f.hex() for f in made)]
    done = subprocess.run(lab.client.namespace.command(words), capture_output=True, text=True,
                          check=True)  # fmt: skip
    return int(done.stdout)


def slow_stream(lab, seconds):
    """One of each every 400 ms."""
    made = list(forgeries(lab.client).values())
    until = time.time() + seconds
    while time.time() < until:
        begun = time.time()
        for frame in made:
            lab.lan.send_frame(lab.client, frame)
        time.sleep(max(0.0, begun + SPACING_S - time.time()))


def longest_gap(server, since, until):
    times = [since, *(a.time for a in server.watch.sent(since, until)), until]
    return max(b - a for a, b in zip(times, times[1:]))


def check_undisturbed(lab, one, two, before, since, latest_s, what):
    now = time.time()
    gap = longest_gap(one, since, now)
    lab.check(gap < latest_s or lab.canary.worst(since, now) > gap - 1,
              f"{what}: server 1's adverts at most {1000 * gap:.0f} ms apart")  # fmt: skip
    lab.check(not two.watch.sent(since), "server 2 sent none")
    for server, states, lines in before:
        lab.check(server.daemon.states() == states, f"{server.label} changed no state")
        more = len(server.daemon.log().splitlines()) - lines
        lab.check(more <= 8, f"and wrote {more} lines of log")


def remember(lab):
    return [(s, s.daemon.states(), len(s.daemon.log().splitlines())) for s in lab.servers]


def check_counted(lab, server, before, causes):
    after = server.daemon.instance("vrrp_1")["counters"]
    for cause in causes:
        name = f"drop_{cause}"
        lab.check(after[name] > before[name], f"{server.label} counts {name}: {after[name]}")


def keepalived_is_silenced(lab, one, two):
    """The same slow stream against keepalived's master."""
    for server in lab.servers:
        server.daemon.terminate()
        server.daemon.wait_end()
    lab.article_on(one, "keepalived").start()
    lab.settle(one)
    since = time.time()
    slow_stream(lab, 6)
    gap = longest_gap(one, since, time.time())
    lab.check(gap > SILENCED_S, f"keepalived's master was silent for {gap:.1f} s under it")


def story(lab):
    one, two = lab.servers
    lab.article()
    lab.settle(one)
    two.daemon.wait("vrrp_1=BACKUP")
    counters = {s: s.daemon.instance("vrrp_1")["counters"] for s in lab.servers}

    before, since = remember(lab), time.time()
    slow_stream(lab, lab.options.seconds)
    check_undisturbed(lab, one, two, before, since, 1.1, "slow stream")
    for server in lab.servers:
        check_counted(lab, server, counters[server], ["checksum", "auth_failed"])

    before, since = remember(lab), time.time()
    sent = flood(lab, FLOOD_RATE, FLOOD_S, *forgeries(lab.client).values())
    lab.say(f"{sent} forged adverts in {FLOOD_S} s")
    if sent < FLOOD_RATE * FLOOD_S / 4:
        raise Failed("this machine cannot flood")
    time.sleep(1.2)
    check_undisturbed(lab, one, two, before, since, 1.5, "flood")
    lab.quiet(3, one, "after the flood")
    keepalived_is_silenced(lab, one, two)


run(story, arguments={"--seconds": {"type": float, "default": 10}})
