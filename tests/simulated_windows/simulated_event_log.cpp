// A pull subscription over the simulated log. Source: Microsoft, EvtSubscribe, EvtNext; facts: event-log.
// A bookmark is `<b record="N"/>`, N being the last record read.

#include "tests/simulated_windows/simulated_ports.h"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <system_error>

namespace sstp::simulated {

namespace {

std::optional<std::uint64_t> position_of(const std::string& bookmark) {
    constexpr std::string_view kBefore = "<b record=\"";
    if (!bookmark.starts_with(kBefore)) return std::nullopt;
    std::uint64_t position = 0;
    const char* first = bookmark.data() + kBefore.size();
    const auto parsed = std::from_chars(first, bookmark.data() + bookmark.size(), position);
    return parsed.ec == std::errc{} ? std::optional{position} : std::nullopt;
}

}  // namespace

Result<void> SimulatedEventLog::subscribe(const EventQuery& query, StartAt where, const std::string& bookmark) {
    constexpr char kOperation[] = "subscribe to the event log";
    return world_.call(PortCall::event_log_subscribe, kOperation, "", [&]() -> Result<void> {
        query_ = query;
        subscribed_ = true;
        strict_ = where != StartAt::nearest_bookmark;
        position_ = 0;
        if (where == StartAt::oldest) return {};
        const auto position = position_of(bookmark);
        if (!position) return Error{ErrorKind::malformed, kOperation, "", 87, "the bookmark cannot be read"};
        const bool there = *position >= world_.first_record_id && *position < world_.next_record_id;
        if (where == StartAt::strict_bookmark && !there) {
            subscribed_ = false;
            return Error{ErrorKind::position_lost, kOperation, "", 15011, "the query result is stale"};
        }
        position_ = *position;
        return {};
    });
}

// RasSstp's events of certificates on the channels asked for; HTTP.SYS's on System whatever is asked for: 15021, a listener could not
// use its certificate; 15300 to 15302, settings deleted, created, changed.
bool SimulatedEventLog::matches(const LogEvent& event) const {
    constexpr std::uint32_t kRasSstp[] = {11, 12, 13, 18, 19, 21, 22, 24, 25, 32};
    if (event.from_rassstp()) {
        const bool watched = std::any_of(query_.channels.begin(), query_.channels.end(),
                                         [&](const std::string& channel) { return equal_ignoring_case(channel, event.channel); });
        return watched && std::find(std::begin(kRasSstp), std::end(kRasSstp), event.id) != std::end(kRasSstp);
    }
    const bool of_certificates = event.id == 15021 || (event.id >= 15300 && event.id <= 15302);
    return event.provider == "Microsoft-Windows-HttpEvent" && event.channel == "System" && of_certificates;
}

Result<EventBatch> SimulatedEventLog::read(std::size_t most) {
    constexpr char kOperation[] = "read the event log";
    return world_.call(PortCall::event_log_read, kOperation, "", [&]() -> Result<EventBatch> {
        if (!subscribed_) return Error{ErrorKind::source_unavailable, kOperation, "", 6, "the handle is invalid"};
        if (strict_ && position_ != 0 && position_ + 1 < world_.first_record_id) {
            subscribed_ = false;
            return Error{ErrorKind::position_lost, kOperation, "", 15011, "the query result is stale"};
        }
        EventBatch batch;
        for (const LogEvent& each : world_.log) {
            if (each.record_id <= position_ || !matches(each)) continue;
            if (batch.events.size() == most) {
                batch.drained = false;
                break;
            }
            batch.events.push_back(each);
        }
        if (!batch.events.empty()) {
            position_ = batch.events.back().record_id;
            batch.bookmark = "<b record=\"" + std::to_string(position_) + "\"/>";
        }
        return batch;
    });
}

Result<std::optional<WallTime>> SimulatedEventLog::asked_of(const std::string& channel, const std::optional<WallTime>& answer) {
    constexpr char kOperation[] = "ask how far back the event log goes";
    return world_.call(PortCall::event_log_reach, kOperation, channel, [&]() -> Result<std::optional<WallTime>> {
        if (!equal_ignoring_case(channel, "System") && !equal_ignoring_case(channel, "Application")) {
            return Error{ErrorKind::source_unavailable, kOperation, channel, 15007, "the specified channel could not be found"};
        }
        return answer;
    });
}

Result<std::optional<WallTime>> SimulatedEventLog::oldest_record(const std::string& channel) {
    return asked_of(channel, world_.log_begins);
}

Result<std::optional<WallTime>> SimulatedEventLog::cleared_at(const std::string& channel) {
    const auto cleared = world_.log_cleared.find(channel);
    return asked_of(channel, cleared != world_.log_cleared.end() ? std::optional{cleared->second} : std::nullopt);
}

Result<std::string> SimulatedEventLog::bookmark_at_end(const EventQuery&) {
    return world_.call(PortCall::event_log_end, "ask for the end of the event log", "",
                       [&]() -> Result<std::string> { return "<b record=\"" + std::to_string(world_.next_record_id - 1) + "\"/>"; });
}

}  // namespace sstp::simulated
