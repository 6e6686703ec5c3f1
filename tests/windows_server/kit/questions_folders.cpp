#include "tests/windows_server/kit/judging.h"

namespace sstp::kit {

namespace {

Step stop_watchdog() {
    return change("The watchdog is stopped.", "sc stop SstpWatchdog & {kit} when SstpWatchdog stopped 60 cmd /c exit 0",
                  "sc start SstpWatchdog");
}

/// The put-backs run last first: folder removed, old one renamed back, service started.
Step set_folder_aside() {
    return change("The watchdog's data folder is renamed to 'SSTP Watchdog kept'.", "ren {data} \"SSTP Watchdog kept\"",
                  "ren \"{data_plain} kept\" \"SSTP Watchdog\"");
}

Step start_in_vain() {
    return tried_change("start", "The watchdog is started, and should refuse.", "sc start SstpWatchdog",
                        "sc stop SstpWatchdog >nul & {kit} when SstpWatchdog stopped 60 cmd /c exit 0");
}

constexpr char kLastWords[] =
    "Start-Sleep 3; Get-WinEvent -FilterHashtable "
    "@{LogName='Application';ProviderName='SstpWatchdog';StartTime=(Get-Date).AddSeconds(-40)} "
    "-ErrorAction SilentlyContinue | ForEach-Object { 'event=' + $_.Id + ' ' + $_.Message }";

Verdict refused_and_said_so(const Answers& answers) {
    if (word_value(answer(answers, "after"), "state") != "stopped") return differs("it runs with that folder");
    return judged(says(answer(answers, "events"), "event="), "it refused, and the Application log says why");
}

}  // namespace

std::vector<Question> questions_of_hostile_folders() {
    return {
        {.id = "folder_of_a_user",
         .asks = "A data folder that somebody else owns is refused, and the Application log says so.",
         .answers = {"F10", "checklist 16"},
         .seconds = 30,
         .needs = {"install"},
         .steps = {stop_watchdog(), set_folder_aside(),
                   change("An empty folder, owned by the Users group, takes its place.",
                          "mkdir {data} && icacls {data} /setowner *S-1-5-32-545", "rmdir /s /q {data}"),
                   start_in_vain(), look("events", powershell(kLastWords)), look("after", "{kit} service SstpWatchdog")},
         .judge = refused_and_said_so},
        {.id = "junction",
         .asks = "A junction in the place of the data folder is refused, and what it points to is left alone.",
         .answers = {"hardening: links", "F10"},
         .seconds = 30,
         .needs = {"install"},
         .steps = {stop_watchdog(), set_folder_aside(),
                   change("A junction to an empty folder of the kit takes its place.",
                          "mkdir {work}\\elsewhere & mklink /j {data} {work}\\elsewhere", "rmdir {data}"),
                   look("before", "icacls {work}\\elsewhere"), start_in_vain(), look("events", powershell(kLastWords)),
                   look("after", "{kit} service SstpWatchdog"), look("after_acl", "icacls {work}\\elsewhere")},
         .judge =
             [](const Answers& answers) {
                 if (answer(answers, "before").output != answer(answers, "after_acl").output)
                     return differs("the target's access list has changed");
                 return refused_and_said_so(answers);
             }},
        {.id = "hard_link",
         .asks = "A hard link planted in an inherited folder keeps its file's access list.",
         .answers = {"F12", "checklist 17", "hardening: links"},
         .seconds = 30,
         .needs = {"install"},
         .steps = {change("A file is made in Program Files.", "echo x>\"%ProgramFiles%\\sstp-kit-victim.txt\"",
                          "del \"%ProgramFiles%\\sstp-kit-victim.txt\""),
                   stop_watchdog(), set_folder_aside(),
                   change("A folder with an inherited access list and a hard link to that file takes the data folder's place.",
                          "mkdir {data} && mklink /h {data}\\planted.txt \"%ProgramFiles%\\sstp-kit-victim.txt\"", "rmdir /s /q {data}"),
                   look("before", "icacls \"%ProgramFiles%\\sstp-kit-victim.txt\""), start_in_vain(),
                   look("events", powershell(kLastWords)), look("after", "{kit} service SstpWatchdog"),
                   look("after_acl", "icacls \"%ProgramFiles%\\sstp-kit-victim.txt\"")},
         .judge =
             [](const Answers& answers) {
                 return judged(
                     answer(answers, "before").exit_code == 0 && answer(answers, "before").output == answer(answers, "after_acl").output,
                     "the file's access list is as it was");
             }},
    };
}

}  // namespace sstp::kit
