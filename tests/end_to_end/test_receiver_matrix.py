"""The judge of `./dev receivers` is judged: each way to break a promise is found, and a proxy that lies is excused only where the documents name it."""

import pathlib
import unittest

from matrix_row import LIARS, MOST_COPIES, Row, broken_promises
from wine_prefix import SOURCE_DIR

SENT = range(1, 11)


class TheJudge(unittest.TestCase):
    def judged(self, confirmed=SENT, arrived=SENT, receiver="rsyslog", trouble="none", produced=SENT, **more):
        return broken_promises(Row(receiver, "real", "program", "TLS 1.2", trouble, set(produced), set(confirmed), arrived if isinstance(arrived, dict) else dict.fromkeys(arrived, 1), **more))

    def test_what_arrived_and_was_confirmed_keeps_every_promise(self):
        self.assertEqual(self.judged(), [])

    def test_what_arrived_at_a_receiver_that_never_confirms_keeps_every_promise(self):
        self.assertEqual(self.judged(confirmed=()), [])

    def test_a_confirmed_event_that_nobody_has_is_found(self):
        self.assertRegex(self.judged(arrived=range(1, 9))[0], "2 confirmed events are lost")

    def test_a_proxy_that_is_known_to_lie_in_this_trouble_is_excused(self):
        self.assertEqual(self.judged(arrived=(), receiver="HAProxy, TLS", trouble="away"), [])

    def test_the_same_proxy_in_another_trouble_is_not(self):
        self.assertEqual(len(self.judged(arrived=(), receiver="HAProxy, TLS", trouble="frozen")), 1)

    def test_an_event_that_was_kept_from_a_receiver_is_found(self):
        self.assertRegex(self.judged(confirmed=range(1, 6), arrived=range(1, 10))[0], "1 events were kept away")

    def test_a_sender_that_sends_once_keeps_nothing_away(self):
        self.assertEqual(self.judged(confirmed=(), arrived=(), repeats=False), [])

    def test_copies_without_a_bound_are_found(self):
        self.assertEqual(self.judged(arrived=dict.fromkeys(SENT, MOST_COPIES)), [])
        self.assertRegex(self.judged(arrived=dict.fromkeys(SENT, MOST_COPIES + 1))[0], f"came {MOST_COPIES + 1} times")

    def test_a_run_without_events_proves_nothing(self):
        self.assertRegex(self.judged(produced=(), confirmed=(), arrived=())[0], "nothing was sent")

    def test_the_documents_name_every_proxy_that_lies(self):
        rows = [line for line in pathlib.Path(SOURCE_DIR / "config" / "README.md").read_text().splitlines() if line.startswith("|")]
        heading = next(line for line in rows if line.startswith("| proxy |")).split("|")
        column = {"away": next(i for i, text in enumerate(heading) if "down" in text), "frozen, then killed": next(i for i, text in enumerate(heading) if "frozen" in text)}
        said = {"stunnel": "| stunnel |", "nginx stream, TLS": "| nginx `stream`, TLS |", "HAProxy, TLS": "| HAProxy, TLS |", "HAProxy, TCP": "| HAProxy, `mode tcp` without TLS |"}
        for name, trouble in LIARS:
            row = next(line for line in rows if line.startswith(said[name]))
            self.assertRegex(row.split("|")[column[trouble]], "lost|unless", (name, trouble))


if __name__ == "__main__":
    unittest.main()
