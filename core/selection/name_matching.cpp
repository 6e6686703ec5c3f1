#include "core/model/text.h"
#include "core/selection/fitness.h"

#include <algorithm>

namespace sstp {

namespace {

std::string_view without_final_dot(std::string_view name) {
    if (name.ends_with('.')) name.remove_suffix(1);
    return name;
}

}  // namespace

bool name_matches(std::string_view pattern, std::string_view name) {
    pattern = without_final_dot(pattern);
    name = without_final_dot(name);
    if (pattern.empty() || name.empty()) return false;
    if (equal_ignoring_case(pattern, name)) return true;
    if (!pattern.starts_with("*.")) return false;
    const auto dot = name.find('.');
    if (dot == std::string_view::npos || dot == 0) return false;
    return equal_ignoring_case(pattern.substr(1), name.substr(dot));
}

bool covers(const Certificate& certificate, const std::string& name) {
    const auto matches_it = [&](const std::string& pattern) { return name_matches(pattern, name); };
    // names_on() without the copies: this is asked of every certificate of the store for every name.
    const bool has_names = !certificate.dns_names.empty() || !certificate.ip_addresses.empty();
    if (!has_names) {
        const auto names = names_on(certificate);
        return std::any_of(names.begin(), names.end(), matches_it);
    }
    return std::any_of(certificate.dns_names.begin(), certificate.dns_names.end(), matches_it) ||
           std::any_of(certificate.ip_addresses.begin(), certificate.ip_addresses.end(), matches_it);
}

bool covers_all(const Certificate& certificate, const std::vector<std::string>& names) {
    return std::all_of(names.begin(), names.end(), [&](const std::string& name) { return covers(certificate, name); });
}

}  // namespace sstp
