#include "core/event_log/ssl_failure.h"

#include "core/event_log/event_xml.h"
#include "tests/core/policy/repository_files.h"

#include <gtest/gtest.h>

namespace sstp {
namespace {

LogEvent http_event(std::uint32_t id, std::vector<std::string> strings, Bytes binary = {}) {
    LogEvent event;
    event.provider = "Microsoft-Windows-HttpEvent";
    event.id = id;
    event.strings = std::move(strings);
    event.binary = std::move(binary);
    return event;
}

/// servers.md row 90, from the record of a real server (facts/samples).
TEST(SslFailures, endpoint_and_status_of_15021_are_read) {
    const auto event = parse_event_xml(read_repository_file("tests/golden/events/input/System/15021.xml"));
    ASSERT_TRUE(event.has_value()) << event.error().message();
    const auto failure = ssl_failure(*event);
    ASSERT_TRUE(failure);
    EXPECT_EQ("::", failure->address.to_string());
    EXPECT_TRUE(failure->address.is_wildcard());
    EXPECT_EQ(443, failure->port);
    EXPECT_EQ(kNoUsableKey, failure->status);
}

TEST(SslFailures, an_endpoint_is_found_whatever_its_place_and_a_missing_status_is_none) {
    const auto failure = ssl_failure(http_event(15021, {"203.0.113.5:4443"}, {0x5F, 0, 0}));
    ASSERT_TRUE(failure);
    EXPECT_EQ("203.0.113.5", failure->address.to_string());
    EXPECT_EQ(4443, failure->port);
    EXPECT_EQ(std::nullopt, failure->status);
}

TEST(SslFailures, nothing_is_read_from_other_events_or_what_is_no_endpoint) {
    EXPECT_FALSE(ssl_failure(http_event(15301, {"[::]:443"})));
    for (const char* text : {"", "443", "[::]", "[::]:", "[::]:443x", "[::]:65536", "vpn.example.com:443", "\\Device\\Http\\ReqQueue"}) {
        EXPECT_FALSE(ssl_failure(http_event(15021, {text}))) << text;
    }
    LogEvent rassstp = http_event(15021, {"[::]:443"});
    rassstp.provider = "RasSstp";
    EXPECT_FALSE(ssl_failure(rassstp));
}

}  // namespace
}  // namespace sstp
