#include "service/windows/file_handle.h"

#include "service/windows/os_error.h"

namespace sstp {
namespace {

std::optional<Error> refuse(HANDLE handle, bool want_folder, const char* operation, const std::string& subject) {
    BY_HANDLE_FILE_INFORMATION information{};
    if (!GetFileInformationByHandle(handle, &information)) {
        const DWORD code = GetLastError();
        return os_error(operation, subject, code);
    }
    if ((information.dwFileAttributes & FILE_ATTRIBUTE_REPARSE_POINT) != 0) {
        return own_error(ErrorKind::access_denied, operation, subject, "it is a link, and links are not followed");
    }
    const bool is_folder = (information.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY) != 0;
    if (is_folder == want_folder) return std::nullopt;
    return own_error(ErrorKind::malformed, operation, subject, is_folder ? "it is a folder" : "it is no folder");
}

}  // namespace

std::optional<Error> refuse_link_or_folder(HANDLE file, const char* operation, const std::string& subject) {
    return refuse(file, false, operation, subject);
}

std::optional<Error> refuse_link_or_file(HANDLE folder, const char* operation, const std::string& subject) {
    return refuse(folder, true, operation, subject);
}

}  // namespace sstp
