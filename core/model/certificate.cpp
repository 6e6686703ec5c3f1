#include "core/model/certificate.h"

#include <algorithm>

namespace sstp {

namespace {

/// Letters, digits, hyphens and dots, with a dot in the middle: "vpn.example.com", not "VPN Server" (RFC 1123 2.1).
bool is_host_name(const std::string& text) {
    const auto dot = text.find('.');
    if (dot == std::string::npos || dot == 0 || dot + 1 == text.size()) return false;
    const auto begin = text.starts_with("*.") ? text.begin() + 1 : text.begin();
    return std::all_of(begin, text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
    });
}

}  // namespace

std::string brief(const Certificate& certificate) {
    const std::string& name = certificate.dns_names.empty() ? certificate.subject_cn : certificate.dns_names.front();
    return certificate.thumbprint.brief() + (name.empty() ? std::string{} : " (" + name + ")");
}

std::vector<std::string> names_on(const Certificate& certificate) {
    std::vector<std::string> names = certificate.dns_names;
    names.insert(names.end(), certificate.ip_addresses.begin(), certificate.ip_addresses.end());
    if (names.empty() && is_host_name(certificate.subject_cn)) names.push_back(certificate.subject_cn);
    return names;
}

}  // namespace sstp
