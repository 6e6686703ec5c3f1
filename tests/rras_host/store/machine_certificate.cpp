#include "store/machine_certificate.h"

#include <windows.h>

#include <wincrypt.h>

#include "store/state_folder.h"

namespace sstp::rras_host {

bool has_usable_certificate(const std::string& store_name, const std::string& thumbprint_hex) {
    const HCERTSTORE store = CertOpenStore(CERT_STORE_PROV_SYSTEM_W, 0, 0,
                                           CERT_SYSTEM_STORE_LOCAL_MACHINE | CERT_STORE_READONLY_FLAG | CERT_STORE_OPEN_EXISTING_FLAG,
                                           to_wide(store_name).c_str());
    if (!store) return false;
    std::string hash = from_hex(thumbprint_hex);
    CRYPT_HASH_BLOB wanted{static_cast<DWORD>(hash.size()), reinterpret_cast<BYTE*>(hash.data())};
    const CERT_CONTEXT* certificate = CertFindCertificateInStore(store, X509_ASN_ENCODING, 0, CERT_FIND_SHA1_HASH, &wanted, nullptr);
    bool usable = false;
    if (certificate) {
        HCRYPTPROV_OR_NCRYPT_KEY_HANDLE key = 0;
        DWORD key_spec = 0;
        BOOL release = FALSE;
        usable = CryptAcquireCertificatePrivateKey(certificate, CRYPT_ACQUIRE_SILENT_FLAG, nullptr, &key, &key_spec, &release) != FALSE;
        if (usable && release) CryptReleaseContext(key, 0);
        CertFreeCertificateContext(certificate);
    }
    CertCloseStore(store, 0);
    return usable;
}

}  // namespace sstp::rras_host
