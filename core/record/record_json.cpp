#include "core/record/record_json.h"

#include "core/record/heal_json.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <utility>

namespace sstp {

namespace {

using Json = nlohmann::json;

/// Text from outside may be no UTF-8: it is replaced, never a reason to fail.
std::string dump(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

std::int64_t milliseconds(WallTime time) { return time.time_since_epoch().count(); }

WallTime wall_from(const Json& json) { return WallTime{Duration{json.get<std::int64_t>()}}; }

template <class T>
T digest_from(const Json& json) {
    const auto digest = T::parse(json.get<std::string>());
    if (!digest) throw Json::other_error::create(501, "not a digest", nullptr);
    return *digest;
}

Json json_of(const KnownGood& known_good) {
    return {{"certificate", known_good.certificate.to_string()},
            {"dns_names", known_good.dns_names},
            {"verified_at", milliseconds(known_good.verified_at)}};
}

KnownGood known_good_from(const Json& json) {
    return {digest_from<CertificateHash>(json.at("certificate")), json.at("dns_names").get<std::vector<std::string>>(),
            wall_from(json.at("verified_at"))};
}

Json json_of(const Findings& findings) {
    Json json = Json::array();
    for (const Finding& finding : findings) {
        json.push_back({{"reason", word(finding.reason)},
                        {"severity", word(finding.severity)},
                        {"subject", finding.subject},
                        {"explanation", finding.explanation}});
    }
    return json;
}

Findings findings_from(const Json& json) {
    Findings findings;
    for (const Json& each : json) {
        const auto reason = reason_from_word(each.at("reason").get<std::string>());
        if (!reason) continue;   // written by a later version
        Severity severity = Severity::critical;
        for (const Severity candidate : {Severity::information, Severity::warning}) {
            if (each.at("severity").get<std::string>() == word(candidate)) severity = candidate;
        }
        findings.push_back({*reason, severity, each.at("subject").get<std::string>(), each.at("explanation").get<std::string>()});
    }
    return findings;
}

Json json_of(const BudgetCharge& charge) {
    return {{"wall", milliseconds(charge.at.wall)},
            {"monotonic", charge.at.monotonic.since_boot.count()},
            {"heal_id", charge.heal_id},
            {"what", charge.what}};
}

BudgetCharge charge_from(const Json& json) {
    return {{wall_from(json.at("wall")), {Duration{json.at("monotonic").get<std::int64_t>()}}},
            json.at("heal_id").get<std::string>(),
            json.at("what").get<std::string>()};
}

Json json_of(const JournalEvent& event) {
    return {{"type", word(event.type)}, {"time", milliseconds(event.time)}, {"text", event.text}, {"fields", event.fields}};
}

JournalEvent event_from(const Json& json) {
    JournalEvent event;
    const auto type = event_type_from_word(json.at("type").get<std::string>());
    if (!type) throw Json::other_error::create(501, "unknown event type", nullptr);
    event.type = *type;
    event.time = wall_from(json.at("time"));
    event.text = json.at("text").get<std::string>();
    event.fields = json.at("fields").get<std::map<std::string, std::string>>();
    return event;
}

template <class T>
Json array_of(const std::vector<T>& values) {
    Json json = Json::array();
    for (const T& each : values) json.push_back(json_of(each));
    return json;
}

/// Only members that are there: absent ones change nothing.
Json json_of(const RecordUpdate& update) {
    Json json{{"events", array_of(update.events)}, {"charges", array_of(update.charges)}, {"close_heal", update.close_heal}};
    if (update.bookmark) json["bookmark"] = *update.bookmark;
    if (update.open_heal) json["open_heal"] = json_of(*update.open_heal);
    if (update.kept_charges) json["kept_charges"] = array_of(*update.kept_charges);
    if (update.budget_unreadable) json["budget_unreadable"] = *update.budget_unreadable;
    if (update.known_good) json["known_good"] = json_of(*update.known_good);
    if (update.last_good_policy) json["last_good_policy"] = *update.last_good_policy;
    if (update.trouble_at) json["trouble_at"] = *update.trouble_at ? Json(milliseconds(**update.trouble_at)) : Json(nullptr);
    if (update.open_findings) json["open_findings"] = json_of(*update.open_findings);
    json["notes"] = Json::object();
    for (const auto& [name, value] : update.notes) json["notes"][name] = value ? Json(*value) : Json(nullptr);
    return json;
}

template <class T, class Make>
std::vector<T> vector_from(const Json& json, Make make) {
    std::vector<T> values;
    for (const Json& each : json) values.push_back(make(each));
    return values;
}

RecordUpdate update_from(const Json& json) {
    RecordUpdate update;
    update.events = vector_from<JournalEvent>(json.at("events"), event_from);
    update.charges = vector_from<BudgetCharge>(json.at("charges"), charge_from);
    update.close_heal = json.at("close_heal").get<bool>();
    if (json.contains("bookmark")) update.bookmark = json.at("bookmark").get<std::string>();
    if (json.contains("open_heal")) update.open_heal = open_heal_from(json.at("open_heal"));
    if (json.contains("kept_charges")) update.kept_charges = vector_from<BudgetCharge>(json.at("kept_charges"), charge_from);
    if (json.contains("budget_unreadable")) update.budget_unreadable = json.at("budget_unreadable").get<bool>();
    if (json.contains("known_good")) update.known_good = known_good_from(json.at("known_good"));
    if (json.contains("last_good_policy")) update.last_good_policy = json.at("last_good_policy").get<std::string>();
    if (json.contains("trouble_at")) {
        const Json& at = json.at("trouble_at");
        update.trouble_at = at.is_null() ? std::optional<WallTime>{} : std::optional{wall_from(at)};
    }
    if (json.contains("open_findings")) update.open_findings = findings_from(json.at("open_findings"));
    for (const auto& [name, value] : json.at("notes").items()) {
        update.notes[name] = value.is_null() ? std::nullopt : std::optional{value.get<std::string>()};
    }
    return update;
}

/// One place turns what the JSON library throws into a value.
template <class Read>
auto reading(const char* what, std::string_view text, Read read) -> Result<decltype(read(std::declval<const Json&>()))> {
    try {
        return read(Json::parse(text));
    } catch (const Json::exception& error) {
        return Error{ErrorKind::malformed, "read", what, 0, error.what()};
    }
}

}  // namespace

std::string to_json(const OpenHeal& heal) { return dump(json_of(heal)); }

Result<OpenHeal> open_heal_from_json(std::string_view text) { return reading("the open heal", text, open_heal_from); }

std::string to_json(const KnownGood& known_good) { return dump(json_of(known_good)); }

Result<KnownGood> known_good_from_json(std::string_view text) { return reading("the last known good certificate", text, known_good_from); }

std::string to_json(const Findings& findings) { return dump(json_of(findings)); }

Result<Findings> findings_from_json(std::string_view text) { return reading("the open findings", text, findings_from); }

std::string to_json(const std::map<std::string, std::string>& fields) { return dump(Json(fields)); }

Result<std::map<std::string, std::string>> fields_from_json(std::string_view text) {
    return reading("the fields of an event", text, [](const Json& json) { return json.get<std::map<std::string, std::string>>(); });
}

std::string to_json(const RecordUpdate& update) { return dump(json_of(update)); }

std::string unsaved_file_of(const std::vector<std::string>& updates) {
    return fmt::format("{{\"updates\":[{}]}}", fmt::join(updates, ","));
}

Result<std::vector<RecordUpdate>> updates_from_json(std::string_view text) {
    return reading("the unsaved updates", text,
                   [](const Json& json) { return vector_from<RecordUpdate>(json.at("updates"), update_from); });
}

}  // namespace sstp
