"""Points go out under the care team that the patient's episode names, whichever way an event was taken in."""

from collections.abc import Sequence
from datetime import timedelta

from schemas.events import AnyEvent
from streams.adapters.places import HERE, place_of
from streams.agents.analyse import AnalyseJob
from streams.agents.keys import body_key
from streams.core.advance import Advanced
from streams.topics import GROUP_SIGNALS, POINTS
from streams.transport import RecordBatch, Step
from tests.agents.test_analyse import NOW, PARTITION, Bench, MemoryRecord
from tests.core.builders import POLICY, check_in, date_of, opened
from tests.core.group.members import GROUP, attended, member

TEAMS = ("north", "south")


async def started(bench: Bench, *teams: str) -> Bench:
    bench.job.closed(PARTITION)
    bench.job = AnalyseJob(POLICY, teams)
    await bench.job.opened(PARTITION, bench.state)
    return bench


def places(step: Step | None) -> dict[str, set[str]]:
    """By measurement, the places its points went to."""
    found: dict[str, set[str]] = {}
    for output in step.outputs if step else ():
        if output.topic == POINTS:
            for line in (output.value or b"").decode().splitlines():
                found.setdefault(line.split(",")[0], set()).add(place_of(output.headers))
    return found


def of_team(team: str | None, day: float = 50, **data: object) -> AnyEvent:
    return opened(day, on=50, **({} if team is None else {"care_team": team}), **data)


async def test_points_go_to_the_team_of_the_episode_after_a_restart_too() -> None:
    bench = await started(Bench(), *TEAMS)
    assert places(await bench.feed(check_in(49, 6))) == {"mood": {HERE}}
    assert places(await bench.feed(of_team("north"), check_in(51, 6))) == {"mood": {"north"}}
    assert places(await bench.feed(check_in(52, 6))) == {"mood": {"north"}}
    await started(bench, *TEAMS)
    assert places(await bench.feed(check_in(53, 6))) == {"mood": {"north"}}
    shown = places(await bench.tick(NOW + timedelta(minutes=1)))
    assert shown["standing"] == {"north"}
    assert set.union(*shown.values()) == {"north"}


async def test_who_changes_teams_is_the_newer_ones_from_then_on() -> None:
    bench = await started(Bench(), *TEAMS)
    await bench.feed(of_team("north"), check_in(51, 6))
    await bench.feed(of_team("south", 52))
    assert places(await bench.feed(check_in(53, 6))) == {"mood": {"south"}}


async def test_who_treated_a_patient_goes_on_to_read_how_it_came_out() -> None:
    bench = await started(Bench(), *TEAMS)
    await bench.feed(of_team("north"), check_in(51, 6))
    await bench.feed(of_team("north", 53, closed_on=date_of(52), outcome="completed"))
    assert places(await bench.feed(check_in(55, 6))) == {"mood": {"north"}}
    assert places(await bench.tick(NOW + timedelta(minutes=1)))["standing"] == {"north"}


async def test_a_team_that_nobody_set_up_and_a_clinic_of_one_team_need_no_header() -> None:
    bench = await started(Bench(), *TEAMS)
    assert places(await bench.feed(of_team("west"), check_in(51, 6))) == {"mood": {HERE}}
    alone = await started(Bench())
    step = await alone.feed(of_team("north"), check_in(51, 6))
    assert [output.headers for output in step.outputs if output.topic == POINTS] == [()]


async def test_a_record_is_read_once_for_what_takes_the_short_way() -> None:
    bench = await started(Bench(), *TEAMS)
    await bench.feed(of_team("north"), check_in(51, 6))
    await started(bench, *TEAMS)
    whose = bench.job._whose
    front, body = (bench.state.rows[key] for key in (b"p-1", body_key(b"p-1")))
    calm = Advanced(b"p-1", front or b"", None, 0, (), None)
    asked: list[Sequence[bytes]] = []

    def read_bodies(patients: Sequence[bytes]) -> list[bytes | None]:
        asked.append(patients)
        return [body]

    assert [place_of(whose.after(calm, PARTITION, read_bodies)) for _ in range(2)] == ["north", "north"]
    assert asked == [[b"p-1"]]


async def test_a_groups_points_are_of_the_team_that_its_members_share() -> None:
    bench = await started(Bench(), *TEAMS)
    for teams, place in ((("north",) * 4, "north"), (("north", "north", "north", "south"), HERE)):
        told = [member(f"p-{at}", attended(7, care_team=team), revision=len(teams)) for at, team in enumerate(teams)]
        made = [MemoryRecord(GROUP.encode(), one.model_dump_json().encode(), at, 0) for at, one in enumerate(told)]
        step = await bench.job.batch(RecordBatch(GROUP_SIGNALS, PARTITION, made, 0, len(made)), bench.state)
        assert places(step) == {"group_week": {place}, "group_session": {place}}
