#pragma once

#include <string_view>

namespace sstp {

/// An account as Windows writes it, in the two parts that formats have keys for.
struct Account {
    std::string_view domain;   ///< empty: `text` names none
    std::string_view name;
};

/// `DOMAIN\name` at its first backslash. What lacks one of the two is a name as a whole, also `name@domain`.
constexpr Account account_in(std::string_view text) {
    const std::size_t backslash = text.find('\\');
    if (backslash == std::string_view::npos || backslash == 0 || backslash + 1 == text.size()) return {{}, text};
    return {text.substr(0, backslash), text.substr(backslash + 1)};
}

}  // namespace sstp
