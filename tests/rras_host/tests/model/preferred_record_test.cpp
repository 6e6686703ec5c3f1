#include <gtest/gtest.h>

#include "model/ssl_record.h"

namespace sstp::rras_host {

namespace {

SslRecord record(SslRecord::Kind kind, const std::string& endpoint, const std::string& host = "") {
    SslRecord r;
    r.kind = kind;
    r.endpoint = endpoint;
    r.port = 443;
    r.host = host;
    return r;
}

const std::vector<SslRecord> kAll = {
    record(SslRecord::Kind::address, "0.0.0.0:443"),
    record(SslRecord::Kind::address, "127.0.0.1:443"),
    record(SslRecord::Kind::address, "[::]:443"),
    record(SslRecord::Kind::address, "[::1]:443"),
    record(SslRecord::Kind::server_name, "vpn.example.com:443", "vpn.example.com"),
    record(SslRecord::Kind::central_store, "*:443"),
};

std::string served(std::vector<std::string> present, bool ipv6, const std::string& name) {
    std::vector<SslRecord> records;
    for (const auto& r : kAll)
        if (std::find(present.begin(), present.end(), r.endpoint) != present.end()) records.push_back(r);
    const SslRecord* found = preferred_record(records, ipv6 ? "::1" : "127.0.0.1", ipv6, 443, name);
    return found ? found->endpoint : "nothing";
}

TEST(PreferredRecord, follows_the_documented_precedence) {
    const std::vector<std::string> all = {"0.0.0.0:443", "127.0.0.1:443", "[::]:443", "[::1]:443", "vpn.example.com:443", "*:443"};
    EXPECT_EQ(served(all, false, "vpn.example.com"), "127.0.0.1:443");
    EXPECT_EQ(served(all, true, "vpn.example.com"), "[::1]:443");
    EXPECT_EQ(served({"0.0.0.0:443", "[::]:443", "vpn.example.com:443", "*:443"}, true, "VPN.example.com"), "vpn.example.com:443");
    EXPECT_EQ(served({"0.0.0.0:443", "[::]:443", "vpn.example.com:443", "*:443"}, true, "other.example.com"), "*:443");
    EXPECT_EQ(served({"0.0.0.0:443", "[::]:443", "vpn.example.com:443", "*:443"}, true, ""), "[::]:443");
    EXPECT_EQ(served({"0.0.0.0:443", "[::]:443"}, false, "x"), "0.0.0.0:443");
}

TEST(PreferredRecord, the_ipv4_wildcard_serves_ipv6_too_and_the_ipv6_wildcard_does_not_serve_ipv4) {
    EXPECT_EQ(served({"0.0.0.0:443"}, true, "x"), "0.0.0.0:443");
    EXPECT_EQ(served({"[::]:443"}, false, "x"), "nothing");
}

TEST(SslRecords, keep_every_field_through_the_state_file) {
    SslRecord r = record(SslRecord::Kind::address, "0.0.0.0:443");
    r.sockaddr_hex = "020001BB00000000";
    r.hash_hex = "00FF";
    r.app_id = kSstpAppId;
    r.store_name = "";
    r.ctl_identifier = std::nullopt;
    r.ctl_store_name = "Trust";
    r.check_mode = 1, r.revocation_freshness_time = 2, r.revocation_url_timeout = 3, r.flags = 4'294'967'295U;
    EXPECT_EQ(to_json(ssl_records_from_json(to_json({r}))), to_json({r}));
    EXPECT_EQ(ssl_records_from_json(to_json({r})).at(0).store_name, std::optional<std::string>(""));
}

}  // namespace

}  // namespace sstp::rras_host
