#include "tests/simulation/search.h"

#include "tests/simulation/faults.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <mutex>
#include <thread>

namespace sstp::simulation {

namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr std::uint64_t kBlock = 16;
constexpr std::size_t kEnough = 20;
constexpr std::uint64_t kSqliteShare = 256;   // one short run in so many has the real state database

double seconds_since(SteadyClock::time_point began) { return std::chrono::duration<double>(SteadyClock::now() - began).count(); }

void add(Totals& totals, const Scenario& scenario, const Outcome& outcome, bool year, double after) {
    ++totals.runs;
    totals.years += year ? 1 : 0;
    totals.calls += outcome.calls;
    totals.cycles += outcome.cycles;
    totals.skipped_cycles += outcome.skipped_cycles;
    totals.faults += outcome.faults;
    totals.crashes += outcome.crashes;
    totals.happened += outcome.happened;
    totals.heals += outcome.heals;
    totals.restarts += outcome.restarts;
    totals.trace += outcome.trace;
    totals.matrix.resize(documented_faults().size());
    for (std::size_t i = 0; i < outcome.matrix.size(); ++i) totals.matrix[i] = totals.matrix[i] || outcome.matrix[i];
    if (outcome.violation) totals.broken[outcome.violation->promise][scenario.seed] = {year, outcome.violation->explanation, after};
}

/// Deals out runs in blocks, so that a search over the same seeds finds the same things whatever the threads do.
class Search {
public:
    explicit Search(const SearchOptions& options) : options_(options), count_(options.days + options.years) {}

    Totals run() {
        std::vector<std::thread> pool;
        for (unsigned i = 0; i < std::max(1U, options_.threads); ++i) pool.emplace_back([this] { work(); });
        for (std::thread& each : pool) each.join();
        totals_.seconds = seconds_since(began_);
        return std::move(totals_);
    }

private:
    void work() {
        while (!enough_) {
            const std::uint64_t block = next_.fetch_add(kBlock);
            if (block >= count_) return;
            for (std::uint64_t i = block; i < std::min(block + kBlock, count_) && !enough_; ++i) run_one(i);
        }
    }

    void run_one(std::uint64_t i) {
        const bool year = i >= options_.days;
        const std::uint64_t seed = options_.first + (year ? i - options_.days : i);
        Scenario scenario = year ? draw_year(seed) : draw_day(seed);
        scenario.on_sqlite = !year && seed % kSqliteShare == 0;
        const Outcome outcome = simulation::run(scenario);
        const bool twice = i % 1000 == 0 && !scenario.on_sqlite && simulation::run(scenario).trace != outcome.trace;
        const std::lock_guard lock(mutex_);
        add(totals_, scenario, outcome, year, seconds_since(began_));
        if (outcome.violation) fmt::print(stderr, "  {} {} broke {}\n", year ? "year" : "seed", seed, outcome.violation->promise);
        if (twice) totals_.broken["deterministic"][seed] = {year, "two runs left different traces", seconds_since(began_)};
        std::size_t found = 0;
        for (const auto& [promise, seeds] : totals_.broken) {
            found += seeds.size();
            if (std::find(options_.until.begin(), options_.until.end(), promise) != options_.until.end()) enough_ = true;
        }
        if (found >= kEnough && !options_.keep_going && options_.until.empty()) enough_ = true;
        if (options_.seconds != 0 && seconds_since(began_) > static_cast<double>(options_.seconds)) enough_ = true;
        if (SteadyClock::now() - told_ > std::chrono::seconds{10}) {
            told_ = SteadyClock::now();
            fmt::print(stderr, "  {} of {} runs, {:.1f} a second, {} broken\n", totals_.runs, count_,
                       static_cast<double>(totals_.runs) / seconds_since(began_), found);
        }
    }

    const SearchOptions& options_;
    std::uint64_t count_;
    std::atomic<std::uint64_t> next_{0};
    std::atomic<bool> enough_{false};
    std::mutex mutex_;
    Totals totals_;
    SteadyClock::time_point began_ = SteadyClock::now();
    SteadyClock::time_point told_ = began_;
};

}  // namespace

Totals search(const SearchOptions& options) { return Search{options}.run(); }

void tell_totals(const Totals& totals) {
    const auto struck = static_cast<std::size_t>(std::count(totals.matrix.begin(), totals.matrix.end(), true));
    fmt::print("{} runs, {} of them years, in {:.1f} s: {:.1f} a second\n", totals.runs, totals.years, totals.seconds,
               static_cast<double>(totals.runs) / std::max(totals.seconds, 0.001));
    fmt::print("{} cycles, {} skipped, {} calls, {} things happened, {} faults, {} crashes, {} heals, {} restarts of RRAS\n", totals.cycles,
               totals.skipped_cycles, totals.calls, totals.happened, totals.faults, totals.crashes, totals.heals, totals.restarts);
    fmt::print("fault matrix: {} of {}; trace of all runs: {:016x}\n", struck, totals.matrix.size(), totals.trace);
    if (struck == totals.matrix.size() || totals.runs < 5000) return;
    for (std::size_t i = 0; i < totals.matrix.size(); ++i) {
        const DocumentedFault& fault = documented_faults()[i];
        if (!totals.matrix[i]) fmt::print("  never struck: {} {} ({})\n", simulated::word(fault.call), sstp::word(fault.kind), fault.code);
    }
}

}  // namespace sstp::simulation
