#pragma once

#include <cstdint>
#include <functional>
#include <string>

namespace sstp::rras_host {

/// How one call of a double is to go wrong; `how` is empty for a call that goes as documented.
/// - `fail`: nothing is done, `error` is the answer
/// - `done_but_failed`: it is done, and `error` is the answer all the same
/// - `pretended`: success is the answer, nothing is done
struct Fault {
    std::string how;
    std::uint32_t error = 0;

    bool fails_first() const { return how == "fail"; }

    bool pretends() const { return how == "pretended"; }

    bool fails_after() const { return how == "done_but_failed"; }
};

/// Counts this call of `function` against the orders in `faults.json` and tells what is due, after having waited `delay_ms` if
/// the order has one. `size` is compared with an order's `minimum_size` (EvtNext: the batch asked for). Orders apply to every
/// process but the test host's own, or to the one they name.
Fault due_fault(const char* function, std::uint32_t size = 0);

}  // namespace sstp::rras_host
