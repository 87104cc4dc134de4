import os
from importlib.resources import files
from pathlib import Path
from shutil import copy

import pytest
import structlog

from streams.adapters.plan import LOOK_EVERY_S, ROTA, ROUTES, SILENCES, LivePlan, load_plan
from streams.errors import Misconfigured

NAMES = (ROUTES, ROTA, SILENCES)
OF_NORTH = "rules: [x], teams: [north], from: 2026-03-02T09:00Z, until: 2026-03-03T09:00Z, by: o, reason: r"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in NAMES:
        copy(str(files("deploy") / "policy" / name), tmp_path / name)
    return tmp_path


def change(folder: Path, name: str, old: str, new: str) -> None:
    text = (folder / name).read_text()
    assert old in text
    (folder / name).write_text(text.replace(old, new))
    os.utime(folder / name, ns=(1, len(new)))


def test_the_plan_that_ships_can_be_loaded() -> None:
    assert load_plan().routes.version == "routes-2"


def test_a_folder_of_ones_own_is_read(folder: Path) -> None:
    change(folder, ROUTES, "version: routes-2", "version: ours")
    assert load_plan(folder).routes.version == "ours"


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        (ROUTES, "on_call: [webhook]", "on_call: [webhook, pigeon]", "channels.on_call: no such channel: pigeon"),
        (ROUTES, "give_up_minutes: 3", "give_up_minutes: -3", "give_up_minutes"),
        (ROUTES, "ladders:", "ladders: [", "cannot be read"),
        (ROTA, "zone: UTC", "zone: Nowhere", r"rota.yaml: teams.clinic.zone: .* no such time zone"),
        (SILENCES, "silences: []", "silences: [{}]", "silences.0.rules: Field required"),
        (
            SILENCES,
            "silences: []",
            f"silences: [{{{OF_NORTH}}}]",
            "silences.0.teams: no such team: north; known are clinic",
        ),
    ],
)
def test_a_mistake_is_told_with_its_place(folder: Path, name: str, old: str, new: str, said: str) -> None:
    change(folder, name, old, new)
    with pytest.raises(Misconfigured, match=said):
        load_plan(folder)


def test_every_fault_of_every_file_is_told(folder: Path) -> None:
    change(folder, ROUTES, "give_up_minutes: 3", "give_up_minutes: -3")
    change(folder, ROUTES, "group_minutes: 30", "group_minutes: -30")
    change(folder, ROTA, "zone: UTC", "zone: Nowhere")
    (folder / SILENCES).unlink()
    with pytest.raises(Misconfigured) as error:
        load_plan(folder)
    places = [line.split(":")[0] for line in str(error.value).splitlines()]
    assert places == [ROUTES, ROUTES, ROTA, SILENCES]


def test_a_plan_that_changes_is_read_anew_and_a_faulty_one_is_not_gone_by(folder: Path) -> None:
    clock = [0.0]
    plan = LivePlan(folder, clock=lambda: clock[0])
    change(folder, ROTA, "version: rota-1", "version: rota-22")
    assert plan().teams.version == "rota-1"
    clock[0] += LOOK_EVERY_S
    assert plan().teams.version == "rota-22"
    change(folder, ROTA, "zone: UTC", "zone: Nowhere")
    clock[0] += LOOK_EVERY_S
    with structlog.testing.capture_logs() as logs:
        assert plan().teams.version == "rota-22"
        clock[0] += LOOK_EVERY_S
        assert plan().teams.version == "rota-22"
    assert [line["log_level"] for line in logs] == ["error"]
    change(folder, ROTA, "zone: Nowhere", "zone: Europe/Berlin")
    clock[0] += LOOK_EVERY_S
    assert plan().teams.teams["clinic"].zone_name == "Europe/Berlin"


def test_the_plan_that_ships_does_not_change() -> None:
    clock = [0.0]
    plan = LivePlan(clock=lambda: clock[0])
    before = plan()
    clock[0] += LOOK_EVERY_S
    assert plan() is before
