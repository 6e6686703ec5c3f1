"""States of servers (tests/core/servers/README.md) that take several steps: what is done in each, how often RRAS is restarted, and what clients with crypto binding meet. Tests bear
the number of the state."""

import unittest

from parts import part_of
from product import PROGRAM
from certificate_authority import days  # isort: skip  (product tells where it is)
from rras_host import WILDCARD, wait_until  # isort: skip
from scenarios import NOBODYS_SHA256, NOW, ONLY_VPN, certificate_of_another_ca, deleted, ended_with, hash_names_nothing, install, spoiled
from scenarios_of_servers import NAMES, moved_to_another_name
from server_under_watch import CONNECTED, NO_TLS, REFUSED, SLOW, ServerTest, ServerUnderWatch

PARTS = 2
IMPATIENT = {"verify": {"ready_within": "3s"}}


def setUpModule():
    global server, host, product
    server = Servers.server = ServerUnderWatch("servers-")
    host, product = server.host, server.product


def tearDownModule():
    server.delete()


class Servers(ServerTest):
    def test_2_nothing_is_bound_while_only_the_internal_CAs_is_there_and_the_renewed_one_is_when_it_comes(self):
        server.begin()
        server.look(with_a_client=True)
        certificate_of_another_ca(host)
        host.remove_certificate(host.good)
        self.assertEqual(server.clients(), NO_TLS)
        self.heal_and_write_nothing(11)
        host.forget_writes()
        renewed = install(host, "renewed")
        self.is_healed(renewed, 1, self.heal(0))

    def test_8c_nothing_is_bound_until_one_with_the_primary_name_comes(self):
        server.begin(certificate=host.authority.good(*NAMES))
        server.look(with_a_client=True)
        host.install_certificate(host.authority.renewed("www.example.com"))
        host.break_key(host.good)
        host.stop_serving(host.good)
        self.assertEqual(server.clients(), NO_TLS)
        self.finds(ambiguous_certificate="critical")
        self.heal_and_write_nothing(11)
        host.forget_writes()
        primary = install(host, "renewed")
        self.is_healed(primary, 1, self.heal(0))

    def test_9b_a_name_that_was_named_before_follows_a_wildcard_whose_key_is_gone_and_is_not_learned(self):
        server.begin()
        server.look(with_a_client=True)
        star = host.authority.wildcard(valid_from=-days(1) / 24, valid_to=days(180))
        host.install_certificate(star)
        server.put_in_force(star)
        self.heal(0)
        self.assertEqual(len(server.events("certificate_adopted")), 1)
        host.remove_certificate(host.good)
        install(host, "renewed")
        host.break_key(star)
        host.stop_serving(star)
        self.assertEqual(server.clients(), NO_TLS)
        host.forget_writes()
        self.is_healed(host.made["renewed"], 1, self.heal(0))
        self.finds(names_changed="warning")

    def test_10c_what_was_moved_to_another_name_and_no_client_has_used_yet_is_left_alone_until_an_administrator_has_it_moved_back(self):
        server.begin()
        server.look(with_a_client=True)
        moved_to_another_name(host, by_admin=False)
        self.assertEqual(server.clients(), CONNECTED)
        self.finds(choice_not_confirmed="warning")
        planned = product.plan()
        self.assertEqual((planned.code, planned.json["decision"].get("why")), (11, "choice_not_confirmed"), planned.output)
        self.assertEqual(host.writes(by=PROGRAM), [])
        host.forget_writes()
        self.is_healed(host.good, 1, self.heal(0, *NOW))

    def cloned(self):
        """The image of another server: its hashes, no record, its state database."""
        machine = {"key": r"SOFTWARE\Microsoft\Cryptography", "name": "MachineGuid"}
        values = host.ask("registry.read", key=machine["key"])["values"]
        self.addCleanup(host.ask, "registry.write", **machine, type=values["MachineGuid"]["type"], bytes=values["MachineGuid"]["bytes"])
        host.ask("registry.write", **machine, text="5f0c3d1e-7a63-4f0e-9d2b-0b6f6d2a9c11")
        for address in WILDCARD.values():
            host.unbind(address)
        hash_names_nothing(host)
        host.restart_ras(ends_with=1168)
        host.forget_writes()

    def test_27_a_restored_server_with_a_foreign_database_begins_anew_and_takes_the_one_certificate_that_will_do(self):
        server.begin()
        server.look(with_a_client=True)
        self.cloned()
        self.assertEqual(server.clients(), NO_TLS)
        self.is_healed(host.good, 1, self.heal(0))
        self.assertEqual(len(server.events("machine_identity_changed")), 1)

    def test_27_on_a_restored_server_with_a_foreign_database_nothing_is_chosen_where_two_would_do(self):
        server.begin()
        server.look(with_a_client=True)
        certificate_of_another_ca(host)
        self.cloned()
        self.heal_and_write_nothing(11)
        self.finds(ambiguous_certificate="critical")
        self.assertEqual(server.clients(), NO_TLS)

    def test_28a_a_hash_that_is_overwritten_again_and_again_is_put_back_each_time_without_a_restart_and_told(self):
        server.begin()
        server.look()
        other = install(host, "expired")
        host.forget_writes()
        for _ in range(3):
            host.set_parameter("Sha256CertificateHash", bytes=other.sha256)
            self.heal(0)
        self.is_healed(host.good, 0)
        self.finds(heal_does_not_last="warning")

    def test_35_a_family_that_no_longer_answers_gets_the_second_restart_and_that_helps(self):
        server.begin(IMPATIENT)
        server.look()
        renewed = install(host, "renewed")
        host.order_listener(silent_ipv6_with=renewed.thumbprint)
        self.assertEqual(server.clients(), CONNECTED)
        with self.while_it_heals((0,), *NOW):
            wait_until(lambda: server.starts("SstpSvc") == 1, SLOW, "the second restart, of all that SSTP consists of")
            host.order_listener()
        self.is_healed(renewed, 2)
        self.assertEqual(server.starts("SstpSvc"), 1)

    def test_35_a_family_that_no_longer_answers_has_all_of_it_taken_back_when_a_second_restart_does_not_help(self):
        server.begin(IMPATIENT)
        server.look()
        host.order_listener(silent_ipv6_with=install(host, "renewed").thumbprint)
        self.assertEqual(server.clients(), CONNECTED)
        host.forget_writes()
        self.is_healed(host.good, 3, self.heal(1, *NOW))   # the heal's, its second, and that of taking back
        self.assertEqual((len(server.events("heal_undone")), server.events("heal_succeeded")), (1, []))

    def test_36a_a_heal_that_cannot_return_to_a_deleted_certificate_stays_new_and_says_that_it_is_not_complete(self):
        server.begin(IMPATIENT)
        server.look()
        deleted(host, keep_serving=True)
        self.assertEqual(server.clients(), CONNECTED)
        host.order_service("RemoteAccess", registers_uri=False)
        host.forget_writes()
        self.heal(1, *NOW)
        self.assertEqual(server.is_in_force(host.made["renewed"]), {}, "never new records with old hashes")
        self.assertEqual((server.clients(), server.starts()), (["call refused with 404"] * 2, 2))
        self.assertEqual([event["fields"]["outcome"] for event in server.events("heal_failed")], ["incomplete"])

    def test_36b_a_heal_that_cannot_return_to_a_certificate_that_has_ended_stays_new_and_says_that_it_is_not_complete(self):
        server.begin(IMPATIENT)
        server.look()
        spoiled("expired")(host)
        host.order_listener(silent_ipv6_with=host.made["renewed"].thumbprint)
        self.assertEqual(server.clients(), CONNECTED)   # this client asks for no date
        host.forget_writes()
        self.heal(1)
        self.assertEqual(server.is_in_force(host.made["renewed"]), {}, "never new records with old hashes")
        self.assertEqual((server.clients(), server.starts()), (["connected", "no TLS session"], 2))
        self.assertEqual([event["fields"]["outcome"] for event in server.events("heal_failed")], ["incomplete"])
        host.order_listener()
        host.forget_writes()
        self.heal(0)
        self.is_healed(host.made["renewed"], 0)

    def test_51_a_log_that_has_wrapped_while_nothing_of_ours_was_in_it_is_no_gap(self):
        server.begin()
        server.look()
        host.write_event(7036, ["Windows Update", "running"], provider="Service Control Manager", level=4, repeat=50)
        host.wrap_log(0)
        self.assertEqual(server.clients(), CONNECTED)
        self.heal_and_write_nothing(0)
        self.assertEqual(server.events("event_source_gap"), [])

    def test_56_planned_work_after_which_SSTP_answers_404_for_good_is_taken_back(self):
        server.begin(IMPATIENT)
        server.look()
        install(host, "renewed")
        self.assertEqual(server.clients(), CONNECTED)
        host.order_service("RemoteAccess", registers_uri=False)
        host.forget_writes()
        self.heal(1, *NOW)
        self.assertEqual(server.is_in_force(host.good), {})
        self.assertEqual(server.starts(), 3, "the heal's, its second, and that of taking back")
        host.order_service("RemoteAccess")
        host.restart_ras()
        self.assertEqual(server.clients(), CONNECTED)

    def test_57_SstpSvc_that_keeps_its_old_listener_is_restarted_as_well_and_the_heal_succeeds(self):
        server.begin(IMPATIENT)
        server.look()
        install(host, "renewed")
        host.order_service("SstpSvc", keeps_listener=True)
        host.forget_writes()
        output = self.heal(0, *NOW)
        self.is_healed(host.made["renewed"], 2, output)
        self.assertEqual(server.starts("SstpSvc"), 1)

    def takes_any_hash(self):
        """A build of RRAS that does not ask for the certificate which the hash names."""
        host.order_service("RemoteAccess", insists_on_certificate=False)

    def test_58b_a_hash_that_was_changed_and_read_by_RRAS_while_we_observed_is_not_put_back_without_a_restart(self):
        server.begin(ONLY_VPN)
        server.look()
        product.write_policy({**ONLY_VPN, "mode": "observe"})
        self.takes_any_hash()
        hash_names_nothing(host)
        host.restart_ras()
        server.wait_until_settled()
        self.assertEqual(server.clients(), REFUSED)
        self.heal_and_write_nothing(11)   # what RRAS holds is learned anew
        product.write_policy(ONLY_VPN)
        host.forget_writes()
        self.is_healed(host.good, 1, self.heal(0, *NOW))

    def test_59_a_hash_that_RRAS_has_read_while_the_kill_switch_was_set_is_not_put_back_without_a_restart(self):
        server.begin(ONLY_VPN)
        server.look()
        host.set_kill_switch("observe")
        self.takes_any_hash()
        hash_names_nothing(host)
        host.restart_ras()
        self.assertEqual(server.clients(), REFUSED)
        host.set_kill_switch("heal")
        server.wait_until_settled()
        host.forget_writes()
        self.is_healed(host.good, 1, self.heal(0, *NOW))

    def test_61_a_self_signed_certificate_that_a_script_makes_anew_is_told_and_adopted_once_a_client_connects(self):
        own, next_one = host.authority.self_signed(), host.authority.self_signed(valid_from=-days(1) / 24, valid_to=days(365))
        for each in (own, next_one):
            host.install_authority(each)
        server.begin(certificate=own)
        server.look(with_a_client=True)
        host.install_certificate(next_one)
        self.finds(successor_other_ca="information")
        self.heal_and_write_nothing(0)
        server.put_in_force(next_one, by_admin=False)
        self.finds(choice_not_confirmed="warning")
        self.assertEqual((server.clients(), server.events("certificate_adopted")), (CONNECTED, []))
        host.client_connects()
        self.heal_and_write_nothing(0)
        self.assertEqual(len(server.events("certificate_adopted")), 1)

    def test_84_where_a_record_cannot_be_updated_and_the_new_one_is_refused_after_the_delete_the_old_one_is_back_at_once(self):
        server.begin()
        server.look()
        install(host, "renewed")
        before = host.bindings()
        host.order_faults({"function": "HttpUpdateServiceConfiguration", "error": 50, "count": 0, "process": PROGRAM},
                          {"function": "HttpSetServiceConfiguration", "error": 1312, "count": 1, "process": PROGRAM})
        host.forget_writes()
        self.is_healed(host.good, 0, self.heal(1, *NOW))
        self.assertEqual((host.bindings(), len(server.events("heal_undone"))), (before, 1))
        self.finds(private_key_unusable="information")
        self.heal_and_write_nothing(0)   # it is no candidate any more

    def test_85_a_tool_that_puts_its_own_newer_certificate_everywhere_while_we_prove_ours_ends_our_heal(self):
        server.begin()
        server.look()
        install(host, "renewed")
        newest = host.authority.renewed(valid_from=-days(1) / 48, valid_to=days(270))
        with self.while_it_proves((0, 11), *NOW):   # 11: what it looked at last was the tool's records before the tool's restart
            server.wait_until_settled()
            host.install_certificate(newest)
            server.put_in_force(newest)
        self.is_healed(newest, 2)   # ours, and the tool's
        self.heal_and_write_nothing(0)

    def test_86a_a_hash_of_nothing_is_never_put_back_though_the_proof_fails(self):
        server.begin(IMPATIENT)
        server.look()
        hash_names_nothing(host)
        host.restart_ras(ends_with=1168)
        self.assertEqual(server.clients(), ["call refused with 503"] * 2)
        host.order_service("RemoteAccess", registers_uri=False)
        product.heal()
        self.assertEqual(server.is_in_force(host.good), {})
        self.assertEqual(host.service("RemoteAccess")["state"], "running")
        host.order_service("RemoteAccess")
        host.restart_ras()
        self.assertEqual(server.clients(), CONNECTED)

    def test_87b_a_heal_that_could_be_brought_to_neither_end_is_closed_when_an_administrator_asks_and_planned_afresh(self):
        server.begin()
        server.look()
        deleted(host)
        host.order_faults({"function": "HttpUpdateServiceConfiguration", "error": 1450, "skip": 1, "count": 0, "process": PROGRAM})
        host.forget_writes()
        self.heal(1)
        self.assertEqual({host.bound(family) for family in ("ipv4", "ipv6")}, {host.good.thumbprint, host.made["renewed"].thumbprint}, "Windows refuses both ends")
        self.assertEqual((len(server.events("heal_failed")), len(server.events("recovery_given_up"))), (1, 0))
        self.heal(1)
        self.assertEqual(len(server.events("recovery_given_up")), 1)
        host.order_faults()
        self.is_healed(host.made["renewed"], 1, self.heal(0))

    def test_88a_a_value_that_is_deleted_during_the_proof_is_written_again_in_the_same_heal_with_one_restart_in_all(self):
        server.begin()
        server.look()
        deleted(host)
        self.assertEqual(server.clients(), NO_TLS)
        with self.while_it_proves((0,)):
            host.delete_parameter("Sha256CertificateHash")
        self.is_healed(host.made["renewed"], 1)
        self.heal_and_write_nothing(0)

    def damaged_record(self):
        for left in product.data.glob("state.db-*"):
            left.unlink()
        (product.data / "state.db").write_bytes(b"no database at all" * 4096)

    def test_89a_with_a_damaged_database_a_missing_record_is_made_at_once(self):
        server.begin()
        server.look()
        self.damaged_record()
        host.unbind("0.0.0.0")
        host.forget_writes()
        self.is_healed(host.good, 0, self.heal(0))

    def test_89b_with_a_damaged_database_RRAS_that_ended_for_its_certificate_is_started_once(self):
        server.begin()
        server.look()
        self.damaged_record()
        ended_with(host, 1168)
        host.forget_writes()
        self.is_healed(host.good, 1, self.heal(0))


def load_tests(loader, tests, pattern):
    return part_of(tests)


if __name__ == "__main__":
    unittest.main()
