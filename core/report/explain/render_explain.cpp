#include "core/report/explain/render_explain.h"

#include "core/journal/catalogue.h"
#include "core/report/explain/explanation.h"
#include "core/report/explain/nearest_words.h"
#include "core/report/render_text.h"
#include "core/report/wrap.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace sstp {

namespace {

constexpr std::size_t kLabel = 13;

void append(std::string& out, std::string_view label, std::string_view text, std::size_t columns) {
    if (text.empty()) return;
    bool first = true;
    for (const std::string& line : wrapped(text, columns - kLabel - 2)) {
        out += fmt::format("  {:<{}}{}\n", first ? label : "", kLabel, line);
        first = false;
    }
}

std::string listed(std::string_view keys) { return fmt::format("{}", fmt::join(keys_of(keys), ", ")); }

std::string_view first_sentence(std::string_view text) {
    const std::size_t end = text.find(". ");
    return end == std::string_view::npos ? text : text.substr(0, end + 1);
}

std::optional<EventType> event_of(std::string_view word) {
    for (const CatalogueEntry& each : catalogue()) {
        if (word == each.action() || word == std::to_string(each.id)) return each.type;
    }
    return std::nullopt;
}

/// "1019 certificate_expiring"
std::string numbered(EventType type) { return fmt::format("{} {}", catalogue_entry(type).id, catalogue_entry(type).action()); }

/// The event that tells of the finding: one of the same word has its own, a rejected policy file is told under another.
std::string told_as(Reason reason) {
    if (reason == Reason::policy_invalid) {
        return fmt::format("{} of the file, {} of Group Policy", numbered(EventType::policy_rejected), numbered(EventType::finding_raised));
    }
    return numbered(event_of(word(reason)).value_or(EventType::finding_raised));
}

std::string pair_of(const CatalogueEntry& entry) {
    if (!entry.pair) return {};
    return fmt::format("{} {}", entry.pairing == Pairing::problem ? "resolved by" : "resolves", numbered(*entry.pair));
}

std::string text_of(Reason reason, std::size_t columns) {
    const Explanation& it = explanation(reason);
    std::string out = fmt::format("{}\n", word(reason));
    append(out, "Finding", it.severity, columns);
    append(out, "Means", it.meaning, columns);
    append(out, "Seen by", it.seen, columns);
    append(out, "What we do", it.we_do, columns);
    append(out, "What you do", it.you_do, columns);
    append(out, "Policy", listed(it.keys), columns);
    append(out, "Told as", told_as(reason), columns);
    return out;
}

std::string text_of(EventType type, std::size_t columns) {
    const CatalogueEntry& entry = catalogue_entry(type);
    const EventExplanation& it = explanation(type);
    std::string out = fmt::format("{}\n", entry.action());
    append(out, "Event", fmt::format("{}, {}", entry.id, word(entry.severity)), columns);
    append(out, "Means", entry.meaning, columns);
    append(out, "Pair", pair_of(entry), columns);
    append(out, "What we do", it.we_do, columns);
    append(out, "What you do", it.you_do, columns);
    append(out, "Policy", listed(it.keys), columns);
    append(out, "Fields", entry.fields, columns);
    return out;
}

std::string in_lower_case(std::string_view text) {
    std::string lower{text};
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return lower;
}

std::vector<std::string> all_words() {
    std::vector<std::string> words;
    for (const Reason reason : all_reasons()) words.emplace_back(word(reason));
    for (const CatalogueEntry& each : catalogue()) {
        if (!reason_from_word(each.action())) words.emplace_back(each.action());
    }
    return words;
}

/// "certificate-expired" and "Certificate expired" are `certificate_expired`.
std::string as_one_word(std::string_view typed) {
    std::string word = in_lower_case(typed);
    std::replace_if(word.begin(), word.end(), [](char c) { return c == ' ' || c == '-'; }, '_');
    return word;
}

void append_word(std::string& out, std::string_view word, std::string_view meaning, std::size_t columns) {
    constexpr std::size_t kWidest = 32;
    constexpr std::size_t kRoom = 20;   // less says nothing
    const std::size_t room = columns > kWidest + kRoom ? columns - kWidest - 2 : kRoom;
    out += fmt::format("  {:<{}}{}\n", word, kWidest, cut_to_columns(first_sentence(meaning), room));
}

std::string_view meaning_of(std::string_view word) {
    if (const auto reason = reason_from_word(word)) return explanation(*reason).meaning;
    const auto event = event_of(word);
    return event ? catalogue_entry(*event).meaning : std::string_view{};
}

/// The reasons of a chapter, twins beside each other.
std::vector<Reason> reasons_of(const Subject& subject) {
    std::vector<Reason> reasons;
    for (const Explanation& each : subject.findings) {
        reasons.push_back(each.reason);
        if (each.twin) reasons.push_back(*each.twin);
    }
    return reasons;
}

}  // namespace

std::optional<std::string> render_explanation(std::string_view typed, std::size_t columns) {
    const std::string word = as_one_word(typed);
    const auto reason = reason_from_word(word);
    const auto event = event_of(word);
    if (!reason && !event) return std::nullopt;
    std::string out;
    if (reason) out += text_of(*reason, columns);
    if (reason && event) out += "\n";
    if (event) out += text_of(*event, columns);
    return out;
}

std::string render_explained_words(std::size_t columns) {
    std::string out;
    const auto add = [&](std::string_view word, std::string_view meaning) { append_word(out, word, meaning, columns); };
    for (const Subject& subject : explained_subjects()) {
        out += fmt::format("{}{}\n", out.empty() ? "" : "\n", subject.title);
        for (const Reason reason : reasons_of(subject)) add(word(reason), explanation(reason).meaning);
    }
    out += "\nEvents\n";
    for (const CatalogueEntry& each : catalogue()) add(each.action(), each.meaning);
    return out + "\nsstp-watchdog explain WORD tells more; --all everything.\n";
}

std::string render_all_explanations(std::size_t columns) {
    std::string out;
    for (const Subject& subject : explained_subjects()) {
        for (const Reason reason : reasons_of(subject)) out += text_of(reason, columns) + "\n";
    }
    for (const CatalogueEntry& each : catalogue()) out += text_of(each.type, columns) + "\n";
    out.pop_back();
    return out;
}

std::string explain_unknown(std::string_view typed, std::size_t columns) {
    constexpr std::size_t kMostTyped = 64;
    constexpr std::size_t kMost = 5;
    const std::string word = as_one_word(typed.substr(0, kMostTyped));
    const std::vector<std::string> near = nearest_words(word, all_words(), kMost);
    std::string out =
        fmt::format("There is no finding and no event \"{}\".{}\n", escape_controls(word), near.empty() ? "" : " Did you mean:");
    for (const std::string& each : near) append_word(out, each, meaning_of(each), columns);
    return out + "The list of all words: sstp-watchdog explain\n";
}

std::string render_explained_page() {
    std::string page =
        "# Findings and events\n\n"
        "What `sstp-watchdog explain WORD` says, on one page. Made from `core/report/explain/` by a test; do not edit.\n"
        "A finding is what is wrong now, or will be; its word is the field `reason`. An event is what happened; its number is the id in "
        "the "
        "Windows Event Log.\n";
    const auto row = [&](std::string_view label, std::string text) {
        if (!text.empty()) page += fmt::format("- **{}**: {}\n", label, text);
    };
    const auto codes = [](std::string_view words) {
        return words.empty() ? std::string{} : fmt::format("`{}`", fmt::join(keys_of(words), "` `"));
    };
    // GitHub's anchor of a heading: lower case, blanks as hyphens.
    const auto event_link = [](EventType type) {
        return fmt::format("[{0}](#{1}-{2})", numbered(type), catalogue_entry(type).id, catalogue_entry(type).action());
    };
    for (const Subject& subject : explained_subjects()) {
        page += fmt::format("\n## {}\n", subject.title);
        for (const Reason reason : reasons_of(subject)) {
            const Explanation& it = explanation(reason);
            page += fmt::format("\n### {}\n{}\n\n", word(reason), it.meaning);
            row("Severity", std::string{it.severity});
            row("Seen by", std::string{it.seen});
            row("What we do", std::string{it.we_do});
            row("What you do", std::string{it.you_do});
            row("Policy", codes(it.keys));
            row("Told as", event_link(reason == Reason::policy_invalid ? EventType::policy_rejected
                                                                       : event_of(word(reason)).value_or(EventType::finding_raised)));
        }
    }
    page += "\n## Events\n";
    for (const CatalogueEntry& entry : catalogue()) {
        const EventExplanation& it = explanation(entry.type);
        page += fmt::format("\n### {} {}\n{}\n\n", entry.id, entry.action(), entry.meaning);
        row("Severity", word(entry.severity));
        if (entry.pair) row(entry.pairing == Pairing::problem ? "Resolved by" : "Resolves", event_link(*entry.pair));
        row("What we do", std::string{it.we_do});
        row("What you do", std::string{it.you_do});
        row("Policy", codes(it.keys));
        row("Fields", codes(entry.fields));
    }
    return page;
}

}  // namespace sstp
