#!/usr/bin/python3
"""Checks the checker: plants one bug after another into a copy of core, and demands that the simulation finds each.

A bug is a replacement of text that must occur exactly once in its file, so that a bug that no longer fits the code fails loudly
instead of planting nothing. `dev simulate --planted` runs this; it takes some minutes, since core is compiled for each.
"""
import argparse
import json
import pathlib
import shutil
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent


def copy_tree(target: pathlib.Path) -> None:
    """Core, tests and the build files; unchanged files keep their times, so that only the bug is compiled anew."""
    for name in ("core", "tests", "config", ".cmake", "CMakeLists.txt", "CMakePresets.json"):
        source = ROOT / name
        if not source.exists():
            continue
        if source.is_dir():
            shutil.copytree(source, target / name, dirs_exist_ok=True, copy_function=copy_if_changed)
        else:
            copy_if_changed(source, target / name)


def copy_if_changed(source, target) -> None:
    source, target = pathlib.Path(source), pathlib.Path(target)
    if not target.exists() or target.read_bytes() != source.read_bytes():
        shutil.copyfile(source, target)


def build(tree: pathlib.Path) -> None:
    binary = tree / "build"
    if not (binary / "build.ninja").exists():
        subprocess.run(["cmake", "-S", tree, "-B", binary, "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Release", "-DCMAKE_CXX_FLAGS_RELEASE=-O1 -w"], check=True, stdout=subprocess.DEVNULL)
    done = subprocess.run(["cmake", "--build", binary, "--target", "simulate"], capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"does not compile:\n{done.stdout[-3000:]}")


def simulate(tree: pathlib.Path, *arguments) -> str:
    program = tree / "build" / "bin" / "simulate"
    return subprocess.run([program, "--threads", "2", *map(str, arguments)], capture_output=True, text=True, timeout=900).stdout


def search(tree: pathlib.Path, bug: dict):
    """The promises that it breaks, and where that showed: in seeds, or for what only one run in many thousands meets in the corpus."""
    if "seeds" in bug:
        return broken_promises(simulate(tree, "--seeds", bug["seeds"])), f"within {bug['seeds']} seeds"
    return broken_promises(simulate(tree, "--seeds", 1, "--corpus", tree / "tests/simulation/corpus.txt")), "by the corpus"


def plant(tree: pathlib.Path, bug: dict) -> None:
    path = tree / bug["file"]
    text = path.read_text()
    for change in [bug] + ([bug["also"]] if "also" in bug else []):
        if text.count(change["replace"]) != 1:
            raise SystemExit(f"{bug['name']}: the text to replace occurs {text.count(change['replace'])} times in {bug['file']}, not once")
        text = text.replace(change["replace"], change["by"])
    path.write_text(text)


def broken_promises(output: str) -> set:
    return {line.split()[1] for line in output.splitlines() if line.startswith("BROKEN:")}


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--build", type=pathlib.Path, default=ROOT / "build" / "planted", help="folder for the copy and its build")
    options.add_argument("--only", help="plant only bugs whose name contains this")
    chosen = options.parse_args()
    tree = chosen.build / "tree"
    tree.mkdir(parents=True, exist_ok=True)

    bugs = [b for b in json.loads((HERE / "planted_bugs.json").read_text()) if not chosen.only or chosen.only in b["name"]]
    copy_tree(tree)
    build(tree)
    print("core without a bug is built; now each bug by itself", flush=True)
    clean = broken_promises(simulate(tree, "--seeds", 20_000))
    if clean:
        print(f"without any bug the simulation already finds: {', '.join(sorted(clean))}")
        return 1
    found = missed = 0
    for bug in bugs:
        copy_tree(tree)
        plant(tree, bug)
        began = time.monotonic()
        build(tree)
        promises, where = search(tree, bug)
        hit = bug["promise"] in promises
        found, missed = found + hit, missed + (not hit)
        print(f"{'found ' if hit else 'MISSED'}  {bug['promise']:<18} {bug['name']}  "
              f"({where}; broken: {', '.join(sorted(promises)) or 'nothing'}; {time.monotonic() - began:.0f} s)", flush=True)
    print(f"{found} passed, {missed} failed")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
