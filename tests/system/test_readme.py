"""What the README tells a newcomer to paste works."""

import os
import re
import subprocess
import sys
from pathlib import Path

import orjson
import pytest

from coinbreakr import settings
from coinbreakr.mongo.embedded import EmbeddedMongod
from tests.server import SERVICES, serve

README = (Path(__file__).resolve().parents[2] / "README.md").read_text("utf-8")


def test_the_tour(mongod: EmbeddedMongod) -> None:
    url = mongod.url.replace("/coinbreakr?", "/tour?")
    env = {**os.environ, "PYTHONPATH": str(SERVICES), "MONGO_URL": url, "BCRYPT_ROUNDS": "4"}
    seed = [sys.executable, "-m", "coinbreakr", "seed"]
    for _ in range(2):  # a second time changes nothing
        subprocess.run(seed, env=env, check=True, capture_output=True)
    match = re.search(r"```sh\n(.*?)```", README, re.DOTALL)
    assert match is not None
    with serve(url, BCRYPT_ROUNDS="4") as port:
        script = match[1].replace(":3000", f":{port}")
        shown = subprocess.run(["sh", "-c", script], check=True, capture_output=True).stdout
    answers = [orjson.loads(line) for line in shown.splitlines()]
    assert len(answers) == 5
    assert all(answer["success"] and answer["data"] for answer in answers)


def test_the_command_that_prints_the_settings() -> None:
    match = re.search(r"`(PYTHONPATH=\S+) \.venv/bin/python -m coinbreakr settings`", README)
    assert match is not None
    env = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    shown = subprocess.run(
        ["sh", "-c", f"{match[1]} {sys.executable} -m coinbreakr settings"],
        cwd=SERVICES.parent, env=env, check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    assert all(name in shown for name, _, _ in settings.describe())


@pytest.mark.parametrize(
    ("name", "default"), [(name, default) for name, default, _ in settings.describe()]
)
def test_every_setting_is_in_the_table_with_its_default(name: str, default: str) -> None:
    assert f"| `{name}` | {f'`{default}`' if default else ''}".rstrip() + " |" in README
