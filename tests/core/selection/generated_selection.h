#pragma once

#include "tests/core/server_builder.h"

#include <cstdint>
#include <vector>

namespace sstp::test {

/// SplitMix64: the same seed makes the same server on every machine.
class SelectionDice {
public:
    explicit SelectionDice(std::uint64_t seed) : state_(seed) {}
    std::uint64_t next();
    std::uint32_t below(std::uint32_t limit) { return static_cast<std::uint32_t>(next() % limit); }
    bool one_in(std::uint32_t times) { return below(times) == 0; }
    template <class Container>
    const auto& any_of(const Container& container) {
        return container[below(static_cast<std::uint32_t>(container.size()))];
    }

private:
    std::uint64_t state_;
};

/// A server as it may be met: a store of certificates of several CAs, names, ages and flaws, a policy, what is learned and proven,
/// and some things that drifted. What listeners serve follows from the records, as HTTP.SYS would, before anything drifts.
struct GeneratedServer {
    ServerBuilder server;
    std::vector<Certificate> known;   ///< the store, and one that is in no store
};
GeneratedServer generated_selection(std::uint64_t seed);

/// What HTTP.SYS serves by its records: an SNI record before the wildcard of the family, 0.0.0.0 for IPv6 where [::] is missing.
void serve_by_records(ServerBuilder& server, const std::vector<Certificate>& known);

}  // namespace sstp::test
