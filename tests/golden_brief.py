"""The golden brief, formulation and review of the fixture patient: `python -m tests.golden_brief` writes them anew.

Read the difference before you commit it: it is what a therapist will read.
"""

from pathlib import Path

from pydantic import BaseModel

from schemas.reading import Accepted, read_event
from schemas.views import PatientView
from streams.adapters.policy import read_policy
from streams.core.analyse import analyse
from streams.core.links import LinkPopulation
from streams.core.state import EMPTY
from streams.core.view import view
from tests.fixture_patient import BEFORE_SESSION_15, PATIENT, lines

FOLDER = Path(__file__).parent / "golden"
POLICY = read_policy()
"""The one that ships, which the pipeline works by."""


def golden(name: str) -> str:
    """The text as it ought to be."""
    return (FOLDER / name).read_text()


def as_text(part: BaseModel) -> str:
    return part.model_dump_json(indent=2) + "\n"


def view_of(told: list[bytes]) -> PatientView:
    """What analysis makes of these lines in one go."""
    outcomes = [read_event(line) for line in told]
    events = [outcome.event for outcome in outcomes if isinstance(outcome, Accepted)]
    analysis = analyse(PATIENT, EMPTY, events, POLICY, closes=None, now=0)
    return view(analysis.record.state, PATIENT, LinkPopulation(), POLICY)


def made() -> dict[str, str]:
    """File name to text, as the code makes them now."""
    before, whole = view_of(lines(BEFORE_SESSION_15)), view_of(lines())
    assert before.brief
    assert whole.formulation
    assert whole.review
    return {
        "brief.json": as_text(before.brief),
        "formulation.json": as_text(whole.formulation),
        "review.json": as_text(whole.review),
    }


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, text in made().items():
        (FOLDER / name).write_text(text)
