"""All benchmarks in one run, each a program of its own, and the page with what they found: ./dev bench."""

import argparse
import dataclasses
import datetime
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

import figures
from figures import Figure

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
RESULTS = ROOT / "tests" / "benchmark" / "RESULTS.md"
MILLISECONDS = {"ns": 1e-6, "us": 1e-3, "ms": 1.0, "s": 1e3}
# In the order in which they run; what each asks.
PARTS = {"cycle": "what a look and a message cost, over the simulated server", "store": "the same under Wine, in stores of many certificates",
         "outage": "how long clients are out", "footprint": "what the service takes while nothing happens, and in a storm", "load": "whether cycles stay bounded, and the service stops",
         "year": "what many thousand looks leave behind", "forwarding": "events to a receiver, beside rsyslog"}
SCRIPTS = {name: f"bench_{name}.py" for name in PARTS if name != "cycle"}
SHORT = {"forwarding": ["--events", "500"]}   # what --quick means where it is no option


@dataclasses.dataclass(frozen=True)
class Outcome:
    how: str            # "in full", "quick", "failed"
    seconds: float


def of_native(report):
    """What Google Benchmark says, beside the smallest store, and beside the first of what has none."""
    made = []
    first = {}
    for each in report["benchmarks"]:
        name, spent = each["name"], each["cpu_time"] * MILLISECONDS[each["time_unit"]]
        store = re.fullmatch(r"(idle|first)_cycle_of_a_store/certificates:(\d+)/records:(\d+)", name)
        if store:
            kind, certificates, records = store[1], int(store[2]), int(store[3])
            size = f"{certificates:,} certificates, {records:,} records"
            values = {f"{kind} cycle": (spent, "ms"), "calls of ports in it": (each.get("calls"), "calls"), "keys opened in it": (each.get("keys_opened"), "keys")}
            for what, (value, unit) in values.items():
                if value is None:
                    continue
                beside, base = first.setdefault((kind, what), (size, value))
                goal = "under 5 ms" if kind == "idle" and unit == "ms" and certificates == 10_000 else ""
                made.append(Figure("cycle", f"{what}, {size}" if kind == "idle" or unit == "ms" else f"{what}, {size}, first read", value, unit, beside, base, goal))
            continue
        part = "rendering" if name.startswith("rendering/") else "cycle"
        beside, base = first.setdefault(part, (name, spent))
        made.append(Figure(part, name, spent, "ms", beside, base))
    return made


def run_native(quick):
    program = ROOT / "build" / "release" / "bin" / "benchmarks"
    with tempfile.NamedTemporaryFile(suffix=".json") as report:
        subprocess.run([program, f"--benchmark_out={report.name}", "--benchmark_out_format=json", f"--benchmark_min_time={0.05 if quick else 1}"], check=True)
        figures.tell(*of_native(json.loads(pathlib.Path(report.name).read_text())))


def run(name, quick):
    began = time.monotonic()
    print(f"\n{datetime.datetime.now():%H:%M:%S}  {name}: {PARTS[name]}", flush=True)
    try:
        if name == "cycle":
            run_native(quick)
        else:
            short = SHORT.get(name, ["--quick"]) if quick else []
            subprocess.run([sys.executable, HERE / SCRIPTS[name], *short], check=True)
        how = "quick" if quick else "in full"
    except subprocess.CalledProcessError as error:
        how = "failed"
        print(f"{name} ended with {error.returncode}", flush=True)
    return Outcome(how, time.monotonic() - began)


def page(outcomes, told, machine, commit, date):
    lines = ["# Results", "", f"Written by `./dev bench`: {commit}, {date}, {machine}. What the figures mean: [README.md](README.md). Compare what stands in one row; other machines have other rows.",
             "", "| part | ran | took | asks |", "|---|---|---|---|"]
    for name, question in PARTS.items():
        outcome = outcomes.get(name)
        lines.append(f"| {name} | {outcome.how if outcome else 'not run'} | {f'{outcome.seconds:.0f} s' if outcome else ''} | {question} |")
    return "\n".join([*lines, "", *figures.table(told)]) + "\n"


def main():
    parser = argparse.ArgumentParser(prog="./dev bench", description=__doc__)
    parser.add_argument("--quick", nargs="*", choices=PARTS, metavar="PART", help="these parts, or all, for a short time")
    parser.add_argument("--only", nargs="+", choices=PARTS, metavar="PART", default=list(PARTS), help=f"these of {', '.join(PARTS)}")
    arguments = parser.parse_args()
    quick = set() if arguments.quick is None else set(arguments.quick or PARTS)
    with tempfile.TemporaryDirectory() as folder:
        os.environ[figures.FILE] = str(pathlib.Path(folder) / "figures")
        outcomes = {name: run(name, name in quick) for name in PARTS if name in arguments.only}
        told = figures.collected(os.environ[figures.FILE])
    print("\n" + "\n".join(figures.table(told)))
    print("\n" + "; ".join(f"{name} {outcome.how}, {outcome.seconds:.0f} s" for name, outcome in outcomes.items()))
    if any(outcome.how == "in full" for outcome in outcomes.values()) and set(outcomes) == set(PARTS):
        RESULTS.write_text(page(outcomes, told, figures.machine(), figures.commit(ROOT), f"{datetime.date.today()}"), encoding="utf-8")
        print(f"Written: {RESULTS.relative_to(ROOT)}")
    return 1 if any(outcome.how == "failed" for outcome in outcomes.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
