#include "service/tls/http_head.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sstp {
namespace {

std::span<const std::uint8_t> bytes(std::string_view text) { return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}; }

/// The status, -1 when more is needed, -2 when it is refused.
int status_of(std::string_view answer, std::size_t piece = 1 << 20) {
    StatusReader reader;
    for (std::size_t at = 0; at < answer.size(); at += piece) {
        const auto status = reader.feed(bytes(answer.substr(at, piece)));
        if (!status) return -2;
        if (*status) return **status;
    }
    return -1;
}

TEST(HttpStatus, IsReadHoweverTheBytesArrive) {
    const std::string answer = "HTTP/1.1 100 Continue\r\nX: y\r\n\r\nHTTP/1.1 103 z\r\n\r\nHTTP/1.1 401 Unauthorized\r\nServer: x\r\n\r\n";
    for (std::size_t piece = 1; piece <= answer.size(); ++piece) EXPECT_EQ(status_of(answer, piece), 401) << piece;
}

TEST(HttpStatus, NeedsNoMoreThanItsLine) {
    const std::string line = "HTTP/1.1 503 Service Unavailable\r\n";
    for (std::size_t length = 0; length < line.size(); ++length) EXPECT_EQ(status_of(line.substr(0, length)), -1) << length;
    EXPECT_EQ(status_of(line), 503);
}

TEST(HttpStatus, TakesWhatRfc9112Allows) {
    EXPECT_EQ(status_of("HTTP/1.0 200 OK\r\n"), 200);
    EXPECT_EQ(status_of("HTTP/1.1 404 \r\n"), 404);
    EXPECT_EQ(status_of("HTTP/1.1 404\r\n"), 404);
    EXPECT_EQ(status_of("HTTP/1.1 401 Nicht berechtigt \xC3\xA4\r\n"), 401);
    EXPECT_EQ(status_of("HTTP/1.1 599 x\r\n"), 599);
}

TEST(HttpStatus, RefusesWhatIsNone) {
    for (const char* line : {"\r\n", "HTTP/2 200 OK\r\n", "HTTP/1.1  200 OK\r\n", "http/1.1 200 OK\r\n", "HTTP/1.1 20 OK\r\n",
                             "HTTP/1.1 2000 OK\r\n", "HTTP/1.1 2x0 OK\r\n", "HTTP/1.1 099 OK\r\n", "HTTP/1.1 200\tOK\r\n",
                             "HTTP/1.x 200 OK\r\n", " HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 O\x01K\r\n", "SSTP_DUPLEX_POST\r\n"}) {
        EXPECT_EQ(status_of(line), -2) << line;
    }
}

TEST(HttpStatus, IsNotWaitedForBeyondItsBound) {
    EXPECT_EQ(status_of("HTTP/1.1 200 " + std::string(20000, 'a')), -2);
    EXPECT_EQ(status_of("HTTP/1.1 100 a\r\nX: " + std::string(20000, 'a')), -2);
    EXPECT_EQ(status_of(std::string(20000, 'a'), 100), -2);
    std::string interim;
    while (interim.size() < 20000) interim += "HTTP/1.1 100 a\r\n\r\n";
    EXPECT_EQ(status_of(interim), -2);
}

TEST(HttpHead, NamesHostAndPort) {
    EXPECT_EQ(*head_request("vpn.example.com", 443, "/x"),
              "HEAD /x HTTP/1.1\r\nHost: vpn.example.com\r\nUser-Agent: SSTP-Watchdog\r\nConnection: close\r\n\r\n");
    EXPECT_THAT(*head_request("vpn.example.com", 8443, "/x"), testing::HasSubstr("Host: vpn.example.com:8443\r\n"));
    EXPECT_THAT(*head_request("::1", 8443, "/x"), testing::HasSubstr("Host: [::1]:8443\r\n"));
}

TEST(HttpHead, RefusesWhatWouldNotStayInItsLine) {
    for (const char* uri : {"", "x", "/a b", "/a\r\nX: y", "/a\n", "/\xC3\xA4", "/a\x7F"}) {
        const auto request = head_request("vpn.example.com", 443, uri);
        ASSERT_FALSE(request.has_value()) << uri;
        EXPECT_EQ(request.error().kind, ErrorKind::malformed);
    }
    for (const char* host : {"", "a b", "a\r\nX: y", "\xC3\xA4.example"}) EXPECT_FALSE(head_request(host, 443, "/").has_value()) << host;
}

}  // namespace
}  // namespace sstp
