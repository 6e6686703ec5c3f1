// 10. What ran before a heal runs after it; a service that an administrator stopped or disabled is not started.

#include "tests/simulation/checkers/checkers.h"

#include "core/model/text.h"

namespace sstp::simulation {

namespace {

class ServicesAsFound final : public Checker {
public:
    explicit ServicesAsFound(const Scene& of) : Checker("services-as-found", of) {}

    void others_act(const Due&) override { ran_ = scene.world().running(kRemoteAccess); }
    void others_acted(const Due&) override {
        if (ran_ && !scene.world().running(kRemoteAccess)) stopped_by_others_ = exit_code() == 0;   // else it ended by itself
        // A start that somebody tried and that failed leaves its code: RRAS waits for its certificate since.
        if (scene.world().running(kRemoteAccess) || exit_code() != 0) stopped_by_others_ = false;
    }

    void wrote(const Write& write) override {
        if (!equal_ignoring_case(write.subject, kRemoteAccess)) return;
        if (write.call == PortCall::services_stop) stopped_by_others_ = false;
        if (write.call != PortCall::services_start) return;
        const auto& open = scene.record.open_heal;
        // Whose stop it was, when somebody stops it in the middle of our own restart, nobody can tell.
        const bool owed = (open && open->stop_was_asked) || scene.storage_is_troubled();
        if (stopped_by_others_ && !owed) broken("started RemoteAccess, which somebody else stopped");
        stopped_by_others_ = false;
    }

    void cycle_began() override {
        if (exit_code() != 0) stopped_by_others_ = false;
    }

    void heal_ended(const OpenHeal&) override {
        if (scene.heal) ended_ = scene.heal;
    }

    void cycle_ended(const CycleReport&) override {
        if (!ended_) return;
        const HealBegan before = *std::exchange(ended_, std::nullopt);
        if (!scene.undisturbed_since(before.disturbances)) return;
        if (scene.world().writes.size() == before.writes) return;   // it ended before its first change
        for (const auto& [name, state] : before.services) {
            if (state != ServiceState::running) continue;
            const auto found = scene.world().services.find(name);
            if (found == scene.world().services.end()) continue;
            const SimulatedState now{found->second.status.state, found->second.status.start_type};
            if (now.state == ServiceState::running || now.state == ServiceState::start_pending || now.type == StartType::disabled) continue;
            broken(name + " ran before the heal and is " + word(now.state) + " after it");
        }
    }

private:
    [[nodiscard]] std::uint32_t exit_code() const {
        const auto found = scene.world().services.find(kRemoteAccess);
        return found == scene.world().services.end() ? 0 : found->second.status.exit_code;
    }

    struct SimulatedState {
        ServiceState state;
        StartType type;
    };
    bool ran_ = true;
    bool stopped_by_others_ = false;
    std::optional<HealBegan> ended_;
};

}  // namespace

std::unique_ptr<Checker> services_as_found(const Scene& scene) { return std::make_unique<ServicesAsFound>(scene); }

}  // namespace sstp::simulation
