#include "core/report/siem_test_outcome.h"

#include "core/report/render_json.h"
#include "core/report/render_text.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <numeric>

namespace sstp {

namespace {

using Verdict = TestOutcome::Verdict;

std::uint64_t failures(const Position& position) {
    std::uint64_t sum = 0;
    for (const auto& [reason, count] : position.retries_total) sum += count;
    return sum;
}

TestOutcome outcome(const DestinationState& now, Verdict verdict) {
    TestOutcome told;
    told.name = now.name;
    told.where = now.where;
    told.verdict = verdict;
    told.queued = now.waiting.count;
    if (const auto& last = now.position.last_attempt) {
        told.host = last->host;
        told.protocol = last->protocol;
        told.peer = last->peer;
        told.problem = last->problem;
    }
    return told;
}

bool is_best_effort(const SiemDestination& destination) {
    return destination.type == DestinationType::syslog &&
           (destination.transport == SyslogTransport::udp || destination.confirmation == Confirmation::sent);
}

std::string in_words(const TestOutcome& told) {
    const std::string way = told.protocol.empty() ? told.host : told.host + " over " + told.protocol;
    switch (told.verdict) {
        case Verdict::confirmed: return "confirmed by " + way;
        case Verdict::best_effort: return "sent to " + way + ": nobody confirms";
        case Verdict::works: return fmt::format("works: {} confirms; {} older events go before the test event", way, told.queued);
        case Verdict::failed: return "NOT CONFIRMED: " + told.problem;
        case Verdict::no_answer: return told.problem.empty() ? "NOT CONFIRMED: nothing happened in time" : "NOT CONFIRMED: " + told.problem;
    }
    return {};
}

}  // namespace

const char* word(Verdict verdict) noexcept {
    switch (verdict) {
        case Verdict::confirmed: return "confirmed";
        case Verdict::best_effort: return "best_effort";
        case Verdict::works: return "works";
        case Verdict::failed: return "failed";
        case Verdict::no_answer: return "no_answer";
    }
    return "no_answer";
}

std::optional<TestOutcome> test_outcome(const SiemDestination& destination, const DestinationState& before, const DestinationState& now,
                                        std::optional<std::uint64_t> sequence, WallTime asked) {
    const Position& position = now.position;
    if (sequence && position.cursor >= *sequence && position.confirmed_total > before.position.confirmed_total)
        return outcome(now, is_best_effort(destination) ? Verdict::best_effort : Verdict::confirmed);
    const auto& last = position.last_attempt;
    if (!last || last->at < asked || last == before.position.last_attempt) return std::nullopt;
    // One that confirms an earlier batch works; the test event comes in its turn.
    if (last->confirmed)
        return sequence && now.waiting.count > 0 && last->up_to_sequence + 1 < *sequence ? std::optional{outcome(now, Verdict::works)}
                                                                                         : std::nullopt;
    const std::size_t hosts = std::max<std::size_t>(1, destination.hosts.size());
    if (failures(position) - failures(before.position) < hosts) return std::nullopt;
    return outcome(now, Verdict::failed);
}

TestOutcome unfinished(const DestinationState& now, WallTime asked) {
    const auto& last = now.position.last_attempt;
    if (last && last->at >= asked) return outcome(now, last->confirmed ? Verdict::works : Verdict::failed);
    TestOutcome told = outcome(now, Verdict::no_answer);
    if (now.trouble) {
        told.problem = now.trouble->message();
    } else if (last && !last->confirmed) {
        told.problem = fmt::format("no attempt was over in time; the last one, {}, said: {}", to_minute(last->at), last->problem);
    } else {
        told.problem = "no attempt was over in time";
    }
    return told;
}

std::string render_test_text(const std::vector<TestOutcome>& outcomes) {
    std::string text;
    for (const TestOutcome& each : outcomes) {
        append_row(text, one_line(each.name), one_line(in_words(each)));
        if (!each.peer.empty()) append_row(text, "", one_line("the server is " + each.peer));
        if (!each.good()) append_row(text, "", one_line("goes to " + each.where));
    }
    return text;
}

std::string render_test_json(const std::vector<TestOutcome>& outcomes, const std::string& by, const std::string& version,
                             const std::string& computer) {
    nlohmann::ordered_json out;
    out["command"] = "siem test";
    out["version"] = version;
    out["computer"] = computer;
    out["by"] = by;
    out["good"] = std::ranges::all_of(outcomes, &TestOutcome::good);
    out["destinations"] = nlohmann::ordered_json::array();
    for (const TestOutcome& each : outcomes) {
        out["destinations"].push_back({{"name", each.name},
                                       {"where", each.where},
                                       {"outcome", word(each.verdict)},
                                       {"host", each.host},
                                       {"protocol", each.protocol},
                                       {"peer", each.peer},
                                       {"problem", each.problem},
                                       {"queued", each.queued}});
    }
    return to_document(out);
}

}  // namespace sstp
