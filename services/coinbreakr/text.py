"""Values as the mobile app sees them: white space, UTF-16 lengths and falsy as in ECMAScript."""

import re
from typing import Final

# White space and line terminators of ECMA-262, which str.strip() does not match exactly.
_SPACES: Final = (
    "\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000\ufeff"
)
_ATOM: Final = r"[a-z0-9](?:[a-z0-9.!#$%&'*+/=?^_`{|}~-]*[a-z0-9])?"
_LABEL: Final = r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?"
_ACCOUNT: Final = re.compile(rf"{_ATOM}@{_LABEL}(?:\.{_LABEL})+", re.ASCII)
# RFC 5321 lengths, RFC 6531 letters: dot-separated atoms of anything that is no special or space.
_WORD: Final = r"[^\s@.,;:<>()\[\]\\\"\x00-\x1f\x7f]+"
_MAILBOX: Final = re.compile(rf"(?P<local>{_WORD}(?:\.{_WORD})*)@(?P<domain>[^\s@]+)")
_DOMAIN_LABEL: Final = re.compile(r"(?!-)(?:[^\W_]|-){1,63}(?<!-)")  # RFC 1035, RFC 5890
_MAX_LOCAL: Final = 64
MAX_ADDRESS: Final = 254  # RFC 3696, erratum 1690
MAX_PHONE: Final = 64  # 15 digits (ITU-T E.164), and whatever people write between them
ADDRESS_TOO_LONG: Final = f"Email cannot be more than {MAX_ADDRESS} characters"


def trim(text: str) -> str:
    """`text` without ECMAScript white space at both ends."""
    return text.strip(_SPACES)


def length(text: str) -> int:
    """Length in UTF-16 code units: an emoji counts 2."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def is_given(value: object) -> bool:
    """Whether the app counts a JSON value as given: not falsy, which no array or object is."""
    return bool(value) or isinstance(value, dict | list)


def has_nul(text: str) -> bool:
    """Whether a NUL is in it, which no field but a password may hold."""
    return "\x00" in text


def address(text: str) -> str:
    """An e-mail address in the one form in which addresses are kept and compared."""
    return trim(text).lower()


def is_account_address(email: str) -> bool:
    """Whether an account may have this (trimmed, lower-case) address."""
    return ".." not in email and is_pending_address(email)


def is_pending_address(email: str) -> bool:
    """The same for a friend who has no account yet, where two dots in a row are let through."""
    return _ACCOUNT.fullmatch(email) is not None


def is_mailbox(email: str) -> bool:
    """Whether a form's address is plausible: a local part up to 64, a host name with a dot."""
    match = _MAILBOX.fullmatch(email)
    return match is not None and len(match["local"]) <= _MAX_LOCAL and _is_host(match["domain"])


def _is_host(name: str) -> bool:
    """Two or more labels, of which the last is no number: that would be an IP address."""
    labels = name.split(".")
    return (
        len(labels) > 1
        and not labels[-1].isdigit()
        and all(_DOMAIN_LABEL.fullmatch(label) for label in labels)
    )
