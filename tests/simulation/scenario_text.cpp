// A scenario as text. Seeds alone would not do for a corpus: what a seed means changes whenever the drawing does.

#include "tests/simulation/faults.h"
#include "tests/simulation/happenings.h"
#include "tests/simulation/scenario.h"
#include "tests/simulation/traits.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
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

constexpr const char* kOnSqlite = ", on SQLite";
constexpr const char* kLost = ", wakes are lost";

/// "at 3600000 ms", and "behind call 2 of bindings.put from 3600000 ms on" where a call is named.
std::string tell_when(const When& when) {
    if (!when.behind) return fmt::format("at {} ms", when.at.count());
    return fmt::format("behind call {} of {} from {} ms on", when.nth, word(*when.behind), when.at.count());
}

/// Takes `words` off the front of `rest`.
bool take(std::string_view& rest, std::string_view words) {
    if (!rest.starts_with(words)) return false;
    rest.remove_prefix(words.size());
    return true;
}

template <class Number>
bool take_number(std::string_view& rest, Number& number) {
    const auto [end, failed] = std::from_chars(rest.data(), rest.data() + rest.size(), number);
    if (failed != std::errc{}) return false;
    rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
    return true;
}

bool take_duration(std::string_view& rest, Duration& duration) {
    Duration::rep count = 0;
    if (!take_number(rest, count) || !take(rest, " ms")) return false;
    duration = Duration{count};
    return true;
}

bool take_when(std::string_view& rest, When& when) {
    if (take(rest, "at ")) return take_duration(rest, when.at);
    if (!take(rest, "behind call ") || !take_number(rest, when.nth) || !take(rest, " of ")) return false;
    for (std::size_t i = 0; i < simulated::kPortCallCount; ++i) {
        const auto call = static_cast<PortCall>(i);
        if (!take(rest, fmt::format("{} from ", word(call)))) continue;
        when.behind = call;
        return take_duration(rest, when.at) && take(rest, " on");
    }
    return false;
}

/// `name (number)`, the name one of a table.
template <class Table>
bool take_named(std::string_view& rest, const Table& table, std::size_t& index, std::uint64_t& number) {
    for (index = 0; index < table.size(); ++index) {
        std::string_view tail = rest;
        if (!take(tail, table[index].name) || !take(tail, " (") || !take_number(tail, number) || tail != ")") continue;
        return true;
    }
    return false;
}

bool read_crash(std::string_view what, Scenario& scenario) {
    PlannedCrash crash;
    if (!take_when(what, crash.when) || !take(what, ": ")) return false;
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

bool read_fault(std::string_view what, Scenario& scenario) {
    PlannedFault planned;
    if (!take_when(what, planned.when) || !take(what, ": call ") || !take_number(what, planned.when.nth) || !take(what, " of "))
        return false;
    for (planned.fault = 0; planned.fault < documented_faults().size(); ++planned.fault) {
        const DocumentedFault& fault = documented_faults()[planned.fault];
        for (const EffectWords& each : kEffects) {
            std::string_view rest = what;
            if (!take(rest, fmt::format("{} {} {} ({}), ", word(fault.call), each.words, word(fault.kind), fault.code))) continue;
            planned.effect = each.effect;
            if (!take_number(rest, planned.how_many) || !take(rest, " times, ") || !take_duration(rest, planned.takes) || rest != " each")
                return false;
            scenario.faults.push_back(planned);
            return true;
        }
    }
    return false;
}

bool read_ingredient(std::string_view line, Scenario& scenario) {
    if (take(line, "the server: ")) {
        PlannedTrait trait;
        if (!take_named(line, simulation::traits(), trait.trait, trait.number)) return false;
        scenario.traits.push_back(trait);
        return true;
    }
    PlannedHappening happening;
    std::string_view rest = line;
    if (take_when(rest, happening.when) && take(rest, ": ") &&
        take_named(rest, simulation::happenings(), happening.happening, happening.number)) {
        scenario.happenings.push_back(happening);
        return true;
    }
    return read_crash(line, scenario) || read_fault(line, scenario);
}

std::optional<Scenario> read_head(std::string_view line) {
    Scenario scenario;
    if (!take(line, "run ") || !take_number(line, scenario.seed) || !take(line, ", ") || !take_duration(line, scenario.length))
        return std::nullopt;
    scenario.on_sqlite = take(line, kOnSqlite);
    scenario.wakes_are_lost = take(line, kLost);
    return line.empty() ? std::optional{scenario} : std::nullopt;
}

}  // namespace

std::string Scenario::tell() const {
    std::string text = fmt::format("run {}, {} ms{}{}\n", seed, length.count(), on_sqlite ? kOnSqlite : "", wakes_are_lost ? kLost : "");
    for (const PlannedTrait& each : traits)
        text += fmt::format("  the server: {} ({})\n", simulation::traits()[each.trait].name, each.number);
    for (const PlannedHappening& each : happenings) {
        text += fmt::format("  {}: {} ({})\n", tell_when(each.when), simulation::happenings()[each.happening].name, each.number);
    }
    for (const PlannedFault& each : faults) {
        const DocumentedFault& fault = documented_faults()[each.fault];
        const char* words = "";
        for (const EffectWords& spelled : kEffects) {
            if (spelled.effect == each.effect) words = spelled.words;
        }
        text += fmt::format("  {}: call {} of {} {} {} ({}), {} times, {} ms each\n", tell_when(each.when), each.when.nth, word(fault.call),
                            words, word(fault.kind), fault.code, each.how_many, each.takes.count());
    }
    for (const PlannedCrash& each : crashes) {
        text += fmt::format("  {}: {} {} it\n", tell_when(each.when), each.machine_too ? "power is lost" : "our process dies",
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
        const auto malformed = [&] { return Error{ErrorKind::malformed, "read the corpus", fmt::format("line {}", number), 0, line}; };
        if (first == 0) {
            const auto scenario = read_head(line);
            if (!scenario) return malformed();
            scenarios.push_back(*scenario);
        } else if (scenarios.empty() || !read_ingredient(std::string_view{line}.substr(first), scenarios.back())) {
            return malformed();
        }
    }
    return scenarios;
}

}  // namespace sstp::simulation
