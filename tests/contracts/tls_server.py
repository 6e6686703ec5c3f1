"""TLS listeners for the contracts of the listener probe and of the SIEM transports (siem_receivers.py): native, on loopback, since
Wine's Schannel has no server side.

Prints one line: `name=port,hash ...` for each listener, and serves until its standard input ends. Every listener answers on
127.0.0.1 and on ::1 at the same port. A connection is held for 20 s at the most.
"""

import hashlib
import os
import socket
import ssl
import subprocess
import sys
import tempfile
import threading

import siem_receivers

HOLD = 20.0
URI_ANSWER = b"HTTP/1.1 401 Unauthorized\r\nServer: Microsoft-HTTPAPI/2.0\r\nContent-Length: 0\r\n\r\n"


AUTHORITY = """[ca]
default_ca = itself
[itself]
database = {0}/database
new_certs_dir = {0}
rand_serial = yes
default_md = sha256
policy = anything
copy_extensions = copy
unique_subject = no
[anything]
organizationName = optional
commonName = optional
"""


def certificate(folder, name, subject, begins, ends):
    """Makes a self-signed certificate; gives the PEM files and the SHA-256 of the DER."""
    key, request, pem, config = (os.path.join(folder, name + end) for end in (".key", ".csr", ".pem", ".cnf"))
    with open(config, "w", encoding="ascii") as file:
        file.write(AUTHORITY.format(folder))
    with open(os.path.join(folder, "database"), "a", encoding="ascii"):
        pass
    names = "subjectAltName=DNS:vpn.example.com,DNS:vpn2.example.com"
    openssl("req", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", request, "-subj", subject, "-addext", names)
    # `req` and `x509` cannot make a certificate that has ended.
    openssl("ca", "-batch", "-notext", "-config", config, "-selfsign", "-keyfile", key, "-in", request, "-out", pem, "-startdate", begins, "-enddate", ends)
    with open(pem, encoding="ascii") as file:
        der = ssl.PEM_cert_to_DER_cert(file.read())
    return pem, key, hashlib.sha256(der).hexdigest().upper()


def openssl(*words):
    subprocess.run(["openssl", *words], check=True, capture_output=True)


def read_request(stream):
    data = b""
    while b"\r\n\r\n" not in data:
        piece = stream.recv(4096)
        if not piece:
            return data
        data += piece
    return data


def wait_for_end(stream):
    try:
        while stream.recv(4096):
            pass
    except OSError:
        pass


def answering(answer, hold=False):
    """After the handshake and a whole request: sends `answer`, then ends in order, or holds the connection."""

    def serve(tls):
        if read_request(tls).startswith(b"HEAD "):
            tls.sendall(answer)
        if hold:
            wait_for_end(tls)
        else:
            tls.unwrap()

    return serve


def checked(tls):
    """Says by its status what is wrong with a request: 401 only to exactly the one that the probe is to make."""
    lines = read_request(tls).decode("ascii").split("\r\n")
    fields = dict(line.split(": ", 1) for line in lines[1:] if line)
    port = tls.getsockname()[1]
    good = (
        lines[0] == "HEAD /sra_{BA195980-CD49-458b-9E23-C84EE0ADCD75}/ HTTP/1.1"
        and fields.get("Host") == "vpn.example.com:%d" % port
        and fields.get("Connection") == "close"
        and tls.context.seen_name == "vpn.example.com"
    )
    tls.sendall(b"HTTP/1.1 %s x\r\n\r\n" % (b"401" if good else b"400"))
    tls.unwrap()


def in_pieces(tls):
    read_request(tls)
    for i in range(len(URI_ANSWER)):
        tls.sendall(URI_ANSWER[i : i + 1])


def raw(send, reset=False, hold=False):
    """No TLS session: reads the ClientHello, sends bytes of its own."""

    def serve(plain):
        plain.recv(4096)
        if send:
            plain.sendall(send)
        if hold:
            wait_for_end(plain)
        if reset:
            plain.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")

    return serve


def reset_after_handshake(tls):
    read_request(tls)
    tls.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")


def broken_record(tls):
    """Bytes behind the handshake that no key fits."""
    read_request(tls)
    with socket.socket(fileno=os.dup(tls.fileno())) as plain:
        plain.sendall(b"\x17\x03\x03\x00\x40" + b"\x55" * 64)
        wait_for_end(plain)


class Cut:
    """Passes the server's handshake on, but only its first bytes: a proxy that dies. Each connection lets one stride more through."""

    def __init__(self, target, stride):
        self.target, self.stride = target, stride
        self.allowed = {socket.AF_INET: 0, socket.AF_INET6: 0}

    def __call__(self, plain):
        family = plain.family
        allowed = self.allowed[family]
        self.allowed[family] += self.stride
        with socket.create_connection(("127.0.0.1" if family == socket.AF_INET else "::1", self.target)) as server:
            server.settimeout(HOLD)
            threading.Thread(target=self.forward, args=(plain, server), daemon=True).start()
            try:
                while allowed > 0 and (piece := server.recv(min(allowed, 4096))):
                    plain.sendall(piece)
                    allowed -= len(piece)
            finally:
                # Closing alone would wait for the other thread, which is reading.
                plain.shutdown(socket.SHUT_RDWR)

    @staticmethod
    def forward(source, target):
        try:
            while piece := source.recv(4096):
                target.sendall(piece)
        except OSError:
            pass


def shake_hands(tls):
    """A refusal is an alert and an end in order: closing with something unread would send a reset, which may overtake the alert."""
    try:
        tls.do_handshake()
    except ssl.SSLError:
        with socket.socket(fileno=os.dup(tls.fileno())) as plain:
            plain.settimeout(HOLD)
            plain.shutdown(socket.SHUT_WR)
            wait_for_end(plain)
        raise


def listen(serve, context=None):
    """A listener on one free port of both families; gives the port."""
    while True:
        ipv4 = socket.create_server(("127.0.0.1", 0))
        port = ipv4.getsockname()[1]
        try:
            ipv6 = socket.create_server(("::1", port), family=socket.AF_INET6)
            break
        except OSError:
            ipv4.close()

    def one(connection):
        try:
            with connection:
                connection.settimeout(HOLD)
                if context is None:
                    serve(connection)
                else:
                    with context.wrap_socket(connection, server_side=True, do_handshake_on_connect=False) as tls:
                        shake_hands(tls)
                        serve(tls)
        except (OSError, ValueError, KeyError):
            pass  # what the probe makes of it is what is tested

    def accept(listener):
        while True:
            connection, _ = listener.accept()
            threading.Thread(target=one, args=(connection,), daemon=True).start()

    for listener in (ipv4, ipv6):
        threading.Thread(target=accept, args=(listener,), daemon=True).start()
    return port


def context_for(pem, key):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem, key)
    context.seen_name = None

    def remember(_socket, name, own):
        own.seen_name = name

    context.sni_callback = remember
    return context


def add_chains(folder, listeners):
    """Leaves under an intermediate: one without it, one with an intermediate that has ended. The first intermediate is a file for the machine's store."""
    os.mkdir(os.path.join(folder, "chains"))
    made = siem_receivers.Certificates(os.path.join(folder, "chains"))
    intermediate = made.make("vpn-ca", "/CN=VPN Issuing CA", "root", made.root)
    ended = made.make("ended-ca", "/CN=Ended Issuing CA", "root", made.root, ends="20210203040506Z")

    def add(name, leaf, *sent):
        with open(leaf, encoding="ascii") as file:
            digest = hashlib.sha256(ssl.PEM_cert_to_DER_cert(file.read())).hexdigest().upper()
        listeners[name] = (listen(answering(URI_ANSWER), made.context(leaf, *sent)), digest)

    names = "DNS:vpn.example.com"
    add("chain_cut", made.make("under-ca", "/CN=vpn.example.com", "leaf", intermediate, names))
    add("chain_ended", made.make("under-ended", "/CN=vpn.example.com", "leaf", ended, names), ended, made.root)
    listeners["chain_intermediate_file"] = (0, intermediate)


def main():
    with tempfile.TemporaryDirectory() as folder:
        fit = certificate(folder, "fit", "/O=Example/CN=vpn.example.com", "20200101000000Z", "20991231235959Z")
        expired = certificate(folder, "expired", "/CN=vpn.example.com", "20200101000000Z", "20210203040506Z")
        nameless = certificate(folder, "nameless", "/", "20200101000000Z", "20991231235959Z")
        listeners = {}

        def add(name, serve, files=fit, **options):
            context = context_for(*files[:2]) if files else None
            for option, value in options.items():
                setattr(context, option, value)
            listeners[name] = (listen(serve, context), files[2] if files else "-")

        add("fit", answering(URI_ANSWER))
        add("expired", answering(URI_ANSWER), expired)
        add("nameless", answering(URI_ANSWER), nameless)
        add("checked", checked)
        add("not_found", answering(b"HTTP/1.1 404 Not Found\r\n\r\n"))
        add("in_pieces", in_pieces)
        add("interim", answering(b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + URI_ANSWER))
        add("held_open", answering(URI_ANSWER, hold=True))
        add("asks_for_certificate", answering(URI_ANSWER), verify_mode=ssl.CERT_OPTIONAL)
        add("demands_certificate", answering(URI_ANSWER), verify_mode=ssl.CERT_REQUIRED)
        add("silent", wait_for_end)
        add("closes", lambda tls: (read_request(tls), tls.unwrap()))
        add("resets", reset_after_handshake)
        add("garbage", answering(b"SSTP\x00\x01 401 hello\r\n\r\n", hold=True))
        add("huge", answering(b"HTTP/1.1 100 Continue\r\nX: " + b"a" * 100000, hold=True))
        add("endless_line", answering(b"HTTP/1.1 401 " + b"a" * 100000, hold=True))
        add("broken_record", broken_record)
        add("plain_http", raw(b"HTTP/1.1 400 Bad Request\r\n\r\n"), None)
        add("alert", raw(b"\x15\x03\x03\x00\x02\x02\x28"), None)
        add("ends_at_once", raw(b""), None)
        add("resets_at_once", raw(b"", reset=True), None)
        add("stalls", raw(b"", hold=True), None)
        add("stalls_in_record", raw(b"\x16\x03\x03\x10\x00\x02", hold=True), None)
        add("cut", Cut(listeners["fit"][0], 37), None)
        add_chains(folder, listeners)
        listeners.update(siem_receivers.start(folder, listen))
        print(" ".join("%s=%d,%s" % (name, port, digest) for name, (port, digest) in listeners.items()), flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
