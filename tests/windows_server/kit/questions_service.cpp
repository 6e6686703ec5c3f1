#include "tests/windows_server/kit/judging.h"

#include <array>

namespace sstp::kit {

namespace {

constexpr char kFolder[] = "O:BAG:SYD:PAI(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)";

Verdict installed(const Answers& answers) {
    const Ran& msiexec = answer(answers, "install");
    if (msiexec.exit_code != 0 && msiexec.exit_code != 3010) return differs("msiexec ended with " + std::to_string(msiexec.exit_code));
    return judged(word_value(answer(answers, "service"), "state") == "running", "the service runs");
}

Verdict start_was_quick(const Answers& answers) {
    const auto after = number_value(answer(answers, "watched"), "running_after");
    if (!after) return differs("it was never seen to run");
    return judged(*after < 10, "it was START_PENDING for " + word_value(answer(answers, "watched"), "running_after") + " s");
}

Verdict own_configuration(const Answers& answers) {
    const Ran& service = answer(answers, "service");
    constexpr std::array<std::array<const char*, 2>, 5> wanted{{{"sid_type", "1"},
                                                                {"privileges", "SeChangeNotifyPrivilege"},
                                                                {"preshutdown_ms", "30000"},
                                                                {"recovers_after_errors", "yes"},
                                                                {"recovery", "1:10000,1:60000,1:300000,0:0"}}};
    for (const auto& [name, value] : wanted) {
        if (word_value(service, name) != value) return differs(std::string(name) + " is " + word_value(service, name) + ", not " + value);
    }
    return judged(says(service, "path=\""), "all is set, and the path is quoted");
}

Verdict own_token(const Answers& answers) {
    const Ran& process = answer(answers, "process");
    if (const auto privileges = word_value(process, "token_privileges"); privileges != "SeChangeNotifyPrivilege")
        return differs("its privileges are " + privileges);
    return judged(word_value(process, "service_sid") == "yes", "one privilege, and the service's SID");
}

Verdict policies(const Answers& answers) {
    const Ran& process = answer(answers, "process");
    constexpr std::array<std::array<const char*, 2>, 5> wanted{{{"extension_points", "0x1"},
                                                                {"image_load", "0x7"},
                                                                {"child_process", "0x1"},
                                                                {"redirection_trust", "0x1"},
                                                                {"dynamic_code", "0x0"}}};
    std::string others;
    for (const auto& [name, value] : wanted) {
        const std::string found = word_value(process, name);
        // A Windows that does not know the policy answers 87 to the question as well.
        if (found != value && !found.starts_with("unknown(")) return differs(std::string(name) + " is " + found + ", not " + value);
        if (found != value) others += (others.empty() ? " (not known here: " : ", ") + std::string(name);
    }
    return as_expected("what this Windows knows is in force" + (others.empty() ? "" : others + ")"));
}

}  // namespace

std::vector<Question> questions_of_the_service() {
    return {
        {.id = "install",
         .asks = "The package installs, observing, and its service runs.",
         .answers = {"checklist 12", "facts: installation"},
         .seconds = 45,
         .words = {"msi"},
         .keeps = true,
         .steps = {change("A folder for the kit's files is made.", "if not exist {work} mkdir {work}", ""),
                   tried_change("install", "SSTP Watchdog is installed, in observe mode: it changes nothing of RRAS.",
                                "msiexec /i {msi} /qn /norestart /l*v {work}\\install.log MODE=observe", "msiexec /x {msi} /qn /norestart"),
                   look("watched", "{kit} watch SstpWatchdog 60", Seconds{90}), look("service", "{kit} service SstpWatchdog"),
                   look("log", "findstr /r \"1920 1603 Return.value.3\" {work}\\install.log")},
         .judge = installed},
        {.id = "second_start",
         .asks = "With slow revocation servers the service still runs within seconds. (Its rights take effect at this second start.)",
         .answers = {"F9", "F17", "checklist 14"},
         .seconds = 70,
         .needs = {"install"},
         .keeps = true,
         .steps =
             {change(
                  "Outgoing connections of the watchdog to ports 80 and 443 of other machines are dropped.",
                  "netsh advfirewall firewall add rule name=sstp-kit dir=out action=block protocol=tcp remoteport=80,443 program={program}",
                  "netsh advfirewall firewall delete rule name=sstp-kit"),
              change("Four self-signed certificates with a revocation server that does not answer are put into LocalMachine\\MY.",
                     powershell("1..4 | ForEach-Object { New-SelfSignedCertificate -Subject ('CN=sstp-kit slow ' + $_) -DnsName "
                                "slow.sstp-kit.test -CertStoreLocation Cert:\\LocalMachine\\My -NotAfter (Get-Date).AddDays(9) "
                                "-TextExtension @('2.5.29.31={hex}301E301CA01AA0188616687474703A2F2F3139322E302E322E312F6B2E63726C') "
                                "| Out-Null }"),
                     powershell("Get-ChildItem Cert:\\LocalMachine\\My | Where-Object Subject -like 'CN=sstp-kit slow*' | Remove-Item")),
              change("The watchdog is stopped and started.", "sc stop SstpWatchdog & {kit} when SstpWatchdog stopped 60 cmd /c exit 0", ""),
              begin("watched", "{kit} watch SstpWatchdog 120", Seconds{150}),
              change("The watchdog is started, two seconds later.", "ping -n 3 127.0.0.1 >nul & sc start SstpWatchdog", "", Seconds{150})},
         .judge = start_was_quick},
        {.id = "configuration",
         .asks = "The service has set its own recovery, preshutdown time, SID type and privilege; its path is quoted.",
         .answers = {"F16", "F17", "checklist 2", "hardening: unquoted path", "hardening: rights of the process"},
         .seconds = 2,
         .needs = {"second_start"},
         .steps = {look("service", "{kit} service SstpWatchdog"), look("descriptor", "sc sdshow SstpWatchdog")},
         .judge = own_configuration},
        {.id = "token",
         .asks = "Since its second start its process has one privilege and the service's SID.",
         .answers = {"F17", "checklist 2", "hardening: rights of the process"},
         .seconds = 1,
         .needs = {"second_start"},
         .steps = {look("process", "{kit} process SstpWatchdog")},
         .judge = own_token},
        {.id = "mitigations",
         .asks = "Windows takes the mitigation policies, and code made at run time stays allowed.",
         .answers = {"F1", "checklist 1", "hardening: mitigation policies", "hardening: script or child process"},
         .seconds = 2,
         .needs = {"install"},
         .steps = {look("process", "{kit} process SstpWatchdog"), look("log", "findstr /s /c:\"hardening:\" {data}\\*.log")},
         .judge = policies},
        {.id = "descriptors",
         .asks =
             "The data folder and all in it belong to administrators, for SYSTEM and administrators alone; nobody else writes the program.",
         .answers = {"hardening: weak access list", "F12"},
         .seconds = 3,
         .needs = {"install"},
         .steps = {look("folder", powershell("(Get-Acl '{data_plain}').Sddl")), look("tree", "icacls {data} /t"),
                   look("program", "icacls {program}")},
         .judge =
             [](const Answers& answers) {
                 return judged(says(answer(answers, "folder"), kFolder), std::string("the folder is ") + kFolder);
             }},
        {.id = "event_texts",
         .asks = "Our events are shown with their texts, which Event Viewer takes from the message DLL.",
         .answers = {"F6", "checklist 9"},
         .seconds = 5,
         .needs = {"install"},
         .steps = {look("events",
                        powershell("Get-WinEvent -FilterHashtable @{LogName='Application';ProviderName='SstpWatchdog'} -MaxEvents 5 | "
                                   "ForEach-Object { 'id=' + $_.Id + ' text=' + [bool]$_.Message + ' ' + $_.Message }"))},
         .judge =
             [](const Answers& answers) {
                 const Ran& events = answer(answers, "events");
                 if (!says(events, "id=")) return differs("there is no event of the watchdog");
                 return judged(!says(events, "text=False"), "each has its text");
             }},
        {.id = "service_race",
         .asks = "Twenty stops with further controls in flight end without a crash.",
         .answers = {"F15"},
         .seconds = 90,
         .needs = {"install"},
         .steps =
             {change(
                  "The watchdog is started and stopped twenty times.",
                  "for /l %n in (1,1,20) do @(sc start SstpWatchdog >nul & {kit} when SstpWatchdog running 20 sc stop SstpWatchdog >nul & "
                  "sc control SstpWatchdog 130 >nul & sc interrogate SstpWatchdog >nul & {kit} when SstpWatchdog stopped 20 cmd /c exit 0 "
                  ">nul)",
                  "sc start SstpWatchdog", Seconds{600}),
              look("crashes",
                   powershell("@(Get-WinEvent -FilterHashtable @{LogName='Application';Id=1000;StartTime=(Get-Date).AddMinutes(-15)} "
                              "-ErrorAction SilentlyContinue | Where-Object Message -match 'sstp-watchdog').Count"))},
         .judge = [](const Answers& answers) { return judged(answer(answers, "crashes").output == "0\n", "no crash was recorded"); }},
        {.id = "log_wrap",
         .asks = "A System log that has wrapped is no gap: nothing is told as lost after a restart of the service.",
         .answers = {"F3", "checklist 10"},
         .seconds = 120,
         .needs = {"install"},
         .steps =
             {change("The settings of the System log are kept in a file, and the log itself too.",
                     "wevtutil epl System {work}\\system.evtx /ow:true & wevtutil gl System /f:xml >{work}\\system-log.xml", ""),
              change("The System log is made 1 MB small and filled: ITS RECORDS ARE LOST (they are in system.evtx of the kit's folder).",
                     "wevtutil sl System /ms:1048576", "wevtutil sl /c:{work}\\system-log.xml"),
              change("An event source sstp-kit is made in System, and 12,000 events are written.",
                     powershell("New-EventLog -LogName System -Source sstp-kit; 1..12000 | ForEach-Object { Write-EventLog -LogName System "
                                "-Source sstp-kit -EventId 1 -Message ('x' * 200) }"),
                     powershell("Remove-EventLog -Source sstp-kit"), Seconds{300}),
              change(
                  "The watchdog is stopped and started, twice.",
                  "for /l %n in (1,1,2) do @(sc stop SstpWatchdog >nul & {kit} when SstpWatchdog stopped 60 sc start SstpWatchdog >nul & "
                  "{kit} when SstpWatchdog running 60 cmd /c exit 0 >nul & ping -n 16 127.0.0.1 >nul)",
                  "", Seconds{300}),
              look("gaps", "findstr /s /c:\"event_log_gaps_total\" {data}\\*.prom")},
         .judge =
             [](const Answers& answers) {
                 const Ran& gaps = answer(answers, "gaps");
                 if (!says(gaps, "gaps_total")) return to_be_read("the metrics do not name gaps");
                 return judged(says(gaps, "gaps_total 0"), "no gap is counted");
             }},
    };
}

}  // namespace sstp::kit
