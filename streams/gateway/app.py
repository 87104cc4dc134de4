"""The gateway put together; `ipt-pulse gateway` serves it, tests give it fakes."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime

from fastapi import FastAPI

from streams.adapters.follower import Follower
from streams.adapters.producer import EventProducer
from streams.adapters.tokens import Tokens
from streams.adapters.tokens_devices import Devices
from streams.adapters.vault import Vault
from streams.gateway import devices, events, health, me, problems
from streams.gateway.crisis import read_crisis_contacts
from streams.gateway.kept import FOLLOWING, Kept
from streams.gateway.openapi import describe
from streams.gateway.parts import Parts
from streams.gateway.shield import Shield
from streams.settings import Settings
from streams.topics import EVENTS


def create_app(parts: Parts | None = None) -> FastAPI:
    """The application around `parts`; without them it can only describe itself."""

    @asynccontextmanager
    async def running(_app: FastAPI) -> AsyncIterator[None]:
        if parts is None:
            yield
            return
        await parts.producer.start()
        following = asyncio.create_task(parts.views.run())
        try:
            yield
        finally:
            following.cancel()
            with suppress(asyncio.CancelledError):
                await following
            await parts.producer.stop()
            parts.devices.close()
            parts.kept.close()

    # The pages of FastAPI's own documentation load scripts from elsewhere; /openapi.json is enough.
    app = FastAPI(title="ipt-pulse gateway", version="1", lifespan=running, docs_url=None, redoc_url=None)
    app.state.parts = parts
    for routes in (events, devices, me, health):
        app.include_router(routes.router)
    app.add_middleware(Shield)
    problems.install(app)
    describe(app)
    return app


def build(settings: Settings) -> FastAPI:
    """The gateway by `settings`.

    Raises:
        Misconfigured: keys, registers or the crisis contacts cannot be used.
    """
    kept = Kept(settings.home / "gateway" / "kept.sqlite")
    return create_app(
        Parts(
            producer=EventProducer(settings.kafka, EVENTS),
            tokens=Tokens(settings.keys),
            devices=Devices(settings.home),
            vault=Vault(settings.keys),
            crisis=read_crisis_contacts(settings.policy),
            kept=kept,
            views=Follower(settings.kafka, kept, FOLLOWING, lambda: datetime.now(UTC)),
        )
    )
