#pragma once

#include "core/model/result.h"
#include "core/model/time.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace sstp {

/// Everything that we ever tell. The catalogue (core/siem/catalogue.h) holds id, MSGID, severity and texts of each.
enum class EventType : std::uint8_t {
    service_started,
    service_stopped,
    policy_loaded,
    policy_rejected,
    rassstp_event_seen,
    http_event_seen,
    finding_raised,
    finding_cleared,
    heal_planned,
    heal_deferred,
    heal_refused,
    heal_started,
    step_begun,          ///< durable before the step changes anything
    step_done,
    step_failed,
    heal_succeeded,
    heal_undone,
    heal_failed,
    certificate_changed,
    certificate_expiring,
    budget_exhausted,
    budget_restored,
    event_source_degraded,
    event_source_restored,
    event_source_gap,
    siem_destination_down,
    siem_destination_restored,
    events_dropped,
    heartbeat,
    recovered_after_crash,
    kill_switch_set,
    kill_switch_cleared,
    state_database_replaced,
    certificate_retired,
    siem_test,
    group_policy_in_force,
    heal_confirmed_by_client,
    heal_does_not_last,
    recovery_given_up,
    names_learned,
    certificate_adopted,
    machine_identity_changed,
    clock_not_believed,
    clock_believed,
    heal_does_last,      ///< resolves heal_does_not_last
    policy_accepted,     ///< resolves policy_rejected
};
inline constexpr std::size_t kEventTypeCount = static_cast<std::size_t>(EventType::policy_accepted) + 1;
/// The type as the state database and JSON output spell it: "heal_started". Stable for ever.
const char* word(EventType type) noexcept;
std::optional<EventType> event_type_from_word(std::string_view word);

/// One line of the journal, and one message to every destination. Field names are those of the catalogue.
struct JournalEvent {
    std::uint64_t sequence = 0;                   ///< given by the record when it is committed; 0 before
    EventType type{};
    WallTime time{};
    std::string text;                             ///< a sentence for a person
    std::map<std::string, std::string> fields;    ///< machine-readable: "reason", "heal_id", "certificate_sha256", …

    friend bool operator==(const JournalEvent&, const JournalEvent&) = default;
};

/// What names the event for ever, in every format and at every repetition: installation id, hyphen, sequence.
std::string event_id(std::string_view installation_id, std::uint64_t sequence);

}  // namespace sstp
