#pragma once

#include "core/model/certificate.h"
#include "service/windows/crypto_handles.h"

#include <string>

namespace sstp {

struct KeyVerdict {
    KeyState state = KeyState::absent;
    std::string explanation;  ///< why unusable; empty otherwise
};

/// Whether HTTP.SYS will be able to use the certificate's private key: it is linked, lies in the machine's key set (of a CSP or a
/// KSP), opens without asking anybody, and belongs to the certificate. The key is opened and closed; nothing is read of it.
/// Source: Microsoft, CryptAcquireCertificatePrivateKey, CRYPT_KEY_PROV_INFO.
KeyVerdict judge_key(PCCERT_CONTEXT context);

}  // namespace sstp
