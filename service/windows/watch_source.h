#pragma once

#include "core/model/result.h"
#include "core/report/wake.h"
#include "service/windows/crypto_handles.h"
#include "service/windows/unique_handle.h"

#include <optional>
#include <string>

namespace sstp {

/// One thing that Windows can tell a change of. Used from one thread, since a registry notification ends with the thread
/// that asked for it.
class WatchSource {
public:
    WatchSource(std::string name, Wake wake) : name_(std::move(name)), wake_(wake) {}

    virtual ~WatchSource() = default;
    WatchSource(const WatchSource&) = delete;
    WatchSource& operator=(const WatchSource&) = delete;

    /// Asks to be told of the next change, for the first time or again after one. Once this has succeeded, whatever changes
    /// is signalled: only then may the state be read. True: something that matters may have changed since the last time.
    virtual Result<bool> arm() = 0;
    /// Gives up whatever was armed, before arming anew after an error.
    virtual void disarm() noexcept = 0;
    /// Signalled at a change while armed. Owned by this.
    [[nodiscard]] virtual HANDLE signal() const noexcept = 0;

    [[nodiscard]] const std::string& name() const noexcept { return name_; }

    [[nodiscard]] Wake wake() const noexcept { return wake_; }

private:
    std::string name_;  ///< for people: "HKLM\\...\\SslBindingInfo", "LocalMachine\\MY"
    Wake wake_;
};

/// A registry key, with its subkeys or without. A key that is not there yet is waited for at its nearest ancestor.
/// Source: Microsoft, RegNotifyChangeKeyValue.
class RegistryWatch final : public WatchSource {
public:
    enum class Depth : std::uint8_t { key_alone, with_subkeys };
    RegistryWatch(std::wstring path, Depth depth, Wake wake);

    Result<bool> arm() override;
    void disarm() noexcept override;

    [[nodiscard]] HANDLE signal() const noexcept override { return event_.get(); }

private:
    /// Opens the key or its nearest ancestor and asks for changes of it.
    Result<void> watch_nearest();
    /// Opens one key and asks for its next change, on our event.
    LSTATUS notify(const std::wstring& path, bool subtree, DWORD changes, UniqueRegistryKey& key) const noexcept;
    [[nodiscard]] bool exists(const std::wstring& path) const;

    std::wstring path_;
    Depth depth_;
    UniqueKernelHandle event_;
    UniqueRegistryKey key_;
    UniqueRegistryKey parent_;
    std::wstring watched_;  ///< what `key_` is: `path_` or an ancestor
};

/// A certificate store of the machine, Group Policy's and the enterprise's part included.
/// Source: Microsoft, CertControlStore with CERT_STORE_CTRL_NOTIFY_CHANGE and CERT_STORE_CTRL_RESYNC.
class StoreWatch final : public WatchSource {
public:
    explicit StoreWatch(const std::string& store);

    Result<bool> arm() override;

    void disarm() noexcept override { store_.reset(); }

    [[nodiscard]] HANDLE signal() const noexcept override { return event_.get(); }

private:
    std::string store_name_;
    UniqueKernelHandle event_;
    UniqueStore store_;
};

/// One file, by its folder. Other files there change with every cycle of ours: only another size or time of this one counts.
/// Source: Microsoft, FindFirstChangeNotificationW.
class FileWatch final : public WatchSource {
public:
    FileWatch(const std::string& path, Wake wake);

    Result<bool> arm() override;

    void disarm() noexcept override { notification_.reset(); }

    [[nodiscard]] HANDLE signal() const noexcept override { return notification_.get(); }

private:
    struct Fingerprint {
        std::uint64_t size = 0;
        std::uint64_t written = 0;
        std::uint64_t created = 0;
        bool exists = false;
        friend bool operator==(const Fingerprint&, const Fingerprint&) = default;
    };

    [[nodiscard]] Fingerprint look() const noexcept;

    std::string path_;
    UniqueChangeNotification notification_;
    Fingerprint last_;
};

}  // namespace sstp
