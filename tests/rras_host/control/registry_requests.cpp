#include "control/requests.h"
#include "store/registry_values.h"
#include "store/state_folder.h"

namespace sstp::rras_host {

namespace {

std::string key_of(const Json& request) { return request.value("key", kSstpParameters); }

/// Values are given as `bytes` (hexadecimal) with a numeric `type`, or as `number` or `text`.
RegistryValue value_from(const Json& request) {
    RegistryValue value{request.at("name").get<std::string>(), REG_BINARY, ""};
    if (request.contains("number")) {
        const auto number = request.at("number").get<std::uint32_t>();
        value.type = REG_DWORD;
        value.bytes.assign(reinterpret_cast<const char*>(&number), sizeof number);
    } else if (request.contains("text")) {
        const std::wstring text = to_wide(request.at("text").get<std::string>());
        value.type = REG_SZ;
        value.bytes.assign(reinterpret_cast<const char*>(text.c_str()), (text.size() + 1) * sizeof(wchar_t));
    } else {
        value.type = request.value("type", static_cast<std::uint32_t>(REG_BINARY));
        value.bytes = from_hex(request.at("bytes").get<std::string>());
    }
    return value;
}

/// Under the lock: RRAS that writes a value has noted it in the audit trail by then.
Json read(const Json& request) {
    const HostLock lock;
    const auto key = read_registry_key(key_of(request));
    if (!key) return nullptr;
    Json values = Json::object();
    for (const auto& value : key->values)
        values[value.name] = {{"type", value.type}, {"bytes", to_hex(value.bytes.data(), value.bytes.size())}};
    return {{"last_written", key->last_written}, {"values", values}, {"subkeys", key->subkeys}};
}

}  // namespace

void add_registry_requests(Requests& requests) {
    requests["registry.read"] = read;
    requests["registry.write"] = [](const Json& request) -> Json {
        return write_registry_value(key_of(request), value_from(request)), nullptr;
    };
    requests["registry.delete"] = [](const Json& request) -> Json {
        return delete_registry_value(key_of(request), request.at("name").get<std::string>()), nullptr;
    };
    requests["registry.delete_key"] = [](const Json& request) -> Json {
        return delete_registry_tree(request.at("key").get<std::string>()), nullptr;
    };
}

}  // namespace sstp::rras_host
