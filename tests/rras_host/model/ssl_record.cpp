#include "model/ssl_record.h"

#include <algorithm>
#include <cctype>

#include <nlohmann/json.hpp>

namespace sstp::rras_host {

namespace {

using nlohmann::json;

json optional_text(const std::optional<std::string>& text) { return text ? json(*text) : json(nullptr); }

std::optional<std::string> optional_text(const json& object, const char* key) {
    const auto found = object.find(key);
    if (found == object.end() || found->is_null()) return std::nullopt;
    return found->get<std::string>();
}

const char* kind_name(SslRecord::Kind kind) {
    switch (kind) {
        case SslRecord::Kind::server_name: return "server_name";
        case SslRecord::Kind::central_store: return "central_store";
        case SslRecord::Kind::address: break;
    }
    return "address";
}

SslRecord::Kind kind_of(const std::string& name) {
    if (name == "server_name") return SslRecord::Kind::server_name;
    if (name == "central_store") return SslRecord::Kind::central_store;
    return SslRecord::Kind::address;
}

}  // namespace

std::string to_json(const std::vector<SslRecord>& records) {
    json list = json::array();
    for (const auto& r : records)
        list.push_back({{"kind", kind_name(r.kind)},
                        {"endpoint", r.endpoint},
                        {"sockaddr", r.sockaddr_hex},
                        {"port", r.port},
                        {"host", r.host},
                        {"hash", r.hash_hex},
                        {"app_id", r.app_id},
                        {"store_name", optional_text(r.store_name)},
                        {"check_mode", r.check_mode},
                        {"revocation_freshness_time", r.revocation_freshness_time},
                        {"revocation_url_timeout", r.revocation_url_timeout},
                        {"ctl_identifier", optional_text(r.ctl_identifier)},
                        {"ctl_store_name", optional_text(r.ctl_store_name)},
                        {"flags", r.flags}});
    return list.dump(1, ' ', true, json::error_handler_t::replace);
}

std::vector<SslRecord> ssl_records_from_json(const std::string& text) {
    std::vector<SslRecord> records;
    if (text.empty()) return records;
    for (const auto& j : json::parse(text)) {
        SslRecord r;
        r.kind = kind_of(j.at("kind").get<std::string>());
        r.endpoint = j.at("endpoint").get<std::string>();
        r.sockaddr_hex = j.at("sockaddr").get<std::string>();
        r.port = j.at("port").get<std::uint16_t>();
        r.host = j.value("host", "");
        r.hash_hex = j.value("hash", "");
        r.app_id = j.value("app_id", "");
        r.store_name = optional_text(j, "store_name");
        r.check_mode = j.value("check_mode", 0U);
        r.revocation_freshness_time = j.value("revocation_freshness_time", 0U);
        r.revocation_url_timeout = j.value("revocation_url_timeout", 0U);
        r.ctl_identifier = optional_text(j, "ctl_identifier");
        r.ctl_store_name = optional_text(j, "ctl_store_name");
        r.flags = j.value("flags", 0U);
        records.push_back(std::move(r));
    }
    return records;
}

bool same_text(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
        return std::tolower(static_cast<unsigned char>(x)) == std::tolower(static_cast<unsigned char>(y));
    });
}

const SslRecord* preferred_record(const std::vector<SslRecord>& records, std::string_view local_address, bool ipv6, std::uint16_t port,
                                  std::string_view server_name) {
    const std::string port_text = ":" + std::to_string(port);
    const auto address_record = [&](const std::string& endpoint) -> const SslRecord* {
        for (const auto& record : records)
            if (record.kind == SslRecord::Kind::address && record.endpoint == endpoint) return &record;
        return nullptr;
    };
    const std::string bracketed = ipv6 ? "[" + std::string(local_address) + "]" : std::string(local_address);
    if (const auto* exact = address_record(bracketed + port_text)) return exact;
    for (const auto& record : records)
        if (record.kind == SslRecord::Kind::server_name && record.port == port && !server_name.empty() &&
            same_text(record.host, server_name))
            return &record;
    for (const auto& record : records)
        if (record.kind == SslRecord::Kind::central_store && record.port == port && !server_name.empty()) return &record;
    if (ipv6)
        if (const auto* any_ipv6 = address_record("[::]" + port_text)) return any_ipv6;
    return address_record("0.0.0.0" + port_text);
}

}  // namespace sstp::rras_host
