#pragma once

#include <cstdint>
#include <string>

#include <boost/asio/ip/tcp.hpp>

#include "listener/host_state.h"

namespace sstp::rras_host {

/// One client from TLS handshake to the end of its request. Blocks, every step bounded in time; never throws.
void serve_connection(boost::asio::ip::tcp::socket socket, const HostState& state) noexcept;

}  // namespace sstp::rras_host
