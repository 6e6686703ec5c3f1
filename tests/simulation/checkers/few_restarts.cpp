// 5. RemoteAccess is never restarted above the budget, except to bring a half-done heal to an end and when an administrator asks;
// and only what a service accepted is charged.

#include "tests/simulation/checkers/checkers.h"

#include "core/model/text.h"
#include "tests/simulation/happenings.h"

#include <algorithm>
#include <deque>

namespace sstp::simulation {

namespace {

using namespace std::chrono_literals;

class FewRestarts final : public Checker {
public:
    explicit FewRestarts(const Scene& of) : Checker("few-restarts", of) {}

    void heal_ended(const OpenHeal& heal) override {
        // A start that the SCM reports as done, and that was not, is charged: only a stop that came to nothing is known not to be.
        if (!ran_at_the_begin()) return;
        const auto& charges = scene.record.charges;
        const bool charged = std::any_of(charges.begin(), charges.end(), [&](const BudgetCharge& each) { return each.heal_id == heal.id; });
        // By the wall clock, since a heal that could not be stored while it ran is told later; a clock that is wrong, or was set since,
        // tells nothing.
        const bool clock_stands = scene.world().clock_behind == Duration{0} && scene.now() - scene.clock_moved > 24h;
        const auto came_before = [&](const std::optional<WallTime>& at) { return !at || *at < heal.began.wall; };
        const bool none = clock_stands && came_before(last_control_) && came_before(scene.stop_not_answered);
        if (charged && none) broken("heal " + heal.id + " is charged with a restart, and no service accepted one");
    }

    // Whether it was accepted, a process that died did not come to say.
    void process_ended(bool) override { last_control_ = scene.world().wall; }

    void wrote(const Write& write) override {
        if (write.call == PortCall::services_stop || write.call == PortCall::services_start) last_control_ = scene.world().wall;
        if (write.call != PortCall::services_stop || !equal_ignoring_case(write.subject, kRemoteAccess)) return;
        stops_.push_back(scene.now());
        if (is_charged_to_the_limit()) charged_.push_back(scene.now());
        judge(1h, scene.policy.limits.restarts_per_hour, "hour");
        judge(24h, scene.policy.limits.restarts_per_day, "day");
        // Row 38: at most 12 in the first week of a heal that always fails, then two a week; others' doings start afresh.
        if (count(stops_, 7 * 24h) > 60 + 8 * disturbances_of_the_week())
            broken("RemoteAccess was stopped " + std::to_string(count(stops_, 7 * 24h)) + " times in a week");
    }

    void others_act(const Due&) override { started_before_ = rras_started(); }
    void others_acted(const Due& due) override {
        // Somebody restarted RRAS: where the SCM has reported a stop that was not done, ours looks as if it had been accepted.
        if (rras_started() != started_before_) last_control_ = scene.world().wall;
        disturbed_.push_back(scene.now());
        if (due.what == kCopied) charged_.clear();  // the record was another machine's: its budget begins anew
    }

private:
    [[nodiscard]] Duration rras_started() const {
        const auto found = scene.world().services.find(kRemoteAccess);
        return found == scene.world().services.end() ? Duration{0} : found->second.started_elapsed;
    }
    [[nodiscard]] bool ran_at_the_begin() const {
        if (!scene.heal) return true;
        const auto found = scene.heal->services.find(kRemoteAccess);
        return found == scene.heal->services.end() || found->second == ServiceState::running;
    }
    /// First restarts and second rungs; taking back and recovery may restart once each for one heal beyond it, and what an administrator
    /// asks for is never refused (2.5).
    [[nodiscard]] bool is_charged_to_the_limit() const {
        const auto& open = scene.record.open_heal;
        return open && open->direction == HealDirection::forward && open->recoveries == 0 && !open->asked_by_administrator;
    }
    void judge(Duration within, std::uint32_t limit, const char* name) const {
        if (count(charged_, within) > limit + scene.faults) {
            broken("RemoteAccess was stopped " + std::to_string(count(charged_, within)) + " times in one " + name + ", with a limit of " +
                   std::to_string(limit));
        }
    }

    [[nodiscard]] std::uint64_t count(const std::deque<Duration>& times, Duration within) const {
        const Duration from = scene.now() - within;
        return static_cast<std::uint64_t>(std::count_if(times.begin(), times.end(), [&](Duration each) { return each > from; }));
    }
    [[nodiscard]] std::uint64_t disturbances_of_the_week() const { return count(disturbed_, 7 * 24h); }

    std::optional<WallTime> last_control_;  ///< that a service accepted
    Duration started_before_{0};
    std::deque<Duration> stops_;
    std::deque<Duration> charged_;
    std::deque<Duration> disturbed_;
};

}  // namespace

std::unique_ptr<Checker> few_restarts(const Scene& scene) { return std::make_unique<FewRestarts>(scene); }

}  // namespace sstp::simulation
