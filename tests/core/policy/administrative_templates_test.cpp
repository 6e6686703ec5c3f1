// The templates of installer/group-policy, compared with what the program reads: names, types, ranges, words, and the keys that each text
// names. They were validated once with Microsoft's schema (PolicyDefinitionFiles.xsd), which is not ours to keep here; its structure as far
// as we use it is checked below.

#include "core/observation/kill_switch_reading.h"
#include "core/policy/group_policy.h"
#include "tests/core/policy/repository_files.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

namespace sstp {
namespace {

const std::string kFolder = "installer/group-policy/";
const std::vector<std::string> kLanguages{"en-US", "de-DE"};

std::vector<std::smatch> matches(const std::string& text, const std::string& pattern) {
    const std::regex expression{pattern};
    return {std::sregex_iterator{text.begin(), text.end(), expression}, {}};
}

std::set<std::string> set_of(const std::string& text, const std::string& pattern) {
    std::set<std::string> found;
    for (const std::smatch& each : matches(text, pattern)) found.insert(each[1]);
    return found;
}

std::string attribute(const std::string& tag, const std::string& name) {
    const auto found = matches(tag, "\\b" + name + "=\"([^\"]*)\"");
    return found.empty() ? std::string{} : found.front()[1].str();
}

/// One <policy>: its tag, and its one element.
struct Template {
    std::string policy;
    std::string kind;  ///< enum, text, multiText, decimal
    std::string element;
    std::string whole;
};

std::string template_file() {
    static const std::string kText = read_repository_file(kFolder + "sstp-watchdog.admx");
    return kText;
}

std::map<std::string, Template> templates() {
    std::map<std::string, Template> all;
    const std::string text = template_file();
    for (const std::smatch& each : matches(text, "<policy ([^>]*)>([\\s\\S]*?)</policy>")) {
        const std::string inside = each[2];
        const auto elements = matches(inside, "<(enum|text|multiText|decimal) ([^>]*)>");
        EXPECT_EQ(elements.size(), 1U) << each[1];
        if (elements.size() == 1) all[attribute(each[1], "name")] = {each[1], elements.front()[1], elements.front()[2], inside};
    }
    return all;
}

std::string strings_of(const std::string& language) { return read_repository_file(kFolder + language + "/sstp-watchdog.adml"); }

std::string string_of(const std::string& language, const std::string& id) {
    const std::string text = strings_of(language);
    const auto found = matches(text, "<string id=\"" + id + "\">([^<]*)</string>");
    return found.size() == 1 ? found.front()[1].str() : std::string{};
}

const std::map<std::string, std::string> kTypes{
    {"text", "REG_SZ"}, {"enum", "REG_SZ"}, {"multiText", "REG_MULTI_SZ"}, {"decimal", "REG_DWORD"}};

TEST(AdministrativeTemplates, offer_every_value_that_is_read_and_no_other_each_with_its_type) {
    std::map<std::string, std::string> read{{"Mode", "REG_SZ"}};
    for (const GroupPolicySetting& each : group_policy_settings()) read[each.name] = each.type;
    std::map<std::string, std::string> offered;
    for (const auto& [name, each] : templates()) {
        offered[attribute(each.element, "valueName")] = kTypes.at(each.kind);
        EXPECT_EQ(attribute(each.element, "valueName"), name);
        EXPECT_EQ(attribute(each.element, "id"), name);
        EXPECT_EQ(attribute(each.policy, "key"), "SOFTWARE\\Policies\\SSTP Watchdog");
        EXPECT_EQ(attribute(each.policy, "class"), "Machine") << "users have no say";
    }
    EXPECT_EQ(offered, read);
}

/// The Windows side cannot be called here: its source names each value once.
TEST(AdministrativeTemplates, the_values_are_those_that_the_adapters_ask_the_registry_for) {
    const std::string adapter = read_repository_file("service/windows/group_policy_registry.cpp");
    std::set<std::string> asked;
    for (const std::smatch& each : matches(adapter, "\\braw\\(\"([A-Za-z]+)\"\\)")) asked.insert(each[1]);
    std::set<std::string> known;
    for (const GroupPolicySetting& each : group_policy_settings()) known.insert(each.name);
    EXPECT_EQ(asked, known);
    EXPECT_THAT(read_repository_file("service/windows/kill_switch_registry.cpp"), testing::HasSubstr("\"Mode\""));
}

std::vector<std::string> words_of(const std::string& name) {
    std::vector<std::string> words;
    const std::string inside = templates().at(name).whole;
    for (const std::smatch& each : matches(inside, "<string>([^<]*)</string>")) words.push_back(each[1]);
    return words;
}

TEST(AdministrativeTemplates, offer_words_that_are_understood) {
    ASSERT_EQ(words_of("Mode").size(), 2U);
    for (const std::string& word : words_of("Mode")) EXPECT_FALSE(interpret_kill_switch(word).finding) << word;
    EXPECT_TRUE(interpret_kill_switch(words_of("Mode").front()).stops) << "what the editor offers first is the switch";
    ASSERT_EQ(words_of("Ca").size(), 2U);
    for (const std::string& word : words_of("Ca")) {
        GroupPolicyValues values;
        values.ca = word;
        EXPECT_TRUE(under_group_policy({}, values).problems.empty()) << word;
    }
}

TEST(AdministrativeTemplates, offer_the_range_that_is_accepted) {
    const std::string element = templates().at("RestartsPerDay").element;
    const auto accepted = [](std::uint32_t number) {
        GroupPolicyValues values;
        values.restarts_per_day = number;
        return under_group_policy({}, values).problems.empty();
    };
    const auto least = static_cast<std::uint32_t>(std::stoul(attribute(element, "minValue")));
    const auto most = static_cast<std::uint32_t>(std::stoul(attribute(element, "maxValue")));
    EXPECT_TRUE(accepted(least) && accepted(most));
    EXPECT_FALSE(accepted(least - 1) || accepted(most + 1));
}

TEST(AdministrativeTemplates, have_an_example_of_a_window_that_is_accepted) {
    for (const std::string& language : kLanguages) {
        const std::string help = string_of(language, "Window_Help");
        const auto example = matches(help, "(?:Example|Beispiel): ([^\\n]+)");
        ASSERT_EQ(example.size(), 1U) << language;
        GroupPolicyValues values;
        values.window = example.front()[1].str();
        EXPECT_TRUE(under_group_policy({}, values).problems.empty()) << language;
    }
}

TEST(AdministrativeTemplates, say_which_key_of_the_file_each_takes_the_place_of) {
    for (const GroupPolicySetting& each : group_policy_settings()) {
        std::string key = each.decides.front().substr(1);
        std::replace(key.begin(), key.end(), '/', '.');
        if (const std::size_t list = key.find(".0."); list != std::string::npos) key = key.substr(0, list);
        if (each.decides.size() > 1) key = key.substr(0, key.rfind('.'));
        for (const std::string& language : kLanguages)
            EXPECT_THAT(string_of(language, each.name + "_Help"), testing::HasSubstr(key)) << language;
    }
}

TEST(AdministrativeTemplates, have_every_text_in_every_language_and_none_that_nobody_shows) {
    const std::string text = template_file();
    const std::set<std::string> shown = set_of(text, "\\$\\(string\\.([A-Za-z_0-9]+)\\)");
    for (const std::string& language : kLanguages) {
        EXPECT_EQ(set_of(strings_of(language), "<string id=\"([^\"]+)\">"), shown) << language;  // string_of: each once
        for (const std::string& id : shown) EXPECT_NE(string_of(language, id), "") << language << " " << id;
    }
    EXPECT_NE(string_of("de-DE", "Mode_Help"), string_of("en-US", "Mode_Help"));
}

TEST(AdministrativeTemplates, have_a_control_for_every_element_in_every_language) {
    const std::map<std::string, std::string> controls{
        {"enum", "dropdownList"}, {"text", "textBox"}, {"multiText", "multiTextBox"}, {"decimal", "decimalTextBox"}};
    for (const std::string& language : kLanguages) {
        const std::string text = strings_of(language);
        EXPECT_EQ(set_of(text, "<presentation id=\"([^\"]+)\">").size(), templates().size()) << language;
        for (const auto& [name, each] : templates()) {
            const auto control = matches(text, "<presentation id=\"" + name + "\">\\s*<(\\w+) refId=\"" + name + "\"");
            ASSERT_EQ(control.size(), 1U) << language << " " << name;
            EXPECT_EQ(control.front()[1], controls.at(each.kind)) << name;
            EXPECT_EQ(attribute(each.policy, "presentation"), "$(presentation." + name + ")");
        }
    }
}

/// A definition is added with the version that reads a value first, and stays for ever.
TEST(AdministrativeTemplates, say_of_each_value_since_which_version_it_is_read) {
    const std::string text = template_file();
    const std::set<std::string> defined = set_of(text, "<definition name=\"([^\"]+)\"");
    for (const auto& [name, each] : templates()) {
        const auto since = matches(each.whole, "<supportedOn ref=\"(SINCE_[0-9]+_[0-9]+)\"/>");
        ASSERT_EQ(since.size(), 1U) << name;
        EXPECT_EQ(defined.count(since.front()[1]), 1U) << name;
        EXPECT_THAT(each.whole, testing::HasSubstr("<parentCategory ref=\"SstpWatchdog\"/>"));
    }
}

}  // namespace
}  // namespace sstp
