#include "tests/simulation/sqlite_shim.h"

#include "tests/simulation/volatile_disk.h"

#include <sqlite3.h>

#include <mutex>
#include <new>
#include <string>

namespace sstp::simulation {

namespace {

sqlite3_vfs* real = nullptr;

/// What SQLite sees of an open file: our methods, then the real VFS's own object right behind.
struct ShimFile {
    sqlite3_file base;
    VolatileDisk* disk;
    VolatileFile* state;   ///< owned by the disk; null for files that pass through
    std::string* path;

    sqlite3_file* inner() { return reinterpret_cast<sqlite3_file*>(this + 1); }
};

ShimFile* shim(sqlite3_file* file) { return reinterpret_cast<ShimFile*>(file); }

int close_file(sqlite3_file* file) {
    delete shim(file)->path;
    return shim(file)->inner()->pMethods ? shim(file)->inner()->pMethods->xClose(shim(file)->inner()) : SQLITE_OK;
}

int read_file(sqlite3_file* file, void* into, int size, sqlite3_int64 offset) {
    return shim(file)->inner()->pMethods->xRead(shim(file)->inner(), into, size, offset);
}

int write_file(sqlite3_file* file, const void* bytes, int size, sqlite3_int64 offset) {
    ShimFile& own = *shim(file);
    if (own.state != nullptr) {
        if (!own.disk->counts_operation()) return SQLITE_OK;
        if (own.disk->is_full()) return SQLITE_FULL;
        own.state->unsynced.push_back({offset, std::string(static_cast<const char*>(bytes), static_cast<std::size_t>(size))});
    }
    return own.inner()->pMethods->xWrite(own.inner(), bytes, size, offset);
}

int truncate_file(sqlite3_file* file, sqlite3_int64 size) {
    ShimFile& own = *shim(file);
    if (own.state != nullptr) {
        if (!own.disk->counts_operation()) return SQLITE_OK;
        own.state->unsynced.push_back({size, {}});
    }
    return own.inner()->pMethods->xTruncate(own.inner(), size);
}

void apply(std::string& content, const UnsyncedChange& change) {
    const auto offset = static_cast<std::size_t>(change.offset);
    if (change.bytes.empty()) {
        content.resize(offset, '\0');
        return;
    }
    if (content.size() < offset + change.bytes.size()) content.resize(offset + change.bytes.size(), '\0');
    content.replace(offset, change.bytes.size(), change.bytes);
}

/// The real sync is left out: the folder lies in memory, and what "on the disk" means is decided here.
int sync_file(sqlite3_file* file, int flags) {
    ShimFile& own = *shim(file);
    if (own.state == nullptr) return own.inner()->pMethods->xSync(own.inner(), flags);
    if (!own.disk->counts_operation()) return SQLITE_OK;
    for (const UnsyncedChange& change : own.state->unsynced) apply(own.state->synced, change);
    own.state->unsynced.clear();
    own.state->ever_synced = true;
    return SQLITE_OK;
}

int file_size(sqlite3_file* file, sqlite3_int64* size) { return shim(file)->inner()->pMethods->xFileSize(shim(file)->inner(), size); }

int lock_file(sqlite3_file* file, int level) { return shim(file)->inner()->pMethods->xLock(shim(file)->inner(), level); }

int unlock_file(sqlite3_file* file, int level) { return shim(file)->inner()->pMethods->xUnlock(shim(file)->inner(), level); }

int check_reserved_lock(sqlite3_file* file, int* held) {
    return shim(file)->inner()->pMethods->xCheckReservedLock(shim(file)->inner(), held);
}

int file_control(sqlite3_file* file, int operation, void* argument) {
    return shim(file)->inner()->pMethods->xFileControl(shim(file)->inner(), operation, argument);
}

int sector_size(sqlite3_file*) { return 512; }

int device_characteristics(sqlite3_file*) { return 0; }   // promise SQLite nothing that NTFS does not

int shm_map(sqlite3_file* file, int page, int size, int extend, void volatile** memory) {
    return shim(file)->inner()->pMethods->xShmMap(shim(file)->inner(), page, size, extend, memory);
}

int shm_lock(sqlite3_file* file, int offset, int count, int flags) {
    return shim(file)->inner()->pMethods->xShmLock(shim(file)->inner(), offset, count, flags);
}

void shm_barrier(sqlite3_file* file) { shim(file)->inner()->pMethods->xShmBarrier(shim(file)->inner()); }

int shm_unmap(sqlite3_file* file, int remove) { return shim(file)->inner()->pMethods->xShmUnmap(shim(file)->inner(), remove); }

constexpr sqlite3_io_methods kMethods = {2,
                                         close_file,
                                         read_file,
                                         write_file,
                                         truncate_file,
                                         sync_file,
                                         file_size,
                                         lock_file,
                                         unlock_file,
                                         check_reserved_lock,
                                         file_control,
                                         sector_size,
                                         device_characteristics,
                                         shm_map,
                                         shm_lock,
                                         shm_barrier,
                                         shm_unmap,
                                         nullptr,
                                         nullptr};

int open_file(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* out_flags) {
    ShimFile& own = *shim(file);
    own = {};
    const int code = real->xOpen(real, name, own.inner(), flags, out_flags);
    own.base.pMethods = own.inner()->pMethods ? &kMethods : nullptr;
    VolatileDisk* disk = VolatileDisk::of_this_thread();
    if (code != SQLITE_OK || name == nullptr || disk == nullptr || !disk->watches(name)) return code;
    own.disk = disk;
    own.path = new std::string{name};
    own.state = &disk->opened(*own.path);
    return code;
}

/// A deletion is durable at once: the harder case, of a file that comes back, is that of a crash before it.
int delete_file(sqlite3_vfs*, const char* name, int sync_directory) {
    VolatileDisk* disk = VolatileDisk::of_this_thread();
    if (disk != nullptr && disk->watches(name)) {
        if (!disk->counts_operation()) return SQLITE_OK;
        disk->removed(name);
    }
    return real->xDelete(real, name, sync_directory);
}

}  // namespace

void register_sqlite_shim() {
    static std::once_flag once;
    std::call_once(once, [] {
        real = sqlite3_vfs_find(nullptr);
        static sqlite3_vfs vfs = *real;   // everything but the two below goes straight through
        vfs.szOsFile = static_cast<int>(sizeof(ShimFile)) + real->szOsFile;
        vfs.pNext = nullptr;
        vfs.zName = "volatile";
        vfs.xOpen = open_file;
        vfs.xDelete = delete_file;
        sqlite3_vfs_register(&vfs, 1);
    });
}

}  // namespace sstp::simulation
