"""Servers with very many certificates and records, as benchmarks need them, and what a service's process has open."""

import subprocess
import unittest

import own_host  # before what it lets be found
from host_configuration import serial_number_in

NOT_SIGNATURE_VALID = 0x8


def setUpModule():
    global host
    host = own_host.create("rras_host_many")


def tearDownModule():
    host.delete()


class Many(unittest.TestCase):
    def setUp(self):
        host.reset()

    def test_a_series_has_thumbprints_of_its_own_and_one_shape(self):
        template = host.authority.issue("site.example.net")
        host.install_series(template, 12)
        listed = host.certificates()
        self.assertEqual(len(listed), 12)
        self.assertNotIn(template.thumbprint, listed)
        self.assertEqual({(entry["subject"], entry["server_purpose"], entry["private_key"]) for entry in listed.values()}, {("site.example.net", True, False)})
        self.assertEqual(host.ask("certificate.chain", thumbprint=next(iter(listed))) & NOT_SIGNATURE_VALID, NOT_SIGNATURE_VALID)

    def test_a_longer_series_of_the_same_template_goes_on_where_the_first_ended(self):
        template = host.authority.issue("site.example.net")
        host.install_series(template, 3)
        first = set(host.registered_thumbprints())
        host.install_series(template, 5)
        self.assertEqual((len(host.registered_thumbprints()), first - set(host.registered_thumbprints())), (5, set()))

    def test_what_changes_lies_at_the_end_of_the_serial_number(self):
        template = host.authority.issue("site.example.net")
        shown = subprocess.run(["openssl", "x509", "-noout", "-serial"], input=template.pem, capture_output=True, text=True, check=True).stdout
        at = serial_number_in(template.der)
        self.assertEqual(template.der[at:at + 8].hex().upper(), shown.strip().removeprefix("serial=")[-16:])

    def test_records_of_many_sites_stand_beside_the_wildcards(self):
        good = host.authority.good()
        host.install_certificate(good)
        host.bind("0.0.0.0", good)
        host.bind_series(good, 300)
        self.assertEqual(len(host.bindings()), 301)
        self.assertEqual(host.bindings()[f"site-300.example.net:{host.port}"]["hash"], good.thumbprint)

    def test_open_handles_are_those_of_the_services_process(self):
        host.start_ras()
        self.assertGreater(host.ask("service.handles", service="RemoteAccess"), 10)
        host.stop_ras()
        self.assertEqual(host.ask("service.handles", service="RemoteAccess"), 0)


if __name__ == "__main__":
    unittest.main()
