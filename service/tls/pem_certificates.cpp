#include "service/tls/pem_certificates.h"

#include "core/model/digest.h"
#include "service/windows/ntfs_files.h"
#include "service/windows/os_error.h"

#include <string_view>

namespace sstp {

namespace {

constexpr char kOperation[] = "read the certificates of";
constexpr std::size_t kLargestFile = 1024 * 1024;
constexpr std::size_t kMostCertificates = 1000;
constexpr std::string_view kBegin = "-----BEGIN CERTIFICATE-----";
constexpr std::string_view kEnd = "-----END CERTIFICATE-----";

bool add(HCERTSTORE store, std::string_view base64) {
    DWORD size = 0;
    const auto length = static_cast<DWORD>(base64.size());
    if (!CryptStringToBinaryA(base64.data(), length, CRYPT_STRING_BASE64, nullptr, &size, nullptr, nullptr) || size == 0) return false;
    Bytes der(size);
    if (!CryptStringToBinaryA(base64.data(), length, CRYPT_STRING_BASE64, der.data(), &size, nullptr, nullptr)) return false;
    return CertAddEncodedCertificateToStore(store, X509_ASN_ENCODING, der.data(), size, CERT_STORE_ADD_USE_EXISTING, nullptr) != 0;
}

}  // namespace

Result<UniqueStore> certificates_from_pem(const std::string& pem, const std::string& subject) {
    const auto malformed = [&](const char* why) { return own_error(ErrorKind::malformed, kOperation, subject, why); };
    UniqueStore store{CertOpenStore(CERT_STORE_PROV_MEMORY, 0, 0, CERT_STORE_CREATE_NEW_FLAG, nullptr)};
    if (!store) {
        const DWORD code = GetLastError();
        return os_error(kOperation, subject, code);
    }
    const std::string_view text = pem;
    std::size_t count = 0;
    for (std::size_t begin = text.find(kBegin); begin != std::string_view::npos; begin = text.find(kBegin, begin)) {
        begin += kBegin.size();
        const std::size_t end = text.find(kEnd, begin);
        if (end == std::string_view::npos) return malformed("the last certificate in it has no end");
        if (++count > kMostCertificates) return malformed("there are more than 1,000 certificates in it");
        if (!add(store.get(), text.substr(begin, end - begin))) return malformed("one of the certificates in it is damaged");
    }
    if (count == 0) return malformed("there is no certificate in PEM form in it (-----BEGIN CERTIFICATE-----)");
    return store;
}

Result<UniqueStore> certificates_from_file(const std::string& path) {
    const auto content = NtfsFiles{}.read(path, kLargestFile);
    if (!content) {
        Error error = content.error();
        error.operation = kOperation;
        return error;
    }
    return certificates_from_pem(*content, path);
}

}  // namespace sstp
