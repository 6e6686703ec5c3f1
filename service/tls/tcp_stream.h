#pragma once

#include "service/tls/byte_stream.h"
#include "service/windows/stop_signal.h"

#include <cstdint>
#include <memory>
#include <string>

namespace sstp {

/// One TCP connection over Boost.Asio, used from one thread. A stop request ends every wait at once.
class TcpStream final : public ByteStream {
public:
    explicit TcpStream(const StopSignal& stop);
    ~TcpStream() override;
    TcpStream(const TcpStream&) = delete;
    TcpStream& operator=(const TcpStream&) = delete;

    /// `address`: `127.0.0.1` or `::1`. Names are not resolved here.
    /// Errors: malformed (no address), timed_out, stopped, unexpected (WSAECONNREFUSED and the like).
    Result<void> connect(const std::string& address, std::uint16_t port, MonotonicTime deadline);
    Result<std::size_t> read_some(std::span<std::uint8_t> into, MonotonicTime deadline) override;
    Result<void> write(std::span<const std::uint8_t> bytes, MonotonicTime deadline) override;
    /// Sends FIN; reading goes on.
    Result<void> end_sending();
    void close() noexcept;

private:
    class Implementation;
    std::unique_ptr<Implementation> implementation_;
};

}  // namespace sstp
