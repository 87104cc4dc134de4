import re
from collections.abc import Awaitable, Callable
from datetime import date, timedelta

import pytest
from httpx import AsyncClient

from schemas.alerts import AlertEntry, AlertStatus, Outcome, Severity
from schemas.vocabulary import Contact
from streams.adapters.accounts import Role
from tests.console.conftest import Console, submit, text_of
from tests.console.samples import NOW, PATIENT, alert, fallen_mood, person, raised, view, worse_group

Browse = Callable[..., Awaitable[AsyncClient]]

ADDRESS = f"/alerts/{1:032x}"
HOSTILE = "<script>alert(1)</script>\"'&"


async def test_a_mood_alert_tells_both_windows_and_shows_the_picture(console: Console, browse: Browse) -> None:
    console.holds(fallen_mood(1), view())
    client = await browse(Role.ON_CALL)
    answer = await client.get(ADDRESS)
    told = text_of(answer)
    for words in (
        "Mood has fallen",
        "Began Sat 14 Nov 2026",
        "Of late mean 3.2 over 29 reports",
        "Before mean 5.8 over 402 reports",
        "Strength (Z) 3.42",
        "policy detection-1",
    ):
        assert words in told
    assert f"{ADDRESS}/mood.svg?theme=light&amp;size=desk" in answer.text
    assert "Mood from 13 Oct to 23 Nov" in answer.text


async def test_the_gravest_of_the_patients_other_open_alerts_is_named(console: Console, browse: Browse) -> None:
    console.holds(fallen_mood(1), alert(2, patient="p-another"), alert(3, status=AlertStatus.CLOSED))
    client = await browse(Role.ON_CALL)
    assert "other open" not in text_of(await client.get(ADDRESS))
    console.holds(alert(4))
    one = text_of(await client.get(ADDRESS))
    assert "1 other open alert of this patient : Critical Thoughts of death or self-harm" in one
    console.holds(alert(5, "silence", severity=Severity.WARNING, evidence={"kind": "offline"}))
    answer = await client.get(ADDRESS)
    told = text_of(answer)
    assert "2 other open alerts of this patient , the gravest: Critical Thoughts of death or self-harm" in told
    assert "Warning Not heard from: the phone was not heard" in told.split("Other open alerts of this patient")[1]
    assert re.findall(r'href="/alerts/0*(\d)"', answer.text) == ["4", "4", "5"]


async def test_the_picture_marks_the_fall_that_the_alert_is_about(console: Console, browse: Browse) -> None:
    earlier = fallen_mood(2).model_copy(update={"since": date(2026, 10, 20)})
    long_ago = fallen_mood(3).model_copy(update={"since": date(2026, 6, 1)})
    console.holds(fallen_mood(1), earlier, long_ago, view())
    client = await browse(Role.ON_CALL)
    pictures = []
    for number, began in ((1, "14 Nov"), (2, "20 Oct"), (3, None)):
        answer = await client.get(f"/alerts/{number:032x}")
        assert ("what this alert is about began" in text_of(answer)) == (began is not None)
        assert (f"The one of this page began on {began}." in answer.text) == (began is not None)
        pictures.append((await client.get(f"/alerts/{number:032x}/mood.svg?theme=light&size=desk")).text)
    assert len(set(pictures)) == len(pictures)


async def test_an_answer_that_came_late_says_so(console: Console, browse: Browse) -> None:
    arrived, known = NOW - timedelta(hours=3), NOW - timedelta(hours=2, minutes=59)
    console.holds(alert(since=NOW - timedelta(hours=9), raised_at=arrived, history=raised(known)))
    told = text_of(await (await browse(Role.LEAD)).get(ADDRESS))
    for words in (
        "Answer given 23 Nov 2026, 07:00 UTC",
        "Arrived here 23 Nov 2026, 13:00 UTC 6 h later; nobody could be told sooner",
        "Known since 23 Nov 2026, 13:01 UTC",
        "waiting 2 h 59 min",
    ):
        assert words in told


async def test_what_came_at_once_says_nothing_of_arrival(console: Console, browse: Browse) -> None:
    console.holds(alert(since=NOW - timedelta(minutes=41)), fallen_mood(2))
    client = await browse(Role.LEAD)
    for number, began in ((1, "Answer given"), (2, "Began")):
        told = text_of(await client.get(f"/alerts/{number:032x}"))
        assert "Arrived" not in told
        assert began in told
        assert "Known since" in told


async def test_what_is_about_no_patient_has_no_pictures(console: Console, browse: Browse) -> None:
    console.holds(worse_group(1, patient=PATIENT), view())
    client = await browse(Role.ON_CALL)
    for picture in ("mood.svg", "scores.svg"):
        assert picture not in (await client.get(ADDRESS)).text
        assert (await client.get(f"{ADDRESS}/{picture}?theme=light&size=desk")).status_code == 404


async def test_the_questionnaire_it_is_about_is_shown_and_no_other(console: Console, browse: Browse) -> None:
    console.holds(alert(), view())
    client = await browse(Role.ON_CALL)
    answer = await client.get(ADDRESS)
    assert "PHQ-9 18 of 27 · moderately severe" in text_of(answer)
    assert "GAD-7" not in text_of(answer)
    drawn = await client.get(f"{ADDRESS}/scores.svg?theme=dark&size=phone")
    assert "moderately severe" in drawn.text


async def test_links_are_told_as_known_and_only_of_the_person_it_is_about(console: Console, browse: Browse) -> None:
    console.holds(alert(), alert(2, "relationship.worsening", evidence={"person": "person-anna"}), view())
    client = await browse(Role.ON_CALL)
    told = text_of(await client.get(ADDRESS))
    assert "Conflict with person-tom Associated with mood 1.6 points lower" in told
    assert "Criticism" not in told, "what is not clear is on the patient's page alone"
    of_anna = text_of(await client.get(f"/alerts/{2:032x}"))
    assert "Support with person-anna" in of_anna
    assert "Conflict with person-tom" not in of_anna


async def test_a_safe_way_to_contact_comes_before_everything(console: Console, browse: Browse) -> None:
    people = (
        person("person-tom", relation="partner", violence=True, contact=Contact.NEVER),
        person("person-eva", contact=Contact.NEVER),
        person("person-jo", contact=Contact.UNSAFE),
        person("person-anna", contact=Contact.SAFE),
    )
    console.holds(alert(), view().model_copy(update={"people": people}))
    told = text_of(await (await browse(Role.ON_CALL)).get(ADDRESS))
    assert told.index("Check safe contact first") < told.index("waiting 40 min")
    for words in (
        "Violence was logged of person-tom (partner).",
        "Never contact: person-eva.",
        "Not safe to contact: person-jo.",
        "Safe to contact, as far as was said: person-anna.",
    ):
        assert words in told


async def test_where_contact_is_safe_nothing_is_said_of_it(console: Console, browse: Browse) -> None:
    console.holds(alert(), view().model_copy(update={"people": (person("person-anna", contact=Contact.SAFE),)}))
    assert "safe contact" not in text_of(await (await browse(Role.ON_CALL)).get(ADDRESS))


async def test_refused_actions_stand_in_the_history(console: Console, browse: Browse) -> None:
    refused = AlertEntry(at=NOW, what="closed", who="lee", refused="the alert has changed since")
    console.holds(alert(history=(AlertEntry(at=NOW, what="acknowledged", who="dana"), refused)))
    told = text_of(await (await browse(Role.LEAD)).get(ADDRESS))
    assert "Closed refused: the alert has changed since" in told
    assert "Acknowledged 23 Nov 2026, 16:00 UTC · dana" in told


async def test_handing_over_names_a_colleague_who_may_act(console: Console, browse: Browse) -> None:
    console.holds(alert())
    client = await browse(Role.ON_CALL)
    page = (await client.get(ADDRESS)).text
    assert [name in page for name in ("<option>lee", "<option>sam", "<option>dana", "<option>ora")] == [
        True,
        True,
        False,
        False,
    ]
    assert (await submit(client, ADDRESS, f"{ADDRESS}/hand-over", version="1", to="sam")).status_code == 303
    assert [(action.kind, action.to) for action in console.actions.sent] == [("hand_over", "sam")]
    for nobody in ("ora", "nobody", ""):
        assert (await submit(client, ADDRESS, f"{ADDRESS}/hand-over", version="1", to=nobody)).status_code == 422
    assert len(console.actions.sent) == 1


@pytest.mark.parametrize("outcome", Outcome)
async def test_closing_says_how_it_ended(console: Console, browse: Browse, outcome: Outcome) -> None:
    console.holds(alert())
    client = await browse(Role.LEAD)
    answer = await submit(client, ADDRESS, f"{ADDRESS}/close", version="1", outcome=outcome.value)
    assert answer.headers["location"] == ADDRESS
    assert [(action.kind, action.outcome, action.by_lead) for action in console.actions.sent] == [
        ("close", outcome, True)
    ]


async def test_who_could_not_reach_the_patient_hears_that_it_goes_on(console: Console, browse: Browse) -> None:
    console.holds(alert())
    client = await browse(Role.ON_CALL)
    await submit(client, ADDRESS, f"{ADDRESS}/close", version="1", outcome=Outcome.UNREACHABLE)
    assert not console.actions.sent[0].by_lead
    told = text_of(await client.get(ADDRESS))
    assert "The next one on call is told, since nobody was reached." in told
    assert "The alert is closed." not in told


async def test_an_alert_about_the_rota_names_the_team_and_no_patient(console: Console, browse: Browse) -> None:
    evidence = {"begins": NOW.isoformat()}
    console.holds(alert(1, "rota.empty", patient="north", severity=Severity.HIGH, since=NOW, evidence=evidence))
    answer = await (await browse(Role.LEAD)).get(ADDRESS)
    told = text_of(answer)
    assert "Nobody is on call" in told
    assert "Care team north" in told
    assert "/patients/north" not in answer.text
    assert "patient's clock" not in told
    assert console.parts.store.alerts_of("north") == ()


async def test_closing_without_a_known_outcome_does_nothing(console: Console, browse: Browse) -> None:
    console.holds(alert())
    client = await browse(Role.LEAD)
    for fields in ({"version": "1"}, {"version": "1", "outcome": "fine"}, {"version": "x", "outcome": "contacted"}):
        assert (await submit(client, ADDRESS, f"{ADDRESS}/close", **fields)).status_code == 422
    assert not console.actions.sent


async def test_a_closed_alert_offers_nothing_to_do(console: Console, browse: Browse) -> None:
    console.holds(alert(status=AlertStatus.CLOSED, outcome=Outcome.UNREACHABLE))
    answer = await (await browse(Role.LEAD)).get(ADDRESS)
    assert "Closed: patient could not be reached" in text_of(answer)
    assert f'action="{ADDRESS}' not in answer.text


async def test_hostile_words_are_shown_as_they_are(console: Console, browse: Browse) -> None:
    entry = AlertEntry(at=NOW, what=HOSTILE, who=HOSTILE, to=HOSTILE, refused=HOSTILE)
    console.holds(
        alert(holder=HOSTILE, status=AlertStatus.ACKNOWLEDGED, history=(entry,), evidence={HOSTILE: [HOSTILE]}),
        fallen_mood(2).model_copy(update={"evidence": {"kind": {HOSTILE: HOSTILE}}}),
    )
    client = await browse(Role.LEAD)
    for address in ("/inbox", ADDRESS, f"/alerts/{2:032x}", f"/patients/{PATIENT}"):
        answer = await client.get(address)
        assert answer.status_code == 200
        assert "<script>alert" not in answer.text
    assert HOSTILE in text_of(await client.get(ADDRESS))


@pytest.mark.parametrize(
    "path", ["/alerts/<script>alert(1)</script>", "/alerts/..%2f..%2fetc", "/patients/' OR 1=1 --"]
)
async def test_an_id_that_nobody_has_is_not_repeated(browse: Browse, path: str) -> None:
    answer = await (await browse(Role.THERAPIST)).get(path)
    assert answer.status_code == 404
    assert "alert(1)" not in answer.text
