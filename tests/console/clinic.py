"""A clinic of two care teams: one of everybody who may come, a patient of Sam's, and the group that Gina leads."""

from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from pathlib import Path
from shutil import copytree
from typing import Any

from argon2 import PasswordHasher
from httpx import ASGITransport, AsyncClient

from schemas.alerts import AlertStatus
from schemas.brief_view import Brief
from schemas.episode_view import EpisodeView
from schemas.episode_view import GroupView as Membership
from schemas.review_view import Formulation, Review
from schemas.views import PatientView
from schemas.vocabulary import Arm, DiagnosisFocus, Modality
from streams.adapters.accounts import Account, Accounts, Role
from tests.console.conftest import PASSWORD, Console, console_of, submit
from tests.console.samples import GROUP, NOW, PATIENT, alert, fallen_mood, group, members, raised, view
from tests.golden_brief import golden

POLICY = Path(__file__).parents[2] / "deploy" / "policy"
TEAM = "    zone: Europe/Berlin\n    working_hours: {week: {monday: 08:00-17:00}}\n"
ROTA = f"version: rota-test\ndefault: north\nteams:\n  north:\n{TEAM}  south:\n{TEAM}"

SAFETY = alert(1, care_team="north")
MOOD = fallen_mood(2).model_copy(update={"care_team": "north"})
CLOSED = alert(3, care_team="north", status=AlertStatus.CLOSED, history=raised(NOW - timedelta(days=3)))

READERS: dict[str, tuple[Role, str] | None] = {
    "nobody": None,
    "dana": (Role.ON_CALL, "north"),
    "dora": (Role.ON_CALL, "south"),
    "sam": (Role.THERAPIST, "north"),
    "gina": (Role.THERAPIST, "north"),
    "tess": (Role.THERAPIST, "north"),
    "lee": (Role.LEAD, "north"),
    "lou": (Role.LEAD, "south"),
    "ora": (Role.OPERATOR, "north"),
}


def with_brief(patient: str = PATIENT) -> PatientView:
    """The sample patient, with the brief and the reviews of the fixture patient."""
    return view(patient).model_copy(
        update={
            "brief": Brief.model_validate_json(golden("brief.json")),
            "formulation": Formulation.model_validate_json(golden("formulation.json")),
            "review": Review.model_validate_json(golden("review.json")),
        }
    )


def episode(team: str | None, therapist: str | None, *, closed: bool = False, name: str = "ep-1") -> EpisodeView:
    """An episode of care."""
    return EpisodeView(
        episode=name, modality=Modality.INDIVIDUAL, focus=DiagnosisFocus.DEPRESSION, arm=Arm.IPT,
        opened_on=date(2026, 9, 1), planned_sessions=16, problem_areas=(), maintenance=None,
        closed_on=date(2026, 11, 1) if closed else None, outcome=None, care_team=team, therapist=therapist,
        phases=(), goals=(), strategies=(), sessions=(), held=0, missed=0, moved=0,
    )  # fmt: skip


class Clinic:
    """The clinic's console, and the ids of its accounts by name."""

    def __init__(self, home: Path, **settings: Any) -> None:
        policy = home / "policy"
        copytree(POLICY, policy)
        (policy / "rota.yaml").write_text(ROTA)
        accounts = Accounts(home / "accounts.sqlite", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
        self.accounts: dict[str, Account] = {
            name: accounts.add(name, what[0], PASSWORD, teams=(what[1],)) for name, what in READERS.items() if what
        }
        self.console: Console = console_of(home, accounts, policy, **settings)
        self.holds_the_patient()

    def id(self, name: str) -> str:
        """The id of somebody's account."""
        return self.accounts[name].id

    def patient(self, *episodes: EpisodeView, patient: str = PATIENT) -> PatientView:
        """The patient, in care as these episodes say."""
        return with_brief(patient).model_copy(update={"episodes": episodes})

    def holds_the_patient(self) -> None:
        """Sam's patient of team north, with alerts, and a member of Gina's group."""
        joined = Membership(group=GROUP, joined_on=date(2026, 9, 1), left_on=None, leaders=(self.id("gina"),))
        mine = self.patient(episode("north", self.id("sam"))).model_copy(update={"groups": (joined,)})
        theirs = (episode("north", self.id("sam")),)
        others = (one.model_copy(update={"episodes": theirs}) for one in members(leaders=(self.id("gina"),)))
        self.console.holds(SAFETY, MOOD, CLOSED, mine, group(), *others)

    async def browse(self, name: str) -> AsyncClient:
        """A browser, signed in as somebody of `READERS`."""
        client = AsyncClient(transport=ASGITransport(self.console.app), base_url="http://console")
        if READERS[name] is not None:
            answer = await submit(client, "/sign-in", "/sign-in", name=name, password=PASSWORD)
            assert answer.status_code == 303
        return client


Open = Callable[[str], Awaitable[AsyncClient]]
