#pragma once

namespace sstp::simulation {

/// Puts a VFS in front of SQLite's own one, which tells the VolatileDisk of the thread what is written, synced and deleted in
/// its folder; every other file passes through. Once per process, thread-safe. Source: SQLite, "The SQLite OS Interface or VFS".
void register_sqlite_shim();

}  // namespace sstp::simulation
