#include "core/report/redaction.h"

#include "core/model/certificate_authority.h"
#include "core/policy/read_policy.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <type_traits>

namespace sstp {

namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string lowered(std::string_view text) {
    std::string made{text};
    std::transform(made.begin(), made.end(), made.begin(), lower);
    return made;
}

bool is_part_of_a_word(char c) { return (c >= '0' && c <= '9') || (lower(c) >= 'a' && lower(c) <= 'z') || c == '_'; }

/// Everything that was observed, by kind.
struct Seen {
    std::set<std::string> names;                 ///< of hosts and domains, lower case, without "*."
    std::set<std::string> others;                ///< names of private CAs
    std::set<std::string> ids;
    std::set<std::string> serials;
    std::set<IpAddress> addresses;
    std::set<Thumbprint> thumbprints;
    std::set<CertificateHash> hashes;
    std::set<PublicKeyHash> keys;

    void name(std::string_view text) {
        std::string made = lowered(text);
        if (made.starts_with("*.")) made.erase(0, 2);
        if (made.find_first_of(" =,/\\:") == std::string::npos && !made.empty()) names.insert(std::move(made));
    }
    void address(const IpAddress& each) {
        if (each != IpAddress::loopback(each.family) && !each.is_wildcard()) addresses.insert(each);
    }
    void endpoint(const Endpoint& each) {
        if (each.kind == Endpoint::Kind::host_name) name(each.host);
        if (each.kind == Endpoint::Kind::address) address(IpAddress::of(each));
    }
    void record(const ListenerBinding& each) {
        endpoint(each.endpoint);
        if (const auto thumbprint = each.thumbprint()) thumbprints.insert(*thumbprint);
    }
    void certificate(const Certificate& each) {
        thumbprints.insert(each.thumbprint);
        hashes.insert(each.hash);
        if (!each.serial.empty()) serials.insert(each.serial);
        for (const std::string& one : each.dns_names) name(one);
        for (const std::string& one : each.ip_addresses) {
            if (const auto parsed = IpAddress::parse(one)) address(*parsed);
        }
        name(each.subject_cn);
        if (authority_of(each).kind == CaKind::public_root) return;
        if (each.issuer_key) keys.insert(*each.issuer_key);
        for (const std::string& one : {each.subject, each.issuer, each.issuer_cn}) others.insert(one);
        for (const std::string& one : each.chain_names) others.insert(one);
        for (const ChainRoot& one : each.roots) {
            others.insert(one.subject);
            keys.insert(one.public_key);
        }
    }
    void policy(const Policy& policy) {
        for (const std::string& one : policy.certificate.dns_names) name(one);
        for (const SiemDestination& one : policy.siem.destinations) {
            for (const HostAndPort& host : one.hosts) name(host.host);
            name(one.name);
            const auto host = one.url.find("//");
            if (host != std::string::npos)
                name(std::string_view{one.url}.substr(host + 2, one.url.find_first_of(":/", host + 2) - host - 2));
        }
    }
};

Seen seen_in(const Snapshot& snapshot) {
    Seen seen;
    const ServerState& state = snapshot.state;
    for (const auto family : {AddressFamily::ipv4, AddressFamily::ipv6}) {
        if (const auto* record = value_of(state.binding(family))) seen.record(*record);
    }
    if (const auto* records = value_of(state.shadowing))
        std::for_each(records->begin(), records->end(), [&](const auto& each) { seen.record(each); });
    if (const auto* store = value_of(state.certificates))
        std::for_each(store->begin(), store->end(), [&](const auto& each) { seen.certificate(each); });
    if (const auto* hash = value_of(state.settings.sha256_hash)) seen.hashes.insert(*hash);
    if (const auto* hash = value_of(state.settings.sha1_hash)) seen.thumbprints.insert(*hash);
    for (const Probe& each : state.probes) {
        seen.name(each.server_name);
        seen.address(each.address);
        if (const auto* served = std::get_if<Served>(&each.outcome)) seen.certificate(served->leaf);
    }
    for (const IpAddress& each : state.interface_addresses) seen.address(each);
    if (const auto* listed = value_of(state.listen_list))
        std::for_each(listed->begin(), listed->end(), [&](const auto& each) { seen.address(each); });
    if (snapshot.record.learned)
        std::for_each(snapshot.record.learned->names.begin(), snapshot.record.learned->names.end(),
                      [&](const auto& each) { seen.name(each); });
    for (const std::string& each : snapshot.record.names_ever) seen.name(each);
    if (snapshot.record.proven) seen.certificate(snapshot.record.proven->certificate);
    for (const std::string& each : {snapshot.computer, snapshot.domain, snapshot.machine.computer_name}) seen.name(each);
    for (const std::string& each : {snapshot.machine.machine_guid, snapshot.machine.smbios_uuid, snapshot.record.installation_id})
        seen.ids.insert(each);
    for (const auto& text : {snapshot.policy_file, snapshot.record.last_good_policy}) {
        const PolicyReading reading = read_policy(text.value_or("{}"));
        if (reading.policy) seen.policy(*reading.policy);
    }
    if (const auto* names = value_of(snapshot.group_policy.dns_names))
        std::for_each(names->begin(), names->end(), [&](const auto& each) { seen.name(each); });
    if (const auto* hosts = value_of(snapshot.group_policy.siem_hosts))
        std::for_each(hosts->begin(), hosts->end(), [&](const auto& each) { seen.name(each.substr(0, each.find(':'))); });
    return seen;
}

/// Label by label, so that a wildcard covers what it covered.
class Labels {
public:
    std::string of(const std::string& name) {
        std::string made;
        for (std::size_t from = 0; from <= name.size();) {
            const std::size_t dot = std::min(name.find('.', from), name.size());
            const auto [found, fresh] = known_.try_emplace(name.substr(from, dot - from), fmt::format("n{}", known_.size() + 1));
            made += (made.empty() ? "" : ".") + found->second;
            from = dot + 1;
        }
        return made;
    }

private:
    std::map<std::string, std::string> known_;
};

/// In the order of the true ones, for order decides where nothing else does.
template <class AnyDigest>
AnyDigest numbered(std::size_t number) {
    std::array<std::uint8_t, AnyDigest::kSize> bytes{};
    bytes[0] = static_cast<std::uint8_t>(number >> 8);
    bytes[1] = bytes[AnyDigest::kSize - 1] = static_cast<std::uint8_t>(number);
    return AnyDigest{bytes};
}

IpAddress documentation_address(AddressFamily family, std::size_t number) {
    IpAddress address = *IpAddress::parse(family == AddressFamily::ipv4 ? "192.0.2.0" : "2001:db8::");
    address.bytes[family == AddressFamily::ipv4 ? 3 : 15] = static_cast<std::uint8_t>(number);
    return address;
}

}  // namespace

void Redaction::add(const std::string& from, const std::string& to) {
    if (from.size() > 1) words_.push_back({lowered(from), to});
}

Redaction::Redaction(const Snapshot& snapshot) {
    const Seen seen = seen_in(snapshot);
    Labels labels;
    std::size_t number = 0;
    for (const std::string& each : seen.names) add(each, labels.of(each));
    for (const std::string& each : seen.others) {
        if (!seen.names.contains(lowered(each)))
            add(each, (each.find('=') != std::string::npos ? "CN=private-" : "private-") + std::to_string(++number));
    }
    for (const std::string& each : seen.ids) add(each, fmt::format("{:0>{}}", ++number, each.size()));
    for (const std::string& each : seen.serials) add(each, fmt::format("{:0>16}", ++number));
    number = 0;
    for (const IpAddress& each : seen.addresses) {
        const IpAddress other = documentation_address(each.family, ++number);
        add(each.to_string(), other.to_string());
        add(to_hex(each.bytes), to_hex(other.bytes));
    }
    const auto digests = [this](const auto& all) {
        std::size_t counted = 0;
        for (const auto& each : all) {
            const auto other = numbered<std::decay_t<decltype(each)>>(++counted);
            add(each.to_string(), other.to_string());
            add(each.brief(), other.brief());
        }
    };
    digests(seen.thumbprints);
    digests(seen.hashes);
    digests(seen.keys);
    std::stable_sort(words_.begin(), words_.end(), [](const Word& a, const Word& b) { return a.from.size() > b.from.size(); });
}

std::string Redaction::apply(std::string_view text) const {
    std::map<char, std::vector<const Word*>> by_first;
    for (const Word& each : words_) by_first[each.from.front()].push_back(&each);
    const std::string low = lowered(text);
    std::string out;
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const Word* found = nullptr;
        const bool begins = at == 0 || !is_part_of_a_word(low[at - 1]) || !is_part_of_a_word(low[at]);
        if (const auto candidates = by_first.find(low[at]); begins && candidates != by_first.end()) {
            for (const Word* each : candidates->second) {
                const std::size_t end = at + each->from.size();
                if (low.compare(at, each->from.size(), each->from) != 0) continue;
                if (end < low.size() && is_part_of_a_word(low[end]) && is_part_of_a_word(low[end - 1])) continue;
                found = each;
                break;
            }
        }
        if (found == nullptr) {
            out += text[at++];
        } else {
            out += found->to;
            at += found->from.size();
        }
    }
    return out;
}

}  // namespace sstp
