"""What stands in the field besides rsyslog and syslog-ng: receivers that end a session late or never (Netty and Node themselves, and line_server.py, an imitation),
and real proxies between a sender and its receiver (stunnel, nginx, HAProxy). Netty and the proxies are unpacked by `./dev` into build/field-receivers and have
configurations of their own; what must be installed for Netty and Node, only `./dev receivers` demands."""

import pathlib
import sys

from receivers.process import Process, ReceiverFailed, free_port, lines, program
from wine_prefix import SOURCE_DIR

UNPACKED = SOURCE_DIR / "build" / "field-receivers"
HERE = pathlib.Path(__file__).parent
SERVER = HERE / "line_server.py"
NETTY = ("netty-common", "netty-buffer", "netty-resolver", "netty-transport", "netty-codec", "netty-handler", "jctools-core")
LIBRARIES = f"LD_LIBRARY_PATH={UNPACKED}/usr/lib/x86_64-linux-gnu:{UNPACKED}/lib/x86_64-linux-gnu"


def unpacked(path):
    if not (UNPACKED / path).exists():
        raise ReceiverFailed(f"{UNPACKED} has no {path}; ./dev test puts it there")
    return UNPACKED / path


class LineReceiver(Process):
    """Keeps what arrives, line by line. With an identity over TLS."""

    def __init__(self, folder, manner="ends", identity=None):
        self.port = free_port()
        files = [identity.certificate_file, identity.key_file] if identity else []
        super().__init__(folder, [sys.executable, SERVER, manner, self.port, self.file_in(folder), *files], [("tcp", self.port)])

    @staticmethod
    def file_in(folder):
        return pathlib.Path(folder) / "lines"

    def messages(self):
        return lines(self.file_in(self.folder))


class Netty(Process):
    """Netty in the shape of Logstash's tcp input. Its program is compiled by Java as it starts."""

    def __init__(self, folder, identity=None):
        self.port = free_port()
        files = [identity.certificate_file, identity.key_file] if identity else []
        jars = ":".join(str(unpacked(f"usr/share/java/{name}.jar")) for name in NETTY)
        super().__init__(folder, [program("java"), "-Xmx64m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp", jars, HERE / "TcpInput.java", self.port,
                                  self.file_in(folder), *files], [("tcp", self.port)])

    file_in, messages = staticmethod(LineReceiver.file_in), LineReceiver.messages


class Node(Process):
    """`half_open`: with allowHalfOpen it never ends a session."""

    def __init__(self, folder, identity, half_open=False):
        self.port = free_port()
        super().__init__(folder, [program("node"), HERE / "tls_server.js", str(half_open).lower(), self.port, self.file_in(folder), identity.certificate_file, identity.key_file],
                         [("tcp", self.port)])

    file_in, messages = staticmethod(LineReceiver.file_in), LineReceiver.messages


class Proxy(Process):
    """In front of a receiver over TCP; what it shows to senders is `port`."""

    def __init__(self, folder, command, text):
        super().__init__(folder, ["env", LIBRARIES, *command], [("tcp", self.port)])
        self.file.write_text(text)


class Stunnel(Proxy):
    def __init__(self, folder, identity, backend):
        self.port, self.file = free_port(), pathlib.Path(folder) / "stunnel.conf"
        pathlib.Path(folder).mkdir(parents=True, exist_ok=True)
        super().__init__(folder, [unpacked("usr/bin/stunnel4"), self.file], f"""foreground = yes
pid =
[syslog]
accept = 127.0.0.1:{self.port}
connect = 127.0.0.1:{backend}
cert = {identity.certificate_file}
key = {identity.key_file}
""")


class Nginx(Proxy):
    """`identity`: TLS ends here; None: TCP is passed through as it is."""

    def __init__(self, folder, identity, backend):
        self.port, self.file = free_port(), pathlib.Path(folder) / "nginx.conf"
        pathlib.Path(folder).mkdir(parents=True, exist_ok=True)
        tls = f""" ssl;
        ssl_protocols TLSv1.2 TLSv1.3;
        ssl_certificate {identity.certificate_file};
        ssl_certificate_key {identity.key_file}""" if identity else ""
        module = unpacked("usr/lib/nginx/modules/ngx_stream_module.so")
        super().__init__(folder, [unpacked("usr/sbin/nginx"), "-p", folder, "-c", self.file, "-e", "stderr", "-g", "daemon off; master_process off;"], f"""load_module {module};
pid {folder}/nginx.pid;
error_log stderr;
events {{ }}
stream {{
    server {{
        listen 127.0.0.1:{self.port}{tls};
        proxy_pass 127.0.0.1:{backend};
    }}
}}
""")


class HaProxy(Proxy):
    """`identity`: TLS ends here; None: TCP is passed through as it is."""

    def __init__(self, folder, identity, backend):
        self.port, self.file = free_port(), pathlib.Path(folder) / "haproxy.cfg"
        pathlib.Path(folder).mkdir(parents=True, exist_ok=True)
        pem = pathlib.Path(folder) / "both.pem"
        if identity:
            pem.write_text(identity.certificate_file.read_text() + identity.key_file.read_text())
        super().__init__(folder, [unpacked("usr/sbin/haproxy"), "-db", "-f", self.file], f"""defaults
    mode tcp
    timeout connect 5s
    timeout client 60s
    timeout server 60s
listen syslog
    bind 127.0.0.1:{self.port}{f" ssl crt {pem}" if identity else ""}
    server receiver 127.0.0.1:{backend}
""")
