#include "listener/connection.h"

#include <chrono>
#include <cstdio>
#include <memory>
#include <thread>

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>

namespace sstp::rras_host {

namespace {

constexpr auto kStepTimeout = std::chrono::seconds(15);
constexpr auto kStallTime = std::chrono::seconds(60);
constexpr std::size_t kLargestRequest = 16384;
constexpr const char* kServerUri = "/sra_{ba195980-cd49-458b-9e23-c84ee0adcd75}/";
constexpr const char* kUnboundedLength = "18446744073709551615";

using Context = std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)>;
using Session = std::unique_ptr<SSL, decltype(&SSL_free)>;

/// Whose certificate a client gets: asked by OpenSSL once the server name is known.
struct CertificateChoice {
    const HostState& state;
    ListenerOrders orders;
    std::string local_address;
    bool ipv6 = false;
    std::uint16_t port = 0;

    std::optional<std::filesystem::path> file(const std::string& server_name) const {
        const std::string& ordered = ipv6 ? orders.serve_ipv6 : orders.serve_ipv4;
        if (!ordered.empty()) return state.certificate_file(ordered);
        const auto records = state.ssl_records();
        const SslRecord* record = preferred_record(records, local_address, ipv6, port, server_name);
        if (!record) return std::nullopt;
        if (record->kind == SslRecord::Kind::central_store) return state.central_certificate_file(server_name);
        return state.certificate_file(state.served_for(record->hash_hex, orders));
    }
};

/// -1 suspends the handshake without an alert: HTTP.SYS resets the connection when it has nothing to serve.
int choose_certificate(SSL* session, void* argument) noexcept {
    try {
        const char* name = SSL_get_servername(session, TLSEXT_NAMETYPE_host_name);
        const auto file = static_cast<CertificateChoice*>(argument)->file(name ? name : "");
        if (!file) return -1;
        const bool usable = SSL_use_certificate_chain_file(session, file->c_str()) == 1 &&
                            SSL_use_PrivateKey_file(session, file->c_str(), SSL_FILETYPE_PEM) == 1;
        return usable ? 1 : -1;
    } catch (const std::exception& trouble) {
        std::fprintf(stderr, "rras_listener: %s\n", trouble.what());
        return -1;
    }
}

void set_timeouts(boost::asio::ip::tcp::socket& socket) {
    const timeval limit{kStepTimeout.count(), 0};
    setsockopt(socket.native_handle(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    setsockopt(socket.native_handle(), SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
}

void reset(boost::asio::ip::tcp::socket& socket) {
    boost::system::error_code ignored;
    socket.set_option(boost::asio::socket_base::linger(true, 0), ignored);
    socket.close(ignored);
}

/// Says nothing until the client gives up, or for a minute.
void stall(boost::asio::ip::tcp::socket& socket) {
    const auto until = std::chrono::steady_clock::now() + kStallTime;
    while (std::chrono::steady_clock::now() < until) {
        pollfd closed{socket.native_handle(), POLLRDHUP, 0};
        if (poll(&closed, 1, 200) != 0) return;
    }
}

std::string read_request(SSL* session) {
    std::string request;
    char block[2048];
    while (request.find("\r\n\r\n") == std::string::npos && request.size() < kLargestRequest) {
        const int count = SSL_read(session, block, sizeof block);
        if (count <= 0) return {};
        request.append(block, static_cast<std::size_t>(count));
    }
    return request;
}

const char* reason_of(int status) {
    switch (status) {
        case 200: return "OK";
        case 401: return "Unauthorized";
        case 404: return "Not Found";
        case 503: return "Service Unavailable";
    }
    return "Status";
}

std::string response(int status) {
    return "HTTP/1.1 " + std::to_string(status) + " " + reason_of(status) +
           "\r\nContent-Length: 0\r\nServer: Microsoft-HTTPAPI/2.0\r\nDate: Thu, 01 Jan 2026 00:00:00 GMT\r\nConnection: close\r\n\r\n";
}

/// MS-SSTP 3.2.4.1: the call's HTTP layer is up; PPP frames would follow in both directions for as long as it lasts.
std::string call_response() {
    return std::string("HTTP/1.1 200\r\nContent-Length: ") + kUnboundedLength +
           "\r\nServer: Microsoft-HTTPAPI/2.0\r\nDate: Thu, 01 Jan 2026 00:00:00 GMT\r\n\r\n";
}

void answer(SSL* session, boost::asio::ip::tcp::socket& socket, const HostState& state, const ListenerOrders& orders) {
    const std::string request = read_request(session);
    if (request.empty()) return;
    if (orders.stall == "response") return stall(socket);
    const auto method_end = request.find(' ');
    const auto uri_end = request.find(' ', method_end + 1);
    if (method_end == std::string::npos || uri_end == std::string::npos) return;
    const std::string method = request.substr(0, method_end);
    const bool sstp = same_text(request.substr(method_end + 1, uri_end - method_end - 1), kServerUri);
    int status = sstp ? state.answer_of_sstp() : 404;
    if (sstp && orders.status != 0) status = orders.status;
    if (sstp && orders.head_status != 0 && method == "HEAD") status = orders.head_status;
    const bool call = sstp && status == 401 && method == "SSTP_DUPLEX_POST" && request.find(kUnboundedLength) != std::string::npos;
    const std::string text = call ? call_response() : response(status);
    SSL_write(session, text.data(), static_cast<int>(text.size()));
    char rest[512];
    while (call && SSL_read(session, rest, sizeof rest) > 0) continue;
    SSL_shutdown(session);
}

void serve(boost::asio::ip::tcp::socket& socket, const HostState& state) {
    const auto local = socket.local_endpoint();
    CertificateChoice choice{state, state.orders(), local.address().to_string(), local.address().is_v6(), local.port()};
    set_timeouts(socket);
    if (choice.orders.stall == "handshake") return stall(socket);
    const Context context(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
    SSL_CTX_set_security_level(context.get(), 0);  // weak keys are what some tests are about
    SSL_CTX_set_cert_cb(context.get(), choose_certificate, &choice);
    const Session session(SSL_new(context.get()), SSL_free);
    SSL_set_fd(session.get(), socket.native_handle());
    if (SSL_accept(session.get()) != 1) {
        ERR_clear_error();
        return reset(socket);
    }
    answer(session.get(), socket, state, choice.orders);
}

}  // namespace

void serve_connection(boost::asio::ip::tcp::socket socket, const HostState& state) noexcept {
    try {
        serve(socket, state);
    } catch (const std::exception& trouble) {
        std::fprintf(stderr, "rras_listener: %s\n", trouble.what());
    }
}

}  // namespace sstp::rras_host
