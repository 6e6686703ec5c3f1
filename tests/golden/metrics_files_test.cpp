// The metrics that the product writes of servers that are well, broken, waiting and told what to do: what the alert rules of
// config/monitoring are tried on (.ci/monitoring). SSTP_REGENERATE=1 writes them; the difference is reviewed like code.

#include "core/report/render_metrics.h"
#include "tests/core/policy/repository_files.h"
#include "tests/core/report/example_reports.h"

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <string>

namespace sstp {
namespace {

using namespace std::chrono_literals;

std::string page(const CycleReport& report, const RecordContents& record) { return render_metrics(report, record, example::head()); }

CycleReport with_siem(CycleReport report) {
    report.destinations = example::destinations();
    return report;
}

CycleReport permitted(const test::ServerBuilder& server, Permission permission) {
    test::Around around = example::experienced();
    around.permission = permission;
    return example::look_at(server, around);
}

/// What an hour later has come to be: another heal that was taken back, events lost, records of the event log missed.
RecordContents an_hour_later() {
    RecordContents record = example::record();
    ++record.heals.total["undone"];
    ++record.event_log_gaps;
    return record;
}

RecordContents often_healed() {
    RecordContents record = example::record();
    record.heals.total["succeeded"] += 5;
    return record;
}

CycleReport events_lost() {
    CycleReport report = with_siem(example::healthy());
    for (DestinationState& each : report.destinations) each.position.losses[LossReason::queue_full].total += 7;
    return report;
}

const std::map<std::string, std::function<std::string()>> kPages{
    {"healthy", [] { return page(example::healthy(), example::record()); }},
    {"healed-often", [] { return page(example::healthy(), often_healed()); }},
    {"taken-back", [] { return page(example::healthy(), an_hour_later()); }},
    {"ended", [] { return page(example::look_at(example::ended_server(), example::experienced()), example::record()); }},
    {"ended-under-kill-switch",
     [] { return page(permitted(example::ended_server(), Permission::observe_by_kill_switch), example::record()); }},
    {"healthy-under-kill-switch",
     [] { return page(permitted(example::healthy_server(), Permission::observe_by_kill_switch), example::record()); }},
    {"successor-waits", [] { return page(example::successor_waits(), example::record()); }},
    {"ipv6-served-wrongly", [] { return page(example::look_at(example::ipv6_put_back_server()), example::record()); }},
    {"not-elevated", [] { return page(example::not_elevated(), example::record()); }},
    {"expiring",
     [] { return page(example::look_at(example::successor_server().deleting(example::renewed_certificate())), example::record()); }},
    {"siem-down", [] { return page(with_siem(example::healthy()), example::record()); }},
    {"siem-lost", [] { return page(events_lost(), example::record()); }},
};

class MetricsFiles : public testing::TestWithParam<std::pair<const std::string, std::function<std::string()>>> {};

TEST_P(MetricsFiles, are_what_the_program_writes) {
    expect_generated_file("tests/golden/metrics/" + GetParam().first + ".prom", GetParam().second());
}

INSTANTIATE_TEST_SUITE_P(Golden, MetricsFiles, testing::ValuesIn(kPages), [](const auto& each) {
    std::string name = each.param.first;
    for (char& c : name) c = c == '-' ? '_' : c;
    return name;
});

}  // namespace
}  // namespace sstp
