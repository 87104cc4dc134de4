"""Everything that can be set from outside, from environment variables that start with `IPT_PULSE_`.

The local stack sets them for the processes it starts; docker-compose.yml sets the same ones. What no variable says may
lie in a file of the variable's name in small letters (`ipt_pulse_kafka_password`), as orchestrators hand out secrets.
"""

import os
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from platformdirs import user_state_path
from pydantic import Field, HttpUrl, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class EmailSecurity(StrEnum):
    """How the connection to the SMTP server is secured; `none` is for one on the same machine."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


class KafkaMechanism(StrEnum):
    """How Kafka wants a user's password."""

    SCRAM_SHA_512 = "SCRAM-SHA-512"
    SCRAM_SHA_256 = "SCRAM-SHA-256"
    PLAIN = "PLAIN"


Port = Annotated[int, Field(ge=1, le=65_535)]


class Settings(BaseSettings):
    """Validated when first read; a wrong value is an error that names the variable."""

    model_config = SettingsConfigDict(env_prefix="IPT_PULSE_", frozen=True, extra="ignore")

    home: Path = Field(default_factory=lambda: user_state_path("ipt-pulse"), description="State, keys and logs.")
    policy: Path | None = Field(default=None, description="Folder of policy files; default: the one that ships.")

    kafka: str = Field(default="127.0.0.1:9092", description="Bootstrap servers, comma-separated.")
    kafka_user: str = Field(default="", description="Whom Kafka knows this process as; none: it asks nobody.")
    kafka_password: SecretStr = SecretStr("")
    kafka_mechanism: KafkaMechanism = KafkaMechanism.SCRAM_SHA_512
    kafka_tls: bool = Field(default=False, description="Speak TLS with Kafka.")
    kafka_ca: Path | None = Field(default=None, description="Authorities to trust, PEM; default: the system's.")
    partitions: Annotated[int, Field(ge=1, le=1024)] = 4
    replication: Annotated[int, Field(ge=1, le=9)] = Field(
        default=1, description="Copies of each topic that `topics create` makes; of 3, 2 have to be written."
    )
    worker_name: str | None = Field(
        default=None,
        description="Static group member and state folder; restarts within the session rejoin. With `{slot}` in it, "
        "the first number that no other worker has in this home.",
    )

    gateway_host: str = "127.0.0.1"
    gateway_port: Port = 8080
    console_host: str = "127.0.0.1"
    console_port: Port = 8081
    metrics_host: str = "127.0.0.1"
    metrics_port: Port | None = Field(
        default=None, description="Where processes that are no web servers serve /metrics and /readyz."
    )
    heartbeat_url: SecretStr = Field(
        default=SecretStr(""),
        description="Dead man's switch to post to; `{component}` in it is the process's name.",
    )
    heartbeat_every_s: Annotated[float, Field(gt=0, le=60)] = 20.0
    console_url: HttpUrl = Field(default=HttpUrl("http://127.0.0.1:8081"), description="What messages link to.")

    oidc_issuer: Annotated[str, Field(pattern=r"^(https://.+|http://(127\.0\.0\.1|localhost)(:\d+)?(/.*)?)?$")] = Field(
        default="", description="The clinic's own sign-in (OpenID Connect), as it writes itself; none: local accounts."
    )
    oidc_client_id: str = ""
    oidc_client_secret: SecretStr = SecretStr("")
    oidc_scope: str = "openid profile"
    oidc_name_claim: str = Field(default="preferred_username", description="What they are called here; up to an @.")
    oidc_roles_claim: str = "groups"
    oidc_roles: dict[str, Literal["on_call", "therapist", "lead", "operator"]] = Field(
        default_factory=dict,
        description='Which value of that claim gives which role, the first that fits: {"ipt": "lead"}.',
    )
    oidc_teams_claim: str = Field(default="", description="What names their care teams; none: the rota's default one.")
    oidc_teams: dict[str, str] = Field(
        default_factory=dict, description="What of that is which care team of the rota; absent: they are called alike."
    )

    influx_url: HttpUrl | None = Field(default=None, description="No URL: points are kept as segments on disk.")
    influx_token: SecretStr = SecretStr("")
    influx_admin_token: SecretStr = Field(
        default=SecretStr(""), description="Sets InfluxDB up and erases in it; default: the token above."
    )
    influx_org: str = "ipt-pulse"
    influx_bucket: str = Field(default="ipt-pulse", description="The bucket; those of care teams begin with its name.")

    grafana_url: HttpUrl | None = Field(default=None, description="Where `grafana sync` finds Grafana.")
    grafana_user: str = Field(default="admin", description="A server administrator of it.")
    grafana_password: SecretStr = SecretStr("")
    grafana_influx_url: HttpUrl | None = Field(
        default=None, description="InfluxDB as Grafana reaches it; default: as we do."
    )

    pager_url: HttpUrl | None = Field(default=None, description="Webhook of the on-call channel.")
    pager_secret: SecretStr = SecretStr("")
    pagerduty_key: SecretStr = Field(default=SecretStr(""), description="Integration key of a PagerDuty service.")
    pagerduty_url: HttpUrl = Field(default=HttpUrl("https://events.pagerduty.com/v2/enqueue"))
    email_host: str = Field(default="", description="SMTP server that takes messages by e-mail; none: no e-mail.")
    email_port: Port = 587
    email_from: str = Field(default="", description="Sender of messages by e-mail.")
    email_user: str = ""
    email_password: SecretStr = SecretStr("")
    email_security: EmailSecurity = EmailSecurity.STARTTLS
    apprise_url: SecretStr = Field(default=SecretStr(""), description="Any service that the library apprise reaches.")

    @property
    def keys(self) -> Path:
        """Where the embedded issuer's and the vault's keys lie."""
        return self.home / "keys"


@cache
def settings() -> Settings:
    """The settings of this process; files are looked for in `$IPT_PULSE_SECRETS_DIR`, else where Docker puts them."""
    folder = Path(os.environ.get("IPT_PULSE_SECRETS_DIR") or "/run/secrets")
    return Settings(_secrets_dir=folder if folder.is_dir() else None)
