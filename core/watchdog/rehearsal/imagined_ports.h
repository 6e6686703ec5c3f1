#pragma once

#include "core/ports/ports.h"
#include "core/watchdog/rehearsal/imagined_server.h"

#include <memory>

namespace sstp::rehearsal {

/// Every port over an imagined server. `record` keeps what is remembered; nobody outside is told.
class ImaginedPorts {
public:
    ImaginedPorts(ImaginedServer& server, const Snapshot& snapshot, Record& record);
    ~ImaginedPorts();
    ImaginedPorts(const ImaginedPorts&) = delete;
    ImaginedPorts& operator=(const ImaginedPorts&) = delete;
    [[nodiscard]] Ports ports();

private:
    struct All;
    std::unique_ptr<All> all_;
    Record& record_;
};

/// Its clock, for a record that moves running time on.
class ImaginedClock final : public Clock {
public:
    explicit ImaginedClock(ImaginedServer& server) : server_(server) {}
    WallTime wall() override { return server_.now.wall; }
    MonotonicTime monotonic() override { return server_.now.monotonic; }
    UtcOffset local_offset(WallTime at) override { return offset_at(server_.local_time, at); }
    bool is_synchronised() override { return true; }
    bool pause(Duration how_long) override {
        server_.advance(how_long);
        return true;
    }
    void wait(Duration how_long) override { server_.advance(how_long); }

private:
    ImaginedServer& server_;
};

/// The policy file of a rehearsal.
inline constexpr char kPolicyFile[] = "policy.json";

}  // namespace sstp::rehearsal
