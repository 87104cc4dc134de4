"""A whole pipeline of one's own, for a module of tests."""

from collections.abc import Iterator

import pytest

from deploy.local.layout import Layout
from deploy.local.pipeline import up
from deploy.local.stack import down


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Layout]:
    home = tmp_path_factory.mktemp("stack")
    layout = up(home, influxdb=False)
    try:
        yield layout
    finally:
        down(home)
