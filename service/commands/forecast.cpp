#include "core/watchdog/rehearsal/forecast.h"
#include "core/report/render_forecast.h"

#include "service/commands/command_line.h"
#include "service/commands/console.h"
#include "service/commands/looking.h"
#include "service/commands/taken_snapshot.h"

#include <CLI/CLI.hpp>

namespace sstp {

namespace {

constexpr int kUsualDays = 90;
constexpr int kMostDays = 366;

int forecast(const Environment& environment, int days, bool json) {
    const auto snapshot = take_snapshot(environment);
    if (!snapshot) return complain(snapshot.error().message(), 1);
    const Forecast ahead = rehearsal::forecast(*snapshot, std::chrono::hours{24 * days});
    print(json ? render_forecast_json(ahead, options_of(environment))
               : render_forecast_text(ahead, console_columns().value_or(kUsualColumns)));
    return 0;
}

}  // namespace

void add_forecast(CLI::App& app, Command& chosen) {
    CLI::App* command = app.add_subcommand(
        "forecast", "Say what comes: renewals, restarts and their price, certificates that will not do; changes nothing");
    const auto days = std::make_shared<int>(kUsualDays);
    const auto json = std::make_shared<bool>(false);
    command->add_option("--days", *days, "How far ahead, 1 to 366 days (default 90)")->type_name("N")->check(CLI::Range(1, kMostDays));
    command->add_flag("--json", *json, "One JSON object instead of text");
    command->callback(
        [&chosen, days, json] { chosen = [days, json](Environment& environment) { return forecast(environment, *days, *json); }; });
}

}  // namespace sstp
