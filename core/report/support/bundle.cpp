#include "core/report/support/bundle.h"

#include "core/record/snapshot_file.h"
#include "core/report/render_check.h"
#include "core/report/render_history.h"
#include "core/report/render_plan.h"
#include "core/report/render_text.h"
#include "core/report/support/redaction.h"
#include "core/report/wrap.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <functional>

namespace sstp {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kColumns = 79;

bool is_json(const std::string& name) { return name.ends_with(".json"); }

/// Every text of a document, names of members apart.
void each_text(const Json& json, const std::function<void(const std::string&)>& visit) {
    if (json.is_string()) visit(json.get<std::string>());
    if (!json.is_structured()) return;
    for (const Json& value : json) each_text(value, visit);
}

/// A member that is called after a destination, or by any name with a dot, is one of somebody's.
Json with_texts(const Json& json, const Redaction& redaction, std::string_view of = {}) {
    if (json.is_string()) return redaction.apply(json.get<std::string>());
    if (!json.is_structured()) return json;
    Json made = json.is_array() ? Json::array() : Json::object();
    for (const auto& [name, value] : json.items()) {
        if (json.is_array()) made.push_back(with_texts(value, redaction));
        if (json.is_object())
            made[of == "destinations" || name.find('.') != std::string::npos ? redaction.apply(name) : name] =
                with_texts(value, redaction, name);
    }
    return made;
}

/// In a document a backslash is written as two: what a text holds is looked for, and replaced, in its texts.
std::string redacted(const SupportMaterial::File& file, const Redaction& redaction) {
    const Json json = is_json(file.name) ? Json::parse(file.content, nullptr, false) : Json(Json::value_t::discarded);
    if (json.is_discarded()) return redaction.apply(file.content);
    return with_texts(json, redaction).dump(2, ' ', true, Json::error_handler_t::replace) + '\n';
}

TellingWords telling_words_of(const SupportMaterial& material) {
    TellingWords words = telling_words_of(material.snapshot);
    for (const JournalEvent& each : material.events) add_telling_words(words, each);
    for (const SupportMaterial::File& each : material.files) {
        const Json json = is_json(each.name) ? Json::parse(each.content, nullptr, false) : Json(Json::value_t::discarded);
        if (json.is_discarded()) {
            add_telling_words(words, each.content);
        } else {
            each_text(json, [&](const std::string& text) { add_telling_words(words, text); });
        }
    }
    for (const Finding& each : material.look.findings) add_telling_words(words, each.explanation);
    for (const auto& texts : {material.policy_problems, material.missing})
        for (const std::string& each : texts) add_telling_words(words, each);
    return words;
}

std::vector<JournalEvent> redacted(std::vector<JournalEvent> events, const Redaction& redaction) {
    for (JournalEvent& each : events) {
        each.text = redaction.apply(each.text);
        for (auto& [name, value] : each.fields) value = redaction.apply(value);
    }
    return events;
}

/// Values first: on the page long ones are broken, and what is broken is not found.
std::string policy_text(const SupportMaterial& material, const Redaction& redaction) {
    std::string text;
    for (const std::string& each : material.policy_problems) text += redaction.apply(each) + "\n";
    std::vector<PolicyValue> values = material.values;
    for (PolicyValue& each : values) each.value = redaction.apply(each.value);
    return text + (text.empty() ? "" : "\n") + render_policy_values(values);
}

std::string versions_text(const SupportMaterial& material, const Redaction& redaction) {
    std::string text;
    for (const SupportMaterial::Version& each : material.versions)
        text += fmt::format("{:<20} {}\n", each.of, redaction.apply(one_line(each.is)));
    return text;
}

std::string paragraph(const std::string& text) {
    std::string out;
    for (const std::string& line : wrapped(text, kColumns)) out += line + "\n";
    return out + "\n";
}

std::string contents_text(const SupportMaterial& material, const std::vector<SupportMaterial::File>& files, const Redaction& redaction) {
    std::string text = paragraph(fmt::format("SSTP Watchdog {}: what was collected for support at {}. Times are UTC.",
                                             material.head.version, to_rfc3339(material.look.state.looked_at.wall)));
    for (const SupportMaterial::File& each : files)
        text += fmt::format("{:<26} {:>6} KB  {}\n", each.name, (each.content.size() + 1023) / 1024, each.says);
    text += "\n";
    text += paragraph(fmt::format(
        "Replaced, each by the same word in every file ({} things): names of hosts and domains, addresses, thumbprints and hashes, serial "
        "numbers, "
        "identities of the machine, private CAs, subjects, accounts, folders of users. Of URLs scheme, host, port and first path segment "
        "are left, the host replaced.",
        redaction.size()));
    text += paragraph("Never in it: private keys, certificates, tokens (the file that holds one is not read), the state database.");
    for (const std::string& each : material.missing) text += paragraph("Missing: " + redaction.apply(each));
    text += paragraph(
        "Read it before you hand it on: in a log may stand a word of which no program can know that it tells something (a customer, a "
        "person).");
    text.pop_back();
    return text;
}

}  // namespace

SupportBundle support_bundle(const SupportMaterial& material) {
    const Redaction redaction{telling_words_of(material)};
    const auto apply = [&](std::string_view text) { return redaction.apply(text); };
    const std::vector<JournalEvent> events = redacted(material.events, redaction);
    ReportHead head = material.head;
    head.computer = apply(head.computer);
    head.policy_file = apply(head.policy_file);
    std::vector<SupportMaterial::File> files{
        {"versions.txt", "of the program and of Windows", versions_text(material, redaction)},
        {"check.txt", "what check --verbose says now", apply(render_check_text(material.look, material.policy, material.nobody_heals))},
        {"plan.txt", "what a heal would do now", apply(render_plan_text(material.look))},
        {"snapshot.json", "for: rehearse --state snapshot.json", snapshot_file_of(material.snapshot, apply)},
        {"policy.txt", "the policy in force, with origins", policy_text(material, redaction)},
        {"history.txt", "the journal, oldest first", render_history_text(events)},
        {"history.json", "the same with all fields", render_history_json(events, head)}};
    for (const SupportMaterial::File& each : material.files) files.push_back({each.name, each.says, redacted(each, redaction)});
    SupportBundle bundle;
    bundle.contents = contents_text(material, files, redaction);
    bundle.members.push_back({"contents.txt", bundle.contents});
    for (SupportMaterial::File& each : files) bundle.members.push_back({std::move(each.name), std::move(each.content)});
    return bundle;
}

}  // namespace sstp
