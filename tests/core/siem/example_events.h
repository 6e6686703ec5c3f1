#pragma once

#include "core/siem/message.h"

#include <ostream>
#include <string>
#include <vector>

namespace sstp::example {

/// An event of every kind, with every field that the catalogue gives it and the values that such a field really has.
std::vector<JournalEvent> one_of_each();
Sender sender();

/// A destination for each way in which a message can look, with a name for people.
struct Way {
    std::string name;
    SiemDestination destination;
};
std::vector<Way> every_way();

inline void PrintTo(const Way& way, std::ostream* out) { *out << way.name; }

}  // namespace sstp::example
