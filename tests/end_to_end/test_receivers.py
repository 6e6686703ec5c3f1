"""The receivers themselves, tried with a sender of our own: what they keep and answer is what the other tests rest on."""

import pathlib
import shutil
import ssl
import tempfile
import unittest

from receivers.identity import CLIENT, SENDER_NAME, SERVER_NAME, CertificateAuthority, Identity
from receivers.rsyslog import Rsyslog
from receivers.syslog_ng import SyslogNg
from stand_in_sender import Answer, send_datagrams, send_stream, send_tls
from wine_prefix import WINDOWS_BUILD, wait_until

MESSAGES = [b'<134>1 2026-11-22T20:00:00.123456Z vpn.example.com sstp-watchdog 77 heartbeat [origin software="SSTP Watchdog"][meta sequenceId="%d"] '
            b'\xef\xbb\xbfGr\xc3\xbc\xc3\x9fe \\ "quoted"  two blanks, a trailing one  id=%032x-%d' % (number, 7, number) for number in range(1, 41)]


def setUpModule():
    global folder, authority, client, unknown
    folder = pathlib.Path(tempfile.mkdtemp(prefix="receivers-"))
    keys = WINDOWS_BUILD / "wine" / "test_keys"
    authority = CertificateAuthority(folder / "authority", keys)
    strangers = CertificateAuthority(folder / "strangers", keys, "Nobody's CA")
    client = Identity(folder / "client", authority.issue(SENDER_NAME, purposes=CLIENT), authority.pem)
    unknown = Identity(folder / "unknown", strangers.issue(SENDER_NAME, purposes=CLIENT), authority.pem)


def tearDownModule():
    shutil.rmtree(folder, ignore_errors=True)


class OneReceiver:
    """What is true of each of them."""

    killed_keeps_all = True     # else only when it is asked to end

    @classmethod
    def setUpClass(cls):
        cls.identity = Identity(folder / f"{cls.__name__}-identity", authority.issue(SERVER_NAME), authority.pem)

    def setUp(self):
        self.receiver = self.make(folder / self.id())
        self.receiver.start()
        self.addCleanup(self.receiver.kill)

    def send(self, messages, sender=None, version=None):
        who = sender or client
        return send_tls(self.receiver.port["tls"], messages, authority.folder / "ca.pem", who.certificate_file, who.key_file, version)

    def expect(self, transport, messages):
        wait_until(lambda: len(self.receiver.messages(transport)) >= len(messages), 10)
        self.assertEqual(self.receiver.messages(transport), messages, self.receiver.said)

    def test_keeps_the_bytes_of_datagrams(self):
        send_datagrams(self.receiver.port["udp"], MESSAGES)
        self.expect("udp", MESSAGES)

    def test_keeps_the_bytes_of_a_stream_and_ends_it_in_order(self):
        self.assertEqual(send_stream(self.receiver.port["tcp"], MESSAGES), Answer("fin"))
        self.expect("tcp", MESSAGES)

    def test_keeps_the_bytes_of_both_versions_of_TLS_and_answers_close_notify(self):
        for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
            self.assertEqual(self.send(MESSAGES, version=version), Answer("close_notify"))
        self.expect("tls", MESSAGES * 2)

    def test_frozen_it_confirms_nothing(self):
        self.receiver.freeze()
        with self.assertRaises(TimeoutError):
            send_stream(self.receiver.port["tcp"], MESSAGES[:1])
        self.receiver.thaw()
        self.expect("tcp", MESSAGES[:1])

    def test_what_it_confirmed_it_has(self):
        for _ in range(5):
            self.assertEqual(self.send(MESSAGES).end, "close_notify")
            self.receiver.kill() if self.killed_keeps_all else self.receiver.stop()
            self.receiver.start()
        self.expect("tls", MESSAGES * 5)


class KnowsItsSenders:
    """Not rsyslog with OpenSSL: its 8.2302 lets through, now and then, whom it does not permit (rsyslog 6350)."""

    def test_keeps_nothing_of_a_sender_that_it_does_not_know(self):
        for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
            self.send(MESSAGES, unknown, version)
        self.send(MESSAGES[:1])
        self.expect("tls", MESSAGES[:1])


class FillsUp:
    def test_with_a_full_disk_it_confirms_nothing(self):
        self.assertEqual(self.send(MESSAGES[:1]).end, "close_notify")
        self.expect("tls", MESSAGES[:1])
        self.receiver.fill_disk(self.receiver.file("tls"))
        with self.assertRaises(TimeoutError):
            self.send(MESSAGES[1:])
        self.receiver.free_disk()
        # It had taken them, and does what it could not do before.
        self.assertTrue(wait_until(lambda: self.receiver.messages("tls")[-1:] == MESSAGES[-1:], 20), self.receiver.messages("tls")[-2:])


class RsyslogWithGnuTLS(OneReceiver, KnowsItsSenders, FillsUp, unittest.TestCase):
    def make(self, place):
        return Rsyslog(place, self.identity, "gnutls", [SENDER_NAME])


class RsyslogWithOpenSSL(OneReceiver, FillsUp, unittest.TestCase):
    def make(self, place):
        return Rsyslog(place, self.identity, "openssl", [SENDER_NAME])


class SyslogNgWithOpenSSL(OneReceiver, KnowsItsSenders, unittest.TestCase):
    killed_keeps_all = False

    def make(self, place):
        return SyslogNg(place, self.identity)


if __name__ == "__main__":
    unittest.main()
