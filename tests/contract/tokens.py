"""Tokens made and read by hand, so that the library of the server is not its own judge."""

import base64
import hashlib
import hmac
import json
import re
import time
from typing import Any

_HASHES = {"HS256": hashlib.sha256, "HS384": hashlib.sha384, "HS512": hashlib.sha512}


def forge(claims: dict[str, Any], secret: str, algorithm: str) -> str:
    head = _encode(json.dumps({"alg": algorithm, "typ": "JWT"}).encode())
    text = f"{head}.{_encode(json.dumps(claims).encode())}"
    if algorithm.lower() == "none":
        return text + "."
    return f"{text}.{_sign(text, secret, algorithm)}"


def inspect(token: str, secret: str) -> dict[str, Any]:
    """Header, claims, lifetime in seconds, and whether the signature is good."""
    head, payload, signature = token.split(".")
    header, claims = json.loads(_decode(head)), json.loads(_decode(payload))
    good = hmac.compare_digest(signature, _sign(f"{head}.{payload}", secret, header["alg"]))
    fresh = abs(claims["iat"] - time.time()) < 86400
    shown = {
        name: "<epoch>" if name in {"iat", "exp"} and isinstance(value, int) and fresh else value
        for name, value in claims.items()
    }
    return {
        "header": header,
        "claims": shown,
        "lifetime": claims["exp"] - claims["iat"],
        "signature": "valid" if good else "invalid",
    }


def moment(value: Any) -> Any:
    """`now`, `now+60`, `now-60` as seconds; anything else as it is."""
    match = re.fullmatch(r"now([+-]\d+)?", value) if isinstance(value, str) else None
    return int(time.time()) + int(match[1] or 0) if match else value


def _sign(text: str, secret: str, algorithm: str) -> str:
    return _encode(hmac.new(secret.encode(), text.encode(), _HASHES[algorithm]).digest())


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
