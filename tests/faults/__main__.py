"""`python -m tests.faults`: cause every fault in turn and say what came of it; `make faults` calls it.

The same seed gives the same events, victims and moments. The last line is one JSON object; exit code 1 when anything
did not hold. `--report` writes Markdown; of faults that are not caused this time, the rows in it stay.
"""

import argparse
import json
import shutil
import signal
import sys
import tempfile
import time
import traceback
from pathlib import Path

from tests.faults import FAULTS
from tests.faults.fault import Case, Fault, Verdict
from tests.faults.report import figures, load, write


def main() -> int:
    options = _options()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)  # whatever ends us, what we started is stopped first
    chosen = [fault for fault in FAULTS if not options.only or fault.name in options.only.split(",")]
    verdicts: dict[str, Verdict] = {}
    for number, fault in enumerate(chosen, 1):
        _say(f"{number}/{len(chosen)}  {fault.title} (seed {options.seed})")
        verdicts[fault.name] = _cause(fault, options)
        _say(f"        {figures(verdicts[fault.name])}")
        for line in (*verdicts[fault.name].broken, *verdicts[fault.name].slow):
            _say(f"        DOES NOT HOLD: {line}")
        if options.report:  # each time: a run that is cut short leaves what it found
            write(options.report, verdicts, seed=options.seed)
    sys.stdout.write(json.dumps({"seed": options.seed} | {name: one.figures for name, one in verdicts.items()}) + "\n")
    return int(not all(one.holds for one in verdicts.values()))


def _cause(fault: Fault, options: argparse.Namespace) -> Verdict:
    """Each in a folder of its own, which stays when something did not hold."""
    if why := fault.missing():
        return Verdict(broken=[f"not caused: {why}"])
    folder = Path(tempfile.mkdtemp(prefix=f"ipt-pulse-{fault.name}-"))
    case = Case(folder, options.seed, _say)
    try:
        verdict = fault.run(case, **(fault.short if options.short else fault.full))
    except Exception:  # noqa: BLE001 -- the others are caused all the same
        verdict = Verdict(broken=[traceback.format_exc()])
    verdict.minutes, verdict.load = (time.monotonic() - case.begun) / 60, load()
    if verdict.broken:
        _say(f"        logs and data: {folder}")
    else:
        shutil.rmtree(folder)
    return verdict


def _options() -> argparse.Namespace:
    known = ", ".join(fault.name for fault in FAULTS)
    parser = argparse.ArgumentParser(prog="make faults ARGS=…", description="Cause faults, see what comes of them.")
    parser.add_argument("--only", metavar="NAMES", help=f"some of them, comma-separated: {known}")
    parser.add_argument("--short", action="store_true", help="as small as inside `make test`")
    parser.add_argument("--seed", type=int, default=1, help="of events, victims and moments")
    parser.add_argument("--report", type=Path, help="where to write it all as Markdown")
    return parser.parse_args()


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")


if __name__ == "__main__":
    sys.exit(main())
