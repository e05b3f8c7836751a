"""Texts as ECMAScript has them, and the addresses that are accepted."""

import unicodedata

import pytest

from coinbreakr import text

SPACES = [
    "\t", "\n", "\v", "\f", "\r", " ", "\u00a0", "\u1680", "\u2000", "\u2001", "\u2002", "\u2003",
    "\u2004", "\u2005", "\u2006", "\u2007", "\u2008", "\u2009", "\u200a", "\u2028", "\u2029",
    "\u202f", "\u205f", "\u3000", "\ufeff",
]  # fmt: skip
# What Python takes for white space and ECMAScript does not, and what neither does.
LETTERS = ["\x1c", "\x1d", "\x1e", "\x1f", "\x85", "\u180e", "\u200b", "\u2060", "\x00", "x"]


@pytest.mark.parametrize("space", SPACES, ids=ascii)
def test_white_space_is_trimmed_at_both_ends(space: str) -> None:
    assert text.trim(f"{space}a{space}b{space}{space}") == f"a{space}b"
    assert text.trim(space) == ""


@pytest.mark.parametrize("letter", LETTERS, ids=ascii)
def test_everything_else_is_kept(letter: str) -> None:
    assert text.trim(f" {letter} ") == letter


def test_all_spaces_of_unicode_are_trimmed() -> None:
    spaces = [chr(code) for code in range(0x3100) if unicodedata.category(chr(code)) == "Zs"]
    assert len(spaces) == 17
    assert text.trim("".join(spaces)) == ""


@pytest.mark.parametrize(
    ("value", "length"),
    [("", 0), ("a", 1), ("é", 1), ("e\u0301", 2), ("语", 1), ("😀", 2), ("👍🏽", 4), ("\ud800", 1)],
)
def test_lengths_are_those_of_ecmascript(value: str, length: int) -> None:
    assert text.length(value) == length


@pytest.mark.parametrize("value", [None, "", 0, 0.0, False])
def test_falsy_values_are_not_given(value: object) -> None:
    assert text.is_given(value) is False


@pytest.mark.parametrize("value", [[], {}, "0", " ", "false", 1, -1, 0.1, True, [0], {"a": 0}])
def test_all_others_are_given(value: object) -> None:
    assert text.is_given(value) is True


def test_nul_is_found_anywhere() -> None:
    assert [text.has_nul(one) for one in ("\x00", "a\x00b", "", "a", "0")] == [
        True, True, False, False, False,
    ]  # fmt: skip


def test_addresses_have_one_form() -> None:
    assert text.address("\u00a0 Ada@Example.COM\ufeff") == "ada@example.com"


@pytest.mark.parametrize(
    "email",
    [
        "a@b.c",
        "ada@example.com",
        "a.d-a_1@example.co.uk",
        "o'brien!#$%&*+/=?^_`{|}~x@example.com",
        "1@2.3",
        "ada@a-b.example",
    ],
)
def test_addresses_that_accounts_have(email: str) -> None:
    assert text.is_account_address(email)
    assert text.is_pending_address(email)


@pytest.mark.parametrize(
    "email",
    [
        "", "ada", "@example.com", "ada@", "ada@example", "ada@.com", "ada@example.", "ada@a..b",
        ".ada@example.com", "ada.@example.com", "-ada@example.com", "ada-@example.com",
        "ada@-a.com", "ada@a-.com", "ada@a.-com", "ada@a.com-", "a@b@example.com",
        "a b@example.com", " ada@example.com", "ada@example.com ", "ada@example.com\n",
        "Ada@example.com",
        "ada@Example.com", "äda@example.com", "ada@münchen.de", "ada@exa_mple.com",
        '"ada"@example.com', "ada@[127.0.0.1]", "ada(x)@example.com", "a,b@example.com",
    ],
)  # fmt: skip
def test_addresses_that_nobody_has(email: str) -> None:
    assert not text.is_account_address(email)
    assert not text.is_pending_address(email)


def test_two_dots_in_a_row_are_for_pending_friends_only() -> None:
    assert text.is_pending_address("a..b@example.com")
    assert not text.is_account_address("a..b@example.com")


@pytest.mark.parametrize(
    "email",
    [
        "ada@example.com",
        "Ada+web.x@Example.info",
        "ädä@münchen.example",
        "语@语.语",
        "-ada-@a-b.example.co",
        "a" * 64 + "@example.com",
        "ada@" + "b" * 63 + ".com",
        "ada@1.example.c1",
        "ada@a.b.c.d.e",
        "o'brien@example.com",
    ],
)
def test_mailboxes(email: str) -> None:
    assert text.is_mailbox(email)


@pytest.mark.parametrize(
    "email",
    [
        "", "ada", "ada@", "@example.com", "a" * 65 + "@example.com", "a@b@example.com",
        ".ada@example.com", "ada.@example.com", "a..b@example.com", "a b@example.com",
        "ada@exa mple.com", " ada@example.com", "ada@example.com ", "ada@example.com\n",
        "a,b@example.com", "a;b@example.com", "a:b@example.com", "a<b@example.com",
        "a>b@example.com",
        "a(b@example.com", "a)b@example.com", "a[b@example.com", "a]b@example.com",
        "a\\b@example.com", 'a"b@example.com', "a\x00b@example.com", "a\x1fb@example.com",
        "a\x7fb@example.com", "ada@localhost", "ada@example.", "ada@.com", "ada@a..com",
        "ada@-a.com", "ada@a-.com", "ada@a_b.com", "ada@" + "b" * 64 + ".com",
        "ada@192.168.0.1", "ada@a.1", "ada@[192.168.0.1]", "ada@a\x00b.com",
    ],
)  # fmt: skip
def test_texts_that_are_no_mailboxes(email: str) -> None:
    assert not text.is_mailbox(email)


def test_limits_of_contacts() -> None:
    assert (text.MAX_ADDRESS, text.MAX_PHONE) == (254, 64)
    assert text.ADDRESS_TOO_LONG == "Email cannot be more than 254 characters"
