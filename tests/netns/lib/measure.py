# SPDX-License-Identifier: GPL-2.0-or-later
"""Outages as a client meets them, and the bounds that RFC 3768 6.1 sets them.

A takeover is measured from the last advert that the others heard to the first answer that the
client gets from the heir. The same figure taken while this machine itself stalled says nothing:
such a run is void and is made again.
"""
import time
from dataclasses import dataclass

ADVERT_S = 1.0
SKEW_100_S = 156 / 256  # priority 100
# What may come on top: for nine runs of ten, and for each.
USUAL_S = 0.020
EVER_S = 0.100
STALL_S = 0.010
# News of addresses carry the time at which our own thread read them.
NEWS_LATE_S = 0.050


@dataclass
class Run:
    outage_s: float
    stall_s: float
    more: str = ""

    @property
    def void(self):
        return self.stall_s > STALL_S


class Measures:
    """Part of Lab: needs .canary, .check, .say."""

    def takeover(self, probe, last_advert, heir, timeout=8.0, silent=0.0):
        """Waits for the heir's first answer after this advert; returns the Run. What it answered
        before the other one was `silent` was its own former service."""
        deadline = time.time() + timeout
        while (answer := probe.first_answer(heir.mac, max(last_advert, silent))) is None:
            if time.time() > deadline:
                self.check(False, f"{heir.label} answers within {timeout:g} s")
            time.sleep(0.005)
        time.sleep(0.02)
        return Run(answer - last_advert, self.canary.worst(last_advert, answer))

    def repeat(self, count, one, what):
        """Makes runs until `count` are not void, three times as many at most. Returns the good
        ones; what one() checks itself holds for void runs too."""
        good, void = [], 0
        for number in range(3 * count):
            run = one(number)
            mark = f"void, this machine stalled for {1000 * run.stall_s:.0f} ms" if run.void else ""
            self.say(f"{what} {number + 1}: {1000 * run.outage_s:.1f} ms {run.more} {mark}")
            if run.void:
                void += 1
            else:
                good.append(run)
            if len(good) == count:
                break
        self.void_count = void
        return good

    def check_bound(self, runs, count, limit_s, what):
        """Nine in ten within limit + 20 ms, all within limit + 100 ms."""
        outages = sorted(run.outage_s for run in runs)
        if not outages:
            from .story import Skipped

            raise Skipped("this machine stalled in every run: nothing was measured")
        late = sum(outage > limit_s + USUAL_S for outage in outages)
        self.check(
            outages[-1] <= limit_s + EVER_S and late <= max(1, len(outages) // 10),
            f"{what}: {len(outages)} runs ({self.void_count} void), "
            f"{1000 * outages[0]:.1f} … {1000 * outages[-1]:.1f} ms, "
            f"limit {1000 * limit_s:.1f} ms, {late} later than + 20 ms",
        )
        if len(runs) < count:
            self.say(f"note: {count} runs were wanted, this machine allowed {len(runs)}")

    def check_beat(self, times, what):
        """Adverts at these times, none of them late for another reason than this machine."""
        self.check(len(times) > 1, f"{len(times)} {what}")
        gap = max(b - a for a, b in zip(times, times[1:]))
        stall = self.canary.worst(times[0], times[-1])
        self.check(gap < ADVERT_S + EVER_S + stall,
                   f"{what} are {1000 * gap:.0f} ms apart at most (this machine stalled"
                   f" {1000 * stall:.0f} ms)")  # fmt: skip

    def check_single_holder(self, probe, takeovers, since):
        """Two answered the same request at most within one advert after a takeover."""
        bad = [
            t for t in probe.doubles(since)
            if not any(-NEWS_LATE_S <= t - start <= ADVERT_S for start in takeovers)
        ]  # fmt: skip
        self.check(not bad, f"never two holders ({len(probe.doubles(since))} requests answered "
                            f"twice within one advert of a takeover, {len(bad)} at other times)")
