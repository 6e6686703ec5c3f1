// The way that a client takes, station by station, with what is wrong marked where it is.

#include "core/model/families.h"
#include "core/report/html/sections.h"
#include "core/report/render_text.h"

#include <fmt/format.h>

#include <algorithm>

namespace sstp::html {

namespace {

std::string family_name(AddressFamily family) { return family == AddressFamily::ipv4 ? "IPv4" : "IPv6"; }

/// Hash and name apart, so that neither is broken in the middle of a word.
void add_certificate(Markup& out, const Certificate& certificate) {
    out.leaf("code", certificate.thumbprint.brief()).text(fmt::format(" {}", name_of(certificate)));
}

void add_addresses(Markup& out, const ReportPage& page) {
    for (const AddressFamily family : kFamilies) {
        const Probe* probe = representative(page.report.state, family);
        const auto level = page.report.assessment.levels.find(family);
        out.open("li").leaf("strong", family_name(family)).text(probe ? " " + probe->address.to_string() : std::string{});
        const bool is_served = level != page.report.assessment.levels.end();
        out.text(!is_served ? ": not served here" : level->second == Level::nothing ? ": nothing answers" : ": answers").close();
    }
}

void add_records(Markup& out, const ReportPage& page) {
    const ServerState& state = page.report.state;
    for (const AddressFamily family : kFamilies) {
        const auto& observed = state.binding(family);
        out.open("li").leaf("strong", Endpoint::wildcard(family, state.port).to_string()).text(" ");
        if (const ListenerBinding* record = value_of(observed)) {
            const auto thumbprint = record->thumbprint();
            out.leaf("code", thumbprint ? thumbprint->brief() : "no certificate");
            if (record->app_id != kSstpAppId) out.text(fmt::format(" of {}", owner_name(record->app_id)));
        } else {
            out.text(is_absent(observed) ? "no record" : "cannot be read");
        }
        out.close();
    }
    const auto* shadowing = value_of(state.shadowing);
    if (shadowing && !shadowing->empty())
        out.leaf("li", fmt::format("{} more exact record{}", shadowing->size(), shadowing->size() == 1 ? "" : "s"));
}

const char* sent(SentChain chain) {
    switch (chain) {
        case SentChain::complete: return "sent whole";
        case SentChain::incomplete: return "an intermediate is not sent";
        case SentChain::bad: return "a bad intermediate is sent";
        case SentChain::unknown: break;
    }
    return "not judged";
}

void add_chain(Markup& out, const Certificate& leaf, const Served* served) {
    out.open("li").text(leaf.self_signed ? "Self-signed" : fmt::format("Chain: {}", served ? sent(served->sent_chain) : "not seen"));
    if (!leaf.self_signed) {
        out.leaf("div", {{"class", "chain"}}, leaf.issuer_cn.empty() ? leaf.issuer : leaf.issuer_cn);
        const std::string root = leaf.roots.empty() ? "no trusted root is known" : leaf.roots.front().subject;
        if (root != leaf.issuer) out.leaf("div", {{"class", "chain"}}, root);
    }
    out.close();
}

void add_leaf(Markup& out, const ReportPage& page) {
    const ServerState& state = page.report.state;
    const Probe* probe = nullptr;
    for (const AddressFamily family : kFamilies) {
        const Probe* each = representative(state, family);
        if (each && leaf_of(*each) && !probe) probe = each;
    }
    const auto& active = page.report.active();
    const Certificate* leaf = probe ? leaf_of(*probe) : active ? &*active : nullptr;
    if (!leaf) {
        out.leaf("li", "no certificate is known");
        return;
    }
    out.open("li");
    add_certificate(out, *leaf);
    out.close();
    const bool ended = leaf->not_after < state.looked_at.wall;
    out.open("li")
        .leaf("span", {{"class", ended ? "wrong" : ""}}, fmt::format("{} {}", ended ? "ended" : "until", to_minute(leaf->not_after)))
        .close();
    add_chain(out, *leaf, probe ? std::get_if<Served>(&probe->outcome) : nullptr);
}

void add_hashes(Markup& out, const ReportPage& page) {
    const auto& stored = page.report.state.settings.sha256_hash;
    out.open("li").text("Stored ");
    if (const auto* hash = value_of(stored)) {
        const Certificate* named = page.report.state.find(*hash);
        out.leaf("code", hash->brief()).text(named ? fmt::format(", of {}", named->thumbprint.brief()) : ", of no certificate here");
    } else {
        out.text(is_absent(stored) ? "nothing" : std::get_if<Malformed>(&stored) ? "something malformed" : "cannot be read");
    }
    out.close();
    const auto& held = page.record.held;
    out.open("li").text("RRAS holds ");
    if (held && held->sha256) {
        out.leaf("code", held->sha256->brief()).text(fmt::format(", since {}", to_minute(held->start.latest)));
    } else {
        out.text(held ? "none" : "what nobody saw it read");
    }
    out.close();
}

void add_services(Markup& out, const ReportPage& page) {
    for (const auto& [name, observed] : page.report.state.services) {
        const ServiceStatus* status = value_of(observed);
        out.open("li").leaf("strong", name).text(" ");
        out.text(status ? word(status->state) : is_absent(observed) ? "not installed" : "cannot be read").close();
    }
    for (const AddressFamily family : kFamilies) {
        const Probe* probe = representative(page.report.state, family);
        const auto* served = probe ? std::get_if<Served>(&probe->outcome) : nullptr;
        const int* status = served ? value_of(served->uri_status) : nullptr;
        if (status) out.leaf("li", fmt::format("{}: the URI answers {}", family_name(family), *status));
    }
    if (const Sessions* sessions = value_of(page.report.sessions))
        out.leaf("li", fmt::format("{} SSTP {} open", sessions->sstp.open, sessions->sstp.open == 1 ? "session is" : "sessions are"));
}

struct StationText {
    Station station;
    const char* title;
    void (*add)(Markup&, const ReportPage&);
};
constexpr StationText kStations[] = {{Station::address, "Address", add_addresses},
                                     {Station::record, "HTTP.SYS record", add_records},
                                     {Station::certificate, "Certificate", add_leaf},
                                     {Station::hash, "Stored hash", add_hashes},
                                     {Station::service, "RRAS", add_services}};

/// Nobody could look: what is shown there would sound like knowledge.
bool is_unread(Station station, const ServerState& state) {
    switch (station) {
        case Station::record: return why_unreadable(state.ipv4_binding) || why_unreadable(state.ipv6_binding);
        case Station::hash: return why_unreadable(state.settings.sha256_hash) != nullptr;
        case Station::certificate: return why_unreadable(state.certificates) != nullptr;
        default: return false;
    }
}

Mark mark_at(Station station, const CycleReport& report) {
    Mark mark = Mark::good;
    for (const Finding& each : report.findings) {
        if (station_of(each.reason) == station) mark = std::max(mark, mark_of(each.severity));
    }
    return mark != Mark::bad && is_unread(station, report.state) ? Mark::unknown : mark;
}

}  // namespace

void add_path(Markup& out, const ReportPage& page) {
    open_section(out, "path", "The way a client takes");
    out.open("ol", {{"class", "path"}});
    for (const StationText& each : kStations) {
        const Mark mark = mark_at(each.station, page.report);
        out.open("li", {{"class", css_class(mark)}}).leaf("h3", each.title);
        add_mark(out, mark);
        out.open("ul");
        each.add(out, page);
        out.close().close();
    }
    out.close().close();
}

}  // namespace sstp::html
