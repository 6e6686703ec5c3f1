#include "tests/simulation/run.h"

#include "tests/simulation/by_hand.h"
#include "tests/simulation/client_view.h"
#include "tests/simulation/happenings.h"
#include "tests/simulation/idle.h"
#include "tests/simulation/judge.h"
#include "tests/simulation/judged_record.h"
#include "tests/simulation/narration.h"
#include "tests/simulation/noticeable.h"
#include "tests/simulation/random.h"
#include "tests/simulation/traits.h"

#include "core/watchdog/watchdog.h"
#include "tests/simulated_windows/simulated_ports.h"

#include <algorithm>
#include <memory>

namespace sstp::simulation {

using namespace simulated;
using namespace std::chrono_literals;

namespace {

/// What others had begun before all is calm comes to its end in this time.
constexpr Duration kToTheirEnd = 48h;
/// Time for what waits for its window or its schedule, once all is calm.
constexpr Duration kToHealth = 72h;
constexpr Duration kWakeAfter = 1500ms;      ///< a storm of notifications is one cycle
constexpr Duration kDownBetweenProcesses = 20s;

/// The server as the scenario has it, clients that come each working day included.
std::unique_ptr<Server> make_server(const Scenario& scenario) {
    auto server = std::make_unique<Server>();
    server->world.keeps_told = false;   // the journal is what is judged
    apply_traits(scenario, *server);
    server->world.log.clear();
    return server;
}

/// One machine over several lives of our process.
class Machine {
public:
    Machine(const Scenario& scenario, const Narrate& narrate)
        : scenario_(scenario),
          server_(make_server(scenario)),
          world_(server_->world),
          judge_(scenario, *server_, record_.contents()),
          random_(scenario.seed) {
        judge_.narrate = narrate;
        judge_.policy_in_force = [this] { return watchdog_ ? &watchdog_->policy() : nullptr; };
        if (scenario.on_sqlite) record_.use_sqlite(scenario.seed);
        record_.on_refusal = [this] { judge_.disk_was_full(); };
        record_.on_commit = [this](const auto& before, const auto& events) { judge_.committed(before, events); };
        world_.adversary = &judge_;
        if (server_->clients_dial_daily) server_->dial_every_morning();
        (void)judge_.let_others_act();   // what is so before our first look
    }

    void go_on_until(Duration until, bool stop_when_healthy) {
        while (world_.elapsed < until) {
            const bool healthy = live(until);
            if (stop_when_healthy && healthy && !record_.contents().open_heal) return;
        }
    }

    /// Somebody comes where clients stay out, as if nobody looked after the server.
    void go_on_attended(Duration until) {
        attendance_.emplace(*server_);
        while (world_.elapsed < until) {
            live(until);
            attendance_->look();
        }
    }

    void calm_down() {
        judge_.no_more_faults();
        const Duration end = world_.elapsed + kToTheirEnd;
        while (world_.elapsed < end && server_->others_are_at_work()) live(end);
        server_->forget_what_is_due();
        if (server_->clients_dial_daily) server_->dial_every_morning();
        calm(*server_);
        judge_.all_is_calm();
        last_happening_ = world_.elapsed;
        go_on_until(world_.elapsed + kToHealth, true);
        if (report_) judge_.run_ends(*report_);
    }

    void account(Outcome& outcome) const {
        outcome.calls = world_.calls;
        outcome.cycles = cycles_;
        outcome.skipped_cycles = skipped_;
        outcome.faults = judge_.scene().faults;
        outcome.crashes = judge_.crashes;
        outcome.happened = judge_.happened;
        outcome.heals = record_.contents().heal_count;
        outcome.restarts = world_.restarts_of_rras;
        outcome.restarts_by_cause = judge_.restarts_by_cause;
        outcome.sessions_ended = world_.sessions_ended_by_us;
        if (attendance_) attendance_->add_to(outcome);
        outcome.without_vpn = judge_.somebody_out;
        outcome.trace = judge_.trace;
        outcome.matrix = judge_.matrix;
    }

private:
    /// One cycle, and the time until the next. Gives whether it found the server healthy.
    bool live(Duration until) {
        try {
            one_cycle();
            if (world_.stop_requested) return stop_in_order();
            wait(until);
        } catch (const Crash&) {
            end_process(judge_.machine_too());
            return false;
        }
        return report_ && report_->healthy;
    }

    void one_cycle() {
        Wakes wakes = std::exchange(wakes_, {Wake::timer});
        if (!watchdog_) {
            ports_ = std::make_unique<ProcessPorts>(world_, record_);
            WatchdogOptions options;
            options.policy_file = kPolicyFile;
            options.computer = "vpn1";
            options.version = "0";
            options.writes_status = false;   // rendering is tested elsewhere, and would be most of the run
            watchdog_ = std::make_unique<Watchdog>(*ports_, options);
            watchdog_->start();
            wakes = {Wake::service_start};
        }
        const std::size_t writes = world_.writes.size();
        const std::uint64_t disturbances = judge_.scene().disturbances;
        const auto learned = record_.contents().learned;
        judge_.cycle_begins(watchdog_->policy());
        report_ = watchdog_->cycle(wakes);
        ++cycles_;
        judge_.cycle_ends(*report_, watchdog_->policy());
        if (judge_.narrate) judge_.narrate(narration(*report_));
        const std::string said = gist(*report_);
        const bool said_something_new = std::exchange(said_, said) != said || report_->heal || record_.contents().learned != learned;
        const bool disturbed = judge_.scene().disturbances != disturbances;   // behind the look: the next one sees it
        if (world_.writes.size() != writes || said_something_new || disturbed) last_happening_ = world_.elapsed;
    }

    /// Until the timer fires, something is noticed, or the stretch of idleness is over.
    void wait(Duration until) {
        if (hears_an_administrator()) return pass_until(std::min(world_.elapsed + kWakeAfter, until));
        Duration end = world_.elapsed + std::max<Duration>(watchdog_->next_look(), 1ms);
        const auto stretch = idle_stretch(judge_.scene(), *report_, world_.elapsed - last_happening_);
        if (stretch && world_.elapsed + *stretch > end) {
            const auto skipped =
                static_cast<std::uint64_t>((world_.elapsed + *stretch - end) / std::max<Duration>(watchdog_->next_look(), 1s));
            end = world_.elapsed + *stretch;
            if (random_.below(1000) < skipped) return look_in_between(end);
            skipped_ += skipped;
        }
        pass_until(std::min(end, until));
    }

    /// `sstp-watchdog heal`, which our service gets as a control of the SCM.
    bool hears_an_administrator() {
        const Asked asked = std::exchange(server_->asked, Asked::nothing);
        if (asked == Asked::nothing) return false;
        wakes_.insert(asked == Asked::heal ? Wake::administrator_heal : Wake::administrator_heal_ignoring_window);
        return true;
    }

    /// One of the cycles that an idle stretch leaves out: it must write nothing, and say nothing new but that it lives.
    void look_in_between(Duration end) {
        const Duration at = world_.elapsed +
                            Duration{static_cast<Duration::rep>(random_.below(static_cast<std::uint64_t>((end - world_.elapsed).count())))};
        const std::uint64_t disturbances = judge_.scene().disturbances;
        pass_until(at);
        if (world_.elapsed < at) return;
        const std::size_t writes = world_.writes.size();
        const bool awaits_a_client = record_.contents().awaited_client.has_value();   // restart.then for one that does not come (2.4)
        const bool hears_of_a_client = has_unheard_client(judge_.scene());
        one_cycle();
        const bool has_cause = awaits_a_client || hears_of_a_client;
        if (world_.writes.size() != writes && !has_cause && judge_.scene().undisturbed_since(disturbances)) {
            throw Violation{"idempotent", "a cycle of an idle stretch wrote " + world_.writes.back().subject, world_.calls};
        }
        if (last_happening_ < world_.elapsed) pass_until(end);   // else it is idle no longer: the timer's next look comes in time
    }

    void pass_until(Duration end) {
        while (world_.elapsed < end) {
            const auto due = server_->next_due();
            Duration next = due ? std::clamp(*due, world_.elapsed, end) : end;
            if (attendance_) next = std::min(next, world_.elapsed + look_again_in(*server_, judge_.scene().clients));
            const Noticeable before = Noticeable::of(world_);
            const std::uint64_t disturbances = judge_.scene().disturbances;
            world_.advance(next - world_.elapsed);
            if (judge_.let_others_act()) return end_process(true);
            if (attendance_) attendance_->look();
            if (judge_.scene().disturbances != disturbances) {
                last_happening_ = world_.elapsed;   // no idle stretch any more: the timer's next look comes in time
                end = std::min(end, world_.elapsed + std::max<Duration>(watchdog_->next_look(), 1ms));
            }
            if (hears_an_administrator()) {
                end = std::min(end, world_.elapsed + kWakeAfter);
                continue;
            }
            if (scenario_.wakes_are_lost || before == Noticeable::of(world_)) continue;
            wakes_.insert({Wake::event_log, Wake::certificate_store, Wake::registry, Wake::policy_change});
            end = std::min(end, world_.elapsed + kWakeAfter);
        }
    }

    /// Our own service is asked to stop: what we stopped is asked to start, and we say goodbye. The SCM starts us again later.
    bool stop_in_order() {
        try {
            (void)watchdog_->start_what_we_stopped(90s);
            watchdog_->stop(StopReason::requested);
        } catch (const Crash&) {
        }
        end_process(false);
        return false;
    }

    void end_process(bool machine_too) {
        const bool booted_already = world_.monotonic.since_boot < 1s;
        watchdog_.reset();
        ports_.reset();
        record_.process_died(machine_too);
        judge_.process_ended(machine_too);
        world_.stop_requested = false;   // the next process was not asked
        if (machine_too && !booted_already) boot_machine(*server_);
        last_happening_ = world_.elapsed;
        wakes_ = {Wake::service_start};
        const Duration back = world_.elapsed + kDownBetweenProcesses;
        while (world_.elapsed < back) {
            const auto due = server_->next_due();
            world_.advance((due ? std::clamp(*due, world_.elapsed, back) : back) - world_.elapsed);
            (void)judge_.let_others_act();
        }
    }

    const Scenario& scenario_;
    std::unique_ptr<Server> server_;
    World& world_;
    JudgedRecord record_{world_};
    Judge judge_;
    Random random_;
    std::unique_ptr<ProcessPorts> ports_;
    std::unique_ptr<Watchdog> watchdog_;
    std::optional<CycleReport> report_;
    Wakes wakes_{Wake::service_start};
    std::string said_;   // by the last cycle
    std::optional<Attendance> attendance_;
    Duration last_happening_{0};
    std::uint64_t cycles_ = 0;
    std::uint64_t skipped_ = 0;
};

template <class Live>
Outcome outcome_of(Machine& machine, Live live) {
    Outcome outcome;
    try {
        live();
    } catch (const Violation& violation) {
        outcome.violation = violation;
    }
    machine.account(outcome);
    return outcome;
}

}  // namespace

Outcome run(const Scenario& scenario, const Narrate& narrate) {
    Machine machine(scenario, narrate);
    return outcome_of(machine, [&] {
        machine.go_on_until(scenario.length, false);
        machine.calm_down();
    });
}

Outcome run_attended(const Scenario& scenario, const Narrate& narrate) {
    Machine machine(scenario, narrate);
    return outcome_of(machine, [&] { machine.go_on_attended(scenario.length); });
}

}  // namespace sstp::simulation
