"""How hard a secret is to guess, estimated from its text.

Counted is what somebody has to guess who knows the usual shapes of weak secrets, as zxcvbn counts
it (Wheeler: "zxcvbn: Low-Budget Password Strength Estimation", USENIX Security 2016):

- the words that defaults are made of cost nothing;
- what goes on with a run (`aaaa`, `1234`, `dcba`) costs nothing;
- a repetition of four or more characters costs where it stood before and how long it is;
- every other character costs the entropy of the text's characters (Shannon 1948), with Miller's
  correction for short samples (1955), without which 32 random digits look like 117 bits.

It is no proof: a sentence from a book passes. 112 bits are the least that NIST SP 800-57 part 1
(table 4) lets keys have; 32 bytes are what RFC 7518, section 3.2, asks of a key for HS256.
"""

import math
import re
from collections import Counter
from itertools import pairwise
from typing import Final

ENOUGH_BITS: Final = 112
MIN_BYTES: Final = 32
_TELLING: Final = 4  # characters: shorter runs and repetitions are in random texts, too
_WORD: Final = "\0"
_WORDS: Final = re.compile(
    r"coinbreakr|splitlyr|production|development|staging|testing|default|example|password|change"
    r"|secret|token|server|local|admin|your|jwt|test|qwertyuiop|asdfghjkl|zxcvbnm",
    re.IGNORECASE,
)


def weakness(secret: str) -> str:
    """Why a secret is not fit to sign tokens, or ""."""
    if len(secret.encode()) < MIN_BYTES:
        return f"must have {MIN_BYTES} bytes or more outside development"
    if bits(secret) < ENOUGH_BITS:
        return "can be guessed or looks like a default; make one with: openssl rand -hex 32"
    return ""


def bits(secret: str) -> float:
    """The estimate, in bits."""
    text = _WORDS.sub(_WORD, secret)
    novel = _entropy(text.replace(_WORD, ""))
    total, place = 0.0, 0
    while place < len(text):
        length = _repetition(text, place)
        if length >= _TELLING:
            total += math.log2(place) + math.log2(length)
            place += length
            continue
        if text[place] != _WORD and not _runs_on(text, place):
            total += novel
        place += 1
    return total


def _repetition(text: str, place: int) -> int:
    """The length of the longest text from `place` that stands before it as well."""
    length = 0
    while place + length < len(text) and text.find(text[place : place + length + 1], 0, place) >= 0:
        length += 1
    return length


def _runs_on(text: str, place: int) -> bool:
    """Whether a character is the last of four with one step of -1, 0 or 1 between them."""
    codes = [ord(char) for char in text[max(0, place - _TELLING + 1) : place + 1]]
    steps = {second - first for first, second in pairwise(codes)}
    return len(codes) == _TELLING and len(steps) == 1 and steps <= {-1, 0, 1}


def _entropy(text: str) -> float:
    """Bits for each character, estimated from how often each occurs."""
    counts, total = Counter(text).values(), max(1, len(text))
    plain = -sum(count / total * math.log2(count / total) for count in counts)
    return plain + max(0, len(counts) - 1) / (2 * total * math.log(2))
