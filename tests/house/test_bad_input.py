"""The table of docs/bad-input.md names each test of tests/core/test_bad_input.py once, and no other."""

import ast
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOC = (ROOT / "docs" / "bad-input.md").read_text()
TESTS = ROOT / "tests" / "core" / "test_bad_input.py"


def test_every_case_has_its_test_and_every_test_its_case() -> None:
    rows = [line.strip("|").split("|") for line in DOC.split("| what |")[1].split("\n## ")[0].splitlines()[2:]]
    named = Counter(row[2].strip().strip("`") for row in rows if len(row) == 3)
    defined = {node.name for node in ast.parse(TESTS.read_text()).body if isinstance(node, ast.FunctionDef)}
    assert named == Counter(name for name in defined if name.startswith("test_"))


def test_the_files_it_names_exist() -> None:
    for name in ("tests/core/test_bad_input.py", "tests/gateway/test_bad_input.py", "tests/gateway/test_calls.py"):
        assert f"`{name}`" in DOC
        assert (ROOT / name).exists()
