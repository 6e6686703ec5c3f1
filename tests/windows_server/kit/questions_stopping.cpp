#include "tests/windows_server/kit/judging.h"
#include "tests/windows_server/kit/make_certificate.h"

#include <string>
#include <utility>
#include <vector>

namespace sstp::kit {

namespace {

/// A fit successor is planned work: with --ignore-window it is bound at once, and RRAS restarted for it.
std::vector<Step> heal_with_a_restart(const char* certificate, int days) {
    return {change("A newer certificate for {name} is made.", make_certificate(certificate, days), ""),
            tried_change("heal", "The watchdog is asked to move to it, which restarts RRAS: VPN sessions end.",
                         "{program} heal --ignore-window", "")};
}

Verdict all_three_run(const Answers& answers) {
    const Ran& stopped = answer(answers, "stopped");
    if (word_value(stopped, "met_after") == "never" || stopped.exit_code < 0)
        return differs("RemoteAccess was never seen to stop: nothing was in the middle");
    for (const char* name : {"remote_access", "rasman", "sstpsvc"}) {
        if (word_value(answer(answers, name), "state") != "running") return differs(std::string(name) + " does not run");
    }
    return as_expected("RemoteAccess, RasMan and SstpSvc run");
}

/// `line` as soon as RemoteAccess stops, and afterwards a look at all that a restart stops.
std::vector<Step> in_the_middle(const std::string& line, const char* certificate, int days) {
    std::vector<Step> steps{begin("stopped", "{kit} when RemoteAccess stop_pending 120 " + line)};
    for (auto& step : heal_with_a_restart(certificate, days)) steps.push_back(std::move(step));
    steps.push_back(look("remote_access", "{kit} every 5 150 0 {kit} service RemoteAccess", Seconds{200}));
    steps.push_back(look("rasman", "{kit} service RasMan"));
    steps.push_back(look("sstpsvc", "{kit} service SstpSvc"));
    return steps;
}

Question stop_in_a_heal() {
    Question question{.id = "stop_in_a_heal",
                      .asks = "The watchdog stopped in the middle of a restart of RRAS leaves its services running.",
                      .answers = {"F5", "checklist 11"},
                      .seconds = 120,
                      .needs = {"heal"}};
    question.steps = in_the_middle("sc stop SstpWatchdog", "fourth", 27);
    question.steps.insert(question.steps.begin(),
                          change("The watchdog will be stopped in the middle of its heal.", "ver", "sc start SstpWatchdog & ver"));
    question.judge = all_three_run;
    return question;
}

Question removal_in_a_heal() {
    Question question{.id = "removal_in_a_heal",
                      .asks = "The package removed in the middle of a restart of RRAS leaves its services running.",
                      .answers = {"F5", "checklist 13"},
                      .seconds = 150,
                      .needs = {"heal"},
                      .words = {"msi"}};
    question.steps = in_the_middle("msiexec /x {msi} /qn /norestart", "fifth", 28);
    question.steps.insert(question.steps.begin(), change("SSTP Watchdog will be removed in the middle of its heal, and installed again.",
                                                         "ver", "msiexec /i {msi} /qn /norestart MODE=observe"));
    question.judge = all_three_run;
    return question;
}

}  // namespace

std::vector<Question> questions_of_stops_in_a_heal() { return {stop_in_a_heal(), removal_in_a_heal()}; }

}  // namespace sstp::kit
