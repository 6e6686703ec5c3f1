// simulate: the seeded search. `dev simulate --seeds N [--seed S] [--threads 2]`

#include "tests/simulation/faults.h"
#include "tests/simulation/run.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

namespace {

using namespace sstp::simulation;

struct Totals {
    std::uint64_t seeds = 0;
    std::uint64_t calls = 0;
    std::uint64_t faults = 0;
    std::uint64_t crashes = 0;
    std::uint64_t mishaps = 0;
    std::uint64_t heals = 0;
    std::uint64_t on_sqlite = 0;
    std::uint64_t most_restarts_in_an_hour = 0;
    std::uint64_t trace = 0;   ///< of all runs, in whatever order they ran
    std::vector<bool> matrix = std::vector<bool>(documented_faults().size(), false);
    std::map<std::string, std::vector<std::uint64_t>> violations;   ///< promise -> seeds

    void add(std::uint64_t seed, const Outcome& outcome, bool sqlite) {
        ++seeds;
        on_sqlite += sqlite ? 1 : 0;
        calls += outcome.calls;
        faults += outcome.faults;
        crashes += outcome.crashes;
        mishaps += outcome.mishaps;
        heals += outcome.heals;
        trace += outcome.trace;
        most_restarts_in_an_hour = std::max(most_restarts_in_an_hour, outcome.most_restarts_in_an_hour);
        for (std::size_t i = 0; i < matrix.size(); ++i) matrix[i] = matrix[i] || outcome.matrix[i];
        if (outcome.violation) violations[outcome.violation->promise].push_back(seed);
    }
    void add(const Totals& other) {
        seeds += other.seeds;
        calls += other.calls;
        faults += other.faults;
        crashes += other.crashes;
        mishaps += other.mishaps;
        heals += other.heals;
        trace += other.trace;
        on_sqlite += other.on_sqlite;
        most_restarts_in_an_hour = std::max(most_restarts_in_an_hour, other.most_restarts_in_an_hour);
        for (std::size_t i = 0; i < matrix.size(); ++i) matrix[i] = matrix[i] || other.matrix[i];
        for (const auto& [promise, seeds_of_it] : other.violations) {
            auto& all = violations[promise];
            all.insert(all.end(), seeds_of_it.begin(), seeds_of_it.end());
        }
    }
};

/// Seeds are dealt out in blocks, so that a run over the same range finds the same things whatever the threads do.
constexpr std::uint64_t kBlock = 256;
constexpr std::uint64_t kSqliteShare = 256;
constexpr std::size_t kEnoughViolations = 20;

/// As the search ran it.
Scenario drawn(std::uint64_t seed, std::uint64_t share) {
    Scenario scenario = draw(seed);
    scenario.on_sqlite = seed % share == 0;
    return scenario;
}

Totals search(std::uint64_t first, std::uint64_t count, unsigned threads, std::uint64_t share, bool keep_going) {
    std::atomic<std::uint64_t> next{0};
    std::atomic<bool> enough{false};
    std::mutex mutex;
    Totals totals;
    const auto began = std::chrono::steady_clock::now();
    auto told = began;
    const auto work = [&] {
        while (!enough) {
            const std::uint64_t block = next.fetch_add(kBlock);
            if (block >= count) return;
            Totals part;
            for (std::uint64_t i = block; i < std::min(block + kBlock, count); ++i) {
                const Scenario scenario = drawn(first + i, share);
                const Outcome outcome = run(scenario);
                part.add(first + i, outcome, scenario.on_sqlite);
                // Every thousandth seed runs twice: the same seed must leave the same trace.
                if (i % 1000 == 0 && run(scenario).trace != outcome.trace) part.violations["deterministic"].push_back(first + i);
            }
            const std::lock_guard lock(mutex);
            totals.add(part);
            std::size_t found = 0;
            for (const auto& [promise, seeds] : totals.violations) found += seeds.size();
            if (found >= kEnoughViolations && !keep_going) enough = true;
            const auto now = std::chrono::steady_clock::now();
            if (now - told > std::chrono::seconds{5}) {
                told = now;
                const double seconds = std::chrono::duration<double>(now - began).count();
                fmt::print(stderr, "  {} of {} seeds, {:.0f} a second, {} violations\n", totals.seeds, count,
                           static_cast<double>(totals.seeds) / seconds, found);
            }
        }
    };
    std::vector<std::thread> pool;
    for (unsigned i = 0; i < threads; ++i) pool.emplace_back(work);
    for (std::thread& each : pool) each.join();
    return totals;
}

void tell_violations(const Totals& totals, std::uint64_t share) {
    for (const auto& [promise, seeds] : totals.violations) {
        const std::uint64_t seed = *std::min_element(seeds.begin(), seeds.end());
        fmt::print("\nBROKEN: {} ({} seeds, the first is {})\n", promise, seeds.size(), seed);
        const Scenario smallest = shrink(drawn(seed, share), promise);
        const Outcome outcome = run(smallest);
        if (outcome.violation) fmt::print("  {} (at call {})\n", outcome.violation->explanation, outcome.violation->at_call);
        fmt::print("{}  Replay: ./dev simulate --seeds 1 --seed {} (with --tell: call by call). Keep it in tests/simulation/corpus.txt.\n",
                   smallest.tell(), seed);
    }
}

void tell_totals(const Totals& totals, double seconds, unsigned threads) {
    const auto covered = std::count(totals.matrix.begin(), totals.matrix.end(), true);
    fmt::print("{} seeds in {:.1f} s: {:.0f} a second and thread\n", totals.seeds, seconds,
               static_cast<double>(totals.seeds) / seconds / threads);
    fmt::print("{} port calls, {} faults, {} crashes, {} mishaps, {} heals, at most {} restarts of RRAS in any hour\n", totals.calls,
               totals.faults, totals.crashes, totals.mishaps, totals.heals, totals.most_restarts_in_an_hour);
    fmt::print("{} of the seeds on the real state database, on a disk that loses power\n", totals.on_sqlite);
    fmt::print("trace of all runs: {:016x}\n", totals.trace);
    fmt::print("fault matrix (port call x documented error): {} of {}\n", covered, totals.matrix.size());
    for (std::size_t i = 0; i < totals.matrix.size(); ++i) {
        if (totals.matrix[i] || totals.seeds < 10'000) continue;
        const DocumentedFault& fault = documented_faults()[i];
        fmt::print("  never struck: {} with {} ({})\n", word(fault.call), sstp::word(fault.kind), fault.code);
    }
    if (totals.violations.empty()) {
        fmt::print("No promise was broken. With 95 % confidence fewer than 1 run in {} breaks one, for the faults modelled (3/N).\n",
                   std::max<std::uint64_t>(1, totals.seeds / 3));
    }
}

/// Every run of the corpus, twice: no promise is broken, and the same run leaves the same trace.
int run_corpus(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>{file}, {}};
    const auto corpus = read_corpus(text);
    if (!file || !corpus || corpus->empty()) {
        fmt::print(stderr, "simulate: {} holds no corpus{}\n", path, corpus ? "" : ": " + corpus.error().message());
        return 2;
    }
    int broken = 0;
    for (const Scenario& scenario : *corpus) {
        const Outcome outcome = run(scenario);
        const bool same = run(scenario).trace == outcome.trace;
        if (!outcome.violation && same) continue;
        ++broken;
        fmt::print("BROKEN: {}\n  {}\n{}", outcome.violation ? outcome.violation->promise : "deterministic",
                   outcome.violation ? outcome.violation->explanation : "the same run left two traces", scenario.tell());
    }
    fmt::print("corpus: {} runs, {} of them break a promise\n", corpus->size(), broken);
    return broken == 0 ? 0 : 1;
}

int narrate(std::uint64_t seed, std::uint64_t share) {
    Scenario scenario = drawn(seed, share);
    if (const Outcome outcome = run(scenario); outcome.violation) scenario = shrink(scenario, outcome.violation->promise);
    fmt::print("{}", scenario.tell());
    const Outcome outcome = run(scenario, [](const std::string& line) { fmt::print("{}\n", line); });
    if (outcome.violation) fmt::print("BROKEN: {}: {}\n", outcome.violation->promise, outcome.violation->explanation);
    return outcome.violation ? 1 : 0;
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app{"Searches seeded runs of the simulated server for a broken promise."};
    std::uint64_t seeds = 100'000;
    std::uint64_t seed = 1;
    unsigned threads = 2;
    bool keep_going = false;
    bool tell = false;
    std::uint64_t share = kSqliteShare;
    app.add_option("--seeds", seeds, "how many runs")->check(CLI::PositiveNumber)->capture_default_str();
    app.add_option("--seed", seed, "the first seed")->capture_default_str();
    app.add_option("--threads", threads, "threads")->check(CLI::Range(1U, 64U))->capture_default_str();
    app.add_flag("--keep-going", keep_going, "do not stop after twenty violations");
    app.add_flag("--tell", tell,
                 "print the run of the first seed call by call; when it breaks a promise, the smallest run that still does");
    app.add_option("--sqlite-share", share, "every so many-th run on the real state database, on a disk that loses power")
        ->check(CLI::PositiveNumber)
        ->capture_default_str();
    std::string corpus;
    app.add_option("--corpus", corpus, "first run the scenarios of this file");
    CLI11_PARSE(app, argc, argv);

    if (!corpus.empty()) {
        if (const int failed = run_corpus(corpus); failed != 0) return failed;
    }

    if (tell) return narrate(seed, share);
    const auto began = std::chrono::steady_clock::now();
    const Totals totals = search(seed, seeds, threads, share, keep_going);
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
    tell_totals(totals, seconds, threads);
    tell_violations(totals, share);
    return totals.violations.empty() ? 0 : 1;
}
