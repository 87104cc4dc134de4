"""The care teams of a clinic, from `care_teams.yaml` among its policy files: who they are, and who may look.

Called by the store agent's worker, and by `ipt-pulse influx` and `grafana`, so that all three speak of the same teams.
"""

from importlib.resources import files
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from streams.errors import Misconfigured

FILE = "care_teams.yaml"
RESERVED = "refused"
"""The folder of points that InfluxDB refused is called so, beside those of the teams."""
TeamId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,31}$")]


class _Read(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class User(_Read):
    """Somebody who looks at a team's dashboards; how they sign in is Grafana's to know."""

    login: Annotated[str, StringConstraints(min_length=1, max_length=190)]
    email: Annotated[str, StringConstraints(pattern=r"^[^@\s]+@[^@\s]+$", max_length=190)]
    role: Literal["Viewer", "Editor"] = "Viewer"


class CareTeam(_Read):
    """One team: a bucket in InfluxDB and an organisation in Grafana of its own."""

    id: TeamId = Field(description="As `episode.v1` names it, and as its bucket is called.")
    name: Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=r"^[^/]+$")]
    users: tuple[User, ...] = ()


class CareTeams(_Read):
    """All of a clinic's; none where one team is on its own."""

    teams: tuple[CareTeam, ...] = ()
    operators: tuple[User, ...] = Field(default=(), description="Who see how the pipeline is, and nothing of patients.")

    @model_validator(mode="after")
    def _distinct(self) -> "CareTeams":
        for what in ("id", "name"):
            named = [getattr(team, what) for team in self.teams]
            if len(set(named)) < len(named):
                raise ValueError(f"two care teams have one {what}")
        if RESERVED in self.ids:
            raise ValueError(f"no team can be called {RESERVED}")
        return self

    @property
    def ids(self) -> tuple[str, ...]:
        """Their ids."""
        return tuple(team.id for team in self.teams)


def read_care_teams(folder: Path | None = None) -> CareTeams:
    """The care teams of the policy in `folder`, or of the one that ships: none. A folder without the file has none.

    Raises:
        Misconfigured: the file cannot be read, or what it says is out of range.
    """
    file = (folder or Path(str(files("deploy") / "policy"))) / FILE
    try:
        return CareTeams.model_validate(yaml.safe_load(file.read_text(encoding="utf-8")) or {})
    except FileNotFoundError:
        return CareTeams()
    except (OSError, yaml.YAMLError) as error:
        raise Misconfigured(f"{file} cannot be read: {error}") from error
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, one['loc'])) or 'the whole'}: {one['msg']}" for one in error.errors())
        raise Misconfigured(f"{file}: {faults}") from error
