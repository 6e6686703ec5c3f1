// What becomes of deliveries, as events: pairs of down and restored, and what fell out of a queue.

#include "core/journal/told.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace sstp {

namespace {

using namespace std::chrono_literals;

/// A receiver that comes and goes is told at most so often.
constexpr Duration kBetweenTellings = 1min;
constexpr char kDown[] = "down";
constexpr char kUp[] = "up";

/// How long ago something was by the wall clock, which may have been set back since.
Duration distance(WallTime one, WallTime other) { return one < other ? other - one : one - other; }

const char* why(LossReason reason) {
    switch (reason) {
        case LossReason::queue_full: return "more waited than siem.maximum_queued allows";
        case LossReason::too_old: return "they waited longer than siem.maximum_age allows";
        case LossReason::refused: return "the receiver refused each of them three times";
        case LossReason::gone: return "the journal no longer has them";
    }
    return "";
}

void tell_up_or_down(JournalDraft& draft, const DestinationState& state, DestinationsTold& told, WallTime now) {
    DestinationNotices& notices = draft.contents.destinations[state.name];
    const bool is_down = state.position.down_since.has_value();
    if (is_down == (notices.state == kDown)) return;
    if (is_down && !notices.state.empty() && distance(now, notices.told_at) < kBetweenTellings) {
        told.look_again_in(kBetweenTellings);
        return;
    }
    notices.state = is_down ? kDown : kUp;
    notices.told_at = now;
    std::map<std::string, std::string> fields{{"destination", state.name}, {"queued", std::to_string(state.waiting.count)}};
    if (!is_down) {
        draft.tell(EventType::siem_destination_restored, now,
                   fmt::format("{} confirms again; {} events wait for it.", state.name, state.waiting.count), std::move(fields));
        return;
    }
    const LastAttempt attempt = state.position.last_attempt.value_or(LastAttempt{});
    if (!attempt.reason.empty()) fields["reason"] = attempt.reason;
    if (!attempt.problem.empty()) fields["error"] = attempt.problem;
    draft.tell(EventType::siem_destination_down, now,
               fmt::format("{} at {} has confirmed nothing since {}: {}. {} events wait for it, within the policy's bounds.", state.name, state.where,
                           to_minute(*state.position.down_since), attempt.problem.empty() ? "no reason is known" : attempt.problem,
                           state.waiting.count),
               std::move(fields));
}

/// From the durable counters: count and notice are one commit, so that it can be neither forgotten nor told twice. A notice that
/// fell out of the queue itself has told nobody: what it named is told again.
void tell_losses(JournalDraft& draft, const DestinationState& state, LossReason reason, const Loss& loss, DestinationsTold& result,
                 WallTime now) {
    DestinationNotices& notices = draft.contents.destinations[state.name];
    std::uint64_t& told = notices.losses_told[word(reason)];
    LossNotice& notice = notices.notices[word(reason)];
    if (told > loss.total) {   // counted anew: forgotten and back, or begun anew
        told = 0;
        notice = {};
    }
    told = std::max(told, loss.told);
    if (told > loss.told) result.losses.push_back({state.name, reason, told});   // as far as the outbox does not know yet
    const std::uint64_t count = loss.total - told;
    if (count == 0) return;
    // The notice alone fell out or was refused: telling that would never end. The counters have it, and the next loss takes it along.
    if (count == 1 && notice.sequence != 0 && loss.last_sequence == notice.sequence) return;
    if (notice.sequence != 0 && distance(now, notice.at) < kBetweenTellings) {
        result.look_again_in(kBetweenTellings - distance(now, notice.at));
        return;
    }
    notice = {draft.next_sequence(), told, loss.first_sequence, loss.last_sequence, now};
    told = loss.total;
    std::erase_if(result.losses, [&](const ToldLosses& each) { return each.destination == state.name && each.reason == reason; });
    result.losses.push_back({state.name, reason, loss.total});
    draft.tell(EventType::events_dropped, now,
               fmt::format("{} events will not reach {} (numbers {} to {}): {}.", count, state.name, loss.first_sequence, loss.last_sequence,
                           why(reason)),
               {{"destination", state.name},
                {"count", std::to_string(count)},
                {"first_sequence", std::to_string(loss.first_sequence)},
                {"last_sequence", std::to_string(loss.last_sequence)},
                {"reason", word(reason)}});
}

}  // namespace

DestinationsTold tell_destinations(JournalDraft& draft, const SiemPolicy& policy, const std::vector<DestinationState>& states, WallTime now) {
    DestinationsTold told;
    for (const DestinationState& state : states) {
        if (state.trouble) continue;
        draft.contents.destinations[state.name].known = true;
        tell_up_or_down(draft, state, told, now);
        for (const auto& [reason, loss] : state.position.losses) tell_losses(draft, state, reason, loss, told, now);
    }
    std::set<std::string_view> names;
    for (const SiemDestination& each : policy.destinations) names.insert(each.name);
    std::erase_if(draft.contents.destinations, [&](const auto& each) { return !names.contains(each.first); });
    return told;
}

}  // namespace sstp
