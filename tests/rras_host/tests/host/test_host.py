"""The test host itself: services, certificates, bindings and listener behave as Windows documents, and what it reports is true."""

import json
import threading
import time
import unittest

import own_host  # before what it lets be found
from rras_host import DISABLED, IIS_APP_ID, LOOPBACK, wait_until
from tls_client import accepts

NAME = "vpn.example.com"


def setUpModule():
    global host
    host = own_host.create("rras_host_self_test")
    host.start_listener()


def tearDownModule():
    host.delete()


class HostTest(unittest.TestCase):
    def setUp(self):
        host.reset()

    def healthy(self, **more):
        good = host.authority.good(NAME)
        host.make_healthy(good, **more)
        return good


class Services(HostTest):
    def test_starting_remoteaccess_starts_what_it_depends_on(self):
        host.start_ras()
        self.assertEqual({host.service(name)["state"] for name in ("SstpSvc", "RasMan", "RemoteAccess")}, {"running"})

    def test_a_slow_one_is_pending_with_rising_checkpoints(self):
        host.start_ras()
        host.order_service("RemoteAccess", stop_ms=1500)
        self.assertEqual(host.ask("service.control", service="RemoteAccess"), 0)
        time.sleep(0.3)
        first = host.service("RemoteAccess")
        time.sleep(0.5)
        second = host.service("RemoteAccess")
        self.assertEqual((first["state"], second["state"]), ("stop_pending", "stop_pending"))
        self.assertGreater(second["checkpoint"], first["checkpoint"])
        host.wait_for_service("RemoteAccess", "stopped", 10)

    def test_one_that_hangs_in_its_stop_stays_until_the_order_is_taken_back(self):
        host.start_ras()
        host.order_service("RemoteAccess", stop="hang")
        self.assertEqual(host.ask("service.control", service="RemoteAccess"), 0)
        time.sleep(0.7)
        self.assertEqual(host.service("RemoteAccess")["state"], "stop_pending")
        host.order_service("RemoteAccess")
        host.wait_for_service("RemoteAccess", "stopped", 10)

    def test_one_that_hangs_in_its_start(self):
        host.order_service("RemoteAccess", start="hang")
        host.ask("service.start", service="RemoteAccess")
        time.sleep(0.7)
        self.assertEqual(host.service("RemoteAccess")["state"], "start_pending")
        host.order_service("RemoteAccess")
        host.wait_for_service("RemoteAccess", "running", 10)

    def test_one_that_refuses_to_stop_answers_1052(self):
        host.start_ras()
        host.order_service("RemoteAccess", stop="refuse")
        wait_until(lambda: host.ask("service.control", service="RemoteAccess", control=4) == 0, 5, "interrogation")
        time.sleep(0.3)
        self.assertEqual(host.ask("service.control", service="RemoteAccess"), 1052)
        self.assertEqual(host.service("RemoteAccess")["state"], "running")
        host.order_service("RemoteAccess")
        time.sleep(0.3)

    def test_one_that_fails_to_start_or_dies_shows_its_exit_code(self):
        host.order_service("RemoteAccess", start="fail", exit_code=711)
        host.ask("service.start", service="RemoteAccess")
        wait_until(lambda: host.service("RemoteAccess")["exit_code"] == 711, 20, "the exit code")
        host.order_service("RemoteAccess")
        host.start_ras()
        host.order_service("RemoteAccess", die=True, exit_code=1067)
        host.wait_for_service("RemoteAccess", "stopped", 10)
        self.assertEqual(host.service("RemoteAccess")["exit_code"], 1067)

    def test_a_disabled_one_is_not_started(self):
        host.ask("service.start_type", service="RemoteAccess", start_type=DISABLED)
        self.assertEqual(host.ask("service.start", service="RemoteAccess"), 1058)

    def test_a_disabled_dependency_fails_the_start_with_1068(self):
        host.ask("service.start_type", service="RasMan", start_type=DISABLED)
        host.ask("service.start", service="RemoteAccess")
        wait_until(lambda: host.service("RemoteAccess")["exit_code"] == 1068, 20, "the exit code")

    def test_a_stop_under_a_running_dependant_is_noted(self):
        host.start_ras()
        host.ask("service.control", service="SstpSvc")
        host.wait_for_service("SstpSvc", "stopped")
        self.assertIn("service stopped under a running dependant", [line["function"] for line in host.writes()])


class Certificates(HostTest):
    def test_chain_key_and_purpose_of_every_kind(self):
        untrusted, outdated = 0x20, 0x1
        issue = host.authority
        kinds = {  # certificate, key in the store, server purpose, chain errors
            "good": (issue.good(), "usable", True, 0),
            "renewed": (issue.renewed(), "usable", True, 0),
            "without key": (issue.good(), "none", True, 0),
            "broken key": (issue.good(), "broken", True, 0),
            "expired": (issue.expired(), "usable", True, outdated),
            "not yet valid": (issue.not_yet_valid(), "usable", True, outdated),
            "clients only": (issue.for_clients_only(), "usable", False, 0),
            "no EKU": (issue.without_eku(), "usable", True, 0),
            "any purpose": (issue.any_purpose(), "usable", True, 0),
            "wildcard": (issue.wildcard(), "usable", True, 0),
            "no subject": (issue.without_subject(), "usable", True, 0),
            "self-signed": (issue.self_signed(), "usable", True, untrusted),
            "weak": (issue.weak(), "usable", True, 0),
            "elliptic, whose key Wine cannot hold": (issue.elliptic(), "none", True, 0),
        }
        for kind, (certificate, key, server, errors) in kinds.items():
            with self.subTest(kind):
                self.assertEqual(host.install_certificate(certificate, key=key), certificate.thumbprint)
                entry = host.certificates()[certificate.thumbprint]
                self.assertEqual((entry["private_key"], entry["server_purpose"], entry["sha256"]), (key == "usable", server, certificate.sha256))
                self.assertEqual(host.chain_errors(certificate), errors)

    def test_removing_archiving_linking_and_breaking(self):
        old, new = host.authority.expiring(NAME), host.authority.renewed(NAME)
        for certificate in (old, new):
            host.install_certificate(certificate)
        host.link_renewal(old, new)
        entry = host.certificates()[old.thumbprint]
        self.assertEqual((entry["renewed_by"], entry["private_key"]), (new.thumbprint, True))
        host.archive_certificate(old)
        self.assertNotIn(old.thumbprint, host.certificates())
        self.assertIn(old.thumbprint, host.registered_thumbprints())
        self.assertTrue(host.remove_certificate(old))
        self.assertEqual(host.registered_thumbprints(), [new.thumbprint])
        host.break_key(new)
        self.assertFalse(host.certificates()[new.thumbprint]["private_key"])

    def test_a_renewal_can_keep_the_key(self):
        old = host.authority.good(NAME)
        new = host.authority.renewed(NAME, like=old)
        self.assertEqual(old.key_pem, new.key_pem)
        host.install_certificate(new)
        self.assertTrue(host.certificates()[new.thumbprint]["private_key"])


class Listener(HostTest):
    def test_follows_the_precedence_of_http_sys(self):
        self.healthy()
        issued = {name: host.authority.good(NAME) for name in ("exact", "sni", "central", "v6")}
        for certificate in issued.values():
            host.install_certificate(certificate)
        host.bind("[::]", issued["v6"])
        self.assertEqual(host.served("ipv6"), issued["v6"].sha256)
        host.bind_central_store(NAME, issued["central"])
        self.assertEqual(host.served("ipv6"), issued["central"].sha256)
        host.bind(NAME, issued["sni"], kind="server_name", app_id=IIS_APP_ID)
        self.assertEqual(host.served("ipv4"), issued["sni"].sha256)
        self.assertNotEqual(host.served("ipv4", "other.example.com"), issued["sni"].sha256)
        host.bind("127.0.0.1", issued["exact"], app_id=IIS_APP_ID)
        self.assertEqual(host.served("ipv4"), issued["exact"].sha256)
        self.assertEqual(host.served("ipv6"), issued["sni"].sha256)

    def test_the_ipv4_wildcard_serves_ipv6_when_that_has_none(self):
        good = self.healthy()
        host.unbind("[::]")
        self.assertEqual(host.served("ipv6"), good.sha256)
        host.unbind("0.0.0.0")
        self.assertIsNone(host.served("ipv6"))
        self.assertIsNone(host.served("ipv4"))

    def test_answers_the_uri_as_services_and_binding_allow(self):
        self.healthy()
        self.assertEqual((host.uri_status("ipv4"), host.uri_status("ipv6", "GET")), (401, 401))
        self.assertEqual(host.uri_status("ipv4", uri="/"), 404)
        host.stop_ras()
        self.assertEqual(host.uri_status("ipv4"), 503)
        host.set_parameter("Sha256CertificateHash", bytes="0102")
        host.start_ras()
        self.assertEqual(host.ras_sstp_ids(), [18])
        self.assertEqual(host.uri_status("ipv4"), 404)

    def test_can_be_off_stale_odd_and_stalled(self):
        self.healthy()
        other = host.authority.good(NAME)
        host.install_certificate(other)
        host.order_listener(ipv6=False)
        self.assertIsNone(host.served("ipv6"))
        self.assertIsNotNone(host.served("ipv4"))
        host.order_listener(serve_ipv4=other.thumbprint, status=403)
        self.assertEqual((host.served("ipv4"), host.uri_status("ipv6")), (other.sha256, 403))
        host.order_listener(stall="response")
        began = time.monotonic()
        self.assertIsNone(host.uri_status("ipv4"))
        self.assertGreater(time.monotonic() - began, 4)
        host.order_listener()
        self.assertEqual(host.uri_status("ipv4"), 401)

    def test_a_family_is_silent_while_its_record_names_the_certificate_that_was_ordered(self):
        good = self.healthy()
        renewed = host.authority.renewed(NAME)
        host.install_certificate(renewed)
        host.order_listener(silent_ipv6_with=renewed.thumbprint)
        self.assertEqual([host.served(family) for family in LOOPBACK], [good.sha256] * 2)
        for address in ("0.0.0.0", "[::]"):
            host.bind(address, renewed)
        wait_until(lambda: not accepts(LOOPBACK["ipv6"], host.port), 10, "IPv6 to fall silent")
        self.assertEqual(host.served("ipv4"), renewed.sha256)
        host.bind("[::]", good)
        wait_until(lambda: accepts(LOOPBACK["ipv6"], host.port), 10, "IPv6 to answer again")

    def test_HEAD_can_be_answered_by_a_device_in_front_while_calls_go_through(self):
        self.healthy()
        host.order_listener(head_status=403)
        self.assertEqual((host.uri_status("ipv4"), host.uri_status("ipv4", "GET"), host.vpn_client("ipv4")), (403, 401, "connected"))

    def test_listens_where_the_listen_list_says(self):
        self.healthy()
        host.listen_on("127.0.0.2")
        self.assertEqual(host.vpn_client("ipv4"), "connected")
        for address in LOOPBACK.values():
            self.assertFalse(accepts(address, host.port), address)

    def test_follows_a_renewal_link_when_told_so(self):
        good = self.healthy()
        new = host.authority.renewed(NAME)
        host.install_certificate(new)
        host.link_renewal(good, new)
        self.assertEqual(host.served("ipv4"), good.sha256)
        host.order_listener(follows_renewal_link=True)
        self.assertEqual((host.served("ipv4"), host.vpn_client("ipv4")), (new.sha256, "crypto binding failed"))

    def test_a_site_of_the_wildcards_with_a_name_of_its_own_is_another_site(self):
        star = host.authority.wildcard()
        host.make_healthy(star)
        site = host.authority.good("www.example.com")
        host.install_certificate(site)
        host.bind("www.example.com", site, kind="server_name", app_id=IIS_APP_ID)
        self.assertEqual({name: host.served("ipv4", name) for name in (NAME, "www.example.com", None)},
                         {NAME: star.sha256, "www.example.com": site.sha256, None: star.sha256})

    def test_a_removed_certificate_is_served_no_more_unless_cached(self):
        good = self.healthy()
        host.remove_certificate(good, keep_serving=True)
        self.assertEqual(host.served("ipv4"), good.sha256)
        host.remove_certificate(good)
        self.assertIsNone(host.served("ipv4"))


class Sessions(HostTest):
    def test_those_of_other_tunnels_are_there_until_rras_stops(self):
        self.healthy()
        host.others_connect(3)
        host.client_connects()
        self.assertEqual([each["tunnel"] for each in json.loads((host.state / "sessions.json").read_text())], ["IKEv2"] * 3 + ["SSTP"])
        host.restart_ras()
        self.assertEqual(json.loads((host.state / "sessions.json").read_text()), [])


class FullDisk(HostTest):
    def test_nothing_grows_on_it_and_what_a_file_has_can_be_written_over(self):
        folder = host.prefix.drive_c / "disk"
        folder.mkdir(exist_ok=True)
        disk = host.disk_of(folder)

        def write(file, text):
            return json.loads(host.prefix.run(r"C:\rras_host\bin\rras_host.exe", json.dumps({"do": "file.write", "path": rf"C:\{file}", "text": text}),
                                              environment=disk.environment).stdout)["value"]
        self.assertEqual(write(r"disk\record", "four"), 0)
        with disk.full():
            self.assertEqual([write(r"disk\record", "FOUR"), write(r"disk\record", "longer"), write(r"disk\new", "x"), write("elsewhere", "x")], [0, 112, 112, 0])
            self.assertEqual((folder / "record").read_text(), "FOUR")
        self.assertEqual(write(r"disk\record", "longer"), 0)


class Records(HostTest):
    def test_a_signal_reaches_a_subscriber_in_another_process(self):
        marker = host.state / "subscribed"
        marker.unlink(missing_ok=True)
        answers = []
        request = json.dumps({"do": "log.wait", "query": "*[System[EventID=13]]", "timeout_ms": 20000})
        subscriber = threading.Thread(target=lambda: answers.append(host.prefix.run(r"C:\rras_host\bin\rras_host.exe", request).stdout))
        subscriber.start()
        wait_until(marker.exists, 30, "the subscription")
        began = time.monotonic()
        host.write_event(13, ["why", NAME])
        subscriber.join(timeout=30)
        self.assertEqual(json.loads(answers[0])["value"], {"signalled": True, "events": 1})
        self.assertLess(time.monotonic() - began, 15)

    def test_the_log_wraps_and_is_cleared(self):
        host.write_event(13, repeat=5)
        host.wrap_log(2)
        self.assertEqual([event["record_id"] for event in host.events()], [4, 5])
        host.clear_log(restart_numbering=True)
        host.write_event(12)
        self.assertEqual([event["record_id"] for event in host.events()], [1])

    def test_nothing_done_is_nothing_seen(self):
        self.healthy()
        before = host.snapshot()
        self.assertEqual(host.snapshot(), before)
        host.set_parameter("UseHttps", number=0)
        host.set_parameter("UseHttps", number=1)
        self.assertNotEqual(host.snapshot(), before, "written back, but written")

    def test_a_checked_set_answers_as_http_sys(self):
        good = self.healthy()
        keyless = host.authority.good(NAME)
        host.install_certificate(keyless, key="none")
        self.assertEqual(host.ask("binding.set", endpoint=f"0.0.0.0:{host.port}", hash=good.thumbprint), 183)
        self.assertEqual(host.ask("binding.set", endpoint="0.0.0.0:9999", hash=keyless.thumbprint), 1312)
        self.assertEqual(host.ask("binding.delete", endpoint="0.0.0.0:9999"), 2)
        host.order_http_sys(new_keys_settle_ms=3_600_000)
        self.assertEqual(host.ask("binding.set", endpoint="0.0.0.0:9999", hash=good.thumbprint), 87, "its key is new")
        host.order_http_sys()
        self.assertEqual(host.ask("binding.set", endpoint="0.0.0.0:9999", hash=good.thumbprint), 0)

    def test_an_older_windows_has_no_atomic_update(self):
        self.assertTrue(host.ask("binding.can_update"))
        older = own_host.create("rras_host_self_test_2016", atomic_update=False)
        try:
            self.assertFalse(older.ask("binding.can_update"))
        finally:
            older.delete()


if __name__ == "__main__":
    unittest.main()
