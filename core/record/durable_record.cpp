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

std::string note_of(const RecordUpdate& update, const char* name) {
    const auto found = update.notes.find(name);
    return found == update.notes.end() ? std::string{} : found->second.value_or("");
}

std::string note_of(const RecordContents& contents, const char* name) {
    const auto found = contents.notes.find(name);
    return found == contents.notes.end() ? std::string{} : found->second;
}

/// 0 for what is no number: numbers begin at 1.
std::uint64_t number_in(const std::string& id) {
    std::uint64_t number = 0;
    std::from_chars(id.data(), id.data() + id.size(), number);
    return number;
}

constexpr char kOvertaken[] = "overtaken";

JournalEvent overtaken(const std::string& heal_id, WallTime when) {
    return {0,
            EventType::recovered_after_crash,
            when,
            "A heal was open in the state database while that could not be read, and another was begun meanwhile. What the first had "
            "changed was not undone: the other looked at everything anew.",
            {{"heal_id", heal_id}, {"outcome", kOvertaken}}};
}

bool tells_of_overtaken_heal(const JournalEvent& event) {
    if (event.type != EventType::recovered_after_crash) return false;
    const auto outcome = event.fields.find("outcome");
    return outcome != event.fields.end() && outcome->second == kOvertaken;
}

}  // namespace

DurableRecord::DurableRecord(Record& database, Files& files, EventSink& event_sink, Clock& clock, std::string path)
    : database_(database), files_(files), event_sink_(event_sink), clock_(clock), path_(std::move(path)) {
    contents_.budget_unreadable = true;   // until the database says what was spent
}

Result<void> DurableRecord::read_file() {
    if (file_read_) return {};
    const auto text = files_.read(path_, kMostUnsavedBytes);
    if (!text && text.error().kind != ErrorKind::not_found) return text.error();
    file_read_ = true;
    if (!text || text->empty()) return {};
    auto updates = updates_from_json(*text);
    if (updates) {
        for (RecordUpdate& each : *updates) {
            last_id_ = std::max(last_id_, number_in(note_of(each, kNoteWritten)));
            apply(contents_, each);
            waiting_.push_back({std::move(each), {}});
        }
        return {};
    }
    // All zeros or torn by a power loss, although it is replaced in one piece: what it held is lost, charges among it.
    replaced_ = updates.error();
    budget_lost_ = true;
    return {};
}

Result<void> DurableRecord::write_file() {
    std::vector<std::string> spelled;
    spelled.reserve(waiting_.size());
    for (Waiting& each : waiting_) {
        if (each.spelled.empty()) each.spelled = to_json(each.update);
        spelled.push_back(each.spelled);
    }
    return files_.replace(path_, unsaved_file_of(spelled));
}

/// Updates reach the database in order: whatever lies before one that is there, is there too. The file may be older than
/// what was stored since, when it could not be emptied.
void DurableRecord::drop_those_stored() {
    const std::uint64_t number = number_in(note_of(contents_, kNoteWritten));
    const std::string unseen = note_of(contents_, kNoteWrittenUnseen);
    const auto is_stored = [&](const Waiting& each) {
        const std::uint64_t own = number_in(note_of(each.update, kNoteWritten));
        return own != 0 ? own <= number : !unseen.empty() && note_of(each.update, kNoteWrittenUnseen) == unseen;
    };
    const auto last = std::find_if(waiting_.rbegin(), waiting_.rend(), is_stored);
    waiting_.erase(waiting_.begin(), last.base());
}

/// Without it nobody would ever hear how the first one ended: the other replaces it. Whoever had read the database knew of it.
void DurableRecord::tell_of_overtaken_heal() {
    if (!contents_.open_heal) return;
    const std::string& open = contents_.open_heal->id;
    const auto decides = [&](const Waiting& each) {
        return each.update.close_heal || (each.update.open_heal && each.update.open_heal->id != open);
    };
    const auto found = std::find_if(waiting_.begin(), waiting_.end(), decides);
    if (found == waiting_.end() || found->update.close_heal || note_of(found->update, kNoteWrittenUnseen).empty()) return;
    std::vector<JournalEvent>& events = found->update.events;
    if (!events.empty() && tells_of_overtaken_heal(events.front())) return;   // when this was tried before
    events.insert(events.begin(), overtaken(open, found->update.open_heal->began.wall));
    found->spelled.clear();
}

/// Everything else that waits was reported when it came into the file.
void DurableRecord::report_overtaken_heal(const std::vector<JournalEvent>& stored, std::uint64_t last_sequence) {
    if (stored.empty() || !tells_of_overtaken_heal(stored.front())) return;
    JournalEvent told = stored.front();
    told.sequence = last_sequence - stored.size() + 1;
    report({told});
}

void DurableRecord::stamp(RecordUpdate& update) {
    ++last_id_;
    if (database_seen_) {
        update.notes[kNoteWritten] = std::to_string(last_id_);
        return;
    }
    if (unseen_.empty()) unseen_ = to_rfc3339(clock_.wall());
    update.notes[kNoteWrittenUnseen] = fmt::format("{} {}", unseen_, last_id_);
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
    last_id_ = std::max(last_id_, number_in(note_of(contents_, kNoteWritten)));
    drop_those_stored();
    tell_of_overtaken_heal();
    for (const Waiting& each : waiting_) apply(contents_, each.update);
    return true;
}

Result<void> DurableRecord::open() {
    if (file_read_) return {};
    if (auto read = read_file(); !read) return read;
    (void)load_database();
    return {};
}

Result<RecordContents> DurableRecord::load() {
    if (const auto opened = open(); !opened) return opened.error();
    return contents_;
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
    for (const Waiting& each : waiting_) events += each.update.events.size();
    for (auto& [update, spelled] : waiting_) {
        if (events <= kMostWaitingEvents) return;
        const std::size_t surplus = std::min(update.events.size(), events - kMostWaitingEvents);
        if (surplus == 0) continue;
        update.events.erase(update.events.begin(), update.events.begin() + static_cast<std::ptrdiff_t>(surplus));
        spelled.clear();
        events -= surplus;
        dropped_ += surplus;
    }
}

/// In the database, else in the file, behind all that waits there.
Result<void> DurableRecord::store_or_keep_waiting(const RecordUpdate& update) {
    if (waiting_.empty() && database_seen_) {
        const auto committed = store(update);
        if (committed) {
            trouble_.reset();
            return {};
        }
        trouble_ = committed.error();
    }
    std::vector<Waiting> before = waiting_;
    const std::uint64_t dropped_before = dropped_;
    waiting_.push_back({update, {}});
    keep_within_bounds();
    if (const auto written = write_file(); !written) {
        waiting_ = std::move(before);
        dropped_ = dropped_before;
        return trouble_ ? *trouble_ : written.error();
    }
    return {};
}

Result<std::uint64_t> DurableRecord::commit(const RecordUpdate& update) { return commit(RecordUpdate{update}); }

Result<std::uint64_t> DurableRecord::commit(RecordUpdate&& update) {
    if (update.close_heal && update.open_heal) return database_.commit(update);   // refused for what it says, not for trouble
    if (const auto opened = open(); !opened) return opened.error();
    stamp(update);
    if (const auto kept = store_or_keep_waiting(update); !kept) {
        update.notes.erase(kNoteWritten);
        update.notes.erase(kNoteWrittenUnseen);
        return kept.error();
    }
    std::vector<JournalEvent> events = std::exchange(update.events, {});
    number(events, contents_.last_sequence);
    contents_.last_sequence += events.size();
    apply(contents_, std::move(update));
    report(events);
    return contents_.last_sequence;
}

void DurableRecord::catch_up() {
    if (database_seen_ && waiting_.empty()) return;
    if (!read_file() || !load_database()) return;
    std::size_t stored = 0;
    for (; stored < waiting_.size(); ++stored) {
        const RecordUpdate& update = waiting_[stored].update;
        const auto committed = store(update);
        if (!committed) {
            trouble_ = committed.error();
            break;
        }
        report_overtaken_heal(update.events, *committed);
    }
    waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(stored));
    // If this fails the file tells of what is stored already, which the ids find out.
    (void)write_file();
    if (stored > 0 && on_events_) on_events_();
}

Result<std::vector<JournalEvent>> DurableRecord::journal(std::optional<WallTime> since, std::size_t most) {
    return database_.journal(since, most);
}

void DurableRecord::doubt() {
    database_.doubt();
    if (database_seen_) (void)load_database();   // finds out; what cannot be loaded now is loaded with the next commit
}

std::optional<Error> DurableRecord::was_replaced() { return std::exchange(replaced_, std::nullopt); }

std::uint64_t DurableRecord::were_dropped() { return std::exchange(dropped_, 0); }

void DurableRecord::report(const std::vector<JournalEvent>& events) {
    if (!events.empty() && on_events_) on_events_();
    if (!reports_) return;
    // Durable here; the Event Log is a second place, whose failure holds nothing up.
    for (const JournalEvent& event : events) (void)event_sink_.report(event, event_id(contents_.installation_id, event.sequence));
}

}  // namespace sstp
