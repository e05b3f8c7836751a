"""Signed links: addresses that whoever has been shown one may open without a token.

A mobile app loads images without headers, so that the address itself has to be unguessable.
"""

import hashlib
import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import falcon

from coinbreakr.http.context import Request

_PARAMETER: Final = "signature="
_HOST: Final = re.compile(r"[\w.-]{1,253}(?::\d{1,5})?|\[[0-9a-f:.]{2,45}\](?::\d{1,5})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Link:
    """A path in an answer, lower case. It is written as an absolute address with a signature."""

    path: str


class Links:
    """Middleware that signs the links in answers, and finds out whether a request follows one.

    `public_url` is where clients reach the server; "" is where the request was sent to.
    """

    def __init__(self, secret: str, public_url: str, *, behind_proxy: bool) -> None:
        self._key = hashlib.sha256(b"links:" + secret.encode()).digest()
        self._public_url = public_url.rstrip("/")
        self._behind_proxy = behind_proxy

    def process_request(self, req: Request, _resp: falcon.Response) -> None:
        """Prepare both."""
        req.context.address = self._writer(req)
        sent = req.query_string
        req.context.signed = sent.startswith(_PARAMETER) and hmac.compare_digest(
            sent.removeprefix(_PARAMETER).encode(), self._signature(req.path).encode()
        )

    def _writer(self, req: Request) -> Callable[[Link], str]:
        written: dict[Link, str] = {}

        def write(link: Link) -> str:
            if link not in written:
                base = self._public_url or self._reached(req)
                written[link] = f"{base}{link.path}?{_PARAMETER}{self._signature(link.path)}"
            return written[link]

        return write

    def _reached(self, req: Request) -> str:
        """Scheme and host as the client sees them; a proxy of ours says which scheme that is."""
        scheme = req.get_header("X-Forwarded-Proto") if self._behind_proxy else None
        host = req.get_header("Host") or ""
        if not _HOST.fullmatch(host):
            return ""  # HTTP/1.0, or nonsense: the path alone
        return f"{'https' if scheme == 'https' else req.scheme}://{host}"

    def _signature(self, path: str) -> str:
        return hmac.new(self._key, path.encode(), hashlib.sha256).hexdigest()[:32]
