// What becomes of deliveries: down and restored in pairs, losses from durable counters, and notices that cannot be lost.

#include "core/journal/told.h"
#include "tests/core/journal/told_in_short.h"

#include <gtest/gtest.h>

namespace sstp {
namespace {

using namespace std::chrono_literals;

const WallTime kThen = *from_rfc3339("2026-11-21T12:00:00Z");

class ToldDestinations : public testing::Test {
protected:
    ToldDestinations() {
        policy.destinations.emplace_back().name = "soc";
        policy.maximum_queued = 60;
        soc.name = "soc";
        soc.where = "siem.example.com:6514 (tls)";
    }
    std::string told(Duration after = 0s) {
        draft.contents.last_sequence += draft.events.size();   // the last draft was committed
        draft.events.clear();
        result = tell_destinations(draft, policy, {soc}, kThen + after);
        for (const ToldLosses& each : result.losses) acknowledge(each);
        return in_short(draft.events);
    }
    /// As the outbox does (Outbox::told).
    void acknowledge(const ToldLosses& each) {
        Loss& loss = soc.position.losses[each.reason];
        loss.told = each.total;
        if (loss.told == loss.total) loss.first_sequence = 0;
    }
    void lose(std::uint64_t first, std::uint64_t last, LossReason reason = LossReason::queue_full) {
        Loss& loss = soc.position.losses[reason];
        loss.total += last - first + 1;
        if (loss.first_sequence == 0) loss.first_sequence = first;
        loss.last_sequence = last;
    }
    void down() { soc.position.down_since = kThen; }
    void up() { soc.position.down_since.reset(); }
    std::string range() const {
        const auto& fields = draft.events.at(0).fields;
        return fields.at("count") + ": " + fields.at("first_sequence") + " to " + fields.at("last_sequence");
    }

    SiemPolicy policy;
    DestinationState soc;
    JournalDraft draft;
    DestinationsTold result;
};

TEST_F(ToldDestinations, down_and_restored_are_a_pair_and_flapping_is_told_once_a_minute) {
    EXPECT_EQ("", told());
    soc.position.last_attempt = LastAttempt{kThen, false, "h", "", "TLS 1.3", "refused", 0, "connect"};
    down();
    EXPECT_EQ("siem_destination_down connect", told());
    EXPECT_EQ("", told(5min));
    up();
    EXPECT_EQ("siem_destination_restored", told(6min));
    down();
    EXPECT_EQ("", told(6min + 10s));
    EXPECT_TRUE(result.look_again);
    EXPECT_EQ("siem_destination_down connect", told(7min + 10s));
}

TEST_F(ToldDestinations, it_is_remembered_that_a_position_was_opened_until_the_policy_drops_the_name) {
    (void)told();
    EXPECT_TRUE(draft.contents.destinations.at("soc").known);
    policy.destinations.clear();
    (void)tell_destinations(draft, policy, {}, kThen);
    EXPECT_TRUE(draft.contents.destinations.empty());
}

/// Found live: the notice was made while the queue was full, and fell out of it.
TEST_F(ToldDestinations, losses_are_told_when_there_is_room_for_the_notice) {
    down();
    (void)told();
    lose(1, 71);
    EXPECT_EQ("", told(1h)) << "down";
    lose(72, 194);
    up();
    soc.waiting.count = 60;
    EXPECT_EQ("siem_destination_restored", told(2h)) << "the queue is full";
    soc.waiting.count = 12;
    EXPECT_EQ("events_dropped queue_full", told(3h));
    EXPECT_EQ("194: 1 to 194", range());
    EXPECT_EQ(194U, soc.position.losses[LossReason::queue_full].told);
    EXPECT_EQ("", told(4h));
}

/// Found live: "11 to 30", then "11 to 194" for what came behind 30.
TEST_F(ToldDestinations, a_later_notice_does_not_go_back_over_what_was_told) {
    lose(11, 30);
    EXPECT_EQ("events_dropped queue_full", told());
    EXPECT_EQ("20: 11 to 30", range());
    lose(173, 194);
    soc.position.losses[LossReason::queue_full].first_sequence = 11;   // by a thread that does not know what was told
    EXPECT_EQ("events_dropped queue_full", told(1h));
    EXPECT_EQ("22: 31 to 194", range());
}

TEST_F(ToldDestinations, a_notice_that_fell_out_itself_is_told_anew) {
    draft.contents.last_sequence = 40;
    lose(1, 20);
    EXPECT_EQ("events_dropped queue_full", told());   // number 41
    down();
    (void)told(1h);
    lose(21, 90);   // 41 among them
    up();
    EXPECT_EQ("siem_destination_restored, events_dropped queue_full", told(2h));
    EXPECT_EQ("90", draft.events.at(1).fields.at("count"));
    EXPECT_EQ("1", draft.events.at(1).fields.at("first_sequence"));
    EXPECT_EQ("90", draft.events.at(1).fields.at("last_sequence"));
    EXPECT_EQ("", told(3h));
}

TEST_F(ToldDestinations, a_notice_that_a_receiver_refuses_is_not_told_for_ever) {
    draft.contents.last_sequence = 40;
    lose(7, 7, LossReason::refused);
    EXPECT_EQ("events_dropped refused", told());   // number 41
    lose(41, 41, LossReason::refused);
    for (Duration at = 1h; at < 50h; at += 1h) EXPECT_EQ("", told(at));
    lose(60, 60, LossReason::refused);
    EXPECT_EQ("events_dropped refused", told(60h)) << "the next loss takes it along";
    EXPECT_EQ("2: 41 to 60", range());
}

TEST_F(ToldDestinations, losses_that_an_earlier_process_told_are_not_told_again) {
    lose(1, 5);
    soc.position.losses[LossReason::queue_full].told = 5;
    EXPECT_EQ("", told());
    draft.contents.destinations["soc"].losses_told["queue_full"] = 5;
    soc.position.losses[LossReason::queue_full].told = 0;   // it died before the outbox heard of it
    EXPECT_EQ("", told(1h));
    EXPECT_EQ(5U, soc.position.losses[LossReason::queue_full].told);
}

}  // namespace
}  // namespace sstp
