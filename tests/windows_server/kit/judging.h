#pragma once

#include "tests/windows_server/kit/question.h"

#include <optional>
#include <string>
#include <string_view>

namespace sstp::kit {

/// The answer of that name; one that is not there (nothing ran) is empty, with exit code -1.
const Ran& answer(const Answers& answers, std::string_view name);

/// Of a probe's `name=value` word; the first one. Empty when there is none.
std::string word_value(const Ran& ran, std::string_view name);
std::optional<double> number_value(const Ran& ran, std::string_view name);
bool says(const Ran& ran, std::string_view text);

Verdict as_expected(std::string because = {});
Verdict differs(std::string because);
Verdict to_be_read(std::string because = {});
Verdict judged(bool is_as_expected, std::string_view what);

}  // namespace sstp::kit
