#include "core/report/render_forecast.h"
#include "core/report/wrap.h"
#include "tests/core/report/example_forecast.h"
#include "tests/core/report/example_reports.h"
#include "tests/core/report/html/example_pages.h"
#include "tests/core/report/html/strict_markup.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <sstream>

namespace sstp {
namespace {

using testing::HasSubstr;
using testing::Not;

Forecast with(ForecastEntry entry) {
    Forecast forecast;
    forecast.from = test::look_time();
    forecast.until = forecast.from + std::chrono::days{30};
    forecast.entries.push_back(std::move(entry));
    return forecast;
}

ForecastEntry hostile() {
    return {test::days_from_look(3),
            Foreseen::certificate_unfit,
            Severity::warning,
            "name_mismatch",
            "AB",
            "<script>alert(1)</script>\n\x1B[31m \xE2\x80\xAE & \"quoted\" | perf",
            std::nullopt};
}

TEST(RenderForecast, no_line_is_longer_than_the_console_for_any_width) {
    for (const std::size_t columns : {80U, 100U, 60U}) {
        std::istringstream lines{render_forecast_text(example::forecast(), columns)};
        for (std::string line; std::getline(lines, line);) EXPECT_LE(columns_of(line), columns) << line;
    }
}

TEST(RenderForecast, a_quiet_time_says_so) {
    Forecast forecast = with({});
    forecast.entries.clear();
    EXPECT_THAT(render_forecast_text(forecast, 80), HasSubstr("Nothing is to be expected"));
    EXPECT_THAT(render_forecast_text(forecast, 80), HasSubstr("0 restarts; about 0 s without VPN in all."));
}

TEST(RenderForecast, where_nothing_is_healed_that_is_the_second_line) {
    Forecast forecast = with(hostile());
    forecast.permission = Permission::observe_by_policy;
    EXPECT_THAT(render_forecast_text(forecast, 80), HasSubstr("The policy says observe: nothing is healed"));
    forecast.permission = Permission::observe_by_kill_switch;
    EXPECT_THAT(render_forecast_text(forecast, 80), HasSubstr("The kill switch is set"));
}

TEST(RenderForecast, what_a_certificate_says_moves_no_cursor) {
    const std::string text = render_forecast_text(with(hostile()), 80);
    EXPECT_THAT(text, Not(HasSubstr("\x1B")));
    EXPECT_THAT(text, Not(HasSubstr("\xE2\x80\xAE")));
}

TEST(RenderForecast, json_has_the_price_of_a_restart_and_null_where_nobody_knows) {
    ForecastEntry restart{test::days_from_look(1), Foreseen::restart, Severity::information, {}, "AB", "x", ForeseenHeal{}};
    const auto unknown = nlohmann::json::parse(render_forecast_json(with(restart), example::head()));
    EXPECT_TRUE(unknown["entries"][0]["heal"]["sessions_that_end"].is_null());
    EXPECT_TRUE(unknown["entries"][0]["reason"].is_null());
    EXPECT_EQ(1, unknown["restarts"]);
    restart.heal->sessions = 7;
    restart.heal->without_sstp = Duration{12'000};
    const auto known = nlohmann::json::parse(render_forecast_json(with(restart), example::head()));
    EXPECT_EQ(7, known["entries"][0]["heal"]["sessions_that_end"]);
    EXPECT_EQ(12'000, known["entries"][0]["heal"]["milliseconds_without_sstp"]);
}

TEST(RenderForecast, the_page_has_it_on_the_timeline_and_in_words_and_hostile_text_stays_text) {
    ReportPage page = example::page_of_successor();
    page.forecast = with(hostile());
    const std::string html = render_report_html(page);
    EXPECT_THAT(html, HasSubstr("What comes until"));
    EXPECT_THAT(html, HasSubstr("<title>Ahead, "));
    EXPECT_THAT(html, HasSubstr("&lt;script&gt;alert(1)"));
    EXPECT_THAT(html, Not(HasSubstr("<script")));
    EXPECT_THAT(html, HasSubstr("name_mismatch"));
    EXPECT_EQ("", test::read_markup(html).problem);
}

}  // namespace
}  // namespace sstp
