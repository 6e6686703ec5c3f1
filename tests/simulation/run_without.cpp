// The same server and the same year, looked after as most are: what the watchdog has to be better than.

#include "tests/simulation/client_view.h"
#include "tests/simulation/happenings.h"
#include "tests/simulation/oracle.h"
#include "tests/simulation/run.h"
#include "tests/simulation/traits.h"

#include <algorithm>
#include <memory>
#include <string_view>

namespace sstp::simulation {

using namespace simulated;
using namespace std::chrono_literals;

namespace {

/// Somebody notices, and mends it, at ten in the morning of a working day, a few hours after clients fell out [assumed: no
/// monitoring; users ring up when work begins].
WallTime when_a_human_comes(WallTime since) {
    WallTime come = std::chrono::floor<std::chrono::days>(since) + 10h;
    if (come < since + 2h) come += 24h;
    for (;; come += 24h) {
        const std::chrono::weekday day{std::chrono::floor<std::chrono::days>(come)};
        if (day != std::chrono::Saturday && day != std::chrono::Sunday) return come;
    }
}

void bind_write_restart(Server& server, const Certificate& certificate, Outcome& outcome) {
    World& world = server.world;
    bind_both(world, certificate);
    store_hashes(world, certificate);
    outcome.sessions_ended += world.sessions.size();
    if (restart_rras(world)) ++outcome.restarts;
}

/// The newest of the store whose key works, as published scripts and administrators take it.
std::optional<Certificate> newest(const Server& server) {
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

class Unattended {
public:
    Unattended(const Scenario& scenario, Care care) : scenario_(scenario), care_(care) {
        server_.world.keeps_told = false;
        for (const PlannedTrait& each : scenario.traits) traits()[each.trait].apply(server_, each.number);
        for (const PlannedHappening& each : scenario.happenings) {
            const Happening& happening = happenings()[each.happening];
            server_.later(each.when.at, happening.who, happening.name,
                          [act = happening.act, number = each.number](Server& s) { act(s, number); });
        }
    }

    Outcome live() {
        World& world = server_.world;
        // Short steps while somebody is out, so that an end of a certificate is not seen a day late.
        while (world.elapsed < scenario_.length) {
            Duration step = std::min<Duration>(out_since_ ? Duration{10min} : Duration{1h}, scenario_.length - world.elapsed);
            if (const auto due = server_.next_due()) step = std::clamp(*due - world.elapsed, Duration{0}, step);
            world.advance(step);
            bool more = true;
            while (more) more = server_.do_next_due([&](const Due& due) { script(due); });
            look(step);
            if (world.log.size() > 1000) world.log.clear();
        }
        return outcome_;
    }

private:
    void script(const Due& due) {
        ++outcome_.happened;
        if (care_ != Care::renewal_script || std::string_view{due.what} != "the certificate is renewed") return;
        server_.later(1min, Actor::acme_client, "the renewal script binds", [this](Server& s) {
            if (const auto made = newest(s); made && s.world.running(kRemoteAccess)) bind_write_restart(s, *made, outcome_);
        });
    }

    void look(Duration passed) {
        World& world = server_.world;
        if (!look_as_clients(server_).somebody_is_out()) return out_since_.reset();
        if (out_since_) {
            outcome_.without_vpn += passed;
        } else {
            out_since_ = world.true_time();
        }
        if (world.true_time() < when_a_human_comes(*out_since_)) return;
        ++outcome_.humans;
        for (auto& [name, service] : world.services) world.end_hang(name);
        if (const auto made = newest(server_)) bind_write_restart(server_, *made, outcome_);
        start_service(world, kRemoteAccess);
        out_since_ = world.true_time();
    }

    const Scenario& scenario_;
    Care care_;
    Server server_;
    Outcome outcome_;
    std::optional<WallTime> out_since_;
};

}  // namespace

Outcome run_without(const Scenario& scenario, Care care) { return Unattended{scenario, care}.live(); }

}  // namespace sstp::simulation
