// 3. Once a heal has ended, no family of clients gets less than before it.

#include "tests/simulation/checkers/checkers.h"

namespace sstp::simulation {

namespace {

class NeverWorse final : public Checker {
public:
    explicit NeverWorse(const Scene& of) : Checker("never-worse", of) {}

    // Judged at the end of the cycle in which the heal ended: RRAS may still be on its way for a moment.
    void heal_ended(const OpenHeal&) override {
        if (scene.heal) ended_ = scene.heal;
    }

    void cycle_ended(const CycleReport&) override {
        if (!ended_) return;
        const HealBegan before = *std::exchange(ended_, std::nullopt);
        if (!scene.undisturbed_since(before.disturbances)) return;
        for (std::size_t family = 0; family < 2; ++family) {
            if (!before.clients.connects(family) || scene.clients.connects(family) || is_hidden(family)) continue;
            broken("before the heal: " + before.clients.tell() + "; after it: " + scene.clients.tell());
        }
    }

private:
    // What no probe shows: SstpSvc keeps the old hash, and only a client that connects proves crypto binding (2.4). Where a working SSTP
    // does not answer HEAD by 401, nothing outside tells when it begins to after a start.
    [[nodiscard]] bool is_hidden(std::size_t family) const {
        if (scene.world().traits.uri_status != 401 && scene.clients.family[family] == DialOutcome::no_sstp) return true;
        return scene.world().traits.sstpsvc_keeps_hash && scene.clients.family[family] == DialOutcome::crypto_binding;
    }
    std::optional<HealBegan> ended_;
};

}  // namespace

std::unique_ptr<Checker> never_worse(const Scene& scene) { return std::make_unique<NeverWorse>(scene); }

}  // namespace sstp::simulation
