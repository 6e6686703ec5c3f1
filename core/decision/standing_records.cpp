#include "core/decision/standing_records.h"

#include "core/decision/fitness.h"
#include "core/model/text.h"

#include <fmt/format.h>

#include <algorithm>

namespace sstp {

namespace {

bool family_is_on(const Policy& policy, AddressFamily family) {
    return family == AddressFamily::ipv4 ? policy.listener.ipv4 : policy.listener.ipv6;
}

/// Whether clients of ours ask for the record's name.
bool is_asked_for(const std::string& host, const std::vector<std::string>& names) {
    return std::any_of(names.begin(), names.end(), [&](const std::string& name) { return name_matches(host, name); });
}

/// Whether they perhaps do: a wildcard of ours does not say which names are asked for.
bool is_perhaps_asked_for(const std::string& host, const std::vector<std::string>& names) {
    return std::any_of(names.begin(), names.end(),
                       [&](const std::string& name) { return name.starts_with("*.") && name_matches(name, host); });
}

/// What a listener serves although its wildcard record names something else; null when they agree or are not known.
const Served* served_from_elsewhere(const Diagnosis& d) {
    for (const AddressFamily family : families(d.policy)) {
        const auto* served = std::get_if<Served>(&d.state.served(family));
        const auto* record = value_of(d.state.binding(family));
        if (served && record && record->thumbprint() != served->thumbprint) return served;
    }
    return nullptr;
}

const Certificate* certificate_of(const Diagnosis& d, const ListenerBinding& record) {
    const auto thumbprint = record.thumbprint();
    return thumbprint ? d.state.find(*thumbprint) : nullptr;
}

void add_shadowing(const Diagnosis& d, const std::vector<std::string>& names, std::vector<StandingRecord>& found) {
    const auto* shadowing = value_of(d.state.shadowing);
    if (!shadowing) return;
    for (const ShadowingBinding& record : *shadowing) {
        switch (record.endpoint.kind) {
            case Endpoint::Kind::address:
                if (!family_is_on(d.policy, record.endpoint.family)) break;
                found.push_back({&record, true, true, certificate_of(d, record)});
                break;
            case Endpoint::Kind::host_name:
                if (is_asked_for(record.endpoint.host, names)) found.push_back({&record, true, true, certificate_of(d, record)});
                break;
            case Endpoint::Kind::central_store: {
                const Served* served = served_from_elsewhere(d);
                found.push_back({&record, true, served != nullptr, served ? d.state.find(served->certificate) : nullptr});
                break;
            }
        }
    }
}

std::string describe_record(const StandingRecord& standing) {
    return fmt::format("{} (owner {})", standing.record->endpoint.to_string(), owner_name(standing.record->app_id));
}

std::string why_not_in_store(const Diagnosis& d, const StandingRecord& standing) {
    const auto& store = standing.record->store;
    if (standing.record->endpoint.kind == Endpoint::Kind::central_store) {
        return fmt::format("{} serves a certificate that is not in the store {}", describe_record(standing), d.policy.certificate.store);
    }
    const auto thumbprint = standing.record->thumbprint();
    return fmt::format("{} names {} in the store {}, which is not to be found in the store {} that the policy looks into",
                       describe_record(standing), thumbprint ? thumbprint->brief() : std::string{"no certificate"},
                       store && !store->empty() ? *store : std::string{"MY"}, d.policy.certificate.store);
}

}  // namespace

bool same_store(const std::optional<std::string>& left, const std::optional<std::string>& right) {
    const auto name = [](const std::optional<std::string>& store) -> std::string_view {
        return store && !store->empty() ? std::string_view{*store} : std::string_view{"MY"};
    };
    return equal_ignoring_case(name(left), name(right));
}

bool may_rewrite(const ListenerBinding& record, const Policy& policy) {
    if (policy.listener.foreign_owner == ForeignOwner::take_over) return true;
    return record.app_id == kSstpAppId && same_store(record.store, policy.certificate.store);
}

std::span<const AddressFamily> families(const Policy& policy) {
    static constexpr AddressFamily kFamilies[] = {AddressFamily::ipv4, AddressFamily::ipv6};
    const std::span<const AddressFamily> both{kFamilies};
    const auto first = both.subspan(policy.listener.ipv4 ? 0 : 1);
    return policy.listener.ipv6 ? first : first.first(policy.listener.ipv4 ? 1 : 0);
}

const ListenerBinding* record_under_our_wildcard(const Diagnosis& d, const std::vector<std::string>& names,
                                                 const Certificate& certificate) {
    const auto* shadowing = value_of(d.state.shadowing);
    if (!shadowing) return nullptr;
    for (const ShadowingBinding& record : *shadowing) {
        if (record.endpoint.kind != Endpoint::Kind::host_name || record.thumbprint() != certificate.thumbprint) continue;
        if (is_perhaps_asked_for(record.endpoint.host, names)) return &record;
    }
    return nullptr;
}

const ListenerBinding* rival_record(const Diagnosis& d, const Certificate& certificate) {
    const auto* shadowing = value_of(d.state.shadowing);
    if (!shadowing) return nullptr;
    const auto found = std::find_if(shadowing->begin(), shadowing->end(), [&](const ShadowingBinding& record) {
        return record.endpoint.kind == Endpoint::Kind::host_name && record.thumbprint() != certificate.thumbprint &&
               is_asked_for(record.endpoint.host, certificate.dns_names);
    });
    return found == shadowing->end() ? nullptr : &*found;
}

const Certificate* configured_certificate(const Diagnosis& d) {
    if (const auto* hash = value_of(d.state.settings.sha256_hash)) {
        if (const Certificate* named = d.state.find(*hash)) return named;
    }
    for (const AddressFamily family : families(d.policy)) {
        const auto* record = value_of(d.state.binding(family));
        if (!record) continue;
        if (const Certificate* bound = certificate_of(d, *record)) return bound;
    }
    return nullptr;
}

std::vector<StandingRecord> standing_records(const Diagnosis& d, const std::vector<std::string>& names) {
    std::vector<StandingRecord> found;
    for (const AddressFamily family : families(d.policy)) {
        const auto* record = value_of(d.state.binding(family));
        if (record && !may_rewrite(*record, d.policy)) found.push_back({record, false, true, certificate_of(d, *record)});
    }
    add_shadowing(d, names, found);
    return found;
}

Dictation dictated(const Diagnosis& d, const std::vector<StandingRecord>& records, const std::vector<std::string>& names) {
    Dictation dictation;
    const StandingRecord* first = nullptr;
    for (const StandingRecord& each : records) {
        if (!each.decides) continue;
        if (!first) {
            first = &each;
            dictation = {Dictation::Verdict::fit, each.certificate, describe_record(each) + " decides which certificate our clients get"};
        }
        if (dictation.verdict == Dictation::Verdict::unfit) break;
        if (!each.certificate) {
            dictation.verdict = Dictation::Verdict::unfit;
            dictation.explanation = why_not_in_store(d, each);
        } else if (!is_fit(*each.certificate, names, d.policy, d.now)) {
            const auto against = judge(*each.certificate, names, d.policy, d.now);
            const auto worst =
                std::find_if(against.begin(), against.end(), [](const Unfitness& one) { return one.severity == Severity::critical; });
            dictation.verdict = Dictation::Verdict::unfit;
            dictation.explanation =
                fmt::format("{} names {}, which {}", describe_record(each), brief(*each.certificate), worst->explanation);
        } else if (each.certificate != first->certificate) {
            dictation.verdict = Dictation::Verdict::unfit;
            dictation.explanation = fmt::format("{} and {} name different certificates", describe_record(*first), describe_record(each));
        }
    }
    return dictation;
}

}  // namespace sstp
