#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace sstp {

/// The repository's folder, as ctest names it; without ctest: the current one.
inline std::filesystem::path repository() {
    const char* named = std::getenv("SSTP_SOURCE_DIR");
    return named ? named : ".";
}

inline std::string read_repository_file(const std::filesystem::path& relative) {
    std::ifstream file(repository() / relative, std::ios::binary);
    if (!file) ADD_FAILURE() << "cannot read " << relative;
    return {std::istreambuf_iterator<char>(file), {}};
}

/// A file that is made from the code is compared with what the code makes now. With SSTP_REGENERATE=1 it is written
/// instead, for a person to look at the difference and commit it.
inline void expect_generated_file(const std::filesystem::path& relative, const std::string& made) {
    if (std::getenv("SSTP_REGENERATE")) {
        std::ofstream(repository() / relative, std::ios::binary) << made;
        return;
    }
    EXPECT_EQ(read_repository_file(relative), made) << relative << " is not what the code says: run the tests once with SSTP_REGENERATE=1";
}

}  // namespace sstp
