#include "store/faults.h"

#include <nlohmann/json.hpp>

#include "model/ssl_record.h"
#include "store/state_folder.h"

namespace sstp::rras_host {

namespace {

using nlohmann::json;

bool concerns_this_process(const json& order) {
    const std::string wanted = order.value("process", "");
    const std::string name = process_name();
    if (!wanted.empty()) return same_text(wanted, name);
    return !same_text(name, "rras_host.exe") && !same_text(name, "rras_service.exe");
}

}  // namespace

Fault due_fault(const char* function, std::uint32_t size) {
    const std::wstring path = state_path(L"faults.json");
    if (GetFileAttributesW(path.c_str()) == INVALID_FILE_ATTRIBUTES) return {};
    Fault fault;
    std::uint32_t delay = 0;
    {
        const HostLock lock;
        json orders = json::parse(read_text(path).value_or("[]"));
        bool counted = false;
        for (auto& order : orders) {
            if (order.value("function", "") != function || size < order.value("minimum_size", 0U) || !concerns_this_process(order))
                continue;
            const auto skip = order.value("skip", 0U);
            const auto count = order.value("count", 1U);  // 0: for ever
            if (skip > 0) {
                order["skip"] = skip - 1;
                counted = true;
                continue;
            }
            if (order.value("spent", false)) continue;
            fault = {order.value("how", "fail"), order.value("error", 0U)};
            delay = order.value("delay_ms", 0U);
            order["hits"] = order.value("hits", 0U) + 1;
            if (count != 0 && order["hits"].get<std::uint32_t>() >= count) order["spent"] = true;
            counted = true;
            break;
        }
        if (counted) write_text(path, orders.dump(1));
    }
    if (delay != 0) Sleep(delay);
    return fault.how == "delay" ? Fault{} : fault;
}

}  // namespace sstp::rras_host
