// While nobody is out, RemoteAccess is restarted in the hours of `restart.window` only: what is urgent has evidence (DESIGN 2.2).

#include "tests/simulation/checkers/checkers.h"

#include "core/model/text.h"

#include <algorithm>

namespace sstp::simulation {

namespace {

using namespace std::chrono_literals;

class InTheWindow final : public Checker {
public:
    explicit InTheWindow(const Scene& of) : Checker("in-the-window", of) {}

    void cycle_began() override {
        const bool all_well = !scene.clients.somebody_is_out() && scene.undisturbed_since(disturbances_);
        quiet_cycles_ = all_well ? quiet_cycles_ + 1 : 0;
        disturbances_ = scene.disturbances;
    }
    void clients_changed(const ClientView&) override { quiet_cycles_ = 0; }
    // What the heal itself makes of its clients before it restarts speaks neither for it nor against it.
    void heal_began(const OpenHeal&) override {
        quiet_before_ = quiet_cycles_;
        was_exempt_ = is_exempt() || in_hours();   // one that stays open is brought to its end whenever it can be (2.5)
    }

    void wrote(const Write& write) override {
        if (write.call != PortCall::services_stop || !equal_ignoring_case(write.subject, kRemoteAccess)) return;
        // A restart alone is for a symptom, which the looks before this one have shown, and which may be over; what is to be written
        // stands.
        const bool writes = scene.record.open_heal && !scene.record.open_heal->changes.empty();
        if (quiet_before_ < (writes ? 1 : 3) || !scene.undisturbed_since(disturbances_) || !is_the_first_of_a_heal() || was_exempt_) return;
        broken("RemoteAccess was restarted outside the window, though nobody was out");
    }

private:
    // Taking back, a second rung and recovery bring a heal to its end; what an administrator asks for is his.
    [[nodiscard]] bool is_the_first_of_a_heal() const {
        const auto& open = scene.record.open_heal;
        return open && !open->asked_by_administrator && open->recoveries == 0 && open->restarts == 0 && open->restarts_back == 0 &&
               open->direction == HealDirection::forward;
    }

    [[nodiscard]] bool is_exempt() const {
        const World& world = scene.world();
        if (world.clock_behind != Duration{0}) return true;
        // What RRAS holds is not known: then the stored hash is what clients are measured by (2.4), and a wrong one counts as an outage.
        // Or it is taken for something else: a write in the second of RRAS's start may be older or newer than what RRAS read.
        if (!scene.record.held || scene.record.held->sha256 != world.rras.sha256) return true;
        // The VPN got another name that no session has shown yet: by the names that the server knows everybody is served wrongly.
        // The VPN got another name that no session has shown yet, or the policy lists others than are dialled: by the names that the server
        // knows everybody is served wrongly.
        if (scene.server.renamed_unseen || scene.policy_asks_for_other_names()) return true;
        if (scene.another_sites_record_has_the_name()) return true;
        // Whether clients come through behind a balancer that makes TLS anew, its own connection to us decides, which nobody simulates.
        if (world.balancer) return true;
        // Where HEAD is never 401 a confirmed symptom has one restart to find out (7.8).
        if (world.traits.uri_status != 401) return true;
        // SstpSvc may hold the old hash behind green probes: where sessions usually begin and none did, restart.then follows (2.4).
        if (scene.record.awaited_client && scene.record.awaited_client->overdue_told) return true;
        // Half an hour before the end, each server of a fleet with its share of ten minutes.
        return std::any_of(world.bindings.begin(), world.bindings.end(), [&](const ListenerBinding& each) {
            const auto thumbprint =
                each.endpoint.is_wildcard() ? each.thumbprint() : std::nullopt;  // whoever's, where the policy takes over
            const auto end = thumbprint ? scene.ends.find(*thumbprint) : scene.ends.end();
            return end != scene.ends.end() && end->second - world.wall < 35min;
        });
    }

    [[nodiscard]] bool in_hours() const {
        const MaintenanceWindow& window = scene.policy.restart.window;
        const WallTime local = scene.world().wall + scene.world().local_offset;
        Duration since = local - (std::chrono::floor<std::chrono::days>(local) + window.start);
        if (since < Duration{0}) since += 24h;
        return since < window.duration;
    }

    int quiet_cycles_ = 0;
    int quiet_before_ = 0;  ///< the heal that began last
    bool was_exempt_ = true;
    std::uint64_t disturbances_ = 0;
};

}  // namespace

std::unique_ptr<Checker> in_the_window(const Scene& scene) { return std::make_unique<InTheWindow>(scene); }

}  // namespace sstp::simulation
