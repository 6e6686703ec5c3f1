#include "core/journal/told.h"
#include "tests/core/report/example_reports.h"

namespace sstp::example {

namespace {

constexpr char kHeal[] = "5b1f0c6e93a24a7d8e02f4d1c7b98a36-12";

WallTime told_at(const char* time) { return from_rfc3339(time).value(); }

DestinationState confirming_destination() {
    DestinationState soc;
    soc.name = "soc";
    soc.where = "siem.example.com:6514 (tls)";
    soc.position.cursor = 318;
    soc.position.confirmed_total = 316;
    soc.position.retries_total = {{"connect", 3}};
    LastAttempt last;
    last.at = told_at("2026-11-21T02:20:12.010Z");
    last.confirmed = true;
    last.host = "siem.example.com:6514";
    last.peer = "CN=siem.example.com, SHA-256 " + ended_certificate().hash.to_string();
    last.protocol = "TLS 1.3";
    last.up_to_sequence = 318;
    soc.position.last_attempt = last;
    soc.waiting.last_sequence = 318;
    return soc;
}

DestinationState destination_that_is_down() {
    DestinationState archive;
    archive.name = "archive";
    archive.where = "10.0.0.7:514 (tcp)";
    archive.position.cursor = 297;
    archive.position.confirmed_total = 290;
    archive.position.retries_total = {{"connect", 41}};
    archive.position.losses[LossReason::queue_full] = {.total = 4, .first_sequence = 0, .last_sequence = 12, .told = 4};
    archive.position.down_since = told_at("2026-11-20T22:41:07Z");
    LastAttempt last;
    last.at = told_at("2026-11-21T02:17:40.500Z");
    last.host = "10.0.0.7:514";
    last.protocol = "TCP";
    last.problem = "could not connect to 10.0.0.7:514: No connection could be made because the target machine actively refused it. (10061)";
    last.up_to_sequence = 318;
    last.reason = "connect";
    archive.position.last_attempt = last;
    archive.waiting = {.count = 21, .first_sequence = 298, .oldest = told_at("2026-11-20T22:40:00.120Z"), .last_sequence = 318};
    return archive;
}

}  // namespace

std::vector<DestinationState> destinations() { return {confirming_destination(), destination_that_is_down()}; }

std::vector<JournalEvent> events() {
    const std::string hash = renewed_certificate().hash.to_string();
    const std::map<std::string, std::string> of_the_heal{{"heal_id", kHeal}, {"certificate_sha256", hash}};
    auto restarted = of_the_heal;
    restarted.insert({{"action", "restart_services"}, {"services", "RemoteAccess"}, {"outcome", "done"}});
    auto succeeded = of_the_heal;
    succeeded.insert({{"outcome", "succeeded"}, {"restarts", "1"}});
    JournalDraft draft;
    const WallTime dialled = told_at("2026-11-21T02:21:31Z");
    draft.tell(EventType::step_done, told_at("2026-11-21T02:19:10.862Z"), "RemoteAccess restarted.", restarted);
    draft.tell(EventType::heal_succeeded, told_at("2026-11-21T02:19:13.782Z"), record().heals.last_text, succeeded);
    tell_confirmed_by_client(draft, kHeal, dialled, dialled - told_at("2026-11-21T02:19:13.782Z"), false,
                             told_at("2026-11-21T02:21:40.015Z"));
    for (std::size_t i = 0; i < draft.events.size(); ++i) draft.events[i].sequence = 317 + i;
    return draft.events;
}

RecordContents record() {
    using namespace std::chrono_literals;
    const CycleReport after = healed();
    RecordContents record;
    record.installation_id = "5b1f0c6e93a24a7d8e02f4d1c7b98a36";
    record.last_sequence = 318;
    record.heal_count = 12;
    record.running = {{1000h}, after.ended.monotonic};
    record.charges = {{{1000h - 4h}, after.ended.wall - 4h, "5b1f0c6e93a24a7d8e02f4d1c7b98a36-11", ChargeKind::restart},
                      {{1000h - 13s}, after.ended.wall - 13s, kHeal, ChargeKind::restart}};
    const test::ServerBuilder server = healthy_server();
    record.learned = server.memory.learned;
    record.proven = server.memory.proven;
    record.proven->at = after.ended.wall;
    record.held = server.memory.held;
    record.awaited_client = AwaitedClient{.heal_id = kHeal, .healed_at = after.ended.wall, .changed_a_hash = true};
    record.heals.total = {{word(HealResult::succeeded), 11}, {word(HealResult::undone), 1}};
    record.heals.last_at = after.ended.wall;
    record.heals.last_result = word(HealResult::succeeded);
    record.heals.last_text = after.heal->explanation;
    record.heals.outages = {12s};
    record.event_log_gaps = 2;
    return record;
}

}  // namespace sstp::example
