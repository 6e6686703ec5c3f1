#include "tests/windows/machine_key.h"

#include <stdexcept>

#include <windows.h>

#include <wincrypt.h>

#include "store/key_container.h"
#include "store/state_folder.h"

namespace sstp::rras_host {

namespace {

HCERTSTORE open_machine_store() { return CertOpenStore(CERT_STORE_PROV_SYSTEM_W, 0, 0, CERT_SYSTEM_STORE_LOCAL_MACHINE, L"MY"); }

}  // namespace

TestCertificate::TestCertificate(const std::string& name, Key key) : container_(L"rras_host_test_" + to_wide(name)) {
    put_private_key(container_, generate_private_key(1024));
    HCRYPTPROV provider = 0;
    if (!CryptAcquireContextW(&provider, container_.c_str(), MS_ENH_RSA_AES_PROV_W, PROV_RSA_AES, CRYPT_MACHINE_KEYSET))
        throw std::runtime_error("no key container");
    const std::wstring subject = L"CN=" + to_wide(name);
    BYTE encoded[256];
    CERT_NAME_BLOB blob{sizeof encoded, encoded};
    if (!CertStrToNameW(X509_ASN_ENCODING, subject.c_str(), CERT_X500_NAME_STR, nullptr, encoded, &blob.cbData, nullptr))
        throw std::runtime_error("no name");
    wchar_t provider_name[] = MS_ENH_RSA_AES_PROV_W;
    CRYPT_KEY_PROV_INFO info{container_.data(), provider_name, PROV_RSA_AES, CRYPT_MACHINE_KEYSET, 0, nullptr, AT_KEYEXCHANGE};
    const CERT_CONTEXT* certificate = CertCreateSelfSignCertificate(provider, &blob, 0, &info, nullptr, nullptr, nullptr, nullptr);
    CryptReleaseContext(provider, 0);
    if (!certificate) throw std::runtime_error("no certificate: " + std::to_string(GetLastError()));
    std::wstring link = key == Key::usable ? container_ : container_ + L"_gone";
    info.pwszContainerName = link.data();
    const HCERTSTORE store = open_machine_store();
    const CERT_CONTEXT* stored = nullptr;
    CertAddCertificateContextToStore(store, certificate, CERT_STORE_ADD_REPLACE_EXISTING, &stored);
    CertSetCertificateContextProperty(stored, CERT_KEY_PROV_INFO_PROP_ID, 0, &info);
    char hash[20];
    DWORD size = sizeof hash;
    CertGetCertificateContextProperty(stored, CERT_SHA1_HASH_PROP_ID, hash, &size);
    hash_.assign(hash, size);
    CertFreeCertificateContext(stored);
    CertFreeCertificateContext(certificate);
    CertCloseStore(store, 0);
}

TestCertificate::~TestCertificate() {
    const HCERTSTORE store = open_machine_store();
    CRYPT_HASH_BLOB wanted{static_cast<DWORD>(hash_.size()), reinterpret_cast<BYTE*>(hash_.data())};
    if (const CERT_CONTEXT* certificate = CertFindCertificateInStore(store, X509_ASN_ENCODING, 0, CERT_FIND_SHA1_HASH, &wanted, nullptr))
        CertDeleteCertificateFromStore(certificate);
    CertCloseStore(store, 0);
    delete_private_key(container_);
}

}  // namespace sstp::rras_host
