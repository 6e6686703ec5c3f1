#include "core/watchdog/look_memory.h"

#include "core/decision/plan_steps.h"
#include "core/record/notes.h"

#include <algorithm>
#include <string_view>

namespace sstp {

void SymptomCounts::looked(const Findings& findings) {
    if (has(findings, Reason::state_unreadable)) return;
    std::map<Reason, std::uint32_t> now;
    for (const Finding& finding : findings) {
        if (!is_symptom(finding.reason)) continue;
        const auto before = seen_.find(finding.reason);
        now[finding.reason] = before == seen_.end() ? 1 : before->second + 1;   // both families count once a look
    }
    seen_ = std::move(now);
}

Memory remember(const RecordContents& record, const SymptomCounts& counts, bool clock_jumped) {
    Memory memory;
    memory.known_good = record.known_good;
    memory.trouble_at = record.trouble_at;
    memory.seen_in_a_row = counts.seen_in_a_row();
    memory.reported_only = reported_only_from(record);
    memory.clock_jumped = clock_jumped;
    return memory;
}

std::vector<Reason> reported_only_from(const RecordContents& record) {
    std::vector<Reason> reasons;
    const auto note = record.notes.find(kNoteReportedOnly);
    if (note == record.notes.end()) return reasons;
    std::string_view rest = note->second;
    while (!rest.empty()) {
        const auto comma = rest.find(',');
        if (const auto reason = reason_from_word(rest.substr(0, comma))) reasons.push_back(*reason);
        rest.remove_prefix(comma == std::string_view::npos ? rest.size() : comma + 1);
    }
    return reasons;
}

std::vector<Reason> still_reported_only(const std::vector<Reason>& reported, const Findings& findings) {
    if (has(findings, Reason::state_unreadable)) return reported;   // not seen is not clear
    std::vector<Reason> still;
    std::copy_if(reported.begin(), reported.end(), std::back_inserter(still), [&](Reason reason) { return has(findings, reason); });
    return still;
}

}  // namespace sstp
