#pragma once

#include "core/model/policy.h"
#include "core/watchdog/watchdog.h"
#include "tests/simulated_windows/world.h"
#include "tests/simulation/durable_view.h"
#include "tests/simulation/scenario.h"
#include "tests/simulation/violation.h"

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace sstp::simulation {

/// What the product last saw of the world: all that it may rest on.
struct LastSeen {
    std::set<Thumbprint> fit;                 ///< naively fit at the last list of certificates
    std::set<Bytes> fit_hashes;               ///< their SHA-1 and SHA-256
    std::set<Thumbprint> bound;               ///< by the last list of bindings
    bool kill_switch_since_write = false;     ///< it was read after the last change
    bool kill_switch_allows = false;
    bool something_unreadable = false;        ///< in this cycle's look, before any heal began
};

/// The world when the open heal began.
struct HealBegan {
    std::string id;
    std::vector<ListenerBinding> bindings;
    std::map<SstpValue, RawValue> parameters;
    std::set<std::string> running;
    std::uint64_t rras_changes = 0;
    bool actors = false;            ///< others acted since
    bool service_faults = false;    ///< calls to the SCM were struck since
    bool power_lost = false;
    bool we_died = false;
};

/// One stop of RemoteAccess by the product, in true time.
struct RrasStop {
    Duration at{0};
    bool refusable = true;          ///< of a heal, not of an undo or a recovery
};

/// The adversary of a run, and the judge: every promise is judged at every call.
class Oath final : public simulated::Adversary {
public:
    Oath(const Scenario& scenario, simulated::World& world, const TakingRecord& record);

    simulated::Verdict on_call(simulated::PortCall call, std::uint64_t number) override;
    void between_calls(simulated::World& world) override;

    /// The process under test; null while there is none.
    void watch(const Watchdog* watchdog) { watchdog_ = watchdog; }
    /// Something outside the scenario failed: a full disk under the database.
    void external_fault() { faults_since_cycle_began_ = true; }
    /// Our process died: what it wrote last is judged before anything else happens.
    void process_died();
    void machine_booted();
    void begin_cycle();
    void end_cycle(const CycleReport& report);
    /// Nothing that was planned is still to come: from here on a run is its liveness phase.
    [[nodiscard]] bool all_has_struck() const;
    /// Faults and actors stop: liveness.
    void calm_down();
    /// After the liveness phase: healthy, or rightly refused.
    void judge_convergence(const CycleReport& report);
    /// The whole journal: numbered without a hole.
    void judge_journal();

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
    void note_reading(simulated::PortCall call);
    void note_load(simulated::Effect effect);
    void note_fault(simulated::PortCall call, simulated::Effect effect, ErrorKind kind);
    void tell_of(const simulated::Write& write) const;
    [[nodiscard]] bool our_own_restart_is_under_way();

    // promises_at_writes.cpp
    void judge_new_writes();
    void fit_or_nothing(const simulated::Write& write);
    void undo(const simulated::Write& write);
    void not_ours(const simulated::Write& write);
    void hands_off(const simulated::Write& write);
    void budget(const simulated::Write& write);
    void services_as_found(const simulated::Write& write);
    void keys_stay(const simulated::Write& write);
    void budget_of_hour_and_day(const simulated::Write& write);
    [[nodiscard]] bool puts_back(const simulated::Write& write);
    [[nodiscard]] bool writing_is_allowed() const;

    // promises_at_ends.cpp
    void follow_heal();
    [[nodiscard]] bool database_was_out_of_sight() const;
    void judge_finished_heal(const HealBegan& began);
    void told(const HealBegan& began);
    void told_findings(const CycleReport& report);
    void same_certificate();
    [[nodiscard]] std::optional<Thumbprint> what_clients_get(AddressFamily family) const;
    void judge_repetition(const CycleReport& report, bool undisturbed);
    [[nodiscard]] bool as_found(const HealBegan& began) const;
    [[nodiscard]] std::string asked_name() const;
    [[nodiscard]] bool serves() const;
    [[nodiscard]] bool perfectly_healthy() const;
    [[nodiscard]] bool nothing_fits();

    [[nodiscard]] bool naive_fit(const Certificate& certificate) const;
    [[noreturn]] void broken(const char* promise, const std::string& explanation) const;

    const Scenario& scenario_;
    simulated::World& world_;
    DurableView durable_;
    const Watchdog* watchdog_ = nullptr;
    bool calm_ = false;
    std::uint64_t next_ingredient_ = 0;     ///< no mishap, fault or crash is planned before this call

    std::size_t judged_writes_ = 0;
    std::vector<std::uint64_t> fault_hits_;
    std::vector<bool> happened_;
    std::vector<bool> crashed_;

    LastSeen seen_;
    std::set<std::string> stopped_by_administrator_;
    bool administrator_ever_stopped_rras_ = false;
    bool actors_since_cycle_began_ = false;
    bool actors_ever_ = false;
    bool faults_since_cycle_began_ = false;
    bool healthy_when_cycle_began_ = false;
    std::size_t writes_when_cycle_began_ = 0;
    std::vector<Reason> last_cured_;        ///< by the heal of the cycle before, if nobody disturbed it
    WallTime wall_when_cycle_began_{};
    std::uint32_t highest_hourly_limit_ = 0;
    std::uint32_t highest_daily_limit_ = 0;

    std::vector<RrasStop> stops_;
    std::map<std::string, std::uint64_t> stops_of_heal_;
    std::optional<HealBegan> open_heal_;
    std::pair<std::uint64_t, std::size_t> followed_{};   ///< version of what is durable when the heal was last looked at
    std::uint64_t last_sequence_ = 0;
    std::set<std::string> heals_;           ///< all that were ever begun
    std::set<std::string> overtaken_;       ///< heals over which another was begun, in a database out of sight
    std::optional<Duration> unread_since_;  ///< true time of the first of the present row of vain attempts to read the database
};

}  // namespace sstp::simulation
