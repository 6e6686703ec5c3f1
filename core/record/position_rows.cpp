#include "core/record/position_rows.h"

#include "core/record/record_json.h"
#include "core/record/sqlite_rows.h"

#include <algorithm>
#include <charconv>
#include <utility>

namespace sstp {

namespace {

using Words = std::map<std::string, std::string>;

constexpr char kSelect[] = "SELECT destination, cursor, confirmed, down_since, retries, last_attempt FROM positions";

std::int64_t number_from(const std::string& text) {
    std::int64_t number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

std::string text_of(WallTime time) { return std::to_string(time.time_since_epoch().count()); }

WallTime time_from(const std::string& text) { return WallTime{Duration{number_from(text)}}; }

std::string retries_to_text(const Position& position) {
    Words words;
    for (const auto& [reason, total] : position.retries_total) words[reason] = std::to_string(total);
    return to_json(words);
}

std::string attempt_to_text(const LastAttempt& attempt) {
    return to_json(Words{{"at", text_of(attempt.at)},
                         {"confirmed", attempt.confirmed ? "1" : "0"},
                         {"host", attempt.host},
                         {"peer", attempt.peer},
                         {"protocol", attempt.protocol},
                         {"problem", attempt.problem},
                         {"up_to_sequence", std::to_string(attempt.up_to_sequence)},
                         {"reason", attempt.reason}});
}

/// Statistics and the last attempt decide nothing: what cannot be understood of them is as if it had not been.
Position position_from(const SqliteStatement& row) {
    Position position;
    position.cursor = static_cast<std::uint64_t>(row.number(1));
    position.confirmed_total = static_cast<std::uint64_t>(row.number(2));
    if (const std::string since = row.text(3); !since.empty()) position.down_since = time_from(since);
    if (auto retries = fields_from_json(row.text(4))) {
        for (const auto& [reason, total] : *retries) position.retries_total[reason] = static_cast<std::uint64_t>(number_from(total));
    }
    auto attempt = fields_from_json(row.text(5));
    if (!attempt || attempt->empty()) return position;
    Words& words = *attempt;
    position.last_attempt = LastAttempt{.at = time_from(words["at"]),
                                        .confirmed = words["confirmed"] == "1",
                                        .host = words["host"],
                                        .peer = words["peer"],
                                        .protocol = words["protocol"],
                                        .problem = words["problem"],
                                        .up_to_sequence = static_cast<std::uint64_t>(number_from(words["up_to_sequence"])),
                                        .reason = words["reason"]};
    return position;
}

/// Losses of the positions that are there already.
Result<void> add_losses(SqliteDatabase& database, std::map<std::string, Position>& positions) {
    auto rows = database.prepare("SELECT destination, reason, total, first_sequence, last_sequence, told FROM losses");
    if (!rows) return rows.error();
    for (;;) {
        const auto row = rows->step();
        if (!row) return row.error();
        if (!*row) return {};
        const auto found = positions.find(rows->text(0));
        const auto reason = loss_reason_from_word(rows->text(1));
        if (found == positions.end() || !reason) continue;
        const auto number = [&rows](int column) { return static_cast<std::uint64_t>(rows->number(column)); };
        found->second.losses[*reason] = {number(2), number(3), number(4), number(5)};
    }
}

Result<void> write_losses(SqliteDatabase& database, const std::string& destination, const Position& position) {
    auto statement = database.prepare(
        "INSERT OR REPLACE INTO losses(destination, reason, total, first_sequence, last_sequence, told) VALUES(?, ?, ?, ?, ?, ?)");
    if (!statement) return statement.error();
    for (const auto& [reason, loss] : position.losses) {
        statement->bind(1, destination).bind(2, std::string_view{word(reason)}).bind(3, static_cast<std::int64_t>(loss.total));
        statement->bind(4, static_cast<std::int64_t>(loss.first_sequence)).bind(5, static_cast<std::int64_t>(loss.last_sequence));
        if (const auto ran = statement->bind(6, static_cast<std::int64_t>(loss.told)).run(); !ran) return ran.error();
    }
    return {};
}

Result<std::uint64_t> meta_number(SqliteDatabase& database, const char* name) {
    auto statement = database.prepare("SELECT value FROM meta WHERE name = ?");
    if (!statement) return statement.error();
    const auto row = statement->bind(1, std::string_view{name}).step();
    if (!row) return row.error();
    return *row ? static_cast<std::uint64_t>(number_from(statement->text(0))) : std::uint64_t{0};
}

}  // namespace

bool had_position(const RecordContents& contents, const std::string& destination) {
    const auto found = contents.destinations.find(destination);
    return found != contents.destinations.end() && found->second.known;
}

Loss merged(const Loss& stored, const Loss& given) {
    Loss result = stored;
    result.total = std::max(stored.total, given.total);
    result.last_sequence = std::max(stored.last_sequence, given.last_sequence);
    const bool all_were_told = stored.told >= stored.total;
    if (all_were_told) {
        result.first_sequence = result.total > stored.told ? std::max(given.first_sequence, stored.last_sequence + 1) : 0;
    }
    return result;
}

void tell(Loss& loss, std::uint64_t total) {
    loss.told = std::max(loss.told, std::min(total, loss.total));
    if (loss.told == loss.total) loss.first_sequence = 0;
}

Position merged(const Position& stored, Position given) {
    for (const auto& [reason, loss] : stored.losses) {
        const auto found = given.losses.find(reason);
        given.losses[reason] = found == given.losses.end() ? loss : merged(loss, found->second);
    }
    return given;
}

Result<std::map<std::string, Position>> read_positions(SqliteDatabase& database, bool tolerant) {
    std::map<std::string, Position> positions;
    auto rows = database.prepare(kSelect);
    if (!rows) return tolerant ? Result<std::map<std::string, Position>>{positions} : rows.error();
    for (;;) {
        const auto row = rows->step();
        if (!row && !tolerant) return row.error();
        if (!row || !*row) break;
        positions[rows->text(0)] = position_from(*rows);
    }
    if (const auto added = add_losses(database, positions); !added && !tolerant) return added.error();
    return positions;
}

Result<std::optional<Position>> read_position(SqliteDatabase& database, const std::string& destination) {
    auto positions = read_positions(database, false);   // a policy names few destinations
    if (!positions) return positions.error();
    const auto found = positions->find(destination);
    return found == positions->end() ? std::nullopt : std::optional{std::move(found->second)};
}

Result<void> write_position(SqliteDatabase& database, const std::string& destination, const Position& position) {
    auto statement = database.prepare(
        "INSERT OR REPLACE INTO positions(destination, cursor, confirmed, down_since, retries, last_attempt) VALUES(?, ?, ?, ?, ?, ?)");
    if (!statement) return statement.error();
    statement->bind(1, destination).bind(2, static_cast<std::int64_t>(position.cursor));
    statement->bind(3, static_cast<std::int64_t>(position.confirmed_total));
    statement->bind(4, position.down_since ? text_of(*position.down_since) : std::string{}).bind(5, retries_to_text(position));
    statement->bind(6, position.last_attempt ? attempt_to_text(*position.last_attempt) : std::string{"{}"});
    if (const auto ran = statement->run(); !ran) return ran.error();
    return write_losses(database, destination, position);
}

Result<void> delete_position(SqliteDatabase& database, const std::string& destination) {
    for (const char* sql : {"DELETE FROM positions WHERE destination = ?", "DELETE FROM losses WHERE destination = ?"}) {
        auto statement = database.prepare(sql);
        if (!statement) return statement.error();
        if (const auto ran = statement->bind(1, destination).run(); !ran) return ran.error();
    }
    return {};
}

Result<void> write_skipped(SqliteDatabase& database, std::uint64_t from, std::uint64_t to) {
    auto statement = database.prepare("INSERT OR REPLACE INTO meta(name, value) VALUES('skipped_from', ?), ('skipped_to', ?)");
    if (!statement) return statement.error();
    return statement->bind(1, std::to_string(from)).bind(2, std::to_string(to)).run();
}

Result<std::uint64_t> read_last_sequence(SqliteDatabase& database) { return meta_number(database, "last_sequence"); }

Result<Waiting> read_numbers(SqliteDatabase& database) {
    const auto last = read_last_sequence(database);
    if (!last) return last.error();
    const auto skipped_from = meta_number(database, "skipped_from");
    if (!skipped_from) return skipped_from.error();
    const auto skipped_to = meta_number(database, "skipped_to");
    if (!skipped_to) return skipped_to.error();
    Waiting numbers;
    numbers.last_sequence = *last;
    numbers.skipped_from = *skipped_from;
    numbers.skipped_to = *skipped_to;
    return numbers;
}

Result<Waiting> read_waiting(SqliteDatabase& database, std::uint64_t after) {
    auto numbers = read_numbers(database);
    if (!numbers) return numbers;
    Waiting waiting = *numbers;
    auto statement = database.prepare("SELECT sequence, time FROM journal WHERE sequence > ? ORDER BY sequence LIMIT 1");
    if (!statement) return statement.error();
    const auto row = statement->bind(1, static_cast<std::int64_t>(after)).step();
    if (!row) return row.error();
    if (!*row) return waiting;
    waiting.first_sequence = static_cast<std::uint64_t>(statement->number(0));
    waiting.oldest = WallTime{Duration{statement->number(1)}};
    // Not COUNT(*): that would read the whole queue before each batch.
    waiting.count = numbers_between(waiting.first_sequence - 1, waiting.last_sequence, waiting);
    return waiting;
}

Result<std::uint64_t> read_first_since(SqliteDatabase& database, std::uint64_t after, WallTime time) {
    auto statement = database.prepare("SELECT sequence FROM journal WHERE sequence > ? AND time >= ? ORDER BY sequence LIMIT 1");
    if (!statement) return statement.error();
    const auto row = statement->bind(1, static_cast<std::int64_t>(after)).bind(2, time.time_since_epoch().count()).step();
    if (!row) return row.error();
    if (*row) return static_cast<std::uint64_t>(statement->number(0));
    const auto last = read_last_sequence(database);
    if (!last) return last.error();
    return *last + 1;
}

Result<std::uint64_t> read_start(SqliteDatabase& database, const std::string& destination) {
    const auto contents = read_member(database, "destinations");
    if (!contents) return contents.error();
    auto last = read_last_sequence(database);
    if (!last || !had_position(*contents, destination)) return last;
    const auto first = database.number("SELECT MIN(sequence) FROM journal");
    if (!first) return first.error();
    const std::int64_t oldest = first->value_or(0);   // also of an empty table, which answers NULL
    return oldest > 0 ? static_cast<std::uint64_t>(oldest - 1) : *last;
}

}  // namespace sstp
