// Heals as the cycle sees them, and what clients taught, as events.

#include "core/journal/certificate_fields.h"
#include "core/journal/reminders.h"
#include "core/journal/told.h"
#include "core/model/certificate_authority.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace sstp {

namespace {

constexpr char kNotBegun[] = "not_begun";   ///< among the reminders, and as the reason of the refusal

/// "7 hours", "12 minutes", "40 s".
std::string for_people(std::chrono::seconds seconds) {
    constexpr std::int64_t kMinute = 60;
    constexpr std::int64_t kHour = 3600;
    const std::int64_t count = seconds.count();
    if (count >= 2 * kHour) return fmt::format("{} hours", count / kHour);
    if (count >= 2 * kMinute) return fmt::format("{} minutes", count / kMinute);
    return fmt::format("{} s", count);
}

std::string sessions_that_end(const Sessions& sessions) {
    if (sessions.all() == 0) return " No VPN session is open.";
    return fmt::format(" It ends {} session{}.", sessions.all(), sessions.all() == 1 ? "" : "s");
}

}  // namespace

void tell_heal_planned(JournalDraft& draft, const HealPlan& plan, bool asked_by_administrator, WallTime now, const std::string& user) {
    std::vector<std::string> lines;
    for (const Step& step : plan.steps) lines.push_back(describe(step));
    std::map<std::string, std::string> fields{{"reason", words(plan.cures)},
                                              {"urgency", word(plan.urgency)},
                                              {"asked_by_administrator", asked_by_administrator ? "true" : "false"}};
    add_validity(fields, plan.target);
    if (!user.empty()) fields["user"] = user;
    if (!plan.caused_by.empty()) fields["caused_by"] = listed(plan.caused_by);
    if (restarts(plan) && plan.price.sessions) fields["sessions"] = std::to_string(plan.price.sessions->all());
    std::string text = fmt::format("To be done now: {}.", fmt::join(lines, ", then "));
    if (restarts(plan) && plan.price.sessions) text += sessions_that_end(*plan.price.sessions);
    draft.tell(EventType::heal_planned, now, std::move(text), std::move(fields));
}

void tell_not_begun(JournalDraft& draft, const std::string& why, WallTime now) {
    if (why.empty()) {
        forget(draft, kNotBegun);
    } else if (is_due(draft, kNotBegun, why, Telling::reminded, now)) {
        draft.tell(
            EventType::heal_refused, now,
            fmt::format("The heal could not be begun: {}{} Nothing was changed; it is tried again.", why, why.ends_with('.') ? "" : "."),
            {{"reason", kNotBegun}});
    }
}

bool was_not_begun(const JournalDraft& draft) { return draft.contents.reminders.contains(kNotBegun); }

void tell_recovered(JournalDraft& draft, const std::string& heal_id, const std::string& result, const std::string& explanation,
                    WallTime now) {
    draft.tell(EventType::recovered_after_crash, now,
               fmt::format("A heal was open when the watchdog started, left by a process that did not end it. {}", explanation),
               {{"heal_id", heal_id}, {"outcome", result}});
}

void tell_learned(JournalDraft& draft, const Learned& learned, const std::optional<Learned>& before, WallTime now) {
    std::map<std::string, std::string> fields{
        {"certificate_sha256", learned.certificate.to_string()}, {"names", listed(learned.names)}, {"ca", describe(learned.ca)}};
    if (before) {
        fields["previous_names"] = listed(before->names);
        fields["previous_ca"] = describe(before->ca);
    }
    draft.tell(
        EventType::names_learned, now,
        fmt::format(
            "Clients connect under {}: a successor must cover these names and be of {}. certificate.dns_names and certificate.ca decide "
            "otherwise.",
            fmt::join(learned.names, ", "), describe(learned.ca)),
        std::move(fields));
}

void tell_adopted(JournalDraft& draft, const Certificate& certificate, const std::optional<Learned>& before, WallTime now) {
    std::map<std::string, std::string> fields{{"certificate_sha1", certificate.thumbprint.to_string()},
                                              {"names", listed(names_on(certificate))},
                                              {"ca", describe(authority_of(certificate))}};
    add_validity(fields, certificate);
    if (before) {
        fields["previous_sha256"] = before->certificate.to_string();
        fields["previous_names"] = listed(before->names);
        fields["previous_ca"] = describe(before->ca);
    }
    draft.tell(
        EventType::certificate_adopted, now,
        fmt::format(
            "Somebody moved records, hashes and listeners to {}, until {}: that is the certificate in force from now on, with its names "
            "({}) and {}.",
            brief(certificate), to_minute(certificate.not_after), fmt::join(names_on(certificate), ", "),
            describe(authority_of(certificate))),
        std::move(fields));
}

void tell_confirmed_by_client(JournalDraft& draft, const std::string& heal_id, WallTime session_began, Duration after, bool then_at_once,
                              WallTime now) {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(after);
    draft.tell(
        EventType::heal_confirmed_by_client, now,
        fmt::format("The first SSTP session since the heal began at {}, {} after it: crypto binding works.{}", to_minute(session_began),
                    for_people(seconds),
                    then_at_once ? " On this server SstpSvc keeps the old hash until it is restarted itself: from now on the services of "
                                   "restart.then are restarted with RemoteAccess when the hash changes."
                                 : ""),
        {{"heal_id", heal_id}, {"session_began", to_rfc3339(session_began)}, {"seconds", std::to_string(seconds.count())}});
}

}  // namespace sstp
