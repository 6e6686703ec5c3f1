#include "tests/windows_server/kit/answers.h"

#include <array>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <utility>

namespace sstp::kit {

namespace {

using Json = nlohmann::ordered_json;
using Status = QuestionAnswer::Status;

constexpr int kFormat = 1;

constexpr std::array<std::pair<Status, std::string_view>, 7> kStatuses{{{Status::asked, "asked"},
                                                                        {Status::settled, "settled"},
                                                                        {Status::declined, "declined"},
                                                                        {Status::not_asked, "not_asked"},
                                                                        {Status::failed, "failed"},
                                                                        {Status::interrupted, "interrupted"},
                                                                        {Status::dry, "dry"}}};
constexpr std::array<std::pair<Verdict::Kind, std::string_view>, 3> kVerdicts{
    {{Verdict::Kind::as_expected, "as_expected"}, {Verdict::Kind::differs, "differs"}, {Verdict::Kind::to_be_read, "to_be_read"}}};
constexpr std::array<std::pair<Step::Kind, std::string_view>, 3> kSteps{
    {{Step::Kind::look, "look"}, {Step::Kind::begin, "begin"}, {Step::Kind::change, "change"}}};

template <class Table, class Value>
std::string_view word_in(const Table& table, Value value) {
    for (const auto& [known, word] : table) {
        if (known == value) return word;
    }
    return "";
}

template <class Table>
auto value_in(const Table& table, const std::string& word) {
    for (const auto& [value, known] : table) {
        if (known == word) return value;
    }
    throw std::runtime_error("'" + word + "' is no word of this format");
}

void add(Json& to, const Ran& ran) {
    to["exit_code"] = ran.exit_code;
    to["seconds"] = ran.seconds;
    to["timed_out"] = ran.timed_out;
    to["output"] = ran.output;
}

Ran ran_of(const Json& from) {
    return {from.at("exit_code").get<int>(), from.at("output").get<std::string>(), from.at("seconds").get<double>(),
            from.at("timed_out").get<bool>()};
}

Json json_of(const std::vector<PutBack>& put_back) {
    Json list = Json::array();
    for (const auto& each : put_back) {
        Json back{{"line", each.line}, {"done", each.done}};
        add(back, each.answer);
        list.push_back(std::move(back));
    }
    return list;
}

std::vector<PutBack> put_back_of(const Json& list) {
    std::vector<PutBack> put_back;
    for (const auto& back : list) put_back.push_back({back.at("line").get<std::string>(), back.at("done").get<bool>(), ran_of(back)});
    return put_back;
}

Json json_of(const StepAnswer& answered) {
    const Step& step = answered.step;
    Json json{{"kind", word_of(step.kind)}, {"name", step.name}, {"line", step.line}};
    if (step.kind == Step::Kind::change) {
        json["says"] = step.says;
        json["put_back"] = step.put_back;
    }
    json["ran"] = answered.ran;
    if (answered.ran) add(json, answered.answer);
    return json;
}

StepAnswer step_of(const Json& json) {
    StepAnswer answered;
    answered.step.kind = value_in(kSteps, json.at("kind").get<std::string>());
    answered.step.name = json.at("name").get<std::string>();
    answered.step.line = json.at("line").get<std::string>();
    answered.step.says = json.value("says", "");
    answered.step.put_back = json.value("put_back", "");
    answered.ran = json.at("ran").get<bool>();
    if (answered.ran) answered.answer = ran_of(json);
    return answered;
}

Json json_of(const QuestionAnswer& question) {
    Json json{{"id", question.id}, {"asks", question.asks}, {"answers", question.answers}, {"status", word_of(question.status)}};
    json["why"] = question.why;
    json["verdict"] = question.status == Status::asked ? Json(word_of(question.verdict.kind)) : Json(nullptr);
    json["because"] = question.verdict.because;
    json["began"] = question.began;
    json["steps"] = Json::array();
    for (const auto& step : question.steps) json["steps"].push_back(json_of(step));
    json["put_back"] = json_of(question.put_back);
    return json;
}

QuestionAnswer question_of(const Json& json) {
    QuestionAnswer question;
    question.id = json.at("id").get<std::string>();
    question.asks = json.at("asks").get<std::string>();
    question.answers = json.at("answers").get<std::vector<std::string>>();
    question.status = value_in(kStatuses, json.at("status").get<std::string>());
    question.why = json.at("why").get<std::string>();
    if (!json.at("verdict").is_null()) question.verdict.kind = value_in(kVerdicts, json.at("verdict").get<std::string>());
    question.verdict.because = json.at("because").get<std::string>();
    question.began = json.at("began").get<std::string>();
    for (const auto& step : json.at("steps")) question.steps.push_back(step_of(step));
    question.put_back = put_back_of(json.at("put_back"));
    return question;
}

}  // namespace

std::string_view word_of(Status status) { return word_in(kStatuses, status); }
std::string_view word_of(Verdict::Kind kind) { return word_in(kVerdicts, kind); }
std::string_view word_of(Step::Kind kind) { return word_in(kSteps, kind); }

bool QuestionAnswer::settles_its_need() const {
    return status == Status::settled || (status == Status::asked && verdict.kind != Verdict::Kind::differs);
}

std::string write(const AnswerFile& file) {
    Json json{{"format", kFormat}, {"kit", file.version}, {"mode", file.mode}, {"began", file.began}, {"ended", file.ended}};
    json["questions"] = Json::array();
    for (const auto& question : file.questions) json["questions"].push_back(json_of(question));
    json["put_back"] = json_of(file.put_back);
    json["to_put_back"] = file.to_put_back;
    return json.dump(2, ' ', true, Json::error_handler_t::replace) + "\n";
}

AnswerFile read(const std::string& text) {
    try {
        const Json json = Json::parse(text);
        if (json.at("format") != kFormat) throw std::runtime_error("it is of another format than " + std::to_string(kFormat));
        AnswerFile file;
        file.version = json.at("kit").get<std::string>();
        file.mode = json.at("mode").get<std::string>();
        file.began = json.at("began").get<std::string>();
        file.ended = json.at("ended").get<std::string>();
        for (const auto& question : json.at("questions")) file.questions.push_back(question_of(question));
        file.put_back = put_back_of(json.at("put_back"));
        file.to_put_back = json.at("to_put_back").get<std::vector<std::string>>();
        return file;
    } catch (const Json::exception& problem) {
        throw std::runtime_error(std::string("it is no file of answers: ") + problem.what());
    }
}

}  // namespace sstp::kit
