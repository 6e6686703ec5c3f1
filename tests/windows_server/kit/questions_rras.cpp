#include "tests/windows_server/kit/judging.h"
#include "tests/windows_server/kit/make_certificate.h"

#include <utility>

namespace sstp::kit {

namespace {

constexpr char kParameters[] = R"(HKLM\SYSTEM\CurrentControlSet\Services\SstpSvc\Parameters)";

std::string connect() { return "rasdial sstp-kit {user} {password} & rasdial sstp-kit /disconnect >nul"; }

/// SHA-1 of what listeners give to a client that asks for {name}: `ipv4=...`, `ipv6=...`.
std::string served() {
    return powershell(
        "foreach ($to in @('127.0.0.1','::1')) { try { $client = New-Object Net.Sockets.TcpClient($to, 443); $tls = New-Object "
        "Net.Security.SslStream($client.GetStream(), $false, {$true}); $tls.AuthenticateAsClient('{name}'); 'served=' + $to + ' ' + "
        "$tls.RemoteCertificate.GetCertHashString() + ' ' + $tls.SslProtocol; $client.Close() } catch { 'served=' + $to + ' none ' + "
        "$_.Exception.InnerException.Message } }");
}

constexpr char kEventsOfRasstp[] =
    "wevtutil qe System /q:\"*[System[Provider[@Name='RasSstp' or @Name='Microsoft-Windows-RasSstp'] and "
    "TimeCreated[timediff(@SystemTime) <= 600000]]]\" /f:xml";

Verdict connects_again(const Answers& answers) {
    if (word_value(answer(answers, "healed"), "first") == "never") return differs("it was not healed within the time");
    return judged(answer(answers, "connected").exit_code == 0, "healed after " + word_value(answer(answers, "healed"), "first") +
                                                                   " s, and a real client connects: crypto binding is proven");
}

Verdict answers_in_time(const Answers& answers) {
    const auto seconds = number_value(answer(answers, "answers"), "first");
    if (!seconds) return differs("it did not answer within two minutes");
    return judged(*seconds < 110, "the listener answers " + word_value(answer(answers, "answers"), "first") + " s after the restart");
}

constexpr char kHeal[] =
    "Set-Content -Encoding ascii -Path '{data_plain}\\policy.json' -Value ((@{ mode = 'heal'; certificate = @{ dns_names = @('{name}') } "
    "}) | "
    "ConvertTo-Json -Depth 6)";

std::vector<Question> of_restarts() {
    return {
        {.id = "time_to_serve",
         .asks = "How long after a restart of RemoteAccess the listener answers; whether its process changes.",
         .answers = {"F2", "F13", "checklist 3", "checklist 5"},
         .seconds = 90,
         .needs = {"install", "client"},
         .steps = {look("process_before", "{kit} service RemoteAccess"), look("status_before", "{program} status --json"),
                   change("RemoteAccess is restarted: VPN sessions end.", powershell("Restart-Service RemoteAccess -Force"), "",
                          Seconds{300}),
                   look("answers", "{kit} every 1 120 0 {program} check", Seconds{200}),
                   look("process_after", "{kit} service RemoteAccess"), look("status_after", "{program} status --json"),
                   look("connected", connect(), Seconds{90})},
         .judge = answers_in_time},
        {.id = "healing",
         .asks = "The watchdog is told to heal, for {name}.",
         .answers = {"what the following needs"},
         .seconds = 30,
         .needs = {"client", "install"},
         .keeps = true,
         .steps = {change("The watchdog's policy becomes: heal, for {name}. From here on it may change bindings and restart RRAS.",
                          "copy /y {data}\\policy.json {work}\\policy.json & " + powershell(kHeal),
                          "copy /y {work}\\policy.json {data}\\policy.json"),
                   look("policy", "{program} policy check {data}\\policy.json"),
                   look("accepted", "{kit} every 2 60 0 {program} check", Seconds{90})},
         .judge = [](const Answers& answers) { return judged(answer(answers, "policy").exit_code == 0, "the policy is valid"); }},
    };
}

std::vector<Question> of_heals() {
    return {
        {.id = "heal",
         .asks = "RRAS really broken (its certificate deleted, RemoteAccess restarted) is healed, and a real client connects.",
         .answers = {"F18", "checklist 7", "checklist 9", "rras-sstp: conditions of events 13 and 25",
                     "rras-sstp: a deleted certificate is served from memory",
                     "rras-sstp: restarting RemoteAccess alone makes SstpSvc read the hash"},
         .seconds = 150,
         .needs = {"healing"},
         .steps = {change("TLS 1.3 is switched off in the IPv4 record, to see whether the setting survives the heal.",
                          "netsh http update sslcert ipport=0.0.0.0:443 disabletls13=enable & ver", ""),
                   look("records_before", "{kit} records"),
                   change("The watchdog is stopped, so that it does not heal before RRAS is broken.",
                          "sc stop SstpWatchdog & {kit} when SstpWatchdog stopped 60 cmd /c exit 0", "sc start SstpWatchdog & ver"),
                   change("A second certificate for {name} is made.", make_certificate("new", 25), ""),
                   change("The certificate that RRAS uses is deleted.",
                          powershell("Remove-Item ('Cert:\\LocalMachine\\My\\' + (Get-Content '{work}\\old.txt'))"), ""),
                   look("served_from_memory", served()),
                   tried_change("restarted", "RemoteAccess is restarted, which should fail.",
                                "net stop RemoteAccess /y & net start RemoteAccess", ""),
                   look("broken", "{kit} service RemoteAccess"), look("complaints", kEventsOfRasstp), look("served_broken", served()),
                   look("check_broken", "{program} check --json", Seconds{90}),
                   change("The watchdog is started, and heals.", "sc start SstpWatchdog", "", Seconds{150}),
                   look("healed", "{kit} every 2 240 0 {program} check", Seconds{300}), look("served_after", served()),
                   look("records_after", "{kit} records"), look("connected", "rasdial sstp-kit {user} {password}", Seconds{90}),
                   look("confirmed", "ping -n 20 127.0.0.1 >nul & {program} history --json --since 15m"),
                   look("ended", "rasdial sstp-kit /disconnect"),
                   look("http_events",
                        "wevtutil qe System /q:\"*[System[(EventID=15021 or EventID=15300 or EventID=15301 or EventID=15302) and "
                        "TimeCreated[timediff(@SystemTime) <= 600000]]]\" /f:xml")},
         .judge = connects_again},
        {.id = "wakes",
         .asks = "A deleted binding, a new certificate and a changed value each wake the watchdog within seconds.",
         .answers = {"checklist 8"},
         .seconds = 90,
         .needs = {"healing"},
         .steps = {change("The IPv6 binding is deleted; the watchdog puts it back.", "netsh http delete sslcert ipport=[::]:443", ""),
                   look("binding", "{kit} every 1 90 0 netsh http show sslcert ipport=[::]:443", Seconds{120}),
                   change(
                       "The stored SHA-256 hash is overwritten; the watchdog puts it back.",
                       std::string("reg add ") + kParameters +
                           " /v Sha256CertificateHash /t REG_BINARY /d 0000000000000000000000000000000000000000000000000000000000000000 /f",
                       ""),
                   look("value", "{kit} every 1 120 0 {program} check", Seconds{150}), look("told", "{program} history --json --since 5m"),
                   look("connected", connect(), Seconds{90})},
         .judge =
             [](const Answers& answers) {
                 const auto binding = number_value(answer(answers, "binding"), "first");
                 if (!binding || word_value(answer(answers, "value"), "first") == "never") return differs("it was not put back");
                 return judged(*binding < 30, "the binding was back after " + word_value(answer(answers, "binding"), "first") + " s");
             }},
        {.id = "renewal_link",
         .asks = "Does Schannel serve the successor that the bound certificate's renewal link names?",
         .answers = {"rras-sstp: Schannel follows the renewal link for SSTP"},
         .seconds = 60,
         .needs = {"heal"},
         .steps = {change("The watchdog is stopped, so that it does not follow the link.",
                          "sc stop SstpWatchdog & {kit} when SstpWatchdog stopped 60 cmd /c exit 0", "sc start SstpWatchdog"),
                   look("before", served()),
                   change("A third certificate for {name} is made.", make_certificate("third", 26),
                          powershell("Remove-Item ('Cert:\\LocalMachine\\My\\' + (Get-Content '{work}\\third.txt'))")),
                   change("The bound one is linked to it, as auto-enrolment does.",
                          powershell("& '{kit_plain}' renewal-link (Get-Content '{work}\\new.txt') (Get-Content '{work}\\third.txt'); exit "
                                     "$LASTEXITCODE"),
                          powershell("& '{kit_plain}' renewal-link (Get-Content '{work}\\new.txt') none; exit $LASTEXITCODE")),
                   look("linked", served()), look("later", "ping -n 20 127.0.0.1 >nul & " + served()),
                   look("connected", connect(), Seconds{90})}},
        {.id = "listen_list",
         .asks = "With an IP listen list the watchdog probes a listed address, and sees no fault where there is none.",
         .answers = {"F8", "checklist 15"},
         .seconds = 60,
         .needs = {"install", "client"},
         .steps =
             {change(
                  "The first IPv4 address of this server becomes the only one that HTTP.SYS listens on, and HTTP and RRAS are restarted.",
                  powershell(
                      "$own = (Get-NetIPAddress -AddressFamily IPv4 | Where-Object { $_.IPAddress -ne '127.0.0.1' } | Select-Object -First "
                      "1).IPAddress; Set-Content '{work}\\address.txt' $own; netsh http add iplisten ipaddress=$own; Stop-Service "
                      "RemoteAccess "
                      "-Force; net stop http /y; Start-Service RemoteAccess"),
                  powershell("$own = Get-Content '{work}\\address.txt'; netsh http delete iplisten ipaddress=$own; Stop-Service "
                             "RemoteAccess -Force; "
                             "net stop http /y; "
                             "Start-Service RemoteAccess"),
                  Seconds{300}),
              look("check", "ping -n 20 127.0.0.1 >nul & {program} check --json", Seconds{90})},
         .judge =
             [](const Answers& answers) {
                 const Ran& check = answer(answers, "check");
                 if (!says(check, "\"command\": \"check\"")) return differs("it did not look");
                 return judged(!says(check, "\"listener_unreachable"), "no listener is called unreachable");
             }},
        {.id = "new_key",
         .asks = "How long HTTP.SYS answers 87 (or 1312) to a certificate whose CNG key is new.",
         .answers = {"rras-sstp: 87 for seconds after a CNG key was made"},
         .seconds = 40,
         .needs = {"certificates"},
         .steps = {change(
             "A certificate is made and bound to 127.0.0.77:8443 at once, again and again until it is taken.",
             powershell(
                 "$made = New-SelfSignedCertificate -DnsName new.sstp-kit.test -CertStoreLocation Cert:\\LocalMachine\\My; Set-Content "
                 "'{work}\\fresh.txt' $made.Thumbprint; foreach ($try in 1..40) { $said = netsh http add sslcert ipport=127.0.0.77:8443 "
                 "('certhash=' + $made.Thumbprint) 'appid={00112233-4455-6677-8899-aabbccddeeff}'; 'try=' + $try + ' ' + $LASTEXITCODE + "
                 "' ' + ($said -join ' '); if ($LASTEXITCODE -eq 0) { break }; Start-Sleep -Milliseconds 500 }; exit 0"),
             powershell("netsh http delete sslcert ipport=127.0.0.77:8443; Remove-Item ('Cert:\\LocalMachine\\My\\' + (Get-Content "
                        "'{work}\\fresh.txt'))"))}},
    };
}

}  // namespace

std::vector<Question> questions_of_rras() {
    auto questions = of_restarts();
    for (auto& question : of_heals()) questions.push_back(std::move(question));
    return questions;
}

}  // namespace sstp::kit
