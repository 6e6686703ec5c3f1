"""Mutual TLS when a certificate is wrong, on either side: no byte of an event leaves, and `siem test` says why."""

import pathlib
import shutil
import tempfile
import unittest

from forwarder import Forwarder
from product import create_host
from receivers.identity import CLIENT, SENDER_NAME, SERVER_NAME, CertificateAuthority, Identity
from receivers.rsyslog import Rsyslog
from receivers.syslog_ng import SyslogNg
from record_counter import RecordCounter
from wine_prefix import WINDOWS_BUILD, wait_until


def setUpModule():
    global folder, host, forwarder, authority, strangers
    folder = pathlib.Path(tempfile.mkdtemp(prefix="mutual-"))
    host = create_host(folder)
    authority = host.authority
    strangers = CertificateAuthority(folder / "strangers", WINDOWS_BUILD / "wine" / "test_keys", "Nobody's CA")
    forwarder = Forwarder(host, authority.pem)


def tearDownModule():
    forwarder.kill()
    host.delete()
    shutil.rmtree(folder, ignore_errors=True)


# What is wrong with the sender's certificate, what the policy says of it, what `siem test` says, and whether a session is tried at all.
OURS = Forwarder.OUR_CERTIFICATE
SENDERS = {
    "no client certificate": (lambda: authority.issue(SENDER_NAME, purposes=CLIENT), "none", r'.*No client certificate was shown, because "client_certificate" of this destination is "none": the receiver may demand one', True),
    "no client certificate configured": (lambda: authority.issue(SENDER_NAME, purposes=CLIENT), None, r'.*No client certificate was shown, and the receiver may demand one: .* in "client_certificate"', True),
    "no client certificate in the store": (lambda: None, OURS, r"client certificate .* the store is empty", False),
    "an expired client certificate": (lambda: authority.expired(SENDER_NAME, purposes=CLIENT), OURS, r"client certificate .* ended \d{4}-", False),
    "a self-signed client certificate": (lambda: authority.self_signed(SENDER_NAME, purposes=CLIENT), OURS, r"(?:client certificate|closed the connection).* Our client certificate was CN=vpn\.example\.com", True),
    "a client certificate of a CA that the receiver does not know": (
        lambda: strangers.issue(SENDER_NAME, purposes=CLIENT), OURS, r"(?:client certificate|closed the connection).* Our client certificate was CN=vpn\.example\.com", True),
}
RECEIVERS = {
    "a self-signed server certificate": (lambda: authority.self_signed(SERVER_NAME), r"it is self-signed, and .*siem-ca\.pem does not have it"),
    "a server certificate of a CA that we do not know": (lambda: strangers.issue(SERVER_NAME), r"it was issued under the root CN=Nobody's CA, and .*siem-ca\.pem does not have it"),
    "a server certificate with another name": (lambda: authority.issue("other.example.com"), r"not for localhost, but for other\.example\.com"),
    "an expired server certificate": (lambda: authority.expired(SERVER_NAME), r"it ended \d{4}-"),
    "a server certificate that is not valid yet": (lambda: authority.not_yet_valid(SERVER_NAME), r"it is valid from \d{4}-.* only"),
    "a server certificate for clients only": (lambda: authority.for_clients_only(SERVER_NAME), r"it is not for TLS servers: its extended key usage lacks server authentication"),
}


class MutualTls:
    def setUp(self):
        host.ask("certificate.clear", store="MY")
        self.receiver = None
        self.addCleanup(lambda: self.receiver and self.receiver.kill())

    def arrange(self, sender=None, server=None, **more):
        """A receiver with a certificate, and one of ours in the machine's store."""
        name = self.id().rpartition(".")[2]
        identity = Identity(pathlib.Path(tempfile.mkdtemp(prefix=f"{name}-", dir=folder)), server or authority.issue(SERVER_NAME), authority.pem)
        self.receiver = self.make(identity.folder / "receiver", identity)
        self.receiver.start()
        if sender is not None:
            host.install_certificate(sender)
        self.counter = RecordCounter(self.receiver.port["tls"])
        self.addCleanup(self.counter.__exit__)
        forwarder.fresh({"mode": "observe", "watch": {"interval": "1h"}, "siem": {"destinations": [Forwarder.tls("soc", self.counter.port, **more)]}})

    def client(self):
        return authority.issue(SENDER_NAME, purposes=CLIENT)

    def assert_nothing_left(self, output):
        self.assertEqual(self.counter.application_data, 0, f"application data left: {output}")
        self.receiver.stop()    # what it has taken is in its file after that
        self.assertEqual(self.receiver.messages("tls"), [], output)

    def refused(self, pattern, tries=True):
        tested = forwarder.run("siem", "test")
        self.assertEqual(tested.code, 1, tested.output)
        self.assertRegex(tested.output, r"soc +NOT CONFIRMED: .*" + f"(?:{pattern})")
        self.assertEqual(self.counter.sessions >= 1, tries, f"{self.counter.sessions} sessions: {tested.output}")
        self.assert_nothing_left(tested.output)

    def sender_case(self, case):
        make, certificate, pattern, tries = SENDERS[case]
        self.arrange(sender=make(), client_certificate=certificate)
        self.refused(pattern, tries)

    def server_case(self, case):
        make, pattern = RECEIVERS[case]
        self.arrange(sender=self.client(), server=make())
        self.refused(pattern)


class Matrix:
    def test_good_certificates_on_both_sides_are_confirmed_and_counted(self):
        self.arrange(sender=self.client())
        tested = forwarder.run("siem", "test")
        self.assertEqual(tested.code, 0, tested.output)
        self.assertRegex(tested.output, r"TLS 1\.\d")
        self.assertIn("CN=localhost", tested.output)
        # The counter is worth something: it sees what is sent.
        self.assertGreaterEqual(self.counter.application_data, 1)
        self.assertTrue(wait_until(lambda: any(b" siem_test " in raw for raw in self.receiver.messages("tls")), 10), self.receiver.messages("tls"))

    def test_the_fingerprint_stands_for_the_chain(self):
        server = authority.self_signed(SERVER_NAME)
        fingerprint = "sha-256:" + ":".join(server.sha256[i:i + 2] for i in range(0, 64, 2))
        self.arrange(sender=self.client(), server=server, server_fingerprint=fingerprint, ca_file=None)
        tested = forwarder.run("siem", "test")
        self.assertEqual(tested.code, 0, tested.output)

    def test_another_fingerprint_is_refused(self):
        self.arrange(sender=self.client(), server_fingerprint="sha-256:" + ":".join(["AB"] * 32), ca_file=None)
        self.refused(r"fingerprint")


def add_cases():
    for table, run in ((SENDERS, MutualTls.sender_case), (RECEIVERS, MutualTls.server_case)):
        for case in table:
            def test(self, case=case, run=run):
                run(self, case)
            setattr(Matrix, "test_with_" + case.replace(" ", "_"), test)


add_cases()


class WithRsyslog(Matrix, MutualTls, unittest.TestCase):
    def make(self, place, identity):
        return Rsyslog(place, identity, "gnutls", [SENDER_NAME])

    def test_with_a_client_name_that_the_receiver_does_not_permit(self):
        self.arrange(sender=authority.issue("other.example.com", purposes=CLIENT), client_certificate={"dns_name": "other.example.com"})
        self.refused(r"client certificate|closed the connection")

    def test_the_watchdog_itself_sends_nothing_either_and_says_so_in_the_journal(self):
        self.arrange(sender=self.client(), server=authority.issue("other.example.com"))
        forwarder.begin()
        self.addCleanup(forwarder.kill)
        self.assertTrue(wait_until(lambda: [row for row in forwarder.journal() if row.word == "siem_destination_down"], 60), "nothing was told")
        down = [row for row in forwarder.journal() if row.word == "siem_destination_down"]
        self.assertIn("not for localhost, but for other.example.com", down[0].fields["error"])
        self.assertGreaterEqual(self.counter.sessions, 1)
        forwarder.end()
        self.assert_nothing_left("")


class WithSyslogNg(Matrix, MutualTls, unittest.TestCase):
    def make(self, place, identity):
        return SyslogNg(place, identity)


if __name__ == "__main__":
    unittest.main()
