"""From the shipped executable to real receivers: every event of the catalogue, in every format over every transport, byte for byte, read back to the same fields."""

import pathlib
import shutil
import tempfile
import time
import unittest

import agreement
from every_event import catalogue, one_of_each
from forwarder import Forwarder
from product import create_host
from readers import payloads
from receivers.https import HttpsCollector
from receivers.identity import CLIENT, SENDER_NAME, SERVER_NAME, Identity
from receivers.rsyslog import Rsyslog
from receivers.syslog_ng import SyslogNg
from wine_prefix import wait_until

ARRIVAL_SECONDS = 120
FORMATS = ({"format": "rfc5424"}, {"format": "cef"}, {"format": "leef"}, {"format": "json"})
OLD_HEADER = ({"format": "cef", "header": "rfc3164"}, {"format": "leef", "header": "rfc3164"})


def setUpModule():
    global folder, host, forwarder, identity
    folder = pathlib.Path(tempfile.mkdtemp(prefix="siem-"))
    host = create_host(folder)
    host.install_certificate(host.authority.issue(SENDER_NAME, purposes=CLIENT))
    identity = Identity(folder / "identity", host.authority.issue(SERVER_NAME), host.authority.pem)
    forwarder = Forwarder(host, host.authority.pem)


def tearDownModule():
    forwarder.kill()
    host.delete()
    shutil.rmtree(folder, ignore_errors=True)


def label(destination):
    return destination.get("header", "rfc5424"), destination["format"]


class Delivery(unittest.TestCase):
    """`deliver` brings one event of each type, and what the program itself has to tell, to all destinations of a policy."""

    maxDiff = 4000

    def setUp(self):
        self.receivers = [Rsyslog(folder / f"{self.id()}-gnutls", identity, "gnutls", [SENDER_NAME]),
                          Rsyslog(folder / f"{self.id()}-openssl", identity, "openssl", [SENDER_NAME]), SyslogNg(folder / f"{self.id()}-ng", identity)]
        self.addCleanup(forwarder.kill)

    def start(self, *processes):
        for process in processes:
            process.start()
            self.addCleanup(process.kill)

    def deliver(self, destinations, until=lambda: True):
        """The program meets the destinations, is ended, finds new events in its journal when it starts again, and hands them over."""
        forwarder.fresh({"mode": "observe", "watch": {"interval": "1h"}, "siem": {"destinations": destinations}})
        forwarder.begin()
        self.wait_for(lambda: forwarder.knows(len(destinations)) and forwarder.queues_are_empty())
        forwarder.end()
        events = one_of_each(int(time.time() * 1000))
        last = forwarder.append(events)
        self.seeded = range(last + 1, last + len(events) + 1)
        forwarder.begin()
        self.wait_for(lambda: until() and forwarder.queues_are_empty())
        forwarder.end()
        self.assertEqual({row.word for row in forwarder.journal()}, set(catalogue()))

    def wait_for(self, condition):
        if not wait_until(condition, ARRIVAL_SECONDS):
            log = "".join(path.read_text(errors="replace")[-3000:] for path in (forwarder.data / "logs").iterdir())
            self.fail(f"positions {forwarder.ask_database('SELECT * FROM positions')}, journal to {forwarder.ask_database('SELECT max(sequence) FROM journal')}\n{log}")

    def assert_complete(self, ids):
        """The journal from somewhere before what was put in to somewhere behind it, in its order: each event once, but that what was under way when
        the program was ended first may have come again."""
        journal = {row.id: row.sequence for row in forwarder.journal()}
        self.assertEqual([each for each in ids if each not in journal], [])
        came = [journal[each] for each in ids]
        twice = {number for number in came if came.count(number) > 1}
        self.assertTrue(all(number < self.seeded.start for number in twice), f"{twice} came more than once")
        once = list(dict.fromkeys(came))
        self.assertEqual(once, list(range(once[0], once[0] + len(once))))
        self.assertLessEqual(once[0], self.seeded.start)
        self.assertGreaterEqual(once[-1], self.seeded.stop - 1)

    def compare(self, transport, destinations):
        """What each receiver has, against the journal and against the other receivers."""
        rows, by_form = {row.id: row for row in forwarder.journal()}, {}    # by_form: what was received of one event in one form
        for receiver in self.receivers:
            wait_until(lambda r=receiver: len(r.messages(transport)) >= len(catalogue()) * 4, 10)
            for destination in (each for each in destinations if each["name"].startswith(receiver.folder.name.rpartition("-")[2])):
                form = label(destination)
                mine = [raw for raw in receiver.messages(transport) if agreement.form_of(raw) == form]
                with self.subTest(receiver=receiver.name, transport=transport, form=form):
                    ids = [agreement.identity_of(raw) for raw in mine]
                    self.assert_complete(ids)
                    for raw, identity_ in zip(mine, ids):
                        agreement.check(raw, rows[identity_], may_be_cut=transport == "udp")
                        if rows[identity_].sequence in self.seeded:     # one run of the program wrote them to all: with one process id
                            by_form.setdefault((form, identity_), set()).add(raw)
        for (form, identity_), versions in by_form.items():
            self.assertEqual(len(versions), 1, f"{form} {identity_}: receivers have different bytes: {versions}")


class Syslog(Delivery):
    def destinations(self, make, formats):
        return [make(f"{receiver.folder.name.rpartition('-')[2]}-{'-'.join(form.values())}", receiver, form) for receiver in self.receivers for form in formats]

    def test_over_mutual_TLS_in_every_format(self):
        self.start(*self.receivers)
        destinations = self.destinations(lambda name, receiver, form: Forwarder.tls(name, receiver.port["tls"], **self.whole(form)), FORMATS)
        self.deliver(destinations)
        self.compare("tls", destinations)

    def test_over_TCP_in_every_format_and_both_framings(self):
        self.start(*self.receivers)
        framing = {"gnutls": "octet_counting", "openssl": "lf", "ng": "octet_counting"}
        destinations = self.destinations(lambda name, receiver, form: Forwarder.plain(
            name, "tcp", receiver.port["tcp"], framing=framing[name.partition("-")[0]], **self.whole(form)), FORMATS)
        self.deliver(destinations)
        self.compare("tcp", destinations)

    def test_over_UDP_in_every_format_within_a_datagram(self):
        self.start(*self.receivers)
        destinations = self.destinations(lambda name, receiver, form: Forwarder.plain(name, "udp", receiver.port["udp"], **self.whole(form)), FORMATS)
        self.deliver(destinations)
        self.compare("udp", destinations)
        for receiver in self.receivers:
            self.assertLessEqual(max(map(len, receiver.messages("udp"))), 1180)

    def test_CEF_and_LEEF_behind_the_old_header_and_text_without_an_enterprise_number(self):
        self.start(*self.receivers)
        # syslog-ng's driver counts octets whatever the header; with an old header ours ends with line feeds by itself.
        destinations = self.destinations(lambda name, receiver, form: Forwarder.plain(
            name, "tcp", receiver.port["tcp"], **({"framing": "octet_counting"} if name.startswith("ng-") else {}), **form),
            (*OLD_HEADER, {"format": "rfc5424"}))
        self.deliver(destinations)
        self.compare("tcp", destinations)

    @staticmethod
    def whole(form):
        return {**form, "enterprise_number": agreement.ENTERPRISE} if form["format"] == "rfc5424" else form


class Https(Delivery):
    def test_HEC_and_newline_delimited_JSON(self):
        token = "6f1d7a2e-the-token"
        (forwarder.policy_file.parent / "hec.token").write_text(token + "\n")
        collectors = {profile: HttpsCollector(folder / f"{self.id()}-{profile}", identity, demands_certificate=profile == "json") for profile in ("hec", "json")}
        self.start(*collectors.values())
        paths = {"hec": "/services/collector/event", "json": "/ingest?source=sstp"}
        self.deliver([Forwarder.https("hec", collectors["hec"].url(paths["hec"]), "hec", token_file=r"C:\data\hec.token"),
                      Forwarder.https("json", collectors["json"].url(paths["json"]), "json", client_certificate=Forwarder.OUR_CERTIFICATE)])
        rows = {row.id: row for row in forwarder.journal()}
        entries = [entry for body in collectors["hec"].bodies() for entry in payloads.hec(body)]
        lines = [payloads.ecs(line) for body in collectors["json"].bodies() for line in payloads.json_lines(body)]
        self.assert_complete([entry["event"]["event"]["id"] for entry in entries])
        self.assert_complete([line["event"]["id"] for line in lines])
        for entry in entries:
            agreement.check_hec(entry, rows[entry["event"]["event"]["id"]])
        for line in lines:
            agreement.check_ecs(line, rows[line["event"]["id"]])
        for request in collectors["hec"].requests():
            self.assertEqual((request.path, request.headers["authorization"]), (paths["hec"], f"Splunk {token}"))
        for request in collectors["json"].requests():
            self.assertEqual((request.path, request.client), (paths["json"], SENDER_NAME))

    def test_an_event_that_the_collector_refuses_holds_up_nothing_and_is_told(self):
        collector = HttpsCollector(folder / self.id(), identity)
        self.start(collector)
        collector.answer({"status": 400, "refuses": "heal_deferred"})

        def refusals():
            return [row for row in forwarder.journal() if row.word == "events_dropped" and row.fields["reason"] == "refused"]

        self.deliver([Forwarder.https("json", collector.url("/ingest"), "json")], until=lambda: refusals() != [])
        arrived = {line["event"]["action"] for body in collector.bodies() for line in map(payloads.ecs, (each for each in payloads.json_lines(body)))}
        self.assertEqual(set(catalogue()) - arrived, {"heal_deferred"})
        refused, = refusals()
        deferred, = [row for row in forwarder.journal() if row.word == "heal_deferred"]
        self.assertEqual((refused.fields["count"], refused.fields["first_sequence"], refused.fields["last_sequence"]), ("1", str(deferred.sequence), str(deferred.sequence)))


if __name__ == "__main__":
    unittest.main()
