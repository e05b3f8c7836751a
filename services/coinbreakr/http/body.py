"""Request bodies: JSON and forms up to 10 MiB, inflated and decoded; everything else is {}."""

import codecs
import zlib
from typing import Any, Final

import falcon
import orjson

from coinbreakr.errors import Invalid, TooLarge, Unsupported
from coinbreakr.http import forms

MAX_BYTES: Final = 10 * 1024 * 1024
_MOST_DRAINED: Final = 32 * 1024 * 1024
_CHUNK: Final = 64 * 1024
Body = dict[str, Any] | list[Any]
_WINDOW_BITS: Final = {"gzip": 31, "deflate": 15}
_JSON: Final = "application/json"
_FORM: Final = "application/x-www-form-urlencoded"


class Drained:
    """Middleware that reads what is left of a refused body, up to 32 MiB.

    A client that is still sending when the connection is closed sees a broken connection
    instead of the answer that says why.
    """

    def process_response(
        self, req: falcon.Request, _resp: falcon.Response, _resource: object, _ok: bool
    ) -> None:
        """Read and forget."""
        if req.content_length and req.content_length <= _MOST_DRAINED:
            while req.bounded_stream.read(_CHUNK):
                pass


def read(req: falcon.Request) -> Body:
    """The body as an object or an array, or Invalid, TooLarge, Unsupported."""
    media_type, parameters = falcon.parse_header(req.content_type or "")
    kind = media_type.strip().lower()
    if kind not in {_JSON, _FORM}:
        return {}
    raw = _inflated(_raw(req), req.get_header("Content-Encoding") or "identity")
    text = _decoded(raw, parameters.get("charset", "utf-8"))
    if not raw:
        return {}
    return _json(text) if kind == _JSON else forms.parse(text)


def _raw(req: falcon.Request) -> bytes:
    if req.content_length is not None and req.content_length > MAX_BYTES:
        raise TooLarge("Request entity too large")
    chunked = "chunked" in (req.get_header("Transfer-Encoding") or "").lower()
    if not req.content_length and not chunked:
        return b""
    stream = req.stream if chunked else req.bounded_stream
    raw: bytes = stream.read(MAX_BYTES + 1)
    if len(raw) > MAX_BYTES:
        raise TooLarge("Request entity too large")
    return raw


def _inflated(raw: bytes, encoding: str) -> bytes:
    name = encoding.strip().lower()
    if name == "identity" or not raw:
        return raw
    if name not in _WINDOW_BITS:
        raise Unsupported("Unsupported content encoding")
    inflater = zlib.decompressobj(_WINDOW_BITS[name])
    try:
        text = inflater.decompress(raw, MAX_BYTES + 1)
    except zlib.error:
        raise Invalid("The compressed body cannot be read") from None
    if len(text) > MAX_BYTES:
        raise TooLarge("Request entity too large")
    if not inflater.eof:
        raise Invalid("The compressed body is cut off")
    return text


def _decoded(raw: bytes, charset: str) -> str:
    name = charset.strip().lower()
    if not name.startswith(("utf-8", "utf-16", "utf-32")):
        raise Unsupported("Unsupported charset")
    try:
        codecs.lookup(name)
    except LookupError:
        raise Unsupported("Unsupported charset") from None
    return raw.decode(name, errors="replace").removeprefix("\ufeff")


def _json(text: str) -> Body:
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError:
        raise Invalid("The body is not valid JSON") from None
    if not isinstance(value, dict | list):
        raise Invalid("The body must be a JSON object or array")
    return value
