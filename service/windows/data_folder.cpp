#include "service/windows/data_folder.h"

#include "service/windows/file_handle.h"
#include "service/windows/ntfs_files.h"
#include "service/windows/os_error.h"
#include "service/windows/security_descriptor.h"
#include "service/windows/system_clock.h"
#include "service/windows/text.h"

#include <aclapi.h>
#include <fmt/format.h>
#include <shlobj.h>

#include <string_view>

namespace sstp {
namespace {

constexpr const char* kPrepare = "prepare the data folder";
// Logs, metrics, a database: some tens of files. More than this is somebody else's folder.
constexpr int kMostEntries = 10'000;
constexpr int kDeepest = 3;
constexpr DWORD kLookAndProtect = READ_CONTROL | WRITE_DAC | WRITE_OWNER | FILE_READ_ATTRIBUTES;

UniqueKernelHandle open_itself(const std::wstring& path, DWORD access) {
    return UniqueKernelHandle{CreateFileW(path.c_str(), access, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, nullptr,
                                          OPEN_EXISTING, FILE_FLAG_OPEN_REPARSE_POINT | FILE_FLAG_BACKUP_SEMANTICS, nullptr)};
}

Error foreign_owner(const std::string& path, const std::string& owner) {
    return own_error(ErrorKind::access_denied, kPrepare, path,
                     fmt::format("it belongs to {}, who may have prepared it to mislead a service of SYSTEM; delete it, or make "
                                 "Administrators its owner after looking at what is in it",
                                 owner));
}

/// Sets the folder's own descriptor and nobody else's: SetSecurityInfo would hand the new entries down to every child at once, also to
/// what a planted hard link names (Microsoft, SetKernelObjectSecurity, "does not propagate").
Result<void> apply(HANDLE folder, const SecurityDescriptor& descriptor, const std::string& subject) {
    constexpr SECURITY_INFORMATION kWhat = OWNER_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION | PROTECTED_DACL_SECURITY_INFORMATION;
    if (SetKernelObjectSecurity(folder, kWhat, descriptor.get())) return {};
    const DWORD code = GetLastError();
    return os_error("protect the data folder", subject, code);
}

/// Calls `visit` for each entry until it answers with an error.
template <class Visit>
Result<void> for_each_entry(const std::wstring& folder, const std::string& subject, Visit visit) {
    WIN32_FIND_DATAW entry{};
    const UniqueFind find{FindFirstFileW((folder + L"\\*").c_str(), &entry)};
    if (!find) {
        const DWORD code = GetLastError();
        if (code == ERROR_FILE_NOT_FOUND) return {};
        return os_error("list the data folder", subject, code);
    }
    for (;;) {
        const std::wstring_view name = entry.cFileName;
        if (name != L"." && name != L"..") {
            const Result<void> visited = visit(entry);
            if (!visited) return visited;
        }
        if (FindNextFileW(find.get(), &entry)) continue;
        const DWORD code = GetLastError();
        if (code == ERROR_NO_MORE_FILES) return {};
        return os_error("list the data folder", subject, code);
    }
}

/// Everything below a folder that was open to others until now. Walked twice: first owners and links are looked at and nothing is
/// changed, then each entry loses the access of its own and gets what the folder hands down.
class Adoption {
public:
    enum class Pass : std::uint8_t { look, protect };

    static Result<void> walk(const std::wstring& folder, Pass pass) { return Adoption{pass}.each_below(folder, 1); }

private:
    explicit Adoption(Pass pass) : pass_(pass) {}

    Result<void> each_below(const std::wstring& folder, int depth) {
        return for_each_entry(folder, to_utf8_lossy(folder), [&](const WIN32_FIND_DATAW& entry) -> Result<void> {
            const std::wstring path = folder + L'\\' + entry.cFileName;
            if (++entries_ > kMostEntries || depth > kDeepest) {
                return own_error(ErrorKind::malformed, kPrepare, to_utf8_lossy(path), "this is more than a data folder of ours ever holds");
            }
            auto done = entry_at(path);
            if (done && (entry.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY) != 0) done = each_below(path, depth + 1);
            return done;
        });
    }

    /// Both passes look, by the handle with which the second one protects: a link that was put there in between is refused too.
    Result<void> entry_at(const std::wstring& path) const {
        const std::string subject = to_utf8_lossy(path);
        const UniqueKernelHandle handle = open_itself(path, kLookAndProtect);
        if (!handle) {
            const DWORD code = GetLastError();
            return os_error("look at", subject, code);
        }
        BY_HANDLE_FILE_INFORMATION information{};
        if (!GetFileInformationByHandle(handle.get(), &information)) {
            const DWORD code = GetLastError();
            return os_error("look at", subject, code);
        }
        const bool is_folder = (information.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY) != 0;
        if ((information.dwFileAttributes & FILE_ATTRIBUTE_REPARSE_POINT) != 0 || (!is_folder && information.nNumberOfLinks > 1)) {
            return own_error(ErrorKind::access_denied, kPrepare, subject, "it is a link, and links are not followed; delete it");
        }
        const auto protection = protection_of(handle.get(), nullptr, subject);
        if (!protection) return protection.error();
        if (!protection->trusted_owner) return foreign_owner(subject, protection->owner);
        return pass_ == Pass::protect ? protect(handle.get(), subject) : Result<void>{};
    }

    /// Nothing of its own, and what the folder hands down. Of a folder this reaches its children, which are looked at already.
    static Result<void> protect(HANDLE entry, const std::string& subject) {
        ACL nothing_of_its_own{};
        InitializeAcl(&nothing_of_its_own, sizeof nothing_of_its_own, ACL_REVISION);
        const DWORD code = SetSecurityInfo(entry, SE_FILE_OBJECT, DACL_SECURITY_INFORMATION | UNPROTECTED_DACL_SECURITY_INFORMATION,
                                           nullptr, nullptr, &nothing_of_its_own, nullptr);
        if (code != ERROR_SUCCESS) return os_error("protect", subject, code);
        return {};
    }

    Pass pass_;
    int entries_ = 0;
};

/// What a process that died in Files::replace left behind. A younger file may be another process's replacement under way.
void delete_left_overs(const std::wstring& folder) {
    constexpr std::chrono::hours kOld{1};
    FILETIME now{};
    GetSystemTimeAsFileTime(&now);
    (void)for_each_entry(folder, {}, [&](const WIN32_FIND_DATAW& entry) -> Result<void> {
        const bool is_ours = std::wstring_view{entry.cFileName}.ends_with(kTemporaryFileEnd);
        const bool is_old = to_wall_time(now) - to_wall_time(entry.ftLastWriteTime) > kOld;
        if (is_ours && is_old) DeleteFileW((folder + L'\\' + entry.cFileName).c_str());
        return {};
    });
}

Result<void> take_over(const std::wstring& path, const SecurityDescriptor& descriptor, const std::string& subject) {
    const UniqueKernelHandle folder = open_itself(path, kLookAndProtect | FILE_LIST_DIRECTORY);
    if (!folder) {
        const DWORD code = GetLastError();
        return os_error("open the data folder", subject, code);
    }
    if (const auto refused = refuse_link_or_file(folder.get(), kPrepare, subject)) return *refused;
    const auto found = protection_of(folder.get(), descriptor.access_list(), subject);
    if (!found) return found.error();
    if (!found->trusted_owner) return foreign_owner(subject, found->owner);
    if (found->as_expected) return {};
    // Somebody else may have put something there. Looked at first: then the folder is closed to others, then each entry.
    auto done = Adoption::walk(path, Adoption::Pass::look);
    if (done) done = apply(folder.get(), descriptor, subject);
    if (done) done = Adoption::walk(path, Adoption::Pass::protect);
    return done;
}

}  // namespace

Result<std::string> default_data_folder() {
    wchar_t* program_data = nullptr;
    const HRESULT result = SHGetKnownFolderPath(FOLDERID_ProgramData, 0, nullptr, &program_data);
    const std::string folder = SUCCEEDED(result) ? to_utf8_lossy(program_data) : std::string{};
    CoTaskMemFree(program_data);
    if (FAILED(result)) return os_error("find the folder ProgramData", "", static_cast<std::uint32_t>(result));
    return folder + "\\SSTP Watchdog";
}

Result<void> prepare_data_folder(const std::string& path) {
    const auto wide = to_wide(path);
    if (!wide || wide->empty()) return own_error(ErrorKind::malformed, kPrepare, path, "that is no path");
    const auto descriptor = SecurityDescriptor::from_text(kDataFolderDescriptor);
    if (!descriptor) return descriptor.error();
    // Born with its descriptor: there is no moment at which others could put something there.
    SECURITY_ATTRIBUTES attributes{sizeof attributes, descriptor->get(), FALSE};
    if (CreateDirectoryW(wide->c_str(), &attributes)) return {};
    const DWORD code = GetLastError();
    if (code != ERROR_ALREADY_EXISTS) return os_error("create the data folder", path, code);
    const auto taken = take_over(*wide, *descriptor, path);
    if (taken) delete_left_overs(*wide);
    return taken;
}

}  // namespace sstp
