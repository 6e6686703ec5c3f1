#include "core/report/html/fleet_page.h"

#include "core/report/render_status.h"
#include "tests/core/report/example_reports.h"
#include "tests/core/report/html/strict_markup.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <chrono>
#include <cstdlib>
#include <fstream>

namespace sstp {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

json status_of(const CycleReport& report, const std::string& computer) {
    json status = json::parse(render_status_json(report, example::record(), example::head()));
    status["computer"] = computer;
    return status;
}

FleetServer server(const json& status) { return read_fleet_server(status["computer"].get<std::string>() + ".json", status.dump()); }

WallTime made() { return from_rfc3339("2026-11-21T02:30:00Z").value(); }

/// Before the restart that VPN03 plans.
WallTime ahead() { return from_rfc3339("2026-11-18T12:00:00Z").value(); }

/// For a browser: .ci/pages.
void keep(const std::string& name, const std::string& html) {
    if (const char* folder = std::getenv("SSTP_PAGES")) std::ofstream{std::string{folder} + "/" + name + ".html", std::ios::binary} << html;
}

/// VPN01 is well, VPN02 has the ended certificate, VPN03 waits for its window.
std::vector<FleetServer> three() {
    return {server(status_of(example::healed(), "VPN01")), server(status_of(example::ended(), "VPN02")),
            server(status_of(example::successor_waits(), "VPN03"))};
}

TEST(FleetServers, are_read_from_what_the_service_writes) {
    const FleetServer read = server(status_of(example::ended(), "VPN02"));
    EXPECT_EQ("", read.problem);
    EXPECT_EQ("critical", read.status);
    EXPECT_EQ("vpn.example.com", read.name);
    EXPECT_EQ(example::ended_certificate().thumbprint.to_string(), read.thumbprint);
    EXPECT_THAT(read.drift, ElementsAre("binding_mismatch", "hash_sha1_mismatch", "hash_sha256_mismatch"));
    EXPECT_TRUE(server(status_of(example::successor_waits(), "VPN03")).planned_for);
    EXPECT_THAT(server(status_of(example::healed(), "VPN01")).drift, IsEmpty());
}

TEST(FleetServers, of_anything_else_are_unknown_and_named_by_their_file) {
    for (const std::string text :
         {"", "[]", "{", "{\"command\": \"status\"}", "{\"command\": \"check\", \"status\": \"ok\"}", "{\"command\": 1, \"status\": []}"}) {
        const FleetServer read = read_fleet_server("some.json", text);
        EXPECT_EQ("unknown", read.status) << text;
        EXPECT_EQ("some.json", read.computer);
        EXPECT_NE("", read.problem);
    }
}

TEST(Farms, say_what_differs_among_servers_of_one_name) {
    const auto servers = three();
    const auto farms = farms_of(servers);
    ASSERT_EQ(1U, farms.size());
    EXPECT_EQ(3U, farms[0].servers.size());
    ASSERT_FALSE(farms[0].skew.empty());
    EXPECT_THAT(farms[0].skew[0], HasSubstr("8C10..4E on 1"));
    EXPECT_THAT(farms[0].skew[0], HasSubstr("3F2A..91 on 2"));
}

TEST(Farms, are_alike_where_nothing_differs_and_none_is_made_of_one_server) {
    const std::vector<FleetServer> alike{server(status_of(example::healed(), "VPN01")), server(status_of(example::healed(), "VPN02"))};
    EXPECT_THAT(farms_of(alike).at(0).skew, IsEmpty());
    EXPECT_THAT(farms_of({alike[0]}), IsEmpty());
}

TEST(Farms, whose_servers_restart_together_say_which) {
    std::vector<FleetServer> servers{server(status_of(example::successor_waits(), "VPN01")),
                                     server(status_of(example::successor_waits(), "VPN02"))};
    EXPECT_THAT(farms_of(servers).at(0).skew, ElementsAre("VPN01 and VPN02 restart within ten minutes of each other."));
    servers[1].planned_for = *servers[1].planned_for + std::chrono::minutes{10};
    EXPECT_THAT(farms_of(servers).at(0).skew, IsEmpty());
}

TEST(FleetPage, has_the_worst_first_and_is_well_formed) {
    const std::string html = render_fleet_html(three(), made());
    const test::ReadMarkup read = test::read_markup(html);
    EXPECT_EQ("", read.problem);
    EXPECT_THAT(read.text, HasSubstr("3 servers: 1 broken, 0 that cannot say, 0 with a warning, 1 silent."));
    EXPECT_LT(html.find("VPN02"), html.find("VPN01"));
    EXPECT_THAT(html, Not(HasSubstr("<script")));
    for (const char* id : {"broken", "drift", "farms", "restarts", "all"})
        EXPECT_THAT(html, HasSubstr(fmt::format("<section id=\"{}\"", id)));
    keep("fleet", html);
    keep("fleet-ahead", render_fleet_html(three(), ahead()));
}

TEST(FleetPage, has_farms_that_differ_before_those_that_are_alike) {
    std::vector<FleetServer> servers = three();
    for (int i = 1; i <= 2; ++i) {
        servers.push_back(server(status_of(example::healed(), fmt::format("GATE{}", i))));
        servers.back().name = "gate.example.com";   // before vpn.example.com in the alphabet
    }
    const std::string html = render_fleet_html(servers, made());
    const std::size_t farms = html.find("<section id=\"farms\"");
    EXPECT_LT(html.find(">vpn.example.com<", farms), html.find(">gate.example.com<", farms));
}

TEST(FleetPage, has_no_restart_that_is_past) {
    EXPECT_THAT(render_fleet_html(three(), made()), HasSubstr("None is planned."));
    EXPECT_THAT(render_fleet_html(three(), from_rfc3339("2026-11-18T12:00:00Z").value()), HasSubstr("<svg"));
}

TEST(FleetPage, of_nobody_is_a_page_too) { EXPECT_EQ("", test::read_markup(render_fleet_html({}, made())).problem); }

TEST(FleetPage, takes_hostile_text_as_text) {
    json status = status_of(example::ended(), "<script>alert(1)</script>\"'&\x01");
    status["summary"] = "</td><img src=x onerror=alert(1)>";
    status["names"]["primary"] = "<b>name</b>";
    json other = status;
    other["certificate"]["thumbprint"] = "\"><i>";
    other["planned_for"] = "2026-11-21T03:00:00Z";
    const std::string html = render_fleet_html({server(status), server(other), read_fleet_server("<u>file</u>", "\xFF\xFE")}, made());
    EXPECT_EQ("", test::read_markup(html).problem);
    for (const char* forbidden : {"<script", "<img", "<b>", "<i>", "<u>"}) EXPECT_THAT(html, Not(HasSubstr(forbidden)));
}

TEST(FleetPage, of_five_hundred_servers_is_one_page_of_less_than_a_megabyte) {
    std::vector<std::string> texts;
    for (const CycleReport& each : {example::successor_waits(), example::ended(), example::healed(), example::not_elevated()})
        texts.push_back(status_of(each, "VPN").dump());
    std::vector<FleetServer> servers;
    for (int i = 0; i < 500; ++i) {   // most are well; farms of five
        servers.push_back(read_fleet_server(fmt::format("{}.json", i), texts.at(i % 100 < 4 ? static_cast<std::size_t>(i % 4) : 2)));
        servers.back().computer = fmt::format("VPN{:03}", i);
        servers.back().name = fmt::format("vpn{}.example.com", i / 5);
        if (i % 25 == 0) servers.back().planned_for = ahead() + std::chrono::minutes{i};
    }
    const std::string html = render_fleet_html(servers, ahead());
    EXPECT_LT(html.size(), 1'000'000U);
    EXPECT_EQ("", test::read_markup(html).problem);
    keep("fleet-500", html);
}

}  // namespace
}  // namespace sstp
