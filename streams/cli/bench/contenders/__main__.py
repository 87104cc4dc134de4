"""Runs one contender over one course: python -m streams.cli.bench.contenders NAME EMPTY-FOLDER COURSE-AS-JSON."""

import gc
import json
import logging
import sys
from pathlib import Path
from pkgutil import resolve_name

from streams.adapters.policy import read_policy
from streams.cli.bench.contenders import CONTENDERS
from streams.cli.bench.course import Course
from streams.cli.bench.stopwatch import Stopwatch
from streams.core.warm import warm_up
from streams.transport.worker import GC_THRESHOLDS


def main() -> None:
    """Run it; the process ends with the contender's last event."""
    name, folder, course_json = sys.argv[1:]
    course = Course(**json.loads(course_json))
    logging.basicConfig(level=logging.ERROR)
    contender = CONTENDERS[name]
    run = resolve_name(contender.run)
    # What ours gains by, everybody gets: the core compiled before the first event, and a rarer look at long lists.
    if contender.seed is not None:
        warm_up(read_policy())
    gc.set_threshold(*GC_THRESHOLDS)
    gc.freeze()
    run(course, Path(folder), Stopwatch(course.events))


if __name__ == "__main__":
    main()
