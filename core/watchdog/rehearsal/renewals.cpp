#include "core/watchdog/rehearsal/renewals.h"

#include "core/model/certificate_authority.h"
#include "core/model/text.h"

#include <algorithm>
#include <iterator>

namespace sstp::rehearsal {

namespace {

using std::chrono::days;
using std::chrono::month;
using std::chrono::sys_days;
using std::chrono::year;

struct Rule {
    sys_days from;
    days longest;
};
constexpr Rule kPublicValidity[] = {{sys_days{year{2020} / month{9} / 1}, days{398}},
                                    {sys_days{year{2026} / month{3} / 15}, days{200}},
                                    {sys_days{year{2027} / month{3} / 15}, days{100}},
                                    {sys_days{year{2029} / month{3} / 15}, days{47}}};

template <class AnyDigest>
AnyDigest made_up(std::string seed) {
    std::array<std::uint8_t, AnyDigest::kSize> bytes{};
    for (std::uint8_t& each : bytes) {
        seed += 'x';
        each = static_cast<std::uint8_t>(stable_number(seed) >> 24);
    }
    return AnyDigest{bytes};
}

bool is_public(const Certificate& certificate) { return authority_of(certificate).kind == CaKind::public_root; }

}  // namespace

std::optional<RenewalHabit> renewal_habit(const Certificate& certificate, const std::vector<Certificate>& store) {
    const CertificateAuthority authority = authority_of(certificate);
    const Certificate* before = nullptr;
    for (const Certificate& each : store) {
        const bool same = names_on(each) == names_on(certificate) && is_same_ca(authority, authority_of(each));
        const bool followed =
            each.not_before < certificate.not_before && each.not_after > certificate.not_before && each.not_after < certificate.not_after;
        if (same && followed && (before == nullptr || each.not_before > before->not_before)) before = &each;
    }
    if (before == nullptr) return std::nullopt;
    return RenewalHabit{before->not_after - certificate.not_before, *before};
}

Duration longest_public_validity(WallTime issued) {
    days longest = kPublicValidity[0].longest;
    for (const Rule& each : kPublicValidity) {
        if (issued >= each.from) longest = each.longest;
    }
    return longest;
}

std::optional<WallTime> next_change_of_public_validity(WallTime now) {
    const auto next =
        std::find_if(std::begin(kPublicValidity), std::end(kPublicValidity), [=](const Rule& each) { return each.from > now; });
    return next == std::end(kPublicValidity) ? std::nullopt : std::optional<WallTime>{next->from};
}

Certificate renewed(const Certificate& certificate, WallTime when) {
    Certificate next = certificate;
    Duration validity = certificate.not_after - certificate.not_before;
    if (is_public(certificate)) validity = std::min(validity, longest_public_validity(when));
    next.not_before = when;
    next.not_after = when + validity;
    const std::string seed = certificate.hash.to_string() + to_rfc3339(when);
    next.thumbprint = made_up<Thumbprint>(seed);
    next.hash = made_up<CertificateHash>(seed + "/256");
    next.serial.clear();
    next.key = KeyState::usable;
    next.key_explanation.clear();
    next.archived = false;
    next.renewed_by.reset();
    if (next.chain_ends && *next.chain_ends < next.not_after) next.chain_ends.reset();   // a CA issues nothing that outlasts it for long
    return next;
}

}  // namespace sstp::rehearsal
