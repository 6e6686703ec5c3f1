#pragma once

#include "core/report/html/markup.h"
#include "core/report/html/report_page.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sstp::html {

/// How one thing is, as the page marks it: by a word and a colour.
enum class Mark : std::uint8_t { good, note, warning, bad, unknown };
const char* css_class(Mark mark) noexcept;  ///< "good", "note", "warning", "bad", "unknown"
const char* word(Mark mark) noexcept;       ///< what is read aloud and printed: "OK", "Note", "Warning", "Wrong", "Not known"
Mark mark_of(Severity severity) noexcept;
void add_mark(Markup& out, Mark mark, std::string_view text = {});

/// The stations that a client passes, in order.
enum class Station : std::uint8_t { address, record, certificate, hash, service, none };
/// Where on the way it goes wrong; none: the finding is about the watchdog itself.
Station station_of(Reason reason) noexcept;

/// The head of every page of ours.
void add_head(Markup& out, const std::string& title);

// The page, part by part.
void add_state(Markup& out, const ReportPage& page);
void add_path(Markup& out, const ReportPage& page);
void add_findings(Markup& out, const ReportPage& page);
void add_timeline(Markup& out, const ReportPage& page);
void add_unit(Markup& out, const ReportPage& page);
void add_heals(Markup& out, const ReportPage& page);
void add_delivery(Markup& out, const ReportPage& page);
void add_policy(Markup& out, const ReportPage& page);
void add_events(Markup& out, const ReportPage& page);

/// A section with its heading.
void open_section(Markup& out, std::string_view id, std::string_view title);
/// A table that scrolls in itself on a narrow screen: opens it and its head.
enum class TableShape : std::uint8_t { scrolls_on_a_phone, fits_a_phone };
void open_table(Markup& out, std::string_view caption, std::initializer_list<std::string_view> columns,
                TableShape shape = TableShape::scrolls_on_a_phone);
void close_table(Markup& out);

/// The page's style sheet.
std::string_view style_sheet();

}  // namespace sstp::html
