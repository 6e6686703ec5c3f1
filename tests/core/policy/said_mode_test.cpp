// Promise 7: if the mode of an invalid policy is anything but heal, or cannot be read, we observe until it is valid.
#include "core/policy/read_policy.h"
#include "core/policy/schema.h"
#include "core/policy/suggestion.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace sstp {
namespace {

struct SaysMode {
    const char* sentence;
    const char* text;
    SaidMode mode;
};

std::ostream& operator<<(std::ostream& out, const SaysMode& row) { return out << row.sentence; }

class InvalidPolicies : public testing::TestWithParam<SaysMode> {};

TEST_P(InvalidPolicies, says_which_mode_was_meant) {
    const PolicyReading reading = read_policy(GetParam().text);
    EXPECT_FALSE(reading.policy);
    EXPECT_EQ(reading.mode, GetParam().mode) << GetParam().sentence;
}

INSTANTIATE_TEST_SUITE_P(
    Modes, InvalidPolicies,
    testing::Values(SaysMode{"79: \"observ\" observes", R"({"mode": "observ"})", SaidMode::other},
                    SaysMode{"observe beside a mistake elsewhere", R"({"mode": "observe", "listner": {}})", SaidMode::other},
                    SaysMode{"heal beside a mistake elsewhere", R"({"mode": "heal", "listner": {}})", SaidMode::heal},
                    SaysMode{"no mode, for heal is the default", R"({"listner": {}})", SaidMode::heal},
                    SaysMode{"Heal is neither word", R"({"mode": "Heal"})", SaidMode::other},
                    SaysMode{"a mode that is no text", R"({"mode": true})", SaidMode::other},
                    SaysMode{"a mode that is nothing", R"({"mode": null})", SaidMode::other},
                    SaysMode{"a mode in a list", R"({"mode": ["observe"]})", SaidMode::other},
                    SaysMode{"a key that was meant as the mode", R"({"Mode": "observe"})", SaidMode::other},
                    SaysMode{"a key that is nearly the mode", R"({"mod": "observe"})", SaidMode::other},
                    SaysMode{"a key that is nearly the mode, and heals", R"({"mod": "heal"})", SaidMode::heal},
                    SaysMode{"a mode in the wrong section", R"({"restart": {"mode": "observe"}})", SaidMode::other},
                    SaysMode{"a mode in a list", R"({"siem": {"destinations": [{"mode": "observe"}]}})", SaidMode::other},
                    SaysMode{"two modes, the second observes", R"({"mode": "heal", "mode": "observe"})", SaidMode::other},
                    SaysMode{"two modes, the first observes", R"({"mode": "observe", "mode": "heal"})", SaidMode::other},
                    SaysMode{"two modes that agree", R"({"mode": "heal", "mode": "heal"})", SaidMode::heal},
                    SaysMode{"a file that ends in the middle", R"({"mode": "heal", "log": {)", SaidMode::unreadable},
                    SaysMode{"an empty file", "", SaidMode::unreadable}, SaysMode{"a list", R"(["heal"])", SaidMode::unreadable},
                    SaysMode{"a byte that is no UTF-8", "{\"mode\": \"heal\"} // \xFC", SaidMode::unreadable},
                    SaysMode{"UTF-16", "\xFF\xFE{", SaidMode::unreadable}));

TEST(ReadPolicy, a_valid_policy_says_its_mode_as_well) {
    EXPECT_EQ(read_policy("{}").mode, SaidMode::heal);
    EXPECT_EQ(read_policy(R"({"mode": "heal"})").mode, SaidMode::heal);
    EXPECT_EQ(read_policy(R"({"mode": "observe"})").mode, SaidMode::other);
}

void expect_no_key_like_mode(const nlohmann::json& schema) {
    if (!schema.is_structured()) return;
    if (schema.is_object() && schema.contains("properties")) {
        for (const auto& [key, member] : schema.at("properties").items()) {
            EXPECT_EQ(closest(key, {"mode"}).has_value(), key == "mode") << key;
        }
    }
    for (const auto& each : schema) expect_no_key_like_mode(each);
}

TEST(SaidMode, no_key_of_a_policy_is_taken_for_the_mode) { expect_no_key_like_mode(nlohmann::json::parse(policy_schema())); }

TEST(ReadPolicy, a_valid_policy_tells_what_it_says_and_an_invalid_one_nothing) {
    EXPECT_EQ(read_policy(R"({"log": {"level": "info"}, "siem": {"destinations": [{"hosts": ["a"]}]}})").given,
              (std::vector<std::string>{"/log", "/log/level", "/siem", "/siem/destinations", "/siem/destinations/0",
                                        "/siem/destinations/0/hosts", "/siem/destinations/0/hosts/0"}));
    EXPECT_TRUE(read_policy(R"({"log": {"level": "inf"}})").given.empty());
}

}  // namespace
}  // namespace sstp
