"""One session as service/tls sends it: data, close_notify, a while later a FIN; over TLS 1.2 or 1.3, which Schannel of Wine 8 does not have. Says what came back, and
behind which of the two."""

import socket
import ssl

from receivers.identity import SERVER_NAME

EARLY = {ssl.TLSVersion.TLSv1_2: 0.05, ssl.TLSVersion.TLSv1_3: 0.3}     # seconds for which an end before the first byte is waited for
ALONE = 1       # seconds for which a close_notify stands alone before a FIN follows
PATIENCE = 3
SETTLE = 0.3    # a reset that comes behind an end within it takes it back


class Sender:
    """`roots`: file of the CA that the receiver's certificate comes from."""

    def __init__(self, version, roots):
        self.version = version
        self.context = ssl.create_default_context(cafile=roots)
        self.context.minimum_version = self.context.maximum_version = version

    def present(self, identity):
        """Shows this client certificate where one is asked for."""
        self.context.load_cert_chain(identity.certificate_file, identity.key_file)
        return self

    def send(self, port, data):
        """What ended the session: "close_notify behind our close_notify", "end behind our fin", "reset ...", "silence"; "... before anything was sent"."""
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        tls = self.context.wrap_bio(incoming, outgoing, server_hostname=SERVER_NAME)
        with socket.create_connection(("127.0.0.1", port), PATIENCE) as plain:
            plain.settimeout(PATIENCE)
            self._step(tls.do_handshake, plain, incoming, outgoing)
            early = self._answer(plain, incoming, tls, EARLY[self.version])
            if early:
                return f"{early} before anything was sent"
            tls.write(data)
            try:
                tls.unwrap()
            except ssl.SSLWantReadError:
                pass
            plain.sendall(outgoing.read())
            for behind, patience in (("close_notify", ALONE), ("fin", PATIENCE)):
                if behind == "fin":
                    plain.shutdown(socket.SHUT_WR)
                answer = self._answer(plain, incoming, tls, patience)
                if answer:
                    return f"{'reset' if self._resets(plain) else answer} behind our {behind}"
        return "silence"

    @staticmethod
    def confirmed(answer):
        return answer.startswith(("close_notify behind", "end behind"))

    @staticmethod
    def _step(action, plain, incoming, outgoing):
        while True:
            try:
                action()
                plain.sendall(outgoing.read())
                return
            except ssl.SSLWantReadError:
                plain.sendall(outgoing.read())
                piece = plain.recv(65536)
                if not piece:
                    raise ConnectionResetError("the receiver ended the connection in the handshake") from None
                incoming.write(piece)

    @staticmethod
    def _answer(plain, incoming, tls, patience):
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
            except ssl.SSLError:
                return "alert"

    @staticmethod
    def _resets(plain):
        plain.settimeout(SETTLE)
        try:
            while plain.recv(65536):
                pass
            return False
        except TimeoutError:
            return False
        except OSError:
            return True
