# SPDX-License-Identifier: GPL-2.0-or-later
"""Two that do not hear each other are two masters, and the cause is named. The two forms of
checksum of version 3 over IPv4: two vipd that send different ones hear each other, and say that
others might not. keepalived takes only its own one: it does not hear a vipd with v3_checksum_as_v2
and serves beside it, until the keyword is the same on both. `auth_type AH` beside a server without.
"""
from lib.config import instance
from lib.story import run

VIP = "192.0.2.80"
INTERVAL_S = 0.25
TOLD_S = 3
AS_V2 = "    v3_checksum_as_v2\n"
SAID = "sends checksums without the pseudo-header, we with it"


def config(priority, more=""):
    return instance("web", priority, 51, [f"{VIP}/24"], password="", interval=f"{INTERVAL_S:g}",
                    more="    version 3\n" + more)  # fmt: skip


def explained(server):
    return " ".join(server.daemon.ctl("explain", "web").stdout.split())


def deaf(server):
    return server.daemon.instance("web")["deaf"]


def both_vipd(lab):
    """Heard all the same, and told by whoever hears the other form."""
    one, two = lab.servers
    one.install("vipd", config(200, AS_V2)).start()
    one.daemon.wait("web=MASTER")
    two.install("vipd", config(100)).start()
    lab.settle(one, vip=VIP)
    lab.wait(lambda: deaf(two) == [one.address], TOLD_S, "the backup takes the master for deaf")
    lab.check(f"{one.address} {SAID}" in two.daemon.log(), "its log names the two forms")
    lab.check("write `v3_checksum_as_v2` here, or remove it there" in explained(two),
              "explain names the keyword")  # fmt: skip
    table = " ".join(two.daemon.ctl("status").stdout.split())
    lab.check(f"! deaf: {one.address}" in table, "status has a line for it")
    lab.check(deaf(one) == [], "the master has heard nobody")
    one.daemon.reload(config(200))
    lab.wait(lambda: deaf(two) == [], TOLD_S, "with the same form it is over")
    for server in lab.servers:
        server.daemon.terminate()
        server.daemon.wait_end()


def beside_keepalived(lab):
    """Two masters, and the cause is named, with what mends it."""
    one, two = lab.servers
    one.install("keepalived", config(100)).start()
    two.install("vipd", config(200, AS_V2)).start()
    for server in lab.servers:
        lab.wait(lambda s=server: s.holds(VIP), 8, f"{server.label} holds {VIP}", 0.02)
    lab.wait(lambda: deaf(two) == [one.address], TOLD_S, "vipd takes keepalived for deaf")
    lab.check("remove `v3_checksum_as_v2` here, or write it there" in explained(two),
              "explain names the keyword")  # fmt: skip
    two.daemon.reload(config(200))
    lab.settle(two, vip=VIP)
    lab.wait(lambda: deaf(two) == [], TOLD_S, "with the same form one holder, and no alarm")


def header(lab):
    """What comes behind an authentication header is another protocol of IP, and seen as well."""
    one, two = lab.servers
    for server in lab.servers:
        server.daemon.terminate()
        server.daemon.wait_end()
    one.install("keepalived", instance("web", 100, 51, [f"{VIP}/24"], auth="AH")).start()
    two.install("vipd", instance("web", 200, 51, [f"{VIP}/24"])).start()
    for server in lab.servers:
        lab.wait(lambda s=server: s.holds(VIP), 8, f"{server.label} holds {VIP}", 0.02)
    lab.wait(lambda: "another kind of authentication" in explained(two), TOLD_S,
             "explain names the authentication")  # fmt: skip
    lab.check("another auth_type than configured" in two.daemon.log(), "its log, too")
    two.daemon.reload(instance("web", 200, 51, [f"{VIP}/24"], auth="AH"))
    lab.settle(two, vip=VIP)


def story(lab):
    both_vipd(lab)
    beside_keepalived(lab)
    header(lab)


run(story)
