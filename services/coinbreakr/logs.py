"""Structured logs: one JSON object a line, and nothing in it that belongs to people.

The text of an exception is left out: the driver's hold whole documents (a refused bulk write its
operations, a duplicate key its values), others the value that did not fit. What stays is the type,
the server's code and the places in the code. The driver's texts about connections are kept, which
name servers and reasons.
"""

import logging
import sys
import threading
import traceback
from collections.abc import Iterator, MutableMapping
from datetime import UTC, datetime
from typing import Any, Final

import orjson
import structlog

_ABOUT_CONNECTIONS: Final = "ConnectionFailure"  # a class of PyMongo, which stays out of here
_MOST_FRAMES: Final = 50
_SIGNAL: Final = "SIG"
_ADDRESS: Final = " from ip="  # how gunicorn begins to tell of a client

# For logging.config.dictConfig: gunicorn's own log, and what libraries have to say.
STANDARD: Final[dict[str, Any]] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "coinbreakr.logs.JsonFormatter"}},
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "formatter": "json",
            "stream": "ext://sys.stderr",
        }
    },
    "root": {"level": "WARNING", "handlers": ["stderr"]},
    "loggers": {"gunicorn.error": {"handlers": ["stderr"], "propagate": False}},
}


def configure(level: str) -> None:
    """Make every structlog logger write JSON from `level` upwards, and no thread end unseen."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _render_exception,
            structlog.processors.JSONRenderer(serializer=orjson.dumps),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=structlog.BytesLoggerFactory(sys.stdout.buffer),
        cache_logger_on_first_use=True,
    )
    threading.excepthook = _log_thread


def describe(error: BaseException | None) -> list[dict[str, Any]]:
    """An exception and what it came from, the last one first, without their texts."""
    return [_one(link) for link in _chain(error)]


class JsonFormatter(logging.Formatter):
    """Records of the standard library as JSON. Gunicorn's hold request lines and addresses.

    It tells of itself at INFO; what requests are about comes at other levels, of which only the
    template is shown, with the numbers and the names of signals in it.
    """

    def format(self, record: logging.LogRecord) -> str:
        """One line."""
        line: dict[str, Any] = {
            "event": _event(record),
            "logger": record.name,
            "level": record.levelname.lower(),
            "timestamp": datetime.fromtimestamp(record.created, UTC),
        }
        if record.exc_info and record.exc_info[1]:
            line["exception"] = describe(record.exc_info[1])
        return orjson.dumps(line).decode()


def _event(record: logging.LogRecord) -> str:
    if isinstance(record.msg, BaseException):
        return type(record.msg).__name__
    if record.levelno == logging.INFO:
        return record.getMessage()
    text = str(record.msg).partition(_ADDRESS)[0]
    if not isinstance(record.args, tuple) or not record.args:
        return text
    shown = (value if _harmless(value) else "..." for value in record.args)
    return text.replace("%d", "%s").replace("%r", "%s") % tuple(shown)


def _harmless(value: object) -> bool:
    return isinstance(value, int) or str(value).startswith(_SIGNAL)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _one(error: BaseException) -> dict[str, Any]:
    kinds = {kind.__name__ for kind in type(error).__mro__}
    code = getattr(error, "code", None)
    walk = traceback.walk_tb(error.__traceback__)
    frames = list(traceback.StackSummary.extract(walk, lookup_lines=False))[-_MOST_FRAMES:]
    return {
        "type": f"{type(error).__module__}.{type(error).__qualname__}",
        **({"code": code} if isinstance(code, int) else {}),
        **({"text": str(error)} if _ABOUT_CONNECTIONS in kinds else {}),
        "frames": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames],
    }


def _render_exception(
    _logger: Any, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    error = event.pop("exc_info", None)
    if error is True:
        error = sys.exc_info()[1]
    if isinstance(error, BaseException):
        event["exception"] = describe(error)
    return event


def _log_thread(failed: threading.ExceptHookArgs) -> None:
    structlog.get_logger("coinbreakr.threads").error("thread ended", exc_info=failed.exc_value)
