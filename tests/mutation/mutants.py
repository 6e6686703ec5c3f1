"""Which changes of the deciding code there are: of one operator, condition, constant or statement each.

Literals and comments are left alone: what a message says is a matter of golden files.
"""
import dataclasses
import pathlib
import re

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
ROOMS = ("core/selection", "core/diagnosis", "core/decision", "core/healing")

OPERATORS = (
    (r"==", "!="), (r"!=", "=="), (r"<=", "<"), (r">=", ">"), (r"(?<=\s)<(?=\s)", "<="), (r"(?<=\s)>(?=\s)", ">="),
    (r"(?<=\s)&&(?=\s)", "||"), (r"(?<=\s)\|\|(?=\s)", "&&"), (r"(?<=\s)\+(?=\s)", "-"), (r"(?<=\s)-(?=\s)", "+"), (r"!(?=[A-Za-z_(*])", ""),
    (r"\btrue\b", "false"), (r"\bfalse\b", "true"), (r"\bstd::min\b", "std::max"), (r"\bstd::max\b", "std::min"),
    (r"\bstd::any_of\b", "std::all_of"), (r"\bstd::all_of\b", "std::any_of"), (r"\bstd::none_of\b", "std::any_of"),
)
STATEMENT = re.compile(r"^ +(?:if \(.*\) (?:return|continue|break)\b.*;|(?:[\w:.>\[\]*-]+(?:\(.*\))?(?: [+|&-]?= .*)?|\+\+[\w.>-]+);)$")


@dataclasses.dataclass(frozen=True)
class Mutant:
    file: str
    begin: int
    end: int
    by: str
    line: int
    column: int
    what: str
    code: str   # the line as it stands, without its indent

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.what} | {self.code}"

    def key(self) -> tuple:
        """What stays the same when lines come and go above it."""
        return self.file, self.column, self.what, self.code


def masked(text: str) -> str:
    """The text with comments, literals and preprocessor lines blanked out, each character in its place."""
    blank = lambda found: re.sub(r"[^\n]", " ", found.group())   # noqa: E731
    return re.sub(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])+\'|^#[^\n]*', blank, text, flags=re.DOTALL | re.MULTILINE)


def condition_of(code: str, begin: int) -> int:
    """Where the parenthesis that opens just before `begin` closes."""
    depth = 1
    for at in range(begin, len(code)):
        depth += {"(": 1, ")": -1}.get(code[at], 0)
        if depth == 0:
            return at
    return begin


def mutants_of(file: pathlib.Path) -> list:
    # A mark of a rare branch (core/model/rare.h) is nothing in the product: to leave it out changes nothing.
    text = file.read_text()
    code = masked(text)
    found = []

    def add(begin: int, end: int, by: str, what: str) -> None:
        start = text.rfind("\n", 0, begin) + 1
        line = text[start:text.find("\n", begin)]
        found.append(Mutant(str(file.relative_to(ROOT)), begin, end, by, text.count("\n", 0, begin) + 1, begin - start + 1, what, line.strip()))

    for pattern, by in OPERATORS:
        for each in re.finditer(pattern, code):
            add(each.start(), each.end(), by, f"{each.group()} becomes {by or 'nothing'}")
    for each in re.finditer(r"(?<![\w.])\d+(?=h\b|min\b|s\b|ms\b|U\b|\b)", code):
        add(each.start(), each.end(), str(int(each.group()) + 1), f"{each.group()} becomes {int(each.group()) + 1}")
    for each in re.finditer(r"\b(?:if|while) \(", code):
        end = condition_of(code, each.end())
        condition = text[each.end():end]
        if ";" not in condition and not re.match(r"(?:const )?auto\b", condition):
            add(each.end(), end, f"!({condition})", "the condition is turned round")
    at = 0
    for line in code.split("\n"):
        if STATEMENT.match(line) and not re.match(r" *(?:return|using|throw|default:|public:|private:|SSTP_RARE)", line):
            add(at, at + len(line), "", "left out")
        at += len(line) + 1
    return found


def all_mutants(part_of_a_path: str = "") -> list:
    return [mutant for room in ROOMS for file in sorted((ROOT / room).glob("*.cpp")) if part_of_a_path in str(file.relative_to(ROOT)) for mutant in mutants_of(file)]
