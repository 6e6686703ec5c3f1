#include "core/siem/leef.h"

#include "core/siem/account.h"
#include "core/siem/cef.h"
#include "core/siem/host_name.h"
#include "core/siem/unicode.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace sstp {

namespace {

constexpr char kDelimiter = '^';

void append(std::string& attributes, std::string_view key, std::string value) {
    std::replace(value.begin(), value.end(), kDelimiter, ' ');
    fmt::format_to(std::back_inserter(attributes), "{}{}={}", attributes.empty() ? "" : "^", key, value);
}

/// `usrName` is one of IBM's own attributes, by which QRadar finds a user; it wants the account without its domain.
void append_account(std::string& attributes, std::string_view text) {
    const Account account = account_in(text);
    append(attributes, "usrName", ascii_escaped(single_line(account.name)));
    if (!account.domain.empty()) append(attributes, "domain", ascii_escaped(single_line(account.domain)));
}

std::string header_part(std::string text) {
    std::replace(text.begin(), text.end(), '|', '_');
    return text;
}

}  // namespace

std::string leef_text(const MessageContent& content) {
    std::string attributes;
    append(attributes, "devTime", fmt::format("{:013}", content.time.time_since_epoch().count()));
    append(attributes, "sev", std::to_string(leef_number(content.severity)));
    append(attributes, "cat", ascii_escaped(single_line(content.kind())));
    // QRadar takes a host's name into its assets only with an address beside it.
    std::string address = content.address(AddressFamily::ipv4);
    if (address.empty()) address = content.address(AddressFamily::ipv6);
    if (!address.empty()) append(attributes, "identSrc", address);
    append(attributes, "identHostName", header_host(content.computer));
    append(attributes, "externalId", content.id);
    append(attributes, "act", content.entry->action());
    if (const std::string_view outcome = word(content.entry->outcome); !outcome.empty()) append(attributes, "result", std::string(outcome));
    for (const ContentField& field : content.fields) {
        if (field.known && field.known->kind == FieldKind::account) {
            append_account(attributes, field.value);
            continue;
        }
        append(attributes, field.name, ascii_value({field.known, field.name, single_line(field.value)}));
    }
    append(attributes, "msg", ascii_escaped(single_line(content.text)));
    return fmt::format("LEEF:2.0|{0}|{0}|{1}|{2}|{3}|{4}", kProductName, header_part(content.version), content.entry->id, kDelimiter,
                       attributes);
}

}  // namespace sstp
