// A pull subscription over the simulated log. Source: Microsoft, EvtSubscribe, EvtNext; facts: event-log.
// A bookmark is `<b record="N"/>`, N being the last record read.

#include "tests/simulated_windows/simulated_ports.h"

#include <algorithm>
#include <charconv>

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
        const bool there =
            std::any_of(world_.log.begin(), world_.log.end(), [&](const LogEvent& each) { return each.record_id == *position; });
        if (where == StartAt::strict_bookmark && !there) {
            subscribed_ = false;
            return Error{ErrorKind::position_lost, kOperation, "", 15011, "the query result is stale"};
        }
        position_ = *position;
        return {};
    });
}

bool SimulatedEventLog::matches(const LogEvent& event) const {
    if (std::find(query_.channels.begin(), query_.channels.end(), event.channel) == query_.channels.end()) return false;
    if (event.from_rassstp()) {
        return std::find(query_.rassstp_ids.begin(), query_.rassstp_ids.end(), event.id) != query_.rassstp_ids.end();
    }
    // 15021: a listener could not use its certificate; 15300 to 15302: settings deleted, created, changed.
    const bool of_certificates = event.id == 15021 || (event.id >= 15300 && event.id <= 15302);
    return query_.http_events && event.provider == "Microsoft-Windows-HttpEvent" && of_certificates;
}

Result<EventBatch> SimulatedEventLog::read(std::size_t most) {
    constexpr char kOperation[] = "read the event log";
    return world_.call(PortCall::event_log_read, kOperation, "", [&]() -> Result<EventBatch> {
        if (!subscribed_) return Error{ErrorKind::source_unavailable, kOperation, "", 6, "the handle is invalid"};
        if (strict_ && !world_.log.empty() && position_ + 1 < world_.log.front().record_id && position_ != 0) {
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

}  // namespace sstp::simulated
