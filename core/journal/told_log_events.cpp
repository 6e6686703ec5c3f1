// What RRAS and HTTP.SYS log, as events of ours: raw data always, repetitions counted.

#include "core/event_log/ssl_failure.h"
#include "core/journal/event_data.h"
#include "core/journal/told.h"
#include "core/model/text.h"

#include <fmt/format.h>

namespace sstp {

namespace {

using namespace std::chrono_literals;

/// Identical events within it are told as one.
constexpr Duration kWindow = 1min;
/// More kinds at a time than that are told one by one: a bound on what the record holds.
constexpr std::size_t kMostKinds = 32;
constexpr std::size_t kLongestShown = 2000;
constexpr char kBetween = '\x1f';

/// A number of all that it says but when: what has the same is a repetition.
std::string key_of(const LogEvent& event) {
    std::string said = fmt::format("{}{}{}{}{}", event.channel, kBetween, event.provider, kBetween, event.id);
    for (const std::string& each : event.strings) said += kBetween + each;
    return fmt::format("{:016x}", stable_number(said));
}

EventType type_of(const LogEvent& event) { return event.from_rassstp() ? EventType::rassstp_event_seen : EventType::http_event_seen; }

/// On either side: the clock that dates the records may be set back.
bool is_within(WallTime began, WallTime time) { return time - began < kWindow && began - time < kWindow; }

/// Which endpoint an event of HTTP.SYS is about, as it writes it; empty: none can be told.
std::string endpoint_of(const LogEvent& event) {
    for (std::size_t i = 0; i < std::min(event.names.size(), event.strings.size()); ++i) {
        if (event.names[i] == "Endpoint") return event.strings[i];
    }
    const auto failure = ssl_failure(event);
    return failure ? failure->address.at(failure->port).to_string() : std::string{};
}

std::map<std::string, std::string> fields_of(const LogEvent& event) {
    std::map<std::string, std::string> fields{{"event_id", std::to_string(event.id)},
                                              {"channel", event.channel},
                                              {"provider", event.provider},
                                              {"record_id", std::to_string(event.record_id)},
                                              {"level", std::to_string(event.level)},
                                              {"event_time", to_rfc3339(event.time)},
                                              {"event_computer", event.computer},
                                              {"strings", event_data_text(event)},
                                              {"xml", event.xml}};
    if (event.from_rassstp()) return fields;
    if (const std::string endpoint = endpoint_of(event); !endpoint.empty()) fields["endpoint"] = endpoint;
    if (const auto failure = ssl_failure(event); failure && failure->status) fields["status"] = fmt::format("0x{:08X}", *failure->status);
    return fields;
}

/// The sentence: of RasSstp its own first text, of HTTP.SYS what happened to which endpoint.
std::string said_by(const LogEvent& event) {
    if (event.from_rassstp()) return event.strings.empty() ? std::string{} : event.strings.front().substr(0, kLongestShown);
    const auto failure = ssl_failure(event);
    if (!failure) return endpoint_of(event);
    const std::string endpoint = failure->address.at(failure->port).to_string();
    if (!failure->status) return fmt::format("the TLS settings of {} could not be used", endpoint);
    return fmt::format("the TLS settings of {} could not be used (0x{:08X}{})", endpoint, *failure->status,
                       *failure->status == kNoUsableKey ? ", no usable private key" : "");
}

const char* source_of(EventType type) { return type == EventType::rassstp_event_seen ? "RasSstp" : "HTTP.SYS"; }

EventType type_of(const RepeatedEvent& repeated) {
    LogEvent event;
    event.provider = repeated.provider;
    return type_of(event);
}

void tell_count(JournalDraft& draft, const RepeatedEvent& repeated, WallTime now) {
    const EventType type = type_of(repeated);
    draft.tell(type, now,
               fmt::format("{} reported event {} again, {} {} until {}; number {} of this journal has the data of the first.",
                           source_of(type), repeated.event_id, repeated.untold, repeated.untold == 1 ? "time" : "times",
                           to_minute(repeated.last), repeated.first_sequence),
               {{"event_id", std::to_string(repeated.event_id)},
                {"channel", repeated.channel},
                {"provider", repeated.provider},
                {"count", std::to_string(repeated.untold)},
                {"last_event_time", to_rfc3339(repeated.last)},
                {"first_sequence", std::to_string(repeated.first_sequence)}});
}

}  // namespace

void tell_log_event(JournalDraft& draft, const LogEvent& event, WallTime now) {
    auto& all = draft.contents.repeated;
    const std::string key = key_of(event);
    const auto known = all.find(key);
    if (known != all.end() && is_within(known->second.last, event.time)) {   // until a minute was quiet
        ++known->second.total;
        ++known->second.untold;
        known->second.last = event.time;
        return;
    }
    if (known != all.end() && known->second.untold > 0) tell_count(draft, known->second, now);
    if (known != all.end() || all.size() < kMostKinds) {
        all[key] = RepeatedEvent{.channel = event.channel,
                                 .provider = event.provider,
                                 .event_id = event.id,
                                 .total = 1,
                                 .untold = 0,
                                 .window_began = event.time,
                                 .last = event.time,
                                 .first_sequence = draft.next_sequence()};
    }
    const EventType type = type_of(event);
    const std::string said = said_by(event);
    draft.tell(
        type, now,
        fmt::format("{} reported event {} at {}{}{}", source_of(type), event.id, to_minute(event.time), said.empty() ? "" : ": ", said),
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
        if (repeated.untold > 0) tell_count(draft, repeated, now);
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
    draft.tell(
        EventType::event_source_gap, now,
        "The event log was cleared, or has wrapped beyond the last visit: events may have been lost unread. The server was looked at as a "
        "whole instead.",
        {{"gaps", gaps}});
}

}  // namespace sstp
