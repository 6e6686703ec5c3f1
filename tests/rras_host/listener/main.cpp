/// `rras_listener STATE_FOLDER PORT`: what HTTP.SYS and SSTP show to a client of 127.0.0.1 and [::1], or of the loopback addresses that the
/// listen list has, from the state of a Wine prefix. Prints "ready" once it listens; ends when standard input does.

#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstdio>
#include <map>
#include <string>
#include <thread>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

#include "listener/connection.h"

namespace sstp::rras_host {

namespace {

namespace asio = boost::asio;
using Tcp = asio::ip::tcp;

constexpr int kMaximumConnections = 128;
constexpr auto kLookAtOrders = std::chrono::milliseconds(50);

/// Accepts on one address while the orders say so.
class Address {
public:
    Address(asio::io_context& io, Tcp::endpoint endpoint, const HostState& state)
        : endpoint_(std::move(endpoint)), acceptor_(io), state_(state) {}

    void set_open(bool wanted) {
        if (wanted == acceptor_.is_open()) return;
        if (!wanted) {
            acceptor_.close();
            return;
        }
        acceptor_.open(endpoint_.protocol());
        acceptor_.set_option(Tcp::acceptor::reuse_address(true));
        if (endpoint_.address().is_v6()) acceptor_.set_option(asio::ip::v6_only(true));
        acceptor_.bind(endpoint_);
        acceptor_.listen();
        accept();
    }

private:
    void accept() {
        acceptor_.async_accept([this](boost::system::error_code error, Tcp::socket socket) {
            if (!acceptor_.is_open()) return;
            if (!error) start(std::move(socket));
            accept();
        });
    }

    void start(Tcp::socket socket) {
        if (connections_ >= kMaximumConnections) return;  // the socket closes: a bounded server refuses
        ++connections_;
        std::thread([this, client = std::move(socket)]() mutable {
            serve_connection(std::move(client), state_);
            --connections_;
        }).detach();
    }

    Tcp::endpoint endpoint_;
    Tcp::acceptor acceptor_;
    const HostState& state_;
    std::atomic<int> connections_{0};
};

/// Everything that is listened on, or was once.
class Addresses {
public:
    Addresses(asio::io_context& io, std::uint16_t port, const HostState& state) : io_(io), timer_(io), port_(port), state_(state) {}

    void follow_orders() {
        const ListenerOrders orders = state_.orders();
        const auto wanted = state_.listened_addresses();
        for (const auto& each : wanted) open_.try_emplace(each, io_, Tcp::endpoint(asio::ip::make_address(each), port_), state_);
        for (auto& [text, address] : open_) {
            const bool silent = state_.is_silent(text, port_, orders);
            address.set_open(!silent && std::find(wanted.begin(), wanted.end(), text) != wanted.end());
        }
        timer_.expires_after(kLookAtOrders);
        timer_.async_wait([this](boost::system::error_code error) {
            if (!error) follow_orders();
        });
    }

private:
    asio::io_context& io_;
    asio::steady_timer timer_;
    std::uint16_t port_;
    const HostState& state_;
    std::map<std::string, Address> open_;
};

int listen(const char* folder, std::uint16_t port) {
    const HostState state{folder};
    asio::io_context io;
    Addresses addresses(io, port, state);
    addresses.follow_orders();
    std::puts("ready");
    std::fflush(stdout);
    asio::posix::stream_descriptor input(io, 0);
    char unused[64];
    input.async_read_some(asio::buffer(unused), [&](boost::system::error_code, std::size_t) { io.stop(); });
    io.run();
    std::fflush(nullptr);
    std::_Exit(0);  // threads of clients that stall would hold a quiet end up
}

}  // namespace

}  // namespace sstp::rras_host

int main(int argc, char** argv) {
    if (argc != 3) {
        std::fputs("usage: rras_listener STATE_FOLDER PORT\n", stderr);
        return 2;
    }
    std::signal(SIGPIPE, SIG_IGN);
    try {
        return sstp::rras_host::listen(argv[1], static_cast<std::uint16_t>(std::stoul(argv[2])));
    } catch (const std::exception& trouble) {
        std::fprintf(stderr, "rras_listener: %s\n", trouble.what());
        return 1;
    }
}
