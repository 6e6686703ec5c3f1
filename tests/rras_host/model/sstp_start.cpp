#include "model/sstp_start.h"

#include <algorithm>

namespace sstp::rras_host {

namespace {

constexpr const char* kNotFoundText = "The system cannot find the file specified. ";
constexpr const char* kNoKeyText = "A specified logon session does not exist. It may already have been terminated. ";

const CandidateCertificate* by_thumbprint(const SstpStartInput& input, const std::string& thumbprint) {
    for (const auto& certificate : input.certificates)
        if (same_text(certificate.thumbprint, thumbprint)) return &certificate;
    return nullptr;
}

const CandidateCertificate* by_sha256(const SstpStartInput& input, const std::string& sha256) {
    for (const auto& certificate : input.certificates)
        if (same_text(certificate.sha256, sha256)) return &certificate;
    return nullptr;
}

bool fit(const CandidateCertificate& certificate) { return certificate.server_purpose && certificate.private_key; }

/// RRAS takes the first fitting certificate it meets; it does not look at dates, names or chain [doc: rrasblog].
const CandidateCertificate* first_fit(const SstpStartInput& input) {
    const auto found = std::find_if(input.certificates.begin(), input.certificates.end(), fit);
    return found == input.certificates.end() ? nullptr : &*found;
}

class SstpStart {
public:
    explicit SstpStart(const SstpStartInput& input) : input_(input) {}

    SstpStartOutcome run() {
        if (!input_.use_https) {
            // TLS ends elsewhere: no certificate of this server matters. The hash in force is the administrator's.
            outcome_.accepting = true;
            outcome_.crypto_binding_sha256 = input_.sha256.well_formed ? input_.sha256.hex : "";
            return outcome_;
        }
        if (!first_fit(input_)) tell(11);
        if (input_.configured_by_admin)
            take_administrators_choice();
        else
            adopt_binding();
        check_bindings();
        // Without a hash for crypto binding, or without a record that serves TLS, no connection can be accepted.
        const bool served = input_.ipv4 || outcome_.plumb_ipv4 || input_.ipv6 || outcome_.plumb_ipv6;
        outcome_.accepting = !outcome_.crypto_binding_sha256.empty() && served;
        if (!outcome_.accepting) tell(22);
        return outcome_;
    }

private:
    void tell(std::uint32_t id, std::vector<std::string> strings = {}) { outcome_.events.emplace_back(id, std::move(strings)); }

    void take_administrators_choice() {
        if (input_.sha256.present && !input_.sha256.well_formed) tell(18);
        if (input_.sha1.present && !input_.sha1.well_formed) tell(19);
        if (!input_.sha256.present || !input_.sha1.present) {
            tell(25);  // a choice without a certificate [assumed]
            return;
        }
        if (!input_.sha256.well_formed || !input_.sha1.well_formed) return;
        chosen_ = by_sha256(input_, input_.sha256.hex);
        if (!chosen_) tell(25);
        outcome_.crypto_binding_sha256 = input_.sha256.hex;
        const SslRecord* bound = input_.ipv4 ? &*input_.ipv4 : input_.ipv6 ? &*input_.ipv6 : nullptr;
        if (bound && !same_text(bound->hash_hex, input_.sha1.hex)) tell(32);
    }

    /// No administrator's choice: RRAS reads what is plumbed to the listener and records its hashes (event 13's resolution, step 9).
    void adopt_binding() {
        const SslRecord* bound = input_.ipv4 ? &*input_.ipv4 : input_.ipv6 ? &*input_.ipv6 : nullptr;
        if (bound) {
            chosen_ = by_thumbprint(input_, bound->hash_hex);
            if (!chosen_) {
                tell(21);
                tell(25);
                return;
            }
        } else {
            chosen_ = first_fit(input_);
            if (!chosen_) return;
        }
        outcome_.adopted = *chosen_;
        outcome_.crypto_binding_sha256 = chosen_->sha256;
    }

    void check_bindings() {
        check_binding(12, input_.ipv4, outcome_.plumb_ipv4);
        check_binding(13, input_.ipv6, outcome_.plumb_ipv6);
        if (input_.ipv4 && input_.ipv6 && !same_text(input_.ipv4->hash_hex, input_.ipv6->hash_hex)) tell(24);
    }

    void check_binding(std::uint32_t event, const std::optional<SslRecord>& record, std::optional<std::string>& plumb) {
        const std::string name = chosen_ ? chosen_->subject : "";
        if (!record) {
            if (input_.plumbs_missing_bindings && chosen_ && fit(*chosen_))
                plumb = chosen_->thumbprint;
            else
                tell(event, {kNotFoundText, name});
            return;
        }
        const CandidateCertificate* certificate = by_thumbprint(input_, record->hash_hex);
        if (!certificate)
            tell(event, {kNotFoundText, name});
        else if (!fit(*certificate))
            tell(event, {kNoKeyText, certificate->subject});
    }

    const SstpStartInput& input_;
    SstpStartOutcome outcome_;
    const CandidateCertificate* chosen_ = nullptr;
};

}  // namespace

SstpStartOutcome start_sstp(const SstpStartInput& input) { return SstpStart(input).run(); }

}  // namespace sstp::rras_host
