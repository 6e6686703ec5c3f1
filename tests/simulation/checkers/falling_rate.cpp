// A heal that failed after it had asked a service to stop is tried again at a falling rate (DESIGN 2.5): 1 h, 4 h, 1, 2, 4 days, then
// weekly, for each target by itself. Another certificate, another policy or an administrator's heal starts afresh.

#include "tests/simulation/checkers/checkers.h"

#include "tests/simulation/happenings.h"

#include <array>
#include <map>
#include <utility>

namespace sstp::simulation {

namespace {

using namespace std::chrono_literals;

/// Two looks at one clock, and the time that a call of ours took in between.
constexpr Duration kTolerance = 1min;

Duration pause_after(std::size_t failures) {
    constexpr std::array<Duration, 6> kPauses{1h, 4h, 24h, 48h, 96h, 168h};
    return kPauses.at(std::min(failures, kPauses.size()) - 1);
}

class FallingRate final : public Checker {
public:
    explicit FallingRate(const Scene& of) : Checker("falling-rate", of), policy_(of.policy) {}

    void heal_began(const OpenHeal& heal) override {
        a_service_was_stopped_ = was_copied_ = false;
        if (heal.asked_by_administrator) failed_.erase(heal.target.hash);
        const auto known = failed_.find(heal.target.hash);
        if (known == failed_.end() || heal.services.empty()) return;
        const Failures& failures = known->second;
        const Duration pause = pause_after(failures.in_a_row);
        // What could not be stored is not known to the next cycle: faults of calls and deaths of the process start afresh here.
        if (failures.faults != scene.faults || scene.now() - failures.last + kTolerance >= pause) return;
        broken("the heal of " + heal.target.hash.brief() + " has failed " + std::to_string(failures.in_a_row) + " times, the last one " +
               to_string(scene.now() - failures.last) + " ago, and is tried again before " + to_string(pause) + " have passed");
    }

    void heal_ended(const OpenHeal& heal) override {
        if (std::exchange(was_copied_, false)) return failed_.clear();
        if (scene.ended_as == EventType::heal_succeeded) {
            failed_.erase(heal.target.hash);
        } else if (a_service_was_stopped_) {   // else five minutes are enough
            Failures& failures = failed_[heal.target.hash];
            failures = {failures.in_a_row + 1, scene.now(), scene.faults};
        }
    }

    void cycle_began() override {
        if (scene.policy == policy_) return;
        policy_ = scene.policy;
        failed_.clear();
    }

    void wrote(const Write& write) override { a_service_was_stopped_ = a_service_was_stopped_ || write.call == PortCall::services_stop; }

    void process_ended(bool) override { failed_.clear(); }
    void others_acted(const Due& due) override {
        was_copied_ = was_copied_ || due.what == kCopied;   // the record was another machine's
    }

private:
    struct Failures {
        std::size_t in_a_row = 0;
        Duration last{0};
        std::uint64_t faults = 0;
    };
    std::map<CertificateHash, Failures> failed_;
    bool a_service_was_stopped_ = false;   // by the heal that is open, or was last
    Policy policy_;
    bool was_copied_ = false;
};

}  // namespace

std::unique_ptr<Checker> falling_rate(const Scene& scene) { return std::make_unique<FallingRate>(scene); }

}  // namespace sstp::simulation
