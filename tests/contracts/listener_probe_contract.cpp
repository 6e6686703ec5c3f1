#include "tests/contracts/listener_probe_contract.h"

#include <gtest/gtest.h>

#include <algorithm>

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
    EXPECT_NE(seen->leaf.thumbprint, Thumbprint{});
    EXPECT_EQ(seen->leaf.dns_names.front(), "vpn.example.com");
    EXPECT_EQ(seen->leaf.key, KeyState::usable) << "it has just signed";
    EXPECT_NE(value_of(seen->leaf.chain), nullptr);
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

TEST_P(ListenerProbeContract, AChainThatIsSentWholeIsComplete) {
    const auto* seen = served(Scene::fit);
    ASSERT_TRUE(seen);
    EXPECT_EQ(seen->sent_chain, SentChain::complete) << seen->sent_chain_explanation;
    EXPECT_EQ(seen->sent_chain_explanation, "");
}

TEST_P(ListenerProbeContract, AnIntermediateThatIsNotSentIsMissed) {   // 71
    const auto* seen = served(Scene::chain_cut);
    ASSERT_TRUE(seen);
    EXPECT_EQ(seen->leaf.hash, listener_.serves);
    EXPECT_EQ(seen->sent_chain, SentChain::incomplete) << seen->sent_chain_explanation;
    EXPECT_NE(seen->sent_chain_explanation, "");
}

TEST_P(ListenerProbeContract, AnIntermediateThatHasEndedIsBad) {   // 71
    const auto* seen = served(Scene::chain_ended);
    ASSERT_TRUE(seen);
    EXPECT_EQ(seen->sent_chain, SentChain::bad) << seen->sent_chain_explanation;
    EXPECT_NE(seen->sent_chain_explanation, "");
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
    EXPECT_FALSE(unreachable->no_cipher_for_this_key);
}

TEST_P(ListenerProbeContract, WhereNoSessionComesAboutTheHandshakeFails) {
    const auto outcome = probe(Scene::no_session);
    const auto* unreachable = std::get_if<Unreachable>(&outcome);
    ASSERT_TRUE(unreachable);
    EXPECT_EQ(unreachable->stage, "handshake");
    EXPECT_EQ(unreachable->why.kind, ErrorKind::unexpected);
    EXPECT_FALSE(unreachable->no_cipher_for_this_key) << "a reset has a hundred causes";
}

TEST_P(ListenerProbeContract, WhoTookThePortIsNamedAndHttpSysIsNot) {   // 68
    const auto taken = world_->taken_port();
    const auto owners = world_->probe().port_taken_by(taken ? taken->second : std::uint16_t{1});
    if (!taken) {
        EXPECT_TRUE(!owners || owners->empty()) << owners->front().process;
        return;
    }
    ASSERT_TRUE(owners) << owners.error().message();
    EXPECT_NE(std::ranges::find(*owners, PortOwner{GetParam(), taken->first}), owners->end());
    const auto nobody = world_->probe().port_taken_by(1);
    EXPECT_TRUE(!nobody || nobody->empty());
}

TEST_P(ListenerProbeContract, AddressesOfTheMachineComeWithoutLoopbackAndIpv4First) {
    const auto addresses = world_->probe().addresses();
    ASSERT_TRUE(addresses) << addresses.error().message();
    for (const IpAddress& each : *addresses) {
        EXPECT_NE(each, IpAddress::loopback(each.family));
        EXPECT_FALSE(each.is_wildcard());
    }
    EXPECT_TRUE(std::ranges::is_sorted(*addresses, {}, &IpAddress::family));
}

INSTANTIATE_TEST_SUITE_P(BothFamilies, ListenerProbeContract, testing::Values(AddressFamily::ipv4, AddressFamily::ipv6),
                         [](const auto& family) { return std::string(word(family.param)); });

}  // namespace
}  // namespace sstp::contract
