#include "core/report/html/report_page.h"

#include "core/report/html/heal_stories.h"
#include "core/report/html/sections.h"
#include "tests/core/policy/repository_files.h"
#include "tests/core/report/example_reports.h"
#include "tests/core/report/html/example_pages.h"
#include "tests/core/report/html/strict_markup.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <map>
#include <ostream>
#include <set>

namespace sstp {
namespace {

using html::HealStory;
using html::Station;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

struct PageCase {
    const char* name;
    std::function<ReportPage()> make;
    const char* headline;
};
void PrintTo(const PageCase& each, std::ostream* out) { *out << each.name; }

/// For a browser: .ci/pages.
void keep(const std::string& name, const std::string& html) {
    if (const char* folder = std::getenv("SSTP_PAGES")) std::ofstream{std::string{folder} + "/" + name + ".html", std::ios::binary} << html;
}

class Page : public testing::TestWithParam<PageCase> {};

TEST_P(Page, is_well_formed_and_says_the_state_in_one_sentence) {
    const std::string page = render_report_html(GetParam().make());
    const test::ReadMarkup read = test::read_markup(page);
    EXPECT_EQ(read.problem, "");
    EXPECT_THAT(read.text, HasSubstr(GetParam().headline));
    keep(GetParam().name, page);
}

TEST_P(Page, loads_and_runs_nothing) {
    const std::string page = render_report_html(GetParam().make());
    for (const char* forbidden : {"<script", "<img", "<link", "<iframe", " src=", " href=", "url(", "@import", "javascript:", " onload="}) {
        EXPECT_THAT(page, Not(HasSubstr(forbidden)));
    }
    EXPECT_THAT(page, HasSubstr("default-src &#39;none&#39;"));
}

TEST_P(Page, has_each_id_once_and_every_label_leads_to_one) {
    const std::string page = render_report_html(GetParam().make());
    std::multiset<std::string> ids;
    std::set<std::string> labels;
    const auto collect = [&](const std::string& attribute, auto add) {
        for (std::size_t at = 0; (at = page.find(attribute, at)) != std::string::npos;) {
            at += attribute.size();
            add(page.substr(at, page.find('"', at) - at));
        }
    };
    collect(" id=\"", [&](const std::string& id) { ids.insert(id); });
    collect(" aria-labelledby=\"", [&](const std::string& id) { labels.insert(id); });
    for (const std::string& id : ids) EXPECT_EQ(ids.count(id), 1U) << id;
    for (const std::string& id : labels) EXPECT_EQ(ids.count(id), 1U) << id;
    EXPECT_GE(labels.size(), 8U);
}

INSTANTIATE_TEST_SUITE_P(
    OfServers, Page,
    testing::Values(PageCase{"clients are locked out", example::page_of_ended,
                             "IPv4 and IPv6 clients get an expired certificate since 2026-11-21 02:14 UTC."},
                    PageCase{"healthy", example::page_of_healthy, "vpn.example.com valid 89 days, bindings match."},
                    PageCase{"a successor waits", example::page_of_successor, "its successor is planned for 2026-11-19 04:34 UTC."},
                    PageCase{"what comes", example::page_with_forecast, "its successor is planned for 2026-11-19 04:34 UTC."},
                    PageCase{"not elevated", example::page_of_not_elevated, "Run this in an elevated console (Run as administrator)."},
                    PageCase{"behind a load balancer", example::page_of_load_balancer, "TLS ends at a load balancer"},
                    PageCase{"without RRAS", example::page_without_rras, "RRAS is not installed on this computer"}),
    [](const auto& of) {
        std::string name = of.param.name;
        std::replace(name.begin(), name.end(), ' ', '_');
        return name;
    });

/// A certificate's names are chosen by whoever asked a CA for it, and a receiver's errors by the receiver.
class HostileText : public testing::TestWithParam<std::string> {};

TEST_P(HostileText, changes_nothing_but_text) {
    const test::ReadMarkup harmless = test::read_markup(render_report_html(example::page_with("harmless")));
    const test::ReadMarkup hostile = test::read_markup(render_report_html(example::page_with(GetParam())));
    EXPECT_EQ(hostile.problem, "");
    EXPECT_EQ(hostile.outline, harmless.outline) << "no element and no attribute comes from outside";
}

INSTANTIATE_TEST_SUITE_P(Report, HostileText,
                         testing::Values("<script>alert(1)</script>", "\" onload=\"alert(1)", "' x='", "</title><b>", "]]><!--",
                                         "&lt;b&gt; &amp; &",
                                         "\xE2\x80\xAE"
                                         "moc.elpmaxe",
                                         "broken \xFF\xC3 bytes", "line\nfeed\ttab\rreturn", std::string{"nul\0byte", 8},
                                         std::string(5000, 'x'), "{} {0} {{}}", "</style><style>*{display:none}"));

TEST(ReportPage, shows_hostile_text_as_what_it_is) {
    keep("hostile text", render_report_html(example::page_with("<script>alert(1)</script>\" onload=\"alert(1) " + std::string(300, 'x'))));
    const test::ReadMarkup read = test::read_markup(render_report_html(example::page_with("<script>\xE2\x80\xAE")));
    EXPECT_THAT(read.text, HasSubstr("<script>\\u202E"));
}

TEST(Path, marks_what_is_wrong_where_it_is) {
    const std::string ended = render_report_html(example::page_of_ended());
    const auto station = [&](const char* title) {
        const std::size_t at = ended.find(std::string{"<h3>"} + title + "</h3>");
        const std::size_t begin = ended.rfind("<li class=\"", at) + 11;
        return ended.substr(begin, ended.find('"', begin) - begin);
    };
    EXPECT_EQ(station("Address"), "good");
    EXPECT_EQ(station("HTTP.SYS record"), "note");
    EXPECT_EQ(station("Certificate"), "bad");
    EXPECT_EQ(station("Stored hash"), "note");
    EXPECT_EQ(station("RRAS"), "good");
}

TEST(Path, what_could_not_be_read_is_not_called_good) {
    const std::string page = render_report_html(example::page_of_not_elevated());
    EXPECT_THAT(page, HasSubstr("<li class=\"unknown\">\n<h3>HTTP.SYS record</h3>"));
    EXPECT_THAT(page, Not(HasSubstr("<li class=\"good\">\n<h3>HTTP.SYS record</h3>")));
}

TEST(Timeline, tells_roles_dates_and_why_not) {
    const std::string text = test::read_markup(render_report_html(example::page_of_successor())).text;
    EXPECT_THAT(text, HasSubstr("3F2A..91 in force, until 2026-11-28"));
    EXPECT_THAT(text, HasSubstr("8C10..4E successor, until 2027-02-19"));
    EXPECT_THAT(text, HasSubstr("planned for 2026-11-19 04:34 UTC"));
    EXPECT_THAT(text, HasSubstr("Next window: 2026-11-19 02:00 UTC to 2026-11-19 05:00 UTC."));
}

TEST(Timeline, says_what_comes_in_words_and_has_a_dot_for_each) {
    const ReportPage page = example::page_with_forecast();
    const test::ReadMarkup read = test::read_markup(render_report_html(page));
    ASSERT_GE(page.forecast->entries.size(), 3U);
    for (const ForecastEntry& each : page.forecast->entries) {
        EXPECT_THAT(read.text, HasSubstr(to_minute(each.at) + "\n")) << each.text;
        EXPECT_THAT(read.text, HasSubstr("\n" + each.text + "\n"));
        EXPECT_THAT(read.text, HasSubstr(fmt::format("Ahead, {}: {}", to_minute(each.at), each.text)));
    }
}

TEST(Timeline, says_when_nothing_is_to_be_expected) {
    ReportPage page = example::page_with_forecast();
    page.forecast->entries.clear();
    EXPECT_THAT(test::read_markup(render_report_html(page)).text,
                HasSubstr("Nothing is to be expected until " + to_date(page.forecast->until) + "."));
}

TEST(Timeline, goes_as_far_as_what_is_foreseen) {
    ReportPage page = example::page_with_forecast();
    page.forecast->entries.back().at = from_rfc3339("2027-09-01T00:00:00Z").value();
    EXPECT_THAT(test::read_markup(render_report_html(page)).text, HasSubstr("Ahead, 2027-09-01 00:00 UTC"));
}

/// A self-signed certificate may last for ninety years: the others stay visible beside it.
TEST(Timeline, stays_readable_beside_a_certificate_without_end) {
    ReportPage page = example::page_of_ended();
    auto& store = std::get_if<CertificateList>(&page.report.state.certificates)->own();
    store.push_back(store.front());
    store.back().hash = test::certificate(99).certificate.hash;
    store.back().not_before = from_rfc3339("1970-01-01T00:00:00Z").value();
    store.back().not_after = from_rfc3339("2100-01-01T00:00:00Z").value();
    const test::ReadMarkup read = test::read_markup(render_report_html(page));
    EXPECT_EQ(read.problem, "");
    EXPECT_THAT(read.text, HasSubstr("2027-02\n")) << "the axis ends with what is to be bound now";
    EXPECT_THAT(read.values, Not(Contains(HasSubstr("nan"))));
    EXPECT_THAT(read.values, Not(Contains(HasSubstr("-inf"))));
}

JournalEvent told(EventType type, const char* time, std::map<std::string, std::string> fields, const char* text = "") {
    return {0, type, from_rfc3339(time).value(), text, std::move(fields)};
}

TEST(HealStories, put_the_events_of_one_heal_together_newest_first) {
    const std::vector<HealStory> stories = html::heal_stories(
        {told(EventType::heal_started, "2026-11-20T02:00:00Z", {{"heal_id", "a"}, {"reason", "binding_mismatch"}}),
         told(EventType::heal_started, "2026-11-21T02:00:00Z", {{"heal_id", "b"}, {"reason", "certificate_expired"}, {"sessions", "3"}}),
         told(EventType::heartbeat, "2026-11-21T02:00:01Z", {}),
         told(EventType::step_done, "2026-11-21T02:00:02Z", {{"heal_id", "b"}}, "one"),
         told(EventType::step_done, "2026-11-21T02:00:03Z", {{"heal_id", "b"}}, "two"),
         told(EventType::heal_succeeded, "2026-11-21T02:00:14Z", {{"heal_id", "b"}, {"restarts", "1"}, {"sessions", "2"}, {"seconds", "6"}},
              "done"),
         told(EventType::heal_confirmed_by_client, "2026-11-21T02:05:00Z", {{"heal_id", "b"}, {"session_began", "2026-11-21T02:04:30Z"}})});
    ASSERT_EQ(stories.size(), 2U);
    const HealStory& newest = stories.front();
    EXPECT_EQ(newest.id, "b");
    EXPECT_EQ(newest.why, "certificate_expired");
    EXPECT_THAT(newest.steps, ElementsAre("one", "two"));
    EXPECT_EQ(newest.end, EventType::heal_succeeded);
    EXPECT_EQ(newest.result, "done");
    EXPECT_EQ(newest.sessions, "2") << "what it ended in the end, not what was counted before";
    EXPECT_EQ(newest.seconds, "6");
    EXPECT_EQ(newest.confirmed, from_rfc3339("2026-11-21T02:04:30Z").value());
    EXPECT_EQ(stories.back().id, "a");
    EXPECT_FALSE(stories.back().end) << "one without an end stays open";
}

/// As a heal after event 13 has them: a line of seven reasons in one word is broader than the page.
TEST(ReportPage, keeps_the_reasons_of_a_heal_apart) {
    ReportPage page = example::page_of_healthy();
    page.events.push_back(told(EventType::heal_started, "2026-11-21T02:00:00Z",
                               {{"heal_id", "c"}, {"reason", "service_stopped,certificate_expired,binding_mismatch"}}));
    EXPECT_THAT(test::read_markup(render_report_html(page)).text, HasSubstr("service_stopped, certificate_expired, binding_mismatch"));
}

TEST(ReportPage, counts_one_session_as_one) {
    ReportPage page = example::page_of_healthy();
    Sessions sessions;
    for (const auto& [open, said] :
         {std::pair{0U, "0 SSTP sessions are open"}, {1U, "1 SSTP session is open"}, {3U, "3 SSTP sessions are open"}}) {
        sessions.sstp.open = open;
        page.report.sessions = sessions;
        EXPECT_THAT(test::read_markup(render_report_html(page)).text, HasSubstr(said));
    }
}

TEST(Stations, belong_to_what_the_finding_is_about) {
    EXPECT_EQ(html::station_of(Reason::port_taken), Station::address);
    EXPECT_EQ(html::station_of(Reason::binding_shadowed), Station::record);
    EXPECT_EQ(html::station_of(Reason::served_chain_incomplete), Station::certificate);
    EXPECT_EQ(html::station_of(Reason::served_certificate_differs_ipv6), Station::certificate);
    EXPECT_EQ(html::station_of(Reason::hash_newer_than_service), Station::hash);
    EXPECT_EQ(html::station_of(Reason::service_hung), Station::service);
    EXPECT_EQ(html::station_of(Reason::budget_exhausted), Station::none);
}

/// The whole page, to be opened in a browser and reviewed like code.
TEST(ReportPage, of_the_repository_is_what_is_rendered) {
    expect_generated_file("tests/golden/report.html", render_report_html(example::page_of_ended()));
}

}  // namespace
}  // namespace sstp
