#include "core/report/support/zip.h"

#include <boost/beast/zlib/deflate_stream.hpp>
#include <boost/crc.hpp>

#include <chrono>
#include <cstdint>
#include <limits>

namespace sstp {

namespace {

// Fields of local and central headers have these names in APPNOTE 4.4.
constexpr std::uint32_t kLocalHeader = 0x04034B50;
constexpr std::uint32_t kCentralHeader = 0x02014B50;
constexpr std::uint32_t kEndOfCentralDirectory = 0x06054B50;
constexpr std::uint16_t kVersion = 20;          // 2.0: deflate
constexpr std::uint16_t kNamesInUtf8 = 1 << 11;
constexpr std::uint16_t kDeflated = 8;
constexpr std::size_t kMostMembers = std::numeric_limits<std::uint16_t>::max();
constexpr std::size_t kMostBytes = std::numeric_limits<std::uint32_t>::max();

/// Little endian, as APPNOTE 4.4.1.1 says.
class Fields {
public:
    Fields& two(std::size_t value) { return bytes(value, 2); }
    Fields& four(std::size_t value) { return bytes(value, 4); }
    [[nodiscard]] const std::string& text() const { return text_; }

private:
    Fields& bytes(std::size_t value, int count) {
        for (int at = 0; at < count; ++at) text_ += static_cast<char>(value >> (8 * at) & 0xFF);
        return *this;
    }
    std::string text_;
};

/// Date and time of MS-DOS: to two seconds, years from 1980.
std::size_t dos_time(WallTime time) {
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date{day};
    const std::chrono::hh_mm_ss clock{std::chrono::floor<std::chrono::seconds>(time - day)};
    const int years = std::max(0, static_cast<int>(date.year()) - 1980);
    const std::size_t ymd =
        static_cast<std::size_t>(years) << 9 | static_cast<unsigned>(date.month()) << 5 | static_cast<unsigned>(date.day());
    const auto hms = static_cast<std::size_t>(clock.hours().count() << 11 | clock.minutes().count() << 5 | clock.seconds().count() / 2);
    return ymd << 16 | hms;
}

std::string deflated(const std::string& content) {
    namespace zlib = boost::beast::zlib;
    constexpr int kUsualLevel = 6;
    constexpr int kWindowBits = 15;
    constexpr int kMemoryLevel = 8;
    zlib::deflate_stream stream;
    stream.reset(kUsualLevel, kWindowBits, kMemoryLevel, zlib::Strategy::normal);
    std::string out(stream.upper_bound(content.size()), '\0');
    zlib::z_params place{};
    place.next_in = content.data();
    place.avail_in = content.size();
    place.next_out = out.data();
    place.avail_out = out.size();
    boost::beast::error_code ended;   // end_of_stream: all of it fitted
    stream.write(place, zlib::Flush::finish, ended);
    out.resize(place.total_out);
    return out;
}

/// What both headers of a member have in common, from "version needed to extract" to "extra field length".
std::string common(const ZipMember& member, std::size_t deflated_size, WallTime time) {
    boost::crc_32_type crc;
    crc.process_bytes(member.content.data(), member.content.size());
    Fields fields;
    fields.two(kVersion).two(kNamesInUtf8).two(kDeflated).four(dos_time(time)).four(crc.checksum());
    fields.four(deflated_size).four(member.content.size()).two(member.name.size()).two(0);
    return fields.text();
}

}  // namespace

Result<std::string> zip_of(const std::vector<ZipMember>& members, WallTime time) {
    const auto too_large = [] {
        return Error{ErrorKind::malformed, "make a zip file of", "what was collected", 0, "it is more than a zip file holds"};
    };
    if (members.size() > kMostMembers) return too_large();
    std::string file;
    std::string directory;
    for (const ZipMember& each : members) {
        if (each.content.size() > kMostBytes || each.name.size() > kMostMembers) return too_large();
        const std::string packed = deflated(each.content);
        const std::string shared = common(each, packed.size(), time);
        directory += Fields{}.four(kCentralHeader).two(kVersion).text() + shared;
        directory += Fields{}.two(0).two(0).two(0).four(0).four(file.size()).text() + each.name;  // no comment, disk 0, attributes, offset
        file += Fields{}.four(kLocalHeader).text() + shared + each.name + packed;
        if (file.size() + directory.size() > kMostBytes) return too_large();
    }
    Fields end;
    end.four(kEndOfCentralDirectory).two(0).two(0).two(members.size()).two(members.size());
    end.four(directory.size()).four(file.size()).two(0);
    return file + directory + end.text();
}

}  // namespace sstp
