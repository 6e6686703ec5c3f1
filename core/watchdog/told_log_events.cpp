// What RRAS and HTTP.SYS log, as events of ours: raw data always, repetitions counted.

#include "core/record/notes.h"
#include "core/record/record_json.h"
#include "core/watchdog/back_off.h"
#include "core/watchdog/told.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <charconv>
#include <utility>

namespace sstp {

namespace {

using namespace std::chrono_literals;
using Fields = std::map<std::string, std::string>;

/// Identical events within it are told as one.
constexpr Duration kWindow = 1min;
/// More kinds at a time than that are told one by one: a bound on what the notes hold.
constexpr std::size_t kMostKinds = 32;
constexpr std::size_t kLongestShown = 2000;
constexpr std::array kIdentity{"event_id", "channel", "provider", "strings"};
/// Beside the fields of the first repetition, what a note holds of a window.
constexpr char kBegan[] = "window_began";
constexpr char kType[] = "window_type";

std::int64_t number_in(std::string_view text) {
    std::int64_t number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

std::int64_t number_in(const Fields& fields, const char* name) {
    const auto found = fields.find(name);
    return found == fields.end() ? 0 : number_in(found->second);
}

/// The value of a member of the JSON of a window, as it is spelled; nothing when it is not there. Inside a value each quote
/// has a backslash before it, so that only a name can be found.
std::optional<std::string_view> spelled(std::string_view json, const char* name) {
    const std::string behind = fmt::format("\"{}\":\"", name);
    const auto at = json.find(behind);
    if (at == std::string_view::npos) return std::nullopt;
    json.remove_prefix(at + behind.size());
    return json.substr(0, json.find('"'));
}

bool is_identical(const Fields& left, const Fields& right) {
    for (const char* name : kIdentity) {
        const auto one = left.find(name);
        const auto other = right.find(name);
        if (one == left.end() || other == right.end() || one->second != other->second) return false;
    }
    return true;
}

std::string note_of(const Fields& fields) {
    std::string identity;
    for (const char* name : kIdentity) identity += fields.at(name) + '\x1f';
    return fmt::format("{}{}.{:016x}", kNoteSeenPrefix, fields.at("event_id"), seed_from(identity));
}

/// An open window without repetitions so far.
Fields window(const Fields& first, EventType type) {
    Fields opened;
    for (const char* name : kIdentity) opened[name] = first.at(name);
    opened[kType] = word(type);
    const auto began = from_rfc3339(first.at("event_time"));
    opened[kBegan] = std::to_string(began.value_or(WallTime{}).time_since_epoch().count());
    return opened;
}

/// On either side: the clock that dates the records may be set back. `began`: milliseconds.
bool is_within(std::int64_t began, WallTime time) {
    const Duration since = time.time_since_epoch() - Duration{began};
    return since > -kWindow && since < kWindow;
}

Fields fields_of(const LogEvent& event) {
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

}  // namespace

/// Those notes as they will be.
std::map<std::string, std::string> Telling::notes_with(const std::string& prefix) const {
    Fields found;
    for (auto each = before_.notes.lower_bound(prefix); each != before_.notes.end() && each->first.starts_with(prefix); ++each) {
        found.insert(*each);
    }
    for (auto each = update_.notes.lower_bound(prefix); each != update_.notes.end() && each->first.starts_with(prefix); ++each) {
        if (each->second) {
            found[each->first] = *each->second;
        } else {
            found.erase(each->first);
        }
    }
    return found;
}

/// The first of the window, when it is told by this very update: then it can count what follows.
JournalEvent* Telling::present(const Fields& fields) {
    for (auto each = update_.events.rbegin(); each != update_.events.rend(); ++each) {
        if (is_identical(each->fields, fields)) return &*each;
    }
    return nullptr;
}

void Telling::log_event(const LogEvent& event) {
    Fields fields = fields_of(event);
    const EventType type = event.from_rassstp() ? EventType::rassstp_event_seen : EventType::http_event_seen;
    const std::string name = note_of(fields);
    const std::string* noted = note(name);
    const bool stored = noted != nullptr;
    auto open = stored ? fields_from_json(*noted) : Result<Fields>{Fields{}};
    const bool repeats = open && is_identical(*open, fields) && is_within(number_in(*open, kBegan), event.time);
    if (repeats) {
        JournalEvent* first = open->contains("count") ? nullptr : present(fields);
        Fields& counted = first != nullptr ? first->fields : *open;
        const std::int64_t before = std::max<std::int64_t>(number_in(counted, "count"), first != nullptr ? 1 : 0);
        if (first == nullptr && before == 0) open->merge(Fields{fields});   // the first that waits, with all it says
        counted["count"] = std::to_string(before + 1);
        counted["last_event_time"] = fields.at("event_time");
        if (first == nullptr) update_.notes[name] = to_json(*open);
        return;
    }
    if (open && open->contains("count")) tell_repetitions(std::move(*open));
    if (stored || notes_with(kNoteSeenPrefix).size() < kMostKinds) update_.notes[name] = to_json(window(fields, type));
    const std::string said = event.strings.empty() ? std::string{} : ": " + event.strings.front().substr(0, kLongestShown);
    tell(type, fmt::format("{} reported event {} at {}{}", source_of(type), event.id, to_minute(event.time), said), std::move(fields));
}

void Telling::tell_repetitions(Fields held) {
    const EventType type = event_type_from_word(held[kType]).value_or(EventType::rassstp_event_seen);
    held.erase(kType);
    held.erase(kBegan);
    std::string text = fmt::format("{} reported event {} again, {} times until {}", source_of(type), held["event_id"], held["count"],
                                   held["last_event_time"]);
    tell(type, std::move(text), std::move(held));
}

std::optional<Duration> Telling::repetitions() {
    std::optional<Duration> next;
    for (const auto& [name, value] : notes_with(kNoteSeenPrefix)) {
        // Most windows are still open: that can be seen without reading all that the event said.
        const std::int64_t began = number_in(spelled(value, kBegan).value_or(""));
        if (is_within(began, now_)) {
            const Duration left = Duration{began} + kWindow - now_.time_since_epoch();
            if (spelled(value, "count")) next = std::min(next.value_or(left), left);
            continue;
        }
        update_.notes[name] = std::nullopt;
        auto repeated = spelled(value, "count") ? fields_from_json(value) : Result<Fields>{Fields{}};
        if (!repeated || repeated->empty()) continue;
        // What goes on and on is told once a minute: the window moves on, and closes when a minute was quiet.
        const auto last = from_rfc3339((*repeated)["last_event_time"]);
        if (last && is_within(last->time_since_epoch().count(), now_)) {
            Fields moved = *repeated;
            moved["event_time"] = moved["last_event_time"];
            update_.notes[name] = to_json(window(moved, event_type_from_word(moved[kType]).value_or(EventType::rassstp_event_seen)));
        }
        tell_repetitions(std::move(*repeated));
    }
    return next;
}

void Telling::gap() {
    const std::string* before = note(kNoteEventLogGaps);
    const std::string gaps = std::to_string((before != nullptr ? number_in(*before) : 0) + 1);
    update_.notes[kNoteEventLogGaps] = gaps;
    tell(EventType::event_source_gap,
         "The event log no longer held the record that was read last: it was cleared or has wrapped, and events may have been lost. "
         "The server was looked at as a whole instead.",
         {{"gaps", gaps}});
}

}  // namespace sstp
