# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs the arch checks: arch.py CHECK ROOT [BUILD]. Exit code 0: nothing found, 1: problems."""
import sys

import headers
import includes
import links
import messages
import orphans
import purity
import style

OF_SOURCES = {
    "includes": includes.check,
    "style": style.check,
    "orphans": orphans.check,
    "headers": headers.check,
    "messages": messages.check,
}
OF_BUILD = {"purity": purity.check, "links": links.check}


def main():
    name, root = sys.argv[1], sys.argv[2]
    problems = OF_SOURCES[name](root) if name in OF_SOURCES else OF_BUILD[name](root, sys.argv[3])
    for line in problems:
        print(line)
    print(f"{name}: {len(problems)} problems" if problems else f"{name}: nothing to say")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
