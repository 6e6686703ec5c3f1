#include "tests/windows_server/kit/probes.h"

namespace sstp::kit {

const std::vector<Probe>& probes() {
    static const std::vector<Probe> all{
        {"service", "NAME", "state, process, neighbours, configuration; 0 runs, 1 does not, 2 missing", probe_service},
        {"dependants", "NAME", "what depends on it, and whether it takes a stop", probe_dependants},
        {"watch", "NAME SECONDS", "each change of its state until it runs and takes a stop", probe_watch},
        {"when", "NAME STATE SECONDS COMMAND...", "runs the command as soon as the service is in that state", probe_when},
        {"hold", "NAME FILE SECONDS", "holds service and file open, as a Services console and Event Viewer do", probe_hold},
        {"process", "NAME", "token and mitigation policies of the service's process", probe_process},
        {"every", "SECONDS FOR CODE COMMAND...", "runs the command again and again until it ends with that code", probe_every},
        {"records", "", "TLS records of HTTP.SYS, extended ones too", probe_records},
        {"keys", "", "keys in LocalMachine\\MY as the product judges them", probe_keys},
        {"renewal-link", "OLD NEW|none", "CHANGES the link from a certificate to its successor", probe_renewal_link},
        {"offset", "", "local time of January and July as the product sees it", probe_offset},
    };
    return all;
}

}  // namespace sstp::kit
