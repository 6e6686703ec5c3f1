// What the record reads as JSON: an archive for `describe`, and what is made with it.

#include "core/record/described_server.h"
#include "core/record/snapshot_file.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace sstp {

namespace stored {

namespace {

using Json = nlohmann::json;

[[noreturn]] void refuse(const std::string& why) { throw Json::other_error::create(501, why, nullptr); }

/// A word of a vocabulary that grows: a list passes one over that a later version has written, anything else cannot.
struct UnknownWord {};

template <class T>
T read(const Json& json);

struct Reader {
    const Json& json;
    template <class T>
    void operator()(const char* name, T& value) {
        if (const auto found = json.find(name); found != json.end()) value = read<T>(*found);
    }
    template <class T>
    void required(const char* name, T& value) {
        value = read<T>(json.at(name));
    }
};

/// Whether the archive can be shown it member by member.
template <class T>
concept Described = requires(Reader& reader, T& value) { describe(reader, value); };
template <class T>
concept Worded = requires { Words<T>::all; };

template <class T>
struct As {};

bool take(const Json& json, As<bool>) { return json.get<bool>(); }
template <std::integral T>
T take(const Json& json, As<T>) {
    const bool fits = json.is_number_unsigned() ? std::in_range<T>(json.get<std::uint64_t>())
                                                : json.is_number_integer() && std::in_range<T>(json.get<std::int64_t>());
    if (!fits) refuse("not a number in range");
    return json.get<T>();
}
std::string take(const Json& json, As<std::string>) { return json.get<std::string>(); }
Duration take(const Json& json, As<Duration>) { return Duration{read<std::int64_t>(json)}; }
std::chrono::minutes take(const Json& json, As<std::chrono::minutes>) { return std::chrono::minutes{read<std::int32_t>(json)}; }
WallTime take(const Json& json, As<WallTime>) { return WallTime{read<Duration>(json)}; }
MonotonicTime take(const Json& json, As<MonotonicTime>) { return {read<Duration>(json)}; }
RunningTime take(const Json& json, As<RunningTime>) { return {read<Duration>(json)}; }

template <class T>
T or_refused(std::optional<T> value, const char* what) {
    if (!value) refuse(what);
    return *std::move(value);
}
AppId take(const Json& json, As<AppId>) { return or_refused(AppId::parse(json.get<std::string>()), "not an AppId"); }
Bytes take(const Json& json, As<Bytes>) { return or_refused(from_hex(json.get<std::string>()), "not hex"); }
template <std::size_t N, class Kind>
Digest<N, Kind> take(const Json& json, As<Digest<N, Kind>>) {
    return or_refused(Digest<N, Kind>::parse(json.get<std::string>()), "not a digest");
}
template <std::size_t N>
std::array<std::uint8_t, N> take(const Json& json, As<std::array<std::uint8_t, N>>) {
    const Bytes bytes = read<Bytes>(json);
    if (bytes.size() != N) refuse("not of that length");
    std::array<std::uint8_t, N> value{};
    std::copy(bytes.begin(), bytes.end(), value.begin());
    return value;
}

template <class T>
T known(std::optional<T> value) {
    if (!value) throw UnknownWord{};
    return *value;
}
Reason take(const Json& json, As<Reason>) { return known(reason_from_word(json.get<std::string>())); }
EventType take(const Json& json, As<EventType>) { return known(event_type_from_word(json.get<std::string>())); }
ErrorKind take(const Json& json, As<ErrorKind>) {
    const auto text = json.get<std::string>();
    for (auto kind = ErrorKind::unexpected;; kind = static_cast<ErrorKind>(static_cast<int>(kind) + 1)) {
        if (text == word(kind)) return kind;
        if (kind == ErrorKind::verification_failed) return ErrorKind::unexpected;
    }
}
template <Worded E>
E take(const Json& json, As<E>) {
    const auto text = json.get<std::string>();
    for (std::size_t i = 0; i < std::size(Words<E>::all); ++i) {
        if (text == Words<E>::all[i]) return static_cast<E>(i);
    }
    throw UnknownWord{};
}
template <Described T>
T take(const Json& json, As<T>) {
    if (!json.is_object()) refuse("not an object");
    T value{};
    Reader reader{json};
    describe(reader, value);
    return value;
}
template <class T>
std::optional<T> take(const Json& json, As<std::optional<T>>) {
    return json.is_null() ? std::nullopt : std::optional{read<T>(json)};
}
/// What a later version added to a vocabulary is passed over: a finding or a reason of its own. Of an intent nothing may be missing.
template <class T>
std::vector<T> take(const Json& json, As<std::vector<T>>) {
    if (!json.is_array()) refuse("not an array");
    std::vector<T> values;
    for (const Json& each : json) {
        try {
            values.push_back(read<T>(each));
        } catch (const UnknownWord&) {
            if constexpr (std::same_as<T, RecordedChange>) throw;
        }
    }
    return values;
}
CertificateList take(const Json& json, As<CertificateList>) { return take(json, As<std::vector<Certificate>>{}); }
template <class Key, class T>
std::map<Key, T> take(const Json& json, As<std::map<Key, T>>) {
    if (!json.is_object()) refuse("not an object");
    std::map<Key, T> values;
    for (const auto& [key, value] : json.items()) values.emplace(read<Key>(Json(key)), read<T>(value));
    return values;
}
Step take(const Json& json, As<Step>) {
    if (json.contains(word(Step{BindStep{}}))) return read<BindStep>(json.at(word(Step{BindStep{}})));
    if (json.contains(word(Step{WriteValueStep{}}))) return read<WriteValueStep>(json.at(word(Step{WriteValueStep{}})));
    return read<RestartStep>(json.at(word(Step{RestartStep{}})));
}
template <class T>
std::variant<T, Absent, Unreadable> take(const Json& json, As<std::variant<T, Absent, Unreadable>>) {
    if (json.is_null()) return Absent{};
    if (json.is_object() && json.contains("unreadable")) return Unreadable{read<Error>(json.at("unreadable"))};
    return read<T>(json);
}
template <class T>
std::variant<T, Absent, Malformed, Unreadable> take(const Json& json, As<std::variant<T, Absent, Malformed, Unreadable>>) {
    if (json.is_null()) return Absent{};
    if (json.is_object() && json.contains("malformed")) return read<Malformed>(json.at("malformed"));
    if (json.is_object() && json.contains("unreadable")) return Unreadable{read<Error>(json.at("unreadable"))};
    return read<T>(json);
}
ProbeOutcome take(const Json& json, As<ProbeOutcome>) {
    if (json.is_null()) return NotProbed{};
    if (json.contains("served")) return read<Served>(json.at("served"));
    return read<Unreachable>(json.at("unreachable"));
}

template <class T>
T read(const Json& json) {
    return take(json, As<T>{});
}

/// For reading alone: members are kept as they are spelled.
struct UnsavedFile {
    std::vector<UnsavedEvents> updates;
    Json changed;
};
Json take(const Json& json, As<Json>) { return json; }
void describe(Reader& archive, UnsavedFile& file) {
    archive.required("updates", file.updates);
    archive.required("changed", file.changed);
}
UnsavedFile take(const Json& json, As<UnsavedFile>) {
    UnsavedFile file;
    Reader reader{json};
    describe(reader, file);
    return file;
}

/// One place turns what the JSON library throws into a value.
template <class T>
Result<T> parsed(const char* what, std::string_view text) {
    try {
        return read<T>(Json::parse(text));
    } catch (const Json::exception& error) {
        return Error{ErrorKind::malformed, "read", what, 0, error.what()};
    } catch (const UnknownWord&) {
        return Error{ErrorKind::malformed, "read", what, 0, "it holds a word of a later version"};
    }
}

constexpr auto kReaders = std::apply(
    [](auto... member) {
        return std::array{+[](std::string_view text, RecordContents& contents) -> Result<void> {
            auto& value = contents.*decltype(member)::pointer;
            auto read = parsed<std::remove_cvref_t<decltype(value)>>("a row of the state database", text);
            if (!read) return read.error();
            value = std::move(*read);
            return {};
        }...};
    },
    kMemberList);

}  // namespace

std::span<Result<void> (*const)(std::string_view, RecordContents&)> member_readers() { return kReaders; }

}  // namespace stored

Result<std::map<std::string, std::string>> fields_from_json(std::string_view text) {
    return stored::parsed<std::map<std::string, std::string>>("the fields of an event", text);
}

Result<UnsavedUpdates> unsaved_from_json(std::string_view text) {
    auto file = stored::parsed<stored::UnsavedFile>("the unsaved updates", text);
    if (!file) return file.error();
    UnsavedUpdates unsaved;
    unsaved.updates = std::move(file->updates);
    for (const auto& [name, value] : file->changed.items()) unsaved.changed[name] = value.dump();
    return unsaved;
}

Result<Snapshot> snapshot_from_file(std::string_view text) { return stored::parsed<Snapshot>("the snapshot", text); }

}  // namespace sstp
