#pragma once

#include "core/record/memory_record.h"

#include <optional>

namespace sstp {

/// A database that can be told to refuse, or to do it and report an error all the same.
class Stubborn final : public Record {
public:
    explicit Stubborn(Clock& clock) : inner("0123", &clock) {}
    MemoryRecord inner;
    std::optional<ErrorKind> load_fails, commit_fails;
    bool commits_all_the_same = false;

    Result<RecordContents> load() override {
        if (load_fails) return Error{*load_fails, "open", "state.db", 0, "no"};
        return inner.load();
    }
    Result<std::uint64_t> commit(const RecordUpdate& update) override {
        if (commit_fails && commits_all_the_same) (void)inner.commit(update);
        if (commit_fails) return Error{*commit_fails, "write to", "state.db", 0, "no"};
        return inner.commit(update);
    }
    Result<std::vector<JournalEvent>> journal(std::optional<WallTime> since, std::size_t most) override {
        return inner.journal(since, most);
    }
};

}  // namespace sstp
