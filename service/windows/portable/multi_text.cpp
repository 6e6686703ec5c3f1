#include "service/windows/portable/multi_text.h"

#include <utility>

namespace sstp {

namespace {

constexpr std::uint32_t kMultiText = 7;   // REG_MULTI_SZ

Unreadable malformed(const std::string& name, std::string text) {
    return Unreadable{{ErrorKind::malformed, "understand the registry value", name, 0, std::move(text)}};
}

template <class T>
Observed<T> observed(const Stored<T>& stored, const std::string& name) {
    if (const T* value = value_of(stored)) return *value;
    if (const Error* why = why_unreadable(stored)) return Unreadable{*why};
    if (const auto* wrong = std::get_if<Malformed>(&stored)) return malformed(name, wrong->explanation);
    return Absent{};
}

}  // namespace

Observed<std::vector<std::string>> decode_texts(const Observed<RawValue>& raw, const std::string& name) {
    if (is_absent(raw)) return Absent{};
    if (const Error* why = why_unreadable(raw)) return Unreadable{*why};
    const RawValue& value = *value_of(raw);
    if (value.type != kMultiText) return malformed(name, registry_type_name(value.type) + " instead of REG_MULTI_SZ");
    if (value.data.size() % 2 != 0) return malformed(name, "half a character at its end");
    std::vector<std::string> texts;
    RawValue text{RawValue::kText, {}};
    const auto take = [&]() -> std::optional<Unreadable> {
        if (text.data.empty()) return std::nullopt;
        const auto decoded = decode_one_text(Observed<RawValue>{std::exchange(text, {RawValue::kText, {}})}, name);
        if (const Error* why = why_unreadable(decoded)) return Unreadable{*why};
        if (const std::string* each = value_of(decoded); each != nullptr && !each->empty()) texts.push_back(*each);
        return std::nullopt;
    };
    for (std::size_t i = 0; i + 1 < value.data.size(); i += 2) {
        if (value.data[i] != 0 || value.data[i + 1] != 0) {
            text.data.insert(text.data.end(), {value.data[i], value.data[i + 1]});
        } else if (auto wrong = take()) {
            return *wrong;
        }
    }
    // Some programs leave the last NUL out.
    if (auto wrong = take()) return *wrong;
    return texts;
}

Observed<std::string> decode_one_text(const Observed<RawValue>& raw, const std::string& name) { return observed(decode_text(raw), name); }

Observed<std::uint32_t> decode_number(const Observed<RawValue>& raw, const std::string& name) { return observed(decode_dword(raw), name); }

}  // namespace sstp
