# SPDX-License-Identifier: GPL-2.0-or-later
"""Reads an effective configuration that was written by hand (files/NAME.shown) as the document that
`vipctl config show --json` would give. One statement a line, words in double quotes where they have
blanks, no variables: just enough for what we write ourselves, and no second parser of the language.
"""
import re
import shlex

LISTS = {"virtual_ipaddress", "virtual_ipaddress_excluded", "static_ipaddress", "virtual_routes",
         "static_routes", "virtual_rules", "static_rules", "track_interface", "track_script",
         "track_process", "track_bfd", "unicast_peer", "interface_up_down_delays",
         "linkbeat_interfaces", "notification_email", "group", "interfaces"}  # fmt: skip
COMMANDS = re.compile(r"script|misc_path|(startup|shutdown)_script|quorum_(up|down)"
                      r"|notify_(up|down)|\w*notify_fifo_script|notify"
                      r"(_(master|backup|fault|stop|deleted|master_rx_lower_pri))?")
WORD = re.compile(r'"([^"]*)"|(\S+)')


def words(line):
    line = line.split(" #")[0]
    return [found[1] if found[1] is not None else found[2] for found in WORD.finditer(line)]


def value(keyword, rest):
    if COMMANDS.fullmatch(keyword) and rest:
        user, group = (rest[1:] + [None, None])[:2]
        return {"keyword": keyword, "words": shlex.split(rest[0]), "user": user, "group": group}
    return {"keyword": keyword, "words": rest}


def is_list(keyword, rest, is_top):
    if keyword == "track_file":
        return not rest and not is_top
    return keyword in LISTS and not rest


def read_lines(lines, at, keyword):
    """The lines of a list up to its brace."""
    found = []
    while lines[at].strip() != "}":
        if words(lines[at]):
            found.append({"keyword": keyword, "words": words(lines[at])})
        at += 1
    return found, at + 1


def read_block(lines, at, is_top=False):
    """(values, blocks, the line behind it)"""
    values, blocks = [], []
    while at < len(lines):
        line = lines[at].strip()
        at += 1
        if not line or line.startswith("#"):
            continue
        if line == "}":
            break
        keyword, *rest = words(line.removesuffix("{"))
        if not line.endswith("{"):
            values.append(value(keyword, rest))
        elif is_list(keyword, rest, is_top):
            found, at = read_lines(lines, at, keyword)
            values += found
        else:
            inner, inner_blocks, at = read_block(lines, at)
            if keyword == "virtual_server_group":
                inner = [{"keyword": "entry", "words": [v["keyword"], *v["words"]]} for v in inner]
            blocks.append({"block": keyword, "words": rest, "values": inner,
                           "blocks": inner_blocks, "broken": None})
    return values, blocks, at


def document(text):
    values, blocks, _ = read_block(text.splitlines(), 0, True)
    return {"version": 1, "values": values, "blocks": blocks}
