#include "tests/contracts/certificate_maker.h"

#include "core/model/ip_address.h"
#include "service/windows/text.h"
#include "tests/contracts/unique_name.h"

#include <algorithm>
#include <stdexcept>

namespace sstp::contracts {
namespace {

constexpr wchar_t kProvider[] = MS_ENH_RSA_AES_PROV_W;
constexpr DWORD kEncoding = X509_ASN_ENCODING | PKCS_7_ASN_ENCODING;

void require(bool succeeded, const char* what) {
    if (!succeeded) throw std::runtime_error(std::string{what} + " failed with " + std::to_string(GetLastError()));
}

std::vector<BYTE> encode(LPCSTR type, const void* structure) {
    DWORD size = 0;
    require(CryptEncodeObject(kEncoding, type, structure, nullptr, &size), "measuring an encoding");
    std::vector<BYTE> bytes(size);
    require(CryptEncodeObject(kEncoding, type, structure, bytes.data(), &size), "encoding");
    bytes.resize(size);
    return bytes;
}

std::vector<BYTE> encode_name(const std::string& common_name) {
    if (common_name.empty()) return {0x30, 0x00};
    std::wstring value = to_wide_lossy(common_name);
    char oid[] = szOID_COMMON_NAME;
    CERT_RDN_ATTR attribute{oid, CERT_RDN_UNICODE_STRING, {0, reinterpret_cast<BYTE*>(value.data())}};
    CERT_RDN relative{1, &attribute};
    const CERT_NAME_INFO name{1, &relative};
    return encode(X509_UNICODE_NAME, &name);
}

/// Extensions with the bytes that they point to.
class Extensions {
public:
    void add(const char* oid, bool critical, std::vector<BYTE> value) {
        values_.push_back(std::move(value));
        oids_.push_back(oid);
        critical_.push_back(critical);
    }
    void add_purposes(const std::vector<std::string>& purposes) {
        std::vector<std::string> copies = purposes;
        std::vector<LPSTR> oids;
        for (std::string& each : copies) oids.push_back(each.data());
        const CERT_ENHKEY_USAGE usage{static_cast<DWORD>(oids.size()), oids.data()};
        add(szOID_ENHANCED_KEY_USAGE, false, encode(X509_ENHANCED_KEY_USAGE, &usage));
    }
    void add_names(const std::vector<std::string>& names, const std::vector<std::string>& addresses) {
        std::vector<std::wstring> wide;
        for (const std::string& each : names) wide.push_back(to_wide_lossy(each));
        std::vector<CERT_ALT_NAME_ENTRY> entries;
        for (std::wstring& each : wide) {
            CERT_ALT_NAME_ENTRY entry{};
            entry.dwAltNameChoice = CERT_ALT_NAME_DNS_NAME;
            entry.pwszDNSName = each.data();
            entries.push_back(entry);
        }
        std::vector<Bytes> raw;
        for (const std::string& each : addresses) {
            const auto address = IpAddress::parse(each);
            require(address.has_value(), "reading an address");
            const std::ptrdiff_t size = address->family == AddressFamily::ipv4 ? 4 : 16;
            raw.emplace_back(address->bytes.begin(), address->bytes.begin() + size);
        }
        for (Bytes& each : raw) {
            CERT_ALT_NAME_ENTRY entry{};
            entry.dwAltNameChoice = CERT_ALT_NAME_IP_ADDRESS;
            entry.IPAddress = {static_cast<DWORD>(each.size()), each.data()};
            entries.push_back(entry);
        }
        const CERT_ALT_NAME_INFO list{static_cast<DWORD>(entries.size()), entries.data()};
        add(szOID_SUBJECT_ALT_NAME2, false, encode(X509_ALTERNATE_NAME, &list));
    }
    void add_authority() {
        const CERT_BASIC_CONSTRAINTS2_INFO constraints{TRUE, FALSE, 0};
        add(szOID_BASIC_CONSTRAINTS2, true, encode(X509_BASIC_CONSTRAINTS2, &constraints));
    }
    std::vector<CERT_EXTENSION> list() {
        std::vector<CERT_EXTENSION> all;
        for (std::size_t i = 0; i < values_.size(); ++i) {
            all.push_back({oids_[i].data(), critical_[i], {static_cast<DWORD>(values_[i].size()), values_[i].data()}});
        }
        return all;
    }

private:
    std::vector<std::vector<BYTE>> values_;
    std::vector<std::string> oids_;
    std::vector<bool> critical_;
};

FILETIME days_from_now(int days) {
    FILETIME now{};
    GetSystemTimeAsFileTime(&now);
    std::int64_t ticks = static_cast<std::int64_t>(now.dwHighDateTime) << 32 | now.dwLowDateTime;
    ticks += static_cast<std::int64_t>(days) * 24 * 3600 * 10'000'000;
    return {static_cast<DWORD>(ticks & 0xFFFFFFFF), static_cast<DWORD>(ticks >> 32)};
}

struct Validity {
    int from_days;
    int to_days;
};

UniqueCertificateContext sign(const std::string& subject, const std::string& issuer, const TestKey& subject_key, const TestKey& issuer_key,
                              std::uint64_t serial, Validity validity, Extensions extensions) {
    auto subject_name = encode_name(subject);
    auto issuer_name = encode_name(issuer);
    auto public_key = subject_key.public_key();
    auto list = extensions.list();
    char algorithm[] = szOID_RSA_SHA256RSA;
    CERT_INFO info{};
    info.dwVersion = CERT_V3;
    info.SerialNumber = {sizeof serial, reinterpret_cast<BYTE*>(&serial)};
    info.SignatureAlgorithm.pszObjId = algorithm;
    info.Issuer = {static_cast<DWORD>(issuer_name.size()), issuer_name.data()};
    info.Subject = {static_cast<DWORD>(subject_name.size()), subject_name.data()};
    info.NotBefore = days_from_now(validity.from_days);
    info.NotAfter = days_from_now(validity.to_days);
    info.SubjectPublicKeyInfo = *reinterpret_cast<CERT_PUBLIC_KEY_INFO*>(public_key.data());
    info.cExtension = static_cast<DWORD>(list.size());
    info.rgExtension = list.data();
    DWORD size = 0;
    require(CryptSignAndEncodeCertificate(issuer_key.provider(), AT_KEYEXCHANGE, X509_ASN_ENCODING, X509_CERT_TO_BE_SIGNED, &info,
                                          &info.SignatureAlgorithm, nullptr, nullptr, &size),
            "measuring a certificate");
    std::vector<BYTE> encoded(size);
    require(CryptSignAndEncodeCertificate(issuer_key.provider(), AT_KEYEXCHANGE, X509_ASN_ENCODING, X509_CERT_TO_BE_SIGNED, &info,
                                          &info.SignatureAlgorithm, nullptr, encoded.data(), &size),
            "signing a certificate");
    UniqueCertificateContext made{CertCreateCertificateContext(kEncoding, encoded.data(), size)};
    require(static_cast<bool>(made), "reading a certificate back");
    return made;
}

void in_root_store(PCCERT_CONTEXT certificate, bool add) {
    const UniqueStore root{CertOpenStore(CERT_STORE_PROV_SYSTEM_W, 0, 0, CERT_SYSTEM_STORE_LOCAL_MACHINE, L"ROOT")};
    require(static_cast<bool>(root), "opening the root store");
    if (add) require(CertAddCertificateContextToStore(root.get(), certificate, CERT_STORE_ADD_REPLACE_EXISTING, nullptr), "adding a root");
    CertControlStore(root.get(), 0, CERT_STORE_CTRL_COMMIT, nullptr);
}

}  // namespace

TestKey::TestKey() : container_(unique_name()) {
    // Made once, then copied into the other key set.
    require(CryptAcquireContextW(provider_.receive(), container_.c_str(), kProvider, PROV_RSA_AES, CRYPT_NEWKEYSET),
            "making a key container");
    UniqueCspKey machine;
    require(CryptAcquireContextW(machine.receive(), container_.c_str(), kProvider, PROV_RSA_AES, CRYPT_NEWKEYSET | CRYPT_MACHINE_KEYSET),
            "making a key container of the machine");
    HCRYPTKEY key = 0;
    require(CryptGenKey(provider_.get(), AT_KEYEXCHANGE, 1024U << 16 | CRYPT_EXPORTABLE, &key), "making a key");
    DWORD size = 0;
    require(CryptExportKey(key, 0, PRIVATEKEYBLOB, 0, nullptr, &size), "measuring a key");
    std::vector<BYTE> blob(size);
    require(CryptExportKey(key, 0, PRIVATEKEYBLOB, 0, blob.data(), &size), "copying a key");
    CryptDestroyKey(key);
    HCRYPTKEY copy = 0;
    require(CryptImportKey(machine.get(), blob.data(), size, 0, 0, &copy), "copying a key to the machine");
    CryptDestroyKey(copy);
    // Some systems keep a key only when its container is closed.
    machine.reset();
    require(CryptAcquireContextW(provider_.receive(), container_.c_str(), kProvider, PROV_RSA_AES, 0), "opening a key container");
}

TestKey::~TestKey() {
    provider_.reset();
    HCRYPTPROV none = 0;
    CryptAcquireContextW(&none, container_.c_str(), kProvider, PROV_RSA_AES, CRYPT_DELETEKEYSET);
    CryptAcquireContextW(&none, container_.c_str(), kProvider, PROV_RSA_AES, CRYPT_DELETEKEYSET | CRYPT_MACHINE_KEYSET);
}

std::vector<std::byte> TestKey::public_key() const {
    DWORD size = 0;
    require(CryptExportPublicKeyInfo(provider_.get(), AT_KEYEXCHANGE, kEncoding, nullptr, &size), "measuring a public key");
    std::vector<std::byte> bytes(size);
    require(
        CryptExportPublicKeyInfo(provider_.get(), AT_KEYEXCHANGE, kEncoding, reinterpret_cast<CERT_PUBLIC_KEY_INFO*>(bytes.data()), &size),
        "exporting a public key");
    return bytes;
}

TestAuthority::TestAuthority(bool trusted) : name_(to_utf8_lossy(unique_name()) + " CA") {
    Extensions extensions;
    extensions.add_authority();
    certificate_ = sign(name_, name_, key_, key_, 1, {-400, 4000}, std::move(extensions));
    if (trusted) in_root_store(certificate_.get(), true);
}

TestAuthority::~TestAuthority() { delete_for_good(L"ROOT", certificate_.get()); }

UniqueCertificateContext TestAuthority::issue(const CertificateToAdd& wanted, const TestKey& key, std::uint64_t serial) const {
    Extensions extensions;
    if (wanted.purposes) extensions.add_purposes(*wanted.purposes);
    if (!wanted.dns_names.empty() || !wanted.ip_addresses.empty()) extensions.add_names(wanted.dns_names, wanted.ip_addresses);
    const std::string subject = wanted.dns_names.empty() ? std::string{} : wanted.dns_names.front();
    const Validity validity = wanted.expired ? Validity{-60, -1} : Validity{-30, 60};
    if (wanted.self_signed) return sign(subject, subject, key, key, serial, validity, std::move(extensions));
    return sign(subject, name_, key, key_, serial, validity, std::move(extensions));
}

void link_key(PCCERT_CONTEXT certificate, std::wstring container, DWORD flags) {
    wchar_t provider[] = MS_ENH_RSA_AES_PROV_W;
    CRYPT_KEY_PROV_INFO link{container.data(), provider, PROV_RSA_AES, flags, 0, nullptr, AT_KEYEXCHANGE};
    require(CertSetCertificateContextProperty(certificate, CERT_KEY_PROV_INFO_PROP_ID, 0, &link), "linking a key");
}

void link_missing_provider(PCCERT_CONTEXT certificate) {
    wchar_t container[] = L"SstpWatchdogTest";
    wchar_t provider[] = L"SSTP Watchdog Test Key Storage Provider";
    CRYPT_KEY_PROV_INFO link{container, provider, 0, CRYPT_MACHINE_KEYSET, 0, nullptr, 0};
    require(CertSetCertificateContextProperty(certificate, CERT_KEY_PROV_INFO_PROP_ID, 0, &link), "linking a key");
}

Thumbprint thumbprint_of(PCCERT_CONTEXT certificate) {
    std::array<std::uint8_t, Thumbprint::kSize> bytes{};
    auto size = static_cast<DWORD>(bytes.size());
    require(CryptHashCertificate(0, CALG_SHA1, 0, certificate->pbCertEncoded, certificate->cbCertEncoded, bytes.data(), &size), "hashing");
    return Thumbprint{bytes};
}

void delete_for_good(const std::wstring& store, PCCERT_CONTEXT certificate) {
    const UniqueStore open{CertOpenStore(CERT_STORE_PROV_SYSTEM_W, 0, 0, CERT_SYSTEM_STORE_LOCAL_MACHINE, store.c_str())};
    const Thumbprint thumbprint = thumbprint_of(certificate);
    Bytes bytes = thumbprint.to_vector();
    CRYPT_HASH_BLOB hash{static_cast<DWORD>(bytes.size()), bytes.data()};
    if (const auto* found = CertFindCertificateInStore(open.get(), kEncoding, 0, CERT_FIND_SHA1_HASH, &hash, nullptr)) {
        CertDeleteCertificateFromStore(found);
    }
    const std::wstring key =
        L"SOFTWARE\\Microsoft\\SystemCertificates\\" + store + L"\\Certificates\\" + to_wide_lossy(thumbprint.to_string());
    RegDeleteTreeW(HKEY_LOCAL_MACHINE, key.c_str());
    RegDeleteKeyW(HKEY_LOCAL_MACHINE, key.c_str());
}

}  // namespace sstp::contracts
