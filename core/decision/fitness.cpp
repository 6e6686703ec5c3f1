#include "core/decision/fitness.h"

#include "core/model/text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace sstp {

namespace {

std::string_view without_final_dot(std::string_view name) {
    if (name.ends_with('.')) name.remove_suffix(1);
    return name;
}

bool serves_a_purpose(const Certificate& certificate, const CertificatePolicy& policy) {
    if (!certificate.purposes) return policy.allow_missing_eku;
    return std::any_of(policy.purposes.begin(), policy.purposes.end(), [&](Purpose wanted) {
        const std::string_view oid = wanted == Purpose::any_purpose ? kAnyPurpose : kServerAuthentication;
        return std::find(certificate.purposes->begin(), certificate.purposes->end(), oid) != certificate.purposes->end();
    });
}

std::uint32_t minimum_bits(const Certificate& certificate, const CertificatePolicy& policy) {
    constexpr std::uint32_t kMinimumEcdsaBits = 256;  // P-256, the smallest curve that Schannel offers
    switch (certificate.key_algorithm) {
        case KeyAlgorithm::rsa: return policy.minimum_rsa_bits;
        case KeyAlgorithm::ecdsa: return kMinimumEcdsaBits;
        case KeyAlgorithm::other: break;
    }
    return 0;
}

/// Calls `report(reason, severity, explain)` for everything that speaks against the certificate, until it says no.
/// `explain` makes the text only where somebody wants it: the choice asks for fitness far oftener than for reasons.
template <class Report>
class Examiner {
public:
    Examiner(const Certificate& certificate, const std::vector<std::string>& names, const Policy& policy, WallTime now, Report report)
        : certificate_(certificate), names_(names), policy_(policy.certificate), now_(now), report_(report) {}

    void run() { (void)(dates() && purpose() && key() && name() && chain() && strength() && revocation()); }

private:
    bool dates() {
        if (now_ < certificate_.not_before) {
            return report_(Reason::certificate_not_yet_valid, Severity::critical,
                           [&] { return fmt::format("starts only at {}", to_minute(certificate_.not_before)); });
        }
        if (now_ > certificate_.not_after) {  // RFC 5280 4.1.2.5: both ends belong to the period
            return report_(Reason::certificate_expired, Severity::critical,
                           [&] { return fmt::format("ended {}", to_minute(certificate_.not_after)); });
        }
        return true;
    }

    bool purpose() {
        if (serves_a_purpose(certificate_, policy_)) return true;
        return report_(Reason::eku_unfit, Severity::critical, [&]() -> std::string {
            if (!certificate_.purposes) return "has no extended key usage, and the policy does not allow that";
            if (certificate_.purposes->empty()) return "has every purpose switched off";
            return fmt::format("is not meant for server authentication (its purposes: {})", fmt::join(*certificate_.purposes, ", "));
        });
    }

    bool key() {
        if (certificate_.key == KeyState::absent) {
            return report_(Reason::private_key_missing, Severity::critical,
                           [] { return std::string{"has no private key on this machine"}; });
        }
        if (certificate_.key == KeyState::unusable) {
            return report_(Reason::private_key_unusable, Severity::critical, [&] {
                return certificate_.key_explanation.empty()
                           ? std::string{"has a private key that HTTP.SYS cannot use"}
                           : fmt::format("has a private key that HTTP.SYS cannot use: {}", certificate_.key_explanation);
            });
        }
        return true;
    }

    bool name() {
        if (covers(certificate_, names_)) return true;
        return report_(Reason::name_mismatch, Severity::critical, [&] {
            return fmt::format(
                "does not cover {} (its names: {})", fmt::join(names_, ", "),
                certificate_.dns_names.empty() ? std::string{"none"} : fmt::format("{}", fmt::join(certificate_.dns_names, ", ")));
        });
    }

    bool chain() {
        if (policy_.chain == ChainPolicy::ignore) return true;
        const ChainVerdict* verdict = value_of(certificate_.chain);
        if (verdict && verdict->trust == ChainTrust::trusted) return true;
        const Severity severity = policy_.chain == ChainPolicy::require ? Severity::critical : Severity::warning;
        return report_(Reason::chain_untrusted, severity, [&]() -> std::string {
            if (verdict) return with_detail("is not trusted by this machine", verdict->explanation);
            const Error* why = why_unreadable(certificate_.chain);
            return with_detail("has a chain that could not be checked", why ? why->message() : std::string{});
        });
    }

    bool strength() {
        const std::uint32_t minimum = minimum_bits(certificate_, policy_);
        if (minimum == 0) {
            return report_(Reason::weak_key, Severity::warning,
                           [] { return std::string{"has a key that is neither RSA nor ECDSA; its strength cannot be judged"}; });
        }
        if (certificate_.key_bits >= minimum) return true;
        return report_(Reason::weak_key, Severity::critical,
                       [&] { return fmt::format("has a key of {} bits; at least {} are required", certificate_.key_bits, minimum); });
    }

    bool revocation() {
        if (policy_.revocation == RevocationPolicy::off) return true;
        const ChainVerdict* verdict = value_of(certificate_.chain);
        if (verdict && verdict->revocation == Revocation::good) return true;
        if (verdict && verdict->revocation == Revocation::revoked) {
            return report_(Reason::certificate_revoked, Severity::critical,
                           [&] { return with_detail("is revoked", verdict->explanation); });
        }
        const bool required = policy_.revocation == RevocationPolicy::require;
        // No answer can be expected of a CA that is not trusted, nor where nobody asked.
        const bool asked = verdict && verdict->trust == ChainTrust::trusted && verdict->revocation == Revocation::unknown;
        if (!required && !asked) return true;
        return report_(Reason::revocation_unknown, required ? Severity::critical : Severity::warning, [&] {
            return with_detail("may or may not be revoked: no answer could be had", verdict ? verdict->explanation : std::string{});
        });
    }

    static std::string with_detail(const char* sentence, const std::string& detail) {
        return detail.empty() ? std::string{sentence} : fmt::format("{}: {}", sentence, detail);
    }

    const Certificate& certificate_;
    const std::vector<std::string>& names_;
    const CertificatePolicy& policy_;
    WallTime now_;
    Report report_;
};

}  // namespace

std::vector<Unfitness> judge(const Certificate& certificate, const std::vector<std::string>& names, const Policy& policy, WallTime now) {
    std::vector<Unfitness> found;
    Examiner examiner(certificate, names, policy, now, [&](Reason reason, Severity severity, auto explain) {
        found.push_back({reason, severity, explain()});
        return true;
    });
    examiner.run();
    return found;
}

bool is_fit(const Certificate& certificate, const std::vector<std::string>& names, const Policy& policy, WallTime now) {
    bool fit = true;
    Examiner examiner(certificate, names, policy, now, [&](Reason, Severity severity, auto) {
        if (severity == Severity::critical) fit = false;
        return fit;
    });
    examiner.run();
    return fit;
}

bool name_matches(std::string_view pattern, std::string_view name) {
    pattern = without_final_dot(pattern);
    name = without_final_dot(name);
    if (pattern.empty() || name.empty()) return false;
    if (equal_ignoring_case(pattern, name)) return true;
    if (!pattern.starts_with("*.")) return false;
    const auto dot = name.find('.');
    if (dot == std::string_view::npos || dot == 0) return false;
    return equal_ignoring_case(pattern.substr(1), name.substr(dot));
}

bool covers(const Certificate& certificate, const std::vector<std::string>& names) {
    return std::all_of(names.begin(), names.end(), [&](const std::string& name) {
        return std::any_of(certificate.dns_names.begin(), certificate.dns_names.end(),
                           [&](const std::string& pattern) { return name_matches(pattern, name); });
    });
}

bool is_unproven(const Certificate& certificate, const Policy& policy) {
    const ChainVerdict* verdict = value_of(certificate.chain);
    const bool chain_matters = policy.certificate.chain == ChainPolicy::require;
    const bool revocation_matters = policy.certificate.revocation == RevocationPolicy::require;
    if (!verdict) return chain_matters || revocation_matters;
    return revocation_matters && verdict->revocation != Revocation::good && verdict->revocation != Revocation::revoked;
}

}  // namespace sstp
