#include "service/windows/portable/cipher_list.h"
#include "service/windows/portable/multi_text.h"
#include "service/windows/portable/smbios.h"
#include "service/windows/portable/time_sample.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>

namespace sstp {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

// ---- SMBIOS

/// The header of RawSMBIOSData, then the structures.
Bytes raw_table(std::initializer_list<Bytes> structures) {
    Bytes table{0, 3, 3, 0, 0, 0, 0, 0};
    for (const Bytes& each : structures) table.insert(table.end(), each.begin(), each.end());
    return table;
}
Bytes structure(std::uint8_t type, Bytes formatted, std::string strings) {
    Bytes bytes{type, static_cast<std::uint8_t>(formatted.size() + 4), 0x01, 0x00};
    bytes.insert(bytes.end(), formatted.begin(), formatted.end());
    bytes.insert(bytes.end(), strings.begin(), strings.end());
    bytes.insert(bytes.end(), {0, 0});
    return bytes;
}
Bytes system_information(const Bytes& uuid) {
    Bytes formatted{1, 2, 3, 4};
    formatted.insert(formatted.end(), uuid.begin(), uuid.end());
    formatted.insert(formatted.end(), {6, 5, 6});
    return formatted;
}
const Bytes kUuid = *from_hex("33221100554477668899AABBCCDDEEFF");

TEST(Smbios, TheUuidIsInTheFormThatWmicPrints) {
    const Bytes table =
        raw_table({structure(0, Bytes(20, 1), "BIOS maker"), structure(1, system_information(kUuid), "maker"), structure(127, {}, "")});
    EXPECT_EQ(smbios_uuid(table), "00112233-4455-6677-8899-AABBCCDDEEFF");
}

TEST(Smbios, WithoutAUuidItIsEmpty) {
    EXPECT_EQ(smbios_uuid({}), "");
    EXPECT_EQ(smbios_uuid(raw_table({structure(0, Bytes(20, 1), "BIOS")})), "");
    EXPECT_EQ(smbios_uuid(raw_table({structure(1, Bytes(4, 1), "old: a structure without UUID")})), "");
    EXPECT_EQ(smbios_uuid(raw_table({structure(1, system_information(Bytes(16, 0x00)), "not settable")})), "");
    EXPECT_EQ(smbios_uuid(raw_table({structure(1, system_information(Bytes(16, 0xFF)), "not set")})), "");
    EXPECT_EQ(smbios_uuid(raw_table({structure(127, {}, ""), structure(1, system_information(kUuid), "behind the end")})), "");
}

TEST(Smbios, ATableThatIsCutAnywhereIsReadNoFurther) {
    const Bytes whole = raw_table({structure(0, Bytes(20, 1), "BIOS"), structure(1, system_information(kUuid), "maker")});
    for (std::size_t length = 0; length < whole.size(); ++length) {
        const std::string uuid = smbios_uuid(std::span{whole}.first(length));
        EXPECT_TRUE(uuid.empty() || uuid == "00112233-4455-6677-8899-AABBCCDDEEFF") << length;
    }
}

// ---- the time service's last good sample

const WallTime kClock = *from_rfc3339("2026-11-21T02:14:00Z");
constexpr Duration kUpTime = 1h;

std::string sample_at(WallTime time, const std::string& source) {
    const auto ticks = std::chrono::duration_cast<std::chrono::duration<std::int64_t, std::ratio<1, 10'000'000>>>(time.time_since_epoch());
    return std::to_string(ticks.count() + 116'444'736'000'000'000) + ";" + source;
}

struct SampleCase {
    const char* sentence;
    std::string sample;
    bool set;
};
void PrintTo(const SampleCase& sample, std::ostream* out) { *out << sample.sentence; }

class TimeSamples : public testing::TestWithParam<SampleCase> {};

TEST_P(TimeSamples, ProveTheClockOrNothing) { EXPECT_EQ(clock_was_set(GetParam().sample, kClock, kUpTime), GetParam().set); }

INSTANTIATE_TEST_SUITE_P(
    Table, TimeSamples,
    testing::Values(
        SampleCase{"a sample of this boot", sample_at(kClock - 5min, "time.windows.com,0x9 (ntp.m|0x9|0.0.0.0:123)"), true},
        SampleCase{"a virtual machine's host is a source", sample_at(kClock - 1min, "VM IC Time Synchronization Provider"), true},
        SampleCase{"44: a sample from before the boot", sample_at(kClock - 2h, "dc1.corp.example"), false},
        SampleCase{"44: the clock is 60 days back and has not reached the sample yet", sample_at(kClock + 24h * 60, "dc1.corp.example"),
                   false},
        SampleCase{"78: the clock was in 2099 when it was sampled", sample_at(*from_rfc3339("2099-01-01T00:00:00Z"), "x"), false},
        SampleCase{"no source", sample_at(kClock - 5min, ""), false}, SampleCase{"no time", ";time.windows.com", false},
        SampleCase{"words instead of a time", "yesterday;time.windows.com", false}, SampleCase{"nothing", "", false},
        SampleCase{"a number without an end", "999999999999999999999999;x", false}));

// ---- Group Policy's values

RawValue multi_text(std::u16string_view characters) {
    RawValue raw{7, {}};
    for (const char16_t c : characters) {
        raw.data.push_back(static_cast<std::uint8_t>(c));
        raw.data.push_back(static_cast<std::uint8_t>(c >> 8));
    }
    return raw;
}

using Texts = Observed<std::vector<std::string>>;

TEST(MultiText, GivesItsTextsWhoeverWroteTheEnd) {
    const Texts two{std::vector<std::string>{"vpn.example.com", "prüfung.example"}};
    using namespace std::string_view_literals;
    EXPECT_EQ(decode_texts(multi_text(u"vpn.example.com\0prüfung.example\0\0"sv), "DnsNames"), two);
    EXPECT_EQ(decode_texts(multi_text(u"vpn.example.com\0prüfung.example\0"sv), "DnsNames"), two);
    EXPECT_EQ(decode_texts(multi_text(u"vpn.example.com\0prüfung.example"sv), "DnsNames"), two);
    EXPECT_EQ(decode_texts(multi_text(u"\0\0"sv), "DnsNames"), Texts{std::vector<std::string>{}});
    EXPECT_EQ(decode_texts(multi_text(u""sv), "DnsNames"), Texts{std::vector<std::string>{}});
}

TEST(MultiText, OfAnotherTypeOrBrokenIsUnreadableNotAbsent) {
    RawValue text = multi_text(u"vpn.example.com");
    text.type = RawValue::kText;
    RawValue odd = multi_text(u"vpn");
    odd.data.pop_back();
    RawValue lone_surrogate = multi_text(u"a");
    lone_surrogate.data = {0x00, 0xD8};
    for (const RawValue& raw : {text, odd, lone_surrogate}) {
        const Texts decoded = decode_texts(raw, "DnsNames");
        ASSERT_NE(why_unreadable(decoded), nullptr);
        EXPECT_EQ(why_unreadable(decoded)->kind, ErrorKind::malformed);
    }
    EXPECT_THAT(why_unreadable(decode_texts(text, "DnsNames"))->message(), HasSubstr("REG_SZ instead of REG_MULTI_SZ"));
    EXPECT_TRUE(is_absent(decode_texts(Absent{}, "DnsNames")));
}

TEST(GroupPolicyText, OfAnotherTypeIsUnreadableNotAbsent) {
    EXPECT_NE(why_unreadable(decode_one_text(RawValue::dword(1), "Issuer")), nullptr);
    EXPECT_NE(why_unreadable(decode_number(RawValue::binary({1, 2}), "RestartsPerDay")), nullptr);
    EXPECT_EQ(decode_number(RawValue::dword(8), "RestartsPerDay"), Observed<std::uint32_t>{8U});
    EXPECT_TRUE(is_absent(decode_number(Absent{}, "RestartsPerDay")));
}

// ---- cipher lists

struct CipherCase {
    const char* sentence;
    std::vector<std::string> suites;
    bool tls13;
    ServedKeys keys;
};
void PrintTo(const CipherCase& ciphers, std::ostream* out) { *out << ciphers.sentence; }

class CipherLists : public testing::TestWithParam<CipherCase> {};

TEST_P(CipherLists, SayWhichKeysTheyServe) { EXPECT_EQ(keys_served_by(GetParam().suites, GetParam().tls13), GetParam().keys); }

INSTANTIATE_TEST_SUITE_P(
    Table, CipherLists,
    testing::Values(
        CipherCase{"Windows' own list serves both",
                   {"TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384", "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", "TLS_RSA_WITH_AES_128_CBC_SHA"},
                   true,
                   {true, true}},
        CipherCase{"70: RSA alone", {"TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256"}, true, {true, false}},
        CipherCase{"70: ECDSA alone", {"TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"}, true, {false, true}},
        CipherCase{
            "a suite of TLS 1.3 serves both", {"TLS_AES_256_GCM_SHA384", "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"}, true, {true, true}},
        CipherCase{
            "unless TLS 1.3 is switched off", {"TLS_AES_256_GCM_SHA384", "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"}, false, {true, false}},
        CipherCase{"nothing serves nothing", {}, true, {false, false}}));

TEST(CipherLists, OnlyAnAlertOfThatKindTellsOfThem) {
    EXPECT_TRUE(tells_of_no_common_cipher(true, 40, 0x80090326));
    EXPECT_TRUE(tells_of_no_common_cipher(true, 71, 0x80090326));
    EXPECT_TRUE(tells_of_no_common_cipher(false, 0, 0x80090331));
    EXPECT_FALSE(tells_of_no_common_cipher(false, 40, 10054)) << "a reset is no alert";
    EXPECT_FALSE(tells_of_no_common_cipher(true, 70, 0x80090326)) << "protocol_version";
    EXPECT_FALSE(tells_of_no_common_cipher(true, 48, 0x80090326)) << "unknown_ca";
}

}  // namespace
}  // namespace sstp
