// 7. With UseHttps 0, where SSTP is not in use, in observe mode and with the kill switch set nothing is written, except to bring to
// an end what is half changed and to start what we stopped.

#include "tests/simulation/checkers/checkers.h"

#include "core/model/text.h"

#include <optional>
#include <utility>

namespace sstp::simulation {

namespace {

class HandsOff final : public Checker {
public:
    explicit HandsOff(const Scene& of) : Checker("hands-off", of) {}

    // A refresh of Group Policy deletes and rewrites the value: one that disappears is believed after 60 s, one that comes at once.
    void others_acted(const Due&) override {
        if (scene.world().kill_switch != last_seen_) changed_at_ = scene.now();
        last_seen_ = scene.world().kill_switch;
    }

    // A heal that began rightly is brought to an end; none begins.
    void heal_began(const OpenHeal& heal) override {
        const auto& set = scene.world().kill_switch;
        began_ = Began{heal.id, set, has_sstp(), is_offloaded(), scene.now() - changed_at_ < std::chrono::seconds{5}};
    }

    // The policy that the cycle read is known at its end; that of one whose process died, when its heal began: the next process may read
    // another, or none, and nothing begins by that.
    void cycle_ended(const CycleReport&) override { judge_begin(); }
    void process_ended(bool) override { judge_begin(); }
    void wrote(const Write& write) override {
        if (may_be_touched()) return;
        const auto& open = scene.record.open_heal;
        const bool half_changed = open || scene.storage_is_troubled();
        if (half_changed) return;
        broken("wrote " + write.subject + " although hands are to be kept off");
    }

private:
    void judge_begin() {
        const auto began = std::exchange(began_, std::nullopt);
        if (!began || began->just_changed) return;
        const bool in_use = !began->is_offloaded && (began->has_sstp || scene.policy.certificate.names_a_certificate());
        if (in_use && permission(began->kill_switch) == Permission::heal) return;
        broken("heal " + began->id + " began although hands are to be kept off");
    }
    // Hands are kept off from the next read on, which comes before each change.
    [[nodiscard]] bool may_be_touched() const {
        return (permission(scene.world().kill_switch) == Permission::heal && in_use()) ||
               scene.now() - changed_at_ < std::chrono::seconds{5};
    }
    struct Began {
        std::string id;
        std::optional<RawValue> kill_switch;
        bool has_sstp = true;
        bool is_offloaded = false;
        bool just_changed = false;
    };

    [[nodiscard]] Permission permission(const std::optional<RawValue>& set) const {
        if (!set) return scene.policy.mode == Mode::observe ? Permission::observe_by_policy : Permission::heal;
        const auto text = decode_text(*set);
        const auto* word = value_of(text);
        if (word == nullptr || !equal_ignoring_case(*word, "heal")) return Permission::observe_by_kill_switch;
        return scene.policy.mode == Mode::observe ? Permission::observe_by_policy : Permission::heal;
    }
    // In use by 2.1: a record of SSTP's, a stored hash, a flag, ports, or a policy that names a certificate.
    [[nodiscard]] bool in_use() const { return !is_offloaded() && (has_sstp() || scene.policy.certificate.names_a_certificate()); }
    [[nodiscard]] bool has_sstp() const {
        const World& world = scene.world();
        const auto has = [&](SstpValue value) { return world.parameters.contains(value); };
        return world.traits.sstp_ports || !world.bindings.empty() || has(SstpValue::sha256_certificate_hash) ||
               has(SstpValue::sha1_certificate_hash) || has(SstpValue::is_hash_configured_by_admin);
    }
    [[nodiscard]] bool is_offloaded() const {
        const auto found = scene.world().parameters.find(SstpValue::use_https);
        return found != scene.world().parameters.end() && found->second == RawValue::dword(0);
    }

    std::optional<Began> began_;
    std::optional<RawValue> last_seen_;
    Duration changed_at_{-3'600'000};
};

}  // namespace

std::unique_ptr<Checker> hands_off(const Scene& scene) { return std::make_unique<HandsOff>(scene); }

}  // namespace sstp::simulation
