#include "core/record/durable_record.h"

#include "core/record/apply.h"
#include "core/record/state_members.h"
#include "core/record/unsaved.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace sstp {

namespace {

/// The record moves the others on by itself.
bool is_changed(const StateMember& member, const RecordContents& before, const RecordContents& after) {
    return !member.moved_on_by_the_record && !member.same(before, after);
}

}  // namespace

DurableRecord::DurableRecord(Record& database, Files& files, EventSink& event_sink, Clock& clock, std::string path)
    : database_(database), files_(files), event_sink_(event_sink), clock_(clock), path_(std::move(path)) {
    contents_.budget_unreadable = true;   // until the database says what was spent
}

// ---- the file ----

Result<void> DurableRecord::read_file() {
    if (file_read_) return {};
    const auto text = files_.read(path_, kMostUnsavedBytes);
    if (!text && text.error().kind != ErrorKind::not_found) return text.error();
    file_read_ = true;
    if (!text || text->empty()) return {};
    auto unsaved = unsaved_from_json(*text);
    file_is_to_be_emptied_ = !unsaved || !unsaved->updates.empty() || !unsaved->changed.empty();
    RecordContents contents = contents_;
    Result<void> understood = unsaved ? Result<void>{} : unsaved.error();
    if (unsaved) understood = take_changes(unsaved->changed, contents);
    if (!understood) {
        // All zeros or torn by a power loss, although it is replaced in one piece: what it held is lost, charges among it.
        replaced_ = understood.error();
        budget_lost_ = true;
        return {};
    }
    for (UnsavedEvents& each : unsaved->updates) {
        last_number_ = std::max(last_number_, each.written);
        last_unseen_ = std::max(last_unseen_, each.unseen);
        contents.last_sequence += each.events.size();
        waiting_.push_back({std::move(each), {}});
    }
    for (const auto& [name, value] : unsaved->changed) changed_.insert(name);
    contents_ = std::move(contents);
    return {};
}

Result<void> DurableRecord::write_file() {
    std::vector<std::string> spelled;
    spelled.reserve(waiting_.size());
    for (Waiting& each : waiting_) {
        if (each.spelled.empty()) each.spelled = to_json(each.update);
        spelled.push_back(each.spelled);
    }
    std::map<std::string, std::string> changed;
    for (const StateMember& member : state_members()) {
        if (changed_.contains(member.name)) changed[member.name] = member.to_json(contents_);
    }
    return files_.replace(path_, unsaved_file_of(spelled, changed));
}

void DurableRecord::nothing_waits() {
    waiting_.clear();
    changed_.clear();
    file_is_to_be_emptied_ = false;
    (void)write_file();   // if this fails the file tells of what is stored already, which the numbers find out
}

// ---- the database ----

/// Updates reach the database in order: whatever lies before one that is there, is there too. The file may be older than
/// what was stored since, when it could not be emptied.
void DurableRecord::drop_those_stored() {
    const auto is_stored = [&](const Waiting& each) {
        const UnsavedEvents& update = each.update;
        if (update.written != 0 && update.written <= contents_.written) return true;
        return update.unseen != 0 && update.unseen == contents_.written_unseen;
    };
    const auto last = std::find_if(waiting_.rbegin(), waiting_.rend(), is_stored);
    waiting_.erase(waiting_.begin(), last.base());
    if (waiting_.empty()) changed_.clear();
}

/// From now on they count behind what the database holds.
void DurableRecord::number_what_was_made_unseen(RecordContents& waiting) {
    const auto is_unseen = [](const Waiting& each) { return each.update.written == 0; };
    if (std::none_of(waiting_.begin(), waiting_.end(), is_unseen)) return;
    tell_of_overtaken_heal(waiting);
    put_on_top_of(contents_, changed_, waiting);
    for (Waiting& each : waiting_) {
        each.update.written = ++last_number_;
        each.spelled.clear();
        if (each.update.unseen == 0) continue;
        waiting.written_unseen = each.update.unseen;
        changed_.insert("written_unseen");
    }
}

/// Without it nobody would ever hear how the first one ended: the other replaces it. Whoever had read the database knew of it.
void DurableRecord::tell_of_overtaken_heal(const RecordContents& waiting) {
    if (!contents_.open_heal || !changed_.contains("open_heal")) return;
    if (waiting.open_heal && waiting.open_heal->id == contents_.open_heal->id) return;
    std::vector<JournalEvent>& events = waiting_.front().update.events;
    events.insert(events.begin(), overtaken(contents_.open_heal->id, clock_.wall()));
}

/// Everything else that waits was reported when it came into the file.
void DurableRecord::report_overtaken_heal(const RecordUpdate& stored, std::uint64_t last_sequence) {
    if (!tells_of_overtaken_heal(stored.events)) return;
    JournalEvent told = stored.events.front();
    told.sequence = last_sequence - stored.events.size() + 1;
    report({told});
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
    RecordContents waiting = std::exchange(contents_, std::move(*loaded));
    contents_.sessions.now = Absent{};   // of an earlier process
    database_seen_ = true;
    trouble_.reset();
    last_number_ = std::max(last_number_, contents_.written);
    drop_those_stored();
    number_what_was_made_unseen(waiting);
    for (const StateMember& member : state_members()) {
        if (changed_.contains(member.name)) member.copy(waiting, contents_);
    }
    for (const Waiting& each : waiting_) contents_.last_sequence += each.update.events.size();
    contents_.budget_unreadable = contents_.budget_unreadable || std::exchange(budget_lost_, false);
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

Result<void> DurableRecord::store(const RecordUpdate& update) {
    auto committed = database_.commit(update);
    if (!committed && committed.error().kind == ErrorKind::corrupt) {
        replaced_ = committed.error();
        committed = database_.commit(update);
    }
    if (!committed) {
        trouble_ = committed.error();
        return committed.error();
    }
    trouble_.reset();
    return {};
}

/// One update of all that waits, so that the database takes it whole or not at all.
RecordUpdate DurableRecord::everything_waiting() const {
    RecordUpdate all;
    for (const Waiting& each : waiting_) {
        all.events.insert(all.events.end(), each.update.events.begin(), each.update.events.end());
        all.written = each.update.written;
    }
    if (!changed_.empty()) all.contents = contents_;
    return all;
}

// ---- commits ----

UnsavedEvents DurableRecord::next_number() {
    UnsavedEvents numbers;
    if (database_seen_) {
        numbers.written = ++last_number_;
    } else {
        const auto now = clock_.wall().time_since_epoch().count();
        last_unseen_ = std::max(last_unseen_ + 1, static_cast<std::uint64_t>(std::max<std::int64_t>(now, 1)));
        numbers.unseen = last_unseen_;
    }
    return numbers;
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

/// In the file, behind all that waits there.
Result<void> DurableRecord::keep_waiting(UnsavedEvents update, const RecordContents& after) {
    const std::vector<Waiting> waiting_before = waiting_;
    const std::set<std::string> changed_before = changed_;
    const std::uint64_t dropped_before = dropped_;
    const RecordContents contents_before = contents_;
    for (const StateMember& member : state_members()) {
        if (is_changed(member, contents_, after)) changed_.insert(member.name);
    }
    contents_ = after;
    waiting_.push_back({std::move(update), {}});
    keep_within_bounds();
    const auto written = write_file();
    if (written) return {};
    waiting_ = waiting_before;
    changed_ = changed_before;
    dropped_ = dropped_before;
    contents_ = contents_before;
    return trouble_ ? *trouble_ : written.error();
}

Result<void> DurableRecord::store_or_keep_waiting(const RecordUpdate& update, const RecordContents& after) {
    UnsavedEvents own = next_number();
    // On a full disk the database has room for one heal and the file has none: then all that waits goes with it.
    const bool is_a_heals = contents_.open_heal || after.open_heal;
    const bool is_full = trouble_ && trouble_->kind == ErrorKind::disk_full;
    if (database_seen_ && (waiting_.empty() || (is_a_heals && is_full))) {
        RecordUpdate all = everything_waiting();
        all.events.insert(all.events.end(), update.events.begin(), update.events.end());
        all.contents = update.contents || all.contents ? std::optional{after} : std::nullopt;
        all.written = own.written;
        if (store(all)) {
            if (!waiting_.empty()) nothing_waits();
            contents_ = after;
            contents_.written = own.written;
            return {};
        }
    }
    own.events = update.events;
    return keep_waiting(std::move(own), after);
}

Result<std::uint64_t> DurableRecord::commit(const RecordUpdate& update) {
    const std::optional<RecordContents> unread = file_read_ ? std::nullopt : std::optional{contents_};
    if (const auto opened = open(); !opened) return opened.error();
    if (unread && update.contents) {
        // It was made while nothing could be read, and what is read now must not be wiped out by it: what it changed goes on top.
        RecordUpdate rested = update;
        rested.contents = rebased(*update.contents, *unread, contents_);
        return commit(rested);
    }
    RecordContents after = contents_;
    apply(after, update, clock_.now());
    std::vector<JournalEvent> events = numbered(update.events, contents_.last_sequence);
    if (const auto kept = store_or_keep_waiting(update, after); !kept) return kept.error();
    if (contents_.installation_id.empty() && waiting_.empty()) (void)load_database();   // the database has made a new one
    report(events);
    return contents_.last_sequence;
}

void DurableRecord::catch_up() {
    if (database_seen_ && waiting_.empty() && !file_is_to_be_emptied_) return;
    if (!read_file()) return;
    const bool has_waited = !waiting_.empty();
    if (!load_database()) return;
    if (waiting_.empty()) return has_waited || file_is_to_be_emptied_ ? nothing_waits() : void();  // where nothing waited no file is made
    const RecordUpdate all = everything_waiting();
    if (!store(all)) {
        (void)write_file();  // with the numbers that they have now
        return;
    }
    RecordUpdate moved_on;
    moved_on.written = all.written;
    apply(contents_, moved_on, clock_.now());
    report_overtaken_heal(all, contents_.last_sequence);
    nothing_waits();
    if (on_events_) on_events_();
}

Result<std::vector<JournalEvent>> DurableRecord::journal(std::optional<WallTime> since, std::size_t most) {
    return database_.journal(since, most);
}

void DurableRecord::doubt() {
    database_.doubt();
    if (database_seen_) (void)load_database();  // finds out; what cannot be loaded now is loaded with the next commit
}

void DurableRecord::report(const std::vector<JournalEvent>& events) {
    if (!events.empty() && on_events_) on_events_();
    if (!reports_) return;
    // Durable here; the Event Log is a second place, whose failure holds nothing up.
    for (const JournalEvent& event : events) (void)event_sink_.report(event, event_id(contents_.installation_id, event.sequence));
}

}  // namespace sstp
