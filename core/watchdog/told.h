#pragma once

#include "core/model/heal_plan.h"
#include "core/ports/event_log.h"
#include "core/ports/forwarding.h"
#include "core/ports/record.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sstp {

/// Losses of a destination, told up to a total.
struct ToldLosses {
    std::string destination;
    LossReason reason{};
    std::uint64_t total = 0;
};

/// What telling about destinations came to.
struct DestinationsTold {
    std::vector<ToldLosses> losses;        ///< for Forwarding::told, once the update is durable
    std::optional<Duration> look_again;    ///< something is left to be told then
    void look_again_in(Duration wait) { look_again = std::min(look_again.value_or(wait), wait); }
};

/// Turns what a cycle found into journal events: each problem once when it comes, once when it goes, and in between at a
/// falling rate (an hour, four hours, then daily). Pure: what was told before is in the record's notes, what is told now
/// goes into one update with the notes that remember it. What that update holds already counts as told.
class Telling {
public:
    Telling(const RecordContents& before, WallTime now, RecordUpdate& update) : before_(before), now_(now), update_(update) {}

    /// Pairs of raised and cleared. While the server's state could not be read, what is not seen is not cleared.
    void findings(const Findings& findings, const std::optional<Certificate>& current);
    /// A refusal when it is new or due again; a decision to act or to do nothing ends it.
    void decision(const Decision& decision);
    void kill_switch(bool set, const std::string& explanation);
    void certificate(const std::optional<Certificate>& current);
    /// Identical events within a minute are one with a count: the first is told at once with all it says, what follows is
    /// counted, in the same update that moves the bookmark, and told when the minute is over.
    void log_event(const LogEvent& event);
    /// Tells the repetitions whose minute is over. Gives how long until the next is due.
    std::optional<Duration> repetitions();
    void gap();
    /// Destinations that went down, came back, or lost events. What is remembered of those that the policy no longer names is
    /// forgotten.
    DestinationsTold destinations(const SiemPolicy& policy, const std::vector<DestinationState>& states);

    void tell(EventType type, std::string text, std::map<std::string, std::string> fields);

private:
    struct Repetition;
    struct ToldOfLoss;
    /// Is it time to tell `note` again? Remembers that it was.
    bool due(const std::string& note, std::string_view what);
    void raised(const Finding& finding, const std::optional<Certificate>& current, bool again);
    void cleared(const Finding& finding);
    /// Null: there is no such note. It is right until the update changes it.
    [[nodiscard]] const std::string* note(const std::string& name) const;
    [[nodiscard]] std::uint64_t next_sequence() const;
    void up_or_down(const DestinationState& state, DestinationsTold& told);
    void losses(const DestinationState& state, LossReason reason, const Loss& loss, DestinationsTold& result);
    void forget_others(const SiemPolicy& policy);
    JournalEvent* present(const std::map<std::string, std::string>& fields);
    void tell_repetitions(std::map<std::string, std::string> held);
    [[nodiscard]] std::map<std::string, std::string> notes_with(const std::string& prefix) const;

    const RecordContents& before_;
    WallTime now_;
    RecordUpdate& update_;
};

}  // namespace sstp
