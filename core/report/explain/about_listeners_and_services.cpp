// What an administrator is told of the findings about listeners and services. Severities: DESIGN 6.1.

#include "core/report/explain/explanation.h"

namespace sstp {

namespace {

constexpr Explanation kListenersAndServices[] = {
    {.reason = Reason::served_certificate_differs_ipv4,
     .twin = Reason::served_certificate_differs_ipv6,
     .severity = "warning; critical when several looks agree",
     .meaning = "A handshake gets another certificate than the record of that family names. Crypto binding fails for its clients.",
     .seen = "A TLS handshake with every address on which clients arrive, compared with the record of HTTP.SYS.",
     .we_do = "When verify.confirmations looks in a row agree, RRAS is restarted once. If that does not cure it, it is only reported.",
     .you_do = "Look for what else serves the port: netsh http show sslcert. A balancer or proxy on this "
               "machine shows like that as well.",
     .keys = "verify.confirmations"},
    {.reason = Reason::listener_unreachable_ipv4,
     .twin = Reason::listener_unreachable_ipv6,
     .severity = "critical; warning until several looks agree, and for a family that never worked while the other one does",
     .meaning = "No TLS session comes about where clients of this family call.",
     .seen = "A TLS handshake with every address on which clients arrive; the finding quotes the error.",
     .we_do = "When verify.confirmations looks in a row agree, RRAS is restarted once. If that does not cure it, it is only reported. "
              "None where no address of the IP listen list is this machine's.",
     .you_do = "See what the error says, and the System log (HttpEvent, Schannel). If the family is not used here, set listener.ipv4 or "
               "listener.ipv6 to false.",
     .keys = "verify.confirmations verify.timeout listener.ipv4 listener.ipv6"},
    {.reason = Reason::listener_excluded_ipv4,
     .twin = Reason::listener_excluded_ipv6,
     .severity = "information",
     .meaning = "HTTP.SYS has an IP listen list without an address of this family, or IPv6 is switched off on this machine, so that the "
                "family is not served at all.",
     .seen = "netsh http show iplisten; for IPv6 also that no interface has an address of it and ::1 takes no connection.",
     .we_do = "Nothing: that is a set-up, not a fault. Probes go to the listed addresses.",
     .you_do = "Nothing if it is meant so. listener.ipv4 or listener.ipv6 = false says it. Else, where the list has "
               "entries, add one: netsh http add iplisten. Never to an empty list, with which HTTP.SYS listens everywhere: its first entry "
               "excludes every other address, and so the other family.",
     .keys = "listener.ipv4 listener.ipv6"},
    {.reason = Reason::port_taken,
     .severity = "critical",
     .meaning = "Another program than HTTP.SYS has the SSTP port. Clients get that program, whatever is bound.",
     .seen = "The owner of the listening socket, by process name.",
     .we_do = "It is told. A restart of RRAS changes nothing, so none is made.",
     .you_do = "Stop that program, or move it to another port. Then restart RemoteAccess.",
     .keys = "listener.port"},
    {.reason = Reason::sstp_uri_unhealthy,
     .severity = "warning; critical when several looks agree",
     .meaning = "TLS works, but nobody answers for SSTP behind it. Clients fail before sign-in.",
     .seen = "HEAD on the SSTP URI: a healthy server answers 401; 404 and 503 come from HTTP.SYS when SstpSvc is not registered.",
     .we_do = "When verify.confirmations looks in a row agree, RRAS is restarted once. If that does not cure it, it is only reported.",
     .you_do = "See whether SstpSvc runs and what RasSstp logged. If a proxy answers otherwise and all works, add its status to "
               "verify.uri_status.",
     .keys = "verify.uri_status verify.confirmations"},
    {.reason = Reason::service_stopped,
     .severity = "critical; warning while it is stopping; information where a heal stopped it, for which heal_incomplete stands",
     .meaning = "A service that SSTP needs does not run. Without RemoteAccess nobody gets in.",
     .seen = "The service control manager, with the exit code of the service.",
     .we_do = "One that was stopped cleanly is left stopped: that is an administrator's choice. One that ended for its certificate is "
              "started when that is put right, if its start type is automatic; else nothing is changed. One that a heal stopped is started "
              "by us, every few minutes until it runs.",
     .you_do = "Start it: Start-Service RemoteAccess. If it ends again, read the exit code and the System log. One that is not automatic "
               "is healed once you set it so: Set-Service RemoteAccess -StartupType Automatic.",
     .keys = "restart.services"},
    {.reason = Reason::service_starting,
     .severity = "information",
     .meaning = "The service is starting, or has not had its turn since the machine started.",
     .seen = "The service control manager; exit code 1077 in the first ten minutes after a boot.",
     .we_do = "We look again soon; nothing is changed meanwhile.",
     .you_do = "Nothing: wait for it.",
     .keys = "restart.timeout"},
    {.reason = Reason::service_hung,
     .severity = "critical",
     .meaning = "The service has been starting or stopping for longer than restart.timeout.",
     .seen = "The service control manager, and for how long.",
     .we_do = "Nothing is ended by force and nothing rebooted. Once it ends or runs, healing goes on.",
     .you_do = "End its process or restart the machine, when its sessions allow. If it is only slow, raise restart.timeout.",
     .keys = "restart.timeout"},
    {.reason = Reason::service_disabled,
     .severity = "warning",
     .meaning = "The service is disabled: after a stop it could not be started again.",
     .seen = "The start type in the service control manager.",
     .we_do = "It is never restarted while it is so; what needs no restart is still healed.",
     .you_do = "Enable it: Set-Service RemoteAccess -StartupType Automatic. Or remove SSTP Watchdog, if RRAS is not to run here.",
     .keys = "restart.services"},
    {.reason = Reason::service_missing,
     .severity = "warning",
     .meaning = "A service is not installed on this server: RRAS itself, where the role Remote Access is missing, or one that the policy "
                "lists.",
     .seen = "The service control manager knows no service of that name.",
     .we_do = "Restarts leave it out. Without RemoteAccess nothing is done at all.",
     .you_do = "Install Remote Access, or take the service out of the policy. Without RRAS, SSTP Watchdog has nothing to do here.",
     .keys = "restart.services restart.then"},
    {.reason = Reason::sstp_not_configured,
     .severity = "information",
     .meaning = "SSTP is not in use on this server: RRAS may serve IKEv2, DirectAccess or routing alone.",
     .seen = "No record carries SSTP's AppId, no hash is stored, and no SSTP session was seen.",
     .we_do = "Nothing is changed.",
     .you_do = "Nothing if it is meant so. To have SSTP set up, name the certificate: certificate.dns_names.",
     .keys = "certificate.dns_names certificate.thumbprint"},
    {.reason = Reason::tls_offloaded,
     .severity = "information",
     .meaning = "TLS ends at a load balancer: the certificate that clients see is there, and the stored hash is of that one.",
     .seen = "UseHttps is 0 in SSTP's parameters.",
     .we_do = "Nothing is checked or changed: writing a hash here would lock everybody out.",
     .you_do = "Nothing here: renew at the balancer, and write the new hash with it.",
     .keys = ""},
};

}  // namespace

std::span<const Explanation> about_listeners_and_services() { return kListenersAndServices; }

}  // namespace sstp
