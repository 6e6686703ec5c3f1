#pragma once

#include "core/model/digest.h"
#include "core/model/result.h"

#include <string>
#include <utility>
#include <variant>

namespace sstp {

/// Looked, and there is nothing. This is knowledge.
struct Absent {
    friend bool operator==(const Absent&, const Absent&) = default;
};

/// Looked, and could not tell. This is not knowledge, and forbids writing (promise hands-off).
struct Unreadable {
    Error why;
    friend bool operator==(const Unreadable&, const Unreadable&) = default;
};

/// What one look at a part of the server yielded.
template <class T>
using Observed = std::variant<T, Absent, Unreadable>;

template <class T, class... Others>
const T* value_of(const std::variant<T, Others...>& observed) {
    return std::get_if<T>(&observed);
}
template <class Variant>
bool is_absent(const Variant& observed) {
    return std::holds_alternative<Absent>(observed);
}
/// The error when the part could not be read, else null.
template <class Variant>
const Error* why_unreadable(const Variant& observed) {
    const auto* unreadable = std::get_if<Unreadable>(&observed);
    return unreadable ? &unreadable->why : nullptr;
}

}  // namespace sstp
