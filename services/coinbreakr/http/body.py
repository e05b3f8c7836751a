"""Request bodies: JSON and forms, inflated and decoded; everything else is {}.

A route says how many bytes it reads. What is read after inflating is bounded alike, and so is
the number of values in a large body: each costs far more memory than the bytes it is sent in.
"""

import codecs
import zlib
from contextlib import suppress
from typing import Any, Final

import falcon
import orjson
from gunicorn.http.errors import ParseException  # type: ignore[import-untyped]

from coinbreakr.errors import Invalid, TooLarge, Unsupported
from coinbreakr.http import forms, messages
from coinbreakr.http.context import Request

SMALL: Final = 256 * 1024
WITH_PHOTO: Final = 10 * 1024 * 1024
_MOST_VALUES_OF_A_LARGE_BODY: Final = 1000
_MOST_DRAINED: Final = 12 * 1024 * 1024
_CHUNK: Final = 64 * 1024
Body = dict[str, Any] | list[Any]
_WINDOW_BITS: Final = {"gzip": 31, "deflate": 15}
_JSON: Final = "application/json"
_FORM: Final = "application/x-www-form-urlencoded"


class Drained:
    """Middleware that reads what is left of a refused body, up to 12 MiB.

    A client that is still sending when the connection is closed sees a broken connection
    instead of the answer that says why; nginx makes a 502 of that. It passes no larger bodies on.
    """

    def process_response(
        self, req: falcon.Request, _resp: falcon.Response, _resource: object, _ok: bool
    ) -> None:
        """Read and forget. The worker ends it when it takes too long."""
        if req.content_length and req.content_length <= _MOST_DRAINED:
            with suppress(ParseException, OSError):
                while req.bounded_stream.read(_CHUNK):
                    pass


def sent(req: Request, most: int) -> bytes:
    """The body as it was sent, which can be read once only; Invalid, TooLarge."""
    if req.context.sent is None:
        req.context.sent = _received(req, most)
    return req.context.sent


def read(req: Request, most: int) -> Body:
    """The body as an object or an array; Invalid, Unsupported, TooLarge above `most` bytes."""
    media_type, parameters = falcon.parse_header(req.content_type or "")
    kind = media_type.strip().lower()
    if kind not in {_JSON, _FORM}:
        return {}
    raw = _inflated(sent(req, most), req.get_header("Content-Encoding") or "identity", most)
    text = _decoded(raw, parameters.get("charset", "utf-8"))
    if not raw:
        return {}
    if kind == _FORM:
        return forms.parse(text)
    if len(raw) > SMALL:
        _refuse_many_values(text)
    return _json(text)


def _received(req: falcon.Request, most: int) -> bytes:
    length = req.content_length
    if length is not None and length > most:
        raise _too_large(most)
    chunked = "chunked" in (req.get_header("Transfer-Encoding") or "").lower()
    if not length and not chunked:
        return b""
    stream = req.stream if chunked else req.bounded_stream
    try:
        raw: bytes = stream.read(most + 1)
    except (ParseException, OSError):  # a broken chunk, a broken connection
        raise Invalid(messages.BODY_UNREADABLE) from None
    if len(raw) > most:
        raise _too_large(most)
    if length is not None and len(raw) < length:
        raise Invalid(messages.BODY_CUT_OFF)
    return raw


def _too_large(most: int) -> TooLarge:
    return TooLarge(messages.BODY_TOO_LARGE.format(max=most))


def _inflated(raw: bytes, encoding: str, most: int) -> bytes:
    name = encoding.strip().lower()
    if name == "identity" or not raw:
        return raw
    if name not in _WINDOW_BITS:
        raise Unsupported(messages.ENCODING_UNSUPPORTED)
    inflater = zlib.decompressobj(_WINDOW_BITS[name])
    try:
        text = inflater.decompress(raw, most + 1)
    except zlib.error:
        raise Invalid(messages.COMPRESSED_UNREADABLE) from None
    if len(text) > most:
        raise _too_large(most)
    if not inflater.eof:
        raise Invalid(messages.COMPRESSED_CUT_OFF)
    return text


def _decoded(raw: bytes, charset: str) -> str:
    name = charset.strip().lower()
    if not name.startswith(("utf-8", "utf-16", "utf-32")):
        raise Unsupported(messages.CHARSET_UNSUPPORTED)
    try:
        codecs.lookup(name)
    except LookupError:
        raise Unsupported(messages.CHARSET_UNSUPPORTED) from None
    return raw.decode(name, errors="replace").removeprefix("\ufeff")


def _refuse_many_values(text: str) -> None:
    if sum(map(text.count, ",[{")) > _MOST_VALUES_OF_A_LARGE_BODY:
        most = _MOST_VALUES_OF_A_LARGE_BODY
        raise Invalid(messages.BODY_TOO_MANY_VALUES.format(bytes=SMALL, max=most))


def _json(text: str) -> Body:
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError:
        raise Invalid(messages.BODY_NOT_JSON) from None
    if not isinstance(value, dict | list):
        raise Invalid(messages.BODY_NOT_AN_OBJECT)
    return value
