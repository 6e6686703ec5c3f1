"""Reasons of DESIGN section 6 that can arise on a host: how each arises, what `check` finds, and what is true after `heal --now`.

The key of a scenario is a sentence; that of a state of servers (tests/core/servers/README.md) begins with its number. `breaks` gets a healthy server and breaks it as the field
does; `host.good` is the certificate that both bindings and both hashes name. `heals` names the certificate that everything names afterwards; None: everything must be left exactly
as it was found.
"""

import dataclasses
import pathlib
import socket
import unittest
from typing import Callable, Optional

from certificate_authority import CertificateAuthority, days
from rras_host import DISABLED, IIS_APP_ID, WILDCARD

# How long the watchdog has known the server when it breaks. A server that is looked at for the first time has a past that nobody knows.
NEVER, SEEN, SEEN_WITH_A_CLIENT = "never seen", "seen", "seen with a client"


@dataclasses.dataclass
class Scenario:
    sentence: str
    breaks: Callable
    finds: dict                  # severity by reason; empty: nothing above information
    heals: Optional[str] = "good"
    check: Optional[int] = 2     # exit code of `check`; None: whatever else is found decides it
    heal: int = 0                # exit code of `heal --now`
    why: Optional[str] = None    # the stable word of a refusal
    restarts: int = 1            # of RemoteAccess
    policy: dict | Callable = dataclasses.field(default_factory=dict)   # or made of the certificate in force
    arguments: tuple = ()        # of heal
    known: str = SEEN
    prepares: Callable = lambda host: None   # before the watchdog sees the server
    begins: Optional[Callable] = None        # of an authority: the certificate in force; None: `host.good` of every scenario
    by_admin: bool = True                    # isHashConfiguredByAdmin, before and after
    store: Optional[str] = "MY"              # of the records after a heal
    one_critical: bool = False               # what is found is the only thing that is critical: the rest follows from it
    meets: Optional[str] = None              # what clients of every family meet on the broken server; None: not the same in all
    then_finds: dict = dataclasses.field(default_factory=dict)   # after the heal
    again: int = 0                           # exit code of a second heal
    tells: tuple = ()                        # types of events in the journal


ONLY_VPN = {"certificate": {"dns_names": ["vpn.example.com"]}}
NOW = ("--ignore-window",)
CRITICAL, WARNING, INFORMATION = "critical", "warning", "information"
NOBODYS_SHA1, NOBODYS_SHA256 = "AB" * 20, "AB" * 32


def install(host, name, **key):
    """A certificate of the authority by the name of its maker, known to the scenario by that name."""
    if name not in host.made:
        host.made[name] = getattr(host.authority, name)()
    host.install_certificate(host.made[name], **key)
    return host.made[name]


def in_force(host, certificate):
    """Bindings and hashes name it, and RRAS has read them: the state that an administrator, or time, has brought about."""
    for address in WILDCARD.values():
        host.bind(address, certificate)
    host.set_hashes(certificate)
    host.restart_ras()


def spoiled(name, **key):
    """The certificate in force is no good, and a renewed one waits in the store."""
    def breaks(host):
        bad = install(host, name, **key)
        host.remove_certificate(host.good)
        in_force(host, bad)
        install(host, "renewed")
    return breaks


def alone(name, **key):
    def breaks(host):
        bad = install(host, name, **key)
        host.remove_certificate(host.good)
        in_force(host, bad)
    return breaks


def other_name(host):
    host.made["other"] = host.authority.good("mail.example.com")
    host.install_certificate(host.made["other"])
    host.remove_certificate(host.good)
    in_force(host, host.made["other"])
    install(host, "renewed")


def without_key(host):
    host.made["keyless"] = host.authority.good()
    host.install_certificate(host.made["keyless"], key="none")
    host.remove_certificate(host.good)
    in_force(host, host.made["keyless"])
    host.stop_serving(host.made["keyless"])
    install(host, "renewed")


def distant_revocation(host):
    """In force: a certificate whose revocation list nobody serves."""
    distant = host.authority.good(more_extensions=["crlDistributionPoints=URI:http://127.0.0.1:9/ca.crl"])
    host.install_certificate(distant)
    host.remove_certificate(host.good)
    in_force(host, distant)


def deleted(host, keep_serving=False):
    install(host, "renewed")
    host.remove_certificate(host.good, keep_serving=keep_serving)


def deleted_and_still_served(host):
    deleted(host, keep_serving=True)


def key_is_gone(host):
    """The container was deleted, and HTTP.SYS needs it anew."""
    host.break_key(host.good)
    host.stop_serving(host.good)
    install(host, "renewed")


def two_names(host):
    """Records and hashes of a certificate that is gone, in automatic mode, and two others that are not alike."""
    host.set_hashes(host.good, by_admin=False)
    for name in ("a.example.org", "b.example.org"):
        host.made[name] = host.authority.good(name)
        host.install_certificate(host.made[name])
    host.remove_certificate(host.good)


def authority_beside(host, label, store="Root", **more):
    """Another authority of the test, whose certificate lies in a store of this server."""
    if not hasattr(host, "authorities"):
        host.authorities = {}
    if label not in host.authorities:
        host.authorities[label] = CertificateAuthority(pathlib.Path(host.prefix.folder) / label.replace(" ", "_"), host.authority.keys, **more)
        host.install_authority(host.authorities[label], store)
    return host.authorities[label]


def certificate_of_another_ca(host):
    """Newer and longer, of the same name: the internal CA's, for IKEv2."""
    host.made["internal"] = authority_beside(host, "internal", name="Corporate Root").renewed(valid_to=days(300))
    host.install_certificate(host.made["internal"])


def self_signed_in_force(host):
    own = install(host, "self_signed")
    host.remove_certificate(host.good)
    in_force(host, own)
    install(host, "renewed")


def ipv6_names_another(host):
    host.bind("[::]", install(host, "expired"))


def hash_names_another(host):
    host.set_parameter("Sha256CertificateHash", bytes=install(host, "expired").sha256)


def hash_names_nothing(host):
    host.set_parameter("Sha256CertificateHash", bytes=NOBODYS_SHA256)


def rras_reads_sha1(host):
    host.set_parameter("Sha1Enabled", number=1)
    host.restart_ras()


def foreign(certificate_of):
    def breaks(host):
        certificate = certificate_of(host)
        for address in WILDCARD.values():
            host.unbind(address)
            host.bind(address, certificate, app_id=IIS_APP_ID)
    return breaks


def address_of_this_machine():
    """One by which others reach it. Nothing is sent: an UDP socket only chooses its own address."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as chooses:
        try:
            chooses.connect(("192.0.2.1", 9))
        except OSError as none:
            raise unittest.SkipTest("this machine has no address but loopback") from none
        return chooses.getsockname()[0]


def shadowed(host):
    host.bind(address_of_this_machine(), install(host, "expired"), app_id=IIS_APP_ID)


def another_site(host):
    host.made["www"] = host.authority.good("www.example.com")
    host.install_certificate(host.made["www"])
    host.bind("203.0.113.6", host.made["www"], app_id=IIS_APP_ID)


def stale_listener(family):
    return lambda host: host.order_listener(**{f"serve_{family}": install(host, "expired").thumbprint})


HEALED = [
    Scenario("a missing IPv4 binding is made anew, and nobody loses a session", lambda h: h.unbind("0.0.0.0"), {"binding_missing_ipv4": CRITICAL}, restarts=0),
    Scenario("a missing IPv6 binding is made anew, though 0.0.0.0 serves IPv6 too", lambda h: h.unbind("[::]"), {"binding_missing_ipv6": WARNING}, check=1, restarts=0),
    Scenario("11b: a binding that names another certificate follows the stored hash", ipv6_names_another, {"binding_mismatch": CRITICAL}, restarts=0),
    Scenario("a binding is put right at the first look as well, without a restart, for RRAS started after the hashes were written", ipv6_names_another,
             {"binding_mismatch": CRITICAL}, restarts=0, known=NEVER),
    Scenario("32a: a missing SHA-1 hash that RRAS does not read is written without a restart", lambda h: h.delete_parameter("Sha1CertificateHash"),
             {"hash_sha1_missing": INFORMATION}, check=0, restarts=0),
    Scenario("a SHA-1 hash of 19 bytes that RRAS does not read is written anew without a restart", lambda h: h.set_parameter("Sha1CertificateHash", bytes="00" * 19),
             {"hash_sha1_malformed": INFORMATION}, check=0, restarts=0),
    Scenario("32a: a stale SHA-1 hash that RRAS does not read is replaced without a restart", lambda h: h.set_parameter("Sha1CertificateHash", bytes=NOBODYS_SHA1),
             {"hash_sha1_mismatch": INFORMATION}, check=0, restarts=0),
    Scenario("32b: where RRAS reads the SHA-1 hash a stale one is critical, and is replaced without a restart as long as RRAS holds the right one",
             lambda h: h.set_parameter("Sha1CertificateHash", bytes=NOBODYS_SHA1), {"hash_sha1_mismatch": CRITICAL}, restarts=0, prepares=rras_reads_sha1),
    Scenario("32b: a stale SHA-1 hash that RRAS has read is replaced with a restart, which waits for the window", lambda h: (
                 h.set_parameter("Sha1CertificateHash", bytes=NOBODYS_SHA1), h.restart_ras()),
             {"hash_sha1_mismatch": CRITICAL}, prepares=rras_reads_sha1, arguments=NOW),
    Scenario("a missing SHA-256 hash is written without a restart where RRAS still holds it", lambda h: h.delete_parameter("Sha256CertificateHash"),
             {"hash_sha256_missing": CRITICAL}, restarts=0),
    Scenario("a SHA-256 hash that is text is written anew without a restart where RRAS still holds the right one",
             lambda h: h.set_parameter("Sha256CertificateHash", text="8C10"), {"hash_sha256_malformed": CRITICAL}, restarts=0),
    Scenario("11a: a SHA-256 hash that was moved to another certificate is moved back without a restart where RRAS still holds the right one", hash_names_another,
             {"hash_sha256_mismatch": CRITICAL}, restarts=0),
    Scenario("a missing SHA-256 hash of which nobody knows whether RRAS holds it is written, and read by a restart", lambda h: h.delete_parameter("Sha256CertificateHash"),
             {"hash_sha256_missing": CRITICAL}, known=NEVER),
    Scenario("25c: a hash that names nothing here is replaced where the policy names the certificate, without a restart as long as RRAS holds the right one", hash_names_nothing,
             {"hash_unknown_to_this_server": CRITICAL}, policy=ONLY_VPN, restarts=0),
    Scenario("a flag that is text becomes a number again", lambda h: h.set_parameter("isHashConfiguredByAdmin", text="1"), {"hash_flag_malformed": CRITICAL}, restarts=0),
    Scenario("a deleted certificate is replaced by the renewed one", deleted, {"certificate_missing": CRITICAL}, "renewed"),
    Scenario("5a: a deleted certificate that is still served is replaced when the administrator says so", deleted_and_still_served, {"certificate_missing": WARNING}, "renewed",
             check=1, arguments=NOW),
    Scenario("an expired certificate is replaced by the renewed one", spoiled("expired"), {"certificate_expired": CRITICAL}, "renewed"),
    Scenario("an expired certificate is replaced at the first look as well", spoiled("expired"), {"certificate_expired": CRITICAL}, "renewed", known=NEVER),
    Scenario("a certificate from the future is replaced", spoiled("not_yet_valid"), {"certificate_not_yet_valid": CRITICAL}, "renewed"),
    Scenario("a certificate for clients only is replaced", spoiled("for_clients_only"), {"eku_unfit": CRITICAL}, "renewed", arguments=NOW),
    Scenario("a certificate without any key usage is replaced, as the policy does not allow it", spoiled("without_eku"), {"eku_unfit": CRITICAL}, "renewed", arguments=NOW),
    Scenario("a certificate without a private key is replaced", without_key, {"private_key_missing": CRITICAL}, "renewed"),
    Scenario("15a: a certificate whose key container is gone is replaced", key_is_gone, {"private_key_unusable": CRITICAL}, "renewed"),
    Scenario("10d: a certificate of another name is replaced", other_name, {"name_mismatch": CRITICAL}, "renewed", policy=ONLY_VPN),
    Scenario("a self-signed certificate is replaced by one of a CA where the policy allows any", self_signed_in_force, {"certificate_superseded": INFORMATION}, "renewed",
             check=1, known=NEVER, policy={"certificate": {"ca": "any"}}, arguments=NOW),
    Scenario("a certificate with a weak key is a warning, and gives way to a newer one", spoiled("weak"), {"weak_key": WARNING, "certificate_superseded": INFORMATION}, "renewed",
             check=1, arguments=NOW),
    Scenario("a certificate with a newer successor is replaced when the administrator says so", lambda h: install(h, "renewed"), {"certificate_superseded": INFORMATION}, "renewed",
             check=0, arguments=NOW),
    Scenario("a foreign binding is taken over when the policy says so", foreign(lambda h: install(h, "expired")), {"binding_foreign_owner": CRITICAL}, restarts=0,
             policy={"listener": {"foreign_owner": "take_over"}}),
    Scenario("31b: RemoteAccess that ended for its certificate is started again", lambda h: ended_with(h, 1168), {"service_stopped": CRITICAL}),
]

LEFT_ALONE = [
    Scenario("nothing is written on a healthy server", lambda h: None, {}, None, check=0, restarts=0),
    Scenario("nothing is written on a healthy server that is seen for the first time, whose names are presumed", lambda h: None, {"names_presumed": INFORMATION}, None, check=0,
             restarts=0, known=NEVER),
    Scenario("an expired certificate without a successor is told, and nothing is changed", alone("expired"), {"certificate_expired": CRITICAL, "no_fit_certificate": CRITICAL}, None,
             heal=11, why="no_fit_certificate", restarts=0),
    Scenario("a certificate that ends soon is told", alone("expiring"), {"certificate_expiring": WARNING}, None, check=1, restarts=0),
    Scenario("3a: a planned replacement waits for its time, and warns nobody", lambda h: install(h, "renewed"), {"certificate_superseded": INFORMATION}, None, check=0, heal=11,
             why="outside_window", restarts=0),
    Scenario("5a: a deleted certificate that is still served waits for the hours of the window", deleted_and_still_served, {"certificate_missing": WARNING}, None, check=1, heal=11,
             why="outside_window", restarts=0),
    Scenario("14: a key that cannot be opened is no reason to move while its certificate is served", lambda h: h.break_key(h.good), {}, None, check=0, restarts=0),
    Scenario("20b: two certificates of different names are not guessed between", two_names, {"ambiguous_certificate": CRITICAL}, None, heal=11, why="ambiguous_certificate", restarts=0,
             known=NEVER),
    Scenario("1a, 3b: a certificate of another CA than the one with which clients connected is told, and not taken", certificate_of_another_ca,
             {"successor_other_ca": INFORMATION}, None, check=0, restarts=0, known=SEEN_WITH_A_CLIENT),
    Scenario("1b: a certificate of another CA is not taken before anything was learned", certificate_of_another_ca, {"ambiguous_certificate": WARNING}, None, check=1,
             restarts=0, known=NEVER),
    Scenario("12: of a self-signed certificate and one of a CA none is chosen before anything was learned", self_signed_in_force, {"ambiguous_certificate": WARNING}, None, check=1,
             restarts=0, known=NEVER),
    Scenario("25c: a hash that names nothing here is told, not replaced, where nobody names the certificate", hash_names_nothing, {"hash_unknown_to_this_server": CRITICAL}, None,
             heal=11, why="hash_unknown_to_this_server", restarts=0),
    Scenario("25b: a hash that names nothing here is somebody's intent where clients connect", lambda h: (h.client_connects(), hash_names_nothing(h)),
             {"hash_unknown_to_this_server": WARNING}, None, check=1, heal=11, why="hash_unknown_to_this_server", restarts=0),
    Scenario("a foreign binding with an unfit certificate is told, not touched", foreign(lambda h: install(h, "expired")), {"binding_foreign_owner": CRITICAL}, None, heal=11,
             why="binding_foreign_owner", restarts=0),
    Scenario("a foreign binding that serves the right certificate is no trouble", foreign(lambda h: h.good), {}, None, check=0, restarts=0),
    Scenario("22: a record of one of our addresses with an expired certificate of our name is told, not touched", shadowed, {"binding_shadowed": CRITICAL}, None, heal=11,
             why="binding_shadowed", restarts=0),
    Scenario("21: a record of another site's address and name is no finding", another_site, {}, None, check=0, restarts=0),
    Scenario("25a: behind a load balancer nothing is written, whatever looks wrong", lambda h: (h.set_parameter("UseHttps", number=0), h.unbind("[::]"), h.restart_ras()),
             {"tls_offloaded": INFORMATION}, None, check=0, heal=11, why="tls_offloaded", restarts=0),
    Scenario("in observe mode nothing is written", lambda h: h.unbind("0.0.0.0"), {"binding_missing_ipv4": CRITICAL}, None, heal=11, why="observe_mode", restarts=0,
             policy={"mode": "observe"}),
    Scenario("with the kill switch set nothing is written", lambda h: (h.unbind("0.0.0.0"), h.set_kill_switch("observe")), {"binding_missing_ipv4": CRITICAL}, None, heal=11,
             why="kill_switch", restarts=0),
    Scenario("a kill switch that cannot be understood counts as set", lambda h: (h.unbind("0.0.0.0"), h.set_kill_switch("hael")),
             {"binding_missing_ipv4": CRITICAL, "kill_switch_invalid": WARNING}, None, heal=11, why="kill_switch", restarts=0),
    Scenario("bindings that cannot be read forbid writing, and are unknown, not critical",
             lambda h: (h.delete_parameter("Sha1CertificateHash"), h.order_faults({"function": "HttpQueryServiceConfiguration", "error": 5, "count": 0})),
             {"state_unreadable": WARNING}, None, check=3, heal=11, why="state_unreadable", restarts=0),
    Scenario("30: a service that an administrator stopped is told, not started", lambda h: (h.stop_ras(("RemoteAccess",)), h.unbind("0.0.0.0")), {"service_stopped": CRITICAL}, None,
             heal=11, why="service_stopped", restarts=0),
    Scenario("53: that RRAS is stopped is one critical, and what follows from it stands below", lambda h: h.stop_ras(("RemoteAccess",)), {"service_stopped": CRITICAL}, None,
             heal=11, why="service_stopped", restarts=0, one_critical=True),
    *(Scenario(f"{row}: a service that ended with {code}, an error which is no trouble of a certificate, is told, not started", lambda h, c=code: ended_with(h, c),
               {"service_stopped": CRITICAL}, None, heal=11, why="service_stopped", restarts=0) for row, code in (("76a", 1067), ("76b", 1068), ("76c", 1069))),
    Scenario("a service that an administrator disabled is told, not started", lambda h: disabled(h), {"service_disabled": WARNING}, None, heal=11, why="service_disabled", restarts=0),
    Scenario("a revocation server that is away is only a warning", distant_revocation, {"revocation_unknown": WARNING}, None, check=1, restarts=0,
             policy={"certificate": {"revocation": "best_effort"}}),
    Scenario("a revocation that must be known and is not is no reason to leave the certificate in force", distant_revocation, {"revocation_unknown": WARNING}, None, check=1, restarts=0,
             policy={"certificate": {"revocation": "require"}}),
]

# Only a probe says so: a warning at first; a restart is tried once, what stands is kept, and from then on it is only reported, as critical. The answer of `heal` is
# not "healthy".
IMPATIENT = {"verify": {"ready_within": "5s"}}
SYMPTOMS = [
    Scenario("an IPv4 listener that serves another certificate than bound is reported when a restart does not cure it", stale_listener("ipv4"),
             {"served_certificate_differs_ipv4": WARNING}, None, check=1, heal=1, policy=IMPATIENT),
    Scenario("an IPv6 listener that serves another certificate than bound is reported when a restart does not cure it", stale_listener("ipv6"),
             {"served_certificate_differs_ipv6": WARNING}, None, check=1, heal=1, policy=IMPATIENT),
    Scenario("52, 69: an IPv4 listener that nobody can reach is reported when a restart does not cure it", lambda h: h.order_listener(ipv4=False),
             {"listener_unreachable_ipv4": WARNING}, None, check=1, heal=1, policy=IMPATIENT),
    Scenario("an IPv6 listener that nobody can reach is reported when a restart does not cure it", lambda h: h.order_listener(ipv6=False), {"listener_unreachable_ipv6": WARNING}, None,
             check=1, heal=1, policy=IMPATIENT),
    *(Scenario(f"{row}: a HEAD that is answered with {status} for ever is reported when a restart does not cure it, though clients connect", lambda h, s=status: (
                   h.order_listener(head_status=s)), {"sstp_uri_unhealthy": WARNING}, None, check=1, heal=1, policy=IMPATIENT, meets="connected")
      for row, status in (("37a", 404), ("37b", 403))),
    Scenario("a ServerURI that answers 503 is reported when a restart does not cure it", lambda h: h.order_listener(status=503), {"sstp_uri_unhealthy": WARNING}, None, check=1, heal=1,
             policy=IMPATIENT),
]


def ended_with(host, code):
    """RemoteAccess does not come up, and its exit code says why."""
    host.order_service("RemoteAccess", start="fail", exit_code=code)
    host.stop_ras(("RemoteAccess",))
    host.ask("service.start", service="RemoteAccess")
    host.wait_for_service("RemoteAccess", "stopped")
    host.order_service("RemoteAccess")


def disabled(host):
    host.stop_ras(("RemoteAccess",))
    host.ask("service.start_type", service="RemoteAccess", start_type=DISABLED)
    host.unbind("0.0.0.0")
