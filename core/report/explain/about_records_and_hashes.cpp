// What an administrator is told of the findings about HTTP.SYS records and SSTP's parameters. Severities: DESIGN 6.1.

#include "core/report/explain/explanation.h"

namespace sstp {

namespace {

constexpr Explanation kRecordsAndHashes[] = {
    {.reason = Reason::binding_missing_ipv4,
     .twin = Reason::binding_missing_ipv6,
     .severity = "critical; warning while its clients are served rightly by another record",
     .meaning = "HTTP.SYS has no certificate record for the SSTP port of this family (0.0.0.0 or [::]). Its clients get no TLS session.",
     .seen = "The records of HTTP.SYS were listed (netsh http show sslcert).",
     .we_do = "The record is made, like that of the other family, with the certificate that SSTP uses.",
     .you_do = "Nothing: the record is made anew. If the family is not used here, set listener.ipv4 or listener.ipv6 to false.",
     .keys = "listener.ipv4 listener.ipv6 listener.port"},
    {.reason = Reason::binding_mismatch,
     .severity = "critical",
     .meaning =
         "SSTP's own record names another certificate than it should. Clients get a certificate that crypto binding does not expect, "
         "or one that they refuse (RasSstp events 24 and 32).",
     .seen = "The record of HTTP.SYS was compared with the certificate that everything should name.",
     .we_do = "The record is rewritten, every other field kept; RRAS is restarted only if it holds something else.",
     .you_do = "Nothing: it is put right. If it comes back, find what writes it: see heal_does_not_last.",
     .keys = "certificate.dns_names restart.window"},
    {.reason = Reason::binding_foreign_owner,
     .severity = "critical; warning while clients are served rightly",
     .meaning = "The record of the SSTP port belongs to another program (IIS, RD Gateway), and names another certificate than SSTP needs.",
     .seen = "The record's AppId is not SSTP's {ba195980-cd49-458b-9e23-c84ee0adcd75}.",
     .we_do = "Nothing, unless listener.foreign_owner is take_over: two healers that fight over one record flip it for ever.",
     .you_do = "Let its owner name the certificate that SSTP uses. Or let us have the record: listener.foreign_owner = take_over. Beside "
               "DirectAccess or NLB only the owner can correct it.",
     .keys = "listener.foreign_owner accepted"},
    {.reason = Reason::binding_shadowed,
     .severity = "critical; warning while what is served there is right; information for a name that VPN clients are not taken to use",
     .meaning = "HTTP.SYS prefers another record to SSTP's: one for an exact address, or for a host name (SNI). Clients that come that way "
                "get its certificate.",
     .seen = "Records of HTTP.SYS that are more exact than 0.0.0.0 and [::]; probes at that address, or with that name.",
     .we_do = "Such a record is never changed. Where it decides for all clients of a name, its certificate is what SSTP follows.",
     .you_do = "Let its owner remove it, or name the certificate that SSTP uses. If it is meant so: accepted = binding_shadowed.",
     .keys = "accepted certificate.dns_names"},
    {.reason = Reason::binding_not_replaceable,
     .severity = "warning",
     .meaning = "The record has extended parameters that would be lost if it were replaced, and this Windows has no call that keeps them.",
     .seen = "HTTP.SYS could not update the record in place when a heal tried.",
     .we_do = "It is left as it is, and the heal is taken back.",
     .you_do = "Change its certificate by hand: netsh http update sslcert. The finding names the record.",
     .keys = ""},
    {.reason = Reason::hash_sha1_missing,
     .severity = "critical where RRAS reads it (Sha1Enabled); else information",
     .meaning = "SSTP's parameters have no Sha1CertificateHash. Where SHA-1 crypto binding is enabled, its clients are cut off after "
                "sign-in.",
     .seen = "HKLM\\SYSTEM\\CurrentControlSet\\Services\\SstpSvc\\Parameters.",
     .we_do = "The value is written, together with the SHA-256; without a restart where RRAS does not read it.",
     .you_do = "Nothing: it is written.",
     .keys = ""},
    {.reason = Reason::hash_sha1_malformed,
     .severity = "critical where RRAS reads it (Sha1Enabled); else information",
     .meaning = "Sha1CertificateHash has the wrong type or length.",
     .seen = "HKLM\\SYSTEM\\CurrentControlSet\\Services\\SstpSvc\\Parameters: it should be REG_BINARY of 20 bytes.",
     .we_do = "The value is written anew, together with the SHA-256.",
     .you_do = "Nothing: it is written. If it comes back, find the script or policy that writes it.",
     .keys = ""},
    {.reason = Reason::hash_sha1_mismatch,
     .severity = "critical where RRAS reads it (Sha1Enabled); else information",
     .meaning = "Sha1CertificateHash names another certificate than it should. Where RRAS reads it, crypto binding ends those tunnels.",
     .seen = "The stored hash was compared with the certificate that everything should name.",
     .we_do = "The value is written; RRAS is restarted only where it reads SHA-1 and holds something else.",
     .you_do = "Nothing: it is written. If it comes back, see heal_does_not_last.",
     .keys = ""},
    {.reason = Reason::hash_sha256_missing,
     .severity = "critical",
     .meaning =
         "SSTP's parameters have no Sha256CertificateHash: crypto binding has nothing to compare with, and tunnels end after sign-in.",
     .seen = "HKLM\\SYSTEM\\CurrentControlSet\\Services\\SstpSvc\\Parameters.",
     .we_do = "The value is written and, where RRAS does not hold the right one, RRAS is restarted.",
     .you_do = "Nothing: it is written.",
     .keys = ""},
    {.reason = Reason::hash_sha256_malformed,
     .severity = "critical",
     .meaning = "Sha256CertificateHash has the wrong type or length: RRAS cannot read it, and tunnels end after sign-in.",
     .seen = "HKLM\\SYSTEM\\CurrentControlSet\\Services\\SstpSvc\\Parameters: it should be REG_BINARY of 32 bytes.",
     .we_do = "The value is written anew and, where RRAS does not hold the right one, RRAS is restarted.",
     .you_do = "Nothing: it is written. If it comes back, find the script or policy that writes it.",
     .keys = ""},
    {.reason = Reason::hash_sha256_mismatch,
     .severity = "critical",
     .meaning = "The stored hash names another certificate than the listeners serve. TLS looks healthy, and every tunnel ends right after "
                "sign-in (crypto binding, MS-SSTP 3.3.3), now or from the next start of RRAS on.",
     .seen = "Sha256CertificateHash was compared with the certificate that everything should name.",
     .we_do = "The value is written. RRAS is restarted only if it holds something else.",
     .you_do = "Nothing: it is written. If it comes back, see heal_does_not_last.",
     .keys = "restart.window"},
    {.reason = Reason::hash_flag_malformed,
     .severity = "critical",
     .meaning = "isHashConfiguredByAdmin has a type that RRAS does not read. Nobody knows whether it keeps the hashes at its next start.",
     .seen = "HKLM\\SYSTEM\\CurrentControlSet\\Services\\SstpSvc\\Parameters: it should be REG_DWORD.",
     .we_do = "It is written as what it was meant to be: 1 if any spelling of it says 1, else 0.",
     .you_do = "Nothing: it is written. If it comes back, find the script that writes it as text.",
     .keys = ""},
    {.reason = Reason::hash_unknown_to_this_server,
     .severity = "critical; warning while clients connect",
     .meaning =
         "An administrator set a hash (isHashConfiguredByAdmin is 1) of a certificate that this server does not have. It may be that "
         "of a load balancer in front, or a mistake that locks users out.",
     .seen = "The stored hash leads to no certificate of the store, to no listener, and to nothing that was seen at work before. Or RRAS "
             "holds such a hash since its start, clients connect with it, and another one was stored since.",
     .we_do = "Nothing is written or restarted until the policy or a failing start of RRAS settles what it is.",
     .you_do = "If it is wrong, name the right one in certificate.thumbprint. If a balancer ends TLS, set UseHttps to 0 as "
               "Microsoft describes. If it was written over, write the hash back that RRAS holds: the next start of RRAS reads what is "
               "stored.",
     .keys = "certificate.thumbprint certificate.dns_names"},
    {.reason = Reason::hash_newer_than_service,
     .severity = "critical; warning where it is not known what RRAS holds",
     .meaning = "The registry is right, but RRAS started before it was and still holds the old hash. Tunnels end right after sign-in.",
     .seen = "When RRAS started was compared with when the parameters were written, and with the first session since.",
     .we_do = "RRAS is restarted: at once when clients are cut off, in the hours of the window when that is not known.",
     .you_do = "Nothing: RemoteAccess is restarted. At once: sstp-watchdog heal --ignore-window (ends all VPN sessions).",
     .keys = "restart.window restart.services"},
    {.reason = Reason::configuration_pending,
     .severity = "warning",
     .meaning = "Port or UseHttps was changed in the registry, and RRAS still runs with the old value.",
     .seen = "SSTP's parameters were compared with what RRAS applied when it last started (ConfigStore).",
     .we_do = "Nothing is written while it is so: records of the new port are RRAS's to make.",
     .you_do = "Restart-Service RemoteAccess applies it (ends all VPN sessions). Or put the old value back.",
     .keys = "listener.port"},
};

}  // namespace

std::span<const Explanation> about_records_and_hashes() { return kRecordsAndHashes; }

}  // namespace sstp
