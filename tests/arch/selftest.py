# SPDX-License-Identifier: GPL-2.0-or-later
"""Shows that each arch check can fail: a small clean tree passes, and the same tree with one
planted violation does not, and says so about the right file.
"""
import os
import subprocess
import sys
import tempfile
import unittest

import headers
import includes
import links
import messages
import orphans
import purity
import style

SPDX = "/* SPDX-License-Identifier: GPL-2.0-or-later */\n"


class Tree(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.TemporaryDirectory()
        self.root = self.directory.name
        self.put("src/base/a.h", SPDX + "#pragma once\nint base_a(int x);\n")
        self.put("src/vrrp/vrrp.h", SPDX + '#pragma once\n#include "base/a.h"\n')
        self.put("src/vrrp/states.h", SPDX + "#pragma once\n")
        self.put("src/kern/kern.h", SPDX + "#pragma once\n#include <stdint.h>\nint32_t kern_a;\n")
        self.put("src/node/node.c", SPDX + '#include "vrrp/vrrp.h"\n#include "base/a.h"\n')

    def tearDown(self):
        self.directory.cleanup()

    def put(self, path, text):
        full = os.path.join(self.root, path)
        os.makedirs(os.path.dirname(full), exist_ok=True)
        with open(full, "w", encoding="utf-8") as file:
            file.write(text)

    def finds(self, check, place, words):
        problems = check(self.root)
        self.assertEqual(len(problems), 1, problems)
        self.assertTrue(problems[0].startswith(place), problems)
        self.assertIn(words, problems[0])


class Includes(Tree):
    def test_clean(self):
        self.assertEqual(includes.check(self.root), [])

    def test_core_includes_edge(self):
        self.put("src/vrrp/bad.c", SPDX + '#include "kern/kern.h"\n')
        self.finds(includes.check, "src/vrrp/bad.c:2", "vrrp must not include")

    def test_sibling(self):
        self.put("src/loop/bad.c", SPDX + '\n#include "kern/kern.h"\n')
        self.finds(includes.check, "src/loop/bad.c:3", "loop must not include")

    def test_inner_header_of_a_core(self):
        self.put("src/node/bad.c", SPDX + '#include "vrrp/states.h"\n')
        self.finds(includes.check, "src/node/bad.c:2", 'only "vrrp/vrrp.h"')

    def test_relative(self):
        self.put("src/kern/bad.c", SPDX + '#include "../base/a.h"\n')
        self.finds(includes.check, "src/kern/bad.c:2", "from src/ on")

    def test_unknown_room(self):
        self.put("src/attic/bad.c", SPDX)
        self.finds(includes.check, "src/attic/bad.c:1", "not a room")

    def test_conditional(self):
        self.put("src/base/bad.c", SPDX + "#ifdef LINUX\n#endif\n")
        self.finds(includes.check, "src/base/bad.c:2", "conditional")


class Style(Tree):
    def test_clean(self):
        self.assertEqual(style.check(self.root), [])

    def test_long_file(self):
        self.put("src/base/bad.c", SPDX + "int x;\n" * 800)
        self.finds(style.check, "src/base/bad.c:1", "801 lines")

    def test_long_function(self):
        self.put("src/base/bad.c", SPDX + "int f(void)\n{\n" + "\tf();\n" * 69 + "}\n")
        self.finds(style.check, "src/base/bad.c:3", "71 lines")

    def test_function_of_the_greatest_length(self):
        self.put("src/base/good.c", SPDX + "int f(void)\n{\n" + "\tf();\n" * 68 + "}\n")
        self.assertEqual(style.check(self.root), [])

    def test_wide_line(self):
        self.put("src/base/bad.c", SPDX + "\t/*" + "x" * 90 + "*/\n")
        self.finds(style.check, "src/base/bad.c:2", "102 columns")

    def test_blank_at_end(self):
        self.put("src/base/bad.c", SPDX + "int x; \n")
        self.finds(style.check, "src/base/bad.c:2", "blanks")

    def test_licence(self):
        self.put("src/base/bad.c", "int x;\n")
        self.finds(style.check, "src/base/bad.c:1", "licence")

    def test_licence_of_a_script(self):
        self.put("test", "#!/bin/bash\n\n")
        self.finds(style.check, "test:1", "licence")


class Headers(Tree):
    def test_clean(self):
        self.assertEqual(headers.check(self.root), [])

    def test_leaning_on_another(self):
        self.put("src/base/bad.h", SPDX + "#pragma once\nuint32_t base_b(void);\n")
        self.finds(headers.check, "src/base/bad.h:1", "does not compile alone")

    def test_not_guarded(self):
        self.put("src/base/bad.h", SPDX + "struct bad { int x; };\n")
        self.finds(headers.check, "src/base/bad.h:1", "does not compile alone")


class Orphans(Tree):
    def setUp(self):
        super().setUp()
        self.put("tests/unit/meson.build", "test('a', executable('t', 'test_a.c'))\n")
        self.put("tests/unit/test_a.c", SPDX)
        self.put("tests/netns/meson.build", "stories = {'article': 60}\n")
        self.put("tests/netns/article.py", "")
        self.put("tests/netns/lib/lan.py", "")

    def test_clean(self):
        self.assertEqual(orphans.check(self.root), [])

    def test_unit_test(self):
        self.put("tests/unit/test_b.c", SPDX)
        self.finds(orphans.check, "tests/unit/test_b.c:1", "nothing runs it")

    def test_story(self):
        self.put("tests/netns/freeze.py", "")
        self.finds(orphans.check, "tests/netns/freeze.py:1", "nothing runs it")

    def test_named_in_a_comment_only(self):
        self.put("tests/netns/meson.build", "stories = {'article': 60} # 'freeze' later\n")
        self.put("tests/netns/freeze.py", "")
        self.finds(orphans.check, "tests/netns/freeze.py:1", "nothing runs it")

    def test_example(self):
        self.put("examples/one/web.conf", "")
        self.finds(orphans.check, "examples/one/web.conf:1", "nothing runs it")

    def test_example_by_folder(self):
        self.put("examples/one/web.conf", "")
        self.put("tests/golden/meson.build", "test('examples', g, args: [root / 'examples'])\n")
        self.assertEqual(orphans.check(self.root), [])


class Messages(Tree):
    def setUp(self):
        super().setUp()
        self.put("src/daemon/log.c", 'say("put %s back: "\n    "it was gone"); say("user %u");\n')

    def page(self, text):
        self.put("docs/troubleshooting.md", text)

    def test_clean(self):
        self.page('## "put 192.0.2.1/24 back: it was gone"\n\n| `… user 0`, `status=2` | why |\n')
        self.assertEqual(messages.check(self.root), [])

    def test_heading(self):
        self.page('## "put 192.0.2.1/24 back: it is gone"\n')
        self.finds(messages.check, "docs/troubleshooting.md:1", "'it is gone'")

    def test_table(self):
        self.page("| seen | cause |\n| `users 0` | why |\n")
        self.finds(messages.check, "docs/troubleshooting.md:2", "'users 0'")


class Built(Tree):
    """Purity and link lines: with real objects."""

    def archive(self, room, text):
        self.put(f"src/{room}/x.c", text)
        base = os.path.join(self.root, "src", room)
        subprocess.run(["cc", "-c", "-o", f"{base}/x.o", f"{base}/x.c"], check=True)
        subprocess.run(["ar", "crs", f"{base}/lib{room}.a", f"{base}/x.o"], check=True)

    def purity(self, root):
        return purity.check(root, root)

    def setUp(self):
        super().setUp()
        self.archive("base", "int base_a(int x) { return x; }\n")
        self.archive("vrrp", "int base_a(int x); int vrrp_a(void) { return base_a(1); }\n")
        self.archive("node", "static const char *const names[] = {\"a\"};\n"
                             "const char *node_name(int i) { return names[i]; }\n")

    def test_clean(self):
        self.assertEqual(self.purity(self.root), [])

    def test_allocation(self):
        self.archive("vrrp", "#include <stdlib.h>\nvoid *vrrp_a(void) { return malloc(1); }\n")
        self.finds(self.purity, "src/vrrp:1", "needs malloc")

    def test_clock(self):
        self.archive("node", "#include <time.h>\nlong node_now(void) { return time(NULL); }\n")
        self.finds(self.purity, "src/node:1", "needs time")

    def test_state(self):
        self.archive("vrrp", "static int count;\nint vrrp_a(void) { return count++; }\n")
        self.finds(self.purity, "src/vrrp:1", "count is state")

    def test_links(self):
        self.put("main.c", "int main(void) { return 0; }\n")
        program = os.path.join(self.root, "program")
        subprocess.run(["cc", "-Wl,--no-as-needed", "-o", program, program[:-7] + "main.c", "-lm"],
                       check=True)
        good = links.check(self.root, self.root, {"program": {"libm.so.6"}})
        self.assertEqual(good, [])
        bad = links.check(self.root, self.root, {"program": set(), "other": set()})
        self.assertEqual(len(bad), 2, bad)
        self.assertIn("libm.so.6", bad[0])
        self.assertIn("not built", bad[1])


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0]])
