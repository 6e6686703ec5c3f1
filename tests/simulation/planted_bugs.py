#!/usr/bin/python3
"""Checks the checker: plants one bug after another into a copy of core, and demands that the simulation finds each.

A bug is a replacement of text that must occur exactly once in its file, so that a bug that no longer fits the code fails loudly
instead of planting nothing. It must break its promise within its number of seeds; one marked `only` must break no other promise
in them, so that the property of this promise is the one that sees it; every promise has such a bug. All seeds are run, whatever
is found, so that the same code gives the same table. A bug without a number of seeds is met by one run in very many: it must
break its promise in the corpus, which remembers such a run, and is counted apart, since the search is not shown to find it.

`dev simulate --planted [--only WORDS] [--table]` runs this; only the file with the bug is compiled for each.
"""
import argparse
import json
import pathlib
import re
import shutil
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
COPIED = ("core", "tests", "config", ".cmake", "CMakeLists.txt", "CMakePresets.json")
SEEDS_WITHOUT_BUG = 5_000
LONGEST_SEARCH = 600   # seconds; a bug may keep the product from ever coming to an end
# small-target is judged on the executable, not in the simulation.
PROMISES = ("fit-or-nothing", "undo", "not-ours", "budget", "same-certificate", "hands-off", "told", "converges", "services-as-found",
            "keys-stay", "idempotent")


class NotFound(Exception):
    """Why a bug does not count as found."""


def copy_tree(target: pathlib.Path) -> None:
    """Core, tests and the build files as they are now; what did not change keeps its time, so that only the bug is compiled anew."""
    for name in COPIED:
        source = ROOT / name
        files = [source] if source.is_file() else [each for each in source.rglob("*") if each.is_file() and "__pycache__" not in each.parts]
        wanted = {target / each.relative_to(ROOT) for each in files}
        for each in (target / name).rglob("*"):
            if each.is_file() and each not in wanted:
                each.unlink()
        for each in files:
            copy = target / each.relative_to(ROOT)
            if copy.exists() and copy.read_bytes() == each.read_bytes():
                continue
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(each, copy)


def build(tree: pathlib.Path) -> None:
    binary = tree / "build"
    if not (binary / "build.ninja").exists():
        subprocess.run(["cmake", "-S", tree, "-B", binary, "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Release", "-DSSTP_UNITY=OFF", "-DCMAKE_CXX_FLAGS_RELEASE=-O1 -w"],
                       check=True, stdout=subprocess.DEVNULL)
    done = subprocess.run(["cmake", "--build", binary, "--target", "simulate"], capture_output=True, text=True)
    if done.returncode != 0:
        raise NotFound(f"does not compile:\n{done.stdout[-3000:]}")


def run_simulate(tree: pathlib.Path, *arguments) -> subprocess.CompletedProcess:
    try:
        return subprocess.run([tree / "build" / "bin" / "simulate", *map(str, arguments)], capture_output=True, text=True,
                              timeout=LONGEST_SEARCH)
    except subprocess.TimeoutExpired:
        raise NotFound(f"the search did not end within {LONGEST_SEARCH} s") from None


def search(tree: pathlib.Path, seeds: int) -> dict:
    """Runs seeds 1 to `seeds`. The promises that were broken: in how many seeds, and the first of them."""
    done = run_simulate(tree, "--seeds", seeds, "--keep-going")
    broken = {promise: (int(count), int(first))
              for promise, count, first in re.findall(r"^BROKEN: (\S+) \((\d+) seeds, the first is (\d+)\)$", done.stdout, re.MULTILINE)}
    if done.returncode != (1 if broken else 0) or f"{seeds} seeds in" not in done.stdout:
        raise NotFound(f"the search ended with {done.returncode}: {done.stderr[-500:]}")
    return broken


def run_corpus(tree: pathlib.Path) -> dict:
    """The promises that runs of the corpus break: in how many, and 0 for a first seed that there is not."""
    done = run_simulate(tree, "--corpus", tree / "tests" / "simulation" / "corpus.txt", "--seeds", 1)
    promises = re.findall(r"^BROKEN: (\S+)$", done.stdout, re.MULTILINE)
    if done.returncode not in (0, 1) or "corpus: " not in done.stdout:
        raise NotFound(f"the corpus ended with {done.returncode}: {done.stderr[-500:]}")
    return {each: (promises.count(each), 0) for each in promises}


def plant(tree: pathlib.Path, bug: dict) -> None:
    for change in [bug, *bug.get("also", [])]:
        file = change.get("file", bug["file"])
        text = (tree / file).read_text()
        if text.count(change["replace"]) != 1:
            raise NotFound(f"the text to replace occurs {text.count(change['replace'])} times in {file}, not once: {change['replace']}")
        (tree / file).write_text(text.replace(change["replace"], change["by"]))


def where(bug: dict) -> str:
    return f"within {bug['seeds']:,} seeds" if "seeds" in bug else "in the corpus"


def judge(bug: dict, broken: dict) -> None:
    others = sorted(set(broken) - {bug["promise"]})
    if bug["promise"] not in broken:
        raise NotFound(f"{bug['promise']} was not seen broken {where(bug)}; seen: {', '.join(others) or 'nothing'}")
    if bug.get("only") and others:
        raise NotFound(f"other properties see it, too: {', '.join(others)}")


def find(tree: pathlib.Path, bug: dict) -> dict:
    copy_tree(tree)
    plant(tree, bug)
    build(tree)
    broken = search(tree, bug["seeds"]) if "seeds" in bug else run_corpus(tree)
    judge(bug, broken)
    return broken


def row(bug: dict, broken: dict) -> str:
    count, first = broken[bug["promise"]]
    others = ", ".join(f"{promise} ({broken[promise][0]})" for promise in sorted(set(broken) - {bug["promise"]}))
    found = f"{bug['seeds']:,} | {count:,} | {first:,}" if "seeds" in bug else f"corpus | {count} runs | -"
    return f"| {bug['promise']} | {bug['name']} | {found} | {others or 'only it'} |"


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--build", type=pathlib.Path, default=ROOT / "build" / "planted", help="folder for the copy and its build")
    options.add_argument("--only", help="plant only bugs whose name or promise contains this")
    options.add_argument("--table", action="store_true", help="at the end print the table for README.md")
    chosen = options.parse_args()
    tree = chosen.build / "tree"

    bugs = json.loads((HERE / "planted_bugs.json").read_text())
    bugs = [each for each in bugs if not chosen.only or chosen.only in each["name"] or chosen.only in each["promise"]]
    if not bugs:
        print(f"no bug has '{chosen.only}' in its name or promise")
        return 2
    without = [] if chosen.only else [each for each in PROMISES if not any(bug["promise"] == each and bug.get("only") for bug in bugs)]
    if without:
        print(f"no bug is listed that only the property of these would see: {', '.join(without)}")
        return 1
    try:
        copy_tree(tree)
        build(tree)
        broken = {**search(tree, SEEDS_WITHOUT_BUG), **run_corpus(tree)}
        if broken:
            raise NotFound(f"the search already finds: {', '.join(sorted(broken))}")
    except NotFound as why:
        print(f"without any bug: {why}")
        return 1
    print(f"without a bug {SEEDS_WITHOUT_BUG} seeds break no promise; now {len(bugs)} bugs, each by itself", flush=True)

    rows = []
    for number, bug in enumerate(bugs, 1):
        began = time.monotonic()
        try:
            broken = find(tree, bug)
            count, _ = broken[bug["promise"]]
            rows.append(row(bug, broken))
            said = f"found   {bug['promise']}: {bug['name']} ({where(bug)}: {count} times; all seen: {', '.join(sorted(broken))})"
        except NotFound as why:
            said = f"FAILED  {bug['promise']}: {bug['name']}: {why}"
        print(f"{number:>3} of {len(bugs)}  {said}  {time.monotonic() - began:.0f} s", flush=True)
    if chosen.table:
        print("\n".join(rows))
    remembered = sum("seeds" not in each for each in bugs)
    if remembered:
        print(f"{remembered} of the bugs are looked for in the corpus, not by the search")
    print(f"{len(rows)} passed, {len(bugs) - len(rows)} failed")
    return 0 if len(rows) == len(bugs) else 1


if __name__ == "__main__":
    sys.exit(main())
