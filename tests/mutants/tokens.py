# SPDX-License-Identifier: GPL-2.0-or-later
"""C as tokens, as far as mutating it needs: what is code, and in which function. Not a parser: the
house's style (functions between braces in column 0, blanks around binary operators) does the rest,
and what is guessed wrong does not compile.
"""
import re
from dataclasses import dataclass

PIECES = re.compile(
    r"""(?P<comment>/\*.*?\*/|//[^\n]*)
      |(?P<directive>^[ \t]*\#(?:[^\n\\]|\\.|\\\n)*)
      |(?P<string>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')
      |(?P<number>(?:0[xX][0-9a-fA-F]+|\d+)[uUlL]*)
      |(?P<name>[A-Za-z_]\w*)
      |(?P<mark><<=|>>=|\.\.\.|->|\+\+|--|<<|>>|<=|>=|==|!=|&&|\|\||[-+*/%&|^]=|[^\s\w])""",
    re.VERBOSE | re.MULTILINE | re.DOTALL)  # fmt: skip

DEFINE = re.compile(r"[ \t]*#[ \t]*define[ \t]+(\w+)[ \t]+(.*)", re.DOTALL)


@dataclass
class Token:
    kind: str
    text: str
    at: int
    function: str = ""  # "" outside of functions, the macro's name in a #define

    @property
    def end(self):
        return self.at + len(self.text)


def define_tokens(token):
    """The body of a macro without parameters."""
    match = DEFINE.match(token.text)
    if not match:
        return []
    inner = split(match.group(2))
    for t in inner:
        t.at += token.at + match.start(2)
        t.function = match.group(1)
    return inner


def split(text):
    tokens = []
    for match in PIECES.finditer(text):
        kind = match.lastgroup
        token = Token(kind, match.group(), match.start())
        if kind == "directive":
            tokens += define_tokens(token)
        elif kind != "comment":
            tokens.append(token)
    return tokens


def name_of_function(tokens, brace):
    """The name before the parameters that end at the opening brace."""
    depth = 0
    for i in range(brace - 1, 0, -1):
        depth += {")": 1, "(": -1}.get(tokens[i].text, 0)
        if depth == 0:
            return tokens[i - 1].text
    return ""


def code_of(text):
    """The tokens of functions and macros, each with the name of where it stands."""
    tokens = split(text)
    depth, name = 0, ""
    for i, t in enumerate(tokens):
        if t.function:
            continue
        if t.text == "{":
            if depth == 0 and i and tokens[i - 1].text == ")":
                name = name_of_function(tokens, i)
            depth += 1
        t.function = name
        if t.text == "}":
            depth -= 1
            if depth == 0:
                name = ""
    return [t for t in tokens if t.function]
