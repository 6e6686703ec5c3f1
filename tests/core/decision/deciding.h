#pragma once

#include "core/decision/decide.h"
#include "tests/core/server_builder.h"

#include <string>
#include <vector>

namespace sstp::test {

/// The circumstances of a decision besides the server: everything allowed, nothing spent, nobody else at work, UTC.
struct Around {
    Permission permission = Permission::heal;
    Activity activity{};
    std::vector<int> charges{};            ///< minutes ago
    bool budget_unreadable = false;
    std::uint32_t charges_since_unreadable = 0;
    std::optional<Attempts> attempts{};
    bool does_not_last = false;
    std::string policy = "policy";       ///< its fingerprint
    std::string open_heal{};
    std::vector<int> free_writes{};        ///< minutes ago
    std::vector<Duration> outages{};
    std::optional<AwaitedClient> awaited{};
    bool then_at_once = false;
    std::string machine_key = "machine";
    bool asked = false;
    bool ignore_window = false;
};

/// Running time of every decision made here: long enough ago that nothing is near its beginning.
RunningTime running_now();

struct Outcome {
    Assessment assessment;
    Decided decided;
    [[nodiscard]] const Refused& refused() const { return std::get<Refused>(decided.decision); }
    [[nodiscard]] const HealPlan& plan() const { return std::get<HealPlan>(decided.decision); }
};
/// Assesses the server and decides.
Outcome decide_for(const ServerBuilder& server, const Around& around = {});

/// `failures` heals of this target failed under "policy", the last one so long ago.
Attempts failed(const Certificate& target, std::uint32_t failures, Duration ago, bool service_was_asked_to_stop = true);

/// `one` has ended and is what both listeners serve, `two` is here: clients are cut off, and a restart is needed.
ServerBuilder one_has_ended();

/// The same server the next morning at 04:43, late in the default window: every machine's share of it has come, whatever its key.
ServerBuilder at_night(ServerBuilder server);

}  // namespace sstp::test
