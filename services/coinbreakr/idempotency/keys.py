"""Pure: what an Idempotency-Key is, and the digests that stand for keys and requests."""

import hashlib
import re
from typing import Final

# A String of RFC 9651 without spaces, escapes and parameters, in its quotes or bare.
_SHAPE: Final = re.compile(r'("?)([!#-+\--\[\]-~]{1,255})\1', re.ASCII)


def parse(header: str) -> str | None:
    """The key in a header; None if it is none."""
    found = _SHAPE.fullmatch(header.strip())
    return None if found is None else found[2]


def digest(secret: bytes, *parts: str | bytes) -> bytes:
    """32 bytes that stand for parts in their order; without the secret nobody can compute them."""
    found = hashlib.blake2b(key=secret, digest_size=32)
    for part in parts:
        data = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        found.update(len(data).to_bytes(8, "big"))  # or "ab", "c" would be "a", "bc"
        found.update(data)
    return found.digest()
