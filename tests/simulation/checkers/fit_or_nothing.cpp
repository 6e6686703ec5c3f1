// 1. No certificate that the policy finds unfit, or of a CA that is not allowed, is ever chosen. Putting back what was found chooses
// nothing.

#include "tests/simulation/checkers/checkers.h"

#include <algorithm>

namespace sstp::simulation {

namespace {

class FitOrNothing final : public Checker {
public:
    explicit FitOrNothing(const Scene& of) : Checker("fit-or-nothing", of) {}

    void wrote(const Write& write) override {
        if (write.call == PortCall::bindings_put && write.binding_after) {
            if (returns(write.subject, text_of(write.binding_after))) return;
            const auto thumbprint = write.binding_after->thumbprint();
            if (!thumbprint) broken("bound what is no thumbprint at " + write.subject);
            const auto* stored = scene.world().find(write.binding_after->store.value_or("MY"), *thumbprint);
            if (stored == nullptr && was_fit_at_the_look(*thumbprint)) return;
            if (stored == nullptr) broken("bound a certificate that is nowhere at " + write.subject);
            judge(stored->certificate, write.subject);
            judge_by_the_clock(write);
        } else if (write.value == SstpValue::sha256_certificate_hash && write.value_after) {
            if (returns(write.subject, text_of(write.value_after))) return;
            const auto decoded = decode_sha256(*write.value_after);
            const auto* hash = value_of(decoded);
            if (hash == nullptr) broken("wrote a malformed hash");
            const auto* stored = scene.world().find("MY", *hash);
            if (stored == nullptr && was_fit_at_the_look(*hash)) return;
            if (stored == nullptr) broken("wrote the hash of a certificate that is not in MY: RRAS would not start (event 25)");
            judge(stored->certificate, write.subject);
        }
    }

    void process_ended(bool) override { last_written_ = scene.record.written_at; }

private:
    [[nodiscard]] bool is_named_by_the_hash(const Thumbprint& thumbprint) const {
        const World& world = scene.world();
        const auto value = world.parameters.find(SstpValue::sha256_certificate_hash);
        if (value == world.parameters.end()) return false;
        const auto decoded = decode_sha256(value->second);
        const auto* hash = value_of(decoded);
        const auto* stored = world.find("MY", thumbprint);
        return hash && stored && stored->certificate.hash == *hash;
    }
    /// A clock that lies before our last record is not believed until it is set or has run for an hour: nobody is driven away from a
    /// certificate by dates until then (7.10).
    void judge_by_the_clock(const Write& write) const {
        const World& world = scene.world();
        const bool believed = !last_written_ || world.time_synchronised || world.wall + std::chrono::minutes{2} > *last_written_ ||
                              world.monotonic.since_boot > std::chrono::hours{1};
        // What a process before this one left half changed was chosen by the clock of then, and RRAS does not start on two records that
        // differ (event 24): it is brought to an end.
        const auto& open = scene.record.open_heal;
        if (open && (open->recoveries > 0 || !open->left_open.empty())) return;
        const auto old = write.binding_before ? write.binding_before->thumbprint() : std::nullopt;
        if (believed || !old || old == write.binding_after->thumbprint() || (scene.heal && scene.heal->asked)) return;
        const auto* stored = world.find(write.binding_before->store.value_or("MY"), *old);
        if (stored == nullptr || stored->certificate.archived || !stored->serves()) return;
        if (is_named_by_the_hash(*write.binding_after->thumbprint())) return;  // a record that drifted: no date is asked for that
        const Certificate& left = stored->certificate;
        const WallTime truth = world.true_time();
        const bool only_by_our_clock = left.not_before <= truth && truth <= left.not_after && left.not_before > world.wall;
        if (only_by_our_clock) broken("left " + left.serial + " at " + write.subject + " by a clock that lies before our last record");
    }

    /// The value that stood there when the open heal began.
    [[nodiscard]] bool returns(const std::string& subject, const std::string& value) const {
        const auto& open = scene.record.open_heal;
        return open && std::any_of(open->changes.begin(), open->changes.end(), [&](const RecordedChange& each) {
                   return subject_of(each.step) == subject && before_of(each.step) == value && after_of(each.step) != value;
               });
    }

    // Windows tells of a store by a notification, and no look comes between the writes of a heal: what is deleted, revoked or linked
    // otherwise behind the last look is found by the proof.
    [[nodiscard]] bool was_fit_at_the_look(const CertificateHash& hash) const {
        const auto seen = scene.at_last_look.find(hash);
        return seen != scene.at_last_look.end() && seen->second.empty();
    }
    [[nodiscard]] bool was_fit_at_the_look(const Thumbprint& thumbprint) const {
        return scene.heal && scene.record.open_heal && scene.record.open_heal->target.thumbprint == thumbprint &&
               was_fit_at_the_look(scene.record.open_heal->target.hash);
    }

    [[nodiscard]] bool was_put_in_force_by_the_open_heal(const Certificate& certificate) const {
        const auto& open = scene.record.open_heal;
        if (!open || open->target.hash != certificate.hash) return false;
        // Or its process died in between; or the way back was refused, so that the unit is made whole at the other end.
        return !open->left_open.empty() || open->recoveries > 0 || open->direction == HealDirection::back;
    }

    [[nodiscard]] bool is_named_elsewhere(const Certificate& certificate, const std::string& where) const {
        const auto& bindings = scene.world().bindings;
        return std::any_of(bindings.begin(), bindings.end(), [&](const ListenerBinding& each) {
            const bool is_of_the_unit = each.app_id == kSstpAppId || each.endpoint.is_wildcard();  // IIS may own it
            return is_of_the_unit && each.endpoint.to_string() != where && each.thumbprint() == certificate.thumbprint;
        });
    }

    /// The SHA-256 names it, and no record names another one: what RRAS itself binds when it starts.
    [[nodiscard]] bool is_what_rras_would_bind(const Certificate& certificate, const std::string& where) const {
        const auto& bindings = scene.world().bindings;
        return is_named_by_the_hash(certificate.thumbprint) &&
               std::none_of(bindings.begin(), bindings.end(), [&](const ListenerBinding& each) {
                   return each.endpoint.is_wildcard() && each.endpoint.to_string() != where && each.thumbprint() != certificate.thumbprint;
               });
    }
    /// Under the flag the SHA-256 is an administrator's choice (2.1), of whatever name and CA, as long as no client was seen; so is one
    /// that RRAS has read already.
    [[nodiscard]] bool is_somebodys_choice(const Certificate& certificate) const {
        if (scene.record.proven) return false;
        const auto& values = scene.world().parameters;
        const auto flag = values.find(SstpValue::is_hash_configured_by_admin);
        const bool is_chosen = flag != values.end() && flag->second == RawValue::dword(1);
        const auto& held = scene.record.held;
        return is_chosen || (held && held->sha256 == certificate.hash);
    }

    void judge(const Certificate& certificate, const std::string& where) const {
        // HTTP.SYS finds an archived one by its hash: what is in force and served rightly is named on by the rest of the unit.
        if (certificate.archived && is_named_elsewhere(certificate, where)) return;
        const std::string why = forbidden(certificate, scene.server, scene.policy, scene.history);
        // For a minute after a jump of the clock is seen dates drive nobody away from what is in force: its unit is made whole, if it has
        // not ended by that clock (7.10).
        const bool clock_settles = scene.now() - scene.clock_moved < scene.policy.watch.interval + std::chrono::seconds{90};
        const bool has_not_begun = scene.world().wall < certificate.not_before;
        if (why == "its dates" && clock_settles && has_not_begun && is_named_elsewhere(certificate, where)) return;
        // A key that the policy finds weak is a warning of the one in force (6.1): clients accept it, and the rest of its unit follows it.
        // Where no record names any, that is the one of the hash, which RRAS itself binds when it starts.
        const bool by_its_hash = is_what_rras_would_bind(certificate, where);
        if (why == "its strength" && (by_its_hash || is_named_elsewhere(certificate, where))) return;
        if (why.starts_with("it ") && by_its_hash && is_somebodys_choice(certificate)) return;
        if (!why.empty() && was_fit_at_the_look(certificate.hash)) return;
        // A heal that waits for RemoteAccess, or whose process died, had written it while it was fit: the heal is brought to one end, and
        // the other is no certificate at all (7.1).
        const bool is_in_force = is_named_elsewhere(certificate, where) || scene.world().rras.sha256 == certificate.hash;
        if (was_put_in_force_by_the_open_heal(certificate) && is_in_force) return;
        if (!why.empty()) broken("chose " + certificate.serial + " for " + where + " in spite of " + why);
    }

    std::optional<WallTime> last_written_;  ///< what our process before this one wrote last, by the clock of then
};

}  // namespace

std::unique_ptr<Checker> fit_or_nothing(const Scene& scene) { return std::make_unique<FitOrNothing>(scene); }

}  // namespace sstp::simulation
