#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace sstp::strict {

/// One event of the Open Cybersecurity Schema Framework, or the first rule that it breaks (`problem` not empty).
struct OcsfObject {
    std::string problem;
    std::map<std::string, std::string> texts;      ///< string leaves by dotted path; an array's elements are joined with commas
    std::map<std::string, std::string> literals;   ///< numbers, true and false, as JSON spells them
};

/// OCSF 1.3.0, of its classes Detection Finding, Device Config State Change and Application Lifecycle with the profile `host`: one line of
/// ASCII, no key twice, the required attributes of the class, no other than the class, its profile and its objects have, the types and
/// closed lists of the schema, captions that belong to their numbers, and type_uid = class_uid * 100 + activity_id.
OcsfObject read_ocsf(std::string_view json);

}  // namespace sstp::strict
