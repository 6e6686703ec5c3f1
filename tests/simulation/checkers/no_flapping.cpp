// No heal undoes by a second choice what a first one chose: from one certificate to another and back within a day, with nobody else
// in between.

#include "tests/simulation/checkers/checkers.h"

#include <deque>

namespace sstp::simulation {

namespace {

using namespace std::chrono_literals;

class NoFlapping final : public Checker {
public:
    explicit NoFlapping(const Scene& of) : Checker("no-flapping", of) {}

    void heal_ended(const OpenHeal& heal) override {
        if (heal.direction == HealDirection::back) return;   // a proof failed: that is not a choice
        targets_.push_back({heal.target.hash, scene.now(), scene.disturbances});
        if (targets_.size() < 3) return;
        const auto& [last, at, count] = targets_.back();
        const auto& middle = targets_[targets_.size() - 2];
        const auto& first = targets_[targets_.size() - 3];
        if (last == first.hash && middle.hash != last && at - first.at < 24h && first.disturbances == count) {
            broken("moved to one certificate, to another and back within a day");
        }
        if (targets_.size() > 8) targets_.pop_front();
    }

private:
    struct Target {
        CertificateHash hash;
        Duration at;
        std::uint64_t disturbances;
    };
    std::deque<Target> targets_;
};

}  // namespace

std::unique_ptr<Checker> no_flapping(const Scene& scene) { return std::make_unique<NoFlapping>(scene); }

}  // namespace sstp::simulation
