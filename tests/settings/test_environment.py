"""What the environment may say, and what keeps the service from starting."""

from pathlib import Path

import pytest

from coinbreakr import settings

RANDOM = "9f3c1e0b7a6d5248f1c0e9d8b7a69584736251f0e1d2c3b4a5968778695a4b3c"
GIVEN = {"JWT_SECRET": RANDOM, "MONGO_URL": "mongodb://db/coinbreakr"}


def problems(**environ: str) -> str:
    """What load() says about it, or ""."""
    try:
        settings.load({**GIVEN, **environ})
    except settings.SettingsError as error:
        return str(error)
    return ""


@pytest.mark.parametrize("name", ["development", "testing", "staging", "production"])
@pytest.mark.parametrize("variable", ["APP_ENV", "NODE_ENV"])
def test_the_four_names(variable: str, name: str) -> None:
    assert settings.load({**GIVEN, variable: name}).environment == name


@pytest.mark.parametrize("name", ["Production", "prod", "live", "PRODUCTION", " production", "dev"])
@pytest.mark.parametrize("variable", ["APP_ENV", "NODE_ENV"])
def test_no_other_name(variable: str, name: str) -> None:
    assert "APP_ENV: must be one of development, testing" in problems(**{variable: name})


def test_what_test_runners_of_node_say() -> None:
    assert settings.load({**GIVEN, "NODE_ENV": "test"}).environment == "testing"
    assert "APP_ENV" in problems(APP_ENV="test")


def test_app_env_goes_first() -> None:
    chosen = settings.load({**GIVEN, "APP_ENV": "staging", "NODE_ENV": "production"})
    assert chosen.environment == "staging"


def test_nothing_is_development() -> None:
    assert settings.load({}).environment == "development"


@pytest.mark.parametrize("name", ["testing", "staging", "production"])
class TestOutsideDevelopment:
    @pytest.mark.parametrize("secret", ["", "short", "password" * 8, "0123456789abcdef" * 4])
    def test_a_bad_secret(self, name: str, secret: str) -> None:
        assert "JWT_SECRET: " in problems(APP_ENV=name, JWT_SECRET=secret)
        assert problems(JWT_SECRET=secret) == ""

    def test_a_good_one(self, name: str) -> None:
        assert problems(APP_ENV=name) == ""


def test_every_problem_is_told_at_once() -> None:
    found = problems(
        APP_ENV="production", JWT_SECRET="x", MONGO_URL="", PORT="x", BCRYPT_ROUNDS="9"
    )
    for name in ("JWT_SECRET", "MONGO_URL", "PORT", "BCRYPT_ROUNDS"):
        assert f"  - {name}: " in found


def test_the_secrets_are_never_told() -> None:
    assert RANDOM not in problems(APP_ENV="prod") + repr(settings.load(GIVEN))


def test_what_is_empty_is_as_if_it_were_not_there() -> None:
    empty = {"PORT": "", "WEB_THREADS": "", "UNIX_SOCKET": "", "JWT_EXPIRES_IN": "", "APP_ENV": ""}
    assert settings.load(empty) == settings.load({})


@pytest.mark.parametrize("url", ["nonsense", "localhost:27017", "https://db/coinbreakr"])
def test_a_database_is_named_by_its_url(url: str) -> None:
    assert "MONGO_URL: must begin with mongodb://" in problems(MONGO_URL=url)


@pytest.mark.parametrize(
    ("given", "most"), [({}, 7), ({"WEB_THREADS": "9"}, 9), ({"WEB_THREADS": ""}, 32)]
)
def test_a_file_env_stands_below_the_process(
    given: dict[str, str], most: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("APP_ENV", "NODE_ENV", "WEB_THREADS"):
        monkeypatch.delenv(name, raising=False)
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    Path(".env").write_text("WEB_THREADS=7\n", "utf-8")
    assert settings.load().threads == most


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        ("PORT", "65536", "Must be greater than or equal to 0 and less than or equal to 65535."),
        ("PORT", "3000.5", "Not a valid integer."),
        ("WEB_THREADS", "1", "Must be greater than or equal to 2 and less than or equal to 1000."),
        ("MONGO_WEAK_WRITES", "perhaps", "Not a valid boolean."),
        ("LOG_LEVEL", "info", "Must be one of: DEBUG, INFO, WARNING, ERROR."),
        ("PUBLIC_URL", "api.example.com", "must be as https://api.example.com"),
        ("JWT_EXPIRES_IN", "soon", "must be a time such as 12h or 7d"),
        ("JWT_EXPIRES_IN", "0d", "must be a time such as 12h or 7d"),
    ],
)
def test_a_problem_names_the_variable_and_the_rule(name: str, value: str, problem: str) -> None:
    assert problems(**{name: value}) == f"CoinBreakr cannot start:\n  - {name}: {problem}"


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("90000", 90), ("500ms", 0.5), ("90s", 90), ("30m", 1800), ("12h", 43200), ("7d", 604800),
        ("1w", 604800), ("1y", 31557600), ("1.5h", 5400), (" 2 days ", 172800), ("3 MINUTES", 180),
    ],
)  # fmt: skip
def test_durations(text: str, seconds: float) -> None:
    assert settings.load({**GIVEN, "JWT_EXPIRES_IN": text}).jwt_lifetime == seconds
