// What the record writes as JSON: an archive for `describe`, and what is made with it.

#include "core/record/member_list.h"

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
template <class Key, class T>
Json leaf(const std::map<Key, T>& values) {
    Json json = Json::object();
    for (const auto& [key, value] : values) json[spelled(key).template get<std::string>()] = spelled(value);
    return json;
}
Json leaf(const Step& step) {
    return std::visit([&](const auto& each) { return Json{{word(step), spelled(each)}}; }, step);
}
Json leaf(const Observed<ChainVerdict>& chain) {
    if (const auto* verdict = value_of(chain)) return spelled(*verdict);
    if (const auto* why = why_unreadable(chain)) return Json{{"unreadable", spelled(*why)}};
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

}  // namespace sstp
