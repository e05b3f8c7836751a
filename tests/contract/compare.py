"""Answers in a form that does not change from run to run, and how two of them differ."""

import hashlib
import json
import math
import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

ADDITIONS = frozenset(
    json.loads((Path(__file__).parent / "scenarios" / "additions.json").read_text("utf-8"))
)
_ID = re.compile(r"(?<![0-9A-Za-z])[0-9a-fA-F]{24}(?![0-9A-Za-z])")
_JWT = re.compile(r"eyJ[\w-]+\.eyJ[\w-]+\.[\w-]*")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
_LABEL = re.compile(r"<id:[^>]+>")
_LONG = 300
MISSING = object()  # what stands for a header that is not there
Path_ = tuple[str | int, ...]


class Normalizer:
    """Replaces ids by numbers in the order of appearance, and times and tokens by words."""

    def __init__(self, run: str, num: str) -> None:
        self._words = ((run, "<run>"), (run.upper(), "<RUN>"), (num, "<num>"))
        self._labels: dict[str, str] = {}
        self._count = 0
        self._local = 0
        self._step = ""

    @staticmethod
    def is_open(step: dict[str, Any]) -> bool:
        """Whether a step has more than one good outcome."""
        return "diverges" in step or isinstance(step.get("expect", {}).get("status"), list)

    def start(self, step: dict[str, Any]) -> None:
        """Ids that first appear in an open step are numbered apart."""
        self._step = step["id"] if self.is_open(step) else ""
        self._local = 0

    def number(self, value: Any, unordered: Iterable[str] = (), path: Path_ = ()) -> None:
        """Give numbers to the ids in an answer, whatever the order of its keys."""
        if isinstance(value, str):
            for match in _ID.finditer(_JWT.sub("", value)):
                self._label(match[0])
        elif isinstance(value, list):
            items = list(enumerate(value))
            if any(fits(pattern, path) for pattern in unordered):
                items.sort(key=lambda item: _compact(self._known(item[1])))
            for index, item in items:
                self.number(item, unordered, (*path, index))
        elif isinstance(value, dict):
            for key in sorted(value, key=lambda key: (bool(_ID.search(key)), key)):
                self.number(key if _ID.search(key) else "")
                self.number(value[key], unordered, (*path, key))

    def normalize(self, value: Any) -> Any:
        """An answer with its ids, times, tokens and random words replaced."""
        return self._turn(value, self._label)

    def _known(self, value: Any) -> Any:
        return self._turn(value, lambda found: self._labels.get(found.lower(), "<id:?>"))

    def _turn(self, value: Any, label: Any) -> Any:
        if isinstance(value, str):
            return self._text(value, label)
        if isinstance(value, list):
            return [self._turn(item, label) for item in value]
        if isinstance(value, dict):
            return {self._text(k, label): self._turn(v, label) for k, v in value.items()}
        return value

    def _text(self, text: str, label: Any) -> str:
        text = _JWT.sub("<jwt>", text)
        for word, placeholder in self._words:
            text = text.replace(word, placeholder)
        text = _ID.sub(lambda match: label(match[0]), text)
        return _cut(_TIME.sub(lambda match: "<time>" if _recent(match[0]) else match[0], text))

    def _label(self, found: str) -> str:
        key = found.lower()
        if key not in self._labels:
            if self._step:
                self._local += 1
                self._labels[key] = f"<id:{self._step}.{self._local}>"
            else:
                self._count += 1
                self._labels[key] = f"<id:{self._count}>"
        return self._labels[key]


def differences(
    want: Any,
    got: Any,
    *,
    ignore: Iterable[str] = (),
    unordered: Iterable[str] = (),
    partial: bool = False,
    path: Path_ = (),
) -> list[str]:
    """A line for each place where an answer is not what it should be."""
    rules: dict[str, Any] = {"ignore": ignore, "unordered": unordered, "partial": partial}
    if any(fits(pattern, path) for pattern in ignore) or _equal(want, got):
        return []
    if isinstance(want, dict) and isinstance(got, dict):
        return _objects(want, got, rules, path)
    if isinstance(want, list) and isinstance(got, list) and len(want) == len(got):
        if any(fits(pattern, path) for pattern in unordered):
            return _multisets(want, got, rules, path)
        pairs = enumerate(zip(want, got, strict=True))
        return [line for i, (w, g) in pairs for line in differences(w, g, **rules, path=(*path, i))]
    return [f"{'.'.join(map(str, path)) or 'body'}: expected {want!r}, got {got!r}"]


def fits(pattern: str, path: Path_) -> bool:
    """Whether a dotted pattern with * matches a path."""
    parts = pattern.split(".")
    return len(parts) == len(path) and all(
        part in ("*", str(key)) for part, key in zip(parts, path, strict=True)
    )


def _objects(
    want: dict[str, Any], got: dict[str, Any], rules: dict[str, Any], path: Path_
) -> list[str]:
    lines = []
    for key, value in want.items():
        here = (*path, key)
        if key in got:
            lines += differences(value, got[key], **rules, path=here)
        elif value != "<absent>" and not any(fits(p, here) for p in rules["ignore"]):
            lines.append(f"{'.'.join(map(str, here))}: missing, expected {value!r}")
    for key in got.keys() - want.keys() - ADDITIONS:
        here = (*path, key)
        if not rules["partial"] and not any(fits(p, here) for p in rules["ignore"]):
            lines.append(f"{'.'.join(map(str, here))}: unexpected {got[key]!r}")
    return lines


def _multisets(want: list[Any], got: list[Any], rules: dict[str, Any], path: Path_) -> list[str]:
    rest, lines = list(got), []
    for index, element in enumerate(want):
        here = (*path, index)
        match = next((g for g in rest if not differences(element, g, **rules, path=here)), None)
        if match is None:
            lines.append(f"{'.'.join(map(str, path))}: nothing like {element!r}")
        else:
            rest.remove(match)
    return lines


def _equal(want: Any, got: Any) -> bool:
    if isinstance(want, str) and want.startswith("<") and want in _KINDS:
        return bool(_KINDS[want](got))
    if _is_number(want) and _is_number(got):
        return math.isclose(want, got, rel_tol=1e-9, abs_tol=1e-9)
    return type(want) is type(got) and not isinstance(want, dict | list) and want == got


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


_KINDS: dict[str, Any] = {
    "<any>": lambda _: True,
    "<string>": lambda value: isinstance(value, str) and value != "",
    "<number>": _is_number,
    "<integer>": lambda value: _is_number(value) and float(value).is_integer(),
    "<bool>": lambda value: isinstance(value, bool),
    "<id>": lambda value: isinstance(value, str) and _LABEL.fullmatch(value) is not None,
    "<absent>": lambda value: value is MISSING,
}


def _recent(text: str) -> bool:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return False
    return abs(datetime.now(UTC) - found) < timedelta(days=1)


def _cut(text: str) -> str:
    if len(text) <= _LONG:
        return text
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]
    return f"{text[:40]}...<{len(text)} chars, sha256 {digest}>"


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
