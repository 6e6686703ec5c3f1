#include "core/report/support/bundle.h"

#include "core/record/snapshot_file.h"
#include "core/report/wrap.h"
#include "tests/core/report/support/example_material.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <sstream>
#include <string>
#include <vector>

namespace sstp::test {
namespace {

using testing::AllOf;
using testing::Each;
using testing::Field;
using testing::HasSubstr;
using testing::Not;

const std::string& content_of(const SupportBundle& bundle, const std::string& name) {
    for (const ZipMember& each : bundle.members)
        if (each.name == name) return each.content;
    static const std::string kNone = "(there is no such file)";
    return kNone;
}

TEST(SupportBundle, names_nobody_in_any_file) {
    const SupportBundle bundle = support_bundle(example::support_material());
    for (const char* secret :
         {"contoso", "EDGE7", "alice", "CORP", "198.51.100.77", "t0k3n", example::kGone, "0A1B..67", "vpn.example.com"})
        EXPECT_THAT(bundle.members, Each(Field(&ZipMember::content, Not(HasSubstr(secret))))) << secret;
}

TEST(SupportBundle, what_is_equal_in_one_file_is_equal_in_another) {
    const SupportBundle bundle = support_bundle(example::support_material());
    const auto status = nlohmann::json::parse(content_of(bundle, "status.json"));
    const std::string& log = content_of(bundle, "logs/sstp-watchdog.log");
    EXPECT_THAT(log, HasSubstr(status["computer"].get<std::string>() + " bound"));
    EXPECT_THAT(log, HasSubstr(status["user"].get<std::string>()));
    const auto history = nlohmann::json::parse(content_of(bundle, "history.json"));
    EXPECT_THAT(log, HasSubstr(history["events"][0]["fields"]["certificate_sha1"].get<std::string>()));
    EXPECT_EQ(status["at"][1], 7);
}

TEST(SupportBundle, begins_with_a_table_of_all_that_is_in_it) {
    const SupportBundle bundle = support_bundle(example::support_material());
    ASSERT_EQ(bundle.members.front().name, "contents.txt");
    EXPECT_EQ(bundle.members.front().content, bundle.contents);
    std::size_t listed = 0;
    for (const ZipMember& each : bundle.members) {
        if (each.name == "contents.txt") continue;
        EXPECT_THAT(bundle.contents, HasSubstr("\n" + each.name + " "));
        EXPECT_THAT(bundle.contents, HasSubstr(" " + std::to_string((each.content.size() + 1023) / 1024) + " KB "));
        EXPECT_FALSE(each.content.empty()) << each.name;
        ++listed;
    }
    EXPECT_EQ(listed, 10U);
}

TEST(SupportBundle, says_what_was_replaced_what_is_missing_and_to_read_it_first) {
    const std::string text = support_bundle(example::support_material()).contents;
    EXPECT_THAT(text, AllOf(HasSubstr("Replaced"), HasSubstr("Never in it: private keys"), HasSubstr("Access is denied (5)"),
                            HasSubstr("Read it before")));
    std::istringstream lines{text};
    for (std::string line; std::getline(lines, line);) EXPECT_LE(columns_of(line), 80U) << line;
}

TEST(SupportBundle, holds_a_snapshot_that_can_be_played) {
    const auto snapshot = snapshot_from_file(content_of(support_bundle(example::support_material()), "snapshot.json"));
    ASSERT_TRUE(snapshot) << snapshot.error().message();
    EXPECT_TRUE(value_of(snapshot->state.certificates) != nullptr);
}

TEST(SupportBundle, of_a_server_where_nothing_could_be_had_still_says_so) {
    SupportMaterial material;
    material.missing = {"there is no database"};
    const SupportBundle bundle = support_bundle(material);
    EXPECT_EQ(bundle.members.size(), 8U);
    EXPECT_THAT(bundle.contents, HasSubstr("Missing: there is no database"));
}

TEST(SupportBundle, takes_a_document_that_is_none_as_text) {
    SupportMaterial material = example::support_material();
    material.files = {{"status.json", "cut off", "{\"computer\": \"EDGE7\", \"a\": \xFF gate.contoso.com"}};
    EXPECT_THAT(content_of(support_bundle(material), "status.json"), AllOf(Not(HasSubstr("EDGE7")), Not(HasSubstr("contoso"))));
}

}  // namespace
}  // namespace sstp::test
