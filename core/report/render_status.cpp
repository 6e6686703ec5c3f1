#include "core/report/render_status.h"

#include "core/report/render_json.h"
#include "core/report/render_text.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace sstp {

namespace {

using Json = nlohmann::ordered_json;

Json json_of_last_heal(const RecordContents& record) {
    if (!record.heals.last_at) return nullptr;
    return {{"at", to_rfc3339(*record.heals.last_at)}, {"result", record.heals.last_result}, {"explanation", record.heals.last_text}};
}

Json json_of_record(const RecordContents& record, MonotonicTime now) {
    const RunningTime running = running_time(record.running, now);
    const auto within = [&](Duration limit) {
        return std::count_if(record.charges.begin(), record.charges.end(),
                             [&](const BudgetCharge& each) { return running - each.at < limit; });
    };
    Json out;
    out["installation_id"] = record.installation_id;
    out["last_sequence"] = record.last_sequence;
    out["heals"] = record.heal_count;
    out["last_heal"] = json_of_last_heal(record);
    out["open_heal"] = record.open_heal ? Json(record.open_heal->id) : Json(nullptr);
    out["open_heal_began"] = record.open_heal ? Json(to_rfc3339(record.open_heal->began.wall)) : Json(nullptr);
    out["budget"] = {{"last_hour", within(std::chrono::hours{1})},
                     {"last_day", within(std::chrono::hours{24})},
                     {"unreadable", record.budget_unreadable}};
    out["proven"] = nullptr;
    if (record.proven) {
        out["proven"] = {{"sha256", record.proven->certificate.hash.to_string()}, {"since", to_rfc3339(record.proven->at)}};
    }
    out["learned"] = nullptr;
    if (record.learned) {
        out["learned"] = {{"names", record.learned->names},
                          {"primary", record.learned->primary},
                          {"ca", word(record.learned->ca.kind)},
                          {"at", to_rfc3339(record.learned->at)}};
    }
    out["held_sha256"] = record.held && record.held->sha256 ? Json(record.held->sha256->to_string()) : Json(nullptr);
    out["awaits_client_since"] = record.awaited_client ? Json(to_rfc3339(record.awaited_client->healed_at)) : Json(nullptr);
    return out;
}

Json json_of_attempt(const LastAttempt& attempt) {
    return {{"at", to_rfc3339(attempt.at)}, {"confirmed", attempt.confirmed},
            {"host", attempt.host},         {"peer", attempt.peer},
            {"protocol", attempt.protocol}, {"reason", attempt.reason},
            {"problem", attempt.problem},   {"up_to_sequence", attempt.up_to_sequence}};
}

Json json_of_destination(const DestinationState& state) {
    const auto time_or_null = [](const std::optional<WallTime>& time) { return time ? Json(to_rfc3339(*time)) : Json(nullptr); };
    Json out;
    out["where"] = state.where;
    if (state.trouble) {
        out["unreadable"] = {{"kind", word(state.trouble->kind)}, {"code", state.trouble->code}, {"message", state.trouble->message()}};
        return out;
    }
    out["queued"] = state.waiting.count;
    out["oldest"] = time_or_null(state.waiting.oldest);
    out["down_since"] = time_or_null(state.position.down_since);
    out["last_attempt"] = state.position.last_attempt ? json_of_attempt(*state.position.last_attempt) : Json(nullptr);
    out["cursor"] = state.position.cursor;
    out["confirmed_total"] = state.position.confirmed_total;
    out["retries"] = Json::object();
    for (const auto& [reason, total] : state.position.retries_total) out["retries"][reason] = total;
    out["lost"] = Json::object();
    for (const auto& [reason, loss] : state.position.losses) out["lost"][word(reason)] = loss.total;
    return out;
}

Json json_of_cycle(const CycleReport& report) {
    Json wakes = Json::array();
    for (const Wake wake : report.wakes) wakes.push_back(word(wake));
    return {{"number", report.number},
            {"wakes", wakes},
            {"began", to_rfc3339(report.began.wall)},
            {"ended", to_rfc3339(report.ended.wall)},
            {"began_since_boot_ms", report.began.monotonic.since_boot.count()},
            {"took_ms", (report.ended.monotonic - report.began.monotonic).count()}};
}

}  // namespace

std::string render_status_json(const CycleReport& report, const RecordContents& record, const ReportHead& head) {
    Json out;
    out["command"] = "status";
    append_identity(out, head);
    out["status"] = word(health_of(report));
    out["healthy"] = report.healthy;
    out["cycle"] = json_of_cycle(report);
    append_decision(out, report);
    append_to_do(out, report);
    append_state(out, report);
    out["heal"] = report.heal ? json_of(*report.heal) : Json(nullptr);
    out["record"] = json_of_record(record, report.ended.monotonic);
    out["siem"] = Json::object();
    for (const DestinationState& each : report.destinations) out["siem"][each.name] = json_of_destination(each);
    return to_document(out);
}

}  // namespace sstp
