"""Our process is killed in the middle of a heal, at every step, and started again: bindings, hashes and flag are all as they were found or all as wanted, never in
between, and what ran before runs."""

import shutil
import tempfile
import time
import unittest

from product import PROGRAM, Product, create_host

WILDCARDS = ("0.0.0.0", "[::]")


def setUpModule():
    global folder, host, product, good, expired, renewed
    folder = tempfile.mkdtemp(prefix="crash-")
    host = create_host(folder)
    product = Product(host)
    good, expired, renewed = host.authority.good(), host.authority.expired(), host.authority.renewed()


def tearDownModule():
    host.delete()
    shutil.rmtree(folder, ignore_errors=True)


def break_everything():
    """As event 13 describes: an expired certificate in force, IPv6 without a record, which RRAS could not make, the renewed one in the store. RRAS runs, as some builds do then."""
    host.reset()
    host.make_healthy(good)
    host.install_certificate(expired)
    host.install_certificate(renewed)
    host.remove_certificate(good)
    host.bind("0.0.0.0", expired)
    host.unbind("[::]")
    host.set_hashes(expired)
    host.order_service("RemoteAccess", refuses_ipv6=2, listener_errors_end_it=False)
    host.restart_ras()
    time.sleep(2.5)   # what is written within two seconds of its start counts as read by RRAS
    host.forget_writes()


def configuration():
    return {"bindings": host.bindings(), "parameters": host.parameters()["values"],
            "services": {name: host.service(name)["state"] for name in ("SstpSvc", "RasMan", "RemoteAccess")}}


def is_as_wanted():
    bindings = host.bindings()
    return (all(bindings.get(f"{each}:{host.port}", {}).get("hash") == renewed.thumbprint for each in WILDCARDS)
            and host.hashes() == {"sha1": renewed.thumbprint, "sha256": renewed.sha256})


def is_healthy():
    return is_as_wanted() and all(host.vpn_client(family) == "connected" for family in ("ipv4", "ipv6"))


def progress_of_a_whole_heal():
    break_everything()
    product.fresh()
    done = product.heal()
    assert done.code == 0, done.output
    assert is_healthy(), done.output
    return done.output.splitlines()


class KilledInTheMiddle(unittest.TestCase):
    def kill_at_line(self, number):
        """Runs a heal and kills it as soon as it has printed that many lines. Returns what it had printed; True: it was killed in time."""
        healing = product.start("heal", "--now", stdout=-1, stderr=-2)
        lines = []
        for line in healing.stdout:
            lines.append(line.rstrip())
            if len(lines) == number:
                healing.kill()
                break
        healing.wait(timeout=120)
        healing.stdout.close()
        return lines

    def recover(self):
        """The next start of the service, here in a console. In observe mode, so that nothing but finishing what was begun may happen."""
        product.write_policy({"mode": "observe"})
        running = product.start("run", stdin=-3, stdout=-3, stderr=-3)
        try:
            return product.wait_for_status(lambda status: status["cycle"]["number"] >= 1, 120, "the first cycle after the crash")
        finally:
            running.kill()
            running.wait(timeout=60)

    def test_killed_at_every_line_of_its_progress(self):
        lines = progress_of_a_whole_heal()
        self.assertGreaterEqual(len(lines), 6, lines)
        for number in range(1, len(lines)):
            with self.subTest(killed_after=lines[number - 1]):
                break_everything()
                product.fresh()
                found = configuration()
                printed = self.kill_at_line(number)
                status = self.recover()
                for name in ("SstpSvc", "RasMan", "RemoteAccess"):
                    host.wait_for_service(name, "running")
                self.assertTrue(configuration() == found or is_as_wanted(), f"after {printed}: neither as found nor as wanted: {configuration()} {status['summary']}")
                product.write_policy({})
                healed = product.heal()
                self.assertEqual(healed.code, 0, f"after {printed}: {healed.output}")
                self.assertTrue(is_healthy(), f"after {printed}: {healed.output}")

    def test_killed_while_nothing_was_begun_leaves_nothing_to_undo(self):
        break_everything()
        product.fresh()
        found = configuration()
        self.kill_at_line(1)
        self.recover()
        if not is_as_wanted():
            self.assertEqual(configuration(), found)
        self.assertEqual([line for line in host.writes(by=PROGRAM) if line["answer"] != 0 and line["function"].startswith("HttpSet")], [])


if __name__ == "__main__":
    unittest.main()
