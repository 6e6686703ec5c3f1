"""A command that Wine ends before it began is told from one that ended by itself, and it alone is run once more."""

import contextlib
import io
import unittest

from began import Beginnings, Words
from product import Product
from server_under_watch import ServerUnderWatch

BEGAN = "0024:fixme:process:SetProcessMitigationPolicy (6, 000000000021FB40, 4): stub\n"
TROUBLE = '0024:err:module:LdrInitializeThunk Initializing dlls for L"C:\\\\x.exe" failed, status c0000001\n'


class WhatWasPrinted(unittest.TestCase):
    def test_what_wine_says_is_no_output_of_the_program(self):
        words = Words.of(BEGAN + "SSTP OK\n" + TROUBLE + "  0024:err:not at the beginning of a line\n")
        self.assertEqual((words.own, words.errors, words.began), ("SSTP OK\n  0024:err:not at the beginning of a line\n", TROUBLE, True))

    def test_that_it_never_began_is_proven_only_by_a_wine_that_tells_beginnings(self):
        beginnings = Beginnings()
        self.assertFalse(beginnings.never(Words.of("")), "this Wine has told of no beginning yet")
        self.assertFalse(beginnings.never(Words.of(BEGAN)))
        self.assertTrue(beginnings.never(Words.of(TROUBLE)))
        self.assertTrue(beginnings.never(Words.of("")))

    def test_one_that_began_or_printed_is_never_run_again(self):
        beginnings = Beginnings()
        for printed in (BEGAN, BEGAN + TROUBLE, "SSTP OK\n"):
            self.assertFalse(beginnings.never(Words.of(printed)), printed)

    def test_a_silent_end_says_whether_main_had_begun(self):
        beginnings = Beginnings()
        self.assertIn("exit code 1; main had begun. Wine's errors: none", beginnings.silent_end(1, Words.of(BEGAN)))
        self.assertIn("c0000001", beginnings.silent_end(1, Words.of(TROUBLE)))
        self.assertEqual(beginnings.silent_end(0, Words.of(BEGAN)), "")
        self.assertEqual(beginnings.silent_end(1, Words.of(BEGAN + "access is denied\n")), "")


class UnderWine(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = ServerUnderWatch("began-")
        cls.addClassCleanup(cls.server.delete)

    def runs(self, *arguments, **options):
        """The run, or what it failed with, and what was told meanwhile."""
        told = io.StringIO()
        with contextlib.redirect_stderr(told):
            try:
                done = self.server.product.run(*arguments, **options)
            except AssertionError as failure:
                done = failure
        return done, told.getvalue()

    def test_a_command_is_seen_to_begin_and_its_output_is_its_own(self):
        done, told = self.runs("explain", "certificate_expired")
        self.assertEqual((done.code, told), (0, ""))
        self.assertTrue(done.output.startswith("certificate_expired\n"), done.output)
        self.assertTrue(Product._beginnings._wine_tells, "this Wine has another line, or none, for what main begins with")

    def test_one_that_lacks_a_library_never_begins_and_that_is_said_twice(self):
        self.runs("explain")
        done, told = self.runs("explain", environment={"WINEDLLOVERRIDES": "shell32="})
        self.assertIsInstance(done, AssertionError)
        self.assertEqual(told.count("before the program began"), 2, told)
        self.assertIn("shell32", told.lower())

    def test_a_mistake_of_the_caller_is_the_programs_own_end(self):
        done, told = self.runs("no-such-command")
        self.assertEqual((done.code, told), (64, ""))
        self.assertIn("no command", done.output)


if __name__ == "__main__":
    unittest.main()
