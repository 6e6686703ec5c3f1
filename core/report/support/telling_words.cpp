#include "core/report/support/telling_words.h"

#include "core/journal/catalogue.h"
#include "core/model/certificate_authority.h"
#include "core/policy/group_policy.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace sstp {

namespace {

std::string lowered(std::string_view text) {
    std::string made{text};
    std::transform(made.begin(), made.end(), made.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return made;
}

void add_address(TellingWords& words, const IpAddress& each) {
    if (each != IpAddress::loopback(each.family) && !each.is_wildcard()) words.addresses.insert(each);
}

/// Host and port, as SIEM hosts are written: `[2001:db8::5]:6514`, `siem.example.com:6514`.
void add_host_and_port(TellingWords& words, std::string_view text) {
    const std::size_t bracket = text.find(']');
    if (bracket != std::string_view::npos) return add_host(words, text.substr(0, bracket + 1));
    add_host(words, std::count(text.begin(), text.end(), ':') == 1 ? text.substr(0, text.find(':')) : text);
}

void add_list(TellingWords& words, std::string_view text) {
    for (std::size_t from = 0; from <= text.size();) {
        const std::size_t comma = std::min(text.find(',', from), text.size());
        add_host(words, text.substr(from, comma - from));
        from = comma + 1;
    }
}

void add_authority(TellingWords& words, const std::string& name) {
    if (!name.empty() && !words.public_authorities.contains(name)) words.others.insert(name);
}

/// `CN=vpn.example.com` says no more than the name; one with an organisation does.
void add_subject(TellingWords& words, std::string_view subject) {
    constexpr std::string_view kName = "CN=";
    const bool has_more = subject.find('=', kName.size()) != std::string_view::npos;
    if (!subject.empty() && (has_more || !subject.starts_with(kName))) words.others.emplace(subject);
    if (!has_more && subject.starts_with(kName)) add_host(words, subject.substr(kName.size()));
}

class Observation {
public:
    explicit Observation(TellingWords& words) : words_(words) {}

    void record(const ListenerBinding& each) {
        if (each.endpoint.kind == Endpoint::Kind::host_name) add_host(words_, each.endpoint.host);
        if (each.endpoint.kind == Endpoint::Kind::address) add_address(words_, IpAddress::of(each.endpoint));
        if (const auto thumbprint = each.thumbprint()) words_.thumbprints.insert(*thumbprint);
    }

    void certificate(const Certificate& each) {
        words_.thumbprints.insert(each.thumbprint);
        words_.hashes.insert(each.hash);
        if (!each.serial.empty()) words_.serials.insert(each.serial);
        for (const std::string& one : each.dns_names) add_host(words_, one);
        for (const std::string& one : each.ip_addresses) add_host(words_, one);
        add_host(words_, each.subject_cn);
        if (authority_of(each).kind == CaKind::public_root) {
            words_.public_authorities.insert({each.issuer, each.issuer_cn});
            words_.public_authorities.insert(each.chain_names.begin(), each.chain_names.end());
            return;
        }
        if (each.issuer_key) words_.keys.insert(*each.issuer_key);
        for (const std::string& one : {each.subject, each.issuer, each.issuer_cn}) words_.others.insert(one);
        words_.others.insert(each.chain_names.begin(), each.chain_names.end());
        for (const ChainRoot& one : each.roots) {
            words_.others.insert(one.subject);
            words_.keys.insert(one.public_key);
        }
    }

    void state(const ServerState& state) {
        for (const auto family : kFamilies) {
            if (const auto* one = value_of(state.binding(family))) record(*one);
        }
        if (const auto* records = value_of(state.shadowing)) std::ranges::for_each(*records, [&](const auto& each) { record(each); });
        if (const auto* store = value_of(state.certificates)) std::ranges::for_each(*store, [&](const auto& each) { certificate(each); });
        if (const auto* hash = value_of(state.settings.sha256_hash)) words_.hashes.insert(*hash);
        if (const auto* hash = value_of(state.settings.sha1_hash)) words_.thumbprints.insert(*hash);
        for (const Probe& each : state.probes) {
            add_host(words_, each.server_name);
            add_address(words_, each.address);
            if (const auto* served = std::get_if<Served>(&each.outcome)) certificate(served->leaf);
        }
        for (const IpAddress& each : state.interface_addresses) add_address(words_, each);
        if (const auto* listed = value_of(state.listen_list))
            std::ranges::for_each(*listed, [&](const auto& each) { add_address(words_, each); });
    }

private:
    TellingWords& words_;
};

/// A file that holds other mistakes is redacted all the same, so that its JSON is read here and not as a policy.
void add_policy(TellingWords& words, const nlohmann::json& json, const std::string& key) {
    if (json.is_structured()) {
        for (const auto& [name, value] : json.items()) add_policy(words, value, json.is_array() ? key : name);
        return;
    }
    if (!json.is_string()) return;
    const auto text = json.get<std::string>();
    if (key == "dns_names" || key == "dns_name" || key == "name") add_host(words, text);
    if (key == "hosts") add_host_and_port(words, text);
    if (key == "issuer") add_authority(words, text);
    if (key == "thumbprint") add_digest(words, text);
    if (key == "server_fingerprint") add_digest(words, text.substr(std::min(text.size(), text.find(':') + 1)));
    if (key == "url") words.urls.insert(text);
    add_telling_words(words, text);
}

void add_policy(TellingWords& words, const std::optional<std::string>& text) {
    const auto json = nlohmann::json::parse(text.value_or("{}"), nullptr, false, true);
    if (!json.is_discarded()) add_policy(words, json, "");
    if (json.is_discarded()) add_telling_words(words, *text);
}

void add_group_policy(TellingWords& words, const GroupPolicyValues& group) {
    if (const auto* names = value_of(group.dns_names)) std::ranges::for_each(*names, [&](const auto& each) { add_host(words, each); });
    if (const auto* hosts = value_of(group.siem_hosts))
        std::ranges::for_each(*hosts, [&](const auto& each) { add_host_and_port(words, each); });
    if (const auto* issuer = value_of(group.issuer)) add_authority(words, *issuer);
    if (const auto* thumbprint = value_of(group.thumbprint)) add_digest(words, *thumbprint);
}

}  // namespace

void add_host(TellingWords& words, std::string_view text) {
    if (const auto address = IpAddress::parse(text)) return add_address(words, *address);
    std::string made = lowered(text);
    if (made.starts_with("*.")) made.erase(0, 2);
    if (made.find_first_of(" =,/\\:") == std::string::npos && !made.empty()) words.names.insert(std::move(made));
}

bool add_digest(TellingWords& words, std::string_view text) {
    if (const auto thumbprint = Thumbprint::parse(text)) {
        words.thumbprints.insert(*thumbprint);
        if (text.size() != 2 * Thumbprint::kSize) words.spelled.emplace(text, *thumbprint);
        return true;
    }
    if (const auto hash = CertificateHash::parse(text)) {
        words.hashes.insert(*hash);
        if (text.size() != 2 * CertificateHash::kSize) words.spelled.emplace(text, *hash);
        return true;
    }
    return false;
}

TellingWords telling_words_of(const Snapshot& snapshot) {
    TellingWords words;
    Observation observation{words};
    observation.state(snapshot.state);
    const RecordContents& record = snapshot.record;
    if (record.learned) std::ranges::for_each(record.learned->names, [&](const auto& each) { add_host(words, each); });
    for (const std::string& each : record.names_ever) add_host(words, each);
    if (record.proven) observation.certificate(record.proven->certificate);
    for (const std::string& each : {snapshot.computer, snapshot.domain, snapshot.machine.computer_name}) add_host(words, each);
    for (const std::string& each : {snapshot.machine.machine_guid, snapshot.machine.smbios_uuid, record.installation_id})
        words.ids.insert(each);
    add_policy(words, snapshot.policy_file);
    add_policy(words, record.last_good_policy);
    add_group_policy(words, snapshot.group_policy);
    add_group_policy(words, from_kept_text(record.last_good_group_policy));
    return words;
}

void add_telling_words(TellingWords& words, const JournalEvent& event) {
    add_telling_words(words, event.text);
    for (const auto& [name, value] : event.fields) {
        const CatalogueField* field = catalogue_field(name);
        const FieldKind kind = field != nullptr ? field->kind : FieldKind::text;
        if (kind == FieldKind::host_name) add_host(words, value);
        if (kind == FieldKind::host_names) add_list(words, value);
        if (name == "certificate_issuer") add_authority(words, value);
        if (name == "certificate_subject") add_subject(words, value);
        if (name == "certificate_serial" && !value.empty()) words.serials.insert(value);
        if (name == "user") words.accounts.insert(value);
        if (name == "destination") add_host(words, value);
        if (kind == FieldKind::text || kind == FieldKind::lines) add_telling_words(words, value);
    }
}

}  // namespace sstp
