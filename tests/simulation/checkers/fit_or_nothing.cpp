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
            if (stored == nullptr) broken("bound a certificate that is nowhere at " + write.subject);
            judge(stored->certificate, write.subject);
        } else if (write.value == SstpValue::sha256_certificate_hash && write.value_after) {
            if (returns(write.subject, text_of(write.value_after))) return;
            const auto decoded = decode_sha256(*write.value_after);
            const auto* hash = value_of(decoded);
            if (hash == nullptr) broken("wrote a malformed hash");
            const auto* stored = scene.world().find("MY", *hash);
            if (stored == nullptr) broken("wrote the hash of a certificate that is not in MY: RRAS would not start (event 25)");
            judge(stored->certificate, write.subject);
        }
    }

private:
    /// The value that stood there when the open heal began.
    [[nodiscard]] bool returns(const std::string& subject, const std::string& value) const {
        const auto& open = scene.record.open_heal;
        return open && std::any_of(open->changes.begin(), open->changes.end(), [&](const RecordedChange& each) {
                   return subject_of(each.step) == subject && before_of(each.step) == value && after_of(each.step) != value;
               });
    }

    [[nodiscard]] bool is_named_elsewhere(const Certificate& certificate, const std::string& where) const {
        const auto& bindings = scene.world().bindings;
        return std::any_of(bindings.begin(), bindings.end(), [&](const ListenerBinding& each) {
            return each.app_id == kSstpAppId && each.endpoint.to_string() != where && each.thumbprint() == certificate.thumbprint;
        });
    }

    void judge(const Certificate& certificate, const std::string& where) const {
        // HTTP.SYS finds an archived one by its hash: what is in force and served rightly is named on by the rest of the unit.
        if (certificate.archived && is_named_elsewhere(certificate, where)) return;
        const std::string why = forbidden(certificate, scene.server, scene.policy, scene.history);
        if (!why.empty()) broken("chose " + certificate.serial + " for " + where + " in spite of " + why);
    }
};

}  // namespace

std::unique_ptr<Checker> fit_or_nothing(const Scene& scene) { return std::make_unique<FitOrNothing>(scene); }

}  // namespace sstp::simulation
