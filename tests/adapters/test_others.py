import pytest
from pydantic import SecretStr

from streams.adapters.channels import open_channels
from streams.adapters.others import others
from streams.adapters.pagerduty import pagerduty
from streams.errors import Misconfigured
from streams.settings import Settings


def test_without_a_url_there_is_none_and_one_that_nobody_knows_is_refused_without_being_told() -> None:
    assert others(Settings()) is None
    with pytest.raises(Misconfigured) as error:
        others(Settings(apprise_url=SecretStr("pigeon://key-canary")))
    assert "canary" not in str(error.value)


def test_channels_are_open_whose_settings_are_there() -> None:
    chosen = Settings(apprise_url=SecretStr("json://127.0.0.1"), pagerduty_key=SecretStr("k"))
    assert open_channels(chosen, dict).keys() == {"inbox", "apprise", "pagerduty"}
    assert pagerduty(Settings()) is None
