#pragma once

#include "core/record/memory_record.h"
#include "core/watchdog/watchdog.h"
#include "tests/simulated_windows/healthy_world.h"
#include "tests/simulated_windows/simulated_ports.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace sstp::test {

/// A server of field/servers.md with the watchdog on it, as a story: what happens to it, how time passes, what clients get. Time is
/// simulated; between two looks the world goes on in steps of a second, and what would wake the service wakes it.
class WatchedServer {
public:
    simulated::World world = simulated::healthy_world();
    simulated::SimulatedClock record_clock{world};
    MemoryRecord record{std::string(32, 'a'), &record_clock};
    std::string policy = "{}";             ///< text of policy.json; written when the story begins
    bool policy_file_is_gone = false;   ///< `begin` does not write it

    /// The service starts (again): a new process on the same record.
    void begin();
    /// The process dies without a word.
    void crash() { watchdog_.reset(); }
    /// The machine boots, and the service with it.
    void boot();
    /// The service watches for so long.
    void live(Duration how_long);
    /// One cycle now.
    CycleReport look(const Wakes& wakes = {Wake::timer});
    CycleReport heal_asked(bool ignore_window = false) {
        return look({ignore_window ? Wake::administrator_heal_ignoring_window : Wake::administrator_heal});
    }
    /// Lives until the next local 02:00 and through the window (which ends at 05:00).
    void live_through_the_window();
    void new_policy(const std::string& text);

    /// Names and CA are learned, all is proven: a quiet day with clients, then the counters begin at zero.
    void settle();

    [[nodiscard]] const CycleReport& last() const { return last_; }
    [[nodiscard]] bool connects(AddressFamily family) const { return world.client_connects(family, "vpn.example.com"); }
    [[nodiscard]] bool all_connect() const { return connects(AddressFamily::ipv4) && connects(AddressFamily::ipv6); }
    [[nodiscard]] std::uint64_t restarts() const { return world.restarts_of_rras - restarts_before_; }
    [[nodiscard]] std::size_t writes() const { return world.writes.size() - writes_before_; }
    [[nodiscard]] std::size_t told(EventType type) const;
    [[nodiscard]] bool finds(Reason reason, Severity severity) const;
    [[nodiscard]] bool finds(Reason reason) const { return has(last_.findings, reason); }
    /// The word of the last refusal; "nothing_to_do", "heal".
    [[nodiscard]] std::string decision() const;
    /// Findings, decision and the newest events, for the message of a test that fails.
    [[nodiscard]] std::string described() const;
    /// Seconds in which IPv4 clients could not connect, since `count`.
    [[nodiscard]] std::int64_t seconds_without_vpn() const { return seconds_without_vpn_; }
    /// The counters begin anew.
    void count();
    /// The certificate that everything names: "1", "2", or a description of the disagreement.
    [[nodiscard]] std::string everything_names() const;

private:
    void pass_some_time(Duration most);
    [[nodiscard]] Wakes woken() const;
    struct Seen {
        std::optional<WallTime> parameters, bindings;
        std::size_t store = 0, log = 0;
        ServiceState rras{};
        friend bool operator==(const Seen&, const Seen&) = default;
    };
    [[nodiscard]] Seen seen() const;

    std::unique_ptr<simulated::ProcessPorts> ports_;
    std::unique_ptr<Watchdog> watchdog_;
    Seen last_seen_;
    CycleReport last_;
    std::uint64_t restarts_before_ = 0;
    std::size_t writes_before_ = 0;
    std::size_t events_before_ = 0;
    std::int64_t seconds_without_vpn_ = 0;
};

inline constexpr AddressFamily kIpv4 = AddressFamily::ipv4;
inline constexpr AddressFamily kIpv6 = AddressFamily::ipv6;

}  // namespace sstp::test
