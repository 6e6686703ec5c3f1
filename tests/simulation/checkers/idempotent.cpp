// 12. A cycle over a healthy server writes nothing; a second cycle after a heal writes nothing.

#include "tests/simulation/checkers/checkers.h"

#include <utility>

namespace sstp::simulation {

namespace {

class Idempotent final : public Checker {
public:
    explicit Idempotent(const Scene& of) : Checker("idempotent", of) {}

    void cycle_began() override {
        writes_ = scene.world().writes.size();
        disturbances_ = scene.disturbances;
        refused_keys_ = scene.record.refused_keys.size();
        awaits_a_client_ = scene.record.awaited_client.has_value();
    }

    void cycle_ended(const CycleReport& report) override {
        const bool wrote = scene.world().writes.size() != writes_;
        const bool undisturbed = disturbances_ == at_health_ && scene.undisturbed_since(disturbances_);
        // Planned work is no contradiction: the certificate's time had come. Nor is restart.then for a client that does not come after a
        // heal (2.4): everything looks right meanwhile.
        // A key that HTTP.SYS refused is tried again after a day (2.4): what waited for it has its turn.
        const bool was_forgiven = scene.record.refused_keys.size() < refused_keys_;
        const bool planned = report.heal && report.heal->result != HealResult::not_begun && (planned_ || awaits_a_client_ || was_forgiven);
        if (wrote && healthy_ && undisturbed && !planned)
            broken("a cycle over a healthy server wrote " + scene.world().writes.back().subject);
        // A clock that has jumped moves certificates and windows under us, and is believed a minute after the look that saw it: the first
        // look that is settled may be that one.
        const bool was_settled = std::exchange(
            settled_, scene.world().clock_behind == Duration{0} && scene.now() - scene.last_disturbance > std::chrono::minutes{2});
        healthy_ = report.healthy && settled_ && was_settled;
        at_health_ = disturbances_;  // what somebody did during that cycle is news to the next
        planned_ = report.planned_for.has_value() || std::holds_alternative<Refused>(report.decision);
    }

    void process_ended(bool) override { healthy_ = settled_ = false; }

private:
    std::size_t writes_ = 0;
    std::size_t refused_keys_ = 0;
    std::uint64_t disturbances_ = 0;
    std::uint64_t at_health_ = 0;
    bool healthy_ = false;
    bool settled_ = false;
    bool planned_ = false;
    bool awaits_a_client_ = false;
};

}  // namespace

std::unique_ptr<Checker> idempotent(const Scene& scene) { return std::make_unique<Idempotent>(scene); }

}  // namespace sstp::simulation
