"""What stands configured on a test host: certificates, records of HTTP.SYS, parameters of SstpSvc. A part of RrasHost."""

import json
import os
import pathlib

from certificate_authority import Certificate
from host_prefix import wait_until
from tls_client import accepts

SSTP_APP_ID = "{ba195980-cd49-458b-9e23-c84ee0adcd75}"
IIS_APP_ID = "{4dc3e181-e14b-4a21-b022-59fc669b0914}"
SSTP_PARAMETERS = r"SYSTEM\CurrentControlSet\Services\SstpSvc\Parameters"
KILL_SWITCH = r"SOFTWARE\Policies\SSTP Watchdog"
LOOPBACK = {"ipv4": "127.0.0.1", "ipv6": "::1"}
WILDCARD = {"ipv4": "0.0.0.0", "ipv6": "[::]"}


def serial_number_in(der):
    """Where the last eight bytes of a certificate's serial number begin. Certificate ::= SEQUENCE { TBSCertificate ::= SEQUENCE { [0] version, INTEGER serialNumber"""
    at = 0
    for tag in (0x30, 0x30, 0xA0, 0x02):
        if der[at] != tag:
            raise ValueError(f"no certificate of version 3: {der[at]:#04x} at {at}")
        length = der[at + 1]
        header = 2 + (length & 0x7F if length & 0x80 else 0)
        if tag == 0x02:
            if length & 0x80 or length <= 8:
                raise ValueError(f"a serial number of {length} bytes leaves no room")
            return at + header + length - 8
        at += header + (length if tag == 0xA0 else 0)
    raise AssertionError


class HostError(RuntimeError):
    """A request that the host could not carry out."""


class Configuration:
    """Needs `ask`, `state`, `port`, `reached_at`, `trusted_files` and `replace` of RrasHost."""

    # Certificates of LocalMachine\MY

    def install_certificate(self, certificate, key="usable", store="MY"):
        """`key`: usable, none (only the certificate), broken (a link to a key that is gone) or elsewhere (a link to a provider that is not installed).
        Only RSA keys can be usable under Wine 8."""
        self._serve_file(certificate)
        return self.ask("certificate.import", der=certificate.der.hex(), key=key, key_blob=certificate.key_blob.hex() if key == "usable" else "", store=store)

    def install_series(self, template, count, store="MY"):
        """`count` certificates of one shape, each with a serial number and thumbprint of its own; without keys, and with a signature that is wrong. Their serial
        number has to have room for eight bytes that change."""
        self.ask("certificate.import_series", der=template.der.hex(), at=serial_number_in(template.der), count=count, store=store)

    def install_authority(self, authority, store="Root"):
        """Wine 10 removes roots that this machine does not have, whenever a process asks for a chain. Where the machine is ours (.ci/wine10) it gets them too, as long as the host is."""
        self.ask("certificate.import", store=store, der=authority.der.hex())
        roots_of_the_machine = os.environ.get("SSTP_ROOTS_OF_THE_MACHINE")
        if store == "Root" and roots_of_the_machine:
            file = pathlib.Path(roots_of_the_machine) / f"{authority.thumbprint}.pem"
            file.write_text(authority.pem)
            self.trusted_files.add(file)

    def _serve_file(self, certificate, folder="served", name=None):
        (self.state / folder).mkdir(exist_ok=True)
        (self.state / folder / f"{name or certificate.thumbprint}.pem").write_text(certificate.pem + certificate.chain_pem + certificate.key_pem)

    def remove_certificate(self, certificate, keep_serving=False, store="MY"):
        """`keep_serving`: HTTP.SYS goes on with what it has cached until RRAS starts again; otherwise handshakes fail from now on."""
        if not keep_serving:
            self.stop_serving(certificate)
        return self.ask("certificate.remove", thumbprint=certificate.thumbprint, store=store)

    def serve_without_intermediates(self, certificate):
        """Clients get the leaf alone: HTTP.SYS did not find the intermediate when it made the chain."""
        (self.state / "served" / f"{certificate.thumbprint}.pem").write_text(certificate.pem + certificate.key_pem)

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
        self.replace(links, {**known, old.thumbprint: new.thumbprint})

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

    def bind_series(self, certificate, count):
        """Server-name records of `count` other sites."""
        self.ask("binding.put_series", count=count, port=self.port, hash=certificate.thumbprint, app_id=IIS_APP_ID)

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
        self.replace(self.state / "http_sys.json", {"new_keys_settle_ms": new_keys_settle_ms})

    def listen_on(self, *addresses):
        """The IP listen list: HTTP.SYS listens there and nowhere else, and clients of a family come to its first. Loopback addresses, as a
        test listens on no other; all of 127.0.0.0/8 are this machine's."""
        self.replace(self.state / "listen_list.json", list(addresses))
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
