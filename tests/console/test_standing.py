from datetime import timedelta

import pytest

from schemas.alerts import Alert, AlertEntry, AlertStatus, Outcome
from streams.console.standing import KEPT, Standing, shortened, standing
from tests.console.samples import NOW, alert, raised

SOON = NOW + timedelta(hours=2)


def entry(what: str, who: str = "ipt-pulse", to: str | None = None, refused: str | None = None) -> AlertEntry:
    return AlertEntry(at=NOW, what=what, who=who, to=to, refused=refused)


def says(shown: Alert, reader: str = "dana") -> list[str]:
    return [one.says for one in standing(shown, reader)]


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"history": raised(NOW), "status": AlertStatus.RAISED}, "New, not taken on yet"),
        ({"history": (entry("notified", "webhook", "ada"),)}, "Notified ada, not taken on yet"),
        ({"history": (entry("notified", "webhook", "dana"),)}, "Notified you, not taken on yet"),
        (
            {"history": (entry("waits for working hours"),), "status": AlertStatus.RAISED},
            "Waits for working hours, so nobody was told yet",
        ),
        (
            {"history": (entry("escalated: not acknowledged", to="on_call_second"),), "status": AlertStatus.ESCALATED},
            "Escalated to on call second, not taken on yet",
        ),
        ({"history": (), "status": AlertStatus.ESCALATED}, "Escalated, not taken on yet"),
        (
            {
                "history": (entry("closed: unreachable", "dana"), entry("escalated: nobody was reached", to="lee")),
                "status": AlertStatus.ESCALATED,
                "outcome": Outcome.UNREACHABLE,
            },
            "Nobody was reached so far, and it goes on to lee",
        ),
        (
            {"history": (entry("handed over", "lee", "dana"),), "status": AlertStatus.HANDED_OVER, "holder": "dana"},
            "Handed over to you by lee, not taken on yet",
        ),
        (
            {"history": (entry("handed over", "dana", "sam"),), "status": AlertStatus.HANDED_OVER, "holder": "sam"},
            "Handed over to sam by you, not taken on yet",
        ),
    ],
)
def test_one_sentence_says_who_has_it_or_why_nobody_has(fields: dict[str, object], told: str) -> None:
    assert says(alert(**fields)) == [told]


def test_who_holds_it_and_until_when() -> None:
    held = alert(status=AlertStatus.ACKNOWLEDGED, holder="dana", until=SOON)
    assert standing(held, "dana") == (Standing("You have taken it on until", SOON, held=True),)
    assert standing(held, "lee") == (Standing("Taken on by dana until", SOON, held=True),)


def test_a_lapse_is_told_with_whose_it_was_until_somebody_takes_it_on_again() -> None:
    lapsed = (entry("acknowledged", "dana"), entry("acknowledgement lapsed", to="dana"), entry("notified", to="ada"))
    waiting = alert(status=AlertStatus.ESCALATED, history=lapsed)
    assert says(waiting) == ["Escalated, not taken on yet", "Your acknowledgement lapsed at"]
    assert says(waiting, "lee")[1] == "The acknowledgement of dana lapsed at"
    taken = alert(
        status=AlertStatus.ACKNOWLEDGED, holder="ada", until=SOON, history=(*lapsed, entry("acknowledged", "ada"))
    )
    assert says(taken) == ["Taken on by ada until"]


def test_what_was_opened_again_says_so() -> None:
    history = (entry("closed: contacted", "dana"), entry("updated"), entry("reopened: new evidence"))
    assert says(alert(status=AlertStatus.RAISED, history=history)) == [
        "New, not taken on yet",
        "Opened again by new evidence at",
    ]


def test_a_close_that_was_refused_closed_nothing() -> None:
    history = (entry("closed", "lee", refused="already closed"), entry("closed: contacted", "dana"))
    closed = alert(status=AlertStatus.CLOSED, outcome=Outcome.CONTACTED, history=(history[1], history[0]))
    assert says(closed) == ["Closed: patient was contacted, by dana at"]


def test_a_long_history_says_that_it_was_shortened() -> None:
    assert not shortened(alert(history=tuple(entry("notified") for _ in range(KEPT - 1))))
    assert shortened(alert(history=tuple(entry("notified") for _ in range(KEPT))))
