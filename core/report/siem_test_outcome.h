#pragma once

#include "core/model/policy.h"
#include "core/ports/forwarding.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace sstp {

/// What `siem test` learnt of one destination.
struct TestOutcome {
    enum class Verdict : std::uint8_t {
        confirmed,     ///< the receiver has the test event
        best_effort,   ///< over UDP, or with "confirmation": "sent": it was sent, and nobody can say more
        works,         ///< the receiver confirms; older events go before the test event
        failed,        ///< every host was tried, and none confirmed
        no_answer,     ///< nothing has happened in the time that was given
    };

    std::string name;
    std::string where;
    Verdict verdict = Verdict::no_answer;
    std::string host;
    std::string protocol;
    std::string peer;
    std::string problem;            ///< for a person; empty when it works
    std::uint64_t queued = 0;       ///< events that wait for it

    [[nodiscard]] bool good() const { return verdict != Verdict::failed && verdict != Verdict::no_answer; }
};
const char* word(TestOutcome::Verdict verdict) noexcept;   ///< "confirmed"

/// Compares a destination with how it was before the test was asked for at `asked`. `sequence`: the number of its test event, once it is
/// committed. Nothing: it is not over yet. A host that fails is no outcome as long as another may be tried.
std::optional<TestOutcome> test_outcome(const SiemDestination& destination, const DestinationState& before, const DestinationState& now,
                                        std::optional<std::uint64_t> sequence, WallTime asked);
/// When the time is up: what is known, without having waited for the end.
TestOutcome unfinished(const DestinationState& now, WallTime asked);

std::string render_test_text(const std::vector<TestOutcome>& outcomes);
/// `by`: "service", or "this_process".
std::string render_test_json(const std::vector<TestOutcome>& outcomes, const std::string& by, const std::string& version,
                             const std::string& computer);

}  // namespace sstp
