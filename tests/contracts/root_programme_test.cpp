#include "service/windows/portable/root_programme.h"

#include "tests/contracts/trust_list.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sstp::contracts {
namespace {

using testing::UnorderedElementsAre;

Thumbprint thumbprint(std::uint8_t number) { return *Thumbprint::from_bytes(Bytes(20, number)); }

TEST(RootProgrammeList, NamesEveryRootInIt) {
    const auto roots = roots_of_programme(encoded_trust_list({thumbprint(1), thumbprint(2), thumbprint(0xEE)}));
    ASSERT_TRUE(roots);
    EXPECT_THAT(*roots, UnorderedElementsAre(thumbprint(1), thumbprint(2), thumbprint(0xEE)));
}

TEST(RootProgrammeList, MayBeWrappedAsCmsWrapsIt) {
    const auto roots = roots_of_programme(in_message(der(0x04, {trust_list(kRootListSigner, {thumbprint(1)})})));
    ASSERT_TRUE(roots);
    EXPECT_THAT(*roots, UnorderedElementsAre(thumbprint(1)));
}

TEST(RootProgrammeList, OfDistrustedRootsIsNone) {
    EXPECT_EQ(roots_of_programme(in_message(trust_list(kDisallowedList, {thumbprint(1)}))), std::nullopt);
}

TEST(RootProgrammeList, ThatIsCutAnywhereIsNoneOrHasNoRootThatIsNotInIt) {
    const Bytes whole = encoded_trust_list({thumbprint(1), thumbprint(2)});
    for (std::size_t length = 0; length < whole.size(); ++length) {
        EXPECT_EQ(roots_of_programme(std::span{whole}.first(length)), std::nullopt) << length;
    }
}

TEST(RootProgrammeList, WithABrokenByteNeverReadsBeyondItsEnd) {
    const Bytes whole = encoded_trust_list({thumbprint(1), thumbprint(2)});
    for (std::size_t position = 0; position < whole.size(); ++position) {
        for (const int value : {0x00, 0x7F, 0x80, 0x84, 0xFF}) {
            Bytes broken = whole;
            broken[position] = static_cast<std::uint8_t>(value);
            (void)roots_of_programme(broken);   // the sanitizers say whether it stayed inside
        }
    }
}

}  // namespace
}  // namespace sstp::contracts
