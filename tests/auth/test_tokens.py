"""JSON Web Tokens: every claim that is checked, and every one that is not."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest

from coinbreakr.auth import messages
from coinbreakr.auth.tokens import Tokens
from coinbreakr.errors import Unauthenticated

SECRET = "a-key-for-the-tests-of-more-than-32-bytes"
NOW = datetime(2026, 1, 2, 3, 4, 5, 700_000, UTC)
SECONDS = 1767323045  # NOW without its milliseconds
USER = "65f1a0c2b7e4d9836a1f0c2e"


def tokens(secret: str = SECRET, lifetime: float = 60, *, after: float = 0) -> Tokens:
    return Tokens(secret, lifetime, lambda: NOW + timedelta(seconds=after))


def signed(claims: Any, *, secret: str = SECRET, header: dict[str, Any] | None = None) -> str:
    """A token by hand, for PyJWT would refuse to make some of these."""
    payload = claims if isinstance(claims, bytes) else json.dumps(claims).encode()
    head = json.dumps(header or {"alg": "HS256", "typ": "JWT"}, separators=(",", ":")).encode()
    message = _base64(head) + b"." + _base64(payload)
    signature = hmac.new(secret.encode(), message, hashlib.sha256).digest()
    return (message + b"." + _base64(signature)).decode()


def refusal(token: str, *, secret: str = SECRET, after: float = 0) -> str | None:
    """The text of the refusal; None for a valid token."""
    try:
        tokens(secret, after=after).read(token)
    except Unauthenticated as error:
        return error.message
    return None


def test_a_token_has_three_claims_and_the_usual_header() -> None:
    head, payload, _ = tokens(lifetime=7 * 86400).issue(USER).split(".")
    assert json.loads(_decoded(head)) == {"alg": "HS256", "typ": "JWT"}
    assert json.loads(_decoded(payload)) == {
        "id": USER,
        "iat": SECONDS,
        "exp": SECONDS + 7 * 86400,
    }


@pytest.mark.parametrize(("lifetime", "seconds"), [(1, 1), (1.5, 1), (0.5, 0), (2.999, 2)])
def test_claims_are_whole_seconds(lifetime: float, seconds: int) -> None:
    made = tokens(lifetime=lifetime)
    assert made.claims(made.issue(USER)) == {"id": USER, "iat": SECONDS, "exp": SECONDS + seconds}


def test_what_is_issued_is_read() -> None:
    assert tokens().read(tokens().issue(USER)) == USER


def test_the_same_claims_give_the_same_token() -> None:
    token = tokens().issue(USER)
    assert tokens().sign(tokens().claims(token)) == token
    assert tokens().sign({"id": "other"}) != token


@pytest.mark.parametrize(
    ("exp", "expected"),
    [
        (SECONDS + 1, None),
        (SECONDS + 0.701, None),
        (SECONDS + 0.7, messages.TOKEN_EXPIRED),  # this very moment
        (SECONDS + 0.699, messages.TOKEN_EXPIRED),
        (SECONDS, messages.TOKEN_EXPIRED),
        (0, messages.TOKEN_EXPIRED),
        (-1, messages.TOKEN_EXPIRED),
        (1e300, None),
        (float("inf"), None),
        (float("nan"), messages.TOKEN_EXPIRED),
        (str(SECONDS + 1000), messages.INVALID_TOKEN),
        (str(SECONDS - 1000), messages.INVALID_TOKEN),
        (True, messages.INVALID_TOKEN),
        (False, messages.INVALID_TOKEN),
        (None, messages.INVALID_TOKEN),
        ([SECONDS + 1000], messages.INVALID_TOKEN),
    ],
)
def test_the_claim_exp_is_a_number_of_seconds(exp: object, expected: str | None) -> None:
    assert refusal(signed({"id": USER, "exp": exp})) == expected


def test_a_token_ends_with_its_lifetime() -> None:
    token = tokens(lifetime=60).issue(USER)  # issued at .0, read at .7
    assert refusal(token, after=59.2) is None
    assert refusal(token, after=59.3) == messages.TOKEN_EXPIRED


def test_without_exp_it_does_not_end() -> None:
    assert tokens(after=10**9).read(signed({"id": USER})) == USER


@pytest.mark.parametrize(
    "claims",
    [
        {"iat": SECONDS + 1000},
        {"iat": "yesterday"},
        {"aud": "somebody"},
        {"iss": 7},
        {"sub": {}},
        {"jti": []},
        {"nbf": SECONDS - 1000},
        {"more": "x"},
    ],
    ids=str,
)
def test_other_claims_are_not_checked(claims: dict[str, Any]) -> None:
    assert tokens().read(signed({"id": USER, **claims})) == USER


@pytest.mark.parametrize("nbf", [b"99999999999", b'"x"', b"1e400", b"9" * 5000])
def test_a_token_that_is_not_valid_yet(nbf: bytes) -> None:
    assert refusal(signed(b'{"nbf": ' + nbf + b"}")) == messages.INVALID_TOKEN


@pytest.mark.parametrize("claims", [{}, {"id": None}, {"id": 7}, {"id": {"$ne": 1}}], ids=str)
def test_the_claim_id_is_returned_whatever_it_is(claims: dict[str, Any]) -> None:
    assert tokens().read(signed(claims)) == claims.get("id")


def test_no_token() -> None:
    assert refusal("") == messages.NO_TOKEN


@pytest.mark.parametrize(
    "token",
    ["x", "a.b", "a.b.c", "a.b.c.d", "a..c", ".b.c", "a.b.", " ", "{}\n", " {}", "{}=", "é.é.é"],
)
def test_what_has_not_the_form_of_a_token(token: str) -> None:
    assert refusal(token.format(signed({"id": USER}))) == messages.INVALID_TOKEN


@pytest.mark.parametrize("payload", [b"", b"x", b"[]", b'"x"', b"7", b'{"id":', b"\xff"])
def test_a_payload_that_is_no_object(payload: bytes) -> None:
    assert refusal(signed(payload)) == messages.INVALID_TOKEN


def test_a_payload_that_nests_deeply() -> None:
    token = signed(b"[" * 2900)
    assert len(token) < 4096
    assert refusal(token) == messages.INVALID_TOKEN


@pytest.mark.parametrize("length", [4096, 4097])
def test_a_token_has_at_most_4096_characters(length: int) -> None:
    around = len(signed({"pad": ""}))
    found = next(
        token
        for padding in range(length - around)
        if len(token := signed({"pad": "x" * padding})) == length
    )
    assert refusal(found) == (None if length == 4096 else messages.INVALID_TOKEN)


def test_another_secret() -> None:
    assert refusal(signed({"id": USER}, secret=SECRET + "x")) == messages.INVALID_TOKEN


def test_a_short_secret_is_warned_of() -> None:
    with pytest.warns(jwt.InsecureKeyLengthWarning):
        assert refusal(signed({"id": USER}, secret="short"), secret="short") is None


@pytest.mark.parametrize("algorithm", ["HS384", "HS512"])
def test_another_algorithm(algorithm: str) -> None:
    token = jwt.encode({"id": USER}, "k" * 64, algorithm)
    assert refusal(token, secret="k" * 64) == messages.INVALID_TOKEN


@pytest.mark.parametrize("name", ["none", "None", "RS256", ""])
def test_an_algorithm_without_a_secret(name: str) -> None:
    token = signed({"id": USER}, header={"alg": name, "typ": "JWT"})
    assert refusal(token) == messages.INVALID_TOKEN
    assert refusal(token.rpartition(".")[0] + ".") == messages.INVALID_TOKEN


def test_claims_are_told_of_an_expired_token_but_of_no_forged_one() -> None:
    claims = {"id": USER, "exp": 1}
    assert tokens().claims(signed(claims)) == claims
    with pytest.raises(jwt.InvalidSignatureError):
        tokens().claims(signed(claims, secret=SECRET + "x"))


def _base64(data: bytes) -> bytes:
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def _decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def test_a_token_that_was_valid_expires() -> None:
    now = [NOW]
    reader = Tokens(SECRET, 60, lambda: now[0])
    token = reader.issue(USER)
    assert reader.read(token) == USER
    now[0] = NOW + timedelta(seconds=61)
    with pytest.raises(Unauthenticated, match=messages.TOKEN_EXPIRED):
        reader.read(token)


def test_a_valid_token_does_not_open_for_one_with_another_signature() -> None:
    reader = tokens()
    token = reader.issue(USER)
    assert reader.read(token) == USER
    for other in (signed({"id": USER}, secret="x" * 32), token[:-1] + "A" * (token[-1] != "A")):
        for _ in range(2):
            with pytest.raises(Unauthenticated):
                reader.read(other)


def test_the_signature_of_a_token_is_checked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    checked: list[str] = []
    decode = jwt.decode

    def counted(token: str, *args: Any, **options: Any) -> Any:
        checked.append(token)
        return decode(token, *args, **options)

    monkeypatch.setattr(jwt, "decode", counted)
    reader = tokens()
    token = reader.issue(USER)
    assert [reader.read(token), reader.read(token)] == [USER, USER]
    assert checked == [token]
