#pragma once

#include "service/tls/byte_stream.h"
#include "service/tls/sspi.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sstp::scripted {

/// A record as TLS frames it (RFC 8446 5.1): type, version, length, and a payload that names what the scripted package is to do.
Bytes record(std::uint8_t type, std::string_view payload);

inline Bytes handshake(std::string_view payload) { return record(22, payload); }

inline Bytes application(std::string_view payload) { return record(23, payload); }

inline Bytes alert(std::string_view payload) { return record(21, payload); }

/// All of them in a row.
Bytes together(std::initializer_list<Bytes> records);
/// The records in `bytes` as `type:payload` words, for expectations.
std::vector<std::string> words(std::span<const std::uint8_t> bytes);

/// Plays Schannel as Microsoft documents it, TLS 1.3 included, which Wine has not. What it does is written in the payloads
/// that the test's peer sends:
/// - handshake records: `server-hello` (answers), `certificate-request` (SEC_I_INCOMPLETE_CREDENTIALS first), `finished` (SEC_E_OK),
///   `refuse` (fails and leaves an alert to send), `ticket`, `key-update` (answers), `ask-again` (answers, goes on)
/// - application records: `data:...`, `empty`, `ticket`, `key-update`, `new-certificate` (SEC_I_RENEGOTIATE with the message in EXTRA, as
///   TLS 1.3 has it), `data-and-ticket:...`, `hello-request` (SEC_I_RENEGOTIATE without, as TLS 1.2 has it), `close`
///   (SEC_I_CONTEXT_EXPIRED), `fatal`, `damaged`
/// - alert records: `close` (SEC_E_OK without data, as Wine answers), `fatal`
class ScriptedSspi final : public Sspi {
public:
    ~ScriptedSspi() override;
    SECURITY_STATUS acquire_credentials(void* options, CredHandle* credentials) override;
    SECURITY_STATUS initialize_context(CredHandle* credentials, CtxtHandle* context, const wchar_t* target, unsigned long requirements,
                                       SecBufferDesc* input, CtxtHandle* new_context, SecBufferDesc* output,
                                       unsigned long* attributes) override;
    SECURITY_STATUS apply_control_token(CtxtHandle* context, SecBufferDesc* token) override;
    SECURITY_STATUS query_context(CtxtHandle* context, unsigned long attribute, void* value) override;
    SECURITY_STATUS encrypt(CtxtHandle* context, SecBufferDesc* message) override;
    SECURITY_STATUS decrypt(CtxtHandle* context, SecBufferDesc* message) override;
    void free_buffer(void* buffer) noexcept override;
    void free_credentials(CredHandle* credentials) noexcept override;
    void delete_context(CtxtHandle* context) noexcept override;

    /// What the acquire calls asked for: the version word of each structure.
    std::vector<unsigned long> versions_asked;
    SECURITY_STATUS modern_credentials = SEC_E_OK;
    SECURITY_STATUS old_credentials = SEC_E_OK;
    std::optional<std::wstring> target;  ///< of the first call
    int tokens_in_handshake = 0;         ///< control tokens that came before the shutdown
    int certificate = 1;                 ///< which of two the server shows
    bool endless = false;                ///< no message is ever whole
    DWORD protocol = SP_PROT_TLS1_3_CLIENT;
    std::vector<Bytes> acceptable_issuers;          ///< what the server's request for a certificate lists
    std::vector<ULONG_PTR> credentials_used;        ///< of each exchange: the number of the acquire call, from 1
    int live = 0;                        ///< handles and buffers that nobody has freed yet
    static constexpr unsigned long kMaximumMessage = 8;

private:
    SECURITY_STATUS answer(SecBufferDesc* output, std::string_view payload, SECURITY_STATUS status, std::uint8_t type = 22);
    SECURITY_STATUS take_handshake(std::string_view payload, unsigned long requirements, SecBufferDesc* output, unsigned long* attributes);
    SECURITY_STATUS list_issuers(SecPkgContext_IssuerListInfoEx& list);
    SECURITY_STATUS post_handshake(SecBufferDesc* message, std::string_view inner, std::size_t from);

    bool shutting_down_ = false;
    bool shut_down_ = false;
};

/// A connection that plays back what a peer sends, and records what it is sent. Can break at any byte.
class PlayedStream final : public ByteStream {
public:
    explicit PlayedStream(Bytes from_peer) : from_peer_(std::move(from_peer)) {}

    Result<std::size_t> read_some(std::span<std::uint8_t> into, MonotonicTime deadline) override;
    Result<void> write(std::span<const std::uint8_t> bytes, MonotonicTime deadline) override;

    std::size_t piece = 1 << 20;                ///< at most so many bytes at once
    std::optional<std::size_t> reset_after;     ///< bytes read before the connection is reset
    std::optional<std::size_t> write_fails_at;  ///< number of the write (from 0) that finds it reset
    /// At this byte the peer waits until it has been written to so many times; a client that only reads sees the end.
    std::optional<std::size_t> waits_at;
    std::size_t waits_for_writes = 0;
    Bytes sent;
    std::size_t writes = 0;

private:
    Bytes from_peer_;
    std::size_t at_ = 0;
};

}  // namespace sstp::scripted
