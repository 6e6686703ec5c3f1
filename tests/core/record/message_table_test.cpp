#include "core/record/journal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <fstream>
#include <map>
#include <string>

namespace sstp {
namespace {

constexpr int kFirstEventId = 1000;

/// Symbolic name by id, as the message compiler reads installer/messages.mc.
std::map<int, std::string> message_table() {
    const char* source = std::getenv("SSTP_SOURCE_DIR");
    std::ifstream file(std::string(source == nullptr ? "." : source) + "/installer/messages.mc");
    std::map<int, std::string> found;
    int id = 0;
    for (std::string line; std::getline(file, line);) {
        if (line.rfind("MessageId=", 0) == 0) id = std::stoi(line.substr(10));
        if (line.rfind("SymbolicName=", 0) == 0) found[id] = line.substr(13);
    }
    return found;
}

std::string symbolic_name(EventType type) {
    std::string name = std::string("MSG_") + word(type);
    std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    return name;
}

TEST(MessageTable, EveryKindOfEventHasItsIdAndNoOtherIdExists) {
    std::map<int, std::string> expected;
    for (std::size_t i = 0; i < kEventTypeCount; ++i)
        expected[kFirstEventId + static_cast<int>(i)] = symbolic_name(static_cast<EventType>(i));
    EXPECT_EQ(message_table(), expected);
}

}  // namespace
}  // namespace sstp
