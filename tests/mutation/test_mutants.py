"""Which mistakes `make mutate` makes."""

from pathlib import Path

import pytest

from tests.mutation.mutants import mutants


def changed(source: str) -> list[str]:
    return [mutant.source for mutant in mutants(Path("a.py"), source)]


@pytest.mark.parametrize(
    ("source", "mistakes"),
    [
        ("a < b", ["a <= b"]),
        ("a == b", ["a != b"]),
        ("a in b", ["a not in b"]),
        ("a is b", ["a is not b"]),
        ("a + b", ["a - b"]),
        ("a and b", ["a or b"]),
        ("a += b", ["a -= b"]),
        ("f(2)", ["pass", "f(3)"]),
        ("a = True", ["a = False"]),
        ("a = 'text'", ["a = 'textx'"]),
        ("raise A", ["pass"]),
        ("if a:\n    b", ["if not a:\n    b"]),
        ("a if b else c", ["a if not b else c"]),
    ],
)
def test_mistakes(source: str, mistakes: list[str]) -> None:
    assert changed(source) == mistakes


@pytest.mark.parametrize(
    "source",
    [
        '"""A docstring."""',
        "import a",
        "a: 'b'",
        "def f(a: 'int | None') -> 'str':\n    return a",
        "@endpoint('Summary')\nclass A:\n    pass",
        "a = f(metadata={'description': 'x'})",
        "a = log.info('event')",
        "class A(Protocol):\n    a = 1",
    ],
)
def test_what_does_not_run_is_left_alone(source: str) -> None:
    assert changed(source) == []


def test_each_mutant_has_one_mistake_and_says_where() -> None:
    found = mutants(Path("a.py"), "a = 1\nb = a < 2\n")
    assert [str(mutant) for mutant in found] == [
        "a.py:1 1 -> 2",
        "a.py:2 Lt -> LtE",
        "a.py:2 2 -> 3",
    ]
