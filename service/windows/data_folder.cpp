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

Result<void> apply(HANDLE folder, const SecurityDescriptor& descriptor, const std::string& subject) {
    const DWORD code = SetSecurityInfo(folder, SE_FILE_OBJECT,
                                       OWNER_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION | PROTECTED_DACL_SECURITY_INFORMATION,
                                       descriptor.owner(), nullptr, descriptor.access_list(), nullptr);
    if (code != ERROR_SUCCESS) return os_error("protect the data folder", subject, code);
    return {};
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

/// Everything below a folder that was open to others until now: owners are checked, links refused, access lists of its own
/// replaced by what the folder hands down.
class Adoption {
public:
    Result<void> adopt(const std::wstring& folder, int depth) {
        return for_each_entry(folder, to_utf8_lossy(folder), [&](const WIN32_FIND_DATAW& entry) -> Result<void> {
            const std::wstring path = folder + L'\\' + entry.cFileName;
            if (++entries_ > kMostEntries || depth > kDeepest) {
                return own_error(ErrorKind::malformed, kPrepare, to_utf8_lossy(path), "this is more than a data folder of ours ever holds");
            }
            auto adopted = adopt_entry(path);
            if (adopted && (entry.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY) != 0) adopted = adopt(path, depth + 1);
            return adopted;
        });
    }

private:
    static Result<void> adopt_entry(const std::wstring& path) {
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
        ACL nothing_of_its_own{};
        InitializeAcl(&nothing_of_its_own, sizeof nothing_of_its_own, ACL_REVISION);
        const DWORD code = SetSecurityInfo(handle.get(), SE_FILE_OBJECT, DACL_SECURITY_INFORMATION | UNPROTECTED_DACL_SECURITY_INFORMATION,
                                           nullptr, nullptr, &nothing_of_its_own, nullptr);
        if (code != ERROR_SUCCESS) return os_error("protect", subject, code);
        return {};
    }

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
    auto applied = apply(folder.get(), descriptor, subject);
    if (!applied || found->as_expected) return applied;
    return Adoption{}.adopt(path, 1);
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
