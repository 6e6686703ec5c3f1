#include "service/windows/siem_transports.h"

#include "service/windows/siem_https.h"
#include "service/windows/siem_stream.h"
#include "service/windows/siem_udp.h"

namespace sstp {

std::unique_ptr<SiemTransport> make_siem_transport(const SiemDestination& destination, const StopSignal& stop) {
    if (destination.type == DestinationType::https) return std::make_unique<SiemHttps>(destination, stop);
    if (destination.transport == SyslogTransport::udp) return std::make_unique<SiemUdp>(destination, stop);
    return std::make_unique<SiemStream>(destination, stop);
}

}  // namespace sstp
