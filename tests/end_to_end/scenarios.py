"""Every reason of DESIGN section 6 that can arise on a host: how it arises, what is to be found, and what is to be true afterwards.

A scenario's key is a sentence. `breaks` gets a healthy server (certificate "good" bound on both families, both hashes, RRAS running) and breaks it as
the field does. `finds` are reasons that `check` must report at least. `heals` names the certificate that everything must name after `heal --now`; None: the
server must be left exactly as it was, and `refusal` is the stable word with which the heal is refused or None when there is nothing to do.
"""
from dataclasses import dataclass, field
from typing import Callable, Optional

IIS = "{4dc3e181-e14b-4a21-b022-59fc669b0914}"
V4, V6 = "0.0.0.0:443", "[::]:443"


@dataclass
class Scenario:
    sentence: str
    breaks: Callable
    finds: set
    heals: Optional[str] = None
    policy: dict = field(default_factory=dict)
    exit_code: int = 0          # of `heal --now`
    check_code: int = 2         # of `check`
    restarts: Optional[int] = None   # of RemoteAccess by the heal; None: not said
    arguments: tuple = ()       # further arguments of heal


def both(server, name, **more):
    server.bind(V4, name, **more)
    server.bind(V6, name, **more)


def with_renewed(server, broken):
    """The bound certificate is replaced by a broken one, and a renewed one waits in the store."""
    server.add_certificate(broken)
    both(server, broken)
    server.store_hashes(broken)
    server.remove_certificate("good")
    server.add_certificate("renewed")


def expired_alone(server):
    server.add_certificate("expired")
    both(server, "expired")
    server.store_hashes("expired")
    server.remove_certificate("good")


def deleted(server):
    server.remove_certificate("good")
    server.add_certificate("renewed")


def ambiguous(server):
    server.remove_certificate("good")
    server.add_certificate("other_name")
    server.add_certificate("another_name")


def mixed(server):
    server.add_certificate("renewed")
    server.bind(V6, "renewed")


HEALED = [
    Scenario("a missing IPv4 binding is made like its IPv6 sibling, nobody loses a session", lambda s: s.unbind(V4), {"binding_missing_ipv4"}, "good", restarts=0),
    Scenario("a missing IPv6 binding is made like its IPv4 sibling", lambda s: s.unbind(V6), {"binding_missing_ipv6"}, "good", check_code=1, restarts=0),
    Scenario("a binding that names another certificate follows the stored hash", mixed, {"binding_mismatch"}, None, exit_code=0),
    Scenario("a missing SHA-1 hash is written", lambda s: s.delete_value("Sha1CertificateHash"), {"hash_sha1_missing"}, "good", restarts=1),
    Scenario("a SHA-1 hash of 19 bytes is written anew", lambda s: s.write_binary("Sha1CertificateHash", bytes(19)), {"hash_sha1_malformed"}, "good", restarts=1),
    Scenario("a stale SHA-1 hash is replaced", lambda s: s.write_binary("Sha1CertificateHash", bytes(range(20))), {"hash_sha1_mismatch"}, "good", restarts=1),
    Scenario("a missing SHA-256 hash is written", lambda s: s.delete_value("Sha256CertificateHash"), {"hash_sha256_missing"}, "good", restarts=1),
    Scenario("a SHA-256 hash that is text is written anew", lambda s: s.write_text("Sha256CertificateHash", "8C10"), {"hash_sha256_malformed"}, "good", restarts=1),
    Scenario("a stale SHA-256 hash is replaced", lambda s: s.write_binary("Sha256CertificateHash", bytes(range(32))), {"hash_sha256_mismatch"}, "good", restarts=1),
    Scenario("a flag that is text becomes a number again", lambda s: s.write_text("isHashConfiguredByAdmin", "1"), {"hash_flag_malformed"}, "good", restarts=1),
    Scenario("a deleted certificate is replaced by the renewed one", deleted, {"certificate_missing"}, "renewed", restarts=1),
    Scenario("an expired certificate is replaced by the renewed one", lambda s: with_renewed(s, "expired"), {"certificate_expired"}, "renewed", restarts=1),
    Scenario("a certificate from the future is replaced", lambda s: with_renewed(s, "not_yet_valid"), {"certificate_not_yet_valid"}, "renewed", restarts=1),
    Scenario("a certificate for clients only is replaced", lambda s: with_renewed(s, "client_only"), {"eku_unfit"}, "renewed", restarts=1),
    Scenario("a certificate without a key is replaced", lambda s: with_renewed(s, "without_key"), {"private_key_missing"}, "renewed", restarts=1),
    Scenario("a certificate whose key is gone is replaced", lambda s: with_renewed(s, "broken_key"), {"private_key_unusable"}, "renewed", restarts=1),
    Scenario("a certificate of another name is replaced", lambda s: with_renewed(s, "other_name"), {"name_mismatch"}, "renewed",
             policy={"certificate": {"dns_names": ["vpn.example.com"]}}, restarts=1),
    Scenario("a self-signed certificate is replaced", lambda s: with_renewed(s, "self_signed"), {"chain_untrusted"}, "renewed", restarts=1),
    Scenario("a certificate with a weak key is replaced", lambda s: with_renewed(s, "weak"), {"weak_key"}, "renewed", restarts=1),
]
