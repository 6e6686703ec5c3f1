"""Splunk's collector answers with its own codes: what is the destination's affair costs no event, and what is one event's costs that one alone."""

import json
import pathlib
import shutil
import tempfile
import unittest

from forwarder import Forwarder
from product import create_host
from readers import payloads
from receivers.https import HttpsCollector
from receivers.identity import SERVER_NAME, Identity
from wine_prefix import wait_until

PATIENCE = 90

# Status, and the text and code that Splunk's documentation gives for it ("Troubleshoot HTTP Event Collector"); what `siem status` is to say.
OF_THE_DESTINATION = {
    "the token is disabled": (403, "Token disabled", 1, "permit"),
    "the token is not accepted": (401, "Invalid authorization", 3, "token_file"),
    "the token is invalid": (403, "Invalid token", 4, "permit"),
    "the index is not the token's": (400, "Incorrect index", 7, "index"),
    "the server is busy": (503, "Server is busy", 9, "trouble of its own"),
    "a channel is missing": (400, "Data channel is missing", 10, "acknowledgement"),
    "the channel is invalid": (400, "Invalid data channel", 11, "acknowledgement"),
    "acknowledgement is off": (400, "ACK is disabled", 14, "acknowledgement"),
    "query string authorization is off": (400, "Query string authorization is not enabled", 16, "token_file"),
}


def setUpModule():
    global folder, host, forwarder, identity
    folder = pathlib.Path(tempfile.mkdtemp(prefix="hec-"))
    host = create_host(folder)
    identity = Identity(folder / "identity", host.authority.issue(SERVER_NAME), host.authority.pem)
    forwarder = Forwarder(host, host.authority.pem)
    (forwarder.policy_file.parent / "hec.token").write_text("a-token")


def tearDownModule():
    forwarder.kill()
    host.delete()
    shutil.rmtree(folder, ignore_errors=True)


def answer(status, text, code, **more):
    return {"status": status, "body": json.dumps({"text": text, "code": code}), **more}


class HecCodes(unittest.TestCase):
    def setUp(self):
        self.addCleanup(forwarder.kill)
        self.collectors = {}

    def begin(self, scripts):
        """A collector for each script, each a destination of its name."""
        for number, (name, script) in enumerate(scripts.items()):
            self.collectors[name] = HttpsCollector(folder / f"{self._testMethodName[:20]}-{number}", identity)
            self.collectors[name].answer(*script)
            self.collectors[name].start()
            self.addCleanup(self.collectors[name].kill)
        forwarder.fresh({"mode": "observe", "watch": {"interval": "1h"}, "siem": {"destinations": [
            Forwarder.https(name, collector.url(), "hec", token_file=r"C:\data\hec.token") for name, collector in self.collectors.items()]}})
        forwarder.begin()
        self.wait_for(lambda: forwarder.knows(len(scripts)))
        self.opened = dict(forwarder.ask_database("SELECT destination, cursor FROM positions"))

    def wait_for(self, condition):
        self.assertTrue(wait_until(condition, PATIENCE), forwarder.ask_database("SELECT * FROM positions"))

    def problem(self, name):
        (attempt,), = forwarder.ask_database("SELECT last_attempt FROM positions WHERE destination = ?", name)
        return json.loads(attempt).get("problem", "")

    def taken(self, name):
        return [int(entry["event"]["event"]["sequence"]) for body in self.collectors[name].bodies() for entry in payloads.hec(body)]

    def test_what_is_about_the_token_or_the_index_drops_nothing_and_says_what_to_do(self):
        for_ever = {"refuses": "event"}    # in every request
        self.begin({name: [answer(status, text, code, **for_ever)] for name, (status, text, code, _) in OF_THE_DESTINATION.items()})
        for number in range(8):
            host.write_event(13, [f"while nothing is taken {number}", ""])
        for name, (status, _, _, words) in OF_THE_DESTINATION.items():
            self.wait_for(lambda n=name: self.problem(n))
            self.assertIn(f"HTTP {status}", self.problem(name))
            self.assertIn(words, self.problem(name))
        # Tried three times and more, as an event would be that is given up after three.
        self.wait_for(lambda: all(len(collector.requests()) >= 4 for collector in self.collectors.values()))
        for name, collector in self.collectors.items():
            self.assertEqual(self.taken(name), [])
            collector.answer()      # the administrator of Splunk has mended it
        changed = json.loads(forwarder.policy_file.read_text())
        changed["siem"]["heartbeat"] = "99h"        # a change of the policy wakes whoever waits
        forwarder.rewrite_policy(changed)
        (last,), = forwarder.ask_database("SELECT max(sequence) FROM journal")
        self.wait_for(lambda: all(last in self.taken(name) for name in self.collectors))
        self.assertEqual([row for row in forwarder.journal() if row.word == "events_dropped"], [])
        for name in self.collectors:
            self.assertEqual(sorted(set(self.taken(name)) & set(range(last + 1))), list(range(self.opened[name] + 1, last + 1)), name)

    def test_an_event_whose_data_are_invalid_is_given_up_alone_and_told(self):
        self.begin({"soc": [answer(400, "Invalid data format", 6, refuses="poison")]})
        for text in ("before", "poison", "behind"):
            host.write_event(13, [f"event {text}", ""])

        def dropped():
            return [row for row in forwarder.journal() if row.word == "events_dropped"]

        self.wait_for(dropped)
        self.wait_for(forwarder.queues_are_empty)
        poisoned, = [row for row in forwarder.journal() if "poison" in row.fields.get("strings", "")]
        self.assertEqual([(row.fields["reason"], row.fields["count"], row.fields["first_sequence"]) for row in dropped()], [("refused", "1", str(poisoned.sequence))])
        told = [row.sequence for row in forwarder.journal() if row.sequence > self.opened["soc"]]
        self.assertEqual(sorted(set(self.taken("soc"))), [number for number in told if number != poisoned.sequence])


if __name__ == "__main__":
    unittest.main()
