// No heal undoes by a second choice what a first one chose: from one certificate to another and back within a day, with nobody else
// in between. Nor does a heal move clients from the certificate with which they came through to an older one while it is fit: one value
// that somebody set otherwise is drift (2.1).

#include "tests/simulation/checkers/checkers.h"

#include <algorithm>
#include <deque>
#include <variant>

namespace sstp::simulation {

namespace {

using namespace std::chrono_literals;

class NoFlapping final : public Checker {
public:
    explicit NoFlapping(const Scene& of) : Checker("no-flapping", of) {}

    void heal_began(const OpenHeal& heal) override {
        note_what_works();   // RRAS may have been started with something else by others since, and clients come through with it
        if (!at_work_ || heal.target.hash == *at_work_ || heal.asked_by_administrator) return;
        if (scene.now() - scene.last_disturbance < 1s) return;   // while the intent was being stored: the heal's own look sees it
        if (scene.server.hands_tied || scene.server.renamed_unseen || scene.policy_asks_for_other_names()) return;
        if (writes_only_what_nobody_reads(heal)) return;
        if (scene.policy.certificate.thumbprint || scene.policy.certificate.issuer || scene.world().clock_behind != Duration{0}) return;
        const auto my = scene.world().stores.find("MY");
        if (my == scene.world().stores.end()) return;
        for (const simulated::StoredCertificate& each : my->second) {
            const Certificate& left = each.certificate;
            if (left.hash != *at_work_ || left.archived || !each.serves() || left.key != KeyState::usable ||
                !is_served_by_the_ciphers(left))
                continue;
            // Schannel follows the link of what is bound: listeners serve another one, and clients get that.
            if (left.renewed_by && scene.world().traits.follows_renewal_link) continue;
            if (!forbidden(left, scene.server, scene.policy, scene.history).empty()) continue;
            // HTTP.SYS refused the key once: a day long that certificate counts as unusable, whatever it does now (2.4).
            if (scene.refused_lately(left.hash)) continue;
            // No self-signed one succeeds another (2.1): until a session is seen under it, the one that was proven is what clients trust.
            const auto& proven = scene.record.proven;
            if (left.self_signed && heal.target.self_signed && proven && proven->certificate.hash == heal.target.hash) continue;
            // A second choice gives way to the one with all the names, whichever is older (2.1).
            const auto& learned = scene.record.learned;
            if (learned && covers_every(heal.target, learned->names) && !covers_every(left, learned->names)) continue;
            if (heal.target.not_before < left.not_before && heal.target.not_after < left.not_after)
                broken("moves from " + left.serial + ", which works, to the older " + heal.target.serial);
        }
    }

    void cycle_ended(const CycleReport&) override { note_what_works(); }

    void heal_ended(const OpenHeal& heal) override {
        if (scene.ended_as != EventType::heal_succeeded) return;  // taken back: that is not a choice
        // Nor is a value that follows what is in force already: no listener and no start of RRAS came of it.
        const bool reached_clients = !heal.services.empty() || std::any_of(heal.changes.begin(), heal.changes.end(), [](const auto& each) {
            return std::holds_alternative<BindStep>(each.step);
        });
        if (!reached_clients) return;
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
    void note_what_works() {
        if (scene.clients.connects(0) || scene.clients.connects(1)) at_work_ = scene.world().rras.sha256;
    }

    /// All else names the target already: RRAS has started with a hash that somebody wrote, and by default it reads no SHA-1.
    [[nodiscard]] bool writes_only_what_nobody_reads(const OpenHeal& heal) const {
        if (!heal.services.empty() || scene.world().parameters.contains(SstpValue::sha1_enabled)) return false;
        return std::all_of(heal.changes.begin(), heal.changes.end(), [](const RecordedChange& each) {
            const auto* write = std::get_if<WriteValueStep>(&each.step);
            return write && write->value == SstpValue::sha1_certificate_hash;
        });
    }

    [[nodiscard]] bool is_served_by_the_ciphers(const Certificate& certificate) const {
        const auto& traits = scene.world().traits;
        return certificate.key_algorithm == KeyAlgorithm::rsa ? traits.serves_rsa : traits.serves_ecdsa;
    }

    struct Target {
        CertificateHash hash;
        Duration at;
        std::uint64_t disturbances;
    };
    std::deque<Target> targets_;
    std::optional<CertificateHash> at_work_;  ///< clients came through with it when last anybody did
};

}  // namespace

std::unique_ptr<Checker> no_flapping(const Scene& scene) { return std::make_unique<NoFlapping>(scene); }

}  // namespace sstp::simulation
