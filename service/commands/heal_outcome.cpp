#include "service/commands/heal_outcome.h"

#include "core/report/render_text.h"
#include "service/commands/console.h"

#include <fmt/format.h>

namespace sstp {

int tell_heal_outcome(const StatusGlance& glance) {
    std::string text;
    int exit_code = 0;
    if (glance.heal_result == "succeeded") {
        append_row(text, "Healed", glance.heal_explanation.value_or(""));
        exit_code = glance.status == "critical" ? 1 : 0;   // what is open besides
    } else if (glance.heal_result == "overtaken") {
        // Somebody else was at it: what stands is theirs, and how it is says the status.
        append_row(text, "Overtaken", glance.heal_explanation.value_or(""));
        exit_code = glance.status == "critical" || glance.status == "unknown" ? 11 : 0;
    } else if (glance.heal_result) {
        append_row(text, *glance.heal_result == "undone" ? "Failed and undone" : "Failed", glance.heal_explanation.value_or(""));
        exit_code = 1;
    } else if (glance.refused_why) {
        append_row(text, fmt::format("Refused: {}", *glance.refused_why), glance.refused_explanation.value_or(""));
        exit_code = 11;
    } else if (glance.status == "critical" || glance.status == "unknown") {
        append_row(text, "Not healed", "There is no step that would help.");
        exit_code = 11;
    } else {
        append_row(text, "Nothing to do", "No step would make it better.");
    }
    std::string status = glance.status;
    for (char& each : status) each = each >= 'a' && each <= 'z' ? static_cast<char>(each - 'a' + 'A') : each;
    print_text(fmt::format("SSTP {} - {}\n{}", one_line(status), one_line(glance.summary), text));
    return exit_code;
}

StatusGlance glance_of(const CycleReport& report) {
    StatusGlance glance;
    glance.status = word(health_of(report));
    glance.summary = headline(report);
    if (report.heal) {
        glance.heal_result = word(report.heal->result);
        glance.heal_explanation = report.heal->explanation;
    }
    if (const auto* refused = std::get_if<Refused>(&report.decision)) {
        glance.refused_why = refused->why;
        glance.refused_explanation = refused->explanation;
    }
    return glance;
}

}  // namespace sstp
