// What RRAS and HTTP.SYS log, as events of ours: raw data always, repetitions counted.

#include "core/journal/told.h"
#include "core/model/text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace sstp {

namespace {

using namespace std::chrono_literals;

/// Identical events within it are told as one.
constexpr Duration kWindow = 1min;
/// More kinds at a time than that are told one by one: a bound on what the record holds.
constexpr std::size_t kMostKinds = 32;
constexpr std::size_t kLongestShown = 2000;
constexpr char kBetween = '\x1f';

/// "provider|id|number of what it says": the kind under which repetitions are counted.
std::string key_of(const LogEvent& event) {
    std::string said = event.channel;
    for (const std::string& each : event.strings) said += kBetween + each;
    return fmt::format("{}|{}|{:016x}", event.provider, event.id, stable_number(said));
}

EventType type_of(const LogEvent& event) { return event.from_rassstp() ? EventType::rassstp_event_seen : EventType::http_event_seen; }

/// On either side: the clock that dates the records may be set back.
bool is_within(WallTime began, WallTime time) { return time - began < kWindow && began - time < kWindow; }

std::map<std::string, std::string> fields_of(const LogEvent& event) {
    return {{"event_id", std::to_string(event.id)},
            {"channel", event.channel},
            {"provider", event.provider},
            {"record_id", std::to_string(event.record_id)},
            {"level", std::to_string(event.level)},
            {"event_time", to_rfc3339(event.time)},
            {"event_computer", event.computer},
            {"strings", fmt::format("{}", fmt::join(event.strings, "\n"))},
            {"xml", event.xml}};
}

const char* source_of(EventType type) { return type == EventType::rassstp_event_seen ? "RasSstp" : "HTTP.SYS"; }

void tell_count(JournalDraft& draft, const std::string& key, const RepeatedEvent& repeated, WallTime now) {
    const auto first_bar = key.find('|');
    const std::string provider = key.substr(0, first_bar);
    const std::string id = key.substr(first_bar + 1, key.rfind('|') - first_bar - 1);
    const EventType type = provider.find("RasSstp") != std::string::npos ? EventType::rassstp_event_seen : EventType::http_event_seen;
    draft.tell(type, now,
               fmt::format("{} reported event {} again, {} {} until {}; the first of them is event {} of this journal.", source_of(type), id,
                           repeated.untold, repeated.untold == 1 ? "time" : "times", to_minute(repeated.last), repeated.first_sequence),
               {{"event_id", id},
                {"provider", provider},
                {"count", std::to_string(repeated.untold)},
                {"last_event_time", to_rfc3339(repeated.last)},
                {"first_sequence", std::to_string(repeated.first_sequence)}});
}

}  // namespace

void tell_log_event(JournalDraft& draft, const LogEvent& event, WallTime now) {
    auto& all = draft.contents.repeated;
    const std::string key = key_of(event);
    const auto known = all.find(key);
    if (known != all.end() && is_within(known->second.window_began, event.time)) {
        ++known->second.total;
        ++known->second.untold;
        known->second.last = event.time;
        return;
    }
    if (known != all.end() && known->second.untold > 0) tell_count(draft, key, known->second, now);
    if (known != all.end() || all.size() < kMostKinds) {
        all[key] = RepeatedEvent{.total = 1, .untold = 0, .window_began = event.time, .last = event.time, .first_sequence = draft.next_sequence()};
    }
    const EventType type = type_of(event);
    const std::string said = event.strings.empty() ? std::string{} : ": " + event.strings.front().substr(0, kLongestShown);
    draft.tell(type, event.time, fmt::format("{} reported event {} at {}{}", source_of(type), event.id, to_minute(event.time), said),
               fields_of(event));
}

std::optional<Duration> tell_repetitions(JournalDraft& draft, WallTime now) {
    std::optional<Duration> next;
    auto& all = draft.contents.repeated;
    for (auto each = all.begin(); each != all.end();) {
        RepeatedEvent& repeated = each->second;
        if (is_within(repeated.window_began, now)) {
            const Duration left = repeated.window_began + kWindow - now;
            if (repeated.untold > 0) next = std::min(next.value_or(left), left);
            ++each;
            continue;
        }
        if (repeated.untold > 0) tell_count(draft, each->first, repeated, now);
        // What goes on and on is told once a minute: the window moves on, and closes when a minute was quiet.
        if (repeated.untold > 0 && is_within(repeated.last, now)) {
            repeated.untold = 0;
            repeated.window_began = repeated.last;
            ++each;
        } else {
            each = all.erase(each);
        }
    }
    return next;
}

void tell_gap(JournalDraft& draft, WallTime now) {
    const std::string gaps = std::to_string(++draft.contents.event_log_gaps);
    draft.tell(EventType::event_source_gap, now,
               "The event log no longer held the record that was read last: it was cleared or has wrapped, and events may have been lost. "
               "The server was looked at as a whole instead.",
               {{"gaps", gaps}});
}

}  // namespace sstp
