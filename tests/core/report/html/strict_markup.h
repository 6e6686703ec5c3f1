#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sstp::test {

/// What a strict reader made of a page that is HTML and XML at once.
struct ReadMarkup {
    std::string problem;               ///< empty: well-formed
    std::vector<std::string> outline;  ///< every element as `tag attribute attribute`, in order, indented by its depth
    std::vector<std::string> values;   ///< of every attribute, entities resolved
    std::string text;                  ///< all text outside of `style`, entities resolved
};
/// Refuses everything that is not nested properly, unquoted attributes, bare `<` and `&`, unknown entities, control characters.
ReadMarkup read_markup(std::string_view document);

}  // namespace sstp::test
