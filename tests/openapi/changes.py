"""What a change of the API document takes away from clients that know the one before."""

from collections.abc import Iterator, Mapping
from typing import Any

Json = dict[str, Any]
_UPPER = ("maxLength", "maxItems", "maximum")
_LOWER = ("minLength", "minItems", "minimum")


def breaks(old: Json, new: Json) -> list[str]:
    """A line for each promise of the old document that the new one does not keep."""
    found: list[str] = []
    for path, item in old["paths"].items():
        for method, operation in item.items():
            where = f"{method.upper()} {path}"
            kept = new["paths"].get(path, {}).get(method)
            if kept is None:
                found.append(f"{where} is gone")
            else:
                found += _Comparison(old, new).operation(where, operation, kept)
    return found


class _Comparison:
    """Of two documents; components are looked up in each."""

    def __init__(self, old: Json, new: Json) -> None:
        self._old = old
        self._new = new

    def operation(self, where: str, old: Json, new: Json) -> Iterator[str]:
        if old.get("security") == [] and new.get("security") != []:
            yield f"{where} needs a token"
        yield from self._parameters(where, old, new)
        yield from self._request(f"{where}: body", old, new)
        for status, response in old["responses"].items():
            kept = new["responses"].get(status)
            if kept is None:
                yield f"{where}: {status} is gone"
            else:
                yield from self._response(f"{where}: {status}", response, kept)

    def _parameters(self, where: str, old: Json, new: Json) -> Iterator[str]:
        before = {_place(each): each for each in self._all(self._old, old["parameters"])}
        after = {_place(each): each for each in self._all(self._new, new["parameters"])}
        for place in before.keys() - after.keys():
            yield f"{where}: {' '.join(place)} is gone"
        for place, parameter in after.items():
            known = before.get(place)
            if parameter.get("required") and not (known and known.get("required")):
                yield f"{where}: {' '.join(place)} is required"
            if known:
                schemas = known["schema"], parameter["schema"]
                yield from self._accepted(f"{where}: {' '.join(place)}", *schemas)

    def _request(self, where: str, old: Json, new: Json) -> Iterator[str]:
        before, after = old.get("requestBody"), new.get("requestBody")
        if after and after["required"] and not (before and before["required"]):
            yield f"{where} is required"
        for kind, content in (before or {"content": {}})["content"].items():
            kept = (after or {"content": {}})["content"].get(kind)
            if kept is None:
                yield f"{where}: {kind} is gone"
            else:
                yield from self._accepted(where, content["schema"], kept["schema"])

    def _response(self, where: str, old: Json, new: Json) -> Iterator[str]:
        before, after = self._found(self._old, old), self._found(self._new, new)
        for name in before.get("headers", {}).keys() - after.get("headers", {}).keys():
            yield f"{where}: header {name} is gone"
        for kind, content in before.get("content", {}).items():
            kept = after.get("content", {}).get(kind)
            if kept is None:
                yield f"{where}: {kind} is gone"
            else:
                yield from self._answered(where, content.get("schema", {}), kept.get("schema", {}))

    def _accepted(self, where: str, old: Json, new: Json) -> Iterator[str]:
        """What was sent before is accepted still."""
        before, after = self._flat(self._old, old), self._flat(self._new, new)
        if gone := _types(before) - _types(after):
            yield f"{where} is no longer {' or '.join(sorted(gone))}"
        yield from _narrower(where, before, after)
        yield from _fewer_values(where, before, after)
        for name in sorted(set(after.get("required", ())) - set(before.get("required", ()))):
            yield f"{where}.{name} is required"
        for name, schema, kept in _properties(before, after):
            if kept is None:
                yield f"{where}.{name} is gone"
            else:
                yield from self._accepted(f"{where}.{name}", schema, kept)
        if "items" in before and "items" in after:
            yield from self._accepted(f"{where}[]", before["items"], after["items"])

    def _answered(self, where: str, old: Json, new: Json) -> Iterator[str]:
        """What was read before is there still."""
        before, after = self._flat(self._old, old), self._flat(self._new, new)
        if more := _types(after) - _types(before):
            yield f"{where} can be {' or '.join(sorted(more))}"
        yield from _fewer_values(where, before, after)
        for name in before.get("required", ()):
            if name in after.get("properties", {}) and name not in after.get("required", ()):
                yield f"{where}.{name} can be absent"
        for name, schema, kept in _properties(before, after):
            if kept is None:
                yield f"{where}.{name} is gone"
            else:
                yield from self._answered(f"{where}.{name}", schema, kept)
        for part in ("items", "additionalProperties"):
            if isinstance(before.get(part), dict) and isinstance(after.get(part), dict):
                yield from self._answered(f"{where}[]", before[part], after[part])

    def _flat(self, document: Json, schema: Json) -> Json:
        """What it refers to and what stands beside that; `null` as one of the types."""
        flat = {name: value for name, value in schema.items() if name not in {"$ref", "anyOf"}}
        if "$ref" in schema:
            found = self._found(document, {"$ref": schema["$ref"]})
            flat = _together(self._flat(document, found), flat, either=False)
        for part in schema.get("anyOf", ()):
            flat = _together(flat, self._flat(document, part), either=True)
        return flat

    def _all(self, document: Json, values: list[Json]) -> list[Json]:
        return [self._found(document, each) for each in values]

    @staticmethod
    def _found(document: Json, value: Json) -> Json:
        if "$ref" not in value:
            return value
        found: Any = document
        for name in value["$ref"].removeprefix("#/").split("/"):
            found = found[name]
        referred: Json = found
        return referred


def _together(one: Json, other: Json, *, either: bool) -> Json:
    merged = {**one, **other}
    merged["properties"] = dict(one.get("properties", {}))
    for name, schema in other.get("properties", {}).items():
        merged["properties"][name] = {**merged["properties"].get(name, {}), **schema}
    merged["required"] = [*one.get("required", ()), *other.get("required", ())]
    if either:
        merged["type"] = sorted(_named_types(one) | _named_types(other))
    return merged


def _named_types(schema: Mapping[str, Any]) -> set[str]:
    given = schema.get("type", [])
    return {given} if isinstance(given, str) else set(given)


def _types(schema: Mapping[str, Any]) -> set[str]:
    """What a value may be; everything, if nothing is said."""
    every = {"null", "boolean", "object", "array", "number", "integer", "string"}
    named = _named_types(schema) or every
    return named | {"integer"} if "number" in named else named


def _place(parameter: Json) -> tuple[str, str]:
    return parameter["in"], parameter["name"]


def _properties(old: Json, new: Json) -> Iterator[tuple[str, Json, Json | None]]:
    after = new.get("properties", {})
    for name, schema in old.get("properties", {}).items():
        yield name, schema, after.get(name)


def _narrower(where: str, old: Json, new: Json) -> Iterator[str]:
    for name in _UPPER:
        if name in new and new[name] < old.get(name, float("inf")):
            yield f"{where}: {name} is {new[name]}"
    for name in _LOWER:
        if name in new and new[name] > old.get(name, 0):
            yield f"{where}: {name} is {new[name]}"
    if "pattern" in new and new["pattern"] != old.get("pattern"):
        yield f"{where}: pattern is {new['pattern']}"
    if new.get("additionalProperties") is False and old.get("additionalProperties") is not False:
        yield f"{where}: other keys are refused"


def _fewer_values(where: str, old: Json, new: Json) -> Iterator[str]:
    if "const" in new and new["const"] != old.get("const"):
        yield f"{where} is always {new['const']}"
    if "enum" in new:
        allowed = old.get("enum", [] if "type" not in old else None)
        if allowed is None:
            yield f"{where} is one of {new['enum']}"
        elif gone := [value for value in allowed if value not in new["enum"]]:
            yield f"{where} is no longer one of {gone}"
