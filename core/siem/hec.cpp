#include "core/siem/hec.h"

#include "core/siem/ecs.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace sstp {

std::string hec_object(const MessageContent& content, std::uint32_t facility) {
    const auto milliseconds = content.time.time_since_epoch().count();
    const std::string host =
        content.computer.empty()
            ? std::string{}
            : "\"host\":" + nlohmann::json(content.computer).dump(-1, ' ', true, nlohmann::json::error_handler_t::replace) + ",";
    return fmt::format(R"({{"time":{}.{:03},{}"source":"{}","sourcetype":"sstp_watchdog:json","event":{}}})", milliseconds / 1000,
                       milliseconds % 1000, host, kSourceName, ecs_json(content, facility));
}

}  // namespace sstp
