#include "control/requests.h"
#include "store/state_folder.h"

namespace sstp::rras_host {

namespace {

/// Writes `text` over the beginning of a file, which is made if it is not there. Win32 code.
Json write_file(const Json& request) {
    const HANDLE file = CreateFileW(to_wide(request.at("path").get<std::string>()).c_str(), GENERIC_WRITE, 0, nullptr, OPEN_ALWAYS,
                                    FILE_ATTRIBUTE_NORMAL, nullptr);
    if (file == INVALID_HANDLE_VALUE) return GetLastError();
    const std::string text = request.at("text").get<std::string>();
    DWORD written = 0;
    const DWORD answer = WriteFile(file, text.data(), static_cast<DWORD>(text.size()), &written, nullptr) ? NO_ERROR : GetLastError();
    CloseHandle(file);
    return answer;
}

}  // namespace

void add_file_requests(Requests& requests) { requests["file.write"] = write_file; }

}  // namespace sstp::rras_host
