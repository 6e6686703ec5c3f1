"""States of servers (tests/core/servers/README.md has the list of all), one look and one heal each: scenarios as in `scenarios.py`, with the number of the state above
each. What takes several steps is in `test_servers.py`."""

from certificate_authority import days
from rras_host import IIS_APP_ID, SSTP_APP_ID, WILDCARD
from scenarios import (CRITICAL, INFORMATION, NOBODYS_SHA256, NOW, ONLY_VPN, SEEN_WITH_A_CLIENT, WARNING, NEVER, Scenario, deleted, hash_names_nothing, install, spoiled)

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
    # 6
    Scenario("a renewal link that listeners follow is followed by records and hashes, at once", linked("renewed"), {"served_by_renewal_link": CRITICAL}, "renewed", meets=REFUSED),
    # 8b
    Scenario("of three learned names a successor that bears the first alone is taken when the one in force is unusable", lambda h: (fewer_names(h), without_its_key(h)),
             {"private_key_unusable": CRITICAL}, "fewer", begins=of_three_names, known=SEEN_WITH_A_CLIENT, meets=NO_TLS, then_finds={"names_changed": WARNING}),
    # 11c
    Scenario("both records moved to the fit successor go back without a restart, and the successor waits for its window", both_records_moved, {"binding_mismatch": CRITICAL},
             restarts=0, again=11, meets=REFUSED),
    # 23
    Scenario("with an IP listen list the listed address is probed, the other family is left out, and a heal succeeds", deleted,
             {"certificate_missing": CRITICAL, "listener_excluded_ipv6": INFORMATION}, "renewed", prepares=lambda h: h.listen_on("127.0.0.2"), meets=NO_TLS),
    # 33
    Scenario("SSTP that answers 503 for some seconds after RemoteAccess runs costs no second restart", lambda h: (
                 h.order_service("RemoteAccess", ready_ms=5000), deleted(h)), {"certificate_missing": CRITICAL}, "renewed", meets=NO_TLS),
    # 34
    Scenario("a family that answered nobody before the heal does not undo it", spoiled("expired"), {"certificate_expired": CRITICAL, "listener_unreachable_ipv6": WARNING}, "renewed",
             prepares=lambda h: (h.order_listener(ipv6=False), h.reached_at.pop("ipv6")), known=NEVER),
    # 47a
    Scenario("a certificate that HTTP.SYS does not take yet, as its key is new, is bound some seconds later in the same heal", new_key, {"certificate_missing": CRITICAL}, "renewed",
             meets=NO_TLS),
    # 47b
    Scenario("a record that exists already, as HTTP.SYS says, was made all the same", exists_though_made, {"binding_missing_ipv6": WARNING}, check=1, restarts=0),
    # 55
    Scenario("where the policy leaves IPv6 out our record of it moves with the other, for RRAS would not start else", lambda h: install(h, "renewed"),
             {"certificate_superseded": INFORMATION}, "renewed", check=0, arguments=NOW, by_admin=False, policy={"listener": {"ipv6": False}}),
    # 63
    Scenario("a certificate that has ended and whose key cannot be judged is replaced", spoiled("expired", key="elsewhere"), {"certificate_expired": CRITICAL}, "renewed"),
    # 65
    Scenario("a record of ours that names another store gets MY with the successor that lies there", own_record_of_web_hosting_has_ended, {"certificate_expired": CRITICAL}, "renewed",
             by_admin=False),
    # 86a, 31
    Scenario("RRAS that does not start for a hash of nothing is cured and started", kept_from_starting_by(hash_names_nothing, 1168), {"hash_sha256_mismatch": CRITICAL},
             meets=NO_RRAS),
    # 86b
    Scenario("RRAS that does not start for a deleted certificate is cured and started", kept_from_starting_by(deleted, 1168), {"certificate_missing": CRITICAL}, "renewed",
             meets=NO_TLS),
    # 86c
    Scenario("RRAS that does not start as the flag says 1 without any hash is cured and started", kept_from_starting_by(without_hashes, 1168), {"hash_sha256_missing": CRITICAL},
             meets=NO_RRAS),
    Scenario("RRAS that does not start for half a pair of hashes is cured and started", kept_from_starting_by(lambda h: h.delete_parameter("Sha256CertificateHash"), 87),
             {"hash_sha256_missing": CRITICAL}, meets=NO_RRAS),
    # 31: event 13
    Scenario("RRAS that does not start as HTTP.SYS refuses its IPv6 record is cured and started", kept_from_starting_by(lambda h: (
                 h.unbind("[::]"), h.order_service("RemoteAccess", refuses_ipv6=2)), 2), {"service_stopped": CRITICAL, "binding_missing_ipv6": WARNING}, meets=NO_RRAS),
    # 31: event 32
    Scenario("RRAS that does not start for a foreign record is cured and started where the policy says take over", kept_from_starting_by(lambda h: (
                 h.unbind("[::]"), h.bind("[::]", install(h, "expired"), app_id=IIS_APP_ID)), 13), {"binding_foreign_owner": CRITICAL}, meets=NO_RRAS,
             policy={"listener": {"foreign_owner": "take_over"}}),
]

LEFT_ALONE_SERVERS = [
    # 5b
    Scenario("a deleted certificate that is still served and has no successor is told, for the next start of RRAS fails", lambda h: h.remove_certificate(h.good, keep_serving=True),
             {"certificate_missing": CRITICAL}, None, heal=11, restarts=0, meets="connected"),
    # 7a
    Scenario("a renewal link to a certificate for clients only, which listeners serve, is told, and nothing is restarted", linked("for_clients_only"),
             {"served_by_renewal_link": CRITICAL}, None, heal=11, restarts=0, meets=REFUSED),
    # 8a
    Scenario("of three learned names a successor that bears the first alone waits while the one in force works", fewer_names, {}, None, check=0, restarts=0, begins=of_three_names,
             known=SEEN_WITH_A_CLIENT, meets="connected"),
    # 10a
    Scenario("what an administrator moved to another name with Set-RemoteAccess is adopted", lambda h: moved_to_another_name(h, True), {}, None, check=0, restarts=0,
             known=SEEN_WITH_A_CLIENT, meets="connected", tells=("certificate_adopted",)),
    # 10b
    Scenario("what was moved to another name by the steps of event 13's resolution is adopted once a client connects", lambda h: (
                 moved_to_another_name(h, False), h.client_connects(server_name="ras.example.com")), {}, None, check=0, restarts=0, by_admin=False, known=SEEN_WITH_A_CLIENT,
             meets="connected", tells=("certificate_adopted",)),
    # 15b
    Scenario("a certificate whose key is gone and which has no successor is told, and nothing is restarted", without_its_key, {"private_key_unusable": CRITICAL}, None, heal=11,
             why="no_fit_certificate", restarts=0, meets=NO_TLS),
    # 17a
    Scenario("a certificate that lies in WebHosting, as its records say, and that RRAS adopted, is a warning", adopted_from_web_hosting, {"certificate_in_other_store": WARNING}, None,
             check=1, heal=11, why="certificate_in_other_store", restarts=0, by_admin=False, known=NEVER, meets="connected"),
    # 17b
    Scenario("a certificate that lies in WebHosting is critical where the flag makes RRAS look for it in MY", chosen_in_web_hosting, {"certificate_in_other_store": CRITICAL}, None,
             heal=11, restarts=0, by_admin=False, known=NEVER, meets="connected"),
    # 19a
    Scenario("a certificate of six days whose successor waits for its window warns nobody on its last day", lambda h: install(h, "renewed"), {"certificate_superseded": INFORMATION},
             None, check=0, heal=11, why="outside_window", restarts=0, begins=lambda a: a.good(valid_from=-days(5), valid_to=days(1)), meets="connected"),
    # 19b
    Scenario("a certificate of 47 days is no concern with three weeks left", lambda h: None, {}, None, check=0, restarts=0,
             begins=lambda a: a.good(valid_from=-days(26), valid_to=days(21)), meets="connected"),
    # 22
    Scenario("an old certificate of our name on an exact address, which its clients get, is critical and not touched", lambda h: (
                 h.bind("127.0.0.2", install(h, "expiring"), app_id=IIS_APP_ID)), {"binding_shadowed": CRITICAL}, None, heal=11, why="binding_shadowed", restarts=0,
             prepares=lambda h: h.listen_on("127.0.0.1", "::1", "127.0.0.2"), meets="connected"),
    # 26a
    Scenario("RRAS without SSTP, which has no record, no hash and no flag, is no concern", lambda h: None, {"sstp_not_configured": INFORMATION}, None, check=0, heal=11,
             why="sstp_not_configured", restarts=0, known=NEVER, prepares=lambda h: without_sstp(h)),
    # 64
    Scenario("a wildcard of IIS with a certificate from WebHosting leaves the hash alone, for RRAS looks in MY", lambda h: in_web_hosting(h, addresses=("0.0.0.0",)),
             {"certificate_in_other_store": CRITICAL}, None, heal=11, restarts=0, meets=None),
    # 66
    Scenario("a record of our name and a foreign wildcard that name different certificates are critical, and nothing is changed", two_that_decide, {"binding_shadowed": CRITICAL}, None,
             heal=11, why="binding_shadowed", restarts=0, meets=REFUSED),
    # 72
    Scenario("a setting of RRAS that is not in force before its next start is told, and nothing is written until then", lambda h: (
                 h.set_parameter("ListenerPort", number=h.port + 1), h.unbind("[::]")), {"configuration_pending": WARNING}, None, check=None, heal=11, why="configuration_pending",
             restarts=0, meets="connected"),
]


def without_sstp(host):
    """A router or an IKEv2 server: RRAS has no SSTP ports and sets up no listener."""
    for address in WILDCARD.values():
        host.unbind(address)
    without_hashes(host)
    host.delete_parameter("isHashConfiguredByAdmin")
    host.order_service("RemoteAccess", sstp_ports=False)
    host.restart_ras()
