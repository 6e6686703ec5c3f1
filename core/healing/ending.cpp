#include "core/healing/ending.h"

#include "core/healing/restart.h"
#include "core/healing/service_control.h"
#include "core/healing/take_back.h"
#include "core/model/rare.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <vector>

namespace sstp {

namespace {

constexpr Duration kLongestOpen = std::chrono::hours{24};
constexpr Duration kLookAgain = std::chrono::seconds{2};

HealOutcome finished(HealRun& run, HealResult result, std::string explanation) {
    HealOutcome outcome = std::move(run.outcome);
    outcome.result = result;
    outcome.explanation = std::move(explanation);
    if (run.last) {
        outcome.verified = run.last->state;
        outcome.assessment = run.last->assessment;
    }
    return outcome;
}

std::string flush(HealRun& run) {
    const auto flushed = run.ports.parameters.flush();
    if (flushed) return {};
    return fmt::format(" The registry was not flushed ({}), so a power loss in the next seconds could cost the change.",
                       flushed.error().message());
}

Finding incomplete_finding(const HealRun& run, const std::string& explanation) {
    return {Reason::heal_incomplete, Severity::critical, run.outcome.heal_id, explanation};
}

bool is_given_up(const HealRun& run, const std::string& why) {
    if (!run.recovering || why == "stopped") return false;
    if (why == "service_pending" && !run.heal().to_start.empty()) return false;   // whoever stopped a service starts it
    return run.context.asked_by_administrator || run.heal().recoveries > kMostRecoveries ||
           run.ledger.running() - run.heal().began_running >= kLongestOpen;
}

HealOutcome give_up(HealRun& run, const std::string& explanation) {
    SSTP_RARE("a heal is closed without having come to an end");
    ask_owed_to_start(run);
    const std::string text =
        fmt::format("{} It could be brought to neither end, and is closed; what stands now is looked at afresh.", explanation);
    run.ledger.tell(EventType::recovery_given_up, text, {{"outcome", word(HealResult::incomplete)}});
    run.outcome.standing.push_back(incomplete_finding(run, text));
    run.outcome.stays_open = !run.ledger.close(HealResult::incomplete, text).has_value();
    return finished(run, HealResult::incomplete, text);
}

/// What ran before runs again, or the heal cannot be closed.
std::optional<HealOutcome> services_missing(HealRun& run) {
    const auto missing = start_owed(run);
    if (missing.empty()) return std::nullopt;
    SSTP_RARE("a service that we stopped does not start");
    return leave_open(run, "service_not_started",
                      fmt::format("{} ran before the heal, and {} not run now: every few minutes a start is tried again. To start {} by "
                                  "hand: Start-Service {}.",
                                  fmt::join(missing, ", "), missing.size() == 1 ? "does" : "do", missing.size() == 1 ? "it" : "them",
                                  fmt::join(missing, ", ")));
}

void wait_until_as_before(HealRun& run) {
    const MonotonicTime deadline = run.ready_from + run.policy().verify.ready_within;
    for (;;) {
        const Look& look = run.look();
        if (lower_than_before(look, run.heal()).empty()) return;
        if (run.ports.clock.monotonic() >= deadline || !run.ports.clock.pause(kLookAgain)) return;
    }
}

std::string families(const std::vector<AddressFamily>& names) {
    std::vector<std::string> words;
    for (const AddressFamily each : names) words.emplace_back(word(each));
    return fmt::format("{}", fmt::join(words, " and "));
}

/// What is critical all the same, and was not this heal's: a heal of one thing does not say that all is well.
std::string critical_reasons(const HealRun& run) {
    std::vector<std::string> words;
    if (!run.last) return {};
    for (const Finding& each : run.last->assessment.findings) {
        const std::string said = word(each.reason);
        if (each.severity == Severity::critical && std::find(words.begin(), words.end(), said) == words.end()) words.push_back(said);
    }
    return fmt::format("{}", fmt::join(words, ", "));
}

std::string success(const HealRun& run, const Judgement& seen) {
    const std::string target = brief(run.heal().target), &open = run.outcome.still_open;
    if (open.empty() && run.last && run.last->assessment.levels.empty()) {
        return fmt::format(
            "Everything names {}, and a fresh look finds nothing left to cure. No listener of ours could be asked: that "
            "clients get it is not proven.",
            target);
    }
    if (open.empty()) return fmt::format("A fresh look finds nothing left to cure, and the listeners serve {} and answer.", target);
    const char* clients = seen.lower.empty()
                              ? "no client gets less than before"
                              : "what was written is read at the next start only: that clients get less than before is not for it";
    return fmt::format("Everything names {}, and {}. Still open: {}.", target, clients, open);
}

}  // namespace

HealOutcome succeed(HealRun& run, const Judgement& seen) {
    if (auto missing = services_missing(run)) return *missing;
    run.outcome.still_open = seen.open.empty() ? critical_reasons(run) : seen.open;
    std::string text = success(run, seen);
    text += flush(run);
    run.ledger.tell(EventType::heal_succeeded, text,
                    {{"outcome", word(HealResult::succeeded)}, {"restarts", std::to_string(run.outcome.restarts)}});
    // If this cannot be stored, `recover` finds the heal open, proves it again and closes it.
    run.outcome.stays_open = !run.ledger.close(HealResult::succeeded, text).has_value();
    return finished(run, HealResult::succeeded, std::move(text));
}

HealOutcome close_undone(HealRun& run, const std::string& why) {
    if (auto missing = services_missing(run)) return *missing;
    std::string lower;
    if (run.outcome.restarts > 0) {
        wait_until_as_before(run);
        if (const auto still = lower_than_before(*run.last, run.heal()); !still.empty()) {
            lower = fmt::format(" Clients of {} still get less than before.", families(still));
        }
    }
    std::vector<std::string> theirs;
    for (const RecordedChange& each : run.heal().changes) {
        if (each.phase == ChangePhase::theirs) theirs.push_back(name_of(field_of(each.step)));
    }
    // This heal had it stopped, and nobody has started it since: after a boot, where its start is manual.
    const bool is_down = was_restarted(run.heal()) && remote_access_is_stopped(run);
    const char* all = is_down ? "Bindings and hashes are as they were. RemoteAccess is stopped; to start it: Start-Service RemoteAccess."
                              : "Bindings, hashes and services are as they were.";
    const std::string text = theirs.empty() ? fmt::format("{}. {}{}", why, all, lower)
                                            : fmt::format("{}. Taken back, except what somebody else changed meanwhile: {}.{}", why,
                                                          fmt::join(theirs, ", "), lower);
    run.ledger.tell(EventType::heal_undone, text, {{"outcome", word(HealResult::undone)}});
    run.outcome.stays_open = !run.ledger.close(HealResult::undone, text).has_value();
    return finished(run, HealResult::undone, text);
}

HealOutcome overtaken(HealRun& run, const std::string& explanation) {
    if (auto missing = services_missing(run)) return *missing;
    run.ledger.tell(EventType::heal_succeeded, explanation,
                    {{"outcome", word(HealResult::overtaken)}, {"restarts", std::to_string(run.outcome.restarts)}});
    run.outcome.stays_open = !run.ledger.close(HealResult::overtaken, explanation).has_value();
    return finished(run, HealResult::overtaken, explanation);
}

HealOutcome leave_open(HealRun& run, const std::string& why, const std::string& explanation) {
    if (is_given_up(run, why)) return give_up(run, explanation);
    // The same again was told when it first happened, and each attempt would fill the journal.
    if (run.left_open_before != why) {
        run.ledger.tell(EventType::heal_failed, explanation, {{"outcome", word(HealResult::incomplete)}});
    }
    run.outcome.standing.push_back(incomplete_finding(run, explanation));
    run.outcome.stays_open = true;
    (void)run.ledger.leave_open(why);
    return finished(run, HealResult::incomplete, explanation);
}

}  // namespace sstp
