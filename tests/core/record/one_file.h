#pragma once

#include "core/ports/event_sink.h"
#include "core/ports/files.h"

#include <optional>
#include <string>
#include <vector>

namespace sstp {

/// One file, whatever its name, that can refuse.
class OneFile final : public Files {
public:
    std::optional<std::string> content;
    std::optional<ErrorKind> read_fails, replace_fails;

    Result<std::string> read(const std::string&, std::size_t) override {
        if (read_fails) return Error{*read_fails, "read", "unsaved.json", 0, "no"};
        if (!content) return Error{ErrorKind::not_found, "read", "unsaved.json", 2, "not found"};
        return *content;
    }
    Result<void> replace(const std::string&, const std::string& text) override {
        if (replace_fails) return Error{*replace_fails, "replace", "unsaved.json", 0, "no"};
        content = text;
        return {};
    }
};

/// What went to the Windows Event Log.
class ToldEvents final : public EventSink {
public:
    std::vector<JournalEvent> events;
    std::vector<std::string> ids;

    Result<void> report(const JournalEvent& event, const std::string& id) override {
        events.push_back(event);
        ids.push_back(id);
        return {};
    }
};

}  // namespace sstp
