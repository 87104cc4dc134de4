"""One contract for both libraries, on a strict Grafana."""

import pytest

from deploy.grafana.api import LIBRARIES, Grafana
from streams.errors import Misconfigured, Unavailable
from tests.deploy.grafana.fake_grafana import FakeGrafana, serving

ODD = "North & South: 100 % größer? #1"


def opened(fake: FakeGrafana, library: str, **options: object) -> Grafana:
    made = LIBRARIES[library](fake.url, "admin", fake.password)
    return Grafana(made, first_wait_s=0.001, **options)  # type: ignore[arg-type]


@pytest.fixture(params=["", "/behind/a/proxy"])
def fake(request: pytest.FixtureRequest) -> FakeGrafana:  # type: ignore[misc]
    with serving(request.param) as found:
        yield found
        assert found.complaints == []


@pytest.mark.parametrize("library", LIBRARIES)
def test_what_is_there_is_found_and_what_is_not_is_none(fake: FakeGrafana, library: str) -> None:
    grafana = opened(fake, library)
    assert grafana.find("orgs", "name", "Main Org.")["id"] == 1
    assert grafana.find("orgs", "name", ODD) is None
    grafana.send("POST", "orgs", body={"name": ODD})
    assert grafana.find("orgs", "name", ODD)["id"] == 2
    assert grafana.find("users", "lookup", loginOrEmail="a+b&c=d@x") is None


@pytest.mark.parametrize("library", LIBRARIES)
def test_the_organisation_is_chosen_request_by_request(fake: FakeGrafana, library: str) -> None:
    grafana = opened(fake, library)
    grafana.send("POST", "orgs", body={"name": "North"})
    grafana.send("POST", "folders", body={"uid": "f", "title": "F"}, org=2)
    assert grafana.find("folders", "f", org=2)["title"] == "F"
    assert grafana.find("folders", "f", org=1) is None
    assert grafana.find("folders", "f") is None
    grafana.send("PUT", "folders", "f", body={"title": "G", "overwrite": True}, org=2)
    assert fake.org("North").folders["f"]["title"] == "G"


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize("statuses", [[503], [429, 500, 502], [504] * 4])
def test_what_may_pass_is_tried_again(fake: FakeGrafana, library: str, statuses: list[int]) -> None:
    grafana = opened(fake, library)
    fake.failing = list(statuses)
    assert grafana.find("orgs", "name", "Main Org.")["id"] == 1
    assert len(fake.asked) == len(statuses) + 1


@pytest.mark.parametrize("library", LIBRARIES)
def test_what_does_not_pass_is_unavailable(fake: FakeGrafana, library: str) -> None:
    fake.failing = [503] * 9
    with pytest.raises(Unavailable, match="503"):
        opened(fake, library, attempts=3).find("orgs", "name", "x")
    assert len(fake.failing) == 6
    fake.failing = []


@pytest.mark.parametrize("library", LIBRARIES)
def test_what_is_refused_says_why_and_is_not_repeated(fake: FakeGrafana, library: str) -> None:
    grafana = opened(fake, library)
    with pytest.raises(Misconfigured, match=r"POST /orgs: HTTP 409 Organization name taken"):
        grafana.send("POST", "orgs", body={"name": "Main Org."})
    with pytest.raises(Misconfigured, match="404"):
        grafana.send("PUT", "folders", "nowhere", body={"title": "x", "overwrite": True})
    with pytest.raises(Misconfigured, match="401"):
        grafana.find("folders", "f", org=7)
    assert len(fake.asked) == 3


@pytest.mark.parametrize("library", LIBRARIES)
def test_a_wrong_password_is_told(fake: FakeGrafana, library: str) -> None:
    wrong = Grafana(LIBRARIES[library](fake.url, "admin", "wrong"))
    with pytest.raises(Misconfigured, match="401"):
        wrong.find("orgs", "name", "Main Org.")


@pytest.mark.parametrize("library", LIBRARIES)
def test_one_that_is_not_there_is_unavailable(library: str) -> None:
    with pytest.raises(Unavailable, match="does not answer"):
        Grafana(LIBRARIES[library]("http://127.0.0.1:9", "a", "b"), attempts=2, first_wait_s=0.001).find("orgs")


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize("url", ["grafana:3000", "ftp://grafana", "http://"])
def test_what_is_no_address_is_told(library: str, url: str) -> None:
    with pytest.raises(Misconfigured, match="is no address"):
        LIBRARIES[library](url, "a", "b")
