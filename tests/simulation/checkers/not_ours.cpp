// 4. No other port, no other value, no SNI, CCS or exact-address record; no foreign binding unless the policy takes over; every field
// of a binding but the hash survives.

#include "tests/simulation/checkers/checkers.h"

#include "core/model/text.h"

namespace sstp::simulation {

namespace {

bool is_my(const std::optional<std::string>& store) { return !store || equal_ignoring_case(*store, "MY"); }

class NotOurs final : public Checker {
public:
    explicit NotOurs(const Scene& of) : Checker("not-ours", of) {}

    void wrote(const Write& write) override {
        if (write.value && *write.value > SstpValue::is_hash_configured_by_admin) broken("wrote " + write.subject);
        if (write.call != PortCall::bindings_put && write.call != PortCall::bindings_remove) return;
        const ListenerBinding& record = write.binding_after ? *write.binding_after : *write.binding_before;
        if (!record.endpoint.is_wildcard()) broken("touched " + write.subject);
        if (record.endpoint.port != scene.world().port() && record.endpoint.port != scene.world().rras.port)
            broken("touched the port of " + write.subject);
        const bool takes_over = scene.policy.listener.foreign_owner == ForeignOwner::take_over;
        // HTTP.SYS cannot compare and write in one: whoever takes the record in the very moment of our write loses it.
        const bool in_that_moment = scene.now() - scene.last_disturbance < std::chrono::milliseconds{3};
        if (write.binding_before && write.binding_before->app_id != kSstpAppId && !takes_over && !was_ours(write) && !in_that_moment) {
            broken("replaced the record of another owner at " + write.subject);
        }
        if (write.binding_before && write.binding_after) compare(*write.binding_before, *write.binding_after, takes_over, write.subject);
    }

private:
    /// We took it over under an earlier policy, and it goes back to its owner with the heal.
    [[nodiscard]] bool was_ours(const Write& write) const {
        const auto& open = scene.record.open_heal;
        if (!open || !write.binding_after) return false;
        for (const RecordedChange& each : open->changes) {
            if (subject_of(each.step) == write.subject && before_of(each.step) == text_of(write.binding_after)) return true;
        }
        return false;
    }

    void compare(const ListenerBinding& before, const ListenerBinding& after, bool takes_over, const std::string& where) const {
        if (before.options != after.options) broken("options were lost at " + where);
        if (before.app_id != after.app_id && !takes_over) broken("the owner changed at " + where);
        // The store name changes only when the certificate lies in another store; null stays null for MY.
        if (before.store != after.store && is_my(before.store) == is_my(after.store)) broken("the store name was respelled at " + where);
    }
};

}  // namespace

std::unique_ptr<Checker> not_ours(const Scene& scene) { return std::make_unique<NotOurs>(scene); }

}  // namespace sstp::simulation
