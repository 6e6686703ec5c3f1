#include "core/selection/unknown_hash.h"

#include "core/model/rare.h"
#include "core/model/sstp_values.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace sstp::selection {

namespace {

bool leads_to_a_certificate(const CertificateHash& hash, const Basis& basis) {
    if (basis.in.state.find(hash)) return true;
    return std::any_of(basis.leaves.begin(), basis.leaves.end(), [&](const Certificate* leaf) { return leaf->hash == hash; });
}

/// A flag of the wrong type that spells 1 says whose choice the hash is as well as a right one (DESIGN 7.3).
bool is_meant_as_an_administrators(const SstpSettings& settings) {
    const auto* malformed = std::get_if<Malformed>(&settings.hash_configured_by_admin);
    return malformed ? flag_meant_by(malformed->raw) == 1 : settings.chosen_by_administrator();
}

bool is_learned_or_ours(const CertificateHash& hash, const Memory& memory) {
    return (memory.learned && memory.learned->certificate == hash) || (memory.proven && memory.proven->certificate.hash == hash);
}

bool rras_is_broken(const Basis& basis) {
    const ServiceStatus* rras = basis.in.state.service(kRemoteAccess);
    if (rras && rras->failed()) return true;
    constexpr std::array<std::uint32_t, 3> kOfThisHash{18, 25, 32};
    return std::any_of(basis.in.memory.complaints.begin(), basis.in.memory.complaints.end(), [&](const Complaint& each) {
        return std::find(kOfThisHash.begin(), kOfThisHash.end(), each.event_id) != kOfThisHash.end();
    });
}

/// Since RemoteAccess last started. One that does not run has no clients: nobody's intent.
std::optional<bool> sessions_since_the_start(const Basis& basis) {
    const ServiceStatus* rras = basis.in.state.service(kRemoteAccess);
    if (rras && !rras->started) return false;
    if (!rras) return std::nullopt;
    // A restart ends every session: one that is open has begun since, however uncertain the time of that start is.
    const auto* now = value_of(basis.in.memory.sessions.now);
    if (now && now->sstp.open > 0) {
        SSTP_RARE("an open session speaks for an unknown hash");
        return true;
    }
    const auto& under = basis.in.memory.sessions.open_under;
    if (under && !is_a_later_start(*under, *rras->started)) {
        SSTP_RARE("a session that has closed speaks for an unknown hash");
        return true;
    }
    return sstp_session_began_since(rras->started->latest, basis.in.memory.sessions);
}

/// RRAS has held it since its start, and it was of no certificate of this server then: who came through since came by somebody who answers
/// for it with a certificate of his own. A hash written since ends that at the next start.
const CertificateHash* held_for_somebody_in_front(const Basis& basis) {
    const auto& held = basis.in.memory.held;
    if (!held || !held->sha256 || !held->names_nothing_here || leads_to_a_certificate(*held->sha256, basis)) return nullptr;
    return sessions_since_the_start(basis) == true ? &*held->sha256 : nullptr;
}

/// Whoever's record it is by which clients are served.
bool serves_a_fit_one(const Basis& basis) {
    const auto& probes = basis.in.state.probes;
    return std::any_of(probes.begin(), probes.end(), [&](const Probe& probe) {
        const auto* served = std::get_if<Served>(&probe.outcome);
        return served && is_fit(served->leaf, fitness_input(served->leaf, basis, true));
    });
}

std::string explain(const CertificateHash& hash, const std::optional<bool>& sessions, bool may_be_replaced) {
    std::string text = fmt::format(
        "Sha256CertificateHash names {}, an administrator's choice (isHashConfiguredByAdmin is 1) that is in no certificate of "
        "LocalMachine\\MY and was never seen at work here.",
        hash.brief());
    if (sessions == true) {
        text +=
            " Clients have connected since RRAS started, so that it may be the certificate of a load balancer in front: nothing is "
            "written.";
    } else if (!sessions) {
        text += " Whether clients connect with it cannot be told: VPN sessions cannot be counted.";
    } else {
        text += " No SSTP client has connected since RRAS started.";
    }
    return text + (may_be_replaced ? " It is replaced by the certificate that the policy names."
                                   : " If it is wrong, say in certificate.thumbprint which certificate SSTP is to use.");
}

/// Whatever is stored by now: another hash, none, or one that RRAS cannot read.
std::string explain_held(const CertificateHash& hash, const HeldByRras& held, bool may_be_replaced) {
    return fmt::format(
               "RRAS has held {} since it started {}, the hash of no certificate of LocalMachine\\MY, and clients have connected since, so "
               "that it may be the certificate of a load balancer in front. The next start of RRAS ends that, unless "
               "Sha256CertificateHash names it then and isHashConfiguredByAdmin is 1.",
               hash.to_string(), to_minute(held.start.latest)) +
           (may_be_replaced ? " It is replaced by the certificate that the policy names."
                            : " Nothing is written or restarted. Store the hash that RRAS holds again, or say in certificate.thumbprint "
                              "which certificate SSTP is to use.");
}

/// A stored hash that leads nowhere; nothing where RRAS shows that it is broken.
std::optional<UnknownHash> stored_unknown(const Basis& basis) {
    const SstpSettings& settings = basis.in.state.settings;
    const auto* hash = value_of(settings.sha256_hash);
    if (!hash || !is_meant_as_an_administrators(settings)) return std::nullopt;
    if (leads_to_a_certificate(*hash, basis) || is_learned_or_ours(*hash, basis.in.memory)) return std::nullopt;
    const CertificatePolicy& policy = basis.in.policy.certificate;
    const auto sessions = sessions_since_the_start(basis);
    UnknownHash unknown;
    unknown.is_somebodys_intent = sessions.value_or(false);
    // Where sessions cannot be counted, names alone do not say that nobody stands in front of this server.
    unknown.may_be_replaced = policy.thumbprint.has_value() || (!policy.dns_names.empty() && sessions == false);
    unknown.finding = {Reason::hash_unknown_to_this_server, unknown.is_somebodys_intent ? Severity::warning : Severity::critical,
                       registry_name(SstpValue::sha256_certificate_hash), explain(*hash, sessions, unknown.may_be_replaced)};
    return unknown;
}

std::optional<UnknownHash> held_unknown(const Basis& basis) {
    const CertificateHash* hash = held_for_somebody_in_front(basis);
    if (!hash) return std::nullopt;
    SSTP_RARE("a hash that somebody in front needs was written over");
    UnknownHash unknown;
    unknown.is_somebodys_intent = true;
    unknown.may_be_replaced = basis.in.policy.certificate.thumbprint.has_value();
    unknown.finding = {Reason::hash_unknown_to_this_server, Severity::warning, registry_name(SstpValue::sha256_certificate_hash),
                       explain_held(*hash, *basis.in.memory.held, unknown.may_be_replaced)};
    return unknown;
}

}  // namespace

std::optional<bool> sstp_session_began_since(WallTime since, const SessionMemory& sessions) {
    const auto* now = value_of(sessions.now);
    if (sessions.newest_sstp_began && *sessions.newest_sstp_began > since) return true;
    if (now && now->sstp.newest_began && *now->sstp.newest_began > since) return true;
    return now ? std::optional{false} : std::nullopt;
}

std::optional<UnknownHash> unknown_hash(const Basis& basis) {
    if (!value_of(basis.in.state.certificates) || rras_is_broken(basis)) return std::nullopt;
    auto unknown = stored_unknown(basis);
    if (!unknown) unknown = held_unknown(basis);
    if (unknown) unknown->is_served = serves_a_fit_one(basis);
    return unknown;
}

}  // namespace sstp::selection
