"""The demo: the real MSI in a new Wine prefix, a server broken as event 13 describes, then broken without any event, then a renewal that waits for the maintenance
window until an administrator asks for it. Ends with 0 only when the end state was verified from outside the product: registry, bindings, and a client that knows
nothing of it."""

import collections
import datetime
import json
import os
import pathlib
import shutil
import sys
import tempfile
import textwrap
import time

from product import PROGRAM, create_host, far_window
from certificate_authority import days  # isort: skip  (product tells where it is)
from rras_host import wait_until

SERVICE = "SstpWatchdog"
MSI = pathlib.Path(os.environ["SSTP_MSI"])
PROGRAM_FILE = pathlib.PurePath("Program Files") / "SSTP Watchdog" / PROGRAM
DATA = pathlib.PurePath("ProgramData") / "SSTP Watchdog"
HEALED_WITHIN = 240   # seconds
WIDTH = 148


def heading(text):
    print(f"\n== {text}", flush=True)


def line(what, text, at=None):
    at = at or datetime.datetime.now(datetime.timezone.utc)
    wrapped = textwrap.wrap(text, WIDTH - 46) or [""]
    print(f"  {at.strftime('%H:%M:%S.%f')[:-3]}  {what:<28}  {wrapped[0]}", flush=True)
    for more in wrapped[1:]:
        print(f"{'':46}{more}", flush=True)


class Story:
    """The product's own journal, printed as it grows."""

    def __init__(self, host):
        self.host = host
        self.program = host.prefix.drive_c / PROGRAM_FILE
        self.told = 0
        self.heard = collections.Counter()   # events by type

    def tell_news(self):
        done = self.host.prefix.run(self.program, "history", "--json")
        if done.returncode != 0:
            return
        for event in json.loads(done.stdout)["events"]:
            if event["sequence"] <= self.told:
                continue
            self.told = event["sequence"]
            self.heard[event["type"]] += 1
            at = datetime.datetime.fromisoformat(event["time"].replace("Z", "+00:00"))
            line(event["type"], event["text"], at)

    def tell_until(self, condition, what):
        deadline = time.monotonic() + HEALED_WITHIN
        while not condition():
            self.tell_news()
            if time.monotonic() > deadline:
                raise TimeoutError(f"waited {HEALED_WITHIN} s for {what}")
            time.sleep(0.3)
        self.tell_news()


def is_sound(host):
    """Nothing is critical. That somebody undid a repair stands as a warning for a day."""
    found = status(host)
    return bool(found["cycle"]["number"]) and all(each["severity"] != "critical" for each in found["findings"])


def status(host):
    try:
        return json.loads((host.prefix.drive_c / DATA / "status.json").read_text())
    except (FileNotFoundError, json.JSONDecodeError):
        return {"healthy": False, "findings": [], "cycle": {"number": 0, "began": ""}}


def install(host, story):
    heading(f"Install {MSI.name}, silently, as an administrator would")
    path = host.prefix.windows_path(MSI)
    done = host.prefix.run("msiexec", "/i", path, "/qn", "MODE=heal", "DNSNAMES=vpn.example.com", timeout=300)
    if done.returncode != 0:
        raise SystemExit(f"msiexec ended with {done.returncode}: {done.stdout}")
    wait_until(lambda: host.service(SERVICE)["state"] == "running", HEALED_WITHIN, "the service to run")
    line("service", f"{SERVICE} runs, as the SCM says")
    story.tell_until(lambda: status(host)["healthy"], "the first healthy look")
    policy = {"mode": "heal", "certificate": {"dns_names": ["vpn.example.com"]}, "watch": {"interval": "10s"}, "restart": {"window": far_window()}}
    loaded = story.heard["policy_loaded"]
    (host.prefix.drive_c / DATA / "policy.json").write_text(json.dumps(policy))
    line("policy.json", f"restart.window begins at {policy['restart']['window']['start']} (default 02:00), so that the demo runs outside it at any time of day; "
                        "watch.interval is 10s (default 5m), how often clients are asked for")
    story.tell_until(lambda: story.heard["policy_loaded"] > loaded, "the policy to be read anew")


def verify(host, certificate):
    """From outside: the registry, HTTP.SYS's records, and clients. True when all name the certificate."""
    expected_sha1, expected_sha256 = certificate.thumbprint, certificate.sha256
    facts = []
    for family, endpoint in (("ipv4", "0.0.0.0:443"), ("ipv6", "[::]:443")):
        bound = host.bindings().get(endpoint, {}).get("hash")
        facts.append((f"binding {endpoint}", bound, bound == expected_sha1))
    hashes = host.hashes()
    facts.append(("Sha1CertificateHash", hashes["sha1"], hashes["sha1"] == expected_sha1))
    facts.append(("Sha256CertificateHash", hashes["sha256"], hashes["sha256"] == expected_sha256))
    for family in ("ipv4", "ipv6"):
        served = host.served(family)
        facts.append((f"TLS client, {family}", served, served == expected_sha256))
        met = host.vpn_client(family)
        facts.append((f"SSTP call, {family}", met, met == "connected"))
    for what, value, right in facts:
        print(f"    {'ok   ' if right else 'WRONG'}  {what:<24}  {value}", flush=True)
    return all(right for _, _, right in facts)


def locked_out(host):
    for family in ("ipv4", "ipv6"):
        line(f"a VPN client over {family}", host.vpn_client(family))


def event_13(host, story, good, renewed):
    heading("Break it as event 13 describes. RRAS is stopped; then the certificate in force is an expired one, [::]:443 is gone and HTTP.SYS lets RRAS make no other, and "
            "the renewed one lies in the store")
    expired = host.authority.expired()
    host.stop_ras()
    host.install_certificate(expired)
    host.install_certificate(renewed)
    host.remove_certificate(good)
    host.unbind("[::]")
    host.bind("0.0.0.0", expired)
    host.set_hashes(expired)
    host.order_service("RemoteAccess", refuses_ipv6=2)
    heading("RRAS is started again, reads all that, complains, and ends")
    seen = max((event["record_id"] for event in host.events()), default=0)
    began = time.monotonic()
    host.start_ras(ends_with=2)
    line("events of RasSstp", ", ".join(str(each) for each in host.ras_sstp_ids(after=seen)))
    line("RemoteAccess", f"{host.service('RemoteAccess')['state']}, exit code {host.service('RemoteAccess')['exit_code']}")
    locked_out(host)
    heading("What the watchdog does")
    story.tell_until(lambda: all(host.bound(f) == renewed.thumbprint and host.vpn_client(f) == "connected" for f in ("ipv4", "ipv6")), "clients to connect again")
    story.tell_until(lambda: story.heard["heal_succeeded"] == 1 and status(host)["healthy"], "a healthy status")
    line("healed", f"{time.monotonic() - began:.0f} s after the break")


def no_event(host, story, renewed):
    heading("Break it without an event: while RRAS runs, somebody overwrites [::]:443 with another certificate")
    began = time.monotonic()
    number = len(host.ras_sstp_ids())
    other = host.authority.expired()
    host.install_certificate(other)
    host.bind("[::]", other)
    locked_out(host)
    heading("What the watchdog does")
    story.tell_until(lambda: host.bound("ipv6") == renewed.thumbprint and host.vpn_client("ipv6") == "connected", "IPv6 clients to connect again")
    story.tell_until(lambda: story.heard["heal_succeeded"] == 2 and is_sound(host), "a healthy status")
    line("healed", f"{time.monotonic() - began:.0f} s after the break; RRAS wrote {len(host.ras_sstp_ids()) - number} events")


def command(host, story, *arguments):
    done = host.prefix.run(story.program, *arguments)
    print(textwrap.indent(done.stdout.rstrip(), "  "), flush=True)
    return done.returncode


def renewal(host, story, renewed):
    """Ends with what is in force then. A working VPN is not restarted in the daytime, unless somebody who may decide that says so."""
    heading("Renew in the daytime: an ACME client puts the next certificate into the store, while three clients are connected")
    for family in ("ipv4", "ipv6", "ipv4"):
        line(f"a VPN client over {family}", host.client_connects(family))
    newest = host.authority.renewed("vpn.example.com", valid_from=-days(1) / 48, valid_to=days(270))
    host.install_certificate(newest)
    heading("What the watchdog does: nothing yet, and it says when, why, and at what price")
    story.tell_until(lambda: any(each["reason"] == "certificate_superseded" for each in status(host)["findings"]), "the successor to be seen")
    refused = command(host, story, "plan") == 11 and host.bound("ipv4") == renewed.thumbprint
    heading("An administrator asks for it: sstp-watchdog heal --ignore-window")
    asked = command(host, story, "heal", "--ignore-window")
    story.tell_until(lambda: story.heard["heal_succeeded"] == 3 and is_sound(host), "a healthy status")
    heading("Only a client proves crypto binding: the first one that connects is told")
    confirmed = story.heard["heal_confirmed_by_client"]
    line("a VPN client over ipv4", host.client_connects("ipv4"))
    story.tell_until(lambda: story.heard["heal_confirmed_by_client"] > confirmed, "the heal to be confirmed by a client")
    return newest, refused and asked == 0


def demo(host):
    story = Story(host)
    good, renewed = host.authority.good("vpn.example.com"), host.authority.renewed("vpn.example.com")
    heading("A healthy RRAS server (a stand-in under Wine: services, HTTP.SYS records, event log, TLS listener on 443)")
    host.reset()
    host.make_healthy(good)
    locked_out(host)
    install(host, story)
    event_13(host, story, good, renewed)
    heading("Verified from outside the product")
    right = verify(host, renewed)
    no_event(host, story, renewed)
    heading("Verified from outside the product")
    right = verify(host, renewed) and right
    newest, as_told = renewal(host, story, renewed)
    heading("Verified from outside the product")
    right = verify(host, newest) and as_told and right
    heading("sstp-watchdog check")
    # That somebody undid a repair, as the second story did, stands as a warning for a day.
    right = command(host, story, "check") == 1 and {each["reason"] for each in status(host)["findings"]} == {"heal_does_not_last"} and right
    print(f"\n{'The server is as it should be.' if right else 'The server is NOT as it should be.'}", flush=True)
    return 0 if right else 1


def main():
    folder = tempfile.mkdtemp(prefix="sstp-watchdog-demo-")
    host = create_host(folder, port=443)
    try:
        return demo(host)
    finally:
        host.delete()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
