#include "model/http_sys.h"

#include <algorithm>
#include <set>

namespace sstp::rras_host {

std::vector<std::string> listened_addresses(const std::vector<std::string>& listen_list) {
    if (listen_list.empty()) return {"127.0.0.1", "::1"};
    std::vector<std::string> addresses;
    for (const std::string& each : listen_list) {
        const std::string address = each == "0.0.0.0" ? "127.0.0.1" : each == "::" ? "::1" : each;
        const bool loopback = address == "::1" || address.starts_with("127.");
        if (loopback && std::find(addresses.begin(), addresses.end(), address) == addresses.end()) addresses.push_back(address);
    }
    return addresses;
}

std::string end_of_renewal(const std::string& bound, const std::map<std::string, std::string>& renewed_by,
                           const std::function<bool(const std::string&)>& has_key) {
    std::string taken = bound;
    std::set<std::string> seen{bound};
    for (auto link = renewed_by.find(bound); link != renewed_by.end() && seen.insert(link->second).second;
         link = renewed_by.find(link->second))
        if (has_key(link->second)) taken = link->second;
    return taken;
}

bool key_is_too_new(std::uint64_t came, std::uint64_t now, std::uint32_t settle_ms) {
    return now < came + std::uint64_t{settle_ms} * 10'000;
}

int sstp_status(const SstpAnswers& state) {
    if (!state.services_run || !state.ready) return 503;
    return state.accepting ? 401 : 404;
}

}  // namespace sstp::rras_host
