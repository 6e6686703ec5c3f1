#pragma once

#include "core/record/memory_record.h"
#include "core/watchdog/watchdog.h"
#include "tests/simulated_windows/healthy_world.h"
#include "tests/simulated_windows/simulated_ports.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sstp::test {

/// Who is at work at the server while the product is: asked between any two calls that it makes.
class Meanwhile final : public simulated::Adversary {
public:
    std::function<void(simulated::World&)> others;                         ///< somebody else's turn
    std::function<simulated::Verdict(simulated::PortCall)> windows;        ///< what Windows makes of a call; empty: as documented
    simulated::Verdict on_call(simulated::PortCall call, std::uint64_t) override { return windows ? windows(call) : simulated::Verdict{}; }
    void between_calls(simulated::World& world) override {
        if (others) others(world);
    }
};

/// A server of field/servers.md with the watchdog on it, as a story: what happens to it, how time passes, what clients get. Time is
/// simulated; between two looks the world goes on in steps of a second, and what would wake the service wakes it.
class WatchedServer {
public:
    simulated::World world = simulated::healthy_world();
    simulated::SimulatedClock record_clock{world};
    MemoryRecord record{std::string(32, 'a'), &record_clock};
    Record* on_disk = nullptr;          ///< the state database in place of `record`; what was told is then in it
    std::string policy = "{}";             ///< text of policy.json; written when the story begins
    bool policy_file_is_gone = false;   ///< `begin` does not write it
    bool writes_status = false;         ///< status.json and the metrics in each cycle, as the service does: half of a story's time

    /// The service starts (again): a new process on the same record.
    void begin();
    /// The process dies without a word.
    void crash() { watchdog_.reset(); }
    /// It died at a call (`Effect::crashes_before`, `crashes_after`): nothing looks until it begins again.
    [[nodiscard]] bool is_dead() const { return watchdog_ == nullptr; }
    /// The SCM asks the service to stop, and it does: what it stopped is asked to start, at most `most` is waited for. Gives the services
    /// that could not be asked.
    std::vector<std::string> stop(Duration most = std::chrono::seconds{90});
    /// The machine boots, and the service with it.
    void boot();
    /// The service watches for so long.
    void live(Duration how_long);
    /// It watches until something is so, at most so long; false: it never was.
    bool live_until(const std::function<bool()>& is_so, Duration most);
    /// Somebody is at work between any two calls of ours from now on, also while a heal runs; between two looks he has a turn each second
    /// that the world goes on.
    void meanwhile(std::function<void(simulated::World&)> others);
    /// What Windows makes of each call of ours from now on.
    void windows_answers(std::function<simulated::Verdict(simulated::PortCall)> windows);
    /// So many restarts of the services were charged so long ago, before the service (which does not run now) begins.
    void charged(std::size_t count, Duration ago);
    /// The state database was damaged, set aside and made anew, while the service does not run: nothing is remembered, the budget neither.
    void lose_the_database();
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
    /// The explanation of a finding of the last look; empty: it is not found.
    [[nodiscard]] std::string said_of(Reason reason) const;
    /// How many times a finding of `reason` was told as `severity` since `count`, reminders included.
    [[nodiscard]] std::size_t raised(Reason reason, Severity severity) const;
    /// Text of the newest event of a type since `count`; empty: there was none.
    [[nodiscard]] std::string newest(EventType type) const;
    /// Writes of a kind since `count`.
    [[nodiscard]] std::size_t writes(simulated::PortCall call) const;
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
    /// `connected`: whether an IPv4 client can connect now; afterwards, whether one can then.
    void pass_some_time(Duration most, bool& connected);
    [[nodiscard]] Wakes woken() const;
    struct Seen {
        std::optional<WallTime> parameters, bindings;
        std::size_t store = 0, log = 0;
        ServiceState rras{};
        friend bool operator==(const Seen&, const Seen&) = default;
    };
    [[nodiscard]] Seen seen() const;

    Meanwhile meanwhile_;
    std::unique_ptr<simulated::ProcessPorts> ports_;
    std::unique_ptr<Watchdog> watchdog_;
    Seen last_seen_;
    CycleReport last_;
    std::uint64_t restarts_before_ = 0;
    std::size_t writes_before_ = 0;
    std::size_t events_before_ = 0;
    std::int64_t seconds_without_vpn_ = 0;
    Duration out_for_{};  ///< IPv4 clients, without a break
};

inline constexpr AddressFamily kIpv4 = AddressFamily::ipv4;
inline constexpr AddressFamily kIpv6 = AddressFamily::ipv6;

}  // namespace sstp::test
