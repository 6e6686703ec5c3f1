#include "service/tls/tcp_stream.h"

#include "service/tls/name_resolution.h"
#include "service/windows/os_error.h"
#include "service/windows/system_clock.h"

#include <fmt/format.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/windows/object_handle.hpp>
#include <boost/asio/write.hpp>

#include <optional>
#include <utility>

namespace sstp {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

/// Another handle to the same event: Asio wants one of its own to close.
HANDLE duplicate(HANDLE event) noexcept {
    HANDLE copy = nullptr;
    const HANDLE self = GetCurrentProcess();
    return DuplicateHandle(self, event, self, &copy, 0, FALSE, DUPLICATE_SAME_ACCESS) ? copy : nullptr;
}

std::string in_words(const std::string& host, std::uint16_t port) {
    return host.find(':') == std::string::npos ? fmt::format("{}:{}", host, port) : fmt::format("[{}]:{}", host, port);
}

/// What becomes of the socket when the time is up: a read may be tried again, a connection or half a message may not.
enum class WhenTimeIsUp : std::uint8_t { cancel, close };

}  // namespace

class TcpStream::Implementation {
public:
    explicit Implementation(const StopSignal& stop) : stop_(stop), socket_(io_), timer_(io_), stop_event_(io_) {
        if (const HANDLE event = duplicate(stop.event())) {
            error_code ignored;  // without it the deadline still ends every wait
            stop_event_.assign(event, ignored);
            if (ignored) CloseHandle(event);
        }
    }

    /// Starts one operation and runs until it is over, and nothing else is under way any more.
    template <class Start>
    Result<std::size_t> run(const char* operation, MonotonicTime deadline, WhenTimeIsUp when, Start start) {
        if (stop_.requested()) return ended_early(operation, ErrorKind::stopped);
        std::optional<error_code> outcome;
        std::size_t count = 0;
        std::optional<ErrorKind> ended;
        const auto end = [&](ErrorKind why) {
            if (outcome || ended) return;
            ended = why;
            error_code ignored;
            when == WhenTimeIsUp::close ? socket_.close(ignored) : socket_.cancel(ignored);
        };
        timer_.expires_after(deadline - monotonic_now());
        timer_.async_wait([&](error_code error) {
            if (!error) end(ErrorKind::timed_out);
        });
        if (stop_event_.is_open()) {
            stop_event_.async_wait([&](error_code error) {
                if (!error) end(ErrorKind::stopped);
            });
        }
        start([&](error_code error, std::size_t done) {
            outcome = error;
            count = done;
            timer_.cancel();
            error_code ignored;
            if (stop_event_.is_open()) stop_event_.cancel(ignored);
        });
        io_.restart();
        io_.run();
        if (!*outcome) return count;  // also when the time was up at the same moment: what came, came
        if (ended) return ended_early(operation, *ended);
        if (*outcome == asio::error::eof) return std::size_t{0};
        return os_error(operation, peer_, static_cast<std::uint32_t>(outcome->value()));
    }

    [[nodiscard]] Error ended_early(const char* operation, ErrorKind why) const {
        return own_error(why, operation, peer_,
                         why == ErrorKind::stopped ? "the watchdog was asked to stop" : "there was no answer in time");
    }

    const StopSignal& stop_;
    asio::io_context io_{1};
    tcp::socket socket_;
    asio::steady_timer timer_;
    asio::windows::object_handle stop_event_;
    std::string peer_;
    Duration round_trip_{};
    bool sending_ended_ = false;
};

TcpStream::TcpStream(const StopSignal& stop) : implementation_(std::make_unique<Implementation>(stop)) {}

TcpStream::~TcpStream() = default;

Result<void> TcpStream::connect(const std::string& host, std::uint16_t port, MonotonicTime deadline) {
    const auto addresses = resolve_name(host, implementation_->stop_, deadline);
    if (!addresses) return addresses.error();
    std::string tried;
    Error last;
    for (std::size_t i = 0; i < addresses->size(); ++i) {
        const std::string& address = (*addresses)[i];
        const auto share = (deadline - monotonic_now()) / static_cast<int>(addresses->size() - i);
        const auto connected = connect_to(address, port, monotonic_now() + share);
        if (connected) return {};
        last = connected.error();
        if (last.kind == ErrorKind::stopped) return last;
        tried += (tried.empty() ? "" : ", ") + address;
    }
    last.subject = in_words(host, port);
    if (addresses->size() > 1) last.text += fmt::format(" (tried {})", tried);
    return last;
}

Result<void> TcpStream::connect_to(const std::string& address, std::uint16_t port, MonotonicTime deadline) {
    constexpr char kOperation[] = "connect to";
    auto& self = *implementation_;
    self.peer_ = in_words(address, port);
    error_code error;
    const auto ip = asio::ip::make_address(address, error);
    if (error) return own_error(ErrorKind::malformed, kOperation, self.peer_, "this is no IP address");
    self.socket_.close(error);  // what an attempt at another address left behind
    self.sending_ended_ = false;
    const MonotonicTime begun = monotonic_now();
    const auto connected = self.run(kOperation, deadline, WhenTimeIsUp::close, [&](auto done) {
        self.socket_.async_connect(tcp::endpoint(ip, port), [done](error_code result) mutable { done(result, 0); });
    });
    if (!connected) return connected.error();
    self.round_trip_ = monotonic_now() - begun;
    self.socket_.set_option(tcp::no_delay(true), error);  // small messages, each of which somebody waits for
    return {};
}

Result<std::size_t> TcpStream::read_some(std::span<std::uint8_t> into, MonotonicTime deadline) {
    auto& self = *implementation_;
    return self.run("read from", deadline, WhenTimeIsUp::cancel,
                    [&](auto done) { self.socket_.async_read_some(asio::buffer(into.data(), into.size()), done); });
}

Result<void> TcpStream::write(std::span<const std::uint8_t> bytes, MonotonicTime deadline) {
    auto& self = *implementation_;
    const auto written = self.run("write to", deadline, WhenTimeIsUp::close,
                                  [&](auto done) { asio::async_write(self.socket_, asio::buffer(bytes.data(), bytes.size()), done); });
    if (!written) return written.error();
    return {};
}

Result<void> TcpStream::end_sending() {
    auto& self = *implementation_;
    error_code error;
    self.socket_.shutdown(tcp::socket::shutdown_send, error);
    if (error) return os_error("end the sending to", self.peer_, static_cast<std::uint32_t>(error.value()));
    self.sending_ended_ = true;
    return {};
}

Result<void> TcpStream::still_in_order() {
    constexpr char kOperation[] = "see the end of the connection to";
    auto& self = *implementation_;
    const auto socket = self.socket_.native_handle();
    // Under Wine a reset that meets an outstanding read is taken for an end in order: the socket's own error still tells.
    int pending = 0;
    int size = sizeof pending;
    if (getsockopt(socket, SOL_SOCKET, SO_ERROR, reinterpret_cast<char*>(&pending), &size) == 0 && pending != 0)
        return os_error(kOperation, self.peer_, static_cast<std::uint32_t>(pending));
    if (self.sending_ended_) return {};
    // Nothing is sent by this; but a connection that was reset takes not even nothing.
    if (send(socket, "", 0, 0) == SOCKET_ERROR) {
        const int code = WSAGetLastError();
        if (code != WSAEWOULDBLOCK) return os_error(kOperation, self.peer_, static_cast<std::uint32_t>(code));
    }
    return {};
}

Result<void> TcpStream::pause(Duration how_long) {
    auto& self = *implementation_;
    if (self.stop_.wait(how_long)) return self.ended_early("wait for the end of the connection to", ErrorKind::stopped);
    return {};
}

Duration TcpStream::round_trip() const noexcept { return implementation_->round_trip_; }

void TcpStream::close() noexcept {
    error_code ignored;
    implementation_->socket_.close(ignored);
}

}  // namespace sstp
