"""syslog-ng as a receiver. Its package conflicts with rsyslog's, so it is unpacked instead of installed: `./dev` does that into build/syslog-ng."""

from receivers.process import Process, ReceiverFailed, free_port, lines
from wine_prefix import SOURCE_DIR

TRANSPORTS = ("udp", "tcp", "tls")
UNPACKED = SOURCE_DIR / "build" / "syslog-ng"

CONFIGURATION = """
@version: 3.38
options {{ use-dns(no); keep-hostname(yes); create-dirs(no); flush-lines(1); stats-freq(0); threaded(yes); }};

source udp {{ syslog(transport("udp") ip("127.0.0.1") port({udp}) {common}); }};
source tcp {{ syslog(transport("tcp") ip("127.0.0.1") port({tcp}) {common}); }};
source tls {{ syslog(transport("tls") ip("127.0.0.1") port({tls}) {common}
                  tls(key-file("{key}") cert-file("{certificate}") ca-file("{trusted}") peer-verify(required-trusted))); }};
{files}
"""
FILES = """
destination {0} {{ file("{folder}/{0}.log" template("${{RAWMSG}}\\n")); }};
destination {0}_parsed {{ file("{folder}/{0}.parsed" template("$(format-json pri=$PRI timestamp=$ISODATE hostname=$HOST app_name=$PROGRAM procid=$PID msgid=$MSGID structured_data=$SDATA message=$MSG)\\n")); }};
log {{ source({0}); destination({0}); destination({0}_parsed); flags(flow-control); }};
"""
COMMON = "flags(store-raw-message) log-msg-size(131072) max-connections(100)"


class SyslogNg(Process):
    """Takes every sender whose certificate chains to the trusted roots."""

    name = "syslog-ng"

    def __init__(self, folder, identity):
        modules = sorted(UNPACKED.glob("usr/lib/syslog-ng/*/"))
        modules = [each for each in modules if (each / "libafsocket.so").exists()]
        if not modules:
            raise ReceiverFailed(f"{UNPACKED} has no syslog-ng; ./dev test puts it there")
        self.port = {transport: free_port() for transport in TRANSPORTS}
        super().__init__(folder, ["env", f"LD_LIBRARY_PATH={modules[0].parent}", UNPACKED / "usr/sbin/syslog-ng", "-F", "--no-caps", "-f", folder / "syslog-ng.conf",
                                  "-R", folder / "state", "-c", folder / "ctl", "-p", folder / "pid", "--module-path", modules[0]],
                         [("udp" if transport == "udp" else "tcp", port) for transport, port in self.port.items()])
        (self.folder / "syslog-ng.conf").write_text(CONFIGURATION.format(
            common=COMMON, key=identity.key_file, certificate=identity.certificate_file, trusted=identity.trusted_file,
            files="".join(FILES.format(each, folder=self.folder) for each in TRANSPORTS), **self.port))

    def file(self, transport):
        return self.folder / f"{transport}.log"

    def messages(self, transport):
        return lines(self.file(transport))

    def parsed(self, transport):
        return lines(self.folder / f"{transport}.parsed")
