#include "service/windows/watch_source.h"

#include "service/windows/os_error.h"
#include "service/windows/registry_key.h"
#include "service/windows/text.h"

#include <utility>

namespace sstp {
namespace {

constexpr const char* kWatch = "watch";

/// Auto-reset: one change, one wake. Null when Windows has no more events; arming then fails, and is tried again.
UniqueKernelHandle make_event() { return UniqueKernelHandle{CreateEventW(nullptr, FALSE, FALSE, nullptr)}; }

std::wstring parent_of(const std::wstring& path) {
    const std::size_t end = path.rfind(L'\\');
    return end == std::wstring::npos ? std::wstring{} : path.substr(0, end);
}

Error no_event(const std::string& name) { return own_error(ErrorKind::unexpected, kWatch, name, "Windows gave no event object"); }

}  // namespace

RegistryWatch::RegistryWatch(std::wstring path, Depth depth, Wake wake)
    : WatchSource("HKLM\\" + to_utf8_lossy(path), wake), path_(std::move(path)), depth_(depth), event_(make_event()) {}

bool RegistryWatch::exists(const std::wstring& path) const {
    UniqueRegistryKey key;
    return open_machine_key(path.c_str(), KEY_NOTIFY, key) == ERROR_SUCCESS;
}

LSTATUS RegistryWatch::notify(const std::wstring& path, bool subtree, DWORD changes, UniqueRegistryKey& key) const noexcept {
    const LSTATUS opened = open_machine_key(path.c_str(), KEY_NOTIFY, key);
    return opened != ERROR_SUCCESS ? opened : RegNotifyChangeKeyValue(key.get(), subtree, changes, event_.get(), TRUE);
}

Result<void> RegistryWatch::watch_nearest() {
    // Its parent first: that the key itself is deleted is told there on every system, at the key itself not on all.
    LSTATUS status = notify(parent_of(path_), false, REG_NOTIFY_CHANGE_NAME, parent_);
    if (status == ERROR_SUCCESS) {
        const bool subtree = depth_ == Depth::with_subkeys;
        status = notify(path_, subtree, REG_NOTIFY_CHANGE_NAME | REG_NOTIFY_CHANGE_LAST_SET, key_);
    }
    watched_ = path_;
    // Missing, or deleted between opening and asking: the nearest ancestor is the one to tell of its coming.
    while (kind_of(static_cast<std::uint32_t>(status)) == ErrorKind::not_found && !watched_.empty()) {
        watched_ = parent_of(watched_);
        status = notify(watched_, false, REG_NOTIFY_CHANGE_NAME, key_);
    }
    if (status != ERROR_SUCCESS) return os_error(kWatch, name(), static_cast<std::uint32_t>(status));
    return {};
}

Result<bool> RegistryWatch::arm() {
    if (!event_) event_ = make_event();
    if (!event_) return no_event(name());
    const std::wstring watched_before = watched_;
    // A key that is created while its parent is being asked for would be missed: look again, one level deeper.
    constexpr int kMostRaces = 100;
    for (int race = 0; race < kMostRaces; ++race) {
        disarm();
        const auto watching = watch_nearest();
        if (!watching) return watching.error();
        if (watched_ == path_) return true;
        // The part of the path below the watched ancestor, one name of it.
        const std::size_t next = path_.find(L'\\', watched_.empty() ? 0 : watched_.size() + 1);
        if (!exists(path_.substr(0, next))) return watched_before == path_;
    }
    return own_error(ErrorKind::busy, kWatch, name(), "it comes and goes too fast");
}

void RegistryWatch::disarm() noexcept {
    // Closing a key signals its pending notification: that is no change.
    key_.reset();
    parent_.reset();
    watched_.clear();
    if (event_) ResetEvent(event_.get());
}

StoreWatch::StoreWatch(const std::string& store)
    : WatchSource("LocalMachine\\" + store, Wake::certificate_store), store_name_(store), event_(make_event()) {}

Result<bool> StoreWatch::arm() {
    if (!event_) event_ = make_event();
    if (!event_) return no_event(name());
    HANDLE event = event_.get();
    if (store_) {
        // RESYNC reads the store anew and asks for the next change.
        if (CertControlStore(store_.get(), 0, CERT_STORE_CTRL_RESYNC, &event)) return true;
        const DWORD code = GetLastError();
        return os_error(kWatch, name(), code);
    }
    store_ = UniqueStore{CertOpenStore(CERT_STORE_PROV_SYSTEM_W, 0, 0,
                                       CERT_SYSTEM_STORE_LOCAL_MACHINE | CERT_STORE_OPEN_EXISTING_FLAG | CERT_STORE_READONLY_FLAG,
                                       to_wide_lossy(store_name_).c_str())};
    if (!store_ || !CertControlStore(store_.get(), 0, CERT_STORE_CTRL_NOTIFY_CHANGE, &event)) {
        const DWORD code = GetLastError();
        return os_error(kWatch, name(), code);
    }
    return true;
}

FileWatch::FileWatch(const std::string& path, Wake wake) : WatchSource(path, wake), path_(path), last_(look()) {}

Result<bool> FileWatch::arm() {
    if (notification_) {
        if (!FindNextChangeNotification(notification_.get())) {
            const DWORD code = GetLastError();
            return os_error(kWatch, name(), code);
        }
    } else {
        const auto wide = to_wide(path_);
        const std::wstring folder = wide ? parent_of(*wide) : std::wstring{};
        if (folder.empty()) return own_error(ErrorKind::malformed, kWatch, name(), "that is no path of a file in a folder");
        notification_ = UniqueChangeNotification{FindFirstChangeNotificationW(
            folder.c_str(), FALSE, FILE_NOTIFY_CHANGE_FILE_NAME | FILE_NOTIFY_CHANGE_SIZE | FILE_NOTIFY_CHANGE_LAST_WRITE)};
        if (!notification_) {
            const DWORD code = GetLastError();
            return os_error(kWatch, name(), code);
        }
    }
    const Fingerprint before = std::exchange(last_, look());
    return last_ != before;
}

FileWatch::Fingerprint FileWatch::look() const noexcept {
    WIN32_FILE_ATTRIBUTE_DATA data{};
    if (!GetFileAttributesExW(to_wide_lossy(path_).c_str(), GetFileExInfoStandard, &data)) return {};
    const auto joined = [](DWORD high, DWORD low) { return static_cast<std::uint64_t>(high) << 32 | low; };
    return {joined(data.nFileSizeHigh, data.nFileSizeLow), joined(data.ftLastWriteTime.dwHighDateTime, data.ftLastWriteTime.dwLowDateTime),
            joined(data.ftCreationTime.dwHighDateTime, data.ftCreationTime.dwLowDateTime), true};
}

}  // namespace sstp
