#pragma once

#include "core/model/digest.h"

#include <optional>
#include <set>
#include <span>

namespace sstp {

/// SHA-1 of every root that a trust list of Windows' root programme names (authroot.stl, in the registry as `EncodedCtl` under
/// HKLM\SOFTWARE\Microsoft\SystemCertificates\AuthRoot\AutoUpdate). Its signature is not asked: who may write there may write
/// the root store as well. Nothing when the bytes are no such list. Source: Microsoft, [MS-CAESO] 4.4.5.3.3.1 (CTL), RFC 2315.
std::optional<std::set<Thumbprint>> roots_of_programme(std::span<const std::uint8_t> encoded_ctl);

}  // namespace sstp
