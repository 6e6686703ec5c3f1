#pragma once

#include "tests/simulation/random.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace sstp::simulation {

/// One write or truncation since the file was last synced.
struct UnsyncedChange {
    std::int64_t offset = 0;
    std::string bytes;           ///< empty: truncated to `offset`
};

/// A file as a disk has it that may lose power: what is surely on it, and what is only in caches.
struct VolatileFile {
    std::string synced;
    bool ever_synced = false;    ///< a file that never was may be gone
    std::vector<UnsyncedChange> unsynced;
};

/// A folder whose files SQLite writes through a shim, so that power can be lost under them: each sector (512 bytes) that was
/// written and not synced is then there, or as it was, or zeros; a write torn in the middle follows from that. Files that
/// other code writes are out of its reach. One at a time on each thread; SQLite finds it by the thread.
class VolatileDisk {
public:
    /// `folder` is made, and removed again with everything in it.
    explicit VolatileDisk(std::filesystem::path folder);
    ~VolatileDisk();
    VolatileDisk(const VolatileDisk&) = delete;
    VolatileDisk& operator=(const VolatileDisk&) = delete;

    [[nodiscard]] std::string file(const char* name) const { return (folder_ / name).string(); }

    /// After so many more writes and syncs nothing reaches even the caches: our process is dead, though its code still runs.
    void die_after(std::uint64_t operations) { operations_left_ = operations; }
    /// From now on no write has room (SQLITE_FULL), so many times.
    void be_full(std::uint64_t times) { full_ = times; }
    /// The process is gone and nothing has the files open. A new one may begin.
    void revive() { operations_left_ = kUnlimited; }
    /// As `revive`, but the machine went down too.
    void lose_power(Random& random);

    // ---- For the shim ----
    static VolatileDisk* of_this_thread() noexcept;
    [[nodiscard]] bool watches(const std::string& path) const { return path.starts_with(folder_.string()); }
    /// False: the process is dead, the operation must have no effect.
    bool counts_operation();
    bool is_full();
    VolatileFile& opened(const std::string& path);
    void removed(const std::string& path) { files_.erase(path); }

private:
    static constexpr std::uint64_t kUnlimited = UINT64_MAX;
    std::filesystem::path folder_;
    std::map<std::string, VolatileFile> files_;
    std::uint64_t operations_left_ = kUnlimited;
    std::uint64_t full_ = 0;
};

}  // namespace sstp::simulation
