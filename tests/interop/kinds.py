# SPDX-License-Identifier: GPL-2.0-or-later
"""Kinds of values: how a value looks in keepalived's dump, how it looks in our document, and the
one form in which both are compared.

A kind has two readers: `theirs` takes the match of a pattern on a line of the dump (and the line,
for what stands below it), `ours` takes the VALUE objects of a keyword that our document has (at
least one) and the context. Both give the same plain Python value when they mean the same.
"""
import os
import re
from decimal import Decimal, InvalidOperation

import lines

YES = {"yes", "true", "on", "enabled", "set", "1"}
NO = {"no", "false", "off", "disabled", "unset", "0"}


def words_of(value):
    return value.get("words") or []


class Number:
    """An integer; the `at`th word."""

    def __init__(self, at=0):
        self.at = at

    def theirs(self, match, line):
        return int(match[1], 0)

    def ours(self, values, context):
        words = words_of(values[-1])
        try:
            return int(words[self.at], 0)
        except (IndexError, ValueError):
            return " ".join(words)


class Seconds:
    """A time; `unit` is theirs, in seconds. Ours are decimal seconds."""

    def __init__(self, unit="1"):
        self.unit = Decimal(unit)

    @staticmethod
    def exact(number):
        return str(number.quantize(Decimal("0.000001")).normalize() + 0)

    def theirs(self, match, line):
        return self.exact(Decimal(match[1]) * self.unit)

    def ours(self, values, context):
        words = words_of(values[-1])
        try:
            return self.exact(Decimal(words[0]))
        except (IndexError, InvalidOperation):
            return " ".join(words)


class Interval(Seconds):
    """`Advert interval = 3 sec` or `250 milli-sec`."""

    def theirs(self, match, line):
        unit = {"sec": "1", "milli-sec": "0.001"}[match[2]]
        return self.exact(Decimal(match[1]) * Decimal(unit))


class Switch:
    """On or off. Ours: words of a boolean, or a flag that is listed when it is on. `off` is another
    keyword that says no (nopreempt)."""

    def __init__(self, inverted=False, off=None):
        self.inverted, self.off = inverted, off

    def theirs(self, match, line):
        word = match[1].lower() if match.re.groups else "yes"
        is_on = word in YES
        return "yes" if is_on != self.inverted else "no"

    def ours(self, values, context):
        words = words_of(values[-1])
        if values[-1]["keyword"] == self.off:
            return "yes" if words and words[0] in NO else "no"
        if not words or words[0] in YES:
            return "yes"
        return "no" if words[0] in NO else " ".join(words)


class Text:
    """One word, in one case if `lower`; `bare` is what the keyword alone means."""

    def __init__(self, at=0, lower=False, form=None, bare=None):
        self.at, self.lower, self.form, self.bare = at, lower, form, bare

    def put(self, text):
        text = text.lower() if self.lower else text
        return self.form(text) if self.form else text

    def theirs(self, match, line):
        return self.put(match[1])

    def ours(self, values, context):
        words = words_of(values[-1])
        return self.put(words[self.at]) if len(words) > self.at else self.bare


class Words:
    """All words of one value."""

    def theirs(self, match, line):
        return match[1]

    def ours(self, values, context):
        return " ".join(words_of(values[-1]))


class Choice:
    """A word that the dump calls otherwise: {theirs: ours}."""

    def __init__(self, choices):
        self.choices = choices

    def theirs(self, match, line):
        return self.choices[match[1]]

    def ours(self, values, context):
        return " ".join(words_of(values[-1]))


class Fixed:
    """The line is there or is not."""

    def __init__(self, value):
        self.value = value

    def theirs(self, match, line):
        return self.value

    def ours(self, values, context):
        return self.value


def program(path):
    """The path as keepalived resolves it in its sandbox, where /bin and /sbin lie below /usr."""
    if "/" not in path:
        return f"/usr/bin/{path}"
    path = os.path.normpath(path)
    return re.sub(r"^/var/run/", "/run/", re.sub(r"^/(s?bin)/", r"/usr/\1/", path))


class Command:
    """The words of a command: 'a' 'b c' in the dump."""

    def theirs(self, match, line):
        words = match[1][1:-1].split("' '") if match[1].startswith("'") else [match[1]]
        return [program(words[0]), *words[1:]]

    def ours(self, values, context):
        words = words_of(values[-1])
        return [program(words[0]), *words[1:]] if words else None


class Owner:
    """User and group of a command as numbers. `user` is a keyword of its own where that is so."""

    def theirs(self, match, line):
        return f"{match[1]}:{match[2]}"

    def ours(self, values, context):
        value = values[-1]
        if value["keyword"] in ("user", "script_user"):
            words = [word.lstrip(":") for word in words_of(value)]
            return context.owner(*(words + [None, None])[:2])
        return context.owner(value.get("user"), value.get("group")) if words_of(value) else None


class File:
    """`PATH [USER [GROUP]]`: the owner of a FIFO stands among its words."""

    def theirs(self, match, line):
        return f"{match[1]}:{match[2]}"

    def ours(self, values, context):
        value = values[-1]
        words = words_of(value)
        user = value.get("user") or (words[1] if len(words) > 1 else None)
        group = value.get("group") or (words[2] if len(words) > 2 else None)
        return context.owner(user, group)


class Addresses:
    """virtual_ipaddress and its kin."""

    def theirs(self, match, line):
        return [lines.address_line(text.split(), None) for text in line.texts()]

    def ours(self, values, context):
        return [lines.address_line(words_of(v), context.interface()) for v in values]


class Routes:
    def theirs(self, match, line):
        return [lines.route_line(text.split()) for text in line.texts()]

    def ours(self, values, context):
        return [lines.route_line(words_of(v)) for v in values]


class Rules:
    def theirs(self, match, line):
        return [lines.rule_line(text.split()) for text in line.texts()]

    def ours(self, values, context):
        return [lines.rule_line(words_of(v)) for v in values]


class Tracked:
    """Lines of a track_… block: NAME, weight, reverse. Without a weight the object's counts."""

    LINE = re.compile(r"(.*?)[,:]? weight (-?\d+)( reverse)?$")

    def __init__(self, block=None):
        self.block = block

    def theirs(self, match, line):
        found = []
        for text in line.texts():
            name, weight, reverse = self.LINE.match(text).groups()
            found.append(f"{name} weight {weight}{reverse or ''}")
        return found

    def ours(self, values, context):
        return [self.line(words_of(v), context) for v in values]

    def line(self, words, context):
        name, words = words[0], words[1:]
        weight, reverse = context.weight(self.block, name)
        if "weight" in words:
            weight = words[words.index("weight") + 1]
            reverse = "reverse" in words or (reverse and "noreverse" not in words)
        strange = [w for w in words if w not in ("weight", "reverse", "noreverse", str(weight))]
        parts = [name, "weight", str(int(weight)), *(["reverse"] if reverse else []), *strange]
        return " ".join(parts)


class Weight:
    """`weight N [reverse]` of an object that can be tracked."""

    def theirs(self, match, line):
        return match[1]

    def ours(self, values, context):
        words = words_of(values[-1])
        return " ".join([word for word in words if word != "noreverse"])


class Peers:
    LIMIT = re.compile(r"(\S+) min_ttl (\d+) max_ttl (\d+)$")

    def theirs(self, match, line):
        return [self.put(*self.LIMIT.match(text).groups()) for text in line.texts()]

    @staticmethod
    def put(peer, least, most):
        return f"{lines.address(peer)} min_ttl {int(least)} max_ttl {int(most)}"

    def ours(self, values, context):
        found = []
        for value in values:
            words = words_of(value)
            options = dict(zip(words[1::2], words[2::2]))
            found.append(self.put(words[0], options.get("min_ttl", 0), options.get("max_ttl", 255)))
        return found


class Names:
    """What stands below a heading, a name on each line."""

    def theirs(self, match, line):
        return line.texts()

    def ours(self, values, context):
        return [word for value in values for word in words_of(value)]
