#include "service/windows/siem_transports.h"

#include "service/windows/siem_https.h"
#include "service/windows/siem_stream.h"
#include "service/windows/siem_udp.h"
#include "service/windows/system_clock.h"

namespace sstp {

namespace {

class SiemLine final : public DeliveryLine {
public:
    explicit SiemLine(const SiemDestination& destination) : transport_(make_siem_transport(destination, stop_)) {}

    SiemTransport& transport() override { return *transport_; }
    Clock& clock() override { return clock_; }
    void stop() noexcept override { stop_.request(); }

private:
    StopSignal stop_;
    SystemClock clock_{stop_};
    std::unique_ptr<SiemTransport> transport_;
};

}  // namespace

std::unique_ptr<SiemTransport> make_siem_transport(const SiemDestination& destination, const StopSignal& stop) {
    if (destination.type == DestinationType::https) return std::make_unique<SiemHttps>(destination, stop);
    if (destination.transport == SyslogTransport::udp) return std::make_unique<SiemUdp>(destination, stop);
    return std::make_unique<SiemStream>(destination, stop);
}

std::unique_ptr<DeliveryLine> open_siem_line(const SiemDestination& destination) { return std::make_unique<SiemLine>(destination); }

}  // namespace sstp
