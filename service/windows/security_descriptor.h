#pragma once

#include "core/model/result.h"
#include "service/windows/unique_handle.h"

#include <string>

namespace sstp {

/// A descriptor made from SDDL.
class SecurityDescriptor {
public:
    static Result<SecurityDescriptor> from_text(const wchar_t* sddl);

    [[nodiscard]] PSECURITY_DESCRIPTOR get() const noexcept { return memory_.get(); }

    [[nodiscard]] PSID owner() const noexcept;
    [[nodiscard]] PACL access_list() const noexcept;

private:
    UniqueLocal<void> memory_;
};

/// Whether nobody but an administrator can have made, or can change, what this account owns: SYSTEM, Administrators,
/// TrustedInstaller. `or_myself`: or the account of this process.
bool is_trusted_owner(PSID owner, bool or_myself) noexcept;

/// `S-1-5-32-544 (BUILTIN\Administrators)`: the name when it can be had.
std::string account_text(PSID account);

/// Who owns what is behind a file handle, and whether its access list is protected and equals `expected`.
struct Protection {
    bool trusted_owner = false;
    std::string owner;  ///< for messages
    bool as_expected = false;
};

Result<Protection> protection_of(HANDLE file, PACL expected, const std::string& subject);

}  // namespace sstp
