#pragma once

#include "tests/windows_server/kit/question.h"

#include <memory>
#include <string>

namespace sstp::kit {

/// A command that runs beside others.
class Beside {
public:
    virtual ~Beside() = default;
    /// Waits for its end, at most its limit; then it is ended.
    virtual Ran finish() = 0;
};

/// Runs command lines on the server, and keeps the file of answers.
class Shell {
public:
    virtual ~Shell() = default;
    virtual Ran run(const std::string& line, Seconds limit) = 0;
    virtual std::unique_ptr<Beside> begin(const std::string& line, Seconds limit) = 0;
    /// Durable when it returns.
    virtual void save(const std::string& answers) = 0;
    /// RFC 3339, UTC.
    virtual std::string now() = 0;
    /// The operator pressed Ctrl+C.
    virtual bool interrupted() = 0;
};

/// What the operator sees and is asked.
class Operator {
public:
    enum class Wish { yes, no, quit };
    virtual ~Operator() = default;
    virtual void tell(const std::string& text) = 0;
    virtual Wish ask(const std::string& text) = 0;
};

}  // namespace sstp::kit
