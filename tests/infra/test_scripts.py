"""Every script of the repository, as shellcheck sees it, and what we ask of each."""

import subprocess
from pathlib import Path

import pytest

from tests.infra.tools import ROOT, require

FOLDERS = (".ci", "deploy", "packer", "services", "terraform", "tests")
SCRIPTS = sorted(
    path
    for folder in FOLDERS
    for path in (ROOT / folder).rglob("*")
    if path.is_file() and path.read_bytes().startswith((b"#!/bin/sh", b"#!/usr/bin/env bash"))
)
LIBRARY = ROOT / "deploy" / "lib.sh"


def test_shellcheck_finds_nothing() -> None:
    options = ("--external-sources", "--source-path=SCRIPTDIR")
    done = subprocess.run(
        [require("shellcheck"), *options, *SCRIPTS, LIBRARY],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stdout == ""
    assert done.returncode == 0


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_script_stops_at_the_first_error_and_says_what_it_is_for(script: Path) -> None:
    text = script.read_text(encoding="utf-8")
    assert script.stat().st_mode & 0o111, "not executable"
    assert "set -e" in text or ". " in text.split("/lib.sh", 1)[0]
    assert text.splitlines()[1].startswith("# "), "no word about what it is for"


@pytest.mark.parametrize("script", [*SCRIPTS, LIBRARY], ids=lambda path: path.name)
def test_no_script_hides_a_failure(script: Path) -> None:
    lines = script.read_text(encoding="utf-8").splitlines()
    hidden = [line for line in lines if "|| true" in line]
    assert all(">&2 || true" in line for line in hidden), "only a diagnosis may fail"
