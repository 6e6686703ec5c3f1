#include "tests/simulation/volatile_disk.h"

#include "tests/simulation/sqlite_shim.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <utility>

namespace sstp::simulation {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t kSector = 512;
thread_local VolatileDisk* disk_of_this_thread = nullptr;

std::string content_of(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>{file}, {}};
}

/// What one sector of a write that was never synced has become.
void settle_sector(std::string& content, std::size_t offset, std::string_view bytes, Random& random) {
    const std::uint64_t fate = random.below(8);
    if (fate < 3) return;   // it never arrived
    if (content.size() < offset + bytes.size()) content.resize(offset + bytes.size(), '\0');
    if (fate == 3) {
        std::fill_n(content.begin() + static_cast<std::ptrdiff_t>(offset), bytes.size(), '\0');  // the length arrived, the content did not
    } else {
        std::copy(bytes.begin(), bytes.end(), content.begin() + static_cast<std::ptrdiff_t>(offset));
    }
}

void settle(std::string& content, const UnsyncedChange& change, Random& random) {
    const auto offset = static_cast<std::size_t>(change.offset);
    if (change.bytes.empty()) {
        if (random.one_in(2)) content.resize(offset, '\0');
        return;
    }
    for (std::size_t at = 0; at < change.bytes.size();) {
        const std::size_t size = std::min(kSector - (offset + at) % kSector, change.bytes.size() - at);
        settle_sector(content, offset + at, std::string_view{change.bytes}.substr(at, size), random);
        at += size;
    }
}

}  // namespace

VolatileDisk::VolatileDisk(fs::path folder) : folder_(std::move(folder)) {
    register_sqlite_shim();
    fs::create_directories(folder_);
    disk_of_this_thread = this;
}

VolatileDisk::~VolatileDisk() {
    disk_of_this_thread = nullptr;
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
}

VolatileDisk* VolatileDisk::of_this_thread() noexcept { return disk_of_this_thread; }

bool VolatileDisk::counts_operation() {
    if (operations_left_ == kUnlimited) return true;
    if (operations_left_ == 0) return false;
    --operations_left_;
    return true;
}

bool VolatileDisk::is_full() {
    if (full_ == 0) return false;
    --full_;
    return true;
}

VolatileFile& VolatileDisk::opened(const std::string& path) {
    const auto [found, is_new] = files_.try_emplace(path);
    if (is_new) {
        found->second.synced = content_of(path);  // made by somebody else, who synced it
        found->second.ever_synced = !found->second.synced.empty();
    }
    return found->second;
}

void VolatileDisk::lose_power(Random& random) {
    revive();
    for (auto each = files_.begin(); each != files_.end();) {
        auto& [path, file] = *each;
        if (!file.ever_synced && random.one_in(2)) {
            fs::remove(path);
            each = files_.erase(each);
            continue;
        }
        std::string content = file.synced;
        for (const UnsyncedChange& change : file.unsynced) settle(content, change, random);
        std::ofstream(path, std::ios::binary | std::ios::trunc) << content;
        file = {std::move(content), true, {}};
        ++each;
    }
}

}  // namespace sstp::simulation
