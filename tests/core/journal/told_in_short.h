#pragma once

#include "core/journal/catalogue.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace sstp {

/// "finding_raised weak_key, heal_refused observe_mode": what was told, with its reason. Fails the test where an event has a field
/// that the catalogue does not give it, or no sentence.
inline std::string in_short(const std::vector<JournalEvent>& events) {
    std::string text;
    for (const JournalEvent& event : events) {
        const auto reason = event.fields.find("reason");
        text += (text.empty() ? "" : ", ") + std::string{word(event.type)} + (reason == event.fields.end() ? "" : ' ' + reason->second);
        EXPECT_TRUE(uncatalogued_fields(event).empty()) << word(event.type) << " has " << uncatalogued_fields(event).front();
        EXPECT_FALSE(event.text.empty()) << word(event.type);
    }
    return text;
}

}  // namespace sstp
