// What the watchdog is worth: the same server-years with it, with a renewal script, with nothing.

#include "tests/simulation/search.h"

#include <fmt/format.h>

#include <array>

namespace sstp::simulation {

namespace {

// Rates a year and server. Renewals come from the server's habit in every set. None of these is measured on a fleet.
constexpr std::array<FaultRates, 3> kRates{{
    // A server that is left alone: one drift (a tool or a person touches records or values) in two years, a restart on patch day
    // every month, one trouble a year. Assumed.
    {"quiet", 0.5, 1, 1, 12},
    // As reports in public threads read: IIS rewrites its records about weekly to monthly on some servers (certify, win-acme
    // issues: cases R03), a few troubles a year. The mean over servers is assumed.
    {"usual", 4, 6, 3, 12},
    // One that others fight over: Group Policy, IIS and an ACME client. Assumed.
    {"rough", 24, 18, 12, 52},
}};

struct Sum {
    double minutes = 0, restarts = 0, sessions = 0, humans = 0;
};

void add(Sum& sum, const Outcome& outcome) {
    sum.minutes += static_cast<double>(outcome.without_vpn.count()) / 60'000.0;
    sum.restarts += static_cast<double>(outcome.restarts);
    sum.sessions += static_cast<double>(outcome.sessions_ended);
    sum.humans += static_cast<double>(outcome.humans);
}

void print(const char* rates, const char* care, const Sum& sum, double years) {
    fmt::print("| {} | {} | {:.0f} | {:.1f} | {:.1f} | {:.1f} |\n", rates, care, sum.minutes / years, sum.restarts / years,
               sum.sessions / years, sum.humans / years);
}

}  // namespace

int compare_cares(const SearchOptions& options) {
    const std::uint64_t runs = options.years == 0 ? 100 : options.years;
    const double years = static_cast<double>(runs) * 400.0 / 365.0;
    fmt::print(
        "| rates | care | minutes without VPN | restarts of RRAS by it | sessions it ended | times somebody came "
        "|\n|---|---|---|---|---|---|\n");
    int status = 0;
    for (const FaultRates& rates : kRates) {
        Sum with, script, nothing;
        for (std::uint64_t i = 0; i < runs; ++i) {
            const Scenario scenario = draw_year(options.first + i, rates);
            const Outcome outcome = run(scenario);
            if (outcome.violation) {
                fmt::print(stderr, "seed {}: {}: {}\n", scenario.seed, outcome.violation->promise, outcome.violation->explanation);
                status = 1;
            }
            add(with, outcome);
            add(script, run_without(scenario, Care::renewal_script));
            add(nothing, run_without(scenario, Care::nobody));
        }
        print(rates.name, "watchdog", with, years);
        print(rates.name, "renewal script", script, years);
        print(rates.name, "nobody", nothing, years);
    }
    return status;
}

}  // namespace sstp::simulation
