#include "core/healing/retire.h"

#include "core/model/rare.h"

#include <fmt/format.h>

#include <algorithm>

namespace sstp {

namespace {

/// Unknown counts as in use.
bool is_in_use(Ports& ports, const Certificate& certificate) {
    const auto bindings = ports.bindings.all();
    if (!bindings) return true;
    const bool bound = std::any_of(bindings->begin(), bindings->end(),
                                   [&](const ListenerBinding& each) { return each.thumbprint() == certificate.thumbprint; });
    if (bound) return true;
    const auto sha1 = decode_sha1(ports.parameters.read(SstpValue::sha1_certificate_hash));
    const auto sha256 = decode_sha256(ports.parameters.read(SstpValue::sha256_certificate_hash));
    const auto* thumbprint = value_of(sha1);
    const auto* hash = value_of(sha256);
    if (why_unreadable(sha1) != nullptr || why_unreadable(sha256) != nullptr) return true;
    return (thumbprint && *thumbprint == certificate.thumbprint) || (hash && *hash == certificate.hash);
}

JournalEvent retired_event(Ports& ports, const HealPlan& plan, const std::string& heal_id, const char* outcome, std::string text) {
    return {0,
            EventType::certificate_retired,
            ports.clock.wall(),
            std::move(text),
            {{"heal_id", heal_id},
             {"outcome", outcome},
             {"certificate_sha1", plan.replaced->thumbprint.to_string()},
             {"certificate_sha256", plan.replaced->hash.to_string()}}};
}

bool tell(Ports& ports, JournalEvent event) {
    RecordUpdate update;
    update.events.push_back(std::move(event));
    return ports.record.commit(update).has_value();
}

}  // namespace

void retire_replaced(HealContext& context, const HealPlan& plan, const std::string& heal_id) {
    Ports& ports = context.ports;
    const RetireOld how = context.policy.certificate.retire_old;
    if (how == RetireOld::keep || !plan.replaced || plan.replaced->hash == plan.target.hash) return;
    if (is_in_use(ports, *plan.replaced)) return;
    const char* verb = how == RetireOld::archive ? "archive" : "delete";
    const std::string name = brief(*plan.replaced);
    if (!tell(ports,
              retired_event(ports, plan, heal_id, "intended", fmt::format("About to {} {}, which nothing uses any more.", verb, name)))) {
        return;
    }
    if ((context.may_change && !context.may_change()) || !ports.clock.pause(Duration{0})) return;
    SSTP_RARE("a replaced certificate is retired");
    const auto done = how == RetireOld::archive ? ports.certificates.archive(plan.replaced->thumbprint)
                                                : ports.certificates.remove(plan.replaced->thumbprint);
    JournalEvent event =
        done ? retired_event(ports, plan, heal_id, "done", fmt::format("{} was retired ({}d). Its key stays.", name, verb))
             : retired_event(ports, plan, heal_id, "failed", fmt::format("{} stays in the store: {}.", name, done.error().message()));
    if (!done) event.fields["error_kind"] = word(done.error().kind);
    (void)tell(ports, std::move(event));   // told when the record takes it; the certificate is where the store says
}

}  // namespace sstp
