#pragma once

#include "core/decision/heal_plan.h"
#include "core/ports/event_log.h"
#include "core/ports/record.h"

#include <optional>
#include <string>

namespace sstp {

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
    void log_event(const LogEvent& event);
    void gap();

    void tell(EventType type, std::string text, std::map<std::string, std::string> fields);

private:
    struct Repetition;
    /// Is it time to tell `note` again? Remembers that it was.
    bool due(const std::string& note, const std::string& what);
    void raised(const Finding& finding, const std::optional<Certificate>& current, bool again);
    void cleared(const Finding& finding);
    [[nodiscard]] std::optional<std::string> note(const std::string& name) const;

    const RecordContents& before_;
    WallTime now_;
    RecordUpdate& update_;
};

}  // namespace sstp
