#include "tests/windows_server/kit/judging.h"

namespace sstp::kit {

std::vector<Question> questions_after_a_restart() {
    return {
        {.id = "boot",
         .asks = "After a restart of the server nothing is told as stopped or lost that was only starting, and nothing waited for the "
                 "watchdog.",
         .answers = {"F3", "F4", "F9", "checklist 19"},
         .seconds = 20,
         .part = Question::Part::after_restart,
         .needs = {"install"},
         .steps =
             {look("booted", powershell("(Get-CimInstance Win32_OperatingSystem).LastBootUpTime.ToUniversalTime().ToString('o')")),
              look("history", "{program} history --json --since 30m"), look("watchdog", "{kit} service SstpWatchdog"),
              look("remote_access", "{kit} service RemoteAccess"),
              look("starts",
                   powershell(
                       "Get-WinEvent -FilterHashtable @{LogName='System';ProviderName='Service Control Manager';StartTime=(Get-CimInstance "
                       "Win32_OperatingSystem).LastBootUpTime} | Sort-Object TimeCreated | ForEach-Object { $_.TimeCreated.ToString('o') + "
                       "' ' + "
                       "$_.Id + ' ' + ($_.Properties.Value -join ' ') }"))},
         .judge =
             [](const Answers& answers) {
                 const Ran& history = answer(answers, "history");
                 if (history.exit_code != 0) return differs("the journal cannot be read");
                 for (const char* word : {"\"reason\": \"service_stopped\"", "event_source_gap"}) {
                     if (says(history, word)) return differs(std::string("the history has ") + word);
                 }
                 return judged(word_value(answer(answers, "watchdog"), "state") == "running", "no false alarm, and the watchdog runs");
             }},
        {.id = "shutdown",
         .asks = "How long the shutdown before it waited for the watchdog (restart in the middle of a heal to see the worst).",
         .answers = {"F16", "checklist 19"},
         .seconds = 5,
         .part = Question::Part::after_restart,
         .needs = {"install"},
         .steps = {look(
                       "times",
                       powershell(
                           "Get-WinEvent -FilterHashtable @{LogName='System';Id=1074,6005,6006,6008,7043} -MaxEvents 20 | ForEach-Object { "
                           "$_.TimeCreated.ToString('o') + ' ' + $_.Id + ' ' + ($_.Properties.Value -join ' ') }")),
                   look("history", "{program} history --json --since 1h"), look("services", "sc query RemoteAccess & sc query SstpSvc")}},
    };
}

}  // namespace sstp::kit
