#include "control/requests.h"
#include "store/binding_store.h"
#include "store/state_folder.h"

#include <winsock2.h>
#include <ws2tcpip.h>

namespace sstp::rras_host {

namespace {

/// `0.0.0.0:443`, `[::]:443`, `[::1]:443` as the bytes of its SOCKADDR.
std::string sockaddr_bytes(const std::string& endpoint) {
    const auto colon = endpoint.rfind(':');
    if (colon == std::string::npos) throw std::runtime_error(endpoint + " has no port");
    const std::string address = endpoint.substr(0, colon);
    const auto port = static_cast<USHORT>(std::stoul(endpoint.substr(colon + 1)));
    if (!address.empty() && address.front() == '[') {
        sockaddr_in6 v6{};
        v6.sin6_family = AF_INET6;
        v6.sin6_port = htons(port);
        if (inet_pton(AF_INET6, address.substr(1, address.size() - 2).c_str(), &v6.sin6_addr) != 1)
            throw std::runtime_error(address + " is no IPv6 address");
        return {reinterpret_cast<const char*>(&v6), sizeof v6};
    }
    sockaddr_in v4{};
    v4.sin_family = AF_INET;
    v4.sin_port = htons(port);
    if (inet_pton(AF_INET, address.c_str(), &v4.sin_addr) != 1) throw std::runtime_error(address + " is no IPv4 address");
    return {reinterpret_cast<const char*>(&v4), sizeof v4};
}

/// The record that a request names by `endpoint`, `kind` and what else it says; the rest as netsh would set it.
SslRecord record_from(const Json& request) {
    Json full = {{"kind", "address"}, {"app_id", kSstpAppId}, {"store_name", "MY"}, {"sockaddr", ""}, {"port", 0}};
    full.update(request);
    full.erase("do");
    SslRecord record = ssl_records_from_json(Json::array({full}).dump()).at(0);
    record.port = static_cast<std::uint16_t>(std::stoul(record.endpoint.substr(record.endpoint.rfind(':') + 1)));
    const bool by_address = record.kind == SslRecord::Kind::address;
    if (record.kind == SslRecord::Kind::server_name) record.host = record.endpoint.substr(0, record.endpoint.rfind(':'));
    const std::string bytes = sockaddr_bytes(by_address ? record.endpoint : "0.0.0.0:" + std::to_string(record.port));
    record.sockaddr_hex = to_hex(bytes.data(), bytes.size());
    return record;
}

/// Puts a record whether or not one is there, and without asking whether its certificate is fit.
Json put(const Json& request) {
    const HostLock lock;
    const SslRecord record = record_from(request);
    const auto answer = set_ssl_record(record, Certificate::taken_as_it_is);
    return answer == ERROR_ALREADY_EXISTS ? update_ssl_record(record, Certificate::taken_as_it_is) : answer;
}

/// Records of other sites, `site-1.example.net` and so on, all at once: HTTP.SYS of a server that hosts many.
Json put_series(const Json& request) {
    const HostLock lock;
    std::vector<SslRecord> records = load_ssl_records();
    Json one = request;
    one["kind"] = "server_name";
    for (unsigned number = 1; number <= request.at("count").get<unsigned>(); ++number) {
        one["endpoint"] = "site-" + std::to_string(number) + ".example.net:" + std::to_string(request.at("port").get<unsigned>());
        SslRecord record = record_from(one);
        if (const auto there = find_ssl_record(records, record); there != records.end()) records.erase(there);
        records.push_back(std::move(record));
    }
    save_ssl_records(std::move(records));
    return nullptr;
}

}  // namespace

void add_binding_requests(Requests& requests) {
    requests["binding.list"] = [](const Json&) {
        const HostLock lock;
        return Json::parse(to_json(load_ssl_records()));
    };
    requests["binding.put"] = put;
    requests["binding.put_series"] = put_series;
    requests["binding.set"] = [](const Json& request) -> Json { return set_ssl_record(record_from(request)); };
    requests["binding.delete"] = [](const Json& request) -> Json { return delete_ssl_record(record_from(request)); };
    requests["binding.can_update"] = [](const Json&) -> Json {
        const HMODULE library = LoadLibraryExW(L"httpapi.dll", nullptr, LOAD_LIBRARY_SEARCH_SYSTEM32);
        return library && GetProcAddress(library, "HttpUpdateServiceConfiguration") != nullptr;
    };
    requests["binding.clear"] = [](const Json&) -> Json {
        const HostLock lock;
        return save_ssl_records({}), nullptr;
    };
}

}  // namespace sstp::rras_host
