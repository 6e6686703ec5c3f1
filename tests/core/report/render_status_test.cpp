#include "core/report/render_status.h"
#include "tests/core/report/example_reports.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace sstp {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

std::string status_json_of(const CycleReport& report, const RecordContents& record = example::record()) {
    return render_status_json(report, record, example::head());
}

std::string status_of(const CycleReport& report, const RecordContents& record = example::record()) {
    return render_status_text(status_json_of(report, record)).value();
}

CycleReport with_outcome(HealResult result, const char* explanation) {
    CycleReport report = example::ended();
    report.heal = HealOutcome{};
    report.heal->result = result;
    report.heal->heal_id = "5b1f0c6e93a24a7d8e02f4d1c7b98a36-13";
    report.heal->explanation = explanation;
    return report;
}

TEST(Status, reads_back_as_written) {
    const StatusGlance glance = read_status(status_json_of(example::healed())).value();
    EXPECT_EQ(glance.version, "1.0.0");
    EXPECT_EQ(glance.cycle, 41U);
    EXPECT_EQ(glance.wakes, Wakes{Wake::administrator_heal});
    EXPECT_EQ(glance.began, example::healed().began.monotonic);
    EXPECT_EQ(glance.ended, example::healed().ended.wall);
    EXPECT_EQ(glance.status, "ok");
    EXPECT_EQ(glance.heal_result, "succeeded");
    EXPECT_EQ(glance.last_heal_at, example::healed().ended.wall);
    EXPECT_EQ(glance.last_heal_result, "succeeded");
    EXPECT_EQ(glance.refused_why, std::nullopt);
}

TEST(Status, a_refusal_reads_back) {
    const StatusGlance glance = read_status(status_json_of(example::ended_out_of_budget())).value();
    EXPECT_EQ(glance.refused_why, "budget_exhausted");
    EXPECT_EQ(glance.heal_result, std::nullopt);
    EXPECT_EQ(glance.status, "critical");
}

TEST(Status, what_is_no_status_of_ours_is_malformed_and_never_thrown) {
    const std::string whole = status_json_of(example::healed());
    for (std::size_t length = 0; length + 2 < whole.size(); length += 7) {
        EXPECT_EQ(read_status(std::string_view{whole}.substr(0, length)).error().kind, ErrorKind::malformed);
        EXPECT_EQ(render_status_text(std::string_view{whole}.substr(0, length)).error().kind, ErrorKind::malformed);
    }
    for (const char* text : {"", "null", "[]", "{}", "{\"version\": 3}", "\0\0\0"}) {
        EXPECT_EQ(render_status_text(text).error().kind, ErrorKind::malformed) << text;
        EXPECT_EQ(read_status(text).error().kind, ErrorKind::malformed) << text;
    }
}

TEST(Status, says_of_each_destination_what_became_of_it) {
    const std::string written = status_json_of(example::healed());
    const std::string text = render_status_text(written).value();
    EXPECT_THAT(text, HasSubstr("siem.example.com:6514 (tls): confirmed at 2026-11-21 02:20 UTC by siem.example.com:6514 over TLS 1.3"));
    EXPECT_THAT(text, HasSubstr("not confirmed at 2026-11-21 02:17 UTC, down since 2026-11-20 22:41 UTC: could not connect"));
    EXPECT_THAT(text, HasSubstr("21 wait since 2026-11-20 22:40 UTC; 4 lost (queue_full)"));
    EXPECT_EQ(21, json::parse(written).at("siem").at("archive").at("queued"));
    CycleReport report = example::healed();
    report.destinations[0].trouble = Error{ErrorKind::corrupt, "read", "state.db", 11, "database disk image is malformed"};
    EXPECT_THAT(status_of(report), HasSubstr("siem.example.com:6514 (tls): could not read state.db: database disk image is malformed"));
}

TEST(Status, one_that_an_earlier_version_wrote_can_be_read) {
    auto old = json::parse(status_json_of(example::successor_waits()));
    for (const char* later : {"siem", "names", "successor", "planned_for", "sessions", "levels", "desired", "ca"}) old.erase(later);
    for (const char* later : {"open_heal_began", "awaits_client_since"}) old.at("record").erase(later);
    EXPECT_TRUE(render_status_text(old.dump()));
    EXPECT_TRUE(read_status(old.dump()));
}

TEST(Status, says_what_was_healed_and_what_is_left_of_the_budget) {
    const std::string text = status_of(example::healed());
    EXPECT_THAT(text, StartsWith("SSTP OK - vpn.example.com valid 89 days, bindings match\n"));
    EXPECT_THAT(text, HasSubstr("Last heal                  2026-11-21 02:19 UTC, succeeded: A fresh look finds nothing left to cure"));
    EXPECT_THAT(text, HasSubstr("Budget                     1 restart in the last hour, 2 in the last day\n"));
    EXPECT_THAT(text, HasSubstr("woken by administrator_heal, took 13782 ms"));
    RecordContents damaged = example::record();
    damaged.budget_unreadable = true;
    EXPECT_THAT(status_of(example::healed(), damaged), HasSubstr("the record of earlier restarts was damaged"));
}

TEST(Status, only_a_client_proves_a_heal) {
    EXPECT_THAT(status_of(example::healed()), HasSubstr("Confirmed by a client      not yet: no SSTP session has begun since that heal\n"));
    RecordContents confirmed = example::record();
    confirmed.awaited_client.reset();
    EXPECT_THAT(status_of(example::healed(), confirmed), Not(HasSubstr("Confirmed by a client")));
}

TEST(Status, says_what_became_of_a_heal_that_did_not_succeed) {
    EXPECT_THAT(status_of(with_outcome(HealResult::incomplete, "RemoteAccess does not run now.")),
                HasSubstr("Heal of this cycle         incomplete: RemoteAccess does not run now.\n"));
    EXPECT_THAT(status_of(with_outcome(HealResult::overtaken, "Somebody chose another certificate.")),
                HasSubstr("Heal of this cycle         overtaken: Somebody chose another certificate.\n"));
    EXPECT_THAT(status_of(example::healed()), Not(HasSubstr("Heal of this cycle")));
    EXPECT_EQ("incomplete", read_status(status_json_of(with_outcome(HealResult::incomplete, "Because."))).value().heal_result);
}

TEST(Status, of_an_unfinished_heal_says_since_when_and_what_to_do) {
    RecordContents record = example::record();
    record.open_heal = OpenHeal{};
    record.open_heal->id = "5b1f0c6e93a24a7d8e02f4d1c7b98a36-13";
    record.open_heal->began = example::ended().began;
    EXPECT_THAT(
        status_of(example::ended(), record),
        HasSubstr("Unfinished heal            5b1f0c6e93a24a7d8e02f4d1c7b98a36-13, begun 2026-11-21 02:19 UTC; it goes first and is "
                  "tried again. To close it and plan afresh: sstp-watchdog heal\n"));
}

TEST(Status, names_the_successor_and_its_day) {
    const std::string text = status_of(example::successor_waits());
    EXPECT_THAT(text, HasSubstr("Successor                  vpn.example.com, valid until 2027-02-19 00:00 UTC, thumbprint "
                                "8C10AEBFD0E1F2031425364758697A8B9CADBE4E, planned for 2026-11-19 04:34 UTC\n"));
    EXPECT_THAT(text, HasSubstr("Names                      vpn.example.com; learned from clients\n"));
    EXPECT_THAT(text, HasSubstr("VPN sessions               3 SSTP, 0 others, when last counted\n"));
    EXPECT_THAT(status_of(example::healthy()), Not(HasSubstr("Successor")));
}

TEST(Status, says_who_stopped_changes) {
    test::Around around;
    around.permission = Permission::observe_by_kill_switch;
    const std::string text = status_of(example::look_at(example::ended_server(), around));
    EXPECT_THAT(text, HasSubstr("Mode                       only observes: Group Policy's kill switch is set\n"));
    EXPECT_THAT(text, HasSubstr("Why not healed             Group Policy's kill switch is set"));
}

TEST(Status, says_a_refusal_once) {
    const std::string text = status_of(example::ended_out_of_budget());
    EXPECT_EQ(text.find("3 restarts in the last hour (limit 3)"), text.rfind("3 restarts in the last hour (limit 3)")) << text;
}

}  // namespace
}  // namespace sstp
