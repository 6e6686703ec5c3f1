#!/usr/bin/python3
"""Changes one operator, condition, constant or statement of the code that decides, and asks whether a test notices.

A mutant is one file compiled anew and a link. The tables of its own room are run on it, then all other tests of the four rooms, their stories and
the cycle; with --seeds what survives them has to survive so many runs of the simulation as well. What does not compile is no mutant. A survivor is a
test that is missing, or a change that changes nothing: that is for readers to say (equivalent.txt).

`dev mutate [--sample N] [--seed S] [--only PART_OF_A_PATH] [--quick] [--seeds N] [--again LOG]`
"""
import argparse
import collections
import pathlib
import re
import sys

from mutants import ROOT, Mutant, all_mutants
from mutated import Broken, Tree
import random

sys.path.insert(0, str(ROOT / "tests" / "simulation"))
from planted_bugs import copy_tree  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent
SWEEPS = "*Sweep*"   # take minutes, and find little that the others do not
SLOW = 200         # milliseconds
PASSED = re.compile(r"^\[       OK \] (\S+?)(?:, where .*)? \((\d+) ms\)$", re.MULTILINE)
SUITE = re.compile(r"^TEST(?:_F|_P)?\((\w+),", re.MULTILINE)
LINE = re.compile(r"^ *\d+ of \d+  (\w[\w ]*?) *  (\S+?):(\d+):(\d+): (.*?) \| (.*?)(?:  <- .*)?$", re.MULTILINE)
KILLED = ("killed", "killed by the simulation")


def suites_of(file: str) -> list:
    """Of the file's own room."""
    folder = ROOT / "tests" / pathlib.PurePath(file).parent
    return [f"{pattern}.*" for each in sorted(folder.glob("*_test.cpp")) for name in SUITE.findall(each.read_text()) for pattern in (name, f"*/{name}")]


def tests(of: list, but: list) -> list:
    return ["room_tests", f"--gtest_filter={':'.join(of)}-{':'.join([SWEEPS, *but])}", "--gtest_fail_fast=1"]


class Ladder:
    """All tests, in an order in which most mutants die soon: those of the room, those of the others, and those that take long."""

    def __init__(self, tree: Tree):
        done = tree.run(tests(["*"], []))
        if done.returncode != 0:
            raise Broken(f"without any change the tests fail:\n{done.stdout[-3000:]}")
        self.slow = [name for name, took in PASSED.findall(done.stdout) if int(took) > SLOW]
        self.seconds = tree.spent["testing"]

    def killers(self, tree: Tree, file: str, quick: bool) -> list:
        own = suites_of(file)
        found = tree.killers(tests(own, self.slow)) or tree.killers(tests(["*"], own + self.slow))
        return found if found or quick else tree.killers(tests(self.slow, []))


def fate(tree: Tree, ladder: Ladder, mutant: Mutant, quick: bool, seeds: int) -> tuple:
    """What became of it, and of which tests it died."""
    whole = (tree.root / mutant.file).read_text()
    if not tree.compile(mutant.file, whole[:mutant.begin] + mutant.by + whole[mutant.end:]):
        return "does not compile", []
    tree.link("room_tests", mutant.file)
    if killers := ladder.killers(tree, mutant.file, quick):
        return "killed", killers
    if seeds:
        tree.link("simulate", mutant.file)
        if killers := tree.killers(["simulate", "--seeds", str(seeds), "--threads", "1", "--as-found"]):
            return "killed by the simulation", killers
    return ("equivalent" if mutant.key() in equivalents() else "survived"), []


def equivalents() -> set:
    """Changes that change nothing, as two readers have said: `equivalent.txt` tells why."""
    found = re.findall(r"^(core/\S+?):(\d+): (.*?) \| (.*)\n(?: .*\n)*? +readers: (\d)", (HERE / "equivalent.txt").read_text(), re.MULTILINE)
    return {(file, int(column), what, code) for file, column, what, code, readers in found if int(readers) >= 2}


def drawn_again(log: str, everything: list, part_of_a_path: str) -> tuple:
    """The survivors of an earlier run, where the code is as it was, and the fates of all others of that run."""
    by_key = collections.defaultdict(list)
    for mutant in everything:
        by_key[mutant.key()].append(mutant)
    survivors, fates = [], collections.Counter()
    for said, file, line, column, what, code in LINE.findall(log):
        if part_of_a_path not in file:
            continue
        same = by_key[file, int(column), what, code]
        if said not in ("survived", "equivalent"):
            fates[said] += 1
        elif not same:
            fates["gone with the code"] += 1
        else:
            survivors.append(same.pop(min(range(len(same)), key=lambda at: abs(same[at].line - int(line)))))
    return survivors, fates


def tell(drawn: int, of: int, seed: int, quick: bool, fates: collections.Counter, survivors: list) -> None:
    killed, equivalent = sum(fates[each] for each in KILLED), fates["equivalent"]
    print(f"\n{drawn} drawn of {of} (seed {seed}): " + ", ".join(f"{count} {word}" for word, count in sorted(fates.items())))
    if quick:
        print("no score: the tests that take long were not asked")
    elif killed + len(survivors):
        print(f"score: {100 * killed / (killed + len(survivors)):.1f} % of those that compile and change something"
              f" ({100 * killed / (killed + len(survivors) + equivalent):.1f} % if no change were equivalent)")
    for each in survivors:
        print(f"  survived  {each}")


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--sample", type=int, default=300, help="so many are drawn; 0: all")
    options.add_argument("--seed", type=int, default=1, help="of the draw")
    options.add_argument("--only", default="", help="files whose path contains this")
    options.add_argument("--quick", action="store_true", help="without the tests that take long: no score, but most of those to be read; then --again without it")
    options.add_argument("--seeds", type=int, default=0, help="runs of the simulation for what the tests let live")
    options.add_argument("--again", type=pathlib.Path, help="what an earlier run printed: only its survivors are tried, and the score is that of the whole run")
    options.add_argument("--build", type=pathlib.Path, default=ROOT / "build" / "mutation", help="folder for the copy and its build")
    chosen = options.parse_args()

    everything = all_mutants(chosen.only)
    if not everything:
        print(f"no file of the four rooms has '{chosen.only}' in its path")
        return 2
    fates = collections.Counter()
    if chosen.again:
        drawn, fates = drawn_again(chosen.again.read_text(), everything, chosen.only)
    else:   # in the order of the draw, so that the first of them are a sample as well
        drawn = random.Random(chosen.seed).sample(everything, min(chosen.sample or len(everything), len(everything)))
    drawn_then = sum(fates.values())

    tree = Tree(chosen.build / "tree")
    copy_tree(tree.root)
    tree.build(["room_tests", "simulate"] if chosen.seeds else ["room_tests"])
    tree.link("room_tests")
    ladder = Ladder(tree)
    tree.seconds = max(30.0, 5 * ladder.seconds)   # what takes longer never ends
    print(f"all tests take {ladder.seconds:.1f} s", flush=True)
    survivors = []
    for number, mutant in enumerate(drawn, 1):
        said, killers = fate(tree, ladder, mutant, chosen.quick, chosen.seeds)
        fates[said] += 1
        if said == "survived":
            survivors.append(mutant)
        print(f"{number:>4} of {len(drawn)}  {said:<16}  {mutant}" + (f"  <- {killers[0]}" if killers else ""), flush=True)
    tell(drawn_then + len(drawn), len(everything), chosen.seed, chosen.quick, fates, survivors)
    print("seconds a mutant: " + ", ".join(f"{spent / max(1, len(drawn)):.1f} {what}" for what, spent in tree.spent.items()))
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Broken as broken:
        print(broken)
        sys.exit(1)
