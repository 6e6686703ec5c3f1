#pragma once

#include "tests/simulation/run.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace sstp::simulation {

struct SearchOptions {
    std::uint64_t first = 1;
    std::uint64_t days = 0;              ///< short runs
    std::uint64_t years = 0;             ///< long runs
    unsigned threads = 2;
    std::uint64_t seconds = 0;           ///< 0: until all have run
    bool keep_going = false;
    std::vector<std::string> until;      ///< promises: the search is over when one of them is seen broken, and not before its time
};

struct Found {
    bool year = false;
    std::string explanation;
    double after = 0;                    ///< seconds of searching
};

struct Totals {
    std::uint64_t runs = 0;
    std::uint64_t years = 0;
    std::uint64_t calls = 0, cycles = 0, skipped_cycles = 0, faults = 0, crashes = 0, happened = 0, heals = 0, restarts = 0;
    double seconds = 0;
    std::uint64_t trace = 0;             ///< of all runs, in whatever order they ran
    std::vector<bool> matrix;
    std::map<std::string, std::map<std::uint64_t, Found>> broken;   ///< promise -> seed
};

/// Runs all seeds on several threads, dealt out in blocks; every thousandth run twice, which must leave the same trace.
Totals search(const SearchOptions& options);
void tell_totals(const Totals& totals);
/// Three sets of fault rates, `years` server-years each, looked after in three ways. Prints a table; gives an exit code.
int compare_cares(const SearchOptions& options);
/// Narrates the year of the first seed at these rates ("quiet", "usual", "rough"), in one care after the other.
int tell_cares(const SearchOptions& options, const std::string& rates);

}  // namespace sstp::simulation
