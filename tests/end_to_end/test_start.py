"""How a start goes: one look, which is told, and nobody who heals meanwhile is waited for before that."""

import re
import signal
import unittest

from server_under_watch import NO_TLS, SLOW, ServerTest, ServerUnderWatch
from rras_host import wait_until  # isort: skip  (server_under_watch tells where it is)

LOOK = re.compile(r"^\S+Z \w+ +SSTP (OK|WARNING|CRITICAL|UNKNOWN) - ", re.MULTILINE)


def setUpModule():
    global server, host, product
    server = ServerTest.server = ServerUnderWatch("start-")
    host, product = server.host, server.product


def tearDownModule():
    server.delete()


def looks():
    """What each look came to, as the log has it."""
    log = product.data / "logs" / "sstp-watchdog.log"
    return LOOK.findall(log.read_text()) if log.exists() else []


class AStart(ServerTest):
    def test_the_first_look_is_the_first_cycles_for_each_look_opens_keys_and_windows_audits_that(self):
        server.begin()
        running = product.start("run", stdin=-3, stdout=-3, stderr=-3)
        self.addCleanup(running.kill)
        product.wait_for_status(lambda status: status["healthy"], SLOW, "the first verdict")
        running.send_signal(signal.SIGINT)
        self.assertEqual(running.wait(SLOW), 0)
        self.assertEqual(looks(), ["OK"] * product.status()["cycle"]["number"])

    def test_how_the_server_stands_is_told_before_a_heal_of_another_process_is_waited_for(self):
        server.begin({"restart": {"timeout": "5m"}})
        server.look()
        host.install_certificate(host.authority.renewed())
        host.remove_certificate(server.good)
        self.assertEqual(server.clients(), NO_TLS)
        host.order_service("RemoteAccess", stop="hang")
        self.addCleanup(host.order_service, "RemoteAccess")
        with self.while_it_heals((0, 1, 11)):
            wait_until(lambda: host.service("RemoteAccess")["state"] == "stop_pending", SLOW, "the heal to wait for RemoteAccess")
            running = product.start("run", stdin=-3, stdout=-3, stderr=-3)
            self.addCleanup(running.wait, SLOW)
            self.addCleanup(running.kill)
            wait_until(looks, SLOW, "the start to tell how the server stands")
            self.assertEqual((len(looks()), host.service("RemoteAccess")["state"]), (1, "stop_pending"))
            running.kill()
            host.order_service("RemoteAccess")   # the hang ends


if __name__ == "__main__":
    unittest.main()
