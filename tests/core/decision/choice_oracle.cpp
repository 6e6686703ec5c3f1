#include "tests/core/decision/choice_oracle.h"

#include <cctype>

namespace sstp::test {

namespace {

using Verdict = CertificateChoice::Verdict;

std::string lower(std::string text) {
    for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return text;
}

std::vector<std::string> labels(const std::string& name) {
    std::vector<std::string> parts(1);
    for (const char c : lower(name)) {
        if (c == '.') {
            parts.emplace_back();
        } else {
            parts.back() += c;
        }
    }
    return parts;
}

bool one_name_matches(const std::string& pattern, const std::string& name) {
    const auto p = labels(pattern);
    const auto n = labels(name);
    if (p.size() != n.size()) return false;
    for (std::size_t i = 0; i < p.size(); ++i) {
        const bool star = i == 0 && p.size() > 1 && p[i] == "*" && !n[i].empty();
        if (!star && p[i] != n[i]) return false;
    }
    return true;
}

bool has_all_names(const Certificate& certificate, const std::vector<std::string>& names) {
    for (const std::string& name : names) {
        bool covered = false;
        for (const std::string& pattern : certificate.dns_names) covered = covered || one_name_matches(pattern, name);
        if (!covered) return false;
    }
    return true;
}

const Certificate* in_store(const Diagnosis& d, const Bytes& sha1) {
    for (const Certificate& each : std::get<std::vector<Certificate>>(d.state.certificates)) {
        if (each.thumbprint.to_vector() == sha1) return &each;
    }
    return nullptr;
}

bool store_is(const std::optional<std::string>& store, const std::string& wanted) {
    const std::string name = store.has_value() && !store->empty() ? *store : "MY";
    return lower(name) == lower(wanted);
}

/// DESIGN 7.3 without foreign records.
const Certificate* ours_in_force(const Diagnosis& d) {
    if (const auto* hash = std::get_if<CertificateHash>(&d.state.settings.sha256_hash)) {
        for (const Certificate& each : std::get<std::vector<Certificate>>(d.state.certificates)) {
            if (each.hash == *hash) return &each;
        }
    }
    if (d.policy.listener.ipv4) {
        if (const auto* record = std::get_if<ListenerBinding>(&d.state.ipv4_binding)) {
            if (const Certificate* found = in_store(d, record->certificate)) return found;
        }
    }
    if (d.policy.listener.ipv6) {
        if (const auto* record = std::get_if<ListenerBinding>(&d.state.ipv6_binding)) return in_store(d, record->certificate);
    }
    return nullptr;
}

/// Records that decide before ours do.
std::vector<const ListenerBinding*> deciding(const Diagnosis& d) {
    std::vector<const ListenerBinding*> found;
    const bool take_over = d.policy.listener.foreign_owner == ForeignOwner::take_over;
    for (const bool ipv6 : {false, true}) {
        if (ipv6 ? !d.policy.listener.ipv6 : !d.policy.listener.ipv4) continue;
        const auto* record = std::get_if<ListenerBinding>(ipv6 ? &d.state.ipv6_binding : &d.state.ipv4_binding);
        if (!record || take_over) continue;
        if (record->app_id != kSstpAppId || !store_is(record->store, d.policy.certificate.store)) found.push_back(record);
    }
    for (const ListenerBinding& record : std::get<std::vector<ListenerBinding>>(d.state.shadowing)) {
        if (record.endpoint.kind == Endpoint::Kind::address) {
            if (record.endpoint.family == AddressFamily::ipv4 ? d.policy.listener.ipv4 : d.policy.listener.ipv6) found.push_back(&record);
        } else if (record.endpoint.kind == Endpoint::Kind::host_name) {
            for (const std::string& name : oracle_names(d)) {
                if (one_name_matches(record.endpoint.host, name)) {
                    found.push_back(&record);
                    break;
                }
            }
        }
    }
    return found;
}

bool asked_for(const Certificate& certificate, const CertificatePolicy& policy) {
    if (policy.thumbprint) {
        return std::holds_alternative<Thumbprint>(*policy.thumbprint) ? std::get<Thumbprint>(*policy.thumbprint) == certificate.thumbprint
                                                                      : std::get<CertificateHash>(*policy.thumbprint) == certificate.hash;
    }
    if (!policy.issuer) return true;
    return lower(*policy.issuer) == lower(certificate.issuer_cn) || lower(*policy.issuer) == lower(certificate.issuer);
}

bool newer_in_both_ways(const Certificate& other, const Certificate& current) {
    return other.not_before > current.not_before && other.not_after > current.not_after;
}

/// DESIGN 7.4, "covers the same names".
bool stands_in_for(const Certificate& other, const Certificate& current, const Policy& policy) {
    if (!policy.certificate.dns_names.empty() || policy.certificate.thumbprint) return true;
    if (!current.dns_names.empty()) return has_all_names(other, current.dns_names);
    if (current.renewed_by && *current.renewed_by == other.thumbprint) return true;
    return other.dns_names.empty() && other.subject == current.subject;
}

/// True when `a` goes before `b`.
bool goes_before(const Certificate& a, const Certificate& b, const Certificate* old) {
    const bool a_linked = old && old->renewed_by && *old->renewed_by == a.thumbprint;
    const bool b_linked = old && old->renewed_by && *old->renewed_by == b.thumbprint;
    if (a_linked != b_linked) return a_linked;
    if (a.not_before != b.not_before) return a.not_before > b.not_before;
    if (a.not_after != b.not_after) return a.not_after > b.not_after;
    return a.hash < b.hash;
}

/// Same names, whatever their order and case; without names, the same subject.
bool told_apart_by_names(const Certificate& a, const Certificate& b) {
    if (a.dns_names.empty() && b.dns_names.empty()) return a.subject != b.subject;
    const auto within = [](const Certificate& x, const Certificate& y) {
        for (const std::string& name : x.dns_names) {
            bool there = false;
            for (const std::string& other : y.dns_names) there = there || lower(name) == lower(other);
            if (!there) return false;
        }
        return true;
    };
    return !within(a, b) || !within(b, a);
}

}  // namespace

std::vector<std::string> oracle_names(const Diagnosis& d) {
    if (!d.policy.certificate.dns_names.empty()) return d.policy.certificate.dns_names;
    if (d.policy.certificate.thumbprint) return {};
    if (d.memory.known_good && !d.memory.known_good->dns_names.empty()) return d.memory.known_good->dns_names;
    if (const Certificate* current = ours_in_force(d)) return current->dns_names;
    return {};
}

bool oracle_fit(const Certificate& c, const std::vector<std::string>& names, const Policy& policy, WallTime now) {
    const CertificatePolicy& p = policy.certificate;
    if (c.not_before > now || c.not_after < now) return false;
    bool purpose = !c.purposes.has_value() && p.allow_missing_eku;
    if (c.purposes) {
        for (const std::string& oid : *c.purposes) {
            for (const Purpose wanted : p.purposes) {
                if (wanted == Purpose::server_authentication && oid == "1.3.6.1.5.5.7.3.1") purpose = true;
                if (wanted == Purpose::any_purpose && oid == "2.5.29.37.0") purpose = true;
            }
        }
    }
    if (!purpose) return false;
    if (c.key != KeyState::usable) return false;
    if (!has_all_names(c, names)) return false;
    const auto* chain = std::get_if<ChainVerdict>(&c.chain);
    if (p.chain == ChainPolicy::require && (!chain || chain->trust != ChainTrust::trusted)) return false;
    if (c.key_algorithm == KeyAlgorithm::rsa && c.key_bits < p.minimum_rsa_bits) return false;
    if (c.key_algorithm == KeyAlgorithm::ecdsa && c.key_bits < 256) return false;
    if (p.revocation == RevocationPolicy::off) return true;
    if (chain && chain->revocation == Revocation::revoked) return false;
    return p.revocation != RevocationPolicy::require || (chain && chain->revocation == Revocation::good);
}

OracleChoice oracle_choice(const Diagnosis& d) {
    const std::vector<std::string> names = oracle_names(d);
    const auto& store = std::get<std::vector<Certificate>>(d.state.certificates);
    OracleChoice answer;

    const auto records = deciding(d);
    if (!records.empty()) {
        const Certificate* all = in_store(d, records.front()->certificate);
        bool right = true;
        for (const ListenerBinding* record : records) {
            const Certificate* named = in_store(d, record->certificate);
            right = right && named && named == all && oracle_fit(*named, names, d.policy, d.now);
        }
        if (!right) return answer;
        return {Verdict::keep, all->hash, true};
    }

    const Certificate* current = ours_in_force(d);
    answer.current_works = current && oracle_fit(*current, names, d.policy, d.now);
    const bool stays = answer.current_works && asked_for(*current, d.policy.certificate);

    if (stays) {  // an SNI record under our wildcard names it too: it may be the VPN's own name
        for (const ListenerBinding& record : std::get<std::vector<ListenerBinding>>(d.state.shadowing)) {
            if (record.endpoint.kind != Endpoint::Kind::host_name || record.certificate != current->thumbprint.to_vector()) continue;
            for (const std::string& name : names) {
                if (name[0] == '*' && one_name_matches(name, record.endpoint.host)) return {Verdict::keep, current->hash, true};
            }
        }
    }

    std::vector<const Certificate*> fit;
    std::vector<const Certificate*> candidates;
    for (const Certificate& each : store) {
        if (current && each.hash == current->hash) continue;
        if (!oracle_fit(each, names, d.policy, d.now) || !asked_for(each, d.policy.certificate)) continue;
        fit.push_back(&each);
        if (stays && !(newer_in_both_ways(each, *current) && stands_in_for(each, *current, d.policy))) continue;
        candidates.push_back(&each);
    }
    if (candidates.empty()) {
        if (stays) {
            answer.verdict = Verdict::keep;
            answer.target = current->hash;
        }
        return answer;
    }
    const auto first_of = [](const std::vector<const Certificate*>& list, const Certificate* old) -> const Certificate* {
        for (const Certificate* each : list) {
            bool first = true;
            for (const Certificate* other : list) first = first && (other == each || goes_before(*each, *other, old));
            if (first) return each;
        }
        return nullptr;
    };
    const Certificate* chosen = first_of(candidates, current);
    if (!chosen) return answer;   // two certificates with one hash: no such store
    const bool linked = current && current->renewed_by && *current->renewed_by == chosen->thumbprint;
    bool ambiguous = false;
    for (const Certificate* other : candidates) ambiguous = ambiguous || told_apart_by_names(*chosen, *other);
    // One that is superseded as soon as it is in force is no choice: go on to what comes after it.
    for (std::size_t rounds = 0; rounds < store.size(); ++rounds) {
        std::vector<const Certificate*> after;
        for (const Certificate* each : fit) {
            if (newer_in_both_ways(*each, *chosen) && stands_in_for(*each, *chosen, d.policy)) after.push_back(each);
        }
        if (!after.empty()) chosen = first_of(after, chosen);
    }
    for (const ListenerBinding& record : std::get<std::vector<ListenerBinding>>(d.state.shadowing)) {
        if (!names.empty() || record.endpoint.kind != Endpoint::Kind::host_name) continue;
        for (const std::string& name : chosen->dns_names) {
            if (one_name_matches(record.endpoint.host, name) && record.certificate != chosen->thumbprint.to_vector())
                answer.verdict = Verdict::ambiguous;
        }
    }
    if (names.empty() && !linked && ambiguous) answer.verdict = Verdict::ambiguous;
    if (answer.verdict == Verdict::ambiguous) return answer;
    answer.verdict = Verdict::replace;
    answer.target = chosen->hash;
    return answer;
}

}  // namespace sstp::test
