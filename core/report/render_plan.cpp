#include "core/report/render_plan.h"

#include "core/report/one_thing_to_do.h"
#include "core/report/render_json.h"
#include "core/report/render_text.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace sstp {

namespace {

enum class Verdict : std::uint8_t { nothing_to_do = 0, unknown = 3, plan = 10, refused = 11 };

/// A refusal because something could not be read is not an answer to "what would you do": that is unknown.
Verdict verdict_of(const CycleReport& report) {
    if (std::holds_alternative<HealPlan>(report.decision)) return Verdict::plan;
    if (why_blind(report)) return Verdict::unknown;
    return std::holds_alternative<Refused>(report.decision) ? Verdict::refused : Verdict::nothing_to_do;
}

const char* word(Verdict verdict) {
    switch (verdict) {
        case Verdict::nothing_to_do: return "nothing_to_do";
        case Verdict::unknown: return "unknown";
        case Verdict::plan: return "plan";
        case Verdict::refused: return "refused";
    }
    return "unknown";
}

std::string first_line(const CycleReport& report) {
    switch (verdict_of(report)) {
        case Verdict::nothing_to_do:
            return alarming(report.findings) == 0 ? fmt::format("Nothing to do: {}.\n", headline(report))
                                                  : fmt::format("Nothing that I could do: {}.\n", headline(report));
        case Verdict::unknown: return fmt::format("Unknown: {}.\n", without_stop(one_line(*why_blind(report))));
        case Verdict::plan: {
            const std::size_t steps = std::get<HealPlan>(report.decision).steps.size();
            return fmt::format("There is a plan of {} step{}: {}.\n", steps, steps == 1 ? "" : "s", headline(report));
        }
        case Verdict::refused: {
            const auto& refused = std::get<Refused>(report.decision);
            // The headline is what is wrong now, which need not be what waits.
            if (refused.only_deferred && refused.until && report.plan) {
                return fmt::format("Not yet ({}): what is planned waits until {}.\n", one_line(refused.why), to_minute(*refused.until));
            }
            return fmt::format("{} ({}): {}.\n", refused.only_deferred ? "Not yet" : "Refused", one_line(refused.why), headline(report));
        }
    }
    return {};
}

const char* urgency_sentence(const HealPlan& plan) {
    switch (plan.urgency) {
        case Urgency::now: return "now: by what is seen, clients cannot connect";
        case Urgency::soon:
            return restarts(plan) ? "soon: no client is known to be locked out; RRAS is restarted in the hours of restart.window"
                                  : "soon: no client is known to be locked out; nothing is restarted, so no window is waited for";
        case Urgency::planned: return "planned: the present certificate still works";
    }
    return "now";
}

void append_steps(std::string& out, const HealPlan& plan) {
    std::size_t number = 0;
    for (const Step& step : plan.steps) out += fmt::format("  {}. {}\n", ++number, one_line(describe(step)));
    append_row(out, "Target", fmt::format("{}, valid until {}", brief(plan.target), to_minute(plan.target.not_after)));
    if (plan.replaced) {
        append_row(out, "Replaces", fmt::format("{}, valid until {}", brief(*plan.replaced), to_minute(plan.replaced->not_after)));
    }
    append_row(out, "Cures", words(plan.cures, ", "));
    append_row(out, "Urgency", urgency_sentence(plan));
    append_row(out, "Price", price_sentence(plan));
    if (!plan.cannot_return.empty()) append_row(out, "Cannot be taken back", plan.cannot_return);
}

}  // namespace

std::string render_plan_text(const CycleReport& report) {
    std::string out = first_line(report);
    if (report.plan && plan_exit_code(report) != 0) append_steps(out, *report.plan);
    append_finding_rows(out, report);
    append_unread_rows(out, report);
    append_refusal_rows(out, report);
    if (std::holds_alternative<HealPlan>(report.decision)) {
        append_row(out, "To run it now", "sstp-watchdog heal");
    } else {
        append_to_do_row(out, report, {});   // who heals matters only where a plan may run
    }
    return out;
}

std::string render_plan_json(const CycleReport& report, const ReportHead& head, const std::string& nobody_heals) {
    nlohmann::ordered_json out;
    out["command"] = "plan";
    append_identity(out, head);
    out["looked_at"] = to_rfc3339(report.state.looked_at.wall);
    out["verdict"] = word(verdict_of(report));
    out["exit_code"] = plan_exit_code(report);
    append_decision(out, report);
    append_to_do(out, report, nobody_heals);
    return to_document(out);
}

int plan_exit_code(const CycleReport& report) { return static_cast<int>(verdict_of(report)); }

}  // namespace sstp
