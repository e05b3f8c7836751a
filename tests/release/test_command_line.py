import os
import subprocess
import sys
from pathlib import Path

import pytest

import release
from release import cli
from release.errors import Denied
from tests.release.stored import IMAGE, commit, digest

Capture = pytest.CaptureFixture[str]


def refused(*words: str) -> int:
    """The exit code of a command line that must not come as far as the registry."""
    with pytest.raises(SystemExit) as caught:
        cli.main(words, connect=lambda: pytest.fail("connected"))
    assert isinstance(caught.value.code, int)
    return caught.value.code


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["images"],
        ["images", "paint"],
        ["images", "list", "--limit", "0"],
        ["images", "list", "--limit", "ten"],
        ["images", "list", "--deadline", "-1"],
        ["images", "list", "--image", f"{IMAGE.uri}:latest"],
        ["images", "show"],
        ["images", "resolve", "a/b"],
        ["images", "verify", "--tag", "x"],
        ["images", "verify", "--tag", "x", "--digest", "sha256:short"],
        ["images", "prune", "--keep", "0"],
        ["images", "prune", "--days", "0"],
        ["images", "prune", "--deployed", "latest"],
        ["images", "prune", "--deployed", digest(1), "--nothing-deployed"],
        ["images", "rollback-target"],
    ],
)
def test_a_command_that_makes_no_sense_exits_with_2(
    words: list[str], monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.setenv("RELEASE_IMAGE", IMAGE.uri)
    assert refused(*words) == 2
    assert "usage: release" in capsys.readouterr().err


def test_the_image_must_be_named(monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    monkeypatch.delenv("RELEASE_IMAGE", raising=False)
    assert refused("images", "list") == 2
    assert "--image" in capsys.readouterr().err


def test_the_image_of_the_environment_is_checked_too(
    monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.setenv("RELEASE_IMAGE", "services")
    assert refused("images", "list") == 2
    assert "is no image of Artifact Registry" in capsys.readouterr().err


@pytest.mark.parametrize(
    "command", ["list", "show", "resolve", "verify", "prune", "rollback-target"]
)
def test_each_command_explains_itself(command: str, capsys: Capture) -> None:
    assert refused("images", command, "--help") == 0
    assert f"usage: release images {command}" in capsys.readouterr().out


def test_missing_credentials_are_told_and_not_shown_as_a_stack(capsys: Capture) -> None:
    def connect() -> None:
        raise Denied("credentials: permission denied (none found)")

    words = ["images", "resolve", commit(1), "--image", IMAGE.uri]
    assert cli.main(words, connect=connect) == 3  # type: ignore[arg-type]
    assert capsys.readouterr().err == "release: credentials: permission denied (none found)\n"


def test_it_runs_as_a_module_with_warnings_as_errors(tmp_path: Path) -> None:
    services = Path(release.__path__[0]).parent
    env = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "PYTHONPATH": str(services),
        "NO_GCE_CHECK": "true",  # no metadata server is looked for
        "RELEASE_IMAGE": IMAGE.uri,
    }
    command = [sys.executable, "-W", "error", "-m", "release", "images", "resolve", commit(1)]
    done = subprocess.run(
        command, env=env, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr.startswith("release: credentials: permission denied (")
    assert done.stderr.count("\n") == 1
