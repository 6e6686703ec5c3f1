"""Everybody that `./dev receivers` sends to: receivers, and receivers behind proxies, each said to be real or an imitation."""

import collections
import dataclasses
import pathlib
import re

from forwarder import Forwarder
from receivers.field import HaProxy, LineReceiver, Netty, Nginx, Node, Stunnel
from receivers.https import HttpsCollector
from receivers.identity import SENDER_NAME, SERVER_NAME, Identity
from receivers.rsyslog import Rsyslog
from receivers.syslog_ng import SyslogNg

EVENT_ID = re.compile(rb"([0-9a-f]{32})-(\d+)")
LF = {"framing": "lf", "client_certificate": "none"}


@dataclasses.dataclass
class Standing:
    """One receiver as a sender sees it. `front`: what is connected to; `back`: who keeps the lines, and has the trouble. `presents`: it demands our certificate."""

    name: str
    kind: str           # real, imitation; of a proxy: what it is, before a receiver that is
    transport: str
    front: object
    back: object
    port: int
    file: pathlib.Path
    more: dict

    def destination(self):
        if self.transport == "https":
            return Forwarder.https(self.name, self.front.url(), "hec", **self.more)
        if self.transport == "tls":
            return Forwarder.tls(self.name, self.port, **self.more)
        return Forwarder.plain(self.name, "tcp", self.port, **self.more)

    @property
    def presents(self):
        return self.transport == "tls" and "client_certificate" not in self.more

    @property
    def octet_counted(self):
        return self.more.get("framing") != "lf"

    def arrivals(self, installation):
        """How often each number of this installation has come."""
        if self.transport == "https":
            return collections.Counter(int(number) for body in self.back.bodies() for owner, number in re.findall(rb'"id": ?"([0-9a-f]{32})-(\d+)"', body)
                                       if owner.decode() == installation)
        text = self.file.read_bytes() if self.file.exists() else b""
        last_of_line = (found[-1] for line in text.split(b"\n") if (found := EVENT_ID.findall(line)))
        return collections.Counter(int(number) for owner, number in last_of_line if owner.decode() == installation)

    def start(self):
        self.back.start()
        if self.front is not self.back:
            self.front.start()

    def kill(self):
        self.front.kill()
        self.back.kill()


def field_side(folder, authority):
    """All of them, not started."""
    def identity(name):
        return Identity(folder / f"{name}-identity", authority.issue(SERVER_NAME), authority.pem)

    def alone(name, kind, process, more, transport="tls"):
        return Standing(name, kind, transport, process, process, process.port, process.file_in(process.folder), more)

    def loghost(name, process):
        return Standing(name, "real", "tls", process, process, process.port["tls"], process.file("tls"), {})

    def ends_tls(name, proxy):
        backend = LineReceiver(folder / f"behind-{proxy.__name__}")
        front = proxy(folder / proxy.__name__, identity(proxy.__name__), backend.port)
        return Standing(name, "real, imitation", "tls", front, backend, front.port, backend.file_in(backend.folder), LF)

    def passes_on(name, proxy, backend, transport, kind, port, file, more):
        front = proxy(folder / name.replace(" ", "-").replace(",", ""), None, port)
        return Standing(name, kind, transport, front, backend, front.port, file, more)

    untold = LineReceiver(folder / "behind-haproxy-tcp")
    behind_haproxy, behind_nginx = (Rsyslog(folder / f"behind-{proxy}-passing", identity(f"passed-by-{proxy}"), "openssl", [SENDER_NAME]) for proxy in ("haproxy", "nginx"))
    return [
        loghost("rsyslog, GnuTLS", Rsyslog(folder / "gnutls", identity("gnutls"), "gnutls", [SENDER_NAME])),
        loghost("rsyslog, OpenSSL", Rsyslog(folder / "openssl", identity("openssl"), "openssl", [SENDER_NAME])),
        loghost("syslog-ng", SyslogNg(folder / "syslog-ng", identity("syslog-ng"))),
        alone("Netty (Logstash tcp)", "real", Netty(folder / "netty", identity("netty")), LF),
        alone("Netty, TCP", "real", Netty(folder / "netty-tcp"), {"framing": "lf"}, "tcp"),
        alone("Node", "real", Node(folder / "node", identity("node")), LF),
        alone("Node, allowHalfOpen", "real", Node(folder / "half", identity("half"), half_open=True), LF),
        alone("never ends, with \"sent\"", "imitation", LineReceiver(folder / "sent", "never_ends", identity("sent")), {**LF, "confirmation": "sent"}),
        alone("ends at our FIN", "imitation", LineReceiver(folder / "fin", "ends_at_fin", identity("fin")), LF),
        ends_tls("stunnel", Stunnel),
        ends_tls("nginx stream, TLS", Nginx),
        ends_tls("HAProxy, TLS", HaProxy),
        passes_on("HAProxy, TCP", HaProxy, untold, "tcp", "real, imitation", untold.port, untold.file_in(untold.folder), {"framing": "lf"}),
        passes_on("HAProxy, TLS passed on", HaProxy, behind_haproxy, "tls", "real, real", behind_haproxy.port["tls"], behind_haproxy.file("tls"), {}),
        passes_on("nginx, TLS passed on", Nginx, behind_nginx, "tls", "real, real", behind_nginx.port["tls"], behind_nginx.file("tls"), {}),
        collector(folder, identity("hec")),
    ]


def collector(folder, identity):
    process = HttpsCollector(folder / "hec", identity)
    return Standing("Splunk HEC", "imitation", "https", process, process, process.port, process.stored_file(), {"token_file": r"C:\data\hec.token"})
