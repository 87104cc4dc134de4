import re
import xml.etree.ElementTree as ET
from collections.abc import Awaitable, Callable
from datetime import date, timedelta

import pytest
from httpx import AsyncClient

from schemas.alerts import AlertStatus, Severity
from schemas.episode_view import GroupView as Belongs
from schemas.views import Cell, MergedLinks, PatientView
from schemas.vocabulary import DisputeStage, Phase, SessionStatus
from streams.adapters.accounts import Role
from tests.console.conftest import Console, text_of
from tests.console.samples import GROUP, NOW, PATIENT, alert, episode, fallen_mood, group, person, raised, session, view

Browse = Callable[..., Awaitable[AsyncClient]]

ADDRESS = f"/patients/{PATIENT}"
HOSTILE = "<svg onload=alert(1)>"


@pytest.fixture
async def client(browse: Browse) -> AsyncClient:
    return await browse(Role.LEAD)


async def test_the_page_has_mood_questionnaires_links_and_when_last_heard(
    console: Console, client: AsyncClient
) -> None:
    console.holds(view(), fallen_mood())
    answer = await client.get(ADDRESS)
    told = text_of(answer)
    for words in (
        "Last heard 2 h 13 min ago : 23 Nov 2026, 13:47 UTC patient's clock: 23 Nov, 14:47 (UTC+01:00)",
        "Mood has fallen",
        "usual range: the middle 80 %",
        "PHQ-9 18 of 27 · moderately severe",
        "+3 points since the one before",
        "some items missing",
        "screening cut-off: 10 or more",
        "a ring is a total with items missing",
        "Conflict with person-tom Associated with mood 1.6 points lower over the 6 hours after",
        "(95 % interval \N{MINUS SIGN}2.2 to \N{MINUS SIGN}1.0, n = 11).",
        "Criticism Not enough yet (n = 6): no clear association so far.",
        "Communication pattern: assumed understood Not enough yet (n = 3): no clear association so far.",
    ):
        assert words in told
    assert "caused" not in told


async def test_days_without_reports_are_shown_as_such(console: Console, client: AsyncClient) -> None:
    console.holds(view())
    told = text_of(await client.get(ADDRESS))
    assert "Sat 24 Oct 2026 no reports Fri 23 Oct 2026 no reports" in told


async def test_days_whose_interactions_are_not_shown_are_told_from_days_without(
    console: Console, client: AsyncClient
) -> None:
    console.holds(view())
    answer = await client.get(ADDRESS)
    told = text_of(answer)
    only = "the last 14 days only, 9 Nov to 23 Nov"
    for words in (
        f"interactions and single reports: {only}; there may have been some before",
        f"Interactions, {only}, on the patient's clock",
    ):
        assert words in told
    assert f"Single reports and interactions are shown for {only}: 9 interactions." in answer.text.split('alt="')[1]


@pytest.mark.parametrize(("days", "status"), [("21", 200), ("84", 200), ("7", 422), ("x", 422)])
async def test_how_far_back_is_chosen_from_a_list(
    console: Console, client: AsyncClient, days: str, status: int
) -> None:
    console.holds(view())
    answer = await client.get(f"{ADDRESS}?days={days}")
    assert answer.status_code == status
    if status == 200:
        assert f"mood.svg?theme=light&amp;size=desk&amp;days={days}" in answer.text


@pytest.mark.parametrize("size", ["phone", "desk"])
@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_pictures_are_svg_with_their_words_as_text(
    console: Console, client: AsyncClient, theme: str, size: str
) -> None:
    console.holds(
        view(), alert(1), fallen_mood(2), alert(3, severity=Severity.WARNING), alert(4, severity=Severity.INFO)
    )
    mood = ET.fromstring((await client.get(f"{ADDRESS}/mood.svg?theme={theme}&size={size}")).text)  # noqa: S314 - ours
    words = "".join(mood.itertext())
    assert "Mood, 0 to 10, higher is better" in words
    assert "no reports" in words
    assert "not shown" in words
    assert "before 9 Nov" in words
    assert "23 Nov" in words
    scores = ET.fromstring((await client.get(f"{ADDRESS}/scores/PHQ-9.svg?theme={theme}&size={size}")).text)  # noqa: S314
    assert "moderately severe" in "".join(scores.itertext())


async def test_a_patient_of_whom_there_is_almost_nothing(console: Console, client: AsyncClient) -> None:
    nothing = PatientView(patient="p-new", last_heard=None, days=(), moods=(), interactions=(), scores=(), links=())
    console.holds(nothing)
    told = text_of(await client.get("/patients/p-new"))
    for words in ("Never heard from.", "Too few days yet for a usual range.", "None has a total.", "Reports on 0 of"):
        assert words in told
    assert (await client.get("/patients/p-new/mood.svg?theme=light&size=desk")).status_code == 200
    assert (await client.get("/patients/p-new/scores/PHQ-9.svg?theme=light&size=desk")).status_code == 404


async def test_an_alert_may_come_before_any_view(console: Console, client: AsyncClient) -> None:
    console.holds(alert())
    told = text_of(await client.get(ADDRESS))
    assert "No picture yet" in told
    assert "Thoughts of death or self-harm" in told


async def test_open_alerts_have_the_worst_first_then_the_newest(console: Console, client: AsyncClient) -> None:
    console.holds(
        fallen_mood(1),
        alert(2, history=raised(NOW - timedelta(days=3))),
        alert(3, history=raised(NOW - timedelta(hours=1))),
        alert(4, status=AlertStatus.CLOSED),
    )
    assert re.findall(r'href="/alerts/0*(\d)"', (await client.get(ADDRESS)).text) == ["3", "2", "1"]


TODAY = NOW.date()


@pytest.mark.parametrize(
    ("joined", "left", "members", "led_to"),
    [
        (TODAY, None, 4, True),
        (TODAY, TODAY, 4, True),
        (TODAY - timedelta(days=2), TODAY - timedelta(days=1), 4, False),
        (TODAY + timedelta(days=1), None, 4, False),
        (TODAY, None, 3, False),
    ],
)
async def test_it_leads_to_the_groups_that_the_patient_is_in(
    console: Console, client: AsyncClient, joined: date, left: date | None, members: int, *, led_to: bool
) -> None:
    belongs = Belongs(group=GROUP, joined_on=joined, left_on=left)
    console.holds(view().model_copy(update={"groups": (belongs,)}), group(members))
    answer = await client.get(ADDRESS)
    assert (f'href="/groups/{GROUP}"' in answer.text) == led_to


async def test_the_list_has_the_worst_first_and_silence_as_such(console: Console, client: AsyncClient) -> None:
    quiet = view("p-quiet").model_copy(update={"last_heard": NOW - timedelta(days=20)})
    console.holds(
        view("p-a"),
        quiet,
        view("p-z"),
        alert(1, patient="p-z"),
        alert(2, patient="p-quiet", severity=Severity.HIGH),
        alert(3, patient="p-a", status=AlertStatus.CLOSED),
        alert(4, patient="p-only-an-alert", severity=Severity.WARNING),
    )
    told = text_of(await client.get("/patients"))
    in_order = ("p-z Critical 1", "2 h", "p-quiet High 1", "20 days", "p-only-an-alert Warning 1", "never", "p-a none")
    places = [told.index(words) for words in in_order]
    assert places == sorted(places)


async def test_the_list_tells_silence_phase_and_the_session_to_come(console: Console, client: AsyncClient) -> None:
    planned = session("s-1", SessionStatus.PLANNED, TODAY + timedelta(days=3))
    over = session("s-2", SessionStatus.PLANNED, TODAY - timedelta(days=4))
    in_care = view("p-a").model_copy(update={"phase": Phase.MIDDLE, "episodes": (episode(over, planned),)})
    silent = alert(1, "silence", patient="p-a", severity=Severity.WARNING, evidence={"kind": "offline"})
    console.holds(in_care, silent, view("p-b"))
    told = text_of(await client.get("/patients"))
    assert "Not heard from: the phone was not heard Phase middle Next session Thu 26 Nov 2026 p-b" in told


async def test_a_long_list_is_turned_page_by_page(
    console: Console, client: AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("streams.console.caseload.PAGE", 2)
    console.holds(*(view(f"p-{name}") for name in "abc"), alert(1, patient="p-c"))
    first, second = [text_of(await client.get(f"/patients?page={number}")) for number in (1, 99)]
    assert [name in first for name in ("p-c", "p-a", "p-b", "Page 1 of 2")] == [True, True, False, True]
    assert [name in second for name in ("p-c", "p-a", "p-b", "Page 2 of 2")] == [False, False, True, True]
    assert (await client.get("/patients?page=0")).status_code == 422


async def test_people_stand_by_closeness_with_what_mood_moves_along_with(console: Console, client: AsyncClient) -> None:
    people = (
        person("person-tom", ring=2, relation="partner", stage=DisputeStage.IMPASSE, knows_about_mood=True),
        person("person-anna", ring=1, change_wanted=True),
        person("person-new", in_inventory=False),
        person("person-gone", ring=1, removed=True),
    )
    console.holds(view().model_copy(update={"people": people}))
    answer = await client.get(ADDRESS)
    told = text_of(answer).split("People, the closest first")[1]
    for words in (
        "Innermost 1 person-anna Support (9 times): associated with mood 0.9 points higher (+0.3 to +1.5).",
        "Close 2 person-tom partner Conflict (11 times): associated with mood 1.6 points lower",
        "Closeness not said 3 person-new Met, not in the inventory.",
        "1 more, taken out of the inventory.",
    ):
        assert words in told
    assert answer.text.count('class="person up"') == answer.text.count('class="person down"') == 1


async def test_care_is_told_from_phase_to_strategy(console: Console, client: AsyncClient) -> None:
    held = session("s-1", SessionStatus.HELD, TODAY - timedelta(days=4), number=3)
    in_care = episode(held, session("s-2", SessionStatus.PLANNED, TODAY + timedelta(days=3)))
    console.holds(view().model_copy(update={"episodes": (in_care,)}))
    told = text_of(await client.get(ADDRESS)).split("Care Depression")[1]
    for words in (
        "individual, IPT; Tue 1 Sep 2026 to now, care team north.",
        "Middle: 1 Sep to now",
        "Problem areas: role dispute.",
        "Next planned: Thu 26 Nov 2026 .",
        "Thu 19 Nov 2026: session 3, held",
        "goal-speak (role dispute) 6 of 10 on 20 Nov, first 2 on 1 Oct.",
        "say-it Instead of silence, for goal-speak; set on 1 Oct, not rated yet.",
        "With person-tom: tried twice, helped 5.5 of 10 on average.",
    ):
        assert words in told


async def test_hostile_ids_in_a_view_are_shown_as_they_are(console: Console, client: AsyncClient) -> None:
    seen = view()
    happened = seen.interactions[0].model_copy(update={"person": HOSTILE, "kind": HOSTILE})
    hostile = seen.model_copy(
        update={
            "interactions": (happened,),
            "scores": tuple(score.model_copy(update={"instrument": HOSTILE, "band": HOSTILE}) for score in seen.scores),
            "links": tuple(link.model_copy(update={"cell": Cell(person=HOSTILE, kind=HOSTILE)}) for link in seen.links),
        }
    )  # fmt: skip
    console.holds(hostile)
    answer = await client.get(ADDRESS)
    assert answer.status_code == 200
    assert "<svg onload" not in answer.text
    assert HOSTILE in text_of(answer)


async def test_a_card_says_when_mood_was_low_before_and_what_shares_a_card(
    console: Console, client: AsyncClient
) -> None:
    known = view()
    first, *others = known.links
    cards = (first.model_copy(update={"low_before": True, "partial": True}), *others)
    merged = MergedLinks(n=7, cells=(Cell(person="person-eva", kind="support"), Cell(person="person-jo", kind="loss")))
    console.holds(known.model_copy(update={"links": cards, "merged_links": merged}))
    told = text_of(await client.get(ADDRESS))
    assert "n = 11). Mood was already low before these events. Older ones are counted with the rarest" in told
    assert "without a card (n = 7 in all): Support with person-eva, Loss with person-jo." in told
    assert told.count("already low before") == 1


async def test_nothing_is_said_of_merged_cells_while_each_has_room(console: Console, client: AsyncClient) -> None:
    console.holds(view())
    assert "For want of room" not in text_of(await client.get(ADDRESS))
