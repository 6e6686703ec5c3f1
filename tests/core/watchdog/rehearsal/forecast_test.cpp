// What is foreseen is what comes: the simulated server, which the forecast does not know, is lived through the same days.

#include "core/watchdog/rehearsal/forecast.h"
#include "tests/core/servers/story.h"
#include "tests/core/watchdog/rehearsal/snapshot_of.h"

#include <fmt/format.h>

#include <functional>
#include <ostream>

namespace sstp::test {
namespace {

using namespace std::chrono_literals;
using namespace simulated;
using std::chrono::days;

/// One thing that came, or was foreseen: "restart 2", "warning certificate_expiring", and when.
struct Came {
    WallTime at;
    std::string what;
};
void PrintTo(const Came& came, std::ostream* out) { *out << to_minute(came.at) << ' ' << came.what; }

struct Ahead {
    const char* sentence;
    std::function<void(WatchedServer&)> before;    ///< what there is, before the service is settled
    std::function<void(WatchedServer&)> then;      ///< what somebody did since
    Duration horizon;
    std::vector<std::string> comes;                ///< in order
};
void PrintTo(const Ahead& ahead, std::ostream* out) { *out << ahead.sentence; }

Certificate lasting(std::uint64_t number, Duration from, Duration until) {
    Certificate made = make_certificate(number);
    made.not_before = first_day() + from;
    made.not_after = first_day() + until;
    return made;
}

/// What comes within an hour is one moment.
std::vector<Came> in_order(std::vector<Came> all) {
    std::sort(all.begin(), all.end(), [](const Came& a, const Came& b) {
        return std::pair(std::chrono::floor<std::chrono::hours>(a.at), a.what) <
               std::pair(std::chrono::floor<std::chrono::hours>(b.at), b.what);
    });
    return all;
}

class Foresees : public testing::TestWithParam<Ahead> {
protected:
    WatchedServer server;

    /// Numbers of the simulated certificates; what a renewal is expected to bring has none yet.
    std::string number_of(const std::string& thumbprint) {
        for (const auto& each : server.world.stores["MY"]) {
            if (each.certificate.thumbprint.to_string() == thumbprint)
                return each.certificate.serial.empty() ? "renewal" : each.certificate.serial;
        }
        return "renewal";
    }
    std::vector<Came> foreseen(const Forecast& forecast) {
        std::vector<Came> all;
        for (const ForecastEntry& each : forecast.entries) {
            if (each.kind == Foreseen::restart) all.push_back({each.at, "restart " + number_of(each.subject)});
            const bool told =
                each.kind == Foreseen::finding || (each.kind == Foreseen::certificate_unfit && each.severity == Severity::critical);
            if (told) all.push_back({each.at, std::string{word(each.severity)} + ' ' + each.reason});
        }
        return in_order(std::move(all));
    }
    /// Lives on; the renewals that the forecast expects come as it expects them.
    std::vector<Came> lived(const Forecast& forecast, Duration horizon) {
        const WallTime until = server.world.wall + horizon;
        std::vector<Came> all;
        std::uint64_t restarts = server.world.restarts_of_rras;
        WallTime dialled = server.world.wall;
        const auto see = [&] {
            if (server.world.wall - dialled > 6h) {   // somebody connects each day
                clients_dial(server.world);
                dialled = server.world.wall;
            }
            if (server.world.restarts_of_rras == restarts) return false;
            restarts = server.world.restarts_of_rras;
            all.push_back({server.world.wall,
                           "restart " + number_of(server.world.binding_at(Endpoint::wildcard(kIpv4, 443))->thumbprint()->to_string())});
            return false;
        };
        const auto live_to = [&](WallTime to) { (void)server.live_until(see, to - server.world.wall); };
        const std::size_t told = server.record.events().size();
        for (const ForecastEntry& each : forecast.entries) {
            if (each.kind != Foreseen::renewal_expected) continue;
            live_to(each.at);
            Certificate next = make_certificate(900 + all.size());
            next.serial.clear();
            next.not_before = each.at;
            next.not_after = each.at + 60 * days{1};
            add_certificate(server.world, next);
        }
        live_to(until);
        for (std::size_t i = told; i < server.record.events().size(); ++i) {
            const JournalEvent& each = server.record.events()[i];
            const bool ends = each.type == EventType::certificate_expiring;   // told by an event of its own
            if (!ends && (each.type != EventType::finding_raised || each.fields.at("severity") == "information")) continue;
            const std::string what = ends ? "warning certificate_expiring" : each.fields.at("severity") + ' ' + each.fields.at("reason");
            const bool again = std::any_of(all.begin(), all.end(), [&](const Came& one) { return one.what == what; });
            if (!again) all.push_back({each.time, what});   // reminders follow the first
        }
        return in_order(std::move(all));
    }
};

std::vector<std::string> whats(const std::vector<Came>& all) {
    std::vector<std::string> names;
    for (const Came& each : all) names.push_back(each.what);
    return names;
}

TEST_P(Foresees, WhatComes) {
    GetParam().before(server);
    server.settle();
    GetParam().then(server);
    const Forecast forecast = rehearsal::forecast(snapshot_of(server), GetParam().horizon);
    const std::vector<Came> expected = foreseen(forecast);
    EXPECT_EQ(GetParam().comes, whats(expected));
    const std::vector<Came> came = lived(forecast, GetParam().horizon);
    ASSERT_EQ(whats(expected), whats(came)) << testing::PrintToString(came) << server.described();
    for (std::size_t i = 0; i < came.size(); ++i) {
        EXPECT_LE(std::chrono::abs(came[i].at - expected[i].at), 10min)
            << testing::PrintToString(came[i]) << " instead of " << testing::PrintToString(expected[i]);
    }
}

void nothing(WatchedServer&) {}

/// The one in force lasts so long from and to the first day.
void ends(WatchedServer& server, Duration from, Duration until) {
    Certificate& active = stored(server.world, make_certificate(1).thumbprint)->certificate;
    active.not_before = first_day() + from;
    active.not_after = first_day() + until;
}
void chain_ends(WatchedServer& server, Duration until) {
    stored(server.world, make_certificate(1).thumbprint)->certificate.chain_ends = first_day() + until;
}
void successor_comes(WatchedServer& server) { add_certificate(server.world, newer_certificate(2)); }

INSTANTIATE_TEST_SUITE_P(
    Forecast, Foresees,
    testing::Values(
        Ahead{"days in which nothing ends have nothing in them", nothing, nothing, 4 * days{1}, {}},
        Ahead{"a successor that waits is put in force in the window of the night", nothing, successor_comes, 2 * days{1}, {"restart 2"}},
        Ahead{"a successor that begins in two days is put in force in the window after that",
              nothing,
              [](WatchedServer& s) { add_certificate(s.world, lasting(2, 2 * days{1}, 94 * days{1})); },
              4 * days{1},
              {"restart 2"}},
        Ahead{"a window on Tuesdays is waited for",
              [](WatchedServer& s) { s.policy = R"({"restart": {"window": {"days": ["tue"], "start": "01:00", "duration": "4h"}}})"; },
              successor_comes,
              3 * days{1},
              {"restart 2"}},
        Ahead{"without a successor the warning comes first, then the end, and nothing is restarted",
              [](WatchedServer& s) { ends(s, -4 * days{1}, 5 * days{1}); },
              nothing,
              6 * days{1},
              {"warning certificate_expiring", "critical certificate_expired", "critical no_fit_certificate"}},
        Ahead{"in observe mode a successor is named, and the day that was planned for it passes",
              [](WatchedServer& s) { s.policy = R"({"mode": "observe"})"; },
              successor_comes,
              2 * days{1},
              {"warning certificate_superseded"}},
        Ahead{"a chain that ends before its leaf cuts clients off on that day",
              [](WatchedServer& s) { chain_ends(s, 2 * days{1}); },
              nothing,
              3 * days{1},
              {"critical chain_untrusted", "critical no_fit_certificate"}},
        Ahead{"a chain that ends before its leaf is left in time where a successor has another",
              [](WatchedServer& s) { chain_ends(s, 2 * days{1}); },
              successor_comes,
              3 * days{1},
              {"restart 2"}},
        Ahead{"with a habit of renewing ten days before the end each renewal has its restart",
              [](WatchedServer& s) {
                  ends(s, -5 * days{1}, 12 * days{1});
                  Certificate old = lasting(7, -25 * days{1}, 5 * days{1});
                  old.archived = true;
                  add_certificate(s.world, old);
              },
              nothing,
              5 * days{1},
              {"restart renewal"}}));

}  // namespace
}  // namespace sstp::test
