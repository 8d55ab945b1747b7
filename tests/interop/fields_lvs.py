# SPDX-License-Identifier: GPL-2.0-or-later
"""The rows of everything that keepalived's checker process prints."""
import ipaddress
import re

from fields import Row, Table
from fields_vrrp import UID_GID
from kinds import Command, Fixed, Number, Owner, Seconds, Switch, Text, Weight, Words, words_of
from lines import address

SERVER = re.compile(r"\[(.*)\]:(?:(\w+):)?(\d+)$")


class Method:
    """The forwarding method in the words of the configuration: `TUN type gue port 5000 csum`."""

    PARTS = re.compile(r"(\w+)(?:, type = (\w+))?(?:, port = (\d+))?(?:, (\S.*checksum|\S+))?$")
    SUMS = {"no checksum": "nocsum", "checksum": "csum", "remote checksum": "remcsum"}

    def theirs(self, match, line):
        return self.read(match[1])

    def read(self, text):
        parts = self.PARTS.match(text.strip())
        if not parts:
            return text.strip()
        method, kind, port, checksum = parts.groups()
        words = [method]
        if kind and kind != "IPIP":
            words += ["type", kind.lower()]
            words += ["port", port] if port else []
            words.append(self.SUMS.get(checksum, checksum or "nocsum"))
        return " ".join(words)

    def ours(self, values, context):
        words = [word.lower() if i else word for i, word in enumerate(words_of(values[-1]))]
        if "ipip" in words:
            words = words[:1]
        if "type" in words and not {"csum", "nocsum", "remcsum"} & set(words):
            words.append("nocsum")
        return " ".join(words)


class Sorry:
    """`sorry server = [A]:proto:PORT`; method and inhibition stand below it."""

    def __init__(self, what):
        self.what = what

    def theirs(self, match, line):
        below = dict(zip(["method", "inhibit"], line.texts()))
        if self.what == "address":
            found = SERVER.match(match[1])
            return f"{address(found[1])} {found[3]}"
        if self.what == "method":
            return Method().read(below["method"].split("=", 1)[1])
        return "yes" if below["inhibit"].endswith("ON") else "no"

    def ours(self, values, context):
        if self.what == "address":
            words = words_of(values[-1])
            return f"{address(words[0])} {words[1] if len(words) > 1 else 0}"
        return (Method() if self.what == "method" else Switch()).ours(values, context)


def command_rows(keyword, label):
    return [Row(keyword, rf"{label} = ('.*'), uid:gid \d+:\d+", Command()),
            Row(f"{keyword} owner", rf"{label} = '.*'{UID_GID}", Owner())]


class Granularity:
    """A mask in the dump, and for IPv6 a length; we may have either."""

    def theirs(self, match, line):
        return self.length(match[1])

    def ours(self, values, context):
        return self.length((words_of(values[-1]) or [""])[0])

    @staticmethod
    def length(text):
        try:
            return str(ipaddress.ip_network(f"0.0.0.0/{text}").prefixlen) if "." in text else text
        except ValueError:
            return text


FLAGS = ["sh-port", "sh-fallback", "mh-port", "mh-fallback", "flag-1", "flag-2", "flag-3"]

SERVICE = Table([
    Row("virtualhost", r"VirtualHost = (.*)", Text()),
    Row("snmp_name", r"SNMP name = '(.*)'", Text()),
    Row("ip_family", r"Address family = (inet6?)", Text(), only_ours=True),
    Row("connect_timeout", r"connection timeout = (.*)", Seconds(), "5"),
    Row("delay_loop", r"delay_loop = (.*)", Seconds(), "60"),
    Row("lvs_sched", r"lvs_sched = (.*)", Text(), keywords=("lvs_sched", "lb_algo")),
    *[Row(flag, rf"{flag} = (\w+)", Switch(), "no") for flag in FLAGS],
    Row("ops", r"One packet scheduling = (\w+)(?: \(.*\))?", Switch(), "no"),
    Row("persistence_timeout", r"persistence timeout = (\d+)", Seconds()),
    Row("persistence_granularity", r"persistence granularity = (.*)", Granularity()),
    Row("protocol", r"protocol = (?!none)(\w+)", Text(lower=True)),
    Row("alpha", r"alpha is (\w+)", Switch(), "no"),
    Row("omega", r"omega is (\w+)", Switch(), "no"),
    Row("retry", r"Retry count = (\d+)", Number()),
    Row("delay_before_retry", r"Retry delay = (.*)", Seconds()),
    Row("warmup", r"Warmup = (.*)", Seconds()),
    Row("inhibit_on_failure", r"Inhibit on failure is (\w+)", Switch(), "no"),
    Row("quorum", r"quorum = (\d+), hysteresis = \d+", Number(), 1),
    Row("hysteresis", r"quorum = \d+, hysteresis = (\d+)", Number(), 0),
    *command_rows("quorum_up", "Quorum up notify script"),
    *command_rows("quorum_down", "Quorum down notify script"),
    Row("ha_suspend", r"Using HA suspend", Switch(), "no"),
    Row("smtp_alert", r"Using smtp notification = (\w+)", Switch(), "no"),
    Row("lvs_method", r"(?:default )?forwarding method = +(?! |0x)(.*)", Method(),
        "NAT", keywords=("lvs_method", "lb_kind")),
    Row("sorry_server", r"sorry server +=+ (.*)", Sorry("address")),
    Row("sorry_server_lvs_method", r"sorry server +=+ (.*)", Sorry("method"), only_ours=True),
    Row("sorry_server_inhibit", r"sorry server +=+ (.*)", Sorry("inhibit"), "no"),
], r"Address family = .*|Hashed = .*|protocol = none|(default )?forwarding method = +0x.*"
   r"|alive = .*|quorum_state_up = .*|reloaded = .*|Tracked Files|Tracked BFDs", {
    "weight": "shown at the real servers",
    "persistence_engine": "not printed",
    "hashed": "has no effect",
})  # fmt: skip

def outer_virtualhost(context):
    """keepalived prints it where it was written, and looks outwards when it asks."""
    return context.outer("virtualhost")


REAL = Table([
    Row("lvs_method", r"forwarding method = (.*)", Method(), keywords=("lvs_method", "lb_kind")),
    Row("alpha", r"Alpha is (\w+)", Switch(), "no"),
    Row("connect_timeout", r"connection timeout = (.*)", Seconds()),
    Row("uthreshold", r"connection limit range = \d+ -> (\d+)", Number(), 0),
    Row("lthreshold", r"connection limit range = (\d+) -> \d+", Number(), 0),
    Row("delay_loop", r"Delay loop = (.*)", Seconds()),
    Row("retry", r"Retry count = (\d+)", Number()),
    Row("delay_before_retry", r"Retry delay = (.*)", Seconds()),
    Row("warmup", r"Warmup = (.*)", Seconds()),
    Row("inhibit_on_failure", r"Inhibit on failure is (\w+)", Switch(), "no"),
    *command_rows("notify_up", "RS up notify script"),
    *command_rows("notify_down", "RS down notify script"),
    Row("virtualhost", r"VirtualHost = '(.*)'", Text(), default=outer_virtualhost),
    Row("snmp_name", r"SNMP name = (.*)", Text()),
    Row("smtp_alert", r"Using smtp notification = (\w+)", Switch(), "yes"),
    Row("weight", r"initial weight = (\d+)", Number(), 1),
], r"effective weight = .*|previous effective_weight = .*|alive = .*|num failed checkers = .*"
   r"|RS set = .*|reloaded = .*|Tracked Files|Tracked BFDs")  # fmt: skip


class GroupEntries:
    """Addresses, ranges and marks of a virtual_server_group."""

    @staticmethod
    def line(text):
        """Of the dump; None for a line that says something else."""
        found = re.match(r"VIP(?: Range)? = (.*), VPORT = (\d+)$", text)
        if found:
            first, _, last = found[1].partition("-")
            return f"{address(first)}-{address(last or first)} {found[2]}"
        found = re.match(r"FWMARK = (\d+)(?: \(?(IPv[46])\)?)?$", text)
        return f"fwmark {found[1]}" if found else None

    def ours(self, values, context):
        return sorted(self.words(words_of(value)) for value in values)

    def words(self, words):
        if words[0] == "fwmark":
            return f"fwmark {int(words[1], 0)}"
        port = words[1] if len(words) > 1 else "0"
        first, last = self.ends(words[0])
        return f"{first}-{last} {port}"

    @staticmethod
    def ends(text):
        if "/" in text:
            network = ipaddress.ip_network(text, strict=False)
            return str(network[0]), str(network[-1])
        first, _, last = text.partition("-")
        if last and ":" not in last and "." not in last:
            cut = first.rindex(":" if ":" in first else ".") + 1
            last = first[:cut] + last
        return address(first), address(last or first)


ENTRIES = Row("entries", None, GroupEntries(), [])


class Connection:
    """A line below `Connection`."""

    LINE = {"ip": r"\[(.*)\]:\d+$", "port": r"\[.*\]:(\d+)$", "text": r"(.*)$", "seconds": r"(.*)$"}

    def __init__(self, label, part, kind):
        self.pattern, self.kind = re.compile(rf"{label} = {self.LINE[part]}"), kind

    def theirs(self, match, line):
        for text in line.texts():
            found = self.pattern.match(text)
            if found:
                return self.kind.theirs(found, line)
        return None

    def ours(self, values, context):
        return self.kind.ours(values, context)


def connection_rows():
    return [
        Row("connect_ip", "Connection", Connection("Dest", "ip", Text(form=address)),
            default=lambda context: address(context.server(0))),
        Row("connect_port", "Connection", Connection("Dest", "port", Number()),
            default=lambda context: int(context.server(1))),
        Row("bindto", "Connection", Connection("Bind to", "ip", Text(form=address))),
        Row("bind_port", "Connection", Connection("Bind to", "port", Number()), only_ours=True),
        Row("bind_if", "Connection", Connection("Bind i/f", "text", Text())),
        Row("fwmark", "Connection", Connection("Mark", "text", Text())),
        Row("connect_timeout", "Connection", Connection("Timeout", "seconds", Seconds())),
    ]  # fmt: skip


class Retry(Seconds):
    """Not printed, and without meaning, when nothing is retried."""

    def same(self, theirs, ours):
        return theirs is None or theirs == ours


class Codes:
    """Ranges of status codes below their heading, in any order; `100-199 302` in ours."""

    def theirs(self, match, line):
        return sorted(line.texts())

    def ours(self, values, context):
        return sorted(word for value in values for word in words_of(value))


class Octets:
    """Only their number is printed."""

    def theirs(self, match, line):
        return int(match[1])

    def ours(self, values, context):
        digits = "".join(words_of(values[-1])).replace(" ", "")
        return (len(digits) + 1) // 2


class Reply:
    """`Require reply = yes` with what is asked of it below."""

    def __init__(self, label, kind):
        self.pattern, self.kind = re.compile(rf"{label} = (\d+)$"), kind

    def theirs(self, match, line):
        found = [self.pattern.match(text) for text in line.texts()]
        return next((self.kind.theirs(m, line) for m in found if m), None)

    def ours(self, values, context):
        return self.kind.ours(values, context)

    def same(self, theirs, ours):
        """Limits are only printed when a reply is asked for."""
        return theirs is None or theirs == ours


COMMON = [
    Row("alpha", r"Alpha = (\w+)", Switch(), "no"),
    Row("delay_loop", r"Delay loop = (\d+) us", Seconds("0.000001")),
    Row("warmup", r"Warmup = (\d+) us", Seconds("0.000001")),
    Row("retry", r"Retries = (\d+)", Number()),
    Row("delay_before_retry", r"Delay before retry = (\d+) us", Retry("0.000001")),
    Row("log_all_failures", r"Log all failures = (\w+)", Switch(), "no"),
]
RUNTIME = (r"Enabled = .*|Up = .*|Has run = .*|Current weight = .*|Retries iterations = .*"
           r"|Default delay before retry = .*|Keepalive method = .*|Last ran = .*"
           r"|Last status = .*|Last errno = .*|Failed URL = .*|Reloaded = .*|Connection"
           r"|Delay before retry = .*")  # fmt: skip


def checker(*rows, common=True):
    return Table([*(COMMON if common else []), *rows], RUNTIME)


HTTP = checker(
    *connection_rows(),
    Row("http_protocol", r"Keepalive method = \w+_GET, http protocol (\S+)", Text()),
    Row("virtualhost", r"Virtualhost = (.*)", Text(), default=outer_virtualhost),
    Row("enable_sni", r"Enable SNI (\w+)", Switch(), "no"),
    Row("fast_recovery", r"Fast recovery (\w+)", Switch(), "no"),
)

CHECKERS = {
    "TCP_CHECK": checker(*connection_rows()),
    "HTTP_GET": HTTP,
    "SSL_GET": HTTP,
    "SMTP_CHECK": checker(*connection_rows(), Row("helo_name", r"helo = (.*)", Text())),
    "DNS_CHECK": checker(
        *connection_rows(),
        Row("type", r"Type = (\w+)", Text()),
        Row("name", r"Name = ?(.*)", Text(bare=""), ""),
    ),
    "MISC_CHECK": checker(
        Row("misc_path", r"script = ('.*')", Command()),
        Row("misc_timeout", r"timeout = (\d+)", Seconds(), "0"),
        Row("misc_dynamic", r"dynamic = (\w+)", Switch(), "no"),
        Row("user", r"uid:gid = (\d+):(\d+)", Owner(),
            default=lambda context: context.owner(None, None)),
    ),
    "UDP_CHECK": checker(
        *connection_rows(),
        Row("payload", r"Payload len = (\d+)", Octets()),
        Row("require_reply", r"Require reply = yes", Fixed("yes")),
        Row("require_reply octets", r"Require reply = \w+", Reply("Reply data len", Octets())),
        Row("min_reply_length", r"Require reply = \w+", Reply("Min reply length", Number())),
        Row("max_reply_length", r"Require reply = \w+", Reply("Max reply length", Number())),
    ),
    "PING_CHECK": checker(*connection_rows()),
    "FILE_CHECK": checker(
        Row("track_file", r"Tracked file = (.*)", Text()),
        Row("weight", None, Weight(), default=lambda context: context.file_weight()),
        common=False,
    ),
    "BFD_CHECK": Table([
        Row("name", r"Name = (.*)", Text()),
        Row("alpha", r"Alpha is (\w+)", Switch(), "no"),
    ], RUNTIME + "|Alpha = .*|Delay loop = .*|Warmup = .*|Retries = .*|Log all failures = .*"),
}  # fmt: skip
CHECKERS["UDP_CHECK"].ignored_regex = re.compile(
    f"({RUNTIME}|Payload specified = no|Require reply = no)$")
CHECKERS["FILE_CHECK"].ignored_regex = re.compile(f"({RUNTIME}|Log all failures = .*)$")

URL = Table([
    Row("path", None, Text()),
    Row("digest", r"digest = (.*)", Text(lower=True)),
    Row("status_code", r"HTTP Status Code\(s\)", Codes(), ["200-299"]),
    Row("virtualhost", r"Virtual host = (.*)", Text(), default=outer_virtualhost),
    Row("regex", r'Regex = "(.*)"', Words()),
    Row("regex_no_match", r"Regex no match", Switch(), "no"),
    Row("regex_min_offset", r"Regex min offset = (\d+).*", Number(), 0),
    Row("regex_max_offset", r"Regex min offset = \d+, max_offset = (\d+)", Number(), 0),
    Row("regex_stack", r"Regex stack start (\d+), max \d+", Number()),
    Row("regex_stack max", r"Regex stack start \d+, max (\d+)", Number(1)),
], r"Regex options:.*|Regex ref count = .*", {
    "regex_options": "printed without regard to what was set",
})  # fmt: skip

SSL = Table([
    Row("password", r"Password : (.*)", Text()),
    Row("ca", r"CA-file : (.*)", Text()),
    Row("certificate", r"Certificate file : (.*)", Text()),
    Row("key", r"Key file : (.*)", Text()),
], r"Using autogen SSL context")  # fmt: skip
