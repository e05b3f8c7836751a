"""docs/openapi.json: the API document as it was last changed on purpose."""

from pathlib import Path
from typing import Any

import orjson

FILE = Path(__file__).resolve().parents[2] / "docs" / "openapi.json"


def stored() -> dict[str, Any]:
    found: dict[str, Any] = orjson.loads(FILE.read_bytes())
    return found


def written(document: dict[str, Any]) -> bytes:
    return orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
