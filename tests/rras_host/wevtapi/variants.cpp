#include "wevtapi/variants.h"

#include <cstring>

#include <objbase.h>
#include <sddl.h>

#include "store/state_folder.h"

namespace sstp::rras_host {

namespace {

/// Grows behind the array of variants; offsets become pointers once the base is known.
class Layout {
public:
    Layout(std::size_t variants, const void* base)
        : base_(reinterpret_cast<std::uintptr_t>(base)), bytes_(variants * sizeof(EVT_VARIANT)) {}

    void put(std::size_t index, const EVT_VARIANT& variant) {
        std::memcpy(bytes_.data() + index * sizeof(EVT_VARIANT), &variant, sizeof variant);
    }

    std::uintptr_t append(const void* data, std::size_t size) {
        bytes_.resize((bytes_.size() + 7) & ~std::size_t{7});
        const std::size_t offset = bytes_.size();
        bytes_.insert(bytes_.end(), static_cast<const std::uint8_t*>(data), static_cast<const std::uint8_t*>(data) + size);
        return base_ + offset;
    }

    std::uintptr_t append_text(const std::string& text) {
        const std::wstring wide = to_wide(text);
        return append(wide.c_str(), (wide.size() + 1) * sizeof(wchar_t));
    }

    std::vector<std::uint8_t> take() { return std::move(bytes_); }

private:
    std::uintptr_t base_;
    std::vector<std::uint8_t> bytes_;
};

struct VariantOf {
    Layout& layout;
    EVT_VARIANT& out;

    void operator()(std::monostate) const { out.Type = EvtVarTypeNull; }

    void operator()(std::uint8_t v) const { out.Type = EvtVarTypeByte, out.ByteVal = v; }

    void operator()(std::uint16_t v) const { out.Type = EvtVarTypeUInt16, out.UInt16Val = v; }

    void operator()(std::uint32_t v) const { out.Type = EvtVarTypeUInt32, out.UInt32Val = v; }

    void operator()(std::uint64_t v) const { out.Type = EvtVarTypeUInt64, out.UInt64Val = v; }

    void operator()(bool v) const { out.Type = EvtVarTypeBoolean, out.BooleanVal = v; }

    void operator()(FileTimeValue v) const { out.Type = EvtVarTypeFileTime, out.FileTimeVal = v.ticks; }

    void operator()(HexValue64 v) const { out.Type = EvtVarTypeHexInt64, out.UInt64Val = v.value; }

    void operator()(const std::string& v) const {
        out.Type = EvtVarTypeString;
        out.Count = static_cast<DWORD>(to_wide(v).size());
        out.StringVal = reinterpret_cast<LPCWSTR>(layout.append_text(v));
    }

    void operator()(const GuidText& v) const {
        GUID guid{};
        if (FAILED(CLSIDFromString(to_wide(v.text).c_str(), &guid))) return;
        out.Type = EvtVarTypeGuid;
        out.GuidVal = reinterpret_cast<GUID*>(layout.append(&guid, sizeof guid));
    }

    void operator()(const SidText& v) const {
        PSID sid = nullptr;
        if (!ConvertStringSidToSidW(to_wide(v.text).c_str(), &sid)) return;
        out.Type = EvtVarTypeSid;
        out.SidVal = reinterpret_cast<PSID>(layout.append(sid, GetLengthSid(sid)));
        LocalFree(sid);
    }

    void operator()(const std::vector<std::string>& v) const {
        std::vector<std::uintptr_t> pointers;
        for (const auto& text : v) pointers.push_back(layout.append_text(text));
        out.Type = EvtVarTypeString | EVT_VARIANT_TYPE_ARRAY;
        out.Count = static_cast<DWORD>(v.size());
        out.StringArr = reinterpret_cast<LPWSTR*>(layout.append(pointers.data(), pointers.size() * sizeof(std::uintptr_t)));
    }

    void operator()(const std::vector<std::uint32_t>& v) const {
        out.Type = EvtVarTypeUInt32 | EVT_VARIANT_TYPE_ARRAY;
        out.Count = static_cast<DWORD>(v.size());
        out.UInt32Arr = reinterpret_cast<UINT32*>(layout.append(v.data(), v.size() * sizeof(std::uint32_t)));
    }

    void operator()(const std::vector<std::uint8_t>& v) const {
        out.Type = EvtVarTypeBinary;
        out.Count = static_cast<DWORD>(v.size());
        out.BinaryVal = reinterpret_cast<PBYTE>(layout.append(v.data(), v.size()));
    }
};

}  // namespace

std::vector<std::uint8_t> lay_out(const std::vector<EventValue>& values, const void* base) {
    Layout layout(values.size(), base);
    for (std::size_t i = 0; i < values.size(); ++i) {
        EVT_VARIANT variant{};
        std::visit(VariantOf{layout, variant}, values[i]);
        layout.put(i, variant);
    }
    return layout.take();
}

bool fill_buffer(const std::vector<EventValue>& values, DWORD size, void* buffer, DWORD* used) {
    const auto bytes = lay_out(values, buffer);
    if (used) *used = static_cast<DWORD>(bytes.size());
    if (!buffer || size < bytes.size()) {
        SetLastError(ERROR_INSUFFICIENT_BUFFER);
        return false;
    }
    std::memcpy(buffer, bytes.data(), bytes.size());
    return true;
}

}  // namespace sstp::rras_host
