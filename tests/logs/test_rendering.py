"""How exceptions and the records of libraries are written."""

import io
import logging
import logging.config
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import orjson
import pytest
import structlog
from pymongo.errors import (
    AutoReconnect,
    BulkWriteError,
    DuplicateKeyError,
    OperationFailure,
    WriteError,
)

from coinbreakr import logs

PLANTED = "planted@example.com"
DOCUMENT = {"email": PLANTED}


def failed(error: BaseException) -> list[dict[str, Any]]:
    """Raised as it would be, with another one that it came from."""
    with pytest.raises(type(error)) as caught, _because_of(KeyError(PLANTED)):
        raise error
    return logs.describe(caught.value)


@contextmanager
def _because_of(cause: Exception) -> Iterator[None]:
    try:
        raise cause
    except type(cause):
        yield


@pytest.mark.parametrize(
    "error",
    [
        BulkWriteError({"writeErrors": [{"op": DOCUMENT, "errmsg": PLANTED}]}),
        DuplicateKeyError(f"dup key: {PLANTED}", 11000, {"keyValue": DOCUMENT}),
        WriteError(f"failed validation {PLANTED}", 121, {"errInfo": DOCUMENT}),
        OperationFailure(f"bad value {PLANTED}", 2, {"errmsg": PLANTED}),
        ValueError(f"invalid literal {PLANTED}"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_no_text_of_an_exception(error: BaseException) -> None:
    links = failed(error)
    assert PLANTED not in str(links)
    assert [link["type"].rpartition(".")[2] for link in links] == [type(error).__name__, "KeyError"]
    assert all("test_rendering.py" in link["frames"][0] for link in links)
    if isinstance(error, OperationFailure):
        assert links[0]["code"] == error.code


def test_the_reason_of_a_lost_connection() -> None:
    assert failed(AutoReconnect("db:27017: refused"))[0]["text"] == "db:27017: refused"


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(logs.JsonFormatter())
    logger = logging.getLogger("gunicorn.error")
    logger.addHandler(handler)
    level = logger.level
    logger.setLevel("DEBUG")
    yield written
    logger.removeHandler(handler)
    logger.setLevel(level)


@pytest.mark.parametrize(
    ("level", "message", "arguments", "shown"),
    [
        ("INFO", "Listening at: %s (%s)", ("http://0.0.0.0:3000", 7), None),
        ("CRITICAL", "WORKER TIMEOUT (pid:%s)", (7,), "WORKER TIMEOUT (pid:7)"),
        ("ERROR", "Worker (pid:%s) was sent %s!", (7, "SIGKILL"), None),
        ("ERROR", "Error handling request %s", (f"/?userId={PLANTED}",), None),
        ("WARNING", f"Invalid request from ip=1.2.3.4: {PLANTED}", (), "Invalid request"),
        ("DEBUG", "No more data after: %r", (PLANTED,), "No more data after: ..."),
    ],
)
def test_the_words_of_gunicorn(
    stream: io.StringIO, level: str, message: str, arguments: tuple[Any, ...], shown: str | None
) -> None:
    logging.getLogger("gunicorn.error").log(logging.getLevelName(level), message, *arguments)
    line = orjson.loads(stream.getvalue())
    assert PLANTED not in str(line)
    assert line["level"] == level.lower()
    if PLANTED in str(arguments):
        shown = message.replace("%r", "...").replace("%s", "...")
    assert line["event"] == (shown or message % arguments)


def test_an_exception_in_the_words_of_gunicorn(stream: io.StringIO) -> None:
    with pytest.raises(ValueError, match=PLANTED) as caught:
        int(PLANTED)
    logging.getLogger("gunicorn.error").error(caught.value, exc_info=caught.value)
    line = orjson.loads(stream.getvalue())
    assert PLANTED not in str(line)
    assert (line["event"], line["exception"][0]["type"]) == ("ValueError", "builtins.ValueError")


def test_a_thread_that_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    def end() -> None:
        raise ValueError(PLANTED)

    monkeypatch.setattr(threading, "excepthook", logs._log_thread)
    with structlog.testing.capture_logs() as lines:
        thread = threading.Thread(target=end)
        thread.start()
        thread.join()
    (line,) = lines
    assert line["event"] == "thread ended"
    assert isinstance(line["exc_info"], ValueError)
