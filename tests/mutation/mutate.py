#!/usr/bin/python3
"""Changes one operator, condition, constant or statement of the code that decides, and asks whether a test notices.

A mutant is compiled in a copy of the tree (one file and a link), and the unit tables of the four rooms are run on it; with --seeds those
that survive them have to survive so many runs of the simulation as well. What does not compile is no mutant. A survivor is a test that is
missing, or a change that changes nothing: that is for a reader to say.

`dev mutate [--sample N] [--seed S] [--only PART_OF_A_PATH] [--seeds N]`
"""
import argparse
import dataclasses
import pathlib
import random
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(ROOT / "tests" / "simulation"))
from planted_bugs import copy_tree  # noqa: E402

ROOMS = ("core/selection", "core/diagnosis", "core/decision", "core/healing")
SWEEPS = "*Sweep*"   # take minutes, and find little that the others do not
ALL = f"-{SWEEPS}"
SUITE = re.compile(r"^TEST(?:_F|_P)?\((\w+),", re.MULTILINE)
SECONDS = 300   # for the tests of one mutant, which may never end

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
    what: str


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
    text = file.read_text()
    code = masked(text)
    found = []

    def add(begin: int, end: int, by: str, what: str) -> None:
        found.append(Mutant(str(file.relative_to(ROOT)), begin, end, by, text.count("\n", 0, begin) + 1, what))

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
        if STATEMENT.match(line) and not re.match(r" *(?:return|using|throw|default:|public:|private:)", line):
            add(at, at + len(line), "", f"left out: {text[at:at + len(line)].strip()}")
        at += len(line) + 1
    return found


def build(tree: pathlib.Path, target: str) -> bool:
    binary = tree / "build" / "mutated"
    if not (binary / "build.ninja").exists():
        subprocess.run(["cmake", "-S", tree, "-B", binary, "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Release", "-DSSTP_UNITY=OFF", "-DCMAKE_CXX_FLAGS_RELEASE=-O0 -w"],
                       check=True, stdout=subprocess.DEVNULL)
    return subprocess.run(["cmake", "--build", binary, "--target", target], capture_output=True).returncode == 0


def suites_of(room: str) -> str:
    """A filter for the room's own tables: most mutants die of them, in a fraction of the time that all tests take."""
    own = sorted({name for file in (ROOT / "tests" / room).glob("*_test.cpp") for name in SUITE.findall(file.read_text())})
    return ":".join(f"{name}.*:*/{name}.*" for name in own) + f"-{SWEEPS}"


def tests(which: str) -> list:
    return ["room_tests", f"--gtest_filter={which}", "--gtest_fail_fast=1", "--gtest_brief=1"]


def notices(tree: pathlib.Path, arguments: list) -> bool:
    """The program ends otherwise than well, or not at all."""
    try:
        return subprocess.run([tree / "build" / "mutated" / "bin" / arguments[0], *arguments[1:]], cwd=tree, capture_output=True, timeout=SECONDS).returncode != 0
    except subprocess.TimeoutExpired:
        return True


def fate(tree: pathlib.Path, mutant: Mutant, seeds: int) -> str:
    file = tree / mutant.file
    whole = file.read_text()
    file.write_text(whole[:mutant.begin] + mutant.by + whole[mutant.end:])
    try:
        if not build(tree, "room_tests"):
            return "does not compile"
        if any(notices(tree, tests(which)) for which in (suites_of(str(pathlib.PurePath(mutant.file).parent)), ALL)):
            return "killed"
        if seeds and build(tree, "simulate") and notices(tree, ["simulate", "--seeds", str(seeds), "--threads", "1", "--as-found"]):
            return "killed by the simulation"
        return "survived"
    finally:
        file.write_text(whole)


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--sample", type=int, default=300, help="so many are drawn; 0: all")
    options.add_argument("--seed", type=int, default=1, help="of the draw")
    options.add_argument("--only", default="", help="files whose path contains this")
    options.add_argument("--seeds", type=int, default=0, help="runs of the simulation for what the unit tables let live")
    options.add_argument("--build", type=pathlib.Path, default=ROOT / "build" / "mutation", help="folder for the copy and its build")
    chosen = options.parse_args()
    tree = chosen.build / "tree"

    everything = [mutant for room in ROOMS for file in sorted((ROOT / room).glob("*.cpp")) if chosen.only in str(file.relative_to(ROOT)) for mutant in mutants_of(file)]
    if not everything:
        print(f"no file of {', '.join(ROOMS)} has '{chosen.only}' in its path")
        return 2
    drawn = random.Random(chosen.seed).sample(everything, min(chosen.sample or len(everything), len(everything)))
    drawn.sort(key=lambda each: (each.file, each.begin))   # what is compiled again is the same file as a rule

    copy_tree(tree)
    if not build(tree, "room_tests") or notices(tree, tests(ALL)):
        print("without any change: the tests do not compile, or fail")
        return 1
    fates: dict = {}
    survivors = []
    for number, mutant in enumerate(drawn, 1):
        said = fate(tree, mutant, chosen.seeds)
        fates[said] = fates.get(said, 0) + 1
        if said == "survived":
            survivors.append(mutant)
        print(f"{number:>4} of {len(drawn)}  {said:<16}  {mutant.file}:{mutant.line}: {mutant.what}", flush=True)
    alive, killed = len(survivors), fates.get("killed", 0) + fates.get("killed by the simulation", 0)
    if alive + killed == 0:
        print("none of them compiles")
        return 1
    print(f"\n{len(drawn)} drawn of {len(everything)} (seed {chosen.seed}): " + ", ".join(f"{count} {word}" for word, count in sorted(fates.items())))
    print(f"score: {100 * killed / (alive + killed):.1f} % of those that compile")
    for each in survivors:
        print(f"  survived  {each.file}:{each.line}: {each.what}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
