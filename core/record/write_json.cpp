// What the record writes as JSON: an archive for `describe`, and what is made with it.

#include "core/record/described_server.h"
#include "core/record/snapshot_file.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include <array>
#include <utility>

namespace sstp {

namespace stored {

namespace {

using Json = nlohmann::json;

template <class T>
Json spelled(const T& value);

struct Writer {
    Json json = Json::object();
    template <class T>
    void operator()(const char* name, const T& value) {
        json[name] = spelled(value);
    }
    template <class T>
    void operator()(const char* name, const std::optional<T>& value) {
        if (value) json[name] = spelled(*value);
    }
    template <class T>
    void required(const char* name, const T& value) {
        json[name] = spelled(value);
    }
};

template <class T>
concept Described = requires(Writer& writer, const T& value) { describe(writer, value); };
template <class T>
concept Worded = requires { Words<T>::all; };

Json leaf(bool value) { return value; }
template <std::integral T>
Json leaf(T value) {
    return value;
}
Json leaf(const std::string& value) { return value; }
Json leaf(Duration value) { return value.count(); }
Json leaf(std::chrono::minutes value) { return value.count(); }
Json leaf(WallTime value) { return value.time_since_epoch().count(); }
Json leaf(MonotonicTime value) { return value.since_boot.count(); }
Json leaf(RunningTime value) { return value.total.count(); }
Json leaf(const AppId& value) { return value.to_string(); }
Json leaf(const Bytes& value) { return to_hex(value); }
Json leaf(Reason value) { return word(value); }
Json leaf(EventType value) { return word(value); }
Json leaf(ErrorKind value) { return word(value); }
template <std::size_t N, class Kind>
Json leaf(const Digest<N, Kind>& value) {
    return value.to_string();
}
template <std::size_t N>
Json leaf(const std::array<std::uint8_t, N>& value) {
    return to_hex(value);
}
template <Worded E>
Json leaf(E value) {
    const auto index = static_cast<std::size_t>(value);
    return index < std::size(Words<E>::all) ? Words<E>::all[index] : "unknown";
}
template <Described T>
Json leaf(const T& value) {
    Writer writer;
    describe(writer, value);
    return std::move(writer.json);
}
template <class T>
Json leaf(const std::optional<T>& value) {
    return value ? spelled(*value) : Json(nullptr);
}
template <class T>
Json leaf(const std::vector<T>& values) {
    Json json = Json::array();
    for (const T& each : values) json.push_back(spelled(each));
    return json;
}
Json leaf(const CertificateList& certificates) { return leaf(certificates.all()); }
template <class Key, class T>
Json leaf(const std::map<Key, T>& values) {
    Json json = Json::object();
    for (const auto& [key, value] : values) json[spelled(key).template get<std::string>()] = spelled(value);
    return json;
}
Json leaf(const Step& step) {
    return std::visit([&](const auto& each) { return Json{{word(step), spelled(each)}}; }, step);
}
/// The value itself; nothing that is known to be absent; what could not be read says why.
template <class T>
Json leaf(const std::variant<T, Absent, Unreadable>& observed) {
    if (const auto* value = value_of(observed)) return spelled(*value);
    if (const auto* why = why_unreadable(observed)) return Json{{"unreadable", spelled(*why)}};
    return nullptr;
}
template <class T>
Json leaf(const std::variant<T, Absent, Malformed, Unreadable>& stored) {
    if (const auto* value = value_of(stored)) return spelled(*value);
    if (const auto* malformed = std::get_if<Malformed>(&stored)) return Json{{"malformed", spelled(*malformed)}};
    if (const auto* why = why_unreadable(stored)) return Json{{"unreadable", spelled(*why)}};
    return nullptr;
}
Json leaf(const ProbeOutcome& outcome) {
    if (const auto* served = std::get_if<Served>(&outcome)) return Json{{"served", spelled(*served)}};
    if (const auto* unreachable = std::get_if<Unreachable>(&outcome)) return Json{{"unreachable", spelled(*unreachable)}};
    return nullptr;
}

template <class T>
Json spelled(const T& value) {
    return leaf(value);
}

/// Text from outside may be no UTF-8: it is replaced, never a reason to fail.
std::string dump(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

constexpr auto kWriters = std::apply(
    [](auto... member) {
        return std::array{+[](const RecordContents& contents) { return dump(spelled(contents.*decltype(member)::pointer)); }...};
    },
    kMemberList);

}  // namespace

std::span<std::string (*const)(const RecordContents&)> member_writers() { return kWriters; }

}  // namespace stored

std::string to_json(const std::map<std::string, std::string>& fields) { return stored::dump(stored::spelled(fields)); }

std::string to_json(const UnsavedEvents& update) { return stored::dump(stored::spelled(update)); }

std::string unsaved_file_of(const std::vector<std::string>& updates, const std::map<std::string, std::string>& changed) {
    std::vector<std::string> members;
    for (const auto& [name, value] : changed) members.push_back(fmt::format("\"{}\":{}", name, value));
    return fmt::format("{{\"updates\":[{}],\"changed\":{{{}}}}}", fmt::join(updates, ","), fmt::join(members, ","));
}

namespace stored {

namespace {

/// A policy inside of a text keeps its keys: a host may be called "siem".
std::string with_texts_of_policy(const std::string& policy, const Rewrite& rewrite);

/// Texts are rewritten; of names of members only those that are digests, hold a subject, or are of a SIEM destination, which is often its
/// host.
Json with_texts(const Json& json, const Rewrite& rewrite, std::string_view of = {}) {
    if (json.is_string()) return rewrite(json.get<std::string>());
    if (!json.is_structured()) return json;
    Json made = json.is_array() ? Json::array() : Json::object();
    for (const auto& [key, value] : json.items()) {
        if (json.is_array()) {
            made.push_back(with_texts(value, rewrite));
            continue;
        }
        constexpr std::size_t kDigest = 32;
        const bool is_policy = value.is_string() && (key == "policy_file" || key.starts_with("last_good_"));
        const std::string name = key.size() >= kDigest || key.find('|') != std::string::npos || of == "destinations" ? rewrite(key) : key;
        made[name] = is_policy ? Json(with_texts_of_policy(value.get<std::string>(), rewrite)) : with_texts(value, rewrite, key);
    }
    return made;
}

std::string with_texts_of_policy(const std::string& policy, const Rewrite& rewrite) {
    const Json json = Json::parse(policy, nullptr, false, true);
    return json.is_discarded() ? rewrite(policy) : dump(with_texts(json, rewrite));
}

}  // namespace

}  // namespace stored

std::string snapshot_file_of(const Snapshot& snapshot, const Rewrite& rewrite) {
    const stored::Json json = stored::spelled(snapshot);
    return (rewrite ? stored::with_texts(json, rewrite) : json).dump(1, ' ', true, stored::Json::error_handler_t::replace) + '\n';
}

}  // namespace sstp
