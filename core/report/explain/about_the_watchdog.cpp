// What an administrator is told of the findings about the watchdog's own footing. Severities: DESIGN 6.1.

#include "core/report/explain/explanation.h"

namespace sstp {

namespace {

constexpr Explanation kWatchdog[] = {
    {.reason = Reason::heal_incomplete,
     .severity = "critical",
     .meaning = "A heal has come to neither end: it is not proved, and could not be taken back wholly.",
     .seen = "The heal's own journal; its old values are stored in the state database.",
     .we_do = "It is tried again with growing waits, at most for a day or three recoveries; then it is closed and planned afresh.",
     .you_do = "Read why: sstp-watchdog history --since 1d. When that is cured: sstp-watchdog heal closes it and plans anew.",
     .keys = ""},
    {.reason = Reason::heal_does_not_last,
     .severity = "warning",
     .meaning = "Somebody puts back what is healed, within a day.",
     .seen = "The same value was found wrong again after a heal that had been proved; the finding says which, to what and when.",
     .we_do = "Repairs without a restart go on each time. Those that restart RRAS come at a falling rate.",
     .you_do = "Find what writes it: Group Policy, a renewal script, IIS. An audit rule on SstpSvc\\Parameters names the process.",
     .keys = "limits.restarts_per_day limits.quiet_period"},
    {.reason = Reason::no_client_since_heal,
     .severity = "warning",
     .meaning =
         "No SSTP client was seen to connect since the last heal, although sessions usually begin by this time of the day (where no such "
         "hour is known yet: for a day). Only a client proves crypto binding.",
     .seen = "VPN sessions, counted by tunnel, against the hours in which they begin on this server.",
     .we_do = "The services of restart.then are restarted, once: SstpSvc may still hold an old hash. Where that brought the clients, the "
              "next changed hash has them restarted at once.",
     .you_do = "Try a VPN client now. If it fails after sign-in: Restart-Service SstpSvc -Force.",
     .keys = "restart.then"},
    {.reason = Reason::budget_exhausted,
     .severity = "warning",
     .meaning = "As many restarts as the policy allows were made in this hour or day. Repairs that need one wait.",
     .seen = "The restarts that the state database has charged.",
     .we_do = "What needs no restart is still healed. The finding says when the next restart is allowed.",
     .you_do = "Find out why heals do not hold: sstp-watchdog history. To restart all the same: sstp-watchdog heal.",
     .keys = "limits.restarts_per_hour limits.restarts_per_day"},
    {.reason = Reason::policy_invalid,
     .severity = "warning",
     .meaning = "The policy file, or a value of Group Policy, has a mistake. The last good policy stays in force.",
     .seen = "The file is read again whenever it changes.",
     .we_do = "If the mode of an invalid file is anything but heal, nothing is healed until the file is valid.",
     .you_do = "Run sstp-watchdog policy check FILE and correct what it shows. It prints line, column and the nearest key.",
     .keys = "mode"},
    {.reason = Reason::kill_switch_invalid,
     .severity = "warning",
     .meaning = "Group Policy's Mode cannot be read, or is neither heal nor observe. It counts as observe.",
     .seen = "HKLM\\SOFTWARE\\Policies\\SSTP Watchdog, value Mode.",
     .we_do = "Nothing new is begun while it is so.",
     .you_do = "Set Mode to heal or observe in Group Policy, or delete it. It has to be REG_SZ.",
     .keys = "mode"},
    {.reason = Reason::clock_not_believed,
     .severity = "warning",
     .meaning = "This server's clock is behind what was recorded earlier, or has jumped. What dates decide waits.",
     .seen =
         "The clock after a start was compared with the last time in the state database and with the time service, and at each look with "
         "the begin of the certificate with which clients have connected; once it was set back, with that of what is named now.",
     .we_do =
         "Only what dates do not decide is done. A synchronised clock, an hour without a jump, or your heal ends it; before the begin of "
         "that certificate a clock that is set, your heal, or an hour beside a synchronised time service.",
     .you_do = "Set the clock: w32tm /resync, then w32tm /query /status.",
     .keys = ""},
    {.reason = Reason::state_unreadable,
     .severity = "warning; check ends with 3 (unknown)",
     .meaning = "A part of the server that is needed to judge it could not be read. Unknown is not broken, and not sound either.",
     .seen = "HTTP.SYS, the registry, the certificate store or the service control manager gave an error, which the finding quotes.",
     .we_do = "Nothing is changed until it can be read. The next look tries again.",
     .you_do = "Run check in an elevated console; of the service, see the error. Access denied there is a security product or a changed "
               "descriptor.",
     .keys = "watch.interval"},
    {.reason = Reason::record_unwritable,
     .severity = "warning",
     .meaning = "The state database takes nothing: disk full, damaged, or locked.",
     .seen = "Writing to state.db in the data folder failed; the finding quotes the error.",
     .we_do = "What happens is kept in a file beside it. If that fails too, nothing is healed: a heal must be durable before it begins.",
     .you_do = "Make room on the disk of the data folder. If a scanner locks the file, exclude the folder.",
     .keys = "siem.maximum_queued log.maximum_size log.maximum_files"},
    {.reason = Reason::event_source_degraded,
     .severity = "warning",
     .meaning = "The event log or a watch on registry, store or services does not answer. Changes are noticed later.",
     .seen = "The subscription or the change notice failed; the finding quotes the error.",
     .we_do = "It is tried again. The timer still causes a look every watch.interval.",
     .you_do = "See whether the service EventLog runs. If the finding names a channel that is not here, take it out of watch.channels.",
     .keys = "watch.channels watch.interval"},
    {.reason = Reason::client_certificate_unfit,
     .severity = "warning",
     .meaning = "A SIEM destination refuses our client certificate, or asks for one and none here would do: it gets nothing.",
     .seen = "The last attempt to send there failed for that reason; the finding quotes it. Certificates without client authentication "
             "among their purposes, ended ones and those without a usable key are never shown.",
     .we_do = "Events wait in the queue until a receiver confirms them again.",
     .you_do =
         "Renew the client certificate in LocalMachine\\MY. It must allow client authentication, which many public CAs no longer grant. "
         "Then try: sstp-watchdog siem test.",
     .keys = "siem.destinations[].client_certificate"},
};

}  // namespace

std::span<const Explanation> about_the_watchdog() { return kWatchdog; }

}  // namespace sstp
