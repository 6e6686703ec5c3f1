#include "tests/contracts/tls_scripted_sspi.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace sstp::scripted {

namespace {

constexpr std::size_t kHeader = 5;
constexpr unsigned long kTrailerReserve = 4;
constexpr unsigned long kTrailerUsed = 2;

/// CN=1.test and CN=2.test, P-256, valid until 2081.
constexpr const char* kCertificates[] = {
    "3082011d3081c50214165c1fb3726a23692802e2d316fa7fe60cd2cdd4300a06082a8648ce3d0403023011310f300d06035504030c06312e74657374"
    "3020170d3236313132323137343630345a180f32303831303832353137343630345a3011310f300d06035504030c06312e746573743059301306072a"
    "8648ce3d020106082a8648ce3d030107034200042e2da25a6d49c5d5c612ac338341a73a3d23eaad400bbd94cbca2bcc0bb2700c9e312c37106ca7a2"
    "9e7ca155cca5eb527a82c12014b75fc05679e8825565a712300a06082a8648ce3d040302034700304402202d8cad966348ae0ce7f5fa5cd946e74dee"
    "263b8f5c3578b27c964b295936c748022050e89e1bdbe00c18a7c77269d5a09ce538751a948c0f9c48ca7a2e45efc4782a",
    "3082011e3081c502147e0369561c042638852fa9e182993349d45b13d2300a06082a8648ce3d0403023011310f300d06035504030c06322e74657374"
    "3020170d3236313132323137343630345a180f32303831303832353137343630345a3011310f300d06035504030c06322e746573743059301306072a"
    "8648ce3d020106082a8648ce3d03010703420004479d0209162452a43a8149c3c801175f9059c593f7c2d7af44099abde46776b6fdf421115430a442"
    "10402351f78d61195dec06ecf0590afafac16ec4be985e58300a06082a8648ce3d0403020348003045022100da2f89d2cb2766b9276379b410eb0d7c"
    "fd3a1761a6befc9fbfdb674dec358ee9022062bf519199109c22dd5da9f6f5d168d0b38dd8a38484dad83c0e6c8b324b5bbc"};

/// Length of the first record with its header; nothing when it is not whole.
std::optional<std::size_t> first_record(std::span<const std::uint8_t> bytes) {
    if (bytes.size() < kHeader) return std::nullopt;
    const std::size_t length = kHeader + (std::size_t{bytes[3]} << 8 | bytes[4]);
    return bytes.size() < length ? std::nullopt : std::optional{length};
}

std::string_view payload_of(std::span<const std::uint8_t> whole) {
    return {reinterpret_cast<const char*>(whole.data()) + kHeader, whole.size() - kHeader};
}

std::string_view after(std::string_view text, std::string_view prefix) { return text.substr(prefix.size()); }

}  // namespace

Bytes record(std::uint8_t type, std::string_view payload) {
    Bytes bytes{type, 3, 3, static_cast<std::uint8_t>(payload.size() >> 8), static_cast<std::uint8_t>(payload.size() & 0xFF)};
    bytes.insert(bytes.end(), payload.begin(), payload.end());
    return bytes;
}

Bytes together(std::initializer_list<Bytes> records) {
    Bytes all;
    for (const auto& one : records) all.insert(all.end(), one.begin(), one.end());
    return all;
}

std::vector<std::string> words(std::span<const std::uint8_t> bytes) {
    std::vector<std::string> found;
    while (const auto length = first_record(bytes)) {
        found.push_back(std::to_string(bytes[0]) + ":" + std::string(payload_of(bytes.first(*length))));
        bytes = bytes.subspan(*length);
    }
    if (!bytes.empty()) found.emplace_back("and a part of a record");
    return found;
}

ScriptedSspi::~ScriptedSspi() = default;

SECURITY_STATUS ScriptedSspi::acquire_credentials(void* options, CredHandle* credentials) {
    const unsigned long version = *static_cast<const DWORD*>(options);
    versions_asked.push_back(version);
    const SECURITY_STATUS status = version == SCH_CREDENTIALS_VERSION ? modern_credentials : old_credentials;
    if (status != SEC_E_OK) return status;
    *credentials = {versions_asked.size(), versions_asked.size()};
    ++live;
    return SEC_E_OK;
}

SECURITY_STATUS ScriptedSspi::answer(SecBufferDesc* output, std::string_view payload, SECURITY_STATUS status, std::uint8_t type) {
    const Bytes token = record(type, payload);
    auto* copy = new std::uint8_t[token.size()];
    ++live;
    std::copy(token.begin(), token.end(), copy);
    output->pBuffers[0].pvBuffer = copy;
    output->pBuffers[0].cbBuffer = static_cast<unsigned long>(token.size());
    return status;
}

SECURITY_STATUS ScriptedSspi::initialize_context(CredHandle* credentials, CtxtHandle* context, const wchar_t* name,
                                                 unsigned long requirements, SecBufferDesc* input, CtxtHandle* new_context,
                                                 SecBufferDesc* output, unsigned long* attributes) {
    credentials_used.push_back(credentials->dwLower);
    if (!context) {
        target = name ? std::optional<std::wstring>(name) : std::nullopt;
        *new_context = {2, 2};
        ++live;
        return answer(output, "client-hello", SEC_I_CONTINUE_NEEDED);
    }
    if (shutting_down_) {
        // Once: a context that is shut down takes no token any more.
        if (std::exchange(shut_down_, true)) return SEC_E_CONTEXT_EXPIRED;
        return answer(output, "close", SEC_E_OK, 21);
    }
    SecBuffer& token = input->pBuffers[0];
    const std::span bytes(static_cast<const std::uint8_t*>(token.pvBuffer), token.cbBuffer);
    if (bytes.empty()) return answer(output, "client-hello", SEC_I_CONTINUE_NEEDED);
    const auto length = first_record(bytes);
    if (!length || endless) return SEC_E_INCOMPLETE_MESSAGE;
    if (bytes[0] != 22) return SEC_E_INVALID_TOKEN;
    const SECURITY_STATUS status = take_handshake(payload_of(bytes.first(*length)), requirements, output, attributes);
    if (status != SEC_I_INCOMPLETE_CREDENTIALS && *length < bytes.size()) {
        input->pBuffers[1] = {static_cast<unsigned long>(bytes.size() - *length), SECBUFFER_EXTRA, nullptr};
    }
    // Schannel works in its input: whoever gives the same bytes again must have kept them.
    std::memset(token.pvBuffer, 0xCC, token.cbBuffer);
    return status;
}

SECURITY_STATUS ScriptedSspi::take_handshake(std::string_view payload, unsigned long requirements, SecBufferDesc* output,
                                             unsigned long* attributes) {
    if (payload == "server-hello" || payload == "ask-again") return answer(output, "key-exchange", SEC_I_CONTINUE_NEEDED);
    if (payload == "certificate-request") {
        if ((requirements & ISC_REQ_USE_SUPPLIED_CREDS) == 0) return SEC_I_INCOMPLETE_CREDENTIALS;
        return answer(output, "no-certificate", SEC_I_CONTINUE_NEEDED);
    }
    if (payload == "finished" || payload == "ticket") return SEC_E_OK;
    if (payload == "key-update") return answer(output, "key-update", SEC_E_OK, 23);
    if (payload == "new-certificate") {
        certificate = 2;
        return SEC_E_OK;
    }
    if (payload == "refuse") {
        *attributes = ISC_RET_EXTENDED_ERROR;
        return answer(output, "handshake-failure", SEC_E_ALGORITHM_MISMATCH, 21);
    }
    return SEC_E_ILLEGAL_MESSAGE;
}

SECURITY_STATUS ScriptedSspi::apply_control_token(CtxtHandle*, SecBufferDesc* token) {
    const SecBuffer& buffer = token->pBuffers[0];
    shutting_down_ = *static_cast<const DWORD*>(buffer.pvBuffer) == SCHANNEL_SHUTDOWN;
    if (!shutting_down_) ++tokens_in_handshake;
    return SEC_E_OK;
}

/// One block, as Schannel gives it: the list, and behind it what it points to.
SECURITY_STATUS ScriptedSspi::list_issuers(SecPkgContext_IssuerListInfoEx& list) {
    const std::size_t count = acceptable_issuers.size();
    std::size_t size = count * sizeof(CERT_NAME_BLOB);
    for (const Bytes& each : acceptable_issuers) size += each.size();
    if (count == 0) return SEC_E_OK;
    auto* block = new std::uint8_t[size];
    ++live;
    auto* names = reinterpret_cast<CERT_NAME_BLOB*>(block);
    std::uint8_t* next = block + count * sizeof(CERT_NAME_BLOB);
    for (std::size_t i = 0; i < count; ++i) {
        names[i] = {static_cast<DWORD>(acceptable_issuers[i].size()), next};
        next = std::copy(acceptable_issuers[i].begin(), acceptable_issuers[i].end(), next);
    }
    list = {names, static_cast<DWORD>(count)};
    return SEC_E_OK;
}

SECURITY_STATUS ScriptedSspi::query_context(CtxtHandle*, unsigned long attribute, void* value) {
    if (attribute == SECPKG_ATTR_STREAM_SIZES) {
        *static_cast<SecPkgContext_StreamSizes*>(value) = {kHeader, kTrailerReserve, kMaximumMessage, 4, 1};
        return SEC_E_OK;
    }
    if (attribute == SECPKG_ATTR_CONNECTION_INFO) {
        static_cast<SecPkgContext_ConnectionInfo*>(value)->dwProtocol = protocol;
        return SEC_E_OK;
    }
    if (attribute == SECPKG_ATTR_ISSUER_LIST_EX) return list_issuers(*static_cast<SecPkgContext_IssuerListInfoEx*>(value));
    if (attribute != SECPKG_ATTR_REMOTE_CERT_CONTEXT) return SEC_E_UNSUPPORTED_FUNCTION;
    const auto der = from_hex(kCertificates[certificate - 1]);
    *static_cast<PCCERT_CONTEXT*>(value) = CertCreateCertificateContext(X509_ASN_ENCODING, der->data(), static_cast<DWORD>(der->size()));
    return *static_cast<PCCERT_CONTEXT*>(value) ? SEC_E_OK : SEC_E_NO_CREDENTIALS;
}

SECURITY_STATUS ScriptedSspi::encrypt(CtxtHandle*, SecBufferDesc* message) {
    if (shutting_down_) return SEC_E_CONTEXT_EXPIRED;
    SecBuffer* buffers = message->pBuffers;
    const unsigned long length = buffers[1].cbBuffer + kTrailerUsed;
    const std::uint8_t header[] = {23, 3, 3, static_cast<std::uint8_t>(length >> 8), static_cast<std::uint8_t>(length & 0xFF)};
    std::memcpy(buffers[0].pvBuffer, header, kHeader);
    std::memcpy(buffers[2].pvBuffer, "##", kTrailerUsed);
    buffers[2].cbBuffer = kTrailerUsed;
    return SEC_E_OK;
}

/// SEC_I_RENEGOTIATE as TLS 1.3 has it: EXTRA holds the message itself, for InitializeSecurityContext, and what follows it.
SECURITY_STATUS ScriptedSspi::post_handshake(SecBufferDesc* message, std::string_view inner, std::size_t from) {
    auto* bytes = static_cast<std::uint8_t*>(message->pBuffers[0].pvBuffer);
    const std::size_t all = message->pBuffers[0].cbBuffer;
    const Bytes plain = handshake(inner);
    std::copy(plain.begin(), plain.end(), bytes + from);
    message->pBuffers[3] = {static_cast<unsigned long>(all - from), SECBUFFER_EXTRA, bytes + from};
    return SEC_I_RENEGOTIATE;
}

SECURITY_STATUS ScriptedSspi::decrypt(CtxtHandle*, SecBufferDesc* message) {
    SecBuffer* buffers = message->pBuffers;
    auto* bytes = static_cast<std::uint8_t*>(buffers[0].pvBuffer);
    const std::size_t all = buffers[0].cbBuffer;
    const auto length = first_record({bytes, all});
    if (!length) {
        std::memset(bytes, 0xCC, all);
        return SEC_E_INCOMPLETE_MESSAGE;
    }
    const std::string payload(payload_of({bytes, *length}));
    const std::uint8_t type = bytes[0];
    const auto plain = [&](std::size_t from, std::size_t count) {
        buffers[0] = {static_cast<unsigned long>(kHeader), SECBUFFER_STREAM_HEADER, bytes};
        buffers[1] = {static_cast<unsigned long>(count), SECBUFFER_DATA, bytes + kHeader + from};
        if (*length < all) buffers[3] = {static_cast<unsigned long>(all - *length), SECBUFFER_EXTRA, bytes + *length};
        return SEC_E_OK;
    };
    if (type == 21) return payload == "close" ? plain(0, 0) : SEC_E_CERT_UNKNOWN;
    if (type != 23) return SEC_E_INVALID_TOKEN;
    if (payload.starts_with("data:")) return plain(5, after(payload, "data:").size());
    if (payload == "empty") return plain(0, 0);
    if (payload == "ticket" || payload == "key-update" || payload == "new-certificate") {
        buffers[0].BufferType = SECBUFFER_DATA;
        const auto status = post_handshake(message, payload, 0);
        buffers[0] = {0, SECBUFFER_DATA, bytes};
        return status;
    }
    if (payload == "hello-request") {
        plain(0, 0);
        return SEC_I_RENEGOTIATE;
    }
    if (payload == "close") return SEC_I_CONTEXT_EXPIRED;
    return payload == "fatal" ? SEC_E_UNTRUSTED_ROOT : SEC_E_DECRYPT_FAILURE;
}

void ScriptedSspi::free_buffer(void* buffer) noexcept {
    delete[] static_cast<std::uint8_t*>(buffer);
    --live;
}

void ScriptedSspi::free_credentials(CredHandle*) noexcept { --live; }

void ScriptedSspi::delete_context(CtxtHandle*) noexcept { --live; }

Result<std::size_t> PlayedStream::read_some(std::span<std::uint8_t> into, MonotonicTime /*deadline*/) {
    std::size_t end = std::min(from_peer_.size(), reset_after.value_or(from_peer_.size()));
    if (waits_at && writes < waits_for_writes) end = std::min(end, *waits_at);
    const std::size_t count = std::min({into.size(), piece, end - at_});
    if (count == 0 && reset_after && *reset_after <= at_)
        return Error{ErrorKind::unexpected, "read from", "a peer", WSAECONNRESET, "reset"};
    std::copy_n(from_peer_.begin() + static_cast<std::ptrdiff_t>(at_), count, into.begin());
    at_ += count;
    return count;
}

Result<void> PlayedStream::write(std::span<const std::uint8_t> bytes, MonotonicTime /*deadline*/) {
    if (write_fails_at && writes >= *write_fails_at) return Error{ErrorKind::unexpected, "write to", "a peer", WSAECONNABORTED, "aborted"};
    ++writes;
    sent.insert(sent.end(), bytes.begin(), bytes.end());
    return {};
}

}  // namespace sstp::scripted
