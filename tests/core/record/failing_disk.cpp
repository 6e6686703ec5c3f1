#include "tests/core/record/failing_disk.h"

#include <sqlite3.h>

#include <cstring>

namespace sstp {

namespace failing_disk {
namespace {

FailingDisk* disk = nullptr;
sqlite3_vfs* real = nullptr;

struct ShimFile {
    sqlite3_file base;
    sqlite3_file* inner() { return reinterpret_cast<sqlite3_file*>(this + 1); }
};

sqlite3_file* inner(sqlite3_file* file) { return reinterpret_cast<ShimFile*>(file)->inner(); }

enum class Fate { whole, half, none };

/// Of a call that changes something.
Fate next_change() {
    if (disk == nullptr) return Fate::whole;
    ++disk->changes;
    if (disk->dies_at == 0 || disk->changes < disk->dies_at) return Fate::whole;
    return disk->changes == disk->dies_at ? Fate::half : Fate::none;
}

bool would_grow(sqlite3_file* file, sqlite3_int64 end) {
    sqlite3_int64 size = 0;
    return disk != nullptr && disk->full && inner(file)->pMethods->xFileSize(inner(file), &size) == SQLITE_OK && end > size;
}

int close_file(sqlite3_file* file) { return inner(file)->pMethods ? inner(file)->pMethods->xClose(inner(file)) : SQLITE_OK; }
int read_file(sqlite3_file* file, void* into, int size, sqlite3_int64 offset) {
    return inner(file)->pMethods->xRead(inner(file), into, size, offset);
}
int write_file(sqlite3_file* file, const void* bytes, int size, sqlite3_int64 offset) {
    const Fate fate = next_change();
    if (fate == Fate::none) return SQLITE_IOERR_WRITE;
    if (would_grow(file, offset + size)) return SQLITE_FULL;
    const int done = inner(file)->pMethods->xWrite(inner(file), bytes, fate == Fate::half ? size / 2 : size, offset);
    return fate == Fate::half ? SQLITE_IOERR_WRITE : done;
}
int truncate_file(sqlite3_file* file, sqlite3_int64 size) {
    if (next_change() != Fate::whole) return SQLITE_IOERR_TRUNCATE;
    if (would_grow(file, size)) return SQLITE_IOERR_TRUNCATE;
    return inner(file)->pMethods->xTruncate(inner(file), size);
}
/// The folder is in memory: what counts here is the process that dies, not the power.
int sync_file(sqlite3_file*, int) { return next_change() == Fate::whole ? SQLITE_OK : SQLITE_IOERR_FSYNC; }
int file_size(sqlite3_file* file, sqlite3_int64* size) { return inner(file)->pMethods->xFileSize(inner(file), size); }
int lock_file(sqlite3_file* file, int level) { return inner(file)->pMethods->xLock(inner(file), level); }
int unlock_file(sqlite3_file* file, int level) { return inner(file)->pMethods->xUnlock(inner(file), level); }
int check_lock(sqlite3_file* file, int* locked) { return inner(file)->pMethods->xCheckReservedLock(inner(file), locked); }
int control(sqlite3_file* file, int what, void* with) { return inner(file)->pMethods->xFileControl(inner(file), what, with); }
int sector_size(sqlite3_file* file) { return inner(file)->pMethods->xSectorSize(inner(file)); }
int characteristics(sqlite3_file* file) { return inner(file)->pMethods->xDeviceCharacteristics(inner(file)); }
int shared_map(sqlite3_file* file, int page, int size, int extend, void volatile** at) {
    return inner(file)->pMethods->xShmMap(inner(file), page, size, extend, at);
}
int shared_lock(sqlite3_file* file, int offset, int count, int flags) {
    return inner(file)->pMethods->xShmLock(inner(file), offset, count, flags);
}
void shared_barrier(sqlite3_file* file) { inner(file)->pMethods->xShmBarrier(inner(file)); }
int shared_unmap(sqlite3_file* file, int remove) { return inner(file)->pMethods->xShmUnmap(inner(file), remove); }

const sqlite3_io_methods kMethods{2,           close_file,     read_file,    write_file, truncate_file, sync_file,       file_size,
                                  lock_file,   unlock_file,    check_lock,   control,    sector_size,   characteristics, shared_map,
                                  shared_lock, shared_barrier, shared_unmap, nullptr,    nullptr};

int open_file(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* out_flags) {
    int there = 0;
    if (name != nullptr) real->xAccess(real, name, SQLITE_ACCESS_EXISTS, &there);
    file->pMethods = nullptr;
    if (disk != nullptr && disk->full && there == 0) return SQLITE_CANTOPEN;
    const int opened = real->xOpen(real, name, inner(file), flags, out_flags);
    if (opened == SQLITE_OK) file->pMethods = &kMethods;
    return opened;
}
int delete_file(sqlite3_vfs*, const char* name, int sync) {
    return next_change() == Fate::whole ? real->xDelete(real, name, sync) : SQLITE_IOERR_DELETE;
}

sqlite3_vfs shim;

}  // namespace
}  // namespace failing_disk

FailingDisk::FailingDisk() {
    using namespace failing_disk;
    if (real == nullptr) {
        real = sqlite3_vfs_find(nullptr);
        shim = *real;
        shim.pNext = nullptr;
        shim.zName = "failing disk";
        shim.szOsFile = static_cast<int>(sizeof(ShimFile)) + real->szOsFile;
        shim.xOpen = open_file;
        shim.xDelete = delete_file;
        sqlite3_vfs_register(&shim, 1);
    }
    disk = this;
}

FailingDisk::~FailingDisk() { failing_disk::disk = nullptr; }

}  // namespace sstp
