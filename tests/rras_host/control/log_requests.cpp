#include "control/requests.h"
#include "store/event_log.h"
#include "store/state_folder.h"

#include <winevt.h>

namespace sstp::rras_host {

namespace {

std::string channel_of(const Json& request) { return request.value("channel", "System"); }

Json write(const Json& request) {
    std::vector<EventRecord> records;
    for (const auto& event : request.at("events")) records.push_back(event_from_json(event.dump()));
    const auto repeat = request.value("repeat", 1U);
    std::vector<EventRecord> all;
    for (unsigned i = 0; i < repeat; ++i) all.insert(all.end(), records.begin(), records.end());
    if (!append_events(channel_of(request), all)) throw std::runtime_error("there is no channel " + channel_of(request));
    return all.size();
}

Json read(const Json& request) {
    LogReader reader(channel_of(request));
    const auto after = request.value("after", std::uint64_t{0});
    Json list = Json::array();
    for (const auto& record : reader.refresh())
        if (record->record_id > after) list.push_back(Json::parse(to_json_line(*record)));
    return list;
}

/// Subscribes to what is to come through wevtapi.dll, says so by the file `subscribed`, and tells whether the signal came in time.
Json wait(const Json& request) {
    const HANDLE signal = CreateEventW(nullptr, FALSE, FALSE, nullptr);
    const EVT_HANDLE subscription =
        EvtSubscribe(nullptr, signal, to_wide(channel_of(request)).c_str(), to_wide(request.value("query", "*")).c_str(), nullptr, nullptr,
                     nullptr, EvtSubscribeToFutureEvents);
    if (!subscription) throw std::runtime_error("EvtSubscribe: error " + std::to_string(GetLastError()));
    write_text(state_path(L"subscribed"), "");
    const bool signalled = WaitForSingleObject(signal, request.value("timeout_ms", 10'000U)) == WAIT_OBJECT_0;
    EVT_HANDLE event = nullptr;
    DWORD count = 0;
    EvtNext(subscription, 1, &event, 0, 0, &count);
    EvtClose(event);
    EvtClose(subscription);
    CloseHandle(signal);
    return {{"signalled", signalled}, {"events", count}};
}

}  // namespace

void add_log_requests(Requests& requests) {
    requests["log.write"] = write;
    requests["log.read"] = read;
    requests["log.wait"] = wait;
    requests["log.wrap"] = [](const Json& request) -> Json {
        return wrap_log(channel_of(request), request.at("keep").get<std::uint64_t>()), nullptr;
    };
    requests["log.clear"] = [](const Json& request) -> Json {
        return clear_log(channel_of(request), request.value("restart_numbering", false)), nullptr;
    };
    requests["log.create"] = [](const Json& request) -> Json {
        return create_channel(channel_of(request), request.value("maximum_records", std::uint64_t{50'000})), nullptr;
    };
    requests["log.remove"] = [](const Json& request) -> Json { return remove_channel(channel_of(request)), nullptr; };
}

}  // namespace sstp::rras_host
