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

from certificate_authority import CertificateAuthority
from full_disk import Disk
from host_clients import SERVER_URI, Clients
from host_configuration import IIS_APP_ID, KILL_SWITCH, LOOPBACK, SSTP_APP_ID, SSTP_PARAMETERS, WILDCARD, Configuration, HostError
from host_prefix import DOUBLES, HostPrefix, wait_until
from ports import take_port

__all__ = ("AUTOMATIC", "DISABLED", "IIS_APP_ID", "LOOPBACK", "ON_DEMAND", "SSTP_APP_ID", "SSTP_PARAMETERS", "WILDCARD", "HostError", "RrasHost", "build_folder", "wait_until")

SERVICES = ("SstpSvc", "RasMan", "RemoteAccess")  # in the order in which they start
DEPENDS_ON = {"SstpSvc": [], "RasMan": ["SstpSvc"], "RemoteAccess": ["RasMan"]}
AUTOMATIC, ON_DEMAND, DISABLED = 2, 3, 4
PATIENCE = 240  # seconds for a service to change its state: generous, nothing waits for it when all is well
REPOSITORY = pathlib.Path(__file__).resolve().parents[2]


def build_folder(variable, preset):
    return pathlib.Path(os.environ.get(variable, REPOSITORY / "build" / preset))


class RrasHost(Configuration, Clients):
    """Everything that a scenario breaks, and everything that it looks at from outside the product."""

    def __init__(self, prefix, windows_build, native_build, port):
        self.prefix = prefix
        self.port = port
        self.state = prefix.drive_c / "rras_host"
        self.authority = CertificateAuthority(prefix.folder / "test_ca", windows_build / "wine" / "test_keys")
        self.listener_program = native_build / "bin" / "rras_listener"
        self._native_build = native_build
        self._control = None
        self.trusted_files = set()
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
        prefix.install_elevated(windows_build / "bin" / "elevated.exe")
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

    def disk_of(self, folder):
        """Of a folder of the prefix, given as this machine names it."""
        return Disk(folder, self._native_build)

    def delete(self):
        """close(), and the prefix goes too."""
        self.close()
        for file in self.trusted_files:
            file.unlink()
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
        self.install_authority(self.authority)
        self._default_parameters()

    def _default_parameters(self):
        self.ask("registry.delete_key", key=SSTP_PARAMETERS)
        self.set_parameter("ServerURI", text=SERVER_URI)
        self.set_parameter("UseHttps", number=1)
        port = 0 if self.port == 443 else self.port
        self.set_parameter("ListenerPort", number=port)
        for name, number in (("UseHttps", 1), ("ListenerPort", port)):   # RRAS has run before: it makes no key in here when it starts
            self.ask("registry.write", key=SSTP_PARAMETERS + r"\ConfigStore", name=name, number=number)

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

    # Services

    def order_service(self, service, **orders):
        """start_ms, stop_ms, start (ok, hang, fail), stop (ok, hang, refuse), exit_code, die; of RemoteAccess ready_ms, until_ready, refuses_ipv4,
        refuses_ipv6, sstp_ports, registers_uri, insists_on_certificate, listener_errors_end_it; of SstpSvc keeps_hash, keeps_listener: see service/service_orders.h."""
        (self.state / "services").mkdir(exist_ok=True)
        self.replace(self.state / "services" / f"{service}.json", orders)

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
        self.replace(self.state / "services" / f"{name}.state", {"service": name, "state": "stopped"})
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
        self.replace(self.state / "faults.json", list(orders))

    def faults(self):
        path = self.state / "faults.json"
        return json.loads(path.read_text()) if path.exists() else []

    def writes(self, by=None):
        """The audit trail: every write and attempt at HTTP.SYS, every start and stop of a stand-in. `by` is a process name. Whoever has seen a change (by a
        request, by the SCM, or as a client) finds its line here."""
        path = self.state / "audit.jsonl"
        whole, _, _ = (path.read_text() if path.exists() else "").rpartition("\n")   # behind it, a line that is just being written
        lines = [json.loads(line) for line in whole.splitlines()]
        return [line for line in lines if by is None or line["process"].lower() == by.lower()]

    def forget_writes(self):
        (self.state / "audit.jsonl").unlink(missing_ok=True)

    def snapshot(self):
        """All that a product which changes nothing must leave as it is: compare two with ==."""
        return {"parameters": self.parameters(), "bindings": self.bindings(), "certificates": self.certificates(),
                "services": {name: self.service(name) for name in SERVICES}, "http": [line for line in self.writes() if line["function"].startswith("Http")]}

    @staticmethod
    def replace(path, value):
        new = path.with_suffix(".new")
        new.write_text(json.dumps(value))
        new.replace(path)

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
