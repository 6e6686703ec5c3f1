#include "core/watchdog/rehearsal/renewals.h"
#include "tests/core/certificate_builder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <ostream>
#include <string>
#include <vector>

namespace sstp::test {
namespace {

using namespace std::chrono_literals;
using rehearsal::longest_public_validity;
using rehearsal::next_change_of_public_validity;
using rehearsal::renewal_habit;
using rehearsal::renewed;
using std::chrono::days;

WallTime day(const char* date) { return from_rfc3339(std::string{date} + "T00:00:00Z").value(); }

struct Store {
    const char* name;
    std::vector<Certificate> others;          ///< beside one() of public_ca(), from 30 days before the look to 60 after
    std::optional<Duration> before_the_end;   ///< what its past shows
};
void PrintTo(const Store& store, std::ostream* out) { *out << store.name; }

class Habit : public testing::TestWithParam<Store> {};

TEST_P(Habit, IsWhatTheStoreShows) {
    std::vector<Certificate> store = GetParam().others;
    store.push_back(one());
    const auto habit = renewal_habit(one(), store);
    ASSERT_EQ(GetParam().before_the_end.has_value(), habit.has_value());
    if (habit) {
        EXPECT_EQ(*GetParam().before_the_end, habit->before_the_end);
    }
}

INSTANTIATE_TEST_SUITE_P(
    Of, Habit,
    testing::Values(
        Store{"a store with nothing else", {}, std::nullopt},
        Store{"an earlier one that ended ten days after this began", {certificate(5).valid(-110, -20)}, days{10}},
        Store{"an archived one shows it as well", {certificate(5).valid(-110, -20).archived()}, days{10}},
        Store{"of two earlier ones the later counts", {certificate(5).valid(-200, -10), certificate(6).valid(-110, -25)}, days{5}},
        Store{"one that had ended before shows an outage and no habit", {certificate(5).valid(-200, -40)}, std::nullopt},
        Store{"one that lasts longer was not followed", {certificate(5).valid(-110, 100)}, std::nullopt},
        Store{"a successor is no past", {certificate(5).valid(-1, 89)}, std::nullopt},
        Store{"other names are the past of another", {certificate(5).names({"web.example.com"}).valid(-110, -20)}, std::nullopt},
        Store{"another CA is the past of another", {certificate(5).issued_by(private_ca()).valid(-110, -20)}, std::nullopt}),
    [](const auto& tested) {
        std::string name = tested.param.name;
        for (char& c : name)
            if (c == ' ') c = '_';
        return name;
    });

/// CA/Browser Forum, ballot SC-081v3, section 6.3.2 of the Baseline Requirements.
TEST(PublicValidity, shrinks_at_the_dates_of_the_ballot) {
    EXPECT_EQ(longest_public_validity(day("2026-03-14")), days{398});
    EXPECT_EQ(longest_public_validity(day("2026-03-15")), days{200});
    EXPECT_EQ(longest_public_validity(day("2027-03-14")), days{200});
    EXPECT_EQ(longest_public_validity(day("2027-03-15")), days{100});
    EXPECT_EQ(longest_public_validity(day("2029-03-14")), days{100});
    EXPECT_EQ(longest_public_validity(day("2029-03-15")), days{47});
    EXPECT_EQ(longest_public_validity(day("2035-01-01")), days{47});
}

TEST(PublicValidity, tells_its_next_change_until_none_is_decided) {
    EXPECT_EQ(next_change_of_public_validity(day("2026-11-18")), day("2027-03-15"));
    EXPECT_EQ(next_change_of_public_validity(day("2027-03-15")), day("2029-03-15")) << "on the day itself it has changed";
    EXPECT_EQ(next_change_of_public_validity(day("2029-03-15")), std::nullopt);
}

TEST(Renewed, lasts_as_long_as_before_and_is_another_certificate) {
    const Certificate next = renewed(one(), look_time());
    EXPECT_EQ(next.not_before, look_time());
    EXPECT_EQ(next.not_after, look_time() + days{90});
    EXPECT_EQ(next.dns_names, one().certificate.dns_names);
    EXPECT_NE(next.thumbprint, one().certificate.thumbprint);
    EXPECT_NE(next.hash, one().certificate.hash);
    EXPECT_EQ(next.hash, renewed(one(), look_time()).hash) << "a forecast is the same twice";
    EXPECT_NE(next.hash, renewed(one(), look_time() + 1min).hash) << "two renewals are two certificates";
}

TEST(Renewed, lasts_no_longer_than_a_public_ca_may_let_it) {
    const WallTime after_the_rule = day("2029-04-01");
    EXPECT_EQ(renewed(one(), after_the_rule).not_after, after_the_rule + days{47});
    EXPECT_EQ(renewed(certificate(3).issued_by(private_ca()), after_the_rule).not_after, after_the_rule + days{90})
        << "no rule binds a private CA";
}

TEST(Renewed, has_a_key_is_in_the_store_and_names_no_successor_of_its_own) {
    const Certificate next = renewed(certificate(3).key(KeyState::unusable, "gone").archived().renewed_by(4), look_time());
    EXPECT_EQ(next.key, KeyState::usable);
    EXPECT_EQ(next.key_explanation, "");
    EXPECT_FALSE(next.archived);
    EXPECT_FALSE(next.renewed_by);
}

TEST(Renewed, does_not_inherit_the_end_of_a_ca_that_a_renewal_would_outlast) {
    Certificate ends_early = one();
    ends_early.chain_ends = days_from_look(70);
    EXPECT_FALSE(renewed(ends_early, look_time()).chain_ends) << "it would be issued by the CA's successor";
    ends_early.chain_ends = days_from_look(200);
    EXPECT_EQ(renewed(ends_early, look_time()).chain_ends, days_from_look(200));
}

}  // namespace
}  // namespace sstp::test
