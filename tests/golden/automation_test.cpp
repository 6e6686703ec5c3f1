// What installer/automation reads of our JSON and calls of our commands. PowerShell and DSC themselves run nowhere here.

#include "core/report/render_check.h"
#include "core/report/render_history.h"
#include "core/report/render_plan.h"
#include "core/report/render_status.h"
#include "tests/core/policy/repository_files.h"
#include "tests/core/report/example_reports.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <regex>
#include <set>
#include <string>

namespace sstp {
namespace {

using nlohmann::json;

json status_of(const CycleReport& report) { return json::parse(render_status_json(report, example::record(), example::head())); }

std::set<std::string> found_in(const std::string& text, const char* pattern) {
    std::set<std::string> found;
    const std::regex expression{pattern};
    for (std::sregex_iterator each{text.begin(), text.end(), expression}, end; each != end; ++each) found.insert((*each)[1]);
    return found;
}

json dsc_manifest() { return json::parse(read_repository_file("installer/automation/sstp-watchdog.dsc.resource.json")); }

TEST(DscResource, has_properties_that_status_has_with_the_types_it_gives_them) {
    const json properties = dsc_manifest().at("schema").at("embedded").at("properties");
    EXPECT_TRUE(properties.contains("healthy"));
    for (const CycleReport& report : {example::healthy(), example::ended(), example::not_elevated()}) {
        const json status = status_of(report);
        for (const auto& [name, property] : properties.items()) {
            ASSERT_TRUE(status.contains(name)) << name;
            const json types = property.at("type").is_array() ? property.at("type") : json::array({property.at("type")});
            EXPECT_THAT(types, testing::Contains(status.at(name).type_name())) << name;
            if (property.contains("enum")) {
                EXPECT_THAT(property.at("enum"), testing::Contains(status.at(name))) << name;
            }
        }
    }
}

TEST(DscResource, tests_by_status_shows_by_plan_and_sets_by_heal) {
    const json manifest = dsc_manifest();
    EXPECT_EQ(manifest.at("get").at("args"), (json::array({"status", "--json"})));
    EXPECT_EQ(manifest.at("set").at("args"), json::array({"heal"}));
    EXPECT_THAT(manifest.at("whatIf").at("args").back().get<std::string>(), testing::HasSubstr("sstp-watchdog.exe plan --json"));
    // DSC takes every exit code but 0 for a failure, and plan answers 10 and 11.
    EXPECT_NE(plan_exit_code(example::ended()), 0);
    EXPECT_THAT(manifest.at("whatIf").at("args").back().get<std::string>(), testing::EndsWith("& exit /b 0"));
}

TEST(PowerShellModule, reads_members_that_our_json_has) {
    const std::string module = read_repository_file("installer/automation/SstpWatchdog/SstpWatchdog.psm1");
    const json check = json::parse(render_check_json(example::ended(), example::head()));
    const json plan = json::parse(render_plan_json(example::ended(), example::head()));
    const json history = json::parse(render_history_json(example::events(), example::head()));
    EXPECT_EQ(found_in(module, R"(\$state\.([a-z_]+))"), std::set<std::string>{"status"});
    EXPECT_TRUE(check.at("status").is_string());
    EXPECT_EQ(found_in(module, R"(\(Get-SstpWatchdog\)\.([a-z_]+))"), std::set<std::string>{"to_do"});
    EXPECT_TRUE(check.at("to_do").is_string());
    EXPECT_EQ(found_in(module, R"(\$plan\.([a-z_]+))"), (std::set<std::string>{"plan", "summary"}));
    EXPECT_TRUE(plan.at("summary").is_string());
    EXPECT_THAT(module, testing::HasSubstr("$plan.plan.steps | ForEach-Object { $_.description }"));
    for (const json& step : plan.at("plan").at("steps")) EXPECT_TRUE(step.at("description").is_string());
    EXPECT_THAT(module, testing::HasSubstr("'--since', $Since).events"));
    EXPECT_TRUE(history.at("events").is_array());
}

TEST(PowerShellModule, exports_what_it_defines_and_its_manifest_says_the_same) {
    const std::string module = read_repository_file("installer/automation/SstpWatchdog/SstpWatchdog.psm1");
    const std::string manifest = read_repository_file("installer/automation/SstpWatchdog/SstpWatchdog.psd1");
    const std::set<std::string> defined = found_in(module, "\nfunction ([A-Z][a-z]+-SstpWatchdog[A-Za-z]*)");
    EXPECT_EQ(defined.size(), 4U);
    EXPECT_EQ(found_in(module.substr(module.find("Export-ModuleMember")), "'([A-Za-z-]+)'"), defined);
    EXPECT_EQ(found_in(manifest, "'([A-Z][a-z]+-[A-Za-z]+)'"), defined);
}

TEST(PowerShellModule, calls_commands_that_exist) {
    const std::string module = read_repository_file("installer/automation/SstpWatchdog/SstpWatchdog.psm1");
    std::set<std::string> called = found_in(module, "Read-Answer '([a-z]+)'");
    called.merge(found_in(module, "@\\('([a-z]+)'\\)"));
    EXPECT_EQ(called, (std::set<std::string>{"status", "check", "history", "plan", "heal"}));
    for (const std::string& each : called) {
        EXPECT_THAT(read_repository_file("service/commands/" + each + ".cpp"), testing::HasSubstr("Command{\n    .name = \"" + each + "\""))
            << each;
    }
}

}  // namespace
}  // namespace sstp
