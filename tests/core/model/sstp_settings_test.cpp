#include "core/model/sstp_settings.h"

#include <gtest/gtest.h>

namespace sstp::test {

namespace {

Bytes utf16(std::u16string_view text) {
    Bytes bytes;
    for (const char16_t unit : text) {
        bytes.push_back(static_cast<std::uint8_t>(unit & 0xFF));
        bytes.push_back(static_cast<std::uint8_t>(unit >> 8));
    }
    return bytes;
}

std::string text_of(const Bytes& data) {
    const auto decoded = decode_text(RawValue{RawValue::kText, data});
    const auto* text = value_of(decoded);
    return text ? *text : "malformed: " + std::get<Malformed>(decoded).explanation;
}

template <class T>
std::string why_malformed(const Stored<T>& stored) {
    const auto* malformed = std::get_if<Malformed>(&stored);
    return malformed ? malformed->explanation : "not malformed";
}

TEST(Decode, KeepsAbsentAndUnreadableApart) {
    const Error error{ErrorKind::access_denied, "read", "x", 5, "Access is denied"};
    EXPECT_TRUE(is_absent(decode_sha1(Absent{})));
    EXPECT_TRUE(is_absent(decode_dword(Absent{})));
    EXPECT_TRUE(is_absent(decode_text(Absent{})));
    EXPECT_EQ(*why_unreadable(decode_sha256(Unreadable{error})), error);
    EXPECT_EQ(*why_unreadable(decode_text(Unreadable{error})), error);
}

TEST(Decode, HashesAreBytesOfTheirLength) {
    EXPECT_EQ(*value_of(decode_sha1(RawValue::binary(Bytes(20, 7)))), *Thumbprint::from_bytes(Bytes(20, 7)));
    EXPECT_EQ(*value_of(decode_sha256(RawValue::binary(Bytes(32, 7)))), *CertificateHash::from_bytes(Bytes(32, 7)));
    EXPECT_EQ(why_malformed(decode_sha1(RawValue::binary(Bytes(19)))), "19 bytes instead of 20");
    EXPECT_EQ(why_malformed(decode_sha1(RawValue::binary(Bytes(32)))), "32 bytes instead of 20");
    EXPECT_EQ(why_malformed(decode_sha256(RawValue::binary({}))), "0 bytes instead of 32");
    EXPECT_EQ(why_malformed(decode_sha1(RawValue{RawValue::kText, Bytes(20)})), "REG_SZ instead of REG_BINARY");
    EXPECT_EQ(why_malformed(decode_sha1(RawValue{0, Bytes(20)})), "REG_NONE instead of REG_BINARY");
    EXPECT_EQ(why_malformed(decode_sha1(RawValue{99, Bytes(20)})), "registry type 99 instead of REG_BINARY");
}

TEST(Decode, MalformedKeepsTheRawValueForUndo) {
    const RawValue raw{7, {1, 2, 3}};
    EXPECT_EQ(std::get<Malformed>(decode_sha1(raw)).raw, raw);
}

TEST(Decode, NumbersAreLittleEndian) {
    EXPECT_EQ(RawValue::dword(0x12345678).data, (Bytes{0x78, 0x56, 0x34, 0x12}));
    for (const std::uint32_t number : {0U, 1U, 443U, 0x80000000U, 0xFFFFFFFFU})
        EXPECT_EQ(*value_of(decode_dword(RawValue::dword(number))), number);
    EXPECT_EQ(why_malformed(decode_dword(RawValue{RawValue::kDword, {1}})), "1 bytes instead of 4");
    EXPECT_EQ(why_malformed(decode_dword(RawValue{11, Bytes(8)})), "REG_QWORD instead of REG_DWORD");
}

TEST(Decode, TextIsUtf16AndEndsAtTheFirstNul) {
    EXPECT_EQ(text_of(utf16(u"/sra_{BA195980}/")), "/sra_{BA195980}/");
    EXPECT_EQ(text_of(utf16(std::u16string_view{u"ab\0cd", 5})), "ab");
    EXPECT_EQ(text_of({}), "");
    EXPECT_EQ(text_of(utf16(u"\u00E4\u20AC\U0001F600")), "\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80");
}

TEST(Decode, TextThatIsNotWellFormedIsMalformed) {
    EXPECT_EQ(text_of({'a'}), "malformed: 1 bytes, an odd number");
    const std::string broken = "malformed: text that is not well-formed UTF-16";
    EXPECT_EQ(text_of({0x00, 0xD8}), broken) << "a high surrogate at the end";
    EXPECT_EQ(text_of({0x00, 0xD8, 'a', 0}), broken) << "a high surrogate before a letter";
    EXPECT_EQ(text_of({0x00, 0xDC}), broken) << "a low surrogate alone";
    EXPECT_EQ(why_malformed(decode_text(RawValue{2, utf16(u"a")})), "REG_EXPAND_SZ instead of REG_SZ");
}

TEST(RegistryName, IsThatOfTheRegistry) {
    EXPECT_STREQ(registry_name(SstpValue::sha1_certificate_hash), "Sha1CertificateHash");
    EXPECT_STREQ(registry_name(SstpValue::is_hash_configured_by_admin), "isHashConfiguredByAdmin");
}

}  // namespace

}  // namespace sstp::test
