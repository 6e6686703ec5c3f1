#include "service/windows/certificate_reading.h"

#include "core/model/ip_address.h"
#include "service/windows/certificate_key.h"
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

/// The text of an iPAddress entry; nothing when it has neither 4 nor 16 bytes.
std::optional<std::string> address_text(const CRYPT_DATA_BLOB& entry) {
    IpAddress address;
    if (entry.cbData != 4 && entry.cbData != address.bytes.size()) return std::nullopt;
    address.family = entry.cbData == 4 ? AddressFamily::ipv4 : AddressFamily::ipv6;
    std::copy(entry.pbData, entry.pbData + entry.cbData, address.bytes.begin());
    return address.to_string();
}

/// dNSName and iPAddress entries of the subject alternative name, as written. False when the extension is there and malformed.
bool read_alternative_names(const CERT_INFO& info, Certificate& certificate) {
    const CERT_EXTENSION* extension = CertFindExtension(szOID_SUBJECT_ALT_NAME2, info.cExtension, info.rgExtension);
    if (extension == nullptr) return true;
    const auto list = decode<CERT_ALT_NAME_INFO>(X509_ALTERNATE_NAME, extension->Value.pbData, extension->Value.cbData);
    if (!list) return false;
    for (DWORD i = 0; i < list.get()->cAltEntry; ++i) {
        const CERT_ALT_NAME_ENTRY& entry = list.get()->rgAltEntry[i];
        if (entry.dwAltNameChoice == CERT_ALT_NAME_DNS_NAME && entry.pwszDNSName != nullptr) {
            certificate.dns_names.push_back(to_utf8_lossy(entry.pwszDNSName));
        } else if (entry.dwAltNameChoice == CERT_ALT_NAME_IP_ADDRESS) {
            if (auto text = address_text(entry.IPAddress)) certificate.ip_addresses.push_back(*std::move(text));
        }
    }
    return true;
}

/// The bytes of a property; empty when it is not there.
std::vector<std::uint8_t> property_bytes(PCCERT_CONTEXT context, DWORD property) {
    // Properties that anybody may set: one of more than this is nothing that Windows made.
    constexpr DWORD kLargest = 64 * 1024;
    DWORD size = 0;
    if (!CertGetCertificateContextProperty(context, property, nullptr, &size) || size > kLargest) return {};
    std::vector<std::uint8_t> bytes(size);
    if (!CertGetCertificateContextProperty(context, property, bytes.data(), &size)) return {};
    bytes.resize(size);
    return bytes;
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

bool is_issued_by(PCCERT_CONTEXT certificate, PCCERT_CONTEXT issuer) noexcept {
    if (!CertCompareCertificateName(kEncoding, &certificate->pCertInfo->Issuer, &issuer->pCertInfo->Subject)) return false;
    // Neither pointer is written through: the API simply lacks const.
    return CryptVerifyCertificateSignatureEx(0, kEncoding, CRYPT_VERIFY_CERT_SIGN_SUBJECT_CERT, const_cast<CERT_CONTEXT*>(certificate),
                                             CRYPT_VERIFY_CERT_SIGN_ISSUER_CERT, const_cast<CERT_CONTEXT*>(issuer), 0, nullptr) != 0;
}

bool is_self_signed(PCCERT_CONTEXT context) noexcept { return is_issued_by(context, context); }

std::optional<Thumbprint> thumbprint_in(PCCERT_CONTEXT context) { return digest<Thumbprint>(context, L"SHA1"); }

std::optional<PublicKeyHash> public_key_hash(PCCERT_CONTEXT context) {
    UniqueLocal<BYTE> encoded;
    DWORD size = 0;
    if (!CryptEncodeObjectEx(X509_ASN_ENCODING, X509_PUBLIC_KEY_INFO, &context->pCertInfo->SubjectPublicKeyInfo, CRYPT_ENCODE_ALLOC_FLAG,
                             nullptr, encoded.receive(), &size)) {
        return std::nullopt;
    }
    std::array<std::uint8_t, PublicKeyHash::kSize> bytes{};
    auto length = static_cast<DWORD>(bytes.size());
    if (!CryptHashCertificate2(L"SHA256", 0, nullptr, encoded.get(), size, bytes.data(), &length)) return std::nullopt;
    return PublicKeyHash::from_bytes({bytes.data(), length});
}

std::wstring properties_in(PCCERT_CONTEXT context) {
    std::wstring all = is_archived(context) ? L"archived" : L"";
    for (const DWORD property : {CERT_RENEWAL_PROP_ID, CERT_ENHKEY_USAGE_PROP_ID}) {
        all += L'\n';
        for (const std::uint8_t byte : property_bytes(context, property)) all += static_cast<wchar_t>(byte);
    }
    DWORD code = ERROR_SUCCESS;
    if (const auto link = key_link(context, code)) {
        all += L'\n' + link->provider + L'\n' + link->container + (link->of_machine ? L"\nmachine" : L"\nuser");
    }
    return all;
}

std::optional<Certificate> read_certificate(PCCERT_CONTEXT context) {
    const CERT_INFO& info = *context->pCertInfo;
    const auto thumbprint = thumbprint_in(context);
    const auto hash = digest<CertificateHash>(context, L"SHA256");
    const auto subject = read_name(info.Subject);
    const auto issuer = read_name(info.Issuer);
    Certificate certificate;
    if (!thumbprint || !hash || !subject || !issuer || !read_alternative_names(info, certificate) ||
        !read_purposes(context, certificate.purposes)) {
        return std::nullopt;
    }

    certificate.thumbprint = *thumbprint;
    certificate.hash = *hash;
    certificate.subject = to_rfc4514(*subject);
    certificate.subject_cn = common_name(*subject);
    certificate.issuer = to_rfc4514(*issuer);
    certificate.issuer_cn = common_name(*issuer);
    certificate.serial = serial_text(info.SerialNumber);
    certificate.not_before = to_wall_time(info.NotBefore);
    certificate.not_after = to_wall_time(info.NotAfter);
    certificate.key_algorithm = algorithm_of(info.SubjectPublicKeyInfo);
    auto key = info.SubjectPublicKeyInfo;
    certificate.key_bits = CertGetPublicKeyLength(kEncoding, &key);
    if (certificate.key_algorithm == KeyAlgorithm::ecdsa && certificate.key_bits == 0) certificate.key_bits = curve_bits(key);
    certificate.archived = is_archived(context);
    certificate.renewed_by = renewal(context);
    certificate.self_signed = is_self_signed(context);
    return certificate;
}

}  // namespace sstp
