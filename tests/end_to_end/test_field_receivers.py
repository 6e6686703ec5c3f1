"""Receivers and proxies of the field, tried with a sender of our own: how each ends a session, which is what the program has to go by."""

import concurrent.futures
import pathlib
import shutil
import ssl
import tempfile
import time
import unittest

from receivers.field import HaProxy, LineReceiver, Nginx, Stunnel
from receivers.identity import SERVER_NAME, CertificateAuthority, Identity
from session_sender import ALONE, PATIENCE, Sender
from wine_prefix import WINDOWS_BUILD, wait_until

LINES = [b"<134>1 - - - - - - event %d" % number for number in range(20)]
DATA = b"".join(line + b"\n" for line in LINES)


def setUpModule():
    global folder, identity, roots
    folder = pathlib.Path(tempfile.mkdtemp(prefix="field-receivers-"))
    authority = CertificateAuthority(folder / "authority", WINDOWS_BUILD / "wine" / "test_keys")
    identity = Identity(folder / "identity", authority.issue(SERVER_NAME), authority.pem)
    roots = authority.folder / "ca.pem"


def tearDownModule():
    shutil.rmtree(folder, ignore_errors=True)


class EachEnds(unittest.TestCase):
    def one(self, name, make):
        receiver = make(folder / name)
        receiver.start()
        self.addCleanup(receiver.kill)
        return receiver

    def expect(self, receiver, backend, expected):
        for version, wanted in expected.items():
            backend.file_in(backend.folder).write_bytes(b"")
            with self.subTest(version=version.name):
                self.assertIn(Sender(version, roots).send(receiver.port, DATA), wanted)
                self.assertTrue(wait_until(lambda: backend.messages() == LINES, PATIENCE), "what was sent has not arrived")

    def test_a_receiver_that_ends_at_the_end(self):
        receiver = self.one("ends", lambda where: LineReceiver(where, "ends", identity))
        self.expect(receiver, receiver, dict.fromkeys((ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3), ("close_notify behind our close_notify",)))

    def test_a_receiver_that_ends_at_our_FIN(self):
        receiver = self.one("fin", lambda where: LineReceiver(where, "ends_at_fin", identity))
        self.expect(receiver, receiver, dict.fromkeys((ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3), ("end behind our fin", )))

    def test_a_receiver_that_never_ends(self):
        receiver = self.one("never", lambda where: LineReceiver(where, "never_ends", identity))
        self.expect(receiver, receiver, dict.fromkeys((ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3), ("silence",)))

    def test_proxies_that_end_tls(self):
        for proxy, answers in ((Stunnel, ("close_notify behind our close_notify",)), (Nginx, ("end behind our close_notify",)),
                               (HaProxy, ("close_notify behind our close_notify",))):
            with self.subTest(proxy=proxy.__name__):
                backend = self.one(f"backend-{proxy.__name__}", LineReceiver)
                front = self.one(proxy.__name__, lambda where: proxy(where, identity, backend.port))
                self.expect(front, backend, dict.fromkeys((ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3), answers))

    def test_which_proxy_ends_a_session_that_its_frozen_backend_never_read(self):
        """The table in config/README.md: what such a proxy confirms may be lost."""
        for proxy, confirms in ((Stunnel, False), (Nginx, True), (HaProxy, False)):
            with self.subTest(proxy=proxy.__name__):
                backend = self.one(f"frozen-{proxy.__name__}", LineReceiver)
                front = self.one(f"before-{proxy.__name__}", lambda where: proxy(where, identity, backend.port))
                backend.freeze()
                answer = Sender(ssl.TLSVersion.TLSv1_2, roots).send(front.port, DATA)
                backend.kill()
                self.assertEqual(answer != "silence", confirms, answer)
                self.assertEqual(backend.messages(), [])

    def test_which_proxy_ends_a_session_in_order_whose_frozen_backend_dies_while_we_wait(self):
        """A reset of its own connection is an end to both of them: what they confirm then is lost."""
        for proxy in (Stunnel, HaProxy):
            for when, seconds in (("before our FIN", ALONE / 2), ("behind our FIN", ALONE + 1)):
                with self.subTest(proxy=proxy.__name__, dies=when):
                    backend = self.one(f"dying-{proxy.__name__}-{seconds}", LineReceiver)
                    front = self.one(f"before-dying-{proxy.__name__}-{seconds}", lambda where: proxy(where, identity, backend.port))
                    backend.freeze()
                    with concurrent.futures.ThreadPoolExecutor(1) as beside:
                        sending = beside.submit(Sender(ssl.TLSVersion.TLSv1_2, roots).send, front.port, DATA)
                        time.sleep(seconds)
                        backend.kill()
                        self.assertTrue(Sender.confirmed(sending.result()), sending.result())
                    self.assertEqual(backend.messages(), [])

    def test_which_proxy_ends_a_session_whose_backend_is_away(self):
        # nginx ends the session as soon as it knows: whether that is before our end or behind it is a race, which a sender may lose.
        for proxy, confirms in ((Stunnel, False), (Nginx, None), (HaProxy, True)):
            with self.subTest(proxy=proxy.__name__):
                backend = self.one(f"away-{proxy.__name__}", LineReceiver)
                front = self.one(f"alone-{proxy.__name__}", lambda where: proxy(where, identity, backend.port))
                backend.kill()
                try:
                    answer = Sender(ssl.TLSVersion.TLSv1_2, roots).send(front.port, DATA)
                except OSError as why:
                    answer = f"broken: {why}"
                self.assertIn("behind our" in answer, (True, False) if confirms is None else (confirms,), answer)
                self.assertNotIn("silence", answer)


if __name__ == "__main__":
    unittest.main()
