#include "core/report/rehearsal.h"

#include "core/report/render_json.h"
#include "core/report/render_text.h"
#include "core/report/wrap.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

namespace sstp {

namespace {

using Json = nlohmann::ordered_json;

std::string lasting(Duration cut_off) {
    using std::chrono::ceil;
    if (cut_off <= Duration::zero()) return "nobody is cut off";
    if (cut_off < std::chrono::minutes{2}) return fmt::format("{} s without VPN", ceil<std::chrono::seconds>(cut_off).count());
    if (cut_off < std::chrono::hours{3}) return fmt::format("{} min without VPN", ceil<std::chrono::minutes>(cut_off).count());
    return fmt::format("{} h without VPN", ceil<std::chrono::hours>(cut_off).count());
}

std::string outcome(const RehearsedStory& story) {
    std::string text = fmt::format("{} restart{}, {} session{} ended, {}", story.restarts, story.restarts == 1 ? "" : "s",
                                   story.sessions_ended, story.sessions_ended == 1 ? "" : "s", lasting(story.cut_off));
    if (!story.ends_well) text += "; in the end clients do not connect";
    if (!story.left.empty()) text += fmt::format("; left: {}", fmt::join(story.left, ", "));
    return text;
}

void append_wrapped(std::string& out, const std::string& first, std::size_t indent, const std::string& text, std::size_t columns) {
    const auto lines = wrapped(one_line(text), columns > indent ? columns - indent : 20);
    for (std::size_t i = 0; i < lines.size(); ++i)
        out += (i == 0 ? fmt::format("{:<{}}", first, indent) : std::string(indent, ' ')) + lines[i] + '\n';
}

}  // namespace

std::string render_rehearsal_text(const std::vector<RehearsedStory>& stories, std::size_t columns) {
    constexpr std::size_t kIndent = 27;   // behind "  Sun 2026-11-29 02:14  us "
    std::string out = "Played on a copy, times in UTC; nothing is changed.\n";
    for (const RehearsedStory& story : stories) {
        out += '\n';
        append_wrapped(out, "", 0, story.title, columns);
        for (const RehearsedStep& each : story.steps) {
            const std::chrono::weekday day{std::chrono::floor<std::chrono::days>(each.at)};
            constexpr const char* kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
            const std::string first =
                fmt::format("  {} {}  {}", kDays[day.c_encoding()], to_minute(each.at).substr(0, 16), each.by_us ? "we" : "--");
            append_wrapped(out, first, kIndent, each.text, columns);
        }
        append_wrapped(out, "  In all", kIndent, outcome(story), columns);
    }
    return out;
}

std::string render_rehearsal_json(const std::vector<RehearsedStory>& stories, const ReportHead& head) {
    Json out;
    out["command"] = "rehearse";
    append_identity(out, head);
    out["stories"] = Json::array();
    for (const RehearsedStory& story : stories) {
        Json one;
        one["name"] = story.name;
        one["title"] = story.title;
        one["restarts"] = story.restarts;
        one["sessions_ended"] = story.sessions_ended;
        one["milliseconds_cut_off"] = story.cut_off.count();
        one["ends_well"] = story.ends_well;
        one["left"] = story.left;
        one["steps"] = Json::array();
        for (const RehearsedStep& each : story.steps)
            one["steps"].push_back({{"at", to_rfc3339(each.at)}, {"by", each.by_us ? "watchdog" : "others"}, {"text", each.text}});
        out["stories"].push_back(std::move(one));
    }
    return to_document(out);
}

}  // namespace sstp
