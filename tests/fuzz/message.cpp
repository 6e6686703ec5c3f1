// Whatever an event holds: every format renders it, within its bound, and a strict reader of that format takes it.
#include "core/siem/message.h"
#include "core/journal/catalogue.h"
#include "tests/core/siem/example_events.h"
#include "tests/core/siem/strict_event.h"
#include "tests/core/siem/strict_syslog.h"

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

using namespace sstp;

/// Of a datagram: every message fits into that.
constexpr std::size_t kSmallestBound = 1180;

/// The input: six bytes that choose, then the sentence, the host name and the fields, each behind a byte 0xFE (never in UTF-8).
class Input {
public:
    Input(const std::uint8_t* data, std::size_t size) : rest_(reinterpret_cast<const char*>(data), size) {}

    unsigned byte() {
        if (rest_.empty()) return 0;
        const unsigned taken = static_cast<unsigned char>(rest_.front());
        rest_.remove_prefix(1);
        return taken;
    }
    std::string text() {
        const std::size_t end = rest_.find('\xFE');
        std::string taken{rest_.substr(0, end)};
        rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
        return taken;
    }
    [[nodiscard]] bool empty() const { return rest_.empty(); }

private:
    std::string_view rest_;
};

[[noreturn]] void broken(const std::string& rule, const std::string& message) {
    std::fprintf(stderr, "%s\n%s\n", rule.c_str(), message.c_str());
    std::abort();
}

void judge(const SiemDestination& destination, const JournalEvent& event, const Sender& sender, std::size_t most) {
    const std::string message = render_message(destination, event, sender, most);
    const strict::ReceivedEvent got = strict::read_event(destination, message);
    if (!got.problem.empty()) broken(got.problem, message);
    if (got.id != event_id(sender.installation_id, event.sequence)) broken("another id", message);
    if (got.action != word(event.type)) broken("another event", message);
    if (most != 0 && message.size() > most) broken("longer than its bound", message);
    if (most == 0) {
        for (const auto& [name, value] : event.fields) {
            const bool arrives = value.empty() || !catalogue_field(name) || got.fields.contains(name);
            if (!arrives) broken("a field is missing: " + name, message);
        }
    }
    SiemDestination stream = destination;
    stream.transport = SyslogTransport::tls;
    const Payload payload = render_payload(stream, {&event, 1}, sender);
    if (payload.messages.size() != 1) broken("not one message for one event", message);
    const bool counted = stream.type == DestinationType::syslog && stream.framing == SyslogFraming::octet_counting;
    if (counted && strict::split_octet_counted(payload.messages.front()).value_or(std::vector<std::string>{}).size() != 1) {
        broken("not one frame", payload.messages.front());
    }
    if (!counted && payload.messages.front().find('\n') < payload.messages.front().size() - 1) broken("a line feed inside", message);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const std::vector<example::Way> ways = example::every_way();
    Input input(data, size);
    SiemDestination destination = ways[input.byte() % ways.size()].destination;
    destination.framing = input.byte() % 2 == 0 ? SyslogFraming::octet_counting : SyslogFraming::lf;
    JournalEvent event;
    event.type = static_cast<EventType>(input.byte() % kEventTypeCount);
    event.sequence = input.byte();
    event.time = WallTime{Duration{static_cast<std::int64_t>(input.byte()) << 36}};
    const bool bounded = input.byte() % 2 != 0;
    event.text = input.text();
    Sender sender = example::sender();
    sender.computer = input.text();
    while (!input.empty()) {
        // A number names a field of the catalogue, so that the search need not guess words; anything else is the name itself.
        std::string name = input.text();
        if (name.size() == 1) name = catalogue_fields()[static_cast<unsigned char>(name.front()) % catalogue_fields().size()].name;
        event.fields[name] = input.text();
    }
    judge(destination, event, sender, bounded && destination.type == DestinationType::syslog ? kSmallestBound : 0);
    return 0;
}
