#include "tests/simulation/durable_view.h"

#include "core/record/apply.h"
#include "core/record/record_json.h"

#include <algorithm>

namespace sstp::simulation {

/// The file mostly grows by one update at its end: what was read of it before need not be read again.
void DurableView::read(const std::string& text) {
    constexpr std::string_view kEnd = "]}";
    const std::string_view known = file_.size() > kEnd.size() ? std::string_view{file_}.substr(0, file_.size() - kEnd.size()) : "";
    const bool grew = !in_file_.empty() && text.size() > file_.size() && text.starts_with(known) && text[known.size()] == ',';
    if (!grew) in_file_.clear();
    const auto updates = updates_from_json(grew ? "{\"updates\":[" + text.substr(known.size() + 1) : text);
    if (updates) in_file_.insert(in_file_.end(), updates->begin(), updates->end());
    file_ = text;
}

void DurableView::refresh() {
    if (world_.files_replaced == replaced_ && (file_.empty() || database_.taken.size() == taken_)) return;
    replaced_ = world_.files_replaced;
    static const std::string kNothing;
    const auto file = world_.files.find("unsaved.json");
    const std::string& text = file == world_.files.end() ? kNothing : file->second;
    if (text != file_) read(text);
    taken_ = database_.taken.size();
    waiting_.clear();
    for (const RecordUpdate& each : in_file_) {
        if (!database_.taken.contains(id_of(each))) waiting_.push_back(&each);
    }
    if (waiting_.empty()) return;
    together_ = database_.inner.contents();
    for (const RecordUpdate* each : waiting_) apply(together_, *each);
}

const RecordContents& DurableView::contents() {
    refresh();
    return waiting_.empty() ? database_.inner.contents() : together_;
}

}  // namespace sstp::simulation
