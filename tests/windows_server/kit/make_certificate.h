#pragma once

#include <string>
#include <string_view>

namespace sstp::kit {

/// The line that makes a certificate of the kit's root for {name}, valid for so many days; its thumbprint goes to {work}\<file>.txt. The
/// later ones end later: each is a successor of those before it.
std::string make_certificate(std::string_view file, int days);

}  // namespace sstp::kit
