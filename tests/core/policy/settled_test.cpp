// DESIGN 5: a value of Group Policy that disappears is believed after 60 s, because a refresh deletes it and writes it again.
#include "core/policy/settled.h"

#include "core/policy/group_policy.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace sstp {
namespace {

using namespace std::chrono_literals;
using Text = Observed<std::string>;

MonotonicTime at(Duration since_boot) { return {since_boot}; }

Text unreadable() { return Unreadable{{ErrorKind::access_denied, "read", "the kill switch", 5, "Access is denied"}}; }

struct LookAtValue {
    Duration when;
    Text read;
    Text believed;
};

struct StoryOfValue {
    const char* sentence;
    std::vector<LookAtValue> looks;
};

std::ostream& operator<<(std::ostream& out, const StoryOfValue& story) { return out << story.sentence; }

class SettledValue : public testing::TestWithParam<StoryOfValue> {};

TEST_P(SettledValue, is_believed) {
    Settled<std::string> settled;
    for (const LookAtValue& look : GetParam().looks) {
        EXPECT_EQ(settled.believe(look.read, at(look.when)), look.believed) << GetParam().sentence << ", at " << to_string(look.when);
    }
}

const Text kGone = Absent{};
const Text kObserve = std::string("observe");
const Text kHeal = std::string("heal");

INSTANTIATE_TEST_SUITE_P(
    Stories, SettledValue,
    testing::Values(StoryOfValue{"what was never seen is absent at once", {{0s, kGone, kGone}, {5s, kGone, kGone}}},
                    StoryOfValue{"what appears is believed at once", {{0s, kGone, kGone}, {1s, kObserve, kObserve}}},
                    StoryOfValue{"what changes is believed at once",
                                 {{0s, kObserve, kObserve}, {1s, kHeal, kHeal}, {2s, kObserve, kObserve}}},
                    StoryOfValue{"73: a kill switch that a refresh rewrites is not seen as off",
                                 {{0s, kObserve, kObserve}, {10s, kGone, kObserve}, {10200ms, kGone, kObserve}, {11s, kObserve, kObserve}}},
                    StoryOfValue{"gone is believed after 60 s",
                                 {{0s, kObserve, kObserve}, {10s, kGone, kObserve}, {69999ms, kGone, kObserve}, {70s, kGone, kGone}}},
                    StoryOfValue{"the 60 s begin with the first look that misses it, however late the next one is",
                                 {{0s, kObserve, kObserve}, {100s, kGone, kObserve}, {400s, kGone, kGone}}},
                    StoryOfValue{"each refresh begins the 60 s anew",
                                 {{0s, kObserve, kObserve},
                                  {50s, kGone, kObserve},
                                  {51s, kObserve, kObserve},
                                  {100s, kGone, kObserve},
                                  {120s, kGone, kObserve}}},
                    StoryOfValue{"what was believed gone does not come back by itself",
                                 {{0s, kObserve, kObserve}, {1s, kGone, kObserve}, {61s, kGone, kGone}, {62s, kGone, kGone}}},
                    StoryOfValue{"what cannot be read is believed at once", {{0s, kHeal, kHeal}, {1s, unreadable(), unreadable()}}},
                    StoryOfValue{"unreadable is no absence: what was there holds behind it as well",
                                 {{0s, kObserve, kObserve},
                                  {1s, unreadable(), unreadable()},
                                  {2s, kGone, kObserve},
                                  {61s, kGone, kObserve},
                                  {62s, kGone, kGone}}},
                    StoryOfValue{"and it begins the 60 s anew",
                                 {{0s, kObserve, kObserve},
                                  {1s, kGone, kObserve},
                                  {50s, unreadable(), unreadable()},
                                  {70s, kGone, kObserve},
                                  {130s, kGone, kGone}}}));

TEST(Settled, tells_when_to_look_again) {
    Settled<std::string> settled;
    settled.believe(kObserve, at(0s));
    EXPECT_EQ(settled.settles_at(), std::nullopt);
    settled.believe(kGone, at(10s));
    EXPECT_EQ(settled.settles_at(), at(70s));
    settled.believe(kGone, at(70s));
    EXPECT_EQ(settled.settles_at(), std::nullopt);
}

TEST(SettledGroupPolicy, waits_for_each_value_by_itself) {
    GroupPolicyValues all;
    all.dns_names = std::vector<std::string>{"vpn.example.com"};
    all.siem_hosts = std::vector<std::string>{"siem.example.com"};
    all.issuer = std::string("Example CA");
    all.thumbprint = std::string("00");
    all.ca = std::string("any");
    all.window = std::string("sat 02:00 3h");
    all.restarts_per_day = 4U;

    SettledGroupPolicy settled;
    EXPECT_EQ(settled.believe({}, at(0s)), GroupPolicyValues{});
    EXPECT_EQ(settled.believe(all, at(1s)), all);
    EXPECT_EQ(settled.believe({}, at(10s)), all);
    EXPECT_EQ(settled.settles_at(), at(70s));

    GroupPolicyValues only_window;
    only_window.window = std::string("sun 03:00 1h");
    GroupPolicyValues half_written = all;
    half_written.window = only_window.window;
    EXPECT_EQ(settled.believe(only_window, at(11s)), half_written);
    EXPECT_EQ(settled.believe(only_window, at(70s)), only_window);
    EXPECT_EQ(settled.settles_at(), std::nullopt);
}

}  // namespace
}  // namespace sstp
