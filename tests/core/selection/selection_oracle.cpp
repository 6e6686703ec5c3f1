#include "tests/core/selection/selection_oracle.h"

#include <algorithm>
#include <cctype>

namespace sstp::test {

namespace {

std::string lower(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
}

/// RFC 9525: equal, or `*` in place of exactly one label.
bool has_name(const Certificate& certificate, const std::string& name) {
    for (const std::string& each : certificate.dns_names) {
        const std::string on_it = lower(each);
        const std::string asked = lower(name);
        if (on_it == asked) return true;
        const auto dot = asked.find('.');
        if (on_it.substr(0, 2) == "*." && dot != std::string::npos && dot > 0 && on_it.substr(1) == asked.substr(dot)) return true;
    }
    return false;
}

bool is_public(const Certificate& certificate) {
    return std::any_of(certificate.roots.begin(), certificate.roots.end(), [](const ChainRoot& root) { return root.in_root_programme; });
}

bool same_issuer(const Certificate& certificate, const CertificateAuthority& ca) {
    return certificate.issuer == ca.issuer && certificate.issuer_key && certificate.issuer_key == ca.issuer_key;
}

bool is_of(const Certificate& certificate, const CertificateAuthority& ca) {
    if (ca.kind == CaKind::self_signed || certificate.self_signed) return ca.self == certificate.hash;
    if (ca.kind == CaKind::unknown || certificate.roots.empty()) return same_issuer(certificate, ca);
    if (ca.kind == CaKind::public_root) return is_public(certificate);
    return !is_public(certificate) && std::any_of(certificate.roots.begin(), certificate.roots.end(), [&](const ChainRoot& root) {
        return std::any_of(ca.roots.begin(), ca.roots.end(),
                           [&](const ChainRoot& known) { return known.subject == root.subject && known.public_key == root.public_key; });
    });
}

bool is_linked_from(const ServerBuilder& server, const Certificate* from, const Certificate& to) {
    const Certificate* at = from;
    for (int steps = 0; at && at->renewed_by && steps < 10; ++steps) {
        if (*at->renewed_by == to.thumbprint) return true;
        at = server.state.find(*at->renewed_by);
    }
    return false;
}

bool is_pinned_one(const ServerBuilder& server, const Certificate& certificate) {
    const auto& pin = server.policy.certificate.thumbprint;
    return pin && std::holds_alternative<CertificateHash>(*pin) && std::get<CertificateHash>(*pin) == certificate.hash;
}

bool is_served(const ServerBuilder& server, const Certificate& certificate) {
    return std::any_of(server.state.probes.begin(), server.state.probes.end(), [&](const Probe& probe) {
        const auto* served = std::get_if<Served>(&probe.outcome);
        return served && served->leaf.hash == certificate.hash;
    });
}

/// A record or a listener of ours has it, or it was proven once. Beside records of another one a hash alone gives it to nobody.
bool somebody_got(const ServerBuilder& server, const Certificate& certificate) {
    const auto& proven = server.memory.proven;
    if (is_served(server, certificate) || (proven && proven->certificate.hash == certificate.hash)) return true;
    bool another_is_named = false;
    for (const auto* observed : {&server.state.ipv4_binding, &server.state.ipv6_binding}) {
        const auto* record = std::get_if<ListenerBinding>(observed);
        if (record && record->thumbprint() == certificate.thumbprint) return true;
        another_is_named = another_is_named || record;
    }
    return !another_is_named;
}

/// Promise 1, but for names and CA. `in_force`: clients get it, and what cannot be judged does not count against it.
std::string unfit(const ServerBuilder& server, const Certificate& certificate, bool in_force) {
    const CertificatePolicy& policy = server.policy.certificate;
    const WallTime now = server.state.looked_at.wall;
    const bool dates_count = !(server.memory.clock_doubtful && in_force);
    if (dates_count && (now < certificate.not_before || now > certificate.not_after)) return "out of its dates";
    if (!certificate.purposes && !policy.allow_missing_eku) return "no purpose";
    if (certificate.purposes && std::count(certificate.purposes->begin(), certificate.purposes->end(), kServerAuthentication) == 0 &&
        std::count(certificate.purposes->begin(), certificate.purposes->end(), kAnyPurpose) == 0) {
        return "another purpose";
    }
    if (!is_served(server, certificate)) {
        if (certificate.key == KeyState::absent || certificate.key == KeyState::unusable) return "no usable key";
        if (server.memory.refused_by_http_sys.contains(certificate.hash)) return "refused by HTTP.SYS";
        if (certificate.key == KeyState::unknown && !in_force && !is_pinned_one(server, certificate)) return "a key that is not known";
    }
    const auto* chain = std::get_if<ChainVerdict>(&certificate.chain);
    if (policy.chain == ChainPolicy::require) {
        if (chain && chain->trust == ChainTrust::bad) return "a bad chain";
        const bool is_of_the_proven_issuer =
            server.memory.proven && !certificate.self_signed && same_issuer(certificate, server.memory.proven->ca);
        if ((!chain || chain->trust == ChainTrust::unknown) && !in_force && !is_of_the_proven_issuer) return "a chain that is not known";
    }
    if (certificate.key_algorithm == KeyAlgorithm::rsa && certificate.key_bits < policy.minimum_rsa_bits && !in_force) return "weak";
    if (policy.revocation != RevocationPolicy::off && chain && chain->revocation == Revocation::revoked) return "revoked";
    const bool may_be_revoked = !certificate.self_signed && (!chain || chain->revocation != Revocation::good);  // by whom, if not its CA
    if (policy.revocation == RevocationPolicy::require && !in_force && may_be_revoked) return "perhaps revoked";
    return {};
}

bool decides_as_foreign(const ServerBuilder& server, const Certificate& certificate) {
    const auto names_it = [&](const ListenerBinding& record) { return record.thumbprint() == certificate.thumbprint; };
    for (const auto* observed : {&server.state.ipv4_binding, &server.state.ipv6_binding}) {
        const auto* record = std::get_if<ListenerBinding>(observed);
        if (record && record->app_id != kSstpAppId && names_it(*record)) return true;
    }
    const auto& shadowing = std::get<std::vector<ShadowingBinding>>(server.state.shadowing);
    return std::any_of(shadowing.begin(), shadowing.end(), names_it);
}

void object_to(const ServerBuilder& server, const DesiredState& desired, const Certificate& chosen, const std::string& as,
               std::vector<std::string>& found) {
    const auto object = [&](const std::string& what) { found.push_back(as + " " + chosen.serial + ": " + what); };
    const CertificatePolicy& policy = server.policy.certificate;
    const bool in_force = desired.active && desired.active->hash == chosen.hash;
    const bool foreign = decides_as_foreign(server, chosen);
    const bool adopted = desired.adopt && desired.adopt->hash == chosen.hash;
    const bool left_alone = has(desired.findings, Reason::choice_not_confirmed);

    const Certificate* stored = server.state.find(chosen.hash);
    if (!in_force && (!stored || stored->archived)) object("not in MY, or archived");
    const std::string flaw = unfit(server, stored ? *stored : chosen, (in_force && somebody_got(server, chosen)) || foreign || adopted);
    if (!flaw.empty()) object(flaw);

    const auto require_all = [&](const std::vector<std::string>& names) {
        for (const std::string& name : names) {
            if (!has_name(chosen, name)) object("lacks " + name);
        }
    };
    if (!policy.dns_names.empty()) {
        require_all(policy.dns_names);
    } else if (server.memory.learned && !adopted && !left_alone) {
        if (!desired.second_choice) require_all(server.memory.learned->names);
        const std::string primary = server.memory.learned->primary;
        const bool below = primary.substr(0, 2) == "*." && std::any_of(server.memory.names_ever.begin(), server.memory.names_ever.end(),
                                                                       [&](const std::string& name) { return has_name(chosen, name); });
        if (desired.second_choice && !has_name(chosen, primary) && !below) object("a second choice without the primary name");
    }
    if (in_force || foreign || adopted || left_alone) return;

    if (policy.thumbprint && !is_pinned_one(server, chosen)) object("another one is pinned");
    if (policy.issuer && lower(*policy.issuer) != lower(chosen.issuer_cn) && lower(*policy.issuer) != lower(chosen.issuer)) {
        object("not of the issuer that the policy wants");
    }
    const bool any_ca = policy.thumbprint || policy.issuer || policy.ca == CaPolicy::any;
    bool linked = desired.active && is_linked_from(server, &*desired.active, chosen);
    for (const auto* observed : {&server.state.ipv4_binding, &server.state.ipv6_binding}) {
        const auto* record = std::get_if<ListenerBinding>(observed);
        const auto bound = record ? record->thumbprint() : std::nullopt;
        linked = linked || (bound && is_linked_from(server, server.state.find(*bound), chosen));
    }
    if (!any_ca && !linked && server.memory.learned && !is_of(chosen, server.memory.learned->ca) &&
        !(chosen.roots.empty() && server.memory.proven && is_of(chosen, server.memory.proven->ca))) {
        object("of another CA than the learned one");
    }
    // What bears none of the policy's names tells of no CA (2.1: a presumption makes nothing unfit that the policy names).
    const auto& asked = server.policy.certificate.dns_names;
    const bool tells_the_ca = desired.active && (asked.empty() || std::any_of(asked.begin(), asked.end(), [&](const std::string& name) {
                                                     return has_name(*desired.active, name);
                                                 }));
    if (!any_ca && !linked && !server.memory.learned && tells_the_ca && !is_of(chosen, authority_of(*desired.active)) &&
        !(server.memory.proven && is_of(chosen, server.memory.proven->ca))) {
        object("of another CA than the one in force, with nothing learned");
    }
    if (server.memory.clock_doubtful) object("dates decided while the clock is not believed");
}

}  // namespace

std::vector<std::string> objections(const ServerBuilder& server, const DesiredState& desired) {
    std::vector<std::string> found;
    if (desired.obstacle && desired.successor) found.emplace_back("an obstacle and a successor");
    if (!desired.obstacle && !desired.certificate && !desired.successor) found.emplace_back("nothing chosen, and no reason given");
    const bool is_blocked = desired.obstacle && desired.obstacle->reason != Reason::choice_not_confirmed;
    if (desired.certificate && !is_blocked) object_to(server, desired, *desired.certificate, "chosen", found);
    // Names and CA of what is adopted hold at once: its successor needs those (2.1).
    ServerBuilder from_now_on = server;
    if (desired.adopt) from_now_on.learned(*desired.adopt);
    if (desired.successor) object_to(from_now_on, desired, desired.successor->certificate, "successor", found);
    if (desired.second_choice && !server.memory.learned) found.emplace_back("a second choice with nothing learned");
    // Where sessions cannot be counted, a day without a complaint stands for a client (2.1).
    const bool may_be_accepted_unseen = why_unreadable(server.memory.sessions.now) && server.memory.complaints.empty();
    if (desired.adopt && !server.state.settings.chosen_by_administrator() && !server.memory.sessions.newest_sstp_began &&
        !may_be_accepted_unseen) {
        found.emplace_back("adopted without flag and without a client");
    }
    return found;
}

bool holds_an_unobjectionable_one(const ServerBuilder& server) {
    const CertificatePolicy& policy = server.policy.certificate;
    if (!server.memory.learned || policy.thumbprint || policy.issuer) return false;
    const auto& names = policy.dns_names.empty() ? server.memory.learned->names : policy.dns_names;
    if (names.empty()) return false;
    const auto& store = std::get<CertificateList>(server.state.certificates);
    return std::any_of(store.begin(), store.end(), [&](const Certificate& each) {
        return !each.archived && unfit(server, each, false).empty() && is_of(each, server.memory.learned->ca) &&
               std::all_of(names.begin(), names.end(), [&](const std::string& name) { return has_name(each, name); });
    });
}

}  // namespace sstp::test
