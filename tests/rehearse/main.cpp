// `rehearse POLICY [SNAPSHOT]`: the stories of `sstp-watchdog rehearse` without Windows, for a policy that is written on Linux.

#include "core/policy/read_policy.h"
#include "core/record/snapshot_file.h"
#include "core/watchdog/rehearsal/stories.h"

#include <fstream>
#include <iostream>
#include <optional>
#include <sstream>

namespace {

std::optional<std::string> content(const char* path) {
    std::ifstream file{path, std::ios::binary};
    if (!file) return std::nullopt;
    std::ostringstream all;
    all << file.rdbuf();
    return all.str();
}

int complain(const std::string& text, int code) {
    std::cerr << "rehearse: " << text << '\n';
    return code;
}

}  // namespace

int main(int count, char** arguments) {
    if (count < 2 || count > 3) return complain("POLICY [SNAPSHOT]", 64);
    const auto policy = content(arguments[1]);
    if (!policy) return complain(std::string{"could not read "} + arguments[1], 1);
    if (const auto reading = sstp::read_policy(*policy); !reading.policy) {
        std::cerr << sstp::to_lines_with_excerpts(reading.problems, arguments[1]);
        return 2;
    }
    using namespace std::chrono;
    sstp::Snapshot snapshot = sstp::rehearsal::example_server(floor<sstp::Duration>(system_clock::now()));
    if (count == 3) {
        const auto file = content(arguments[2]);
        if (!file) return complain(std::string{"could not read "} + arguments[2], 1);
        auto read = sstp::snapshot_from_file(*file);
        if (!read) return complain(read.error().message(), 1);
        snapshot = *std::move(read);
    }
    snapshot.policy_file = policy;
    constexpr std::size_t kColumns = 80;
    std::cout << sstp::render_rehearsal_text(sstp::rehearsal::rehearse(snapshot), kColumns);
    return 0;
}
