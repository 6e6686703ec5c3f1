#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace sstp {

/// Columns in front of the text of a row of append_row whose label fits.
inline constexpr std::size_t kRowText = 29;

/// What a command prints, for a console of so many columns; unchanged for a file, a pipe or a program (nothing). A line that does not fit
/// goes on under its text: that of a row, of a numbered step, else two columns in. Where a SHA-256 or a path does not fit beside its
/// label, the text stands below the label, so that what somebody wants to copy is in one piece.
std::string fitted(std::string_view text, std::optional<std::size_t> console);

/// For a terminal that understands the sequences of ECMA-48: the status word of the first line (`SSTP CRITICAL - `) in its colour, and the
/// label `To do` in bold. Not for anything else: a file would keep the sequences.
std::string coloured(std::string text);

}  // namespace sstp
