#include "tests/simulation/run.h"

#include "core/record/memory_record.h"
#include "tests/simulated_windows/healthy_world.h"
#include "tests/simulated_windows/simulated_ports.h"
#include "tests/simulation/mishap.h"

#include <fmt/format.h>

#include <memory>

namespace sstp::simulation {

using namespace simulated;

namespace {

/// Enough for a day's budget to come back at the pace at which the watchdog looks when it is refused.
constexpr int kMostCyclesToHealth = 60;

/// One machine over several lives of our process.
class Machine {
public:
    Machine(const Scenario& scenario, const std::function<void(const std::string&)>& narrate)
        : world_(healthy_world()), record_(world_), oath_(scenario, world_, record_) {
        record_.on_refusal = [this] { oath_.external_fault(); };
        if (scenario.on_sqlite) record_.use_sqlite(scenario.seed);
        oath_.narrate = narrate;
        world_.keeps_told = false;   // the journal is what is judged
        world_.files[kPolicyFile] = "{}";
        world_.adversary = &oath_;
        for (const PlannedMishap& each : scenario.mishaps) {
            if (each.at_call == 0) oath_.between_calls(world_);
        }
    }

    void safety(std::uint32_t cycles) {
        for (std::uint32_t i = 0; i < cycles && !oath_.all_has_struck(); ++i) one_life_or_cycle();
    }

    void liveness() {
        oath_.calm_down();
        calm(world_);
        CycleReport report;
        std::string before;
        for (int i = 0; i < kMostCyclesToHealth; ++i) {
            report = cycle();
            if (report.healthy && !record_.inner.contents().open_heal) break;
            // The same thing said twice without a time at which it would change: nothing will come of waiting.
            const std::string now = fixed_point(report);
            if (!now.empty() && now == before) break;
            before = now;
            world_.advance(wait_of(report));
        }
        oath_.judge_convergence(report);
        oath_.judge_journal();
        // A healthy end of a cycle that has written nothing is a second look at a healthy server itself.
        const std::size_t writes = world_.writes.size();
        if (!report.healthy || writes == before_cycle_) return;
        (void)cycle();
        if (world_.writes.size() != writes) throw Violation{"idempotent", "a second cycle after health wrote again", world_.calls};
    }

    void account(Outcome& outcome) const {
        outcome.calls = world_.calls;
        outcome.faults = oath_.faults_struck;
        outcome.crashes = oath_.crashes_struck;
        outcome.mishaps = oath_.mishaps_struck;
        outcome.heals = record_.inner.contents().heal_count;
        outcome.most_restarts_in_an_hour = oath_.most_restarts_in_an_hour;
        outcome.trace = oath_.trace;
        for (const JournalEvent& each : record_.inner.events()) outcome.trace = outcome.trace * 31 + std::hash<std::string>{}(each.text);
        outcome.matrix = oath_.matrix;
    }

private:
    void one_life_or_cycle() {
        try {
            const CycleReport report = cycle();
            world_.advance(watchdog_ ? watchdog_->next_look() : report.ended.monotonic - report.began.monotonic);
            if (world_.stop_requested) {
                watchdog_->stop("asked to stop");
                end_process();
                world_.stop_requested = false;
            }
        } catch (const Crash&) {
            oath_.process_died();
            end_process();
            record_.process_died(oath_.machine_restarts);
            if (!oath_.machine_restarts) return;
            world_.boot();
            oath_.machine_booted();
        }
    }

    CycleReport cycle() {
        Wakes wakes{Wake::timer};
        if (!watchdog_) {
            ports_ = std::make_unique<ProcessPorts>(world_, record_);
            WatchdogOptions options;
            options.policy_file = kPolicyFile;
            options.computer = "vpn1";
            options.version = "0";
            options.writes_status = false;   // rendering is tested elsewhere, and would be most of the run
            watchdog_ = std::make_unique<Watchdog>(*ports_, options);
            oath_.watch(watchdog_.get());
            watchdog_->start();
            wakes = {Wake::service_start};
        }
        oath_.watch(watchdog_.get());
        oath_.begin_cycle();
        before_cycle_ = world_.writes.size();
        const CycleReport report = watchdog_->cycle(wakes);
        oath_.end_cycle(report);
        if (oath_.narrate) narrate_report(report);
        return report;
    }

    /// What the cycle found and decided, if nothing but another actor can change it; else nothing.
    std::string fixed_point(const CycleReport& report) const {
        const auto* refused = std::get_if<Refused>(&report.decision);
        const bool nothing_to_do = std::holds_alternative<NothingToDo>(report.decision);
        if (record_.inner.contents().open_heal || report.heal || (!nothing_to_do && (!refused || refused->until))) return {};
        std::string said = refused ? refused->why : "nothing to do";
        for (const Finding& each : report.findings) said += std::string{" "} + word(each.reason) + each.subject;
        return said;
    }

    void narrate_report(const CycleReport& report) const {
        std::string line = fmt::format("---- cycle {} ends at {}:", report.number, to_rfc3339(world_.wall));
        for (const Finding& each : report.findings) line += fmt::format(" {}", word(each.reason));
        if (const auto* refused = std::get_if<Refused>(&report.decision)) line += fmt::format("; refused: {}", refused->why);
        if (report.heal) line += fmt::format("; heal {}: {}", word(report.heal->result), report.heal->explanation);
        oath_.narrate(line);
    }

    Duration wait_of(const CycleReport& report) const {
        const auto* refused = std::get_if<Refused>(&report.decision);
        if (refused && refused->until && *refused->until > world_.wall) {
            return std::min<Duration>(*refused->until - world_.wall, std::chrono::hours{25});
        }
        return watchdog_->next_look();
    }

    void end_process() {
        watchdog_.reset();
        ports_.reset();
        oath_.watch(nullptr);
    }

    World world_;
    TakingRecord record_;
    Oath oath_;
    std::size_t before_cycle_ = 0;   ///< writes when the last cycle began
    std::unique_ptr<ProcessPorts> ports_;
    std::unique_ptr<Watchdog> watchdog_;
};

}  // namespace

Outcome run(const Scenario& scenario, const std::function<void(const std::string&)>& narrate) {
    Outcome outcome;
    Machine machine(scenario, narrate);
    try {
        machine.safety(scenario.cycles);
        machine.liveness();
    } catch (const Violation& violation) {
        outcome.violation = violation;
    }
    machine.account(outcome);
    return outcome;
}

Scenario shrink(const Scenario& scenario, const std::string& promise) {
    Scenario smallest = scenario;
    for (bool smaller = true; smaller;) {
        smaller = false;
        for (std::size_t i = 0; i < smallest.size(); ++i) {
            const Scenario candidate = smallest.without(i);
            const Outcome outcome = run(candidate);
            if (!outcome.violation || outcome.violation->promise != promise) continue;
            smallest = candidate;
            smaller = true;
            break;
        }
    }
    return smallest;
}

}  // namespace sstp::simulation
