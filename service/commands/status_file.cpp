#include "service/commands/status_file.h"

#include "service/windows/ntfs_files.h"

namespace sstp {

Result<std::string> read_status_file(const Places& places) {
    constexpr std::size_t kMost = 16U << 20U;   // a thousand certificates would fit
    return NtfsFiles{}.read(places.in_data_folder("status.json"), kMost);
}

}  // namespace sstp
