#pragma once

#include "core/report/cycle_report.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sstp {

/// Text of any origin as part of one line: control characters, broken UTF-8 and the bidirectional overrides that can
/// make a line read other than it is become `\x1B` or `\u202E`.
std::string escape_controls(std::string_view text);
/// As above for lines that Nagios reads: `|`, with which it would begin performance data, becomes `/`.
std::string one_line(std::string_view text);

/// How the server is, as monitoring sees it. The value is the exit code of `check`.
enum class Health : std::uint8_t { ok = 0, warning = 1, critical = 2, unknown = 3 };
const char* word(Health health) noexcept;         ///< "ok", "warning", "critical", "unknown"
const char* status_word(Health health) noexcept;  ///< "OK", "WARNING", "CRITICAL", "UNKNOWN"

/// What a diagnosis needs and this look could not read, as one sentence each; empty when everything is known.
std::vector<std::string> unread_parts(const ServerState& state);

/// Why this look cannot say how the server is, as one sentence: a part could not be read, or says nothing that can be used (DESIGN 6.1,
/// state_unreadable). Nothing where it can, and behind a load balancer, where nothing of it counts.
std::optional<std::string> why_blind(const CycleReport& report);

/// Critical outranks unknown: what is known to be broken is broken whatever else could not be read. Unknown outranks
/// warning and ok, which would claim that somebody has looked.
Health health_of(const CycleReport& report);

/// Without the final stop.
std::string_view without_stop(std::string_view text);

/// The one sentence that belongs in a subject line: what clients suffer, else the first of the worst findings, else
/// how long the certificate lasts. No line feed, no final stop.
std::string headline(const CycleReport& report);

/// Nothing else matters on a computer that is no RRAS server.
bool rras_is_missing(const ServerState& state);

/// What a person calls a certificate: its first DNS name, else its common name, else the short thumbprint.
std::string name_of(const Certificate& certificate);
/// Whole days until the certificate ends, rounded down: negative from the moment it has ended. Nothing
/// without one, and behind a load balancer, where clients get another.
std::optional<std::int64_t> days_left(const CycleReport& report);

/// What stands for a family in a summary: the worst of the probes that our record answered, else any probe of the family;
/// null when it was not probed.
const Probe* representative(const ServerState& state, AddressFamily family);

const char* word(Permission permission) noexcept;  ///< "heal", "observe_by_policy", "observe_by_kill_switch"
/// The findings that `check` alarms for: those above information.
std::size_t alarming(const Findings& findings);

/// "Bind 8C10..4E on [::]:443; restart RemoteAccess. Ends 3 sessions; about 12 s without VPN."
std::string plan_sentence(const HealPlan& plan);
/// "Ends 3 sessions; about 12 s without VPN", "no VPN session ends".
std::string price_sentence(const HealPlan& plan);
/// One row for each finding; what several subjects share, and what the refusal of a plan says below, is said once.
void append_finding_rows(std::string& out, const CycleReport& report);
/// "Why not yet" (of a plan) or "Why", unless a finding has said so already, and when the next look will be, unless that was said.
void append_refusal_rows(std::string& out, const CycleReport& report);
/// One row for each part that could not be read, unless a finding has said so already.
void append_unread_rows(std::string& out, const CycleReport& report);
/// The finding's explanation; of a successor that waits with the date at which it is to take its place.
std::string explanation_with_date(const CycleReport& report, const Finding& finding);
/// Appends "  label       text\n", the text in one column for every label that fits, further lines of it indented.
void append_row(std::string& out, std::string_view label, std::string_view text);

}  // namespace sstp
