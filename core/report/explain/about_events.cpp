// What an administrator is told of the events, beside what the catalogue says of them.

#include "core/report/explain/explanation.h"

namespace sstp {

namespace {

constexpr std::string_view kOnlyTold = "It is only told.";
constexpr std::string_view kNothing = "Nothing.";
constexpr std::string_view kQueue = "siem.maximum_queued siem.maximum_age";

constexpr EventExplanation kEvents[] = {
    {EventType::service_started, "A whole look follows at once, and an open heal is ended first.", kNothing, ""},
    {EventType::service_stopped, "A heal in progress ends first, and services that it stopped are started.",
     "Start it again: Start-Service SstpWatchdog. After a reboot it starts by itself.", ""},
    {EventType::policy_loaded, "The next look goes by the new policy.", "Nothing. If you did not change it, find out who did.", "mode"},
    {EventType::policy_rejected, "The last good policy stays in force; an invalid mode counts as observe.",
     "Run sstp-watchdog policy check FILE and correct what it shows.", "mode"},
    {EventType::rassstp_event_seen, "A look follows at once. Decisions rest on the look, never on the event.",
     "Nothing: findings and heals tell what came of it. The field strings holds RRAS's own words.", "watch.channels"},
    {EventType::http_event_seen, "A look follows at once; after 15021 keys are opened anew.",
     "Nothing. If records change at a time when nobody works, find the script that does it.", "watch.channels"},
    {EventType::finding_raised, "See the finding named in the field reason.",
     "Run sstp-watchdog explain REASON with the word in the field reason.", "accepted"},
    {EventType::finding_cleared, kOnlyTold, kNothing, ""},
    {EventType::heal_planned, "The heal begins now.", kNothing, "restart.window"},
    {EventType::heal_deferred, "It is looked at again at the time in the field until.", "Nothing. At once: sstp-watchdog heal.",
     "restart.window limits.quiet_period verify.confirmations"},
    {EventType::heal_refused, "Nothing is changed. Each look asks anew.",
     "Read the field reason: sstp-watchdog explain REASON. sstp-watchdog plan shows what would be done.", "mode"},
    {EventType::heal_started, "Old values are stored; then the steps are made, read back and proved.", kNothing, ""},
    {EventType::step_begun, "The change is made now.", kNothing, ""},
    {EventType::step_done, "The next step follows.", kNothing, ""},
    {EventType::step_failed, "The whole heal is taken back, unless going on is the better end.",
     "Read the fields error and error_code. heal_undone or heal_failed tells how it ended.", ""},
    {EventType::heal_succeeded, "The old certificate is kept, archived or deleted as the policy says.",
     "Nothing. heal_confirmed_by_client follows when the first client connects.", "certificate.retire_old"},
    {EventType::heal_undone, "It is tried again at a falling rate.",
     "Read why: sstp-watchdog history --since 1d. Cure that, then sstp-watchdog heal.", "limits.restarts_per_day"},
    {EventType::heal_failed, "It is tried again with growing waits, at most for a day.",
     "Look at the server now: sstp-watchdog check --verbose. Some values may be new and some old.", ""},
    {EventType::certificate_changed, "Its names and CA count when clients connect.",
     "Nothing. If you did not expect it, see who changed it.", "certificate.dns_names"},
    {EventType::certificate_expiring, "A fit successor is put in force in the window after it arrives.",
     "Renew the certificate into LocalMachine\\MY.", "certificate.warn_before"},
    {EventType::budget_exhausted, "What needs no restart is still healed.",
     "Find out why heals do not hold: sstp-watchdog history. To restart all the same: sstp-watchdog heal.",
     "limits.restarts_per_hour limits.restarts_per_day"},
    {EventType::budget_restored, "Heals that restart RRAS are allowed again.", kNothing, ""},
    {EventType::event_source_degraded, "It is tried again; the timer still causes looks.", "See whether the service EventLog runs.",
     "watch.channels watch.interval"},
    {EventType::event_source_restored, kOnlyTold, kNothing, ""},
    {EventType::event_source_gap, "The server was looked at as a whole, so that nothing was missed of its state.",
     "Make the event log larger if it comes often. Somebody may have cleared it.", "watch.channels"},
    {EventType::siem_destination_down, "Events wait in the queue and are sent in order when it confirms again.",
     "Run sstp-watchdog siem test: it says what each receiver answers.", kQueue},
    {EventType::siem_destination_restored, "What waited is sent, in order.", kNothing, ""},
    {EventType::events_dropped, "The journal may still have them: the fields first_sequence and last_sequence say which.",
     "Read the field reason. refused: the receiver does not take the format; else raise the bounds or mend the receiver.", kQueue},
    {EventType::heartbeat, "It comes every siem.heartbeat.", "Nothing. Alert when it does not come.", "siem.heartbeat"},
    {EventType::recovered_after_crash, "The open heal was brought to an end before anything new began.",
     "Nothing, if it comes once. Crash dumps and the log file tell why, if it comes again.", ""},
    {EventType::kill_switch_set, "Nothing new is begun; findings and events go on.",
     "Nothing if it is meant so. To end it: Mode in Group Policy.", "mode"},
    {EventType::kill_switch_cleared, "What waits is healed as the policy allows.", kNothing, "mode"},
    {EventType::state_database_replaced, "The damaged file is kept beside the new one.",
     "Check the disk. Keep the damaged file for whoever looks into it.", ""},
    {EventType::certificate_retired, "Its key stays.", kNothing, "certificate.retire_old"},
    {EventType::siem_test, "It goes the way of every event.", "Look for it at the receiver.", ""},
    {EventType::group_policy_in_force, "The next look goes by it.",
     "Nothing. sstp-watchdog policy show --origins tells which value comes from where.", ""},
    {EventType::heal_confirmed_by_client, "The heal is over.", kNothing, ""},
    {EventType::heal_does_not_last, "Repairs without a restart go on; the others come at a falling rate.",
     "Find what writes it: Group Policy, a renewal script, IIS.", "limits.restarts_per_day"},
    {EventType::recovery_given_up, "The next look plans from what it finds.", "Look at the server now: sstp-watchdog check --verbose.", ""},
    {EventType::names_learned, "A successor must cover these names and be of this CA.", "Nothing. The policy can say otherwise.",
     "certificate.dns_names certificate.ca"},
    {EventType::certificate_adopted, "Its names and CA are the ones that count now.",
     "Nothing. If nobody meant it, bind the right one again.", "certificate.thumbprint"},
    {EventType::machine_identity_changed, "Of another machine everything begins anew; a rename keeps it.",
     "Nothing after a clone or a rename. Otherwise find out who copied the data folder.", ""},
    {EventType::clock_not_believed, "Only what dates do not decide is done.", "Set the clock: w32tm /resync, then w32tm /query /status.",
     ""},
    {EventType::clock_believed, kOnlyTold, kNothing, ""},
    {EventType::heal_does_last, kOnlyTold, kNothing, ""},
    {EventType::policy_accepted, "Nothing changes: that policy was in force all the time.", kNothing, "mode"},
};

}  // namespace

std::span<const EventExplanation> about_events() { return kEvents; }

}  // namespace sstp
