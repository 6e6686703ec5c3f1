// RRAS, and whoever restarts it, makes records anew in the middle of a heal: what they name counts, not the options beside it (DESIGN 7.1).

#include "tests/core/healing/one_server.h"

#include <gtest/gtest.h>

#include <functional>
#include <vector>

namespace sstp::healing_test {
namespace {

using namespace std::chrono_literals;
using namespace simulated;

class RecordMadeAnew : public OneServerTest {
protected:
    RecordMadeAnew() {
        for (ListenerBinding& each : world.bindings) each.options = {0x10000, 3600, 15'000, "list", "CA", 9};
        shop = make_certificate(7, {"shop.example.net"});
        add_certificate(world, shop);
        names(shop);
    }
    void names(const Certificate& certificate, bool with_options = true) {
        for (ListenerBinding record : std::vector<ListenerBinding>{world.bindings}) {
            record.certificate = certificate.thumbprint.to_vector();
            if (!with_options) record.options = {};
            world.set_binding(record);
        }
    }
    /// `somebody` acts as soon as the heal has begun, and it comes through all the same.
    void heal_while(const std::function<void(World&)>& somebody) {
        AtKind begun{PortCall::record_commit, 1, somebody};
        world.adversary = &begun;
        const auto outcome = server.heal();
        world.adversary = nullptr;
        ASSERT_TRUE(begun.acted());
        expect_result(HealResult::succeeded, outcome);
        EXPECT_TRUE(server.all_connect());
    }
    Certificate shop;
};

TEST_F(RecordMadeAnew, one_that_names_what_it_should_with_other_options_is_left_and_nothing_is_taken_back) {
    const Certificate own = server.memory.proven->certificate;
    heal_while([&](World&) { names(own, false); });
    for (const ListenerBinding& each : world.bindings) EXPECT_EQ(BindingOptions{}, each.options) << "as whoever made it wants them";
}

TEST_F(RecordMadeAnew, one_that_still_names_what_the_plan_rests_on_is_changed_and_keeps_its_new_options) {
    heal_while([&](World&) { names(shop, false); });
    for (const ListenerBinding& each : world.bindings) EXPECT_EQ(BindingOptions{}, each.options);
}

TEST_F(RecordMadeAnew, by_rras_that_somebody_restarts_it_is_waited_for_and_nothing_is_taken_back) {
    names(server.memory.proven->certificate);
    server.memory.proven->levels = {{AddressFamily::ipv4, Level::answers}, {AddressFamily::ipv6, Level::answers}};
    names(shop);
    world.traits.ready_after = 30s;
    heal_while([](World& at) { restart_rras(at); });
    EXPECT_EQ(0U, world.restarts_of_rras) << "his was enough";
}

}  // namespace
}  // namespace sstp::healing_test
