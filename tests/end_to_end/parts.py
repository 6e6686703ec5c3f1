"""A module of many slow tests runs as several processes side by side. It says `PARTS = 3` on a line of its own, which CMake reads too, and

    def load_tests(loader, tests, pattern):
        return part_of(tests)
"""

import os
import unittest


def _single(tests):
    for each in tests:
        if isinstance(each, unittest.TestSuite):
            yield from _single(each)
        else:
            yield each


def part_of(tests):
    """The tests that this process runs, as SSTP_PART says ("2/3"); all without it."""
    number, parts = map(int, os.environ.get("SSTP_PART", "1/1").split("/"))
    return unittest.TestSuite(list(_single(tests))[number - 1::parts])
