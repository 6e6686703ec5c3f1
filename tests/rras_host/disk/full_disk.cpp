/// `rras_full_disk.so`, put before a Wine process by LD_PRELOAD: the disk of one folder, which is full while a test says so.
///
/// RRAS_DISK names the folder as this machine does. While a file of that name with `.full` behind it exists, no file in the folder grows:
/// what would make it longer gets ENOSPC, which Wine makes ERROR_DISK_FULL (112), and nothing of it is written. Bytes that a file has
/// already can be written over, as on a full NTFS volume.

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string>

#include <dlfcn.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

namespace {

/// The function of the C library that ours stands before.
template <class Function>
Function next(const char* name) {
    return reinterpret_cast<Function>(dlsym(RTLD_NEXT, name));
}

bool lies_on_a_full_disk(int file) {
    const char* folder = std::getenv("RRAS_DISK");
    if (!folder || access((std::string(folder) + ".full").c_str(), F_OK) != 0) return false;
    char path[4096];
    const ssize_t length = readlink(("/proc/self/fd/" + std::to_string(file)).c_str(), path, sizeof path);
    const std::string prefix = std::string(folder) + "/";
    return length > 0 && std::string(path, static_cast<std::size_t>(length)).starts_with(prefix);
}

/// Whether a file whose end would be there has no room. `errno` says so then, and is as before otherwise.
bool has_no_room(int file, off64_t end) {
    const int before = errno;
    struct stat64 now{};
    const bool full = fstat64(file, &now) == 0 && S_ISREG(now.st_mode) && end > now.st_size && lies_on_a_full_disk(file);
    errno = full ? ENOSPC : before;
    return full;
}

off64_t position_of(int file) {
    const int before = errno;
    struct stat64 now{};
    const bool appends = (fcntl(file, F_GETFL) & O_APPEND) != 0 && fstat64(file, &now) == 0;
    const off64_t position = appends ? now.st_size : lseek64(file, 0, SEEK_CUR);
    errno = before;
    return position;
}

off64_t length_of(const iovec* parts, int count) {
    off64_t length = 0;
    for (int i = 0; i < count; ++i) length += static_cast<off64_t>(parts[i].iov_len);
    return length;
}

}  // namespace

extern "C" {

ssize_t write(int file, const void* bytes, size_t count) {
    if (has_no_room(file, position_of(file) + static_cast<off64_t>(count))) return -1;
    static const auto call = next<ssize_t (*)(int, const void*, size_t)>("write");
    return call(file, bytes, count);
}

ssize_t writev(int file, const iovec* parts, int count) {
    if (has_no_room(file, position_of(file) + length_of(parts, count))) return -1;
    static const auto call = next<ssize_t (*)(int, const iovec*, int)>("writev");
    return call(file, parts, count);
}

ssize_t pwrite(int file, const void* bytes, size_t count, off_t offset) {
    if (has_no_room(file, offset + static_cast<off64_t>(count))) return -1;
    static const auto call = next<ssize_t (*)(int, const void*, size_t, off_t)>("pwrite");
    return call(file, bytes, count, offset);
}

ssize_t pwrite64(int file, const void* bytes, size_t count, off64_t offset) {
    if (has_no_room(file, offset + static_cast<off64_t>(count))) return -1;
    static const auto call = next<ssize_t (*)(int, const void*, size_t, off64_t)>("pwrite64");
    return call(file, bytes, count, offset);
}

int ftruncate(int file, off_t length) noexcept {
    if (has_no_room(file, length)) return -1;
    static const auto call = next<int (*)(int, off_t)>("ftruncate");
    return call(file, length);
}

int ftruncate64(int file, off64_t length) noexcept {
    if (has_no_room(file, length)) return -1;
    static const auto call = next<int (*)(int, off64_t)>("ftruncate64");
    return call(file, length);
}

}  // extern "C"
