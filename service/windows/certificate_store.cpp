#include "service/windows/certificate_store.h"

#include "service/windows/beside.h"
#include "service/windows/certificate_key.h"
#include "service/windows/certificate_reading.h"
#include "service/windows/os_error.h"
#include "service/windows/system_clock.h"
#include "service/windows/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

namespace sstp {
namespace {

constexpr const char* kList = "list the certificates of";
constexpr const char* kFind = "look for the certificate";
constexpr const char* kArchive = "archive the certificate";
constexpr const char* kDelete = "delete the certificate";
/// Where nobody could tell, the network is left alone for a while: a server without a way to the Internet would otherwise spend
/// its time-outs in every cycle. A verdict holds as long: CRLs and roots do not change by the minute.
constexpr Duration kLeaveTheNetworkAlone = std::chrono::minutes{15};
constexpr Duration kChainHolds = std::chrono::minutes{15};
/// Opening a key is an audit record (Security 5058, 5061), and a round trip to an HSM.
constexpr Duration kKeyHolds = std::chrono::hours{1};
constexpr Duration kKeyPatience = std::chrono::seconds{10};
/// The engine bounds one retrieval; issuers, CRLs and the list of roots are several.
constexpr Duration kChainPatience = std::chrono::seconds{15};
// The biggest stores in the field have some hundred.
constexpr std::size_t kMostCertificates = 20'000;

Result<UniqueStore> open_store(const std::string& store, DWORD access, const char* operation, const std::string& subject) {
    const auto name = to_wide(store);
    if (!name || name->empty()) return own_error(ErrorKind::malformed, operation, subject, "that is no name of a store");
    // OPEN_EXISTING: looking at a store must not create it.
    UniqueStore open{CertOpenStore(CERT_STORE_PROV_SYSTEM_W, 0, 0, CERT_SYSTEM_STORE_LOCAL_MACHINE | CERT_STORE_OPEN_EXISTING_FLAG | access,
                                   name->c_str())};
    if (!open) {
        const DWORD code = GetLastError();
        return os_error(operation, subject, code);
    }
    return open;
}

Result<UniqueCertificateContext> find(HCERTSTORE store, const Thumbprint& thumbprint, const char* operation, const std::string& subject) {
    Bytes bytes = thumbprint.to_vector();
    CRYPT_HASH_BLOB hash{static_cast<DWORD>(bytes.size()), bytes.data()};
    UniqueCertificateContext found{
        CertFindCertificateInStore(store, X509_ASN_ENCODING | PKCS_7_ASN_ENCODING, 0, CERT_FIND_SHA1_HASH, &hash, nullptr)};
    if (found) return found;
    return os_error(ErrorKind::not_found, operation, subject, static_cast<std::uint32_t>(CRYPT_E_NOT_FOUND));
}

/// Closes a store that was written to: some systems write to the registry only now, and an error here is a lost change.
Result<void> commit(UniqueStore& store, const char* operation, const std::string& subject) {
    if (!CertControlStore(store.get(), 0, CERT_STORE_CTRL_COMMIT, nullptr)) {
        const DWORD code = GetLastError();
        // A store that writes at once has nothing to commit.
        if (code != ERROR_NOT_SUPPORTED && code != ERROR_CALL_NOT_IMPLEMENTED) return os_error(operation, subject, code);
    }
    if (!CertCloseStore(store.release(), 0)) {
        const DWORD code = GetLastError();
        return os_error(operation, subject, code);
    }
    return {};
}

/// A copy of the context that lives as long as whoever uses it.
std::shared_ptr<UniqueCertificateContext> shared(PCCERT_CONTEXT context) {
    return std::make_shared<UniqueCertificateContext>(CertDuplicateCertificateContext(context));
}

bool is_listed(const std::vector<Thumbprint>& list, const Thumbprint& thumbprint) {
    return std::ranges::find(list, thumbprint) != list.end();
}

bool is_settled(const ChainAnswer& answer) {
    const ChainVerdict* verdict = value_of(answer.verdict);
    return verdict != nullptr && verdict->trust != ChainTrust::unknown && verdict->revocation != Revocation::unknown;
}

}  // namespace

std::optional<KeyVerdict> CertificateStore::key_of(PCCERT_CONTEXT context, Known& known, const CertificateQuery& query) {
    // Whoever serves with it has proved a key, and no opening could prove more. Another store may hold a copy with a key of its own: that
    // this one has any, the link beside it says, which opens nothing.
    if (is_listed(query.served, known.parsed.thumbprint)) {
        DWORD code = ERROR_SUCCESS;
        const bool has_none = !key_link(context, code) && code == ERROR_SUCCESS;
        return KeyVerdict{has_none ? KeyState::absent : KeyState::usable, {}};
    }
    if (known.key && monotonic_now() - known.key_asked_at < kKeyHolds) return known.key;
    if (known.parsed.archived) {
        DWORD code = ERROR_SUCCESS;
        if (!key_link(context, code) && code == ERROR_SUCCESS) return KeyVerdict{KeyState::absent, {}};
        return KeyVerdict{KeyState::unknown, "its key was not asked for, because it is archived"};
    }
    const auto own = shared(context);
    auto verdict = beside(stop_, [own]() noexcept { return judge_key(own->get()); }, kKeyPatience);
    if (!verdict && stop_.requested()) return std::nullopt;
    if (!verdict) {
        verdict = KeyVerdict{KeyState::unknown, fmt::format("the provider of its key did not answer within {}", to_string(kKeyPatience))};
    }
    known.key = verdict;
    known.key_asked_at = monotonic_now();
    return verdict;
}

std::optional<ChainAnswer> CertificateStore::ask(PCCERT_CONTEXT context, const Certificate& certificate, const CertificateQuery& query,
                                                 bool network) {
    const auto own = shared(context);
    const ChainQuestion question{query.revocation, network, query.timeout, nullptr};
    const auto programme = programme_;
    // Never on our thread: retrieval is out of our hands, and a store may be one that somebody's provider makes up.
    auto answer = beside(
        stop_,
        [own, certificate, question, programme]() noexcept { return ask_chain_engine(own->get(), certificate, question, *programme); },
        network ? query.timeout * 2 + kChainPatience : kChainPatience);
    if (answer) return answer;
    if (stop_.requested()) return std::nullopt;
    return ChainAnswer{
        Unreadable{own_error(ErrorKind::timed_out, "build the chain of", brief(certificate), "the chain engine does not answer")}, {}};
}

std::optional<ChainAnswer> CertificateStore::chain_of(PCCERT_CONTEXT context, Known& known, const Certificate& certificate,
                                                      const CertificateQuery& query) {
    const MonotonicTime now = monotonic_now();
    const bool holds = known.chain && known.chain_asked_with == query.revocation && now - known.chain_asked_at < kChainHolds;
    if (holds && is_settled(*known.chain)) return known.chain;
    auto answer = ask(context, certificate, query, false);
    if (!answer) return std::nullopt;
    const ChainVerdict* from_caches = value_of(answer->verdict);
    FILETIME wall{};
    GetSystemTimeAsFileTime(&wall);
    const bool lately =
        query.revocation != RevocationPolicy::require && known.asked_in_vain && now - *known.asked_in_vain < kLeaveTheNetworkAlone;
    const bool worth = from_caches == nullptr || is_worth_the_network(certificate, *from_caches, query.revocation, to_wall_time(wall));
    if (worth && !lately) {
        auto from_network = ask(context, certificate, query, true);
        if (!from_network) return std::nullopt;
        known.asked_in_vain.reset();
        if (!is_settled(*from_network)) known.asked_in_vain = monotonic_now();
        // What the caches know is better than no answer at all.
        if (value_of(from_network->verdict) != nullptr || from_caches == nullptr) answer = std::move(from_network);
    } else if (worth && holds) {
        // Asked in vain a moment ago: what the network added then still counts.
        return known.chain;
    }
    known.chain = answer;
    known.chain_asked_with = query.revocation;
    known.chain_asked_at = monotonic_now();
    return answer;
}

std::optional<Certificate> CertificateStore::complete(PCCERT_CONTEXT context, Known& known, const CertificateQuery& query) {
    Certificate certificate = known.parsed;
    auto key = key_of(context, known, query);
    if (!key) return std::nullopt;
    certificate.key = key->state;
    certificate.key_explanation = std::move(key->explanation);
    const auto chain = chain_of(context, known, certificate, query);
    if (!chain) return std::nullopt;
    certificate.chain = chain->verdict;
    describe_paths(chain->paths, certificate);
    return certificate;
}

/// What is remembered of it, while its bytes and properties are those of before; else read anew. Null: it cannot be parsed.
std::shared_ptr<CertificateStore::Known> CertificateStore::known_of(PCCERT_CONTEXT context, const Bytes& encoding) const {
    std::wstring properties = properties_in(context);
    if (const auto before = known_.find(encoding); before != known_.end() && before->second->properties == properties)
        return before->second;
    auto parsed = read_certificate(context);
    if (!parsed) return nullptr;
    auto known = std::make_shared<Known>();
    known->properties = std::move(properties);
    known->parsed = *std::move(parsed);
    return known;
}

/// When the first verdict or key is to be asked for again; now, where a verdict is none.
MonotonicTime CertificateStore::next_due(const CertificateQuery& query, MonotonicTime now) const {
    MonotonicTime due{now.since_boot + kChainHolds};
    for (const auto& [encoding, known] : known_) {
        if (!known->chain || !is_settled(*known->chain)) return now;
        due = std::min(due, MonotonicTime{known->chain_asked_at.since_boot + kChainHolds});
        if (known->key && !is_listed(query.served, known->parsed.thumbprint))
            due = std::min(due, MonotonicTime{known->key_asked_at.since_boot + kKeyHolds});
    }
    return due;
}

Result<CertificateList> CertificateStore::list(const CertificateQuery& query) {
    const bool changed = changes_.since_last_time();  // before anything is read: what comes later is told the next time
    const bool holds = last_ && !changed && last_->query == query && monotonic_now() < last_->holds_until;
    if (holds && !query.open_keys_anew) return last_->list;
    last_.reset();
    auto list = read(query);
    if (list) {
        last_ = {*list, query, next_due(query, monotonic_now())};
        last_->query.open_keys_anew = false;
    }
    return list;
}

Result<CertificateList> CertificateStore::read(const CertificateQuery& query) {
    // Enumerations pass archived certificates over unless the store was opened with this flag; searches by hash find them, and
    // HTTP.SYS searches by hash (Microsoft, CertSetCertificateContextProperty, CERT_ARCHIVED_PROP_ID).
    const auto open = open_store(store_, CERT_STORE_READONLY_FLAG | CERT_STORE_ENUM_ARCHIVED_FLAG, kList, path());
    if (!open) return open.error();
    if (query.open_keys_anew) {
        for (auto& [encoding, known] : known_) {
            known->key.reset();
            known->chain.reset();
        }
    }
    programme_ = RootProgramme::now(programme_);
    KnownByEncoding found;
    std::vector<Certificate> certificates;
    UniqueCertificateContext context;
    for (std::size_t seen = 0;; ++seen) {
        // The call frees the context that it is given.
        context = UniqueCertificateContext{CertEnumCertificatesInStore(open->get(), context.release())};
        if (!context) {
            const DWORD code = GetLastError();
            // Anything but the end of the list would hide certificates, and a hidden one counts as deleted.
            if (code == static_cast<DWORD>(CRYPT_E_NOT_FOUND) || code == ERROR_NO_MORE_FILES || code == ERROR_SUCCESS) break;
            return os_error(kList, path(), code);
        }
        if (seen == kMostCertificates) return own_error(ErrorKind::malformed, kList, path(), "there are more than 20,000");
        Bytes encoding(context.get()->pbCertEncoded, context.get()->pbCertEncoded + context.get()->cbCertEncoded);
        auto known = known_of(context.get(), encoding);
        if (!known) continue;
        auto certificate = complete(context.get(), *known, query);
        if (!certificate) return own_error(ErrorKind::stopped, kList, path(), "our own stop was requested");
        certificates.push_back(*std::move(certificate));
        found.insert_or_assign(std::move(encoding), std::move(known));
    }
    known_ = std::move(found);
    return CertificateList{std::move(certificates)};
}

Result<bool> CertificateStore::holds(const Thumbprint& certificate) {
    const std::string subject = fmt::format("{} in {}", certificate.to_string(), path());
    const auto open = open_store(store_, CERT_STORE_READONLY_FLAG, kFind, subject);
    if (!open) return open.error();
    const auto found = find(open->get(), certificate, kFind, subject);
    if (!found) return found.error().kind == ErrorKind::not_found ? Result<bool>{false} : Result<bool>{found.error()};
    return !is_archived(found->get());
}

Result<void> CertificateStore::archive(const Thumbprint& certificate) {
    const std::string subject = fmt::format("{} in {}", certificate.to_string(), path());
    auto open = open_store(store_, 0, kArchive, subject);
    if (!open) return open.error();
    auto found = find(open->get(), certificate, kArchive, subject);
    if (!found) return found.error();
    CRYPT_DATA_BLOB nothing{0, nullptr};  // the property is there or not; it has no value
    if (!CertSetCertificateContextProperty(found->get(), CERT_ARCHIVED_PROP_ID, 0, &nothing)) {
        const DWORD code = GetLastError();
        return os_error(kArchive, subject, code);
    }
    found->reset();
    return commit(*open, kArchive, subject);
}

Result<void> CertificateStore::remove(const Thumbprint& certificate) {
    const std::string subject = fmt::format("{} in {}", certificate.to_string(), path());
    auto open = open_store(store_, 0, kDelete, subject);
    if (!open) return open.error();
    auto found = find(open->get(), certificate, kDelete, subject);
    if (!found) return found.error();
    // The call frees the context, whether or not it succeeds.
    if (!CertDeleteCertificateFromStore(found->release())) {
        const DWORD code = GetLastError();
        return os_error(kDelete, subject, code);
    }
    return commit(*open, kDelete, subject);
}

}  // namespace sstp
