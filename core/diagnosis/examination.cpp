#include "core/diagnosis/examination.h"

#include "core/model/text.h"

#include <algorithm>
#include <array>

namespace sstp {

namespace {

bool everything_that_decides_is_known(const Diagnosis& d, std::span<const AddressFamily> families) {
    if (!value_of(d.state.certificates) || why_unreadable(d.state.shadowing) || why_unreadable(d.state.settings.sha256_hash)) return false;
    return std::none_of(families.begin(), families.end(),
                        [&](AddressFamily family) { return why_unreadable(d.state.binding(family)) != nullptr; });
}

/// Whether every binding and hash that names anything names one and the same certificate, in the store or not.
bool everything_named_agrees(const Diagnosis& d, std::span<const AddressFamily> families) {
    std::optional<Bytes> thumbprint;
    const auto agrees = [&thumbprint](const Bytes& named) {
        if (!thumbprint) thumbprint = named;
        return *thumbprint == named;
    };
    for (const AddressFamily family : families) {
        if (const auto* record = value_of(d.state.binding(family)); record && !agrees(record->certificate)) return false;
    }
    if (const auto* sha1 = value_of(d.state.settings.sha1_hash); sha1 && !agrees(sha1->to_vector())) return false;
    const auto* sha256 = value_of(d.state.settings.sha256_hash);
    if (!sha256 || !thumbprint) return true;
    // A SHA-256 that is not in the store cannot be compared with a thumbprint that is not there either.
    const Certificate* by_hash = d.state.find(*sha256);
    const auto named = Thumbprint::from_bytes(*thumbprint);
    const Certificate* by_thumbprint = named ? d.state.find(*named) : nullptr;
    return by_hash == by_thumbprint;
}

const Certificate* reference_of(const Examination& e) {
    using Verdict = CertificateChoice::Verdict;
    if (!e.certain) return nullptr;
    if (e.choice.dictated_by_foreign_record) {
        return e.dictation.verdict == Dictation::Verdict::fit ? e.dictation.certificate : nullptr;
    }
    const bool waits = e.choice.verdict == Verdict::replace && e.choice.current_works;
    if (!e.choice.target || waits) return e.configured;
    if (e.choice.verdict == Verdict::replace && everything_named_agrees(e.d, e.families)) return e.configured;
    return e.d.state.find(e.choice.target->hash);
}

InForce& place_of(std::vector<InForce>& found, const Certificate* certificate) {
    const auto known = std::find_if(found.begin(), found.end(), [=](const InForce& each) { return each.certificate == certificate; });
    return known == found.end() ? found.emplace_back(InForce{certificate, {}, false}) : *known;
}

void add_record(std::vector<InForce>& found, const Certificate* certificate, const ListenerBinding* record) {
    if (!certificate) return;
    auto& records = place_of(found, certificate).records;
    if (std::find(records.begin(), records.end(), record) == records.end()) records.push_back(record);
}

std::vector<InForce> certificates_in_force(const Examination& e) {
    std::vector<InForce> found;
    for (const AddressFamily family : e.families) {
        const auto* record = value_of(e.d.state.binding(family));
        const auto thumbprint = record ? record->thumbprint() : std::nullopt;
        if (thumbprint) add_record(found, e.d.state.find(*thumbprint), record);
    }
    for (const StandingRecord& each : e.standing) {
        if (each.decides) add_record(found, each.certificate, each.record);
    }
    const auto* sha256 = value_of(e.d.state.settings.sha256_hash);
    if (const Certificate* named = sha256 ? e.d.state.find(*sha256) : nullptr) place_of(found, named).named_by_hash = true;
    return found;
}

}  // namespace

Examination examine(const Diagnosis& d) {
    Examination e{grounds_of(d), d, families(d.policy), {}, {}, false, nullptr};
    e.choice = choose_certificate(d, e);
    e.in_force = certificates_in_force(e);
    e.certain = everything_that_decides_is_known(d, e.families);
    e.reference = reference_of(e);
    return e;
}

std::vector<std::string> watched_services(const Policy& policy) {
    std::vector<std::string> names = policy.restart.services;
    const bool listed =
        std::any_of(names.begin(), names.end(), [](const std::string& each) { return equal_ignoring_case(each, kRemoteAccess); });
    if (!listed) names.insert(names.begin(), kRemoteAccess);
    return names;
}

bool serves(const ServerState& state, AddressFamily family, const Certificate& certificate) {
    const auto* served = std::get_if<Served>(&state.served(family));
    return served && served->certificate == certificate.hash;
}

bool was_interrupted(const ProbeOutcome& outcome) {
    const auto* unreachable = std::get_if<Unreachable>(&outcome);
    return unreachable && unreachable->why.kind == ErrorKind::stopped;
}

bool was_cut_short(const ServerState& state) {
    const auto by_stop = [](const Error* why) { return why != nullptr && why->kind == ErrorKind::stopped; };
    if (by_stop(why_unreadable(state.certificates))) return true;
    return std::ranges::any_of(std::array{AddressFamily::ipv4, AddressFamily::ipv6}, [&](AddressFamily family) {
        const ProbeOutcome& outcome = state.served(family);
        const auto* served = std::get_if<Served>(&outcome);
        return was_interrupted(outcome) || (served != nullptr && by_stop(why_unreadable(served->uri_status)));
    });
}

std::string parameter_name(SstpValue value) { return std::string{"SstpSvc\\Parameters\\"} + registry_name(value); }

}  // namespace sstp
