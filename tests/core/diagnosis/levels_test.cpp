#include "core/diagnosis/assess.h"
#include "tests/core/server_builder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sstp::test::levels_tests {

namespace {

const Certificate kElsewhere = certificate(9);  // in no store

RequiredNames names(std::vector<std::string> required, Origin origin) {
    RequiredNames made;
    made.primary = required.empty() ? std::string{} : required.front();
    made.names = std::move(required);
    made.origin = origin;
    return made;
}
const RequiredNames kLearned = names({"vpn.example.com"}, Origin::learned);

struct LevelCase {
    std::string name;
    ServerBuilder server;
    std::optional<Level> ipv4;
    RequiredNames required = kLearned;
};
void PrintTo(const LevelCase& each, std::ostream* out) { *out << each.name; }
class LevelOfAFamily : public testing::TestWithParam<LevelCase> {};

TEST_P(LevelOfAFamily, IsWhatItsClientsGet) {
    const auto& [name, server, expected, required] = GetParam();
    EXPECT_EQ(level_of(v4, server.state, server.policy, server.memory, required), expected) << name;
}

ServerBuilder second_choice(const std::vector<std::string>& on_it) {
    const auto changed = certificate(1).names(on_it);
    return healthy().holding({changed}).all_naming(changed);
}

// clang-format off
INSTANTIATE_TEST_SUITE_P(Levels, LevelOfAFamily, testing::Values(
    LevelCase{"3: the right one, and the URI answers", healthy(), Level::answers},
    LevelCase{"2: the URI answers something else", healthy().uri_status(v4, 404), Level::crypto_binding},
    LevelCase{"2: no answer for the URI", healthy().uri_status(v4, Unreadable{denied("read")}), Level::crypto_binding},
    LevelCase{"3: another status that the policy names", healthy().uri_status(v4, 200).with([](auto& s) { s.policy.verify.uri_status = {401, 200}; }), Level::answers},
    LevelCase{"0: nothing answers", healthy().unreachable(v4), Level::nothing},
    LevelCase{"0: no cipher", healthy().no_cipher(v4), Level::nothing},
    LevelCase{"1: one that has ended", healthy().replacing(one().expired()).serving(v4, one().expired()), Level::refused},
    LevelCase{"3: one that has ended by a clock that is not believed: clients have clocks of their own", healthy().replacing(one().expired()).serving(v4, one().expired()).clock_doubtful(), Level::answers},
    LevelCase{"1: one that has not begun", healthy().replacing(one().not_yet_valid()).serving(v4, one().not_yet_valid()), Level::refused},
    LevelCase{"1: one that is revoked, as the store knows", healthy().replacing(one().chain(ChainTrust::bad, Revocation::revoked)), Level::refused},
    LevelCase{"3: a key that cannot be opened here, while the listener serves with it", healthy().replacing(one().key(KeyState::unusable)), Level::answers},
    LevelCase{"1: one of another name", second_choice({"www.example.com"}), Level::refused},
    LevelCase{"3: an untrusted chain is for clients to judge", healthy().replacing(one().chain(ChainTrust::bad)), Level::answers},
    LevelCase{"1: not the one that RRAS holds", healthy().adding(two()).serving(v4, two()), Level::refused},
    LevelCase{"3: what RRAS holds counts, not what is stored", healthy().hash(kElsewhere), Level::answers},
    LevelCase{"1: what RRAS holds counts, though all that is stored agrees", healthy().held(kElsewhere), Level::refused},
    LevelCase{"1: RRAS started without a hash", healthy().with([](auto& s) { s.memory.held->sha256 = std::nullopt; }), Level::refused},
    LevelCase{"1: where that is unknown the stored hash counts", healthy().held_unknown().no_sstp_session_ever().hash(kElsewhere), Level::refused},
    LevelCase{"3: unless a client has come through since it was written: what RRAS holds works", healthy().held_unknown().written(60).sstp_session_began(30).hash(kElsewhere), Level::answers},
    LevelCase{"1: RRAS has started since it came, and what it read then nobody knows", healthy().held_unknown().written(60).sstp_session_began(30).rras_started(10).hash(kElsewhere), Level::refused},
    LevelCase{"1: one that came before proves nothing of what was written since", healthy().held_unknown().written(30).sstp_session_began(60).hash(kElsewhere), Level::refused},
    LevelCase{"1: nor where nobody knows when the records were written", healthy().held_unknown().written(60).sstp_session_began(30).hash(kElsewhere).with([](auto& s) { s.state.bindings_written.reset(); }), Level::refused},
    LevelCase{"1: and a missing one names nothing", healthy().held_unknown().no_sstp_session_ever().without_hashes(), Level::refused},
    LevelCase{"3: one that could not be read is no verdict", healthy().held_unknown().sha256(Unreadable{denied("read")}), Level::answers},
    LevelCase{"none: the policy leaves it out", healthy().with([](auto& s) { s.policy.listener.ipv4 = false; }), std::nullopt},
    LevelCase{"none: HTTP.SYS does not listen on it", healthy().listen_list({"2001:db8::5"}), std::nullopt},
    LevelCase{"none: it was not probed", healthy().not_probed(v4), std::nullopt},
    LevelCase{"none: our own stop ended the probe", healthy().unreachable(v4, ErrorKind::stopped), std::nullopt},
    LevelCase{"of several addresses the worst", healthy().serving_at("203.0.113.5", one(), "vpn.example.com", 503), Level::crypto_binding},
    LevelCase{"22: an address with a record of its own is not ours", healthy().shadowed_by_address("203.0.113.5", kElsewhere).serving_at("203.0.113.5", kElsewhere), Level::answers},
    LevelCase{"an SNI record of the only name answers all of its clients: what the wildcard serves reaches none", healthy().sni("vpn.example.com", one()).serving_at("127.0.0.1", kElsewhere, ""), Level::answers},
    LevelCase{"it gives them another certificate than RRAS holds", healthy().sni("vpn.example.com", kElsewhere).serving(v4, kElsewhere).serving_at("127.0.0.1", one(), ""), Level::refused},
    LevelCase{"beside a second name that it does not answer, the wildcard's clients count", healthy().sni("vpn.example.com", one()).serving_at("127.0.0.1", kElsewhere, ""), Level::refused, names({"vpn.example.com", "vpn2.example.com"}, Origin::policy)},
    LevelCase{"of learned names the primary's clients count, whatever there is for a second one", healthy().sni("vpn.example.com", one()).sni("www.example.com", kElsewhere).serving_at("127.0.0.1", kElsewhere, "www.example.com"), Level::answers, names({"vpn.example.com", "www.example.com"}, Origin::learned)},
    LevelCase{"of the policy's each", healthy().sni("vpn.example.com", one()).sni("www.example.com", kElsewhere).serving_at("127.0.0.1", kElsewhere, "www.example.com"), Level::refused, names({"vpn.example.com", "www.example.com"}, Origin::policy)},
    LevelCase{"8b: a second choice serves clients of the primary name", second_choice({"vpn.example.com"}), Level::answers, names({"vpn.example.com", "www.example.com"}, Origin::learned)},
    LevelCase{"but not those of a name that the policy asks for", second_choice({"vpn.example.com"}), Level::refused, names({"vpn.example.com", "www.example.com"}, Origin::policy)},
    LevelCase{"9b: a name below a learned wildcard", healthy(), Level::answers, names({"*.example.com"}, Origin::learned)},
    LevelCase{"no name is known: any will do", healthy(), Level::answers, names({}, Origin::none)}));
// clang-format on

TEST(LevelsOf, AreThoseOfTheFamiliesThatHaveOne) {
    const auto server = healthy().listen_list({"203.0.113.5"}).serving_at("203.0.113.5", one());
    const auto levels = levels_of(server.state, server.policy, server.memory, kLearned);
    EXPECT_EQ(levels, (std::map<AddressFamily, Level>{{v4, Level::answers}}));
}

struct HeldCase {
    std::string name;
    ServerBuilder server;
    HeldState held;
};
void PrintTo(const HeldCase& each, std::ostream* out) { *out << each.name; }
class WhatRrasHolds : public testing::TestWithParam<HeldCase> {};

TEST_P(WhatRrasHolds, ComparedWithOne) {
    const auto& [name, server, expected] = GetParam();
    EXPECT_EQ(compare_held(server.memory, server.state, one()), expected) << name;
}

// clang-format off
INSTANTIATE_TEST_SUITE_P(Held, WhatRrasHolds, testing::Values(
    HeldCase{"hash and records", healthy(), HeldState::right},
    HeldCase{"nobody saw it, and the parameters were written since", healthy().held_unknown().parameters_written(5), HeldState::unknown},
    HeldCase{"nobody saw it, and when they were written is not known", healthy().held_unknown().with([](auto& s) { s.state.settings.written = std::nullopt; }), HeldState::unknown},
    HeldCase{"nobody saw it, and when RemoteAccess started is not known", healthy().held_unknown().with([](auto& s) { std::get<ServiceStatus>(s.state.services["RemoteAccess"]).started = std::nullopt; }), HeldState::unknown},
    HeldCase{"nobody saw it, and RemoteAccess was not looked at", healthy().held_unknown().with([](auto& s) { s.state.services.erase("RemoteAccess"); }), HeldState::unknown},
    HeldCase{"nobody saw it, but the parameters are older than its start", healthy().held_unknown().records_written(5), HeldState::right},
    HeldCase{"the same, written in the very moment from which on it can have started: it found them", healthy().held_unknown().with([](auto& s) { s.state.settings.written = std::get<ServiceStatus>(s.state.services["RemoteAccess"]).started->earliest; }), HeldState::right},
    HeldCase{"the same, and they name another", healthy().held_unknown().hash(kElsewhere), HeldState::wrong},
    HeldCase{"nobody saw it, and another SHA-1 is stored, which it does not read", healthy().held_unknown().sha1(kElsewhere.thumbprint), HeldState::right},
    HeldCase{"nobody saw it, and another SHA-1 is stored, which it reads", healthy().held_unknown().sha1_enabled().sha1(kElsewhere.thumbprint), HeldState::wrong},
    HeldCase{"nobody saw it, and no SHA-1 is stored, which it reads", healthy().held_unknown().sha1_enabled().sha1(Absent{}), HeldState::wrong},
    HeldCase{"nobody saw it, and both hashes that it reads are stored", healthy().held_unknown().sha1_enabled(), HeldState::right},
    HeldCase{"another hash", healthy().held(kElsewhere), HeldState::wrong},
    HeldCase{"another record of one family", healthy().with([](auto& s) { s.memory.held->bindings[v6] = kElsewhere.thumbprint; }), HeldState::wrong},
    HeldCase{"a family without a record then", healthy().with([](auto& s) { s.memory.held->bindings.erase(v6); }), HeldState::right},
    HeldCase{"somebody else's record is not ours to judge", healthy().owned_by(v6, kIisAppId).with([](auto& s) { s.memory.held->bindings[v6] = kElsewhere.thumbprint; }), HeldState::right},
    HeldCase{"another SHA-1, which it does not read", healthy().with([](auto& s) { s.memory.held->sha1 = std::nullopt; }), HeldState::right},
    HeldCase{"another SHA-1, which it reads", healthy().sha1_enabled().with([](auto& s) { s.memory.held->sha1 = std::nullopt; }), HeldState::wrong}));
// clang-format on

}  // namespace

}  // namespace sstp::test::levels_tests
