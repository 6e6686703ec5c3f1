"""Every reason of DESIGN section 6 that can arise on a host: how it arises, what `check` finds, and what is true after `heal --now`.

The key of a scenario is a sentence. `breaks` gets a healthy server and breaks it as the field does; `host.good` is the certificate that both bindings and both hashes
name. `heals` names the certificate that everything names afterwards; None: everything must be left exactly as it was found.
"""

import dataclasses
from typing import Callable, Optional

from rras_host import DISABLED, IIS_APP_ID, WILDCARD


@dataclasses.dataclass
class Scenario:
    sentence: str
    breaks: Callable
    finds: set
    heals: Optional[str] = "good"
    check: int = 2               # exit code of `check`
    heal: int = 0                # exit code of `heal --now`
    why: Optional[str] = None    # the stable word of a refusal
    restarts: int = 1            # of RemoteAccess
    policy: dict = dataclasses.field(default_factory=dict)
    arguments: tuple = ()        # of heal


ONLY_VPN = {"certificate": {"dns_names": ["vpn.example.com"]}}


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
    install(host, "renewed")


def distant_revocation(host):
    """In force: a certificate whose revocation list nobody serves."""
    distant = host.authority.good(more_extensions=["crlDistributionPoints=URI:http://127.0.0.1:9/ca.crl"])
    host.install_certificate(distant)
    host.remove_certificate(host.good)
    in_force(host, distant)


def deleted(host):
    install(host, "renewed")
    host.remove_certificate(host.good)


def broken_key(host):
    host.break_key(host.good)
    install(host, "renewed")


def two_names(host):
    for number, name in enumerate(("a.example.org", "b.example.org")):
        host.made[name] = host.authority.good(name)
        host.install_certificate(host.made[name])
    host.remove_certificate(host.good)


def ipv6_names_another(host):
    host.made["same_age"] = host.authority.expired()
    host.install_certificate(host.made["same_age"])
    host.bind("[::]", host.made["same_age"])


def foreign(certificate_of):
    def breaks(host):
        certificate = certificate_of(host)
        for address in WILDCARD.values():
            host.unbind(address)
            host.bind(address, certificate, app_id=IIS_APP_ID)
    return breaks


def shadowed(host):
    host.bind("127.0.0.1", install(host, "expired"), app_id=IIS_APP_ID)


def stale_listener(family):
    return lambda host: host.order_listener(**{f"serve_{family}": install(host, "expired").thumbprint})


HEALED = [
    Scenario("a missing IPv4 binding is made anew, and nobody loses a session", lambda h: h.unbind("0.0.0.0"), {"binding_missing_ipv4"}, restarts=0),
    Scenario("a missing IPv6 binding is made anew, though 0.0.0.0 serves IPv6 too", lambda h: h.unbind("[::]"), {"binding_missing_ipv6"}, check=1, restarts=0),
    Scenario("a binding that names another certificate follows the stored hash", ipv6_names_another, {"binding_mismatch"}, restarts=0),
    Scenario("a missing SHA-1 hash is written", lambda h: h.delete_parameter("Sha1CertificateHash"), {"hash_sha1_missing"}),
    Scenario("a SHA-1 hash of 19 bytes is written anew", lambda h: h.set_parameter("Sha1CertificateHash", bytes="00" * 19), {"hash_sha1_malformed"}),
    Scenario("a stale SHA-1 hash is replaced", lambda h: h.set_parameter("Sha1CertificateHash", bytes="AB" * 20), {"hash_sha1_mismatch"}),
    Scenario("a missing SHA-256 hash is written", lambda h: h.delete_parameter("Sha256CertificateHash"), {"hash_sha256_missing"}),
    Scenario("a SHA-256 hash that is text is written anew", lambda h: h.set_parameter("Sha256CertificateHash", text="8C10"), {"hash_sha256_malformed"}),
    Scenario("a stale SHA-256 hash is replaced", lambda h: h.set_parameter("Sha256CertificateHash", bytes="AB" * 32), {"hash_sha256_mismatch"}),
    Scenario("a flag that is text becomes a number again", lambda h: h.set_parameter("isHashConfiguredByAdmin", text="1"), {"hash_flag_malformed"}),
    Scenario("a deleted certificate is replaced by the renewed one", deleted, {"certificate_missing"}, "renewed"),
    Scenario("an expired certificate is replaced by the renewed one", spoiled("expired"), {"certificate_expired"}, "renewed"),
    Scenario("a certificate from the future is replaced", spoiled("not_yet_valid"), {"certificate_not_yet_valid"}, "renewed"),
    Scenario("a certificate for clients only is replaced", spoiled("for_clients_only"), {"eku_unfit"}, "renewed"),
    Scenario("a certificate without any key usage is replaced, as the policy does not allow it", spoiled("without_eku"), {"eku_unfit"}, "renewed"),
    Scenario("a certificate without a private key is replaced", without_key, {"private_key_missing"}, "renewed"),
    Scenario("a certificate whose key container is gone is replaced", broken_key, {"private_key_unusable"}, "renewed"),
    Scenario("a certificate of another name is replaced", other_name, {"name_mismatch"}, "renewed", policy=ONLY_VPN),
    Scenario("a self-signed certificate is replaced", spoiled("self_signed"), {"chain_untrusted"}, "renewed"),
    Scenario("a certificate with a weak key is replaced", spoiled("weak"), {"weak_key"}, "renewed"),
    Scenario("a certificate with a newer successor is replaced when the administrator says so", lambda h: install(h, "renewed"), {"certificate_superseded"}, "renewed",
             check=1, arguments=("--ignore-window",)),
    Scenario("a foreign binding is taken over when the policy says so", foreign(lambda h: install(h, "expired")), {"binding_mismatch"}, restarts=0,
             policy={"listener": {"foreign_owner": "take_over"}}),
    Scenario("RemoteAccess that ended with an error is started again", lambda h: crashed(h), {"service_stopped"}),
]

LEFT_ALONE = [
    Scenario("nothing is written on a healthy server", lambda h: None, set(), None, check=0, restarts=0),
    Scenario("an expired certificate without a successor is told, and nothing is changed", alone("expired"), {"certificate_expired", "no_fit_certificate"}, None, heal=11, why="no_fit_certificate", restarts=0),
    Scenario("a certificate that ends soon is told", alone("expiring"), {"certificate_expiring"}, None, check=1, restarts=0),
    Scenario("a planned replacement waits for its time", lambda h: install(h, "renewed"), {"certificate_superseded"}, None, check=1, heal=11, why="outside_window", restarts=0),
    Scenario("two certificates of different names are not guessed between", two_names, {"ambiguous_certificate", "certificate_missing"}, None, heal=11, why="ambiguous_certificate", restarts=0),
    Scenario("a foreign binding with an unfit certificate is told, not touched", foreign(lambda h: install(h, "expired")), {"binding_foreign_owner"}, None, heal=11, why="foreign_owner", restarts=0),
    Scenario("a foreign binding that serves the right certificate is no finding", foreign(lambda h: h.good), set(), None, check=0, restarts=0),
    Scenario("an exact-address record with an expired certificate is told, not touched", shadowed, {"binding_shadowed"}, None, heal=11, why="foreign_owner", restarts=0),
    Scenario("behind a load balancer nothing is written, whatever looks wrong", lambda h: (h.set_parameter("UseHttps", number=0), h.unbind("[::]")), {"tls_offloaded"}, None, check=0, heal=11, why="tls_offloaded", restarts=0),
    Scenario("in observe mode nothing is written", lambda h: h.unbind("0.0.0.0"), {"binding_missing_ipv4"}, None, heal=11, why="observe_mode", restarts=0, policy={"mode": "observe"}),
    Scenario("with the kill switch set nothing is written", lambda h: (h.unbind("0.0.0.0"), h.set_kill_switch("observe")), {"binding_missing_ipv4"}, None, heal=11, why="kill_switch", restarts=0),
    Scenario("a kill switch that cannot be understood counts as set", lambda h: (h.unbind("0.0.0.0"), h.set_kill_switch("hael")), {"binding_missing_ipv4"}, None, heal=11, why="kill_switch", restarts=0),
    Scenario("bindings that cannot be read forbid writing", lambda h: (h.delete_parameter("Sha1CertificateHash"), h.order_faults({"function": "HttpQueryServiceConfiguration", "error": 5, "count": 0})),
             {"state_unreadable"}, None, heal=11, why="state_unreadable", restarts=0),
    Scenario("a service that an administrator stopped is told, not started", lambda h: (h.stop_ras(("RemoteAccess",)), h.unbind("0.0.0.0")), {"service_stopped"}, None, heal=11, why="service_stopped", restarts=0),
    Scenario("a service that an administrator disabled is told, not started", lambda h: disabled(h), {"service_disabled"}, None, heal=11, restarts=0),
    Scenario("a revocation server that is away is only a warning", distant_revocation, {"revocation_unknown"}, None, check=1, restarts=0,
             policy={"certificate": {"revocation": "best_effort"}}),
    Scenario("a revocation that must be known and is not forbids writing, and no other certificate is put in its place", distant_revocation,
             {"revocation_unknown", "state_unreadable"}, None, check=1, heal=11, why="state_unreadable", restarts=0,
             policy={"certificate": {"revocation": "require"}}),
]

# Only a probe says so: a restart is tried once, and where it does not help everything is put back.
SYMPTOMS = [
    Scenario("an IPv4 listener that serves another certificate than bound is told when a restart does not cure it", stale_listener("ipv4"),
             {"served_certificate_differs_ipv4"}, None, heal=1),
    Scenario("an IPv6 listener that serves another certificate than bound is told when a restart does not cure it", stale_listener("ipv6"),
             {"served_certificate_differs_ipv6"}, None, heal=1),
    Scenario("an IPv4 listener that nobody can reach is told", lambda h: h.order_listener(ipv4=False), {"listener_unreachable_ipv4"}, None, heal=1),
    Scenario("an IPv6 listener that nobody can reach is told", lambda h: h.order_listener(ipv6=False), {"listener_unreachable_ipv6"}, None, heal=1),
    Scenario("a ServerURI that answers 503 is told", lambda h: h.order_listener(status=503), {"sstp_uri_unhealthy"}, None, heal=1),
]


def crashed(host):
    host.order_service("RemoteAccess", start="fail", exit_code=1067)
    host.stop_ras(("RemoteAccess",))
    host.ask("service.start", service="RemoteAccess")
    host.wait_for_service("RemoteAccess", "stopped")
    host.order_service("RemoteAccess")


def disabled(host):
    host.stop_ras(("RemoteAccess",))
    host.ask("service.start_type", service="RemoteAccess", start_type=DISABLED)
    host.unbind("0.0.0.0")
