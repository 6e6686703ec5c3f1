#include "tests/core/decision/deciding.h"
#include "tests/core/decision/in_short.h"
#include "tests/core/diagnosis/findings_in_short.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

// What holds of every decision, on servers drawn at random: one server a seed, the same on every machine.

namespace sstp::test::properties_tests {

namespace {

constexpr std::uint64_t kServers = 1000;

/// SplitMix64.
class Draw {
public:
    explicit Draw(std::uint64_t seed) : state_(seed) {}
    std::uint32_t below(std::uint32_t limit) {
        std::uint64_t mixed = state_ += 0x9E3779B97F4A7C15U;
        mixed = (mixed ^ mixed >> 30) * 0xBF58476D1CE4E5B9U;
        mixed = (mixed ^ mixed >> 27) * 0x94D049BB133111EBU;
        return static_cast<std::uint32_t>((mixed ^ mixed >> 31) % limit);
    }
    /// Once in so many.
    bool once_in(std::uint32_t many) { return below(many) == 0; }

private:
    std::uint64_t state_;
};

Certificate drawn_certificate(std::uint32_t number, Draw& draw) {
    auto made = certificate(number);
    switch (draw.below(10)) {
        case 0: made.expired(); break;
        case 1: made.newer(); break;
        case 2: made.valid(-2, 90); break;
        case 3: made.valid(-80, 5); break;
        case 4: made.newer().issued_by(private_ca()); break;
        case 5: made.newer().key(KeyState::absent); break;
        case 6: made.newer().names({"vpn.example.com", "www.example.com"}); break;
        case 7: made.names({"www.example.com"}); break;
        case 8: made.archived(); break;
        default: break;
    }
    return made;
}

void draw_record(ServerBuilder& server, AddressFamily family, const std::vector<Certificate>& all, Draw& draw) {
    if (draw.once_in(3)) server.record(family, all[draw.below(static_cast<std::uint32_t>(all.size()))]);
    if (draw.once_in(12)) {
        server.without_record(family);
        return;
    }
    if (draw.once_in(12)) server.owned_by(family, kIisAppId);
    if (draw.once_in(20)) server.in_store(family, draw.once_in(2) ? std::optional<std::string>{"WebHosting"} : std::nullopt);
}

/// What HTTP.SYS would serve by its records: [::] before 0.0.0.0, and nothing without a key.
void serve(ServerBuilder& server) {
    for (const AddressFamily family : {v4, v6}) {
        const auto* record = value_of(server.state.binding(family));
        if (!record && family == v6) record = value_of(server.state.ipv4_binding);
        const auto thumbprint = record ? record->thumbprint() : std::nullopt;
        const Certificate* named = thumbprint ? server.state.find(*thumbprint) : nullptr;
        const ServiceStatus* rras = server.state.service(kRemoteAccess);
        const bool runs = rras && rras->state == ServiceState::running;
        if (runs && named && named->key == KeyState::usable) {
            server.serving(family, *named);
        } else {
            server.unreachable(family);
        }
    }
}

ServerBuilder drawn_server(std::uint64_t seed) {
    Draw draw{seed};
    ServerBuilder server = healthy();
    std::vector<Certificate> all;
    for (std::uint32_t number = 1; number <= 4; ++number)
        all.push_back(number == 1 && !draw.once_in(3) ? one().certificate : drawn_certificate(number, draw));
    std::vector<Certificate> store = all;
    while (!store.empty() && draw.once_in(3)) store.erase(store.begin() + draw.below(static_cast<std::uint32_t>(store.size())));
    server.holding(store).all_naming(all[0]).learned(all[0]).proven(all[0]).held(all[0]);
    if (draw.once_in(5)) server.nothing_learned().sessions(draw.below(3), draw.below(3));
    for (const AddressFamily family : {v4, v6}) draw_record(server, family, all, draw);
    if (draw.once_in(5)) server.hash(all[draw.below(4)]);
    if (draw.once_in(12)) server.sha1(Absent{});
    if (draw.once_in(15)) server.sha256(Absent{});
    if (draw.once_in(10))
        server.flag(draw.once_in(2) ? Stored<std::uint32_t>{1U}
                                    : Stored<std::uint32_t>{Malformed{text_value("1"), "REG_SZ instead of REG_DWORD"}});
    if (draw.once_in(6)) server.sha1_enabled();
    if (draw.once_in(4)) server.held_unknown().written(static_cast<int>(draw.below(10000)));
    if (draw.once_in(6)) server.held(all[draw.below(4)]);
    if (draw.once_in(8)) server.complaint(std::array{12U, 13U, 18U, 25U, 32U}[draw.below(5)], 5, draw.once_in(2));
    if (draw.once_in(10)) server.taking_over();
    if (draw.once_in(12)) server.wanting_names({"vpn.example.com"});
    if (draw.once_in(12)) server.with([](auto& s) { s.policy.listener.ipv6 = false; });
    if (draw.once_in(15)) server.service("RemoteAccess", ServiceState::stopped, std::array{0U, 13U, 1067U, 1168U, 1312U}[draw.below(5)]);
    serve(server);
    if (draw.once_in(10)) server.unreachable(v6);
    if (draw.once_in(10)) server.uri_status(404);
    return server;
}

/// What a faithful world does with the steps: written is written, and RRAS reads everything when it starts.
void carry_out(ServerBuilder& server, const HealPlan& plan) {
    for (const Step& step : plan.steps) {
        if (const auto* bind = std::get_if<BindStep>(&step)) {
            (bind->after.endpoint.family == v4 ? server.state.ipv4_binding : server.state.ipv6_binding) = bind->after;
            server.state.bindings_written = server.state.looked_at.wall;
            server.state.sstp_has_a_record = true;
        } else if (const auto* write = std::get_if<WriteValueStep>(&step)) {
            if (write->value == SstpValue::sha1_certificate_hash) server.sha1(decode_sha1(write->after));
            if (write->value == SstpValue::sha256_certificate_hash) server.sha256(decode_sha256(write->after));
            if (write->value == SstpValue::is_hash_configured_by_admin) server.flag(decode_dword(write->after));
            server.parameters_written(0);
        } else {
            server.service("RemoteAccess", ServiceState::running).rras_started(0).held(plan.target);
            server.memory.complaints.clear();
        }
    }
    serve(server);
    server.uri_status(401).proven(plan.target);
    server.memory.levels_before = levels_of(server.state, server.policy, server.memory, {});
}

/// Everybody who may speak for a plan that is allowed at once.
const Around kFreely{.asked = true, .ignore_window = true};

std::string seen_of(std::uint64_t seed, const Outcome& outcome) {
    return "seed " + std::to_string(seed) + ": " + in_short(outcome.assessment.findings) + " -> " + in_short(outcome.decided.decision);
}

TEST(EveryDecision, WritesOnlyWildcardsThatItMayTouchAndOnlyWhatIsFit) {
    std::uint64_t plans = 0;
    for (std::uint64_t seed = 0; seed < kServers; ++seed) {
        const ServerBuilder server = drawn_server(seed);
        const Outcome outcome = decide_for(server, kFreely);
        const auto* plan = std::get_if<HealPlan>(&outcome.decided.decision);
        if (!plan) continue;
        ++plans;
        const bool chosen = std::any_of(plan->steps.begin(), plan->steps.end(),
                                        [](const Step& step) { return !std::holds_alternative<RestartStep>(step); });
        // Promise 1, by an oracle of its own: dates, key, archived or not.
        const auto& target = plan->target;
        ASSERT_TRUE(!chosen || (target.not_before <= look_time() && look_time() <= target.not_after && target.key == KeyState::usable))
            << seen_of(seed, outcome);
        ASSERT_TRUE(!chosen || server.state.find(target.hash)) << seen_of(seed, outcome);
        for (const Step& step : plan->steps) {
            const auto* bind = std::get_if<BindStep>(&step);
            if (!bind) continue;
            ASSERT_TRUE(bind->after.endpoint.is_wildcard()) << seen_of(seed, outcome);
            ASSERT_EQ(bind->after.certificate, target.thumbprint.to_vector()) << seen_of(seed, outcome);
            const bool ours = !bind->before || bind->before->app_id == kSstpAppId;
            ASSERT_TRUE(ours || server.policy.listener.foreign_owner == ForeignOwner::take_over) << seen_of(seed, outcome);
            if (bind->before) {
                ASSERT_EQ(bind->before->options, bind->after.options) << seen_of(seed, outcome);
            }
        }
        const auto restarts_at = std::count_if(plan->steps.begin(), plan->steps.end(),
                                               [](const Step& step) { return std::holds_alternative<RestartStep>(step); });
        ASSERT_LE(restarts_at, 1) << seen_of(seed, outcome);
        ASSERT_TRUE(restarts_at == 0 || restarts(*plan)) << "a restart comes last: " << seen_of(seed, outcome);
    }
    EXPECT_GT(plans, kServers / 4) << "hardly ever a plan";
}

/// Promise 12, and no restart for ever: a faithful world has nothing left to do after at most two heals (a repair, then a successor whose
/// time has come), one restart each.
TEST(EveryDecision, ComesToAnEnd) {
    for (std::uint64_t seed = 0; seed < kServers; ++seed) {
        ServerBuilder server = drawn_server(seed);
        std::string story = "seed " + std::to_string(seed);
        int heals = 0;
        for (;; ++heals) {
            const Outcome outcome = decide_for(server, kFreely);
            story += "\n  " + in_short(outcome.assessment.findings) + " -> " + in_short(outcome.decided.decision);
            const auto* plan = std::get_if<HealPlan>(&outcome.decided.decision);
            if (!plan || heals == 3) break;
            carry_out(server, HealPlan{*plan});
        }
        ASSERT_LE(heals, 2) << story;
    }
}

TEST(EveryDecision, LeavesAServerWithoutFindingsAlone) {
    std::uint64_t healthy_ones = 0;
    for (std::uint64_t seed = 0; seed < kServers; ++seed) {
        const Outcome outcome = decide_for(drawn_server(seed), kFreely);
        if (!outcome.assessment.findings.empty()) continue;
        ++healthy_ones;
        ASSERT_EQ(in_short(outcome.decided.decision), "nothing") << seen_of(seed, outcome);
    }
    EXPECT_GT(healthy_ones, kServers / 100);
}

/// Promise 8: what is critical is never answered with "nothing to do".
TEST(EveryDecision, SaysWhyNothingIsDoneAboutWhatIsCritical) {
    for (std::uint64_t seed = 0; seed < kServers; ++seed) {
        const Outcome outcome = decide_for(drawn_server(seed));
        if (worst(outcome.assessment.findings) != Severity::critical) continue;
        ASSERT_NE(in_short(outcome.decided.decision), "nothing") << seen_of(seed, outcome);
        const auto* refused = std::get_if<Refused>(&outcome.decided.decision);
        ASSERT_TRUE(!refused || !refused->explanation.empty()) << seen_of(seed, outcome);
    }
}

}  // namespace

}  // namespace sstp::test::properties_tests
