#pragma once

#include "core/policy/policy.h"
#include "core/ports/record.h"
#include "core/watchdog/watchdog.h"
#include "tests/simulated_windows/world.h"
#include "tests/simulation/scenario.h"

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace sstp::simulation {

/// A promise of DESIGN section 1 was broken. Thrown through the product: nothing in it catches.
struct Violation {
    std::string promise;
    std::string explanation;
    std::uint64_t at_call = 0;
};

/// What is judged at every call. Knows the world as it is, the record as it is on disk, and the policy in force.
class Oath final : public simulated::Adversary {
public:
    Oath(const Scenario& scenario, simulated::World& world);

    simulated::Verdict on_call(simulated::PortCall call, std::uint64_t number) override;
    void between_calls(simulated::World& world) override;

    /// The process under test: where its policy and its durable record are. Null while there is none.
    void watch(const Watchdog* watchdog, const RecordContents* record);
    void begin_cycle();
    void end_cycle(const CycleReport& report);
    /// Faults and actors stop: liveness.
    void calm_down() { calm_ = true; }
    /// After the liveness phase: healthy, or rightly refused.
    void judge_convergence(const CycleReport& report);

    std::uint64_t faults_struck = 0;
    std::uint64_t crashes_struck = 0;
    std::uint64_t mishaps_struck = 0;
    std::uint64_t most_restarts_in_an_hour = 0;
    std::vector<bool> matrix;           ///< which documented faults struck
    std::uint64_t trace = 0xCBF29CE484222325ULL;   ///< hash over calls and verdicts: same seed, same trace
    bool machine_restarts = false;      ///< the crash that was just thrown took the machine with it
    /// Says each call, what became of it, and each change: a line each. Empty: nobody listens.
    std::function<void(const std::string&)> narrate;

private:
    using Promise = void (Oath::*)(const simulated::Write&);
    simulated::Verdict verdict_on(simulated::PortCall call, std::uint64_t number);
    void tell_of(const simulated::Write& write) const;
    void judge_new_writes();
    void fit_or_nothing(const simulated::Write& write);
    void undo(const simulated::Write& write);
    void not_ours(const simulated::Write& write);
    void hands_off(const simulated::Write& write);
    void budget(const simulated::Write& write);
    void services_as_found(const simulated::Write& write);
    void keys_stay(const simulated::Write& write);
    void told();
    void judge_finished_heal();
    void same_certificate();
    void idempotent(const CycleReport& report);

    [[nodiscard]] bool kept_beside_the_database() const;
    [[nodiscard]] bool puts_back(const simulated::Write& write) const;
    [[nodiscard]] bool naive_fit(const Certificate& certificate) const;
    [[nodiscard]] bool writing_is_allowed() const;
    [[noreturn]] void broken(const char* promise, const std::string& explanation) const;
    void remember_foreign_state();

    const Scenario& scenario_;
    simulated::World& world_;
    const Watchdog* watchdog_ = nullptr;
    const RecordContents* record_ = nullptr;
    bool calm_ = false;

    std::size_t judged_writes_ = 0;
    std::map<std::size_t, std::uint64_t> fault_hits_;
    std::set<std::size_t> happened_;
    std::set<std::size_t> crashed_;

    // What the product last read, since that is what it may rest on.
    std::set<Thumbprint> fit_at_last_list_;
    bool kill_switch_read_since_write_ = false;
    bool kill_switch_allowed_ = false;
    bool https_at_last_read_ = true;
    std::set<std::string> stopped_by_administrator_;
    bool actors_since_cycle_began_ = false;
    std::uint64_t last_actor_call_ = 0;
    bool faults_since_cycle_began_ = false;
    std::size_t writes_when_cycle_began_ = 0;
    bool healthy_when_cycle_began_ = false;

    std::vector<MonotonicTime> rras_stops_;     ///< by the product, on this boot
    std::optional<std::string> open_heal_;      ///< id of the heal that was open at the last call
    std::vector<ListenerBinding> bindings_when_heal_began_;
    std::map<SstpValue, RawValue> parameters_when_heal_began_;
    std::set<std::string> ran_when_heal_began_;
    std::uint64_t last_sequence_ = 0;
    bool disturbed_since_heal_began_ = false;   ///< by actors, lies or crashes of the machine
};

}  // namespace sstp::simulation
