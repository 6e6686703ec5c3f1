#include "core/siem/unicode.h"

#include "core/siem/host_name.h"
#include "tests/core/siem/strict_event.h"
#include "tests/core/siem/strict_syslog.h"

#include <gtest/gtest.h>

namespace sstp {
namespace {

TEST(Unicode, what_is_not_utf8_is_replaced_and_the_rest_stays) {
    struct Row {
        const char* name;
        std::string given, expected;
    };
    const std::string r = "\xEF\xBF\xBD";
    for (const Row& row : std::initializer_list<Row>{
             {"nothing", "", ""},
             {"ASCII with a NUL", std::string("a\0b", 3), std::string("a\0b", 3)},
             {"two, three and four bytes", "\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80", "\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80"},
             {"the last character", "\xF4\x8F\xBF\xBF", "\xF4\x8F\xBF\xBF"},
             {"one beyond it", "\xF4\x90\x80\x80", r + r + r + r},
             {"continuation bytes alone", "\x80\xBF", r + r},
             {"an overlong slash in two, three and four bytes", "\xC0\xAF/\xE0\x80\xAF/\xF0\x80\x80\xAF",
              r + r + "/" + r + r + r + "/" + r + r + r + r},
             {"a character that ends too soon counts once", "\xE2\x82|\xF0\x9F\x98|\xC3", r + "|" + r + "|" + r},
             {"a surrogate counts once", "\xED\xA0\x80|\xED\xBF\xBF", r + "|" + r},
             {"a surrogate pair written as UTF-8 is two of them", "\xED\xA0\xBD\xED\xB8\x80", r + r},
             {"Latin-1", "M\xFCller", "M" + r + "ller"},
         }) {
        const std::string valid = valid_utf8(row.given);
        EXPECT_EQ(valid, row.expected) << row.name;
        EXPECT_TRUE(strict::is_utf8(valid)) << row.name;
    }
}

TEST(Unicode, ascii_escapes_can_be_undone) {
    EXPECT_EQ(ascii_escaped("caf\xC3\xA9 \xF0\x9F\x98\x80"), "caf\\u00E9 \\uD83D\\uDE00");
    EXPECT_EQ(ascii_escaped(R"(C:\users \u0041 \u00e \)"), R"(C:\users \u005Cu0041 \u00e \)");
    for (const char* text : {R"(\\u0041\u005Cu0041\ud83d\ude00)", "\xEF\xBF\xBF\\\xC3\xA9", R"(\\\\u1234)"}) {
        EXPECT_EQ(strict::without_escapes(ascii_escaped(text)), text);
    }
}

TEST(Unicode, a_text_is_cut_between_characters_and_marked) {
    EXPECT_EQ(shortened("0123456789", 10), "0123456789");
    EXPECT_EQ(shortened("0123456789x", 10), "0123 [cut]");
    EXPECT_EQ(shortened("\xE2\x82\xAC\xE2\x82\xAC\xE2\x82\xAC\xE2\x82\xAC", 11), "\xE2\x82\xAC [cut]");
}

/// RFC 3492 section 7.1, and names as registries have them.
TEST(HostName, punycode_is_that_of_the_rfc) {
    struct Row {
        const char* name;
        std::u32string label;
        const char* encoded;
    };
    for (const Row& row : std::initializer_list<Row>{
             {"(A) Arabic", U"\u0644\u064A\u0647\u0645\u0627\u0628\u062A\u0643\u0644\u0645\u0648\u0634\u0639\u0631\u0628\u064A\u061F",
              "egbpdaj6bu4bxfgehfvwxn"},
             {"(B) Chinese, simplified", U"\u4ED6\u4EEC\u4E3A\u4EC0\u4E48\u4E0D\u8BF4\u4E2D\u6587", "ihqwcrb4cv8a8dqg056pqjye"},
             {"(D) Czech", U"Pro\u010Dprost\u011Bnemluv\u00ED\u010Desky", "Proprostnemluvesky-uyb24dma41a"},
             {"(E) Hebrew",
              U"\u05DC\u05DE\u05D4\u05D4\u05DD\u05E4\u05E9\u05D5\u05D8\u05DC\u05D0\u05DE\u05D3\u05D1\u05E8\u05D9\u05DD\u05E2\u05D1\u05E8"
              U"\u05D9"
              U"\u05EA",
              "4dbcagdahymbxekheh6e0a7fei0b"},
             {"(L) Japanese with digits", U"3\u5E74B\u7D44\u91D1\u516B\u5148\u751F", "3B-ww4c5e180e575a65lsy2b"},
             {"(S) ASCII", U"-> $1.00 <-", "-> $1.00 <--"},
             {"beyond the basic plane", U"\U0001F4A9", "ls8h"},
         }) {
        EXPECT_EQ(punycode(row.label), row.encoded) << row.name;
    }
}

TEST(HostName, labels_beyond_ascii_become_a_labels_and_others_stay) {
    EXPECT_EQ(to_a_labels("vpn.example.com"), "vpn.example.com");
    EXPECT_EQ(to_a_labels("vpn.m\xC3\xBCller.example"), "vpn.xn--mller-kva.example");
    EXPECT_EQ(to_a_labels("M\xC3\xBCller."), "xn--mller-kva.");
    std::string long_label;
    for (int i = 0; i < 70; ++i) long_label += "\xC3\xBC";
    EXPECT_EQ(to_a_labels(long_label), long_label) << "over 63 octets: no label";
    EXPECT_EQ(to_a_labels("a.\xEF\xBF\xBD"), "a.\xEF\xBF\xBD") << "what was no character is no name";
}

TEST(HostName, a_header_gets_printable_ascii_whatever_the_name) {
    EXPECT_EQ(header_host(""), "-");
    EXPECT_EQ(header_host("VPN 01\n"), "VPN-01-");
    EXPECT_EQ(header_host("a\xEF\xBF\xBD"), "a-");
    EXPECT_EQ(header_host(std::string(300, 'x')), std::string(255, 'x'));
}

}  // namespace
}  // namespace sstp
