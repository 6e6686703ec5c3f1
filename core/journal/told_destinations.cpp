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
        case LossReason::refused: return "the receiver refused each of them three times, and took others";
        case LossReason::gone: return "the journal no longer has them";
    }
    return "";
}

void tell_up_or_down(JournalDraft& draft, const DestinationState& state, DestinationsTold& told, WallTime now) {
    DestinationNotices& notices = draft.contents.destinations[state.name];
    const bool is_down = state.position.down_since.has_value();
    if (is_down == (notices.state == kDown)) return;
    // One cause, one alert: the finding client_certificate_unfit says that it gets nothing, and why. What was never told as down is
    // not told as restored.
    if (is_down && wants_another_certificate(state)) return;
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
               fmt::format("{} at {} has confirmed nothing since {}: {}. {} events wait for it, within the policy's bounds.", state.name,
                           state.where, to_minute(*state.position.down_since),
                           attempt.problem.empty() ? "no reason is known" : attempt.problem, state.waiting.count),
               std::move(fields));
}

/// Events of a destination's losses that no notice has told yet.
bool is_untold(const Loss& loss, std::uint64_t told, std::uint64_t sequence) {
    return loss.total > told && loss.first_sequence <= sequence && sequence <= loss.last_sequence;
}

/// The notice lies among what was lost since. One that a receiver refused is not told again: it would be refused again.
bool fell_out(const LossNotice& notice, const DestinationNotices& notices, const Position& position) {
    if (notice.sequence == 0) return false;
    return std::any_of(position.losses.begin(), position.losses.end(), [&](const auto& each) {
        const auto told = notices.losses_told.find(word(each.first));
        const std::uint64_t up_to = told == notices.losses_told.end() ? each.second.told : told->second;
        return each.first != LossReason::refused && is_untold(each.second, up_to, notice.sequence);
    });
}

/// What a notice that fell out has told is untold again.
void take_back_lost_notices(DestinationNotices& notices, const Position& position) {
    std::vector<std::string> lost;
    for (const auto& [reason, notice] : notices.notices) {
        if (fell_out(notice, notices, position)) lost.push_back(reason);
    }
    for (const std::string& reason : lost) {
        LossNotice& notice = notices.notices[reason];
        notices.losses_told[reason] = notice.told_before;
        notice.sequence = 0;   // what it named is named again
    }
}

bool has_room(const DestinationState& state, const SiemPolicy& policy) {
    return !state.position.down_since && state.waiting.count < policy.maximum_queued;
}

/// From the durable counters: count and notice are one commit, so that it can be neither forgotten nor told twice.
void tell_losses(JournalDraft& draft, const DestinationState& state, LossReason reason, const Loss& loss, bool room,
                 DestinationsTold& result, WallTime now) {
    DestinationNotices& notices = draft.contents.destinations[state.name];
    if (!notices.losses_told.contains(word(reason))) notices.losses_told[word(reason)] = loss.told;
    std::uint64_t& told = notices.losses_told[word(reason)];
    LossNotice& notice = notices.notices[word(reason)];
    if (told > loss.total) {   // counted anew: forgotten and back, or begun anew
        told = loss.told;
        notice = {};
    }
    if (told > loss.told) result.losses.push_back({state.name, reason, told});   // as far as the outbox does not know yet
    const std::uint64_t count = loss.total - told;
    if (count == 0 || !room) return;
    // The notice alone was refused: telling that would never end. The counters have it, and the next loss takes it along.
    if (count == 1 && notice.sequence != 0 && loss.last_sequence == notice.sequence) return;
    if (notice.sequence != 0 && distance(now, notice.at) < kBetweenTellings) {
        result.look_again_in(kBetweenTellings - distance(now, notice.at));
        return;
    }
    // Behind what was named before; again from there when that notice was lost.
    const bool again = notice.sequence == 0 && notice.last_sequence != 0;
    const std::uint64_t behind = std::max(loss.first_sequence, notice.last_sequence + 1);
    const std::uint64_t first = again ? notice.first_sequence : behind;
    notice = {draft.next_sequence(), told, first, loss.last_sequence, now};
    told = loss.total;
    std::erase_if(result.losses, [&](const ToldLosses& each) { return each.destination == state.name && each.reason == reason; });
    result.losses.push_back({state.name, reason, loss.total});
    draft.tell(
        EventType::events_dropped, now,
        fmt::format("{} events will not reach {} (numbers {} to {}): {}.", count, state.name, first, loss.last_sequence, why(reason)),
        {{"destination", state.name},
         {"count", std::to_string(count)},
         {"first_sequence", std::to_string(first)},
         {"last_sequence", std::to_string(loss.last_sequence)},
         {"reason", word(reason)}});
}

}  // namespace

DestinationsTold tell_destinations(JournalDraft& draft, const SiemPolicy& policy, const std::vector<DestinationState>& states,
                                   WallTime now) {
    DestinationsTold told;
    for (const DestinationState& state : states) {
        if (state.trouble) continue;
        draft.contents.destinations[state.name].known = true;
        tell_up_or_down(draft, state, told, now);
        take_back_lost_notices(draft.contents.destinations[state.name], state.position);
        const bool room = has_room(state, policy);
        for (const auto& [reason, loss] : state.position.losses) tell_losses(draft, state, reason, loss, room, told, now);
    }
    std::set<std::string_view> names;
    for (const SiemDestination& each : policy.destinations) names.insert(each.name);
    std::erase_if(draft.contents.destinations, [&](const auto& each) { return !names.contains(each.first); });
    return told;
}

}  // namespace sstp
