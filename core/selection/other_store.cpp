#include "core/selection/other_store.h"

#include "core/model/rare.h"

#include <fmt/format.h>

namespace sstp::selection {

namespace {

constexpr char kWhy[] =
    "RRAS looks for certificates in LocalMachine\\MY only, and does not start with the hash of one that is not there with its key (event "
    "25). Import it with its key into MY";

bool is_known(const Basis& basis) {
    return basis.active || basis.names.origin != Origin::none || basis.in.policy.certificate.names_a_certificate();
}

}  // namespace

std::optional<Finding> lies_elsewhere(const Choice& choice) {
    const Basis& basis = choice.basis;
    if (choice.active.place != Place::other_store) return std::nullopt;
    for (const ListenerBinding* record : wildcards(basis.in.state)) {
        if (is_my_store(record->store) || record->thumbprint() != basis.active->thumbprint) continue;
        const bool works = choice.active.stands && !choice.active.next_start_breaks;
        return Finding{
            Reason::certificate_in_other_store, works ? Severity::warning : Severity::critical, record->endpoint.to_string(),
            fmt::format("{} names {} in the store {}. {}.", record->endpoint.to_string(), brief(*basis.active), *record->store, kWhy)};
    }
    return std::nullopt;
}

std::optional<Finding> meant_but_elsewhere(const Basis& basis) {
    if (is_known(basis)) return std::nullopt;
    for (const ListenerBinding* record : wildcards(basis.in.state)) {
        const auto named = record->thumbprint();
        if (is_my_store(record->store) || !named || basis.in.state.find(*named) || record->app_id != kSstpAppId) continue;
        SSTP_RARE("nothing is known but a record that names what lies in another store");
        return Finding{Reason::certificate_in_other_store, Severity::critical, record->endpoint.to_string(),
                       fmt::format("{} names {} in the store {}, if it lies there still. {}; or list in certificate.dns_names the names "
                                   "that VPN clients dial.",
                                   record->endpoint.to_string(), named->brief(), *record->store, kWhy)};
    }
    return std::nullopt;
}

}  // namespace sstp::selection
