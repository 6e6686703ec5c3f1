"""rsyslog as a forwarder: the peer beside which ours is measured. At its most careful: a disk queue that is synced at every message, retries for ever, TLS with both
certificates checked. It reads a file as it grows, as our watchdog reads an event log."""

from receivers.identity import SERVER_NAME
from receivers.process import Process, program

CONFIGURATION = """
global(workDirectory="{work}" maxMessageSize="128k" net.enableDNS="off" parser.escapeControlCharactersOnReceive="off"
       defaultNetstreamDriverCAFile="{trusted}" defaultNetstreamDriverCertFile="{certificate}" defaultNetstreamDriverKeyFile="{key}")
main_queue(queue.type="Direct")
module(load="imfile" mode="inotify")
template(name="as_read" type="string" string="%msg%")
input(type="imfile" file="{source}" tag="in:" persistStateInterval="1" freshStartTail="off" ruleset="forward")
ruleset(name="forward" queue.type="Direct") {{ {actions} }}
"""
ACTION = """
    action(type="omfwd" name="{name}" target="{host}" port="{port}" protocol="tcp" tcp_framing="octet-counted" template="as_read" {tls}
           queue.type="Disk" queue.filename="{name}" queue.syncQueueFiles="{sync}" queue.checkpointInterval="{checkpoint}" queue.maxFileSize="16m"
           queue.saveOnShutdown="on" queue.timeoutShutdown="1000" action.resumeRetryCount="-1" action.resumeInterval="1" action.resumeIntervalMax="5")
"""
TLS = f'streamDriver="gtls" streamDriverMode="1" streamDriverAuthMode="x509/name" streamDriverPermittedPeers="{SERVER_NAME}"'


class RsyslogForwarder(Process):
    """Reads `source` line by line and sends each line as one message to each of `targets`: (name, "tls" or "tcp", port). `careful`: synced and
    checkpointed at every message."""

    name = "rsyslog"

    def __init__(self, folder, identity, targets, careful=True):
        (folder / "work").mkdir(parents=True, exist_ok=True)
        super().__init__(folder, [program("rsyslogd"), "-n", "-f", folder / "forwarder.conf", "-i", folder / "forwarder.pid"], [])
        self.source = folder / "source.txt"
        self.source.touch()
        actions = "".join(ACTION.format(name=name, host=SERVER_NAME, port=port, tls=TLS if transport == "tls" else "", sync="on" if careful else "off",
                                        checkpoint=1 if careful else 100) for name, transport, port in targets)
        (folder / "forwarder.conf").write_text(CONFIGURATION.format(
            work=folder / "work", source=self.source, trusted=identity.trusted_file, certificate=identity.certificate_file, key=identity.key_file, actions=actions))
