"""`ipt-pulse rehearse` by its contract, as a script would call it."""

import os
import random
import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import orjson
import pytest
from typer.testing import CliRunner

from streams.cli import app
from streams.core.state import MOST_OPEN
from tests.core.builders import at, check_in, interaction, opened, phq9, raw, safety

ALERT = {"alert_id", "patient", "rule", "severity", "raised_at", "since", "evidence"}
LINK = {"patient", "cell", "n", "peak", "effect", "low", "high", "shown"}
MOOD = {"z", "score", "since", "until", "recent", "before"}


class Told(NamedTuple):
    alerts: bytes
    links: bytes
    points: bytes
    last_line: str

    @property
    def alert_rows(self) -> list[dict[str, Any]]:
        return [orjson.loads(line) for line in self.alerts.splitlines()]

    @property
    def link_rows(self) -> list[dict[str, Any]]:
        return [orjson.loads(line) for line in self.links.splitlines()]


def rehearse(folder: Path, events: bytes, *more: str) -> Told:
    source = folder / "events.ndjson"
    source.write_bytes(events)
    out = [folder / name for name in ("a.ndjson", "l.ndjson", "p.lp")]
    named = [text for pair in zip(("--alerts", "--links", "--points"), map(str, out), strict=True) for text in pair]
    result = CliRunner().invoke(app, ["rehearse", str(source), *named, *more])
    assert result.exit_code == 0, result.output
    assert result.stdout == ""
    alerts, links, points = (file.read_bytes() for file in out)
    return Told(alerts, links, points, result.stderr.splitlines()[-1])


def lines(events: Sequence[bytes]) -> bytes:
    return b"".join(line + b"\n" for line in events)


def story() -> list[bytes]:
    """A patient who falls for a while, quarrels, answers questionnaires and asks for help; and a calm one."""
    events = []
    for day in range(80):
        mood = 1 if 50 <= day < 56 else 8
        events += [check_in(day + hour / 24, mood + hour % 2 / 2, offset=120) for hour in (7, 13, 19)]
        events.append(check_in(day + 0.4, 6, subject="p-calm"))
        if day % 8 == 0:
            events.append(interaction(day + 0.5, person="b", offset=120))
    for week, total in enumerate([5, 6, 5, 6, 15, 16, 6, 21]):
        events.append(phq9(7 * week + 0.8, total, item9=int(week == 5), offset=120, receivedat=at(7 * week + 2)))
    events.append(safety(60.25, "crisis"))
    return [event.to_json() for event in events]


def test_alerts_hold_the_fields_of_the_contract_in_time_order(tmp_path: Path) -> None:
    rows = rehearse(tmp_path, lines(story())).alert_rows
    assert {row["rule"] for row in rows} == {
        "deterioration.mood",
        "deterioration.reliable",
        "safety.item9",
        "safety.contact",
    }
    assert all(set(row) == ALERT for row in rows)
    raised = [datetime.fromisoformat(row["raised_at"]) for row in rows]
    assert raised == sorted(raised)
    assert len({row["alert_id"] for row in rows}) == len(rows)


def test_each_rule_says_when_and_on_what_evidence(tmp_path: Path) -> None:
    by_rule = {row["rule"]: row for row in reversed(rehearse(tmp_path, lines(story())).alert_rows)}
    mood = by_rule["deterioration.mood"]
    assert set(mood["evidence"]) == MOOD
    assert (mood["since"], mood["severity"]) == ("2026-07-20", "high")
    assert mood["raised_at"] == "2026-07-22T00:00:00+02:00"
    item9 = by_rule["safety.item9"]
    assert (item9["evidence"]["events"], item9["severity"]) == (["questionnaire.v1-35.8"], "critical")
    assert datetime.fromisoformat(item9["since"]) == datetime.fromisoformat(at(35.8))
    assert datetime.fromisoformat(item9["raised_at"]) == datetime.fromisoformat(at(37))
    reliable = by_rule["deterioration.reliable"]
    assert reliable["evidence"]["events"] == ["questionnaire.v1-28.8", "questionnaire.v1-35.8"]
    assert datetime.fromisoformat(reliable["raised_at"]) == datetime.fromisoformat(at(35.8))
    assert reliable["since"] == "2026-06-29"


def test_links_hold_the_fields_of_the_contract_shown_or_not(tmp_path: Path) -> None:
    rows = rehearse(tmp_path, lines(story())).link_rows
    assert [row["cell"] for row in rows] == [
        {"pattern": "silence"},
        {"kind": "conflict"},
        {"person": "b", "kind": "conflict"},
    ]
    for row in rows:
        assert set(row) == LINK
        assert row["n"] == 10
        assert row["low"] <= row["effect"] <= row["high"]
        assert isinstance(row["shown"], bool)


def test_points_are_line_protocol_with_the_band(tmp_path: Path) -> None:
    points = rehearse(tmp_path, lines(story())).points.decode().splitlines()
    assert len(points) == len(story()) - 1
    assert all(re.fullmatch(r"\w+(,\w+=[\w.~-]+)+ \S+=\S+ \d{19}", line) for line in points)
    [severe] = [line for line in points if "total=21.0" in line]
    assert 'band="severe"' in severe


def test_the_order_of_lines_copies_and_line_ends_change_nothing(tmp_path: Path) -> None:
    events = story()
    first = rehearse(tmp_path, lines(events))
    copies = [orjson.dumps(orjson.loads(line) | {"receivedat": at(200)}) for line in events]
    mixed = events + copies
    random.Random(4).shuffle(mixed)  # noqa: S311 - an order, no secret
    assert rehearse(tmp_path, lines(mixed)) == first
    assert rehearse(tmp_path, b"\r\n".join(reversed(events))) == first
    assert rehearse(tmp_path, b"\xef\xbb\xbf" + b"\n\n".join(events)) == first
    assert first.last_line == f"{len(events)} events, 0 rejected"


def test_what_cannot_be_read_is_counted_and_the_rest_is_as_without_it(tmp_path: Path) -> None:
    events = story()
    first = rehearse(tmp_path, lines(events))
    garbage = [
        b"{",
        b"\xff\xfe",
        b"null",
        raw("nobody-knows.v1", 1, {}),
        raw("check-in.v1", 1, {"mood": 10.01}),
        raw("check-in.v1", 1, {"mood": 5}, time="2026-06-01T10:00:00"),
        raw("questionnaire.v1", 1, {"instrument": "PHQ-9", "items": {"1": 4, "9": 0}}),
    ]
    told = rehearse(tmp_path, lines([*garbage, *events]))
    assert told[:3] == first[:3]
    assert told.last_line == f"{len(events)} events, {len(garbage)} rejected"


def test_a_call_for_help_in_a_rejected_line_is_the_one_thing_that_is_told_of_it(tmp_path: Path) -> None:
    events = story()
    first = rehearse(tmp_path, lines(events))
    wrong = raw("questionnaire.v1", 3, {"instrument": "PHQ-9", "items": {"1": 4, "9": 1}}, id="wrong")
    told = rehearse(tmp_path, lines([wrong, *events]))
    [alert] = set(told.alerts.splitlines()) - set(first.alerts.splitlines())
    assert orjson.loads(alert)["rule"] == "safety.item9"
    assert (told.links, told.points) == (first.links, first.points)
    assert told.last_line == f"{len(events)} events, 1 rejected"


def test_of_conflicting_contents_all_but_one_are_rejected_in_any_order(tmp_path: Path) -> None:
    contents = [check_in(1, mood, id="same").to_json() for mood in (2, 5, 9)]
    told = [rehearse(tmp_path, lines(order)) for order in (contents, contents[::-1], contents * 2)]
    assert told[0] == told[1] == told[2]
    assert told[0].last_line == "1 events, 2 rejected"
    assert len(told[0].points.splitlines()) == 1


def test_an_empty_file_gives_three_empty_files(tmp_path: Path) -> None:
    assert rehearse(tmp_path, b"") == (b"", b"", b"", "0 events, 0 rejected")


def test_a_policy_of_ones_own_decides_what_alarms(tmp_path: Path) -> None:
    strict = tmp_path / "policy.yaml"
    strict.write_text("version: strict\nmood: {threshold: 1000}\n")
    rows = rehearse(tmp_path, lines(story()), "--policy", str(strict)).alert_rows
    assert "deterioration.mood" not in {row["rule"] for row in rows}


@pytest.mark.parametrize(("team", "alarms"), [("north", False), ("south", True)])
def test_a_policy_for_one_care_team_decides_for_its_patients(tmp_path: Path, team: str, alarms: bool) -> None:
    strict = tmp_path / "policy.yaml"
    strict.write_text("version: strict\noverrides: [{care_team: north, mood: {threshold: 1000}}]\n")
    told = lines([*story(), opened(0, care_team=team).to_json()])
    rows = rehearse(tmp_path, told, "--policy", str(strict)).alert_rows
    assert ("deterioration.mood" in {row["rule"] for row in rows}) is alarms


@pytest.mark.parametrize("text", ["mood: {threshold: 2}", "version: x\nmood: {threshold: -1}", "{", None])
def test_a_policy_that_cannot_be_used_is_told_in_a_line(tmp_path: Path, text: str | None) -> None:
    policy, events = tmp_path / "policy.yaml", tmp_path / "events.ndjson"
    events.write_bytes(b"")
    if text is not None:
        policy.write_text(text)
    out = [word for name in ("alerts", "links", "points") for word in (f"--{name}", str(tmp_path / name))]
    result = CliRunner().invoke(app, ["rehearse", str(events), *out, "--policy", str(policy)])
    assert result.exit_code == 1
    assert result.stderr.startswith("error: the policy")


def test_events_can_come_through_a_pipe(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.write(writing, lines([check_in(1, 5).to_json()]))
    os.close(writing)
    out = [word for name in ("alerts", "links", "points") for word in (f"--{name}", str(tmp_path / name))]
    result = CliRunner().invoke(app, ["rehearse", f"/dev/fd/{reading}", *out])
    os.close(reading)
    assert result.stderr.splitlines()[-1] == "1 events, 0 rejected"


def test_a_file_that_is_not_there_is_told_without_a_traceback(tmp_path: Path) -> None:
    out = [word for name in ("alerts", "links", "points") for word in (f"--{name}", str(tmp_path / name))]
    result = CliRunner().invoke(app, ["rehearse", str(tmp_path / "none.ndjson"), *out])
    assert result.exit_code == 2
    assert "does not exist" in result.stderr


def test_the_first_reasons_are_told_before_the_last_line(tmp_path: Path) -> None:
    events = [check_in(1, 5).to_json(), b"{broken", raw("check-in.v1", 2, {"mood": 11}), *[b"nothing"] * 20]
    source, out = tmp_path / "events.ndjson", str(tmp_path / "out")
    source.write_bytes(lines(events))
    result = CliRunner().invoke(app, ["rehearse", str(source), "--alerts", out, "--links", out, "--points", out])
    told = result.stderr.splitlines()
    assert told[0].startswith("line 2: the whole: ")
    assert told[1].startswith("line 3: data.mood: ")
    assert told[-2:] == ["… and 12 more lines that could not be read", "1 events, 22 rejected"]


def test_what_is_set_aside_once_all_is_read_is_told_with_its_reason(tmp_path: Path) -> None:
    goal = {"episode_id": "e", "goal_id": "g", "what": "rated", "rating": 3}
    flood = [check_in(1 + number / 10_000, 5).to_json() for number in range(MOST_OPEN + 2)]
    events = [
        *flood,
        raw("goal.v1", 1, goal, subject="p-2"),
        *(check_in(1, m, subject="p-3", id="x").to_json() for m in (1, 2)),
    ]
    source, out = tmp_path / "events.ndjson", str(tmp_path / "out")
    source.write_bytes(lines(events))
    result = CliRunner().invoke(app, ["rehearse", str(source), "--alerts", out, "--links", out, "--points", out])
    told = set(result.stderr.splitlines())
    assert "2 set aside: more than 2000 events of this patient within 14 days" in told
    assert "1 set aside: other content stands under this identity" in told
    assert "1 set aside: there is no such episode yet" in told
    assert f"{MOST_OPEN + 1} events, 4 rejected" in told


def test_a_place_that_cannot_be_written_is_refused_before_the_work(tmp_path: Path) -> None:
    source, out = tmp_path / "events.ndjson", str(tmp_path / "out")
    source.write_bytes(check_in(1, 5).to_json())
    none = str(tmp_path / "none" / "points.lp")
    result = CliRunner().invoke(app, ["rehearse", str(source), "--alerts", out, "--links", out, "--points", none])
    assert result.exit_code == 1
    assert "cannot write" in result.stderr
    assert list(tmp_path.iterdir()) == [source]


def test_each_alert_about_mood_is_drawn_as_the_console_shows_it_two_weeks_later(tmp_path: Path) -> None:
    folder = tmp_path / "pictures"
    rows = rehearse(tmp_path, lines(story()), "--pictures", str(folder)).alert_rows
    fallen = [row for row in rows if row["rule"] == "deterioration.mood"]
    named = {f"{row['patient']}-{row['raised_at'][:10]}.svg" for row in fallen}
    assert {picture.name for picture in folder.iterdir()} == named
    first = fallen[0]
    drawn = (folder / f"{first['patient']}-{first['raised_at'][:10]}.svg").read_text()
    last = datetime.fromisoformat(first["raised_at"]) + timedelta(days=13)
    assert f">{last.day} {last:%b}<" in drawn
    assert f">{last.day + 1} {last:%b}<" not in drawn


def test_pictures_take_a_file_that_can_be_read_twice(tmp_path: Path) -> None:
    read, write = os.pipe()
    os.close(write)
    out = [text for name in ("alerts", "links", "points") for text in (f"--{name}", str(tmp_path / name))]
    result = CliRunner().invoke(app, ["rehearse", f"/dev/fd/{read}", *out, "--pictures", str(tmp_path / "pictures")])
    os.close(read)
    assert result.exit_code == 1
    assert "read twice" in result.stderr


def test_how_often_each_rule_raises_is_told_before_the_last_line(tmp_path: Path) -> None:
    source = tmp_path / "events.ndjson"
    source.write_bytes(lines([check_in(day, 5).to_json() for day in range(72)] + [safety(71.5, "crisis").to_json()]))
    out = [text for name in ("alerts", "links", "points") for text in (f"--{name}", str(tmp_path / name))]
    told = CliRunner().invoke(app, ["rehearse", str(source), *out]).stderr.splitlines()
    assert told == [
        "safety.contact: 1 alerts, 5.07 for a year of a patient's days with events",
        "73 events, 0 rejected",
    ]
