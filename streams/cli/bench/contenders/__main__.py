"""Runs one contender over one course: python -m streams.cli.bench.contenders NAME EMPTY-FOLDER COURSE-AS-JSON."""

import gc
import json
import logging
import sys
from pathlib import Path
from pkgutil import resolve_name

from streams.cli.bench.contenders import CONTENDERS
from streams.cli.bench.course import Course
from streams.cli.bench.stopwatch import Stopwatch
from streams.transport.worker import GC_THRESHOLDS


def main() -> None:
    """Run it; the process ends with the contender's last event."""
    name, folder, course_json = sys.argv[1:]
    course = Course(**json.loads(course_json))
    logging.basicConfig(level=logging.ERROR)
    run = resolve_name(CONTENDERS[name].run)
    gc.set_threshold(*GC_THRESHOLDS)  # ours gains by it, so everybody gets it
    gc.freeze()
    run(course, Path(folder), Stopwatch(course.events))


if __name__ == "__main__":
    main()
