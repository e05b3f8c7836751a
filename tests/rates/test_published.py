"""`coinbreakr rates`: a file of the European Central Bank, from here or from the web."""

import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from pymongo.database import Database

from coinbreakr.currencies import ecb
from coinbreakr.rates import providers
from coinbreakr.rates.providers import EcbFile, RateProvider
from coinbreakr.rates.repository import RateStore
from devserver.embedded import EmbeddedMongod
from tests.commandline import coinbreakr

Db = Database[dict[str, Any]]
FILE = Path(__file__).parents[1] / "currencies" / "eurofxref.xml"
NOW = datetime(2026, 11, 21, tzinfo=UTC)


class Web(BaseHTTPRequestHandler):
    def do_GET(self) -> None:  # the name that http.server calls
        found = self.path == "/eurofxref.xml"
        self.send_response(200 if found else 404)
        self.end_headers()
        self.wfile.write(FILE.read_bytes() if found else b"")

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def web() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Web) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture
def store(db: Db) -> RateStore:
    return RateStore(db)


@pytest.fixture
def command(mongod: EmbeddedMongod, monkeypatch: pytest.MonkeyPatch, db: Db) -> Any:
    del db  # emptied
    monkeypatch.setenv("MONGO_URL", mongod.url)
    return lambda place: coinbreakr("rates", str(place))


def test_a_file_is_kept_day_by_day(command: Any, store: RateStore, db: Db) -> None:
    for _ in range(2):  # a second time changes nothing
        done = command(FILE)
        assert (done.exit_code, done.stdout) == (0, "The rates of 2 days are kept.\n")
    assert db["rates"].count_documents({}) == 2
    for rates in ecb.read(FILE.read_bytes()):
        assert store.of_day(rates.date, group=None) == rates


def test_a_file_from_the_web(command: Any, store: RateStore, web: str) -> None:
    assert command(f"{web}/eurofxref.xml").exit_code == 0
    found = store.of_day(date(2026, 11, 25), group=None)
    assert found is not None
    assert (found.date, found.source) == (date(2026, 11, 20), "ECB")


def test_what_cannot_be_read_is_told_and_changes_nothing(
    command: Any, web: str, tmp_path: Path, db: Db
) -> None:
    broken = tmp_path / "broken.xml"
    broken.write_text("<nothing/>")
    for place in (broken, tmp_path / "none.xml", f"{web}/none.xml", "http://127.0.0.1:1/x.xml"):
        done = command(place)
        assert (done.exit_code, done.stdout) == (1, ""), place
        assert done.stderr.count("\n") == 1
    assert db["rates"].count_documents({}) == 0


def test_a_file_of_no_end_is_not_read(monkeypatch: pytest.MonkeyPatch, command: Any) -> None:
    monkeypatch.setattr(providers, "_MOST", 100)
    done = command(FILE)
    assert (done.exit_code, "more than 100 bytes" in done.stderr) == (1, True)


def test_corrected_rates_take_the_place_of_those_of_their_day(store: RateStore) -> None:
    first, second = ecb.read(FILE.read_bytes())
    store.publish([first, second], NOW)
    corrected = ecb.read(FILE.read_bytes().replace(b"1.0859", b"1.0860"))
    store.publish(corrected[:1], NOW)
    assert store.of_day(first.date, group=None) == corrected[0]
    assert store.of_day(second.date, group=None) == second


def test_many_days_are_kept(store: RateStore, db: Db) -> None:
    [newest, _] = ecb.read(FILE.read_bytes())
    days = [
        type(newest)("EUR", newest.rates, date.fromordinal(700_000 + day), "ECB")
        for day in range(1201)
    ]
    assert store.publish(days, NOW) == 1201
    assert db["rates"].count_documents({"group": None}) == 1201


def test_the_interface_of_a_provider_is_one_method() -> None:
    provider: RateProvider = EcbFile(str(FILE))
    assert [rates.date.isoformat() for rates in provider.rates()] == ["2026-11-20", "2026-11-19"]
