"""Every rule, and all that its findings rest on, is told in plain words."""

import pytest

from schemas.alerts import Alert, AlertStatus
from schemas.events import AnyEvent
from streams.console import words
from streams.core.analyse import analyse
from streams.core.detect import DETECTORS
from streams.core.detect.silence import RULE as SILENCE
from streams.core.group.detect import RULE as GROUP_RULE
from streams.core.state import EMPTY
from tests.console.samples import alert, worse_group
from tests.core.builders import POLICY, check_in, heartbeat, interaction, life_event, prompt, safety


@pytest.mark.parametrize("rule", [*DETECTORS, GROUP_RULE])
def test_every_rule_has_words(rule: str) -> None:
    assert words.rule_words(rule).title != rule
    assert words.rule_words(rule).says


def alerts_of(*events: AnyEvent) -> list[Alert]:
    signals = analyse("p-1", EMPTY, events, POLICY, closes=None, now=0).signals
    return [
        Alert(**signal.model_dump(exclude={"change", "history"}), status=AlertStatus.RAISED, version=1)
        for signal in signals
    ]


def test_violence_is_named_with_its_alert_and_not_in_the_words_that_are_printed() -> None:
    [violence], [loss] = alerts_of(interaction(1, kind="violence")), alerts_of(interaction(1, kind="loss"))
    assert "violence" in words.alert_says(violence).lower()
    assert words.alert_says(loss) == words.rule_words(loss.rule).says
    assert not any("violence" in rule.says.lower() for rule in words.RULES.values())


def told(*events: AnyEvent) -> list[list[tuple[str, str]]]:
    return [list(words.evidence(alert)) for alert in alerts_of(*events)]


def test_violence() -> None:
    assert told(interaction(1, "b", "violence", id="i-1")) == [
        [
            ("What happened", "violence"),
            ("Person", "b"),
            ("Find a safe way to contact first", "yes"),
            ("Hidden from the patient's own pages", "yes"),
            ("Event ids", "i-1"),
        ]
    ]


def test_a_dispute() -> None:
    assert told(interaction(1, "b", stage="renegotiation"), interaction(2, "b", stage="impasse", id="i-2")) == [
        [
            ("What happened", "a role dispute came to impasse"),
            ("Person", "b"),
            ("Dispute before", "renegotiation"),
            ("Dispute now", "impasse"),
            ("Event ids", "i-2"),
        ]
    ]


def test_a_bereavement() -> None:
    assert told(life_event(1, "2026-05-30", id="l-1")) == [
        [("What happened", "a bereavement"), ("On", "Sat 30 May 2026"), ("Event ids", "l-1")]
    ]


def test_conflicts_on_the_rise() -> None:
    events = [said for day in range(70) for said in (check_in(day, 5), *[interaction(day + 0.5, "b")] * (day > 65))]
    [[what, person, recent, before, chance, _]] = told(*events)
    assert (what[1], person[1]) == ("conflicts are on the rise", "b")
    assert (recent, before) == (("Of late", "4 in 14 days heard of"), ("Before", "0 in 56 days heard of"))
    assert chance[0] == "Likely by chance"


def test_silence() -> None:
    usual = [event for day in range(40) for event in (heartbeat(day + 0.3), prompt(day + 0.4), check_in(day + 0.5, 5))]
    asked = [event for day in range(40, 50) for event in (heartbeat(day + 0.3), prompt(day + 0.4))]
    [evidence] = told(*usual, safety(39), *asked, check_in(50, 5))
    assert evidence == [
        ("Kind", "the phone asked, nothing was answered"),
        ("Up to the end of", "Sun 12 Jul 2026"),
        ("Of late", "0 answers in 2 days, asked 2 times, phone heard on 2"),
        ("Before", "28 answers in 28 days, asked 28 times, phone heard on 28"),
        ("Likely by chance", "0.002"),
        ("Known of risk by then", "a safety alert within 14 days"),
    ]


@pytest.mark.parametrize(
    ("kind", "title"),
    [
        ("offline", "Not heard from: the phone was not heard"),
        ("unanswered", "Not heard from: the phone asked, nothing was answered"),
        ("dropping_off", "Not heard from: answers became few, or stopped"),
    ],
)
def test_the_title_of_silence_says_which_kind(kind: str, title: str) -> None:
    assert words.alert_title(alert(rule=SILENCE, evidence={"kind": kind})) == title


def test_kinds_of_other_rules_are_no_part_of_the_title() -> None:
    assert words.alert_title(alert(rule="safety.contact", evidence={"kind": "crisis"})) == "Asks for contact"


def test_eating() -> None:
    events = [check_in(day + 0.5, 5, symptoms={"binge": day // 40, "restrict": 1}) for day in range(60)]
    [[binges, until, _]] = told(*events)
    assert binges == ("Binges", "Of late 3 in 7 days heard of, Before 0 in 36 days heard of")
    assert until == ("Up to the end of", "Mon 13 Jul 2026")


def test_a_group() -> None:
    assert list(words.evidence(worse_group())) == [
        ("Members who worsened", "3"),
        ("Members that day", "6"),
        ("Members of whom it can be told", "5"),
        ("Mean change of mood, points", "-1.25"),
    ]
