#include "core/report/siem_test_outcome.h"

#include "core/record/durable_record.h"
#include "core/watchdog/policy_in_force.h"
#include "service/commands/command_line.h"
#include "service/commands/console.h"
#include "service/commands/running_service.h"
#include "service/host/console_shell.h"
#include "service/host/heal_lock.h"
#include "service/windows/data_folder.h"
#include "service/windows/system_clock.h"
#include "watchdog_version.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace sstp {

namespace {

using namespace std::chrono_literals;

constexpr std::size_t kMostEvents = 10'000;
constexpr Duration kBetweenLooks = 200ms;
/// Connecting, handshake, sending and proof have 10 s each; then the next host has its turn.
constexpr Duration kForOneHost = 45s;
constexpr Duration kLongest = 3min;
constexpr Duration kCycleOfService = 60s;

/// Where events go by the policy in force: the file's or the last good one, with Group Policy's SiemHosts over it, as the service has it.
/// Any other list would be tested for nothing, and have destinations forgotten that still have a queue. Nothing after a complaint.
std::optional<SiemPolicy> destinations_in_force(const Environment& environment, Ports& ports) {
    const auto contents = ports.record.load();
    if (!contents) {
        complain(contents.error().message(), 1);
        return std::nullopt;
    }
    PolicyInForce policy{ports.files, environment.places.policy_file};
    (void)policy.refresh(last_good_policy(*contents), ports.group_policy.read());
    if (policy.problem()) complain(*policy.problem(), 0);
    for (const GroupPolicyProblem& each : policy.group_problems()) complain(each.text, 0);
    if (policy.policy().siem.destinations.empty()) {
        complain(fmt::format("there is no SIEM destination, neither in {} nor in Group Policy", environment.places.policy_file), 1);
        return std::nullopt;
    }
    return policy.policy().siem;
}

/// One test: what was known before, what is known now, and who works on it.
class Test {
public:
    Test(const Environment& environment, SiemPolicy policy, Ports ports, const StopSignal& stop)
        : environment_(environment), policy_(std::move(policy)), ports_(ports), stop_(stop) {
        ports_.forwarding.apply(policy_);
        before_ = ports_.forwarding.states();
        asked_ = ports_.clock.wall();
    }

    /// Waits until every destination has an outcome, or its time is up.
    std::vector<TestOutcome> wait() {
        const MonotonicTime give_up = monotonic_now() + patience();
        std::vector<std::optional<TestOutcome>> outcomes(policy_.destinations.size());
        std::vector<DestinationState> now;
        for (;;) {
            now = ports_.forwarding.states();
            if (!event_) event_ = test_event();
            for (std::size_t i = 0; i < outcomes.size(); ++i) {
                // One that failed may have another host left, or succeed at the second try.
                if (!outcomes[i] || !outcomes[i]->good())
                    outcomes[i] = test_outcome(policy_.destinations[i], before_[i], now[i], event_, asked_);
            }
            const bool over = std::ranges::all_of(outcomes, [](const auto& each) { return each.has_value(); });
            if (over || monotonic_now() >= give_up || stop_.wait(kBetweenLooks)) break;
        }
        std::vector<TestOutcome> told;
        for (std::size_t i = 0; i < outcomes.size(); ++i)
            told.push_back(outcomes[i] ? *std::move(outcomes[i]) : unfinished(now[i], asked_));
        return told;
    }

    int tell(const std::vector<TestOutcome>& outcomes, bool json, const char* by) const {
        if (json) {
            print(render_test_json(outcomes, by, std::string{kWatchdogVersion}, environment_.computer));
        } else {
            print_text(render_test_text(outcomes));
        }
        return std::ranges::all_of(outcomes, &TestOutcome::good) ? 0 : 1;
    }

private:
    [[nodiscard]] Duration patience() const {
        std::size_t hosts = 1;
        for (const SiemDestination& each : policy_.destinations) hosts = std::max(hosts, each.hosts.size());
        return std::min(kLongest, kForOneHost * static_cast<int>(hosts));
    }

    /// The number of this test's event: one for all destinations.
    std::optional<std::uint64_t> test_event() {
        const auto events = ports_.record.journal(asked_, kMostEvents);
        if (!events) return std::nullopt;
        const auto is_it = [this](const JournalEvent& event) { return event.type == EventType::siem_test && event.time >= asked_; };
        const auto found = std::ranges::find_if(*events, is_it);
        return found == events->end() ? std::nullopt : std::optional{found->sequence};
    }

    const Environment& environment_;
    SiemPolicy policy_;
    Ports ports_;
    const StopSignal& stop_;
    std::vector<DestinationState> before_;
    WallTime asked_;
    std::optional<std::uint64_t> event_;
};

Result<std::unique_ptr<Assembly>> assemble(const Environment& environment, Errand errand, const StopSignal& stop) {
    return environment.assemble({environment.places, errand, stop, {}, [](const std::string& text) { complain(text, 0); }});
}

int by_service(const Environment& environment, bool json) {
    StopRequest stopping;
    const ConsoleStop console{stopping};
    const auto assembled = assemble(environment, Errand::look, stopping.signal);
    if (!assembled) return complain(assembled.error().message(), 1);
    Ports ports = (*assembled)->ports();
    const auto policy = destinations_in_force(environment, ports);
    if (!policy) return 1;
    Test test{environment, *policy, ports, stopping.signal};
    if (const auto sent = send_to_service(ServiceControl::siem_test); !sent) return complain(sent.error().message(), 1);
    if (!json) print_text("Asked the service to send a test event to each destination, with its own access to keys and files.\n");
    return test.tell(test.wait(), json, "service");
}

/// Commits the test event: it goes the way of every event.
Result<void> commit_test_event(const Environment& environment, Ports& ports) {
    DurableRecord record{ports.record, ports.files, ports.event_sink, ports.clock, environment.places.in_data_folder("unsaved.json")};
    if (const auto opened = record.open(); !opened) return opened.error();
    record.catch_up();
    RecordUpdate update;
    update.events.push_back({0, EventType::siem_test, ports.clock.wall(), "An administrator asked for a test event.", {}});
    if (const auto committed = record.commit(update); !committed) return committed.error();
    if (record.trouble()) return *record.trouble();
    return {};
}

int here(const Environment& environment, bool json) {
    if (const auto prepared = prepare_data_folder(environment.places.data_folder); !prepared)
        return complain(prepared.error().message(), 1);
    StopRequest stopping;
    const ConsoleStop console{stopping};
    HealLock lock;   // two processes never write to one state database
    if (lock.acquire(stopping.signal, kCycleOfService) != HealLock::Answer::held)
        return complain("another process works on this server right now: try again in a minute", 1);
    const auto assembled = assemble(environment, Errand::watch, stopping.signal);
    if (!assembled) return complain(assembled.error().message(), 1);
    Ports ports = (*assembled)->ports();
    const auto policy = destinations_in_force(environment, ports);   // what is loaded for it makes the database
    if (!policy) return 1;
    Test test{environment, *policy, ports, stopping.signal};
    if (const auto committed = commit_test_event(environment, ports); !committed) return complain(committed.error().message(), 1);
    ports.forwarding.try_now();
    if (!json) {
        print_text(
            "The service does not run: sending a test event to each destination from this process. The service may have other "
            "access to keys and files.\n");
    }
    return test.tell(test.wait(), json, "this_process");
}

int siem_test(const Environment& environment, bool json) {
    if (!require_elevation("siem test")) return 1;
    switch (service_condition()) {
        case ServiceCondition::running: return by_service(environment, json);
        case ServiceCondition::starting:
        case ServiceCondition::stopping: return complain("the service is just starting or stopping: try again in a minute", 1);
        case ServiceCondition::stopped:
        case ServiceCondition::not_installed:
        case ServiceCondition::unknown: break;
    }
    return here(environment, json);
}

constexpr OptionSyntax kSiemTestOptions[] = {
    {.name = "json", .does = "One JSON object instead of text"},
};
const CommandSyntax kSiemTest{
    .name = "test",
    .does = "Send a test event to each destination, and say what became of it",
    .options = kSiemTestOptions,
    .run = [](Environment& environment, const GivenLine& line) { return siem_test(environment, line.has("json")); },
};

constexpr const CommandSyntax* kSiemCommands[] = {&kSiemTest};

}  // namespace

const CommandSyntax kSiemCommand{
    .name = "siem",
    .does = "What concerns the SIEM destinations of the policy",
    .commands = kSiemCommands,
};

}  // namespace sstp
