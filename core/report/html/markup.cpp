#include "core/report/html/markup.h"

#include "core/report/render_text.h"

namespace sstp::html {

std::string escaped(std::string_view any) {
    std::string safe;
    for (const char c : escape_controls(any)) {
        switch (c) {
            case '&': safe += "&amp;"; break;
            case '<': safe += "&lt;"; break;
            case '>': safe += "&gt;"; break;
            case '"': safe += "&quot;"; break;
            case '\'': safe += "&#39;"; break;
            default: safe += c;
        }
    }
    return safe;
}

void Markup::tag(std::string_view name, Attributes attributes, bool is_empty) {
    out_ += '<';
    out_ += name;
    for (const Attribute& each : attributes) {
        out_ += ' ';
        out_ += each.name;
        out_ += "=\"" + escaped(each.value) + '"';
    }
    out_ += is_empty ? "/>" : ">";
}

Markup& Markup::open(std::string_view name, Attributes attributes) {
    if (!out_.empty()) out_ += '\n';
    tag(name, attributes, false);
    open_.emplace_back(name);
    return *this;
}

Markup& Markup::close() {
    if (open_.empty()) return *this;
    out_ += "</" + open_.back() + ">";
    open_.pop_back();
    return *this;
}

Markup& Markup::text(std::string_view any) {
    out_ += escaped(any);
    return *this;
}

Markup& Markup::leaf(std::string_view name, Attributes attributes, std::string_view content) {
    return open(name, attributes).text(content).close();
}

Markup& Markup::empty(std::string_view name, Attributes attributes) {
    out_ += '\n';
    tag(name, attributes, true);
    return *this;
}

Markup& Markup::style(std::string_view sheet) {
    open("style");
    out_ += sheet;
    return close();
}

std::string Markup::finish() {
    while (!open_.empty()) close();
    return std::move(out_) + "\n";
}

}  // namespace sstp::html
