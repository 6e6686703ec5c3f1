#include "service/windows/certificate_key.h"

#include "service/windows/os_error.h"
#include "service/windows/portable/key_opening.h"
#include "service/windows/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <vector>

namespace sstp {
namespace {

// key_opening.h spells them without Windows' headers.
static_assert(static_cast<std::uint32_t>(NTE_NO_KEY) == 0x8009000D && static_cast<std::uint32_t>(NTE_BAD_PUBLIC_KEY) == 0x80090015 &&
              static_cast<std::uint32_t>(NTE_BAD_KEYSET) == 0x80090016 && static_cast<std::uint32_t>(NTE_KEYSET_NOT_DEF) == 0x80090019 &&
              static_cast<std::uint32_t>(NTE_SILENT_CONTEXT) == 0x80090022 &&
              static_cast<std::uint32_t>(CRYPT_E_NO_KEY_PROPERTY) == 0x8009200B);

// The same bit in both worlds: CRYPT_KEY_PROV_INFO::dwFlags of a CSP key (provider type 1 and up) and of a KSP key (type 0).
static_assert(CRYPT_MACHINE_KEYSET == NCRYPT_MACHINE_KEY_FLAG);

/// What certificates' links to keys say; longer than any container's path.
constexpr DWORD kLargestLink = 64 * 1024;

/// ERROR_SUCCESS when key and certificate have one public key. COMPARE_KEY is documented for classic providers only, so look
/// ourselves as well. A container without a key is an answer; a provider that does not show its public key is believed.
DWORD compare(PCCERT_CONTEXT context, HCRYPTPROV_OR_NCRYPT_KEY_HANDLE key, DWORD spec) {
    DWORD size = 0;
    if (!CryptExportPublicKeyInfo(key, spec, X509_ASN_ENCODING, nullptr, &size)) {
        const DWORD code = GetLastError();
        return code == static_cast<DWORD>(NTE_NO_KEY) ? code : DWORD{ERROR_SUCCESS};
    }
    std::vector<std::max_align_t> buffer(size / sizeof(std::max_align_t) + 1);
    auto* exported = reinterpret_cast<CERT_PUBLIC_KEY_INFO*>(buffer.data());
    if (!CryptExportPublicKeyInfo(key, spec, X509_ASN_ENCODING, exported, &size)) return ERROR_SUCCESS;
    const bool same = CertComparePublicKeyInfo(X509_ASN_ENCODING, exported, &context->pCertInfo->SubjectPublicKeyInfo) != 0;
    return same ? DWORD{ERROR_SUCCESS} : static_cast<DWORD>(NTE_BAD_PUBLIC_KEY);
}

/// The key storage provider's own word on whose key it is: some vendors' providers leave the link's flag out.
bool provider_says_machine(NCRYPT_HANDLE key) noexcept {
    DWORD type = 0;
    DWORD size = 0;
    return NCryptGetProperty(key, NCRYPT_KEY_TYPE_PROPERTY, reinterpret_cast<BYTE*>(&type), sizeof type, &size, 0) == ERROR_SUCCESS &&
           (type & NCRYPT_MACHINE_KEY_FLAG) != 0;
}

std::string why_not_opened(const KeyLink& link, DWORD code) {
    const std::string where = fmt::format("container {} of {}", to_utf8_lossy(link.container), to_utf8_lossy(link.provider));
    switch (static_cast<HRESULT>(code)) {
        case NTE_BAD_PUBLIC_KEY: return fmt::format("the key in {} does not belong to the certificate", where);
        case NTE_BAD_KEYSET:
        case NTE_KEYSET_NOT_DEF:
        case NTE_NO_KEY:
        case CRYPT_E_NO_KEY_PROPERTY: return fmt::format("{} is missing, or nobody may open it ({:#010x})", where, code);
        case NTE_SILENT_CONTEXT: return fmt::format("the key in {} asks for a PIN or a confirmation that nobody can give", where);
        default:
            return fmt::format(
                "the key in {} could not be asked for: {} ({:#010x}); its provider, or what stands behind it, does not answer", where,
                system_text(code), code);
    }
}

/// The CSP itself can be had, whatever it says of the container. Some systems answer CRYPT_E_NO_KEY_PROPERTY for both; of a key storage
/// provider nobody there can tell.
bool provider_answers(const KeyLink& link) {
    HCRYPTPROV opened = 0;
    const wchar_t* name = link.provider.empty() ? nullptr : link.provider.c_str();
    if (link.type == 0 || !CryptAcquireContextW(&opened, nullptr, name, link.type, CRYPT_VERIFYCONTEXT | CRYPT_SILENT)) return false;
    CryptReleaseContext(opened, 0);
    return true;
}

/// Key sets are Microsoft's: what another vendor's provider leaves unsaid of them means nothing.
bool knows_key_sets(const KeyLink& link) { return link.provider.empty() || link.provider.starts_with(L"Microsoft "); }

}  // namespace

std::optional<KeyLink> key_link(PCCERT_CONTEXT context, DWORD& code) {
    DWORD size = 0;
    code = ERROR_SUCCESS;
    if (!CertGetCertificateContextProperty(context, CERT_KEY_PROV_INFO_PROP_ID, nullptr, &size)) {
        const DWORD error = GetLastError();
        if (error != static_cast<DWORD>(CRYPT_E_NOT_FOUND)) code = error;
        return std::nullopt;
    }
    std::vector<std::max_align_t> buffer(std::min(size, kLargestLink) / sizeof(std::max_align_t) + 1);
    auto* info = reinterpret_cast<CRYPT_KEY_PROV_INFO*>(buffer.data());
    size = static_cast<DWORD>(buffer.size() * sizeof(std::max_align_t));
    if (!CertGetCertificateContextProperty(context, CERT_KEY_PROV_INFO_PROP_ID, info, &size)) {
        code = GetLastError();
        return std::nullopt;
    }
    KeyLink link;
    if (info->pwszContainerName != nullptr) link.container = info->pwszContainerName;
    if (info->pwszProvName != nullptr) link.provider = info->pwszProvName;
    link.type = info->dwProvType;
    link.of_machine = (info->dwFlags & CRYPT_MACHINE_KEYSET) != 0;
    return link;
}

KeyVerdict judge_key(PCCERT_CONTEXT context) {
    DWORD code = ERROR_SUCCESS;
    const auto link = key_link(context, code);
    if (!link && code == ERROR_SUCCESS) return {KeyState::absent, {}};
    if (!link) return {KeyState::unknown, fmt::format("the link to the key cannot be read: {} ({:#010x})", system_text(code), code)};

    HCRYPTPROV_OR_NCRYPT_KEY_HANDLE handle = 0;
    DWORD spec = 0;
    BOOL is_mine_to_free = FALSE;
    // NO_HEALING: a look must not repair a link. SILENT: there is nobody at the screen. COMPARE_KEY: a restored or re-issued
    // certificate may point at a key that is another's.
    constexpr DWORD kFlags =
        CRYPT_ACQUIRE_ALLOW_NCRYPT_KEY_FLAG | CRYPT_ACQUIRE_COMPARE_KEY_FLAG | CRYPT_ACQUIRE_SILENT_FLAG | CRYPT_ACQUIRE_NO_HEALING;
    if (!CryptAcquireCertificatePrivateKey(context, kFlags, nullptr, &handle, &spec, &is_mine_to_free)) {
        code = GetLastError();
        const bool nobody_there = code == static_cast<DWORD>(CRYPT_E_NO_KEY_PROPERTY) && !provider_answers(*link);
        if (nobody_there)
            return {KeyState::unknown, fmt::format("the provider {} of its key does not answer", to_utf8_lossy(link->provider))};
        return {key_state_after(code), why_not_opened(*link, code)};
    }
    const bool is_ksp = spec == CERT_NCRYPT_KEY_SPEC;
    const UniqueKspKey ksp{is_ksp && is_mine_to_free ? handle : 0};
    const UniqueCspKey csp{!is_ksp && is_mine_to_free ? handle : 0};
    code = compare(context, handle, spec);
    if (code != ERROR_SUCCESS) return {key_state_after(code), why_not_opened(*link, code)};
    if (link->of_machine || (is_ksp && provider_says_machine(handle))) return {KeyState::usable, {}};
    if (!knows_key_sets(*link)) {
        return {KeyState::unknown, fmt::format("{} does not say whether the key is the machine's", to_utf8_lossy(link->provider))};
    }
    return {KeyState::unusable,
            "the key lies in a user's key set, where no service finds it: import the certificate again for the "
            "computer (certutil -importpfx, or the Certificates console of the computer account)"};
}

}  // namespace sstp
