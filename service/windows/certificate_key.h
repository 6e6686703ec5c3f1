#pragma once

#include "core/model/certificate.h"
#include "service/windows/crypto_handles.h"

#include <optional>
#include <string>

namespace sstp {

/// CERT_KEY_PROV_INFO_PROP_ID: where a certificate says that its private key lies.
struct KeyLink {
    std::wstring container;
    std::wstring provider;
    DWORD type = 0;            ///< of a CSP; 0: a key storage provider
    bool of_machine = false;   ///< CRYPT_MACHINE_KEYSET, of a CSP as of a KSP
    friend bool operator==(const KeyLink&, const KeyLink&) = default;
};
/// Nothing when there is no such link; `code` is then 0, and what Windows said when it cannot be read.
std::optional<KeyLink> key_link(PCCERT_CONTEXT context, DWORD& code);

struct KeyVerdict {
    KeyState state = KeyState::absent;
    std::string explanation;  ///< why unusable or unknown; empty otherwise
};

/// Whether HTTP.SYS will be able to use the certificate's private key: it is linked, lies in the machine's key set (of a CSP or a
/// KSP), opens without asking anybody, and belongs to the certificate. The key is opened and closed; nothing is read of it. A
/// provider, an HSM or a service behind it that does not answer leaves it unknown. May take as long as the provider pleases.
/// Source: Microsoft, CryptAcquireCertificatePrivateKey, CRYPT_KEY_PROV_INFO.
KeyVerdict judge_key(PCCERT_CONTEXT context);

}  // namespace sstp
