#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace sstp {

/// The fatal alert that stands unencrypted among whole records: so servers refuse a handshake in TLS 1.2, and a ClientHello in TLS 1.3. Its
/// number (RFC 8446 section 6). Nothing when there is none.
std::optional<std::uint8_t> plain_alert(std::span<const std::uint8_t> records);

/// `handshake_failure (40): ...`, with what it usually means.
std::string alert_in_words(std::uint8_t alert);

/// Whether only an administrator can end the trouble: certificates, versions, ciphers, names.
bool is_configuration_trouble(std::uint8_t alert);

/// Whether the receiver speaks of our certificate: a server has no other reason for these. `without_one`: it asked for one and was shown
/// none; then handshake_failure (40) says so too, as servers put it in TLS 1.2.
bool is_about_our_certificate(std::uint8_t alert, bool without_one);

}  // namespace sstp
