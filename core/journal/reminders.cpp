#include "core/journal/reminders.h"

#include "core/model/schedule.h"

namespace sstp {

bool is_due(JournalDraft& draft, const std::string& key, std::string_view what, Telling telling, WallTime now) {
    const auto known = draft.contents.reminders.find(key);
    if (known == draft.contents.reminders.end()) {
        draft.contents.reminders[key] = {std::string{what}, 1, now, now};
        return true;
    }
    Reminder& reminder = known->second;
    if (reminder.what == what) {
        const Duration since = now - reminder.last;
        const Duration wait = kReminderSchedule.after(reminder.times);
        if (telling == Telling::once || (since < wait && since > -wait)) return false;
        ++reminder.times;
    } else {
        reminder.what = what;
        reminder.times = 1;
    }
    reminder.last = now;
    return true;
}

bool is_due_once_it_lasts(JournalDraft& draft, const std::string& key, std::string_view what, Duration long_enough, WallTime now) {
    const auto [known, is_new] = draft.contents.reminders.try_emplace(key, Reminder{std::string{what}, 0, now, now});
    Reminder& reminder = known->second;
    if (reminder.times > 0) return is_due(draft, key, what, Telling::reminded, now);
    if (now < reminder.since) reminder.since = now;   // the clock was set back
    if (is_new || now - reminder.since < long_enough) return false;
    reminder.times = 1;
    reminder.last = now;
    return true;
}

std::string reminder_key(const Finding& finding) { return std::string{word(finding.reason)} + '|' + finding.subject; }

void add_since(std::map<std::string, std::string>& fields, const JournalDraft& draft, const std::string& key) {
    const auto known = draft.contents.reminders.find(key);
    if (known == draft.contents.reminders.end()) return;
    fields["since"] = to_rfc3339(known->second.since);
    if (known->second.times > 1) fields["repeated"] = "true";
}

bool forget(JournalDraft& draft, const std::string& key) { return draft.contents.reminders.erase(key) > 0; }

}  // namespace sstp
