// Schema, shipped default, examples and reference say what the reader does.
#include "core/policy/first_policy.h"
#include "core/policy/policy_values.h"
#include "core/policy/read_policy.h"
#include "core/policy/schema.h"
#include "core/policy/show_policy.h"
#include "tests/core/policy/any_policy.h"
#include "tests/core/policy/policy_reference.h"
#include "tests/core/policy/repository_files.h"
#include "tests/core/policy/schema_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include <functional>
#include <regex>

namespace sstp {
namespace {

using Json = nlohmann::ordered_json;
using testing::IsEmpty;

Json schema() { return Json::parse(policy_schema()); }

Json without_comments(const std::string& text) { return Json::parse(text, nullptr, true, true); }

TEST(ShowPolicy, what_is_shown_reads_back_to_the_same_policy) {
    std::mt19937 random(20261122);
    for (int i = 0; i < 800; ++i) {
        const Policy policy = any_policy(random);
        const std::string shown = show_policy(policy);
        const PolicyReading reading = read_policy(shown);
        ASSERT_TRUE(reading.policy) << to_lines(reading.problems, "shown") << shown;
        ASSERT_EQ(*reading.policy, policy) << shown;
        ASSERT_EQ(show_policy(*reading.policy), shown);
        if (i % 20 == 0) {
            ASSERT_THAT(violations(schema(), Json::parse(shown)), IsEmpty()) << shown;
        }
    }
}

TEST(PolicySchema, the_file_is_what_the_program_prints) {
    expect_generated_file("config/policy.schema.json", std::string(policy_schema()));
}

/// Every key of the schema with the pointer at which a policy has it.
void each_key(const Json& object, const std::string& pointer, const std::function<void(const std::string&, const Json&)>& visit) {
    for (const auto& [key, member] : object.at("properties").items()) {
        visit(pointer + "/" + key, member);
        if (member.contains("properties")) each_key(member, pointer + "/" + key, visit);
    }
}

TEST(PolicySchema, every_default_is_that_of_the_policy) {
    int defaults = 0;
    each_key(schema(), "", [&](const std::string& pointer, const Json& member) {
        if (!member.contains("default")) return;
        ++defaults;
        Json file = Json::object();
        file[Json::json_pointer(pointer)] = member.at("default");
        const PolicyReading reading = read_policy(file.dump());
        EXPECT_TRUE(reading.policy && *reading.policy == Policy{}) << pointer << to_lines(reading.problems, "default");
    });
    EXPECT_GT(defaults, 35);
    const Json destination = schema().at(Json::json_pointer("/properties/siem/properties/destinations/items"));
    const std::string bare = R"({"siem": {"destinations": [{"hosts": ["a"]}]}})";
    for (const auto& [key, member] : destination.at("properties").items()) {
        if (!member.contains("default") || key == "profile" || key == "token_file") continue;
        Json file = Json::parse(bare);
        file[Json::json_pointer("/siem/destinations/0/" + key)] = member.at("default");
        const PolicyReading reading = read_policy(file.dump());
        EXPECT_TRUE(reading.policy && *reading.policy == *read_policy(bare).policy) << key << to_lines(reading.problems, "default");
    }
}

TEST(PolicySchema, every_example_in_it_is_valid) {
    each_key(schema(), "", [&](const std::string& pointer, const Json& member) {
        for (const Json& example : member.value("examples", Json::array())) {
            Json file = Json::object();
            file[Json::json_pointer(pointer)] = example;
            EXPECT_THAT(read_policy(file.dump()).problems, IsEmpty()) << pointer;
            EXPECT_THAT(violations(schema(), file), IsEmpty()) << pointer;
        }
    });
}

TEST(PolicySchema, it_refuses_what_an_editor_should_underline) {
    const auto refuses = [](const char* text) { return !violations(schema(), Json::parse(text)).empty(); };
    EXPECT_TRUE(refuses(R"({"mod": "heal"})"));
    EXPECT_TRUE(refuses(R"({"mode": "heel"})"));
    EXPECT_TRUE(refuses(R"({"watch": {"interval": 5}})"));
    EXPECT_TRUE(refuses(R"({"watch": {"interval": "5 min"}})"));
    EXPECT_TRUE(refuses(R"({"listener": {"port": 65536}})"));
    EXPECT_TRUE(refuses(R"({"restart": {"window": {"days": ["saturday"]}}})"));
    EXPECT_TRUE(refuses(R"({"restart": {"window": {"start": "2:00"}}})"));
    EXPECT_TRUE(refuses(R"({"restart": {"maintenance_window": null}})"));
    EXPECT_TRUE(refuses(R"({"certificate": {"warn_before": 21}})"));
    EXPECT_TRUE(refuses(R"({"limits": {"restarts_per_day": 1}})"));
    EXPECT_TRUE(refuses(R"({"accepted": ["binding_shadow"]})"));
    EXPECT_TRUE(refuses(R"({"accepted": ["weak_key", "weak_key"]})"));
    EXPECT_TRUE(refuses(R"({"siem": {"destinations": [{}]}})"));
    EXPECT_TRUE(refuses(R"({"siem": {"destinations": [{"type": "https", "hosts": ["a"]}]}})"));
}

TEST(PolicyReference, the_page_has_every_key_as_the_schema_has_it) {
    constexpr std::string_view kBegin = "<!-- keys: made from the schema by a test; do not edit -->\n";
    constexpr std::string_view kEnd = "<!-- end of keys -->";
    const std::string page = read_repository_file("config/README.md");
    const std::size_t begin = page.find(kBegin);
    const std::size_t end = page.find(kEnd);
    ASSERT_NE(begin, std::string::npos);
    ASSERT_NE(end, std::string::npos);
    expect_generated_file("config/README.md", page.substr(0, begin + kBegin.size()) + policy_reference() + page.substr(end));
}

TEST(PolicyReference, every_example_in_the_page_is_valid) {
    const std::string page = read_repository_file("config/README.md");
    const std::regex block("```jsonc\n([^]*?)```");
    int examples = 0;
    for (std::sregex_iterator found(page.begin(), page.end(), block), none; found != none; ++found, ++examples) {
        EXPECT_THAT(to_lines(read_policy((*found)[1].str()).problems, "example"), IsEmpty()) << (*found)[1];
    }
    EXPECT_GE(examples, 2);
}

TEST(PolicyReference, its_example_of_problems_is_what_the_program_prints) {
    const std::string page = read_repository_file("config/README.md");
    const std::regex block("<!-- example: policy check -->\n```\n([^]*?)```");
    std::smatch found;
    ASSERT_TRUE(std::regex_search(page, found, block));
    const PolicyReading reading = read_policy(R"({
  // A file with two mistakes.
  "mode": "heal",
  "certificate": { "warn_befor": "14d" },
  "siem": {
    "destinations": [{ "transport": "tcp", "hosts": ["siem"], "ca_file": "C:\\ca.pem" }]
  }
})");
    EXPECT_EQ(found[1].str(), to_lines_with_excerpts(reading.problems, "policy.json"));
}

TEST(PolicyReference, its_example_of_origins_is_what_the_program_prints) {
    const std::string page = read_repository_file("config/README.md");
    const std::regex block("<!-- example: policy show --origins -->\n```\n([^]*?)```");
    std::smatch found;
    ASSERT_TRUE(std::regex_search(page, found, block));
    GroupPolicyValues group_policy;
    group_policy.dns_names = std::vector<std::string>{"vpn.example.com"};
    const PolicyReading reading = read_policy(R"({"mode": "heal"})");
    const auto values = policy_values(under_group_policy(*reading.policy, group_policy), reading.given, false);
    EXPECT_THAT(render_policy_values(values), testing::StartsWith(found[1].str()));
}

TEST(FirstPolicy, without_a_wish_is_empty_and_says_where_to_read_on) {
    const auto text = first_policy({});
    ASSERT_TRUE(text);
    expect_generated_file("config/default-policy.json", *text);
    EXPECT_EQ(read_policy(*text).policy, Policy{});
    EXPECT_EQ(without_comments(*text), Json::object());
}

TEST(FirstPolicy, holds_only_what_was_asked_for) {
    const auto all =
        first_policy({"observe", split_list(" vpn.example.com;vpn2.example.com, *.example.net,"), split_list("siem.example.com")});
    ASSERT_TRUE(all);
    EXPECT_EQ(without_comments(*all), Json::parse(R"({"mode": "observe",
        "certificate": {"dns_names": ["vpn.example.com", "vpn2.example.com", "*.example.net"]},
        "siem": {"destinations": [{"hosts": ["siem.example.com"]}]}})"));
    EXPECT_THAT(violations(schema(), without_comments(*all)), IsEmpty());
    EXPECT_EQ(without_comments(*first_policy({"heal", {}, {}})), Json::parse(R"({"mode": "heal"})"));
    EXPECT_EQ(without_comments(*first_policy({"", {"vpn.example.com"}, {}})),
              Json::parse(R"({"certificate": {"dns_names": ["vpn.example.com"]}})"));
    EXPECT_EQ(without_comments(*first_policy({"", {}, {"a", "b:514"}})),
              Json::parse(R"({"siem": {"destinations": [{"hosts": ["a", "b:514"]}]}})"));
}

TEST(FirstPolicy, what_is_no_mode_name_or_host_is_refused_with_a_reason) {
    EXPECT_EQ(
        first_policy({"Heal", {}, {}}).error().message(),
        R"(could not write the first policy file /mode: "mode" must be "heal" or "observe"; this is the text "Heal". Did you mean "heal"?)");
    EXPECT_EQ(first_policy({"", {"vpn.example.com\", \"x"}, {}}).error().kind, ErrorKind::malformed);
    EXPECT_EQ(first_policy({"", {"a.example", "A.example"}, {}}).error().text, R"("dns_names" entry 2 is the same as entry 1)");
    EXPECT_EQ(first_policy({"", {}, {"::1"}}).error().subject, "/siem/destinations/0/hosts/0");
    EXPECT_TRUE(split_list(" ,; ").empty());
    EXPECT_EQ(split_list("a;b, c\td\r\n"), (std::vector<std::string>{"a", "b", "c", "d"}));
}

}  // namespace
}  // namespace sstp
