// What becomes of deliveries, as events: pairs of down and restored, and what fell out of a queue.

#include "core/record/notes.h"
#include "core/watchdog/told.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <set>
#include <string_view>
#include <utility>

namespace sstp {

namespace {

using namespace std::chrono_literals;

/// A receiver that comes and goes is told at most so often.
constexpr Duration kBetweenTellings = 1min;
/// While a destination is down, what falls out is told at once and then ever more rarely: each telling may push another
/// event out of the full queue.
constexpr Duration kWhileDown[] = {1h, 4h, 24h};

/// A note of numbers separated by bars.
std::vector<std::int64_t> numbers_in(std::string_view note) {
    std::vector<std::int64_t> numbers;
    while (!note.empty()) {
        const auto bar = std::min(note.find('|'), note.size());
        std::int64_t number = 0;
        std::from_chars(note.data(), note.data() + bar, number);
        numbers.push_back(number);
        note.remove_prefix(std::min(bar + 1, note.size()));
    }
    return numbers;
}

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

}  // namespace

/// A note `total|times|milliseconds|sequence`.
struct Telling::ToldOfLoss {
    std::uint64_t total = 0;            ///< of the losses, told so far
    std::size_t times = 0;              ///< told while the destination was down, in a row
    WallTime at{};
    std::uint64_t sequence = 0;         ///< of the event that told it last

    static ToldOfLoss from(const std::string* note) {
        const auto numbers = numbers_in(note != nullptr ? std::string_view{*note} : std::string_view{});
        if (numbers.size() != 4) return {};
        return {static_cast<std::uint64_t>(numbers[0]), static_cast<std::size_t>(numbers[1]), WallTime{Duration{numbers[2]}},
                static_cast<std::uint64_t>(numbers[3])};
    }
    [[nodiscard]] std::string to_note() const { return fmt::format("{}|{}|{}|{}", total, times, at.time_since_epoch().count(), sequence); }
};

/// The number that the next event of the update will have.
std::uint64_t Telling::next_sequence() const { return before_.last_sequence + update_.events.size() + 1; }

/// A note `down|milliseconds` or `up|milliseconds`; none: nothing was ever told.
void Telling::up_or_down(const DestinationState& state, DestinationsTold& told) {
    const std::string name = kNoteDestinationPrefix + state.name;
    const std::string* noted = note(name);
    const std::string last = noted != nullptr ? *noted : "";
    const bool told_down = last.starts_with("down|");
    const bool is_down = state.position.down_since.has_value();
    if (is_down == told_down) return;
    const auto numbers = numbers_in(last);   // the word counts as 0
    const WallTime at = numbers.size() == 2 ? WallTime{Duration{numbers[1]}} : WallTime{};
    if (is_down && !last.empty() && distance(now_, at) < kBetweenTellings) {
        told.look_again_in(kBetweenTellings);
        return;
    }
    update_.notes[name] = fmt::format("{}|{}", is_down ? "down" : "up", now_.time_since_epoch().count());
    std::map<std::string, std::string> fields{{"destination", state.name}, {"queued", std::to_string(state.waiting.count)}};
    if (!is_down) {
        tell(EventType::siem_destination_restored,
             fmt::format("{} confirms again; {} events wait for it.", state.name, state.waiting.count), std::move(fields));
        return;
    }
    const LastAttempt attempt = state.position.last_attempt.value_or(LastAttempt{});
    if (!attempt.reason.empty()) fields["reason"] = attempt.reason;
    if (!attempt.problem.empty()) fields["error"] = attempt.problem;
    tell(EventType::siem_destination_down,
         fmt::format("{} at {} has confirmed nothing since {}: {}. {} events wait for it, within the policy's bounds.", state.name,
                     state.where, to_minute(*state.position.down_since), attempt.problem.empty() ? "no reason is known" : attempt.problem,
                     state.waiting.count),
         std::move(fields));
}

/// From the durable counters: count and note are one commit, so that it can be neither forgotten nor told twice.
void Telling::losses(const DestinationState& state, LossReason reason, const Loss& loss, DestinationsTold& result) {
    const std::string name = fmt::format("{}{}.{}", kNoteLossPrefix, state.name, word(reason));
    ToldOfLoss told = ToldOfLoss::from(note(name));
    if (told.total > loss.total) told = {};   // counted anew: forgotten and back, or begun anew
    told.total = std::max(told.total, loss.told);
    if (told.total > loss.told) result.losses.push_back({state.name, reason, told.total});   // as far as the outbox does not know yet
    const std::uint64_t count = loss.total - told.total;
    if (count == 0) return;
    // The notice itself was what fell out or was refused: telling that would never end. The counters have it, and the next
    // loss takes it along.
    if (count == 1 && told.sequence != 0 && loss.last_sequence == told.sequence) return;
    const bool is_down = state.position.down_since.has_value();
    const std::size_t interval = std::min(std::max<std::size_t>(told.times, 1), std::size(kWhileDown)) - 1;
    const Duration pause = is_down && told.times > 0 ? kWhileDown[interval] : kBetweenTellings;
    if (told.sequence != 0 && distance(now_, told.at) < pause) {
        result.look_again_in(pause - distance(now_, told.at));
        return;
    }
    told = {loss.total, is_down ? told.times + 1 : 0, now_, next_sequence()};
    update_.notes[name] = told.to_note();
    std::erase_if(result.losses, [&](const ToldLosses& each) { return each.destination == state.name && each.reason == reason; });
    result.losses.push_back({state.name, reason, loss.total});
    tell(EventType::events_dropped,
         fmt::format("{} events will not reach {} (numbers {} to {}): {}.", count, state.name, loss.first_sequence, loss.last_sequence,
                     why(reason)),
         {{"destination", state.name},
          {"count", std::to_string(count)},
          {"first_sequence", std::to_string(loss.first_sequence)},
          {"last_sequence", std::to_string(loss.last_sequence)},
          {"reason", word(reason)}});
}

/// What is remembered of destinations that the policy no longer names.
void Telling::forget_others(const SiemPolicy& policy) {
    std::set<std::string_view> names;
    for (const SiemDestination& each : policy.destinations) names.insert(each.name);
    for (const auto& [note, value] : before_.notes) {
        std::string_view name = note;
        const bool is_loss = name.starts_with(kNoteLossPrefix);
        if (is_loss) {
            name.remove_prefix(sizeof kNoteLossPrefix - 1);
            name = name.substr(0, name.rfind('.'));
        } else if (name.starts_with(kNoteDestinationPrefix)) {
            name.remove_prefix(sizeof kNoteDestinationPrefix - 1);
        } else if (name.starts_with(kNotePositionPrefix)) {
            name.remove_prefix(sizeof kNotePositionPrefix - 1);
        } else {
            continue;
        }
        if (!names.contains(name)) update_.notes[note] = std::nullopt;
    }
}

DestinationsTold Telling::destinations(const SiemPolicy& policy, const std::vector<DestinationState>& states) {
    DestinationsTold told;
    for (const DestinationState& state : states) {
        if (state.trouble) continue;
        const std::string position = kNotePositionPrefix + state.name;
        if (note(position) == nullptr) update_.notes[position] = "known";
        up_or_down(state, told);
        for (const auto& [reason, loss] : state.position.losses) losses(state, reason, loss, told);
    }
    forget_others(policy);
    return told;
}

}  // namespace sstp
