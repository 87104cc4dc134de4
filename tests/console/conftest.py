"""A console without Kafka: what the feed would bring is put into its store, what clinicians do is kept in a list."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from datetime import datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient, Response

from schemas.alerts import Alert, AlertAction
from schemas.audit import AuditEntry
from schemas.groups import GroupView
from schemas.releases import Release
from schemas.views import PatientView
from streams.adapters.accounts import Accounts, Role
from streams.adapters.follower import FeedState, FeedStatus
from streams.adapters.local_copy import Record as Copied
from streams.adapters.producer import Record
from streams.adapters.trail import Chain, Trail
from streams.console.actions import Answer, Reply
from streams.console.app import create_app
from streams.console.parts import Parts
from streams.errors import Unavailable
from streams.settings import Settings
from streams.topics import AUDIT
from tests.console.samples import NOW, record

PASSWORD = "a long enough one"  # noqa: S105 - of nobody
NAMES = {Role.ON_CALL: "dana", Role.LEAD: "lee", Role.THERAPIST: "sam", Role.OPERATOR: "ora"}


@dataclass
class FakeActions:
    """Keeps what was done, and answers as it is told to."""

    reply: Reply = field(default_factory=lambda: Reply(Answer.DONE))
    sent: list[AlertAction] = field(default_factory=list)
    released: list[Release] = field(default_factory=list)

    async def act(self, action: AlertAction) -> Reply:
        self.sent.append(action)
        return self.reply

    async def release(self, release: Release) -> Reply:
        self.released.append(release)
        return self.reply


@dataclass
class FakeSender:
    """Kafka, as far as the audit goes; `down`: it takes nothing."""

    sent: list[Record] = field(default_factory=list)
    down: bool = False

    async def start(self) -> None:
        pass

    async def stop(self) -> None:
        pass

    async def send(self, records: list[Record]) -> None:
        if self.down:
            raise Unavailable
        self.sent += records


@dataclass
class Console:
    """The app, and what a test changes in it."""

    app: FastAPI
    actions: FakeActions
    sender: "FakeSender"
    moment: datetime = NOW

    @property
    def deeds(self) -> list[AuditEntry]:
        """What was written down, in order."""
        return [AuditEntry.model_validate_json(record.value) for record in self._written]

    @property
    def _written(self) -> list[Record]:
        """What is on disk; what is only noted goes to Kafka a moment later."""
        return list(self.parts.trail.chain.owed(float("inf")).values())

    def reads_audit(self) -> None:
        """Let the audit's page know what was written down so far."""
        log = [Copied(AUDIT, 0, at, one.key, one.value) for at, one in enumerate(self._written)]
        self.parts.audit.apply(log, NOW)

    @property
    def parts(self) -> Parts:
        return self.app.state.parts

    def id_of(self, role: Role) -> str:
        """The id of the account of that role."""
        account = self.parts.accounts.find(NAMES[role])
        assert account is not None
        return account.id

    def holds(self, *messages: Alert | PatientView | GroupView) -> None:
        first = len(self.parts.store.offsets())
        self.parts.store.apply([record(message, first + at) for at, message in enumerate(messages)], NOW)


@pytest.fixture
def console(tmp_path: Path) -> Console:
    accounts = Accounts(tmp_path / "accounts.sqlite", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
    for role, name in NAMES.items():
        accounts.add(name, role, PASSWORD)
    return console_of(tmp_path, accounts)


def console_of(home: Path, accounts: Accounts, policy: Path | None = None, **settings: Any) -> Console:
    """A console that has read an empty Kafka to its end."""
    actions, sender = FakeActions(), FakeSender()
    config = Settings(home=home, kafka="127.0.0.1:1", policy=policy, **settings)
    app = create_app(config, accounts=accounts, now=lambda: made.moment)
    made = Console(app, actions, sender)
    trail = Trail(Chain(home / "trail.sqlite"), sender)
    app.state.parts = replace(made.parts, actions=actions, trail=trail)
    made.parts.audit.start_over("a cluster", NOW)
    made.parts.feed._status = FeedStatus(FeedState.CURRENT, NOW)
    made.parts.store.start_over("a cluster", NOW)
    return made


@pytest.fixture
async def browse(console: Console) -> AsyncIterator[Callable[..., Awaitable[AsyncClient]]]:
    """Open a browser of one's own: `await browse()`, or signed in with `await browse(Role.LEAD)`."""
    async with AsyncExitStack() as opened:

        async def open_one(role: Role | None = None) -> AsyncClient:
            client = AsyncClient(transport=ASGITransport(console.app), base_url="http://console")
            await opened.enter_async_context(client)
            if role is not None:
                answer = await submit(client, "/sign-in", "/sign-in", name=NAMES[role], password=PASSWORD)
                assert answer.status_code == 303
            return client

        yield open_one


async def submit(client: AsyncClient, page: str, target: str, **fields: str) -> Response:
    """Fill in the form on `page` that goes to `target`, as a browser would."""
    token = csrf_of(await client.get(page))
    return await client.post(target, data={"csrf": token, **fields})


def csrf_of(answer: Response) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', answer.text)
    assert found is not None
    return found[1]


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []

    def handle_data(self, data: str) -> None:
        self.words += data.split()


def text_of(answer: Response) -> str:
    """What a page says, in one line."""
    parser = _Text()
    parser.feed(answer.text)
    return " ".join(parser.words)
