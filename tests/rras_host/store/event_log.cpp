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

LogState require_state(std::string& channel) {
    const auto state = log_state(channel);
    if (!state) throw std::runtime_error("there is no channel " + channel);
    return *state;
}

}  // namespace

std::optional<LogState> log_state(std::string& channel) {
    const HostLock lock;
    make_default_channels();
    const auto text = read_text(state_file(channel));  // file names are compared without case, as channel names are
    if (!text) return std::nullopt;
    channel = json::parse(*text).at("channel").get<std::string>();
    return read_state(*text);
}

void create_channel(const std::string& channel, std::uint64_t maximum_records) {
    const HostLock lock;
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
    const HostLock lock;
    DeleteFileW(state_file(channel).c_str());
    DeleteFileW(records_file(channel).c_str());
    wake_subscribers();
}

bool append_events(const std::string& channel, std::vector<EventRecord> records) {
    const HostLock lock;
    std::string name = channel;
    auto state = log_state(name);
    if (!state) return false;
    std::string lines;
    for (auto& record : records) {
        record.record_id = state->next_record_id++;
        if (record.time_created == 0) record.time_created = now_filetime();
        record.channel = name;
        if (record.computer.empty()) record.computer = computer_name();
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
    const HostLock lock;
    std::string name = channel;
    LogState state = require_state(name);
    keep_newest(name, state, keep);
    write_state(name, state);
    wake_subscribers();
}

void clear_log(const std::string& channel, bool restart_numbering) {
    const HostLock lock;
    std::string name = channel;
    LogState state = require_state(name);
    write_text(records_file(name), "");
    if (restart_numbering) state.next_record_id = 1;
    state.oldest_record_id = state.next_record_id;
    ++state.generation;
    write_state(name, state);
    wake_subscribers();
}

LogReader::LogReader(std::string channel) : channel_(std::move(channel)) { exists_ = log_state(channel_).has_value(); }

void LogReader::forget_before(std::uint64_t record_id) {
    wanted_from_ = record_id;
    while (!records_.empty() && records_.front()->record_id < record_id) records_.pop_front();
}

const LogReader::Records& LogReader::refresh() & {
    const HostLock lock;
    const auto state = log_state(channel_);
    exists_ = state.has_value();
    if (!exists_) {
        records_.clear();
        offset_ = 0;
        return records_;
    }
    if (state->next_record_id < state_.next_record_id) wanted_from_ = 0;  // numbered anew: these are others
    if (state->generation != generation_read_ || state->next_record_id < state_.next_record_id) {
        records_.clear();
        offset_ = 0;
        generation_read_ = state->generation;
    }
    const bool unread = offset_ == 0 || state->next_record_id != state_.next_record_id;
    state_ = *state;
    if (!unread) return records_;
    const HANDLE file = CreateFileW(records_file(channel_).c_str(), GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
                                    nullptr, OPEN_EXISTING, 0, nullptr);
    if (file == INVALID_HANDLE_VALUE) return records_;
    LARGE_INTEGER position;
    position.QuadPart = static_cast<LONGLONG>(offset_);
    SetFilePointerEx(file, position, nullptr, FILE_BEGIN);
    std::string text;
    char block[65536];
    DWORD count = 0;
    while (ReadFile(file, block, sizeof block, &count, nullptr) && count != 0) text.append(block, count);
    CloseHandle(file);
    std::size_t begin = 0;
    for (auto end = text.find('\n'); end != std::string::npos; end = text.find('\n', begin)) {
        auto record = std::make_shared<const EventRecord>(event_from_json(text.substr(begin, end - begin)));
        if (record->record_id >= wanted_from_) records_.push_back(std::move(record));
        begin = end + 1;
    }
    offset_ += begin;
    return records_;
}

}  // namespace sstp::rras_host
