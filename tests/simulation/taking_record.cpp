#include "tests/simulation/taking_record.h"

#include "core/record/apply.h"
#include "core/record/notes.h"
#include "core/record/sqlite_database.h"
#include "tests/simulation/violation.h"

#include <fmt/format.h>

#include <atomic>
#include <filesystem>
#include <utility>

namespace sstp::simulation {

namespace {

/// In memory where the system has such a place: what "durable" means is decided by VolatileDisk, not by a real disk.
std::filesystem::path new_folder() {
    static std::atomic<std::uint64_t> count{0};
    static const std::uint64_t process = std::filesystem::file_time_type::clock::now().time_since_epoch().count();
    const std::filesystem::path memory = "/dev/shm";
    const auto parent = std::filesystem::exists(memory) ? memory : std::filesystem::temp_directory_path();
    return parent / fmt::format("sstp-simulation-{:x}-{}", process, ++count);
}

}  // namespace

std::string id_of(const RecordUpdate& update) {
    for (const char* name : {kNoteWritten, kNoteWrittenUnseen}) {
        const auto found = update.notes.find(name);
        if (found != update.notes.end() && found->second) return *found->second;
    }
    return {};
}

TakingRecord::OnDisk::OnDisk(std::uint64_t seed) : random(seed), disk(new_folder()) {}

void TakingRecord::use_sqlite(std::uint64_t seed) {
    on_disk_ = std::make_unique<OnDisk>(seed);
    begin_process();
    (void)on_disk_->record->load();
    on_disk_->record.reset();
    // The id is random, and back-off follows from it: the same run must leave the same trace.
    auto database = SqliteDatabase::open(on_disk_->disk.file("state.db"), SqliteDatabase::Access::read_write, Duration{1000});
    if (!database || !database->run(fmt::format("UPDATE meta SET value='{}' WHERE name='installation_id'", kInstallation).c_str())) {
        throw Violation{"told", "the state database could not be made", 0};
    }
}

void TakingRecord::begin_process() { on_disk_->record = std::make_unique<SqliteRecord>(on_disk_->disk.file("state.db"), clock_); }

void TakingRecord::process_died(bool machine_too) {
    if (!on_disk_) return;
    on_disk_->disk.die_after(0);   // closing must not tidy up: a dead process does not
    on_disk_->record.reset();
    if (machine_too) {
        on_disk_->disk.lose_power(on_disk_->random);
    } else {
        on_disk_->disk.revive();
    }
}

/// Nothing that was committed is forgotten or changed; what we died in is there as a whole, or not at all.
void TakingRecord::must_hold(const RecordContents& loaded) {
    const auto update = std::exchange(on_disk_->in_flight, std::nullopt);
    if (loaded == inner.contents()) return;
    RecordContents with = inner.contents();
    if (update) apply(with, *update);
    if (loaded != with) throw Violation{"told", "the state database has forgotten or changed what was committed", world_.calls};
    (void)inner.commit(*update);
    taken.insert(id_of(*update));
}

Result<RecordContents> TakingRecord::load() {
    if (!on_disk_) return inner.load();
    if (!on_disk_->record) begin_process();
    auto loaded = on_disk_->record->load();
    if (!loaded) throw Violation{"told", "the state database cannot be read: " + loaded.error().message(), world_.calls};
    must_hold(*loaded);
    return loaded;
}

Result<std::uint64_t> TakingRecord::commit_while_dying(const RecordUpdate& update) {
    on_disk_->disk.die_after(on_disk_->random.below(16));
    auto committed = on_disk_->record->commit(update);
    on_disk_->in_flight = update;   // whoever asks is dead: only the disk knows
    return committed;
}

Result<std::uint64_t> TakingRecord::commit(const RecordUpdate& update) {
    if (on_disk_) {
        if (!on_disk_->record) begin_process();
        if (world_.dying) return commit_while_dying(update);
        const bool full = on_disk_->random.one_in(40);
        if (full) on_disk_->disk.be_full(1 + on_disk_->random.below(4));
        auto committed = on_disk_->record->commit(update);
        on_disk_->disk.be_full(0);
        if (!committed) {
            if (!full) throw Violation{"told", "a commit failed on a disk with room: " + committed.error().message(), world_.calls};
            if (on_refusal) on_refusal();
            return committed;
        }
    }
    auto committed = inner.commit(update);
    if (committed) taken.insert(id_of(update));
    return committed;
}

Result<std::vector<JournalEvent>> TakingRecord::journal(std::optional<WallTime> since, std::size_t most) {
    if (!on_disk_) return inner.journal(since, most);
    if (!on_disk_->record) begin_process();
    return on_disk_->record->journal(since, most);
}

}  // namespace sstp::simulation
