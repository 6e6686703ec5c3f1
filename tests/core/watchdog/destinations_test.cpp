// What the deciding thread makes of deliveries, and of what the event log repeats.

#include "tests/core/watchdog/server_with_record.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <optional>

namespace sstp {
namespace {

using namespace simulated;
using test::kPolicyFile;
using test::ServerWithRecord;
using namespace std::chrono_literals;

/// Forwarding whose states the test sets.
class ToldForwarding final : public Forwarding {
public:
    void apply(const SiemPolicy& policy) override { applied.push_back(policy); }
    void new_events() override { ++woken; }
    void try_now() override { ++tried; }
    std::vector<DestinationState> states() override { return now; }
    void told(const std::string& destination, LossReason reason, std::uint64_t total) override {
        for (DestinationState& each : now) {
            if (each.name != destination) continue;
            each.position.losses[reason].told = total;
            ++tellings;
        }
    }

    std::vector<DestinationState> now;
    std::vector<SiemPolicy> applied;
    int woken = 0;
    int tried = 0;
    int tellings = 0;
};

class Destinations : public testing::Test {
protected:
    void SetUp() override {
        policy(R"({"siem": {"destinations": [{"name": "soc", "hosts": ["siem.example.com"]}]}, "limits": {"quiet_period": "0s"}})");
        DestinationState soc;
        soc.name = "soc";
        soc.where = "siem.example.com:6514 (tls)";
        soc.waiting.count = 12;
        forwarding.now = {soc};
        begin();
    }
    void begin() {
        watchdog.reset();
        ports = std::make_unique<ProcessPorts>(server.world, server.record, &forwarding);
        watchdog = std::make_unique<Watchdog>(*ports, ServerWithRecord::options());
        watchdog->start();
    }
    void policy(const char* content) { server.world.files[kPolicyFile] = content; }
    CycleReport cycle(const Wakes& wakes = {Wake::timer}) { return watchdog->cycle(wakes); }
    std::size_t told(EventType type) const { return server.told(type); }
    Position& soc() { return forwarding.now.front().position; }
    void goes_down() {
        soc().down_since = server.world.wall;
        soc().last_attempt = LastAttempt{server.world.wall, false, "siem.example.com:6514", "", "", "could not connect", 9, "connect"};
    }
    std::vector<JournalEvent> events(EventType type) const {
        std::vector<JournalEvent> found;
        for (const JournalEvent& each : server.record.events()) {
            if (each.type == type) found.push_back(each);
        }
        return found;
    }
    void refuses_our_certificate() {
        goes_down();
        soc().last_attempt->reason = "client_certificate";
        soc().last_attempt->problem = "could not make a TLS session with siem.example.com:6514: the receiver refused our certificate";
    }
    void log_13(const char* said = "The system cannot find the file specified.") {
        server.world.write_event("Microsoft-Windows-RasSstp", 13, {said});
    }

    ServerWithRecord server;
    ToldForwarding forwarding;
    std::unique_ptr<ProcessPorts> ports;
    std::unique_ptr<Watchdog> watchdog;
};

TEST_F(Destinations, down_and_restored_are_told_once_each_also_by_a_new_process) {
    (void)cycle();
    goes_down();
    for (int i = 0; i < 20; ++i) {
        (void)cycle({Wake::siem});
        server.world.advance(1min);
    }
    ASSERT_EQ(1u, told(EventType::siem_destination_down));
    const JournalEvent down = events(EventType::siem_destination_down).front();
    EXPECT_EQ("soc", down.fields.at("destination"));
    EXPECT_EQ("connect", down.fields.at("reason"));
    EXPECT_EQ("could not connect", down.fields.at("error"));
    EXPECT_EQ("12", down.fields.at("queued"));
    begin();
    (void)cycle();
    EXPECT_EQ(1u, told(EventType::siem_destination_down));
    soc().down_since.reset();
    (void)cycle({Wake::siem});
    (void)cycle({Wake::siem});
    EXPECT_EQ(1u, told(EventType::siem_destination_restored));
}

TEST_F(Destinations, a_receiver_that_wants_another_certificate_of_ours_is_a_finding_until_it_takes_one) {
    const auto finding = [this] {
        const CycleReport report = cycle();
        const auto found = std::find_if(report.findings.begin(), report.findings.end(),
                                        [](const Finding& each) { return each.reason == Reason::client_certificate_unfit; });
        return found == report.findings.end() ? std::nullopt : std::optional{*found};
    };
    (void)cycle();
    const std::size_t raised_before = told(EventType::finding_raised);
    const std::size_t cleared_before = told(EventType::finding_cleared);
    goes_down();
    EXPECT_EQ(finding(), std::nullopt) << "who cannot be reached has refused nothing";
    refuses_our_certificate();
    const auto refused = finding();
    ASSERT_TRUE(refused);
    EXPECT_EQ(Severity::warning, refused->severity);
    EXPECT_EQ("soc", refused->subject);
    EXPECT_EQ(
        "The SIEM destination soc gets nothing, because of our client certificate: could not make a TLS session with "
        "siem.example.com:6514: the receiver refused our certificate",
        refused->explanation);
    EXPECT_EQ(raised_before + 1, told(EventType::finding_raised));
    soc().last_attempt->confirmed = true;
    soc().down_since.reset();
    EXPECT_EQ(finding(), std::nullopt);
    EXPECT_EQ(cleared_before + 1, told(EventType::finding_cleared));
}

TEST_F(Destinations, what_our_client_certificate_silences_is_one_alert_until_it_has_another_cause) {
    (void)cycle();
    refuses_our_certificate();
    (void)cycle({Wake::siem});
    const auto raised = events(EventType::finding_raised);
    ASSERT_EQ(1, std::count_if(raised.begin(), raised.end(),
                               [](const JournalEvent& each) { return each.fields.at("reason") == "client_certificate_unfit"; }));
    EXPECT_EQ(0u, told(EventType::siem_destination_down)) << "the finding has said it";
    soc().last_attempt->confirmed = true;
    soc().last_attempt->reason.clear();
    soc().down_since.reset();
    (void)cycle({Wake::siem});
    EXPECT_EQ(0u, told(EventType::siem_destination_restored)) << "nobody was told that it was down";
    refuses_our_certificate();
    (void)cycle({Wake::siem});
    goes_down();   // it takes the certificate by now, and is not reached
    (void)cycle({Wake::siem});
    EXPECT_EQ(1u, told(EventType::siem_destination_down));
    refuses_our_certificate();
    (void)cycle({Wake::siem});
    soc().down_since.reset();
    soc().last_attempt->confirmed = true;
    (void)cycle({Wake::siem});
    EXPECT_EQ(1u, told(EventType::siem_destination_restored)) << "what was told as down is told as restored, whatever came between";
}

TEST_F(Destinations, a_receiver_that_comes_and_goes_is_told_at_a_bounded_rate) {
    for (int i = 0; i < 600; ++i) {   // ten minutes
        if (i % 4 < 2)
            goes_down();
        else
            soc().down_since.reset();
        (void)cycle({Wake::siem});
        server.world.advance(1s);
    }
    EXPECT_LE(told(EventType::siem_destination_down), 12u);
    EXPECT_GE(told(EventType::siem_destination_down), 5u);
    const std::size_t restored = told(EventType::siem_destination_restored);
    EXPECT_LE(restored, told(EventType::siem_destination_down));
}

TEST_F(Destinations, losses_are_told_from_the_counters_once_and_forwarding_hears_it_when_that_is_durable) {
    soc().losses[LossReason::too_old] = {.total = 7, .first_sequence = 3, .last_sequence = 9, .told = 0};
    (void)cycle();
    (void)cycle();
    ASSERT_EQ(1u, told(EventType::events_dropped));
    const JournalEvent dropped = events(EventType::events_dropped).front();
    EXPECT_EQ("7", dropped.fields.at("count"));
    EXPECT_EQ("3", dropped.fields.at("first_sequence"));
    EXPECT_EQ("9", dropped.fields.at("last_sequence"));
    EXPECT_EQ("too_old", dropped.fields.at("reason"));
    EXPECT_EQ(7u, soc().losses[LossReason::too_old].told);
    EXPECT_EQ(1, forwarding.tellings);
    // A process died between the commit and `told`: the note says that it was told, the outbox does not yet.
    soc().losses[LossReason::too_old].told = 0;
    begin();
    (void)cycle();
    EXPECT_EQ(1u, told(EventType::events_dropped));
    EXPECT_EQ(7u, soc().losses[LossReason::too_old].told);
}

TEST_F(Destinations, a_commit_that_fails_tells_nobody) {
    (void)cycle();
    soc().losses[LossReason::refused] = {.total = 1, .first_sequence = 3, .last_sequence = 3, .told = 0};
    struct Refuses final : Adversary {
        Verdict on_call(PortCall call, std::uint64_t) override {
            const bool stores = call == PortCall::record_commit || call == PortCall::files_replace;
            return stores ? Verdict{Effect::fails, ErrorKind::disk_full, 112} : Verdict{};
        }
    } refuses;
    server.world.adversary = &refuses;
    (void)cycle();
    EXPECT_EQ(0, forwarding.tellings);
    EXPECT_EQ(0u, soc().losses[LossReason::refused].told);
    server.world.adversary = nullptr;
    (void)cycle();
    EXPECT_EQ(1u, told(EventType::events_dropped));
    EXPECT_EQ(1u, soc().losses[LossReason::refused].told);
}

TEST_F(Destinations, while_a_destination_is_down_what_falls_out_is_counted_and_told_once_there_is_room) {
    goes_down();
    std::uint64_t total = 0;
    for (int minute = 0; minute < 24 * 60; minute += 5) {
        soc().losses[LossReason::queue_full].total = ++total;
        soc().losses[LossReason::queue_full].first_sequence = 1;
        soc().losses[LossReason::queue_full].last_sequence = total;
        (void)cycle();
        server.world.advance(5min);
    }
    EXPECT_EQ(0u, told(EventType::events_dropped)) << "it would fall out itself";
    soc().down_since.reset();
    server.world.advance(2min);
    (void)cycle();
    ASSERT_EQ(1u, told(EventType::events_dropped));
    EXPECT_EQ(std::to_string(total), events(EventType::events_dropped).front().fields.at("count"));
}

TEST_F(Destinations, a_notice_that_was_itself_lost_is_not_told_to_the_one_that_lost_it) {
    soc().losses[LossReason::refused] = {.total = 1, .first_sequence = 3, .last_sequence = 3, .told = 0};
    (void)cycle();
    ASSERT_EQ(1u, told(EventType::events_dropped));
    for (int i = 0; i < 10; ++i) {
        server.world.advance(1h);
        const std::uint64_t own = events(EventType::events_dropped).back().sequence;
        Loss& loss = soc().losses[LossReason::refused];
        loss = {.total = 2, .first_sequence = own, .last_sequence = own, .told = 1};
        (void)cycle();
    }
    EXPECT_EQ(1u, told(EventType::events_dropped));
    Loss& loss = soc().losses[LossReason::refused];
    loss.total = 3;
    loss.last_sequence += 5;
    (void)cycle();
    ASSERT_EQ(2u, told(EventType::events_dropped));
    EXPECT_EQ("2", events(EventType::events_dropped).back().fields.at("count")) << "the next loss takes it along";
}

TEST_F(Destinations, the_policy_is_applied_when_it_changes_and_never_the_defaults_that_stand_in) {
    (void)cycle();
    ASSERT_EQ(1u, forwarding.applied.size());
    EXPECT_EQ("soc", forwarding.applied[0].destinations.at(0).name);
    (void)cycle();
    EXPECT_EQ(1u, forwarding.applied.size());
    policy(R"({"siem": {"destinations": [{"name": "soc", "hosts": ["b.example.com"]}]}})");
    (void)cycle();
    EXPECT_EQ(2u, forwarding.applied.size());
    policy("{ broken");
    (void)cycle();
    EXPECT_EQ(2u, forwarding.applied.size());

    ServerWithRecord other;
    other.world.files[kPolicyFile] = "{ broken";
    ToldForwarding unasked;
    ProcessPorts without{other.world, other.record, &unasked};
    Watchdog fresh{without, ServerWithRecord::options()};
    fresh.start();
    (void)fresh.cycle({Wake::timer});
    EXPECT_TRUE(unasked.applied.empty()) << "nobody's queue is given up because a file could not be read";
}

TEST_F(Destinations, what_is_remembered_of_a_destination_goes_with_it) {
    goes_down();
    soc().losses[LossReason::gone] = {.total = 1, .first_sequence = 3, .last_sequence = 3, .told = 0};
    (void)cycle();
    EXPECT_TRUE(server.record.contents().destinations.contains("soc"));
    forwarding.now.clear();
    (void)cycle();
    EXPECT_TRUE(server.record.contents().destinations.contains("soc")) << "the policy still names it";
    policy("{}");
    (void)cycle();
    EXPECT_TRUE(server.record.contents().destinations.empty());
}

TEST_F(Destinations, an_administrators_test_is_an_event_like_any_other_and_ends_a_back_off) {
    (void)cycle({Wake::siem_test});
    EXPECT_EQ(1u, told(EventType::siem_test));
    EXPECT_EQ(1, forwarding.tried);
    (void)cycle();
    EXPECT_EQ(1u, told(EventType::siem_test));
}

TEST_F(Destinations, each_commit_of_events_wakes_delivery_those_of_a_heal_too) {
    (void)cycle();
    const int before = forwarding.woken;
    (void)cycle();
    EXPECT_EQ(before, forwarding.woken) << "nothing happened";
    add_certificate(server.world, newer_certificate(2));
    stored(server.world, make_certificate(1).thumbprint)->certificate.not_after = server.world.wall - 1h;
    (void)cycle();
    EXPECT_GT(forwarding.woken, before + 5);
}

TEST_F(Destinations, a_heal_names_the_log_events_that_led_to_it) {
    (void)cycle();
    add_certificate(server.world, newer_certificate(2));
    stored(server.world, make_certificate(1).thumbprint)->certificate.not_after = server.world.wall - 1h;
    log_13();
    (void)cycle({Wake::event_log});
    ASSERT_EQ(1u, told(EventType::rassstp_event_seen));
    ASSERT_EQ(1u, told(EventType::heal_started));
    const std::string id = event_id(server.record.contents().installation_id, events(EventType::rassstp_event_seen)[0].sequence);
    EXPECT_EQ(id, events(EventType::heal_started)[0].fields.at("caused_by"));
    EXPECT_EQ(id, events(EventType::heal_planned)[0].fields.at("caused_by"));
}

TEST_F(Destinations, a_warning_that_stands_for_weeks_keeps_no_log_event_for_a_later_heal) {
    // It ends in days, and has no successor: a warning, and nothing to do.
    stored(server.world, make_certificate(1).thumbprint)->certificate.not_after = server.world.wall + 24h * 5;
    (void)cycle();
    log_13();
    (void)cycle({Wake::event_log});
    ASSERT_EQ(1u, told(EventType::rassstp_event_seen));
    ASSERT_EQ(0u, told(EventType::heal_started));
    add_certificate(server.world, newer_certificate(2));
    stored(server.world, make_certificate(1).thumbprint)->certificate.not_after = server.world.wall - 1h;
    (void)cycle();
    ASSERT_EQ(1u, told(EventType::heal_started));
    EXPECT_FALSE(events(EventType::heal_started)[0].fields.contains("caused_by"));
}

TEST_F(Destinations, a_heal_that_no_log_event_led_to_names_none) {
    (void)cycle();
    add_certificate(server.world, newer_certificate(2));
    stored(server.world, make_certificate(1).thumbprint)->certificate.not_after = server.world.wall - 1h;
    (void)cycle();
    ASSERT_EQ(1u, told(EventType::heal_started));
    EXPECT_FALSE(events(EventType::heal_started)[0].fields.contains("caused_by"));
}

}  // namespace
}  // namespace sstp
