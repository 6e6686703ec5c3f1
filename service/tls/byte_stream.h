#pragma once

#include "core/model/digest.h"
#include "core/model/result.h"
#include "core/model/time.h"

#include <cstdint>
#include <span>

namespace sstp {

/// A connection as TLS sees it. Every call waits until `deadline` at the latest.
/// Errors: timed_out, stopped (our own stop was requested), else what the transport reported (a reset, say).
class ByteStream {
public:
    virtual ~ByteStream() = default;
    /// Waits for at least one byte and gives how many came; 0: the peer has ended its half in order. After timed_out nothing is
    /// lost, and reading may go on.
    virtual Result<std::size_t> read_some(std::span<std::uint8_t> into, MonotonicTime deadline) = 0;
    /// Hands over all bytes. After an error it is unknown how many went out: the connection is of no further use.
    virtual Result<void> write(std::span<const std::uint8_t> bytes, MonotonicTime deadline) = 0;
};

/// A connection whose end means something to somebody.
class Connection : public ByteStream {
public:
    /// Ends our half in order (FIN); reading goes on.
    virtual Result<void> end_sending() = 0;
    /// After the peer has ended its half (`read_some` gave 0): an error when it has reset the connection since, or instead. Asks the
    /// system, waits for nothing.
    virtual Result<void> still_in_order() = 0;
    /// Waits. Errors: stopped.
    virtual Result<void> pause(Duration how_long) = 0;
};

}  // namespace sstp
