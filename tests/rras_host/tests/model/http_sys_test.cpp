#include "model/http_sys.h"

#include <gtest/gtest.h>

namespace sstp::rras_host {

namespace {

TEST(ListenedAddresses, are_all_without_a_list_and_else_the_listed_ones) {
    using List = std::vector<std::string>;
    EXPECT_EQ(listened_addresses({}), (List{"127.0.0.1", "::1"}));
    EXPECT_EQ(listened_addresses({"127.0.0.2"}), (List{"127.0.0.2"})) << "127.0.0.1 and ::1 refuse";
    EXPECT_EQ(listened_addresses({"0.0.0.0"}), (List{"127.0.0.1"}));
    EXPECT_EQ(listened_addresses({"::", "0.0.0.0", "127.0.0.1"}), (List{"::1", "127.0.0.1"}));
    EXPECT_EQ(listened_addresses({"203.0.113.5"}), List{}) << "a test listens on loopback alone";
}

std::string served(const std::map<std::string, std::string>& links, const std::string& keyless = "") {
    return end_of_renewal("ONE", links, [&](const std::string& each) { return each != keyless; });
}

TEST(EndOfRenewal, is_the_last_of_the_chain_whose_key_can_be_used) {
    EXPECT_EQ(served({}), "ONE");
    EXPECT_EQ(served({{"ONE", "TWO"}}), "TWO");
    EXPECT_EQ(served({{"ONE", "TWO"}, {"TWO", "THREE"}}), "THREE");
    EXPECT_EQ(served({{"ONE", "TWO"}, {"TWO", "THREE"}}, "THREE"), "TWO");
    EXPECT_EQ(served({{"ONE", "TWO"}}, "TWO"), "ONE");
    EXPECT_EQ(served({{"ONE", "TWO"}, {"TWO", "ONE"}}), "TWO") << "a circle ends";
}

TEST(KeyIsTooNew, for_as_long_as_it_settles) {
    EXPECT_FALSE(key_is_too_new(100, 100, 0));
    EXPECT_TRUE(key_is_too_new(0, 19'999, 2));
    EXPECT_FALSE(key_is_too_new(0, 20'000, 2));
}

TEST(SstpStatus, is_401_only_when_everything_stands) {
    EXPECT_EQ(sstp_status({true, true, true}), 401);
    EXPECT_EQ(sstp_status({true, false, true}), 404);
    EXPECT_EQ(sstp_status({true, true, false}), 503);
    EXPECT_EQ(sstp_status({false, true, true}), 503);
}

}  // namespace

}  // namespace sstp::rras_host
