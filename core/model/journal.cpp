#include "core/model/journal.h"

#include <array>

namespace sstp {

namespace {

constexpr std::array<const char*, kEventTypeCount> kWords = {
    "service_started",
    "service_stopped",
    "policy_loaded",
    "policy_rejected",
    "rassstp_event_seen",
    "http_event_seen",
    "finding_raised",
    "finding_cleared",
    "heal_planned",
    "heal_deferred",
    "heal_refused",
    "heal_started",
    "step_begun",
    "step_done",
    "step_failed",
    "heal_succeeded",
    "heal_undone",
    "heal_failed",
    "certificate_changed",
    "certificate_expiring",
    "budget_exhausted",
    "budget_restored",
    "event_source_degraded",
    "event_source_restored",
    "event_source_gap",
    "siem_destination_down",
    "siem_destination_restored",
    "events_dropped",
    "heartbeat",
    "recovered_after_crash",
    "kill_switch_set",
    "kill_switch_cleared",
    "state_database_replaced",
    "certificate_retired",
    "siem_test",
    "group_policy_in_force",
    "heal_confirmed_by_client",
    "heal_does_not_last",
    "recovery_given_up",
    "names_learned",
    "certificate_adopted",
    "machine_identity_changed",
    "clock_not_believed",
    "clock_believed",
    "heal_does_last",
    "policy_accepted",
};

}  // namespace

const char* word(EventType type) noexcept {
    const auto index = static_cast<std::size_t>(type);
    return index < kWords.size() ? kWords[index] : "unknown";
}

std::optional<EventType> event_type_from_word(std::string_view word) {
    for (std::size_t i = 0; i < kWords.size(); ++i) {
        if (word == kWords[i]) return static_cast<EventType>(i);
    }
    return std::nullopt;
}

std::string event_id(std::string_view installation_id, std::uint64_t sequence) {
    return std::string(installation_id) + "-" + std::to_string(sequence);
}

}  // namespace sstp
