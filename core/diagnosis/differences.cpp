#include "core/diagnosis/assess.h"
#include "core/model/families.h"
#include "core/model/sstp_values.h"
#include "core/model/text.h"
#include "core/selection/names.h"

#include <fmt/format.h>

#include <algorithm>

namespace sstp {

namespace {

constexpr char kMy[] = "MY";

/// Actual, and the certificate that everything should name; null: none is known, and only what is wrong in itself is told.
struct Comparison {
    const ServerState& actual;
    const Certificate* towards;
    const Policy& policy;
    std::vector<std::string> names;  ///< that clients dial
};

bool is_my(const std::optional<std::string>& store) { return !store || equal_ignoring_case(*store, kMy); }

Reason missing_reason(AddressFamily family) {
    return family == AddressFamily::ipv4 ? Reason::binding_missing_ipv4 : Reason::binding_missing_ipv6;
}

std::string named_by(const ServerState& state, const ListenerBinding& record) {
    const auto thumbprint = record.thumbprint();
    if (!thumbprint) {
        return record.certificate.empty() ? std::string{"no certificate"}
                                          : fmt::format("a hash of {} bytes instead of {}", record.certificate.size(), Thumbprint::kSize);
    }
    const Certificate* certificate = state.find(*thumbprint);
    return certificate ? brief(*certificate) : thumbprint->brief();
}

/// Every one of them got the certificate that should be named (where none is known: that the hash names).
bool got_the_right_one(const Comparison& c, const std::vector<const Probe*>& probes) {
    const auto* stored = value_of(c.actual.settings.sha256_hash);
    const CertificateHash* expected = c.towards ? &c.towards->hash : stored;
    return expected && !probes.empty() && std::all_of(probes.begin(), probes.end(), [&](const Probe* probe) {
               const Certificate* leaf = leaf_of(*probe);
               return leaf && leaf->hash == *expected;
           });
}

/// The record that a missing one is made of: ours of the other family, else SSTP's own (DESIGN 7.4).
ListenerBinding new_record(const Comparison& c, AddressFamily family) {
    const auto* model = value_of(c.actual.binding(family == AddressFamily::ipv4 ? AddressFamily::ipv6 : AddressFamily::ipv4));
    ListenerBinding record;
    if (model && model->app_id == kSstpAppId) {
        record = *model;
    } else {
        record.app_id = kSstpAppId;
        record.store = kMy;
    }
    if (!is_my(record.store)) record.store = kMy;
    record.endpoint = Endpoint::wildcard(family, c.actual.port);
    record.certificate = c.towards->thumbprint.to_vector();
    return record;
}

/// Every field but the hash stays, bit for bit. The store follows where the record says another one than the certificate's (a null
/// store means MY and stays null); on take over the owner as well (promise not-ours).
BindStep rewrite(const Comparison& c, const ListenerBinding& before) {
    BindStep step{before, before};
    step.after.certificate = c.towards->thumbprint.to_vector();
    if (!is_my(before.store)) step.after.store = kMy;
    if (before.app_id != kSstpAppId) step.after.app_id = kSstpAppId;
    return step;
}

/// RasSstp events 12 and 13. [::] serves IPv6 only; 0.0.0.0 serves both, so that a missing [::] may harm nobody yet (facts:
/// rras-sstp section 4), and where an SNI record answers all names that clients dial neither does. Without either, RRAS has no record to
/// adopt a certificate from at its next start.
Difference missing_record(const Comparison& c, AddressFamily family) {
    const bool any = !is_absent(c.actual.ipv4_binding) || !is_absent(c.actual.ipv6_binding);
    const bool right = any && got_the_right_one(c, c.actual.client_probes(family, c.names));
    const std::string endpoint = Endpoint::wildcard(family, c.actual.port).to_string();
    Difference difference{{missing_reason(family), right ? Severity::warning : Severity::critical, endpoint,
                           fmt::format("HTTP.SYS has no certificate record for {}{}.", endpoint,
                                       right ? "; its clients are served rightly all the same, by another record" : "")},
                          std::nullopt};
    if (c.towards) difference.step = BindStep{std::nullopt, new_record(c, family)};
    return difference;
}

/// RasSstp events 24 and 32: clients of one family get another certificate than crypto binding expects. The record of a family that
/// the policy leaves out counts as well: RRAS refuses to start when its two records differ.
std::optional<Difference> own_record(const Comparison& c, const ListenerBinding& record) {
    const bool names_it = record.thumbprint() == c.towards->thumbprint;
    // The right hash under another store: HTTP.SYS looks there, and serves it only if a copy lies there too.
    const bool lies_elsewhere =
        !is_my(record.store) && c.actual.find(c.towards->thumbprint) && !got_the_right_one(c, c.actual.own_probes(record.endpoint.family));
    if (names_it && !lies_elsewhere) return std::nullopt;
    const std::string endpoint = record.endpoint.to_string();
    return Difference{{Reason::binding_mismatch, Severity::critical, endpoint,
                       names_it ? fmt::format("{} names {} in the store {}; it lies in MY.", endpoint, brief(*c.towards), *record.store)
                                : fmt::format("{} names {}; it should name {}.", endpoint, named_by(c.actual, record), brief(*c.towards))},
                      rewrite(c, record)};
}

/// Two healers that fight over a record flip it for ever: somebody else's is changed only where the policy says so, and never
/// beside DirectAccess or NLB, whose wildcards are theirs (DESIGN 2.1). With the right certificate it harms nobody.
std::optional<Difference> foreign_record(const Comparison& c, const ListenerBinding& record) {
    if (record.thumbprint() == c.towards->thumbprint) return std::nullopt;
    const bool take_over = c.policy.listener.foreign_owner == ForeignOwner::take_over && !c.actual.directaccess_or_nlb;
    const std::string endpoint = record.endpoint.to_string();
    const std::string what = fmt::format("{} belongs to {} and names {}; SSTP needs {}.", endpoint, owner_name(record.app_id),
                                         named_by(c.actual, record), brief(*c.towards));
    const auto severity =
        got_the_right_one(c, c.actual.client_probes(record.endpoint.family, c.names)) ? Severity::warning : Severity::critical;
    if (take_over) {
        return Difference{{Reason::binding_foreign_owner, severity, endpoint, what + " The policy allows taking it over."},
                          rewrite(c, record)};
    }
    const char* remedy = c.actual.directaccess_or_nlb
                             ? " DirectAccess or network load balancing is configured here: correct it at its owner."
                             : " Correct it at its owner, or set listener.foreign_owner to take_over.";
    return Difference{{Reason::binding_foreign_owner, severity, endpoint, what + remedy}, std::nullopt};
}

std::optional<Difference> compare_record(const Comparison& c, AddressFamily family) {
    const auto& observed = c.actual.binding(family);
    if (is_absent(observed)) {
        if (!is_looked_after(family, c.actual, c.policy)) return std::nullopt;
        return missing_record(c, family);
    }
    const auto* record = value_of(observed);
    if (!record || !c.towards) return std::nullopt;
    return record->app_id == kSstpAppId ? own_record(c, *record) : foreign_record(c, *record);
}

struct HashReasons {
    Reason missing, malformed, mismatch;
};

/// Crypto binding compares the client's view of the certificate with this hash: a mismatch ends the tunnel after authentication,
/// with TLS looking perfectly healthy (MS-SSTP 3.3.3; RasSstp events 18, 19, 25 and 32).
template <class Hash>
std::optional<Difference> compare_hash(const Comparison& c, const Stored<Hash>& stored, const Hash* expected, SstpValue value,
                                       const HashReasons& reasons, Severity severity) {
    Finding finding{reasons.mismatch, severity, registry_name(value), {}};
    if (is_absent(stored)) {
        finding.reason = reasons.missing;
        finding.explanation = fmt::format("{} is missing: crypto binding has nothing to compare with.", registry_name(value));
    } else if (const auto* malformed = std::get_if<Malformed>(&stored)) {
        finding.reason = reasons.malformed;
        finding.explanation = fmt::format("{} is {}: RRAS cannot read it.", registry_name(value), malformed->explanation);
    } else if (const auto* hash = value_of(stored); hash && expected && *hash != *expected) {
        const Certificate* other = c.actual.find(*hash);
        finding.explanation =
            fmt::format("{} names {}; it should name {}.", registry_name(value), other ? brief(*other) : hash->brief(), brief(*c.towards));
    } else {
        return std::nullopt;
    }
    if (severity == Severity::information) finding.explanation += " Sha1Enabled is not set, so that RRAS does not read it.";
    Difference difference{std::move(finding), std::nullopt};
    if (expected) difference.step = WriteValueStep{value, stored_raw(stored), RawValue::binary(expected->to_vector())};
    return difference;
}

/// The flag says whether RRAS keeps the stored hashes or adopts the record's certificate at its next start. Of a type that it does
/// not read, nobody knows which. A good flag stays as found (DESIGN 7.3).
std::optional<Difference> compare_flag(const Comparison& c) {
    const auto* malformed = std::get_if<Malformed>(&c.actual.settings.hash_configured_by_admin);
    if (!malformed) return std::nullopt;
    const SstpValue value = SstpValue::is_hash_configured_by_admin;
    Difference difference{{Reason::hash_flag_malformed, Severity::critical, registry_name(value),
                           fmt::format("{} is {}: whether an administrator chose the certificate is not known to RRAS.",
                                       registry_name(value), malformed->explanation)},
                          std::nullopt};
    if (!c.towards) return difference;
    // With the flag at 1 RRAS does not start on a hash that it does not find in MY, archived ones included (event 25).
    const std::uint32_t meant = flag_meant_by(malformed->raw);
    const Certificate* stored = c.actual.find(c.towards->hash);
    if (meant == 0 || (stored && !stored->archived)) difference.step = WriteValueStep{value, malformed->raw, RawValue::dword(meant)};
    return difference;
}

}  // namespace

std::vector<Difference> differences(const ServerState& actual, const DesiredState& desired, const Certificate* towards,
                                    const Policy& policy) {
    const auto* use_https = value_of(actual.settings.use_https);
    if ((use_https && *use_https == 0) || !desired.sstp_in_use) return {};
    const Comparison c{actual, towards, policy, selection::dialled_names(desired.names)};
    std::vector<Difference> found;
    const auto add = [&found](std::optional<Difference> each) {
        if (each) found.push_back(*std::move(each));
    };
    for (const AddressFamily family : kFamilies) add(compare_record(c, family));
    // RRAS reads the SHA-1 only where Sha1Enabled says so; it is put right all the same (DESIGN 7.2).
    const Severity sha1_severity = actual.settings.reads_sha1() ? Severity::critical : Severity::information;
    add(compare_hash(c, actual.settings.sha1_hash, towards ? &towards->thumbprint : nullptr, SstpValue::sha1_certificate_hash,
                     {Reason::hash_sha1_missing, Reason::hash_sha1_malformed, Reason::hash_sha1_mismatch}, sha1_severity));
    add(compare_hash(c, actual.settings.sha256_hash, towards ? &towards->hash : nullptr, SstpValue::sha256_certificate_hash,
                     {Reason::hash_sha256_missing, Reason::hash_sha256_malformed, Reason::hash_sha256_mismatch}, Severity::critical));
    add(compare_flag(c));
    return found;
}

}  // namespace sstp
