# SPDX-License-Identifier: GPL-2.0-or-later
"""The kinds of mistakes that are made on purpose. Each takes the tokens of one function and tells
where it could be made: (operator, begin, end, new text). Lines keep their numbers.

Left alone: the arguments of check(), static tables, and whatever is no code.
"""
import hashlib
import re
from collections import Counter
from dataclasses import dataclass

from tokens import code_of

RELATIONS = {"<": ["<=", ">"], "<=": ["<", ">"], ">": [">=", "<"], ">=": [">", "<"],
             "==": ["!="], "!=": ["=="]}  # fmt: skip
ARITHMETIC = {"+": ["-"], "-": ["+"], "*": ["/"], "/": ["*"], "%": ["/"], "+=": ["-="],
              "-=": ["+="], "*=": ["/="], "++": ["--"], "--": ["++"]}  # fmt: skip
LOGIC = {"&&": ["||"], "||": ["&&"]}
BITS = {"&": ["|"], "|": ["&"], "^": ["|"], "<<": [">>"], ">>": ["<<"], "|=": ["&=", "="],
        "&=": ["|="]}  # fmt: skip
WORDS = {"true": ["false"], "false": ["true"]}
# Members of one enum, each of which may be taken for the next.
FAMILIES = [
    ["VRRP_STATE_INIT", "VRRP_STATE_BACKUP", "VRRP_STATE_MASTER", "VRRP_STATE_FAULT"],
    ["VRRP_EVENT_STARTUP", "VRRP_EVENT_SHUTDOWN", "VRRP_EVENT_FAULT", "VRRP_EVENT_FAULT_CLEARED"],
    ["SOCKET_NONE", "SOCKET_WANTED", "SOCKET_OPENING", "SOCKET_OPEN", "SOCKET_FAILED"],
    ["RECONCILE_NOTHING", "RECONCILE_ADD", "RECONCILE_REMOVE"],
    ["ADVERT_PRIORITY_LEAVING", "ADVERT_PRIORITY_OWNER"],
    ["VRRP_ACTION_ADVERT", "VRRP_ACTION_ANNOUNCE", "VRRP_ACTION_ADDRESSES_ADD",
     "VRRP_ACTION_ADDRESSES_REMOVE"],
    ["CONDITION_LINK_MISSING", "CONDITION_LINK_DOWN", "CONDITION_NO_SOURCE", "CONDITION_UNKNOWN"],
]  # fmt: skip
SMALL = 256  # of a larger number one more or less would be no mistake


@dataclass(frozen=True)
class Mutant:
    id: str
    path: str
    line: int
    function: str
    operator: str
    before: str
    after: str
    texts: tuple = ()  # ((path, whole text), …)


def changed_number(text):
    match = re.fullmatch(r"(0[xX][0-9a-fA-F]+|\d+)([uUlL]*)", text)
    value, suffix = int(match.group(1), 0), match.group(2)
    if value == 0:
        others = [1]
    elif value == 1:
        others = [0, 2]
    elif value <= SMALL:
        others = [value - 1, value + 1]
    else:
        others = [value // 2, value * 2]
    return [str(v) + suffix for v in others]


def others_of_family(name):
    for family in FAMILIES:
        if name in family:
            return [family[(family.index(name) + 1) % len(family)]]
    return []


def is_binary(text, t):
    """clang-format has blanks (or a line's end) on both sides of a binary operator only."""
    return text[t.at - 1] in " \t\n" and text[t.end] in " \t\n"


def of_tokens(text, code):
    for i, t in enumerate(code):
        before = code[i - 1].text if i else ""
        if t.kind == "number":
            for new in changed_number(t.text):
                yield "constant", t.at, t.end, new
        elif t.kind == "name":
            for new in WORDS.get(t.text, []):
                yield "constant", t.at, t.end, new
            if before != "case":
                for new in others_of_family(t.text):
                    yield "enum", t.at, t.end, new
        elif t.text in ("++", "--") or is_binary(text, t):
            for name, table in (("relation", RELATIONS), ("arithmetic", ARITHMETIC),
                                ("logic", LOGIC), ("bits", BITS)):  # fmt: skip
                for new in table.get(t.text, []):
                    yield name, t.at, t.end, new
        elif t.text == "!" and text[t.end] != "=":
            yield "negation", t.at, t.end, ""


def closing(code, i):
    """The index of the bracket that closes the one at i."""
    depth = 0
    for k in range(i, len(code)):
        depth += {"(": 1, "{": 1, "[": 1, ")": -1, "}": -1, "]": -1}.get(code[k].text, 0)
        if depth == 0:
            return k
    return len(code) - 1


def of_conditions(text, code):
    for i, t in enumerate(code):
        if t.text in ("if", "while") and code[i + 1].text == "(":
            first, last = code[i + 1], code[closing(code, i + 1)]
            yield "condition", first.at, last.end, f"(!{text[first.at:last.end]})"
        if t.text == "?":
            k = i - 1
            while k > 0 and code[k].text not in ("=", "return", ",", "(", "{", ";"):
                k -= 1
            first, last = code[k + 1], code[i - 1]
            if first.at <= last.at:
                yield "condition", first.at, last.end, f"!({text[first.at:last.end]})"


def starts_statement(code, i):
    before = code[i - 1].text
    if before in ("{", "}", ";", "else") or (before == ":" and code[i - 2].text != "?"):
        return True
    if before != ")":
        return False
    # The body of `if (…)`, `for (…)`, `while (…)`.
    depth = 0
    for k in range(i - 1, 0, -1):
        depth += {")": 1, "(": -1}.get(code[k].text, 0)
        if depth == 0:
            return code[k - 1].text in ("if", "for", "while")
    return False


def of_statements(text, code):
    parens = 0
    for i, t in enumerate(code):
        parens += {"(": 1, ")": -1}.get(t.text, 0)
        if parens or i == 0 or not starts_statement(code, i):
            continue
        if t.kind != "name" and t.text not in ("*", "(", "++", "--"):
            continue
        if t.text in ("if", "for", "while", "do", "switch", "case", "default", "else", "static",
                      "const", "struct", "check") or (t.text == "return"
                                                      and code[i + 1].text != ";"):  # fmt: skip
            continue
        k = i
        while code[k].text != ";":
            k = closing(code, k) + 1 if code[k].text in "({[" else k + 1
        old = text[t.at : code[k].end]
        yield "statement", t.at, code[k].end, ";" + "\n" * old.count("\n")


def of_cases(text, code):
    """Two labels of a switch change places."""
    labels = [i for i, t in enumerate(code) if t.text == "case" and code[i + 2].text == ":"]
    for i, k in zip(labels, labels[1:]):
        if i + 3 == k:
            continue  # they share what follows
        a, b = code[i + 1], code[k + 1]
        yield "case", a.at, b.end, b.text + text[a.end : b.at] + a.text


def without_checks(code):
    """Without check(…) and static declarations."""
    kept, i = [], 0
    while i < len(code):
        t = code[i]
        if t.text == "check" and code[i + 1].text == "(":
            i = closing(code, i + 1) + 1
        elif t.text == "static" and kept:
            while code[i].text != ";":
                i = closing(code, i) + 1 if code[i].text in "({[" else i + 1
        else:
            kept.append(t)
            i += 1
    return kept


def by_function(code):
    functions = {}
    for t in code:
        functions.setdefault(t.function, []).append(t)
    return functions


def shown(text):
    return re.sub(r"\s+", " ", text).strip()


def cut_middle(text):
    """Two labels that changed places, without what stands between them."""
    labels = re.findall(r"case \w+:", text)
    return f"{labels[0]} … {labels[-1]}"


def context_of(text, begin, end):
    """The lines that the change touches: what they say names it, not where they stand."""
    return text.rfind("\n", 0, begin) + 1, text.find("\n", end)


def mutants_of(path, text, functions=None):
    """All of them for one file, in its order. An id stays the same while its line does."""
    found, seen = [], Counter()
    for name, code in by_function(code_of(text)).items():
        if functions and name not in functions:
            continue
        code = without_checks(code)
        places = [*of_tokens(text, code), *of_conditions(text, code), *of_statements(text, code),
                  *of_cases(text, code)]  # fmt: skip
        for operator, begin, end, new in sorted(places, key=lambda p: p[1:3]):
            found.append(mutant(path, text, name, (operator, begin, end, new), seen))
    return found


def mutant(path, text, name, place, seen):
    operator, begin, end, new = place
    first, last = context_of(text, begin, end)
    before = shown(text[first:last])
    after = shown(text[first:begin] + new + text[end:last])
    if operator == "case":
        before, after = cut_middle(before), cut_middle(after)
    key = (path, name, operator, before, after)
    seen[key] += 1
    digest = hashlib.sha256("\0".join([*key, str(seen[key])]).encode()).hexdigest()[:8]
    stem = path.split("/")[-1].rsplit(".", 1)[0]
    return Mutant(f"{stem}-{digest}", path, text.count("\n", 0, begin) + 1, name, operator, before,
                  after, ((path, text[:begin] + new + text[end:]),))  # fmt: skip
