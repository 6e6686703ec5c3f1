#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <ostream>
#include <string>

namespace sstp::contracts {

/// How to make one world that a port's suite runs on: the simulated one, or Windows' own behind the adapters.
template <class World>
struct MakeWorld {
    const char* name;
    std::unique_ptr<World> (*make)();

    friend void PrintTo(const MakeWorld& made, std::ostream* out) { *out << made.name; }
};

/// A suite over one port. Derive, write TEST_P in the suite's file, instantiate in `*_simulated.cpp` and `*_windows.cpp`.
template <class World>
class Contract : public testing::TestWithParam<MakeWorld<World>> {
protected:
    Contract() : world(this->GetParam().make()) {}

    const std::unique_ptr<World> world;
};

template <class World>
std::string name_of(const testing::TestParamInfo<MakeWorld<World>>& info) {
    return info.param.name;
}

}  // namespace sstp::contracts
