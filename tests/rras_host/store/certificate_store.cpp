#include "store/certificate_store.h"

#include <stdexcept>

#include <windows.h>

#include <wincrypt.h>

#include "store/certificate_arrivals.h"
#include "store/key_container.h"
#include "store/machine_certificate.h"
#include "store/registry_values.h"
#include "store/state_folder.h"

namespace sstp::rras_host {

namespace {

[[noreturn]] void fail(const std::string& operation) { throw std::runtime_error(operation + ": error " + std::to_string(GetLastError())); }

/// A certificate store, closed (and thereby, under Wine, written to the registry) at the end of the scope.
class Store {
public:
    explicit Store(HCERTSTORE store) : store_(store) {
        if (!store_) fail("open a certificate store");
    }

    ~Store() { CertCloseStore(store_, 0); }

    Store(const Store&) = delete;
    Store& operator=(const Store&) = delete;

    HCERTSTORE get() const { return store_; }

    static HCERTSTORE machine(const std::string& name) {
        return CertOpenStore(CERT_STORE_PROV_SYSTEM_W, 0, 0, CERT_SYSTEM_STORE_LOCAL_MACHINE, to_wide(name).c_str());
    }

private:
    HCERTSTORE store_;
};

const CERT_CONTEXT* find(const Store& store, const std::string& thumbprint) {
    std::string hash = from_hex(thumbprint);
    CRYPT_HASH_BLOB wanted{static_cast<DWORD>(hash.size()), reinterpret_cast<BYTE*>(hash.data())};
    return CertFindCertificateInStore(store.get(), X509_ASN_ENCODING, 0, CERT_FIND_SHA1_HASH, &wanted, nullptr);
}

std::string property(const CERT_CONTEXT* certificate, DWORD id) {
    DWORD size = 0;
    if (!CertGetCertificateContextProperty(certificate, id, nullptr, &size)) return {};
    std::string bytes(size, '\0');
    CertGetCertificateContextProperty(certificate, id, bytes.data(), &size);
    return bytes;
}

std::string sha256_of(const CERT_CONTEXT* certificate) {
    HCRYPTPROV provider = 0;
    HCRYPTHASH hash = 0;
    BYTE digest[32];
    DWORD size = sizeof digest;
    const bool done = CryptAcquireContextW(&provider, nullptr, MS_ENH_RSA_AES_PROV_W, PROV_RSA_AES, CRYPT_VERIFYCONTEXT) &&
                      CryptCreateHash(provider, CALG_SHA_256, 0, 0, &hash) &&
                      CryptHashData(hash, certificate->pbCertEncoded, certificate->cbCertEncoded, 0) &&
                      CryptGetHashParam(hash, HP_HASHVAL, digest, &size, 0);
    if (hash) CryptDestroyHash(hash);
    if (provider) CryptReleaseContext(provider, 0);
    if (!done) fail("hash a certificate");
    return to_hex(digest, size);
}

void describe_purposes(const CERT_CONTEXT* certificate, StoredCertificate& into) {
    DWORD size = 0;
    std::string buffer;
    auto* usage = reinterpret_cast<CERT_ENHKEY_USAGE*>(buffer.data());
    const bool has_any = CertGetEnhancedKeyUsage(certificate, 0, nullptr, &size) != FALSE;
    if (has_any) {
        buffer.resize(size);
        usage = reinterpret_cast<CERT_ENHKEY_USAGE*>(buffer.data());
        if (!CertGetEnhancedKeyUsage(certificate, 0, usage, &size)) return;
    }
    if (!has_any || usage->cUsageIdentifier == 0) {
        into.no_purposes = !has_any || GetLastError() == static_cast<DWORD>(CRYPT_E_NOT_FOUND);
        return;
    }
    for (DWORD i = 0; i < usage->cUsageIdentifier; ++i) {
        const std::string purpose = usage->rgpszUsageIdentifier[i];
        into.server_authentication |= purpose == szOID_PKIX_KP_SERVER_AUTH;
        into.any_purpose |= purpose == szOID_ANY_ENHANCED_KEY_USAGE;
    }
}

std::string display_name(const CERT_CONTEXT* certificate) {
    if (certificate->pCertInfo->Subject.cbData <= 2) return {};  // an empty sequence: SAN-only certificates have no subject
    wchar_t name[256];
    const DWORD length = CertGetNameStringW(certificate, CERT_NAME_SIMPLE_DISPLAY_TYPE, 0, nullptr, name, 256);
    return to_utf8(name, length > 0 ? length - 1 : 0);
}

StoredCertificate describe(const CERT_CONTEXT* certificate, const std::string& store) {
    StoredCertificate result;
    const std::string hash = property(certificate, CERT_SHA1_HASH_PROP_ID);
    const std::string successor = property(certificate, CERT_RENEWAL_PROP_ID);
    result.thumbprint = to_hex(hash.data(), hash.size());
    result.sha256 = sha256_of(certificate);
    result.subject = display_name(certificate);
    describe_purposes(certificate, result);
    result.private_key = has_usable_certificate(store, result.thumbprint);
    result.renewed_by = to_hex(successor.data(), successor.size());
    return result;
}

std::wstring container_name(const std::string& thumbprint) { return L"rras_host_" + to_wide(thumbprint); }

std::string registry_path(const std::string& store, const std::string& thumbprint) {
    return "SOFTWARE\\Microsoft\\SystemCertificates\\" + store + "\\Certificates\\" + thumbprint;
}

void link_key(const CERT_CONTEXT* certificate, const std::string& thumbprint, PrivateKey key) {
    std::wstring container = container_name(thumbprint);
    std::wstring provider = key == PrivateKey::elsewhere ? L"Example HSM Provider" : MS_ENH_RSA_AES_PROV_W;
    const CRYPT_KEY_PROV_INFO info{container.data(), provider.data(), PROV_RSA_AES, CRYPT_MACHINE_KEYSET, 0, nullptr, AT_KEYEXCHANGE};
    if (!CertSetCertificateContextProperty(certificate, CERT_KEY_PROV_INFO_PROP_ID, 0, &info)) fail("link a private key");
}

void add_to(const std::string& store_name, const CERT_CONTEXT* certificate) {
    const Store store(Store::machine(store_name));
    if (!CertAddCertificateContextToStore(store.get(), certificate, CERT_STORE_ADD_REPLACE_EXISTING, nullptr)) fail("add a certificate");
    if (!CertControlStore(store.get(), 0, CERT_STORE_CTRL_COMMIT, nullptr)) fail("commit a certificate store");
}

/// A serialized certificate is a row of properties: identifier, 1, length, bytes. Its encoding is the last of them.
constexpr std::uint32_t kEncodedCertificate = 32;

std::string serialized(std::uint32_t id, const std::string& bytes) {
    const std::uint32_t header[] = {id, 1, static_cast<std::uint32_t>(bytes.size())};
    return std::string(reinterpret_cast<const char*>(header), sizeof header) + bytes;
}

/// Under Wine 8 a property that is set on a certificate of a registry store does not reach the registry, so it is put there.
void put_property(const std::string& store, const std::string& thumbprint, std::uint32_t id, const std::string& bytes) {
    const auto key = read_registry_key(registry_path(store, thumbprint));
    const RegistryValue* blob = key ? key->find("Blob") : nullptr;
    if (!blob) throw std::runtime_error("there is no certificate " + thumbprint + " in " + store);
    write_registry_value(registry_path(store, thumbprint), {"Blob", REG_BINARY, serialized(id, bytes) + blob->bytes});
}

}  // namespace

std::vector<StoredCertificate> list_certificates(const std::string& store_name) {
    const Store store(Store::machine(store_name));
    std::vector<StoredCertificate> list;
    const CERT_CONTEXT* certificate = nullptr;
    while ((certificate = CertEnumCertificatesInStore(store.get(), certificate)) != nullptr)
        list.push_back(describe(certificate, store_name));
    return list;
}

std::string import_certificate(const std::string& store_name, const std::string& der, PrivateKey key, const std::string& key_blob) {
    const CERT_CONTEXT* certificate =
        CertCreateCertificateContext(X509_ASN_ENCODING, reinterpret_cast<const BYTE*>(der.data()), static_cast<DWORD>(der.size()));
    if (!certificate) fail("read a certificate");
    const std::string hash = property(certificate, CERT_SHA1_HASH_PROP_ID);
    const std::string thumbprint = to_hex(hash.data(), hash.size());
    if (key == PrivateKey::usable) put_private_key(container_name(thumbprint), key_blob);
    if (key == PrivateKey::broken) delete_private_key(container_name(thumbprint));
    if (key != PrivateKey::none) link_key(certificate, thumbprint, key);
    add_to(store_name, certificate);
    CertFreeCertificateContext(certificate);
    note_arrival(thumbprint);
    return thumbprint;
}

void import_series(const std::string& store_name, std::string der, std::size_t at, std::uint64_t count) {
    constexpr std::size_t kNumberBytes = sizeof(std::uint64_t);
    if (at > der.size() || der.size() - at < kNumberBytes) throw std::runtime_error("the number lies behind the certificate's end");
    for (std::uint64_t number = 1; number <= count; ++number) {
        for (std::size_t i = 0; i < kNumberBytes; ++i) der[at + i] = static_cast<char>(number >> (8 * (kNumberBytes - 1 - i)) & 0xFF);
        std::string hash(20, '\0');
        DWORD size = static_cast<DWORD>(hash.size());
        if (!CryptHashCertificate(0, CALG_SHA1, 0, reinterpret_cast<const BYTE*>(der.data()), static_cast<DWORD>(der.size()),
                                  reinterpret_cast<BYTE*>(hash.data()), &size))
            fail("hash a certificate");
        const std::string blob = serialized(CERT_SHA1_HASH_PROP_ID, hash) + serialized(kEncodedCertificate, der);
        write_registry_value(registry_path(store_name, to_hex(hash.data(), hash.size())), {"Blob", REG_BINARY, blob});
    }
}

bool remove_certificate(const std::string& store_name, const std::string& thumbprint) {
    delete_private_key(container_name(thumbprint));
    return RegDeleteKeyW(HKEY_LOCAL_MACHINE, to_wide(registry_path(store_name, thumbprint)).c_str()) == ERROR_SUCCESS;
}

void archive_certificate(const std::string& store, const std::string& thumbprint) {
    put_property(store, thumbprint, CERT_ARCHIVED_PROP_ID, "");
}

std::vector<std::string> registered_thumbprints(const std::string& store) {
    const auto key = read_registry_key("SOFTWARE\\Microsoft\\SystemCertificates\\" + store + "\\Certificates");
    return key ? key->subkeys : std::vector<std::string>();
}

void link_renewal(const std::string& store, const std::string& thumbprint, const std::string& successor) {
    put_property(store, thumbprint, CERT_RENEWAL_PROP_ID, from_hex(successor));
}

std::uint32_t chain_errors(const std::string& store_name, const std::string& thumbprint) {
    const Store store(Store::machine(store_name));
    const CERT_CONTEXT* certificate = find(store, thumbprint);
    if (!certificate) fail("find certificate " + thumbprint);
    CERT_CHAIN_PARA parameters{};
    parameters.cbSize = sizeof parameters;
    const CERT_CHAIN_CONTEXT* chain = nullptr;
    const BOOL built = CertGetCertificateChain(HCCE_LOCAL_MACHINE, certificate, nullptr, nullptr, &parameters, 0, nullptr, &chain);
    CertFreeCertificateContext(certificate);
    if (!built) fail("build a chain");
    const auto errors = static_cast<std::uint32_t>(chain->TrustStatus.dwErrorStatus);
    CertFreeCertificateChain(chain);
    return errors;
}

void break_private_key(const std::string& thumbprint) { delete_private_key(container_name(thumbprint)); }

}  // namespace sstp::rras_host
