#include "service/windows/certificate_reading.h"

#include "service/windows/system_clock.h"
#include "service/windows/text.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

namespace sstp {
namespace {

constexpr DWORD kEncoding = X509_ASN_ENCODING | PKCS_7_ASN_ENCODING;

/// Decodes one structure; null when it is malformed. `T` is what Microsoft's table gives for `type`.
template <class T>
UniqueLocal<T> decode(LPCSTR type, const BYTE* data, DWORD size) {
    UniqueLocal<T> decoded;
    DWORD needed = 0;
    if (!CryptDecodeObjectEx(kEncoding, type, data, size, CRYPT_DECODE_ALLOC_FLAG, nullptr, decoded.receive(), &needed)) decoded.reset();
    return decoded;
}

/// The digest of the DER encoding. The hash properties of a context can be set by anybody who may write the store; the
/// bytes cannot lie.
template <class D>
std::optional<D> digest(PCCERT_CONTEXT context, LPCWSTR algorithm) {
    std::array<std::uint8_t, D::kSize> bytes{};
    auto size = static_cast<DWORD>(bytes.size());
    if (!CryptHashCertificate2(algorithm, 0, nullptr, context->pbCertEncoded, context->cbCertEncoded, bytes.data(), &size))
        return std::nullopt;
    return D::from_bytes({bytes.data(), size});
}

NameAttribute to_attribute(const CERT_RDN_ATTR& from) {
    NameAttribute attribute;
    attribute.oid = from.pszObjId != nullptr ? from.pszObjId : "";
    switch (from.dwValueType & CERT_RDN_TYPE_MASK) {
        case CERT_RDN_ENCODED_BLOB:
        case CERT_RDN_OCTET_STRING:
            attribute.is_text = false;
            attribute.value = "#" + to_hex({from.Value.pbData, from.Value.cbData});
            break;
        default:
            attribute.value = to_utf8_lossy({reinterpret_cast<const wchar_t*>(from.Value.pbData), from.Value.cbData / sizeof(wchar_t)});
            // Wine counts the NUL behind the text; a NUL that belongs to the name (an attack of old) is one more, and stays.
            if (attribute.value.ends_with('\0')) attribute.value.pop_back();
            break;
    }
    return attribute;
}

/// dNSName entries of the subject alternative name, as written. Nothing when the extension is there and malformed.
std::optional<std::vector<std::string>> dns_names(const CERT_INFO& info) {
    std::vector<std::string> names;
    const CERT_EXTENSION* extension = CertFindExtension(szOID_SUBJECT_ALT_NAME2, info.cExtension, info.rgExtension);
    if (extension == nullptr) return names;
    const auto list = decode<CERT_ALT_NAME_INFO>(X509_ALTERNATE_NAME, extension->Value.pbData, extension->Value.cbData);
    if (!list) return std::nullopt;
    for (DWORD i = 0; i < list.get()->cAltEntry; ++i) {
        const CERT_ALT_NAME_ENTRY& entry = list.get()->rgAltEntry[i];
        if (entry.dwAltNameChoice == CERT_ALT_NAME_DNS_NAME && entry.pwszDNSName != nullptr) {
            names.push_back(to_utf8_lossy(entry.pwszDNSName));
        }
    }
    return names;
}

/// Extension and property, intersected as Windows does it. False when it cannot be told.
bool read_purposes(PCCERT_CONTEXT context, std::optional<std::vector<std::string>>& purposes) {
    DWORD size = 0;
    if (!CertGetEnhancedKeyUsage(context, 0, nullptr, &size)) return false;
    // Room for pointers, and aligned for them; the strings lie behind.
    std::vector<std::max_align_t> buffer(size / sizeof(std::max_align_t) + 1);
    auto* usage = reinterpret_cast<CERT_ENHKEY_USAGE*>(buffer.data());
    SetLastError(ERROR_SUCCESS);
    if (!CertGetEnhancedKeyUsage(context, 0, usage, &size)) return false;
    // An empty answer means "for everything" or "for nothing", and only the last error tells which.
    const bool neither_is_there = usage->cUsageIdentifier == 0 && GetLastError() == static_cast<DWORD>(CRYPT_E_NOT_FOUND);
    purposes.reset();
    if (neither_is_there) return true;
    purposes.emplace();
    for (DWORD i = 0; i < usage->cUsageIdentifier; ++i) purposes->emplace_back(usage->rgpszUsageIdentifier[i]);
    return true;
}

/// As certmgr shows it: most significant byte first, lower case.
std::string serial_text(const CRYPT_INTEGER_BLOB& serial) {
    Bytes bytes(serial.pbData, serial.pbData + serial.cbData);
    std::reverse(bytes.begin(), bytes.end());
    std::string text = to_hex(bytes);
    std::transform(text.begin(), text.end(), text.begin(),
                   [](char c) { return c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c; });
    return text;
}

KeyAlgorithm algorithm_of(const CERT_PUBLIC_KEY_INFO& key) {
    const std::string_view oid = key.Algorithm.pszObjId != nullptr ? key.Algorithm.pszObjId : "";
    if (oid == szOID_RSA_RSA || oid == szOID_RSA_SSA_PSS) return KeyAlgorithm::rsa;
    if (oid == szOID_ECC_PUBLIC_KEY) return KeyAlgorithm::ecdsa;
    return KeyAlgorithm::other;
}

/// Bits by the name of the curve, for systems whose CertGetPublicKeyLength knows RSA alone.
std::uint32_t curve_bits(const CERT_PUBLIC_KEY_INFO& key) {
    const auto curve = decode<LPSTR>(X509_OBJECT_IDENTIFIER, key.Algorithm.Parameters.pbData, key.Algorithm.Parameters.cbData);
    const std::string_view oid = curve && *curve.get() != nullptr ? *curve.get() : "";
    if (oid == szOID_ECC_CURVE_P256) return 256;
    if (oid == szOID_ECC_CURVE_P384) return 384;
    if (oid == szOID_ECC_CURVE_P521) return 521;
    return 0;
}

std::optional<Thumbprint> renewal(PCCERT_CONTEXT context) {
    std::array<std::uint8_t, Thumbprint::kSize> hash{};
    auto size = static_cast<DWORD>(hash.size());
    if (!CertGetCertificateContextProperty(context, CERT_RENEWAL_PROP_ID, hash.data(), &size)) return std::nullopt;
    return Thumbprint::from_bytes({hash.data(), size});
}

}  // namespace

std::optional<DistinguishedName> read_name(const CERT_NAME_BLOB& encoded) {
    const auto decoded = decode<CERT_NAME_INFO>(X509_UNICODE_NAME, encoded.pbData, encoded.cbData);
    if (!decoded) return std::nullopt;
    DistinguishedName name;
    for (DWORD i = 0; i < decoded.get()->cRDN; ++i) {
        const CERT_RDN& from = decoded.get()->rgRDN[i];
        RelativeName relative;
        for (DWORD k = 0; k < from.cRDNAttr; ++k) relative.push_back(to_attribute(from.rgRDNAttr[k]));
        name.push_back(std::move(relative));
    }
    return name;
}

bool is_archived(PCCERT_CONTEXT context) noexcept {
    DWORD size = 0;
    return CertGetCertificateContextProperty(context, CERT_ARCHIVED_PROP_ID, nullptr, &size) != 0;
}

std::optional<Certificate> read_certificate(PCCERT_CONTEXT context) {
    const CERT_INFO& info = *context->pCertInfo;
    const auto thumbprint = digest<Thumbprint>(context, L"SHA1");
    const auto hash = digest<CertificateHash>(context, L"SHA256");
    const auto subject = read_name(info.Subject);
    const auto issuer = read_name(info.Issuer);
    auto names = dns_names(info);
    Certificate certificate;
    if (!thumbprint || !hash || !subject || !issuer || !names || !read_purposes(context, certificate.purposes)) return std::nullopt;

    certificate.thumbprint = *thumbprint;
    certificate.hash = *hash;
    certificate.subject = to_rfc4514(*subject);
    certificate.subject_cn = common_name(*subject);
    certificate.issuer = to_rfc4514(*issuer);
    certificate.issuer_cn = common_name(*issuer);
    certificate.serial = serial_text(info.SerialNumber);
    certificate.not_before = to_wall_time(info.NotBefore);
    certificate.not_after = to_wall_time(info.NotAfter);
    certificate.dns_names = *std::move(names);
    certificate.key_algorithm = algorithm_of(info.SubjectPublicKeyInfo);
    auto key = info.SubjectPublicKeyInfo;
    certificate.key_bits = CertGetPublicKeyLength(kEncoding, &key);
    if (certificate.key_algorithm == KeyAlgorithm::ecdsa && certificate.key_bits == 0) certificate.key_bits = curve_bits(key);
    certificate.renewed_by = renewal(context);
    return certificate;
}

}  // namespace sstp
