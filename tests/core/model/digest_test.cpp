#include "core/model/digest.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sstp::test {

namespace {

TEST(Hex, IsWrittenInUpperCaseWithoutSeparators) {
    EXPECT_EQ(to_hex(Bytes{0x00, 0x0F, 0xA5, 0xFF}), "000FA5FF");
    EXPECT_EQ(to_hex(Bytes{}), "");
}

TEST(Hex, IsReadAsPeopleCopyIt) {
    const Bytes bytes{0x00, 0x0F, 0xA5, 0xFF};
    for (const char* text : {"000FA5FF", "000fa5ff", "00 0f a5 ff", "00:0F:A5:FF", "00-0f-a5-ff", " 000fa5ff ", "0 00fa5ff"}) {
        EXPECT_EQ(from_hex(text), bytes) << text;
    }
    EXPECT_EQ(from_hex("\xE2\x80\x8E"
                       "00 0f a5 ff"),
              bytes)
        << "certmgr copies a left-to-right mark in front";
    EXPECT_EQ(from_hex(""), Bytes{});
}

TEST(Hex, RefusesWhatIsNotHex) {
    for (const char* text : {"0", "000", "0G", "0x00", "00,11", "00\n", "\xE2\x80",
                             "00\xE2\x80\x8E"
                             "11"})
        EXPECT_EQ(from_hex(text), std::nullopt) << text;
}

TEST(Digest, HasExactlyItsLength) {
    const std::string forty(40, 'a');
    EXPECT_TRUE(Thumbprint::parse(forty).has_value());
    EXPECT_FALSE(Thumbprint::parse(forty + "aa").has_value());
    EXPECT_FALSE(Thumbprint::parse(std::string(38, 'a')).has_value());
    EXPECT_FALSE(CertificateHash::parse(forty).has_value());
    EXPECT_TRUE(CertificateHash::parse(std::string(64, '0')).has_value());
    EXPECT_FALSE(Thumbprint::from_bytes(Bytes(19)).has_value());
    EXPECT_FALSE(Thumbprint::from_bytes(Bytes{}).has_value());
}

TEST(Digest, ReadsBackWhatItWrites) {
    const auto digest = Thumbprint::parse("3f2a000102030405060708090a0b0c0d0e0f1091").value();
    EXPECT_EQ(digest.to_string(), "3F2A000102030405060708090A0B0C0D0E0F1091");
    EXPECT_EQ(digest.brief(), "3F2A..91");
    EXPECT_EQ(Thumbprint::from_bytes(digest.to_vector()), digest);
    EXPECT_LT(digest, Thumbprint::parse("3F2B000102030405060708090A0B0C0D0E0F1091"));
}

}  // namespace

}  // namespace sstp::test
