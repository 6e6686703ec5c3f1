#pragma once

#include "tests/simulation/checker.h"
#include "tests/simulation/faults.h"

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace sstp::simulation {

/// Stands between the product and the world: has others act, calls fail and processes die as the scenario says, keeps the scene, and
/// shows the checkers whatever happens. Between any two calls of the product it looks what the last one changed.
class Judge final : public simulated::Adversary {
public:
    Judge(const Scenario& scenario, Server& server, const RecordContents& record);

    simulated::Verdict on_call(PortCall call, std::uint64_t number) override;
    void between_calls(World& world) override;

    /// Others act whose time has come, and clients are looked at. True: the machine has booted, and with it our process ended.
    bool let_others_act();
    void see_what_was_written();
    void committed(const std::optional<OpenHeal>& before, const std::vector<JournalEvent>& events);
    void cycle_begins(const Policy& policy);
    void cycle_ends(const CycleReport& report, const Policy& policy);
    void process_ended(bool machine_too);
    void disk_was_full();
    /// Faults and crashes are over; what others do goes on.
    void no_more_faults() { armed_ = false; }
    void all_is_calm();
    void run_ends(const CycleReport& last);
    /// A port call is to end our process: power is lost with it.
    [[nodiscard]] bool machine_too() const { return machine_too_; }

    std::function<void(const std::string&)> narrate;
    /// The policy by which the process acts just now, which a cycle may have read a moment ago; nothing: no process lives.
    std::function<const Policy*()> policy_in_force;
    std::uint64_t crashes = 0;
    std::uint64_t happened = 0;
    std::map<std::string, std::uint64_t> restarts_by_cause;   ///< what a heal that started RemoteAccess was for
    Duration somebody_out{0};            ///< true time during which a family that can be dialled did not come through
    std::uint64_t trace = 0;
    std::vector<bool> matrix;            ///< documented faults that struck
    [[nodiscard]] const Scene& scene() const { return scene_; }

private:
    struct Aim {
        bool spent = false;
        std::uint32_t seen = 0;
        std::uint64_t left = 0;          ///< of a fault that has begun
    };
    template <class Act>
    void each_checker(Act act) {
        for (const auto& checker : checkers_) act(*checker);
    }
    void note_policy();
    static bool strikes(const When& when, PortCall call, Duration now, Aim& aim);
    void aim_at(PortCall call);
    void note_store();
    void note_ends();
    void disturb(const std::string& what);
    void note_history();
    void look_at_clients();
    [[nodiscard]] bool clients_may_get_something_else() const;

    const Scenario& scenario_;
    Server& server_;
    Scene scene_;
    std::vector<std::unique_ptr<Checker>> checkers_;
    std::vector<Aim> happening_aims_, fault_aims_, crash_aims_;
    std::vector<std::size_t> ready_;     ///< happenings that are to come right now, behind the call they are aimed at
    std::size_t writes_seen_ = 0;
    Duration looked_at_clients_{0};
    bool changed_ = true;             ///< somebody, or the product, did something since clients were looked at
    bool was_ready_ = false;          ///< SSTP took calls then
    bool armed_ = true;
    bool machine_too_ = false;
    bool booted_ = false;
    bool was_looked_at_ = false;      ///< a look at this machine has ended
};

}  // namespace sstp::simulation
