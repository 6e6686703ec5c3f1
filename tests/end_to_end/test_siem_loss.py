"""A short, seeded part of the loss test, and beside it, because both mostly wait, one in which events fall out of the queue. `./dev loss` is the long one."""

import concurrent.futures
import unittest

from loss import Ours, overflow, run

SEED, SECONDS, PER_SECOND = 4, 40, 60
QUEUE, STAYS = 200, "rsyslog-openssl"


class Loss(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.beside = concurrent.futures.ThreadPoolExecutor(1)
        cls.addClassCleanup(cls.beside.shutdown)
        cls.overflowing = cls.beside.submit(overflow, QUEUE, STAYS)

    def test_what_was_produced_has_arrived_or_was_told_as_dropped_in_order_whatever_suffered(self):
        accounts, complaints, mishaps = run(Ours, SEED, SECONDS, PER_SECOND)
        self.assertEqual(complaints, [], [str(each) for each in mishaps])
        self.assertGreaterEqual(len(mishaps), 5)
        for each in accounts:
            self.assertGreater(len(each.first_arrivals), SECONDS * PER_SECOND // 4, each.destination)

    def test_what_falls_out_of_the_queue_of_a_receiver_that_is_away_is_told_to_the_last_event_and_costs_nobody_else_one(self):
        accounts, complaints = self.overflowing.result()
        self.assertEqual(complaints, [])
        for each in accounts:
            self.assertEqual(len(each.produced), len(each.first_arrivals) + each.told_count, each.destination)
            if each.destination == STAYS:
                self.assertEqual(each.told_count, 0)
            else:
                self.assertGreater(each.told_count, QUEUE, each.destination)


if __name__ == "__main__":
    unittest.main()
