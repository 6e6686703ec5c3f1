#include "store/event_log.h"

#include <algorithm>
#include <stdexcept>

#include <nlohmann/json.hpp>

#include "model/ssl_record.h"
#include "store/state_folder.h"

namespace sstp::rras_host {

namespace {

using nlohmann::json;

/// As in the names of .evtx files, a slash is written as %4.
std::wstring file_base(const std::string& channel) {
    std::string name;
    for (char c : channel) {
        if (c == '/')
            name += "%4";
        else
            name += c;
    }
    return state_path(L"eventlog\\" + to_wide(name));
}

std::wstring records_file(const std::string& channel) { return file_base(channel) + L".jsonl"; }

std::wstring state_file(const std::string& channel) { return file_base(channel) + L".state"; }

LogState read_state(const std::string& text) {
    const json j = json::parse(text);
    return {j.at("generation"),      j.at("next_record_id"), j.at("oldest_record_id"),
            j.at("maximum_records"), j.at("created"),        j.at("last_written")};
}

void write_state(const std::string& channel, const LogState& state) {
    const json j = {{"channel", channel},
                    {"generation", state.generation},
                    {"next_record_id", state.next_record_id},
                    {"oldest_record_id", state.oldest_record_id},
                    {"maximum_records", state.maximum_records},
                    {"created", state.created},
                    {"last_written", state.last_written}};
    write_text(state_file(channel), j.dump());
}

void wake_subscribers() {
    HKEY key = nullptr;
    if (RegCreateKeyExW(HKEY_LOCAL_MACHINE, kNotificationKey, 0, nullptr, 0, KEY_READ | KEY_WRITE, nullptr, &key, nullptr) != ERROR_SUCCESS)
        return;
    DWORD sequence = 0;
    DWORD size = sizeof sequence;
    RegQueryValueExW(key, L"EventLogSequence", nullptr, nullptr, reinterpret_cast<BYTE*>(&sequence), &size);
    ++sequence;
    RegSetValueExW(key, L"EventLogSequence", 0, REG_DWORD, reinterpret_cast<const BYTE*>(&sequence), sizeof sequence);
    RegCloseKey(key);
}

std::string computer_name() {
    wchar_t name[256];
    DWORD length = 256;
    if (!GetComputerNameExW(ComputerNameDnsFullyQualified, name, &length)) return "localhost";
    return to_utf8(name, length);
}

std::vector<std::string> read_lines(const std::string& channel) {
    std::vector<std::string> lines;
    const std::string text = read_text(records_file(channel)).value_or("");
    for (std::size_t begin = 0; begin < text.size();) {
        const auto end = text.find('\n', begin);
        if (end == std::string::npos) break;  // a writer died within this line: it was never there
        lines.push_back(text.substr(begin, end - begin));
        begin = end + 1;
    }
    return lines;
}

void keep_newest(const std::string& channel, LogState& state, std::uint64_t keep) {
    std::vector<std::string> lines = read_lines(channel);
    const std::uint64_t drop = lines.size() > keep ? lines.size() - keep : 0;
    if (drop == 0) return;
    std::string text;
    for (std::size_t i = drop; i < lines.size(); ++i) text += lines[i] + '\n';
    write_text(records_file(channel), text);
    state.oldest_record_id = keep == 0 ? state.next_record_id : event_from_json(lines[drop]).record_id;
    ++state.generation;
}

constexpr std::uint64_t kDefaultMaximumRecords = 50'000;

/// The channels that every server has, for a process that meets an empty state folder (a test program of its own prefix).
void make_default_channels() {
    if (GetFileAttributesW(state_path(L"eventlog").c_str()) != INVALID_FILE_ATTRIBUTES) return;
    for (const char* channel :
         {"System", "Application", "Security", "Microsoft-Windows-CertificateServicesClient-Lifecycle-System/Operational"})
        create_channel(channel, kDefaultMaximumRecords);
}

std::string read_text_from(const std::wstring& name, std::uint64_t offset) {
    std::string text;
    const HANDLE file =
        CreateFileW(name.c_str(), GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, nullptr, OPEN_EXISTING, 0, nullptr);
    if (file == INVALID_HANDLE_VALUE) return text;
    LARGE_INTEGER position;
    position.QuadPart = static_cast<LONGLONG>(offset);
    SetFilePointerEx(file, position, nullptr, FILE_BEGIN);
    char block[65536];
    DWORD count = 0;
    while (ReadFile(file, block, sizeof block, &count, nullptr) && count != 0) text.append(block, count);
    CloseHandle(file);
    return text;
}

LogState require_state(std::string& channel) {
    const auto state = log_state(channel);
    if (!state) throw std::runtime_error("there is no channel " + channel);
    return *state;
}

}  // namespace

std::optional<LogState> log_state(std::string& channel) {
    const LogLock lock;
    make_default_channels();
    const auto text = read_text(state_file(channel));  // file names are compared without case, as channel names are
    if (!text) return std::nullopt;
    channel = json::parse(*text).at("channel").get<std::string>();
    return read_state(*text);
}

void create_channel(const std::string& channel, std::uint64_t maximum_records) {
    const LogLock lock;
    CreateDirectoryW(state_path(L"eventlog").c_str(), nullptr);
    std::string name = channel;
    LogState state;
    if (const auto existing = log_state(name))
        state = *existing;
    else
        state.created = state.last_written = now_filetime();
    state.maximum_records = maximum_records;
    write_state(name, state);
}

void remove_channel(const std::string& channel) {
    const LogLock lock;
    DeleteFileW(state_file(channel).c_str());
    DeleteFileW(records_file(channel).c_str());
    wake_subscribers();
}

bool append_events(const std::string& channel, std::vector<EventRecord> records) {
    const LogLock lock;
    std::string name = channel;
    auto state = log_state(name);
    if (!state) return false;
    std::string lines;
    const std::string computer = computer_name();
    for (auto& record : records) {
        record.record_id = state->next_record_id++;
        if (record.time_created == 0) record.time_created = now_filetime();
        record.channel = name;
        if (record.computer.empty()) record.computer = computer;
        if (record.process_id == 0) record.process_id = GetCurrentProcessId();
        if (record.thread_id == 0) record.thread_id = GetCurrentThreadId();
        state->last_written = record.time_created;
        lines += to_json_line(record) + '\n';
    }
    append_text(records_file(name), lines);
    // A real log drops a chunk of its oldest records at a time, not one for each new one.
    const std::uint64_t count = state->next_record_id - state->oldest_record_id;
    if (state->maximum_records != 0 && count > state->maximum_records)
        keep_newest(name, *state, state->maximum_records - state->maximum_records / 10);
    write_state(name, *state);
    wake_subscribers();
    return true;
}

void wrap_log(const std::string& channel, std::uint64_t keep) {
    const LogLock lock;
    std::string name = channel;
    LogState state = require_state(name);
    keep_newest(name, state, keep);
    write_state(name, state);
    wake_subscribers();
}

void clear_log(const std::string& channel, bool restart_numbering) {
    const LogLock lock;
    std::string name = channel;
    LogState state = require_state(name);
    write_text(records_file(name), "");
    if (restart_numbering) state.next_record_id = 1;
    state.oldest_record_id = state.next_record_id;
    ++state.generation;
    write_state(name, state);
    wake_subscribers();
}

/// So many lines are read before whoever asked gets an answer: in a storm the log has tens of thousands.
constexpr std::size_t kMostAtOnce = 2'000;

LogReader::LogReader(std::string channel) : channel_(std::move(channel)) { exists_ = log_state(channel_).has_value(); }

void LogReader::forget_before(std::uint64_t record_id) {
    wanted_from_ = record_id;
    while (!records_.empty() && records_.front()->record_id < record_id) records_.pop_front();
}

void LogReader::look() {
    const auto state = log_state(channel_);
    exists_ = state.has_value();
    if (!exists_) {
        forget_all();
        return;
    }
    const bool was_rewritten = state->generation != generation_;
    // Of a log that wrapped, or was cleared and numbers on, the oldest comes later than before; else these are others.
    const bool numbers_on = state->next_record_id >= state_.next_record_id && state->oldest_record_id > state_.oldest_record_id;
    if (state->next_record_id < state_.next_record_id || (was_rewritten && !numbers_on)) forget_all();
    if (was_rewritten) {
        generation_ = state->generation;
        offset_ = 0;
        while (!records_.empty() && records_.front()->record_id < state->oldest_record_id) records_.pop_front();
    }
    state_ = *state;
}

void LogReader::forget_all() {
    records_.clear();
    offset_ = unread_from_ = wanted_from_ = 0;
}

std::vector<std::shared_ptr<const EventRecord>> LogReader::newest_before(std::uint64_t& before, std::size_t most,
                                                                         const std::function<bool(const EventRecord&)>& takes) const {
    std::string text, channel = channel_;
    std::uint64_t id = 0;
    {
        const LogLock lock;
        const auto state = log_state(channel);
        if (!state) return {};
        text = read_text_from(records_file(channel), 0);
        id = state->next_record_id;
    }
    std::vector<std::shared_ptr<const EventRecord>> found;
    for (std::size_t end = text.rfind('\n'); end != std::string::npos && found.size() < most; --id) {
        const std::size_t before_it = end == 0 ? std::string::npos : text.rfind('\n', end - 1);
        const std::size_t begin = before_it == std::string::npos ? 0 : before_it + 1;
        if (id <= before) {   // the record of this line is the one before `id`
            auto record = std::make_shared<const EventRecord>(event_from_json(text.substr(begin, end - begin)));
            before = id - 1;
            if (takes(*record)) found.push_back(std::move(record));
        }
        end = before_it;
    }
    return found;
}

const LogReader::Records& LogReader::refresh() & {
    std::string text;
    {
        const LogLock lock;
        look();
        if (!exists_ || unread_from_ >= state_.next_record_id) return records_;
        text = read_text_from(records_file(channel_), offset_);
    }
    // A line is a record, the first of the file the oldest: what is known or not wanted is passed over unread. A storm wraps the log each
    // second, and reading all of it anew would take longer than that.
    const std::uint64_t wanted = std::max(wanted_from_, unread_from_);
    std::uint64_t id = offset_ == 0 ? state_.oldest_record_id : unread_from_;
    std::size_t begin = 0;
    std::size_t read = 0;
    for (auto end = text.find('\n'); end != std::string::npos && read < kMostAtOnce; end = text.find('\n', begin), ++id) {
        read += id >= wanted ? 1 : 0;
        if (id >= wanted) records_.push_back(std::make_shared<const EventRecord>(event_from_json(text.substr(begin, end - begin))));
        begin = end + 1;
    }
    offset_ += begin;
    unread_from_ = id;
    return records_;
}

}  // namespace sstp::rras_host
