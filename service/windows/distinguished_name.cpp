#include "service/windows/distinguished_name.h"

#include <array>
#include <cstddef>
#include <utility>

namespace sstp {
namespace {

constexpr std::string_view kCommonName = "2.5.4.3";

// RFC 4514 section 3, then names from the IANA registry of LDAP descriptors that certificates really hold.
constexpr std::array<std::pair<std::string_view, std::string_view>, 22> kShortNames = {{
    {"2.5.4.3", "CN"},
    {"2.5.4.7", "L"},
    {"2.5.4.8", "ST"},
    {"2.5.4.10", "O"},
    {"2.5.4.11", "OU"},
    {"2.5.4.6", "C"},
    {"2.5.4.9", "STREET"},
    {"0.9.2342.19200300.100.1.25", "DC"},
    {"0.9.2342.19200300.100.1.1", "UID"},
    {"1.2.840.113549.1.9.1", "emailAddress"},
    {"2.5.4.5", "serialNumber"},
    {"2.5.4.4", "SN"},
    {"2.5.4.42", "GN"},
    {"2.5.4.12", "title"},
    {"2.5.4.13", "description"},
    {"2.5.4.15", "businessCategory"},
    {"2.5.4.17", "postalCode"},
    {"2.5.4.43", "initials"},
    {"2.5.4.46", "dnQualifier"},
    {"2.5.4.97", "organizationIdentifier"},
    {"1.3.6.1.4.1.311.60.2.1.3", "jurisdictionC"},
    {"1.2.840.113549.1.9.2", "unstructuredName"},
}};

std::string_view short_name(std::string_view oid) {
    for (const auto& [number, name] : kShortNames) {
        if (number == oid) return name;
    }
    return oid;
}

/// RFC 4514 section 2.4.
std::string escaped(std::string_view value) {
    std::string text;
    for (std::size_t i = 0; i < value.size(); ++i) {
        const char c = value[i];
        const bool at_an_end = (i == 0 && (c == ' ' || c == '#')) || (i + 1 == value.size() && c == ' ');
        if (c == '\0') {
            text += "\\00";
            continue;
        }
        if (at_an_end || std::string_view{"\"+,;<>\\"}.find(c) != std::string_view::npos) text += '\\';
        text += c;
    }
    return text;
}

std::string to_text(const RelativeName& name) {
    std::string text;
    for (const NameAttribute& attribute : name) {
        if (!text.empty()) text += '+';
        text += short_name(attribute.oid);
        text += '=';
        text += attribute.is_text ? escaped(attribute.value) : attribute.value;
    }
    return text;
}

}  // namespace

std::string to_rfc4514(const DistinguishedName& name) {
    std::string text;
    for (auto each = name.rbegin(); each != name.rend(); ++each) {
        if (!text.empty()) text += ',';
        text += to_text(*each);
    }
    return text;
}

std::string common_name(const DistinguishedName& name) {
    for (auto each = name.rbegin(); each != name.rend(); ++each) {
        for (const NameAttribute& attribute : *each) {
            if (attribute.oid == kCommonName && attribute.is_text) return attribute.value;
        }
    }
    return {};
}

}  // namespace sstp
