#include "core/watchdog/rehearsal/stories.h"

#include "core/report/render_text.h"
#include "core/watchdog/rehearsal/renewals.h"
#include "core/watchdog/rehearsal/stage.h"

#include <fmt/format.h>

#include <algorithm>

namespace sstp::rehearsal {

namespace {

using namespace std::chrono_literals;
using std::chrono::days;

/// One story while it is played.
class Play {
public:
    Play(Snapshot snapshot, std::string name, std::string title) : snapshot_(std::move(snapshot)), stage_(snapshot_) {
        story_.name = std::move(name);
        story_.title = std::move(title);
    }

    [[nodiscard]] WallTime begin() const { return snapshot_.state.looked_at.wall; }
    [[nodiscard]] ImaginedServer& server() { return stage_.server; }
    void then(WallTime when, std::string text, std::function<void(ImaginedServer&)> what) {
        story_.steps.push_back({when, false, std::move(text)});
        stage_.at(when, std::move(what));
    }
    RehearsedStory live_until(WallTime until) {
        stage_.begin();
        stage_.live_until(until);
        tell();
        return std::move(story_);
    }

private:
    void tell() {
        for (const PlayedHeal& each : stage_.heals()) {
            const bool done = each.outcome.result == HealResult::succeeded;
            const std::string what = done ? plan_sentence(each.plan) : fmt::format("A heal comes to this: {}", each.outcome.explanation);
            story_.restarts += each.outcome.restarts;
            if (!done && !story_.steps.empty() && story_.steps.back().text == what) continue;   // it is still waited for
            story_.steps.push_back({each.began, true, what});
        }
        for (const PlayedFinding& each : stage_.findings()) {
            if (each.finding.severity == Severity::information) continue;
            story_.steps.push_back(
                {each.at, true,
                 fmt::format("Tell {} {}: {}", word(each.finding.severity), word(each.finding.reason), each.finding.explanation)});
        }
        std::stable_sort(story_.steps.begin(), story_.steps.end(), [](const auto& a, const auto& b) { return a.at < b.at; });
        story_.sessions_ended = stage_.server.sessions_ended();
        story_.cut_off = stage_.server.cut_off();
        story_.ends_well = stage_.server.all_get_in();
        for (const Finding& each : stage_.last().findings) {
            if (each.severity > Severity::information) story_.left.emplace_back(word(each.reason));
        }
    }

    Snapshot snapshot_;
    Stage stage_;
    RehearsedStory story_;
};

std::optional<Certificate> in_force(const Snapshot& snapshot) {
    Stage stage{snapshot};
    stage.begin();
    return stage.last().active();
}

/// 03:00 UTC of the next Sunday that is at least a day away.
WallTime next_sunday(WallTime now) {
    const auto day = std::chrono::floor<days>(now) + days{1};
    return day + (std::chrono::Sunday - std::chrono::weekday{day}) + 3h;
}

/// Everything in the snapshot that knows the certificate's end is told another.
void change(Snapshot& snapshot, const Certificate& changed) {
    const auto put = [&](Certificate& each) {
        if (each.hash == changed.hash) each = changed;
    };
    if (auto* store = std::get_if<CertificateList>(&snapshot.state.certificates)) std::ranges::for_each(store->own(), put);
    for (Probe& each : snapshot.state.probes) {
        if (auto* served = std::get_if<Served>(&each.outcome)) put(served->leaf);
    }
    if (snapshot.record.proven) put(snapshot.record.proven->certificate);
}

std::string adds(const Certificate& certificate) {
    return fmt::format("A renewed certificate {} comes into LocalMachine\\MY.", certificate.thumbprint.brief());
}

RehearsedStory renewal_day(const Snapshot& snapshot, const Certificate& active) {
    Play play{snapshot, "renewal_day", "A renewal: the new certificate is put into the store, and nothing else is touched"};
    const Certificate next = renewed(active, play.begin() + 1h);
    play.then(play.begin() + 1h, adds(next), [next](ImaginedServer& server) { server.add(next); });
    return play.live_until(play.begin() + days{9});
}

RehearsedStory expiry_on_sunday(Snapshot snapshot, Certificate active) {
    const WallTime sunday = next_sunday(snapshot.state.looked_at.wall);
    active.not_after = sunday;
    change(snapshot, active);
    Play play{std::move(snapshot), "expiry_on_sunday", "The certificate ends on Sunday at 03:00, and is renewed on Monday at 08:00"};
    play.then(sunday, fmt::format("{} ends.", brief(active)), [](ImaginedServer&) {});
    const Certificate next = renewed(active, sunday + 29h);
    play.then(sunday + 29h, adds(next), [next](ImaginedServer& server) { server.add(next); });
    return play.live_until(sunday + days{3});
}

RehearsedStory iis_takes_the_record(const Snapshot& snapshot, const Certificate& active) {
    Play play{snapshot, "iis_takes_the_record", "IIS binds a site's certificate on the port of the VPN"};
    Certificate site = renewed(active, play.begin() - 24h);
    site.dns_names = {"www.example.com"};
    const auto endpoint = Endpoint::wildcard(AddressFamily::ipv4, snapshot.state.port);
    play.then(play.begin() + 1h,
              fmt::format("IIS binds {} ({}) on {}.", site.thumbprint.brief(), site.dns_names.front(), endpoint.to_string()),
              [site, endpoint](ImaginedServer& server) {
                  server.add(site);
                  server.set_record({endpoint, site.thumbprint.to_vector(), kIisAppId, "MY", {}});
              });
    return play.live_until(play.begin() + days{2});
}

RehearsedStory deleted_certificate(const Snapshot& snapshot, const Certificate& active) {
    Play play{snapshot, "deleted_certificate", "A tool renews the certificate and deletes the old one; two hours later RRAS is restarted"};
    const Certificate next = renewed(active, play.begin() + 1h);
    play.then(play.begin() + 1h, adds(next) + fmt::format(" {} is deleted.", active.thumbprint.brief()),
              [next, old = active.thumbprint](ImaginedServer& server) {
                  server.add(next);
                  server.remove(old);
              });
    play.then(play.begin() + 3h, "Somebody restarts RemoteAccess.", [](ImaginedServer& server) {
        if (server.stop(kRemoteAccess, 1min)) (void)server.start(kRemoteAccess);
    });
    return play.live_until(play.begin() + days{2});
}

RehearsedStory hung_service(const Snapshot& snapshot, const Certificate& active) {
    Play play{snapshot, "hung_service", "A renewal, and RemoteAccess hangs for 20 minutes when it is to stop"};
    const Certificate next = renewed(active, play.begin() + 1h);
    play.server().hangs_for[kRemoteAccess] = 20min;
    play.then(play.begin() + 1h, adds(next), [next](ImaginedServer& server) { server.add(next); });
    return play.live_until(play.begin() + days{9});
}

RehearsedStory renewal_link(const Snapshot& snapshot, const Certificate& active) {
    Play play{snapshot, "renewal_link",
              "Auto-enrolment renews: the old certificate is archived and linked, and Schannel follows the link at once"};
    const Certificate next = renewed(active, play.begin() + 1h);
    play.server().follows_renewal_links = true;
    play.then(play.begin() + 1h, adds(next) + fmt::format(" {} is archived and linked to it.", active.thumbprint.brief()),
              [next, old = active.thumbprint](ImaginedServer& server) {
                  server.add(next);
                  server.archive(old, next.thumbprint);
              });
    return play.live_until(play.begin() + days{2});
}

}  // namespace

std::vector<RehearsedStory> rehearse(const Snapshot& snapshot) {
    const auto active = in_force(snapshot);
    if (!active) return {};
    return {renewal_day(snapshot, *active),         expiry_on_sunday(snapshot, *active), iis_takes_the_record(snapshot, *active),
            deleted_certificate(snapshot, *active), hung_service(snapshot, *active),     renewal_link(snapshot, *active)};
}

}  // namespace sstp::rehearsal
