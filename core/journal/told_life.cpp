// The watchdog's own life, as events: service, policy, kill switch, clock, machine, database.

#include "core/journal/reminders.h"
#include "core/journal/told.h"
#include "core/model/text.h"

#include <fmt/format.h>

namespace sstp {

namespace {

using Fields = std::map<std::string, std::string>;

// Keys of reminders that belong to no finding.
constexpr char kPolicyFile[] = "policy file";
constexpr char kGroupPolicy[] = "group policy";
constexpr char kClock[] = "clock";

const char* word(Mode mode) { return mode == Mode::heal ? "heal" : "observe"; }

}  // namespace

void tell_service_started(JournalDraft& draft, const std::string& version, const std::string& computer, WallTime now) {
    draft.tell(EventType::service_started, now, fmt::format("SSTP Watchdog {} started on {}.", version, computer),
               {{"version", version}, {"computer", computer}});
}

const char* word(StopReason reason) noexcept {
    switch (reason) {
        case StopReason::requested: return "stop_requested";
        case StopReason::shutdown: return "shutdown";
        case StopReason::heal_done: return "heal_done";
        case StopReason::failed: return "failed";
    }
    return "failed";
}

void tell_service_stopped(JournalDraft& draft, StopReason reason, WallTime now) {
    const auto why = [reason] {
        switch (reason) {
            case StopReason::requested: return "it was asked to";
            case StopReason::shutdown: return "Windows shuts down";
            case StopReason::heal_done: return "the heal that an administrator asked for is over";
            case StopReason::failed: break;
        }
        return "it could not go on";
    };
    draft.tell(EventType::service_stopped, now, fmt::format("SSTP Watchdog stopped: {}.", why()), {{"reason", word(reason)}});
}

void tell_policy_loaded(JournalDraft& draft, Mode mode, const std::string& file, WallTime now) {
    forget(draft, kPolicyFile);
    draft.tell(EventType::policy_loaded, now, fmt::format("The policy file is in force; its mode is {}.", word(mode)),
               {{"mode", word(mode)}, {"policy_file", file}});
}

void tell_policy_rejected(JournalDraft& draft, const std::string& why, const std::string& file, WallTime now) {
    const std::string mistake = fmt::format("{:016x}", stable_number(why));   // another one is told at once
    if (!is_due(draft, kPolicyFile, mistake, Telling::reminded, now)) return;
    Fields fields{{"policy_file", file},
                  {"reason", word(Reason::policy_invalid)},
                  {"severity", word(Severity::warning)},
                  {"subject", kPolicyFileSubject}};
    add_since(fields, draft, kPolicyFile);
    draft.tell(EventType::policy_rejected, now, why, std::move(fields));
}

void tell_policy_accepted(JournalDraft& draft, const std::string& file, WallTime now) {
    Fields fields{{"policy_file", file}, {"reason", word(Reason::policy_invalid)}};
    add_since(fields, draft, kPolicyFile);
    fields.erase("repeated");
    if (!forget(draft, kPolicyFile)) return;
    draft.tell(EventType::policy_accepted, now, "The policy file is valid again, and is the one that stayed in force.", std::move(fields));
}

void tell_group_policy(JournalDraft& draft, const std::string& values, WallTime now) {
    if (values.empty()) {
        if (forget(draft, kGroupPolicy)) {
            draft.tell(EventType::group_policy_in_force, now, "Group Policy sets nothing any more: the policy file decides again.");
        }
        return;
    }
    if (!is_due(draft, kGroupPolicy, values, Telling::once, now)) return;
    draft.tell(EventType::group_policy_in_force, now,
               fmt::format("Group Policy decides: {}. It replaces what the policy file says of these.", values), {{"settings", values}});
}

void tell_kill_switch(JournalDraft& draft, bool set, const std::string& explanation, WallTime now) {
    if (set == draft.contents.kill_switch_told) return;
    draft.contents.kill_switch_told = set;
    if (set) {
        draft.tell(EventType::kill_switch_set, now, explanation + " Nothing is changed until it is gone.", {{"reason", "kill_switch"}});
    } else {
        draft.tell(EventType::kill_switch_cleared, now, "The kill switch no longer holds changes back.", {{"reason", "kill_switch"}});
    }
}

void tell_clock(JournalDraft& draft, bool doubted, const std::string& explanation, WallTime now) {
    draft.contents.clock_doubt_told = doubted;
    Fields fields{{"reason", word(Reason::clock_not_believed)}};
    if (doubted) {
        if (!is_due(draft, kClock, "doubted", Telling::reminded, now)) return;
        add_since(fields, draft, kClock);
        draft.tell(EventType::clock_not_believed, now, explanation, std::move(fields));
        return;
    }
    add_since(fields, draft, kClock);
    fields.erase("repeated");
    if (forget(draft, kClock)) draft.tell(EventType::clock_believed, now, "The clock is believed again.", std::move(fields));
}

void tell_machine_changed(JournalDraft& draft, const MachineIdentity& here, bool renamed, WallTime now) {
    Fields fields{{"computer", here.computer_name}, {"reason", renamed ? "renamed" : "another_machine"}};
    if (draft.contents.machine) fields["previous_computer"] = draft.contents.machine->computer_name;
    if (!renamed && draft.contents.open_heal) {
        const std::string& heal = draft.contents.open_heal->id;
        draft.tell(
            EventType::recovery_given_up, now,
            fmt::format("Heal {} was open on the machine on which the record was written. It is not gone on with here; what stands now "
                        "is looked at afresh.",
                        heal),
            {{"heal_id", heal}, {"outcome", "incomplete"}});
    }
    draft.tell(
        EventType::machine_identity_changed, now,
        renamed ? fmt::format("This computer is called {} now. Everything that was learned is kept.", here.computer_name)
                : fmt::format("The record was written on another machine: {} is a clone or a restored image. Installation id, budget and "
                              "what was learned begin anew.",
                              here.computer_name),
        std::move(fields));
}

void tell_database_replaced(JournalDraft& draft, const Error& why, WallTime now) {
    draft.tell(
        EventType::state_database_replaced, now,
        fmt::format("The state database was damaged ({}). It was set aside, what could be read was kept, and for an hour there is room for "
                    "one heal.",
                    why.message()),
        {{"error", why.message()}, {"error_kind", word(why.kind)}});
}

void tell_dropped_before_storing(JournalDraft& draft, std::uint64_t count, WallTime now) {
    draft.tell(EventType::events_dropped, now, fmt::format("{} events could not be kept while the state database took nothing.", count),
               {{"count", std::to_string(count)}, {"reason", "database_unusable"}});
}

void tell_siem_test(JournalDraft& draft, WallTime now) {
    draft.tell(EventType::siem_test, now, "An administrator asked for a test event.");
}

void tell_heartbeat(JournalDraft& draft, const Heartbeat& heartbeat, WallTime now) {
    Fields fields{{"cycle", std::to_string(heartbeat.cycle)},
                  {"healthy", heartbeat.healthy ? "true" : "false"},
                  {"findings", std::to_string(heartbeat.findings)},
                  {"version", heartbeat.version},
                  {"state", heartbeat.state}};
    if (heartbeat.days_left) fields["days_left"] = std::to_string(*heartbeat.days_left);
    draft.tell(EventType::heartbeat, now, fmt::format("Watching; {}.", heartbeat.healthy ? "all is well" : "see the open findings"),
               std::move(fields));
}

}  // namespace sstp
