#include "service/host/log.h"

#include "core/report/render_text.h"
#include "service/windows/text.h"
#include "service/windows/windows_headers.h"

#include <spdlog/sinks/rotating_file_sink.h>
#include <spdlog/spdlog.h>

#include <exception>
#include <mutex>
#include <optional>
#include <type_traits>

namespace sstp {

namespace {

spdlog::level::level_enum to_spdlog(LogLevel level) {
    switch (level) {
        case LogLevel::trace: return spdlog::level::trace;
        case LogLevel::debug: return spdlog::level::debug;
        case LogLevel::info: return spdlog::level::info;
        case LogLevel::warning: return spdlog::level::warn;
        case LogLevel::error: return spdlog::level::err;
        case LogLevel::critical: return spdlog::level::critical;
        case LogLevel::off: return spdlog::level::off;
    }
    return spdlog::level::info;
}

/// vcpkg's spdlog may be built with narrow file names, which are then the system's code page.
template <class Name>
Name file_name(const std::wstring& path) {
    if constexpr (std::is_same_v<Name, std::wstring>) {
        return path;
    } else {
        const int length = static_cast<int>(path.size());
        Name narrow(static_cast<std::size_t>(WideCharToMultiByte(CP_ACP, 0, path.data(), length, nullptr, 0, nullptr, nullptr)), '\0');
        WideCharToMultiByte(CP_ACP, 0, path.data(), length, narrow.data(), static_cast<int>(narrow.size()), nullptr, nullptr);
        return narrow;
    }
}

std::shared_ptr<spdlog::logger> make_logger(const std::string& data_folder, const LogPolicy& policy) {
    const auto folder = to_wide(data_folder);
    if (!folder) return nullptr;
    // The sink makes the folder, which inherits the descriptor of the data folder.
    const auto sink =
        std::make_shared<spdlog::sinks::rotating_file_sink_mt>(file_name<spdlog::filename_t>(*folder + L"\\logs\\sstp-watchdog.log"),
                                                               static_cast<std::size_t>(policy.maximum_size), policy.maximum_files - 1);
    auto logger = std::make_shared<spdlog::logger>("sstp-watchdog", sink);
    logger->set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %-8l %v", spdlog::pattern_time_type::utc);
    logger->set_level(to_spdlog(policy.level));
    logger->flush_on(spdlog::level::info);
    logger->set_error_handler([](const std::string&) {});   // a full disk: the default writes to a console that is not there
    return logger;
}

}  // namespace

struct Log::Implementation {
    std::mutex mutex;
    std::string folder;
    std::optional<LogPolicy> policy;
    std::shared_ptr<spdlog::logger> logger;
};

Log::Log() : implementation_(std::make_unique<Implementation>()) {}
Log::~Log() = default;

bool Log::open(const std::string& data_folder, const LogPolicy& policy) {
    const std::lock_guard lock{implementation_->mutex};
    if (implementation_->logger && implementation_->folder == data_folder && implementation_->policy == policy) return true;
    try {
        implementation_->logger.reset();   // the old sink must let go of the file before a new one opens it
        implementation_->folder = data_folder;
        implementation_->policy = policy;
        if (policy.level != LogLevel::off) implementation_->logger = make_logger(data_folder, policy);
        return policy.level == LogLevel::off || implementation_->logger != nullptr;
    } catch (const std::exception&) {   // spdlog_ex
        return false;
    }
}

void Log::write(LogLevel level, const std::string& text) noexcept {
    try {
        const std::lock_guard lock{implementation_->mutex};
        if (implementation_->logger) implementation_->logger->log(to_spdlog(level), "{}", escape_controls(text));
    } catch (...) {   // NOLINT(bugprone-empty-catch): a line that cannot be formatted for lack of memory is dropped
    }
}

}  // namespace sstp
