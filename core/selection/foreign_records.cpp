#include "core/selection/foreign_records.h"

#include "core/model/rare.h"
#include "core/selection/names.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace sstp::selection {

namespace {

bool is_wildcard_record(const DecidingRecord& deciding) { return deciding.record->endpoint.is_wildcard(); }

bool is_for_a_host_name(const DecidingRecord& deciding) { return deciding.record->endpoint.kind == Endpoint::Kind::host_name; }

bool is_date_valid(const Certificate& certificate, WallTime now) { return certificate.not_before <= now && now <= certificate.not_after; }

/// What clients of the record get is what the stored hash names, and has not ended: crypto binding holds.
bool is_right(const Certificate* served, const Basis& basis) {
    const auto* stored = value_of(basis.in.state.settings.sha256_hash);
    return served && stored && served->hash == *stored && is_date_valid(*served, basis.in.now);
}

std::string named_by(const ListenerBinding& record) {
    const auto thumbprint = record.thumbprint();
    return thumbprint ? thumbprint->brief() : std::string{"no certificate"};
}

const char* remedy_of(const DecidingRecord& deciding, const Basis& basis) {
    // Which of the names on a certificate clients use is a guess until the policy lists them.
    const bool is_a_guess = is_for_a_host_name(deciding) && basis.names.origin != Origin::policy;
    if (is_a_guess) {
        return "It is never changed here: correct it at its owner. If VPN clients do not use that name, list in certificate.dns_names "
               "those that they use.";
    }
    if (!is_wildcard_record(deciding)) return "It is never changed here: correct it at its owner.";
    if (basis.in.state.directaccess_or_nlb) {
        return "DirectAccess or network load balancing is configured on this server: correct the record at its owner.";
    }
    return "Correct it at its owner, or set listener.foreign_owner to take_over.";
}

Finding finding_of(const DecidingRecord& deciding, Reason reason, bool right, const std::string& text) {
    return {reason, right ? Severity::warning : Severity::critical, deciding.record->endpoint.to_string(), text};
}

/// RRAS finds it there by its hash, whatever store the record says. That a listener serves it tells of the key beside the copy in that
/// store alone.
bool lies_in_my(const DecidingRecord& deciding) {
    const Certificate* copy = deciding.certificate;
    return copy && !has_no_usable_key(*copy);
}

/// It lies in another store alone, where RRAS cannot find it: with the flag at 1 its next start fails with event 25.
std::optional<Finding> in_other_store(const DecidingRecord& deciding, const Basis& basis) {
    const ListenerBinding& record = *deciding.record;
    if (is_my_store(record.store) || record.endpoint.kind == Endpoint::Kind::central_store || lies_in_my(deciding)) return std::nullopt;
    const bool right = is_right(deciding.served, basis) && !basis.in.state.settings.chosen_by_administrator();
    const char* why = deciding.certificate
                          ? "Its copy in LocalMachine\\MY has no key that can be used, so that the hash is never written. Import it there "
                            "anew, with its key."
                          : "RRAS looks for certificates in LocalMachine\\MY only, and does not start with the hash of one that is not "
                            "there (event 25), so that it is never written. Import the certificate with its key into MY, and let the "
                            "record's owner name it there.";
    return finding_of(deciding, Reason::certificate_in_other_store, right,
                      fmt::format("{} names {} in the store {}. {}", describe(record), named_by(record), *record.store, why));
}

/// Why the certificate of a record that decides will not do; nothing: it is the target.
std::optional<std::string> trouble_with(const DecidingRecord& deciding, const Basis& basis) {
    if (!deciding.certificate) {
        const std::string what = deciding.record->endpoint.kind == Endpoint::Kind::central_store
                                     ? fmt::format("serves {}", deciding.served ? brief(*deciding.served) : "a certificate")
                                     : fmt::format("names {}", named_by(*deciding.record));
        return fmt::format("{} {}, which is not in LocalMachine\\MY", describe(*deciding.record), what);
    }
    FitnessInput input = fitness_input(*deciding.certificate, basis, true);
    input.names = basis.names.names;
    // A clock in doubt drives nobody away from what is in force; one that has ended by it is written nowhere anew, as of our own.
    const bool is_to_be_written = !is_named_everywhere(*deciding.certificate, basis);
    const bool ended_before = basis.in.now <= deciding.certificate->not_after && !has_not_ended(*deciding.certificate, basis.in);
    if (is_to_be_written && ended_before) {
        return fmt::format("{} names {}, which ended {}, before the clock was set back", describe(*deciding.record),
                           brief(*deciding.certificate), to_minute(deciding.certificate->not_after));
    }
    for (const Unfitness& against : judge(*deciding.certificate, input)) {
        const bool counts = against.reason == Reason::certificate_expired && is_to_be_written;
        if (against.severity != Severity::critical && !counts) continue;
        return fmt::format("{} names {}, which {}", describe(*deciding.record), brief(*deciding.certificate), against.explanation);
    }
    // A wildcard answers whatever is not answered before it; of an SNI record only a probe can tell (facts: rras-sstp section 4).
    const bool is_in_force = basis.active && basis.active->hash == deciding.certificate->hash;
    const bool needs_proof = is_for_a_host_name(deciding) && !is_in_force;
    if (needs_proof && deciding.evidence == Evidence::none) {
        return fmt::format("{} names {}, and no probe could tell whether clients of {} get it", describe(*deciding.record),
                           brief(*deciding.certificate), deciding.name);
    }
    return std::nullopt;
}

void block(ForeignRecords& result, Finding finding) {
    if (!result.obstacle) result.obstacle = Obstacle{finding.reason, finding.explanation};
    result.findings.push_back(std::move(finding));
}

/// Two of them name different certificates: whichever is followed, clients of the other are cut off.
const DecidingRecord* one_that_differs(const std::vector<DecidingRecord>& deciding) {
    const auto named = [](const DecidingRecord& each) {
        return each.certificate ? std::optional{each.certificate->thumbprint} : each.record->thumbprint();
    };
    for (const DecidingRecord& each : deciding) {
        if (named(each) != named(deciding.front())) return &each;
    }
    return nullptr;
}

/// What clients of the other family get by SSTP's own record, as the stored hash has it, where it is of another CA than what this record
/// names: a wildcard answers one family, and those of the other may not trust it. Null: none is.
const Certificate* served_beside(const DecidingRecord& deciding, const Basis& basis) {
    const auto* stored = value_of(basis.in.state.settings.sha256_hash);
    if (!stored || !deciding.certificate || !is_wildcard_record(deciding) || basis.ca.any) return nullptr;
    // HTTP.SYS serves records also where RRAS is down, and nobody gets in.
    const ServiceStatus* rras = basis.in.state.service(kRemoteAccess);
    if (!rras || rras->state != ServiceState::running) return nullptr;
    for (const AddressFamily family : basis.families) {
        const auto* record = value_of(basis.in.state.binding(family));
        if (!record || !may_be_rewritten(*record, basis.in)) continue;
        for (const Probe* probe : basis.in.state.own_probes(family)) {
            const Certificate* leaf = leaf_of(*probe);
            const bool is_right = leaf && leaf->hash == *stored && leaf->thumbprint == record->thumbprint();
            if (!is_right || is_same_ca(authority_of(*leaf), authority_of(*deciding.certificate))) continue;
            const bool is_what_drifted = basis.ca.is_decided() && allows(basis.ca, *deciding.certificate) && !allows(basis.ca, *leaf);
            if (!is_what_drifted) return leaf;
        }
    }
    return nullptr;
}

Finding one_family_alone(const DecidingRecord& deciding, const Certificate& beside, const Basis& basis) {
    return finding_of(deciding, Reason::binding_foreign_owner, false,
                      fmt::format("{} names {}, of {}, and clients of the other family get {}, of {}. SSTP can have only one certificate, "
                                  "and they may not trust that. {}",
                                  describe(*deciding.record), brief(*deciding.certificate), describe(authority_of(*deciding.certificate)),
                                  brief(beside), describe(authority_of(beside)), remedy_of(deciding, basis)));
}

void judge_them(const std::vector<DecidingRecord>& deciding, const Basis& basis, ForeignRecords& result) {
    if (const DecidingRecord* other = one_that_differs(deciding)) {
        const auto certificate_of = [](const DecidingRecord& each) {
            return each.certificate ? brief(*each.certificate) : named_by(*each.record);
        };
        const DecidingRecord& first = deciding.front();
        block(result,
              finding_of(is_wildcard_record(first) ? *other : first, Reason::binding_shadowed, false,
                         fmt::format("{} names {} and {} names {}; each answers clients of ours, and SSTP can have only one "
                                     "certificate. Let their owners name one.",
                                     describe(*first.record), certificate_of(first), describe(*other->record), certificate_of(*other))));
        return;
    }
    for (const DecidingRecord& each : deciding) {
        if (auto finding = in_other_store(each, basis)) {
            block(result, *std::move(finding));
            continue;
        }
        const Reason reason = is_wildcard_record(each) ? Reason::binding_foreign_owner : Reason::binding_shadowed;
        const bool right = is_right(each.served, basis);
        if (const auto trouble = trouble_with(each, basis)) {
            block(result, finding_of(each, reason, right, fmt::format("{}. {}", *trouble, remedy_of(each, basis))));
            continue;
        }
        if (const Certificate* beside = served_beside(each, basis)) {
            SSTP_RARE("a foreign wildcard would take the other family along to another CA");
            block(result, one_family_alone(each, *beside, basis));
            continue;
        }
        if (!result.target) {
            result.target = *each.certificate;
            result.by_host_names_alone = std::all_of(deciding.begin(), deciding.end(), is_for_a_host_name);
            result.by_a_wildcard = std::any_of(deciding.begin(), deciding.end(), is_wildcard_record);
            result.because = fmt::format("{} names another, and decides. {}", describe(*each.record), remedy_of(each, basis));
        }
        if (is_wildcard_record(each)) continue;  // with the right certificate another's wildcard harms nobody
        result.of_the_target.push_back(finding_of(
            each, reason, right,
            fmt::format("HTTP.SYS prefers {} to SSTP's own records for {}: its certificate {} is what SSTP has to name. It is "
                        "never changed here, and only its owner can renew it.",
                        describe(*each.record), each.name.empty() ? "every client" : "clients of " + each.name, brief(*each.certificate))));
    }
}

/// A record that nobody was seen to be answered by.
Finding unused(const DecidingRecord& deciding) {
    return finding_of(
        deciding, Reason::binding_shadowed, true,
        fmt::format("{} names {} for {}, but a probe got another certificate, so that it does not decide. Remove it, if it is "
                    "not needed.",
                    describe(*deciding.record), named_by(*deciding.record), deciding.name));
}

/// Whether VPN clients use that name too, nobody can tell but the policy.
Finding of_another_name(const ShadowingBinding& record, const Basis& basis) {
    return {Reason::binding_shadowed, Severity::information, record.endpoint.to_string(),
            fmt::format("{} names {}. That name is on the certificate for SSTP, and VPN clients are taken to use {}, so that the record "
                        "decides nothing. If they use both, list them in certificate.dns_names.",
                        describe(record), named_by(record), basis.names.primary)};
}

}  // namespace

std::string describe(const ListenerBinding& record) {
    return fmt::format("{} (owner {})", record.endpoint.to_string(), owner_name(record.app_id));
}

ForeignRecords foreign_records(const Basis& basis) {
    ForeignRecords result;
    std::vector<DecidingRecord> deciding;
    for (const DecidingRecord& each : deciding_records(basis)) {
        if (each.evidence != Evidence::gets_another) {
            deciding.push_back(each);
        } else if (is_for_a_host_name(each)) {
            result.findings.push_back(unused(each));
        }
    }
    if (!deciding.empty()) judge_them(deciding, basis, result);
    if (result.obstacle) {
        result.target = std::nullopt;
        std::move(result.of_the_target.begin(), result.of_the_target.end(), std::back_inserter(result.findings));
    }
    for (const ShadowingBinding* record : records_of_other_names(basis)) result.findings.push_back(of_another_name(*record, basis));
    Findings exact = exact_address_findings(basis);
    std::move(exact.begin(), exact.end(), std::back_inserter(result.findings));
    return result;
}

}  // namespace sstp::selection
