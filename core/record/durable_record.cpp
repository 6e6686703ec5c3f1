#include "core/record/durable_record.h"

#include "core/record/apply.h"
#include "core/record/notes.h"
#include "core/record/record_json.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

namespace sstp {

namespace {

std::string id_of(const RecordUpdate& update) {
    const auto found = update.notes.find(kNoteWritten);
    return found == update.notes.end() ? std::string{} : found->second.value_or("");
}

std::uint64_t number_in(const std::string& id) {
    std::uint64_t number = 0;
    const char* first = id.data() + (id.starts_with('u') ? 1 : 0);
    std::from_chars(first, id.data() + id.size(), number);
    return number;
}

}  // namespace

DurableRecord::DurableRecord(Record& database, Files& files, EventSink& event_sink, std::string path)
    : database_(database), files_(files), event_sink_(event_sink), path_(std::move(path)) {}

Result<void> DurableRecord::read_file() {
    if (file_read_) return {};
    const auto text = files_.read(path_, kMostUnsavedBytes);
    if (!text && text.error().kind != ErrorKind::not_found) return text.error();
    file_read_ = true;
    if (!text || text->empty()) return {};
    auto updates = updates_from_json(*text);
    if (updates) {
        waiting_ = std::move(*updates);
        for (const RecordUpdate& each : waiting_) last_id_ = std::max(last_id_, number_in(id_of(each)));
        return {};
    }
    // All zeros or torn by a power loss, although it is replaced in one piece: what it held is lost, charges among it.
    replaced_ = updates.error();
    budget_lost_ = true;
    return {};
}

Result<void> DurableRecord::write_file() { return files_.replace(path_, to_json(waiting_)); }

/// The waiting updates up to the one that the database took last are there already.
void DurableRecord::drop_those_stored() {
    const auto stored = contents_.notes.find(kNoteWritten);
    if (stored == contents_.notes.end()) return;
    const auto last =
        std::find_if(waiting_.begin(), waiting_.end(), [&](const RecordUpdate& each) { return id_of(each) == stored->second; });
    if (last != waiting_.end()) waiting_.erase(waiting_.begin(), last + 1);
}

bool DurableRecord::load_database() {
    auto loaded = database_.load();
    if (!loaded && loaded.error().kind == ErrorKind::corrupt) {
        replaced_ = loaded.error();   // set aside by now: the next answer is what could be salvaged
        loaded = database_.load();
    }
    if (!loaded) {
        trouble_ = loaded.error();
        return false;
    }
    contents_ = std::move(*loaded);
    contents_.budget_unreadable = contents_.budget_unreadable || std::exchange(budget_lost_, false);
    database_seen_ = true;
    trouble_.reset();
    const auto stored = contents_.notes.find(kNoteWritten);
    if (stored != contents_.notes.end()) last_id_ = std::max(last_id_, number_in(stored->second));
    drop_those_stored();
    for (const RecordUpdate& each : waiting_) apply(contents_, each);
    return true;
}

Result<RecordContents> DurableRecord::load() {
    const bool first = !file_read_;
    if (const auto read = read_file(); !read) return read.error();
    if (first && !load_database()) {
        contents_.budget_unreadable = true;
        for (const RecordUpdate& each : waiting_) apply(contents_, each);
    }
    return contents_;
}

std::vector<JournalEvent> DurableRecord::take(const RecordUpdate& update) {
    std::vector<JournalEvent> events = numbered(update.events, contents_.last_sequence);
    apply(contents_, update);
    return events;
}

Result<std::uint64_t> DurableRecord::store(const RecordUpdate& update) {
    auto committed = database_.commit(update);
    if (!committed && committed.error().kind == ErrorKind::corrupt) {
        replaced_ = committed.error();
        committed = database_.commit(update);
    }
    return committed;
}

void DurableRecord::keep_within_bounds() {
    std::size_t events = 0;
    for (const RecordUpdate& each : waiting_) events += each.events.size();
    for (RecordUpdate& each : waiting_) {
        if (events <= kMostWaitingEvents) return;
        const std::size_t surplus = std::min(each.events.size(), events - kMostWaitingEvents);
        each.events.erase(each.events.begin(), each.events.begin() + static_cast<std::ptrdiff_t>(surplus));
        events -= surplus;
        dropped_ += surplus;
    }
}

Result<std::uint64_t> DurableRecord::commit(const RecordUpdate& update) {
    if (update.close_heal && update.open_heal) return database_.commit(update);   // refused for what it says, not for trouble
    if (!file_read_) {
        if (const auto loaded = load(); !loaded) return loaded.error();
    }
    RecordUpdate stamped = update;
    stamped.notes[kNoteWritten] = fmt::format("{}{}", database_seen_ ? "" : "u", ++last_id_);
    if (waiting_.empty() && database_seen_) {
        const auto committed = store(stamped);
        if (committed) {
            trouble_.reset();
            report(take(stamped));
            return contents_.last_sequence;
        }
        trouble_ = committed.error();
    }
    std::vector<RecordUpdate> before = waiting_;
    const std::uint64_t dropped_before = dropped_;
    waiting_.push_back(stamped);
    keep_within_bounds();
    if (const auto written = write_file(); !written) {
        waiting_ = std::move(before);
        dropped_ = dropped_before;
        return trouble_ ? *trouble_ : written.error();
    }
    report(take(stamped));
    return contents_.last_sequence;
}

void DurableRecord::catch_up() {
    if (database_seen_ && waiting_.empty()) return;
    if (!read_file() || !load_database()) return;
    std::size_t stored = 0;
    for (; stored < waiting_.size(); ++stored) {
        if (const auto committed = store(waiting_[stored]); !committed) {
            trouble_ = committed.error();
            break;
        }
    }
    waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(stored));
    // If this fails the file tells of what is stored already, which the ids find out.
    (void)write_file();
}

Result<std::vector<JournalEvent>> DurableRecord::journal(std::optional<WallTime> since, std::size_t most) {
    return database_.journal(since, most);
}

void DurableRecord::doubt() {
    database_.doubt();
    database_seen_ = false;   // the next catch_up loads it, which finds out
}

std::optional<Error> DurableRecord::was_replaced() { return std::exchange(replaced_, std::nullopt); }

std::uint64_t DurableRecord::were_dropped() { return std::exchange(dropped_, 0); }

void DurableRecord::report(const std::vector<JournalEvent>& events) {
    if (!reports_) return;
    // Durable here; the Event Log is a second place, whose failure holds nothing up.
    for (const JournalEvent& event : events) (void)event_sink_.report(event, event_id(contents_.installation_id, event.sequence));
}

}  // namespace sstp
