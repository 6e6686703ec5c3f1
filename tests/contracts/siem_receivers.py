"""SIEM receivers for the contract of the transports: native, on loopback, each with one manner of answering, or of not answering.

Started by tls_server.py. A receiver writes what it got into a ledger; the listener `siem_ledger` gives it out: a line
`take NAME` is answered with the connections seen, a blank, and the bytes received since the last time, as hex; `trust PEM-in-hex` makes
a CA acceptable for client certificates.
"""

import email.utils
import os
import socket
import ssl
import subprocess
import threading
import time

FROZEN = 30.0


def openssl(*words):
    subprocess.run(["openssl", *words], check=True, capture_output=True)


class Ledger:
    """What each receiver got."""

    def __init__(self):
        self.lock = threading.Lock()
        self.entries = {}

    def opened(self, name):
        with self.lock:
            count, data = self.entries.get(name, (0, b""))
            self.entries[name] = (count + 1, data)

    def got(self, name, piece):
        with self.lock:
            count, data = self.entries.get(name, (0, b""))
            self.entries[name] = (count, data + piece)

    def take(self, name):
        with self.lock:
            return self.entries.pop(name, (0, b""))


class Certificates:
    """A root, an intermediate, and server certificates that are right or wrong in one respect each. One key serves all of them: it is the names and dates that count."""

    CONFIG = """[ca]
default_ca = itself
[itself]
database = {0}/siem-database
new_certs_dir = {0}
rand_serial = yes
default_md = sha256
policy = anything
unique_subject = no
[anything]
organizationName = optional
commonName = optional
[root]
basicConstraints = critical,CA:TRUE
keyUsage = keyCertSign,cRLSign
subjectKeyIdentifier = hash
[leaf]
basicConstraints = CA:FALSE
subjectAltName = {1}
extendedKeyUsage = {2}
"""

    def __init__(self, folder):
        self.folder = folder
        self.key = self.path("siem.key")
        with open(self.path("siem-database"), "w", encoding="ascii"):
            pass
        openssl("genrsa", "-out", self.key, "2048")
        self.root = self.make("root", "/CN=Example SIEM Root", "root")
        self.other_root = self.make("other-root", "/CN=Another Root", "root")
        self.intermediate = self.make("intermediate", "/CN=Example SIEM Issuing CA", "root", self.root)

    def path(self, name):
        return os.path.join(self.folder, name)

    def make(self, name, subject, kind, issuer=None, names="DNS:localhost", purpose="serverAuth", begins="20200101000000Z", ends="20991231235959Z"):
        config, request, pem = (self.path("siem-%s.%s" % (name, end)) for end in ("cnf", "csr", "pem"))
        with open(config, "w", encoding="ascii") as file:
            file.write(self.CONFIG.format(self.folder, names, purpose))
        # Every CA has the key of the leaves, so that what tells them apart is the name alone.
        openssl("req", "-new", "-key", self.key, "-out", request, "-subj", subject)
        signer = ["-selfsign"] if issuer is None else ["-cert", issuer]
        openssl("ca", "-batch", "-notext", "-config", config, *signer, "-keyfile", self.key, "-in", request, "-out", pem,
                "-extensions", kind, "-startdate", begins, "-enddate", ends)
        return pem

    def context(self, pem, *chain):
        """A server's context; what it sends along is `chain`."""
        both = self.path("siem-%d.chain" % time.monotonic_ns())
        with open(both, "w", encoding="ascii") as file:
            for each in (pem, *chain):
                with open(each, encoding="ascii") as part:
                    file.write(part.read())
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        # Keys of test certificates are short, for speed.
        context.set_ciphers("DEFAULT@SECLEVEL=0")
        context.load_cert_chain(both, self.key)
        return context


def read_all(stream, note):
    while piece := stream.recv(65536):
        note(piece)


def bare(tls):
    """The connection below a TLS session that is left without an end. What had a time limit is non-blocking by itself."""
    plain = socket.socket(fileno=tls.detach())
    plain.setblocking(True)
    return plain


def reset(stream):
    stream.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")


# --- manners of a stream: each gets the connection and where to note what came ---


def answers(tls, note):
    read_all(tls, note)
    tls.unwrap()


def ends_bare(tls, note):
    read_all(tls, note)  # and no close_notify of its own


def ends_at_fin(tls, note):
    """As Netty's SslHandler in Logstash does with TLS 1.3: our close_notify is passed over, the end of the connection is not."""
    read_all(tls, note)
    with bare(tls) as plain:
        read_all(plain, lambda piece: None)


def never_ends(tls, note):
    """As Node with allowHalfOpen: it has everything, and says nothing."""
    read_all(tls, note)
    with bare(tls) as plain:
        read_all(plain, lambda piece: None)
        time.sleep(FROZEN)


def tcp_never_ends(stream, note):
    read_all(stream, note)
    time.sleep(FROZEN)


def resets_after_all(stream, note):
    read_all(stream, note)
    reset(stream)


def resets_behind_its_end(tls, note):
    read_all(tls, note)
    plain = tls.unwrap()
    reset(plain)
    plain.close()


def ends_before(tls, note):
    """Its close_notify comes without waiting for ours, and nothing is read."""
    tls.setblocking(False)
    try:
        tls.unwrap()
    except (ssl.SSLWantReadError, ssl.SSLError, OSError):
        pass


def resets_at_once(stream, note):
    reset(stream)


def talks(stream, note):
    note(stream.recv(65536))
    stream.sendall(b"220 hello\r\n")
    read_all(stream, note)


def freezes(stream, note):
    time.sleep(FROZEN)


def closes_at_once(stream, note):
    pass


class Alerts:
    """Speaks TLS through memory, so that it can be given a record that no key fits: it answers that with a fatal alert."""

    def __init__(self, context):
        self.context = context

    def __call__(self, plain, note):
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        tls = self.context.wrap_bio(incoming, outgoing, server_side=True)

        def step(action):
            while True:
                try:
                    result = action()
                    plain.sendall(outgoing.read())
                    return result
                except ssl.SSLWantReadError:
                    plain.sendall(outgoing.read())
                    piece = plain.recv(65536)
                    if not piece:
                        raise OSError("ended")
                    incoming.write(piece)

        step(tls.do_handshake)
        note(step(lambda: tls.read(65536)))
        incoming.write(b"\x17\x03\x03\x00\x40" + b"\x55" * 64)
        try:
            tls.read(65536)
        except ssl.SSLError:
            plain.sendall(outgoing.read())
        read_all(plain, lambda piece: None)


def https(stream, note):
    """Answers by the path of the request."""
    head = b""
    while b"\r\n\r\n" not in head:
        piece = stream.recv(65536)
        if not piece:
            return
        note(piece)
        head += piece
    head, body = head.split(b"\r\n\r\n", 1)
    lines = head.decode("latin-1").split("\r\n")
    fields = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines[1:])}
    while len(body) < int(fields.get("content-length", "0")):
        piece = stream.recv(65536)
        if not piece:
            return
        note(piece)
        body += piece
    what = lines[0].split(" ")[1].strip("/").split("/")
    if what[0] == "freezes":
        time.sleep(FROZEN)
        return
    extra = ""
    if what[0] == "302":
        extra = "Location: https://elsewhere.example.com/\r\n"
    elif len(what) > 1 and what[1] == "date":
        extra = "Retry-After: %s\r\n" % email.utils.formatdate(time.time() + 90, usegmt=True)
    elif len(what) > 1:
        extra = "Retry-After: %s\r\n" % what[1]
    text = b'{"text":"Said by the receiver","code":0}'
    stream.sendall(("HTTP/1.1 %s X\r\nContent-Length: %d\r\n%sConnection: close\r\n\r\n" % (what[0], len(text), extra)).encode() + text)
    if isinstance(stream, ssl.SSLSocket):
        stream.unwrap()


def serve_udp(name, ledger, family, address, port=0):
    sock = socket.socket(family, socket.SOCK_DGRAM)
    sock.bind((address, port))

    def run():
        while True:
            data, _ = sock.recvfrom(65536)
            ledger.opened(name)
            ledger.got(name, data + b"\n")

    threading.Thread(target=run, daemon=True).start()
    return sock.getsockname()[1]


def start(folder, listen):
    """Starts all receivers; gives `name -> (port, extra)`. `listen(serve, context)` opens a port of both families."""
    ledger = Ledger()
    made = Certificates(folder)
    right = "DNS:localhost,DNS:siem.example.com,IP:127.0.0.1,IP:::1"
    good = made.make("good", "/CN=siem.example.com", "leaf", made.root, right)
    contexts = {
        "good": made.context(good),
        "chain": made.context(made.make("chain", "/CN=siem.example.com", "leaf", made.intermediate, right), made.intermediate),
        "alone": made.context(made.make("alone", "/CN=siem.example.com", "leaf", made.intermediate, right)),
        "wrong_name": made.context(made.make("wrong-name", "/CN=other", "leaf", made.root, "DNS:other.example.com,DNS:more.example.com")),
        "name_as_text": made.context(made.make("text", "/CN=other", "leaf", made.root, "DNS:127.0.0.2.example.com")),
        "expired": made.context(made.make("expired", "/CN=siem.example.com", "leaf", made.root, right, ends="20210203040506Z")),
        "not_yet": made.context(made.make("not-yet", "/CN=siem.example.com", "leaf", made.root, right, begins="20980101000000Z")),
        "self_signed": made.context(made.make("self", "/CN=siem.example.com", "leaf", None, right)),
        "other_ca": made.context(made.make("other", "/CN=siem.example.com", "leaf", made.other_root, right)),
        "for_clients": made.context(made.make("clients", "/CN=siem.example.com", "leaf", made.root, right, "clientAuth")),
    }
    old = made.context(good)
    old.minimum_version = old.maximum_version = ssl.TLSVersion.TLSv1_1
    newest = [made.context(good), made.context(good)]
    for context in newest:
        context.minimum_version = ssl.TLSVersion.TLSv1_3
    newest[1].verify_mode = ssl.CERT_REQUIRED
    demanding = [made.context(good), made.context(good)]
    for context in demanding:
        context.verify_mode = ssl.CERT_REQUIRED
    asking = made.context(good)
    asking.verify_mode = ssl.CERT_OPTIONAL
    listeners = {}

    def add(name, manner, context=None):
        def serve(stream):
            ledger.opened(name)
            manner(stream, lambda piece: ledger.got(name, piece))

        listeners["siem_" + name] = (listen(serve, context), "-")

    add("answers", answers, contexts["good"])
    add("ends_bare", ends_bare, contexts["good"])
    add("ends_at_fin", ends_at_fin, contexts["good"])
    add("never_ends", never_ends, contexts["good"])
    add("old_tls", answers, old)
    add("tls13_answers", answers, newest[0])
    add("tls13_ends_at_fin", ends_at_fin, newest[0])
    add("tls13_demands_certificate", answers, newest[1])
    add("tcp_never_ends", tcp_never_ends)
    add("resets_after_all", resets_after_all, contexts["good"])
    add("resets_behind_its_end", resets_behind_its_end, contexts["good"])
    add("ends_before", ends_before, contexts["good"])
    add("resets_at_once", resets_at_once, contexts["good"])
    add("talks", talks, contexts["good"])
    add("freezes", freezes, contexts["good"])
    add("alerts", Alerts(contexts["good"]))
    add("freezes_in_handshake", freezes)
    for name in ("chain", "alone", "wrong_name", "name_as_text", "expired", "not_yet", "self_signed", "other_ca", "for_clients"):
        add(name, answers, contexts[name])
    add("demands_certificate", answers, demanding[0])
    add("asks_for_certificate", answers, asking)
    add("tcp_answers", read_all)
    add("tcp_resets_after_all", resets_after_all)
    add("tcp_resets_at_once", resets_at_once)
    add("tcp_closes_at_once", closes_at_once)
    add("tcp_talks", talks)
    add("tcp_freezes", freezes)
    add("https", https, contexts["good"])
    add("https_wrong_name", https, contexts["wrong_name"])
    add("https_other_ca", https, contexts["other_ca"])
    add("https_demands_certificate", https, demanding[1])
    listeners["siem_udp"] = (serve_udp("udp", ledger, socket.AF_INET, "127.0.0.1"), "-")
    listeners["siem_udp_ipv6"] = (serve_udp("udp_ipv6", ledger, socket.AF_INET6, "::1"), "-")

    def office(stream):
        words = stream.makefile("r", encoding="ascii").readline().split()
        if words[0] == "take":
            count, data = ledger.take(words[1])
            stream.sendall(b"%d %s" % (count, data.hex().encode()))
        elif words[0] == "trust":
            for context in (*demanding, asking):
                context.load_verify_locations(cadata=bytes.fromhex(words[1]).decode("ascii"))
            stream.sendall(b"0 ")

    listeners["siem_ledger"] = (listen(office, None), "-")
    listeners["siem_root_file"] = (0, made.root)
    listeners["siem_good_file"] = (0, good)
    return listeners
