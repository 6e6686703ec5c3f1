#include "core/report/html/fleet_page.h"
#include "core/report/html/report_page.h"
#include "core/watchdog/rehearsal/forecast.h"

#include "service/commands/command_line.h"
#include "service/commands/console.h"
#include "service/commands/looking.h"
#include "service/commands/policy_as_found.h"
#include "service/commands/taken_snapshot.h"
#include "service/commands/written_file.h"
#include "service/windows/ntfs_files.h"

#include <fmt/format.h>

namespace sstp {

namespace {

constexpr char kUsualFile[] = "sstp-report.html";
constexpr std::size_t kMostStatusBytes = 16U << 20U;
constexpr std::size_t kMostEvents = 5000;
constexpr Duration kForecast = std::chrono::hours{24 * 90};
constexpr Duration kFortnight = std::chrono::hours{24 * 14};

std::vector<Opening> windows_ahead(const MaintenanceWindow& window, WallTime now, Clock& clock) {
    const LocalOffset offset = [&clock](WallTime at) { return clock.local_offset(at); };
    std::vector<Opening> openings;
    for (auto next = next_opening(window, now, offset); next && next->begins < now + kFortnight;
         next = next_opening(window, next->begins, offset)) {
        openings.push_back(*next);
    }
    return openings;
}

/// What the record tells besides: a page without it is still a page.
void add_record(ReportPage& page, const Environment& environment) {
    const StopSignal stop;
    const auto assembled =
        environment.assemble({environment.places, Errand::look, stop, {}, [](const std::string& text) { complain(text, 0); }});
    if (!assembled) return;
    Ports ports = (*assembled)->ports();
    page.windows = windows_ahead(page.policy.restart.window, page.report.state.looked_at.wall, ports.clock);
    page.forecast = rehearsal::forecast(snapshot_with(page.report, ports, environment), kForecast);
    auto contents = ports.record.load();
    if (!contents) {
        complain(contents.error().message() + ". The page has no history", 0);
        return;
    }
    page.record = *std::move(contents);
    if (page.record.installation_id.empty()) return;
    if (auto events = ports.record.journal(std::nullopt, 0)) {
        const std::size_t most = std::min(events->size(), kMostEvents);
        page.events.assign(events->end() - static_cast<std::ptrdiff_t>(most), events->end());
    } else {
        complain(events.error().message() + ". The page has no history", 0);
    }
}

int write(const std::string& file, const std::string& html) {
    const std::string path = whole_path(file);
    if (const auto written = write_file(path, html); !written) return complain_of_unwritten(written.error());
    print_text(fmt::format("Written: {}\n", path));
    return 0;
}

/// Of the status files of several servers; this one is not looked at.
int fleet(const std::string& file, const std::vector<std::string>& status_files) {
    std::vector<FleetServer> servers;
    for (const std::string& each : status_files) {
        const auto text = NtfsFiles{}.read(each, kMostStatusBytes);
        servers.push_back(read_fleet_server(each, text ? *text : std::string{}));
        if (!text) servers.back().summary = servers.back().problem = text.error().message();
    }
    return write(file, render_fleet_html(servers, std::chrono::floor<Duration>(std::chrono::system_clock::now())));
}

int report(const Environment& environment, const std::string& file) {
    auto look = look_once(environment);
    if (!look) return complain(look.error().message(), 1);
    ReportPage page;
    page.head = static_cast<const ReportHead&>(look->options);
    page.report = std::move(look->report);
    page.policy = std::move(look->policy);
    page.nobody_heals = std::move(look->nobody_heals);
    add_record(page, environment);
    page.values = policy_as_found(environment.places.policy_file, last_good_policy(page.record)).values;
    return write(file, render_report_html(page));
}

constexpr OptionSyntax kReportOptions[] = {
    {.name = "html",
     .does = "The file that is written (default sstp-report.html in the current folder)",
     .value = "FILE",
     .value_may_lack = true},
};

}  // namespace

const CommandSyntax kReportCommand{
    .name = "report",
    .does = "Look once and write a page for people: state, certificates over time, heals, delivery, policy",
    .options = kReportOptions,
    .words = {WordSyntax::Count::any, "STATUS", "STATUS STATUS.json ... ...",
              "status.json of several servers: a page of the fleet instead"},
    .run =
        [](Environment& environment, const GivenLine& line) {
            const std::string file = line.value("html").empty() ? std::string{kUsualFile} : line.value("html");
            return line.words.empty() ? report(environment, file) : fleet(file, line.words);
        },
};

}  // namespace sstp
