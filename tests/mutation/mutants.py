"""Small mistakes that somebody could make in a module, one at a time."""

import ast
import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

_SWAPPED: dict[type[ast.AST], type[ast.AST]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.And: ast.Or,
    ast.Or: ast.And,
}
# What only people read: summaries, descriptions, the names of log events.
_PROSE = frozenset({"metadata", "summary", "error"})
_LOGS = frozenset({"debug", "info", "warning", "error", "exception", "say"})


@dataclass(frozen=True)
class Mutant:
    """A module with one mistake."""

    path: Path
    line: int
    what: str
    source: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line} {self.what}"


def mutants(path: Path, source: str) -> list[Mutant]:
    """All mistakes of a module that are known here."""
    tree = ast.parse(source)
    found = []
    for index, node in enumerate(_nodes(tree)):
        for what, change in _changes(node):
            changed = copy.deepcopy(tree)
            change(_nodes(changed)[index])
            text = ast.unparse(ast.fix_missing_locations(changed))
            found.append(Mutant(path, getattr(node, "lineno", 0), what, text))
    return found


def _nodes(tree: ast.Module) -> list[ast.AST]:
    """The nodes that run, in a fixed order: no docstrings, annotations, decorators, imports."""
    return list(_running(tree))


def _running(node: ast.AST) -> Iterator[ast.AST]:
    yield node
    for name, value in ast.iter_fields(node):
        if name in {"annotation", "returns", "decorator_list", "bases"} or _is_prose(node, name):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST) and not _is_skipped(child):
                yield from _running(child)


def _is_prose(node: ast.AST, field: str) -> bool:
    if isinstance(node, ast.keyword):
        return node.arg in _PROSE
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return False
    return node.func.attr in _LOGS and field != "func"


def _is_skipped(node: ast.AST) -> bool:
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Constant)  # a docstring
    if isinstance(node, ast.ClassDef):
        return any(isinstance(base, ast.Name) and base.id == "Protocol" for base in node.bases)
    return isinstance(node, ast.Import | ast.ImportFrom)


def _changes(node: ast.AST) -> Iterator[tuple[str, Callable[[ast.AST], None]]]:
    match node:
        case ast.Compare(ops=[op]) if type(op) in _SWAPPED:
            yield _named(op), lambda other: _set(other, "ops", [_SWAPPED[type(op)]()])
        case ast.BinOp(op=op) | ast.BoolOp(op=op) | ast.AugAssign(op=op) if type(op) in _SWAPPED:
            yield _named(op), lambda other: _set(other, "op", _SWAPPED[type(op)]())
        case ast.If() | ast.IfExp() | ast.While():
            yield "condition negated", lambda other: _set(other, "test", _negated(other))
        case ast.Constant(value=bool() as value):
            yield f"{value} -> {not value}", lambda other: _set(other, "value", not value)
        case ast.Constant(value=int() | float() as number):
            yield f"{number} -> {number + 1}", lambda other: _set(other, "value", number + 1)
        case ast.Constant(value=str() as value) if value:
            yield f"{value[:30]!r} changed", lambda other: _set(other, "value", f"{value}x")
        case ast.Raise():
            yield "raise removed", _emptied
        case ast.Expr(value=ast.Call()):
            yield "call removed", _emptied


def _named(op: ast.AST) -> str:
    return f"{type(op).__name__} -> {_SWAPPED[type(op)].__name__}"


def _negated(node: ast.AST) -> ast.expr:
    test: ast.expr = node.test  # type: ignore[attr-defined]
    return ast.UnaryOp(ast.Not(), test)


def _set(node: ast.AST, name: str, value: object) -> None:
    setattr(node, name, value)


def _emptied(node: ast.AST) -> None:
    """Make a statement do nothing, in its place."""
    node.__class__ = ast.Pass
    node.__dict__.clear()
