#include "service/host/heal_lock.h"

#include "service/windows/windows_headers.h"

#include <aclapi.h>
#include <sddl.h>

namespace sstp {

namespace {

constexpr wchar_t kName[] = L"Global\\SstpWatchdog-heal";
/// SYSTEM and Administrators own it and may wait for it; nobody else may even open it.
constexpr wchar_t kDescriptor[] = L"O:BAG:SYD:P(A;;GA;;;SY)(A;;GA;;;BA)";

bool is_trusted(PSID owner) {
    if (owner == nullptr) return false;
    if (IsWellKnownSid(owner, WinLocalSystemSid) || IsWellKnownSid(owner, WinBuiltinAdministratorsSid)) return true;
    // Without elevation checks on (or under a test account) objects belong to the account itself.
    UniqueKernelHandle token;
    if (!OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, token.receive())) return false;
    alignas(TOKEN_USER) unsigned char buffer[sizeof(TOKEN_USER) + SECURITY_MAX_SID_SIZE];
    DWORD size = 0;
    if (!GetTokenInformation(token.get(), TokenUser, buffer, sizeof buffer, &size)) return false;
    return EqualSid(owner, reinterpret_cast<TOKEN_USER*>(buffer)->User.Sid) != FALSE;
}

bool owner_is_trusted(HANDLE mutex) {
    PSID owner = nullptr;
    UniqueLocal<void> descriptor;
    const DWORD failed =
        GetSecurityInfo(mutex, SE_KERNEL_OBJECT, OWNER_SECURITY_INFORMATION, &owner, nullptr, nullptr, nullptr, descriptor.receive());
    return failed == ERROR_SUCCESS && is_trusted(owner);
}

}  // namespace

HealLock::HealLock() {
    UniqueLocal<void> descriptor;
    SECURITY_ATTRIBUTES attributes{sizeof attributes, nullptr, FALSE};
    if (ConvertStringSecurityDescriptorToSecurityDescriptorW(kDescriptor, SDDL_REVISION_1, descriptor.receive(), nullptr)) {
        attributes.lpSecurityDescriptor = descriptor.get();
    }
    mutex_.reset(CreateMutexW(&attributes, FALSE, kName));
    const DWORD error = GetLastError();
    squatted_ = !mutex_ || (error == ERROR_ALREADY_EXISTS && !owner_is_trusted(mutex_.get()));
}

HealLock::Answer HealLock::acquire(const StopSignal& stop, Duration how_long) {
    if (held_ || squatted_) return Answer::held;
    const HANDLE either[] = {mutex_.get(), stop.event()};
    switch (WaitForMultipleObjects(2, either, FALSE, wait_milliseconds(how_long))) {
        case WAIT_OBJECT_0:
        case WAIT_ABANDONED_0:   // its owner died in the middle: what it left is what recovery is for
            held_ = true;
            return Answer::held;
        case WAIT_OBJECT_0 + 1: return Answer::stopped;
        default: return Answer::busy;
    }
}

void HealLock::release() noexcept {
    if (!held_) return;
    ReleaseMutex(mutex_.get());
    held_ = false;
}

}  // namespace sstp
