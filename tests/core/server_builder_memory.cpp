#include "tests/core/server_builder.h"

#include <utility>

namespace sstp::test {

ServerBuilder& ServerBuilder::wanting_names(std::vector<std::string> names) {
    policy.certificate.dns_names = std::move(names);
    return *this;
}

ServerBuilder& ServerBuilder::pinning(const Certificate& pinned) {
    policy.certificate.thumbprint = pinned.hash;
    return *this;
}

ServerBuilder& ServerBuilder::wanting_issuer(const std::string& issuer) {
    policy.certificate.issuer = issuer;
    return *this;
}

ServerBuilder& ServerBuilder::any_ca() {
    policy.certificate.ca = CaPolicy::any;
    return *this;
}

ServerBuilder& ServerBuilder::taking_over() {
    policy.listener.foreign_owner = ForeignOwner::take_over;
    return *this;
}

ServerBuilder& ServerBuilder::observing() {
    policy.mode = Mode::observe;
    return *this;
}

ServerBuilder& ServerBuilder::accepting(Reason reason) {
    policy.accepted.push_back(reason);
    return *this;
}

ServerBuilder& ServerBuilder::nothing_learned() {
    memory.learned = std::nullopt;
    memory.proven = std::nullopt;
    memory.names_ever.clear();
    memory.held = std::nullopt;
    memory.levels_before.clear();
    return no_sstp_session_ever();
}

ServerBuilder& ServerBuilder::learned(const Certificate& from) {
    const auto names = names_on(from);
    memory.learned = Learned{names, names.empty() ? std::string{} : names.front(), authority_of(from), from.hash, days_from_look(-24)};
    memory.names_ever = names;
    return *this;
}

ServerBuilder& ServerBuilder::learned_names(std::vector<std::string> names, const std::string& primary) {
    memory.learned->names = names;
    memory.learned->primary = primary;
    memory.names_ever = std::move(names);
    return *this;
}

ServerBuilder& ServerBuilder::proven(const Certificate& certificate) {
    memory.proven = Proven{certificate, authority_of(certificate), days_from_look(-1), {{v4, Level::answers}, {v6, Level::answers}}};
    return *this;
}

ServerBuilder& ServerBuilder::unconfirmed(const Certificate& choice) {
    memory.unconfirmed_choice = choice.hash;
    return *this;
}

ServerBuilder& ServerBuilder::named_before(const std::string& name) {
    memory.names_ever.push_back(name);
    return *this;
}

ServerBuilder& ServerBuilder::held(const Certificate& named) {
    const ServiceStatus* rras = state.service(kRemoteAccess);
    memory.held = HeldByRras{named.hash,
                             named.thumbprint,
                             {{v4, named.thumbprint}, {v6, named.thumbprint}},
                             rras && rras->started ? *rras->started : StartedBetween{}};
    return *this;
}

ServerBuilder& ServerBuilder::held_unknown() {
    memory.held = std::nullopt;
    return *this;
}

ServerBuilder& ServerBuilder::complaint(std::uint32_t event_id, int minutes_ago, bool at_previous_start_too) {
    memory.complaints.push_back({event_id, state.looked_at.wall - std::chrono::minutes{minutes_ago}, at_previous_start_too});
    return *this;
}

ServerBuilder& ServerBuilder::sessions(std::uint32_t sstp, std::uint32_t others) {
    const WallTime began = state.looked_at.wall - std::chrono::hours{1};
    Sessions now;
    now.sstp.open = sstp;
    now.others.open = others;
    if (sstp > 0) now.sstp.newest_began = memory.sessions.newest_sstp_began = began;
    if (others > 0) now.others.newest_began = began;
    memory.sessions.now = now;
    return *this;
}

ServerBuilder& ServerBuilder::sstp_session_began(int minutes_ago) {
    const WallTime began = state.looked_at.wall - std::chrono::minutes{minutes_ago};
    memory.sessions.newest_sstp_began = began;
    if (auto* now = std::get_if<Sessions>(&memory.sessions.now); now && now->sstp.open > 0) now->sstp.newest_began = began;
    return *this;
}

ServerBuilder& ServerBuilder::no_sstp_session_ever() {
    memory.sessions = SessionMemory{};
    memory.sessions.now = Sessions{};
    return *this;
}

ServerBuilder& ServerBuilder::sessions_unreadable() {
    memory.sessions.now =
        Unreadable{{ErrorKind::source_unavailable, "count the sessions of", "RRAS", 1722, "The RPC server is unavailable"}};
    return *this;
}

ServerBuilder& ServerBuilder::sessions_not_asked() {
    memory.sessions.now = Absent{};
    return *this;
}

ServerBuilder& ServerBuilder::seen(Reason reason, std::uint32_t times) {
    memory.seen_in_a_row[reason] = times;
    return *this;
}

ServerBuilder& ServerBuilder::reported_only(Reason reason) {
    memory.reported_only.push_back(reason);
    return *this;
}

ServerBuilder& ServerBuilder::refused_by_http_sys(const Certificate& which) {
    memory.refused_by_http_sys[which.hash] = "HTTP.SYS refused it with error 1312";
    return *this;
}

ServerBuilder& ServerBuilder::levels_before(AddressFamily family, Level level) {
    memory.levels_before[family] = level;
    return *this;
}

}  // namespace sstp::test
