#include "service/windows/text.h"

#include "service/windows/windows_headers.h"

#include <climits>

namespace sstp {
namespace {

std::optional<std::wstring> widen(std::string_view text, DWORD flags) {
    if (text.empty()) return std::wstring{};
    if (text.size() > INT_MAX) return std::nullopt;
    const int size = static_cast<int>(text.size());
    const int length = MultiByteToWideChar(CP_UTF8, flags, text.data(), size, nullptr, 0);
    if (length <= 0) return std::nullopt;
    std::wstring wide(static_cast<std::size_t>(length), L'\0');
    if (MultiByteToWideChar(CP_UTF8, flags, text.data(), size, wide.data(), length) != length) return std::nullopt;
    return wide;
}

std::optional<std::string> narrow(std::wstring_view text, DWORD flags) {
    if (text.empty()) return std::string{};
    if (text.size() > INT_MAX / 4) return std::nullopt;
    const int size = static_cast<int>(text.size());
    const int length = WideCharToMultiByte(CP_UTF8, flags, text.data(), size, nullptr, 0, nullptr, nullptr);
    if (length <= 0) return std::nullopt;
    std::string utf8(static_cast<std::size_t>(length), '\0');
    if (WideCharToMultiByte(CP_UTF8, flags, text.data(), size, utf8.data(), length, nullptr, nullptr) != length) return std::nullopt;
    return utf8;
}

}  // namespace

std::optional<std::wstring> to_wide(std::string_view text) {
    if (text.find('\0') != std::string_view::npos) return std::nullopt;
    return widen(text, MB_ERR_INVALID_CHARS);
}

std::wstring to_wide_lossy(std::string_view text) { return widen(text, 0).value_or(std::wstring{}); }

std::optional<std::string> to_utf8(std::wstring_view text) {
    if (text.find(L'\0') != std::wstring_view::npos) return std::nullopt;
    return narrow(text, WC_ERR_INVALID_CHARS);
}

std::string to_utf8_lossy(std::wstring_view text) { return narrow(text, 0).value_or(std::string{}); }

}  // namespace sstp
