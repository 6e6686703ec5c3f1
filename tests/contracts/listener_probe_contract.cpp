#include "tests/contracts/listener_probe_contract.h"

#include <gtest/gtest.h>

namespace sstp::contract {
namespace {

class ListenerProbeContract : public testing::TestWithParam<AddressFamily> {
protected:
    ProbeOutcome probe(Scene scene) {
        listener_ = world_->listener(scene, GetParam());
        return world_->probe().probe(listener_.target);
    }
    const Served* served(Scene scene) {
        outcome_ = probe(scene);
        if (const auto* unreachable = std::get_if<Unreachable>(&outcome_))
            ADD_FAILURE() << unreachable->stage << ": " << unreachable->why.message();
        return std::get_if<Served>(&outcome_);
    }

    std::unique_ptr<ListenerWorld> world_ = make_listener_world();
    Listener listener_;
    ProbeOutcome outcome_;
};

TEST_P(ListenerProbeContract, TellsWhichCertificateIsServedAndThatSstpAnswers) {
    const auto* seen = served(Scene::fit);
    ASSERT_TRUE(seen);
    EXPECT_EQ(seen->leaf.hash, listener_.serves);
    EXPECT_FALSE(seen->leaf.dns_names.empty() && seen->leaf.subject.empty());
    EXPECT_EQ(seen->leaf.key, KeyState::usable);
    EXPECT_FALSE(seen->leaf.archived);
    ASSERT_TRUE(value_of<int>(seen->uri_status));
    EXPECT_EQ(*value_of<int>(seen->uri_status), 401);
}

TEST_P(ListenerProbeContract, AnExpiredCertificateIsAnAnswerAndNoError) {
    const auto* seen = served(Scene::expired);
    ASSERT_TRUE(seen);
    EXPECT_EQ(seen->leaf.hash, listener_.serves);
    EXPECT_EQ(to_rfc3339(seen->leaf.not_after), "2021-02-03T04:05:06.000Z");
    EXPECT_TRUE(value_of<int>(seen->uri_status));
}

TEST_P(ListenerProbeContract, AListenerWithoutSstpIsToldByItsStatus) {
    const auto* seen = served(Scene::not_found);
    ASSERT_TRUE(seen);
    ASSERT_TRUE(value_of<int>(seen->uri_status));
    EXPECT_EQ(*value_of<int>(seen->uri_status), 404);
}

TEST_P(ListenerProbeContract, WhereNobodyListensConnectingFails) {
    const auto outcome = probe(Scene::nobody_listens);
    const auto* unreachable = std::get_if<Unreachable>(&outcome);
    ASSERT_TRUE(unreachable);
    EXPECT_EQ(unreachable->stage, "connect");
    EXPECT_EQ(unreachable->why.kind, ErrorKind::unexpected);
    EXPECT_EQ(unreachable->why.code, 10061u);
}

TEST_P(ListenerProbeContract, WhereNoSessionComesAboutTheHandshakeFails) {
    const auto outcome = probe(Scene::no_session);
    const auto* unreachable = std::get_if<Unreachable>(&outcome);
    ASSERT_TRUE(unreachable);
    EXPECT_EQ(unreachable->stage, "handshake");
    EXPECT_EQ(unreachable->why.kind, ErrorKind::unexpected);
    EXPECT_FALSE(unreachable->no_cipher_for_this_key);
}

TEST_P(ListenerProbeContract, ThisMachineHasAddressesWithoutLoopbackAndIpv4First) {
    const auto addresses = world_->probe().addresses();
    ASSERT_TRUE(addresses) << addresses.error().message();
    bool ipv6 = false;
    for (const IpAddress& address : *addresses) {
        EXPECT_NE(address, IpAddress::loopback(address.family)) << address.to_string();
        EXPECT_FALSE(address.is_wildcard()) << address.to_string();
        EXPECT_FALSE(ipv6 && address.family == AddressFamily::ipv4);
        ipv6 = ipv6 || address.family == AddressFamily::ipv6;
    }
}

INSTANTIATE_TEST_SUITE_P(BothFamilies, ListenerProbeContract, testing::Values(AddressFamily::ipv4, AddressFamily::ipv6),
                         [](const auto& family) { return std::string(word(family.param)); });

}  // namespace
}  // namespace sstp::contract
