#include "core/decision/choose_certificate.h"
#include "core/decision/decide.h"

#include "tests/core/decision/choice_oracle.h"
#include "tests/core/decision/generated_server.h"
#include "tests/core/decision/in_short.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

namespace sstp::test {

namespace {

constexpr std::uint64_t kWorlds = 10'000;

const char* word(CertificateChoice::Verdict verdict) {
    constexpr const char* kWords[] = {"keep", "replace", "none_fit", "ambiguous"};
    return kWords[static_cast<std::size_t>(verdict)];
}

/// Everybody who may speak for a plan that is allowed at once: symptoms confirmed, no window to wait for.
Decided decide_freely(const ServerBuilder& server, const Findings& findings) {
    return decide({.diagnosis = server.diagnosis(),
                   .findings = findings,
                   .permission = Permission::heal,
                   .charges = {},
                   .budget_unreadable = false,
                   .budget_unreadable_since = std::nullopt,
                   .now = {server.now, MonotonicTime{std::chrono::hours{72}}},
                   .local_offset = {},
                   .machine_key = "machine",
                   .asked_by_administrator = true,
                   .ignore_window = true});
}

/// What a faithful world does with the steps. Told apart from the product's own expectation on purpose: HTTP.SYS is asked
/// what it would serve then, by its precedence.
void carry_out(ServerBuilder& server, const std::vector<Step>& steps) {
    for (const Step& step : steps) {
        if (const auto* bind = std::get_if<BindStep>(&step)) {
            auto& record = bind->after.endpoint.family == AddressFamily::ipv4 ? server.state.ipv4_binding : server.state.ipv6_binding;
            record = bind->after;
        } else if (const auto* write = std::get_if<WriteValueStep>(&step)) {
            if (write->value == SstpValue::sha1_certificate_hash) server.sha1(decode_sha1(write->after));
            if (write->value == SstpValue::sha256_certificate_hash) server.sha256(decode_sha256(write->after));
            if (write->value == SstpValue::is_hash_configured_by_admin) server.flag(decode_dword(write->after));
        } else {
            for (const std::string& name : std::get<RestartStep>(step).services) server.service(name, ServiceState::running);
            server.memory.trouble_at = std::nullopt;
        }
    }
    for (const AddressFamily family : {AddressFamily::ipv4, AddressFamily::ipv6}) {
        const auto* record = std::get_if<ListenerBinding>(&server.state.binding(family));
        if (!record) record = std::get_if<ListenerBinding>(&server.state.ipv4_binding);  // 0.0.0.0 serves both
        const Certificate* found = record && record->thumbprint() ? server.state.find(*record->thumbprint()) : nullptr;
        if (found) server.serving(family, *found);
    }
}

TEST(Choice, IsThatOfTheOracleOnGeneratedStores) {
    std::map<std::string, int> met;
    for (std::uint64_t seed = 0; seed < kWorlds; ++seed) {
        Dice dice{seed};
        const ServerBuilder server = generated_server(dice);
        const CertificateChoice choice = choose_certificate(server.diagnosis());
        const OracleChoice oracle = oracle_choice(server.diagnosis());
        ASSERT_STREQ(word(choice.verdict), word(oracle.verdict)) << "seed " << seed << ": " << choice.explanation;
        ASSERT_EQ(choice.target ? std::optional{choice.target->hash} : std::nullopt, oracle.target) << "seed " << seed;
        ASSERT_EQ(choice.current_works, oracle.current_works) << "seed " << seed;
        ++met[word(choice.verdict)];
    }
    for (const char* verdict : {"keep", "replace", "none_fit", "ambiguous"})
        EXPECT_GT(met[verdict], static_cast<int>(kWorlds / 500)) << "hardly ever met: " << verdict;
}

TEST(Choice, NeverFallsOnAnUnfitCertificate) {
    for (std::uint64_t seed = 0; seed < kWorlds; ++seed) {
        Dice dice{seed};
        const ServerBuilder server = generated_server(dice);
        const CertificateChoice choice = choose_certificate(server.diagnosis());
        if (!choice.target) continue;
        ASSERT_TRUE(oracle_fit(*choice.target, oracle_names(server.diagnosis()), server.policy, server.now)) << "seed " << seed;
    }
}

TEST(Choice, DoesNotDependOnTheOrderOfTheStore) {
    for (std::uint64_t seed = 0; seed < kWorlds; ++seed) {
        Dice dice{seed};
        ServerBuilder server = generated_server(dice);
        const CertificateChoice choice = choose_certificate(server.diagnosis());
        auto& store = std::get<std::vector<Certificate>>(server.state.certificates);
        for (std::size_t i = store.size(); i > 1; --i) std::swap(store[i - 1], store[dice.below(static_cast<std::uint32_t>(i))]);
        const CertificateChoice again = choose_certificate(server.diagnosis());
        ASSERT_EQ(choice.verdict, again.verdict) << "seed " << seed;
        ASSERT_EQ(choice.target, again.target) << "seed " << seed;
    }
}

TEST(HealPlan, TouchesOnlyWildcardsThatItMayTouchAndOnlyWritesWhatIsFit) {
    for (std::uint64_t seed = 0; seed < kWorlds; ++seed) {
        Dice dice{seed};
        const ServerBuilder server = generated_server(dice);
        const auto plan = decide_freely(server, diagnose(server.diagnosis())).plan;
        if (!plan) continue;
        const bool take_over = server.policy.listener.foreign_owner == ForeignOwner::take_over;
        ASSERT_TRUE(oracle_fit(plan->target, oracle_names(server.diagnosis()), server.policy, server.now)) << "seed " << seed;
        for (const Step& step : plan->steps) {
            if (const auto* bind = std::get_if<BindStep>(&step)) {
                ASSERT_TRUE(bind->after.endpoint.is_wildcard()) << "seed " << seed;
                ASSERT_EQ(bind->after.endpoint.port, server.state.port) << "seed " << seed;
                ASSERT_EQ(bind->after.certificate, plan->target.thumbprint.to_vector()) << "seed " << seed;
                if (!bind->before) continue;
                ListenerBinding expected = *bind->before;
                ASSERT_EQ(Observed<ListenerBinding>{expected}, server.state.binding(expected.endpoint.family)) << "seed " << seed;
                expected.certificate = bind->after.certificate;
                if (take_over && expected != bind->after) {
                    expected.app_id = kSstpAppId;
                    expected.store = server.policy.certificate.store;
                }
                ASSERT_EQ(bind->after, expected) << "seed " << seed;
                ASSERT_TRUE(take_over || bind->before->app_id == kSstpAppId) << "seed " << seed;
            } else if (const auto* write = std::get_if<WriteValueStep>(&step)) {
                ASSERT_NE(write->before, std::optional{write->after}) << "seed " << seed;
            }
        }
    }
}

TEST(HealPlan, CuresWhatItPromisesAndThenHasNothingLeftToDo) {
    std::uint64_t plans = 0;
    for (std::uint64_t seed = 0; seed < kWorlds; ++seed) {
        Dice dice{seed};
        ServerBuilder server = generated_server(dice);
        const Decision decision = decide_freely(server, diagnose(server.diagnosis())).decision;
        const auto* plan = std::get_if<HealPlan>(&decision);
        if (!plan) continue;
        ++plans;
        ASSERT_FALSE(plan->steps.empty()) << "seed " << seed;
        ASSERT_FALSE(plan->cures.empty()) << "seed " << seed;
        const HealPlan done = *plan;
        const auto names = names_to_remember(server.diagnosis(), done.target);
        carry_out(server, done.steps);
        server.remembering(done.target).memory.known_good->dns_names = names;
        const Findings left = diagnose(server.diagnosis());
        for (const Reason cured : done.cures) {
            ASSERT_FALSE(has(left, cured)) << "seed " << seed << ": " << sstp::word(cured) << " is left after " << in_short(done.steps);
        }
        const auto again = decide_freely(server, left).plan;
        ASSERT_FALSE(again) << "seed " << seed << ": after " << in_short(done.steps) << " still " << in_short(again->steps);
    }
    EXPECT_GT(plans, kWorlds / 5);
}

TEST(Decision, LeavesAServerWithoutFindingsAlone) {
    std::uint64_t without = 0;
    for (std::uint64_t seed = 0; seed < kWorlds; ++seed) {
        Dice dice{seed};
        const ServerBuilder server = generated_server(dice);
        const Findings findings = diagnose(server.diagnosis());
        if (!findings.empty()) continue;
        ++without;
        ASSERT_EQ(in_short(decide_freely(server, findings).decision), "nothing") << "seed " << seed;
        const CertificateChoice choice = choose_certificate(server.diagnosis());
        ASSERT_EQ(choice.verdict, CertificateChoice::Verdict::keep) << "seed " << seed;
    }
    EXPECT_GT(without, kWorlds / 100);
}

}  // namespace

}  // namespace sstp::test
