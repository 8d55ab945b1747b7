# SPDX-License-Identifier: GPL-2.0-or-later
"""kill -9 of everything with the link up: the address stays behind. A new start removes it before
the first advert, also one that keepalived left, and one server holds it again.
"""
import time

from lib.story import VIP, VIP_TEXT, run


def leave_behind(lab, server):
    server.daemon.kill()
    lab.check(server.holds(VIP), "everything is killed, the address is left behind")


def check_start(lab, server, since):
    """The leftover goes before server speaks."""
    lab.wait(lambda: server.address_watch.of(VIP_TEXT, since), 5, "the leftover goes")
    removed = server.address_watch.of(VIP_TEXT, since)[0]
    lab.check(not removed[1], f"{1000 * (removed[0] - since):.0f} ms after the start")
    lab.check(not server.watch.sent(since, removed[0] - 0.05), "before any advert")


def story(lab):
    one, two = lab.servers
    lab.article()
    lab.settle(one)

    leave_behind(lab, one)
    since = time.time()
    one.daemon.start()
    check_start(lab, one, since)
    lab.settle(one)

    leave_behind(lab, one)
    lab.wait(lambda: two.holds(VIP), 8, "server 2 took over")
    since = time.time()
    one.daemon.start()
    check_start(lab, one, since)
    lab.settle(one)
    lab.check(not [e for e in one.address_watch.of(VIP_TEXT, since)[1:] if not e[1]],
              "and it is added once, not taken back again")  # fmt: skip

    one.daemon.terminate()
    one.daemon.wait_end()
    lab.settle(two)
    lab.article_on(one, "keepalived").start()
    lab.settle(one)
    leave_behind(lab, one)
    since = time.time()
    lab.article_on(one, "vipd").start()
    check_start(lab, one, since)
    lab.settle(one)


run(story)
