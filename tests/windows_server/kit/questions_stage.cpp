#include "tests/windows_server/kit/judging.h"
#include "tests/windows_server/kit/make_certificate.h"

namespace sstp::kit {

std::string make_certificate(std::string_view file, int days) {
    return powershell(
        "$root = Get-Item ('Cert:\\LocalMachine\\My\\' + (Get-Content '{work}\\root.txt')); $made = New-SelfSignedCertificate -Type "
        "Custom -Subject 'CN={name}' -DnsName '{name}' -Signer $root -TextExtension @('2.5.29.37={text}1.3.6.1.5.5.7.3.1') "
        "-CertStoreLocation Cert:\\LocalMachine\\My -NotAfter (Get-Date).AddDays(" +
        std::to_string(days) + "); Set-Content '{work}\\" + std::string{file} + ".txt' $made.Thumbprint; Start-Sleep 2");
}

namespace {

constexpr char kRemoveCertificates[] =
    "Get-ChildItem Cert:\\LocalMachine\\My, Cert:\\LocalMachine\\Root | Where-Object { $_.Subject -in 'CN={name}','CN=sstp-kit root' } | "
    "Remove-Item";

/// 0: RRAS is set up for VPN.
constexpr char kRrasIsReady[] = "if ((Get-RemoteAccess).VpnStatus -eq 'Installed') { exit 0 } else { exit 1 }";

Verdict rras_runs(const Answers& answers) {
    return judged(word_value(answer(answers, "after"), "state") == "running", "RemoteAccess runs");
}

}  // namespace

std::vector<Question> questions_of_the_stage() {
    return {
        {.id = "rras",
         .asks = "RRAS is here, set up for VPN.",
         .answers = {"what the following needs"},
         .seconds = 180,
         .not_if = powershell(kRrasIsReady),
         .keeps = true,
         .steps =
             {change(
                  "The roles DirectAccess-VPN and Routing are installed. THEY STAY: Remove-WindowsFeature DirectAccess-VPN,Routing and a "
                  "restart remove them.",
                  powershell("Install-WindowsFeature DirectAccess-VPN,Routing -IncludeManagementTools | Format-List *"), "", Seconds{900}),
              change("RRAS is set up for VPN with addresses of 172.31.255.0.",
                     powershell("Install-RemoteAccess -VpnType Vpn -IPAddressRange '172.31.255.10','172.31.255.30'"),
                     powershell("Uninstall-RemoteAccess -VpnType Vpn -Force"), Seconds{600}),
              change("RemoteAccess is started.", powershell("Set-Service RemoteAccess -StartupType Automatic; Start-Service RemoteAccess"),
                     "", Seconds{300}),
              look("after", "{kit} service RemoteAccess")},
         .judge = rras_runs},
        {.id = "port_is_ours",
         .asks = "Port 443 is nobody's but SSTP's: the kit replaces what is bound there.",
         .answers = {"what the following needs"},
         .seconds = 2,
         .steps = {look("records", "netsh http show sslcert")},
         .judge =
             [](const Answers& answers) {
                 if (answer(answers, "records").exit_code != 0) return differs("the records could not be shown");
                 const std::string& text = answer(answers, "records").output;
                 for (std::size_t at = 0; (at = text.find(":443", at)) != std::string::npos; ++at) {
                     const std::string record = text.substr(at, 700);
                     if (record.substr(0, record.find("\n\n")).find("ba195980-cd49-458b-9e23-c84ee0adcd75") == std::string::npos)
                         return differs("another program's certificate stands on port 443: use a server that has nothing but RRAS");
                 }
                 return as_expected();
             }},
        {.id = "certificates",
         .asks = "RRAS serves a certificate of a private CA.",
         .answers = {"rras-sstp: what Set-RemoteAccess writes"},
         .seconds = 60,
         .needs = {"rras", "port_is_ours"},
         .keeps = true,
         .steps = {change("SSTP's parameters are kept in a file.",
                          R"(reg export HKLM\SYSTEM\CurrentControlSet\Services\SstpSvc\Parameters {work}\parameters.reg /y)",
                          R"(reg import {work}\parameters.reg & net stop RemoteAccess /y & net start RemoteAccess)"),
                   change("A root certificate 'sstp-kit root' is made and trusted by this server.",
                          powershell(
                              "$made = New-SelfSignedCertificate -Type Custom -Subject 'CN=sstp-kit root' -KeyUsage CertSign,CRLSign "
                              "-KeyExportPolicy "
                              "NonExportable -CertStoreLocation Cert:\\LocalMachine\\My -NotAfter (Get-Date).AddDays(30) -TextExtension "
                              "@('2.5.29.19={text}ca=1'); Set-Content '{work}\\root.txt' $made.Thumbprint; Export-Certificate -Cert $made "
                              "-FilePath '{work}\\root.cer' | Out-Null; Import-Certificate -FilePath '{work}\\root.cer' -CertStoreLocation "
                              "Cert:\\LocalMachine\\Root | Out-Null"),
                          powershell(kRemoveCertificates)),
                   change("A certificate for {name} is made.", make_certificate("old", 20), ""),
                   change(
                       "RRAS is given that certificate, and restarted: VPN sessions end.",
                       powershell(
                           "Set-RemoteAccess -SslCertificate (Get-Item ('Cert:\\LocalMachine\\My\\' + (Get-Content '{work}\\old.txt'))); "
                           "Restart-Service RemoteAccess -Force"),
                       "netsh http delete sslcert ipport=0.0.0.0:443 & netsh http delete sslcert ipport=[::]:443 & ver", Seconds{300}),
                   look("values", R"(reg query HKLM\SYSTEM\CurrentControlSet\Services\SstpSvc\Parameters)"),
                   look("records", "{kit} records"), look("after", "{kit} service RemoteAccess")},
         .judge = rras_runs},
        {.id = "client",
         .asks = "A real SSTP client on this server connects to it: TLS, crypto binding and PPP.",
         .answers = {"rras-sstp: crypto binding", "rras-sstp: SSTP to itself"},
         .seconds = 60,
         .needs = {"certificates"},
         .words = {"user", "password"},
         .keeps = true,
         .steps =
             {change("A user {user} is made who may dial in.",
                     "net user {user} {password} /add /y && netsh ras set user name={user} dialin=permit", "net user {user} /delete"),
              change("{name} is put into the hosts file as 127.0.0.1.",
                     "copy /y %SystemRoot%\\System32\\drivers\\etc\\hosts {work}\\hosts && "
                     "echo.>>%SystemRoot%\\System32\\drivers\\etc\\hosts && echo 127.0.0.1 "
                     "{name}>>%SystemRoot%\\System32\\drivers\\etc\\hosts",
                     "copy /y {work}\\hosts %SystemRoot%\\System32\\drivers\\etc\\hosts"),
              change("The SSTP client of this server asks for no CRL (the kit's root has none).",
                     R"(reg add HKLM\SYSTEM\CurrentControlSet\Services\SstpSvc\Parameters /v NoCertRevocationCheck /t REG_DWORD /d 1 /f)",
                     R"(reg delete HKLM\SYSTEM\CurrentControlSet\Services\SstpSvc\Parameters /v NoCertRevocationCheck /f)"),
              change(
                  "A VPN connection 'sstp-kit' is made.",
                  powershell(
                      "Add-VpnConnection -AllUserConnection -Name sstp-kit -ServerAddress '{name}' -TunnelType Sstp -AuthenticationMethod "
                      "MSChapv2 -EncryptionLevel Optional -Force"),
                  powershell("Remove-VpnConnection -AllUserConnection -Name sstp-kit -Force")),
              look("connected", "rasdial sstp-kit {user} {password}", Seconds{90}), look("sessions", "{program} check --json", Seconds{90}),
              look("statistics", powershell("Get-RemoteAccessConnectionStatistics | Format-List *")),
              look("ended", "rasdial sstp-kit /disconnect")},
         .judge =
             [](const Answers& answers) {
                 const Ran& connected = answer(answers, "connected");
                 if (connected.exit_code != 0)
                     return differs("rasdial ended with " + std::to_string(connected.exit_code) +
                                    ": what follows proves no crypto binding");
                 return judged(says(answer(answers, "sessions"), "\"sstp\": 1"), "it connects, and the watchdog counts one SSTP session");
             }},
    };
}

}  // namespace sstp::kit
