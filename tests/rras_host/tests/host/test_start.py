"""RRAS of the test host, when it starts: what it reads, makes, writes and complains of, what clients meet then, and with which code it ends. The rules are in model/sstp_start.cpp."""

import unittest

import own_host  # before what it lets be found
from rras_host import LOOPBACK, SSTP_APP_ID, SSTP_PARAMETERS, wait_until

NAME = "vpn.example.com"


def setUpModule():
    global host
    host = own_host.create("rras_host_start_test")
    host.start_listener()


def tearDownModule():
    host.delete()


class Server(unittest.TestCase):
    def setUp(self):
        host.reset()

    def healthy(self, **more):
        good = host.authority.good(NAME)
        host.make_healthy(good, **more)
        return good

    def test_healthy_one_connects_clients_and_writes_no_event(self):
        good = self.healthy()
        self.assertEqual(host.ras_sstp_ids(), [])
        for family in LOOPBACK:
            self.assertEqual(host.served(family), good.sha256)
            self.assertEqual(host.vpn_client(family), "connected")

    def test_a_record_that_http_sys_refuses_is_event_13_at_the_next_start_not_before_and_ends_it(self):
        self.healthy()
        host.unbind("[::]")
        host.order_service("RemoteAccess", refuses_ipv6=2)
        self.assertEqual(host.ras_sstp_ids(), [])
        host.restart_ras(ends_with=2)
        self.assertEqual(host.ras_sstp_ids(), [13])
        event = host.events("Microsoft-Windows-RasSstp")[0]
        self.assertEqual((event["level"], event["data"][1][1]), (2, NAME))
        self.assertEqual(host.uri_status("ipv4"), 503)
        host.order_service("RemoteAccess", refuses_ipv6=2, listener_errors_end_it=False)
        host.start_ras()
        self.assertEqual((host.ras_sstp_ids(), host.bound("ipv6"), host.vpn_client("ipv4")), ([13, 13], None, "connected"))

    def test_a_change_of_a_binding_is_told_by_http_events_at_once(self):
        self.healthy()
        seen = len(host.events("Microsoft-Windows-HttpEvent"))
        host.unbind("[::]")
        host.bind("[::]", host.authority.good(NAME))
        self.assertEqual([event["id"] for event in host.events("Microsoft-Windows-HttpEvent")[seen:]], [15300, 15301])

    def test_without_an_administrators_choice_the_binding_is_adopted(self):
        self.healthy(by_admin=False)
        other = host.authority.renewed(NAME)
        host.install_certificate(other)
        for address in ("0.0.0.0", "[::]"):
            host.bind(address, other)
        host.restart_ras()
        self.assertEqual(host.hashes(), {"sha1": other.thumbprint, "sha256": other.sha256})
        self.assertEqual(host.vpn_client("ipv4"), "connected")

    def test_a_restart_of_remoteaccess_alone_puts_a_new_hash_in_force_unless_sstpsvc_is_told_to_keep_the_old_one(self):
        self.healthy()
        other = host.authority.renewed(NAME)
        host.install_certificate(other)
        for address in ("0.0.0.0", "[::]"):
            host.bind(address, other)
        host.set_hashes(other)
        host.order_service("SstpSvc", keeps_hash=True)
        host.stop_ras(("RemoteAccess",))
        host.start_ras()
        self.assertEqual(host.vpn_client("ipv4"), "crypto binding failed")
        host.order_service("SstpSvc", keeps_listener=True)
        host.stop_ras(("RemoteAccess",))
        host.start_ras()
        self.assertEqual(host.uri_status("ipv4"), 404)
        host.order_service("SstpSvc")
        host.stop_ras(("RemoteAccess",))
        host.start_ras()
        self.assertEqual(host.vpn_client("ipv4"), "connected")

    def test_rras_makes_missing_records_and_replaces_its_own(self):
        good = self.healthy()
        other = host.authority.good(NAME)
        host.install_certificate(other)
        host.unbind("[::]")
        host.bind("0.0.0.0", other)
        host.restart_ras()
        self.assertEqual(host.ras_sstp_ids(), [])
        made = host.bindings()[f"[::]:{host.port}"]
        self.assertEqual((made["hash"], made["app_id"], made["store_name"], made["check_mode"]), (good.thumbprint, SSTP_APP_ID, "MY", 0x1000))
        self.assertEqual(host.bound("ipv4"), good.thumbprint)

    def test_a_missing_certificate_and_half_a_pair_of_hashes_end_the_start_with_their_codes(self):
        good = self.healthy()
        host.delete_parameter("Sha256CertificateHash")
        host.restart_ras(ends_with=87)
        self.assertEqual(host.ras_sstp_ids(), [18])
        self.assertEqual(host.events("Microsoft-Windows-RasSstp")[0]["level"], 3)
        host.set_hashes(good)
        host.remove_certificate(good, keep_serving=True)
        host.start_ras(ends_with=1168)
        self.assertEqual(host.ras_sstp_ids(), [18, 25])
        self.assertIsNone(host.served("ipv4"), "a deleted certificate is served no more once RRAS has started")

    def test_whoever_sees_that_it_has_started_or_written_finds_the_line_of_it_in_the_audit_trail(self):
        self.healthy(by_admin=False)
        other = host.authority.renewed(NAME)
        host.install_certificate(other)
        for address in ("0.0.0.0", "[::]"):
            host.bind(address, other)
        host.stop_ras(("RemoteAccess",))
        host.order_faults({"function": "audit", "how": "delay", "delay_ms": 700, "count": 0, "process": "rras_service.exe"})

        def noted():
            return [line["function"] for line in host.writes()]
        host.forget_writes()
        self.assertEqual(host.ask("service.start", service="RemoteAccess"), 0)
        wait_until(lambda: host.hashes()["sha256"] == other.sha256, 20, "the hash to be adopted")
        self.assertIn("RemoteAccess adopts the binding's hashes", noted())
        wait_until(lambda: host.vpn_client("ipv4") == "connected", 20, "a client to connect")
        self.assertIn("service started", noted())

    def test_it_answers_some_time_after_it_runs(self):
        self.healthy()
        host.order_service("RemoteAccess", ready_ms=2000)
        host.restart_ras()
        self.assertEqual(host.uri_status("ipv4"), 503)
        wait_until(lambda: host.vpn_client("ipv4") == "connected", 20, "SSTP to be ready")
        host.order_service("RemoteAccess", ready_ms=2000, until_ready="refused")
        host.restart_ras()
        wait_until(lambda: host.served("ipv4") is None, 1, "the listener to refuse")
        wait_until(lambda: host.vpn_client("ipv6") == "connected", 20, "SSTP to be ready")

    def test_what_was_applied_is_in_the_ConfigStore(self):
        self.healthy()
        store = SSTP_PARAMETERS + r"\ConfigStore"
        host.set_parameter("UseHttps", number=0)
        self.assertEqual(host.ask("registry.read", key=store)["values"]["UseHttps"]["bytes"], "01000000")
        host.restart_ras()
        self.assertEqual(host.ask("registry.read", key=store)["values"]["UseHttps"]["bytes"], "00000000")

    def test_a_reboot_keeps_everything_and_starts_rras(self):
        good = self.healthy()
        before = host.snapshot()
        host.reboot()
        host.wait_for_service("RemoteAccess", "running")
        self.assertTrue(host.certificates()[good.thumbprint]["private_key"])
        self.assertEqual(host.bindings(), before["bindings"])
        self.assertEqual(host.parameters()["values"], before["parameters"]["values"])
        self.assertEqual(host.vpn_client("ipv4"), "connected")


if __name__ == "__main__":
    unittest.main()
