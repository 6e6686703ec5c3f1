#include "model/event_record.h"

#include <chrono>
#include <cstdio>

#include <nlohmann/json.hpp>

namespace sstp::rras_host {

namespace {

constexpr std::int64_t kTicksPerSecond = 10'000'000;
constexpr std::int64_t kUnixEpochInTicks = 116'444'736'000'000'000;

std::string hexadecimal(std::uint64_t value) {
    char text[24];
    std::snprintf(text, sizeof text, "0x%llx", static_cast<unsigned long long>(value));
    return text;
}

Element system_element(const EventRecord& record) {
    Element system;
    system.name = "System";
    Element& provider = system.add("Provider");
    provider.attributes.emplace_back("Name", record.provider);
    if (!record.provider_guid.empty()) provider.attributes.emplace_back("Guid", record.provider_guid);
    if (!record.event_source.empty()) provider.attributes.emplace_back("EventSourceName", record.event_source);
    Element& id = system.add("EventID", std::to_string(record.id));
    id.attributes.emplace_back("Qualifiers", std::to_string(record.qualifiers));
    system.add("Version", std::to_string(record.version));
    system.add("Level", std::to_string(record.level));
    system.add("Task", std::to_string(record.task));
    system.add("Opcode", std::to_string(record.opcode));
    system.add("Keywords", hexadecimal(record.keywords));
    system.add("TimeCreated").attributes.emplace_back("SystemTime", system_time_text(record.time_created));
    system.add("EventRecordID", std::to_string(record.record_id));
    system.add("Correlation");
    Element& execution = system.add("Execution");
    execution.attributes.emplace_back("ProcessID", std::to_string(record.process_id));
    execution.attributes.emplace_back("ThreadID", std::to_string(record.thread_id));
    system.add("Channel", record.channel);
    system.add("Computer", record.computer);
    Element& security = system.add("Security");
    if (!record.user_sid.empty()) security.attributes.emplace_back("UserID", record.user_sid);
    return system;
}

}  // namespace

std::string system_time_text(std::uint64_t filetime) {
    using namespace std::chrono;
    const std::int64_t ticks = static_cast<std::int64_t>(filetime) - kUnixEpochInTicks;
    std::int64_t seconds_since_1970 = ticks / kTicksPerSecond;
    std::int64_t fraction = ticks % kTicksPerSecond;
    if (fraction < 0) {
        fraction += kTicksPerSecond;
        --seconds_since_1970;
    }
    const sys_seconds moment{seconds{seconds_since_1970}};
    const auto day = floor<days>(moment);
    const year_month_day date{day};
    const hh_mm_ss<seconds> time{moment - day};
    char text[64];
    std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02lld:%02lld:%02lld.%07lldZ", static_cast<int>(date.year()),
                  static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), static_cast<long long>(time.hours().count()),
                  static_cast<long long>(time.minutes().count()), static_cast<long long>(time.seconds().count()),
                  static_cast<long long>(fraction));
    return text;
}

std::uint64_t parse_system_time(const std::string& text) {
    using namespace std::chrono;
    int y = 0;
    unsigned mo = 0, d = 0, h = 0, mi = 0, s = 0;
    int used = 0;
    if (std::sscanf(text.c_str(), "%4d-%2u-%2uT%2u:%2u:%2u%n", &y, &mo, &d, &h, &mi, &s, &used) != 6) return 0;
    std::int64_t fraction = 0;
    std::int64_t unit = kTicksPerSecond;
    std::size_t at = static_cast<std::size_t>(used);
    if (at < text.size() && text[at] == '.')
        for (++at; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at) {
            unit /= 10;
            fraction += (text[at] - '0') * unit;
        }
    const sys_days day{year{y} / month{mo} / std::chrono::day{d}};
    const std::int64_t whole = duration_cast<seconds>(day.time_since_epoch()).count() + h * 3600LL + mi * 60LL + s;
    return static_cast<std::uint64_t>(whole * kTicksPerSecond + fraction + kUnixEpochInTicks);
}

Element to_element(const EventRecord& record) {
    Element event;
    event.name = "Event";
    event.attributes.emplace_back("xmlns", "http://schemas.microsoft.com/win/2004/08/events/event");
    event.children.push_back(system_element(record));
    Element& data = event.add("EventData");
    for (const auto& [name, value] : record.data) {
        Element& item = data.add("Data", value);
        if (!name.empty()) item.attributes.emplace_back("Name", name);
    }
    if (!record.binary_hex.empty()) data.add("Binary", record.binary_hex);
    return event;
}

std::string to_json_line(const EventRecord& r) {
    nlohmann::json data = nlohmann::json::array();
    for (const auto& [name, value] : r.data) data.push_back({name, value});
    const nlohmann::json line = {{"record_id", r.record_id},
                                 {"time_created", r.time_created},
                                 {"time", system_time_text(r.time_created)},
                                 {"provider", r.provider},
                                 {"provider_guid", r.provider_guid},
                                 {"event_source", r.event_source},
                                 {"channel", r.channel},
                                 {"computer", r.computer},
                                 {"user_sid", r.user_sid},
                                 {"id", r.id},
                                 {"qualifiers", r.qualifiers},
                                 {"version", r.version},
                                 {"level", r.level},
                                 {"task", r.task},
                                 {"opcode", r.opcode},
                                 {"keywords", r.keywords},
                                 {"process_id", r.process_id},
                                 {"thread_id", r.thread_id},
                                 {"data", data},
                                 {"binary", r.binary_hex}};
    return line.dump(-1, ' ', true, nlohmann::json::error_handler_t::replace);
}

EventRecord event_from_json(const std::string& line) {
    const auto j = nlohmann::json::parse(line);
    EventRecord r;
    r.record_id = j.value("record_id", r.record_id);
    r.time_created = j.value("time_created", r.time_created);
    r.provider = j.value("provider", "");
    r.provider_guid = j.value("provider_guid", "");
    r.event_source = j.value("event_source", "");
    r.channel = j.value("channel", "");
    r.computer = j.value("computer", "");
    r.user_sid = j.value("user_sid", "");
    r.id = j.value("id", r.id);
    r.qualifiers = j.value("qualifiers", r.qualifiers);
    r.version = j.value("version", r.version);
    r.level = j.value("level", r.level);
    r.task = j.value("task", r.task);
    r.opcode = j.value("opcode", r.opcode);
    r.keywords = j.value("keywords", r.keywords);
    r.process_id = j.value("process_id", r.process_id);
    r.thread_id = j.value("thread_id", r.thread_id);
    r.binary_hex = j.value("binary", "");
    if (j.contains("data"))
        for (const auto& item : j["data"]) {
            if (item.is_string())
                r.data.emplace_back("", item.get<std::string>());
            else
                r.data.emplace_back(item.at(0).get<std::string>(), item.at(1).get<std::string>());
        }
    return r;
}

}  // namespace sstp::rras_host
