"""The judge of the loss test is judged first: each way to lose, double, disorder or misreport events is found."""

import unittest

from ledger import Account, Told, table

PRODUCED = list(range(1, 11))


class TheLedger(unittest.TestCase):
    def complaints(self, arrivals, told=(), produced=None):
        return Account("soc", produced or PRODUCED, list(arrivals), list(told)).complaints()

    def test_everything_in_order_balances(self):
        self.assertEqual(self.complaints(PRODUCED), [])

    def test_repetitions_balance(self):
        self.assertEqual(self.complaints([1, 2, 3, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 8, 9, 10]), [])

    def test_what_was_told_balances(self):
        self.assertEqual(self.complaints([1, 2, 6, 7, 8, 9, 10], [Told(3, 3, 5)]), [])

    def test_what_arrived_and_was_told_as_well_balances(self):
        self.assertEqual(self.complaints([1, 2, 3, 6, 7, 8, 9, 10], [Told(3, 3, 5)]), [])

    def test_a_silent_loss_is_found(self):
        self.assertRegex(self.complaints([1, 2, 3, 5, 6, 7, 8, 9, 10])[0], "lost and were not told: .4.")

    def test_a_loss_at_the_end_is_found(self):
        self.assertRegex(self.complaints(PRODUCED[:-1])[0], "not told: .10.")

    def test_a_count_that_is_too_small_is_found(self):
        self.assertRegex(self.complaints([1, 2, 6, 7, 8, 9, 10], [Told(2, 3, 5)])[0], "only 2 were told")

    def test_a_count_that_is_too_large_is_found(self):
        self.assertRegex(self.complaints([1, 2, 6, 7, 8, 9, 10], [Told(4, 3, 5)])[0], "where there are fewer")

    def test_a_loss_that_is_told_twice_is_found(self):
        self.assertRegex(self.complaints([1, 2, 6, 7, 8, 9, 10], [Told(3, 3, 5), Told(3, 3, 5)])[0], "6 told as dropped in all, of only 3")

    def test_disorder_is_found(self):
        self.assertRegex(self.complaints([1, 2, 4, 3, 5, 6, 7, 8, 9, 10])[0], "behind a later one: .3.")

    def test_an_invented_event_is_found(self):
        self.assertRegex(self.complaints(PRODUCED + [11])[0], "nobody produced")

    def test_the_table_has_a_line_for_each_destination(self):
        lines = table([("ours", Account("soc", PRODUCED, PRODUCED, []))])
        self.assertEqual(len(lines), 3)
        self.assertEqual([cell.strip() for cell in lines[2].split("|")[1:-1]], ["ours", "soc", "10", "10", "0", "0", "0", "0"])


if __name__ == "__main__":
    unittest.main()
