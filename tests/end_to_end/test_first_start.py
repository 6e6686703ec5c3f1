"""A server of two years gets the watchdog: what its event log has since long is no news, and what RRAS said since its start is told with its own time."""

import datetime
import json
import pathlib
import time
import unittest

from forwarder import Forwarder
from receivers.field import LineReceiver
from server_under_watch import ServerUnderWatch
from wine_prefix import wait_until

OLD, SINCE_START = 3000, 7
TWO_YEARS = datetime.timedelta(days=730)
PATIENCE = 120


def event(number, at):
    """RasSstp's event 13, whose text differs each time. `at`: to the millisecond."""
    milliseconds = round(at.timestamp() * 1000)
    return {"id": 13, "provider": "Microsoft-Windows-RasSstp", "provider_guid": "{6c260f2c-049a-43d8-bf4d-d350a4e6611a}", "event_source": "RasSstp", "level": 2,
            "time_created": milliseconds * 10_000 + 116_444_736_000_000_000, "data": [f"complaint {number}", ""]}


class AFirstStart(unittest.TestCase):
    def setUp(self):
        self.server = ServerUnderWatch("first-start-")
        self.addCleanup(self.server.delete)
        self.server.begin()
        self.receiver = LineReceiver(pathlib.Path(self.server.folder) / "receiver")
        self.receiver.start()
        self.addCleanup(self.receiver.kill)
        self.program = Forwarder(self.server.host, self.server.host.authority.pem)
        self.addCleanup(self.program.kill)
        self.program.fresh({"siem": {"destinations": [Forwarder.plain("soc", "tcp", self.receiver.port, format="json", header="none")]}})

    def complaints(self):
        """What the receiver has, as (text, when it happened, when it was read)."""
        found = [json.loads(line) for line in self.receiver.messages()]
        return [(list(each["winlog"]["event_data"].values())[0], each["@timestamp"], each["event"].get("created")) for each in found if each["event"]["action"] == "rassstp_event_seen"]

    def test_of_three_thousand_old_events_none_is_told_and_those_since_RRAS_started_have_their_own_times(self):
        now = datetime.datetime.now(datetime.timezone.utc)
        now -= datetime.timedelta(microseconds=now.microsecond % 1000)
        # RRAS has just been started; what lies an hour back was said to another process of it.
        last = now - datetime.timedelta(hours=1)
        old = [event(number, last - TWO_YEARS * (1 - number / OLD)) for number in range(1, OLD + 1)]
        since = [now + datetime.timedelta(milliseconds=10 * number) for number in range(SINCE_START)]
        new = [event(OLD + 1 + number, at) for number, at in enumerate(since)]
        self.server.host.ask("log.write", channel="System", events=old + new)
        time.sleep(2)      # so that reading is later than happening
        self.program.begin()
        self.assertTrue(wait_until(lambda: self.program.knows(1) and self.program.queues_are_empty() and len(self.complaints()) >= SINCE_START, PATIENCE), self.complaints())
        self.server.host.write_event(13, ["said while we watch", ""])
        self.assertTrue(wait_until(lambda: "said while we watch" in [text for text, *_ in self.complaints()], PATIENCE))
        told = self.complaints()[:-1]
        self.assertEqual([text for text, *_ in told], [f"complaint {OLD + 1 + number}" for number in range(SINCE_START)])
        self.assertEqual([datetime.datetime.fromisoformat(at) for _, at, _ in told], since)
        for _, at, read in told:
            self.assertLess(datetime.datetime.fromisoformat(at), datetime.datetime.fromisoformat(read))


if __name__ == "__main__":
    unittest.main()
