#pragma once

#include "service/tls/byte_stream.h"
#include "service/windows/stop_signal.h"

#include <cstdint>
#include <memory>
#include <string>

namespace sstp {

/// One TCP connection over Boost.Asio, used from one thread. A stop request ends every wait at once.
class TcpStream final : public Connection {
public:
    explicit TcpStream(const StopSignal& stop);
    ~TcpStream() override;
    TcpStream(const TcpStream&) = delete;
    TcpStream& operator=(const TcpStream&) = delete;

    /// `host`: a name or an address, IPv6 without brackets. A name is resolved anew, and all its addresses are tried in turn, each with
    /// an equal share of the time that is left. Errors: those of `resolve_name`, timed_out, stopped, unexpected (WSAECONNREFUSED and the
    /// like); with several addresses the last one's, and its text names all.
    Result<void> connect(const std::string& host, std::uint16_t port, MonotonicTime deadline);
    Result<std::size_t> read_some(std::span<std::uint8_t> into, MonotonicTime deadline) override;
    Result<void> write(std::span<const std::uint8_t> bytes, MonotonicTime deadline) override;
    /// Sends FIN; reading goes on.
    Result<void> end_sending() override;
    Result<void> still_in_order() override;
    Result<void> pause(Duration how_long) override;
    /// How long the connection took to be made: one round trip.
    [[nodiscard]] Duration round_trip() const noexcept;
    void close() noexcept;

private:
    Result<void> connect_to(const std::string& address, std::uint16_t port, MonotonicTime deadline);

    class Implementation;
    std::unique_ptr<Implementation> implementation_;
};

}  // namespace sstp
