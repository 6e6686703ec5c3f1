#include "core/watchdog/rehearsal/forecast.h"
#include "core/report/render_forecast.h"

#include "service/commands/command_line.h"
#include "service/commands/console.h"
#include "service/commands/looking.h"
#include "service/commands/taken_snapshot.h"

#include <fmt/format.h>

#include <charconv>
#include <optional>
#include <system_error>

namespace sstp {

namespace {

constexpr std::optional<int> kUsualDays = 90;
constexpr int kMostDays = 366;

int forecast(const Environment& environment, int days, bool json) {
    const auto snapshot = take_snapshot(environment);
    if (!snapshot) return complain(snapshot.error().message(), 1);
    const Forecast ahead = rehearsal::forecast(*snapshot, std::chrono::hours{24 * days});
    print(json ? render_forecast_json(ahead, options_of(environment))
               : render_forecast_text(ahead, console_columns().value_or(kUsualColumns)));
    return 0;
}

std::optional<int> read_days(const std::string& text) {
    int days = 0;
    const char* end = text.data() + text.size();
    const auto [read_to, failed] = std::from_chars(text.data(), end, days);
    if (failed != std::errc{} || read_to != end || days < 1 || days > kMostDays) return std::nullopt;
    return days;
}

constexpr OptionSyntax kForecastOptions[] = {
    {.name = "days", .does = "How far ahead, 1 to 366 days (default 90)", .value = "N:INT in [1 - 366]"},
    {.name = "json", .does = "One JSON object instead of text"},
};

}  // namespace

const CommandSyntax kForecastCommand{
    .name = "forecast",
    .does = "Say what comes: renewals, restarts and their price, certificates that will not do; changes nothing",
    .options = kForecastOptions,
    .run =
        [](Environment& environment, const GivenLine& line) {
            const auto days = line.has("days") ? read_days(line.value("days")) : kUsualDays;
            return days ? forecast(environment, *days, line.has("json"))
                        : usage_error(fmt::format("--days: Value {} not in range 1 to {}", line.value("days"), kMostDays));
        },
};

}  // namespace sstp
