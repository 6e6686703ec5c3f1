"""A short, seeded part of the loss test; `./dev loss` is the long one."""

import unittest

from loss import Ours, run

SEED, SECONDS, PER_SECOND = 4, 40, 60


class Loss(unittest.TestCase):
    def test_what_was_produced_has_arrived_or_was_told_as_dropped_in_order_whatever_suffered(self):
        accounts, complaints, mishaps = run(Ours, SEED, SECONDS, PER_SECOND)
        self.assertEqual(complaints, [], [str(each) for each in mishaps])
        self.assertGreaterEqual(len(mishaps), 5)
        for each in accounts:
            self.assertGreater(len(each.first_arrivals), SECONDS * PER_SECOND // 4, each.destination)


if __name__ == "__main__":
    unittest.main()
