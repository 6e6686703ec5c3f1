// The replaced certificate, when the policy says that it goes (promise keys-stay).

#include "tests/core/healing/one_server.h"

#include <gtest/gtest.h>

namespace sstp::healing_test {
namespace {

using namespace std::chrono_literals;
using namespace simulated;

class Retirement : public OneServerTest {};

TEST_F(Retirement, nothing_is_retired_once_the_kill_switch_is_set_or_we_are_being_stopped) {
    server.policy.certificate.retire_old = RetireOld::remove;
    renew();
    const Server renewed = server;
    for (const bool by_kill_switch : {true, false}) {
        Server each = renewed;
        // Behind the intent of the retirement, when the heal has long succeeded.
        const auto intended = [&] { return each.told(EventType::certificate_retired) > 0; };
        if (by_kill_switch) each.may_change = [&] { return !intended(); };
        AtKind somebody{PortCall::record_commit, 5, [&](World& at) { at.stop_requested = !by_kill_switch; }};
        each.world.adversary = &somebody;
        expect_result(HealResult::succeeded, each.heal());
        ASSERT_TRUE(intended());
        EXPECT_EQ(1U, each.told(EventType::certificate_retired)) << "intended, and not done";
        EXPECT_TRUE(stored(each.world, cert1().thumbprint)) << "a removed certificate does not come back";
    }
}

TEST_F(Retirement, the_old_certificate_is_retired_only_when_the_policy_says_so_and_nothing_names_it) {
    const Server settled = server;
    struct Row {
        RetireOld how;
        bool in_use;
    };
    for (const Row row :
         {Row{RetireOld::keep, false}, Row{RetireOld::archive, false}, Row{RetireOld::archive, true}, Row{RetireOld::remove, false}}) {
        Server each = settled;
        each.policy.certificate.retire_old = row.how;
        expire(each.world);
        if (row.in_use)
            each.world.set_binding({Endpoint::wildcard(AddressFamily::ipv4, 8443), cert1().thumbprint.to_vector(), kIisAppId, "MY", {}});
        expect_result(HealResult::succeeded, each.heal());
        const auto* old = stored(each.world, cert1().thumbprint);
        EXPECT_EQ(row.how != RetireOld::remove || row.in_use, old != nullptr);
        if (old) {
            EXPECT_EQ(row.how == RetireOld::archive && !row.in_use, old->certificate.archived);
        }
        EXPECT_EQ(row.how == RetireOld::keep || row.in_use ? 0U : 2U, each.told(EventType::certificate_retired));
    }
}

TEST_F(Retirement, where_records_cannot_be_read_the_old_certificate_counts_as_in_use) {
    /// From the moment that the heal has told of its success.
    class RecordsUnreadable final : public Adversary {
    public:
        explicit RecordsUnreadable(const Server& of) : server_(of) {}
        Verdict on_call(PortCall call, std::uint64_t) override {
            const bool begins = call == PortCall::bindings_all && server_.told(EventType::heal_succeeded) > 0;
            return begins ? Verdict{Effect::fails, ErrorKind::busy, 170} : Verdict{};
        }

    private:
        const Server& server_;
    };
    server.policy.certificate.retire_old = RetireOld::archive;
    renew();
    RecordsUnreadable nature{server};
    world.adversary = &nature;
    expect_result(HealResult::succeeded, server.heal());
    EXPECT_EQ(0U, server.told(EventType::certificate_retired));
    EXPECT_FALSE(stored(world, cert1().thumbprint)->certificate.archived);
}

}  // namespace
}  // namespace sstp::healing_test
