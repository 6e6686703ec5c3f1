#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace sstp {

/// Which kinds of certificate keys a list of TLS cipher suites can serve.
struct ServedKeys {
    bool rsa = false;
    bool ecdsa = false;
    friend bool operator==(const ServedKeys&, const ServedKeys&) = default;
};

/// `suites`: names as Windows' cipher list has them ("TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384"). A suite of TLS 1.3
/// ("TLS_AES_256_GCM_SHA384") serves both, where the system speaks TLS 1.3 at all. Source: Microsoft, "TLS Cipher Suites in
/// Windows Server 2022"; BCryptEnumContextFunctions.
ServedKeys keys_served_by(const std::vector<std::string>& suites, bool tls13_is_spoken);

/// The alert with which a server gives up because no suite, or no signature, suits its key (RFC 8446 6.2: handshake_failure,
/// insufficient_security); `code` is the system's own word for it (SEC_E_ALGORITHM_MISMATCH).
bool tells_of_no_common_cipher(bool has_alert, std::uint8_t alert, std::uint32_t code);

}  // namespace sstp
