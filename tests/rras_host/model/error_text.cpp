#include "model/error_text.h"

namespace sstp::rras_host {

std::string error_text(std::uint32_t code) {
    switch (code) {
        case 2: return "The system cannot find the file specified. ";
        case 87: return "The parameter is incorrect. ";
        case 183: return "Cannot create a file when that file already exists. ";
        case 1312: return "A specified logon session does not exist. It may already have been terminated. ";
    }
    return "Error " + std::to_string(code) + ". ";
}

}  // namespace sstp::rras_host
