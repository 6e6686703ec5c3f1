"""The listener of a test host, and clients of it. A part of RrasHost."""

import json
import subprocess
import time

from host_configuration import LOOPBACK, HostError
from host_prefix import wait_until
from tls_client import accepts, http_status, served_certificate

SERVER_URI = "/sra_{BA195980-CD49-458b-9E23-C84EE0ADCD75}/"


class Clients:
    """Needs `state`, `port`, `reached_at`, `bound`, `listener_program` and `replace` of RrasHost."""

    _listener = None

    def start_listener(self):
        self._listener = subprocess.Popen([self.listener_program, self.state, str(self.port)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        if self._listener.stdout.readline().strip() != "ready":
            raise HostError("the listener did not start")

    def stop_listener(self):
        if self._listener is None:
            return
        self._listener.stdin.close()
        self._listener.wait(timeout=30)
        self._listener.stdout.close()
        self._listener = None

    def order_listener(self, **orders):
        """ipv4, ipv6 (False: refused), silent_ipv4_with, silent_ipv6_with (thumbprint: refused while the family's record names it), serve_ipv4, serve_ipv6
        (thumbprint), status, head_status, stall (handshake, response), follows_renewal_link. Waits until in force."""
        self.replace(self.state / "listener.json", orders)
        for family in ("ipv4", "ipv6"):
            if family not in self.reached_at:
                continue
            silent = not orders.get(family, True) or orders.get(f"silent_{family}_with") in {self.bound(family)} - {None}
            wait_until(lambda f=family, s=silent: accepts(self.reached_at[f], self.port) != s, 10, f"the listener to follow its orders for {family}")

    def served(self, family, server_name="vpn.example.com"):
        """SHA-256 of the leaf that a TLS client is given, or None when it gets no session."""
        return served_certificate(self.reached_at[family], self.port, server_name)

    def uri_status(self, family, method="HEAD", uri=SERVER_URI, headers="", server_name="vpn.example.com"):
        """HTTP status of one request, or None."""
        return http_status(self.reached_at[family], self.port, server_name, method, uri, headers)

    def vpn_client(self, family, server_name="vpn.example.com"):
        """What an SSTP client meets: "connected", or the step that fails. Crypto binding compares the hash of the certificate that the
        client saw with the one that SSTP has in force (MS-SSTP 3.3.3)."""
        seen = self.served(family, server_name)
        if seen is None:
            return "no TLS session"
        call = "Content-Length: 18446744073709551615\r\nSSTPCORRELATIONID: {7F51D7F9-0F4E-4B2A-9A4B-3A3B7E1C0001}\r\n"
        status = self.uri_status(family, "SSTP_DUPLEX_POST", headers=call, server_name=server_name)
        if status != 200:
            return f"call refused with {status}"
        in_force = json.loads((self.state / "services" / "sstp.json").read_text()).get("crypto_binding_sha256", "")
        return "connected" if in_force == seen else "crypto binding failed"

    def client_connects(self, family="ipv4", server_name="vpn.example.com"):
        """A client that stays: its session is one of RRAS's until RRAS stops."""
        met = self.vpn_client(family, server_name)
        if met == "connected":
            self._begin_sessions("SSTP", 1)
        return met

    def others_connect(self, count, tunnel="IKEv2"):
        """Clients of another tunnel, which do not come by way of SSTP: neither its listener nor its certificate concerns them."""
        self._begin_sessions(tunnel, count)

    def _begin_sessions(self, tunnel, count):
        sessions = self.state / "sessions.json"
        filetime = int((time.time() + 11644473600) * 10_000_000)
        self.replace(sessions, json.loads(sessions.read_text()) + [{"tunnel": tunnel, "began": filetime}] * count)
