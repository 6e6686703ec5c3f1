"""What the benchmarks compute of their measurements is right: a wrong slope or ratio would be a promise that nobody kept."""

import os
import pathlib
import tempfile
import unittest
from unittest import mock

import bench
import figures
from figures import Figure, collected, settled, shown, slope, table, tell


class ASlope(unittest.TestCase):
    def test_is_how_much_a_line_rises(self):
        self.assertAlmostEqual(slope([(0, 5), (10, 7), (20, 9)]), 0.2)

    def test_falls_where_the_line_falls_and_is_none_where_it_is_flat(self):
        self.assertAlmostEqual(slope([(1, 9), (2, 6), (3, 3)]), -3)
        self.assertEqual(slope([(1, 4), (5, 4), (9, 4)]), 0)

    def test_takes_all_points_and_not_the_first_and_the_last_alone(self):
        self.assertAlmostEqual(slope([(0, 0), (1, 0), (2, 6), (3, 0)]), 0.6)

    def test_counts_how_far_moments_lie_apart(self):
        self.assertAlmostEqual(slope([(0, 0), (1000, 10), (4000, 40)]), 0.01)

    def test_of_one_moment_is_an_error(self):
        for points in ([], [(3, 1)], [(3, 1), (3, 2)]):
            with self.assertRaises(ValueError):
                slope(points)

    def test_leaves_out_what_a_start_leaves_behind(self):
        self.assertEqual(settled([(1, 1), (2, 50), (3, 60), (4, 60)]), [(3, 60), (4, 60)])
        self.assertEqual(settled([(1, 1), (2, 2), (3, 3)]), [(2, 2), (3, 3)])


class AFigure(unittest.TestCase):
    def test_is_so_many_times_what_it_stands_beside(self):
        self.assertEqual(Figure("cycle", "a", 6, "ms", "b", 2).ratio, 3)
        self.assertEqual(Figure("cycle", "a", 0, "ms", "b", 2).ratio, 0)

    def test_has_no_ratio_beside_nothing(self):
        self.assertIsNone(Figure("cycle", "a", 6, "ms", "b", 0).ratio)
        self.assertIsNone(Figure("cycle", "a", 6, "ms").ratio)

    def test_shows_three_digits_that_count(self):
        for number, text in ((0, "0"), (0.00012, "0.00012"), (0.00001, "0.00001"), (0.0000004, "0"), (1.23456, "1.23"), (99.96, "100"), (999.4, "999"), (1234.5, "1,234"), (-2.5, "-2.5"), (25_000_000, "25,000,000")):
            self.assertEqual(shown(number), text)

    def test_comes_back_as_it_was_told(self):
        told = [Figure("cycle", "a", 1.5, "ms", "b", 3.0, "under 5 ms"), Figure("load", "c", 2, "MB")]
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / "figures"
            with mock.patch.dict(os.environ, {figures.FILE: str(file)}):
                tell(told[0])
                tell(told[1])
            self.assertEqual(collected(file), told)

    def test_is_told_to_nobody_where_nobody_collects(self):
        with mock.patch.dict(os.environ):
            os.environ.pop(figures.FILE, None)
            tell(Figure("cycle", "a", 1, "ms"))
        self.assertEqual(collected("/nonexistent/figures"), [])


class TheTable(unittest.TestCase):
    def test_has_value_base_ratio_and_goal(self):
        self.assertEqual(table([Figure("cycle", "many", 6, "ms", "few", 2, "under 5 ms")])[2:], ["| cycle | many | 6 ms | 2 ms: few | 3 : 1 | under 5 ms |"])

    def test_leaves_a_ratio_out_where_there_is_none(self):
        self.assertEqual(table([Figure("load", "stop", 1.5, "s")])[2:], ["| load | stop | 1.5 s |  |  |  |"])

    def test_keeps_figures_of_a_part_together_in_their_order(self):
        rows = table([Figure("b", "1", 1, "s"), Figure("a", "2", 1, "s"), Figure("b", "3", 1, "s")])[2:]
        self.assertEqual([row.split(" | ")[0:2] for row in rows], [["| b", "1"], ["| b", "3"], ["| a", "2"]])


class TheResults(unittest.TestCase):
    def page(self, outcomes, told=()):
        return bench.page(outcomes, list(told), "a processor", "abc", "2026-11-26")

    def test_say_machine_commit_and_date(self):
        self.assertIn("abc, 2026-11-26, a processor", self.page({"cycle": bench.Outcome("in full", 3)}))

    def test_say_of_each_part_whether_it_ran_in_full(self):
        page = self.page({"cycle": bench.Outcome("in full", 3), "load": bench.Outcome("quick", 61), "year": bench.Outcome("failed", 1)})
        for row in ("| cycle | in full | 3 s |", "| load | quick | 61 s |", "| year | failed | 1 s |"):
            self.assertIn(row, page)
        self.assertIn("| outage | not run |  |", page)

    def test_name_processor_and_memory_of_the_machine_alone(self):
        self.assertRegex(figures.machine(), r"^[^/]+, \d+ processors, \d+ GB of memory$")


class TheNativeBenchmarks(unittest.TestCase):
    @staticmethod
    def row(name, time, unit, **counters):
        return {"name": name, "cpu_time": time, "time_unit": unit, **counters}

    def test_of_stores_show_growth_beside_the_smallest(self):
        few = self.row("idle_cycle_of_a_store/certificates:10/records:2", 100.0, "us", calls=30.0, keys_opened=0.0)
        many = self.row("idle_cycle_of_a_store/certificates:10000/records:1000", 4.0, "ms", calls=31.0, keys_opened=0.0)
        rows = {figure.what: figure for figure in bench.of_native({"benchmarks": [few, many]})}
        cycle = rows["idle cycle, 10,000 certificates, 1,000 records"]
        self.assertEqual((cycle.value, cycle.unit), (4.0, "ms"))
        self.assertAlmostEqual(cycle.ratio, 40.0)
        self.assertAlmostEqual(rows["calls of ports in it, 10,000 certificates, 1,000 records"].ratio, 31 / 30)
        self.assertEqual(rows["keys opened in it, 10,000 certificates, 1,000 records"].value, 0)

    def test_of_messages_stand_beside_the_first_format(self):
        report = {"benchmarks": [self.row("rendering/rfc5424", 2000.0, "ns"), self.row("rendering/cef", 1000.0, "ns")]}
        self.assertEqual([(figure.part, figure.ratio) for figure in bench.of_native(report)], [("rendering", 1.0), ("rendering", 0.5)])


if __name__ == "__main__":
    unittest.main()
