#include "core/selection/messages.h"

#include "core/selection/foreign_records.h"
#include "core/selection/names.h"
#include "core/selection/policy_wish.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <tuple>

namespace sstp::selection {

namespace {

constexpr std::size_t kMost = 5;
/// Names that were missed for so long are information.
constexpr Duration kNamesAreOld = std::chrono::hours{24 * 7};

std::string joined(const std::vector<std::string>& parts, std::size_t total) {
    if (total > parts.size()) return fmt::format("{} and {} more", fmt::join(parts, ", "), total - parts.size());
    if (parts.size() < 2) return parts.empty() ? std::string{"none"} : parts.front();
    return fmt::format("{} and {}", fmt::join(parts.begin(), parts.end() - 1, ", "), parts.back());
}

template <class Text>
std::string list_of(const Candidates& certificates, Text text) {
    std::vector<std::string> parts;
    for (std::size_t i = 0; i < std::min(kMost, certificates.size()); ++i) parts.push_back(text(*certificates[i]));
    return joined(parts, certificates.size());
}

std::string what_is_pinned(const CertificatePolicy& policy) {
    return std::visit([](const auto& digest) { return digest.brief(); }, *policy.thumbprint);
}

bool holds_the_pinned(const Basis& basis, const CandidatePool& pool) {
    const CertificatePolicy& policy = basis.in.policy.certificate;
    return (basis.active && is_pinned(*basis.active, policy)) ||
           std::any_of(pool.all.begin(), pool.all.end(), [&](const JudgedCandidate& each) { return is_pinned(*each.certificate, policy); });
}

}  // namespace

std::string list(const Candidates& certificates) {
    return list_of(certificates, [](const Certificate& each) { return brief(each); });
}

std::string list_with_ca(const Candidates& certificates) {
    return list_of(certificates,
                   [](const Certificate& each) { return fmt::format("{}, of {}", brief(each), describe(authority_of(each))); });
}

std::string clock_suspicion(const Basis& basis) {
    const auto* store = value_of(basis.in.state.certificates);
    if (!store) return {};
    Candidates looked_at;
    for (const Certificate& each : *store) {
        if (!each.archived) looked_at.push_back(&each);
    }
    if (looked_at.size() < 2) return {};
    const WallTime now = basis.in.now;
    const auto ended = [=](const Certificate* each) { return each->not_after < now; };
    const auto not_begun = [=](const Certificate* each) { return each->not_before > now; };
    if (std::all_of(looked_at.begin(), looked_at.end(), ended)) {
        return fmt::format(" Every certificate of the store looks ended at once: check this server's clock, which says {}.",
                           to_minute(now));
    }
    if (std::all_of(looked_at.begin(), looked_at.end(), not_begun)) {
        return fmt::format(" No certificate of the store has begun yet: check this server's clock, which says {}.", to_minute(now));
    }
    return {};
}

std::string why_none(const Basis& basis, const CandidatePool& pool) {
    const CertificatePolicy& policy = basis.in.policy.certificate;
    if (policy.thumbprint && !holds_the_pinned(basis, pool)) {
        return fmt::format("The certificate {} that certificate.thumbprint pins is not in LocalMachine\\MY.{}", what_is_pinned(policy),
                           clock_suspicion(basis));
    }
    std::vector<const JudgedCandidate*> shown;
    for (const JudgedCandidate& each : pool.all) {
        // Under a pin one that would do without it is what the pin keeps out; of the others nobody thinks.
        const bool is_kept_out = each.kind == CandidateKind::unwanted;
        if (!policy.thumbprint || is_kept_out || is_pinned(*each.certificate, policy)) shown.push_back(&each);
    }
    if (shown.empty()) {
        return fmt::format("LocalMachine\\MY holds no {}certificate that could be used for SSTP.{}{}", basis.stored_active ? "other " : "",
                           what_is_asked_for(basis.names), clock_suspicion(basis));
    }
    std::sort(shown.begin(), shown.end(), [](const JudgedCandidate* a, const JudgedCandidate* b) {
        return std::tie(b->certificate->not_after, a->certificate->hash) < std::tie(a->certificate->not_after, b->certificate->hash);
    });
    std::vector<std::string> parts;
    for (std::size_t i = 0; i < std::min(kMost, shown.size()); ++i) {
        parts.push_back(fmt::format("{} {}", brief(*shown[i]->certificate), shown[i]->why_not));
    }
    const std::size_t all = shown.size() + (policy.thumbprint ? 0 : pool.left_out);
    const std::string more = all > kMost ? fmt::format("; and {} more", all - kMost) : std::string{};
    return fmt::format("No certificate of LocalMachine\\MY will do: {}{}.{}{}", fmt::join(parts, "; "), more,
                       what_is_asked_for(basis.names), clock_suspicion(basis));
}

Finding names_presumed(const RequiredNames& names, const Certificate& active) {
    return {Reason::names_presumed, Severity::information, active.thumbprint.to_string(),
            fmt::format("Which names VPN clients use is not known yet: {} {} taken from {}, which is in force, until a client connects. "
                        "certificate.dns_names settles it.",
                        fmt::join(names.names, ", "), names.names.size() == 1 ? "is" : "are", brief(active))};
}

Finding names_changed(const Basis& basis, const Certificate& taken) {
    const auto& proven = basis.in.memory.proven;
    const bool is_old = proven && proven->certificate.hash == taken.hash && basis.in.now - proven->at > kNamesAreOld;
    std::vector<std::string> missing;
    for (const std::string& name : basis.names.names) {
        if (!covers(taken, name)) missing.push_back(name);
    }
    return {Reason::names_changed, is_old ? Severity::information : Severity::warning, taken.thumbprint.to_string(),
            fmt::format(
                "{} covers the primary name only and not {}: clients that use {} cannot connect. The names were {}. Obtain a certificate "
                "with all of them, or list in certificate.dns_names those that are still used.",
                brief(taken), fmt::join(missing, ", "), missing.size() == 1 ? "that name" : "those names", basis.names.because)};
}

Finding superseded(const Basis& basis, const Successor& successor) {
    const Certificate& active = *basis.active;
    return {Reason::certificate_superseded, Severity::information, active.thumbprint.to_string(),
            fmt::format("{} works until {}. {} (from {} until {}, {}) is to take its place in the maintenance window.", brief(active),
                        to_date(active.not_after), brief(successor.certificate), to_date(successor.certificate.not_before),
                        to_date(successor.certificate.not_after), successor.why)};
}

Finding waits_for_a_site(const Basis& basis, const Certificate& next, const ListenerBinding& record) {
    const Certificate& active = *basis.active;
    return {Reason::certificate_superseded, Severity::information, active.thumbprint.to_string(),
            fmt::format("{} works until {}. {} is to take its place once {} names it too, or in the maintenance window from {} on: should "
                        "VPN clients use that name, they would not get through before. certificate.dns_names says which names they use.",
                        brief(active), to_date(active.not_after), brief(next), describe(record),
                        to_date(active.not_after - replace_before(active, basis.in.policy.certificate)))};
}

/// Of what only an administrator can allow: while another successor waits, or the active one has time, nobody has to do anything.
Severity how_pressing(const Basis& basis, const ActiveStanding& active, bool has_own_successor) {
    if (has_own_successor) return Severity::information;
    if (!active.stands) return Severity::critical;
    const auto& certificate = basis.active;
    const bool ends_soon = certificate && !basis.in.memory.clock_doubtful &&
                           certificate->not_after - basis.in.now <= warn_before(*certificate, basis.in.policy.certificate);
    return ends_soon || active.next_start_breaks ? Severity::warning : Severity::information;
}

Finding other_ca(const Basis& basis, const ActiveStanding& active, const Candidates& others, bool has_own_successor) {
    const auto& certificate = basis.active;
    const Severity severity = how_pressing(basis, active, has_own_successor);
    return {
        Reason::successor_other_ca, severity, others.front()->thumbprint.to_string(),
        fmt::format("{} would do, but may not succeed{}: a successor must be of the same CA ({}), since clients may not trust another. {}",
                    list_with_ca(others), certificate ? " " + brief(*certificate) : std::string{}, describe(basis.ca), kCaRemedy)};
}

Finding renewal_link_pending(const Basis& basis, const Certificate& next, bool is_fit) {
    return {Reason::renewal_link_pending, Severity::warning, basis.active->thumbprint.to_string(),
            fmt::format("{} is linked to its renewal {}: Windows may serve that one at any time while record and hash still name the old "
                        "one, and then no client gets through. {}",
                        brief(*basis.active), brief(next),
                        is_fit ? "It is put in force in the maintenance window."
                               : "It will not do for SSTP: renew it anew, or remove the link (certificate property 64).")};
}

Finding newest_without_key(const Basis& basis, const ActiveStanding& active, const JudgedCandidate& newest, bool has_own_successor) {
    const Unfitness& worst = *worst_of(newest.against);
    if (worst.reason == Reason::private_key_unknown) {
        // Where nothing else is left, `no_fit_certificate` is the alarm, and this its way out.
        const Severity pressing = how_pressing(basis, active, has_own_successor);
        const Severity severity = pressing == Severity::critical ? Severity::information : pressing;
        return {
            worst.reason, severity, newest.certificate->thumbprint.to_string(),
            fmt::format("{}, from {}, is the newest certificate for SSTP, but {}: it is not taken by itself. See to the provider of the "
                        "key; if HTTP.SYS can use it, certificate.thumbprint puts it in force all the same.",
                        brief(*newest.certificate), to_date(newest.certificate->not_before), worst.explanation)};
    }
    return {
        worst.reason, Severity::information, newest.certificate->thumbprint.to_string(),
        fmt::format("{}, from {}, is the newest certificate for SSTP, but {}: it cannot be taken. Import it with its private key into the "
                    "machine's store.",
                    brief(*newest.certificate), to_date(newest.certificate->not_before), worst.explanation)};
}

}  // namespace sstp::selection
