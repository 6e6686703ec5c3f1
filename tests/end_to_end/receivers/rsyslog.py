"""rsyslog as a receiver: UDP, TCP and mutual TLS, each into a file of its own."""

import pathlib

from receivers.process import Process, free_port, lines, program

DRIVERS = {"gnutls": "gtls", "openssl": "ossl"}
TRANSPORTS = ("udp", "tcp", "tls")

# The main queue is direct: what a session brought is in the file before its end is answered, so that whoever was told "arrived" was told the
# truth, even when rsyslog is killed or its disk is full in the next moment. With rsyslog's default, a queue in memory, it may lose what it has taken.
CONFIGURATION = """
global(workDirectory="{folder}" maxMessageSize="128k" parser.escapeControlCharactersOnReceive="off" net.enableDNS="off"
       defaultNetstreamDriverCAFile="{trusted}" defaultNetstreamDriverCertFile="{certificate}" defaultNetstreamDriverKeyFile="{key}")
main_queue(queue.type="Direct")
module(load="imudp")
module(load="imptcp")
module(load="omprog")
module(load="imtcp" maxSessions="200" streamDriver.name="{driver}" streamDriver.mode="1" streamDriver.authMode="{authentication}" {permitted})

template(name="raw" type="string" string="%rawmsg%\\n")
template(name="parsed" type="list" option.jsonf="on") {{
    property(outname="pri" name="pri" format="jsonf")
    property(outname="timestamp" name="timereported" dateFormat="rfc3339" format="jsonf")
    property(outname="hostname" name="hostname" format="jsonf")
    property(outname="app_name" name="app-name" format="jsonf")
    property(outname="procid" name="procid" format="jsonf")
    property(outname="msgid" name="msgid" format="jsonf")
    property(outname="structured_data" name="structured-data" format="jsonf")
    property(outname="message" name="msg" format="jsonf")
}}

{rulesets}
input(type="imudp" address="127.0.0.1" port="{udp}" ruleset="udp")
input(type="imptcp" address="127.0.0.1" port="{tcp}" ruleset="tcp" maxFrameSize="131072")
input(type="imtcp" address="127.0.0.1" port="{tls}" ruleset="tls" maxFrameSize="131072")
"""
RULESET = """
ruleset(name="{transport}" queue.type="Direct") {{ {actions} }}
"""
DURABLE = """
    action(type="omprog" binary="/usr/bin/python3 {writer} {folder}/{transport}.log" template="raw" confirmMessages="on" confirmTimeout="60000" killUnresponsive="on"
           action.resumeRetryCount="-1" action.resumeInterval="1" action.resumeIntervalMax="1")
    action(type="omfile" file="{folder}/{transport}.parsed" template="parsed" asyncWriting="off" flushOnTXEnd="on")
"""
PLAIN = """
    action(type="omfile" file="{folder}/{transport}.log" template="raw" asyncWriting="off" flushOnTXEnd="on")
"""
WRITER = pathlib.Path(__file__).with_name("line_writer.py")


class Rsyslog(Process):
    """`driver`: gnutls or openssl. `peers`: names of which one must be in the sender's certificate; none: any that chains to the trusted roots.
    `plain`: rsyslog writes its file itself, for benchmarks; a full disk costs it messages then."""

    def __init__(self, folder, identity, driver="gnutls", peers=(), plain=False):
        self.name = f"rsyslog ({'GnuTLS' if driver == 'gnutls' else 'OpenSSL'})"
        self.port = {transport: free_port() for transport in TRANSPORTS}
        super().__init__(folder, [program("rsyslogd"), "-n", "-f", folder / "rsyslog.conf", "-i", folder / "rsyslog.pid"],
                         [("udp" if transport == "udp" else "tcp", port) for transport, port in self.port.items()])
        permitted = "permittedPeer=[" + ",".join(f'"{name}"' for name in peers) + "]" if peers else ""
        (self.folder / "rsyslog.conf").write_text(CONFIGURATION.format(
            folder=self.folder, trusted=identity.trusted_file, certificate=identity.certificate_file, key=identity.key_file, driver=DRIVERS[driver],
            authentication="x509/name" if peers else "x509/certvalid", permitted=permitted,
            rulesets="".join(self._ruleset(each, PLAIN if plain else DURABLE) for each in TRANSPORTS), **self.port))

    def _ruleset(self, transport, actions):
        return RULESET.format(transport=transport, actions=actions.format(transport=transport, folder=self.folder, writer=WRITER))

    def file(self, transport):
        return self.folder / f"{transport}.log"

    def messages(self, transport):
        return lines(self.file(transport))

    def parsed(self, transport):
        return lines(self.folder / f"{transport}.parsed")

    def writer(self, transport):
        """The process that writes the file; nothing before the first message."""
        path = self.folder / f"{transport}.log.pid"
        return int(path.read_text()) if path.exists() else None

    def writers(self):
        return [process for process in map(self.writer, TRANSPORTS) if process is not None]
