"""The table of README.md, "States of servers": every variant has a line, every test that it names exists and bears the variant's number, and every test that bears a number is named."""

import collections
import importlib
import pathlib
import re
import unittest

from wine_prefix import SOURCE_DIR

MODULES = ("test_commands", "test_reasons", "test_servers", "test_servers_over_time", "test_service")
OF_STATES = SOURCE_DIR / "tests" / "core" / "servers" / "README.md"
OURS = pathlib.Path(__file__).with_name("README.md")
NUMBERED = re.compile(r"test_((?:\d+[a-d]?_)+)\w+")
NO_TEST = re.compile(r"(core only, because|needs a real server:) \S")


def variants_of_states():
    """"1a", "1b", "2", ...: the list of all states has a letter and a bracket before each variant."""
    variants = []
    for line in OF_STATES.read_text(encoding="utf-8").splitlines():
        row = re.match(r"\| (\d+) \| (.*?) \|", line)
        if row:
            letters = re.findall(r"(?<!\w)([a-d])\)", row[2])
            variants += [row[1] + letter for letter in letters or [""]]
    return variants


def table():
    """The cell beside each variant; a list, as a variant could stand there twice."""
    cells = collections.defaultdict(list)
    for line in OURS.read_text(encoding="utf-8").splitlines():
        row = re.match(r"\| (\d+[a-d]?) \| (.*) \|$", line)
        if row:
            cells[row[1]].append(row[2])
    return cells


def numbered_tests():
    """Variants by test."""
    found = {}
    for module in map(importlib.import_module, MODULES):
        for case in vars(module).values():
            if isinstance(case, type) and issubclass(case, unittest.TestCase) and case.__module__ == module.__name__:
                for name in unittest.defaultTestLoader.getTestCaseNames(case):
                    bears = NUMBERED.fullmatch(name)
                    found[name] = bears[1].strip("_").split("_") if bears else []
    return found


class TableOfServers(unittest.TestCase):
    def setUp(self):
        self.variants, self.table, self.tests = variants_of_states(), table(), numbered_tests()
        self.named = {variant: re.findall(r"`(test_\w+)`", " ".join(cells)) for variant, cells in self.table.items()}

    def test_every_variant_has_one_line_and_no_other_has(self):
        self.assertGreater(len(self.variants), 91)
        self.assertEqual({variant: len(cells) for variant, cells in self.table.items()}, dict.fromkeys(self.variants, 1))

    def test_a_line_names_tests_or_says_why_there_is_none(self):
        for variant, (cell,) in self.table.items():
            with self.subTest(variant):
                self.assertNotEqual(bool(self.named[variant]), bool(NO_TEST.match(cell)), cell)

    def test_no_line_names_a_test_that_is_not_there_or_bears_another_number(self):
        for variant, names in self.named.items():
            for name in names:
                with self.subTest(variant, test=name):
                    self.assertIn(variant, self.tests.get(name, ["there is no such test"]))

    def test_every_test_that_bears_a_number_is_named_with_it(self):
        for name, bears in self.tests.items():
            for variant in bears:
                with self.subTest(variant, test=name):
                    self.assertIn(name, self.named.get(variant, ["there is no such line"]))


if __name__ == "__main__":
    unittest.main()
