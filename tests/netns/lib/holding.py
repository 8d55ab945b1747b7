# SPDX-License-Identifier: GPL-2.0-or-later
"""Who held a virtual address when, by the news of the servers' kernels."""


class Holding:
    """Who held an address over time, from the kernel's news."""

    def __init__(self, lab, vip):
        self.lab, self.vip = lab, vip

    def changes(self):
        return sorted(
            (when, server.label, added)
            for server in self.lab.servers
            for when, added, _ in server.address_watch.of(self.vip)
        )

    def change(self, since, label, added):
        """When this server first got or lost it."""
        return next(e[0] for e in self.changes() if e[0] > since and e[1:] == (label, added))

    def spans(self, since, until):
        """(length, holders) of this time; IPv6 tells some of the news twice."""
        held, spans, at = set(), [], since
        for when, label, added in self.changes():
            if since < when < until:
                spans.append((when - at, frozenset(held)))
                at = when
            if when < until:
                (held.add if added else held.discard)(label)
        spans.append((until - at, frozenset(held)))
        return spans

    def with_count(self, count, since, until):
        """How long there were so many holders."""
        return sum(length for length, held in self.spans(since, until) if len(held) == count)
