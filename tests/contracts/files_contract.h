#pragma once

#include "core/ports/files.h"
#include "tests/contracts/contract.h"

#include <vector>

namespace sstp::contracts {

/// An empty folder.
class FilesWorld {
public:
    virtual ~FilesWorld() = default;
    virtual Files& files() = 0;
    /// The path of `name` in it.
    virtual std::string path(const std::string& name) = 0;
    /// The names of all files in it, in order.
    virtual std::vector<std::string> listing() = 0;
};

using FilesContract = Contract<FilesWorld>;

}  // namespace sstp::contracts
