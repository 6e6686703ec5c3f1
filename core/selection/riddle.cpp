#include "core/selection/riddle.h"

#include "core/model/rare.h"
#include "core/model/text.h"
#include "core/selection/fitness.h"
#include "core/selection/messages.h"
#include "core/selection/names.h"
#include "core/selection/renewal_link.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace sstp::selection {

namespace {

const Certificate* linked_among(const Candidates& candidates, const Basis& basis) {
    const Certificate* linked = basis.active ? linked_renewal(*basis.active, basis.in.state) : nullptr;
    return linked && std::find(candidates.begin(), candidates.end(), linked) != candidates.end() ? linked : nullptr;
}

bool is_of_the_presumed_ca(const Certificate& certificate, const Basis& basis) {
    return !basis.ca.known || is_same_ca(*basis.ca.known, authority_of(certificate));
}

bool are_of_several_cas(const Candidates& candidates, const Basis& basis) {
    if (candidates.empty()) return false;
    const CertificateAuthority first = authority_of(*candidates.front());
    return std::any_of(candidates.begin(), candidates.end(), [&](const Certificate* each) {
        return !is_of_the_presumed_ca(*each, basis) || (each != candidates.front() && !is_same_ca(first, authority_of(*each)));
    });
}

/// Certificates for different names lie in the store, whatever speaks against one or the other: an ended one, one without its key, or one
/// whose CA is unknown here may bear the name that clients use as well as the one that would do.
bool store_has_several_primary_names(const Basis& basis) {
    const auto* store = value_of(basis.in.state.certificates);
    std::optional<std::string> first;
    return store && std::any_of(store->begin(), store->end(), [&](const Certificate& each) {
               const std::string name = is_for_servers(each) ? primary_name(each) : std::string{};
               if (name.empty()) return false;
               if (!first) first = name;
               return !equal_ignoring_case(name, *first);
           });
}

/// A record of another owner names it, for an address or a name of its own: it is another site's.
bool is_another_sites(const Certificate& certificate, const Basis& basis) {
    const auto* records = value_of(basis.in.state.shadowing);
    return records && std::any_of(records->begin(), records->end(), [&](const ShadowingBinding& each) {
               return each.app_id != kSstpAppId && each.thumbprint() == certificate.thumbprint;
           });
}

Riddle about_cas(const Basis& basis, const Candidates& among) {
    std::string active =
        basis.active ? fmt::format(" In force is {}, of {}.", brief(*basis.active), describe(authority_of(*basis.active))) : std::string{};
    if (basis.active && !is_of_the_presumed_ca(*basis.active, basis))
        active += fmt::format(" What was in force before was of {}.", describe(*basis.ca.known));
    return {among, fmt::format("Certificates of different CAs would do, and no client has been seen to connect yet: {}.{} Say in "
                               "certificate.issuer or certificate.thumbprint which one SSTP is to use.",
                               list_with_ca(among), active)};
}

/// No certificate tells the CA, and the SHA-1 names one for the names that are asked for: nothing but an SSTP configuration writes it, so
/// that it was in force once. Clients may trust its CA whatever has become of it.
const Certificate* was_in_force_by_the_sha1(const Basis& basis) {
    const auto* sha1 = value_of(basis.in.state.settings.sha1_hash);
    const Certificate* named = sha1 && !basis.ca.known && !basis.names.names.empty() ? basis.in.state.find(*sha1) : nullptr;
    return named && covers_all(*named, basis.names.names) ? named : nullptr;
}

Riddle about_the_ca_of(const Certificate& before, const Candidates& among) {
    return {among,
            fmt::format("Sha1CertificateHash names {}, of {}, and what would do is {}. No client has been seen to connect yet: which CA "
                        "they trust is not known. Say in certificate.issuer or certificate.thumbprint which one SSTP is to use.",
                        brief(before), describe(authority_of(before)), list_with_ca(among))};
}

Riddle about_names(const Basis& basis, const Candidates& among) {
    return {among, fmt::format("{} would do, and {}. Say in certificate.dns_names which names VPN clients use, or pin one in "
                               "certificate.thumbprint.",
                               list(among), basis.names.names.empty() ? basis.names.because : "nothing tells their names apart")};
}

}  // namespace

std::optional<Riddle> riddle(const Basis& basis, const ActiveStanding& active, const CandidatePool& pool) {
    if (basis.in.policy.certificate.thumbprint) return std::nullopt;
    Candidates full = pool.of(CandidateKind::full);
    if (linked_among(full, basis)) return std::nullopt;

    if (auto unit = riddle_of_the_unit(basis)) {
        SSTP_RARE("the unit names certificates for different names or of different CAs");
        return unit;
    }
    Candidates guesses = pool.of(CandidateKind::guess);
    Candidates all = full;
    all.insert(all.end(), guesses.begin(), guesses.end());
    sort_by_order(all, basis);
    if (!basis.ca.is_decided() && are_of_several_cas(all, basis)) {
        SSTP_RARE("certificates of different CAs would do");
        return about_cas(basis, all);
    }
    const Certificate* before = basis.ca.is_decided() || all.empty() ? nullptr : was_in_force_by_the_sha1(basis);
    if (before && std::none_of(all.begin(), all.end(), [&](const Certificate* each) { return each->hash == before->hash; }) &&
        !is_same_ca(authority_of(*before), authority_of(*all.front()))) {
        SSTP_RARE("nothing but the SHA-1 tells of another CA");
        return about_the_ca_of(*before, all);
    }
    // What clients of a certificate without names ask for, nobody knows: another one is a guess.
    if (!guesses.empty() && (!basis.ca.is_decided() || !active.stands) && full.empty()) {
        SSTP_RARE("nobody knows which name clients ask for");
        return about_names(basis, all);
    }
    const bool is_a_guess = basis.names.names.empty() && !basis.active && !full.empty();
    const auto others = [&](const Certificate* each) { return is_another_sites(*each, basis); };
    if (is_a_guess && (store_has_several_primary_names(basis) || std::any_of(full.begin(), full.end(), others))) {
        SSTP_RARE("nothing is in force and several names would do");
        return about_names(basis, all);
    }
    return std::nullopt;
}

Candidates choosable(const Basis& basis, const CandidatePool& pool) {
    Candidates full = pool.of(CandidateKind::full);
    const Certificate* linked = basis.ca.is_decided() ? nullptr : linked_among(full, basis);
    if (!linked) return full;
    const CertificateAuthority ca = authority_of(*linked);
    std::erase_if(full, [&](const Certificate* each) {
        return each != linked && !(is_same_ca(ca, authority_of(*each)) && supersedes(*each, *linked, basis));
    });
    return full;
}

Riddle riddle_of_partial(const Basis& basis, const Candidates& partial) {
    Candidates among = partial;
    sort_by_order(among, basis);
    return {among,
            fmt::format("What there is covers only some of the names that are asked for, and nothing tells whether VPN clients would "
                        "find theirs: {}. Asked for are {}: {}. Say in certificate.dns_names which names they use, or pin one in "
                        "certificate.thumbprint.",
                        list(among), fmt::join(basis.names.names, ", "), basis.names.because)};
}

}  // namespace sstp::selection
