// 3. Once a heal has ended, no family of clients gets less than before it.

#include "tests/simulation/checkers/checkers.h"

#include "core/model/text.h"

#include <algorithm>

namespace sstp::simulation {

namespace {

class NeverWorse final : public Checker {
public:
    explicit NeverWorse(const Scene& of) : Checker("never-worse", of) {}

    // Judged at the end of the cycle in which the heal ended: RRAS may still be on its way for a moment.
    // A balancer in front of the server shows its own certificate, and nothing here tells of it but its hash, and sessions that begin all
    // the same. Without one a hash that somebody has overwritten, or a policy that names a certificate, says whom clients are to get (2.1).
    void heal_began(const OpenHeal& heal) override {
        const World& world = scene.world();
        const auto found = world.parameters.find(SstpValue::sha256_certificate_hash);
        const auto stored = found == world.parameters.end() ? Stored<CertificateHash>{Absent{}} : decode_sha256(found->second);
        const auto* hash = value_of(stored);
        // Nothing was ever proven here, and the hash names the target: one value that differs from it counts as drift (2.1), and nothing
        // tells that it was the hash that drifted before our first look.
        hash_decides_ = !scene.record.proven && !scene.record.learned && hash != nullptr && *hash == heal.target.hash;
        const bool overwritten = hash == nullptr || !world.balancer || *hash != world.balancer->hash;
        balancer_gives_way_ =
            world.balancer && !shows_that_somebody_stands_in_front() && (overwritten || scene.policy.certificate.names_a_certificate());
    }
    void heal_ended(const OpenHeal& heal) override {
        if (scene.heal) ended_ = scene.heal;
        was_refused_ = scene.record.refused_keys.contains(heal.target.hash);
    }

    // "Before" is the better of the last two looks: an administrator may have stopped RemoteAccess since, in the second before a heal
    // that needs no restart began. Then it is he who ended the sessions (7.7).
    void others_act(const Due&) override { ran_ = runs(); }
    void others_acted(const Due&) override {
        if (ran_ && !runs()) stopped_by_others_ = true;
    }
    void wrote(const Write& write) override {
        const bool is_control = write.call == PortCall::services_stop || write.call == PortCall::services_start;
        if (is_control && equal_ignoring_case(write.subject, kRemoteAccess)) stopped_by_others_ = false;
    }

    void cycle_ended(const CycleReport&) override {
        if (runs()) stopped_by_others_ = false;
        if (!ended_ || is_on_its_way()) return;
        const HealBegan before = *std::exchange(ended_, std::nullopt);
        if (!scene.undisturbed_since(before.disturbances) || stopped_by_others_) return;
        if (scene.world().writes.size() == before.writes) return;  // it ended before its first change
        for (std::size_t family = 0; family < 2; ++family) {
            if (!before.clients.connects(family) || scene.clients.connects(family) || is_hidden(family)) continue;
            broken("before the heal: " + before.clients.tell() + "; after it: " + scene.clients.tell());
        }
    }

private:
    // Sessions that can be asked for have begun under a hash that RRAS is known to hold, and that it keeps (flag 1).
    [[nodiscard]] bool shows_that_somebody_stands_in_front() const {
        const World& world = scene.world();
        const auto flag = world.parameters.find(SstpValue::is_hash_configured_by_admin);
        const bool keeps_it = flag != world.parameters.end() && flag->second == RawValue::dword(1);
        return keeps_it && world.traits.sessions_can_be_read && scene.sessions_have_begun() && scene.record.held &&
               scene.record.held->sha256 == world.balancer->hash;
    }
    [[nodiscard]] bool runs() const { return scene.world().running(kRemoteAccess); }
    // Where a working SSTP does not answer HEAD by 401, nothing outside tells when it begins to take calls after a start: judged once
    // it does.
    [[nodiscard]] bool is_on_its_way() const {
        const auto& reported = scene.record.reported_only;  // a 503 that a restart has not cured is only told: no proof waits for it (7.8)
        const bool is_told_only = std::find(reported.begin(), reported.end(), Reason::sstp_uri_unhealthy) != reported.end();
        return (scene.world().traits.uri_status != 401 || is_told_only) && runs() && scene.now() < scene.world().rras.ready_at;
    }
    // What no probe shows: SstpSvc keeps the old hash, and only a client that connects proves crypto binding (2.4).
    [[nodiscard]] bool is_hidden(std::size_t family) const {
        // A family that the policy leaves out is not SSTP's here: no listener of it is looked at (2.4).
        if (!scene.policy_includes(family)) return true;
        if (windows_refuses_both_ends(family)) return true;
        // A certificate ended between the better look and the end of the heal; whether one that had ended was chosen is fit-or-nothing's.
        if (scene.clients.family[family] == DialOutcome::not_valid_now) return true;
        const auto& get = scene.clients.family[family];
        // Of a self-signed one clients know each by itself: those of the new name trust no other.
        const bool knows_another = get == DialOutcome::wrong_name || get == DialOutcome::not_trusted;
        if (scene.server.renamed_unseen && knows_another) return true;
        const bool is_another_sites =
            get == DialOutcome::wrong_name || get == DialOutcome::crypto_binding || get == DialOutcome::no_session;
        if (is_another_sites && scene.policy_asks_for_other_names()) return true;
        if (hash_decides_ && scene.clients.family[family] == DialOutcome::wrong_name) return true;
        if (scene.another_sites_record_has_the_name()) return true;
        // Where a working SSTP does not answer HEAD by 401, a restart that leaves SstpSvc with the old listener shows in no status that
        // the policy asks for: a symptom alone has one restart, and no second rung (7.8, servers.md 37).
        const bool head_tells_nothing = scene.world().traits.uri_status != 401;
        if (head_tells_nothing && scene.clients.family[family] == DialOutcome::no_sstp) return true;
        if (balancer_gives_way_) return true;
        return scene.world().traits.sstpsvc_keeps_hash && scene.clients.family[family] == DialOutcome::crypto_binding;
    }
    // Promise 3: the certificate of before has left the store, and HTTP.SYS refuses the key of the one that was to take its place; where
    // records cannot be updated in one call, that shows when the old record is gone.
    [[nodiscard]] bool windows_refuses_both_ends(std::size_t family) const {
        if (!was_refused_) return false;
        const Endpoint endpoint = Endpoint::wildcard(family == 0 ? AddressFamily::ipv4 : AddressFamily::ipv6, scene.world().port());
        return scene.world().binding_at(endpoint) == nullptr;
    }
    std::optional<HealBegan> ended_;
    bool was_refused_ = false;  ///< HTTP.SYS refused the key of what the heal that ended last wanted
    bool balancer_gives_way_ = false;
    bool hash_decides_ = false;
    bool ran_ = true;
    bool stopped_by_others_ = false;
};

}  // namespace

std::unique_ptr<Checker> never_worse(const Scene& scene) { return std::make_unique<NeverWorse>(scene); }

}  // namespace sstp::simulation
