#include "core/selection/fitness.h"

#include "core/model/certificate_authority.h"
#include "core/model/text.h"
#include "core/selection/policy_wish.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>

namespace sstp {

namespace {

std::string with_detail(const char* sentence, const std::string& detail) {
    return detail.empty() ? std::string{sentence} : fmt::format("{}: {}", sentence, detail);
}

/// RRAS takes a certificate without the list of purposes only where the policy trusts it to (event 11).
bool purposes_fit(const Certificate& certificate, const CertificatePolicy& policy) {
    return certificate.purposes ? is_for_servers(certificate) : policy.allow_missing_eku;
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

/// The issuing CA is that of the certificate proven last, by name and key.
bool is_of_the_proven_issuer(const Certificate& certificate, const Memory& memory) {
    if (!memory.proven || certificate.self_signed) return false;
    const CertificateAuthority& proven = memory.proven->ca;
    return proven.issuer_key && certificate.issuer_key && *proven.issuer_key == *certificate.issuer_key &&
           proven.issuer == certificate.issuer;
}

/// Calls `report(reason, severity, explain)` for everything that speaks against the certificate, until it says no.
/// `explain` makes the text only where somebody wants it: the choice asks for fitness far oftener than for reasons.
template <class Report>
class Examiner {
public:
    Examiner(const Certificate& certificate, const FitnessInput& input, Report report)
        : certificate_(certificate), in_(input), policy_(input.policy.certificate), report_(report) {}

    void run() { (void)(dates() && purpose() && key() && name() && chain() && strength() && revocation()); }

private:
    /// What cannot be judged is no reason to leave the certificate in force.
    [[nodiscard]] Severity unless_at_work() const { return in_.at_work ? Severity::warning : Severity::critical; }

    bool dates() {
        // A clock that is not believed must not drive anybody away from what is in force (DESIGN 7.10).
        const Severity severity = in_.memory.clock_doubtful ? unless_at_work() : Severity::critical;
        if (in_.now < certificate_.not_before) {
            return report_(Reason::certificate_not_yet_valid, severity,
                           [&] { return fmt::format("starts only at {}", to_minute(certificate_.not_before)); });
        }
        if (in_.now > certificate_.not_after) {  // RFC 5280 4.1.2.5: both ends belong to the period
            return report_(Reason::certificate_expired, severity,
                           [&] { return fmt::format("ended {}", to_minute(certificate_.not_after)); });
        }
        return true;
    }

    bool purpose() {
        if (purposes_fit(certificate_, policy_)) return true;
        return report_(Reason::eku_unfit, Severity::critical, [&]() -> std::string {
            if (!certificate_.purposes) {
                return "has no extended key usage, which is accepted only with certificate.allow_missing_eku";
            }
            if (certificate_.purposes->empty()) return "has every purpose switched off";
            return fmt::format("is not meant for server authentication (its purposes: {})", fmt::join(*certificate_.purposes, ", "));
        });
    }

    bool key() {
        if (in_.served) return true;  // the handshake was signed with it
        const auto refused = in_.memory.refused_by_http_sys.find(certificate_.hash);
        if (certificate_.key == KeyState::absent) {
            return report_(Reason::private_key_missing, Severity::critical,
                           [] { return std::string{"has no private key on this machine"}; });
        }
        if (certificate_.key == KeyState::unusable || refused != in_.memory.refused_by_http_sys.end()) {
            return report_(Reason::private_key_unusable, Severity::critical, [&] {
                return with_detail("has a private key that HTTP.SYS cannot use",
                                   certificate_.key == KeyState::unusable ? certificate_.key_explanation : refused->second);
            });
        }
        if (certificate_.key == KeyState::unknown) {
            const bool is_pinned = selection::is_pinned(certificate_, policy_);
            return report_(Reason::private_key_unknown, is_pinned ? Severity::warning : unless_at_work(), [&] {
                return with_detail("has a private key of which nothing can be told here", certificate_.key_explanation);
            });
        }
        return true;
    }

    bool name() {
        if (covers_all(certificate_, in_.names)) return true;
        return report_(Reason::name_mismatch, Severity::critical, [&] {
            std::vector<std::string> missing;
            std::copy_if(in_.names.begin(), in_.names.end(), std::back_inserter(missing),
                         [&](const std::string& each) { return !covers(certificate_, each); });
            const auto own = names_on(certificate_);
            return fmt::format("does not cover {} (its names: {})", fmt::join(missing, ", "),
                               own.empty() ? std::string{"none"} : fmt::format("{}", fmt::join(own, ", ")));
        });
    }

    bool chain() {
        if (policy_.chain == ChainPolicy::ignore) return true;
        const ChainVerdict* verdict = value_of(certificate_.chain);
        if (verdict && verdict->trust == ChainTrust::good) return true;
        const bool only_warns = policy_.chain == ChainPolicy::warn;
        if (verdict && verdict->trust == ChainTrust::bad) {
            return report_(Reason::chain_untrusted, only_warns ? Severity::warning : Severity::critical,
                           [&] { return with_detail("has a chain that is not trusted", verdict->explanation); });
        }
        const bool counts_as_fit = only_warns || is_of_the_proven_issuer(certificate_, in_.memory);
        return report_(Reason::chain_unknown, counts_as_fit ? Severity::warning : unless_at_work(), [&] {
            const Error* why = why_unreadable(certificate_.chain);
            return with_detail("has a chain that cannot be judged on this machine", verdict ? verdict->explanation
                                                                                    : why   ? why->message()
                                                                                            : std::string{});
        });
    }

    bool strength() {
        const std::uint32_t minimum = minimum_bits(certificate_, policy_);
        if (minimum == 0) {
            return report_(Reason::weak_key, Severity::warning,
                           [] { return std::string{"has a key that is neither RSA nor ECDSA; its strength cannot be judged"}; });
        }
        if (certificate_.key_bits >= minimum) return true;
        return report_(Reason::weak_key, unless_at_work(),
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
        // Nobody can revoke what signed itself, so that no answer is missing (its chain engine looks at no root).
        if (certificate_.self_signed) return true;
        const bool required = policy_.revocation == RevocationPolicy::require;
        // No answer can be expected of a CA that is not known here, nor where nobody asked.
        const bool asked = verdict && verdict->trust == ChainTrust::good && verdict->revocation == Revocation::unknown;
        if (!required && !asked) return true;
        return report_(Reason::revocation_unknown, required ? unless_at_work() : Severity::warning, [&] {
            return with_detail("may or may not be revoked: no answer could be had", verdict ? verdict->explanation : std::string{});
        });
    }

    const Certificate& certificate_;
    const FitnessInput& in_;
    const CertificatePolicy& policy_;
    Report report_;
};

}  // namespace

std::vector<Unfitness> judge(const Certificate& certificate, const FitnessInput& input) {
    std::vector<Unfitness> found;
    Examiner examiner(certificate, input, [&](Reason reason, Severity severity, auto explain) {
        found.push_back({reason, severity, explain()});
        return true;
    });
    examiner.run();
    return found;
}

bool is_for_servers(const Certificate& certificate) {
    return !certificate.purposes || std::any_of(certificate.purposes->begin(), certificate.purposes->end(),
                                                [](const std::string& oid) { return oid == kServerAuthentication || oid == kAnyPurpose; });
}

bool is_fit(const Certificate& certificate, const FitnessInput& input) {
    bool fit = true;
    Examiner examiner(certificate, input, [&](Reason, Severity severity, auto) {
        if (severity == Severity::critical) fit = false;
        return fit;
    });
    examiner.run();
    return fit;
}

Duration warn_before(const Certificate& certificate, const CertificatePolicy& policy) {
    constexpr Duration kMost = std::chrono::hours{24 * 21};
    return policy.warn_before.value_or(std::clamp((certificate.not_after - certificate.not_before) / 3, Duration{0}, kMost));
}

Duration replace_before(const Certificate& certificate, const CertificatePolicy& policy) {
    constexpr Duration kMost = std::chrono::hours{24 * 7};
    return policy.replace_before.value_or(std::clamp((certificate.not_after - certificate.not_before) / 10, Duration{0}, kMost));
}

}  // namespace sstp
