#include "tests/simulation/durable_view.h"

#include "core/record/apply.h"
#include "core/record/notes.h"
#include "core/record/record_json.h"

#include <algorithm>

namespace sstp::simulation {

std::string id_of(const RecordUpdate& update) {
    for (const char* name : {kNoteWritten, kNoteWrittenUnseen}) {
        const auto found = update.notes.find(name);
        if (found != update.notes.end() && found->second) return *found->second;
    }
    return {};
}

Result<std::uint64_t> TakingRecord::commit(const RecordUpdate& update) {
    auto committed = inner.commit(update);
    if (committed) taken.insert(id_of(update));
    return committed;
}

void DurableView::refresh() {
    static const std::string kNothing;
    const auto file = world_.files.find("unsaved.json");
    const std::string& text = file == world_.files.end() ? kNothing : file->second;
    if (text == file_ && (text.empty() || database_.taken.size() == taken_)) return;
    file_ = text;
    taken_ = database_.taken.size();
    waiting_.clear();
    if (text.empty()) return;
    auto updates = updates_from_json(text);
    if (!updates) return;
    for (RecordUpdate& each : *updates) {
        if (!database_.taken.contains(id_of(each))) waiting_.push_back(std::move(each));
    }
    together_ = database_.inner.contents();
    for (const RecordUpdate& each : waiting_) apply(together_, each);
}

const RecordContents& DurableView::contents() {
    refresh();
    return waiting_.empty() ? database_.inner.contents() : together_;
}

std::vector<JournalEvent> DurableView::events() {
    refresh();
    std::vector<JournalEvent> all = database_.inner.events();
    for (const RecordUpdate& each : waiting_) {
        for (const JournalEvent& event : each.events) {
            all.push_back(event);
            all.back().sequence = all.size() < 2 ? 1 : all[all.size() - 2].sequence + 1;
        }
    }
    return all;
}

}  // namespace sstp::simulation
