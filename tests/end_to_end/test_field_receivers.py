"""Receivers and proxies of the field, tried with a sender of our own: how each ends a session, which is what the program has to go by."""

import pathlib
import shutil
import socket
import ssl
import tempfile
import unittest

from receivers.field import HaProxy, LineReceiver, Nginx, Stunnel
from receivers.identity import SERVER_NAME, CertificateAuthority, Identity
from wine_prefix import WINDOWS_BUILD, wait_until

LINES = [b"<134>1 - - - - - - event %d" % number for number in range(20)]
EARLY = 0.05    # seconds for which an end before the first byte is waited for
ALONE = 1       # seconds for which a close_notify stands alone before a FIN follows
PATIENCE = 3


def setUpModule():
    global folder, identity, roots
    folder = pathlib.Path(tempfile.mkdtemp(prefix="field-receivers-"))
    authority = CertificateAuthority(folder / "authority", WINDOWS_BUILD / "wine" / "test_keys")
    identity = Identity(folder / "identity", authority.issue(SERVER_NAME), authority.pem)
    roots = authority.folder / "ca.pem"


def tearDownModule():
    shutil.rmtree(folder, ignore_errors=True)


class Sender:
    """As service/tls sends: data, close_notify, a while later a FIN. Says what came back, and behind which of the two."""

    def __init__(self, version):
        self.context = ssl.create_default_context(cafile=roots)
        self.context.minimum_version = self.context.maximum_version = version

    def send(self, port, messages):
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        tls = self.context.wrap_bio(incoming, outgoing, server_hostname=SERVER_NAME)
        with socket.create_connection(("127.0.0.1", port), PATIENCE) as plain:
            plain.settimeout(PATIENCE)
            self.step(tls.do_handshake, plain, incoming, outgoing)
            early = self.answer(plain, incoming, tls, EARLY)
            if early:
                return f"{early} before anything was sent"
            tls.write(b"".join(message + b"\n" for message in messages))
            try:
                tls.unwrap()
            except ssl.SSLWantReadError:
                pass
            plain.sendall(outgoing.read())
            for behind, patience in (("close_notify", ALONE), ("fin", PATIENCE)):
                if behind == "fin":
                    plain.shutdown(socket.SHUT_WR)
                answer = self.answer(plain, incoming, tls, patience)
                if answer:
                    return f"{answer} behind our {behind}"
        return "silence"

    @staticmethod
    def step(action, plain, incoming, outgoing):
        while True:
            try:
                action()
                plain.sendall(outgoing.read())
                return
            except ssl.SSLWantReadError:
                plain.sendall(outgoing.read())
                incoming.write(plain.recv(65536))

    @staticmethod
    def answer(plain, incoming, tls, patience):
        plain.settimeout(patience)
        while True:
            try:
                piece = plain.recv(65536)
            except TimeoutError:
                return None
            except ConnectionResetError:
                return "reset"
            if not piece:
                return "end"
            incoming.write(piece)
            try:
                if not tls.read(65536):
                    return "close_notify"
            except ssl.SSLWantReadError:
                pass        # a session ticket
            except ssl.SSLZeroReturnError:
                return "close_notify"


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
                self.assertIn(Sender(version).send(receiver.port, LINES), wanted)
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
                answer = Sender(ssl.TLSVersion.TLSv1_2).send(front.port, LINES)
                backend.kill()
                self.assertEqual(answer != "silence", confirms, answer)
                self.assertEqual(backend.messages(), [])

    def test_which_proxy_ends_a_session_whose_backend_is_away(self):
        # nginx ends the session as soon as it knows: whether that is before our end or behind it is a race, which a sender may lose.
        for proxy, confirms in ((Stunnel, False), (Nginx, None), (HaProxy, True)):
            with self.subTest(proxy=proxy.__name__):
                backend = self.one(f"away-{proxy.__name__}", LineReceiver)
                front = self.one(f"alone-{proxy.__name__}", lambda where: proxy(where, identity, backend.port))
                backend.kill()
                try:
                    answer = Sender(ssl.TLSVersion.TLSv1_2).send(front.port, LINES)
                except OSError as why:
                    answer = f"broken: {why}"
                self.assertIn("behind our" in answer, (True, False) if confirms is None else (confirms,), answer)
                self.assertNotIn("silence", answer)


if __name__ == "__main__":
    unittest.main()
