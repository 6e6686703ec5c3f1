#include "core/model/binding.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace sstp::test {

namespace {

constexpr char kSstpText[] = "{ba195980-cd49-458b-9e23-c84ee0adcd75}";

TEST(AppId, IsThatOfMicrosoftsResolution) {
    EXPECT_EQ(kSstpAppId.to_string(), kSstpText);
    EXPECT_EQ(kIisAppId.to_string(), "{4dc3e181-e14b-4a21-b022-59fc669b0914}");
}

TEST(AppId, IsReadWithAndWithoutBracesInAnyCase) {
    EXPECT_EQ(AppId::parse(kSstpText), kSstpAppId);
    EXPECT_EQ(AppId::parse("BA195980-CD49-458B-9E23-C84EE0ADCD75"), kSstpAppId);
    for (const char* text :
         {"", "{}", "{ba195980-cd49-458b-9e23-c84ee0adcd75", "ba195980cd49458b9e23c84ee0adcd75", "ba195980-cd49-458b-9e23-c84ee0adcd7g",
          "ba195980-cd49-458b-9e23-c84ee0adcd7", "ba195980-cd49-458b-9e23-c84ee0adc-75", "b-195980-cd49-458b-9e23-c84ee0adcd75",
          "ba195980:cd49:458b:9e23:c84ee0adcd75"}) {
        EXPECT_EQ(AppId::parse(text), std::nullopt) << text;
    }
}

TEST(AppId, HasANameForPeople) {
    EXPECT_EQ(owner_name(kSstpAppId), "SSTP");
    EXPECT_EQ(owner_name(kIisAppId), "IIS");
    EXPECT_EQ(owner_name(AppId{}), "{00000000-0000-0000-0000-000000000000}");
}

Endpoint ipv6(std::initializer_list<std::pair<int, int>> bytes) {
    Endpoint endpoint = Endpoint::wildcard(AddressFamily::ipv6, 443);
    for (const auto& [index, value] : bytes) endpoint.address[static_cast<std::size_t>(index)] = static_cast<std::uint8_t>(value);
    return endpoint;
}

TEST(Endpoint, IsWrittenAsNetshDoes) {
    EXPECT_EQ(Endpoint::wildcard(AddressFamily::ipv4, 443).to_string(), "0.0.0.0:443");
    EXPECT_EQ(Endpoint::wildcard(AddressFamily::ipv6, 8443).to_string(), "[::]:8443");
    EXPECT_EQ(ipv6({{15, 1}}).to_string(), "[::1]:443");
    EXPECT_EQ(ipv6({{0, 0xFE}, {1, 0x80}, {15, 1}}).to_string(), "[fe80::1]:443");
    EXPECT_EQ(ipv6({{0, 0x20}, {1, 1}, {2, 0x0d}, {3, 0xb8}}).to_string(), "[2001:db8::]:443");
    // RFC 5952 4.2.2: one zero group is not shortened; 4.2.3: of two equal runs the first is.
    EXPECT_EQ(ipv6({{0, 0x20}, {1, 1}, {5, 1}, {7, 1}, {9, 1}, {11, 1}, {13, 1}, {15, 1}}).to_string(), "[2001:0:1:1:1:1:1:1]:443");
    EXPECT_EQ(ipv6({{0, 0x20}, {1, 1}, {7, 1}, {9, 1}, {15, 1}}).to_string(), "[2001::1:1:0:0:1]:443");
    Endpoint zoned = ipv6({{0, 0xFE}, {1, 0x80}, {15, 1}});
    zoned.scope = 7;
    EXPECT_EQ(zoned.to_string(), "[fe80::1%7]:443");
    Endpoint named;
    named.kind = Endpoint::Kind::host_name;
    named.host = "vpn.example.com";
    named.port = 443;
    EXPECT_EQ(named.to_string(), "vpn.example.com:443");
    named.kind = Endpoint::Kind::central_store;
    EXPECT_EQ(named.to_string(), "central store:443");
}

TEST(Endpoint, IsAWildcardOnlyAsAnAddressOfZeros) {
    EXPECT_TRUE(Endpoint::wildcard(AddressFamily::ipv4, 443).is_wildcard());
    EXPECT_FALSE(ipv6({{15, 1}}).is_wildcard());
    Endpoint named;
    named.kind = Endpoint::Kind::host_name;
    EXPECT_FALSE(named.is_wildcard());
}

TEST(ListenerBinding, HasAThumbprintOnlyOfTwentyBytes) {
    ListenerBinding record;
    EXPECT_EQ(record.thumbprint(), std::nullopt);
    record.certificate = Bytes(19, 1);
    EXPECT_EQ(record.thumbprint(), std::nullopt);
    record.certificate = Bytes(20, 1);
    EXPECT_TRUE(record.thumbprint().has_value());
}

}  // namespace

}  // namespace sstp::test
