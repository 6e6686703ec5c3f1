#include "model/sstp_start.h"

#include <algorithm>

#include "model/error_text.h"

namespace sstp::rras_host {

namespace {

constexpr std::uint32_t kInvalidData = 13;       // ERROR_INVALID_DATA: 24 and 32 end with it
constexpr std::uint32_t kInvalidParameter = 87;  // half a pair of hashes
constexpr std::uint32_t kNotFound = 1168;        // ERROR_NOT_FOUND: 25 ends with it
constexpr std::uint32_t kError = 2, kWarning = 3;

using Record = std::optional<SslRecord>;

bool is_own(const SslRecord& record) { return same_text(record.app_id, kSstpAppId); }

bool name_one(const SslRecord& record, const CandidateCertificate& certificate) {
    return same_text(record.hash_hex, certificate.thumbprint);
}

class SstpStart {
public:
    SstpStart(const SstpStartInput& input, WildcardRecords& records)
        : input_(input), records_(records), ipv4_(input.ipv4), ipv6_(input.ipv6) {}

    SstpStartOutcome run() {
        outcome_.held_by_sstp_svc = input_.held_by_sstp_svc;
        if (!input_.traits.sstp_ports) return outcome_;
        // Where TLS ends elsewhere the hash is that of another machine's certificate, and is believed.
        if (!input_.use_https)
            hold(input_.sha256.well_formed ? input_.sha256.hex : "");
        else
            outcome_.exit_code = input_.configured_by_admin ? take_administrators_choice() : adopt_binding();
        return outcome_;
    }

private:
    std::uint32_t end_with(std::uint32_t event, std::uint32_t code, std::vector<std::string> strings = {}) {
        outcome_.events.push_back({event, kError, std::move(strings)});
        return code;
    }

    void warn(std::uint32_t event) { outcome_.events.push_back({event, kWarning, {}}); }

    // The stored hash names the certificate, and the records follow it.
    std::uint32_t take_administrators_choice() {
        if (!input_.sha256.well_formed) warn(18);
        if (input_.reads_sha1 && !input_.sha1.well_formed) warn(19);
        const bool half =
            (!input_.sha256.present && input_.sha1.present) || (input_.reads_sha1 && input_.sha256.present && !input_.sha1.present);
        if (half) return kInvalidParameter;
        if (!input_.sha256.present) return end_with(25, kNotFound);
        if (!input_.sha256.well_formed) return 0;  // runs, and takes no SSTP connection
        const CandidateCertificate* chosen = find_in_my(input_.sha256.hex);
        if (!chosen && input_.traits.insists_on_certificate) return end_with(25, kNotFound);
        if (chosen)
            if (const auto code = bring_to(*chosen)) return code;
        hold(input_.sha256.hex);
        return 0;
    }

    /// Each family's record: a foreign one that differs ends the start, one of SSTP's own is replaced, a missing one added.
    std::uint32_t bring_to(const CandidateCertificate& chosen) {
        for (const Wildcard where : {Wildcard::ipv4, Wildcard::ipv6}) {
            const Record& record = at(where);
            if (record && name_one(*record, chosen)) continue;
            if (record && !is_own(*record)) return end_with(32, kInvalidData, {subject_of(*record), chosen.subject});
            if (const auto code = make(where, chosen)) return code;
        }
        return 0;
    }

    // The records name the certificate, and the hashes follow them (event 13's resolution, step 9).
    std::uint32_t adopt_binding() {
        remove_what_names_nothing(Wildcard::ipv4);
        remove_what_names_nothing(Wildcard::ipv6);
        const bool differ = ipv4_ && ipv6_ && !same_text(ipv4_->hash_hex, ipv6_->hash_hex);
        if (differ && is_own(*ipv4_) == is_own(*ipv6_)) return end_with(24, kInvalidData);
        // Of an own record and a foreign one that differ the foreign one counts: the own one can be replaced.
        const Record& adopted = !ipv4_ || (ipv6_ && is_own(*ipv4_) && !is_own(*ipv6_)) ? ipv6_ : ipv4_;
        const CandidateCertificate* chosen = adopted ? find_named(*adopted) : first_of_my();
        if (!chosen && adopted) return end_with(21, 0);  // runs without SSTP
        if (!chosen) return warn(18), 0;
        for (const Wildcard where : {Wildcard::ipv4, Wildcard::ipv6}) {
            const Record& record = at(where);
            if (record && (name_one(*record, *chosen) || !is_own(*record))) continue;
            if (const auto code = make(where, *chosen)) return code;
        }
        outcome_.adopted = *chosen;
        hold(chosen->sha256);
        return 0;
    }

    /// An own record whose certificate has left the store is removed and made anew.
    void remove_what_names_nothing(Wildcard where) {
        Record& record = at(where);
        if (!record || !is_own(*record) || find_named(*record)) return;
        records_.remove(where);
        record.reset();
    }

    std::uint32_t make(Wildcard where, const CandidateCertificate& certificate) {
        const std::uint32_t answer = records_.put(where, certificate.thumbprint);
        if (answer == 0) return 0;
        const auto code = end_with(where == Wildcard::ipv4 ? 12 : 13, answer, {error_text(answer), certificate.subject});
        return input_.traits.listener_errors_end_it ? code : 0;
    }

    /// SstpSvc keeps the hash from here on; the parameters are not read again until RRAS starts anew.
    void hold(const std::string& sha256) {
        const bool stale = !input_.held_by_sstp_svc.empty() && !same_text(input_.held_by_sstp_svc, sha256);
        outcome_.crypto_binding_sha256 = stale && input_.traits.keeps_hash ? input_.held_by_sstp_svc : sha256;
        outcome_.accepting = input_.traits.registers_uri && !sha256.empty() && !(stale && input_.traits.keeps_listener);
        outcome_.held_by_sstp_svc = stale && (input_.traits.keeps_hash || input_.traits.keeps_listener) ? input_.held_by_sstp_svc : sha256;
    }

    Record& at(Wildcard where) { return where == Wildcard::ipv4 ? ipv4_ : ipv6_; }

    const CandidateCertificate* find_in_my(const std::string& sha256) const {
        for (const auto& each : input_.certificates)
            if (same_text(each.store, "MY") && same_text(each.sha256, sha256)) return &each;
        return nullptr;
    }

    const CandidateCertificate* find_named(const SslRecord& record) const {
        for (const auto& each : input_.certificates)
            if (same_text(each.store, record.store_name.value_or("MY")) && name_one(record, each)) return &each;
        return nullptr;
    }

    std::string subject_of(const SslRecord& record) const {
        const CandidateCertificate* found = find_named(record);
        return found ? found->subject : "";
    }

    /// The first with a private key and Server Authentication, else Any Purpose; dates, chain and name are not looked at.
    const CandidateCertificate* first_of_my() const {
        for (const auto purpose : {&CandidateCertificate::server_authentication, &CandidateCertificate::any_purpose})
            for (const auto& each : input_.certificates)
                if (same_text(each.store, "MY") && each.private_key && each.*purpose) return &each;
        return nullptr;
    }

    const SstpStartInput& input_;
    WildcardRecords& records_;
    Record ipv4_, ipv6_;
    SstpStartOutcome outcome_;
};

}  // namespace

SstpStartOutcome start_sstp(const SstpStartInput& input, WildcardRecords& records) { return SstpStart(input, records).run(); }

}  // namespace sstp::rras_host
