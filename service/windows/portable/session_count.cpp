#include "service/windows/portable/session_count.h"

#include <algorithm>
#include <chrono>
#include <string_view>
#include <utility>

namespace sstp {

namespace {

bool is_sstp(std::string_view device) {
    constexpr std::string_view kProtocol = "(sstp)";
    const auto same = [](char a, char b) { return a == b || (a >= 'A' && a <= 'Z' && a - 'A' + 'a' == b); };
    return std::search(device.begin(), device.end(), kProtocol.begin(), kProtocol.end(), same) != device.end();
}

void add(TunnelSessions& to, WallTime began) {
    ++to.open;
    if (!to.newest_began || *to.newest_began < began) to.newest_began = began;
}

}  // namespace

WallTime SessionCounter::begin_of(const RasConnection& connection, WallTime now) const {
    constexpr Duration kRounding = std::chrono::seconds{2};
    const WallTime began = now - std::chrono::seconds{connection.seconds};
    const auto known = began_.find(connection.handle);
    // Another begin under the same handle is another session, or the clock was set.
    const bool same = known != began_.end() && std::chrono::abs(known->second - began) <= kRounding;
    return same ? known->second : began;
}

Sessions SessionCounter::count(const std::vector<RasConnection>& connections, const std::vector<RasPort>& ports, WallTime now) {
    Sessions sessions;
    std::map<std::uint64_t, WallTime> began;
    for (const RasConnection& connection : connections) {
        const bool over_sstp =
            std::ranges::any_of(ports, [&](const RasPort& port) { return port.connection == connection.handle && is_sstp(port.device); });
        const WallTime begin = began[connection.handle] = begin_of(connection, now);
        add(over_sstp ? sessions.sstp : sessions.others, begin);
    }
    began_ = std::move(began);
    return sessions;
}

}  // namespace sstp
