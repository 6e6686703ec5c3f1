#include "service/windows/security_descriptor.h"

#include "service/windows/os_error.h"
#include "service/windows/text.h"

#include <aclapi.h>
#include <fmt/format.h>
#include <sddl.h>

#include <array>
#include <cstddef>
#include <cstring>
#include <vector>

namespace sstp {
namespace {

// SYSTEM, Administrators, TrustedInstaller (NT SERVICE\TrustedInstaller has a fixed SID).
constexpr std::array<const wchar_t*, 3> kTrusted = {L"S-1-5-18", L"S-1-5-32-544",
                                                    L"S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464"};

bool is_account(PSID account, const wchar_t* text) noexcept {
    UniqueLocal<void> known;
    return ConvertStringSidToSidW(text, known.receive()) && EqualSid(account, known.get());
}

bool is_my_account(PSID account) noexcept {
    UniqueKernelHandle token;
    if (!OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, token.receive())) return false;
    alignas(TOKEN_USER) std::array<std::byte, sizeof(TOKEN_USER) + SECURITY_MAX_SID_SIZE> buffer{};
    DWORD needed = 0;
    if (!GetTokenInformation(token.get(), TokenUser, buffer.data(), static_cast<DWORD>(buffer.size()), &needed)) return false;
    return EqualSid(account, reinterpret_cast<const TOKEN_USER*>(buffer.data())->User.Sid) != 0;
}

/// Entry by entry: the bytes behind the last entry are padding that Windows may choose.
bool same_entries(PACL one, PACL other) noexcept {
    if (one == nullptr || other == nullptr || one->AceCount != other->AceCount) return false;
    for (DWORD i = 0; i < one->AceCount; ++i) {
        void* mine = nullptr;
        void* theirs = nullptr;
        if (!GetAce(one, i, &mine) || !GetAce(other, i, &theirs)) return false;
        const WORD size = static_cast<const ACE_HEADER*>(mine)->AceSize;
        if (size != static_cast<const ACE_HEADER*>(theirs)->AceSize || std::memcmp(mine, theirs, size) != 0) return false;
    }
    return true;
}

}  // namespace

Result<SecurityDescriptor> SecurityDescriptor::from_text(const wchar_t* sddl) {
    SecurityDescriptor descriptor;
    if (!ConvertStringSecurityDescriptorToSecurityDescriptorW(sddl, SDDL_REVISION_1, descriptor.memory_.receive(), nullptr)) {
        const DWORD code = GetLastError();
        return os_error("build the security descriptor", to_utf8_lossy(sddl), code);
    }
    return descriptor;
}

PSID SecurityDescriptor::owner() const noexcept {
    PSID owner = nullptr;
    BOOL defaulted = FALSE;
    return GetSecurityDescriptorOwner(memory_.get(), &owner, &defaulted) ? owner : nullptr;
}

PACL SecurityDescriptor::access_list() const noexcept {
    PACL list = nullptr;
    BOOL present = FALSE;
    BOOL defaulted = FALSE;
    return GetSecurityDescriptorDacl(memory_.get(), &present, &list, &defaulted) && present ? list : nullptr;
}

bool is_trusted_owner(PSID owner, bool or_myself) noexcept {
    if (owner == nullptr) return false;
    for (const wchar_t* text : kTrusted) {
        if (is_account(owner, text)) return true;
    }
    return or_myself && is_my_account(owner);
}

std::string account_text(PSID account) {
    if (account == nullptr) return "nobody";
    UniqueLocal<wchar_t> text;
    if (!ConvertSidToStringSidW(account, text.receive())) return "an unreadable account";
    std::array<wchar_t, 256> name{};
    std::array<wchar_t, 256> domain{};
    auto name_size = static_cast<DWORD>(name.size());
    auto domain_size = static_cast<DWORD>(domain.size());
    SID_NAME_USE use{};
    if (!LookupAccountSidW(nullptr, account, name.data(), &name_size, domain.data(), &domain_size, &use)) return to_utf8_lossy(text.get());
    return fmt::format("{} ({}\\{})", to_utf8_lossy(text.get()), to_utf8_lossy(domain.data()), to_utf8_lossy(name.data()));
}

Result<Protection> protection_of(HANDLE file, PACL expected, const std::string& subject) {
    PSID owner = nullptr;
    PACL list = nullptr;
    UniqueLocal<void> descriptor;
    const DWORD code = GetSecurityInfo(file, SE_FILE_OBJECT, OWNER_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION, &owner, nullptr, &list,
                                       nullptr, descriptor.receive());
    if (code != ERROR_SUCCESS) return os_error("read the owner of", subject, code);
    SECURITY_DESCRIPTOR_CONTROL control = 0;
    DWORD revision = 0;
    const bool is_protected =
        GetSecurityDescriptorControl(descriptor.get(), &control, &revision) != 0 && (control & SE_DACL_PROTECTED) != 0;
    return Protection{is_trusted_owner(owner, true), account_text(owner), is_protected && same_entries(list, expected)};
}

}  // namespace sstp
