#include "control/requests.h"
#include "store/event_log.h"
#include "store/state_folder.h"

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

}  // namespace

void add_log_requests(Requests& requests) {
    requests["log.write"] = write;
    requests["log.read"] = read;
    requests["log.wrap"] = [](const Json& request) -> Json { return wrap_log(channel_of(request), request.at("keep").get<std::uint64_t>()), nullptr; };
    requests["log.clear"] = [](const Json& request) -> Json { return clear_log(channel_of(request), request.value("restart_numbering", false)), nullptr; };
    requests["log.create"] = [](const Json& request) -> Json { return create_channel(channel_of(request), request.value("maximum_records", std::uint64_t{50'000})), nullptr; };
    requests["log.remove"] = [](const Json& request) -> Json { return remove_channel(channel_of(request)), nullptr; };
}

}  // namespace sstp::rras_host
