#include "service/tls/tls_alert.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace sstp {

namespace {

constexpr std::size_t kHeader = 5;
constexpr std::uint8_t kAlertRecord = 21;
constexpr std::uint8_t kFatal = 2;

struct Alert {
    std::uint8_t number;
    const char* name;
    const char* meaning;
    bool configuration;
};

// RFC 8446 section 6, and no_certificate of SSL 3.0, which some still send.
constexpr std::array<Alert, 22> kAlerts = {{
    {10, "unexpected_message", "it did not expect TLS like this", false},
    {20, "bad_record_mac", "a record was damaged on the way", false},
    {22, "record_overflow", "a record was too long for it", false},
    {40, "handshake_failure", "no cipher suite in common, or it wants a client certificate and was shown none", true},
    {41, "no_certificate", "it wants a client certificate", true},
    {42, "bad_certificate", "it does not accept our client certificate", true},
    {43, "unsupported_certificate", "it does not accept client certificates of this kind", true},
    {44, "certificate_revoked", "it counts our client certificate as revoked", true},
    {45, "certificate_expired", "it counts our client certificate as expired", true},
    {46, "certificate_unknown", "it does not accept our client certificate", true},
    {47, "illegal_parameter", "it did not understand our handshake", false},
    {48, "unknown_ca", "it does not know the CA of our client certificate", true},
    {49, "access_denied", "our client certificate is valid, and not permitted", true},
    {50, "decode_error", "it did not understand our handshake", false},
    {51, "decrypt_error", "it could not verify our handshake", false},
    {70, "protocol_version", "it speaks neither TLS 1.2 nor TLS 1.3", true},
    {71, "insufficient_security", "it wants stronger cipher suites", true},
    {80, "internal_error", "it has trouble of its own", false},
    {90, "user_canceled", "it gave up", false},
    {109, "missing_extension", "it did not understand our handshake", false},
    {112, "unrecognized_name", "it serves no host of this name", true},
    {116, "certificate_required", "it wants a client certificate and was shown none", true},
}};

const Alert* find(std::uint8_t number) {
    const auto* found = std::ranges::find(kAlerts, number, &Alert::number);
    return found == kAlerts.end() ? nullptr : found;
}

}  // namespace

std::optional<std::uint8_t> plain_alert(std::span<const std::uint8_t> records) {
    while (records.size() >= kHeader) {
        const std::size_t length = std::size_t{records[3]} << 8 | records[4];
        if (records.size() < kHeader + length) return std::nullopt;
        // An encrypted alert is longer.
        if (records[0] == kAlertRecord && length == 2 && records[kHeader] == kFatal) return records[kHeader + 1];
        records = records.subspan(kHeader + length);
    }
    return std::nullopt;
}

std::string alert_in_words(std::uint8_t alert) {
    const Alert* known = find(alert);
    return known ? fmt::format("{} ({}): {}", known->name, alert, known->meaning) : fmt::format("number {}", alert);
}

bool is_configuration_trouble(std::uint8_t alert) {
    const Alert* known = find(alert);
    return known != nullptr && known->configuration;
}

bool is_about_our_certificate(std::uint8_t alert, bool without_one) {
    const bool says_so = (alert >= 41 && alert <= 46) || alert == 48 || alert == 49 || alert == 116;
    return says_so || (alert == 40 && without_one);
}

}  // namespace sstp
