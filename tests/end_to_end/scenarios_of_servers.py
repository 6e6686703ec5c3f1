"""States of servers (tests/core/servers/README.md has the list of all), one look and one heal each: scenarios as in `scenarios.py`, whose sentences begin with the number of the
state. What takes several steps is in `test_servers.py`, what shows only while the program watches in `test_servers_over_time.py`."""

from certificate_authority import CertificateAuthority, days
from rras_host import IIS_APP_ID, SSTP_APP_ID, WILDCARD
from scenarios import (CRITICAL, INFORMATION, NEVER, NOBODYS_SHA256, NOW, ONLY_VPN, SEEN_WITH_A_CLIENT, WARNING, Scenario, authority_beside, deleted, hash_names_nothing,
                       install, spoiled)

NAMES = ("vpn.example.com", "www.example.com", "example.com")
NO_TLS, NO_RRAS, REFUSED = "no TLS session", "call refused with 503", "crypto binding failed"


def of_three_names(authority):
    return authority.good(*NAMES)


def fewer_names(host):
    host.made["fewer"] = host.authority.renewed("vpn.example.com")
    host.install_certificate(host.made["fewer"])


def without_its_key(host):
    """The key container is gone, and HTTP.SYS needs it anew."""
    host.break_key(host.good)
    host.stop_serving(host.good)


def moved_to_another_name(host, by_admin):
    """As Set-RemoteAccess does it (flag 1), or the steps of event 13's resolution (flag 0): all names ras.example.com, and RRAS has read it."""
    host.made["ras"] = host.authority.good("ras.example.com")
    host.install_certificate(host.made["ras"])
    for address in WILDCARD.values():
        host.bind(address, host.made["ras"])
    host.set_hashes(host.made["ras"], by_admin)
    host.restart_ras()


def both_records_moved(host):
    for address in WILDCARD.values():
        host.bind(address, install(host, "renewed"))


def in_web_hosting(host, maker="good", app_id=IIS_APP_ID, addresses=tuple(WILDCARD.values())):
    """IIS keeps certificates of sites in a store of its own, and names it in their records."""
    host.made["hosted"] = getattr(host.authority, maker)()
    host.install_certificate(host.made["hosted"], store="WebHosting")
    for address in addresses:
        host.unbind(address)
        host.bind(address, host.made["hosted"], app_id=app_id, store_name="WebHosting")
    return host.made["hosted"]


def adopted_from_web_hosting(host):
    """In automatic mode RRAS takes what the records name, whatever its store."""
    host.set_hashes(in_web_hosting(host), by_admin=False)
    host.remove_certificate(host.good)
    host.restart_ras()


def chosen_in_web_hosting(host):
    """The flag says that an administrator chose it; RRAS runs still, and its next start fails."""
    adopted_from_web_hosting(host)
    host.set_parameter("isHashConfiguredByAdmin", number=1)


def own_record_of_web_hosting_has_ended(host):
    host.set_hashes(in_web_hosting(host, "expired", app_id=SSTP_APP_ID), by_admin=False)
    host.remove_certificate(host.good)
    host.restart_ras()
    install(host, "renewed")


def two_that_decide(host):
    """IIS has a site of our name, and the IPv6 wildcard, each with a fit certificate of its own."""
    host.bind("vpn.example.com", install(host, "renewed"), kind="server_name", app_id=IIS_APP_ID)
    host.made["v6"] = host.authority.good(valid_to=days(120))
    host.install_certificate(host.made["v6"])
    host.unbind("[::]")
    host.bind("[::]", host.made["v6"], app_id=IIS_APP_ID)


def linked(name):
    """Auto-enrolment left a link to the successor, and Schannel serves that."""
    def breaks(host):
        host.link_renewal(host.good, install(host, name))
        host.order_listener(follows_renewal_link=True)
    return breaks


def without_hashes(host):
    for name in ("Sha1CertificateHash", "Sha256CertificateHash"):
        host.delete_parameter(name)


def another(host, maker, *names, known_as="another", key="usable", **more):
    """A certificate of the authority beside those that have a name."""
    host.made[known_as] = getattr(host.authority, maker)(*names, **more)
    host.install_certificate(host.made[known_as], key=key)


def newest_without_a_key(key):
    """The one in force is gone; the newest of two others came without its key, or lost it."""
    def breaks(host):
        another(host, "renewed", known_as="newest", key=key, valid_from=-days(1) / 48, valid_to=days(270))
        deleted(host)
    return breaks


def of_a_distant_root(authority):
    """Its issuing CA lies in the store CA, as a PFX brings it along; nobody has put the root into a store of this server, and there is nothing to ask."""
    if not hasattr(authority, "distant"):
        root = CertificateAuthority(authority.folder / "distant root", authority.keys, name="Distant Root")
        authority.distant = CertificateAuthority(authority.folder / "distant", authority.keys, name="Distant Issuing CA", under=root)
    return authority.distant.good()


def distant_successor(host):
    host.made["successor"] = host.authority.distant.renewed()
    host.install_certificate(host.made["successor"])


def of_a_renewed_root(host):
    """The private root has a new certificate with the same key, and the successor was issued under that."""
    host.made["successor"] = authority_beside(host, "renewed root", key_of=host.authority).renewed()
    host.install_certificate(host.made["successor"])


def of_a_root_with_a_new_key(host):
    """A new root of the same name, and nothing that the old one has signed."""
    host.made["successor"] = authority_beside(host, "new root").renewed()
    host.install_certificate(host.made["successor"])


def under_an_intermediate(authority):
    if not hasattr(authority, "issuing"):
        authority.issuing = CertificateAuthority(authority.folder / "issuing", authority.keys, name="Issuing CA", under=authority)
    return authority.issuing.good()


def pinned(certificate):
    return {"certificate": {"thumbprint": certificate.thumbprint}}


def records_without_store_name(host):
    for address in WILDCARD.values():
        host.bind(address, host.good, store_name=None)


def corrected_by_hand(host):
    """What RRAS has read was wrong, and the hash is right since."""
    host.set_hashes(host.good)


def started_on_a_wrong_hash(host):
    host.order_service("RemoteAccess", insists_on_certificate=False)
    hash_names_nothing(host)
    host.restart_ras()


def set_up_for_sstp_since(host, others=0):
    """RRAS without SSTP, which has been set up for it since, and has not started on that. `others` come by IKEv2."""
    without_sstp(host)
    host.order_service("RemoteAccess")
    host.others_connect(others)


def bound_by_itself(host):
    """RRAS for IKEv2 with default ports: at its start it took the first certificate that will do. Nobody has ever come by SSTP."""
    for address in WILDCARD.values():
        host.unbind(address)
    without_hashes(host)
    host.delete_parameter("isHashConfiguredByAdmin")
    host.restart_ras()
    host.others_connect(40)


def ended(authority):
    return authority.expired()


def kept_from_starting_by(breaks, code):
    """RRAS was restarted on it, and ended."""
    def breaks_and_restarts(host):
        breaks(host)
        host.restart_ras(ends_with=code)
    return breaks_and_restarts


def new_key(host):
    """HTTP.SYS answers 87 for some seconds after the certificate came."""
    host.order_http_sys(new_keys_settle_ms=6000)
    deleted(host)


def exists_though_made(host):
    host.unbind("[::]")
    host.order_faults({"function": "HttpSetServiceConfiguration", "how": "done_but_failed", "error": 183, "process": "sstp-watchdog.exe"})


HEALED_SERVERS = [
    Scenario("9a: a wildcard of the same CA follows a name", lambda h: another(h, "wildcard", valid_from=-days(1) / 24, valid_to=days(180)), {"certificate_superseded": INFORMATION},
             "another", check=0, known=SEEN_WITH_A_CLIENT, arguments=NOW, meets="connected"),
    Scenario("13a: the newest certificate has no key, is named with that, and an older fit one is taken", newest_without_a_key("none"),
             {"certificate_missing": CRITICAL, "private_key_missing": INFORMATION}, "renewed", meets=NO_TLS),
    Scenario("13b: the newest certificate has lost its key, is named with that, and an older fit one is taken", newest_without_a_key("broken"),
             {"certificate_missing": CRITICAL, "private_key_unusable": INFORMATION}, "renewed", meets=NO_TLS),
    Scenario("18: records without a store name mean MY, and stay without", deleted, {"certificate_missing": CRITICAL}, "renewed", prepares=records_without_store_name, meets=NO_TLS,
             store=None),
    Scenario("20a: of two that differ in extra names the later one is taken, though nothing was learned", lambda h: another(h, "renewed", "vpn.example.com", "www.example.com"),
             {"certificate_superseded": INFORMATION}, "another", check=0, known=NEVER, arguments=NOW, meets="connected"),
    Scenario("6: a renewal link that listeners follow is followed by records and hashes, at once", linked("renewed"), {"served_by_renewal_link": CRITICAL}, "renewed", meets=REFUSED),
    Scenario("8b: of three learned names a successor that bears the first alone is taken when the one in force is unusable", lambda h: (fewer_names(h), without_its_key(h)),
             {"private_key_unusable": CRITICAL}, "fewer", begins=of_three_names, known=SEEN_WITH_A_CLIENT, meets=NO_TLS, then_finds={"names_changed": WARNING}),
    Scenario("11c: both records moved to the fit successor go back without a restart, and the successor waits for its window", both_records_moved, {"binding_mismatch": CRITICAL},
             restarts=0, again=11, meets=REFUSED),
    Scenario("23: with an IP listen list the listed address is probed, the other family is left out, and a heal succeeds", deleted,
             {"certificate_missing": CRITICAL, "listener_excluded_ipv6": INFORMATION}, "renewed", prepares=lambda h: h.listen_on("127.0.0.2"), meets=NO_TLS),
    Scenario("26b: RRAS without SSTP is healed at once where the policy names a certificate and nobody is connected", lambda h: None, {"binding_missing_ipv4": CRITICAL},
             prepares=set_up_for_sstp_since, known=NEVER, policy=ONLY_VPN, by_admin=False, meets=NO_TLS),
    Scenario("26b: RRAS without SSTP is healed when the administrator says so where the policy names a certificate and others are connected", lambda h: None,
             {"binding_missing_ipv4": CRITICAL}, prepares=lambda h: set_up_for_sstp_since(h, 40), known=NEVER, policy=ONLY_VPN, by_admin=False, meets=NO_TLS, arguments=NOW),
    Scenario("26c: a certificate that RRAS took by itself, that has ended and that only other tunnels' clients are there to see, is replaced when the administrator says so",
             lambda h: install(h, "renewed"), {"certificate_expired": CRITICAL}, "renewed", begins=ended, prepares=bound_by_itself, known=NEVER, by_admin=False, meets="connected",
             arguments=NOW),
    Scenario("33: SSTP that answers 503 for some seconds after RemoteAccess runs costs no second restart", lambda h: (
                 h.order_service("RemoteAccess", ready_ms=5000), deleted(h)), {"certificate_missing": CRITICAL}, "renewed", meets=NO_TLS),
    Scenario("34: a family that answered nobody before the heal does not undo it", spoiled("expired"), {"certificate_expired": CRITICAL, "listener_unreachable_ipv6": WARNING}, "renewed",
             prepares=lambda h: (h.order_listener(ipv6=False), h.reached_at.pop("ipv6")), known=NEVER),
    Scenario("45a: a service that the policy spells its own way is restarted", deleted, {"certificate_missing": CRITICAL}, "renewed", meets=NO_TLS,
             policy={"restart": {"services": ["remoteaccess"]}}),
    Scenario("45b: a service of the policy that is not here is told once, and a heal goes on", deleted, {"certificate_missing": CRITICAL, "service_missing": WARNING}, "renewed",
             meets=NO_TLS, policy={"restart": {"services": ["RemoteAccess", "NoSuchService"]}}),
    Scenario("47a: a certificate that HTTP.SYS does not take yet, as its key is new, is bound some seconds later in the same heal", new_key, {"certificate_missing": CRITICAL}, "renewed",
             meets=NO_TLS),
    Scenario("47b: a record that exists already, as HTTP.SYS says, was made all the same", exists_though_made, {"binding_missing_ipv6": WARNING}, check=1, restarts=0),
    Scenario("55: where the policy leaves IPv6 out our record of it moves with the other, for RRAS would not start else", lambda h: install(h, "renewed"),
             {"certificate_superseded": INFORMATION}, "renewed", check=0, arguments=NOW, by_admin=False, policy={"listener": {"ipv6": False}}),
    Scenario("58a: a hash that was corrected by hand before our first look is read by a restart when the administrator says so", corrected_by_hand,
             {"hash_newer_than_service": WARNING}, check=1, known=NEVER, prepares=started_on_a_wrong_hash, arguments=NOW, meets=REFUSED),
    Scenario("60: a chain whose root is not known here is a warning, and a successor of the same CA is taken as planned work", distant_successor,
             {"chain_unknown": WARNING, "certificate_superseded": INFORMATION}, "successor", check=1, begins=of_a_distant_root, prepares=lambda h: h.install_authority(h.authority.distant, "CA"),
             known=SEEN_WITH_A_CLIENT, arguments=NOW, meets="connected"),
    Scenario("62a: a successor whose private root was renewed with the same key is of the same CA", of_a_renewed_root, {"certificate_superseded": INFORMATION}, "successor", check=0,
             known=SEEN_WITH_A_CLIENT, arguments=NOW, meets="connected"),
    Scenario("63: a certificate that has ended and whose key cannot be judged is replaced", spoiled("expired", key="elsewhere"), {"certificate_expired": CRITICAL}, "renewed"),
    Scenario("65: a record of ours that names another store gets MY with the successor that lies there", own_record_of_web_hosting_has_ended, {"certificate_expired": CRITICAL}, "renewed",
             by_admin=False),
    Scenario("25d, 31b, 81, 86a: RRAS that does not start for a hash of nothing is cured and started", kept_from_starting_by(hash_names_nothing, 1168), {"hash_sha256_mismatch": CRITICAL},
             meets=NO_RRAS),
    Scenario("31b, 86b: RRAS that does not start for a deleted certificate is cured and started", kept_from_starting_by(deleted, 1168), {"certificate_missing": CRITICAL}, "renewed",
             meets=NO_TLS),
    Scenario("31b, 86c: RRAS that does not start as the flag says 1 without any hash is cured and started", kept_from_starting_by(without_hashes, 1168), {"hash_sha256_missing": CRITICAL},
             meets=NO_RRAS),
    Scenario("RRAS that does not start for half a pair of hashes is cured and started", kept_from_starting_by(lambda h: h.delete_parameter("Sha256CertificateHash"), 87),
             {"hash_sha256_missing": CRITICAL}, meets=NO_RRAS),
    Scenario("31a: RRAS that does not start as HTTP.SYS refuses its IPv6 record is cured and started", kept_from_starting_by(lambda h: (
                 h.unbind("[::]"), h.order_service("RemoteAccess", refuses_ipv6=2)), 2), {"service_stopped": CRITICAL, "binding_missing_ipv6": WARNING}, meets=NO_RRAS),
    Scenario("31c: RRAS that does not start for a foreign record is cured and started where the policy says take over", kept_from_starting_by(lambda h: (
                 h.unbind("[::]"), h.bind("[::]", install(h, "expired"), app_id=IIS_APP_ID)), 13), {"binding_foreign_owner": CRITICAL}, meets=NO_RRAS,
             policy={"listener": {"foreign_owner": "take_over"}}),
]

LEFT_ALONE_SERVERS = [
    Scenario("9c: of two that bear names below a wildcard whose key is gone none is chosen", lambda h: (
                 install(h, "renewed"), another(h, "renewed", "www.example.com"), without_its_key(h)), {"ambiguous_certificate": CRITICAL}, None, heal=11,
             why="ambiguous_certificate", restarts=0, begins=lambda a: a.wildcard(), known=SEEN_WITH_A_CLIENT, meets=NO_TLS),
    Scenario("5b: a deleted certificate that is still served and has no successor is told, for the next start of RRAS fails", lambda h: h.remove_certificate(h.good, keep_serving=True),
             {"certificate_missing": CRITICAL}, None, heal=11, restarts=0, meets="connected"),
    Scenario("7a: a renewal link to a certificate for clients only, which listeners serve, is told, and nothing is restarted", linked("for_clients_only"),
             {"served_by_renewal_link": CRITICAL}, None, heal=11, restarts=0, meets=REFUSED),
    Scenario("7b: a renewal link that listeners follow is told where the policy pins the certificate in force, and nothing is restarted", linked("renewed"),
             {"served_by_renewal_link": CRITICAL}, None, heal=11, restarts=0, meets=REFUSED, policy=pinned),
    Scenario("8a: of three learned names a successor that bears the first alone waits while the one in force works", fewer_names, {}, None, check=0, restarts=0, begins=of_three_names,
             known=SEEN_WITH_A_CLIENT, meets="connected"),
    Scenario("10a: what an administrator moved to another name with Set-RemoteAccess is adopted", lambda h: moved_to_another_name(h, True), {}, None, check=0, restarts=0,
             known=SEEN_WITH_A_CLIENT, meets="connected", tells=("certificate_adopted",)),
    Scenario("10b: what was moved to another name by the steps of event 13's resolution is adopted once a client connects", lambda h: (
                 moved_to_another_name(h, False), h.client_connects(server_name="ras.example.com")), {}, None, check=0, restarts=0, by_admin=False, known=SEEN_WITH_A_CLIENT,
             meets="connected", tells=("certificate_adopted",)),
    Scenario("15b: a certificate whose key is gone and which has no successor is told, and nothing is restarted", without_its_key, {"private_key_unusable": CRITICAL}, None, heal=11,
             why="no_fit_certificate", restarts=0, meets=NO_TLS),
    Scenario("17a: a certificate that lies in WebHosting, as its records say, and that RRAS adopted, is a warning", adopted_from_web_hosting, {"certificate_in_other_store": WARNING}, None,
             check=1, heal=11, why="certificate_in_other_store", restarts=0, by_admin=False, known=NEVER, meets="connected"),
    Scenario("17b: a certificate that lies in WebHosting is critical where the flag makes RRAS look for it in MY", chosen_in_web_hosting, {"certificate_in_other_store": CRITICAL}, None,
             heal=11, restarts=0, by_admin=False, known=NEVER, meets="connected"),
    Scenario("19a: a certificate of six days whose successor waits for its window warns nobody on its last day", lambda h: install(h, "renewed"), {"certificate_superseded": INFORMATION},
             None, check=0, heal=11, why="outside_window", restarts=0, begins=lambda a: a.good(valid_from=-days(5), valid_to=days(1)), meets="connected"),
    Scenario("19b: a certificate of 47 days is no concern with three weeks left", lambda h: None, {}, None, check=0, restarts=0,
             begins=lambda a: a.good(valid_from=-days(26), valid_to=days(21)), meets="connected"),
    Scenario("22: an old certificate of our name on an exact address, which its clients get, is critical and not touched", lambda h: (
                 h.bind("127.0.0.2", install(h, "expiring"), app_id=IIS_APP_ID)), {"binding_shadowed": CRITICAL}, None, heal=11, why="binding_shadowed", restarts=0,
             prepares=lambda h: h.listen_on("127.0.0.1", "::1", "127.0.0.2"), meets="connected"),
    Scenario("26a: RRAS without SSTP, which has no record, no hash and no flag, is no concern", lambda h: None, {"sstp_not_configured": INFORMATION}, None, check=0, heal=11,
             why="sstp_not_configured", restarts=0, known=NEVER, prepares=lambda h: without_sstp(h)),
    Scenario("26b: RRAS without SSTP waits for the window where the policy names a certificate and others are connected", lambda h: None, {"binding_missing_ipv4": CRITICAL}, None,
             heal=11, why="outside_window", restarts=0, prepares=lambda h: set_up_for_sstp_since(h, 40), known=NEVER, policy=ONLY_VPN, meets=NO_TLS),
    Scenario("26c: a certificate that RRAS took by itself, that has ended and that only other tunnels' clients are there to see, waits for the window", lambda h: install(h, "renewed"),
             {"certificate_expired": CRITICAL}, None, heal=11, why="outside_window", restarts=0, begins=ended, prepares=bound_by_itself, known=NEVER, by_admin=False,
             meets="connected"),
    Scenario("54: a finding that the policy accepts is listed and warns nobody", lambda h: h.bind("127.0.0.2", h.good, app_id=IIS_APP_ID), {"binding_shadowed": INFORMATION}, None,
             check=0, restarts=0, prepares=lambda h: h.listen_on("127.0.0.1", "::1", "127.0.0.2"), meets="connected", policy={"accepted": ["binding_shadowed"]}),
    Scenario("58a: a hash that was corrected by hand before our first look waits for the window", corrected_by_hand, {"hash_newer_than_service": WARNING}, None, check=1, heal=11,
             why="outside_window", restarts=0, known=NEVER, prepares=started_on_a_wrong_hash, meets=REFUSED),
    Scenario("62c: a successor whose root has the same name and another key is of another CA", of_a_root_with_a_new_key, {"successor_other_ca": INFORMATION}, None, check=0, restarts=0,
             known=SEEN_WITH_A_CLIENT, meets="connected"),
    Scenario("64: a wildcard of IIS with a certificate from WebHosting leaves the hash alone, for RRAS looks in MY", lambda h: in_web_hosting(h, addresses=("0.0.0.0",)),
             {"certificate_in_other_store": CRITICAL}, None, heal=11, restarts=0, meets=None),
    Scenario("66: a record of our name and a foreign wildcard that name different certificates are critical, and nothing is changed", two_that_decide, {"binding_shadowed": CRITICAL}, None,
             heal=11, why="binding_shadowed", restarts=0, meets=REFUSED),
    Scenario("71a: an intermediate that listeners do not send is told, and no other certificate is taken for it", lambda h: (
                 install(h, "renewed"), h.serve_without_intermediates(h.good)), {"served_chain_incomplete": WARNING}, None, check=1, heal=11, why="outside_window", restarts=0,
             begins=under_an_intermediate, known=SEEN_WITH_A_CLIENT, prepares=lambda h: h.install_authority(h.authority.issuing, "CA"), meets="connected"),
    Scenario("72a: a port that is not in force before RRAS starts again is told, and nothing is written until then", lambda h: (
                 h.set_parameter("ListenerPort", number=h.port + 1), h.unbind("[::]")), {"configuration_pending": WARNING}, None, check=None, heal=11, why="configuration_pending",
             restarts=0, meets="connected"),
    Scenario("72b: UseHttps that is not in force before RRAS starts again is told, and nothing is written until then", lambda h: (
                 h.set_parameter("UseHttps", number=0), h.unbind("[::]")), {"configuration_pending": WARNING}, None, check=None, heal=11, restarts=0, meets="connected"),
]


def without_sstp(host):
    """A router or an IKEv2 server: RRAS has no SSTP ports and sets up no listener."""
    for address in WILDCARD.values():
        host.unbind(address)
    without_hashes(host)
    host.delete_parameter("isHashConfiguredByAdmin")
    host.order_service("RemoteAccess", sstp_ports=False)
    host.restart_ras()
