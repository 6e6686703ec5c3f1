// What the watchdog is worth: the same server-years with it, with a renewal script, with nothing.

#include "tests/simulation/search.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>

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

struct NamedCare {
    Care care;
    const char* name;
};
constexpr std::array<NamedCare, 3> kCares{
    {{Care::watchdog, "watchdog"}, {Care::renewal_script, "renewal script"}, {Care::nobody, "nobody"}}};

Outcome live_with(Care care, const Scenario& scenario, const Narrate& narrate = {}) {
    return care == Care::watchdog ? run_attended(scenario, narrate) : run_without(scenario, care, narrate);
}

double minutes_out(const Outcome& outcome) { return static_cast<double>(outcome.without_vpn.count()) / 60'000.0; }

struct Sum {
    double minutes = 0, restarts = 0, sessions = 0, humans = 0;
    std::map<std::string, double> by_cause;
    std::vector<double> minutes_of_each;   ///< server, in its 400 days
};

double median(std::vector<double> all) {
    if (all.empty()) return 0;
    std::nth_element(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(all.size() / 2), all.end());
    return all[all.size() / 2];
}

void add(Sum& sum, const Outcome& outcome) {
    sum.minutes += minutes_out(outcome);
    sum.minutes_of_each.push_back(minutes_out(outcome));
    sum.restarts += static_cast<double>(outcome.restarts);
    sum.sessions += static_cast<double>(outcome.sessions_ended);
    sum.humans += static_cast<double>(outcome.humans);
    for (const auto& [cause, times] : outcome.restarts_by_cause) sum.by_cause[cause] += static_cast<double>(times);
}

/// All years of one set of rates, on several threads: every care lives the same ones. A year that breaks a promise is told, and counts
/// for none.
class Years {
public:
    Years(const FaultRates& rates, const SearchOptions& options, std::uint64_t runs) : rates_(rates), options_(options) {
        // Before any thread begins, so that the servers are the same however fast each is.
        for (std::uint64_t seed = options.first; servers_.size() < runs; ++seed) {
            Scenario scenario = draw_year(seed, rates);
            if (works_at_first(scenario)) servers_.push_back(std::move(scenario));
        }
    }

    void live() {
        std::vector<std::thread> pool;
        for (unsigned i = 0; i < std::max(1U, options_.threads); ++i) pool.emplace_back([this] { work(); });
        for (std::thread& each : pool) each.join();
    }

    std::array<Sum, kCares.size()> sums;
    std::map<std::uint64_t, std::array<double, kCares.size()>> minutes_of;   ///< seed -> in its 400 days, as kCares
    std::uint64_t lived = 0, broken = 0;

private:
    void work() {
        for (std::size_t n = next_++; n < servers_.size(); n = next_++) {
            const Scenario& scenario = servers_[n];
            std::array<Outcome, kCares.size()> outcomes;
            for (std::size_t care = 0; care < kCares.size(); ++care) outcomes.at(care) = live_with(kCares.at(care).care, scenario);
            const std::lock_guard lock(mutex_);
            if (const auto& violation = outcomes.front().violation) {
                fmt::print(stderr, "  {}: year {} broke {}: {}\n", rates_.name, scenario.seed, violation->promise, violation->explanation);
                ++broken;
                continue;
            }
            ++lived;
            for (std::size_t care = 0; care < kCares.size(); ++care) {
                add(sums.at(care), outcomes.at(care));
                minutes_of[scenario.seed].at(care) = minutes_out(outcomes.at(care));
            }
            tell_progress();
        }
    }

    void tell_progress() {
        const auto now = std::chrono::steady_clock::now();
        if (now - told_ < std::chrono::seconds{10}) return;
        told_ = now;
        fmt::print(stderr, "  {}: {} of {} years\n", rates_.name, lived + broken, servers_.size());
    }

    const FaultRates& rates_;
    const SearchOptions& options_;
    std::vector<Scenario>
        servers_;   ///< on which clients come through at first: others would only show how often somebody comes for nothing
    std::atomic<std::size_t> next_{0};
    std::mutex mutex_;
    std::chrono::steady_clock::time_point told_ = std::chrono::steady_clock::now();
};

constexpr double kYearsEach = 400.0 / 365.0;

using AllYears = std::vector<std::unique_ptr<Years>>;   // as kRates

void print_rates(const AllYears& all) {
    fmt::print("Rates a year and server, beside renewals and restarts that are the server's habit:\n\n");
    fmt::print("| rates | drifts | troubles | outages of ours | restarts of the machine | years lived | of them broke a promise |\n");
    fmt::print("|---|---|---|---|---|---|---|\n");
    for (std::size_t i = 0; i < kRates.size(); ++i) {
        const FaultRates& rates = kRates.at(i);
        fmt::print("| {} | {} | {} | {} | {} | {} | {} |\n", rates.name, rates.drifts_a_year, rates.troubles_a_year,
                   rates.outages_of_ours_a_year, rates.reboots_a_year, all[i]->lived + all[i]->broken, all[i]->broken);
    }
}

void print_minutes(const AllYears& all) {
    fmt::print("\nPer year and server:\n\n");
    fmt::print(
        "| rates | care | minutes without VPN: median server | mean | restarts of RRAS by it | sessions these ended | times somebody came "
        "|\n");
    fmt::print("|---|---|---|---|---|---|---|\n");
    for (std::size_t i = 0; i < kRates.size(); ++i) {
        const double years = static_cast<double>(all[i]->lived) * kYearsEach;
        for (std::size_t care = 0; care < kCares.size(); ++care) {
            const Sum& sum = all[i]->sums.at(care);
            fmt::print("| {} | {} | {:.0f} | {:.0f} | {:.2f} | {:.2f} | {:.2f} |\n", kRates.at(i).name, kCares.at(care).name,
                       median(sum.minutes_of_each) / kYearsEach, sum.minutes / years, sum.restarts / years, sum.sessions / years,
                       sum.humans / years);
        }
    }
}

/// Minutes a year by which a server is longer out with the watchdog than in another care, or shorter, to be counted.
constexpr double kWorthCounting = 60 * kYearsEach;

double longer_than(const std::array<double, kCares.size()>& minutes, std::size_t care) { return minutes.front() - minutes.at(care); }

void print_server_by_server(const AllYears& all) {
    fmt::print(
        "\nServer by server, by more than an hour a year:\n\n"
        "| rates | longer out than with the script | shorter | longer out than with nobody | shorter |\n|---|---|---|---|---|\n");
    for (std::size_t i = 0; i < kRates.size(); ++i) {
        const auto count = [&](std::size_t care, double sign) {
            return std::count_if(all[i]->minutes_of.begin(), all[i]->minutes_of.end(),
                                 [&](const auto& each) { return longer_than(each.second, care) * sign > kWorthCounting; });
        };
        fmt::print("| {} | {} | {} | {} | {} |\n", kRates.at(i).name, count(1, 1), count(1, -1), count(2, 1), count(2, -1));
    }
    fmt::print(
        "\nThose that are longer out, minutes in 400 days (--compare --tell --rates RATES --seed SEED narrates one):\n\n"
        "| rates | seed | watchdog | renewal script | nobody |\n|---|---|---|---|---|\n");
    for (std::size_t i = 0; i < kRates.size(); ++i)
        for (const auto& [seed, minutes] : all[i]->minutes_of)
            if (std::max(longer_than(minutes, 1), longer_than(minutes, 2)) > kWorthCounting)
                fmt::print("| {} | {} | {:.0f} | {:.0f} | {:.0f} |\n", kRates.at(i).name, seed, minutes[0], minutes[1], minutes[2]);
}

void print_causes(const AllYears& all) {
    fmt::print("\nIts restarts by cause, per year and server:\n\n| rates | care | cause | restarts |\n|---|---|---|---|\n");
    for (std::size_t i = 0; i < kRates.size(); ++i) {
        const double years = static_cast<double>(all[i]->lived) * kYearsEach;
        for (std::size_t care = 0; care < kCares.size(); ++care) {
            std::vector<std::pair<double, std::string>> causes;
            for (const auto& [cause, times] : all[i]->sums.at(care).by_cause) causes.emplace_back(times, cause);
            std::sort(causes.rbegin(), causes.rend());
            for (const auto& [times, cause] : causes)
                fmt::print("| {} | {} | {} | {:.3f} |\n", kRates.at(i).name, kCares.at(care).name, cause, times / years);
        }
    }
}

}  // namespace

int compare_cares(const SearchOptions& options) {
    const std::uint64_t runs = options.years == 0 ? 100 : options.years;
    AllYears all;
    for (const FaultRates& rates : kRates) {
        all.push_back(std::make_unique<Years>(rates, options, runs));
        all.back()->live();
    }
    print_rates(all);
    print_minutes(all);
    print_server_by_server(all);
    print_causes(all);
    return std::any_of(all.begin(), all.end(), [](const auto& each) { return each->broken > 0; }) ? 1 : 0;
}

int tell_cares(const SearchOptions& options, const std::string& rates) {
    const auto chosen = std::find_if(kRates.begin(), kRates.end(), [&](const FaultRates& each) { return rates == each.name; });
    if (chosen == kRates.end()) {
        fmt::print(stderr, "simulate: there are no rates '{}': quiet, usual or rough\n", rates);
        return 2;
    }
    const Scenario scenario = draw_year(options.first, *chosen);
    fmt::print("{}", scenario.tell());
    for (const NamedCare& each : kCares) {
        fmt::print("\n=== {}\n", each.name);
        const Outcome outcome = live_with(each.care, scenario, [](const std::string& line) { fmt::print("{}\n", line); });
        fmt::print("=== {}: {:.0f} minutes without VPN\n", each.name, minutes_out(outcome));
        if (outcome.violation) fmt::print("BROKEN {}: {}\n", outcome.violation->promise, outcome.violation->explanation);
    }
    return 0;
}

}  // namespace sstp::simulation
