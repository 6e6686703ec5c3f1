#include "service/host/watching.h"

#include "core/observation/observe.h"
#include "core/report/render_text.h"
#include "service/host/first_policy_file.h"
#include "service/host/heal_lock.h"
#include "service/host/self_configuration.h"
#include "service/host/watch_loop.h"
#include "service/windows/data_folder.h"
#include "service/windows/windows_event_log.h"
#include "watchdog_version.h"

#include <fmt/format.h>

#include <exception>

namespace sstp {

namespace {

/// How long a heal of another process (`heal --now`) is waited for before that is worth a line in the log.
constexpr Duration kOtherHealer = std::chrono::minutes{10};

/// A stop takes 5 s at the most, closing what is under way included.
constexpr Duration kLastDelivery = std::chrono::milliseconds{1500};

/// How long our stop waits for a service that an unfinished heal has asked to stop and that still does (DESIGN 2.3).
constexpr Duration kLongestWindUp = std::chrono::seconds{90};

/// The Event Log alone is there when nothing else is, and nobody looks at a log file for a service that does not run.
void tell_event_log(const WatchContext& context, const std::string& text) {
    if (context.is_service) (void)WindowsEventLog{}.report_last_words(text);
}

class Watching {
public:
    Watching(const WatchContext& context, StopRequest& stopping, Log& log) : context_(context), stopping_(stopping), log_(log) {}

    WatchEnd run() {
        std::vector<LogLine> configured;
        if (context_.is_service) configured = configure_own_service();
        if (const auto prepared = prepare_data_folder(context_.places.data_folder); !prepared) {
            return end(WatchEnd::data_folder_refused, "The service does not run: " + prepared.error().message());
        }
        open_log();
        for (const LogLine& line : configured) log_.write(line.level, line.text);
        context_.progressed();

        for (;;) {
            auto assembled = context_.assemble(order());
            if (!assembled) return end(WatchEnd::not_assembled, "The service does not run: " + assembled.error().message());
            write_first_policy((*assembled)->ports().record);
            context_.progressed();
            if (watch(**assembled) == Why::stopped) return WatchEnd::stopped;
            say(LogLevel::info, "another process healed this server: beginning anew with what it recorded");
        }
    }

private:
    enum class Why : std::uint8_t { stopped, written_by_another };

    Why watch(Assembly& assembly) {
        Watchdog watchdog{assembly.ports(), options(assembly)};
        // Watch before you look: a change between the two would be missed.
        assembly.watch();
        context_.ready();

        HealLock lock;
        if (lock.squatted()) {
            say(LogLevel::warning,
                "An account without administrators' rights made the mutex Global\\SstpWatchdog-heal. It is ignored: do not "
                "run `heal --now` while the service runs.");
        }
        look_while_another_heals(watchdog, lock);
        Why why = Why::stopped;
        const auto enter = [&](const Wakes& wakes) {
            if (!enter_cycle(lock)) return false;
            if (!assembly.written_by_another()) return true;
            why = Why::written_by_another;
            for (const Wake each : wakes) stopping_.inbox.post(each);   // an administrator may be waiting for an answer
            return false;
        };
        const bool began = enter({});   // else our stop came before the first cycle, and nothing was begun
        if (began) {
            watchdog.start();
            watch_loop(watchdog, stopping_.inbox, enter, [&](const CycleReport& report) {
                lock.release();
                tell_report(report);
                apply_policy(watchdog);
            });
        }
        if (why == Why::written_by_another) return why;   // what it holds is void: nothing of it is stored
        context_.progressed();
        if (!stopping_.shutting_down()) start_what_we_stopped(watchdog);
        if (began) watchdog.stop(StopReason::requested);
        assembly.finish(kLastDelivery);
        say(LogLevel::info, "stopped");
        return why;
    }

    /// A heal of another process may take minutes: how the server stands is told before that is waited for. Else the first cycle tells it,
    /// and a look of its own before it would open each key a second time, which Windows audits (Security 5058, 5061).
    void look_while_another_heals(Watchdog& watchdog, HealLock& lock) {
        if (lock.acquire(stopping_.signal, Duration{0}) != HealLock::Answer::busy) return;
        tell_report(watchdog.look());
        apply_policy(watchdog);
    }

    /// Our stop in the middle of a heal leaves no service stopped that ran before: our next start may never come.
    void start_what_we_stopped(Watchdog& watchdog) {
        for (const std::string& service : watchdog.start_what_we_stopped(kLongestWindUp)) {
            const std::string text = fmt::format(
                "The service {} was stopped for a heal, which our own stop interrupted, and could not be "
                "started again. Start it: sc start {}",
                service, service);
            say(LogLevel::error, text);
            tell_event_log(context_, text);
        }
    }

    /// False when our stop came first. Two processes never change the server at once.
    bool enter_cycle(HealLock& lock) {
        for (;;) {
            switch (lock.acquire(stopping_.signal, kOtherHealer)) {
                case HealLock::Answer::held: return !stopping_.inbox.stopped();
                case HealLock::Answer::stopped: return false;
                case HealLock::Answer::busy: say(LogLevel::warning, "another process heals; waiting for it"); break;
            }
        }
    }

    AssemblyOrder order() {
        return {context_.places, Errand::watch, stopping_.signal, [this](Wake wake) { stopping_.inbox.post(wake); },
                [this](const std::string& text) { say(LogLevel::warning, text); }};
    }

    WatchdogOptions options(Assembly& assembly) {
        WatchdogOptions options;
        options.version = std::string{kWatchdogVersion};
        options.computer = context_.computer;
        options.policy_file = context_.places.policy_file;
        options.data_folder = context_.places.data_folder;
        options.degraded_watches = [&assembly] { return assembly.degraded_watches(); };
        options.on_progress = [this](const std::string& text) {
            say(LogLevel::info, text);
            context_.progressed();
        };
        return options;
    }

    void open_log() {
        if (!log_.open(context_.places.data_folder, log_policy_) && context_.tell) context_.tell("The log file cannot be written.");
        log_.write(LogLevel::info, fmt::format("SSTP Watchdog {} on {}, data folder {}, policy {}", kWatchdogVersion, context_.computer,
                                               context_.places.data_folder, context_.places.policy_file));
        log_.write(LogLevel::info, "hardening: " + context_.hardening);
    }

    /// A policy that was deleted while a last good one is stored is not replaced by defaults: the last good one holds.
    void write_first_policy(Record& record) {
        const auto contents = record.load();
        const auto written = write_first_policy_file(context_.places, !contents || contents->last_good_policy);
        if (!written) {
            say(LogLevel::warning, written.error().message());
        } else if (*written) {
            say(LogLevel::info, "wrote the first policy file: " + context_.places.policy_file);
        }
    }

    /// Log limits may have changed with the policy of this cycle.
    void apply_policy(const Watchdog& watchdog) {
        if (log_policy_ == watchdog.policy().log) return;
        log_policy_ = watchdog.policy().log;
        log_.open(context_.places.data_folder, log_policy_);
    }

    /// The same state is news once; after that it is for those who asked for details.
    void tell_report(const CycleReport& report) {
        if (was_cut_short(report.state) && !report.heal) return log_.write(LogLevel::debug, "the stop cut a look short");
        std::string line = fmt::format("SSTP {} - {}", status_word(health_of(report)), headline(report));
        if (report.heal) line += fmt::format("; heal {}: {}", word(report.heal->result), report.heal->explanation);
        if (const auto* refused = std::get_if<Refused>(&report.decision))
            line += fmt::format("; not healed ({}): {}", refused->why, refused->explanation);
        const bool news = line != last_line_;
        last_line_ = line;
        if (!news) return log_.write(LogLevel::debug, line);
        say(report.healthy ? LogLevel::info : LogLevel::warning, line);
    }

    WatchEnd end(WatchEnd how, const std::string& text) {
        say(LogLevel::critical, text);
        tell_event_log(context_, text);
        return how;
    }

    void say(LogLevel level, const std::string& text) {
        log_.write(level, text);
        if (context_.tell) context_.tell(text);
    }

    const WatchContext& context_;
    StopRequest& stopping_;
    Log& log_;
    LogPolicy log_policy_;
    std::string last_line_;
};

/// From a place where nothing may be thrown any more.
void told_end(const WatchContext& context, const char* what) noexcept {
    try {
        tell_event_log(context, std::string{"The service ended by an unforeseen error: "} + what);
    } catch (...) {  // NOLINT(bugprone-empty-catch): no memory even for this
    }
}

}  // namespace

WatchEnd watch(const WatchContext& context, StopRequest& stopping) noexcept {
    Log log;
    try {
        return Watching{context, stopping, log}.run();
    } catch (const std::exception& error) {
        // Ports give errors as values, so this is a bug or no memory. The open heal, if there is one, is durable, and
        // the next start finishes it.
        log.write(LogLevel::critical, std::string{"ended by an unforeseen error: "} + error.what());
        told_end(context, error.what());
    } catch (...) {
        log.write(LogLevel::critical, "ended by an unforeseen error");
        told_end(context, "unknown");
    }
    return WatchEnd::died;
}

}  // namespace sstp
