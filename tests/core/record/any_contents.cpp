#include "tests/core/record/any_contents.h"

namespace sstp {

std::uint64_t AnyContents::number(std::uint64_t below) { return random_() % below; }

std::string AnyContents::text() {
    static constexpr const char* kTexts[] = {
        "", "vpn.example.com", "two words", "\"quoted\" \\ back", "M\xC3\xBCller \xF0\x9F\x94\x92", "line\r\nbreak\tand\x01 more"};
    return kTexts[number(std::size(kTexts))];
}

Bytes AnyContents::bytes(std::size_t most) {
    Bytes raw(number(most + 1));
    for (auto& each : raw) each = static_cast<std::uint8_t>(number(256));
    return raw;
}

ChainRoot AnyContents::root() { return {text(), digest<PublicKeyHash>(), flip()}; }

Certificate AnyContents::certificate() {
    Certificate made;
    made.thumbprint = digest<Thumbprint>();
    made.hash = digest<CertificateHash>();
    made.subject = text();
    made.subject_cn = text();
    made.issuer = text();
    made.issuer_cn = text();
    made.serial = text();
    made.not_before = wall();
    made.not_after = wall();
    made.dns_names = texts();
    made.ip_addresses = texts();
    made.purposes = maybe([&] { return texts(); });
    made.key = one_of(KeyState::usable);
    made.key_explanation = text();
    made.key_algorithm = one_of(KeyAlgorithm::other);
    made.key_bits = u32();
    made.archived = flip();
    made.renewed_by = maybe([&] { return digest<Thumbprint>(); });
    made.self_signed = flip();
    made.issuer_key = maybe([&] { return digest<PublicKeyHash>(); });
    made.roots = some([&] { return root(); });
    made.chain_names = texts();
    made.chain_ends = maybe([&] { return wall(); });
    if (flip()) made.chain = ChainVerdict{one_of(ChainTrust::unknown), one_of(Revocation::unknown), text()};
    if (flip()) made.chain = Unreadable{{one_of(ErrorKind::verification_failed), text(), text(), u32(), text()}};
    return made;
}

CertificateAuthority AnyContents::authority() {
    CertificateAuthority made;
    made.kind = one_of(CaKind::self_signed);
    made.roots = some([&] { return root(); });
    made.issuer = text();
    made.issuer_key = maybe([&] { return digest<PublicKeyHash>(); });
    made.self = maybe([&] { return digest<CertificateHash>(); });
    return made;
}

ListenerBinding AnyContents::binding() {
    ListenerBinding made;
    made.endpoint.kind = one_of(Endpoint::Kind::central_store);
    made.endpoint.family = family();
    for (auto& each : made.endpoint.address) each = static_cast<std::uint8_t>(number(256));
    made.endpoint.scope = u32();
    made.endpoint.host = text();
    made.endpoint.port = static_cast<std::uint16_t>(number(65536));
    made.certificate = bytes(40);
    for (auto& each : made.app_id.bytes) each = static_cast<std::uint8_t>(number(256));
    made.store = maybe([&] { return text(); });
    made.options = {u32(), u32(), u32(), maybe([&] { return text(); }), maybe([&] { return text(); }), u32()};
    return made;
}

RawValue AnyContents::raw() { return {u32(), bytes(64)}; }

Step AnyContents::step() {
    switch (number(3)) {
        case 0: return BindStep{maybe([&] { return binding(); }), binding()};
        case 1: return WriteValueStep{one_of(SstpValue::is_hash_configured_by_admin), maybe([&] { return raw(); }), raw()};
        default: return RestartStep{texts()};
    }
}

OpenHeal AnyContents::open_heal() {
    OpenHeal made;
    made.id = text() + std::to_string(number(1000));
    made.began = {wall(), {Duration{static_cast<std::int64_t>(number(1'000'000))}}};
    made.began_running = running();
    made.target = certificate();
    made.urgency = one_of(Urgency::planned);
    made.asked_by_administrator = flip();
    made.cures = some([&] { return reason(); });
    made.changes = some([&] { return RecordedChange{step(), one_of(ChangePhase::theirs)}; });
    made.services = texts();
    made.then = texts();
    made.cannot_return = text();
    made.direction = one_of(HealDirection::back);
    made.why_back = text();
    if (flip()) made.before[family()] = one_of(Level::answers);
    made.to_start = texts();
    made.stop_was_asked = flip();
    made.restarts = u32();
    made.restarts_back = u32();
    made.then_done = flip();
    made.recoveries = u32();
    made.failed_starts = u32();
    made.last_failed_start = running();
    made.left_open = text();
    made.rras_started = maybe([&] { return StartedBetween{wall(), wall(), maybe([&] { return wall(); })}; });
    return made;
}

Finding AnyContents::finding() { return {reason(), one_of(Severity::critical), text(), text()}; }

RecordContents AnyContents::contents() {
    RecordContents made;
    made.installation_id = "0123456789abcdef0123456789abcdef";
    made.machine = maybe([&] { return MachineIdentity{text(), text(), text()}; });
    made.bookmark = maybe([&] { return text(); });
    made.drained_until = maybe([&] { return wall(); });
    made.open_heal = maybe([&] { return open_heal(); });
    made.incomplete = maybe([&] { return IncompleteHeal{text(), digest<CertificateHash>(), {{family(), one_of(Level::answers)}}}; });
    made.owed_starts = texts();
    made.heal_count = number(1000);
    made.charges = some([&] { return BudgetCharge{running(), wall(), text(), one_of(ChargeKind::recovery)}; });
    made.budget_unreadable = flip();
    made.learned = maybe([&] { return Learned{texts(), text(), authority(), digest<CertificateHash>(), wall()}; });
    made.proven = maybe([&] { return Proven{certificate(), authority(), wall(), {{family(), one_of(Level::answers)}}}; });
    made.unproven_active = maybe([&] { return certificate(); });
    made.names_ever = texts();
    made.held = maybe([&] {
        return HeldByRras{maybe([&] { return digest<CertificateHash>(); }),
                          maybe([&] { return digest<Thumbprint>(); }),
                          {{family(), digest<Thumbprint>()}},
                          {wall(), wall()},
                          wall(),
                          flip()};
    });
    made.complaints = some([&] { return Complaint{u32(), wall(), flip(), flip()}; });
    made.planned = maybe([&] { return PlannedSuccession{digest<CertificateHash>(), wall(), text()}; });
    made.complaints_of_start = maybe([&] { return StartedBetween{wall(), wall(), maybe([&] { return wall(); })}; });
    made.complaints_of_previous_start = some([&] { return u32(); });
    made.sessions.newest_sstp_began = maybe([&] { return wall(); });
    made.sessions.starts_by_day = some([&] { return u32(); });
    made.sessions.newest_day = maybe([&] { return wall(); });
    for (auto& each : made.sessions.days_with_a_start) each = static_cast<std::uint8_t>(number(11));
    made.attempts = some([&] { return Attempts{digest<CertificateHash>(), u32(), running(), flip(), text(), text(), u32()}; });
    made.cures = some([&] { return Cure{text(), text(), running(), maybe([&] { return text(); })}; });
    made.put_backs = some([&] { return PutBack{text(), text(), u32(), running(), wall()}; });
    made.awaited_client = maybe([&] { return AwaitedClient{text(), wall(), flip(), flip(), flip()}; });
    if (flip()) made.refused_keys[digest<CertificateHash>()] = {text(), running(), one_of(KeyState::usable)};
    made.update_not_supported = flip();
    made.reported_only = some([&] { return reason(); });
    made.last_good_policy = maybe([&] { return text(); });
    made.last_good_group_policy = maybe([&] { return text(); });
    made.open_findings = some([&] { return finding(); });
    for (const std::string& each : texts()) made.reminders[each] = {text(), u32(), wall(), wall()};
    for (const std::string& each : texts())
        made.repeated[each] = {text(), text(), u32(), number(1000), number(1000), wall(), wall(), number(1000)};
    for (const std::string& each : texts()) {
        DestinationNotices& notices = made.destinations[each];
        notices = {flip(), text(), wall(), {{text(), number(1000)}}, {}};
        if (flip()) notices.notices[text()] = {number(1000), number(1000), number(1000), number(1000), wall()};
    }
    made.heals = {{{text(), number(1000)}}, maybe([&] { return wall(); }), text(), text(), some([&] {
                      return Duration{static_cast<std::int64_t>(number(100'000))};
                  })};
    made.event_log_gaps = number(1000);
    made.active_told = maybe([&] { return digest<CertificateHash>(); });
    made.kill_switch_told = flip();
    made.clock_doubt_told = flip();
    made.written_unseen = number(1000);
    return made;
}

}  // namespace sstp
