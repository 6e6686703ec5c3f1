"""A receiver in one manner, as a program of its own that can be frozen and killed:  line_server.py MANNER PORT FILE [CERTIFICATE KEY]

Writes each line that arrives to FILE, without its frame. MANNER: `ends` (at the end of the stream, in order), `ends_at_fin` (passes a close_notify over, as Netty
does with TLS 1.3, and ends at the connection's end), `never_ends` (as Node with allowHalfOpen). With a certificate over TLS, else over TCP.
"""

import pathlib
import socket
import ssl
import sys
import threading
import time

FOR_EVER = 10 ** 6


def read_lines(stream, file, lock):
    rest = b""
    while piece := stream.recv(65536):
        rest += piece
        *whole, rest = rest.split(b"\n")
        with lock, open(file, "ab", buffering=0) as out:
            out.write(b"".join(line + b"\n" for line in whole))


def serve(plain, manner, file, lock, context):
    try:
        stream = context.wrap_socket(plain, server_side=True) if context else plain
        read_lines(stream, file, lock)
        if manner == "ends":
            if context:
                stream.unwrap()
            stream.close()
            return
        end = socket.socket(fileno=stream.detach())
        while end.recv(65536):
            pass
        if manner == "never_ends":
            time.sleep(FOR_EVER)
        end.close()
    except OSError:
        pass    # what the sender makes of it is what is looked at


def main():
    manner, port, file, *identity = sys.argv[1:]
    context = None
    if identity:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*identity)
    pathlib.Path(file).touch()
    lock = threading.Lock()
    with socket.create_server(("127.0.0.1", int(port))) as listener:
        while True:
            connection, _ = listener.accept()
            threading.Thread(target=serve, args=(connection, manner, file, lock, context), daemon=True).start()


if __name__ == "__main__":
    main()
