#include "core/watchdog/machine_identity.h"

#include "core/model/rare.h"
#include "core/model/text.h"

#include <algorithm>

namespace sstp {

namespace {

bool differ(const std::string& left, const std::string& right) {
    return !left.empty() && !right.empty() && !equal_ignoring_case(left, right);
}

void clamp(WallTime& time, WallTime now) { time = std::min(time, now); }

void clamp(std::optional<WallTime>& time, WallTime now) {
    if (time) time = std::min(*time, now);
}

}  // namespace

SameMachine compare_machines(const std::optional<MachineIdentity>& known, const MachineIdentity& here) {
    if (!known) return SameMachine::first;
    const bool other_name = differ(known->computer_name, here.computer_name);
    if (differ(known->machine_guid, here.machine_guid)) {
        SSTP_RARE("the record is another machine's");
        return SameMachine::another;
    }
    if (other_name && differ(known->smbios_uuid, here.smbios_uuid)) return SameMachine::another;
    return other_name ? SameMachine::renamed : SameMachine::yes;
}

void begin_anew_on_another_machine(RecordContents& contents) {
    contents.installation_id.clear();   // the record makes a new one
    contents.charges.clear();
    contents.budget_unreadable = false;
    contents.open_heal.reset();
    contents.incomplete.reset();
    contents.owed_starts.clear();
    contents.learned.reset();
    contents.proven.reset();
    contents.unproven_active.reset();
    contents.unconfirmed_choice.reset();
    contents.names_ever.clear();
    contents.planned.reset();
    contents.held.reset();
    contents.complaints.clear();
    contents.complaints_of_start.reset();
    contents.complaints_of_previous_start.clear();
    contents.sessions = {};
    contents.attempts.clear();
    contents.cures.clear();
    contents.put_backs.clear();
    contents.awaited_client.reset();
    contents.then_brought_clients = 0;
    contents.refused_keys.clear();
    contents.reported_only.clear();
    contents.bookmark.reset();
    contents.drained_until.reset();
}

void forget_times_ahead_of(RecordContents& contents, WallTime now) {
    clamp(contents.written_at, now);
    clamp(contents.drained_until, now);
    if (contents.learned) clamp(contents.learned->at, now);
    if (contents.proven) clamp(contents.proven->at, now);
    if (contents.awaited_client) clamp(contents.awaited_client->healed_at, now);
    clamp(contents.sessions.newest_sstp_began, now);
    clamp(contents.sessions.newest_day, now);
    if (contents.sessions.open_under && contents.sessions.open_under->latest > now) contents.sessions.open_under.reset();
    clamp(contents.heals.last_at, now);
    for (auto& [key, reminder] : contents.reminders) clamp(reminder.last, now);
    for (auto& [key, repeated] : contents.repeated) clamp(repeated.window_began, now);
    for (PutBack& each : contents.put_backs) clamp(each.last_wall, now);
    if (contents.held) {
        clamp(contents.held->seen_at, now);
        clamp(contents.held->start.earliest, now);
        clamp(contents.held->start.latest, now);
    }
    if (contents.complaints_of_start && contents.complaints_of_start->latest > now) contents.complaints_of_start.reset();
    std::erase_if(contents.complaints, [&](const Complaint& each) { return each.at > now; });
}

std::string machine_key(const MachineIdentity& identity, const std::string& domain) {
    return identity.computer_name + '\n' + domain + '\n' + identity.machine_guid;
}

}  // namespace sstp
