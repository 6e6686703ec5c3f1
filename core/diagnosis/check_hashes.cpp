#include "core/diagnosis/checks.h"

#include <fmt/format.h>

namespace sstp {

namespace {

struct HashReasons {
    Reason missing;
    Reason malformed;
    Reason mismatch;
};

template <class Hash>
void check_hash(const Examination& e, const Stored<Hash>& stored, const Hash* expected, SstpValue value, const HashReasons& reasons,
                Findings& findings) {
    const auto add = [&](Reason reason, std::string explanation) {
        findings.push_back({reason, Severity::critical, registry_name(value), std::move(explanation)});
    };
    if (is_absent(stored)) {
        add(reasons.missing, fmt::format("{} is missing: crypto binding has nothing to compare with.", parameter_name(value)));
    } else if (const auto* malformed = std::get_if<Malformed>(&stored)) {
        add(reasons.malformed, fmt::format("{} cannot be read by RRAS: {}. It then accepts no SSTP connections.", parameter_name(value),
                                           malformed->explanation));
    } else if (const auto* hash = value_of(stored); hash && expected && *hash != *expected) {
        const Certificate* other = e.d.state.find(*hash);
        add(reasons.mismatch, fmt::format("{} names {}; it should name {}. Tunnels end right after authentication.", parameter_name(value),
                                          other ? brief(*other) : hash->brief(), brief(*e.reference)));
    }
}

}  // namespace

/// Crypto binding compares the client's view of the certificate with these hashes: a mismatch ends the tunnel after
/// authentication, with TLS looking perfectly healthy (MS-SSTP 3.3.3; RasSstp events 18, 19, 25 and 32).
Then stored_hashes_name_the_certificate(const Examination& e, Findings& findings) {
    const SstpSettings& settings = e.d.state.settings;
    check_hash(e, settings.sha1_hash, e.reference ? &e.reference->thumbprint : nullptr, SstpValue::sha1_certificate_hash,
               {Reason::hash_sha1_missing, Reason::hash_sha1_malformed, Reason::hash_sha1_mismatch}, findings);
    check_hash(e, settings.sha256_hash, e.reference ? &e.reference->hash : nullptr, SstpValue::sha256_certificate_hash,
               {Reason::hash_sha256_missing, Reason::hash_sha256_malformed, Reason::hash_sha256_mismatch}, findings);
    return Then::go_on;
}

/// The flag says whether RRAS keeps the stored hashes or adopts the binding's certificate at its next start. Of a type that
/// it does not read, nobody knows which.
Then hash_flag_is_readable_to_rras(const Examination& e, Findings& findings) {
    if (const auto* malformed = std::get_if<Malformed>(&e.d.state.settings.hash_configured_by_admin)) {
        const SstpValue value = SstpValue::is_hash_configured_by_admin;
        findings.push_back({Reason::hash_flag_malformed, Severity::critical, registry_name(value),
                            fmt::format("{} is {}.", parameter_name(value), malformed->explanation)});
    }
    return Then::go_on;
}

}  // namespace sstp
