#include "tests/windows_server/kit/judging.h"

namespace sstp::kit {

namespace {

constexpr char kMakeKeys[] =
    "$kinds = @(@('csp','Microsoft RSA SChannel Cryptographic Provider','RSA'),@('ksp','Microsoft Software Key Storage Provider','RSA'),"
    "@('ecc','Microsoft Software Key Storage Provider','ECDSA_nistP256')); foreach ($kind in $kinds) { New-SelfSignedCertificate -Subject "
    "('CN=sstp-kit key ' + $kind[0]) -DnsName key.sstp-kit.test -Provider $kind[1] -KeyAlgorithm $kind[2] -CertStoreLocation "
    "Cert:\\LocalMachine\\My | Out-Null }; Get-ChildItem Cert:\\LocalMachine\\My | Where-Object Subject -like 'CN=sstp-kit key*' | "
    "ForEach-Object "
    "{ $_.Thumbprint + ' ' + $_.Subject }";

Verdict keys_are_usable(const Answers& answers) {
    const std::string& made = answer(answers, "made").output;
    const std::string& keys = answer(answers, "keys").output;
    int found = 0;
    for (std::size_t at = 0; (at = made.find(" CN=sstp-kit key", at)) != std::string::npos; ++at) {
        if (at < 40) continue;
        ++found;
        if (keys.find("certificate=" + made.substr(at - 40, 40) + " key=usable") == std::string::npos)
            return differs("not usable: " + made.substr(at + 1, made.find('\n', at) - at - 1));
    }
    if (found != 3) return differs("not all three kinds of key could be made");
    // KeyIso holds the keys of both KSP certificates. While it is stopped nothing may be called unusable.
    return judged(answer(answers, "without_keyiso").output.find("key=unusable") == std::string::npos,
                  "all three are usable, and unknown at worst without KeyIso");
}

}  // namespace

std::vector<Question> questions_of_keys_and_receivers() {
    return {
        {.id = "keys",
         .asks = "Keys of a CSP, a KSP (RSA, ECDSA) are usable to the hardened watchdog, and without KeyIso unknown, not unusable.",
         .answers = {"F7", "F17", "checklist 18"},
         .seconds = 40,
         .steps = {tried_change(
                       "made", "Three self-signed certificates with keys of a CSP and a KSP are made.", powershell(kMakeKeys),
                       powershell("Get-ChildItem Cert:\\LocalMachine\\My | Where-Object Subject -like 'CN=sstp-kit key*' | Remove-Item")),
                   look("keys", "{kit} keys"),
                   change("KeyIso is stopped and disabled for some seconds: NO PROGRAM HERE CAN USE A CNG KEY MEANWHILE.",
                          "sc config KeyIso start= disabled && sc stop KeyIso & ver",
                          "sc config KeyIso start= demand && sc start KeyIso & ver"),
                   look("without_keyiso", "{kit} keys", Seconds{120})},
         .judge = keys_are_usable},
        {.id = "chain_network",
         .asks = "A look at healthy certificates fetches nothing from the network.",
         .answers = {"B2"},
         .seconds = 60,
         .needs = {"install"},
         .steps = {change("The log of certificate work (CAPI2) is switched on.",
                          "wevtutil sl Microsoft-Windows-CAPI2/Operational /e:true /ms:20971520",
                          "wevtutil sl Microsoft-Windows-CAPI2/Operational /e:false /ms:1048576"),
                   look("check", "{program} check --verbose", Seconds{90}),
                   look("fetched",
                        "wevtutil qe Microsoft-Windows-CAPI2/Operational /q:\"*[System[(EventID=53 or EventID=51) and "
                        "TimeCreated[timediff(@SystemTime) "
                        "<= 60000]]]\" /f:xml")}},
        {.id = "client_certificate_tls13",
         .asks = "A receiver of TLS 1.3 that asks for a client certificate gets one, or the session falls back to TLS 1.2.",
         .answers = {"C5"},
         .seconds = 60,
         .needs = {"install"},
         .words = {"siem"},
         .steps = {change("The watchdog's policy becomes: observe, and send to {siem} over TLS.",
                          "copy /y {data}\\policy.json {work}\\policy-siem.json & " +
                              powershell("Set-Content -Encoding ascii -Path '{data_plain}\\policy.json' -Value ((@{ mode = 'observe'; siem "
                                         "= @{ destinations = "
                                         "@(@{ hosts = @('{siem}') }) } }) | ConvertTo-Json -Depth 6)"),
                          "copy /y {work}\\policy-siem.json {data}\\policy.json"),
                   look("test", "ping -n 10 127.0.0.1 >nul & {program} siem test --json", Seconds{200})},
         .judge = [](const Answers& answers) { return judged(answer(answers, "test").exit_code == 0, "the test event is confirmed"); }},
    };
}

}  // namespace sstp::kit
