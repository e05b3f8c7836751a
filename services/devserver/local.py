"""The folder that a developer's server keeps: the data, a secret, and where the database is."""

import os
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from pymongo import MongoClient
from pymongo.errors import PyMongoError

_FOLDER: Final = "COINBREAKR_DATA"
_URL: Final = "mongo-url"


def folder() -> Path:
    """`.data` here, or what COINBREAKR_DATA names."""
    return Path(os.environ.get(_FOLDER) or ".data").resolve()


def jwt_secret(place: Path) -> str:
    """A secret made at the first start, so that tokens stay good over a restart."""
    place.mkdir(parents=True, exist_ok=True)
    file = place / "jwt-secret"
    if not file.exists():
        with tempfile.NamedTemporaryFile("w", dir=place, encoding="ascii") as draft:  # mode 0600
            draft.write(secrets.token_hex(32))
            draft.flush()
            with suppress(FileExistsError):  # of two first starts, both take the one of the first
                os.link(draft.name, file)
    return file.read_text("ascii").strip()


def remember(place: Path, url: str) -> None:
    """Note where the database answers, for commands in another terminal."""
    draft = place / f"{_URL}.new"
    draft.write_text(url, "ascii")
    draft.replace(place / _URL)


def running(place: Path) -> str | None:
    """Where the database of this folder answers now, or None."""
    file = place / _URL
    if not file.exists():
        return None
    url = file.read_text("ascii").strip()
    try:
        with MongoClient[dict[str, Any]](url, timeoutMS=1000) as mongo:
            options = mongo.admin.command("getCmdLineOpts")
    except PyMongoError:
        return None
    # After a restart, that port may be the one of another folder's database.
    data = Path(options["parsed"].get("storage", {}).get("dbPath", "/"))
    return url if data.is_relative_to(place.resolve()) else None
