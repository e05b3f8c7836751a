"""The table of `make infra` does not say more than what ran."""

import sys
from pathlib import Path

import pytest

from tests.infra.proof import Check, run

PYTEST = (sys.executable, "-m", "pytest", "-q", "-rs", "-p", "no:cacheprovider")


def check(folder: Path, *tests: str) -> Check:
    file = folder / "test_it.py"
    file.write_text(
        "import pytest\n" + "".join(f"def test_{n}(): {t}\n" for n, t in enumerate(tests))
    )
    return Check("group", "name", (*PYTEST, str(file)))


@pytest.mark.parametrize(
    ("tests", "result", "remark"),
    [
        (["pass"], "passed", "1 passed"),
        (["pass", "pytest.skip('no moon')"], "passed", "1 passed, 1 skipped"),
        (["pytest.skip('no moon')"], "skipped", "no moon"),
        (["pass", "assert 0"], "FAILED", "1 failed, 1 passed"),
    ],
)
def test_a_row_says_what_became_of_it(
    tmp_path: Path, tests: list[str], result: str, remark: str
) -> None:
    row = run(check(tmp_path, *tests), tmp_path / "figures")
    assert row.result == result
    assert remark in row.remark


def test_a_missing_program_is_a_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    absent = Check("group", "name", ("true",), ("no-such-program",))
    monkeypatch.delenv("COINBREAKR_NOTHING_SKIPPED", raising=False)
    assert run(absent, tmp_path).result == "skipped"
    monkeypatch.setenv("COINBREAKR_NOTHING_SKIPPED", "1")
    assert run(absent, tmp_path).result == "FAILED"
