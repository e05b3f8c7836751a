"""Layers: who may import whom."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[2] / "services" / "coinbreakr"
FILES = sorted(PACKAGE.rglob("*.py"))
FEATURES = ["users", "friends", "auth", "groups", "expenses", "balances"]  # lower ones first
ALONE = ["contact", "health"]


def name(file: Path) -> str:
    return file.relative_to(PACKAGE).as_posix()


def imports(file: Path) -> Iterator[str]:
    """Imported modules, but for those that only type checkers see."""
    tree = ast.parse(file.read_text("utf-8"))
    hidden = {
        id(node)
        for block in ast.walk(tree)
        if isinstance(block, ast.If) and "TYPE_CHECKING" in ast.unparse(block.test)
        for node in ast.walk(block)
    }
    for node in ast.walk(tree):
        if id(node) in hidden:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("file", FILES, ids=name)
def test_only_the_http_side_knows_falcon(file: Path) -> None:
    http_side = (
        file.parent.name == "http"
        or file.name in {"resources.py", "middleware.py"}
        or name(file) == "app.py"
    )
    if not http_side:
        assert not [module for module in imports(file) if module.split(".")[0] == "falcon"]


@pytest.mark.parametrize("file", FILES, ids=name)
def test_only_the_database_side_knows_pymongo(file: Path) -> None:
    allowed = {"http/errors.py", "bootstrap.py", "local.py", "seed.py"}
    if file.parent.name != "mongo" and file.name != "repository.py" and name(file) not in allowed:
        assert not [module for module in imports(file) if module.split(".")[0] == "pymongo"]


@pytest.mark.parametrize("file", [f for f in FILES if f.name == "domain.py"], ids=name)
def test_rules_know_no_http(file: Path) -> None:
    assert not [
        module
        for module in imports(file)
        if module.startswith("coinbreakr.http") or module.endswith((".schemas", ".resources"))
    ]


@pytest.mark.parametrize("feature", [*FEATURES, *ALONE])
def test_features_use_only_what_is_below_them(feature: str) -> None:
    order = [*FEATURES, *ALONE]
    below = set(FEATURES[: FEATURES.index(feature)]) if feature in FEATURES else set()
    forbidden = set(order) - below - {feature}
    for file in (PACKAGE / feature).glob("*.py"):
        for module in imports(file):
            parts = module.split(".")
            used = parts[1] if parts[0] == "coinbreakr" and len(parts) > 1 else ""
            assert used not in forbidden, (name(file), module)


@pytest.mark.parametrize("file", sorted((PACKAGE / "http").glob("*.py")), ids=name)
def test_plumbing_knows_no_feature(file: Path) -> None:
    used = {module.split(".")[1] for module in imports(file) if module.startswith("coinbreakr.")}
    assert used.isdisjoint([*FEATURES, *ALONE])


def test_nothing_prints() -> None:
    for file in FILES:
        tree = ast.parse(file.read_text("utf-8"))
        calls = (node.func for node in ast.walk(tree) if isinstance(node, ast.Call))
        assert not [f for f in calls if isinstance(f, ast.Name) and f.id == "print"], file
