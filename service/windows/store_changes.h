#pragma once

#include "service/windows/watch_source.h"

#include <memory>
#include <string>
#include <vector>

namespace sstp {

/// Whether anything in a store of LocalMachine may be another since it was last asked. The registry is asked, in the places that make up
/// such a store: it is what a store is read from, and its notifications come with the write, the store's own some time later.
/// Source: Microsoft, "System Store Locations" (the store itself, Group Policy's part, the enterprise's part).
/// For one thread: a notification of the registry ends with the thread that asked for it, and counts as a change.
class StoreChanges {
public:
    explicit StoreChanges(const std::string& store);

    /// True at the first time, after a change, and always where the registry does not answer. Whatever changes after this returned is told
    /// the next time: only now may the store be read.
    bool since_last_time();

private:
    std::vector<std::unique_ptr<RegistryWatch>> places_;
    std::vector<bool> armed_;
};

}  // namespace sstp
