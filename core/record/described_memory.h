#pragma once

#include "core/record/described_heal.h"

namespace sstp::stored {

template <class A>
void describe(A& archive, Is<RunningClock> auto& clock) {
    archive("reached", clock.reached);
    archive("at", clock.at);
}

template <class A>
void describe(A& archive, Is<MachineIdentity> auto& machine) {
    archive("machine_guid", machine.machine_guid);
    archive("computer_name", machine.computer_name);
    archive("smbios_uuid", machine.smbios_uuid);
}

template <class A>
void describe(A& archive, Is<Learned> auto& learned) {
    archive.required("names", learned.names);
    archive("primary", learned.primary);
    archive.required("ca", learned.ca);
    archive("certificate", learned.certificate);
    archive("at", learned.at);
}

template <class A>
void describe(A& archive, Is<Proven> auto& proven) {
    archive.required("certificate", proven.certificate);
    archive("ca", proven.ca);
    archive("at", proven.at);
    archive("levels", proven.levels);
}

template <class A>
void describe(A& archive, Is<HeldByRras> auto& held) {
    archive("sha256", held.sha256);
    archive("sha1", held.sha1);
    archive("bindings", held.bindings);
    archive.required("start", held.start);
    archive("seen_at", held.seen_at);
    archive("names_nothing_here", held.names_nothing_here);
}

template <class A>
void describe(A& archive, Is<PlannedSuccession> auto& planned) {
    archive.required("successor", planned.successor);
    archive("at", planned.at);
    archive("policy", planned.policy);
}

template <class A>
void describe(A& archive, Is<Complaint> auto& complaint) {
    archive.required("event_id", complaint.event_id);
    archive("at", complaint.at);
    archive("at_previous_start_too", complaint.at_previous_start_too);
    archive("start_ended", complaint.start_ended);
}

/// `now` is no memory: the next look asks anew.
template <class A>
void describe(A& archive, Is<SessionMemory> auto& sessions) {
    archive("newest_sstp_began", sessions.newest_sstp_began);
    archive("starts_by_day", sessions.starts_by_day);
    archive("newest_day", sessions.newest_day);
    archive("days_with_a_start", sessions.days_with_a_start);
    archive("open_under", sessions.open_under);
}

template <class A>
void describe(A& archive, Is<Finding> auto& finding) {
    archive.required("reason", finding.reason);
    archive("severity", finding.severity);
    archive("subject", finding.subject);
    archive("explanation", finding.explanation);
}

template <class A>
void describe(A& archive, Is<Reminder> auto& reminder) {
    archive("what", reminder.what);
    archive("times", reminder.times);
    archive("last", reminder.last);
    archive("since", reminder.since);
}

template <class A>
void describe(A& archive, Is<RepeatedEvent> auto& repeated) {
    archive("channel", repeated.channel);
    archive("provider", repeated.provider);
    archive("event_id", repeated.event_id);
    archive("total", repeated.total);
    archive("untold", repeated.untold);
    archive("window_began", repeated.window_began);
    archive("last", repeated.last);
    archive("first_sequence", repeated.first_sequence);
}

template <class A>
void describe(A& archive, Is<LossNotice> auto& notice) {
    archive("sequence", notice.sequence);
    archive("told_before", notice.told_before);
    archive("first_sequence", notice.first_sequence);
    archive("last_sequence", notice.last_sequence);
    archive("at", notice.at);
}

template <class A>
void describe(A& archive, Is<DestinationNotices> auto& notices) {
    archive("known", notices.known);
    archive("state", notices.state);
    archive("told_at", notices.told_at);
    archive("losses_told", notices.losses_told);
    archive("notices", notices.notices);
}

template <class A>
void describe(A& archive, Is<JournalEvent> auto& event) {
    archive.required("type", event.type);
    archive("time", event.time);
    archive("text", event.text);
    archive("fields", event.fields);
}

}  // namespace sstp::stored
