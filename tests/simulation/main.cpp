// simulate: the seeded search. `dev simulate --seeds N [--years N] [--seed S] [--threads 2]`

#include "tests/simulation/faults.h"
#include "tests/simulation/rare_branches.h"
#include "tests/simulation/run.h"
#include "tests/simulation/search.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <cstdio>
#include <fstream>
#include <iterator>

namespace {

using namespace sstp::simulation;

std::string read_file(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>{file}, {}};
}

/// Shows a broken promise as small as it can be made, and how to see it again.
void tell_broken(const Scenario& scenario, const Violation& violation, bool shrinks) {
    fmt::print("\nBROKEN {}: {}\n", violation.promise, violation.explanation);
    const Scenario smallest = shrinks ? shrink(scenario, violation.promise) : scenario;
    fmt::print("{}", smallest.tell());
    fmt::print("  replay: ./dev simulate --seed {} {} --tell\n", scenario.seed,
               scenario.length > std::chrono::hours{48} ? "--years 1" : "--seeds 1");
}

int run_corpus(const std::string& path) {
    const auto scenarios = read_corpus(read_file(path));
    if (!scenarios) {
        fmt::print("{}\n", scenarios.error().message());
        return 2;
    }
    int broken = 0;
    for (const Scenario& each : *scenarios) {
        const Outcome outcome = run(each);
        if (!outcome.violation) continue;
        ++broken;
        tell_broken(each, *outcome.violation, false);
    }
    fmt::print("corpus: {} runs, {} broken\n", scenarios->size(), broken);
    return broken == 0 ? 0 : 1;
}

int replay(const Scenario& scenario) {
    fmt::print("{}", scenario.tell());
    const Outcome outcome = run(scenario, [](const std::string& line) { fmt::print("{}\n", line); });
    if (!outcome.violation) return 0;
    tell_broken(scenario, *outcome.violation, false);
    return 1;
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app{"Seeded search for a broken promise"};
    SearchOptions options;
    std::string corpus;
    std::string scenario_file;
    bool tell = false;
    bool compare = false;
    std::string rates = "quiet";
    bool as_found = false;
    bool rare = false;
    app.add_option("--seeds", options.days, "short runs: a day or less each");
    app.add_option("--years", options.years, "long runs: 400 days each");
    app.add_option("--seed", options.first, "the first seed");
    app.add_option("--threads", options.threads);
    app.add_option("--seconds", options.seconds, "stop after so long");
    app.add_flag("--keep-going", options.keep_going, "do not stop at the twentieth broken promise");
    app.add_option("--until", options.until, "stop when one of these promises is seen broken, not at the twentieth of any");
    app.add_flag("--as-found", as_found, "do not make what breaks a promise smaller");
    app.add_option("--corpus", corpus, "runs that once broke a promise");
    app.add_option("--scenario", scenario_file, "run what this file tells, and narrate it");
    app.add_flag("--rare", rare, "how often each branch was run that the product marks as rare");
    app.add_flag("--tell", tell, "narrate the run of the first seed");
    app.add_flag("--compare", compare, "minutes without VPN: with the watchdog, with a renewal script, with nothing");
    app.add_option("--rates", rates, "with --compare --tell: quiet, usual or rough");
    CLI11_PARSE(app, argc, argv);

    int status = 0;
    if (!scenario_file.empty()) {
        const auto scenarios = read_corpus(read_file(scenario_file));
        if (!scenarios) {
            fmt::print("{}\n", scenarios.error().message());
            return 2;
        }
        for (const Scenario& each : *scenarios) status |= replay(each);
        return status;
    }
    if (tell && compare) return tell_cares(options, rates);
    if (tell) return replay(options.years > 0 ? draw_year(options.first) : draw_day(options.first));
    if (compare) return compare_cares(options);
    if (!corpus.empty()) status |= run_corpus(corpus);
    if (options.days == 0 && options.years == 0) return status;
    const Totals totals = search(options);
    tell_totals(totals);
    if (rare || totals.runs >= 5000) tell_rare_branches(rare);
    for (const auto& [promise, found] : totals.broken) {
        fmt::print("\n{} of {} runs broke {}; the first: {}, after {:.1f} s\n", found.size(), totals.runs, promise, found.begin()->first,
                   found.begin()->second.after);
        std::string seeds;
        for (const auto& [seed, each] : found) seeds += fmt::format(" {}", seed);
        fmt::print("seeds:{}\n", seeds);
        const Scenario first = found.begin()->second.year ? draw_year(found.begin()->first) : draw_day(found.begin()->first);
        tell_broken(first, {promise, found.begin()->second.explanation, 0}, !as_found);
        status = 1;
    }
    return status;
}
