#pragma once

#include <cstdint>

namespace sstp {

/// A disk under SQLite that can be full, or on which the process dies. Puts a VFS in front of SQLite's own, as the default of this
/// program; files pass through as long as no disk is alive. One at a time.
class FailingDisk {
public:
    FailingDisk();
    ~FailingDisk();
    FailingDisk(const FailingDisk&) = delete;
    FailingDisk& operator=(const FailingDisk&) = delete;

    /// Nothing grows any more and no file is made; what a file has may be written over.
    bool full = false;
    /// Of the calls that change something: the one at which the process dies. It is half done, and every later one fails. 0: none.
    std::uint64_t dies_at = 0;
    std::uint64_t changes = 0;   ///< calls so far that change something

    [[nodiscard]] bool died() const { return dies_at != 0 && changes >= dies_at; }
};

}  // namespace sstp
