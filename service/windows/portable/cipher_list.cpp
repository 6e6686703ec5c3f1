#include "service/windows/portable/cipher_list.h"

#include <string_view>

namespace sstp {

ServedKeys keys_served_by(const std::vector<std::string>& suites, bool tls13_is_spoken) {
    ServedKeys keys;
    for (const std::string_view suite : suites) {
        if (suite.find("_WITH_") == std::string_view::npos) {
            keys.rsa = keys.rsa || tls13_is_spoken;
            keys.ecdsa = keys.ecdsa || tls13_is_spoken;
        } else if (suite.find("_ECDSA_") != std::string_view::npos) {
            keys.ecdsa = true;
        } else if (suite.find("_RSA_") != std::string_view::npos) {
            keys.rsa = true;
        }
    }
    return keys;
}

bool tells_of_no_common_cipher(bool has_alert, std::uint8_t alert, std::uint32_t code) {
    constexpr std::uint8_t kHandshakeFailure = 40;
    constexpr std::uint8_t kInsufficientSecurity = 71;
    constexpr std::uint32_t kAlgorithmMismatch = 0x80090331;   // SEC_E_ALGORITHM_MISMATCH
    return (has_alert && (alert == kHandshakeFailure || alert == kInsufficientSecurity)) || code == kAlgorithmMismatch;
}

}  // namespace sstp
