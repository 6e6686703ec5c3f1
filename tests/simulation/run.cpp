#include "tests/simulation/run.h"

#include "tests/simulation/happenings.h"
#include "tests/simulation/idle.h"
#include "tests/simulation/judge.h"
#include "tests/simulation/judged_record.h"
#include "tests/simulation/random.h"
#include "tests/simulation/traits.h"

#include "core/watchdog/watchdog.h"
#include "tests/simulated_windows/simulated_ports.h"

#include <fmt/format.h>

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
    for (const PlannedTrait& each : scenario.traits) traits()[each.trait].apply(*server, each.number);
    server->world.log.clear();
    return server;
}

void dial_tomorrow(Server& server) {
    const WallTime local = server.world.wall + server.world.local_offset;
    const auto midnight = std::chrono::floor<std::chrono::days>(local);
    WallTime next = midnight + 7h + 30min;
    if (next <= local) next += 24h;
    server.later(next - local, Actor::clients, "clients dial", [](Server& s) {
        const std::chrono::weekday day{std::chrono::floor<std::chrono::days>(s.world.wall + s.world.local_offset)};
        if (day != std::chrono::Saturday && day != std::chrono::Sunday) {
            std::erase_if(s.world.sessions,
                          [&](const OpenSession& each) { return each.sstp && s.world.elapsed - each.began_elapsed > 9h; });
            s.clients_come();
        }
        dial_tomorrow(s);
    });
}

/// What a notification of Windows would tell us of.
struct Noticeable {
    std::uint64_t log = 0;
    std::optional<WallTime> bindings, parameters;
    std::size_t store = 0;
    std::string policy;
    std::optional<RawValue> kill_switch;
    std::string services;
    friend bool operator==(const Noticeable&, const Noticeable&) = default;

    static Noticeable of(const World& world) {
        Noticeable seen{world.next_record_id, world.bindings_written, world.parameters_written, 0, {}, world.kill_switch, {}};
        if (const auto my = world.stores.find("MY"); my != world.stores.end()) {
            for (const auto& each : my->second) {
                seen.store = seen.store * 31 + each.certificate.thumbprint.bytes()[0] + (each.certificate.archived ? 1000U : 0U) +
                             (each.certificate.renewed_by ? 10'000U : 0U);
            }
        }
        if (const auto file = world.files.find(kPolicyFile); file != world.files.end()) seen.policy = file->second;
        for (const auto& [name, service] : world.services) seen.services += word(service.status.state)[0];
        return seen;
    }
};

/// One machine over several lives of our process.
class Machine {
public:
    Machine(const Scenario& scenario, const std::function<void(const std::string&)>& narrate)
        : scenario_(scenario),
          server_(make_server(scenario)),
          world_(server_->world),
          judge_(scenario, *server_, record_.contents()),
          random_(scenario.seed) {
        judge_.narrate = narrate;
        if (scenario.on_sqlite) record_.use_sqlite(scenario.seed);
        record_.on_refusal = [this] { judge_.disk_was_full(); };
        record_.on_commit = [this](const auto& before, const auto& events) { judge_.committed(before, events); };
        world_.adversary = &judge_;
        if (server_->clients_dial_daily) dial_tomorrow(*server_);
        (void)judge_.let_others_act();   // what is so before our first look
    }

    void go_on_until(Duration until, bool stop_when_healthy) {
        while (world_.elapsed < until) {
            const bool healthy = live(until);
            if (stop_when_healthy && healthy && !record_.contents().open_heal) return;
        }
    }

    void calm_down() {
        judge_.no_more_faults();
        const Duration end = world_.elapsed + kToTheirEnd;
        while (world_.elapsed < end && server_->others_are_at_work()) live(end);
        server_->forget_what_is_due();
        if (server_->clients_dial_daily) dial_tomorrow(*server_);
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
        outcome.sessions_ended = world_.sessions_ended_by_us;
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
        judge_.cycle_begins(watchdog_->policy());
        report_ = watchdog_->cycle(wakes);
        ++cycles_;
        judge_.cycle_ends(*report_, watchdog_->policy());
        if (judge_.narrate) narrate_report();
        const bool said_something_new = said_.differs(*report_);
        const bool disturbed = judge_.scene().disturbances != disturbances;   // behind the look: the next one sees it
        if (world_.writes.size() != writes || said_something_new || disturbed) last_happening_ = world_.elapsed;
    }

    /// Until the timer fires, something is noticed, or the stretch of idleness is over.
    void wait(Duration until) {
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

    /// One of the cycles that an idle stretch leaves out: it must write nothing, and say nothing new but that it lives.
    void look_in_between(Duration end) {
        const Duration at = world_.elapsed +
                            Duration{static_cast<Duration::rep>(random_.below(static_cast<std::uint64_t>((end - world_.elapsed).count())))};
        const std::uint64_t disturbances = judge_.scene().disturbances;
        pass_until(at);
        if (world_.elapsed < at) return;
        const std::size_t writes = world_.writes.size();
        one_cycle();
        if (world_.writes.size() != writes && judge_.scene().undisturbed_since(disturbances)) {
            throw Violation{"idempotent", "a cycle of an idle stretch wrote " + world_.writes.back().subject, world_.calls};
        }
        if (last_happening_ < world_.elapsed) pass_until(end);   // else it is idle no longer: the timer's next look comes in time
    }

    void pass_until(Duration end) {
        while (world_.elapsed < end) {
            const auto due = server_->next_due();
            const Duration next = due ? std::clamp(*due, world_.elapsed, end) : end;
            const Noticeable before = Noticeable::of(world_);
            const std::uint64_t disturbances = judge_.scene().disturbances;
            world_.advance(next - world_.elapsed);
            if (judge_.let_others_act()) return end_process(true);
            if (judge_.scene().disturbances != disturbances) {
                last_happening_ = world_.elapsed;   // no idle stretch any more: the timer's next look comes in time
                end = std::min(end, world_.elapsed + std::max<Duration>(watchdog_->next_look(), 1ms));
            }
            if (scenario_.wakes_are_lost || before == Noticeable::of(world_)) continue;
            wakes_ = {Wake::event_log, Wake::certificate_store, Wake::registry, Wake::policy_change};
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
        world_.stop_requested = false;
        end_process(false);
        return false;
    }

    void end_process(bool machine_too) {
        const bool booted_already = world_.monotonic.since_boot < 1s;
        watchdog_.reset();
        ports_.reset();
        record_.process_died(machine_too);
        judge_.process_ended(machine_too);
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

    void narrate_report() const {
        std::string line = fmt::format("---- cycle {} ends at {}:", report_->number, to_rfc3339(world_.wall));
        for (const Finding& each : report_->findings)
            line += fmt::format(" {}{}", word(each.reason),
                                each.severity == Severity::critical  ? "!"
                                : each.severity == Severity::warning ? ""
                                                                     : "(i)");
        if (const auto* refused = std::get_if<Refused>(&report_->decision))
            line += fmt::format("; refused: {} ({})", refused->why, refused->explanation);
        if (report_->heal) line += fmt::format("; heal {}: {}", word(report_->heal->result), report_->heal->explanation);
        judge_.narrate(line);
    }

    /// Whether a report says something else than the one before: then something is going on.
    struct Said {
        std::string last;
        bool differs(const CycleReport& report) {
            std::string now;
            for (const Finding& each : report.findings) now += std::string{word(each.reason)} + each.subject + word(each.severity);
            if (const auto* refused = std::get_if<Refused>(&report.decision)) now += refused->why;
            return std::exchange(last, now) != now || report.heal;
        }
    };

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
    Said said_;
    Duration last_happening_{0};
    std::uint64_t cycles_ = 0;
    std::uint64_t skipped_ = 0;
};

}  // namespace

Outcome run(const Scenario& scenario, const std::function<void(const std::string&)>& narrate) {
    Outcome outcome;
    Machine machine(scenario, narrate);
    try {
        machine.go_on_until(scenario.length, false);
        machine.calm_down();
    } catch (const Violation& violation) {
        outcome.violation = violation;
    }
    machine.account(outcome);
    return outcome;
}

}  // namespace sstp::simulation
