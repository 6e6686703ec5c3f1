// The open heal as JSON. Every field of a binding goes through here: what is left out could not be put back.

#include "core/record/heal_json.h"

#include <utility>

namespace sstp {

namespace {

using Json = nlohmann::json;

constexpr const char* kKinds[] = {"address", "host_name", "central_store"};
constexpr const char* kPhases[] = {"pending", "intended", "done", "undone"};

template <std::size_t N>
std::size_t index_of(const char* const (&words)[N], const std::string& word) {
    for (std::size_t i = 0; i < N; ++i) {
        if (word == words[i]) return i;
    }
    throw Json::other_error::create(501, "unknown word " + word, nullptr);
}

Bytes bytes_from(const Json& json) {
    const auto bytes = from_hex(json.get<std::string>());
    if (!bytes) throw Json::other_error::create(501, "not hex", nullptr);
    return *bytes;
}

Json text_or_null(const std::optional<std::string>& text) { return text ? Json(*text) : Json(nullptr); }

std::optional<std::string> optional_text(const Json& json) {
    return json.is_null() ? std::nullopt : std::optional{json.get<std::string>()};
}

Json json_of(const Endpoint& endpoint) {
    return {{"kind", kKinds[static_cast<std::size_t>(endpoint.kind)]},
            {"family", word(endpoint.family)},
            {"address", to_hex(endpoint.address)},
            {"scope", endpoint.scope},
            {"host", endpoint.host},
            {"port", endpoint.port}};
}

Endpoint endpoint_from(const Json& json) {
    Endpoint endpoint;
    endpoint.kind = static_cast<Endpoint::Kind>(index_of(kKinds, json.at("kind").get<std::string>()));
    endpoint.family = json.at("family").get<std::string>() == word(AddressFamily::ipv6) ? AddressFamily::ipv6 : AddressFamily::ipv4;
    const Bytes address = bytes_from(json.at("address"));
    if (address.size() != endpoint.address.size()) throw Json::other_error::create(501, "not an address", nullptr);
    std::copy(address.begin(), address.end(), endpoint.address.begin());
    endpoint.scope = json.at("scope").get<std::uint32_t>();
    endpoint.host = json.at("host").get<std::string>();
    endpoint.port = json.at("port").get<std::uint16_t>();
    return endpoint;
}

Json json_of(const ListenerBinding& binding) {
    const BindingOptions& options = binding.options;
    return {{"endpoint", json_of(binding.endpoint)},
            {"certificate", to_hex(binding.certificate)},
            {"app_id", binding.app_id.to_string()},
            {"store", text_or_null(binding.store)},
            {"check_mode", options.certificate_check_mode},
            {"revocation_freshness", options.revocation_freshness_seconds},
            {"revocation_timeout", options.revocation_url_timeout_milliseconds},
            {"ctl_identifier", text_or_null(options.ctl_identifier)},
            {"ctl_store", text_or_null(options.ctl_store)},
            {"flags", options.flags}};
}

ListenerBinding binding_from(const Json& json) {
    ListenerBinding binding;
    binding.endpoint = endpoint_from(json.at("endpoint"));
    binding.certificate = bytes_from(json.at("certificate"));
    const auto app_id = AppId::parse(json.at("app_id").get<std::string>());
    if (!app_id) throw Json::other_error::create(501, "not an AppId", nullptr);
    binding.app_id = *app_id;
    binding.store = optional_text(json.at("store"));
    binding.options.certificate_check_mode = json.at("check_mode").get<std::uint32_t>();
    binding.options.revocation_freshness_seconds = json.at("revocation_freshness").get<std::uint32_t>();
    binding.options.revocation_url_timeout_milliseconds = json.at("revocation_timeout").get<std::uint32_t>();
    binding.options.ctl_identifier = optional_text(json.at("ctl_identifier"));
    binding.options.ctl_store = optional_text(json.at("ctl_store"));
    binding.options.flags = json.at("flags").get<std::uint32_t>();
    return binding;
}

Json json_of(const RawValue& raw) { return {{"type", raw.type}, {"data", to_hex(raw.data)}}; }

RawValue raw_from(const Json& json) { return {json.at("type").get<std::uint32_t>(), bytes_from(json.at("data"))}; }

Json json_of(const Step& step) {
    Json json{{"action", word(step)}};
    if (const auto* bind = std::get_if<BindStep>(&step)) {
        json["before"] = bind->before ? json_of(*bind->before) : Json(nullptr);
        json["after"] = json_of(bind->after);
    } else if (const auto* write = std::get_if<WriteValueStep>(&step)) {
        json["value"] = registry_name(write->value);
        json["before"] = write->before ? json_of(*write->before) : Json(nullptr);
        json["after"] = json_of(write->after);
    } else {
        json["services"] = std::get<RestartStep>(step).services;
    }
    return json;
}

SstpValue value_from(const std::string& name) {
    for (const SstpValue value :
         {SstpValue::sha1_certificate_hash, SstpValue::sha256_certificate_hash, SstpValue::is_hash_configured_by_admin}) {
        if (name == registry_name(value)) return value;
    }
    throw Json::other_error::create(501, "no value that is ever written: " + name, nullptr);
}

Step step_from(const Json& json) {
    if (json.contains("services")) return RestartStep{json.at("services").get<std::vector<std::string>>()};
    const Json& before = json.at("before");
    if (json.contains("value")) {
        WriteValueStep step;
        step.value = value_from(json.at("value").get<std::string>());
        if (!before.is_null()) step.before = raw_from(before);
        step.after = raw_from(json.at("after"));
        return step;
    }
    BindStep step;
    if (!before.is_null()) step.before = binding_from(before);
    step.after = binding_from(json.at("after"));
    return step;
}

}  // namespace

nlohmann::json json_of(const OpenHeal& heal) {
    Json json{{"id", heal.id},
              {"began_wall", heal.began.wall.time_since_epoch().count()},
              {"began_monotonic", heal.began.monotonic.since_boot.count()},
              {"target", heal.target.to_string()},
              {"rras_started", heal.rras_started ? Json(heal.rras_started->time_since_epoch().count()) : Json(nullptr)},
              {"cures", Json::array()},
              {"steps", Json::array()},
              {"undoing", heal.undoing},
              {"why_undone", heal.why_undone}};
    for (const Reason reason : heal.cures) json["cures"].push_back(word(reason));
    for (const RecordedStep& recorded : heal.steps) {
        Json step = json_of(recorded.step);
        step["phase"] = kPhases[static_cast<std::size_t>(recorded.phase)];
        step["ran_before"] = recorded.ran_before;
        json["steps"].push_back(std::move(step));
    }
    return json;
}

OpenHeal open_heal_from(const nlohmann::json& json) {
    OpenHeal heal;
    heal.id = json.at("id").get<std::string>();
    heal.began.wall = WallTime{Duration{json.at("began_wall").get<std::int64_t>()}};
    heal.began.monotonic = {Duration{json.at("began_monotonic").get<std::int64_t>()}};
    const auto target = CertificateHash::parse(json.at("target").get<std::string>());
    if (!target) throw Json::other_error::create(501, "not a SHA-256", nullptr);
    heal.target = *target;
    if (const Json& started = json.at("rras_started"); !started.is_null())
        heal.rras_started = WallTime{Duration{started.get<std::int64_t>()}};
    for (const Json& each : json.at("cures")) {
        if (const auto reason = reason_from_word(each.get<std::string>())) heal.cures.push_back(*reason);
    }
    for (const Json& each : json.at("steps")) {
        RecordedStep step;
        step.step = step_from(each);
        step.phase = static_cast<StepPhase>(index_of(kPhases, each.at("phase").get<std::string>()));
        step.ran_before = each.at("ran_before").get<std::vector<std::string>>();
        heal.steps.push_back(std::move(step));
    }
    heal.undoing = json.at("undoing").get<bool>();
    heal.why_undone = json.at("why_undone").get<std::string>();
    return heal;
}

}  // namespace sstp
