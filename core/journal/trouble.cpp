#include "core/journal/trouble.h"

#include "core/journal/catalogue.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace sstp {

namespace {

std::string_view field_of(const JournalEvent& event, const std::string& name) {
    const auto found = event.fields.find(name);
    return found == event.fields.end() ? std::string_view{} : std::string_view{found->second};
}

bool has_field(const CatalogueEntry& entry, std::string_view name) {
    const auto fields = fields_of(entry);
    return std::find(fields.begin(), fields.end(), name) != fields.end();
}

/// A finding is raised and cleared by its reason, whichever event tells that it came (certificate_expiring has one of its own).
bool is_by_reason(EventType type) {
    return type == EventType::finding_raised || type == EventType::finding_cleared || type == EventType::certificate_expiring;
}

/// FNV-1a, 64 bits: short, and the same in every version and on every machine.
std::uint64_t digest(std::string_view text) {
    std::uint64_t value = 0xCBF29CE484222325U;
    for (const char each : text) value = (value ^ static_cast<unsigned char>(each)) * 0x100000001B3U;
    return value;
}

/// What both halves of a pair name, so that they name the same trouble.
std::string_view about(const JournalEvent& event, const CatalogueEntry& entry) {
    for (const char* name : {"subject", "destination", "heal_id"}) {
        if (!has_field(entry, name) || (entry.pair && !has_field(catalogue_entry(*entry.pair), name))) continue;
        if (const std::string_view value = field_of(event, name); !value.empty()) return value;
    }
    return {};
}

/// The event that opens the trouble which this one is about.
EventType opening(const CatalogueEntry& entry) {
    if (entry.pairing != Pairing::resolved || !entry.pair) return entry.type;
    // Two events end a rejected policy; the catalogue gives both the same pair.
    return *entry.pair;
}

/// Letters, digits and underscores of a stable word; whatever else a record may hold is left out.
std::string plain(std::string_view word) {
    constexpr std::size_t kLongest = 48;
    std::string kept;
    for (const char c : word) {
        const bool fits = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
        if (fits && kept.size() < kLongest) kept += c;
    }
    return kept;
}

}  // namespace

TroubleStep trouble_step(const JournalEvent& event) {
    const CatalogueEntry& entry = catalogue_entry(event.type);
    if (entry.category == "process") return TroubleStep::none;   // a service that was stopped is no trouble of the server
    if (entry.pairing == Pairing::resolved) return TroubleStep::ended;
    if (entry.pairing != Pairing::problem && entry.kind != EventKind::alert) return TroubleStep::none;
    return field_of(event, "repeated") == "true" ? TroubleStep::goes_on : TroubleStep::opened;
}

std::string trouble_of(const JournalEvent& event) {
    if (trouble_step(event) == TroubleStep::none) return {};
    const CatalogueEntry& entry = catalogue_entry(event.type);
    const std::string reason = is_by_reason(event.type) ? plain(field_of(event, "reason")) : std::string{};
    const std::string word = reason.empty() ? std::string{sstp::word(opening(entry))} : reason;
    const std::string_view subject = about(event, entry);
    return subject.empty() ? word : fmt::format("{}-{:016x}", word, digest(subject));
}

}  // namespace sstp
