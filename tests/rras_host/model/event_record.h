#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "model/xml.h"

namespace sstp::rras_host {

constexpr const char* kRasSstpProvider = "Microsoft-Windows-RasSstp";
constexpr const char* kRasSstpGuid = "{6c260f2c-049a-43d8-bf4d-d350a4e6611a}";
constexpr const char* kHttpEventProvider = "Microsoft-Windows-HttpEvent";
constexpr const char* kHttpEventGuid = "{7b6bc78c-898b-4170-bbf8-1a469ea43fc5}";

/// One record of a log. `time_created` is a FILETIME: 100 ns since 1601-01-01 UTC.
struct EventRecord {
    std::uint64_t record_id = 0;
    std::uint64_t time_created = 0;
    std::string provider;
    std::string provider_guid;  ///< empty: a source without a manifest
    std::string event_source;   ///< empty: not a classic source
    std::string channel;
    std::string computer;
    std::string user_sid;
    std::uint32_t id = 0;
    std::uint32_t qualifiers = 0;
    std::uint32_t version = 0;
    std::uint32_t level = 4;
    std::uint32_t task = 0;
    std::uint32_t opcode = 0;
    std::uint64_t keywords = 0x80000000000000ULL;
    std::uint32_t process_id = 0;
    std::uint32_t thread_id = 0;
    std::vector<std::pair<std::string, std::string>> data;  ///< name (may be empty) and insertion string
    std::string binary_hex;                                 ///< upper-case hex digits; empty: none
};

/// `2026-11-22T17:06:27.1234567Z`, as Windows 10 and Server 2016 render it.
std::string system_time_text(std::uint64_t filetime);
/// 0 when the text is no such time.
std::uint64_t parse_system_time(const std::string& text);

/// The event as the tree of its XML, in the order and with the attributes that EvtRender gives a classic event.
Element to_element(const EventRecord& record);

/// One line of a log file.
std::string to_json_line(const EventRecord& record);
EventRecord event_from_json(const std::string& line);

}  // namespace sstp::rras_host
