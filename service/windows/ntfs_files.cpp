#include "service/windows/ntfs_files.h"

#include "service/windows/file_handle.h"
#include "service/windows/os_error.h"
#include "service/windows/text.h"
#include "service/windows/unique_handle.h"

#include <algorithm>
#include <random>

namespace sstp {
namespace {

constexpr const char* kRead = "read the file";
constexpr const char* kReplace = "replace the file";

/// Virus scanners and backups open a file for moments (facts: SQLite's os_win.c retries for the same reason).
/// The waits add up to about 2 s at the most.
constexpr int kAttempts = 12;

bool is_held(DWORD code) noexcept { return code == ERROR_SHARING_VIOLATION || code == ERROR_LOCK_VIOLATION; }

/// Renaming over a file that somebody holds answers "access denied" too.
bool is_held_or_denied(DWORD code) noexcept { return is_held(code) || code == ERROR_ACCESS_DENIED; }

/// Longer from attempt to attempt, and never in step with a scanner that retries too.
void wait_before_retry(int attempt) {
    thread_local std::minstd_rand random{std::random_device{}()};
    const int longest = std::min(20 << std::min(attempt, 4), 250);
    Sleep(static_cast<DWORD>(std::uniform_int_distribution<int>{longest / 2, longest}(random)));
}

/// Runs `act` (ERROR_SUCCESS or a code) until it succeeds, fails for another reason than a passing one, or attempts run out.
template <class Act>
DWORD with_retries(bool (*passes)(DWORD) noexcept, Act act) {
    DWORD code = act();
    for (int attempt = 1; attempt < kAttempts && passes(code); ++attempt) {
        wait_before_retry(attempt);
        code = act();
    }
    return code;
}

std::wstring temporary_name(const std::wstring& path) {
    std::random_device device;
    wchar_t hex[17]{};
    const std::uint64_t number = static_cast<std::uint64_t>(device()) << 32 | device();
    for (int i = 0; i < 16; ++i) hex[i] = L"0123456789abcdef"[number >> (4 * i) & 0xF];
    return path + L'.' + hex + kTemporaryFileEnd;
}

DWORD write_new_file(const std::wstring& path, const std::string& content) {
    // CREATE_NEW: whatever is there already, a link above all, is not ours and is not written to.
    const UniqueKernelHandle file{CreateFileW(path.c_str(), GENERIC_WRITE, 0, nullptr, CREATE_NEW, FILE_ATTRIBUTE_NORMAL, nullptr)};
    if (!file) return GetLastError();
    std::size_t done = 0;
    while (done < content.size()) {
        const auto part = static_cast<DWORD>(std::min<std::size_t>(content.size() - done, 1 << 20));
        DWORD written = 0;
        if (!WriteFile(file.get(), content.data() + done, part, &written, nullptr)) return GetLastError();
        if (written == 0) return ERROR_WRITE_FAULT;
        done += written;
    }
    // Before the rename: else a power loss leaves the new name on a file of zeros (facts: small files on NTFS).
    return FlushFileBuffers(file.get()) ? DWORD{ERROR_SUCCESS} : GetLastError();
}

/// A link, or a folder, where the file should be.
std::optional<Error> refuse_target(const std::wstring& path, const std::string& subject) {
    const DWORD attributes = GetFileAttributesW(path.c_str());
    if (attributes == INVALID_FILE_ATTRIBUTES) return std::nullopt;
    if ((attributes & FILE_ATTRIBUTE_REPARSE_POINT) != 0) {
        return own_error(ErrorKind::access_denied, kReplace, subject, "it is a link, and links are not followed");
    }
    if ((attributes & FILE_ATTRIBUTE_DIRECTORY) != 0) return own_error(ErrorKind::malformed, kReplace, subject, "it is a folder");
    return std::nullopt;
}

}  // namespace

Result<std::string> NtfsFiles::read(const std::string& path, std::size_t most) {
    const auto wide = to_wide(path);
    if (!wide || wide->empty()) return own_error(ErrorKind::malformed, kRead, path, "that is no path");
    UniqueKernelHandle file;
    const DWORD opened = with_retries(is_held, [&]() -> DWORD {
        // Sharing everything: an editor may replace the file under our hands, and the next look reads that one.
        file = UniqueKernelHandle{CreateFileW(wide->c_str(), GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, nullptr,
                                              OPEN_EXISTING, FILE_FLAG_OPEN_REPARSE_POINT | FILE_FLAG_BACKUP_SEMANTICS, nullptr)};
        return file ? DWORD{ERROR_SUCCESS} : GetLastError();
    });
    if (opened != ERROR_SUCCESS) return os_error(kRead, path, opened);
    if (const auto refused = refuse_link_or_folder(file.get(), kRead, path)) return *refused;

    // One byte more than allowed tells a file that is too large, even one that grows while it is read.
    std::string content;
    std::string part(std::min<std::size_t>(most + 1, 64 * 1024), '\0');
    for (;;) {
        const std::size_t wanted = std::min(part.size(), most + 1 - content.size());
        DWORD got = 0;
        if (!ReadFile(file.get(), part.data(), static_cast<DWORD>(wanted), &got, nullptr)) {
            const DWORD code = GetLastError();
            return os_error(kRead, path, code);
        }
        content.append(part, 0, got);
        if (content.size() > most) {
            return own_error(ErrorKind::malformed, kRead, path, "it is larger than " + std::to_string(most) + " bytes");
        }
        if (got == 0) return content;
    }
}

Result<void> NtfsFiles::replace(const std::string& path, const std::string& content) {
    const auto wide = to_wide(path);
    if (!wide || wide->empty()) return own_error(ErrorKind::malformed, kReplace, path, "that is no path");
    if (const auto refused = refuse_target(*wide, path)) return *refused;

    const std::wstring temporary = temporary_name(*wide);
    DWORD code = write_new_file(temporary, content);
    if (code == ERROR_SUCCESS) {
        code = with_retries(is_held_or_denied, [&]() -> DWORD {
            const bool moved = MoveFileExW(temporary.c_str(), wide->c_str(), MOVEFILE_REPLACE_EXISTING | MOVEFILE_WRITE_THROUGH) != 0;
            return moved ? DWORD{ERROR_SUCCESS} : GetLastError();
        });
    }
    if (code == ERROR_SUCCESS) return {};
    DeleteFileW(temporary.c_str());
    return os_error(kReplace, path, code);
}

}  // namespace sstp
