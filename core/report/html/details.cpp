// What is wrong, and what everything names: findings, records and hashes side by side.

#include "core/model/families.h"
#include "core/report/explain/explanation.h"
#include "core/report/html/sections.h"
#include "core/report/render_text.h"

#include <fmt/format.h>

#include <algorithm>

namespace sstp::html {

namespace {

/// One place that names a certificate, and the one that it should name.
struct Place {
    std::string name;
    std::string names;   ///< as it is
    std::string remark;  ///< owner, store
    Mark mark = Mark::good;
};

std::string hash_text(const Certificate* certificate, std::string_view brief_hash) {
    return certificate ? fmt::format("{}, of {}", brief_hash, brief(*certificate)) : std::string{brief_hash};
}

std::string named_by_hash(const ServerState& state, const CertificateHash& hash) { return hash_text(state.find(hash), hash.brief()); }

/// The SHA-1 is the thumbprint: no need to say it twice.
std::string named_by_hash(const ServerState& state, const Thumbprint& thumbprint) {
    const Certificate* certificate = state.find(thumbprint);
    return certificate ? brief(*certificate) : thumbprint.brief();
}

/// The worst that a finding says of the place.
Mark mark_of_place(const CycleReport& report, const std::string& place, Mark otherwise) {
    Mark mark = otherwise;
    for (const Finding& each : report.findings) {
        if (each.subject == place) mark = std::max(mark, mark_of(each.severity));
    }
    return mark;
}

Place place_of(const CycleReport& report, const std::string& endpoint, const Observed<ListenerBinding>& observed) {
    Place place{endpoint, "no record", "", Mark::note};
    if (const Error* why = why_unreadable(observed)) place = {endpoint, "cannot be read", why->message(), Mark::unknown};
    if (const ListenerBinding* record = value_of(observed)) {
        const auto thumbprint = record->thumbprint();
        const Certificate* named = thumbprint ? report.state.find(*thumbprint) : nullptr;
        place.names = !thumbprint ? "no certificate" : named ? brief(*named) : fmt::format("{}, which is not in MY", thumbprint->brief());
        place.remark = fmt::format("owner {}, store {}", owner_name(record->app_id), record->store.value_or("MY"));
        place.mark = Mark::good;
    }
    place.mark = std::max(place.mark, mark_of_place(report, endpoint, Mark::good));
    return place;
}

template <class Hash>
Place place_of_hash(const CycleReport& report, SstpValue value, const Stored<Hash>& stored) {
    Place place{registry_name(value), "not set", "", Mark::good};
    if (const auto* hash = value_of(stored)) place.names = named_by_hash(report.state, *hash);
    if (const auto* malformed = std::get_if<Malformed>(&stored)) place.names = malformed->explanation;
    if (const Error* why = why_unreadable(stored)) place = {place.name, "cannot be read", why->message(), Mark::unknown};
    place.mark = mark_of_place(report, place.name, place.mark);
    return place;
}

Place place_of_held(const ReportPage& page) {
    Place place{"RRAS, in memory", "not known: nobody saw it start", "", Mark::note};
    if (const auto& held = page.record.held) {
        place.names = held->sha256 ? hash_text(page.report.state.find(*held->sha256), held->sha256->brief()) : "no hash";
        place.remark = fmt::format("read when it started {}", to_minute(held->start.latest));
        place.mark = Mark::good;
    }
    place.mark = mark_of_place(page.report, kRemoteAccess, place.mark);
    return place;
}

std::vector<Place> places_of(const ReportPage& page) {
    const CycleReport& report = page.report;
    const ServerState& state = report.state;
    std::vector<Place> places;
    for (const AddressFamily family : kFamilies) {
        places.push_back(place_of(report, Endpoint::wildcard(family, state.port).to_string(), state.binding(family)));
    }
    if (const auto* shadowing = value_of(state.shadowing)) {
        for (const ShadowingBinding& each : *shadowing) places.push_back(place_of(report, each.endpoint.to_string(), each));
    }
    places.push_back(place_of_hash(report, SstpValue::sha256_certificate_hash, state.settings.sha256_hash));
    places.push_back(place_of_hash(report, SstpValue::sha1_certificate_hash, state.settings.sha1_hash));
    if (!state.settings.reads_sha1()) places.back().remark = "RRAS does not read it (Sha1Enabled)";
    places.push_back(place_of_held(page));
    for (const Probe& each : state.probes) {
        const Certificate* leaf = leaf_of(each);
        const auto* unreachable = std::get_if<Unreachable>(&each.outcome);
        if (!leaf && !unreachable) continue;
        const std::string asked = each.server_name.empty() ? std::string{} : fmt::format(", asked for {}", each.server_name);
        const Mark mark = leaf && leaf->not_after >= state.looked_at.wall ? Mark::good : Mark::bad;
        places.push_back({fmt::format("served at {}{}", each.address.to_string(), asked), leaf ? brief(*leaf) : "no TLS session",
                          leaf ? fmt::format("until {}", to_minute(leaf->not_after)) : unreachable->why.message(), mark});
    }
    return places;
}

}  // namespace

void add_findings(Markup& out, const ReportPage& page) {
    open_section(out, "findings", "Findings");
    const Findings& findings = page.report.findings;
    if (findings.empty()) {
        out.leaf("p", "Nothing is wrong.").close();
        return;
    }
    out.open("ul", {{"class", "findings"}});
    for (auto each = findings.begin(); each != findings.end(); ++each) {
        const bool repeated = std::any_of(findings.begin(), each, [&](const Finding& earlier) {
            return earlier.reason == each->reason && earlier.explanation == each->explanation;
        });
        if (repeated) continue;
        out.open("li");
        add_mark(out, mark_of(each->severity));
        out.text(" ").leaf("code", word(each->reason));
        out.leaf("p", explanation_with_date(page.report, *each));
        if (each->severity > Severity::information)
            out.leaf("p", {{"class", "soft"}}, fmt::format("What you do: {}", explanation(each->reason).you_do));
        out.close();
    }
    out.close().close();
}

void add_unit(Markup& out, const ReportPage& page) {
    open_section(out, "unit", "Records and hashes");
    const auto& target = page.report.assessment.desired.certificate;
    const std::string caption = target ? fmt::format("Everything should name {}", brief(*target)) : std::string{"Nothing is to be changed"};
    open_table(out, caption, {"Place", "Names", "Remark", "State"});
    for (const Place& each : places_of(page)) {
        out.open("tr").leaf("th", {{"scope", "row"}}, each.name).leaf("td", each.names).leaf("td", each.remark).open("td");
        add_mark(out, each.mark);
        out.close().close();
    }
    close_table(out);
    if (target) {
        out.open("p", {{"class", "soft"}})
            .text("SHA-1 ")
            .leaf("code", target->thumbprint.to_string())
            .text(", SHA-256 ")
            .leaf("code", target->hash.to_string());
        out.close();
    }
    out.close();
}

}  // namespace sstp::html
