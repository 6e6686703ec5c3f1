#pragma once

#include <cstddef>

namespace sstp::test {

/// Bytes that `new` has given out in this program and nobody has given back. What SQLite takes it counts itself (sqlite3_memory_used).
std::size_t bytes_in_use() noexcept;

}  // namespace sstp::test
