#!/usr/bin/python3
"""Checks the checker: plants one bug after another into a copy of core, and demands that the simulation finds each within a minute.

A bug is a replacement of text that must occur exactly once in its file, so that a bug that no longer fits the code fails loudly
instead of planting nothing. Its promise, or one of those that it says it breaks as well, must be seen broken; which seed shows it,
after how many seconds of searching, and which others are seen on the way is printed.

`dev simulate --planted [--only WORDS] [--table] [--check]` runs this; only the file with the bug is compiled for each.
"""
import argparse
import json
import pathlib
import re
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
COPIED = ("core", "tests", "config", ".cmake", "CMakeLists.txt", "CMakePresets.json")
SECONDS = 60            # for each bug, on as many threads as are given
RUNS_WITHOUT_BUG = 3_000


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
    binary = tree / "build" / "planted"   # as deep as other build folders: ccache takes what it has compiled for them
    if not (binary / "build.ninja").exists():
        subprocess.run(["cmake", "-S", tree, "-B", binary, "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Release", "-DSSTP_UNITY=OFF", "-DCMAKE_CXX_FLAGS_RELEASE=-O1 -w"],
                       check=True, stdout=subprocess.DEVNULL)
    done = subprocess.run(["cmake", "--build", binary, "--target", "simulate"], capture_output=True, text=True)
    if done.returncode != 0:
        raise NotFound(f"does not compile:\n{done.stdout[-3000:]}")


def search(tree: pathlib.Path, kind: str, threads: int, until: list, runs: int = 1_000_000, seconds: int = SECONDS) -> dict:
    """Runs days or years until one of the promises is broken or the time is over: the promises broken, each with its first seed and the
    seconds after which that was found."""
    option = {"days": "--seeds", "years": "--years"}[kind]
    wanted = [argument for promise in until for argument in ("--until", promise)]
    done = subprocess.run([tree / "build" / "planted" / "bin" / "simulate", option, str(runs), "--seconds", str(seconds), "--threads", str(threads),
                           "--as-found", *wanted], capture_output=True, text=True, timeout=10 * seconds + 600)
    found = {promise: (int(seed), float(after)) for promise, seed, after in
             re.findall(r"^\d+ of \d+ runs broke (\S+); the first: (\d+), after ([\d.]+) s$", done.stdout, re.MULTILINE)}
    if done.returncode != (1 if found else 0) or " runs, " not in done.stdout:
        raise NotFound(f"the search ended with {done.returncode}: {done.stderr[-500:]}")
    return found


def changes_of(tree: pathlib.Path, bug: dict):
    """Each file with its text and what is replaced in it."""
    for change in [bug, *bug.get("also", [])]:
        file = change.get("file", bug["file"])
        text = (tree / file).read_text()
        if text.count(change["replace"]) != 1:
            raise NotFound(f"the text to replace occurs {text.count(change['replace'])} times in {file}, not once: {change['replace']}")
        yield file, text, change


def check_that_all_fit(bugs: list) -> int:
    unfit = 0
    for bug in bugs:
        try:
            list(changes_of(ROOT, bug))
        except NotFound as why:
            print(f"{bug['name']}: {why}")
            unfit += 1
    return 1 if unfit else 0


def plant(tree: pathlib.Path, bug: dict) -> None:
    for file, text, change in changes_of(tree, bug):
        (tree / file).write_text(text.replace(change["replace"], change["by"]))


def find(tree: pathlib.Path, bug: dict, threads: int) -> tuple:
    copy_tree(tree)
    plant(tree, bug)
    build(tree)
    promises = [bug["promise"], *bug.get("or", [])]
    found = search(tree, bug["runs"], threads, promises)
    seen = [(*found[promise], promise) for promise in promises if promise in found]
    if not seen:
        raise NotFound(f"{' or '.join(promises)} was not seen broken; seen: {', '.join(sorted(found)) or 'nothing'}")
    return min(seen, key=lambda each: each[1]), sorted(set(found) - set(promises))


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--build", type=pathlib.Path, default=ROOT / "build" / "planted", help="folder for the copy and its build")
    options.add_argument("--check", action="store_true", help="only ask whether each bug still fits the code; builds and searches nothing")
    options.add_argument("--only", help="plant only bugs whose name or promise contains this")
    options.add_argument("--table", action="store_true", help="at the end print the table for README.md")
    options.add_argument("--threads", type=int, default=2)
    chosen = options.parse_args()
    tree = chosen.build / "tree"

    bugs = json.loads((HERE / "planted_bugs.json").read_text())
    bugs = [each for each in bugs if not chosen.only or chosen.only in each["name"] or chosen.only in each["promise"]]
    if not bugs:
        print(f"no bug has '{chosen.only}' in its name or promise")
        return 2
    if chosen.check:
        return check_that_all_fit(bugs)
    try:
        copy_tree(tree)
        build(tree)
        found = search(tree, "days", chosen.threads, [], RUNS_WITHOUT_BUG, 600)
        if found:
            raise NotFound(f"the search already finds: {', '.join(sorted(found))}")
    except NotFound as why:
        print(f"without any bug: {why}")
        return 1
    print(f"without a bug {RUNS_WITHOUT_BUG} runs break no promise; now {len(bugs)} bugs, each by itself", flush=True)

    rows = []
    for number, bug in enumerate(bugs, 1):
        try:
            (seed, after, promise), others = find(tree, bug, chosen.threads)
            rows.append(f"| {bug['name']} | {promise} | {bug['runs']} | {seed} | {after:.1f} |")
            said = f"found   {promise}: {bug['name']} (seed {seed}, after {after:.1f} s{'; also ' + ', '.join(others) if others else ''})"
        except NotFound as why:
            said = f"FAILED  {bug['promise']}: {bug['name']}: {why}"
        print(f"{number:>3} of {len(bugs)}  {said}", flush=True)
    if chosen.table:
        print("| bug | broken | runs | seed | seconds |\n|---|---|---|---|---|\n" + "\n".join(rows))
    print(f"{len(rows)} passed, {len(bugs) - len(rows)} failed")
    return 0 if len(rows) == len(bugs) else 1


if __name__ == "__main__":
    sys.exit(main())
