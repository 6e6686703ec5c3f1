#pragma once

#include "core/journal/draft.h"
#include "core/model/finding.h"
#include "core/model/heal_plan.h"
#include "core/model/policy.h"
#include "core/ports/event_log.h"
#include "core/ports/forwarding.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace sstp {

// What the watchdog tells, one function a thing. Each problem is told once when it comes and once when it goes, and in between at a
// falling rate (kReminderSchedule); nothing is told that was told already. `now` is the time of the event.

/// Subject of the finding policy_invalid that is about the policy file, and not about a value of Group Policy.
inline constexpr char kPolicyFileSubject[] = "policy.json";

// Findings and decisions: told_findings.cpp.
/// Pairs of raised and cleared. While the server's state could not be read, what is not seen is not cleared. Called with what a
/// look found before a heal begins as well as with what is left after it: what is healed in the cycle that sees it is raised and
/// cleared like everything else. What has an event of its own (an expiring certificate, the budget, an event source, the policy
/// file, the clock) is told by that alone. What is only information is told once.
void tell_findings(JournalDraft& draft, const Findings& findings, const std::optional<Certificate>& active, WallTime now);
/// A refusal when it is new or due again; a decision to act or to do nothing ends it. That of the budget is the finding's to tell.
void tell_decision(JournalDraft& draft, const Decision& decision, WallTime now);
/// Another certificate is in force than was told last, whoever changed it.
void tell_active_certificate(JournalDraft& draft, const std::optional<Certificate>& active, WallTime now);

// The watchdog's own life: told_life.cpp.
void tell_service_started(JournalDraft& draft, const std::string& version, const std::string& computer, WallTime now);
/// Why nobody watches any more.
enum class StopReason : std::uint8_t { requested, shutdown, heal_done, failed };
const char* word(StopReason reason) noexcept;   ///< "stop_requested", "shutdown", "heal_done", "failed"
void tell_service_stopped(JournalDraft& draft, StopReason reason, WallTime now);
/// Another policy is in force. Ends what tell_policy_rejected told.
void tell_policy_loaded(JournalDraft& draft, Mode mode, const std::string& file, WallTime now);
/// In each cycle in which the file is not in force: told when it comes, with each other mistake, and as a reminder.
void tell_policy_rejected(JournalDraft& draft, const std::string& why, const std::string& file, WallTime now);
/// In each cycle in which the file is in force: told when tell_policy_rejected has told otherwise, whichever process did.
void tell_policy_accepted(JournalDraft& draft, const std::string& file, WallTime now);
/// `values`: those that Group Policy decides; empty: none. Told when they are others than were told last.
void tell_group_policy(JournalDraft& draft, const std::string& values, WallTime now);
void tell_kill_switch(JournalDraft& draft, bool set, const std::string& explanation, WallTime now);
void tell_clock(JournalDraft& draft, bool doubted, const std::string& explanation, WallTime now);
/// Before the contents take the new identity.
void tell_machine_changed(JournalDraft& draft, const MachineIdentity& here, bool renamed, WallTime now);
void tell_database_replaced(JournalDraft& draft, const Error& why, WallTime now);
void tell_dropped_before_storing(JournalDraft& draft, std::uint64_t count, WallTime now);
void tell_siem_test(JournalDraft& draft, WallTime now);
struct Heartbeat {
    std::uint64_t cycle = 0;
    bool healthy = false;
    std::size_t findings = 0;
    std::string version;
    std::optional<std::int64_t> days_left;
    std::string state;                     ///< the worst severity, or "ok"
};
void tell_heartbeat(JournalDraft& draft, const Heartbeat& heartbeat, WallTime now);

// Heals as the cycle sees them; the steps are told by healing itself: told_heals.cpp.
/// `user`: the account that asked, where it is known.
void tell_heal_planned(JournalDraft& draft, const HealPlan& plan, bool asked_by_administrator, WallTime now, const std::string& user = {});
/// A plan that was to be carried out and could not be begun (a dependant takes no stop, the intent could not be stored): as a refusal when
/// it comes, with each other cause, and as a reminder. Nothing of that plan is told as planned meanwhile. Empty: it has begun.
void tell_not_begun(JournalDraft& draft, const std::string& why, WallTime now);
/// The last plan was told as one that could not be begun.
bool was_not_begun(const JournalDraft& draft);
void tell_recovered(JournalDraft& draft, const std::string& heal_id, const std::string& result, const std::string& explanation,
                    WallTime now);
void tell_learned(JournalDraft& draft, const Learned& learned, const std::optional<Learned>& before, WallTime now);
void tell_adopted(JournalDraft& draft, const Certificate& certificate, const std::optional<Learned>& before, WallTime now);
void tell_confirmed_by_client(JournalDraft& draft, const std::string& heal_id, WallTime session_began, Duration after, bool then_at_once,
                              WallTime now);

// What RRAS and HTTP.SYS log: told_log_events.cpp.
/// Identical events within a minute are one with a count: the first is told at once with all its data, what follows is counted,
/// in the same commit that moves the bookmark, and told when the minute is over, with the number of the first.
void tell_log_event(JournalDraft& draft, const LogEvent& event, WallTime now);
/// Tells the repetitions whose minute is over. Gives how long until the next is due.
std::optional<Duration> tell_repetitions(JournalDraft& draft, WallTime now);
void tell_gap(JournalDraft& draft, WallTime now);

// What becomes of deliveries: told_destinations.cpp.
/// Losses of a destination, told up to a total.
struct ToldLosses {
    std::string destination;
    LossReason reason{};
    std::uint64_t total = 0;
};
/// What telling about destinations came to.
struct DestinationsTold {
    std::vector<ToldLosses> losses;        ///< for Forwarding::told, once the draft is durable
    std::optional<Duration> look_again;    ///< something is left to be told then
    void look_again_in(Duration wait) { look_again = std::min(look_again.value_or(wait), wait); }
};
/// Destinations that went down, came back, or lost events. One that gets nothing because of our client certificate is the finding's to
/// tell (client_certificate_unfit). Losses are told when there is room for the notice again, so that it does
/// not fall out of the very queue that it is about; one that did all the same is told anew. What is remembered of destinations that
/// the policy no longer names is forgotten.
DestinationsTold tell_destinations(JournalDraft& draft, const SiemPolicy& policy, const std::vector<DestinationState>& states,
                                   WallTime now);

}  // namespace sstp
