#include "tests/simulation/rare_branches.h"

#include "core/model/rare.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <string_view>
#include <vector>

// Set by the linker: where the section begins and ends.
extern "C" {
extern sstp::RareBranch* const __start_sstp_rare[];   // NOLINT(bugprone-reserved-identifier): the linker's name
extern sstp::RareBranch* const __stop_sstp_rare[];    // NOLINT(bugprone-reserved-identifier): as above
}

namespace sstp::simulation {

namespace {

std::vector<const RareBranch*> rarest_first() {
    const std::span listed(__start_sstp_rare, static_cast<std::size_t>(__stop_sstp_rare - __start_sstp_rare));
    std::vector<const RareBranch*> all(listed.begin(), listed.end());
    std::sort(all.begin(), all.end(), [](const RareBranch* left, const RareBranch* right) {
        const auto times = left->times.load() <=> right->times.load();
        return times != 0 ? times < 0 : std::string_view{left->what} < std::string_view{right->what};
    });
    return all;
}

std::string_view from_core(std::string_view file) {
    const auto begin = file.rfind("core/");
    return begin == std::string_view::npos ? file : file.substr(begin);
}

}  // namespace

void tell_rare_branches(bool all) {
    const auto branches = rarest_first();
    const auto never = std::count_if(branches.begin(), branches.end(), [](const RareBranch* each) { return each->times == 0; });
    fmt::print("rare branches: {} of {} were run\n", branches.size() - static_cast<std::size_t>(never), branches.size());
    for (const RareBranch* each : branches) {
        const std::uint64_t times = each->times;
        if (times == 0) {
            fmt::print("  never run: {} ({}:{})\n", each->what, from_core(each->file), each->line);
        } else if (all) {
            fmt::print("  {:>10}  {} ({}:{})\n", times, each->what, from_core(each->file), each->line);
        }
    }
}

}  // namespace sstp::simulation
