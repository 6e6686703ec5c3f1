#pragma once

#include "core/record/memory_record.h"
#include "tests/simulated_windows/world.h"

#include <functional>
#include <optional>
#include <vector>

namespace sstp::simulation {

/// The state database of a run, which survives our process. Whatever becomes durable is shown to the judge.
class JudgedRecord final : public Record {
public:
    explicit JudgedRecord(simulated::World& world) : world_(world), inner_("0123456789abcdef0123456789abcdef") {}

    Result<RecordContents> load() override { return inner_.load(); }
    Result<std::uint64_t> commit(const RecordUpdate& update) override {
        const auto before = inner_.contents().open_heal;
        auto committed = inner_.commit(update);
        // Nothing that a dying call does is heard of by the process; it is durable all the same.
        if (committed && on_commit) {
            const auto& all = inner_.events();
            const auto first = all.end() - static_cast<std::ptrdiff_t>(std::min(update.events.size(), all.size()));
            on_commit(before, std::vector<JournalEvent>(first, all.end()));
        }
        return committed;
    }
    Result<std::vector<JournalEvent>> journal(std::optional<WallTime> since, std::size_t most) override { return inner_.journal(since, most); }

    [[nodiscard]] const RecordContents& contents() const { return inner_.contents(); }

    std::function<void(const std::optional<OpenHeal>& before, const std::vector<JournalEvent>&)> on_commit;

private:
    simulated::World& world_;
    MemoryRecord inner_;
};

}  // namespace sstp::simulation
