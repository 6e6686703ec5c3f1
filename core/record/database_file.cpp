#include "core/record/database_file.h"

#include <sys/stat.h>

#include <cerrno>
#include <cstdio>
#include <system_error>

#ifdef _WIN32
#include <boost/nowide/convert.hpp>
#endif

namespace sstp {

namespace {

// Functions of C. On Windows their usual names take the code page of the system, in which not every path can be written.
#ifdef _WIN32
using Status = struct _stat64;

int look_at(const std::string& path, Status& status) { return _wstat64(boost::nowide::widen(path).c_str(), &status); }
int move(const std::string& from, const std::string& to) {
    return _wrename(boost::nowide::widen(from).c_str(), boost::nowide::widen(to).c_str());
}
int remove(const std::string& path) { return _wremove(boost::nowide::widen(path).c_str()); }
std::FILE* open_to_read(const std::string& path) { return _wfopen(boost::nowide::widen(path).c_str(), L"rb"); }
#else
using Status = struct stat;

int look_at(const std::string& path, Status& status) { return stat(path.c_str(), &status); }
int move(const std::string& from, const std::string& to) { return std::rename(from.c_str(), to.c_str()); }
int remove(const std::string& path) { return std::remove(path.c_str()); }
std::FILE* open_to_read(const std::string& path) { return std::fopen(path.c_str(), "rb"); }
#endif

}  // namespace

std::optional<std::int64_t> size_of_file(const std::string& path) {
    Status status{};
    if (look_at(path, status) != 0 || (status.st_mode & S_IFMT) != S_IFREG) return std::nullopt;
    return static_cast<std::int64_t>(status.st_size);
}

// Asked by opening it: _wstat64 of msvcrt answers ENOENT for a file that it may not look at.
bool is_there(const std::string& path) {
    errno = 0;
    if (std::FILE* file = open_to_read(path)) {
        (void)std::fclose(file);
        return true;
    }
    return errno != ENOENT && errno != ENOTDIR;
}

Result<void> set_file_aside(const std::string& path, const std::string& aside) {
    if (move(path, aside) == 0) return {};
    const int code = errno;
    return Error{ErrorKind::busy, "set aside", "state.db", static_cast<std::uint32_t>(code), std::generic_category().message(code)};
}

void remove_file(const std::string& path) noexcept { (void)remove(path); }

}  // namespace sstp
