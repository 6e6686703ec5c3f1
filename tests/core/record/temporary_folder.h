#pragma once

#include <atomic>
#include <filesystem>
#include <random>
#include <string>
#include <system_error>

namespace sstp {

/// A folder of this test alone, gone with it.
class TemporaryFolder {
public:
    TemporaryFolder() {
        static std::atomic<int> made{0};
        const std::string process = std::to_string(std::random_device{}());
        path_ = std::filesystem::temp_directory_path() / ("sstp_record_" + process + "_" + std::to_string(made++));
        std::filesystem::create_directories(path_);
    }
    ~TemporaryFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;

    [[nodiscard]] const std::filesystem::path& path() const { return path_; }
    [[nodiscard]] std::string file(const char* name) const { return (path_ / name).string(); }

private:
    std::filesystem::path path_;
};

}  // namespace sstp
