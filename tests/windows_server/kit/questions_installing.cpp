#include "tests/windows_server/kit/judging.h"

namespace sstp::kit {

namespace {

/// What an upgrade must not touch: descriptor, start type, policy.
std::string of_the_administrator(const char* suffix) {
    return std::string("sc sdshow SstpWatchdog >{work}\\descriptor-") + suffix + ".txt & type {work}\\descriptor-" + suffix + ".txt";
}

std::string versions() {
    return powershell(
        "Get-ItemProperty HKLM:\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Uninstall\\* | Where-Object DisplayName -eq 'SSTP Watchdog' "
        "| "
        "ForEach-Object { 'version=' + $_.DisplayVersion }; 'file=' + (Get-Item '{program_plain}').VersionInfo.FileVersion");
}

Step give_a_right() {
    return change(
        "The group Users is given the right to ask for the watchdog's state, as an administrator might.",
        powershell(
            "$old = ((sc.exe sdshow SstpWatchdog) -join '').Trim(); Set-Content '{work}\\descriptor.txt' $old; sc.exe sdset SstpWatchdog "
            "($old -replace 'D:', 'D:(A;;LC;;;BU)')"),
        powershell("sc.exe sdset SstpWatchdog (Get-Content '{work}\\descriptor.txt')"));
}

bool same(const Answers& answers, const char* name) {
    const Ran& before = answer(answers, std::string(name) + "_before");
    return before.exit_code == 0 && before.output == answer(answers, std::string(name) + "_after").output;
}

Verdict rolled_back(const Answers& answers) {
    if (answer(answers, "upgrade").exit_code != 1603)
        return differs("msiexec ended with " + std::to_string(answer(answers, "upgrade").exit_code) + ", not 1603");
    if (!same(answers, "versions")) return differs("another version stands than before");
    if (!same(answers, "descriptor")) return differs("the service's descriptor has changed");
    return judged(word_value(answer(answers, "service"), "state") == "running", "the old version runs as before");
}

Verdict upgraded_in_place(const Answers& answers) {
    const int code = answer(answers, "upgrade").exit_code;
    if (code != 0 && code != 3010) return differs("msiexec ended with " + std::to_string(code));
    if (!answer(answers, "trouble").output.empty()) return differs("its log tells of 1072, 1920, 1921 or 1923");
    if (!same(answers, "descriptor")) return differs("the service's descriptor has changed");
    const Ran& service = answer(answers, "service");
    if (word_value(service, "start") != "manual") return differs("its start type is " + word_value(service, "start") + ", not manual");
    return judged(word_value(service, "state") == "stopped",
                  "in place; started by hand as before, so not started" + std::string(code == 3010 ? "; 3010: a file was held" : ""));
}

}  // namespace

std::vector<Question> questions_of_the_installer() {
    return {
        {.id = "rollback",
         .asks = "An upgrade that fails behind its last file puts the old version back, running, with its access rights.",
         .answers = {"F11", "rollback of a failed upgrade"},
         .seconds = 50,
         .needs = {"install"},
         .words = {"next"},
         .steps = {give_a_right(), look("descriptor_before", of_the_administrator("before")), look("versions_before", versions()),
                   tried_change("upgrade", "An upgrade is begun that fails on purpose (FAILFORTEST=1).",
                                "msiexec /i {next} /qn /norestart /l*v {work}\\rollback.log FAILFORTEST=1", ""),
                   look("descriptor_after", of_the_administrator("after")), look("versions_after", versions()),
                   look("service", "{kit} every 2 60 0 {kit} service SstpWatchdog", Seconds{90}),
                   look("log", "findstr /c:\"FAILFORTEST\" {work}\\rollback.log")},
         .judge = rolled_back},
        {.id = "upgrade",
         .asks =
             "An upgrade while consoles hold service and message DLL open is in place, without a restart, and keeps rights and start type.",
         .answers = {"F6", "F11", "checklist 12"},
         .seconds = 90,
         .needs = {"install"},
         .words = {"next"},
         .keeps = true,
         .steps = {give_a_right(),
                   change("The watchdog is set to be started by hand.", "sc config SstpWatchdog start= demand",
                          "sc config SstpWatchdog start= auto"),
                   look("descriptor_before", of_the_administrator("before")), begin("held", "{kit} hold SstpWatchdog {messages} 45"),
                   begin("checks", "{kit} every 1 40 99 {program} check"),
                   tried_change("upgrade", "The newer version is installed.", "msiexec /i {next} /qn /norestart /l*v {work}\\upgrade.log",
                                "msiexec /x {next} /qn /norestart & msiexec /i {msi} /qn /norestart MODE=observe"),
                   look("trouble", "findstr /r \"1072 1920 1921 1923\" {work}\\upgrade.log"),
                   look("descriptor_after", of_the_administrator("after")), look("versions", versions()),
                   look("service", "{kit} service SstpWatchdog")},
         .judge = upgraded_in_place},
        {.id = "downgrade",
         .asks = "An older version is refused, and the newer one stays.",
         .answers = {"MSI: downgrade"},
         .seconds = 20,
         .needs = {"upgrade"},
         .words = {"msi"},
         .steps = {look("versions_before", versions()),
                   tried_change("install", "The older version is offered, and should be refused.", "msiexec /i {msi} /qn /norestart", ""),
                   look("versions_after", versions())},
         .judge =
             [](const Answers& answers) {
                 return judged(answer(answers, "install").exit_code == 1603 && same(answers, "versions"), "refused with 1603");
             }},
        {.id = "repair",
         .asks = "A repair leaves the policy and what the first installation was asked for.",
         .answers = {"F20"},
         .seconds = 30,
         .needs = {"upgrade"},
         .words = {"next"},
         .steps = {look("mode_before", "reg query \"HKLM\\SOFTWARE\\SSTP Watchdog\\Install\" /v Mode"),
                   look("policy_before", "type {data}\\policy.json"),
                   tried_change("repair", "The package is repaired.", "msiexec /fa {next} /qn /norestart", ""),
                   look("mode_after", "reg query \"HKLM\\SOFTWARE\\SSTP Watchdog\\Install\" /v Mode"),
                   look("policy_after", "type {data}\\policy.json")},
         .judge =
             [](const Answers& answers) {
                 return judged(answer(answers, "repair").exit_code == 0 && same(answers, "mode") && same(answers, "policy"),
                               "mode and policy are as before");
             }},
        {.id = "purge",
         .asks = "Removing with PURGE=1 removes the data folder too.",
         .answers = {"MSI: PURGE"},
         .seconds = 45,
         .needs = {"upgrade"},
         .words = {"next"},
         .steps = {change("The data folder is kept as a copy.", "xcopy {data} {work}\\data /e /i /h /k /y >nul",
                          "xcopy {work}\\data {data} /e /i /h /k /y >nul"),
                   tried_change("remove", "SSTP Watchdog is removed with its data, and installed again afterwards.",
                                "msiexec /x {next} /qn /norestart PURGE=1 /l*v {work}\\purge.log",
                                "msiexec /i {next} /qn /norestart MODE=observe"),
                   look("left", "if exist {data} (dir /s /b {data} & exit 1)")},
         .judge =
             [](const Answers& answers) {
                 return judged(answer(answers, "remove").exit_code == 0 && answer(answers, "left").exit_code == 0, "nothing is left");
             }},
    };
}

}  // namespace sstp::kit
