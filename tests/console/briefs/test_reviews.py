import re

import pytest

from schemas.review_view import Formulation, Review
from streams.console.briefs import formulation_sections, review_sections
from tests.fixture_patient import lines
from tests.golden_brief import view_of


@pytest.fixture(scope="module")
def both() -> tuple[Formulation, Review]:
    view = view_of(lines())
    assert view.formulation
    assert view.review
    return view.formulation, view.review


def test_the_formulation(both: tuple[Formulation, Review]) -> None:
    sections = {one.title: one.lines for one in formulation_sections(both[0])}
    assert list(sections) == [
        "On this screen only", "Therapy", "Problem areas", "People, the closest first", "Disputes", "Life events",
        "First scores", "Goals", "What mood moves along with, as it reads now",
    ]  # fmt: skip
    assert sections["Therapy"] == (
        "Depression, individual; treatment: IPT.",
        "Opened on Mon 5 Jan 2026; as of Mon 26 Jan 2026.",
    )
    assert sections["People, the closest first"][2] == "sister: further out."


def test_the_care_team_is_told_where_there_is_one(both: tuple[Formulation, Review]) -> None:
    first, last = (one.model_copy(update={"care_team": "north"}) for one in both)
    for sections in (formulation_sections(first), review_sections(last)):
        assert "Care team: north." in next(one.lines for one in sections if one.title == "Therapy")
    assert not any("Care team" in line for one in formulation_sections(both[0]) for line in one.lines)


def test_a_formulation_before_its_time_is_a_draft(both: tuple[Formulation, Review]) -> None:
    nothing: dict[str, object] = dict.fromkeys(
        ("areas", "inventory", "disputes", "life_events", "scores", "goals", "links", "safe_contact_first"), ()
    )
    draft = both[0].model_copy(update={"complete": False, "links_unclear": 0} | nothing)
    sections = {one.title: one.lines for one in formulation_sections(draft)}
    assert sections["Therapy"][1].endswith("The initial phase is not over: this is a draft.")
    assert sections["Problem areas"] == ("None is agreed on yet.",)
    assert "Life events" not in sections


def test_the_review(both: tuple[Formulation, Review]) -> None:
    sections = {one.title: one.lines for one in review_sections(both[1])}
    assert sections["Therapy"] == (
        "Mon 5 Jan 2026 to Tue 28 Apr 2026. It ended: completed.",
        "15 sessions held of 16 planned, 1 missed.",
    )
    assert "sister: further out, now innermost." in sections["Closeness, then and now"]
    assert "partner: renegotiation (6 Jan), then impasse" in sections["Disputes"][0]
    assert sections["Plan ahead"][0] == "Maintenance sessions are agreed on: monthly."
    assert sections["Plan ahead"][-1] == "Wed 14 Apr 2027: 2 years since a bereavement."


@pytest.mark.parametrize(
    ("instead", "says"),
    [
        ({"n": 1}, ", and no other total."),
        ({"first_to_last": "improved", "confirmed": "improved"}, "reliably better; confirmed by two totals in a row."),
        (
            {"first_to_last": "improved", "confirmed": "not_enough"},
            "reliably better; not confirmed, which takes four totals.",
        ),
        (
            {"first_to_last": "no_reliable_change", "confirmed": "no_reliable_change"},
            ": \N{MINUS SIGN}12.0, no reliable change.",
        ),
        (
            {"first_to_last": "no_reliable_change", "confirmed": "not_enough"},
            ": \N{MINUS SIGN}12.0, no reliable change.",
        ),
        (
            {"first_to_last": "no_reliable_change", "confirmed": "improved"},
            "no reliable change. Two totals in a row against the mean of the first two say: reliably better.",
        ),
        (
            {"first_to_last": "deteriorated", "confirmed": "no_reliable_change"},
            "reliably worse. Two totals in a row against the mean of the first two say: no reliable change.",
        ),
    ],
)
def test_first_against_last(both: tuple[Formulation, Review], instead: dict[str, object], says: str) -> None:
    score = both[1].scores[0].model_copy(update=instead)
    told = {one.title: one.lines for one in review_sections(both[1].model_copy(update={"scores": (score,)}))}
    assert told["First against now"][0].endswith(says)


def test_violence_is_private_and_nothing_is_said_to_be_a_cause(both: tuple[Formulation, Review]) -> None:
    for sections in (formulation_sections(both[0]), review_sections(both[1])):
        assert [one.private for one in sections] == [True, *[False] * (len(sections) - 1)]
        told = " ".join(line for one in sections[1:] for line in one.lines)
        assert not re.search("violence|caus|because|due to|makes", told)
