# SPDX-License-Identifier: GPL-2.0-or-later
"""A host that stood still (a suspended virtual machine): all processes of the MASTER are stopped
for six seconds, the other server takes over. When they go on, the first act is to listen; there is
one holder again within one interval. The better one answers what it heard and serves on; one with
nopreempt, which has no right to take back, lets go without a word. With timer_expired_backup it
does so although it hears nobody.
"""
import signal
import time

from lib.config import instance
from lib.story import VIP, VIP_TEXT, run

STILL_S = 6
INTERVAL_S = 1.0
DOWN_S = 3 + 56 / 256  # of priority 200


def freeze(lab, server):
    server.daemon.signal(signal.SIGSTOP)
    begun = time.time()
    lab.wait(lambda: time.time() > begun + STILL_S, STILL_S + 1, f"{server.label} stood still")
    thawed = time.time()
    server.daemon.signal(signal.SIGCONT)
    return thawed


def one_holder_soon(lab, holder, other, thawed):
    lab.wait(lambda: holder.holds(VIP) and not other.holds(VIP), INTERVAL_S,
             f"{holder.label} alone holds it within one interval")  # fmt: skip
    lab.say(f"after {1000 * (time.time() - thawed):.0f} ms")
    lab.quiet(3, holder, "and it stays so")


def article(lab):
    one, two = lab.servers
    lab.article()
    probe = lab.arp_probe()
    two.daemon.wait("vrrp_1=BACKUP")
    lab.settle(one)
    begun = time.time()
    thawed = freeze(lab, one)
    lab.check(two.watch.sent(begun, thawed) and two.address_watch.of(VIP_TEXT, begun),
              "server 2 took over meanwhile")  # fmt: skip
    one_holder_soon(lab, one, two, thawed)
    heard = one.daemon.instance("vrrp_1")["counters"]["adverts_received"]
    lab.check(heard > 0, f"it had heard {heard} adverts of server 2")
    lab.check(one.watch.gratuitous(thawed), "and announced the address anew")
    late = [t for t in probe.doubles(thawed + INTERVAL_S)]
    lab.check(not late, "one holder from one interval after the thaw on")

    thawed = freeze(lab, two)
    lab.quiet(4, one, "server 2, a BACKUP, stood still")
    lab.check(not two.watch.sent(thawed - STILL_S), "and claimed nothing when it went on")


def nopreempt(lab):
    one, two = lab.servers
    for server in lab.servers:
        server.daemon.terminate()
        server.daemon.wait_end()
    one.install("vipd", instance(more="    nopreempt\n")).start()
    one.daemon.wait("vrrp_1=MASTER")
    two.install("vipd", instance(priority=100)).start()
    two.daemon.wait("vrrp_1=BACKUP")
    lab.settle(one)
    begun = time.time()
    thawed = freeze(lab, one)
    lab.check(two.watch.sent(begun, thawed), "server 2 took over meanwhile")
    one_holder_soon(lab, two, one, thawed)
    lab.check(not one.watch.sent(thawed), "server 1 with nopreempt listened, and sent nothing")


def expired(lab):
    """There is no other one: it serves again after it has listened for a whole interval."""
    one = lab.servers[0]
    for server in lab.servers:
        server.daemon.terminate()
        server.daemon.wait_end()
    one.install("vipd", instance(more="    nopreempt\n    timer_expired_backup\n")).start()
    one.daemon.wait("vrrp_1=MASTER")
    thawed = freeze(lab, one)
    one.daemon.wait("vrrp_1=BACKUP", timeout=1)
    lab.check("did not run for too long: another one may serve by now" in one.daemon.log(),
              "its log says why")  # fmt: skip
    lab.check(not one.watch.sent(thawed), "it left without a word")
    one.daemon.wait("vrrp_1=MASTER", timeout=DOWN_S + 1)
    again = one.watch.sent(thawed)[0].time - thawed
    lab.check(DOWN_S - 0.05 < again, f"and serves again after {again:.2f} s of listening")


def story(lab):
    article(lab)
    nopreempt(lab)
    expired(lab)


run(story)
