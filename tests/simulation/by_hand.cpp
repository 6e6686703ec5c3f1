#include "tests/simulation/by_hand.h"

#include "tests/simulation/client_view.h"
#include "tests/simulation/happenings.h"

#include <algorithm>
#include <utility>

namespace sstp::simulation {

using namespace simulated;
using namespace std::chrono_literals;

namespace {

WallTime when_somebody_comes(WallTime since) {
    WallTime come = std::chrono::floor<std::chrono::days>(since) + 10h;
    if (come < since + 2h) come += 24h;
    for (;; come += 24h) {
        const std::chrono::weekday day{std::chrono::floor<std::chrono::days>(come)};
        if (day != std::chrono::Saturday && day != std::chrono::Sunday) return come;
    }
}

}  // namespace

std::optional<Certificate> newest_by_hand(const Server& server) {
    std::optional<Certificate> best;
    const auto my = server.world.stores.find(server.store);
    if (my == server.world.stores.end()) return best;
    for (const StoredCertificate& each : my->second) {
        const Certificate& one = each.certificate;
        if (!each.serves() || one.archived || one.not_after <= server.world.true_time()) continue;
        const bool names = std::any_of(one.dns_names.begin(), one.dns_names.end(),
                                       [&](const std::string& name) { return client_accepts_name(name, server.dialled); });
        if (names && (!best || best->not_before < one.not_before)) best = one;
    }
    return best;
}

bool bind_write_restart(Server& server, const Certificate& certificate) {
    bind_both(server.world, certificate);
    store_hashes(server.world, certificate);
    return restart_rras(server.world);
}

void Attendance::look() {
    const bool out = look_as_clients(server_).somebody_is_out();
    if (!out) bound_.reset();
    if (std::exchange(is_called_, out) || !out) return;
    const WallTime now = server_.world.true_time();
    server_.later(when_somebody_comes(now) - now, Actor::administrator, "somebody comes and mends it by hand",
                  [this, call = ++call_](Server&) {
                      if (is_called_ && call == call_) come();
                  });
}

void Attendance::add_to(Outcome& outcome) const {
    outcome.humans += came_;
    outcome.restarts += restarts_;
    outcome.sessions_ended += sessions_ended_;
    if (restarts_ > 0) outcome.restarts_by_cause["somebody came"] += restarts_;
}

void Attendance::come() {
    is_called_ = false;
    if (!look_as_clients(server_).somebody_is_out()) return;
    World& world = server_.world;
    ++came_;
    for (auto& [name, service] : world.services) world.end_hang(name);
    const auto found = newest_by_hand(server_);
    const Certificate one = found && found->hash != bound_ ? *found : obtain(server_);
    bound_ = one.hash;
    const std::size_t sessions = world.sessions.size();
    if (bind_write_restart(server_, one)) {
        ++restarts_;
        sessions_ended_ += sessions;
    }
    start_service(world, kRemoteAccess);
}

}  // namespace sstp::simulation
