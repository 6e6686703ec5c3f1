#include "tests/windows_server/kit/judging.h"

#include <utility>

namespace sstp::kit {

namespace {

constexpr char kSstpKey[] = R"(HKLM\SYSTEM\CurrentControlSet\Services\SstpSvc)";

/// The events of RasSstp, whatever the provider calls itself there.
std::string rasstp_events(const char* channel) {
    return std::string("wevtutil qe ") + channel +
           " /q:\"*[System[Provider[@Name='RasSstp' or @Name='Microsoft-Windows-RasSstp']]]\" /c:5 /rd:true /f:xml";
}

Verdict sharing(const Answers& answers) {
    const Ran& remote_access = answer(answers, "remote_access");
    const std::string names = word_value(remote_access, "in_process");
    if (names.empty()) return to_be_read("RemoteAccess does not run");
    return names == "RemoteAccess" ? as_expected("RemoteAccess has a process of its own: the process start is its start")
                                   : to_be_read("its process holds " + names + ": only its notices tell of a start");
}

Verdict every_dependant_takes_a_stop(const Answers& answers) {
    for (const char* name : {"of_rasman", "of_sstpsvc"}) {
        if (word_value(answer(answers, name), "count").empty()) return to_be_read("the dependants could not be asked for");
        const std::string& text = answer(answers, name).output;
        for (std::size_t at = 0; (at = text.find("dependant=", at)) != std::string::npos; ++at) {
            const std::string line = text.substr(at, text.find('\n', at) - at);
            if (line.find("state=running accepts_stop=no") != std::string::npos) return differs("takes no stop: " + line);
        }
    }
    return as_expected("every dependant that runs takes a stop");
}

Verdict channel_of_rasstp(const Answers& answers) {
    const bool system = says(answer(answers, "system"), "<Event ");
    const bool application = says(answer(answers, "application"), "<Event ");
    if (!system && !application) return to_be_read("no event yet: the question 'heal' makes some");
    return judged(system && !application, "RasSstp writes to System alone");
}

std::vector<Question> of_the_machine() {
    return {
        {.id = "machine",
         .asks = "Which Windows this is, in which language, since when it runs.",
         .answers = {"every question"},
         .seconds = 5,
         .steps = {look("version", "ver"),
                   look("system", powershell("Get-CimInstance Win32_OperatingSystem | Format-List Caption,Version,BuildNumber,OSLanguage,"
                                             "LastBootUpTime,TotalVisibleMemorySize")),
                   look("features", powershell("Get-WindowsFeature | Where-Object Installed | Select-Object -ExpandProperty Name"),
                        Seconds{120}),
                   look("elevated", "net session")},
         .judge =
             [](const Answers& answers) { return judged(answer(answers, "elevated").exit_code == 0, "the kit runs as an administrator"); }},
        {.id = "version_value",
         .asks = "CurrentMajorVersionNumber is in the 64-bit view, where the MSI looks for it.",
         .answers = {"F14", "checklist 6"},
         .seconds = 1,
         .steps = {look("wide", R"(reg query "HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion" /v CurrentMajorVersionNumber /reg:64)"),
                   look("narrow", R"(reg query "HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion" /v CurrentMajorVersionNumber /reg:32)")},
         .judge = [](const Answers& answers) { return judged(answer(answers, "wide").exit_code == 0, "the 64-bit view has it"); }},
        {.id = "public_roots",
         .asks = "The list of Windows' root programme is in the registry, from which the product tells public roots.",
         .answers = {"DESIGN 2.1 CA"},
         .seconds = 1,
         .steps = {look("list", R"(reg query HKLM\SOFTWARE\Microsoft\SystemCertificates\AuthRoot\AutoUpdate /v EncodedCtl)")},
         .judge = [](const Answers& answers) { return judged(answer(answers, "list").exit_code == 0, "EncodedCtl is there"); }},
        {.id = "time_source",
         .asks = "What the time service writes where the product reads whether the clock can be believed.",
         .answers = {"DESIGN 7.10"},
         .seconds = 3,
         .steps = {look("sample", R"(reg query HKLM\SYSTEM\CurrentControlSet\Services\W32Time\Config\Status)"),
                   look("status", "w32tm /query /status")}},
    };
}

std::vector<Question> of_rras_as_it_is() {
    return {
        {.id = "sharing",
         .asks = "Does RemoteAccess share its process, and when does it start?",
         .answers = {"F2", "F4", "checklist 3", "checklist 4", "rras-sstp: RemoteAccess' process after Server 2016"},
         .seconds = 2,
         .steps = {look("remote_access", "{kit} service RemoteAccess"), look("rasman", "{kit} service RasMan"),
                   look("sstpsvc", "{kit} service SstpSvc"), look("triggers", "sc qtriggerinfo RemoteAccess")},
         .judge = sharing},
        {.id = "dependants",
         .asks = "Whatever depends on RasMan and SstpSvc takes a stop.",
         .answers = {"F21", "checklist 4"},
         .seconds = 1,
         .steps = {look("of_rasman", "{kit} dependants RasMan"), look("of_sstpsvc", "{kit} dependants SstpSvc")},
         .judge = every_dependant_takes_a_stop},
        {.id = "parameters",
         .asks = "Types and values of SSTP's parameters and of ConfigStore, and who may write them.",
         .answers = {"checklist 8", "rras-sstp: defaults of Sha1Enabled, UseHttps and ListenerPort"},
         .seconds = 3,
         .steps = {look("values", std::string("reg query ") + kSstpKey + " /s"),
                   look("descriptor", powershell("(Get-Acl 'HKLM:\\SYSTEM\\CurrentControlSet\\Services\\SstpSvc\\Parameters').Sddl"))},
         .judge =
             [](const Answers& answers) {
                 return judged(says(answer(answers, "descriptor"), "KA;;;SY)"), "SYSTEM has full control of SstpSvc\\Parameters");
             }},
        {.id = "records",
         .asks = "Records of HTTP.SYS with all fields, extended ones, the listen list, and whether the atomic update exists.",
         .answers = {"F18", "checklist 7", "rras-sstp: HttpUpdateServiceConfiguration on servers", "rras-sstp: check mode 0x1000"},
         .seconds = 3,
         .steps = {look("records", "{kit} records"), look("netsh", "netsh http show sslcert"),
                   look("json", "netsh http show sslcert json=enable"), look("listen_list", "netsh http show iplisten"),
                   look("urls", "netsh http show servicestate view=requestq verbose=no")},
         .judge =
             [](const Answers& answers) {
                 return judged(word_value(answer(answers, "records"), "update") == "exported", "httpapi.dll exports the update");
             }},
        {.id = "rasstp_events",
         .asks = "Provider, channel, levels and texts of RasSstp's events.",
         .answers = {"checklist 9", "rras-sstp: channel and provider of RasSstp"},
         .seconds = 5,
         .steps = {look("publisher", "wevtutil gp Microsoft-Windows-RasSstp /ge:true /gm:true /f:xml"),
                   look("system", rasstp_events("System")), look("application", rasstp_events("Application"))},
         .judge = channel_of_rasstp},
        {.id = "http_events",
         .asks = "Texts of HTTP.SYS' events 15300 to 15302 and 15021; the one of 15302 is unknown.",
         .answers = {"rras-sstp: text of 15302"},
         .seconds = 5,
         .steps =
             {look("publisher", "wevtutil gp Microsoft-Windows-HttpEvent /ge:true /gm:true /f:xml"),
              look(
                  "events",
                  R"(wevtutil qe System /q:"*[System[(EventID=15021 or EventID=15300 or EventID=15301 or EventID=15302)]]" /c:10 /rd:true /f:xml)")},
         .judge = [](const Answers& answers) { return judged(says(answer(answers, "publisher"), "15302"), "the publisher knows 15302"); }},
        {.id = "sessions",
         .asks = "What RRAS says of its sessions.",
         .answers = {"rras-sstp: sessions through mprapi.dll"},
         .seconds = 5,
         .steps = {look("connections", powershell("Get-RemoteAccessConnectionStatistics | Format-List *")),
                   look("mode", "netsh ras show type")}},
    };
}

}  // namespace

std::vector<Question> questions_that_only_look() {
    auto questions = of_the_machine();
    for (auto& question : of_rras_as_it_is()) questions.push_back(std::move(question));
    questions.push_back(
        {.id = "summer_time_off",
         .asks = "A zone whose summer time is switched off has the same offset in July as in January.",
         .answers = {"RFC 3164: GetTimeZoneInformationForYear and a zone without its summer time"},
         .seconds = 5,
         .steps = {look("zone_before", "tzutil /g"), look("saved", "for /f \"delims=\" %z in ('tzutil /g') do @echo %z>{work}\\zone.txt"),
                   change("The time zone becomes that of Berlin without summer time.", "tzutil /s \"W. Europe Standard Time_dstoff\"",
                          "for /f \"usebackq delims=\" %z in (\"{work}\\zone.txt\") do @tzutil /s \"%z\""),
                   look("offset", "{kit} offset")},
         .judge = [](const Answers& answers) {
             const Ran& offset = answer(answers, "offset");
             return judged(word_value(offset, "january") == "60" && word_value(offset, "july") == "60", "both are one hour ahead of UTC");
         }});
    return questions;
}

}  // namespace sstp::kit
