#pragma once

#include "core/ports/event_log.h"

#include <memory>
#include <string>
#include <vector>

namespace sstp::contract {

/// A machine whose event log can be read and written: the simulated one, or this one with the product's adapter.
class EventLogWorld {
public:
    virtual ~EventLogWorld() = default;
    virtual EventLog& log() = 0;
    /// A second reader, as the process after a restart is one.
    virtual std::unique_ptr<EventLog> another_reader() = 0;
    virtual void write(const std::string& channel, const std::string& provider, std::uint32_t id, std::vector<std::string> strings) = 0;
    /// System keeps only its newest `keep` records.
    virtual void wrap(std::size_t keep) = 0;
    /// An administrator clears a channel; Windows tells so in System (event 104).
    virtual void clear(const std::string& channel) = 0;
};

std::unique_ptr<EventLogWorld> make_event_log_world();

}  // namespace sstp::contract
