import shutil
from pathlib import Path

import pytest

from deploy.local.errors import StackError
from deploy.local.paths import require_space
from deploy.local.runtime import JAVA, damaged_jars, ensure_jars, jars_dir, kafka_version, locked_jars

NOWHERE = "http://127.0.0.1:1"  # a proxy that refuses at once: what a machine without a network looks like


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.setenv(variable, NOWHERE)
    for variable in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(variable, raising=False)


def test_the_lock_names_kafka_4_1_first_and_every_jar_once() -> None:
    jars = locked_jars()
    assert jars[0].name == "kafka_2.13"
    assert kafka_version().startswith("4.1.")
    assert len({jar.filename for jar in jars}) == len(jars)
    assert all(len(jar.sha256) == 64 for jar in jars)


def test_java_comes_with_the_package() -> None:
    assert JAVA.is_file()


@pytest.mark.usefixtures("offline")
def test_a_first_start_without_a_network_says_so(tmp_path: Path) -> None:
    with pytest.raises(StackError, match="could not be downloaded") as caught:
        ensure_jars(cache=tmp_path)
    assert "needs the network" in caught.value.hint
    assert len(damaged_jars(tmp_path)) == len(locked_jars())


@pytest.mark.kafka
@pytest.mark.usefixtures("offline")
def test_a_second_start_needs_no_network_and_a_damaged_jar_is_noticed(tmp_path: Path, kafka: str) -> None:
    assert kafka  # by now the jars are in the user's cache
    shutil.copytree(jars_dir(), jars_dir(tmp_path))
    assert ensure_jars(cache=tmp_path) == jars_dir(tmp_path)
    damaged = locked_jars()[3]
    (jars_dir(tmp_path) / damaged.filename).write_bytes(b"half a file")
    assert damaged_jars(tmp_path) == (damaged,)
    with pytest.raises(StackError, match="could not be downloaded"):
        ensure_jars(cache=tmp_path)


def test_a_full_disk_is_noticed_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(StackError, match="MB are needed") as caught:
        require_space(tmp_path / "not" / "there" / "yet", 10**18)
    assert "--home" in caught.value.hint
    assert list(tmp_path.iterdir()) == []
