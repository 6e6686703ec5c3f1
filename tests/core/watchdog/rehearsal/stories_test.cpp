// A policy played on a snapshot: what the stories come to, and that the simulated server, lived through the same, comes to it too.

#include "core/watchdog/rehearsal/stories.h"
#include "core/policy/read_policy.h"
#include "core/record/snapshot_file.h"
#include "core/report/support/redaction.h"
#include "core/report/wrap.h"
#include "core/watchdog/rehearsal/forecast.h"
#include "tests/core/policy/repository_files.h"
#include "tests/core/servers/story.h"
#include "tests/core/watchdog/rehearsal/snapshot_of.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <ostream>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

namespace sstp::test {
namespace {

using namespace std::chrono_literals;
using namespace simulated;
using std::chrono::days;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class Rehearsal : public testing::Test {
protected:
    WatchedServer server;
    Snapshot snapshot() {
        server.settle();
        return snapshot_of(server);
    }
    static const RehearsedStory& named(const std::vector<RehearsedStory>& stories, const std::string& name) {
        return *std::find_if(stories.begin(), stories.end(), [&](const auto& each) { return each.name == name; });
    }
};

TEST_F(Rehearsal, PlaysSixStoriesAndAllOfThemEndWellWhereTheRecordMayBeTakenBack) {
    server.policy = R"({"listener": {"foreign_owner": "take_over"}})";
    const auto stories = rehearsal::rehearse(snapshot());
    std::vector<std::string> names;
    for (const RehearsedStory& each : stories) {
        names.push_back(each.name);
        EXPECT_TRUE(each.ends_well) << render_rehearsal_text({each}, 100);
    }
    EXPECT_THAT(names, ElementsAre("renewal_day", "expiry_on_sunday", "iis_takes_the_record", "deleted_certificate", "hung_service",
                                   "renewal_link"));
}

TEST_F(Rehearsal, ByDefaultIisKeepsTheRecordAndThatIsSaid) {
    const auto stories = rehearsal::rehearse(snapshot());
    const RehearsedStory& story = named(stories, "iis_takes_the_record");
    EXPECT_FALSE(story.ends_well);
    EXPECT_EQ(0U, story.restarts);
    EXPECT_THAT(story.left, ElementsAre("binding_foreign_owner"));
}

TEST_F(Rehearsal, ARenewalCostsOneRestartInTheWindow) {
    const auto stories = rehearsal::rehearse(snapshot());
    const RehearsedStory& story = named(stories, "renewal_day");
    EXPECT_EQ(1U, story.restarts);
    EXPECT_LT(story.cut_off, 2min);
    ASSERT_EQ(2U, story.steps.size());
    const auto hour = std::chrono::floor<std::chrono::hours>(story.steps[1].at - std::chrono::floor<days>(story.steps[1].at));
    EXPECT_TRUE(story.steps[1].by_us && hour >= 2h && hour < 5h) << to_minute(story.steps[1].at);
}

TEST_F(Rehearsal, WithoutARenewalNobodyGetsInFromSundayUntilItComesOnMonday) {
    const auto stories = rehearsal::rehearse(snapshot());
    const RehearsedStory& story = named(stories, "expiry_on_sunday");
    EXPECT_GE(story.cut_off, 29h);
    EXPECT_LT(story.cut_off, 30h);
    EXPECT_EQ(1U, story.restarts);
}

TEST_F(Rehearsal, InObserveModeNothingIsDoneAndThatShows) {
    Snapshot taken = snapshot();
    taken.policy_file = R"({"mode": "observe"})";
    const auto stories = rehearsal::rehearse(taken);
    for (const RehearsedStory& each : stories) EXPECT_EQ(0U, each.restarts) << each.name;
    EXPECT_FALSE(named(stories, "expiry_on_sunday").ends_well);
    EXPECT_THAT(render_rehearsal_text(stories, 80), HasSubstr("clients do not connect"));
}

TEST_F(Rehearsal, TheExampleServerIsHealthyAndNothingIsForeseenThere) {
    const Snapshot example = rehearsal::example_server(first_day());
    const Forecast forecast = rehearsal::forecast(example, 30 * days{1});
    EXPECT_THAT(forecast.standing, IsEmpty());
    EXPECT_EQ(0ms, forecast.cut_off);
    EXPECT_EQ(6U, rehearsal::rehearse(example).size());
}

struct ExamplePolicyPlayed {
    const char* file;
    std::uint32_t restarts;      ///< when a renewal comes
    int from_hour, until_hour;   ///< of its window; past midnight: more than 24
    std::vector<int> days;       ///< from Sunday, on which it begins; none: on every day
};
void PrintTo(const ExamplePolicyPlayed& played, std::ostream* out) { *out << played.file; }

class ExamplePolicyOnTheExampleServer : public testing::TestWithParam<ExamplePolicyPlayed> {};

/// The issuer that an example names issues on that server, and its keys are as long as the bank wants them.
TEST_P(ExamplePolicyOnTheExampleServer, TakesARenewalInItsWindowOrNotAtAll) {
    const ExamplePolicyPlayed& expected = GetParam();
    Snapshot snapshot = rehearsal::example_server(first_day());
    std::string text = read_repository_file(std::filesystem::path("config/examples") / expected.file);
    text = std::regex_replace(text, std::regex{R"("issuer": "CN=Example Issuing CA 2[^"]*")"}, R"("issuer": "CN=Example CA")");
    snapshot.policy_file = text;
    auto& store = std::get_if<CertificateList>(&snapshot.state.certificates)->own();
    for (Certificate& each : store) each.key_bits = 3072;
    const auto stories = rehearsal::rehearse(snapshot);
    const auto story = std::find_if(stories.begin(), stories.end(), [](const auto& each) { return each.name == "renewal_day"; });
    EXPECT_EQ(expected.restarts, story->restarts) << render_rehearsal_text({*story}, 100);
    EXPECT_TRUE(story->ends_well);
    for (const RehearsedStep& each : story->steps) {
        if (!each.by_us || expected.restarts == 0) continue;
        WallTime at = each.at;
        if (expected.until_hour > 24 && at - std::chrono::floor<days>(at) < std::chrono::hours{expected.until_hour - 24}) at -= days{1};
        const Duration since_midnight = each.at - std::chrono::floor<days>(at);
        EXPECT_GE(since_midnight, std::chrono::hours{expected.from_hour}) << each.text;
        EXPECT_LT(since_midnight, std::chrono::hours{expected.until_hour}) << each.text;
        const std::chrono::weekday day{std::chrono::floor<days>(at)};
        if (!expected.days.empty()) {
            EXPECT_THAT(expected.days, testing::Contains(static_cast<int>(day.c_encoding()))) << each.text;
        }
    }
}

INSTANTIATE_TEST_SUITE_P(
    Files, ExamplePolicyOnTheExampleServer,
    testing::Values(ExamplePolicyPlayed{"single-server.json", 1, 2, 5, {}}, ExamplePolicyPlayed{"short-lived-public.json", 1, 3, 5, {}},
                    ExamplePolicyPlayed{"farm-of-three.json", 1, 1, 6, {1, 2, 3, 4}}, ExamplePolicyPlayed{"with-iis.json", 1, 2, 5, {}},
                    ExamplePolicyPlayed{"adcs-auto-enrolment.json", 1, 22, 26, {6, 0}},
                    ExamplePolicyPlayed{"strict-bank.json", 1, 22, 26, {0}}, ExamplePolicyPlayed{"observe-first.json", 0, 0, 0, {}},
                    ExamplePolicyPlayed{"behind-a-balancer.json", 0, 0, 0, {}}));

/// The simulated server lives through what the story tells.
TEST_F(Rehearsal, TheSimulatedServerComesToTheSameWhenTheCertificateIsDeletedAndRrasRestarted) {
    const Snapshot taken = snapshot();
    const auto stories = rehearsal::rehearse(taken);
    const RehearsedStory& story = named(stories, "deleted_certificate");
    server.count();
    server.live(1h);
    add_certificate(server.world, newer_certificate(2));
    remove_certificate(server.world, make_certificate(1).thumbprint);
    server.live(2h);
    restart_rras(server.world);
    server.live(45h);
    EXPECT_EQ(server.restarts(), story.restarts) << render_rehearsal_text({story}, 100) << server.described();
    EXPECT_EQ(server.all_connect(), story.ends_well);
}

TEST_F(Rehearsal, NoLineIsLongerThanTheConsole) {
    std::istringstream lines{render_rehearsal_text(rehearsal::rehearse(snapshot()), 80)};
    for (std::string line; std::getline(lines, line);) EXPECT_LE(columns_of(line), 80U) << line;
}

TEST_F(Rehearsal, ASnapshotComesBackFromItsFileAsItWas) {
    const Snapshot taken = snapshot();
    auto read = snapshot_from_file(snapshot_file_of(taken));
    ASSERT_TRUE(read) << read.error().message();
    read->record.last_sequence = taken.record.last_sequence;   // the journal's
    read->record.sessions.now = taken.record.sessions.now;     // no memory
    EXPECT_EQ(taken, *read);
    EXPECT_EQ(ErrorKind::malformed, snapshot_from_file("{\"version\": 1}").error().kind);
}

TEST_F(Rehearsal, ARedactedSnapshotNamesNobodyAndPlaysTheSame) {
    server.policy = R"({"certificate": {"dns_names": ["vpn.example.com"]}, "siem": {"destinations": [{"hosts": ["siem.corp.example"]}]}})";
    const Snapshot taken = snapshot();
    const Redaction redaction{taken};
    const std::string file = snapshot_file_of(taken, [&](std::string_view text) { return redaction.apply(text); });
    const std::string thumbprint = make_certificate(1).thumbprint.to_string();
    for (const std::string& secret :
         {std::string{"example.com"}, std::string{"corp.example"}, std::string{"VPN1"}, taken.machine.machine_guid, thumbprint,
          std::string{"203.0.113.5"}, to_hex(IpAddress::parse("203.0.113.5")->bytes)}) {
        EXPECT_THAT(file, Not(HasSubstr(secret)));
    }
    EXPECT_THAT(file, HasSubstr("Example CA")) << "a public CA keeps its name";
    const auto read = snapshot_from_file(file);
    ASSERT_TRUE(read) << read.error().message();
    const auto told = [](const std::vector<RehearsedStory>& stories) {
        std::string text;
        for (const RehearsedStory& each : stories)
            text += each.name + ' ' + std::to_string(each.restarts) + ' ' + std::to_string(each.sessions_ended) +
                    (each.ends_well ? " well\n" : " badly\n");
        return text;
    };
    EXPECT_EQ(told(rehearsal::rehearse(taken)), told(rehearsal::rehearse(*read)));
}

}  // namespace
}  // namespace sstp::test
