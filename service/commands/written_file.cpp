#include "service/commands/written_file.h"

#include "service/commands/console.h"
#include "service/windows/os_error.h"
#include "service/windows/text.h"
#include "service/windows/unique_handle.h"

#include <algorithm>

namespace sstp {

namespace {

constexpr const char* kWrite = "write the file";

}  // namespace

Result<void> write_file(const std::string& path, const std::string& content) {
    const auto wide = to_wide(path);
    if (!wide || wide->empty()) return own_error(ErrorKind::malformed, kWrite, path, "that is no path");
    const UniqueKernelHandle file{CreateFileW(wide->c_str(), GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE, nullptr, CREATE_ALWAYS,
                                              FILE_ATTRIBUTE_NORMAL, nullptr)};
    if (!file) {
        const DWORD code = GetLastError();
        return os_error(kWrite, path, code);
    }
    constexpr std::size_t kMostAtOnce = 1U << 20U;
    for (std::size_t done = 0; done < content.size();) {
        DWORD written = 0;
        if (!WriteFile(file.get(), content.data() + done, static_cast<DWORD>(std::min(content.size() - done, kMostAtOnce)), &written,
                       nullptr)) {
            const DWORD code = GetLastError();
            return os_error(kWrite, path, code);
        }
        if (written == 0) return os_error(kWrite, path, ERROR_WRITE_FAULT);
        done += written;
    }
    return {};
}

int complain_of_unwritten(const Error& error) { return complain(error.message() + ". Is the folder there, and may you write to it?", 1); }

std::string whole_path(const std::string& path) {
    const std::wstring wide = to_wide_lossy(path);
    std::wstring whole(32'768, L'\0');   // the longest that Windows knows
    const DWORD length = GetFullPathNameW(wide.c_str(), static_cast<DWORD>(whole.size()), whole.data(), nullptr);
    if (length == 0 || length >= whole.size()) return path;
    whole.resize(length);
    return to_utf8_lossy(whole);
}

}  // namespace sstp
