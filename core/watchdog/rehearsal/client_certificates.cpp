#include "core/watchdog/rehearsal/client_certificates.h"

#include "core/model/certificate_authority.h"
#include "core/model/text.h"
#include "core/selection/client_choice.h"

#include <fmt/format.h>

#include <algorithm>

namespace sstp::rehearsal {

namespace {

/// What the destination lets us choose from; nothing: it gets none.
std::optional<SelectClientCertificate> selector_of(const SiemDestination& destination) {
    const bool has_tls = destination.type == DestinationType::https || destination.transport == SyslogTransport::tls;
    if (!has_tls || std::holds_alternative<NoClientCertificate>(destination.client_certificate)) return std::nullopt;
    const auto* select = std::get_if<SelectClientCertificate>(&destination.client_certificate);
    return select != nullptr ? *select : SelectClientCertificate{};
}

/// Client authentication in so many words: a server's certificate without any list of purposes is not meant for it.
bool says_client(const Certificate& certificate) { return certificate.purposes && is_for_clients(certificate); }

ClientCandidate candidate(const Certificate& certificate, const std::string& host) {
    const auto* chain = value_of(certificate.chain);
    ClientCandidate made;
    made.self_signed = certificate.self_signed;
    made.trusted = chain != nullptr && chain->trust == ChainTrust::good;
    made.names_this_host = std::any_of(certificate.dns_names.begin(), certificate.dns_names.end(),
                                       [&](const std::string& name) { return equal_ignoring_case(name, host); });
    made.not_before = certificate.not_before;
    made.not_after = certificate.not_after;
    made.hash = certificate.hash;
    return made;
}

bool same_names(const Certificate& one, const Certificate& other) {
    return names_on(one) == names_on(other) && one.subject_cn == other.subject_cn;
}

class Ahead {
public:
    Ahead(const Snapshot& snapshot, const std::vector<Certificate>& store)
        : snapshot_(snapshot), store_(store), now_(snapshot.state.looked_at.wall) {}

    std::optional<ForecastEntry> of(const SiemDestination& destination) const {
        const auto selector = selector_of(destination);
        if (!selector) return std::nullopt;
        const Certificate* shown = shown_now(*selector);
        if (shown == nullptr) return none_now(destination, *selector);
        if (const Certificate* renewal = renewal_of(*shown); renewal != nullptr && !is_for_clients(*renewal)) {
            return entry(destination, shown->not_after, Severity::warning,
                         fmt::format("{}, which it is shown now, ends, and its renewal {} is not for client authentication", brief(*shown),
                                     renewal->thumbprint.brief()));
        }
        if (lasts_longer(*shown, *selector)) return std::nullopt;
        const bool is_public = authority_of(*shown).kind == CaKind::public_root;
        return entry(
            destination, shown->not_after, Severity::warning,
            is_public
                ? fmt::format("{}, which it is shown now, ends, and public CAs no longer issue certificates for client authentication",
                              brief(*shown))
                : fmt::format("{}, which it is shown now, ends, and no other certificate would do then", brief(*shown)));
    }

private:
    [[nodiscard]] bool would_do(const Certificate& each, const SelectClientCertificate& selector) const {
        return !each.archived && !has_no_usable_key(each) && says_client(each) && is_asked_for(each, selector) && each.not_after >= now_;
    }
    [[nodiscard]] const Certificate* shown_now(const SelectClientCertificate& selector) const {
        const Certificate* best = nullptr;
        for (const Certificate& each : store_) {
            if (!would_do(each, selector) || each.not_before > now_) continue;
            if (best == nullptr || is_shown_rather(candidate(each, snapshot_.computer), candidate(*best, snapshot_.computer))) best = &each;
        }
        return best;
    }
    [[nodiscard]] const Certificate* renewal_of(const Certificate& shown) const {
        const Certificate* newest = nullptr;
        for (const Certificate& each : store_) {
            const bool follows = same_names(each, shown) && each.not_before > shown.not_before && each.not_after > shown.not_after &&
                                 !has_no_usable_key(each);
            if (follows && (newest == nullptr || each.not_before > newest->not_before)) newest = &each;
        }
        return newest;
    }
    [[nodiscard]] bool lasts_longer(const Certificate& shown, const SelectClientCertificate& selector) const {
        return std::any_of(store_.begin(), store_.end(),
                           [&](const Certificate& each) { return would_do(each, selector) && each.not_after > shown.not_after; });
    }
    /// Only where the policy asks for one by issuer or name do we know that the receiver wants it.
    [[nodiscard]] std::optional<ForecastEntry> none_now(const SiemDestination& destination, const SelectClientCertificate& selector) const {
        if (!selector.issuer && !selector.dns_name) return std::nullopt;
        const bool without_purpose = std::any_of(store_.begin(), store_.end(), [&](const Certificate& each) {
            return !each.archived && !has_no_usable_key(each) && is_asked_for(each, selector) && !is_for_clients(each);
        });
        return entry(destination, now_, Severity::warning,
                     without_purpose ? "what its client_certificate asks for is there, and not for client authentication"
                                     : "nothing in LocalMachine\\MY is what its client_certificate asks for");
    }
    static ForecastEntry entry(const SiemDestination& destination, WallTime at, Severity severity, const std::string& why) {
        return {at,
                Foreseen::certificate_unfit,
                severity,
                word(Reason::client_certificate_unfit),
                destination.name,
                fmt::format("SIEM destination {}: {}. A receiver that asks for one will refuse us; a private CA can issue it.",
                            destination.name, why),
                std::nullopt};
    }

    const Snapshot& snapshot_;
    const std::vector<Certificate>& store_;
    WallTime now_;
};

}  // namespace

std::vector<ForecastEntry> client_certificates_ahead(const Snapshot& snapshot, const SiemPolicy& siem) {
    std::vector<ForecastEntry> entries;
    const auto* store = value_of(snapshot.state.certificates);
    if (store == nullptr) return entries;
    const Ahead ahead{snapshot, *store};
    for (const SiemDestination& each : siem.destinations) {
        if (auto entry = ahead.of(each)) entries.push_back(*std::move(entry));
    }
    return entries;
}

}  // namespace sstp::rehearsal
