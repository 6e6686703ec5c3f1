#include "core/policy/spelling.h"

#include "core/policy/suggestion.h"

#include <gtest/gtest.h>

namespace sstp {
namespace {

struct Host {
    const char* sentence;
    const char* text;
    bool good;
};

std::ostream& operator<<(std::ostream& out, const Host& host) { return out << host.sentence; }

class Hosts : public testing::TestWithParam<Host> {};

TEST_P(Hosts, is_taken_or_refused) { EXPECT_EQ(host_from_text(GetParam().text).has_value(), GetParam().good) << GetParam().text; }

INSTANTIATE_TEST_SUITE_P(
    Spelling, Hosts,
    testing::Values(Host{"a short name", "siem", true}, Host{"a name with a port", "siem.example.com:514", true},
                    Host{"the highest port", "a:65535", true}, Host{"an underscore, which Windows allows", "siem_01", true},
                    Host{"a label of 63", "a23456789012345678901234567890123456789012345678901234567890123", true},
                    Host{"a label of 64", "a234567890123456789012345678901234567890123456789012345678901234", false},
                    Host{"nothing", "", false}, Host{"a port alone", ":514", false}, Host{"a colon without a port", "a:", false},
                    Host{"a port with a sign", "a:+5", false}, Host{"port 65536", "a:65536", false}, Host{"a trailing dot", "a.", false},
                    Host{"a blank", "a b", false}, Host{"a slash", "a/b", false}, Host{"a hyphen first", "-a", false},
                    Host{"an IPv4 address", "192.0.2.1", true}, Host{"three numbers", "192.0.2", false},
                    Host{"an octal number", "192.0.02.1", false}, Host{"unspecified IPv6", "[::]", true},
                    Host{"a full IPv6 address", "[1:2:3:4:5:6:7:8]:1", true}, Host{"nine groups", "[1:2:3:4:5:6:7:8:9]", false},
                    Host{"eight groups and a gap", "[1:2:3:4:5:6:7::8]", false}, Host{"seven groups", "[1:2:3:4:5:6:7]", false},
                    Host{"an IPv4 tail", "[::ffff:192.0.2.1]", true}, Host{"an IPv4 head", "[192.0.2.1::]", false},
                    Host{"five digits", "[12345::]", false}, Host{"three colons", "[:::]", false}, Host{"no end", "[::1", false},
                    Host{"a zone", "[fe80::1%4]", false}, Host{"text behind the bracket", "[::1]x", false}));

TEST(Spelling, durations_and_sizes_read_what_is_written) {
    for (const std::int64_t each : {0LL, 1LL, 999LL, 1000LL, 90'000LL, 3'600'000LL, 86'400'000LL, 86'400'001LL, 31'622'400'000LL}) {
        EXPECT_EQ(*duration_from_text(to_string(Duration{each})), Duration{each});
    }
    for (const std::uint64_t each :
         {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{1000}, std::uint64_t{1024}, std::uint64_t{10'000'000}}) {
        EXPECT_EQ(*size_from_text(size_to_text(each)), each);
    }
    for (const char* bad : {"", "m", "5", "5 m", " 5m", "-5m", "5M", "5min", "1000000000000000000s", "\xC2\xB2s"})
        EXPECT_FALSE(duration_from_text(bad)) << bad;
    for (const char* bad : {"", "MB", "10", "10mb", "10 MB", "10MiB", "1.5MB"}) EXPECT_FALSE(size_from_text(bad)) << bad;
}

TEST(Spelling, times_of_day) {
    for (int minute = 0; minute < 1440; ++minute) {
        const std::chrono::minutes at{minute};
        EXPECT_EQ(*clock_from_text(clock_to_text(at)), at);
    }
    for (const char* bad : {"", "2:00", "02:60", "24:00", "02.00", "02:00:00", "-1:00", "0a:00"}) EXPECT_FALSE(clock_from_text(bad)) << bad;
}

TEST(Spelling, a_thumbprint_as_certmgr_copies_it) {
    const auto copied = thumbprint_from_text(
        "\xE2\x80\x8E"
        "3f 2a 19 c0 55 7b 1d 08 9e 44 21 6f a0 33 8c 5e 72 b1 0d 91");
    ASSERT_TRUE(copied);
    EXPECT_EQ(thumbprint_to_text(*copied), "3F2A19C0557B1D089E44216FA0338C5E72B10D91");
}

TEST(Spelling, paths_are_local_and_whole) {
    for (const char* fine : {"C:\\a", "d:/folder/file.pem"}) EXPECT_TRUE(path_from_text(fine)) << fine;
    for (const char* bad : {"", "C:", "C:\\", "C:a", "\\a", "\\\\server\\share\\a", "\\\\?\\C:\\a", "C:\\a:stream", "C:\\a*", "C:\\a\nb"}) {
        EXPECT_FALSE(path_from_text(bad)) << bad;
    }
}

TEST(Spelling, urls_are_https_and_hold_no_secret) {
    for (const char* fine : {"https://a", "https://a:8088/x?y=z", "HTTPS://[::1]:1/"}) EXPECT_TRUE(url_from_text(fine)) << fine;
    for (const char* bad : {"", "https://", "https:///x", "http://a", "ftp://a", "https://a b", "https://u@a", "https://a#f",
                            "https://a\r\nX: y", "https://a:99999"}) {
        EXPECT_FALSE(url_from_text(bad)) << bad;
    }
}

TEST(Spelling, of_a_url_only_scheme_host_port_and_first_segment_are_shown) {
    const std::pair<const char*, const char*> urls[] = {
        {"https://splunk.example.com:8088/services/collector/event", "https://splunk.example.com:8088/services/..."},
        {"https://siem.example.com", "https://siem.example.com"},
        {"https://siem.example.com/", "https://siem.example.com/"},
        {"https://siem.example.com/events", "https://siem.example.com/events"},
        {"https://siem.example.com/events/", "https://siem.example.com/events"},
        {"https://siem.example.com/events?token=5up3r", "https://siem.example.com/events/..."},
        {"https://siem.example.com?token=5up3r", "https://siem.example.com/..."},
        {"https://siem.example.com/?token=5up3r", "https://siem.example.com/..."},
        {"https://user:5up3r@siem.example.com/a", "https://siem.example.com/a/..."},
        {"https://a@b@siem.example.com", "https://siem.example.com/..."},
        {"HTTPS://[2001:db8::5]:1/x/5up3r", "HTTPS://[2001:db8::5]:1/x/..."},
        {"siem.example.com/x/5up3r", "siem.example.com/x/..."},
        {"https:\\siem\\5up3r", "https:/..."},
        {"", ""}};
    for (const auto& [url, shown] : urls) EXPECT_EQ(shown_url(url), shown) << url;
    EXPECT_EQ(host_of_url("https://[2001:db8::5]:8088/x"), "2001:db8::5");
    EXPECT_EQ(host_of_url("HTTPS://siem.example.com?x"), "siem.example.com");
}

TEST(Spelling, names_of_a_certificate_are_dns_names_and_addresses_in_one_spelling) {
    const std::pair<const char*, const char*> names[] = {{"vpn.example.com", "vpn.example.com"},
                                                         {"*.example.com", "*.example.com"},
                                                         {"vpn", "vpn"},
                                                         {"192.0.2.7", "192.0.2.7"},
                                                         {"2001:DB8:0:0::7", "2001:db8::7"},
                                                         {"::1", "::1"}};
    for (const auto& [text, name] : names) {
        const auto read = certificate_name_from_text(text);
        EXPECT_EQ(read ? *read : read.error().why, name) << text;
    }
    for (const char* bad : {"", "*", "*.", "vpn.*.com", "**.example.com", "192.0.2", "192.0.02.7", "*.192.0.2.7", "[2001:db8::7]",
                            "fe80::1%4", "0.0.0.0", "::", "1:2:3", "vpn example"}) {
        EXPECT_FALSE(certificate_name_from_text(bad)) << bad;
    }
}

TEST(Suggestion, a_swap_is_one_edit_and_short_words_need_to_be_close) {
    EXPECT_EQ(edit_distance("", "abc"), 3U);
    EXPECT_EQ(edit_distance("hosts", "hotss"), 1U);
    EXPECT_EQ(edit_distance("HOSTS", "hosts"), 0U);
    EXPECT_EQ(edit_distance("kitten", "sitting"), 3U);
    EXPECT_EQ(closest("intervall", {"mode", "interval"}), "interval");
    EXPECT_EQ(closest("abc", {"xyz"}), std::nullopt);
    EXPECT_EQ(closest("ip", {"log"}), std::nullopt);
    EXPECT_EQ(closest(std::string(100'000, 'a'), {"a"}), std::nullopt);
}

}  // namespace
}  // namespace sstp
