import pytest

from deploy.grafana.generate import ROOT, documents


@pytest.mark.parametrize("file", [str(file.relative_to(ROOT)) for file in documents()])
def test_what_is_generated_is_current(file: str) -> None:
    assert (ROOT / file).read_text() == documents()[ROOT / file], "run python -m deploy.grafana.generate"
