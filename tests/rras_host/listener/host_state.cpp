#include "listener/host_state.h"

#include <algorithm>
#include <cctype>
#include <chrono>
#include <fstream>
#include <map>
#include <sstream>

#include <nlohmann/json.hpp>

#include "model/http_sys.h"

namespace sstp::rras_host {

namespace {

using nlohmann::json;

std::string read_file(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

/// Files are replaced in one step by their writers, so a text that does not parse was never written by them.
json read_object(const std::filesystem::path& path) {
    const std::string text = read_file(path);
    return text.empty() ? json::object() : json::parse(text);
}

std::optional<std::filesystem::path> existing(const std::filesystem::path& path) {
    std::error_code ignored;
    return std::filesystem::exists(path, ignored) ? std::optional(path) : std::nullopt;
}

std::string in_case(std::string text, int (*convert)(int)) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [convert](char c) { return static_cast<char>(convert(static_cast<unsigned char>(c))); });
    return text;
}

}  // namespace

ListenerOrders HostState::orders() const {
    const json j = read_object(folder_ / "listener.json");
    ListenerOrders orders;
    orders.ipv4 = j.value("ipv4", true);
    orders.ipv6 = j.value("ipv6", true);
    orders.silent_ipv4_with = j.value("silent_ipv4_with", "");
    orders.silent_ipv6_with = j.value("silent_ipv6_with", "");
    orders.serve_ipv4 = j.value("serve_ipv4", "");
    orders.serve_ipv6 = j.value("serve_ipv6", "");
    orders.status = j.value("status", 0);
    orders.head_status = j.value("head_status", 0);
    orders.stall = j.value("stall", "never");
    orders.follows_renewal_link = j.value("follows_renewal_link", false);
    return orders;
}

std::vector<SslRecord> HostState::ssl_records() const { return ssl_records_from_json(read_file(folder_ / "ssl_records.json")); }

std::optional<std::filesystem::path> HostState::certificate_file(const std::string& thumbprint) const {
    return existing(folder_ / "served" / (in_case(thumbprint, std::toupper) + ".pem"));
}

std::optional<std::filesystem::path> HostState::central_certificate_file(const std::string& server_name) const {
    if (server_name.find('/') != std::string::npos) return std::nullopt;
    return existing(folder_ / "central" / (in_case(server_name, std::tolower) + ".pem"));
}

bool HostState::service_runs(const char* name) const {
    return read_object(folder_ / "services" / (std::string(name) + ".state")).value("state", "") == "running";
}

bool HostState::sstp_is_ready() const {
    const auto now = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
    return now >= read_object(folder_ / "services" / "sstp.json").value("ready_at", std::int64_t{0});
}

int HostState::answer_of_sstp() const {
    const bool accepting = read_object(folder_ / "services" / "sstp.json").value("accepting", false);
    return sstp_status({service_runs("RemoteAccess") && service_runs("SstpSvc"), accepting, sstp_is_ready()});
}

std::vector<std::string> HostState::listened_addresses() const {
    if (read_object(folder_ / "services" / "sstp.json").value("until_ready", "503") == "refused" && !sstp_is_ready()) return {};
    const std::string list = read_file(folder_ / "listen_list.json");
    return rras_host::listened_addresses(list.empty() ? std::vector<std::string>() : json::parse(list).get<std::vector<std::string>>());
}

bool HostState::is_silent(const std::string& address, std::uint16_t port, const ListenerOrders& orders) const {
    const bool ipv6 = address.find(':') != std::string::npos;
    if (!(ipv6 ? orders.ipv6 : orders.ipv4)) return true;
    const std::string& silent_with = ipv6 ? orders.silent_ipv6_with : orders.silent_ipv4_with;
    if (silent_with.empty()) return false;
    const auto records = ssl_records();
    const SslRecord* decides = preferred_record(records, address, ipv6, port, "");
    return decides && same_text(decides->hash_hex, silent_with);
}

std::string HostState::served_for(const std::string& thumbprint, const ListenerOrders& orders) const {
    if (!orders.follows_renewal_link) return thumbprint;
    const auto links = read_object(folder_ / "renewal_links.json").get<std::map<std::string, std::string>>();
    return end_of_renewal(in_case(thumbprint, std::toupper), links,
                          [this](const std::string& each) { return certificate_file(each).has_value(); });
}

}  // namespace sstp::rras_host
