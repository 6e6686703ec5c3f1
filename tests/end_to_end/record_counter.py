"""A relay before a TLS receiver that counts the records of application data a sender has sent: with TLS 1.2 their type stands in the clear."""

import contextlib
import socket
import threading

APPLICATION_DATA = 23


class RecordCounter:
    """Listens on `port` of 127.0.0.1 and relays to `target`."""

    def __init__(self, target):
        self.target = target
        self.sessions, self.application_data = 0, 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._open = []
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for each in [self._listener, *self._open]:
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()

    def _accept(self):
        while True:
            try:
                sender, _ = self._listener.accept()
                receiver = socket.create_connection(("127.0.0.1", self.target), 10)
            except OSError:
                return
            receiver.settimeout(None)
            self.sessions += 1
            self._open += [sender, receiver]
            threading.Thread(target=self._relay, args=(sender, receiver, self._count()), daemon=True).start()
            threading.Thread(target=self._relay, args=(receiver, sender, None), daemon=True).start()

    @staticmethod
    def _relay(source, target, counter):
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                if counter is not None:
                    counter.send(data)
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)
            return
        for each in (source, target):       # one was reset: so is the other
            with contextlib.suppress(OSError):
                each.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
                each.close()

    def _count(self):
        def records():
            waiting = b""
            while True:
                waiting += yield
                while len(waiting) >= 5 and len(waiting) >= 5 + int.from_bytes(waiting[3:5], "big"):
                    if waiting[0] == APPLICATION_DATA:
                        self.application_data += 1
                    waiting = waiting[5 + int.from_bytes(waiting[3:5], "big"):]

        counter = records()
        next(counter)
        return counter
