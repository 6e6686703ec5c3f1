#pragma once

#include "tests/core/healing/one_server.h"

namespace sstp::healing_test {

/// Our own stop is requested while the first service that we asked is stopping.
class StopsUsInARestart final : public simulated::Adversary {
public:
    explicit StopsUsInARestart(simulated::World& world) : world_(world) {}
    simulated::Verdict on_call(simulated::PortCall call, std::uint64_t) override {
        world_.stop_requested = world_.stop_requested || call == simulated::PortCall::services_stop;
        return {};
    }

private:
    simulated::World& world_;
};

/// A heal in whose restart our own stop comes, while RemoteAccess takes so long to stop. The stop stays requested.
inline std::optional<HealOutcome> heal_and_be_stopped(Server& server, Duration stop_takes) {
    expire(server.world);
    server.world.services["RemoteAccess"].stop_takes = stop_takes;
    StopsUsInARestart stop{server.world};
    server.world.adversary = &stop;
    auto outcome = server.heal();
    server.world.adversary = nullptr;
    return outcome;
}

/// The order to stop fails and is obeyed all the same; then a renewal script starts RRAS, which reads what is stored.
class StartsRrasBehindAnError final : public simulated::Adversary {
public:
    explicit StartsRrasBehindAnError(ErrorKind error) : error_(error) {}
    simulated::Verdict on_call(simulated::PortCall call, std::uint64_t) override {
        if (call != simulated::PortCall::services_stop || struck_) return {};
        struck_ = true;
        return {simulated::Effect::fails_but_did, error_, 1053, std::chrono::milliseconds{1}};
    }
    void between_calls(simulated::World& at) override {
        if (!struck_ || started_ || at.running("RemoteAccess")) return;
        started_ = true;
        at.advance(std::chrono::seconds{1});
        (void)restart_rras(at);
    }
    [[nodiscard]] bool started() const { return started_; }

private:
    ErrorKind error_;
    bool struck_ = false, started_ = false;
};

/// RRAS takes no calls for as long as it holds `cert2`.
class BreaksWithTheSecond final : public simulated::Adversary {
public:
    simulated::Verdict on_call(simulated::PortCall, std::uint64_t) override { return {}; }
    void between_calls(simulated::World& at) override { at.sstp_broken = at.rras.sha256 == cert2().hash; }
};

}  // namespace sstp::healing_test
