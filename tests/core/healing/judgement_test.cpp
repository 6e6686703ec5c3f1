// One look judged (DESIGN 2.4): which levels are missed, which complaints count, whose choice stands.

#include "core/healing/proof.h"
#include "tests/core/healing/one_server.h"

#include <gtest/gtest.h>

namespace sstp::healing_test {
namespace {

using namespace std::chrono_literals;
using namespace simulated;

class JudgedLook : public OneServerTest {
protected:
    /// A heal before which both families answered.
    static OpenHeal heal_to(const Certificate& target) {
        OpenHeal heal;
        heal.target = target;
        heal.before = {{AddressFamily::ipv4, Level::answers}, {AddressFamily::ipv6, Level::answers}};
        return heal;
    }
    Look look() {
        auto [state, assessment] = server.look();
        return {std::move(state), std::move(assessment)};
    }
};

TEST_F(JudgedLook, a_family_that_answered_before_is_missed_whatever_was_proven_of_it) {
    struct Row {
        const char* sentence;
        std::map<AddressFamily, Level> proven;
        std::vector<Reason> reported_only;
    };
    const Row rows[] = {
        {"both were proven", {{AddressFamily::ipv4, Level::answers}, {AddressFamily::ipv6, Level::answers}}, {}},
        {"IPv6 came after the last proof", {{AddressFamily::ipv4, Level::answers}}, {}},
        {"IPv6 was known to be out, and had come back",
         {{AddressFamily::ipv4, Level::answers}, {AddressFamily::ipv6, Level::answers}},
         {Reason::listener_unreachable_ipv6}},
    };
    world.listener_off[AddressFamily::ipv6] = true;
    for (const Row& row : rows) {
        server.memory.proven->levels = row.proven;
        server.memory.reported_only = row.reported_only;
        const Judgement seen = judge(look(), heal_to(cert1()), server.memory);
        EXPECT_EQ(Standing::not_yet, seen.standing) << row.sentence;
        EXPECT_EQ((std::vector<AddressFamily>{AddressFamily::ipv6}), seen.lower) << row.sentence;
        EXPECT_NE(std::string::npos, seen.open.find("ipv6 is at level 0")) << row.sentence << ": " << seen.open;
        EXPECT_NE(std::string::npos, seen.open.find("should be at 3")) << row.sentence << ": " << seen.open;
    }
}

TEST_F(JudgedLook, where_one_listener_that_answers_will_do_a_new_complaint_about_the_other_counts_and_one_of_every_start_does_not) {
    struct Row {
        const char* sentence;
        std::uint32_t event_id;
        bool at_previous_start_too;
        bool counts;
    };
    constexpr Row rows[] = {
        {"13 for the first time, and IPv6 answers nothing", 13, false, true},
        {"13 as at the start before", 13, true, false},
        {"12 for the first time, and IPv4 answers", 12, false, false},
        {"25, which is about both, for the first time", 25, false, true},
        {"25 as at the start before", 25, true, false},
    };
    world.listener_off[AddressFamily::ipv6] = true;
    const Look seen = look();
    OpenHeal heal = heal_to(cert1());
    heal.before = {{AddressFamily::ipv4, Level::nothing}, {AddressFamily::ipv6, Level::nothing}};
    for (const Row& row : rows) {
        Memory memory = server.memory;
        memory.proven.reset();
        memory.complaints = {{row.event_id, world.wall, row.at_previous_start_too}};
        const Judgement judgement = judge(seen, heal, memory);
        EXPECT_EQ(row.counts ? Standing::not_yet : Standing::ready, judgement.standing) << row.sentence << ": " << judgement.open;
        const std::string told = "RRAS complained with event " + std::to_string(row.event_id);
        EXPECT_EQ(row.counts, judgement.open.find(told) != std::string::npos) << row.sentence << ": " << judgement.open;
    }
}

TEST_F(JudgedLook, what_somebody_put_in_force_everywhere_and_is_adopted_is_theirs_also_while_something_is_in_the_way_of_every_choice) {
    renew();
    const Certificate theirs = newer_certificate(3);
    add_certificate(world, theirs);
    move_everything(world, theirs, 1);
    Look seen = look();
    ASSERT_TRUE(seen.assessment.desired.adopt);
    ASSERT_EQ(theirs.hash, seen.assessment.desired.adopt->hash);
    seen.assessment.desired.certificate.reset();
    seen.assessment.desired.candidates.clear();   // with an obstacle nothing is chosen among them
    seen.assessment.desired.obstacle = Obstacle{Reason::state_unreadable, "Something is in the way."};
    EXPECT_EQ(Standing::overtaken, judge(seen, heal_to(cert2()), server.memory).standing) << "nothing of it is taken back";
}

}  // namespace
}  // namespace sstp::healing_test
