# SPDX-License-Identifier: GPL-2.0-or-later
"""The obligations of RFC 3768 and RFC 2338 that only a kernel and a wire can show, each named by
its id (docs/conformance.md). The client plays the other router, frame by frame.
"""
import time

from lib import frames
from lib.config import instance
from lib.probes import accepts
from lib.story import VIP, VIP_TEXT, run

PEER = "192.0.2.77"  # an address of no machine: the client's frames carry it
HIGHER, LOWER = "192.0.2.99", "192.0.2.5"  # above and below server 1's 192.0.2.11
DOWN_100_S = 3 + 156 / 256
EARLY_S, LATE_S = 0.001, 0.030
REJECTIONS = ("R3768-5.2.3-02 R3768-5.3.2-01 R3768-5.3.6-01 R3768-7.1-01 R3768-7.1-03 R3768-7.1-04 "
              "R3768-7.1-05 R3768-7.1-06 R3768-7.1-08")  # fmt: skip


class Tester:
    """The other router, on the client."""

    def __init__(self, lab):
        self.lab, self.server = lab, lab.servers[0]

    def send(self, priority, source=PEER, ttl=255, **vrrp):
        packet = frames.packet(source, frames.vrrp(priority, **vrrp), ttl=ttl)
        now = time.time()
        self.lab.lan.send_frame(self.lab.client, frames.ethernet(self.lab.client.mac, packet))
        return now

    def start(self, priority=100, **settings):
        """A daemon that starts now; the former one is killed and its address taken away."""
        if self.server.daemon:
            self.server.daemon.kill()
            self.server.run(f"ip addr del {VIP_TEXT} dev eth0", check=False)
        self.server.install("vipd", instance(priority=priority, **settings)).start()

    def start_master(self, priority=100, **settings):
        self.start(priority, **settings)
        self.server.daemon.wait("vrrp_1=MASTER")

    def start_backup(self, **settings):
        """A BACKUP that hears the tester now."""
        self.start(**settings)
        self.server.daemon.wait("vrrp_1=BACKUP")
        return self.send(200)

    def first_advert(self, since, timeout):
        deadline = time.time() + timeout
        while not self.server.watch.sent(since) and time.time() < deadline:
            time.sleep(0.005)
        sent = self.server.watch.sent(since)
        self.lab.check(sent, f"an advert within {timeout:g} s")
        return sent[0]

    def check_delay(self, row, since, wanted_s, timeout=20):
        """The first advert comes this long after `since`; a stalled machine excuses lateness."""
        delay = self.first_advert(since, timeout).time - since
        late = LATE_S + self.lab.canary.worst(since, since + delay)
        self.lab.check(wanted_s - EARLY_S <= delay <= wanted_s + late,
                       f"{row}: {1000 * delay:.1f} ms (wanted {1000 * wanted_s:.1f})")  # fmt: skip

    def check_answer_now(self, row, since):
        """It answers at once."""
        first = self.first_advert(since, 0.5).time
        late = self.lab.canary.worst(since, first)
        self.lab.check(first - since < 0.015 + late,
                       f"{row}: answered after {1000 * (first - since):.1f} ms")  # fmt: skip
        return first

    def check_rearmed(self, row, first):
        """The next advert is a whole interval after this one."""
        time.sleep(1.2)
        following = self.server.watch.sent(first + 0.001)
        self.lab.check(0.99 < following[0].time - first < 1.05, f"{row}: then one interval")


def packet_rows(lab, tester):
    """What leaves the MASTER."""
    server = tester.server
    begun = time.time()
    tester.start_master(vips=["192.0.2.1/24", "192.0.2.2/24"])
    sent = server.watch.sent(begun)[0]
    row = "R3768-6.4.2-05"
    lab.wait(lambda: len(server.watch.gratuitous(begun)) >= 2, 1, f"{row}, R3768-8.2-02: each VIP")
    arps = server.watch.gratuitous(begun)
    lab.check({a.sender for a in arps} == {"192.0.2.1", "192.0.2.2"}, f"{row}: both of them")
    lab.check(sent.time < min(a.time for a in arps), f"{row}: the advert goes first")
    lab.check(sent.ttl == 255, "R3768-5.2.3-01: TTL 255")
    lab.check(sent.destination == frames.GROUP and sent.frame[:6] == frames.GROUP_MAC,
              "R3768-7.2-04: to 224.0.0.18")  # fmt: skip
    lab.check(sent.source == server.address, "R3768-7.2-03: from the primary address")
    lab.check(sent.good and (sent.version, sent.type, sent.vrid, sent.priority, sent.interval)
              == (2, 1, 51, 100, 1), "R3768-7.2-01, R3768-7.2-02: fields and checksum")  # fmt: skip
    lab.check(sent.addresses == ["192.0.2.1", "192.0.2.2"], "R3768-7.2-01: the list as configured")
    lab.check(sent.auth_data == b"SECUREUN", "R2338-5.3.6.2-01: the password")
    lab.check(sent.frame[14:34] == frames.packet(
        server.address, b"\0" * 24, identification=int.from_bytes(sent.frame[18:20], "big"))[:20],
        "the IPv4 header octet for octet")  # fmt: skip
    tester.start_master(password="short")
    lab.check(server.watch.sent()[-1].auth_data == b"short\0\0\0", "R2338-5.3.10-01: zero-filled")
    tester.start_master(password="")
    sent = server.watch.sent()[-1]
    lab.check(sent.auth_type == 0 and sent.auth_data == b"\0" * 8,
              "R3768-5.3.10-01: no authentication, zeros")  # fmt: skip


def master_rows(lab, tester):
    server = tester.server
    probe = lab.arp_probe()
    tester.start_master()
    begun = time.time()
    lab.wait(lambda: probe.holders(begun) == {server.mac}, 1, "R3768-6.4.3-01: answers ARP")
    lab.check(accepts(lab.client, server, VIP),
              "R3768-6.4.3-03: accepts packets to the VIP (keepalived's)")  # fmt: skip
    time.sleep(4.3)
    times = [a.time for a in server.watch.sent(begun)]
    mean = (times[-1] - times[0]) / (len(times) - 1)
    lab.check(abs(mean - 1) < 0.005, f"R3768-6.4.3-06: mean interval {1000 * mean:.2f} ms")
    time.sleep(0.3)
    answered = tester.check_answer_now("R3768-6.4.3-07", tester.send(0))
    tester.check_rearmed("R3768-6.4.3-07", answered)
    time.sleep(0.3)
    tester.check_answer_now("R3768-6.4.3-09", tester.send(50))
    time.sleep(0.1)  # answers are at least 20 ms apart
    tester.check_answer_now("R3768-6.4.3-09", tester.send(100, source=LOWER))
    for row, priority, source in (("R3768-6.4.3-08", 101, LOWER), ("R3768-6.4.3-08", 100, HIGHER)):
        since = tester.send(priority, source=source)
        lab.wait(lambda: not server.holds(VIP), 0.3, f"{row}: yields to {priority} of {source}")
        behind = tester.check_answer_now(row, since) + 0.001  # its last word
        tester.check_delay(row, behind, DOWN_100_S - (behind - since))
        lab.wait(lambda: server.holds(VIP), 1, f"{row}: and takes over when that falls silent")
    asked = time.time()
    server.daemon.terminate()
    lab.check(server.daemon.wait_end() == 0, "R3768-6.4.3-05: SIGTERM, exit code 0")
    lab.check(server.watch.sent(asked)[-1].priority == 0 and not server.holds(VIP),
              "R3768-6.4.3-05: priority 0, no address left")  # fmt: skip


def backup_rows(lab, tester):
    server = tester.server
    probe = lab.arp_probe()
    tester.start_backup()
    begun = time.time()
    lab.check(not accepts(lab.client, server, VIP),
              "R3768-6.4.2-03: BACKUP accepts nothing to the VIP")  # fmt: skip
    lab.check(not probe.holders(begun), "R3768-6.4.2-01: and answers no ARP")
    asked = time.time()
    server.daemon.terminate()
    server.daemon.wait_end()
    time.sleep(0.2)
    lab.check(not server.watch.sent(asked), "R3768-6.4.2-04: SIGTERM in BACKUP is silent")

    tester.start_backup()
    tester.check_delay("R3768-6.4.2-06", tester.send(0), 156 / 256)
    tester.start_backup()
    time.sleep(1)
    tester.check_delay("R3768-6.4.2-07", tester.send(200), DOWN_100_S)
    since = tester.start_backup()
    while time.time() < since + 3:
        time.sleep(0.5)
        tester.send(50)
    tester.check_delay("R3768-6.4.2-08", since, DOWN_100_S)
    since = tester.start_backup(more="    nopreempt\n")
    time.sleep(1)
    tester.check_delay("R3768-6.4.2-07 nopreempt", tester.send(50), DOWN_100_S)


def rejection_rows(lab, tester):
    """Bad adverts of priority 255 neither promote nor keep down: the BACKUP, having heard one good
    advert, takes over exactly when it would have."""
    server = tester.server
    since = tester.start_backup()
    while time.time() < since + 3.2:
        tester.send(255, ttl=254)
        tester.send(255, spoil=1)
        tester.send(255, version=3)
        tester.send(255, type=2)
        tester.send(255, password=b"wrong")
        tester.send(255, auth_type=0)
        tester.send(255, interval=3)
        tester.send(255, vrid=52)
        time.sleep(0.2)
    tester.check_delay(REJECTIONS, since, DOWN_100_S)
    counters = server.daemon.instance("vrrp_1")["counters"]
    for name in ("checksum", "auth_type", "auth_failed", "interval"):
        lab.check(counters[f"drop_{name}"] > 0, f"R3768-7.1-06: drop_{name} counted")


def owner_rows(lab, tester):
    server = tester.server
    begun = time.time()
    tester.start(priority=255, vips=[f"{server.address}/24"])
    sent = tester.first_advert(begun, 1)
    lab.check(sent.priority == 255, f"R3768-6.4.1-01, R3768-5.3.4-01: the owner serves at once, "
                                    f"with 255, {1000 * (sent.time - begun):.0f} ms after start")
    server.daemon.terminate()
    server.daemon.wait_end()
    lab.check(server.holds(server.address), "R3768-6.4.3-04: its own address stays its own")


def forwarding_row(lab, tester):
    """A router with two legs: what comes for the group on one does not leave on the other."""
    side = tester.server.second_leg("198.51.100.1/24")
    lab.observers.append(side)
    tester.start_master()
    for _ in range(5):
        tester.send(200)
    time.sleep(0.3)
    lab.check(not side.sent(), "R3768-5.2.2-01, R9568-5.1.1.2-01: nothing for 224.0.0.18 is "
                               "forwarded, of whatever version")  # fmt: skip


def story(lab):
    tester = Tester(lab)
    packet_rows(lab, tester)
    master_rows(lab, tester)
    backup_rows(lab, tester)
    rejection_rows(lab, tester)
    owner_rows(lab, tester)
    forwarding_row(lab, tester)


run(story, servers=1)
