#include "core/diagnosis/assess.h"
#include "core/model/sstp_values.h"
#include "tests/core/decision/in_short.h"
#include "tests/core/diagnosis/findings_in_short.h"
#include "tests/core/server_builder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sstp::test::differences_tests {

namespace {

const Certificate kElsewhere = certificate(9);  // in no store

Malformed malformed(RawValue raw = text_value("x")) { return {std::move(raw), "REG_SZ instead of REG_BINARY"}; }

/// What `towards` would take, whatever selection says.
std::vector<Difference> differ(const ServerBuilder& server, const std::optional<Certificate>& towards) {
    DesiredState desired;
    desired.certificate = towards;
    return differences(server.state, desired, towards ? &*towards : nullptr, server.policy);
}

std::string findings_of(const std::vector<Difference>& all) {
    Findings findings;
    for (const Difference& each : all) findings.push_back(each.finding);
    return in_short(findings);
}

std::string steps_of(const std::vector<Difference>& all) {
    std::vector<Step> steps;
    for (const Difference& each : all) {
        if (each.step) steps.push_back(*each.step);
    }
    return in_short(steps);
}

struct DifferenceCase {
    std::string name;
    ServerBuilder server;
    std::string findings;
    std::string steps;
    std::optional<Certificate> towards = one().certificate;
};
void PrintTo(const DifferenceCase& each, std::ostream* out) { *out << each.name; }
class Differences : public testing::TestWithParam<DifferenceCase> {};

TEST_P(Differences, AndTheirSteps) {
    const auto found = differ(GetParam().server, GetParam().towards);
    EXPECT_EQ(findings_of(found), GetParam().findings);
    EXPECT_EQ(steps_of(found), GetParam().steps);
    for (const Difference& each : found) {
        EXPECT_FALSE(each.finding.subject.empty());
        EXPECT_TRUE(each.finding.explanation.ends_with('.')) << each.finding.explanation;
    }
}

const std::optional<Certificate> kNone;

// clang-format off
INSTANTIATE_TEST_SUITE_P(Records, Differences, testing::Values(
    DifferenceCase{"everything names it", healthy(), "", ""},
    DifferenceCase{"a missing [::] record whose clients 0.0.0.0 serves rightly", healthy().without_record(v6), "binding_missing_ipv6?", "bind ipv6 1"},
    DifferenceCase{"a missing [::] record, and nobody answers there", healthy().without_record(v6).unreachable(v6), "binding_missing_ipv6!", "bind ipv6 1"},
    DifferenceCase{"a missing IPv4 record", healthy().without_record(v4).unreachable(v4), "binding_missing_ipv4!", "bind ipv4 1"},
    DifferenceCase{"without both, what somebody's SNI record serves is no comfort", healthy().without_record(v4).without_record(v6), "binding_missing_ipv4! binding_missing_ipv6!", "bind ipv4 1, bind ipv6 1"},
    DifferenceCase{"no record is made for a family that the policy leaves out", healthy().without_record(v6).with([](auto& s) { s.policy.listener.ipv6 = false; }), "", ""},
    DifferenceCase{"55: a record of ours in a family that the policy leaves out belongs to the unit", healthy().with([](auto& s) { s.policy.listener.ipv6 = false; }), "binding_mismatch! binding_mismatch! hash_sha1_mismatch. hash_sha256_mismatch!", "bind ipv4 2, bind ipv6 2, sha1 2, sha256 2", two().certificate},
    DifferenceCase{"23: no record is made where HTTP.SYS does not listen", healthy().listen_list({"203.0.113.5"}).without_record(v6), "", ""},
    DifferenceCase{"23: one of ours that stands there moves with the others", healthy().listen_list({"203.0.113.5"}), "binding_mismatch! binding_mismatch! hash_sha1_mismatch. hash_sha256_mismatch!", "bind ipv4 2, bind ipv6 2, sha1 2, sha256 2", two().certificate},
    DifferenceCase{"one record names another", healthy().adding(two()).record(v6, two()), "binding_mismatch!", "bind ipv6 1"},
    DifferenceCase{"a hash field of the wrong length", healthy().with([](auto& s) { std::get<ListenerBinding>(s.state.ipv6_binding).certificate = {1, 2, 3}; }), "binding_mismatch!", "bind ipv6 1"},
    DifferenceCase{"a record without a certificate", healthy().with([](auto& s) { std::get<ListenerBinding>(s.state.ipv6_binding).certificate.clear(); }), "binding_mismatch!", "bind ipv6 1"},
    DifferenceCase{"an unreadable record is unknown, not wrong", healthy().record_unreadable(v6), "", ""},
    DifferenceCase{"somebody else's record with the right certificate harms nobody", healthy().owned_by(v6, kIisAppId), "", ""},
    DifferenceCase{"somebody else's record with another is reported only", healthy().adding(two()).owned_by(v6, kIisAppId).record(v6, two()).serving(v6, two()), "binding_foreign_owner!", ""},
    DifferenceCase{"and warns while what is served is right", healthy().adding(two()).owned_by(v6, kIisAppId).record(v6, two()), "binding_foreign_owner?", ""},
    DifferenceCase{"it is taken over where the policy says so", healthy().taking_over().adding(two()).owned_by(v6, kIisAppId).record(v6, two()).serving(v6, two()), "binding_foreign_owner!", "bind ipv6 1"},
    DifferenceCase{"67: but not beside DirectAccess or NLB", healthy().taking_over().adding(two()).owned_by(v6, kIisAppId).record(v6, two()).with([](auto& s) { s.state.directaccess_or_nlb = true; }), "binding_foreign_owner?", ""},
    DifferenceCase{"18: a null store name means MY", healthy().in_store(v4, std::nullopt), "", ""},
    DifferenceCase{"65: a record of another store gets store MY with its successor", healthy().in_store(v4, "WebHosting").deleting(one()).adding(two()), "binding_mismatch! binding_mismatch! hash_sha1_mismatch. hash_sha256_mismatch!", "bind ipv4 2, bind ipv6 2, sha1 2, sha256 2", two().certificate},
    DifferenceCase{"the right certificate under another store, and served, is left alone", healthy().in_store(v4, "WebHosting"), "", ""},
    DifferenceCase{"the right certificate under another store, and not served", healthy().in_store(v4, "WebHosting").unreachable(v4), "binding_mismatch!", "bind ipv4 1"}));

INSTANTIATE_TEST_SUITE_P(Values, Differences, testing::Values(
    DifferenceCase{"32a: SHA-1 absent, which RRAS does not read", healthy().sha1(Absent{}), "hash_sha1_missing.", "sha1 1"},
    DifferenceCase{"32a: SHA-1 stale, which RRAS does not read", healthy().sha1(kElsewhere.thumbprint), "hash_sha1_mismatch.", "sha1 1"},
    DifferenceCase{"32b: SHA-1 stale, which RRAS reads", healthy().sha1_enabled().sha1(kElsewhere.thumbprint), "hash_sha1_mismatch!", "sha1 1"},
    DifferenceCase{"32b: SHA-1 absent, which RRAS reads", healthy().sha1_enabled().sha1(Absent{}), "hash_sha1_missing!", "sha1 1"},
    DifferenceCase{"SHA-1 malformed", healthy().sha1(malformed()), "hash_sha1_malformed.", "sha1 1"},
    DifferenceCase{"SHA-256 missing", healthy().sha256(Absent{}), "hash_sha256_missing!", "sha256 1"},
    DifferenceCase{"SHA-256 malformed", healthy().sha256(malformed()), "hash_sha256_malformed!", "sha256 1"},
    DifferenceCase{"both hashes of something else", healthy().hash(kElsewhere), "hash_sha1_mismatch. hash_sha256_mismatch!", "sha1 1, sha256 1"},
    DifferenceCase{"an unreadable hash is unknown, not missing", healthy().sha256(Unreadable{denied("read")}), "", ""},
    DifferenceCase{"a good flag stays as found", healthy().flag(1U), "", ""},
    DifferenceCase{"a malformed flag", healthy().flag(malformed()), "hash_flag_malformed!", "flag 0"},
    DifferenceCase{"a malformed flag that meant 1", healthy().flag(malformed(text_value("1"))), "hash_flag_malformed!", "flag 1"},
    DifferenceCase{"a malformed flag that meant 1, and ours is gone: RRAS would not start with it", healthy().deleting(one()).flag(malformed(text_value("1"))), "hash_flag_malformed!", ""},
    DifferenceCase{"a malformed flag that meant 1, and ours is archived: nor with that", healthy().archiving(one()).flag(malformed(text_value("1"))), "hash_flag_malformed!", ""},
    DifferenceCase{"flag 1 without a hash is completed, never left", healthy().flag(1U).without_hashes(), "hash_sha1_missing. hash_sha256_missing!", "sha1 1, sha256 1"},
    DifferenceCase{"without a target only what is wrong in itself is told, and nothing is to be done", healthy().record(v4, two()).without_record(v6).unreachable(v6).sha1(malformed()).sha256(Absent{}).flag(malformed()), "binding_missing_ipv6! hash_sha1_malformed. hash_sha256_missing! hash_flag_malformed!", "", kNone},
    DifferenceCase{"25a: UseHttps 0: none", healthy().tls_offloaded().without_record(v6).hash(kElsewhere), "", ""},
    DifferenceCase{"towards another: the whole unit, records first, hashes next", healthy().adding(two()), "binding_mismatch! binding_mismatch! hash_sha1_mismatch. hash_sha256_mismatch!", "bind ipv4 2, bind ipv6 2, sha1 2, sha256 2", two().certificate}));
// clang-format on

const BindStep& bind_of(const std::vector<Difference>& all, std::size_t index = 0) { return std::get<BindStep>(*all.at(index).step); }

TEST(DifferenceStep, KeepsEveryFieldOfARecordButTheHash) {
    const auto server = healthy().adding(two()).record(v6, two()).in_store(v6, "my");
    const auto all = differ(server, one());
    ListenerBinding expected = std::get<ListenerBinding>(server.state.ipv6_binding);
    EXPECT_EQ(bind_of(all).before, expected);
    expected.certificate = one().certificate.thumbprint.to_vector();
    EXPECT_EQ(bind_of(all).after, expected);
}

TEST(DifferenceStep, KeepsANullStoreNull) {
    const auto all = differ(healthy().adding(two()).record(v6, two()).in_store(v6, std::nullopt), one());
    EXPECT_EQ(bind_of(all).after.store, std::nullopt);
}

TEST(DifferenceStep, ChangesTheStoreWithACertificateThatLiesInMy) {
    const auto server = healthy().record(v4, kElsewhere).in_store(v4, "WebHosting");
    ListenerBinding expected = std::get<ListenerBinding>(server.state.ipv4_binding);
    expected.certificate = one().certificate.thumbprint.to_vector();
    expected.store = "MY";
    EXPECT_EQ(bind_of(differ(server, one())).after, expected);
}

TEST(DifferenceStep, TakesOverOwnerAndStoreAndNothingElse) {
    const auto server = healthy().taking_over().record(v6, kElsewhere).owned_by(v6, kIisAppId).in_store(v6, "WebHosting");
    ListenerBinding expected = std::get<ListenerBinding>(server.state.ipv6_binding);
    const auto all = differ(server, one());
    EXPECT_EQ(bind_of(all).before, expected);
    expected.certificate = one().certificate.thumbprint.to_vector();
    expected.app_id = kSstpAppId;
    expected.store = "MY";
    EXPECT_EQ(bind_of(all).after, expected);
}

TEST(DifferenceStep, MakesARecordLikeOursOfTheOtherFamily) {
    const auto all = differ(healthy().without_record(v6), one());
    EXPECT_FALSE(bind_of(all).before.has_value());
    ListenerBinding expected = std::get<ListenerBinding>(healthy().state.ipv4_binding);
    expected.endpoint = Endpoint::wildcard(v6, 443);
    EXPECT_EQ(bind_of(all).after, expected);
}

TEST(DifferenceStep, MakesARecordOfSstpWhereThereIsNoneOfOursToCopy) {
    ListenerBinding expected;
    expected.endpoint = Endpoint::wildcard(v6, 443);
    expected.app_id = kSstpAppId;
    expected.store = "MY";
    expected.certificate = one().certificate.thumbprint.to_vector();
    EXPECT_EQ(bind_of(differ(healthy().owned_by(v4, kIisAppId).without_record(v6), one())).after, expected);
    EXPECT_EQ(bind_of(differ(healthy().without_record(v4).without_record(v6), one()), 1).after, expected);
}

TEST(DifferenceStep, RemembersWhatAMalformedValueWas) {
    const auto all = differ(healthy().sha1(malformed()), one());
    const auto& step = std::get<WriteValueStep>(*all.at(0).step);
    EXPECT_EQ(step.before, text_value("x"));
    EXPECT_EQ(step.after, RawValue::binary(one().certificate.thumbprint.to_vector()));
    const auto missing = differ(healthy().sha1(Absent{}), one());
    EXPECT_EQ(std::get<WriteValueStep>(*missing.at(0).step).before, std::nullopt);
}

struct FlagCase {
    const char* name;
    RawValue raw;
    std::uint32_t meant;
};
TEST(FlagOfTheWrongType, IsOneWhereAnySpellingSaysOneElseZero) {
    const FlagCase cases[] = {
        {"text 1", text_value("1"), 1},
        {"text 0", text_value("0"), 0},
        {"text 01", text_value("01"), 1},
        {"text 0x00000001", text_value("0x00000001"), 1},
        {"text with blanks", text_value(" 1 "), 1},
        {"text 10", text_value("10"), 0},
        {"text x", text_value("x"), 0},
        {"no text", text_value(""), 0},
        {"expandable text", {2, text_value("1").data}, 1},
        {"one byte", {RawValue::kBinary, {1}}, 1},
        {"four bytes", {RawValue::kBinary, {1, 0, 0, 0}}, 1},
        {"four bytes of 256", {RawValue::kBinary, {0, 1, 0, 0}}, 0},
        {"a QWORD", {11, {1, 0, 0, 0, 0, 0, 0, 0}}, 1},
        {"a big-endian DWORD", {5, {0, 0, 0, 1}}, 1},
        {"no bytes", {RawValue::kBinary, {}}, 0},
        {"a DWORD of no length", {RawValue::kDword, {}}, 0},
        {"a type that nobody knows", {99, {1, 0, 0, 0}}, 0},
    };
    for (const FlagCase& each : cases) EXPECT_EQ(flag_meant_by(each.raw), each.meant) << each.name;
}

}  // namespace

}  // namespace sstp::test::differences_tests
