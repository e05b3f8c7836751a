"""The folder that a developer's server keeps: the data, a secret, and where the database is."""

import os
import secrets
from pathlib import Path
from typing import Final

from pymongo import MongoClient
from pymongo.errors import PyMongoError

_FOLDER: Final = "COINBREAKR_DATA"


def folder() -> Path:
    """`.data` here, or what COINBREAKR_DATA names."""
    return Path(os.environ.get(_FOLDER) or ".data").resolve()


def jwt_secret(place: Path) -> str:
    """A secret made at the first start, so that tokens stay good over a restart."""
    place.mkdir(parents=True, exist_ok=True)
    file = place / "jwt-secret"
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return file.read_text("ascii").strip()
    with os.fdopen(handle, "w", encoding="ascii") as stream:
        secret = secrets.token_hex(32)
        stream.write(secret)
    return secret


def remember(place: Path, url: str) -> None:
    """Note where the database answers, for commands in another terminal."""
    (place / "mongo-url").write_text(url, "ascii")


def running(place: Path) -> str | None:
    """Where the database of this folder answers now, or None."""
    file = place / "mongo-url"
    if not file.exists():
        return None
    url = file.read_text("ascii").strip()
    try:
        with MongoClient[dict[str, object]](url, serverSelectionTimeoutMS=500) as client:
            client.admin.command("ping")
    except PyMongoError:
        return None
    return url
