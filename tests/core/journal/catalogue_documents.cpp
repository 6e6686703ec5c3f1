#include "tests/core/journal/catalogue_documents.h"

#include "core/journal/catalogue.h"
#include "core/siem/cef.h"
#include "core/siem/event_log_record.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

namespace sstp {

namespace {

std::string symbolic_name(EventType type) {
    std::string name = std::string("MSG_") + word(type);
    std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    return name;
}

std::string pair_of(const CatalogueEntry& entry) {
    if (!entry.pair) return "";
    return fmt::format("{} `{}`", entry.pairing == Pairing::problem ? "problem, resolved by" : "resolves", word(*entry.pair));
}

/// In words, where the ECS value is not text.
const char* type_of(FieldKind kind) {
    switch (kind) {
        case FieldKind::number: return ", number";
        case FieldKind::boolean: return ", boolean";
        case FieldKind::time: return ", date";
        case FieldKind::host_names: return ", list";
        case FieldKind::account: return ", its domain `user.domain`";
        case FieldKind::lines: return ", each by its name; without one `param1` to `param99`";
        case FieldKind::text:
        case FieldKind::host_name: return "";
    }
    return "";
}

std::string fields_in_code(const CatalogueEntry& entry) {
    std::string text;
    for (const std::string_view name : fields_of(entry)) text += fmt::format("{}`{}`", text.empty() ? "" : " ", name);
    return text;
}

}  // namespace

std::string catalogue_reference() {
    std::string text =
        "| id | event | severity | means | pair | ECS category, type, kind, outcome | fields |\n|---|---|---|---|---|---|---|\n";
    for (const CatalogueEntry& entry : catalogue()) {
        const std::string outcome = *word(entry.outcome) == '\0' ? "-" : word(entry.outcome);
        text +=
            fmt::format("| {} | `{}` | {} | {} | {} | {}, {}, {}, {} | {} |\n", entry.id, entry.action(), word(entry.severity),
                        entry.meaning, pair_of(entry), entry.category, entry.ecs_type, word(entry.kind), outcome, fields_in_code(entry));
    }
    text += "\n## Fields\n| field | is | CEF | ECS |\n|---|---|---|---|\n";
    for (const CatalogueField& field : catalogue_fields()) {
        const std::string cef = field.cef.empty() ? own_cef_key(field.name) : std::string(field.cef);
        const std::string ecs = field.ecs.empty() ? fmt::format("sstp_watchdog.{}", field.name) : std::string(field.ecs);
        text += fmt::format("| `{}` | {} | `{}` | `{}`{} |\n", field.name, field.meaning, cef, ecs, type_of(field.kind));
    }
    return text;
}

std::string message_table() {
    std::string text =
        "; // Message table of the event source SstpWatchdog. Made from core/journal/catalogue.cpp by a test; do not edit.\n"
        "; // %1 is the whole sentence, made by the service; %2 its fields as name=value, one a line; %3 the event's own id.\n"
        "; // No severity bits in the ids: a filter for event 1014 means 1014 everywhere. The type (Error, Warning, Information) is the "
        "record's.\n"
        "MessageIdTypedef=DWORD\n"
        "SeverityNames=(Success=0x0)\n"
        "FacilityNames=(Application=0x0)\n"
        "LanguageNames=(English=0x409:messages_en)\n\n";
    for (const CatalogueEntry& entry : catalogue()) {
        text += fmt::format("MessageId={}\nSeverity=Success\nFacility=Application\nSymbolicName={}\nLanguage=English\n{}\n.\n\n", entry.id,
                            symbolic_name(entry.type), kEventMessageTemplate);
    }
    return text;
}

std::string catalogue_golden() {
    std::string text;
    for (const CatalogueEntry& entry : catalogue()) {
        text += fmt::format("{} {} {} \"{}\" {}\n", entry.id, entry.action(), word(entry.severity), entry.name,
                            entry.pair ? word(*entry.pair) : "-");
    }
    return text;
}

}  // namespace sstp
