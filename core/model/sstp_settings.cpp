#include "core/model/sstp_settings.h"

#include <fmt/format.h>

namespace sstp {

const char* registry_name(SstpValue value) noexcept {
    switch (value) {
        case SstpValue::sha1_certificate_hash: return "Sha1CertificateHash";
        case SstpValue::sha256_certificate_hash: return "Sha256CertificateHash";
        case SstpValue::is_hash_configured_by_admin: return "isHashConfiguredByAdmin";
        case SstpValue::listener_port: return "ListenerPort";
        case SstpValue::use_https: return "UseHttps";
        case SstpValue::server_uri: return "ServerURI";
        case SstpValue::sha1_enabled: return "Sha1Enabled";
        case SstpValue::applied_listener_port: return "ConfigStore\\ListenerPort";
        case SstpValue::applied_use_https: return "ConfigStore\\UseHttps";
    }
    return "";
}

RawValue RawValue::dword(std::uint32_t number) {
    Bytes bytes;
    for (int shift = 0; shift < 32; shift += 8) bytes.push_back(static_cast<std::uint8_t>(number >> shift));
    return {kDword, std::move(bytes)};
}

std::string registry_type_name(std::uint32_t type) {
    constexpr const char* kNames[] = {"REG_NONE", "REG_SZ",      "REG_EXPAND_SZ", "REG_BINARY", "REG_DWORD", "REG_DWORD_BIG_ENDIAN",
                                      "REG_LINK", "REG_MULTI_SZ"};
    if (type < std::size(kNames)) return kNames[type];
    return type == 11 ? "REG_QWORD" : fmt::format("registry type {}", type);
}

namespace {

/// Passes "absent" and "unreadable" through, checks type and length, and hands the bytes of a good value to `make`.
template <class T, class Make>
Stored<T> decode(const Observed<RawValue>& raw, std::uint32_t type, std::size_t size, Make make) {
    if (is_absent(raw)) return Absent{};
    if (const Error* why = why_unreadable(raw)) return Unreadable{*why};
    const RawValue& value = *value_of(raw);
    if (value.type != type)
        return Malformed{value, fmt::format("{} instead of {}", registry_type_name(value.type), registry_type_name(type))};
    if (size != 0 && value.data.size() != size) {
        return Malformed{value, fmt::format("{} bytes instead of {}", value.data.size(), size)};
    }
    return make(value);
}

void append_utf8(std::string& text, std::uint32_t point) {
    const auto put = [&text](std::uint32_t byte) { text += static_cast<char>(byte); };
    if (point < 0x80) {
        put(point);
    } else if (point < 0x800) {
        put(0xC0 | point >> 6);
        put(0x80 | (point & 0x3F));
    } else if (point < 0x10000) {
        put(0xE0 | point >> 12);
        put(0x80 | (point >> 6 & 0x3F));
        put(0x80 | (point & 0x3F));
    } else {
        put(0xF0 | point >> 18);
        put(0x80 | (point >> 12 & 0x3F));
        put(0x80 | (point >> 6 & 0x3F));
        put(0x80 | (point & 0x3F));
    }
}

/// UTF-16LE up to the first NUL (registry text need not end with one). Nothing when a surrogate stands alone.
std::optional<std::string> utf16_to_utf8(const Bytes& data) {
    std::string text;
    for (std::size_t i = 0; i + 1 < data.size(); i += 2) {
        std::uint32_t point = static_cast<std::uint32_t>(data[i] | data[i + 1] << 8);
        if (point == 0) return text;
        if (point >= 0xDC00 && point <= 0xDFFF) return std::nullopt;
        if (point >= 0xD800 && point <= 0xDBFF) {
            if (i + 3 >= data.size()) return std::nullopt;
            const auto low = static_cast<std::uint32_t>(data[i + 2] | data[i + 3] << 8);
            if (low < 0xDC00 || low > 0xDFFF) return std::nullopt;
            point = 0x10000 + ((point - 0xD800) << 10) + (low - 0xDC00);
            i += 2;
        }
        append_utf8(text, point);
    }
    return text;
}

}  // namespace

bool SstpSettings::reads_sha1() const {
    const auto* enabled = value_of(sha1_enabled);
    return enabled != nullptr && *enabled != 0;
}

bool SstpSettings::chosen_by_administrator() const {
    const auto* flag = value_of(hash_configured_by_admin);
    return flag != nullptr && *flag != 0;
}

Stored<Thumbprint> decode_sha1(const Observed<RawValue>& raw) {
    return decode<Thumbprint>(raw, RawValue::kBinary, Thumbprint::kSize,
                              [](const RawValue& value) { return *Thumbprint::from_bytes(value.data); });
}

Stored<CertificateHash> decode_sha256(const Observed<RawValue>& raw) {
    return decode<CertificateHash>(raw, RawValue::kBinary, CertificateHash::kSize,
                                   [](const RawValue& value) { return *CertificateHash::from_bytes(value.data); });
}

Stored<std::uint32_t> decode_dword(const Observed<RawValue>& raw) {
    return decode<std::uint32_t>(raw, RawValue::kDword, 4, [](const RawValue& value) {
        std::uint32_t number = 0;
        for (std::size_t i = 0; i < 4; ++i) number |= static_cast<std::uint32_t>(value.data[i]) << 8 * i;
        return number;
    });
}

Stored<std::string> decode_text(const Observed<RawValue>& raw) {
    return decode<std::string>(raw, RawValue::kText, 0, [](const RawValue& value) -> Stored<std::string> {
        if (value.data.size() % 2 != 0) return Malformed{value, fmt::format("{} bytes, an odd number", value.data.size())};
        if (auto text = utf16_to_utf8(value.data)) return *std::move(text);
        return Malformed{value, "text that is not well-formed UTF-16"};
    });
}

}  // namespace sstp
