// A scenario as text. Seeds alone would not do for a corpus: what a seed means changes whenever the drawing does.

#include "tests/simulation/faults.h"
#include "tests/simulation/mishap.h"
#include "tests/simulation/scenario.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cstdio>
#include <optional>
#include <sstream>

namespace sstp::simulation {

using simulated::Effect;

namespace {

struct EffectWords {
    Effect effect;
    const char* words;
};
constexpr std::array<EffectWords, 3> kEffects{{
    {Effect::fails_but_did, "fails, yet is done, with"},   // before the one that it begins with
    {Effect::fails, "fails with"},
    {Effect::lies, "succeeds, yet is not done, instead of"},
}};

constexpr const char* kOnSqlite = " on SQLite";

std::string when(std::uint64_t call) { return call == 0 ? std::string{"at first"} : fmt::format("call {}", call); }

/// Takes `words` off the front of `rest`.
bool take(std::string_view& rest, std::string_view words) {
    if (!rest.starts_with(words)) return false;
    rest.remove_prefix(words.size());
    return true;
}

std::optional<std::uint64_t> take_number(std::string_view& rest) {
    std::uint64_t number = 0;
    const auto [end, failed] = std::from_chars(rest.data(), rest.data() + rest.size(), number);
    if (failed != std::errc{}) return std::nullopt;
    rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
    return number;
}

bool read_crash(std::string_view what, std::uint64_t at, Scenario& scenario) {
    PlannedCrash crash{at, false, false};
    if (take(what, "power is lost ")) {
        crash.machine_too = true;
    } else if (!take(what, "our process dies ")) {
        return false;
    }
    crash.after = what == "after it";
    if (!crash.after && what != "before it") return false;
    scenario.crashes.push_back(crash);
    return true;
}

bool read_mishap(std::string_view what, std::uint64_t at, Scenario& scenario) {
    for (std::size_t i = 0; i < mishaps().size(); ++i) {
        std::string_view rest = what;
        if (!take(rest, mishaps()[i].name) || !take(rest, fmt::format(" ({}, ", word(mishaps()[i].actor)))) continue;
        const auto number = take_number(rest);
        if (!number || rest != ")") return false;
        scenario.mishaps.push_back({at, i, *number});
        return true;
    }
    return false;
}

bool read_fault(std::string_view what, std::uint64_t at, Scenario& scenario) {
    for (std::size_t i = 0; i < documented_faults().size(); ++i) {
        const DocumentedFault& fault = documented_faults()[i];
        for (const EffectWords& each : kEffects) {
            std::string_view rest = what;
            const std::string begins = fmt::format("{} {} {} ({}), ", word(fault.call), each.words, word(fault.kind), fault.code);
            if (!take(rest, begins)) continue;
            const auto times = take_number(rest);
            if (!times || !take(rest, " times, ")) return false;
            const auto milliseconds = take_number(rest);
            if (!milliseconds || rest != " ms each") return false;
            scenario.faults.push_back({at, *times, i, each.effect, Duration{static_cast<std::int64_t>(*milliseconds)}});
            return true;
        }
    }
    return false;
}

bool read_ingredient(std::string_view line, Scenario& scenario) {
    std::uint64_t at = 0;
    if (!take(line, "at first: ")) {
        if (!take(line, "call ")) return false;
        const auto call = take_number(line);
        if (!call || !take(line, ": ")) return false;
        at = *call;
    }
    return read_crash(line, at, scenario) || read_mishap(line, at, scenario) || read_fault(line, at, scenario);
}

std::optional<Scenario> read_head(std::string_view line) {
    Scenario scenario;
    if (!take(line, "run ")) return std::nullopt;
    const auto seed = take_number(line);
    if (!seed || !take(line, ", ")) return std::nullopt;
    const auto cycles = take_number(line);
    if (!cycles || !take(line, " cycles")) return std::nullopt;
    scenario.on_sqlite = take(line, kOnSqlite);
    if (!line.empty()) return std::nullopt;
    scenario.seed = *seed;
    scenario.cycles = static_cast<std::uint32_t>(*cycles);
    return scenario;
}

}  // namespace

std::string Scenario::tell() const {
    std::string text = fmt::format("run {}, {} cycles{}\n", seed, cycles, on_sqlite ? kOnSqlite : "");
    for (const PlannedMishap& each : mishaps) {
        const Mishap& mishap = simulation::mishaps()[each.mishap];
        text += fmt::format("  {}: {} ({}, {})\n", when(each.at_call), mishap.name, word(mishap.actor), each.number);
    }
    for (const PlannedFault& each : faults) {
        const DocumentedFault& fault = documented_faults()[each.fault];
        const char* words = "";
        for (const EffectWords& spelled : kEffects) {
            if (spelled.effect == each.effect) words = spelled.words;
        }
        text += fmt::format("  {}: {} {} {} ({}), {} times, {} ms each\n", when(each.at_call), word(fault.call), words, word(fault.kind),
                            fault.code, each.how_many, each.takes.count());
    }
    for (const PlannedCrash& each : crashes) {
        text += fmt::format("  {}: {} {} it\n", when(each.at_call), each.machine_too ? "power is lost" : "our process dies",
                            each.after ? "after" : "before");
    }
    return text;
}

Result<std::vector<Scenario>> read_corpus(const std::string& text) {
    std::vector<Scenario> scenarios;
    std::istringstream lines(text);
    std::size_t number = 0;
    for (std::string line; std::getline(lines, line);) {
        ++number;
        const std::size_t first = line.find_first_not_of(' ');
        if (first == std::string::npos || line[first] == '#') continue;
        if (first == 0) {
            const auto scenario = read_head(line);
            if (!scenario) return Error{ErrorKind::malformed, "read the corpus", fmt::format("line {}", number), 0, line};
            scenarios.push_back(*scenario);
        } else if (scenarios.empty() || !read_ingredient(std::string_view{line}.substr(first), scenarios.back())) {
            return Error{ErrorKind::malformed, "read the corpus", fmt::format("line {}", number), 0, line};
        }
    }
    return scenarios;
}

}  // namespace sstp::simulation
