#include "service/windows/cipher_list_of_machine.h"

#include "core/model/sstp_settings.h"
#include "service/windows/registry_key.h"
#include "service/windows/text.h"
#include "service/windows/windows_headers.h"

#include <bcrypt.h>

#include <string>
#include <vector>

namespace sstp {
namespace {

// Schannel's interface, as ncrypt.h calls it (NCRYPT_SCHANNEL_INTERFACE).
constexpr ULONG kSchannelInterface = 0x00010002;
constexpr MachineKey kTls13{L"SYSTEM\\CurrentControlSet\\Control\\SecurityProviders\\SCHANNEL\\Protocols\\TLS 1.3\\Server",
                            "HKLM\\SYSTEM\\CurrentControlSet\\Control\\SecurityProviders\\SCHANNEL\\Protocols\\TLS 1.3\\Server"};

std::vector<std::string> suites_of(ULONG table) {
    constexpr ULONG kMostSuites = 1000;
    ULONG size = 0;
    PCRYPT_CONTEXT_FUNCTIONS functions = nullptr;
    std::vector<std::string> suites;
    if (BCryptEnumContextFunctions(table, L"SSL", kSchannelInterface, &size, &functions) < 0 || functions == nullptr) return suites;
    for (ULONG i = 0; i < functions->cFunctions && i < kMostSuites; ++i) suites.push_back(to_utf8_lossy(functions->rgpszFunctions[i]));
    BCryptFreeBuffer(functions);
    return suites;
}

/// Systems that know TLS 1.3 have its suites in the list; an administrator may have switched the protocol off all the same.
bool tls13_is_switched_off() {
    const auto enabled = decode_dword(read_value(kTls13, L"Enabled"));
    const auto* value = value_of(enabled);
    return value != nullptr && *value == 0;
}

}  // namespace

std::optional<ServedKeys> keys_that_ciphers_serve() {
    std::vector<std::string> suites = suites_of(CRYPT_DOMAIN);
    if (suites.empty()) suites = suites_of(CRYPT_LOCAL);
    if (suites.empty()) return std::nullopt;
    return keys_served_by(suites, !tls13_is_switched_off());
}

}  // namespace sstp
