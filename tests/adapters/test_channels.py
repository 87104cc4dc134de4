"""What every channel must keep to, whatever it sends through."""

import pytest
from pydantic import SecretStr

from schemas.alerts import Notification
from streams.adapters.channels import CHANNELS, INBOX, open_channels
from streams.settings import Settings
from tests.fake_pager import FakePager

NOTIFICATION = Notification.model_validate_json(
    '{"notification_id":"n1","alert_id":"a1","patient":"p-canary","step":0,"recipient":"on_call",'
    '"severity":"critical","created_at":"2026-03-02T09:00:00Z"}'
)


@pytest.mark.parametrize("name", CHANNELS)
async def test_a_channel_takes_a_notification_twice_and_is_closed(name: str) -> None:
    with FakePager() as pager:
        settings = Settings.model_validate({"pager_url": pager.url, "pager_secret": SecretStr("secret")})
        channel = open_channels(settings)[name]
        await channel.send(NOTIFICATION)
        await channel.send(NOTIFICATION)
        await channel.close()
    assert len(pager.paged) <= 1
    assert "p-canary" not in str(pager.received)


def test_the_inbox_needs_no_settings() -> None:
    assert list(open_channels(Settings())) == [INBOX]
