#include "service/remote_access_start.h"

#include <nlohmann/json.hpp>

#include "model/event_record.h"
#include "model/sstp_start.h"
#include "service/service_orders.h"
#include "store/audit_trail.h"
#include "store/binding_store.h"
#include "store/certificate_store.h"
#include "store/event_log.h"
#include "store/registry_values.h"
#include "store/state_folder.h"

namespace sstp::rras_host {

namespace {

constexpr const char* kSha1Value = "Sha1CertificateHash";
constexpr const char* kSha256Value = "Sha256CertificateHash";

std::wstring listener_file() { return state_path(L"services\\sstp.json"); }

RegistryHash hash_value(const std::optional<RegistryKey>& key, const char* name, std::size_t bytes) {
    const RegistryValue* value = key ? key->find(name) : nullptr;
    if (!value) return {};
    return {true, value->type == REG_BINARY && value->bytes.size() == bytes, to_hex(value->bytes.data(), value->bytes.size())};
}

std::optional<SslRecord> record_at(std::vector<SslRecord> records, const std::string& endpoint) {
    SslRecord key;
    key.endpoint = endpoint;
    const auto found = find_ssl_record(records, key);
    return found == records.end() ? std::nullopt : std::optional(*found);
}

SstpStartInput look(const std::optional<RegistryKey>& parameters, std::uint32_t port) {
    SstpStartInput input;
    input.use_https = registry_number(parameters, "UseHttps", 1) != 0;
    input.configured_by_admin = registry_number(parameters, "isHashConfiguredByAdmin", 0) != 0;
    input.sha1 = hash_value(parameters, kSha1Value, 20);
    input.sha256 = hash_value(parameters, kSha256Value, 32);
    const auto records = load_ssl_records();
    input.ipv4 = record_at(records, "0.0.0.0:" + std::to_string(port));
    input.ipv6 = record_at(records, "[::]:" + std::to_string(port));
    for (const auto& certificate : list_certificates("MY"))
        input.certificates.push_back(
            {certificate.thumbprint, certificate.sha256, certificate.subject, certificate.server_purpose, certificate.private_key});
    input.plumbs_missing_bindings = read_orders("RemoteAccess").plumbs_missing_bindings;
    return input;
}

void write_ras_sstp_events(const SstpStartOutcome& outcome) {
    std::vector<EventRecord> records;
    for (const auto& [id, strings] : outcome.events) {
        EventRecord record;
        record.provider = kRasSstpProvider;
        record.provider_guid = kRasSstpGuid;
        record.event_source = "RasSstp";
        record.id = id;
        record.level = 2;
        for (const auto& text : strings) record.data.emplace_back("", text);
        records.push_back(std::move(record));
    }
    if (!records.empty()) append_events("System", records);
}

void plumb(const char* wildcard, std::uint32_t port, const std::string& thumbprint, const SslRecord* model) {
    SslRecord record;
    if (model) record = *model;
    const bool ipv6 = wildcard[0] == '[';
    // sockaddr_in and sockaddr_in6 of the wildcard: family, port in network order, zeros.
    std::string address(ipv6 ? 28 : 16, '\0');
    address[0] = static_cast<char>(ipv6 ? 23 : 2);
    address[2] = static_cast<char>(port >> 8);
    address[3] = static_cast<char>(port & 0xFF);
    record.kind = SslRecord::Kind::address;
    record.endpoint = std::string(wildcard) + ":" + std::to_string(port);
    record.port = static_cast<std::uint16_t>(port);
    record.sockaddr_hex = to_hex(address.data(), address.size());
    record.hash_hex = thumbprint;
    record.app_id = kSstpAppId;
    record.store_name = "MY";
    audit("RemoteAccess plumbs a binding", record.endpoint, set_ssl_record(record));
}

void write_hash(const char* name, const std::string& hex) { write_registry_value(kSstpParameters, {name, REG_BINARY, from_hex(hex)}); }

}  // namespace

void start_sstp_listener() {
    const HostLock lock;
    const auto parameters = read_registry_key(kSstpParameters);
    std::uint32_t port = registry_number(parameters, "ListenerPort", 0);
    const SstpStartInput input = look(parameters, port == 0 ? 443 : port);
    if (port == 0) port = input.use_https ? 443 : 80;
    const SstpStartOutcome outcome = start_sstp(input);
    if (outcome.adopted && (input.sha256.hex != outcome.adopted->sha256 || input.sha1.hex != outcome.adopted->thumbprint)) {
        write_hash(kSha1Value, outcome.adopted->thumbprint);
        write_hash(kSha256Value, outcome.adopted->sha256);
        audit("RemoteAccess adopts the binding's hashes", outcome.adopted->thumbprint, 0);
    }
    if (outcome.plumb_ipv4) plumb("0.0.0.0", port, *outcome.plumb_ipv4, input.ipv6 ? &*input.ipv6 : nullptr);
    if (outcome.plumb_ipv6) plumb("[::]", port, *outcome.plumb_ipv6, input.ipv4 ? &*input.ipv4 : nullptr);
    write_ras_sstp_events(outcome);
    const auto before = nlohmann::json::parse(read_text(listener_file()).value_or("{}"));
    std::string in_force = outcome.crypto_binding_sha256;
    const bool sstp_svc_is_the_same = before.contains("crypto_binding_sha256");
    if (sstp_svc_is_the_same && read_orders("SstpSvc").keeps_hash) in_force = before.at("crypto_binding_sha256").get<std::string>();
    const nlohmann::json now = {
        {"accepting", outcome.accepting}, {"use_https", input.use_https}, {"port", port}, {"crypto_binding_sha256", in_force}};
    write_text(listener_file(), now.dump());
}

void forget_sstp_listener() {
    const HostLock lock;
    write_text(listener_file(), "{}");
}

}  // namespace sstp::rras_host
