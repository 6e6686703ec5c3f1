#include "tests/core/selection/generated_selection.h"
#include "tests/core/selection/in_short.h"
#include "tests/core/selection/selection_oracle.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

namespace sstp::test {

namespace selection_properties {

bool says(const DesiredState& desired, Reason reason) {
    return std::any_of(desired.findings.begin(), desired.findings.end(), [=](const Finding& each) { return each.reason == reason; });
}

bool chain_was_unknown(const DesiredState& desired, const Certificate& certificate) {
    return std::any_of(desired.candidates.begin(), desired.candidates.end(), [&](const Candidate& each) {
        return each.certificate.hash == certificate.hash && std::any_of(each.against.begin(), each.against.end(), [](const Unfitness& one) {
                   return one.reason == Reason::chain_unknown;
               });
    });
}

constexpr std::uint64_t kServers = 6'000;

std::string whole_answer(const DesiredState& desired) {
    return in_short(desired) + "\n" + findings_in_short(desired.findings) + "\n" + at_length(desired);
}

/// Everything names `chosen`, is served by the records and proven, as after a heal.
ServerBuilder healed(ServerBuilder server, const DesiredState& desired, const Certificate& chosen) {
    for (const AddressFamily family : {v4, v6}) {
        const auto* record = value_of(server.state.binding(family));
        const bool is_ours = !record || record->app_id == kSstpAppId || server.policy.listener.foreign_owner == ForeignOwner::take_over;
        if (is_ours) server.record(family, chosen).in_store(family, "MY").owned_by(family, kSstpAppId);
    }
    server.hash(chosen).serving(chosen);
    server.memory.complaints.clear();
    if (desired.adopt) server.learned(*desired.adopt);
    return server.proven(chosen).held(chosen);
}

bool has_foreign_records(const ServerBuilder& server) {
    const auto is_foreign = [](const Observed<ListenerBinding>& observed) {
        const auto* record = value_of(observed);
        return record && record->app_id != kSstpAppId;
    };
    return !value_of(server.state.shadowing)->empty() || is_foreign(server.state.ipv4_binding) || is_foreign(server.state.ipv6_binding);
}

/// Promise fit-or-nothing, and the rules of DESIGN 2.1, by an oracle of its own.
TEST(SelectionProperties, NothingIsChosenThatTheDesignForbids) {
    std::map<std::string, int> answers;
    for (std::uint64_t seed = 0; seed < kServers; ++seed) {
        const ServerBuilder server = generated_selection(seed).server;
        const DesiredState desired = server.desired();
        ++answers[desired.obstacle        ? word(desired.obstacle->reason)
                  : desired.second_choice ? "second choice"
                  : desired.successor     ? "successor"
                                          : "certificate"];
        ASSERT_THAT(objections(server, desired), testing::IsEmpty()) << "seed " << seed << "\n" << whole_answer(desired);
    }
    // The generator reaches what the promise is about.
    for (const char* each : {"certificate", "successor", "second choice", "no_fit_certificate", "ambiguous_certificate",
                             "successor_other_ca", "binding_shadowed", "binding_foreign_owner", "hash_unknown_to_this_server",
                             "choice_not_confirmed", "clock_not_believed", "certificate_in_other_store", "served_by_renewal_link"}) {
        EXPECT_GT(answers[each], 0) << each;
    }
}

TEST(SelectionProperties, TheOrderOfTheStoreAndASecondLookChangeNothing) {
    for (std::uint64_t seed = 0; seed < kServers / 2; ++seed) {
        ServerBuilder server = generated_selection(seed).server;
        const std::string first = whole_answer(server.desired());
        ASSERT_EQ(whole_answer(server.desired()), first) << "seed " << seed;
        auto& store = std::get<CertificateList>(server.state.certificates).own();
        std::reverse(store.begin(), store.end());
        ASSERT_EQ(whole_answer(server.desired()), first) << "seed " << seed << ", store reversed";
        SelectionDice dice(seed);
        for (std::size_t i = store.size(); i > 1; --i) std::swap(store[i - 1], store[dice.below(static_cast<std::uint32_t>(i))]);
        ASSERT_EQ(whole_answer(server.desired()), first) << "seed " << seed << ", store shuffled";
    }
}

/// Promise idempotent: once everything names what was chosen, nothing else is wanted.
TEST(SelectionProperties, WhatWasPutInForceStays) {
    int looked_at = 0;
    for (std::uint64_t seed = 0; seed < kServers; ++seed) {
        const GeneratedServer made = generated_selection(seed);
        const DesiredState desired = made.server.desired();
        if (desired.obstacle || has_foreign_records(made.server)) continue;
        const Certificate chosen = desired.successor ? desired.successor->certificate : *desired.certificate;
        if (!made.server.state.find(chosen.hash)) continue;   // left in force although it is gone: nothing may name it anew
        if (says(desired, Reason::choice_not_confirmed))
            continue;   // no heal proves somebody's choice: its first client does (stories 10e to 10i)
        ++looked_at;
        const ServerBuilder after = healed(made.server, desired, chosen);
        const DesiredState again = after.desired();
        ASSERT_TRUE(again.certificate && again.certificate->hash == chosen.hash && !again.obstacle)
            << "seed " << seed << "\nfirst: " << whole_answer(desired) << "\nthen: " << whole_answer(again);
        // A second choice may be linked to its renewal, which only counts as such once it is in force.
        const bool is_followed = again.successor && !(desired.active && chosen.hash == desired.active->hash);
        const bool is_linked = desired.second_choice && says(again, Reason::renewal_link_pending);
        // A chain that cannot be judged counts once a certificate of its CA is proven (DESIGN 2.1), which the heal has done.
        const bool counts_now = is_followed && chain_was_unknown(desired, again.successor->certificate);
        ASSERT_FALSE(is_followed && !is_linked && !counts_now)
            << "seed " << seed << "\nfirst: " << whole_answer(desired) << "\nthen: " << whole_answer(again);
    }
    EXPECT_GT(looked_at, 600);
}

/// A certificate that nobody may use is no reason to choose otherwise.
TEST(SelectionProperties, AnEndedCertificateOfAnotherSiteChangesNoChoice) {
    for (std::uint64_t seed = 0; seed < kServers / 2; ++seed) {
        ServerBuilder server = generated_selection(seed).server;
        const std::string first = in_short(server.desired());
        server.adding(certificate(77).expired().names({"shop.example.net"}).key(KeyState::absent));
        ASSERT_EQ(in_short(server.desired()), first) << "seed " << seed;
    }
}

/// Promise converges: where a fit one of the learned CA and names is there, and nothing forbids, something is chosen.
TEST(SelectionProperties, AFitCertificateIsTakenWhereNothingForbids) {
    int looked_at = 0;
    for (std::uint64_t seed = 0; seed < kServers; ++seed) {
        const ServerBuilder server = generated_selection(seed).server;
        if (server.memory.clock_doubtful || has_foreign_records(server) || !holds_an_unobjectionable_one(server)) continue;
        const DesiredState desired = server.desired();
        const bool others_choice =
            desired.obstacle &&
            (desired.obstacle->reason == Reason::choice_not_confirmed || desired.obstacle->reason == Reason::hash_unknown_to_this_server ||
             desired.obstacle->reason == Reason::certificate_in_other_store || desired.obstacle->reason == Reason::served_by_renewal_link);
        if (others_choice) continue;
        ++looked_at;
        ASSERT_TRUE(desired.certificate || desired.successor) << "seed " << seed << "\n" << whole_answer(desired);
    }
    EXPECT_GT(looked_at, 300);
}

}  // namespace selection_properties

}  // namespace sstp::test
