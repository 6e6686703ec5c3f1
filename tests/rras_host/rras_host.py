"""The stand-in for an RRAS server: one Wine prefix with doubles, services, certificates and a TLS listener.

    with RrasHost.create(folder) as host:
        good = host.authority.good()
        host.make_healthy(good)
        host.bind("[::]", host.authority.expired())
        host.restart_ras()                       # RRAS reads the bindings and writes its events
        ...
        assert host.writes(by="sstp-watchdog.exe") == []
"""

import json
import os
import pathlib
import shutil
import subprocess
import time

from certificate_authority import Certificate, CertificateAuthority
from host_prefix import DOUBLES, HostPrefix, wait_until
from ports import take_port
from tls_client import accepts, http_status, served_certificate

SSTP_APP_ID = "{ba195980-cd49-458b-9e23-c84ee0adcd75}"
IIS_APP_ID = "{4dc3e181-e14b-4a21-b022-59fc669b0914}"
SERVER_URI = "/sra_{BA195980-CD49-458b-9E23-C84EE0ADCD75}/"
SSTP_PARAMETERS = r"SYSTEM\CurrentControlSet\Services\SstpSvc\Parameters"
KILL_SWITCH = r"SOFTWARE\Policies\SSTP Watchdog"
SERVICES = ("SstpSvc", "RasMan", "RemoteAccess")  # in the order in which they start
DEPENDS_ON = {"SstpSvc": [], "RasMan": ["SstpSvc"], "RemoteAccess": ["RasMan"]}
AUTOMATIC, ON_DEMAND, DISABLED = 2, 3, 4
PATIENCE = 240  # seconds for a service to change its state: generous, nothing waits for it when all is well
LOOPBACK = {"ipv4": "127.0.0.1", "ipv6": "::1"}
WILDCARD = {"ipv4": "0.0.0.0", "ipv6": "[::]"}
REPOSITORY = pathlib.Path(__file__).resolve().parents[2]


def build_folder(variable, preset):
    return pathlib.Path(os.environ.get(variable, REPOSITORY / "build" / preset))


class HostError(RuntimeError):
    """A request that the host could not carry out."""


class RrasHost:
    """Everything that a scenario breaks, and everything that it looks at from outside the product."""

    def __init__(self, prefix, windows_build, native_build, port):
        self.prefix = prefix
        self.port = port
        self.state = prefix.drive_c / "rras_host"
        self.authority = CertificateAuthority(prefix.folder / "test_ca", windows_build / "wine" / "test_keys")
        self._windows, self._native = windows_build, native_build
        self._control = self._listener = None
        self.reached_at = dict(LOOPBACK)   # where clients of each family come to

    @classmethod
    def create(cls, folder, windows_build=None, native_build=None, port=443, atomic_update=True):
        """A new host in `folder`. `atomic_update=False` is a Windows before 1703, whose httpapi.dll lacks HttpUpdateServiceConfiguration."""
        windows_build = pathlib.Path(windows_build or build_folder("SSTP_WINDOWS_BUILD", "windows"))
        native_build = pathlib.Path(native_build or build_folder("SSTP_NATIVE_BUILD", "native"))
        prefix = HostPrefix.create(folder, windows_build / "wine" / "template")
        for name in DOUBLES:
            prefix.install_double(name, windows_build / "bin" / f"{name}_double.dll")
        if not atomic_update:
            prefix.install_double("httpapi", windows_build / "bin" / "httpapi_before_1703.dll")
        programs = prefix.drive_c / "rras_host" / "bin"
        programs.mkdir(parents=True)
        for name in ("rras_host.exe", "rras_service.exe"):
            shutil.copyfile(windows_build / "bin" / name, programs / name)
        take_port(port)
        host = cls(prefix, windows_build, native_build, port)
        host._install()
        return host

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.stop_listener()
        if self._control is not None:
            self._control.stdin.close()
            self._control.wait(timeout=60)
            self._control.stdout.close()
            self._control = None
        self.prefix.close()
        for state in (self.state / "services").glob("*.state"):  # their processes are gone
            state.unlink()

    def reboot(self):
        """Ends all Windows processes and starts the prefix again: automatic services come up, the listener stays as it was."""
        listening = self._listener is not None
        self.close()
        if listening:
            self.start_listener()

    def delete(self):
        """close(), and the prefix goes too."""
        self.close()
        shutil.rmtree(self.prefix.folder)

    # Requests to the control program inside the prefix

    def ask(self, request, **arguments):
        if self._control is None:
            self._control = self.prefix.popen(r"C:\rras_host\bin\rras_host.exe", "serve", stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self._control.stdin.write(json.dumps({"do": request, **arguments}) + "\n")
        self._control.stdin.flush()
        line = self._control.stdout.readline()
        if not line:
            raise HostError(f"{request}: the control program ended")
        answer = json.loads(line)
        if not answer["ok"]:
            raise HostError(f"{request}: {answer['error']}")
        return answer["value"]

    def _install(self):
        for name in SERVICES:
            self.ask("service.install", service=name, path=rf"C:\rras_host\bin\rras_service.exe {name}", depends_on=DEPENDS_ON[name],
                     start_type=AUTOMATIC if name == "RemoteAccess" else ON_DEMAND)
        self.ask("certificate.import", store="Root", der=self.authority.der.hex())
        self._default_parameters()

    def _default_parameters(self):
        self.ask("registry.delete_key", key=SSTP_PARAMETERS)
        self.set_parameter("ServerURI", text=SERVER_URI)
        self.set_parameter("UseHttps", number=1)
        self.set_parameter("ListenerPort", number=0 if self.port == 443 else self.port)

    def reset(self):
        """A server as installed: no certificates, bindings, hashes, orders or events; RRAS stopped, the listener untouched."""
        for order in (self.state / "services").glob("*.json"):
            order.unlink()
        for order in ("faults.json", "listener.json", "listen_list.json", "ssl_extended.json", "http_sys.json", "renewal_links.json", "certificates_came.json"):
            (self.state / order).unlink(missing_ok=True)
        self.reached_at = dict(LOOPBACK)
        self.stop_ras()
        for name in SERVICES:
            self.ask("service.start_type", service=name, start_type=AUTOMATIC if name == "RemoteAccess" else ON_DEMAND)
        self.ask("binding.clear")
        for store in ("MY", "WebHosting"):
            self.ask("certificate.clear", store=store)
        shutil.rmtree(self.state / "served", ignore_errors=True)
        shutil.rmtree(self.state / "central", ignore_errors=True)
        self.ask("registry.delete_key", key=KILL_SWITCH)
        self._default_parameters()
        for channel in ("System", "Application"):
            self.ask("log.remove", channel=channel)
            self.ask("log.create", channel=channel)
        self.forget_writes()

    # Certificates of LocalMachine\MY

    def install_certificate(self, certificate, key="usable", store="MY"):
        """`key`: usable, none (only the certificate), broken (a link to a key that is gone) or elsewhere (a link to a provider that is not installed).
        Only RSA keys can be usable under Wine 8."""
        self._serve_file(certificate)
        return self.ask("certificate.import", der=certificate.der.hex(), key=key, key_blob=certificate.key_blob.hex() if key == "usable" else "", store=store)

    def _serve_file(self, certificate, folder="served", name=None):
        (self.state / folder).mkdir(exist_ok=True)
        (self.state / folder / f"{name or certificate.thumbprint}.pem").write_text(certificate.pem + certificate.chain_pem + certificate.key_pem)

    def remove_certificate(self, certificate, keep_serving=False, store="MY"):
        """`keep_serving`: HTTP.SYS goes on with what it has cached until RRAS starts again; otherwise handshakes fail from now on."""
        if not keep_serving:
            self.stop_serving(certificate)
        return self.ask("certificate.remove", thumbprint=certificate.thumbprint, store=store)

    def stop_serving(self, certificate):
        """HTTP.SYS finds no usable key for it any more: handshakes that would be signed with it fail from now on."""
        (self.state / "served" / f"{certificate.thumbprint}.pem").unlink(missing_ok=True)

    def archive_certificate(self, certificate):
        """As auto-enrolment archives a renewed one. No program under Wine 8 sees it any more, not even one that asks for archived ones."""
        self.ask("certificate.archive", thumbprint=certificate.thumbprint)

    def link_renewal(self, old, new):
        """CERT_RENEWAL_PROP_ID of the old one, as auto-enrolment leaves it. Served is the new one where order_listener(follows_renewal_link=True)
        says that Schannel follows such links."""
        self.ask("certificate.renewed_by", thumbprint=old.thumbprint, successor=new.thumbprint)
        links = self.state / "renewal_links.json"
        known = json.loads(links.read_text()) if links.exists() else {}
        self._replace(links, {**known, old.thumbprint: new.thumbprint})

    def chain_errors(self, certificate, store="MY"):
        """TrustStatus.dwErrorStatus of the chain that Windows builds; 0 is trusted."""
        return self.ask("certificate.chain", thumbprint=certificate.thumbprint, store=store)

    def break_key(self, certificate):
        self.ask("certificate.break_key", thumbprint=certificate.thumbprint)

    def registered_thumbprints(self, store="MY"):
        """Also of archived certificates."""
        return self.ask("certificate.registered", store=store)

    def certificates(self, store="MY"):
        """Those that a program sees, by thumbprint."""
        return {entry["thumbprint"]: entry for entry in self.ask("certificate.list", store=store)}

    # HTTP.SYS

    def bind(self, address, certificate, port=None, **fields):
        """Puts a record, whatever was there and however unfit the certificate: somebody broke or changed it. `address` is 0.0.0.0, [::] or
        an exact one; with kind="server_name" a host name. `certificate` is a Certificate or a thumbprint."""
        thumbprint = certificate.thumbprint if isinstance(certificate, Certificate) else certificate
        self._expect_done("binding.put", endpoint=f"{address}:{port or self.port}", hash=thumbprint, **fields)

    def bind_central_store(self, server_name, certificate):
        """A central-certificate-store record for the port, and the certificate that its share has for `server_name`."""
        self._serve_file(certificate, "central", server_name.lower())
        self._expect_done("binding.put", kind="central_store", endpoint=f"*:{self.port}", hash="", app_id=IIS_APP_ID, store_name=None)

    def unbind(self, address, port=None, kind="address"):
        self._expect_done("binding.delete", endpoint=f"{address}:{port or self.port}", kind=kind)

    def _expect_done(self, request, **arguments):
        code = self.ask(request, **arguments)
        if code != 0:
            raise HostError(f"{request} {arguments.get('endpoint')}: error {code}")

    def bindings(self):
        """All records by endpoint, every field as it was set."""
        return {record["endpoint"]: record for record in self.ask("binding.list")}

    def order_http_sys(self, new_keys_settle_ms=0):
        """For how long it answers 87 to a certificate whose key has just come."""
        self._replace(self.state / "http_sys.json", {"new_keys_settle_ms": new_keys_settle_ms})

    def listen_on(self, *addresses):
        """The IP listen list: HTTP.SYS listens there and nowhere else, and clients of a family come to its first. Loopback addresses, as a
        test listens on no other; all of 127.0.0.0/8 are this machine's."""
        self._replace(self.state / "listen_list.json", list(addresses))
        self.reached_at = {"ipv6" if ":" in each else "ipv4": each for each in reversed(addresses)}
        for address in {*LOOPBACK.values(), *addresses}:
            wait_until(lambda a=address: accepts(a, self.port) == (a in addresses), 10, f"the listener to follow the listen list for {address}")

    def bound(self, family):
        record = self.bindings().get(f"{WILDCARD[family]}:{self.port}")
        return record["hash"] if record else None

    # SstpSvc\Parameters and the rest of the registry

    def set_parameter(self, name, **value):
        """`number=`, `text=`, or `bytes=` (hexadecimal) with an optional `type=`."""
        self.ask("registry.write", key=SSTP_PARAMETERS, name=name, **value)

    def delete_parameter(self, name):
        self.ask("registry.delete", key=SSTP_PARAMETERS, name=name)

    def set_hashes(self, certificate, by_admin=True):
        self.set_parameter("Sha1CertificateHash", bytes=certificate.thumbprint)
        self.set_parameter("Sha256CertificateHash", bytes=certificate.sha256)
        self.set_parameter("isHashConfiguredByAdmin", number=1 if by_admin else 0)

    def parameters(self):
        """Values by name ({"type", "bytes"}) and `last_written`, which shows a value that was changed and put back. Writing an equal
        value is no change to Wine."""
        return self.ask("registry.read", key=SSTP_PARAMETERS)

    def hashes(self):
        values = self.parameters()["values"]
        return {short: values[name]["bytes"] if name in values else None for short, name in (("sha1", "Sha1CertificateHash"), ("sha256", "Sha256CertificateHash"))}

    def set_kill_switch(self, mode):
        if mode is None:
            self.ask("registry.delete_key", key=KILL_SWITCH)
        else:
            self.ask("registry.write", key=KILL_SWITCH, name="Mode", text=mode)

    # Services

    def order_service(self, service, **orders):
        """start_ms, stop_ms, start (ok, hang, fail), stop (ok, hang, refuse), exit_code, die; of RemoteAccess ready_ms, until_ready, refuses_ipv4,
        refuses_ipv6, sstp_ports, registers_uri, insists_on_certificate, listener_errors_end_it; of SstpSvc keeps_hash, keeps_listener: see service/service_orders.h."""
        (self.state / "services").mkdir(exist_ok=True)
        self._replace(self.state / "services" / f"{service}.json", orders)

    def service(self, name):
        return self.ask("service.status", service=name)

    def start_ras(self, timeout=PATIENCE, ends_with=0):
        """As the SCM does for RemoteAccess: what it depends on first. `ends_with` is the exit code of a start that is to fail."""
        code = self.ask("service.start", service="RemoteAccess")
        if code not in (0, 1056):
            raise HostError(f"start RemoteAccess: error {code}")
        wait_until(lambda: self.service("RemoteAccess")["state"] in ("running", "stopped"), timeout, "RemoteAccess to start")
        found = self.service("RemoteAccess")
        if (found["state"], found["exit_code"]) != (("stopped", ends_with) if ends_with else ("running", 0)):
            raise HostError(f"RemoteAccess is {found['state']}, exit code {found['exit_code']}, events {self.ras_sstp_ids()}")

    def stop_ras(self, services=tuple(reversed(SERVICES)), timeout=PATIENCE):
        for name in services:
            if self.service(name)["state"] == "stopped":
                continue
            code = self.ask("service.control", service=name)
            if code not in (0, 1062):
                raise HostError(f"stop {name}: error {code}")
            self.wait_for_service(name, "stopped", timeout)

    def restart_ras(self, ends_with=0):
        """All three, as an administrator's restart that cures does."""
        self.stop_ras()
        self.start_ras(ends_with=ends_with)

    def wait_for_service(self, name, state, timeout=PATIENCE):
        wait_until(lambda: self.service(name)["state"] == state, timeout, f"{name} to be {state}")

    def kill_service(self, name):
        """Ends its process as a crash would. Wine's SCM goes on to show it running."""
        process_id = self.ask("process.kill", service=name)
        self._replace(self.state / "services" / f"{name}.state", {"service": name, "state": "stopped"})
        return process_id

    # Event log

    def events(self, provider=None, channel="System", after=0):
        return [event for event in self.ask("log.read", channel=channel, after=after) if provider in (None, event["provider"])]

    def ras_sstp_ids(self, after=0):
        return [event["id"] for event in self.events("Microsoft-Windows-RasSstp", after=after)]

    def write_event(self, event_id, strings=(), provider="Microsoft-Windows-RasSstp", channel="System", level=2, repeat=1, **fields):
        event = {"id": event_id, "provider": provider, "level": level, "data": list(strings), **fields}
        if provider == "Microsoft-Windows-RasSstp":
            event = {"provider_guid": "{6c260f2c-049a-43d8-bf4d-d350a4e6611a}", "event_source": "RasSstp", **event}
        self.ask("log.write", channel=channel, events=[event], repeat=repeat)

    def wrap_log(self, keep, channel="System"):
        self.ask("log.wrap", channel=channel, keep=keep)

    def clear_log(self, channel="System", restart_numbering=False):
        self.ask("log.clear", channel=channel, restart_numbering=restart_numbering)

    # Faults and the audit trail

    def order_faults(self, *orders):
        """Replaces all orders; see README. order_faults() without any ends the trouble."""
        self._replace(self.state / "faults.json", list(orders))

    def faults(self):
        path = self.state / "faults.json"
        return json.loads(path.read_text()) if path.exists() else []

    def writes(self, by=None):
        """The audit trail: every write and attempt at HTTP.SYS, every start and stop of a stand-in. `by` is a process name."""
        path = self.state / "audit.jsonl"
        lines = [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []
        return [line for line in lines if by is None or line["process"].lower() == by.lower()]

    def forget_writes(self):
        (self.state / "audit.jsonl").unlink(missing_ok=True)

    def snapshot(self):
        """All that a product which changes nothing must leave as it is: compare two with ==."""
        return {"parameters": self.parameters(), "bindings": self.bindings(), "certificates": self.certificates(),
                "services": {name: self.service(name) for name in SERVICES}, "http": [line for line in self.writes() if line["function"].startswith("Http")]}

    @staticmethod
    def _replace(path, value):
        new = path.with_suffix(".new")
        new.write_text(json.dumps(value))
        new.replace(path)

    # The listener, and clients of it

    def start_listener(self):
        self._listener = subprocess.Popen([self._native / "bin" / "rras_listener", self.state, str(self.port)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
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
        """ipv4, ipv6 (False: refused), serve_ipv4, serve_ipv6 (thumbprint), status, stall (handshake, response), follows_renewal_link. Waits until in
        force."""
        self._replace(self.state / "listener.json", orders)
        for family in ("ipv4", "ipv6"):
            if family not in self.reached_at:
                continue
            wait_until(lambda f=family: accepts(self.reached_at[f], self.port) == orders.get(f, True), 10, f"the listener to follow its orders for {family}")

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
            sessions = self.state / "sessions.json"
            filetime = int((time.time() + 11644473600) * 10_000_000)
            self._replace(sessions, json.loads(sessions.read_text()) + [{"tunnel": "SSTP", "began": filetime}])
        return met

    # Whole servers

    def make_healthy(self, certificate, by_admin=True):
        """Certificate, bindings, hashes, services and listener in the state that RRAS is happy with."""
        self.install_certificate(certificate)
        for wildcard in WILDCARD.values():
            self.bind(wildcard, certificate)
        self.set_hashes(certificate, by_admin)
        self.start_ras()
        if self._listener is None:
            self.start_listener()
        for family in LOOPBACK:
            if self.vpn_client(family) != "connected":
                raise HostError(f"not healthy over {family}: {self.vpn_client(family)}, events {self.ras_sstp_ids()}")
