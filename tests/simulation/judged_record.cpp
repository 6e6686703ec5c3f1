#include "tests/simulation/judged_record.h"

#include "core/record/apply.h"
#include "tests/simulation/violation.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <utility>

namespace sstp::simulation {

namespace {

/// In memory where the system has such a place: what "durable" means is decided by VolatileDisk, not by a real disk.
std::filesystem::path new_folder() {
    static std::atomic<std::uint64_t> count{0};
    static const auto process = static_cast<std::uint64_t>(std::chrono::steady_clock::now().time_since_epoch().count());
    const std::filesystem::path memory = "/dev/shm";
    const auto parent = std::filesystem::exists(memory) ? memory : std::filesystem::temp_directory_path();
    return parent / fmt::format("sstp-simulation-{:x}-{}", process, ++count);
}

/// What two records may differ in that hold the same: the random id, and at what moment exactly a commit was made.
RecordContents comparable(RecordContents contents) {
    contents.installation_id.clear();
    contents.running = {};
    contents.written_at.reset();
    contents.sessions.now = Absent{};
    return contents;
}

}  // namespace

JudgedRecord::OnDisk::OnDisk(std::uint64_t seed) : random(seed), disk(new_folder()) {}

JudgedRecord::JudgedRecord(simulated::World& world) : world_(world), clock_(world), inner_("0123456789abcdef0123456789abcdef", &clock_) {}

void JudgedRecord::use_sqlite(std::uint64_t seed) {
    on_disk_ = std::make_unique<OnDisk>(seed);
    begin_process();
    (void)on_disk_->record->load();
}

void JudgedRecord::begin_process() { on_disk_->record = std::make_unique<SqliteRecord>(on_disk_->disk.file("state.db"), clock_); }

void JudgedRecord::process_died(bool machine_too) {
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
void JudgedRecord::must_hold(const RecordContents& loaded) {
    const auto update = std::exchange(on_disk_->in_flight, std::nullopt);
    if (comparable(loaded) == comparable(inner_.contents())) return;
    RecordContents with = inner_.contents();
    if (update) apply(with, *update, std::nullopt);
    if (comparable(loaded) != comparable(with))
        throw Violation{"told", "the state database has forgotten or changed what was committed", world_.calls};
    (void)take(*update);
}

Result<RecordContents> JudgedRecord::load() {
    if (!on_disk_) return inner_.load();
    if (!on_disk_->record) begin_process();
    auto loaded = on_disk_->record->load();
    if (!loaded) throw Violation{"told", "the state database cannot be read: " + loaded.error().message(), world_.calls};
    must_hold(*loaded);
    return loaded;
}

Result<std::uint64_t> JudgedRecord::commit_to_disk(const RecordUpdate& update) {
    if (!on_disk_->record) begin_process();
    if (world_.dying) {
        on_disk_->disk.die_after(on_disk_->random.below(16));
        auto committed = on_disk_->record->commit(update);
        on_disk_->in_flight = update;   // whoever asks is dead: only the disk knows
        return committed;
    }
    const bool full = on_disk_->random.one_in(40);
    if (full) on_disk_->disk.be_full(1 + on_disk_->random.below(4));
    auto committed = on_disk_->record->commit(update);
    on_disk_->disk.be_full(0);
    if (!committed && !full && committed.error().kind != ErrorKind::disk_full) {
        throw Violation{"told", "a commit failed on a disk with room: " + committed.error().message(), world_.calls};
    }
    if (!committed && on_refusal) on_refusal();
    return committed;
}

Result<std::uint64_t> JudgedRecord::take(const RecordUpdate& update) {
    const auto before = inner_.contents().open_heal;
    auto committed = inner_.commit(update);
    if (!committed || !on_commit) return committed;
    const auto& all = inner_.events();
    const auto first = all.end() - static_cast<std::ptrdiff_t>(std::min(update.events.size(), all.size()));
    on_commit(before, std::vector<JournalEvent>(first, all.end()));
    return committed;
}

Result<std::uint64_t> JudgedRecord::commit(const RecordUpdate& update) {
    if (!on_disk_) return take(update);
    auto committed = commit_to_disk(update);
    if (!committed || world_.dying) return committed;
    return take(update);
}

Result<std::vector<JournalEvent>> JudgedRecord::journal(std::optional<WallTime> since, std::size_t most) {
    if (!on_disk_) return inner_.journal(since, most);
    if (!on_disk_->record) begin_process();
    return on_disk_->record->journal(since, most);
}

}  // namespace sstp::simulation
